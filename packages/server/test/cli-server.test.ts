import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, readFile, rm, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { connectMemory } from "../src/client/index.ts";
import { type CliFolder, cliFolder, firstLine } from "./run-cli.ts";

let folder: CliFolder;
beforeEach(async () => {
  folder = await cliFolder();
  return () => folder[Symbol.asyncDispose]();
});

async function served(...args: string[]) {
  const child = folder.start(["serve", "--open", "--port", "0", "--json", ...args]);
  const started = JSON.parse(await firstLine(child)) as Record<"memories" | "workers", number> & {
    url: string;
    keys: boolean;
  };
  return { child, ...started };
}

async function done(args: string[], env: Record<string, string> = {}, input = ""): Promise<string> {
  const { code, stdout, stderr } = await folder.run(args, { env, input });
  expect([code, stderr], args.join(" ")).toEqual([0, ""]);
  return stdout;
}

test("serve makes the file, answers any program, and SIGTERM loses nothing", async () => {
  const { child, url, keys, memories } = await served("--audit", "audit.jsonl");
  expect([keys, memories]).toEqual([false, 0]);
  const post = (path: string, body: object) =>
    fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  // Answered or refused, each knows which it was.
  const writes = Array.from({ length: 50 }, (_, number) =>
    post("/v1/memory-set", { key: `k${number}`, value: `Note ${number}.` }).then(
      (answer) => answer.status,
      () => 0,
    ),
  );
  await writes[0];
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const acknowledged = (await Promise.all(writes)).filter((status) => status === 200).length;
  expect(acknowledged).toBeGreaterThan(0);
  expect(await ended).toEqual([0, null]);
  expect(JSON.parse(await done(["stats", "--json"])).records).toBeGreaterThanOrEqual(acknowledged);
  const audit = (await readFile(join(folder.path, "audit.jsonl"), "utf8")).trimEnd().split("\n");
  expect(audit.length).toBeGreaterThanOrEqual(acknowledged);
  expect(audit.join("\n")).not.toContain("Note");
  expect((await stat(join(folder.path, "audit.jsonl"))).mode & 0o777).toBe(0o600);
});

test("serve searches in as many threads as it is told to, by default one less than there are cores", async () => {
  const { url, workers } = await served("--workers", "2");
  expect(workers).toBe(2);
  const memory = connectMemory({ url });
  for (const namespace of ["ada", "bob"]) {
    await memory.set({ namespace, key: "boat", value: "A boat for two." });
    expect((await memory.search({ namespace, query: "boat" })).results).toMatchObject([{ key: "boat" }]);
  }
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const other = await served("--path", "other.db");
  expect(other.workers).toBe(Math.max(1, availableParallelism() - 1));
  const refused = await folder.run(["serve", "--workers", "many"]);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("--workers")]);
});

