import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { expect, test } from "vitest";
import { createMemory, type Memory, SouvenirError } from "../src/index.ts";
import { decryptFile, encryptFile, rotateEncryptionKey, TablesFile } from "../src/sqlite.ts";
import { contents, newPath, openAt, openMemory, rejection } from "./open-memory.ts";
import { ScriptedEmbedder } from "./scripted-embedder.ts";

const key = randomBytes(32);
const otherKey = randomBytes(32);
/** What nobody may find in a file; each is a word of its own somewhere in what is kept. */
const words = [
  ...["wilhelmina@zeppelin.example", "Vandersloot", "marmalade", "rhubarb", "breakfast-tag", "shelf-field"],
  ...["pantry-shelf", "cellar-thread", "butler-role", "first-key", "second-key", "quoted by the provider"],
];
const namespace = "wilhelmina@zeppelin.example";

/** All of it in one memory: versions, names, threads, what names another, what failed. */
async function fill(memory: Memory, count = 4): Promise<void> {
  const jam = (value: string) => ({
    ...{ namespace, key: "first-key", value, tags: ["breakfast-tag"] },
    ...{ metadata: { "shelf-field": "pantry-shelf" }, thread: "cellar-thread", role: "butler-role" },
  });
  await memory.set(jam("Wilhelmina Vandersloot wants marmalade."));
  await memory.set(jam("Wilhelmina Vandersloot wants rhubarb."));
  await memory.set({ namespace, key: "second-key", value: "No marmalade.", supersedes: ["first-key"] });
  await memory.setMany(
    Array.from({ length: count }, (_, place) => ({
      ...{ namespace: "others", key: `o${place}`, value: `Vandersloot's rhubarb number ${place}` },
    })),
  );
}

/** Words that are in the files of a folder, as SQLite or JavaScript would write them. */
function found(folder: string, sought: readonly (string | Buffer)[] = words): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return [];
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    const text = bytes.toString("latin1").toLowerCase();
    return sought
      .filter((word) =>
        typeof word === "string"
          ? text.includes(word.toLowerCase()) || bytes.includes(Buffer.from(word, "utf16le"))
          : bytes.includes(word),
      )
      .map((word) => `${word.toString("hex")} in ${entry.name}`);
  });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await rejection(promise);
  expect(SouvenirError.is(error)).toBe(true);
  return (error as SouvenirError).code;
}

/** A memory with its vectors stored, whose embedder fails from now on and quotes what it was sent. */
const failing = () => {
  const embedder = new ScriptedEmbedder({ dimensions: 8 });
  const fail = () => {
    embedder.answer = () =>
      Promise.reject(new SouvenirError("EMBEDDER_FAILED", "quoted by the provider: marmalade"));
  };
  return { embedder, fail };
};

test("nothing that was said is in the file, its log, its snapshots or its backup", async () => {
  const path = await newPath();
  const folder = dirname(path);
  const { embedder, fail } = failing();
  const memory = await openAt(path, { encryption: { key }, embedder });
  await fill(memory, 1_100);
  await memory.flush();
  const [vector] = await embedder.embed(["No marmalade."], { kind: "document" });
  const numbers = Buffer.from((vector as Float32Array).buffer);
  fail();
  await memory.set({ namespace, key: "late", value: "Vandersloot, too late." });
  await memory.flush().catch(() => undefined);
  expect((await memory.stats()).queue.embedding.lastError).toContain("quoted by the provider");
  await memory.search({ namespace: "others", query: "rhubarb" });
  // While it is open: the log has it all.
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
  expect(found(folder, [...words, numbers])).toEqual([]);
  await memory.backup(join(folder, "backup.db"));
  const before = await contents(memory);
  await memory.close();
  expect(readdirSync(`${path}.index`)).toHaveLength(1);
  expect(found(folder, [...words, numbers])).toEqual([]);
  // And all of it is there, in the file and in its backup, for who has the key; the snapshot is read.
  const warnings: string[] = [];
  const logger = { warn: (message: string) => warnings.push(message) };
  for (const file of [path, join(folder, "backup.db")]) {
    const again = await openAt(file, { encryption: { key: key.toString("hex") }, logger });
    expect(await contents(again)).toEqual(before);
    expect((await again.history({ namespace, key: "first-key" })).map(({ value }) => value)).toEqual([
      "Wilhelmina Vandersloot wants marmalade.",
    ]);
    const { results } = await again.search({ namespace: "others", query: "rhubarb number 7" });
    expect(results[0]?.key).toBe("o7");
    const list = await again.list({ namespace, thread: "cellar-thread" });
    expect(list.records[0]).toMatchObject({ tags: ["breakfast-tag"], role: "butler-role" });
    expect(await again.namespaces({ prefix: "w", limit: 1 })).toMatchObject({ namespaces: [namespace] });
  }
  expect(warnings).toEqual([]);
});

