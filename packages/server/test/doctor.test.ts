import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createMemory, defaultEmbedder, type Embedder, SouvenirError } from "@souvenir/core";
import { startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { beforeEach, expect, test } from "vitest";
import { type DiagnoseOptions, diagnose, diagnoseServer } from "../src/doctor/diagnose.ts";
import type { Finding } from "../src/doctor/finding.ts";
import { applicationId, readHeader, schemaVersion } from "../src/doctor/store-file.ts";
import { type System, thisSystem } from "../src/doctor/system.ts";
import { makeEmbedder, nameOfEmbedder } from "../src/embedder-choice.ts";
import { keysPath, openKeyStore, serve } from "../src/node/index.ts";
import { type CliFolder, cliFolder } from "./run-cli.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
let folder: CliFolder;
let path: string;
beforeEach(async () => {
  folder = await cliFolder();
  path = join(folder.path, "memory.db");
  return () => folder[Symbol.asyncDispose]();
});

const namespace = "camille@example.com";
const quiet: System = { ...thisSystem, environment: {} };

async function store(embedder: Embedder | false = defaultEmbedder(), count = 3): Promise<void> {
  await using memory = await createMemory({ path, embedder });
  await memory.setMany(
    Array.from({ length: count }, (_, number) => ({
      namespace,
      key: `k${number}`,
      value: `Note ${number}: the shop runs on PostgreSQL.`,
    })),
  );
  await memory.set({ namespace, key: "k0", value: "A second version." });
  await memory.flush();
}

function sql(...statements: string[]): void {
  const database = new DatabaseSync(path);
  for (const statement of statements) database.exec(statement);
  database.close();
}

/** What is not well, as `status check`. */
async function problems(options: Partial<DiagnoseOptions> = {}): Promise<{ names: string[]; text: string }> {
  const findings = await diagnose({ path, system: quiet, ...options });
  return told(findings);
}

function told(findings: readonly Finding[]): { names: string[]; text: string } {
  const found = findings.filter(({ status }) => status !== "ok");
  for (const { remedy } of found) expect(remedy).toBeTruthy();
  return {
    names: found.map(({ check, status }) => `${status} ${check}`),
    text: found.map(({ message, remedy }) => `${message} -> ${remedy}`).join("\n"),
  };
}

test("a store that is well has nothing to tell, and looking at it changes nothing", async () => {
  await store();
  const before = readHeader(path);
  const findings = await diagnose({ path, system: quiet });
  expect(told(findings)).toEqual({ names: [], text: "" });
  expect([...new Set(findings.map(({ check }) => check))]).toEqual([
    "node",
    "environment",
    "permissions",
    "file",
    "disk",
    "filesystem",
    "lock",
    "integrity",
    "erasures",
    "records",
    "snapshot",
    "embedder",
    "queue",
    "keys",
  ]);
  expect(findings.find(({ check }) => check === "records")?.message).toContain(
    "4 memories and earlier versions",
  );
  expect(await readdir(folder.path)).toEqual(["memory.db"]);
  expect(readHeader(path)).toEqual(before);
});

test("what the doctor expects of a file is what core writes", async () => {
  await store();
  const written = { sqlite: true, application: applicationId, schema: schemaVersion };
  expect(readHeader(path)).toEqual({ ...written, logged: true });
  for (const id of [defaultEmbedder().id, "mistral:codestral-embed:256"]) {
    const embedder = await makeEmbedder(nameOfEmbedder(id) as string, { MISTRAL_API_KEY: "key" });
    expect(embedder === false ? undefined : embedder.id).toBe(id);
    const name = nameOfEmbedder(`${id}?context=previous`) as string;
    expect(await makeEmbedder(name, { MISTRAL_API_KEY: "key" })).toMatchObject({ id, context: "previous" });
  }
});

test("an old Node", async () => {
  await store();
  const { names, text } = await problems({ system: { ...quiet, nodeVersion: "20.19.0" } });
  expect(names).toEqual(["fault node"]);
  expect(text).toMatch(/20\.19\.0.*22\.18/);
});

test("variables that contradict each other", async () => {
  await store();
  const environment = {
    SOUVENIR_PATH: path,
    SOUVENIR_URL: "http://127.0.0.1:7077",
    SOUVENIR_EMBEDDER: "openai",
    MISTRAL_BASE_URL: "api.mistral.ai",
  };
  const { names, text } = await problems({ system: { ...quiet, environment } });
  expect(names).toEqual(["warning environment", "fault environment", "fault environment"]);
  expect(text).toMatch(/SOUVENIR_PATH[\s\S]*SOUVENIR_EMBEDDER[\s\S]*MISTRAL_BASE_URL/);
});

test("no file, a folder, a dead link, nothing in it", async () => {
  expect(await problems()).toMatchObject({
    names: ["fault file"],
    text: expect.stringContaining("no store at"),
  });
  await mkdir(path);
  expect(await problems()).toMatchObject({
    names: ["fault file"],
    text: expect.stringContaining("is a folder"),
  });
  const link = join(folder.path, "link.db");
  await symlink(join(folder.path, "gone.db"), link);
  expect(await problems({ path: link })).toMatchObject({
    names: ["fault file"],
    text: expect.stringContaining("link"),
  });
  const empty = join(folder.path, "empty.db");
  await writeFile(empty, "", { mode: 0o600 });
  expect(await problems({ path: empty })).toMatchObject({ names: ["warning file"] });
});

test("another kind of file, and one of another program", async () => {
  await writeFile(path, "Dear diary, ".repeat(1_000), { mode: 0o600 });
  expect(await problems()).toMatchObject({ names: ["fault file"], text: expect.stringContaining("backup") });
  path = join(folder.path, "bookmarks.sqlite");
  sql("CREATE TABLE bookmarks (url TEXT)");
  await chmod(path, 0o600);
  expect(await problems()).toMatchObject({
    names: ["fault file"],
    text: expect.stringContaining("another program"),
  });
});

test("tables of a newer version", async () => {
  await store();
  sql(`PRAGMA user_version = ${schemaVersion + 1}`);
  expect(await problems()).toMatchObject({
    names: ["fault schema"],
    text: expect.stringContaining("npm install"),
  });
});

test("a table that is missing, a column that is another, a counter that is behind", async () => {
  await store();
  sql("DROP TABLE queue");
  expect(await problems()).toMatchObject({ names: ["fault schema"] });
  path = join(folder.path, "second.db");
  await store();
  sql("ALTER TABLE records ADD COLUMN mood TEXT");
  expect(await problems()).toMatchObject({ names: ["fault schema"] });
  path = join(folder.path, "third.db");
  await store();
  sql("UPDATE namespaces SET sequence = 0");
  expect(await problems()).toMatchObject({ names: ["fault schema"] });
});

test("damaged pages", async () => {
  await store(defaultEmbedder(), 200);
  const file = await open(path, "r+");
  await file.write(Buffer.alloc(6_000, 0x5a), 0, 6_000, 4096 * 6);
  await file.close();
  const { names, text } = await problems();
  expect(names).toEqual(["fault integrity"]);
  expect(text).toContain(".recover");
});

test("a file that was cut off", async () => {
  await store(defaultEmbedder(), 200);
  await truncate(path, 4096 * 8);
  expect((await problems()).names).toEqual(["fault integrity"]);
});

test("one flipped bit in a text, which SQLite does not notice", async () => {
  await store();
  sql("UPDATE records SET value = replace(value, 'shop', 'sho0') WHERE key = 'k2'");
  const { names, text } = await problems();
  expect(names).toEqual(["fault records"]);
  expect(text).not.toContain("sho0");
  expect((await problems({ quick: true })).names).toEqual([]);
});

test("a damaged snapshot, and one that belongs to nobody", async () => {
  await store(defaultEmbedder(), 1_000);
  {
    await using memory = await createMemory({ path });
    await memory.search({ namespace, query: "PostgreSQL" });
  }
  const index = `${path}.index`;
  const [name = ""] = await readdir(index);
  expect(await problems()).toEqual({ names: [], text: "" });
  const file = await open(join(index, name), "r+");
  await file.write("damage", 5_000);
  await file.close();
  const { names, text } = await problems();
  expect(names).toEqual(["warning snapshot"]);
  expect(text).toMatch(/damaged.*nothing is lost/);
  // The doctor's search made a new one.
  const [repaired = ""] = await readdir(index);
  await rename(join(index, repaired), join(index, "99.snapshot"));
  expect(await problems()).toMatchObject({
    names: ["warning snapshot"],
    text: expect.stringContaining("no namespace"),
  });
});

test("a store that others may read, in a folder where others may write", async () => {
  await store();
  await chmod(path, 0o644);
  expect(await problems()).toMatchObject({
    names: ["warning permissions"],
    text: expect.stringContaining("chmod 600"),
  });
  await chmod(path, 0o600);
  await chmod(folder.path, 0o777);
  expect(await problems()).toMatchObject({
    names: ["warning permissions"],
    text: expect.stringContaining("chmod go-w"),
  });
});

test("permissions that this user lacks", async () => {
  const script = fileURLToPath(new URL("./doctor-as-nobody.ts", import.meta.url));
  const asNobody = async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--conditions=@souvenir/source",
      "--no-warnings",
      script,
      path,
    ]);
    return told(JSON.parse(stdout));
  };
  await store();
  await chmod(folder.path, 0o555);
  await chmod(path, 0o444);
  const { names, text } = await asNobody();
  expect(names.filter((name) => name === "fault permissions")).toHaveLength(2);
  expect(text).toMatch(/may not write .*memory\.db[\s\S]*may not write in/);
  await chmod(path, 0o000);
  expect((await asNobody()).text).toContain("may not read");
  await chmod(folder.path, 0o000);
  expect(await asNobody()).toMatchObject({
    names: ["fault permissions"],
    text: expect.stringContaining("may not look into"),
  });
  await chmod(folder.path, 0o700);
});

