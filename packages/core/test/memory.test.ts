import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  createMemory,
  InMemoryStore,
  type Memory,
  type MemoryRecord,
  type SearchHit,
  type SetInput,
  SouvenirError,
} from "../src/index.ts";
import { contents, keysOf, newPath, openAt, openMemory, rejection, setClock, stores } from "./open-memory.ts";

const namespace = "ada@example.org";
const signalNames = ["context", "entity", "recency", "text", "vector"];
const plants: SetInput[] = [
  { namespace, key: "basil", value: "The basil needs water every second day.", tags: ["plant", "kitchen"] },
  { namespace, key: "cactus", value: "The cactus needs water once a month.", tags: ["plant"] },
  { namespace, key: "kettle", value: "The kettle leaks water when it boils.", tags: ["kitchen"] },
  { namespace, key: "bicycle", value: "The bicycle stands in the cellar." },
];

async function valuesOf(memory: Memory, query: string): Promise<string[]> {
  const { results } = await memory.search({ namespace, query, minScore: 0 });
  return results.map((hit) => hit.value);
}

describe.each(stores)("records in %s", (store) => {
  test("a memory with only a value gets a key, times and empty lists", async () => {
    const clock = setClock("2026-03-04T05:06:07.089Z");
    const memory = await openMemory(store, { clock, extractor: false });
    const record = await memory.set({ namespace, value: "The basil needs water." });
    expect(record.key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(record).toEqual({
      namespace,
      key: record.key,
      value: "The basil needs water.",
      tags: [],
      metadata: {},
      entities: [],
      version: 1,
      createdAt: "2026-03-04T05:06:07.089Z",
      updatedAt: "2026-03-04T05:06:07.089Z",
    });
    expect(await memory.get({ namespace, key: record.key })).toEqual(record);
  });

  test("everything given comes back as it was given", async () => {
    const memory = await openMemory(store, { extractor: false, clock: setClock("2026-02-03T00:00:00.000Z") });
    const record = await memory.set({
      namespace,
      key: "clés/été 🗝",
      value: "  Deux espaces, une tabulation\t, un NUL \u0000 et la fin \r\n",
      tags: ["plant", "Plant", "plant"],
      metadata: { room: "kitchen", size: { height: 1.5, leaves: [1, 2, null] }, nothing: null, on: true },
      entities: [{ name: "Ocimum basilicum", type: "species" }],
      thread: "t/1",
      role: "user",
      createdAt: "2020-01-02T03:04:05.006+02:00",
      expiresAt: new Date("2030-01-01T00:00:00Z"),
    });
    expect(record).toEqual({
      namespace,
      key: "clés/été 🗝",
      value: "  Deux espaces, une tabulation\t, un NUL \u0000 et la fin \r\n",
      tags: ["plant", "Plant"],
      metadata: { room: "kitchen", size: { height: 1.5, leaves: [1, 2, null] }, nothing: null, on: true },
      entities: [{ name: "Ocimum basilicum", type: "species" }],
      thread: "t/1",
      role: "user",
      version: 1,
      createdAt: "2020-01-02T01:04:05.006Z",
      updatedAt: "2026-02-03T00:00:00.000Z",
      expiresAt: "2030-01-01T00:00:00.000Z",
      origin: "user",
    });
    expect(await memory.get({ namespace, key: record.key })).toEqual(record);
    expect((await memory.list({ namespace })).records).toEqual([record]);
  });

  test.each([
    ["a Date", new Date("2021-05-06T07:08:09.010Z")],
    ["milliseconds", Date.UTC(2021, 4, 6, 7, 8, 9, 10)],
    ["ISO 8601", "2021-05-06T07:08:09.010Z"],
  ])("a moment may be given as %s", async (_, createdAt) => {
    const memory = await openMemory(store);
    const { createdAt: stored } = await memory.set({ namespace, value: "Planted.", createdAt });
    expect(stored).toBe("2021-05-06T07:08:09.010Z");
  });

  test("metadata is copied as JSON: dates become text, undefined members go, later changes do not show", async () => {
    const memory = await openMemory(store);
    const metadata = { when: new Date(0), gone: undefined, list: [1] };
    await memory.set({ namespace, key: "k", value: "Planted.", metadata });
    metadata.list.push(2);
    const stored = await memory.get({ namespace, key: "k" });
    expect(stored?.metadata).toEqual({ when: "1970-01-01T00:00:00.000Z", list: [1] });
    stored?.tags.push("added by a caller");
    expect((await memory.get({ namespace, key: "k" }))?.tags).toEqual([]);
  });

  test("setting a key again replaces the whole memory and keeps the earlier versions", async () => {
    const clock = setClock("2026-01-01T00:00:00.000Z");
    const memory = await openMemory(store, { clock });
    const input = { namespace, key: "stack" };
    const first = await memory.set({
      ...input,
      value: "We use Informix.",
      tags: ["db"],
      metadata: { sure: true },
    });
    clock.now += 60_000;
    const second = await memory.set({ ...input, value: "We use SQLite." });
    clock.now += 60_000;
    const third = await memory.set({ ...input, value: "We use PostgreSQL.", createdAt: 0 });
    expect(second).toMatchObject({ version: 2, tags: [], metadata: {}, createdAt: first.createdAt });
    expect(second.updatedAt).toBe("2026-01-01T00:01:00.000Z");
    expect(third).toMatchObject({ version: 3, createdAt: "1970-01-01T00:00:00.000Z" });
    expect(await memory.get(input)).toEqual(third);
    expect(await memory.history(input)).toEqual([first, second]);
    expect((await memory.list({ namespace })).records).toEqual([third]);
    expect(await valuesOf(memory, "Informix")).toEqual([]);
    expect(await memory.stats()).toMatchObject({ records: 1, versions: 2, namespaces: 1 });
  });

  test("sets of one key at the same time take version numbers in turn", async () => {
    const memory = await openMemory(store);
    const records = await Promise.all(
      Array.from({ length: 20 }, (_, index) => memory.set({ namespace, key: "k", value: `turn ${index}` })),
    );
    expect(records.map((record) => record.version)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    expect(await memory.get({ namespace, key: "k" })).toEqual(records.at(-1));
    expect(await memory.history({ namespace, key: "k" })).toEqual(records.slice(0, -1));
  });

  test("a namespace that holds nothing answers with nothing, and asking does not create it", async () => {
    const memory = await openMemory(store);
    expect(await memory.get({ namespace, key: "k" })).toBeUndefined();
    expect(await memory.list({ namespace })).toEqual({ records: [] });
    expect(await memory.history({ namespace, key: "k" })).toEqual([]);
    expect(await memory.entities({ namespace })).toEqual([]);
    expect(await memory.delete({ namespace, key: "k" })).toEqual({ deleted: 0 });
    expect(await memory.delete({ namespace, where: { a: 1 } })).toEqual({ deleted: 0 });
    expect(await memory.clear({ namespace })).toEqual({ deleted: 0 });
    expect(await memory.recall({ namespace, query: "water" })).toEqual({
      text: "",
      memories: [],
      degraded: [],
    });
    const found = await memory.search({
      namespace,
      query: "water",
      facets: true,
      tags: ["x"],
      where: { a: 1 },
    });
    expect(found).toMatchObject({ results: [], facets: { entities: [], tags: [] }, degraded: [] });
    expect(found.tookMs).toBeGreaterThanOrEqual(0);
    expect(await memory.stats({ namespace })).toMatchObject({
      namespaces: 0,
      records: 0,
      versions: 0,
      vectors: 0,
    });
    expect(await memory.namespaces()).toEqual([]);
    expect(await contents(memory)).toEqual([]);
    await memory.set({ namespace: "other", key: "k", value: "Something." });
    expect(await memory.get({ namespace: "other", key: "unknown" })).toBeUndefined();
    expect(await memory.namespaces()).toEqual(["other"]);
  });

  test("delete takes a key, keys, a filter or a thread, with their earlier versions", async () => {
    const memory = await openMemory(store);
    await memory.setMany([
      ...Array.from({ length: 9 }, (_, index) => ({
        namespace,
        key: `k${index}`,
        value: `memory number ${index}`,
        metadata: { even: index % 2 === 0 },
        ...(index > 6 ? { thread: "t" } : {}),
      })),
      { namespace, key: "k0", value: "memory number 0 again" },
    ]);
    expect(await memory.delete({ namespace, key: "k0" })).toEqual({ deleted: 1 });
    expect(await memory.history({ namespace, key: "k0" })).toEqual([]);
    expect(await memory.delete({ namespace, key: "k0" })).toEqual({ deleted: 0 });
    expect(await memory.delete({ namespace, keys: [] })).toEqual({ deleted: 0 });
    expect(await memory.delete({ namespace, keys: ["k1", "k1", "unknown", "k2"] })).toEqual({ deleted: 2 });
    expect(await memory.delete({ namespace, where: { even: true, not: { even: false } } })).toEqual({
      deleted: 3,
    });
    expect(keysOf((await memory.list({ namespace })).records)).toEqual(["k3", "k5", "k7"]);
    expect(await memory.delete({ namespace, thread: "t" })).toEqual({ deleted: 1 });
    expect(keysOf((await memory.list({ namespace })).records)).toEqual(["k3", "k5"]);
    expect(
      keysOf((await memory.search({ namespace, query: "memory number", minScore: 0 })).results).sort(),
    ).toEqual(["k3", "k5"]);
    expect(await memory.set({ namespace, key: "k0", value: "a new memory" })).toMatchObject({ version: 1 });
    expect(await memory.stats()).toMatchObject({ records: 3, versions: 0 });
  });

  test("clear empties one namespace, and its name is gone", async () => {
    const memory = await openMemory(store);
    await memory.setMany([...plants, { namespace: "other", key: "x", value: "The basil of somebody else." }]);
    expect(await memory.clear({ namespace })).toEqual({ deleted: 4 });
    expect(await memory.namespaces()).toEqual(["other"]);
    expect(await valuesOf(memory, "basil")).toEqual([]);
    expect((await memory.search({ namespace: "other", query: "basil" })).results).toHaveLength(1);
    await memory.set({ namespace, key: "basil", value: "A new basil." });
    expect(await valuesOf(memory, "basil")).toEqual(["A new basil."]);
  });

  test("namespaces() lists those that hold a memory, in code unit order", async () => {
    const memory = await openMemory(store);
    for (const name of ["b", "é", "B", "a/b", "a", "日本"])
      await memory.set({ namespace: name, key: "k", value: "x y z" });
    await memory.delete({ namespace: "b", key: "k" });
    expect(await memory.namespaces()).toEqual(["B", "a", "a/b", "é", "日本"]);
  });

  test("stats counts for one namespace or for all", async () => {
    const memory = await openMemory(store);
    await memory.setMany([...plants, { namespace: "other", value: "The basil of somebody else." }]);
    await memory.set({ namespace, key: "basil", value: "The basil has dried up." });
    expect(await memory.stats({ namespace })).toMatchObject({
      namespaces: 1,
      records: 4,
      versions: 1,
      vectors: 0,
    });
    const all = await memory.stats();
    expect(all).toMatchObject({ namespaces: 2, records: 5, versions: 1, vectors: 0, embedder: null });
    expect(all.queue).toEqual({
      embedding: { pending: 0, failed: 0 },
      extraction: { pending: 0, failed: 0 },
    });
    expect(all.reembedding).toBeUndefined();
    expect(all.bytes).toBeGreaterThan(0);
  });
});

describe.each(stores)("expiry in %s", (store) => {
  test("from its moment on a memory is found by nothing, and soon it is erased", async () => {
    const clock = setClock();
    const memory = await openMemory(store, { clock });
    const expiresAt = clock.now + 1_000;
    const key = "code";
    await memory.set({ namespace, key, value: "The door code was 0000." });
    await memory.set({
      namespace,
      key,
      value: "Ada Lovelace has the door code 4711.",
      tags: ["secret"],
      thread: "t",
      expiresAt,
    });
    await memory.set({ namespace, key: "door", value: "The door is green." });
    clock.now = expiresAt - 1;
    expect(await memory.get({ namespace, key })).toMatchObject({ expiresAt: "2026-01-01T00:00:01.000Z" });
    expect(await valuesOf(memory, "door")).toHaveLength(2);
    expect((await valuesOf(memory, "door code 4711"))[0]).toContain("4711");

    clock.now = expiresAt;
    expect(await memory.get({ namespace, key })).toBeUndefined();
    expect(await memory.history({ namespace, key })).toEqual([]);
    expect(keysOf((await memory.list({ namespace })).records)).toEqual(["door"]);
    expect((await memory.list({ namespace, tags: ["secret"] })).records).toEqual([]);
    expect((await memory.list({ namespace, thread: "t" })).records).toEqual([]);
    expect(await valuesOf(memory, "door")).toEqual(["The door is green."]);
    expect(await valuesOf(memory, "4711")).toEqual([]);
    const { facets } = await memory.search({ namespace, query: "door", facets: true, minScore: 0 });
    expect(facets?.tags).toEqual([]);
    expect((await memory.entities({ namespace })).filter(({ name }) => /ada/i.test(name))).toEqual([]);
    expect((await memory.recall({ namespace, query: "door code 4711" })).text).not.toContain("4711");
    expect((await contents(memory)).join()).not.toContain("4711");

    await memory.flush();
    expect(await memory.stats()).toMatchObject({ records: 1, versions: 0 });
  });

  test("pages are as long as asked for when expired memories lie between", async () => {
    const clock = setClock();
    const memory = await openMemory(store, { clock });
    await memory.setMany(
      Array.from({ length: 30 }, (_, index) => ({
        namespace,
        key: String(index),
        value: `number ${index}`,
        ...(index % 3 === 0 ? {} : { expiresAt: clock.now + 1 }),
      })),
    );
    clock.now += 1;
    const first = await memory.list({ namespace, limit: 4 });
    expect(keysOf(first.records)).toEqual(["0", "3", "6", "9"]);
    const second = await memory.list({ namespace, limit: 6, cursor: first.cursor as string });
    expect(keysOf(second.records)).toEqual(["12", "15", "18", "21", "24", "27"]);
    expect(second.cursor).toBeUndefined();
    const newest = await memory.list({ namespace, order: "newest", limit: 4 });
    expect(keysOf(newest.records)).toEqual(["27", "24", "21", "18"]);
  });

  test("touch moves the end of a memory and nothing else", async () => {
    const clock = setClock();
    const memory = await openMemory(store, { clock });
    const key = "code";
    await memory.set({ namespace, key, value: "The door code was 0000." });
    const set = await memory.set({
      namespace,
      key,
      value: "The code is 4711.",
      expiresAt: clock.now + 1_000,
    });
    await valuesOf(memory, "code");
    clock.now += 999;
    const expiresAt = clock.now + 1_000;
    expect(await memory.touch({ namespace, key, expiresAt, version: 1 })).toBeUndefined();
    expect(await memory.touch({ namespace, key, expiresAt, version: 2 })).toEqual({
      ...set,
      expiresAt: "2026-01-01T00:00:01.999Z",
    });
    clock.now += 999;
    expect(await valuesOf(memory, "code")).toEqual(["The code is 4711."]);
    expect(await memory.history({ namespace, key })).toHaveLength(1);
    const { expiresAt: _end, ...forEver } = set;
    expect(await memory.touch({ namespace, key, expiresAt: null })).toEqual(forEver);
    clock.now += 1e9;
    expect(await valuesOf(memory, "code")).toEqual(["The code is 4711."]);

    await memory.touch({ namespace, key, expiresAt: 0 });
    expect(await memory.get({ namespace, key })).toBeUndefined();
    expect(await memory.touch({ namespace, key, expiresAt: null })).toBeUndefined();
    expect(await valuesOf(memory, "code")).toEqual([]);
  });

  test("what has expired is not counted, and an erasure finds nothing of it", async () => {
    const clock = setClock();
    const memory = await openMemory(store, { clock });
    const code = { namespace, key: "code", value: "The door code was 0000.", expiresAt: clock.now + 1_000 };
    await memory.set(code);
    clock.now = code.expiresAt;
    expect(await memory.namespaces()).toEqual([]);

    for (const erase of [
      () => memory.delete({ namespace, key: code.key }),
      () => memory.delete({ namespace, keys: [code.key] }),
      () => memory.clear({ namespace }),
    ]) {
      await memory.set({ ...code, expiresAt: clock.now + 1_000 });
      clock.now += 1_000;
      expect(await erase()).toEqual({ deleted: 0 });
    }
    await memory.set({ ...code, expiresAt: clock.now + 1_000 });
    clock.now += 1_000;
    expect(await memory.stats()).toMatchObject({ namespaces: 0, records: 0 });
  });

  test("a turn that has expired may be said again", async () => {
    const clock = setClock();
    const memory = await openMemory(store, { clock });
    const said = { namespace, thread: "t", role: "user", value: "Call the plumber." };
    await memory.set({ ...said, expiresAt: clock.now + 1_000 });
    clock.now += 1_000;
    const messages = [{ role: said.role, content: said.value }];
    expect(await memory.remember({ namespace, thread: "t", messages })).toEqual({ stored: 1 });
    expect((await memory.list({ namespace })).records).toMatchObject([said]);
  });

  test("a moment in the past is accepted and the memory is never found", async () => {
    const memory = await openMemory(store, { clock: setClock() });
    await memory.set({ namespace, key: "k", value: "Too late.", expiresAt: 0 });
    expect(await memory.get({ namespace, key: "k" })).toBeUndefined();
    expect(await valuesOf(memory, "late")).toEqual([]);
  });

  test("a key whose memory has expired starts anew", async () => {
    const clock = setClock();
    const memory = await openMemory(store, { clock });
    await memory.set({ namespace, key: "k", value: "The code is 4711.", expiresAt: clock.now + 5 });
    await memory.set({ namespace, key: "other", value: "Something else." });
    clock.now += 10;
    const record = await memory.set({ namespace, key: "k", value: "The code is 0815." });
    expect(record).toMatchObject({ version: 1, createdAt: new Date(clock.now).toISOString() });
    expect(record.expiresAt).toBeUndefined();
    expect(await memory.history({ namespace, key: "k" })).toEqual([]);
    expect((await contents(memory)).join()).not.toContain("4711");
  });

  test("a process that goes on writing erases what expired without being told", async () => {
    const clock = setClock();
    const memory = await openMemory(store, { clock });
    await memory.set({ namespace, key: "old", value: "For a moment.", expiresAt: clock.now + 5 });
    clock.now += 10;
    await memory.set({ namespace: "another", key: "new", value: "For ever." });
    await memory.set({ namespace: "another", key: "newer", value: "For ever." });
    expect(await memory.stats()).toMatchObject({ namespaces: 1, records: 2 });
  });
});

describe.each(stores)("lists in %s", (store) => {
  test("in order of time, then of arrival, whatever the keys", async () => {
    const memory = await openMemory(store, { clock: setClock("2026-01-02T00:00:00Z") });
    await memory.setMany([
      { namespace, key: "z", value: "second day" },
      { namespace, key: "y", value: "second day" },
      { namespace, key: "a", value: "third day", createdAt: "2026-01-03" },
      { namespace, key: "m", value: "long ago", createdAt: "1969-12-31" },
    ]);
    expect(keysOf((await memory.list({ namespace })).records)).toEqual(["m", "z", "y", "a"]);
  });

  test.each([1, 7, 50, 51])("pages of %i hold each memory once, without gaps", async (limit) => {
    const memory = await openMemory(store, { clock: setClock() });
    const keys = Array.from({ length: 50 }, (_, index) => `k${index}`);
    await memory.setMany(
      keys.map((key, index) => ({
        namespace,
        key,
        value: `number ${key}`,
        tags: [index % 2 ? "odd" : "even"],
      })),
    );
    const odd = keys.filter((_, index) => index % 2);
    for (const [filter, expected] of [
      [{}, keys],
      [{ tags: ["odd"] }, odd],
      [{ order: "oldest" }, keys],
      [{ order: "newest" }, keys.toReversed()],
      [{ order: "newest", tags: ["odd"] }, odd.toReversed()],
    ] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      let pages = 0;
      do {
        const page = await memory.list({
          namespace,
          limit,
          ...filter,
          ...(cursor === undefined ? {} : { cursor }),
        });
        expect(page.records.length).toBeLessThanOrEqual(limit);
        seen.push(...keysOf(page.records));
        cursor = page.cursor;
        pages += 1;
      } while (cursor !== undefined);
      expect(seen).toEqual(expected);
      expect(pages).toBe(Math.ceil(expected.length / limit));
    }
  });

  test("memories written and deleted between two pages move no other", async () => {
    const clock = setClock();
    const memory = await openMemory(store, { clock });
    const keys = Array.from({ length: 20 }, (_, index) => `k${String(index).padStart(2, "0")}`);
    for (const key of keys) {
      clock.now += 1;
      await memory.set({ namespace, key, value: `number ${key}` });
    }
    const first = await memory.list({ namespace, limit: 10 });
    await memory.delete({ namespace, keys: ["k03", "k09", "k12"] });
    await memory.set({ namespace, key: "early", value: "from long ago", createdAt: 0 });
    await memory.set({ namespace, key: "k15", value: "changed" });
    await memory.set({ namespace, key: "late", value: "just now", createdAt: clock.now + 1 });
    const rest = await memory.list({ namespace, limit: 100, cursor: first.cursor as string });
    expect(keysOf(rest.records)).toEqual([
      "k10",
      "k11",
      "k13",
      "k14",
      "k15",
      "k16",
      "k17",
      "k18",
      "k19",
      "late",
    ]);
    expect(rest.cursor).toBeUndefined();
  });

  test("by tags, filter and thread together", async () => {
    const memory = await openMemory(store);
    await memory.setMany(
      Array.from({ length: 24 }, (_, index) => ({
        namespace,
        key: String(index),
        value: `number ${index}`,
        tags: ["all", ...(index % 2 ? [] : ["even"])],
        metadata: { third: index % 3 === 0 },
        thread: index % 4 ? "other" : "fourth",
      })),
    );
    const { records } = await memory.list({
      namespace,
      tags: ["all", "even"],
      where: { third: true },
      thread: "fourth",
    });
    expect(keysOf(records)).toEqual(["0", "12"]);
    expect((await memory.list({ namespace, tags: ["Even"] })).records).toEqual([]);
  });
});

describe.each(stores)("setMany in %s", (store) => {
  const many = (count: number): SetInput[] =>
    Array.from({ length: count }, (_, index) => ({
      namespace,
      key: `k${index}`,
      value: `memory number ${index}`,
    }));

  test("answers in order, also over several commits, and tells its progress", async () => {
    const memory = await openMemory(store, { extractor: false });
    const progress: { done: number; total?: number }[] = [];
    const records = await memory.setMany(many(2_500), { onProgress: (step) => progress.push(step) });
    expect(keysOf(records)).toEqual(many(2_500).map((input) => input.key));
    expect((await memory.stats()).records).toBe(2_500);
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toEqual({ done: 2_500, total: 2_500 });
    expect(progress.every((step, index) => step.done > (progress[index - 1]?.done ?? 0))).toBe(true);
  });

  test("what is given in one list is told in one moment", async () => {
    let now = Date.parse("2026-03-04T05:06:07Z");
    const memory = await openMemory(store, { extractor: false, clock: () => now++ });
    const records = await memory.setMany(many(600));
    expect(new Set(records.map(({ createdAt }) => createdAt)).size).toBe(1);
  });

  test("takes any iterable, and then does not know the whole", async () => {
    const memory = await openMemory(store);
    const progress: { done: number; total?: number }[] = [];
    async function* stream() {
      for (const input of many(3)) yield input;
    }
    await memory.setMany(stream(), { onProgress: (step) => progress.push(step) });
    await memory.setMany(new Set([{ namespace, key: "from a set", value: "one" }]));
    expect((await memory.stats()).records).toBe(4);
    expect(progress).toEqual([{ done: 3 }]);
    expect(await memory.setMany([])).toEqual([]);
  });

  test("the same key twice is two versions", async () => {
    const memory = await openMemory(store);
    const records = await memory.setMany([
      { namespace, key: "k", value: "first" },
      { namespace, key: "k", value: "second" },
    ]);
    expect(records.map(({ version, value }) => [version, value])).toEqual([
      [1, "first"],
      [2, "second"],
    ]);
    expect((await memory.history({ namespace, key: "k" })).map(({ value }) => value)).toEqual(["first"]);
  });

  test("a list is checked whole before anything is written", async () => {
    const memory = await openMemory(store, { extractor: false });
    const inputs = many(2_500);
    inputs[2_345] = { namespace, value: "" };
    const error = await rejection(memory.setMany(inputs));
    expect(error).toMatchObject({ code: "INVALID_INPUT", details: { index: 2_345, stored: 0 } });
    expect((error as Error).message).toContain("2345");
    expect(await memory.namespaces()).toEqual([]);
  });

  test("a stream keeps the commits before a bad record, and the error says how many memories that is", async () => {
    const memory = await openMemory(store, { extractor: false });
    async function* stream() {
      yield* many(1_500);
      yield { namespace, value: 5 } as unknown as SetInput;
    }
    const error = await rejection(memory.setMany(stream()));
    expect(SouvenirError.is(error)).toBe(true);
    const { details } = error as SouvenirError;
    expect(details.index).toBe(1_500);
    expect((await memory.stats()).records).toBe(details.stored);
  });

  test("an error of the stream itself comes through", async () => {
    const memory = await openMemory(store);
    async function* stream() {
      yield* many(2);
      throw new Error("the connection broke");
    }
    expect(await rejection(memory.setMany(stream()))).toEqual(new Error("the connection broke"));
    expect(await memory.namespaces()).toEqual([]);
  });

  test("an abort before the start writes nothing", async () => {
    const memory = await openMemory(store);
    const reason = new Error("stopped by the user");
    expect(await rejection(memory.setMany(many(3), { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(await memory.namespaces()).toEqual([]);
  });

  test("an abort between two commits keeps the first and stops reading", async () => {
    const memory = await openMemory(store, { extractor: false });
    const controller = new AbortController();
    let read = 0;
    function* stream() {
      for (const input of many(100_000)) {
        read += 1;
        yield input;
      }
    }
    let done = 0;
    const writing = memory.setMany(stream(), {
      signal: controller.signal,
      onProgress: (step) => {
        done = step.done;
        controller.abort();
      },
    });
    expect(await rejection(writing)).toMatchObject({ name: "AbortError" });
    expect(done).toBeGreaterThan(0);
    expect((await memory.stats()).records).toBe(done);
    expect(read).toBeLessThan(10_000);
  });

  test("an abort ends the wait for a stream that has come to a halt", async () => {
    const memory = await openMemory(store);
    const controller = new AbortController();
    const halted = Promise.withResolvers<void>();
    async function* stream() {
      yield { namespace, value: "the first" };
      halted.resolve();
      await new Promise(() => {});
    }
    const writing = memory.setMany(stream(), { signal: controller.signal });
    await halted.promise;
    controller.abort();
    expect(await rejection(writing)).toMatchObject({ name: "AbortError" });
    expect((await memory.stats()).records).toBe(0);
  });

  test("a stream that is not read to its end is closed", async () => {
    const memory = await openMemory(store);
    let closed = false;
    async function* stream() {
      try {
        for (;;) yield { namespace, value: "" };
      } finally {
        closed = true;
      }
    }
    const { signal } = new AbortController();
    expect(await rejection(memory.setMany(stream(), { signal }))).toMatchObject({ code: "INVALID_INPUT" });
    expect(closed).toBe(true);
  });
});

describe.each(stores)("search in %s", (store) => {
  test("finds a memory in the very next call, by its words", async () => {
    const memory = await openMemory(store);
    await memory.setMany(plants);
    for (const [query, value] of [
      ["basil", plants[0]?.value],
      ["Where is the bicycle?", plants[3]?.value],
      ["BOILS", plants[2]?.value],
    ]) {
      const { results, degraded } = await memory.search({ namespace, query: query as string });
      expect(results[0]?.value, query).toBe(value);
      expect(degraded).toEqual([]);
    }
    await memory.set({ namespace, key: "basil", value: "The oregano has taken its place." });
    expect(await valuesOf(memory, "oregano")).toEqual(["The oregano has taken its place."]);
    expect(await valuesOf(memory, "basil")).toEqual([]);
  });

  test("a hit is the record with a score and what each signal says, best first", async () => {
    const memory = await openMemory(store);
    const stored = await memory.setMany(plants);
    const { results } = await memory.search({ namespace, query: "basil water kitchen", minScore: 0 });
    expect(results.length).toBeGreaterThanOrEqual(3);
    for (const { score, signals, reasons, ...record } of results) {
      expect(record).toEqual(stored.find(({ key }) => key === record.key));
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
      expect(Object.keys(signals).sort()).toEqual(signalNames);
      for (const value of Object.values(signals)) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
      expect(signals.text).toBeGreaterThan(0);
      expect(reasons.terms).toContain("water");
    }
    expect(results.map((hit) => hit.score)).toEqual(results.map((hit) => hit.score).sort((a, b) => b - a));
    expect(results[0]?.key).toBe("basil");
  });

  test("limit takes the best ones", async () => {
    const memory = await openMemory(store);
    await memory.setMany(
      Array.from({ length: 30 }, (_, index) => ({ namespace, key: `k${index}`, value: `water ${index}` })),
    );
    const all = await memory.search({ namespace, query: "water", limit: 1000, minScore: 0 });
    expect(all.results).toHaveLength(30);
    expect((await memory.search({ namespace, query: "water", minScore: 0 })).results).toHaveLength(10);
    const three = await memory.search({ namespace, query: "water", limit: 3, minScore: 0 });
    expect(keysOf(three.results)).toEqual(keysOf(all.results.slice(0, 3)));
  });

  test("minScore leaves out what is below it, and 0 keeps all that matches", async () => {
    const memory = await openMemory(store);
    await memory.setMany(plants);
    const query = "How often does the basil need water?";
    const all = (await memory.search({ namespace, query, minScore: 0 })).results;
    expect(all.length).toBeGreaterThan(1);
    const floor = (all[0] as SearchHit).score;
    const { results } = await memory.search({ namespace, query, minScore: floor });
    expect(keysOf(results)).toEqual(keysOf(all.filter((hit) => hit.score >= floor)));
    expect(
      (await memory.search({ namespace, query: "quantum chromodynamics", minScore: 0 })).results,
    ).toEqual([]);
  });

  test("the same search twice gives the same hits in the same order", async () => {
    const memory = await openMemory(store);
    await memory.setMany(
      Array.from({ length: 40 }, (_, index) => ({ namespace, key: `k${index}`, value: "water and basil" })),
    );
    const [first, second] = [0, 1].map(() =>
      memory.search({ namespace, query: "water basil", limit: 15, minScore: 0 }),
    );
    expect((await second)?.results).toEqual((await first)?.results);
  });

  test.each<[string, Partial<Parameters<Memory["search"]>[0]>, string[]]>([
    ["no filter", {}, ["a", "b", "c", "d"]],
    ["one tag", { tags: ["red"] }, ["a", "b"]],
    ["all of several tags", { tags: ["red", "round"] }, ["b"]],
    ["a tag in another case is another tag", { tags: ["RED"] }, []],
    ["metadata", { where: { price: { gte: 2, lt: 4 } } }, ["b", "c"]],
    ["nested metadata", { where: { "shop.city": "Lyon" } }, ["c"]],
    ["an entity by name", { entities: ["Marie Curie"] }, ["a", "d"]],
    ["an entity in another case, without accents", { entities: ["marie curie"] }, ["a", "d"]],
    ["an entity with its type", { entities: [{ name: "Marie Curie", type: "ship" }] }, ["d"]],
    ["all of several entities", { entities: ["Marie Curie", "Lyon"] }, ["d"]],
    ["an unknown entity", { entities: ["Irène Joliot"] }, []],
    ["a thread", { thread: "t" }, ["c", "d"]],
    ["since, inclusive", { since: "2026-01-03T00:00:00Z" }, ["c", "d"]],
    ["until, exclusive", { until: new Date("2026-01-03T00:00:00Z") }, ["a", "b"]],
    ["an empty span", { since: "2026-01-03", until: "2026-01-03" }, []],
    ["several at once", { tags: ["red"], where: { price: { gt: 1 } }, until: "2026-01-03" }, ["b"]],
  ])("filters by %s", async (_, filter, expected) => {
    const memory = await openMemory(store, { extractor: false });
    const day = (number: number) => `2026-01-0${number}T00:00:00.000Z`;
    await memory.setMany([
      {
        namespace,
        key: "a",
        value: "A thing for sale.",
        tags: ["red"],
        metadata: { price: 1 },
        entities: [{ name: "Marie Curie", type: "person" }],
        createdAt: day(1),
      },
      {
        namespace,
        key: "b",
        value: "Another thing for sale.",
        tags: ["round", "red"],
        metadata: { price: 2 },
        createdAt: day(2),
      },
      {
        namespace,
        key: "c",
        value: "A third thing for sale.",
        metadata: { price: 3, shop: { city: "Lyon" } },
        thread: "t",
        createdAt: day(3),
      },
      {
        namespace,
        key: "d",
        value: "A fourth thing for sale.",
        metadata: { price: "2" },
        entities: [
          { name: "Marie Curie", type: "ship" },
          { name: "Lyon", type: "place" },
        ],
        thread: "t",
        createdAt: day(4),
      },
    ]);
    const { results } = await memory.search({ namespace, query: "thing for sale", minScore: 0, ...filter });
    expect(keysOf(results).sort()).toEqual(expected);
  });

  test("facets count over all that matches, not only over the page", async () => {
    const memory = await openMemory(store, { extractor: false });
    await memory.setMany(
      Array.from({ length: 60 }, (_, index) => ({
        namespace,
        key: `k${index}`,
        value: index % 2 ? "a report about water" : "a report about something else",
        tags: ["all", `mod ${index % 3}`],
        entities: [{ name: index % 4 === 1 ? "Lyon" : "Paris", type: "place" }],
      })),
    );
    const input = { namespace, query: "water", limit: 2, minScore: 0 };
    const { results, facets } = await memory.search({ ...input, facets: true });
    expect(results).toHaveLength(2);
    expect(facets).toEqual({
      entities: [
        { name: "Lyon", type: "place", count: 15 },
        { name: "Paris", type: "place", count: 15 },
      ],
      tags: [
        { tag: "all", count: 30 },
        { tag: "mod 0", count: 10 },
        { tag: "mod 1", count: 10 },
        { tag: "mod 2", count: 10 },
      ],
    });
    const filtered = await memory.search({ ...input, facets: true, tags: ["mod 1"], entities: ["Lyon"] });
    expect(filtered.facets?.tags).toEqual([
      { tag: "all", count: 5 },
      { tag: "mod 1", count: 5 },
    ]);
    expect((await memory.search(input)).facets).toBeUndefined();
  });

  test("an aborted search rejects with the reason", async () => {
    const memory = await openMemory(store);
    await memory.setMany(plants);
    const reason = new Error("not needed any more");
    const search = memory.search({ namespace, query: "basil", signal: AbortSignal.abort(reason) });
    expect(await rejection(search)).toBe(reason);
  });

  test("with room for one open index, many namespaces are searched at once", async () => {
    const memory = await openMemory(store, { limits: { openNamespaces: 1 } });
    const names = Array.from({ length: 20 }, (_, index) => `user ${index}`);
    await memory.setMany(
      names.map((name) => ({ namespace: name, key: name, value: `the diary of ${name}` })),
    );
    const found = await Promise.all(names.map((name) => memory.search({ namespace: name, query: "diary" })));
    expect(found.map(({ results }) => keysOf(results))).toEqual(names.map((name) => [name]));
  });
});

describe.each(stores)("calls at the same time in %s", (store) => {
  test("leave an index that holds what the store holds", async () => {
    const key = fc.integer({ min: 0, max: 12 }).map((number) => `k${number}`);
    const word = fc.constantFrom("tulip", "magnolia", "snapdragon");
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant("set" as const), key, word }) },
      {
        weight: 1,
        arbitrary: fc.record({
          do: fc.constant("setMany" as const),
          keys: fc.array(key, { maxLength: 20 }),
          word,
        }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), key }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("where" as const), word }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant("search" as const), word }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("clear" as const) }) },
    );
    const path = store === ":memory:" ? store : await newPath();
    const one = await openAt(path, { extractor: false });
    const handles = store === ":memory:" ? [one] : [one, await openAt(path, { extractor: false })];
    const input = (name: string, value: string) => ({
      namespace,
      key: name,
      value: `The ${value} blooms.`,
      metadata: { value },
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(1), step), { maxLength: 40 }), async (steps) => {
        await Promise.all(
          steps.map(([which, call]) => {
            const memory = handles[which % handles.length] as Memory;
            if (call.do === "set") return memory.set(input(call.key, call.word));
            if (call.do === "setMany") return memory.setMany(call.keys.map((name) => input(name, call.word)));
            if (call.do === "delete") return memory.delete({ namespace, key: call.key });
            if (call.do === "where") return memory.delete({ namespace, where: { value: call.word } });
            if (call.do === "clear") return memory.clear({ namespace });
            return memory.search({ namespace, query: call.word });
          }),
        );
        const { records } = await one.list({ namespace });
        for (const memory of handles) {
          const { results } = await memory.search({ namespace, query: "blooms", limit: 100, minScore: 0 });
          const shown = (all: readonly MemoryRecord[]) =>
            all.map((record) => `${record.key} ${record.version} ${record.value}`).sort();
          expect(shown(results)).toEqual(shown(records));
          for (const value of ["tulip", "magnolia", "snapdragon"])
            expect(keysOf((await memory.list({ namespace, where: { value } })).records)).toEqual(
              keysOf(records.filter((record) => record.value.includes(value))),
            );
        }
      }),
      { seed: 20261128, numRuns: store === ":memory:" ? 150 : 60 },
    );
  });
});