test("without its key a file is refused and stays as it is, and opens with the right one", async () => {
  const path = await newPath();
  const memory = await openAt(path, { encryption: { key } });
  await fill(memory);
  const before = await contents(memory);
  await memory.close();
  const bytes = readFileSync(path);
  const opened = (encryption?: { key: Uint8Array }) =>
    createMemory({ path, embedder: false, ...(encryption && { encryption }) });
  expect(await codeOf(opened())).toBe("ENCRYPTION_KEY_MISSING");
  expect(await codeOf(opened({ key: otherKey }))).toBe("ENCRYPTION_KEY_WRONG");
  // Nor by who keeps tables in the file.
  const tables = new TablesFile({
    path,
    tables: { prefix: "other", migrations: ["CREATE TABLE other_a (a)"] },
  });
  expect(await codeOf(tables.open())).toBe("ENCRYPTION_KEY_MISSING");
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(await contents(await openAt(path, { encryption: { key } }))).toEqual(before);
});

test("a plain file is what it was, and refuses a key until it is encrypted", async () => {
  const path = await newPath();
  const memory = await openAt(path);
  await fill(memory);
  const before = await contents(memory);
  await memory.close();
  const bytes = readFileSync(path);
  const read = new DatabaseSync(path, { readOnly: true });
  const tables = read.prepare(
    "SELECT name FROM sqlite_schema WHERE name LIKE '%key%' OR name = 'encryption'",
  );
  expect(tables.all().map(({ name }) => name)).toEqual(["records_key"]);
  expect(read.prepare("PRAGMA user_version").get()).toEqual({ user_version: 2 });
  read.close();
  expect(await codeOf(createMemory({ path, encryption: { key } }))).toBe("NOT_ENCRYPTED");
  expect(await codeOf(rotateEncryptionKey({ path, encryption: { key }, newKey: otherKey }))).toBe(
    "NOT_ENCRYPTED",
  );
  expect(readFileSync(path).equals(bytes)).toBe(true);

  expect(await encryptFile({ path, encryption: { key } })).toEqual({ records: before.length });
  expect(found(dirname(path))).toEqual([]);
  const encrypted = await openAt(path, { encryption: { key } });
  expect(await contents(encrypted)).toEqual(before);
  // What is erased is forgotten by who names it too: those names were carried over.
  await encrypted.delete({ namespace, key: "first-key" });
  expect((await encrypted.get({ namespace, key: "second-key" }))?.supersedes).toBeUndefined();
  const after = await contents(encrypted);
  await encrypted.close();
  expect(await decryptFile({ path, encryption: { key } })).toEqual({ records: after.length });
  expect(await contents(await openAt(path))).toEqual(after);
});

test("a file that is being encrypted is, at any moment, the plain one or the encrypted one", async () => {
  const path = await newPath();
  const memory = await openAt(path);
  await fill(memory, 900);
  const before = await contents(memory);
  expect(await codeOf(encryptFile({ path, encryption: { key } }))).toBe("STORE_BUSY");
  await memory.close();
  const crashes: string[] = [];
  const onProgress = () => {
    // As a machine that loses its power leaves it.
    const crash = join(dirname(path), `crash-${crashes.length}`);
    mkdirSync(crash);
    for (const end of ["", "-journal"]) cpSync(path + end, join(crash, `memory.db${end}`));
    crashes.push(join(crash, "memory.db"));
  };
  await encryptFile({ path, encryption: { key }, onProgress });
  expect(crashes.length).toBeGreaterThan(2);
  for (const crash of crashes) {
    expect(existsSync(`${crash}-journal`)).toBe(true);
    const again = await openAt(crash);
    expect(await contents(again)).toEqual(before);
    await again.close();
  }
  expect(await contents(await openAt(path, { encryption: { key } }))).toEqual(before);
});

test("tables of another package keep a file from being encrypted", async () => {
  const path = await newPath();
  const tables = new TablesFile({
    path,
    tables: { prefix: "other", migrations: ["CREATE TABLE other_a (a)"] },
  });
  await tables.open();
  await tables.close();
  expect(await codeOf(encryptFile({ path, encryption: { key } }))).toBe("UNSUPPORTED");
  await (await openAt(path)).close();
});

