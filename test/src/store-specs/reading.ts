import type { Metadata, StoredRecord } from "@souvenir/core";
import { expect } from "vitest";
import {
  draft,
  embedAll,
  embedSmall,
  erase,
  eraseExpired,
  extract,
  keysOf,
  one,
  put,
  type StoreSpec,
  small,
  start,
} from "./spec.ts";

/** A store without `scan` promises nothing of it. */
export const scansNamespaces: StoreSpec = async (open) => {
  const store = await open();
  const names = ["users", "users/a", "users/a\u0000", "users/b", "users/é", "userz", "x"];
  for (const namespace of names)
    await store.write(times.slice(0, 9).map((createdAt, n) => draft({ namespace, key: `${n}`, createdAt })));
  const scan = store.scan?.bind(store);
  if (scan === undefined) return;
  for (const prefix of ["", "users", "users/", "users/a", "nobody"])
    for (const limit of [1, 4, 9, 1_000]) {
      const found: StoredRecord[] = [];
      for (let after = ""; ; after = found.at(-1)?.namespace as string) {
        const page = await scan({ prefix, after, limit });
        found.push(...page);
        const last = page.at(-1);
        if (last === undefined || page.length < limit) break;
        // The last namespace may go on.
        found.push(...(await store.list(last.namespace, { limit: 1_000, after: last })));
      }
      const expected = names.filter((name) => name.startsWith(prefix));
      expect(new Set(found.map(({ namespace }) => namespace))).toEqual(new Set(expected));
      for (const [namespace, records] of Map.groupBy(found, (record) => record.namespace))
        expect(records).toEqual(await store.list(namespace, { limit: 1_000 }));
    }
};

/** Creation times with many equal ones, some before 1970. */
const times = Array.from({ length: 60 }, (_, index) => ((index * 7) % 5) * 1_000 - 2_000);

function inOrder(left: StoredRecord, right: StoredRecord): number {
  return left.createdAt - right.createdAt || left.id - right.id;
}

export const listsInOrder: StoreSpec = async (open) => {
  const store = await open();
  const outcomes = await store.write(
    times.map((createdAt, index) =>
      draft({ key: `${index}`, createdAt, thread: ["a", "b", null][index % 3] ?? null }),
    ),
  );
  const all = outcomes.map((outcome) => outcome.record).sort(inOrder);
  expect(await store.list("anna", { limit: 1_000 })).toEqual(all);
  expect(await store.list("anna", { limit: 7 })).toEqual(all.slice(0, 7));
  const inThread = all.filter((record) => record.thread === "b");
  expect(await store.list("anna", { limit: 1_000, thread: "b" })).toEqual(inThread);
  expect(await store.list("anna", { limit: 1_000, thread: "none" })).toEqual([]);
  for (const [expected, filter] of [
    [all, {}],
    [inThread, { thread: "b" }],
    [all.toReversed(), { newestFirst: true }],
    [inThread.toReversed(), { thread: "b", newestFirst: true }],
  ] as const) {
    for (const limit of [1, 3, 20]) {
      const pages: StoredRecord[] = [];
      for (;;) {
        const last = pages.at(-1);
        const after = last === undefined ? {} : { after: { createdAt: last.createdAt, id: last.id } };
        const page = await store.list("anna", { limit, ...filter, ...after });
        if (page.length === 0) break;
        pages.push(...page);
      }
      expect(pages).toEqual(expected);
    }
  }
  // A place where no record is will do.
  const after = { createdAt: 0, id: (all.at(-1)?.id ?? 0) + 1_000 };
  expect(await store.list("anna", { limit: 1_000, after })).toEqual(
    all.filter((record) => record.createdAt > 0),
  );
  // A record that moves is where it went, once.
  const moved = await put(store, { key: "0", createdAt: 999_999, thread: "b" });
  expect((await store.list("anna", { limit: 1_000 })).at(-1)).toEqual(moved);
  expect((await store.list("anna", { limit: 1_000, thread: "a" })).some((record) => record.key === "0")).toBe(
    false,
  );
  await put(store, { key: "0", createdAt: times[0] ?? 0, thread: "a" });
  expect(keysOf(await store.list("anna", { limit: 1_000 }))).toEqual(keysOf(all));
};

export const tailsThreads: StoreSpec = async (open) => {
  const store = await open();
  await store.write(
    times.map((createdAt, index) =>
      draft({ key: `${index}`, createdAt, thread: index % 2 === 0 ? "a" : "b" }),
    ),
  );
  const turns = (await store.list("anna", { limit: 1_000 })).filter((record) => record.thread === "a");
  for (const limit of [1, 2, 10, 1_000])
    expect(await store.tail("anna", "a", limit)).toEqual(turns.slice(-limit));
  await store.erase("anna", { records: turns.slice(-1) });
  expect(await store.tail("anna", "a", 2)).toEqual(turns.slice(-3, -1));
};