test("a disk that is full, or nearly", async () => {
  await store();
  const disk = (freeBytes: number) => async () => ({ type: 0xef53, freeBytes });
  expect((await problems({ system: { ...quiet, disk: disk(1e6) } })).names).toEqual(["fault disk"]);
  expect((await problems({ system: { ...quiet, disk: disk(50e6) } })).names).toEqual(["warning disk"]);
});

test("a network file system, a shared folder, one in memory", async () => {
  await store();
  const on = (type: number) =>
    problems({ system: { ...quiet, disk: async () => ({ type, freeBytes: 1e12 }) } });
  expect(await on(0x6969)).toMatchObject({
    names: ["fault filesystem"],
    text: expect.stringContaining("NFS"),
  });
  expect(await on(0xff534d42)).toMatchObject({ names: ["fault filesystem"] });
  expect(await on(0x01021997)).toMatchObject({ names: ["warning filesystem"] });
  expect(await on(0x01021994)).toMatchObject({ names: ["warning filesystem"] });
});

test("another process that keeps the file locked, by its number", async () => {
  await store();
  const code = `const { DatabaseSync } = require("node:sqlite");
    const database = new DatabaseSync(${JSON.stringify(path)});
    database.exec("BEGIN IMMEDIATE");
    console.log("locked");
    process.stdin.resume();`;
  const holder = spawn(process.execPath, ["--no-warnings", "-e", code], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(holder.stdout, "data");
  const { names, text } = await problems();
  expect(names).toEqual(["fault lock"]);
  if (process.platform === "linux") expect(text).toContain(`process ${holder.pid}`);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  expect((await problems()).names).toEqual([]);
});

test("a backup that was killed", async () => {
  await store(false);
  // Number 1 is a process of every machine, and no process has the other.
  const of = (target: string, process: string) =>
    join(folder.path, `${target}.${process}-01234567-89ab-4cde-8f01-23456789abcd.partial`);
  const [left, running] = [of("monday.db", "4194999"), of("tuesday.db", "1")];
  await writeFile(left, "");
  await writeFile(running, "");
  const { names, text } = await problems();
  expect(names).toEqual(["warning backup"]);
  expect(text).toContain(left);
  expect(text).not.toContain("tuesday");
  expect(text).toMatch(/holds memories.* -> delete it.*souvenir backup .*monday\.db$/);
  // Also who looks for the copy itself is told.
  expect((await problems({ path: join(folder.path, "monday.db") })).names).toContain("warning backup");
});

test("a backup that was put back beside what the file before it has left", async () => {
  const backup = join(folder.path, "monday.db");
  {
    await using memory = await createMemory({ path, embedder: false });
    await memory.setMany(Array.from({ length: 600 }, (_, at) => ({ namespace, value: `Note ${at}.` })));
    await memory.backup(backup);
    await memory.set({ namespace, key: "later", value: "Written later." });
    await memory.search({ namespace, query: "note" });
    await copyFile(`${path}-wal`, join(folder.path, "log"));
    await copyFile(`${path}-shm`, join(folder.path, "shared"));
  }
  const putBack = async (...beside: string[]) => {
    for (const file of ["", "-wal", "-shm"]) await rm(path + file, { force: true });
    await copyFile(backup, path);
    for (const file of beside)
      await copyFile(join(folder.path, file === "-wal" ? "log" : "shared"), path + file);
  };
  await putBack("-wal", "-shm");
  const { names, text } = await problems();
  expect(names).toEqual(["fault file"]);
  expect(text).toMatch(/backup that was put back.*memory\.db-wal.* -> .*move .*-wal and .*-shm away/);
  // Nothing of the log has come into the copy.
  const bytes = (file: string) => readFile(file);
  expect((await bytes(path)).equals(await bytes(backup))).toBe(true);
  // Without the log it may be opened; the index of the file before it is of another time.
  await putBack("-shm");
  expect(await problems()).toMatchObject({
    names: ["warning file", "warning snapshot"],
    text: expect.stringMatching(/memory\.db-shm.*store was replaced or put back.*souvenir scrub/s),
  });
  expect(await problems()).toEqual({ names: [], text: "" });
});

test("a copy of the file alone, made while it was open", async () => {
  const original = join(folder.path, "open.db");
  const copied = async () => {
    await using memory = await createMemory({ path: original, embedder: false });
    await memory.set({ namespace, key: "k", value: "In the log only." });
    await copyFile(original, path);
  };
  // Of a store that is new, not even the tables.
  await copied();
  expect(await problems()).toMatchObject({
    names: ["fault file"],
    text: expect.stringMatching(/made while that was open.* -> .*souvenir backup/),
  });
  {
    await using memory = await createMemory({ path: original, embedder: false });
    await memory.clear({ namespace });
  }
  await copied();
  expect(await problems({ quick: true })).toMatchObject({
    names: ["warning records"],
    text: expect.stringMatching(/no memory in it.*log beside it.* -> .*souvenir backup/),
  });
});

test("what was erased and is not scrubbed, after a kill", async () => {
  await store();
  const code = `import { createMemory } from "@souvenir/core";
    const memory = await createMemory({ path: ${JSON.stringify(path)}, embedder: false });
    await memory.delete({ namespace: ${JSON.stringify(namespace)}, key: "k1" });
    process.kill(process.pid, "SIGKILL");`;
  const script = join(here, `kill-${process.pid}.ts`);
  await writeFile(script, code);
  const child = spawn(process.execPath, ["--conditions=@souvenir/source", script], { stdio: "inherit" });
  await once(child, "exit");
  await rm(script);
  const { names, text } = await problems({ quick: true });
  expect(names).toEqual(["warning erasures"]);
  expect(text).toMatch(/erased memories whose bytes.*: 1;.* -> run: souvenir scrub/);
  await using memory = await createMemory({ path, embedder: false });
  await memory.scrub();
});

test.runIf(process.platform === "linux")("a file that was replaced while it was open", async () => {
  await store();
  const memory = spawn(
    process.execPath,
    [
      "-e",
      `require("node:fs").openSync(${JSON.stringify(path)}); console.log("open"); process.stdin.resume()`,
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  await once(memory.stdout, "data");
  await rm(path);
  const { names, text } = await problems();
  expect(names).toEqual(["fault file", "fault file"]);
  expect(text).toContain(`process ${memory.pid} had it open`);
  await store();
  expect((await problems()).names).toEqual(["fault file"]);
  memory.kill("SIGKILL");
  await once(memory, "exit");
  expect((await problems()).names).toEqual([]);
});

test("an embedder that the store's vectors are not of", async () => {
  await store();
  const { names, text } = await problems({
    embedder: "mistral",
    offline: true,
    system: { ...quiet, environment: { MISTRAL_API_KEY: "key" } },
  });
  expect(names).toEqual(["fault embedder"]);
  expect(text).toContain("souvenir reembed --embedder mistral");
  path = join(folder.path, "own.db");
  await store({
    id: "letters",
    dimensions: 3,
    embed: async (texts) => texts.map(() => Float32Array.of(1, 2, 3)),
  });
  expect(await problems()).toMatchObject({
    names: ["warning embedder"],
    text: expect.stringContaining('"letters"'),
  });
});

test("a change of the embedder that was begun and not ended", async () => {
  await store(defaultEmbedder(), 300);
  await using memory = await createMemory({ path });
  const stop = new AbortController();
  const slow: Embedder = {
    id: "mistral:mistral-embed:1024",
    dimensions: 1024,
    maxBatch: 10,
    embed: async (texts) => texts.map(() => new Float32Array(1024).fill(1)),
  };
  await memory
    .reembed({ embedder: slow, signal: stop.signal, onProgress: () => stop.abort() })
    .catch(() => undefined);
  await memory.close();
  const { names, text } = await problems();
  expect(names).toContain("warning embedder");
  expect(text).toContain("souvenir reembed --embedder mistral");
});

test("texts that the embedder has given up", async () => {
  // One that is asked from the queue, as a model is.
  const { compute: _compute, ...asked } = defaultEmbedder();
  const choosy: Embedder = {
    ...asked,
    async embed(texts, options) {
      if (texts.some((text) => text.includes("Note 1")))
        throw new SouvenirError("EMBEDDER_FAILED", "too strange", {
          details: { permanent: true, index: texts.findIndex((text) => text.includes("Note 1")) },
        });
      return defaultEmbedder().embed(texts, options);
    },
  };
  await store(choosy);
  const { names, text } = await problems();
  expect(names).toEqual(["warning queue"]);
  expect(text).toMatch(/gave up.*: 1;.*souvenir reembed --embedder static/);
});

test("Mistral without a key, with a wrong one, and out of reach", async () => {
  const standIn = await startMistralStandIn({ apiKey: "right" });
  const environment = { MISTRAL_API_KEY: "right", MISTRAL_BASE_URL: standIn.url };
  const mistral = await makeEmbedder("mistral", environment);
  await store(mistral);
  const asked = (more: Record<string, string | undefined>) =>
    problems({ system: { ...quiet, environment: { ...environment, ...more } } });
  try {
    expect(await asked({})).toEqual({ names: [], text: "" });
    expect(await asked({ MISTRAL_API_KEY: undefined })).toMatchObject({
      names: ["fault embedder"],
      text: expect.stringContaining("MISTRAL_API_KEY"),
    });
    expect(await asked({ MISTRAL_API_KEY: "wrong" })).toMatchObject({
      names: ["fault embedder"],
      text: expect.stringContaining("401"),
    });
  } finally {
    await standIn.close();
  }
  expect(await asked({})).toMatchObject({
    names: ["fault embedder"],
    text: expect.stringContaining("check the network"),
  });
  expect((await problems({ offline: true, system: { ...quiet, environment } })).names).toEqual([]);
});

test("keys that are all expired, that others may read, that are no keys", async () => {
  await store();
  const file = keysPath(path);
  const keys = openKeyStore({ path: file, clock: () => Date.UTC(2020, 0, 1) });
  keys.create({ name: "old", grants: [{ namespace, permission: "read" }], expires_at: "2021-01-01" });
  keys.close();
  expect(await problems()).toMatchObject({
    names: ["warning keys"],
    text: expect.stringContaining("souvenir keys create"),
  });
  await writeFile(file, "garbage".repeat(100));
  await chmod(file, 0o644);
  expect((await problems()).names).toEqual(["warning keys", "fault keys"]);
});

test("a server: none, another program's, a key that it wants and one that it refuses", async () => {
  const other = createServer((_request, response) => response.end("<html>"));
  other.listen(0, "127.0.0.1");
  await once(other, "listening");
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  expect(told(await diagnoseServer({ url, key: undefined }))).toMatchObject({
    names: ["fault server"],
    text: expect.stringContaining("not souvenir"),
  });
  other.close();
  await once(other, "close");
  expect(told(await diagnoseServer({ url, key: undefined }))).toMatchObject({
    names: ["fault server"],
    text: expect.stringContaining("nothing answers"),
  });

  await using memory = await createMemory({ path: ":memory:" });
  const keys = openKeyStore({ path: ":memory:" });
  const server = await serve({ memory, keys, port: 0 });
  try {
    const ask = async (key?: string) => told(await diagnoseServer({ url: server.url, key })).names;
    expect(await ask()).toEqual([]);
    const { key } = keys.create({ name: "a", grants: [{ namespace, permission: "read" }] });
    expect(await ask()).toEqual(["fault keys"]);
    expect(await ask("svr_wrong")).toEqual(["fault keys"]);
    expect(await ask(key)).toEqual([]);
  } finally {
    await server.close();
    keys.close();
  }
});

test("the command names the fault, says what to do, and has an exit code", async () => {
  const missing = await folder.run(["doctor", "--offline"]);
  expect(missing.code).toBe(1);
  expect(missing.stdout).toMatch(/FAULT {4}file[\s\S]*-> give --path[\s\S]*1 fault, 0 warnings/);
  await store();
  const well = await folder.run(["doctor", "--path", path, "--json"]);
  expect(well.code).toBe(0);
  expect(JSON.parse(well.stdout)).toMatchObject({ status: "ok" });
  await chmod(path, 0o644);
  const warned = await folder.run(["doctor", "--path", path, "--json"]);
  expect([warned.code, JSON.parse(warned.stdout).status]).toEqual([0, "warning"]);
});