test("a new key opens the file and the old one no more, beside whoever has it open", async () => {
  const path = await newPath();
  const memory = await openAt(path, { encryption: { key } });
  await fill(memory);
  await memory.backup(join(dirname(path), "backup.db"));
  const rotated = { path, encryption: { key }, newKey: otherKey };
  const old = new DatabaseSync(path).prepare("SELECT wrapped FROM encryption").get()?.wrapped as string;
  expect(found(dirname(path), [old])).not.toEqual([]);
  expect(await codeOf(rotateEncryptionKey({ ...rotated, encryption: { key: randomBytes(32) } }))).toBe(
    "ENCRYPTION_KEY_WRONG",
  );
  await rotateEncryptionKey(rotated);
  expect(await codeOf(createMemory({ path, encryption: { key } }))).toBe("ENCRYPTION_KEY_WRONG");
  // Both processes read and write, new namespaces too.
  const second = await openAt(path, { encryption: { key: otherKey } });
  await memory.set({ namespace: "from the first", key: "a", value: "rhubarb of the first" });
  await second.set({ namespace: "from the second", key: "a", value: "rhubarb of the second" });
  expect((await second.get({ namespace: "from the first", key: "a" }))?.value).toContain("first");
  expect((await memory.get({ namespace: "from the second", key: "a" }))?.value).toContain("second");
  expect((await memory.search({ namespace: "from the second", query: "rhubarb" })).results).toHaveLength(1);
  await second.close();
  await memory.close();
  // What the old key opens is gone from the bytes, but for the backup, which is of its day.
  expect(found(dirname(path), [old])).toEqual([expect.stringContaining("backup.db")]);
  const backup = { path: join(dirname(path), "backup.db"), embedder: false as const };
  expect(await codeOf(createMemory({ ...backup, encryption: { key: otherKey } }))).toBe(
    "ENCRYPTION_KEY_WRONG",
  );
  await (await createMemory({ ...backup, encryption: { key } })).close();
});

test("content may be encrypted anew with the key", async () => {
  const path = await newPath();
  const memory = await openAt(path, { encryption: { key } });
  await fill(memory);
  const before = await contents(memory);
  await memory.close();
  const keysIn = () => {
    const database = new DatabaseSync(path);
    const values = database.prepare("SELECT value FROM records ORDER BY id").all();
    database.close();
    return values.map(({ value }) => String(value));
  };
  const sealed = keysIn();
  await rotateEncryptionKey({ path, encryption: { key }, newKey: otherKey, content: true });
  expect(keysIn().filter((value) => sealed.includes(value))).toEqual([]);
  const again = await openAt(path, { encryption: { key: otherKey } });
  expect(await contents(again)).toEqual(before);
  await again.delete({ namespace, key: "first-key" });
  expect((await again.get({ namespace, key: "second-key" }))?.supersedes).toBeUndefined();
});

