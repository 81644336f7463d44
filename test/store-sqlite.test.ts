import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import type { RecordWrite, Store } from "@souvenir/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sqliteStore } from "../packages/core/src/store/sqlite-store.ts";
import {
  claimAll,
  draft,
  embedAll,
  erase,
  extract,
  one,
  put,
  small,
  start,
  vectorsIn,
} from "./src/store-specs/spec.ts";

let folder: string;
let path: string;
const stores: Store[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "souvenir-sqlite-"));
  path = join(folder, "deep", "memory.db");
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const store of stores.splice(0)) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(options: { path?: string; storeBytes?: number } = {}): Store {
  const store = sqliteStore({ path, ...options });
  stores.push(store);
  return store;
}

/** Numbers from 0 up to `below`, always the same ones. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Some of everything, closed and in one file. */
async function filled(): Promise<void> {
  const store = open();
  await store.adoptEmbedder(small);
  for (let index = 0; index < 40; index += 1) {
    await put(store, {
      namespace: index % 2 === 0 ? "anna" : "ben@example.org",
      key: `key ${index}`,
      value: `value ${index} `.repeat(1 + index * 3),
      tags: [`tag ${index % 3}`],
      metadata: { index, nested: { list: [index, null] } },
      entities: [{ name: "Anna", type: "person" }],
      thread: index % 3 === 0 ? "monday" : null,
      role: index % 4 === 0 ? "user" : null,
      expiresAt: index % 5 === 0 ? start + 1e9 : null,
      tasks: [extract],
    });
  }
  for (let index = 0; index < 10; index += 2) await put(store, { key: `key ${index}`, value: "again" });
  await embedAll(store, small);
  await store.erase("anna", { keys: ["key 4"] });
  await store.close();
}

/** All data of a store. */
async function contents(store: Store): Promise<string> {
  const all = [];
  for (const name of await store.namespaces()) {
    const records = await store.list(name, { limit: 10_000 });
    const keys = records.map((record) => record.key);
    const histories = await Promise.all(keys.map((key) => store.history(name, key)));
    const { embedder } = (await store.head(name)) ?? {};
    const turns = await store.tail(name, "monday", 100);
    all.push([
      name,
      records,
      await store.get(name, keys),
      histories,
      turns,
      embedder,
      await vectorsIn(store, name, small),
    ]);
  }
  return JSON.stringify(all);
}