describe.each(stores)("entities in %s", (store) => {
  test("are counted by memory, most frequent first, and narrowed by type, prefix and limit", async () => {
    const memory = await openMemory(store, { extractor: false });
    const place = (name: string) => ({ name, type: "place" });
    await memory.setMany([
      {
        namespace,
        key: "1",
        value: "one",
        entities: [place("Lyon"), { name: "Élise Dupont", type: "person" }],
      },
      { namespace, key: "2", value: "two", entities: [place("LYON"), place("Lille")] },
      { namespace, key: "3", value: "three", entities: [place("Lyon"), place("Lyon")] },
      { namespace: "other", key: "4", value: "four", entities: [place("Nantes")] },
    ]);
    expect(await memory.entities({ namespace })).toEqual([
      { name: "Lyon", type: "place", count: 3 },
      { name: "Élise Dupont", type: "person", count: 1 },
      { name: "Lille", type: "place", count: 1 },
    ]);
    expect(await memory.entities({ namespace, type: "person" })).toEqual([
      { name: "Élise Dupont", type: "person", count: 1 },
    ]);
    expect((await memory.entities({ namespace, prefix: "L" })).map(({ name }) => name)).toEqual([
      "Lyon",
      "Lille",
    ]);
    expect((await memory.entities({ namespace, prefix: "elise" })).map(({ name }) => name)).toEqual([
      "Élise Dupont",
    ]);
    expect(await memory.entities({ namespace, limit: 1 })).toHaveLength(1);
    await memory.delete({ namespace, keys: ["1", "3"] });
    expect(await memory.entities({ namespace })).toEqual([
      { name: "Lille", type: "place", count: 1 },
      { name: "LYON", type: "place", count: 1 },
    ]);
  });

  test("are found in the text at once, and narrow a search", async () => {
    const memory = await openMemory(store);
    await memory.setMany([
      { namespace, key: "mail", value: "Write to ada@example.org about the invoice." },
      { namespace, key: "site", value: "The invoice is at https://example.org/invoices/7." },
    ]);
    const found = await memory.entities({ namespace });
    expect(found).toContainEqual({ name: "ada@example.org", type: "email", count: 1 });
    const { results } = await memory.search({ namespace, query: "invoice", entities: ["ada@example.org"] });
    expect(keysOf(results)).toEqual(["mail"]);
  });

  test("an extractor that needs time runs after the write, and adds what it finds", async () => {
    let calls = 0;
    const extractor = {
      id: "slow",
      async extract(text: string) {
        calls += 1;
        return text.includes("Marie") ? [{ name: "Marie Curie", type: "scientist" }] : [];
      },
    };
    const memory = await openMemory(store, { extractor });
    await memory.set({
      namespace,
      key: "k",
      value: "Marie discovered polonium.",
      entities: [{ name: "Po", type: "element" }],
    });
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect(calls).toBeGreaterThan(0);
    const record = await memory.get({ namespace, key: "k" });
    expect(record?.entities).toEqual(
      expect.arrayContaining([
        { name: "Po", type: "element" },
        { name: "Marie Curie", type: "scientist" },
      ]),
    );
    expect(record?.version).toBe(1);
    const { results } = await memory.search({
      namespace,
      query: "polonium",
      entities: [{ name: "Marie Curie", type: "scientist" }],
    });
    expect(keysOf(results)).toEqual(["k"]);
    expect((await memory.stats()).queue.extraction).toEqual({ pending: 0, failed: 0 });
  });

  test.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("broken");
      },
    ],
    ["rejects", () => Promise.reject(new Error("broken"))],
    ["answers nonsense", () => [{ name: 5 }]],
    ["answers nonsense later", async () => "nonsense"],
  ])("an extractor that %s costs the entities, never the memory", async (_, extract) => {
    const memory = await openMemory(store, { extractor: { id: "broken", extract: extract as never } });
    const record = await memory.set({ namespace, key: "k", value: "Marie discovered polonium." });
    await memory.flush();
    expect((await memory.get({ namespace, key: "k" }))?.value).toBe(record.value);
    expect(await valuesOf(memory, "polonium")).toEqual([record.value]);
  });
});