test("with its last memory a namespace loses its key, and what a disk has kept of it is of no use", async () => {
  const path = await newPath();
  const memory = await openAt(path, { encryption: { key } });
  await fill(memory);
  const kept = new DatabaseSync(path);
  const keys = () => kept.prepare("SELECT namespace, wrapped FROM namespace_keys").all();
  expect(keys()).toHaveLength(2);
  // A page of before, as a disk or a file system may keep it.
  const lost = kept.prepare("SELECT * FROM records WHERE namespace = 1").all();
  const name = kept.prepare("SELECT * FROM namespaces WHERE number = 1").get() ?? {};
  const wrapped = keys()[0]?.wrapped as string;
  await memory.clear({ namespace });
  expect(keys()).toMatchObject([{ namespace: 2 }]);
  // The same name begins with another key.
  await memory.set({ namespace, key: "first-key", value: "anew" });
  expect((await memory.get({ namespace, key: "first-key" }))?.version).toBe(1);
  await memory.clear({ namespace });
  await memory.scrub();
  expect(found(dirname(path), [wrapped])).toEqual([]);
  const put = (table: string, row: Record<string, SQLOutputValue>) => {
    const columns = Object.keys(row);
    const marks = columns.map(() => "?").join(", ");
    kept.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks})`).run(...Object.values(row));
  };
  put("namespaces", name);
  for (const row of lost) put("records", row);
  kept.close();
  await memory.close();
  const again = await openAt(path, { encryption: { key } });
  expect(await codeOf(contents(again))).toBe("STORE_CORRUPT");
  expect((await again.list({ namespace: "others" })).records).toHaveLength(4);
});

test("what was damaged or put elsewhere in an encrypted file is told, and the rest is read", async () => {
  const path = await newPath();
  const memory = await openAt(path, { encryption: { key } });
  await fill(memory);
  await memory.close();
  const database = new DatabaseSync(path);
  const others = database.prepare("SELECT id, value FROM records WHERE namespace = 2 ORDER BY id").all();
  const [first, second, third] = others;
  const put = database.prepare("UPDATE records SET value = ? WHERE id = ?");
  // One record's content in the place of another one, and one byte of another.
  put.run(first?.value ?? null, second?.id ?? null);
  const value = String(third?.value);
  put.run(value.slice(0, -8) + (value.at(-8) === "A" ? "B" : "A") + value.slice(-7), third?.id ?? null);
  database.close();
  const again = await openAt(path, { encryption: { key } });
  expect((await again.get({ namespace: "others", key: "o0" }))?.value).toContain("number 0");
  for (const place of [1, 2])
    expect(await codeOf(again.get({ namespace: "others", key: `o${place}` }))).toBe("STORE_CORRUPT");
  expect(await again.delete({ namespace: "others", key: "o2" })).toEqual({ deleted: 1 });
});

test("a namespace that was not made after all leaves no key for the next one of its number", async () => {
  const memory = await openMemory("a file", { encryption: { key } });
  const refused = memory.set({ namespace: "none", key: "a", value: "x", ifVersion: 5 });
  const taken = memory.set({ namespace: "one", key: "a", value: "rhubarb" });
  expect(await codeOf(refused)).toBe("VERSION_CONFLICT");
  await taken;
  expect((await memory.get({ namespace: "one", key: "a" }))?.value).toBe("rhubarb");
});

test("a key comes from bytes, text, a file, the environment or a function", async () => {
  const path = await newPath();
  const file = join(dirname(path), "key");
  writeFileSync(file, `${key.toString("base64")}\n`);
  const raw = join(dirname(path), "raw");
  writeFileSync(raw, key);
  process.env.SOUVENIR_TEST_KEY = key.toString("base64url");
  const sources = [
    ...[key, key.toString("hex"), { file }, { file: raw }, { environment: "SOUVENIR_TEST_KEY" }],
    ...[() => key, async () => key.toString("base64")],
  ];
  for (const source of sources) {
    const memory = await createMemory({ path, embedder: false, encryption: { key: source } });
    await memory.close();
  }
  delete process.env.SOUVENIR_TEST_KEY;
  const refused: [unknown, string][] = [
    [{ environment: "SOUVENIR_TEST_KEY" }, "ENCRYPTION_KEY_MISSING"],
    [{ file: `${file}-none` }, "ENCRYPTION_KEY_MISSING"],
    [() => Promise.reject(new Error("the vault is closed")), "ENCRYPTION_KEY_MISSING"],
    [() => undefined, "ENCRYPTION_KEY_MISSING"],
    ["a passphrase of somebody", "INVALID_INPUT"],
    [key.subarray(1), "INVALID_INPUT"],
    [new Uint8Array(32), "INVALID_INPUT"],
    [{ file, environment: "X" }, "INVALID_INPUT"],
    [{}, "INVALID_INPUT"],
    [undefined, "INVALID_INPUT"],
  ];
  for (const [source, code] of refused)
    expect(await codeOf(createMemory({ path, encryption: { key: source as Uint8Array } }))).toBe(code);
});

test("what is in no file cannot be encrypted, and nobody is told that it was", async () => {
  expect(await codeOf(createMemory({ path: ":memory:", encryption: { key } }))).toBe("INVALID_INPUT");
  const { InMemoryStore } = await import("../src/store/in-memory-store.ts");
  const store = new InMemoryStore();
  expect(await codeOf(createMemory({ store, encryption: { key } }))).toBe("INVALID_INPUT");
  expect(await codeOf(createMemory({ encryption: { keys: key } as never }))).toBe("INVALID_INPUT");
});

test("threads that search read an encrypted file", async () => {
  const path = await newPath();
  const memory = await openAt(path, { encryption: { key }, workers: 1 });
  await fill(memory, 1_100);
  const { results } = await memory.search({ namespace: "others", query: "rhubarb number 7" });
  expect(results[0]?.key).toBe("o7");
  await memory.close();
  expect(readdirSync(`${path}.index`)).toHaveLength(1);
  expect(found(dirname(path))).toEqual([]);
});