describe("damage", () => {
  /** What comes of a damaged file: its data, or the code of the error. */
  async function outcome(): Promise<{ data: string } | { code: string }> {
    for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
    let store: Store | undefined;
    try {
      store = sqliteStore({ path });
      return { data: await contents(store) };
    } catch (error) {
      return { code: String((error as { code?: unknown }).code ?? error) };
    } finally {
      await store?.close();
    }
  }

  test("a changed byte is found, or makes no difference", async () => {
    await filled();
    const data = await contents(open());
    await stores.pop()?.close();
    const good = readFileSync(path);
    const random = seeded(20_261_123);
    const positions = [
      ...Array.from({ length: 100 }, (_, index) => index),
      ...Array.from({ length: 400 }, () => 100 + random(good.length - 100)),
    ];
    let found = 0;
    for (const position of positions) {
      const damaged = Buffer.from(good);
      damaged[position] = (good[position] ?? 0) ^ (1 + random(255));
      writeFileSync(path, damaged);
      const result = await outcome();
      if ("data" in result) {
        expect(result.data === data, `byte ${position}`).toBe(true);
        continue;
      }
      found += 1;
      // Four bytes of the header say the version.
      const codes = position >= 60 && position < 64 ? ["STORE_CORRUPT", "STORE_TOO_NEW"] : ["STORE_CORRUPT"];
      expect(codes, `byte ${position}`).toContain(result.code);
    }
    expect(found).toBeGreaterThan(50);
  });

  test("a text or its absence cannot be mistaken for one another", async () => {
    await filled();
    const database = new DatabaseSync(path);
    database.exec("UPDATE records SET role = '' WHERE role IS NULL");
    database.close();
    const store = open();
    await expect(store.list("anna", { limit: 100 })).rejects.toMatchObject({ code: "STORE_CORRUPT" });
    expect(await one(store, "anna", "key 12")).toMatchObject({ role: "user" });
  });

  test("a changed text is found after its entities or its end were changed too", async () => {
    const store = open();
    await put(store, { key: "tea", value: "Anna drinks tea.", tasks: [extract] });
    await put(store, { key: "mint", value: "Anna grows mint." });
    const entries = await store.claim(extract, { now: start, leaseMs: 1, limit: 10 });
    const file = new DatabaseSync(path);
    file.exec("UPDATE records SET value = replace(value, 'Anna', 'Anne')");
    file.close();
    await store.saveEntities(
      extract,
      entries.map((entry) => ({ entry, entities: [{ name: "Anna", type: "person" }] })),
    );
    await expect(store.touch("anna", "mint", { expiresAt: null })).rejects.toMatchObject({
      code: "STORE_CORRUPT",
    });
    for (const key of ["tea", "mint"])
      await expect(store.get("anna", [key])).rejects.toMatchObject({ code: "STORE_CORRUPT" });
  });

  test("a truncated file is not opened", async () => {
    await filled();
    const data = await contents(open());
    await stores.pop()?.close();
    const good = readFileSync(path);
    const random = seeded(7);
    // An empty file, and for SQLite one of a single byte, is a new one.
    const lengths = [2, 15, 16, 99, 100, 511, 512, 4_095, 4_096, 8_192, good.length - 4_096, good.length - 1];
    for (const length of [...lengths, ...Array.from({ length: 20 }, () => 2 + random(good.length - 2))]) {
      writeFileSync(path, good);
      truncateSync(path, length);
      expect(await outcome(), `${length} bytes`).toEqual({ code: "STORE_CORRUPT" });
    }
    writeFileSync(path, good);
    expect(await outcome()).toEqual({ data });
  });

  test("what is not a store is refused and left as it is", async () => {
    mkdirSync(join(folder, "deep"));
    const text = "This is a diary, and not a database.\n".repeat(300);
    writeFileSync(path, text);
    expect(() => open()).toThrow(expect.objectContaining({ code: "STORE_CORRUPT" }));
    expect(readFileSync(path, "utf8")).toBe(text);

    const foreign = join(folder, "foreign.db");
    const database = new DatabaseSync(foreign);
    database.exec(
      "CREATE TABLE records (id INTEGER PRIMARY KEY, song TEXT); INSERT INTO records (song) VALUES ('x')",
    );
    database.close();
    const bytes = readFileSync(foreign);
    expect(() => open({ path: foreign })).toThrow(expect.objectContaining({ code: "STORE_CORRUPT" }));
    expect(Buffer.compare(readFileSync(foreign), bytes)).toBe(0);

    expect(() => open({ path: folder })).toThrow(
      expect.objectContaining({ code: "STORE_FAILED", message: expect.stringContaining("this is a folder") }),
    );
    expect(() => open({ path: join(foreign, "memory.db") })).toThrow(
      expect.objectContaining({
        code: "STORE_FAILED",
        message: expect.stringContaining("give another path"),
      }),
    );
  });

  test("a file of a newer version is refused and left as it is", async () => {
    await filled();
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 1000");
    database.close();
    const bytes = readFileSync(path);
    expect(() => open()).toThrow(
      expect.objectContaining({ code: "STORE_TOO_NEW", details: expect.objectContaining({ found: 1000 }) }),
    );
    expect(Buffer.compare(readFileSync(path), bytes)).toBe(0);
  });

  test("a counter that is behind its records is told, in a file of any size", async () => {
    for (const count of [40, 4_000]) {
      rmSync(path, { force: true });
      const value = "a memory of some length ".repeat(40);
      await open().write(Array.from({ length: count }, (_, index) => draft({ key: `${index}`, value })));
      await stores.pop()?.close();
      expect(statSync(path).size > 2 * 2 ** 20).toBe(count > 1_000);
      const database = new DatabaseSync(path);
      database.exec("UPDATE namespaces SET sequence = sequence - 3");
      database.close();
      const asked = async () => open().head("anna");
      await expect(asked()).rejects.toMatchObject({ code: "STORE_CORRUPT" });
      await stores.pop()?.close();
    }
  });

  test("tables that were changed are refused", async () => {
    await filled();
    const database = new DatabaseSync(path);
    database.exec("ALTER TABLE records RENAME COLUMN role TO rule");
    database.close();
    expect(() => open()).toThrow(expect.objectContaining({ code: "STORE_CORRUPT" }));
  });
});