export const namesNamespacesInOrder: StoreSpec = async (open) => {
  const store = await open();
  // By code point, the full-width tilde would come before the emoji.
  const names = ["b", "a", "A", "aa", "é", "e\u0301", "\u{1F600}", "\uFF5E", "10", "9", "", " "].filter(
    Boolean,
  );
  for (const namespace of names) await put(store, { namespace, key: "tea" });
  expect(await store.namespaces()).toEqual([...names].sort());
};

export const counts: StoreSpec = async (open) => {
  const store = await open();
  const before = await store.counts();
  expect(before).toMatchObject({ namespaces: 0, records: 0, versions: 0, vectors: 0 });
  await store.adoptEmbedder(small);
  const value = "a text of some length ".repeat(40);
  await store.write(
    Array.from({ length: 500 }, (_, index) => draft({ key: `${index}`, value, tasks: [extract] })),
  );
  await put(store, { key: "0", value: "changed" });
  await put(store, { key: "tea", namespace: "ben" });
  await embedAll(store, small);
  const after = await store.counts();
  expect(after).toMatchObject({ namespaces: 2, records: 501, versions: 1, vectors: 501 });
  expect(after.bytes).toBeGreaterThan(500 * value.length);
  expect(await store.counts("anna")).toEqual({ ...after, namespaces: 1, records: 500, vectors: 500 });
  const { bytes } = after;
  expect(await store.counts("ben")).toEqual({
    namespaces: 1,
    records: 1,
    versions: 0,
    vectors: 1,
    bytes,
    unscrubbed: 0,
  });
  expect(await store.counts("carl")).toEqual({
    namespaces: 0,
    records: 0,
    versions: 0,
    vectors: 0,
    bytes,
    unscrubbed: 0,
  });
  expect(await store.queue(embedSmall)).toMatchObject({ pending: 0 });
  expect(await store.queue(extract)).toMatchObject({ pending: 499 });
  expect(await store.queue(extract, "ben")).toMatchObject({ pending: 0 });
  expect(await store.queue(extract, "carl")).toEqual({
    pending: 0,
    failed: 0,
    lastError: null,
  });
};

/** Names that mean something to some language, format or file system, and pairs that look alike. */
const hostile = [
  "\u0000",
  "a\u0000b",
  "a\u0000c",
  "a",
  "__proto__",
  "constructor",
  "toString",
  "'; DROP TABLE records; --",
  '"quoted"',
  "`back`",
  "%",
  "_",
  "*",
  "../../etc/passwd",
  "C:\\nul",
  "anna@example.org/mail?x=1#y",
  " leading",
  "leading",
  "trailing ",
  "trailing",
  "\ttab\nnewline\r\n",
  "\uFEFFbyte order mark",
  "byte order mark",
  "é",
  "e\u0301",
  "\u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467}",
  "\u{1F469}",
  "שלום",
  "\u202Eright to left\u202C",
  "日本語",
  "ß",
  "ss",
  "İ",
  "i̇",
  "0",
  "00",
  "-1",
  "null",
  "undefined",
  "1e3",
  "\u{10FFFF}",
  "\u0001\u001F\u007F\u0080\u009F",
  "x".repeat(512),
  `${"x".repeat(511)}y`,
  "€".repeat(170),
  "\u{1F600}".repeat(128),
];

export const keepsHostileStrings: StoreSpec = async (open) => {
  const store = await open();
  const odd: Metadata = JSON.parse(
    '{"__proto__":{"admin":true},"constructor":"x","a.b":[{"\\u0000":"\\u0000"}],"":""}',
  );
  const written = new Map<string, StoredRecord>();
  for (const name of hostile) {
    const [outcome] = await store.write([
      draft({
        namespace: name,
        key: name,
        value: name,
        tags: [name],
        metadata: { ...odd, [name]: name },
        entities: [{ name, type: name }],
        thread: name,
        role: name,
      }),
    ]);
    if (outcome !== undefined) written.set(name, outcome.record);
  }
  await store.write(hostile.map((key) => draft({ key, value: `value of ${key}` })));
  expect(await store.namespaces()).toEqual([...hostile, "anna"].sort());
  for (const name of hostile) {
    const record = written.get(name);
    expect(await store.get(name, [name, "anna"])).toEqual([record, undefined]);
    expect(record).toMatchObject({
      namespace: name,
      key: name,
      value: name,
      tags: [name],
      thread: name,
      role: name,
    });
    expect(record?.entities).toEqual([{ name, type: name }]);
    expect(JSON.stringify(record?.metadata)).toBe(JSON.stringify({ ...odd, [name]: name }));
    expect(await store.list(name, { limit: 10, thread: name })).toEqual([record]);
    expect(await store.tail(name, name, 10)).toEqual([record]);
    expect((await store.changes(name, 0, 10)).records).toEqual([record]);
  }
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
  const values = (await store.get("anna", hostile)).map((record) => record?.value);
  expect(values).toEqual(hostile.map((key) => `value of ${key}`));
  for (const name of hostile) {
    await put(store, { namespace: name, key: name, value: "second" });
    expect((await store.history(name, name)).map((record) => record.value)).toEqual([name]);
  }
  const erased = await Promise.all(hostile.map((name) => erase(store, name, { keys: [name] })));
  expect(erased).toEqual(hostile.map(() => 1));
  expect(await erase(store, "anna", { keys: hostile.slice(1) })).toBe(hostile.length - 1);
  expect(await store.namespaces()).toEqual(["anna"]);
  expect(await erase(store, "anna", { keys: hostile })).toBe(1);
  expect(await store.namespaces()).toEqual([]);
};