test("serve --read-only answers and searches, refuses what writes, and leaves the file as it is", async () => {
  await folder.run(["set", "stack", "The shop runs on PostgreSQL.", "--path", "memory.db"]);
  const before = await readFile(join(folder.path, "memory.db"));
  const { child, url } = await served("--read-only", "--path", "memory.db");
  const post = (path: string, body: object) =>
    fetch(url + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  const found = await (await post("/v1/memory/search", { query: "which database" })).json();
  expect(found).toMatchObject({ results: [{ key: "stack" }] });
  expect((await fetch(`${url}/v1/memory?key=stack`)).status).toBe(200);
  for (const [path, body] of [
    ["/v1/memory-set", { value: "x" }],
    ["/v1/memory/delete", { key: "stack" }],
    ["/v1/remember-turn", { thread: "t", messages: [{ role: "user", content: "x" }] }],
    ["/v1/scrub", {}],
  ] as const) {
    const refused = await post(path, body);
    expect([path, refused.status, await refused.json()]).toMatchObject([
      path,
      403,
      { error: { code: "READ_ONLY" } },
    ]);
  }
  child.kill("SIGTERM");
  expect((await once(child, "exit"))[0]).toBe(0);
  expect(before.equals(await readFile(join(folder.path, "memory.db")))).toBe(true);
});

test("serve --read-only needs nothing that can be written to, with keys or without", async () => {
  const path = join(folder.path, "memory.db");
  await done(["set", "stack", "The shop runs on PostgreSQL.", "--path", path]);
  const script = fileURLToPath(new URL("./serve-as-nobody.ts", import.meta.url));
  const statuses = async (given?: string) => {
    await chmod(folder.path, 0o555);
    const child = spawn(process.execPath, ["--conditions=@souvenir/source", script, path]);
    const { url, key } = JSON.parse(await firstLine(child)) as { url: string; key?: string };
    const get = async (bearer: string | undefined) =>
      (await fetch(`${url}/v1/memory?key=stack`, { headers: { authorization: `Bearer ${bearer}` } })).status;
    const both = [await get(key), await get(given)];
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
    await chmod(folder.path, 0o755);
    return both;
  };
  await chmod(path, 0o444);
  expect(await statuses()).toEqual([200, 401]);
  const made = await folder.run(["keys", "create", "reader", "--everything", "--path", path]);
  await chmod(`${path}.keys`, 0o444);
  expect(await statuses(made.stdout.trim())).toEqual([401, 200]);
});

test("backup copies what a server has acknowledged, while it writes; nothing is written over", async () => {
  const { url } = await served();
  const set = (key: string) =>
    fetch(`${url}/v1/memory-set`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ key, value: `Note ${key}.` }),
    });
  for (let number = 0; number < 20; number++) expect((await set(`before-${number}`)).status).toBe(200);
  const writing = Promise.all(Array.from({ length: 20 }, (_, number) => set(`during-${number}`)));
  expect(JSON.parse(await done(["backup", "copy.db", "--json"]))).toEqual({
    path: "copy.db",
    bytes: expect.any(Number),
  });
  await writing;
  const keys = (await done(["list", "--json", "--path", "copy.db"]))
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { key: string }).key);
  expect(keys.filter((key) => key.startsWith("before"))).toHaveLength(20);
  const again = await folder.run(["backup", "copy.db", "--json"]);
  expect([again.code, JSON.parse(again.stderr)]).toMatchObject([2, { error: { code: "INVALID_INPUT" } }]);
  const remote = await folder.run(["backup", "other.db"], { env: { SOUVENIR_URL: url } });
  expect([remote.code, remote.stderr]).toEqual([2, expect.stringContaining("where the store is")]);
});

test("a server whose file was deleted acknowledges nothing more, and says what to do", async () => {
  const { url } = await served();
  const set = async (key: string) => {
    const answer = await fetch(`${url}/v1/memory-set`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ key, value: "A note." }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  expect((await set("a")).status).toBe(200);
  for (const suffix of ["", "-wal", "-shm"])
    await rm(join(folder.path, `.souvenir/memory.db${suffix}`), { force: true });
  expect(await set("b")).toMatchObject({ status: 503, body: { error: { code: "STORE_REPLACED" } } });
});

test("the commands work against a server as they do on a file", async () => {
  const { url } = await served();
  const env = { SOUVENIR_URL: url };
  await done(["set", "a", "The shop runs on PostgreSQL.", "--tag", "decision"], env);
  await done(["set", "a", "The shop runs on SQLite."], env);
  expect(await done(["get", "a"], env)).toBe("The shop runs on SQLite.\n");
  expect(await done(["search", "what does the shop run on"], env)).toContain("SQLite");
  expect(await done(["list", "--url", url])).toContain("SQLite");
  expect((await done(["history", "a"], env)).split("\n")).toHaveLength(3);
  expect(await done(["namespaces"], env)).toBe("default  1 memory\n");
  expect(JSON.parse(await done(["stats", "--json"], env))).toMatchObject({ records: 1, versions: 1 });
  const text = await done(["export"], env);
  expect(JSON.parse(text.split("\n")[1] as string)).toMatchObject({ key: "a", history: [{ version: 1 }] });
  expect(await done(["import", "-"], env, '{"key":"b","value":"From a pipe."}\n')).toContain("imported 1");
  expect(await folder.run(["import", "-"], { env, input: '{"value":"x"}\n{"value":7}\n' })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("line 2"),
  });
  expect(await done(["forget", "b"], env)).toBe("forgot 1 memory\n");
  expect((await folder.run(["get", "b"], { env })).code).toBe(3);
  expect(await done(["doctor"], env)).toContain("All is well.");
  expect(await folder.run(["set", "c", "x", "--embedder", "none"], { env })).toMatchObject({ code: 2 });
  const gone = await folder.run(["get", "a", "--url", "http://127.0.0.1:1"]);
  expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining("http://127.0.0.1:1")]);
});