describe("limits of the file", () => {
  test("a full store says so, keeps what it has and works again after an erasure", async () => {
    const store = open({ storeBytes: 400_000 });
    const value = "a memory of some length ".repeat(20);
    const stored: string[] = [];
    const fill = async (batch: number) => {
      for (;;) {
        const writes = Array.from({ length: batch }, (_, index) =>
          draft({ key: `${stored.length + index}`, value }),
        );
        const before = await store.head("anna");
        try {
          await store.write(writes);
        } catch (error) {
          expect(error).toMatchObject({ code: "STORE_FULL" });
          expect(await store.head("anna")).toEqual(before);
          return;
        }
        stored.push(...writes.map((write) => write.key));
      }
    };
    await fill(50);
    await fill(1);
    expect((await store.counts()).bytes).toBeLessThanOrEqual(400_000);
    // All writers of the moment are told, and the small one gets through.
    const large = draft({ key: "large", value: "x".repeat(500_000) });
    const [refused, read] = await Promise.allSettled([store.write([large]), store.get("anna", stored)]);
    expect(refused).toMatchObject({ status: "rejected", reason: { code: "STORE_FULL" } });
    expect(read).toMatchObject({ status: "fulfilled" });
    const records = await store.get("anna", stored);
    expect(records.every((record) => record?.value === value)).toBe(true);
    // One by one, from a store without a free page.
    for (const key of stored.splice(0, 150)) expect(await erase(store, "anna", { keys: [key] })).toBe(1);
    for (let index = 0; index < 100; index += 1) await put(store, { key: `later ${index}`, value });
    expect(await store.counts("anna")).toMatchObject({ records: stored.length + 100 });
    await store.close();
    expect((await open().get("anna", stored)).every((record) => record?.value === value)).toBe(true);
  });

  test("only the owner can read it", async (context) => {
    if (process.platform === "win32") context.skip("Windows has no such modes");
    const mask = process.umask(0);
    try {
      const store = open();
      await put(store, { key: "tea" });
      await store.saveSnapshot("anna", { incarnation: 1, sequence: 1 }, () => [new Uint8Array(10)]);
      const modes = (directory: string): [string, number][] =>
        readdirSync(directory, { recursive: true, encoding: "utf8" }).map((name) => [
          name,
          statSync(join(directory, name)).mode & 0o077,
        ]);
      const found = modes(folder);
      expect(found.length).toBeGreaterThanOrEqual(6);
      expect(found.filter(([, others]) => others !== 0)).toEqual([]);
    } finally {
      process.umask(mask);
    }
  });

  test("a folder that cannot be written to is an error that says so", async (context) => {
    if (process.platform === "win32") context.skip("Windows has no such modes");
    if (process.getuid?.() === 0) context.skip("root may write everywhere");
    await filled();
    chmodSync(path, 0o400);
    chmodSync(join(folder, "deep"), 0o500);
    try {
      expect(() => open()).toThrow(expect.objectContaining({ code: "STORE_FAILED" }));
      expect(() => open({ path: join(folder, "deep", "new.db") })).toThrow(
        expect.objectContaining({ code: "STORE_FAILED" }),
      );
    } finally {
      chmodSync(join(folder, "deep"), 0o700);
    }
  });
});