export const keepsLargeRecords: StoreSpec = async (open) => {
  const store = await open();
  const value = "Größe ist kein Fehler 🎈 ".repeat(40_000);
  const metadata = { list: Array.from({ length: 5_000 }, (_, index) => ({ index, text: `${index}` })) };
  const tags = Array.from({ length: 1_000 }, (_, index) => `tag ${index}`);
  const record = await put(store, { key: "large", value, metadata, tags });
  expect(record).toMatchObject({ value, metadata, tags });
  expect(await one(store, "anna", "large")).toEqual(record);
  await put(store, { key: "large", value: "" });
  expect((await one(store, "anna", "large"))?.value).toBe("");
  expect((await store.history("anna", "large"))[0]?.value).toBe(value);
};

export const isolatesNamespaces: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  const fields = { key: "tea", thread: "monday", tasks: [extract] };
  const anna = await put(store, { ...fields, value: "of anna" });
  const ben = await put(store, { ...fields, namespace: "ben", value: "of ben" });
  await put(store, { ...fields, namespace: "ben", value: "of ben, changed" });
  const records = (...found: (StoredRecord | undefined)[]) => found.map((record) => record?.namespace);
  expect(await store.get("anna", ["tea"])).toEqual([anna]);
  expect(await store.read("anna", [anna.id, ben.id])).toEqual([anna]);
  expect(await store.list("anna", { limit: 10 })).toEqual([anna]);
  expect(await store.tail("anna", "monday", 10)).toEqual([anna]);
  expect(await store.history("anna", "tea")).toEqual([]);
  expect((await store.changes("anna", 0, 10)).records).toEqual([anna]);
  expect(await store.queue(extract, "anna")).toMatchObject({ pending: 1 });
  expect(await erase(store, "anna", { records: [ben] })).toBe(0);
  await embedAll(store, small);
  expect((await store.vectorChanges("anna", small.id, 0, 10)).vectors.map((found) => found.id)).toEqual([
    anna.id,
  ]);
  expect(await erase(store, "anna", "all")).toBe(1);
  expect(records(await one(store, "ben", "tea"), ...(await store.history("ben", "tea")))).toEqual([
    "ben",
    "ben",
  ]);
  expect(await store.queue(extract)).toMatchObject({ pending: 1 });
  expect((await store.changes("ben", 0, 10)).erased).toEqual([]);
  expect(await eraseExpired(store, start + 1e12)).toBe(0);
};

export const pagesVersionsAndNamespaces: StoreSpec = async (open) => {
  const store = await open();
  for (let version = 1; version <= 8; version += 1) await put(store, { key: "tea", value: `${version}` });
  const versions = async (page: { after?: number; limit?: number }) =>
    (await store.history("anna", "tea", page)).map(({ version }) => version);
  expect(await versions({ limit: 3 })).toEqual([1, 2, 3]);
  expect(await versions({ after: 3, limit: 3 })).toEqual([4, 5, 6]);
  expect(await versions({ after: 6, limit: 3 })).toEqual([7]);
  expect(await versions({ after: 5 })).toEqual([6, 7]);
  const names = ["a", "b/", "b/1", "b/2", "b/é", "b/😀", "b0", "c", "b"];
  for (const namespace of names) await put(store, { key: "tea", namespace });
  expect(await store.namespaces({ prefix: "b/" })).toEqual(
    names.filter((name) => name.startsWith("b/")).sort(),
  );
  for (const prefix of ["", "b", "b/", "x"]) {
    const found: string[] = [];
    for (let page = ["first"]; page.length > 0; ) {
      const after = found.at(-1);
      page = await store.namespaces({ prefix, limit: 2, ...(after === undefined ? {} : { after }) });
      expect(page.length).toBeLessThanOrEqual(2);
      found.push(...page);
    }
    expect(found.sort()).toEqual(["anna", ...names].filter((name) => name.startsWith(prefix)).sort());
  }
};