describe("a memory in a file", () => {
  test("is the same after it was closed and opened again", async () => {
    const path = await newPath();
    const first = await openAt(path);
    await first.setMany(plants);
    await first.set({
      namespace,
      key: "basil",
      value: "The basil needs water every day.",
      thread: "t",
      role: "user",
    });
    const question = { namespace, query: "How much water for the basil?", facets: true, minScore: 0 };
    const [before, found, entities] = [
      await contents(first),
      await first.search(question),
      await first.entities({ namespace }),
    ];
    await first.close();
    const second = await openAt(path);
    expect(await contents(second)).toEqual(before);
    expect(await second.entities({ namespace })).toEqual(entities);
    expect({ ...(await second.search(question)), tookMs: 0 }).toEqual({ ...found, tookMs: 0 });
    expect(await second.history({ namespace, key: "basil" })).toHaveLength(1);
  });

  test("may be opened twice, and each sees what the other writes", async () => {
    const path = await newPath();
    const [one, other] = [await openAt(path), await openAt(path)];
    await one.set({ namespace, key: "k", value: "The kettle leaks." });
    expect(await valuesOf(other, "kettle")).toEqual(["The kettle leaks."]);
    await other.set({ namespace, key: "k", value: "The teapot leaks." });
    expect(await valuesOf(one, "teapot")).toEqual(["The teapot leaks."]);
    expect(await valuesOf(one, "kettle")).toEqual([]);
    await one.clear({ namespace });
    expect(await valuesOf(other, "teapot")).toEqual([]);
    expect(await other.namespaces()).toEqual([]);
    await other.set({ namespace, key: "k", value: "The jug leaks." });
    expect(await valuesOf(one, "jug")).toEqual(["The jug leaks."]);
  });

  test(":memory: is shared with nobody", async () => {
    const [one, other] = [await openMemory(":memory:"), await openMemory(":memory:")];
    await one.set({ namespace, key: "k", value: "The kettle leaks." });
    expect(await other.namespaces()).toEqual([]);
  });
});

