import { execFile } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createMemory } from "@souvenir/core";
import { startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { findProgram } from "@souvenir/test/programs";
import { beforeEach, describe, expect, test } from "vitest";
import { commands } from "../src/cli/commands.ts";
import {
  type CliFolder,
  type CliResult,
  type CliRun,
  cleanEnvironment,
  cliArguments,
  cliFolder,
} from "./run-cli.ts";

let folder: CliFolder;
beforeEach(async () => {
  folder = await cliFolder();
  return () => folder[Symbol.asyncDispose]();
});

const souvenir = (args: string[], options?: CliRun): Promise<CliResult> => folder.run(args, options);

/** For what has to work before the test begins. */
async function done(args: string[], options?: CliRun): Promise<string> {
  const { code, stdout, stderr } = await souvenir(args, options);
  expect([code, stderr], args.join(" ")).toEqual([0, ""]);
  return stdout;
}

const lines = (text: string) => text.trimEnd().split("\n");
const records = (text: string) => lines(text).map((line) => JSON.parse(line) as Record<string, unknown>);

async function fill(count: number): Promise<void> {
  await using memory = await createMemory({ path: join(folder.path, ".souvenir/memory.db") });
  await memory.setMany(
    Array.from({ length: count }, (_, number) => ({
      namespace: "default",
      key: `k${String(number).padStart(5, "0")}`,
      value: `Note ${number} about the shop and its PostgreSQL.`,
    })),
  );
  await memory.flush();
}

describe("help", () => {
  test("alone it explains itself, with every command, and loads nothing of the engine", async () => {
    const trace = `import { registerHooks } from "node:module";
      registerHooks({ load(url, context, next) { process.stderr.write(url + "\\n"); return next(url, context); } });`;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [`--import=data:text/javascript,${encodeURIComponent(trace)}`, ...cliArguments, "--help"],
      { env: cleanEnvironment() },
    );
    for (const { name } of commands) expect(stdout).toContain(`  ${name}`);
    expect(stderr).toContain("cli/main.ts");
    expect(stderr).not.toMatch(/packages\/(core|orama|mistral)|node_modules|node:sqlite/);
    expect(await done([])).toBe(stdout);
    expect(lines(stdout).every((line) => line.length <= 100)).toBe(true);
  });

  test.each(commands.map(({ name }) => name))("%s --help says how it is used", async (name) => {
    const { stdout: text } = await souvenir([...name.split(" "), "--help"]);
    expect(text).toMatch(/^Usage {2}souvenir [\s\S]*Options[\s\S]*Examples/);
    expect(lines(text).every((line) => line.length <= 110)).toBe(true);
  });

  test("keys alone lists what can be done with keys, and --version is a version", async () => {
    expect((await souvenir(["keys"])).stdout).toContain("keys create NAME");
    expect((await souvenir(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("a wrong command line is refused with exit code 2, and nothing is made", () => {
  test.each([
    [["serch", "x"], 'did you mean "search"?'],
    [["keys", "crate"], 'did you mean "keys create"?'],
    [["frobnicate"], "souvenir --help"],
    [["list", "--limt", "3"], "did you mean --limit?"],
    [["serve", "--cors-origin", "https://app.example"], "did you mean --allow-origin?"],
    [["set", "key", "-5 degrees"], '"--"'],
    [["get"], "souvenir get KEY"],
    [["set", "a", "b", "c"], "quote what has spaces"],
    [["set", "only a text"], "--new-key"],
    [["list", "--limit", "many"], "whole number"],
    [["forget", "a", "b", "--if-version", "1"], "for one memory"],
    [["search", "x", "--min-score", "2"], "0 to 1"],
    [["search", "x", "--since", "yesterday"], "2027-01-31"],
    [["set", "k", "v", "--metadata", "[1]"], "JSON object"],
    [["set", "k", "v", "--metadata", "{a:1}"], "quote it for the shell"],
    [["set", "k", "v", "--metadata", '{"a":9007199254740993}'], "send it as a string"],
    [["set", "k", "v", "--expires", "2020-02-02"], "to come"],
    [["forget", "--where", '{"a":9007199254740993}', "--yes"], "send it as a string"],
    [["get", "k", "--path", "a.db", "--url", "http://x"], "not both"],
    [["get", "k", "--url", "memory.example"], "http://127.0.0.1:7077"],
    [["get", "k", "--key", "svr_x"], "--url"],
    [["set", "k", "v", "--embedder", "openai"], "mistral"],
    [["reembed"], "--embedder mistral"],
    [["reembed", "--embedder", "mistral", "--url", "http://x"], "no option --url"],
    [["forget"], "--all"],
    [["forget", "k", "--all"], "in one way"],
    [["keys", "create", "me"], "--namespace"],
    [["keys", "create", "me", "--everything", "--allow", "all"], "read, write, admin"],
    [["--path", "x.db"], "say the command"],
  ] as [string[], string][])("souvenir %j", async (args, hint) => {
    const { code, stdout, stderr } = await souvenir(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(hint);
    expect(lines(stderr)).toHaveLength(1);
    expect(await readdir(folder.path)).toEqual([]);
  });
});

describe("memories in a file", () => {
  test("set, get, search, list, history, namespaces, stats, forget", async () => {
    const text = "The shop runs on Rust, Axum and PostgreSQL.";
    expect(await done(["set", "stack", text, "--tag", "decision", "--metadata", '{"project":"shop"}'])).toBe(
      "stored stack, version 1\n",
    );
    await done([
      "set",
      "menu",
      "On Friday there is onion soup.",
      "--created",
      "2026-01-02",
      "--role",
      "user",
    ]);
    expect(await done(["get", "stack"])).toBe(`${text}\n`);
    expect(await done(["search", "which", "database", "PostgreSQL"])).toMatch(
      /^[█░]{10} [01]\.\d\d {2}The shop runs on Rust[^\n]*\n {17}stack {2}·[^\n]*words: PostgreSQL/i,
    );
    expect(await done(["list"])).toMatch(
      /^2026-01-02 {2}menu {2}user: On Friday[^\n]*\n\d{4}-\d\d-\d\d {2}stack {2}The shop[^\n]* #decision\n$/,
    );
    expect(await done(["list", "--where", '{"project":"shop"}', "--tag", "decision"])).toMatch(
      /^[^\n]*stack[^\n]*\n$/,
    );
    expect(await done(["set", "stack", "Now on SQLite."])).toBe("stored stack, version 2\n");
    expect(lines(await done(["history", "stack"])).map((line) => line.slice(-14))).toEqual([
      "Now on SQLite.",
      "nd PostgreSQL.",
    ]);
    expect(await done(["namespaces"])).toBe("default  2 memories\n");
    expect(await done(["stats"])).toMatch(/memories +2\n[\s\S]*embedder +souvenir-static/);
    expect(await done(["forget", "stack"])).toBe("forgot 1 memory\n");
    expect(await folder.runApart(["get", "stack"])).toMatchObject({ code: 3, stdout: "" });
    expect(await souvenir(["forget", "stack", "menu"])).toMatchObject({
      code: 3,
      stdout: "forgot 1 memory\n",
    });
    expect((await stat(join(folder.path, ".souvenir/memory.db"))).mode & 0o777).toBe(0o600);
  });

  test("what was true, what takes the place of what, and what is pinned", async () => {
    await done([
      "set",
      "alpha",
      "Ada works at Alpha.",
      "--created",
      "2026-02-03",
      "--valid-to",
      "2026-08-01",
    ]);
    await done(["set", "beta", "Ada works at Beta.", "--valid-from", "2026-08-01", "--supersedes", "alpha"]);
    const keys = async (...args: string[]) => records(await done([...args, "--json"])).map(({ key }) => key);
    expect(await keys("list", "--as-of", "2026-05-01")).toEqual(["alpha"]);
    expect(await keys("list", "--as-of", "2026-09-01")).toEqual(["beta"]);
    expect(await keys("list", "--known-at", "2020-01-01").catch(() => [])).toEqual([]);
    const found = JSON.parse(await done(["search", "where does Ada work", "--json"]));
    expect(found.results.find(({ key }: { key: string }) => key === "alpha").supersededBy).toBe("beta");
    expect(lines(await done(["search", "Ada works", "--as-of", "2026-05-01"]))[0]).toContain(
      "Ada works at Alpha.",
    );

    expect(await done(["pin", "beta"])).toBe("pinned beta\n");
    expect(await done(["profile"])).toBe("beta  Ada works at Beta.\n");
    expect(JSON.parse(await done(["profile", "--json"]))).toEqual({
      lines: [{ text: "Ada works at Beta.", key: "beta", version: 1 }],
    });
    expect((await souvenir(["profile", "--tokens", "1"])).stderr).toContain("1 more had no room");
    expect(await done(["unpin", "beta"])).toBe("unpinned beta\n");
    expect((await souvenir(["pin", "nobody"])).code).toBe(3);
  });

  test("--json is one document, or one a line for lists; errors are JSON on standard error", async () => {
    expect(JSON.parse(await done(["set", "a", "One fact.", "--json"]))).toMatchObject({
      key: "a",
      version: 1,
    });
    await done(["set", "b", "Another fact.", "-n", "team"]);
    expect(JSON.parse(await done(["get", "a", "--json"]))).toMatchObject({ value: "One fact." });
    const found = JSON.parse(await done(["--json", "search", "fact", "--facets"]));
    expect(found).toMatchObject({ results: [{ key: "a" }], degraded: [], facets: { tags: [] } });
    expect(records(await done(["list", "--json"]))).toMatchObject([{ key: "a" }]);
    expect(records(await done(["history", "a", "--json"]))).toMatchObject([{ version: 1 }]);
    expect(records(await done(["namespaces", "--json"]))).toMatchObject([
      { namespace: "default", records: 1 },
      { namespace: "team" },
    ]);
    expect(JSON.parse(await done(["stats", "--json"]))).toMatchObject({ records: 2, namespaces: 2 });
    const missing = await souvenir(["get", "zzz", "--json"]);
    expect([missing.code, missing.stdout]).toEqual([3, ""]);
    expect(JSON.parse(missing.stderr)).toMatchObject({ error: { code: "NOT_FOUND" } });
    await done(["set", "a", "Another fact.", "--if-version", "1"]);
    for (const args of [
      ["set", "a", "A third one.", "--if-version", "1"],
      ["forget", "a", "--if-version", "1"],
    ]) {
      const late = await souvenir([...args, "--json"]);
      expect([late.code, JSON.parse(late.stderr)]).toMatchObject([
        5,
        { error: { code: "VERSION_CONFLICT" } },
      ]);
    }
    expect(JSON.parse(await done(["get", "a", "--json"]))).toMatchObject({
      value: "Another fact.",
      version: 2,
    });
    const wrong = await souvenir(["list", "--json", "--nope"]);
    expect(JSON.parse(wrong.stderr)).toMatchObject({ error: { code: "USAGE" } });
    expect(JSON.parse(await done(["forget", "--all", "--yes", "-n", "team", "--json"]))).toEqual({
      deleted: 1,
    });
  });

  test("what the memory refuses is said with the names that the command line has", async () => {
    const refused = async (...args: string[]) => {
      const { code, stderr } = await souvenir([...args, "--json", "--path", join(folder.path, "m.db")]);
      return [code, (JSON.parse(stderr) as { error: { message: string } }).error.message];
    };
    const long = "x".repeat(600);
    for (const [args, message] of [
      [
        ["set", "a", "x", "--valid-from", "2026-05-01", "--valid-to", "2026-04-01"],
        /^--valid-to: .*after --valid-from,/,
      ],
      [["set", "", "x"], /^KEY: expected a text/],
      [["set", "a", " "], /^TEXT: expected a text/],
      [["set", "a", "x", "--tag", "one", "--tag", ""], /^--tag\[1\]: expected/],
      [["set", "a", "x", "--metadata", `{"${long}":1}`, "--supersedes", "a"], /^--(?:metadata|supersedes)/],
      [["set", "a", "x", "-n", long], /^--namespace: expected/],
      [["search", "x ".repeat(10_000)], /^QUERY: expected/],
      [["search", "x", "--entity", ""], /^--entity\[0\]: expected/],
      [["list", "--where", '{"validTo":{"foo":1}}'], /^--where validTo\.foo: expected/],
      [["keys", "create", "x", "--prefix", "team"], /^--prefix: expected/],
    ] as const)
      expect(await refused(...args)).toEqual([2, expect.stringMatching(message)]);
    // A file has names of its own.
    const imported = await folder.run(["import", "-"], { input: '{"value":"x","validTo":"2026-02-30"}' });
    expect(imported.stderr).toContain("line 1: validTo: expected");
  });

  test("scrub removes the bytes of what was erased; reembed --cancel gives up what was begun", async () => {
    await done(["set", "secret", "The safe opens with xylophone-4471."]);
    await done(["forget", "secret"]);
    expect(JSON.parse(await done(["scrub", "--json"]))).toEqual({ scrubbed: expect.any(Number) });
    expect(await done(["stats"])).toMatch(/erased, not yet scrubbed +0\n/);
    const folders = await readdir(folder.path, { recursive: true, withFileTypes: true });
    for (const file of folders.filter((entry) => entry.isFile()))
      expect(String(await readFile(join(file.parentPath, file.name)))).not.toContain("xylophone");
    expect(await done(["reembed", "--cancel"])).toBe("no re-embedding was under way\n");
  });

  test("a text from standard input, a key that is made, a text that begins with a dash", async () => {
    const stored = { code: 0, stdout: "stored poem, version 1\n", stderr: "" };
    expect(await folder.runApart(["set", "poem", "-"], { input: "Two\nlines ✓\n" })).toEqual(stored);
    expect(await folder.runApart(["get", "poem"])).toEqual({ ...stored, stdout: "Two\nlines ✓\n" });
    expect(await done(["search", "-"], { input: "lines" })).toContain("poem");
    const key = (await done(["set", "--new-key", "A fact without a name."])).trim();
    expect(await done(["get", key])).toBe("A fact without a name.\n");
    await done(["set", "cold", "--", "-5 degrees"]);
    expect(await done(["get", "cold"])).toBe("-5 degrees\n");
    expect(
      await folder.runApart(["set", "x", "-"], { input: Buffer.from([0xff, 0xfe, 0x41]) }),
    ).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("UTF-8"),
    });
  });

  test("the environment names file, namespace and embedder; a memory is given an end", async () => {
    const env = { SOUVENIR_PATH: "team.db", SOUVENIR_NAMESPACE: "team", SOUVENIR_EMBEDDER: "none" };
    await done(["set", "a", "One fact."], { env });
    expect(records(await done(["list", "--json"], { env }))).toMatchObject([{ namespace: "team" }]);
    expect(JSON.parse(await done(["stats", "--json"], { env }))).toMatchObject({
      embedder: null,
      vectors: 0,
    });
    expect(
      JSON.parse(await done(["set", "b", "Soon gone.", "--expires", "30d", "--json"], { env })),
    ).toMatchObject({
      expiresAt: expect.stringMatching(/Z$/),
    });
  });

  test("reading from a mistyped path makes no empty store there", async () => {
    for (const args of [
      ["get", "k"],
      ["list"],
      ["search", "x"],
      ["stats"],
      ["export"],
      ["namespaces"],
      ["keys", "revoke", "x"],
    ]) {
      const { code, stderr } = await souvenir([...args, "--path", "typo/memory.db"]);
      expect([code, stderr]).toEqual([3, expect.stringContaining("typo/memory.db")]);
    }
    expect((await souvenir(["keys", "list", "--path", "typo/memory.db"])).code).toBe(0);
    expect(await readdir(folder.path)).toEqual([]);
  });

  test("what erases much is asked for, or needs --yes", async () => {
    await fill(3);
    const { code, stderr } = await souvenir(["forget", "--all"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("--yes")]);
    expect(await done(["forget", "--all", "--yes"])).toBe("forgot 3 memories\n");
  });

  test("souvenir list | head ends quietly", async () => {
    await fill(5_000);
    const command = [process.execPath, ...cliArguments, "list"].map((part) => `'${part}'`).join(" ");
    const { stdout, stderr } = await promisify(execFile)(
      "bash",
      ["-c", `set -o pipefail; ${command} | head -n 2`],
      {
        cwd: folder.path,
        env: cleanEnvironment(),
      },
    );
    expect(lines(stdout)).toHaveLength(2);
    expect(stderr).toBe("");
  });
});

describe("import and export", () => {
  test("all goes into one file and comes back the same, with history", async () => {
    await done(["set", "a", "First."]);
    await done(["set", "a", "Second."]);
    await done(["set", "b", "In a team.", "-n", "team", "--tag", "x"]);
    const text = await done(["export"]);
    expect(records(text)).toMatchObject([
      { souvenir: "memories", version: 1 },
      { key: "a", history: [{ value: "First." }], created_at: expect.any(String) },
      { key: "b" },
    ]);
    expect(await done(["export", "-o", "all.jsonl"])).toBe("exported 2 memories to all.jsonl\n");
    expect(await readFile(join(folder.path, "all.jsonl"), "utf8")).toBe(text);
    expect((await stat(join(folder.path, "all.jsonl"))).mode & 0o777).toBe(0o600);
    expect(await done(["export", "-o", "new/folder/all.jsonl"])).toContain("exported 2 memories");
    expect(await readFile(join(folder.path, "new/folder/all.jsonl"), "utf8")).toBe(text);
    const { code, stderr } = await souvenir(["export", "-o", "new"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("new is a folder")]);
    expect(await done(["import", "all.jsonl", "--path", "new.db"])).toContain("imported 2, skipped 0");
    expect(await done(["export", "--path", "new.db"])).toBe(text);
    const again = await folder.runApart(["import", "--path", "new.db", "--json"], { input: text });
    expect(JSON.parse(again.stdout)).toEqual({ imported: 0, skipped: 2 });
    expect(records(await done(["export", "-n", "team", "--no-history"]))).toHaveLength(2);
  });

  test("lines may say as little as a value; Windows line ends and empty lines are no harm", async () => {
    const input = '\ufeff{"value":"One."}\r\n\r\n{"value":"Two.","namespace":"other"}\r\n';
    await done(["import", "-", "-n", "mine"], { input });
    const over = '{"value":"It is over.","expiresAt":"2001-02-03T04:05:06Z"}';
    expect(await done(["import", "-", "-n", "over"], { input: over })).toContain(
      ", refused 1 that have expired",
    );
    expect(await done(["namespaces"])).toBe("mine  1 memory\nother  1 memory\n");
  });

  test("a time without zone is in UTC, as a server reads the same file, wherever the machine is", async () => {
    const memory = { namespace: "n", key: "k", value: "Is.", tags: [], metadata: {}, entities: [] };
    const first = { ...memory, version: 1, created_at: "2020-01-01T00:00", updated_at: "2020-01-01T00:00" };
    const second = { version: 2, updatedAt: "2020-02-01 12:00:00", expires_at: "2090-01-01T10:00" };
    const input = JSON.stringify({ ...memory, createdAt: "2020-01-01T00:00", ...second, history: [first] });
    const newYork = { input, env: { TZ: "America/New_York" } };
    expect(await folder.runApart(["import", "-"], newYork)).toMatchObject({ code: 0 });
    const stored = await done(["export"]);
    for (const time of ["2020-01-01T00:00:00.000Z", "2020-02-01T12:00:00.000Z", "2090-01-01T10:00:00.000Z"])
      expect(stored).toContain(time);
    expect(stored).not.toContain("T05:00");
  });

  test.each([
    ['{"value":"One."}\nnot json\n', "line 2: expected JSON"],
    ['{"value":"One."}\n\n["a"]\n', "line 3 is not a JSON object"],
    ['{"value":"One."}\n\n{"value":7}\n', "line 3: value"],
    [Buffer.from([0x7b, 0x22, 0xff, 0x0a]), "not UTF-8"],
  ])("a bad line is named: %j", async (input, hint) => {
    const { code, stdout, stderr } = await souvenir(["import"], { input });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(hint);
  });

  test("a bad line far below leaves what came before, says so, and the import goes on when it is mended", async () => {
    const good = Array.from(
      { length: 2_500 },
      (_, number) => `{"key":"k${number}","value":"Note ${number}."}`,
    );
    await writeFile(
      join(folder.path, "in.jsonl"),
      [...good.slice(0, 2_200), "{", ...good.slice(2_200)].join("\n"),
    );
    const { code, stderr } = await souvenir(["import", "in.jsonl"]);
    expect(code).toBe(2);
    const [, stored, next] =
      /line 2201: expected JSON.*?(\d+) stored; go on with --from-line (\d+)/.exec(stderr) ?? [];
    expect(Number(stored)).toBeGreaterThan(0);
    expect(Number(next)).toBe(Number(stored) + 1);
    await writeFile(join(folder.path, "in.jsonl"), good.join("\n"));
    expect(await done(["import", "in.jsonl", "--from-line", `${next}`])).toContain(
      `imported ${2_500 - Number(stored)}, skipped 0`,
    );
    expect(JSON.parse(await done(["stats", "--json"]))).toMatchObject({ records: 2_500, versions: 0 });
  });

  test("no file, and a folder", async () => {
    expect(await souvenir(["import", "gone.jsonl"])).toMatchObject({ code: 3 });
    expect(await souvenir(["import", "."])).toMatchObject({ code: 2 });
  });

  test("Ctrl-C in an import leaves a whole store; the same command goes on", async () => {
    const text = Array.from(
      { length: 3_000 },
      (_, number) => `{"key":"k${number}","value":"Note ${number}."}\n`,
    ).join("");
    const child = folder.start(["import"]);
    let stderr = "";
    child.stderr?.on("data", (part) => {
      stderr += part;
    });
    child.stdin?.write(text);
    // The pipe stays open: it waits for more when two batches at least are stored.
    const path = join(folder.path, ".souvenir/memory.db");
    const stored = async () => {
      try {
        await using memory = await createMemory({ path, embedder: false });
        return (await memory.stats()).records;
      } catch {
        return 0;
      }
    };
    await expect.poll(stored).toBeGreaterThanOrEqual(2_000);
    child.kill("SIGINT");
    expect((await once(child, "exit"))[0]).toBe(130);
    const [, count, next = ""] = /stopped: (\d+) stored; go on with --from-line (\d+)/.exec(stderr) ?? [];
    expect(await stored()).toBe(Number(count));
    expect((await souvenir(["doctor"])).code).toBe(0);
    await done(["import", "--from-line", next], { input: text });
    expect(JSON.parse(await done(["stats", "--json"]))).toMatchObject({ records: 3_000, versions: 0 });
  });

  test("Ctrl-C in an export to a file leaves no half file", async () => {
    await fill(20_000);
    const child = folder.start(["export", "-o", "out.jsonl"]);
    const ended = once(child, "exit");
    const begun = async () => (await readdir(folder.path)).some((name) => name.startsWith("out.jsonl"));
    await expect.poll(begun, { interval: 5 }).toBe(true);
    child.kill("SIGINT");
    const [code] = await ended;
    // On a busy machine it may have been done before.
    if (code === 0) {
      expect(lines(await readFile(join(folder.path, "out.jsonl"), "utf8"))).toHaveLength(20_000);
      expect(await readdir(folder.path)).toEqual([".souvenir", "out.jsonl"]);
    } else {
      expect(code).toBe(130);
      expect(await readdir(folder.path)).toEqual([".souvenir"]);
    }
  });
});

describe("embedders", () => {
  test("a change that could not be ended, as without a key, is not begun", async () => {
    await done(["set", "a", "She is allergic to hazelnuts."]);
    const { code, stderr } = await souvenir(["reembed", "--embedder", "mistral"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("MISTRAL_API_KEY")]);
    expect(JSON.parse(await done(["stats", "--json"]))).not.toHaveProperty("reembedding");
  });

  test("Mistral's is used again without being named, and changed with reembed", async () => {
    const standIn = await startMistralStandIn();
    const env = { MISTRAL_API_KEY: "key", MISTRAL_BASE_URL: `${standIn.url}/v1` };
    try {
      await done(["set", "a", "She likes hazelnuts.", "--embedder", "mistral"], { env });
      expect(JSON.parse(await done(["stats", "--json"], { env }))).toMatchObject({
        vectors: 1,
        embedder: { id: "mistral:mistral-embed:1024" },
      });
      const before = standIn.embeddingsRequests().length;
      expect((await souvenir(["search", "hazelnuts"], { env })).stdout).toContain("hazelnuts");
      expect(standIn.embeddingsRequests().length).toBeGreaterThan(before);

      const other = await souvenir(["set", "b", "x", "--embedder", "static"], { env });
      expect([other.code, other.stdout]).toEqual([1, ""]);
      expect(other.stderr).toContain("souvenir reembed --embedder static");
      expect(await done(["reembed", "--embedder", "static"], { env })).toContain(
        "embedded 1 memory with souvenir-static",
      );
      expect(JSON.parse(await done(["stats", "--json"]))).toMatchObject({
        embedder: { id: "souvenir-static-256-1" },
      });
      expect(JSON.parse(await done(["reembed", "--embedder", "mistral", "--json"], { env }))).toEqual({
        embedder: "mistral:mistral-embed:1024",
        embedded: 1,
      });
    } finally {
      await standIn.close();
    }
  });

  test("an import waits for all its vectors", async () => {
    const standIn = await startMistralStandIn();
    const env = { MISTRAL_API_KEY: "key", MISTRAL_BASE_URL: standIn.url };
    const input = Array.from({ length: 1_500 }, (_, number) => `{"value":"Note ${number}."}\n`).join("");
    try {
      await done(["import", "--embedder", "mistral"], { env, input });
      expect(JSON.parse(await done(["stats", "--json"], { env }))).toMatchObject({
        vectors: 1_500,
        queue: { embedding: { pending: 0 } },
      });
    } finally {
      await standIn.close();
    }
  });

  test("a provider that is down loses nothing and is told", async () => {
    const standIn = await startMistralStandIn({ apiKey: "right" });
    const env = { MISTRAL_API_KEY: "wrong", MISTRAL_BASE_URL: standIn.url };
    try {
      const set = await souvenir(["set", "a", "She likes hazelnuts.", "--embedder", "mistral"], { env });
      expect([set.code, set.stdout]).toEqual([0, "stored a, version 1\n"]);
      expect(set.stderr).toMatch(/1 memory has no vector yet \(.*401/);
      const found = await souvenir(["search", "hazelnuts"], { env });
      expect([found.code, found.stdout]).toEqual([0, expect.stringContaining("She likes hazelnuts.")]);
      expect((await souvenir(["get", "a"], { env: { MISTRAL_BASE_URL: standIn.url } })).stdout).toBe(
        "She likes hazelnuts.\n",
      );
    } finally {
      await standIn.close();
    }
  });

  test("Ctrl-C in a re-embedding goes on the next time", async () => {
    await fill(300);
    const standIn = await startMistralStandIn();
    const gate = Promise.withResolvers<void>();
    let answered = 0;
    standIn.script({ embeddings: () => (answered++ < 1 ? undefined : { wait: gate.promise }) });
    const env = { MISTRAL_API_KEY: "key", MISTRAL_BASE_URL: standIn.url };
    try {
      const child = folder.start(["reembed", "--embedder", "mistral"], { env });
      await expect.poll(() => answered).toBeGreaterThan(1);
      child.kill("SIGINT");
      expect((await once(child, "exit"))[0]).toBe(130);
      gate.resolve();
      standIn.reset();
      expect((await souvenir(["search", "PostgreSQL"])).stdout).toContain("PostgreSQL");
      await done(["reembed", "--embedder", "mistral"], { env });
      expect(JSON.parse(await done(["stats", "--json"], { env }))).toMatchObject({
        vectors: 300,
        embedder: { id: "mistral:mistral-embed:1024" },
      });
    } finally {
      gate.resolve();
      await standIn.close();
    }
  });
});

const script = findProgram(["script"], "util-linux has it: it gives a command a terminal");
const noTerminal = "missing" in script || process.platform !== "linux";

describe("on a terminal", { skip: noTerminal }, () => {
  /** The command as a person sees it: util-linux' script gives it a terminal. */
  async function seen(args: string[], env: Record<string, string> = {}): Promise<string> {
    const command = [process.execPath, ...cliArguments, ...args].map((part) => `'${part}'`).join(" ");
    const { stdout } = await promisify(execFile)("script", ["-qec", command, "/dev/null"], {
      cwd: folder.path,
      env: { ...cleanEnvironment(), TERM: "xterm-256color", COLUMNS: "80", ...env },
    });
    return stdout;
  }

  test("colours and a progress bar, neither under NO_COLOR nor in a pipe", async () => {
    await fill(10);
    await done(["export", "-o", "ten.jsonl"]);
    const csi = "\u001b[";
    expect(await seen(["list"])).toContain(`${csi}36m`);
    expect(await seen(["import", "ten.jsonl"])).toContain("importing █");
    const plain = await seen(["list"], { NO_COLOR: "1" });
    expect(plain).toContain("k00001");
    expect(plain).not.toContain(csi);
    const { stdout, stderr } = await souvenir(["import", "ten.jsonl"]);
    expect(stdout + stderr).not.toContain("█");
    expect(stdout + stderr).not.toContain(csi);
  });

  test("a text cannot drive the terminal", async () => {
    const text = "safe\u001b[2J\u001b]0;owned\u0007\u202eevil\u009b31m";
    await done(["set", "evil\u001b[2J", "-"], { input: text });
    for (const args of [
      ["list"],
      ["search", "safe"],
      ["history", "evil\u001b[2J"],
      ["get", "evil\u001b[2J"],
    ]) {
      const shown = await seen(args, { NO_COLOR: "1" });
      expect(shown).toContain("safe");
      for (const character of ["\u001b", "\u0007", "\u009b", "\u202e"])
        expect(shown).not.toContain(character);
    }
    // A file gets what was stored.
    expect(await done(["get", "evil\u001b[2J"])).toBe(`${text}\n`);
  });
});