describe("erasure", () => {
  /** Every byte beside the store, read by another process: to close a file here would drop the locks of the store. */
  function everyByte(): string {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .filter((name) => statSync(name).isFile());
    const program = `for (const file of process.argv.slice(1)) process.stdout.write(require("node:fs").readFileSync(file))`;
    return execFileSync(process.execPath, ["-e", program, ...files], {
      encoding: "latin1",
      maxBuffer: 2 ** 30,
    });
  }

  test("erased texts are nowhere in the files", async () => {
    const store = open();
    await store.adoptEmbedder(small);
    const random = seeded(42);
    let marks = 0;
    const mark = () => {
      marks += 1;
      return `mark${String(marks).padStart(6, "0")}.`;
    };
    const living = new Map<string, string[]>();
    const dead: string[] = [];
    const sizes = [0, 10, 60, 300, 1_200, 5_000, 20_000];
    // Texts of all sizes that change and go: what makes SQLite move rows between pages.
    for (let round = 0; round < 25; round += 1) {
      const writes: RecordWrite[] = [];
      for (let index = 0; index < 40; index += 1) {
        const known = [...living.keys()];
        const key = random(10) < 7 ? mark() : (known[random(known.length)] ?? mark());
        const own = [mark(), mark(), mark(), mark(), mark()];
        living.set(key, [...(living.get(key) ?? [key]), ...own]);
        const [text, tag, meta, entity, thread] = own as [string, string, string, string, string];
        writes.push(
          draft({
            key,
            value: `${text}${"and so on ".repeat((sizes[random(sizes.length)] ?? 0) / 10)}${text}`,
            tags: [tag],
            metadata: { meta },
            entities: [{ name: entity, type: "x" }],
            thread,
            expiresAt: random(8) === 0 ? start + 1 + round : null,
            tasks: [extract],
          }),
        );
      }
      await store.write(writes);
      await embedAll(store, small);
      await claimAll(store, extract);
      const { sequence = 0, incarnation = 0 } = (await store.head("anna")) ?? {};
      const everything = new TextEncoder().encode([...living.values()].flat().join(" "));
      await store.saveSnapshot("anna", { incarnation, sequence }, () => [everything]);
      const doomed = [...living.keys()].filter(() => random(7) === 0);
      if (round % 5 === 4) {
        await store.eraseExpired(start + 1 + round);
        for (const [index, record] of (await store.get("anna", [...living.keys()])).entries())
          if (record === undefined) doomed.push([...living.keys()][index] ?? "");
      }
      await store.erase("anna", { keys: doomed });
      for (const key of doomed) {
        dead.push(...(living.get(key) ?? []));
        living.delete(key);
      }
      await store.scrub();
      if (round % 4 === 0 || round === 24) {
        const bytes = everyByte();
        const found = new Set(bytes.match(/mark\d{6}\./g));
        expect(dead.filter((text) => found.has(text))).toEqual([]);
        expect([...living.values()].flat().every((text) => found.has(text))).toBe(true);
      }
    }
    expect(dead.length).toBeGreaterThan(2_000);
    await store.erase("anna", "all");
    await store.scrub();
    expect(everyByte()).not.toMatch(/mark\d{6}\./);
  });

  test("the name of a namespace goes with its last record", async () => {
    const store = open();
    await put(store, { namespace: "anna.private@example.org", key: "tea" });
    await put(store, { key: "stays" });
    expect(everyByte()).toContain("anna.private@example.org");
    await store.erase("anna.private@example.org", { keys: ["tea"] });
    await store.scrub();
    expect(everyByte()).not.toContain("anna.private@example.org");
  });

  test("another reader of the file does not keep erased texts in the log", async () => {
    const [store, other] = [open(), open()];
    await put(store, { key: "secret", value: "the secret word is xyzzy" });
    await put(store, { key: "stays" });
    expect((await one(other, "anna", "secret"))?.value).toContain("xyzzy");
    await store.erase("anna", { keys: ["secret"] });
    await store.scrub();
    expect(everyByte()).not.toContain("xyzzy");
    expect(await one(other, "anna", "secret")).toBeUndefined();
  });
});

