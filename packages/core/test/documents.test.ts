// JSON documents that are kept exactly and searched by the texts in them.
import {
  compileFilter,
  type DocumentInput,
  Documents,
  documentOf,
  documentTexts,
  type Memory,
  type SearchInput,
  SouvenirError,
} from "@souvenir/core";
import { beforeEach, describe, expect, test } from "vitest";
import { openMemory, type SetClock, setClock } from "./open-memory.ts";

let memory: Memory;
let documents: Documents;
let clock: SetClock;
beforeEach(async () => {
  clock = setClock();
  memory = await openMemory(":memory:", { clock });
  documents = new Documents({ memory: async () => memory, clock });
});

const namespace = "ada";
const note = (key: string, value: Record<string, unknown>, texts?: readonly string[]): DocumentInput => ({
  namespace,
  key,
  value,
  texts: texts ?? documentTexts(value, ["text"]),
});
const keysOf = async (records: AsyncIterable<{ key: string }> | Promise<{ key: string }[]>) => {
  const keys: string[] = [];
  for await (const { key } of records instanceof Promise ? await records : records) keys.push(key);
  return keys;
};

test("a document is what was put, whatever its size, depth, key and names", async () => {
  let deep: Record<string, unknown> = { end: true };
  for (let level = 0; level < 100; level += 1) deep = { deep };
  const values: Record<string, Record<string, unknown>> = {
    "": { text: "an empty key" },
    "%": { deep },
    long: { text: "word ".repeat(30_000), rest: "x".repeat(40_000) },
    marked: { $item: { text: "milk" }, text: "milk", ["__proto__"]: 1 },
    nothing: {},
  };
  await documents.put(Object.entries(values).map(([key, value]) => note(key, value)));
  for (const [key, value] of Object.entries(values)) {
    const record = await documents.get(namespace, key);
    expect(record && documentOf(record)).toEqual(value);
  }
  expect(await keysOf(documents.search({ namespace, query: "milk", limit: 5 }))).toEqual(["marked"]);
  // Without a text it is listed, and not found.
  expect(await keysOf(documents.list({ namespace }))).toHaveLength(5);
  expect(await documents.delete(namespace, Object.keys(values))).toBe(5);
});

test("it is later than the one before it, also when the clock stands still, and lives on when it is read", async () => {
  const put = (ttlMs?: number) => documents.put([{ ...note("k", { text: "tea" }), ttlMs }]);
  await put();
  const first = await documents.get(namespace, "k");
  await put(60_000);
  const second = await documents.get(namespace, "k");
  expect(JSON.stringify(second?.metadata)).not.toBe(JSON.stringify(first?.metadata));
  clock.now += 50_000;
  await documents.refresh(second === undefined ? [] : [second]);
  clock.now += 50_000;
  expect(await documents.get(namespace, "k")).toBeDefined();
  clock.now += 60_000;
  expect(await documents.get(namespace, "k")).toBeUndefined();
});

test("changes are made in their order, and one that is refused keeps no other out", async () => {
  const failures = await documents.write([
    note("a", { n: 1 }),
    { ...note("b", { n: 2 }), namespace: "x".repeat(600) },
    note("a", { n: 3 }),
    note("c", { n: 4 }),
    { namespace, key: "c", value: null },
  ]);
  expect(failures.map((failure) => SouvenirError.is(failure))).toEqual([false, true, false, false, false]);
  const found: unknown[] = [];
  for await (const record of documents.list({ namespace })) found.push([record.key, documentOf(record)]);
  expect(found).toEqual([["a", { n: 3 }]]);
});

test("what is kept already as it is, is not written again when that is wanted", async () => {
  const calm = new Documents({ memory: async () => memory, clock, keepsSame: true });
  for (let times = 0; times < 3; times += 1) await calm.put([note("k", { text: "tea", n: 1 })]);
  expect((await calm.get(namespace, "k"))?.version).toBe(1);
  await calm.put([note("k", { text: "tea", n: 2 })]);
  expect((await calm.get(namespace, "k"))?.version).toBe(2);
});

test("a change that meets another is made again of what is there then", async () => {
  await documents.put([note("k", { n: 0 })]);
  await Promise.all(
    Array.from({ length: 20 }, () =>
      documents.change(namespace, "k", (record) => note("k", { n: (documentOf(record).n as number) + 1 })),
    ),
  );
  expect(documentOf((await documents.get(namespace, "k")) as never)).toEqual({ n: 20 });
  await documents.change(namespace, "k", () => null);
  await documents.change(namespace, "k", () => note("k", { n: 1 }));
  expect(await documents.get(namespace, "k")).toBeUndefined();
});