describe.each(stores)("a closed memory in %s", (store) => {
  const calls: [string, (memory: Memory) => Promise<unknown>][] = [
    ["set", (memory) => memory.set({ namespace, value: "v" })],
    ["setMany", (memory) => memory.setMany([{ namespace, value: "v" }])],
    ["get", (memory) => memory.get({ namespace, key: "k" })],
    ["touch", (memory) => memory.touch({ namespace, key: "k", expiresAt: null })],
    ["list", (memory) => memory.list({ namespace })],
    ["delete", (memory) => memory.delete({ namespace, key: "k" })],
    ["clear", (memory) => memory.clear({ namespace })],
    ["history", (memory) => memory.history({ namespace, key: "k" })],
    ["search", (memory) => memory.search({ namespace, query: "v" })],
    ["entities", (memory) => memory.entities({ namespace })],
    [
      "remember",
      (memory) => memory.remember({ namespace, thread: "t", messages: [{ role: "user", content: "v" }] }),
    ],
    ["recall", (memory) => memory.recall({ namespace, query: "v" })],
    ["namespaces", (memory) => memory.namespaces()],
    ["stats", (memory) => memory.stats()],
    ["flush", (memory) => memory.flush()],
    ["reembed", (memory) => memory.reembed({ embedder: { id: "e", dimensions: 1, embed: async () => [] } })],
    ["export", (memory) => contents(memory)],
    ["import", (memory) => memory.import([{ namespace, value: "v" }])],
  ];

  test.each(calls)("refuses %s and says what to do", async (_, call) => {
    const memory = await openMemory(store);
    await memory.set({ namespace, key: "k", value: "v" });
    await memory.close();
    const error = await rejection(call(memory));
    expect(error).toMatchObject({ code: "CLOSED", message: expect.stringContaining("createMemory()") });
  });

  test("may be closed again", async () => {
    const memory = await openMemory(store);
    await Promise.all([memory.close(), memory.close()]);
    await memory.close();
  });

  test("has kept every write that was under way", async () => {
    const path = store === ":memory:" ? store : await newPath();
    const memory = await openAt(path);
    const writes = Array.from({ length: 30 }, (_, index) =>
      memory.set({ namespace, key: `k${index}`, value: `v${index}` }),
    );
    await memory.close();
    const outcomes = await Promise.allSettled(writes);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "CLOSED" });
    if (store === ":memory:") return;
    const again = await openAt(path);
    const kept = new Set(keysOf((await again.list({ namespace, limit: 1000 })).records));
    for (const [index, outcome] of outcomes.entries())
      expect(kept.has(`k${index}`), `k${index} was ${outcome.status}`).toBe(outcome.status === "fulfilled");
  });

  test("is what `await using` leaves behind", async () => {
    let escaped: Memory;
    {
      await using memory = await createMemory({
        path: store === ":memory:" ? store : await newPath(),
        embedder: false,
      });
      await memory.set({ namespace, value: "v" });
      escaped = memory;
    }
    expect(await rejection(escaped.namespaces())).toMatchObject({ code: "CLOSED" });
  });
});