test("keys are shown once, listed without their secrets, refused when revoked", async () => {
  const key = (
    await folder.run(["keys", "create", "laptop", "--namespace", "team", "--expires", "90d"])
  ).stdout.trim();
  expect(key).toMatch(/^svr_/);
  const made = JSON.parse(
    (
      await folder.run([
        "keys",
        "create",
        "admin",
        "--everything",
        "--allow",
        "admin",
        "--rate-limit",
        "50",
        "--json",
      ])
    ).stdout,
  );
  expect(made).toMatchObject({ grants: [{ prefix: "", permission: "admin" }], rate_limit: 50 });
  const listed = await done(["keys", "list"]);
  expect(listed).toMatch(/laptop {2}write team {2}never used, until[\s\S]*admin {2}admin everything/);
  expect(listed).not.toContain(key);
  expect(await folder.run(["keys", "create", "bad", "--prefix", "team"])).toMatchObject({ code: 2 });

  const { url, keys } = await served();
  expect(keys).toBe(true);
  const refused = await folder.run(["list", "-n", "team"], { env: { SOUVENIR_URL: url } });
  expect([refused.code, refused.stdout]).toEqual([4, ""]);
  const env = { SOUVENIR_URL: url, SOUVENIR_KEY: key };
  await done(["set", "a", "For the team.", "-n", "team"], env);
  expect((await folder.run(["set", "a", "For others.", "-n", "others"], { env })).code).toBe(4);
  expect(await done(["namespaces", "--key", made.key], { SOUVENIR_URL: url })).toContain("team");
  await done(["keys", "revoke", made.id]);
  expect((await folder.run(["namespaces", "--key", made.key, "--url", url])).code).toBe(4);
  expect((await folder.run(["keys", "revoke", "nobody"])).code).toBe(3);
});

test("the first start makes a key and shows it once, with a link that opens the console", async () => {
  const first = folder.start(["serve", "--port", "0", "--json"]);
  const { url = "", keys, key, console } = JSON.parse(await firstLine(first)) as Record<string, string>;
  expect([keys, console]).toEqual([true, `${url}/console/#key=${key}`]);
  const status = async (headers: Record<string, string> = {}) =>
    (await fetch(`${url}/v1/keys`, { headers })).status;
  expect([await status(), await status({ authorization: `Bearer ${key}` })]).toEqual([401, 200]);
  const ended = once(first, "exit");
  first.kill("SIGTERM");
  await ended;
  for (const args of [[], ["--open"]]) {
    const again = folder.start(["serve", "--port", "0", "--json", ...args]);
    const shown = JSON.parse(await firstLine(again)) as Record<string, string>;
    expect(shown).toMatchObject({ keys: true, console: `${shown.url}/console/` });
    expect(shown).not.toHaveProperty("key");
    expect((await fetch(`${shown.url}/v1/namespaces`)).status).toBe(401);
    again.kill("SIGTERM");
  }
  // For people the same in words, and no secret in the file.
  const other = folder.start(["serve", "--port", "0", "--path", "other.db"]);
  let words = "";
  for await (const part of other.stdout as NodeJS.ReadableStream) {
    words += part;
    if (words.includes("Ctrl-C")) break;
  }
  const [, linked, alone = ""] = /console\/#key=(svr_\S+)\n[\s\S]*key +(svr_\S+)\n/.exec(words) ?? [];
  expect([linked, alone]).toEqual([expect.stringMatching(/^svr_/), linked]);
  expect((await readFile(join(folder.path, "other.db.keys"))).includes(alone.slice(-43))).toBe(false);
  // A start that fails does not keep the key that it made to itself.
  const failed = await folder.run([
    "serve",
    "--port",
    new URL(url).port,
    "--path",
    "third.db",
    "--host",
    "192.0.2.1",
  ]);
  expect([failed.code, failed.stdout]).toEqual([2, ""]);
  expect(failed.stderr).toMatch(/svr_[0-9a-f]{18}_[\w-]{43}/);
});

test("nobody else is served without a key, keys that others can read on the way are told, and a port that is taken is told", async () => {
  const away = await folder.run(["serve", "--open", "--host", "0.0.0.0", "--port", "0"]);
  expect([away.code, away.stdout]).toEqual([2, ""]);
  expect(away.stderr).toContain("souvenir keys create");
  const wide = folder.start(["serve", "--host", "0.0.0.0", "--port", "0"]);
  const [told] = (await once(wide.stderr as NodeJS.ReadableStream, "data")) as [Buffer];
  expect(String(told)).toMatch(/warning: keys .*TLS/);
  expect((await folder.run(["serve", "--audit-required", "--port", "0"])).code).toBe(2);
  const { url } = await served();
  const taken = await folder.run(["serve", "--port", new URL(url).port]);
  expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining("EADDRINUSE")]);
});