test("of more hits than one search answers, those that a filter lets through are found", async () => {
  const many = Array.from({ length: 1_200 }, (_, n) =>
    note(`k${n}`, { text: `tea number ${n}`, n: `${n}.` }),
  );
  await documents.put(many);
  // A pattern is nothing that an index can look up.
  const filter = compileFilter({ n: { $regex: "^1(17|18)\\d\\.$" } });
  expect(filter.where).toBeUndefined();
  expect(await keysOf(documents.search({ namespace, query: "tea", limit: 50, filter }))).toHaveLength(20);
});

test("several namespaces: the best first, then what does not fit, and only those are asked where something passes", async () => {
  const namespaces = Array.from({ length: 12 }, (_, n) => `u/${n}`);
  for (const [n, each] of namespaces.entries())
    await documents.put([
      { ...note("k", { text: `${n === 7 ? "green tea" : "tea"} of ${n}`, n }), namespace: each },
    ]);
  const asked: string[] = [];
  const counted = new Proxy(memory, {
    get(target, name) {
      if (name === "search")
        return (input: SearchInput) => {
          asked.push(input.namespace);
          return target.search(input);
        };
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const all = new Documents({ memory: async () => counted });
  const under = { prefix: "u/", namespaces };
  const found = await all.searchAll(under, { query: "green", limit: 12 }, true);
  expect(found[0]?.namespace).toBe("u/7");
  expect(found.map(({ score }) => (score ?? 0) > 0)).toEqual([
    true,
    ...Array.from({ length: 11 }, () => false),
  ]);
  expect(await all.searchAll(under, { query: "green", limit: 12 }, false)).toHaveLength(1);
  asked.length = 0;
  const filter = compileFilter({ n: { $gte: 10 } });
  expect(await all.searchAll(under, { query: "tea", limit: 12, filter }, false)).toHaveLength(2);
  expect(asked).toEqual(["u/10", "u/11"]);
});

describe("filters in the manner of MongoDB", () => {
  const value = { n: 3, tags: ["red", "round"], maker: { city: "Lyon" }, parts: [{ mm: 3 }], note: null };

  test.each<[filter: Record<string, unknown>, asValues: boolean, asConditions: boolean]>([
    [{ n: { $gt: 2, $lt: 4 } }, true, true],
    [{ "maker.city": "Lyon", "parts.mm": 3 }, true, true],
    [{ maker: { city: "Lyon" } }, true, true],
    [{ tags: ["red", "round"] }, true, true],
    [{ tags: ["red", "blue"] }, false, true],
    [{ maker: {} }, false, false],
    [{ note: null }, true, true],
    [{ absent: null }, false, true],
    [{ tags: { $all: ["red"], $size: 2 } }, true, true],
    [{ parts: { $elemMatch: { mm: { $gte: 3 } } } }, true, true],
    [{ $or: [{ n: 1 }, { tags: { $contains: "ROU" } }] }, true, true],
    [{ $nor: [{ n: 3 }] }, false, false],
    [{ absent: { $ne: 1 } }, true, true],
  ])("%j", (filter, asValues, asConditions) => {
    expect(compileFilter(filter).matches(value)).toBe(asValues);
    expect(compileFilter(filter, "conditions").matches(value)).toBe(asConditions);
  });

  test("what it is refused for is named", () => {
    for (const [filter, message] of [
      [{ n: { $near: 3 } }, /filter\.n\.\$near/],
      [{ n: { $gt: {} } }, /\$gt: expected a number/],
      [{ n: undefined }, /filter\.n/],
      [{ $gt: 3 }, /top-level/],
      [{ n: { $eq: 1, other: 2 } }, /not both/],
      ["n = 3", /an object/],
    ] as const)
      expect(() => compileFilter(filter)).toThrow(message);
  });

  test("what an index looks up lets every match through", async () => {
    for (let n = 0; n < 30; n += 1)
      await documents.put([
        note(`k${n}`, {
          text: `tea ${n}`,
          n,
          odd: n % 2 === 1,
          ...(n % 3 === 0 ? { third: ["yes", n] } : {}),
          ...(n % 5 === 0 ? { big: "x".repeat(13_000) } : {}),
        }),
      ]);
    for (const given of [
      { n: { $in: [1, 5, 9] } },
      { n: { $gte: 20 }, odd: true },
      { third: "yes" },
      { third: { $exists: false } },
      { $or: [{ n: 2 }, { third: 27 }] },
      { odd: { $ne: true } },
      { text: "tea 7" },
    ]) {
      const filter = compileFilter(given);
      expect(filter.where).toBeDefined();
      const { records } = await memory.list({ namespace, limit: 1_000 });
      const matching = records.filter((record) => filter.matches(documentOf(record))).map(({ key }) => key);
      const looked = await memory.list({ namespace, where: filter.where ?? {}, limit: 1_000 });
      expect(looked.records.map(({ key }) => key)).toEqual(expect.arrayContaining(matching));
      expect((await keysOf(documents.search({ namespace, query: "tea", limit: 50, filter }))).sort()).toEqual(
        matching.sort(),
      );
    }
  });
});