describe("texts", () => {
  // Node 22 reads a text only up to its first NUL.
  test("with NUL are read as they were written, and no text in the file has one", async () => {
    const texts = ["\u0000", "a\u0000b", "a", "a\uffff0b", "a\uffffb", "\uffff", "\uffff\u0000\uffff1"];
    const store = open();
    for (const text of texts)
      for (const value of ["before", `says ${text}`])
        await put(store, {
          namespace: text,
          key: text,
          value,
          tags: [text],
          metadata: { [text]: text },
          thread: text,
          role: text,
        });
    expect(await store.namespaces()).toEqual([...texts].sort());
    for (const text of texts) {
      const record = {
        namespace: text,
        key: text,
        value: `says ${text}`,
        thread: text,
        role: text,
        version: 2,
      };
      expect(await store.get(text, [text])).toMatchObject([record]);
      expect(await store.tail(text, text, 5)).toMatchObject([record]);
      expect(await store.history(text, text)).toMatchObject([{ key: text, value: "before" }]);
    }
    await store.close();

    const file = new DatabaseSync(path);
    for (const [table, ...columns] of [
      ["namespaces", "name"],
      ["records", "key", "value", "tags", "metadata", "thread", "role"],
      ["versions", "fields"],
    ])
      for (const column of columns)
        expect(
          file
            .prepare(`SELECT count(*) AS n FROM ${table} WHERE instr(CAST(${column} AS BLOB), x'00')`)
            .get(),
        ).toEqual({ n: 0 });
    file.close();
  });
});

describe("several processes", () => {
  const writer = fileURLToPath(new URL("./src/store-writer.ts", import.meta.url));

  function startWriter(name: string, count: number): ChildProcess {
    const child = spawn(
      process.execPath,
      ["--conditions=@souvenir/source", writer, path, name, String(count)],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    children.push(child);
    return child;
  }

  test("two writers at once lose nothing", async () => {
    const count = 2_000;
    const ended = ["left", "right"].map((name) => {
      const child = startWriter(name, count);
      child.stdout?.resume();
      return once(child, "close");
    });
    for (const [code] of await Promise.all(ended)) expect(code).toBe(0);
    const store = open();
    const records = await store.list("anna", { limit: 10_000 });
    expect(records.length).toBe(2 * count + 1);
    expect(new Set(records.map((record) => record.sequence)).size).toBe(2 * count + 1);
    expect((await one(store, "anna", "shared"))?.version).toBe(2 * count);
    expect((await store.head("anna"))?.sequence).toBe(4 * count);
    expect(await store.queue(extract)).toMatchObject({ pending: 0 });
    expect(await store.queue("extract:x")).toMatchObject({ pending: 2 * count });
  });

  test("a killed writer loses nothing that it said was written", async () => {
    const said: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const child = startWriter(`round ${round}`, 1_000_000);
      let text = "";
      let lines = 0;
      child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        lines += chunk.split("\n").length - 1;
        if (lines > 150 * (round + 1)) child.kill("SIGKILL");
      });
      const [, signal] = await once(child, "close");
      expect(signal).toBe("SIGKILL");
      said.push(...text.split("\n").slice(0, -1));
      // The log of the killed process is there, and is not needed for the next one to open the file.
      expect(existsSync(`${path}-wal`)).toBe(true);
      const store = open();
      const records = await store.get("anna", said);
      expect(records.every((record, index) => record?.value === `${said[index]} `.repeat(20))).toBe(true);
      const shared = await one(store, "anna", "shared");
      expect(shared?.version).toBeGreaterThanOrEqual(said.length);
      expect((await store.head("anna"))?.sequence).toBe(2 * (shared?.version ?? 0));
      await store.close();
    }
    expect(said.length).toBeGreaterThan(900);
  });

  test("opening it twice here does not let another process take the log away", async () => {
    const store = open();
    await put(store, { key: "before" });
    await open().close();
    const child = startWriter("other", 5);
    child.stdout?.resume();
    expect((await once(child, "close"))[0]).toBe(0);
    await put(store, { key: "after" });
    // As if this process ended without closing.
    const copy = join(folder, "copy.db");
    for (const suffix of ["", "-wal"])
      if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix);
    const copied = open({ path: copy });
    const found = await copied.get("anna", ["before", "after", "other 4"]);
    expect(found.map((record) => record?.key)).toEqual(["before", "after", "other 4"]);
  });
});