test("more namespaces in use than indexes are kept open: each search comes to an answer", async () => {
  const memory = await openMemory(":memory:", { extractor: false, limits: { openNamespaces: 1 } });
  const names = ["a", "b"];
  for (const name of names)
    await memory.setMany(
      Array.from({ length: 1_500 }, (_, index) => ({ namespace: name, value: `Lot ${index} of ${name}.` })),
    );
  const found = await Promise.all(names.map((name) => memory.search({ namespace: name, query: "lot 777" })));
  expect(found.map(({ results }) => results[0]?.value)).toEqual(["Lot 777 of a.", "Lot 777 of b."]);
});

test("setMany takes a list as it is at the call: its owner may empty it at once", async () => {
  const memory = await openMemory(":memory:");
  const list = Array.from({ length: 450 }, (_, index) => ({ namespace: "n", value: `Lot ${index}.` }));
  const stored = memory.setMany(list);
  list.length = 0;
  expect(await stored).toHaveLength(450);
});

test("an abort ends the wait for an index that is being opened", async () => {
  const slow = new InMemoryStore();
  const memory = await createMemory({ store: slow, embedder: false });
  onTestFinished(() => memory.close());
  await memory.setMany(plants);
  const reading = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const changes = slow.changes.bind(slow);
  slow.changes = async (...request) => {
    reading.resolve();
    await goOn.promise;
    return changes(...request);
  };
  const controller = new AbortController();
  const search = memory.search({ namespace, query: "tulip", signal: controller.signal });
  await reading.promise;
  controller.abort(new Error("gone"));
  await expect(search).rejects.toThrow("gone");
  goOn.resolve();
});

test("a memory that is erased while a page is read does not end the list", async () => {
  const erasing = new InMemoryStore();
  const memory = await createMemory({ store: erasing, embedder: false });
  onTestFinished(() => memory.close());
  await memory.setMany(
    Array.from({ length: 10 }, (_, index) => ({ namespace, value: `number ${index}`, tags: ["t"] })),
  );
  const read = erasing.read.bind(erasing);
  erasing.read = async (name, ids) => {
    erasing.read = read;
    await erasing.erase(name, { ids: ids.slice(0, 1) });
    return read(name, ids);
  };
  const page = await memory.list({ namespace, tags: ["t"], limit: 4 });
  expect(page.records).toHaveLength(4);
  const { cursor } = page;
  expect((await memory.list({ namespace, tags: ["t"], cursor: cursor as string })).records).toHaveLength(5);
});
