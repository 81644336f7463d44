import { expect } from "vitest";
import type { LangGraphStoreSpec, OpenLangGraphStore } from "./spec.ts";

async function shelf(open: OpenLangGraphStore) {
  const store = await open();
  const books: Record<string, Record<string, unknown>> = {
    dune: { text: "Sand", title: "Dune", year: 1965, price: 9.5, inPrint: true, genre: "sf" },
    emma: { text: "Matchmaking", title: "Emma", year: 1815, price: 5, inPrint: true, genre: "novel" },
    it: { text: "Clown", title: "It", year: 1986, price: 12, inPrint: false, genre: "horror" },
    zero: { text: "Nothing", title: "Zero", year: 0, price: 0, inPrint: false },
  };
  for (const [key, value] of Object.entries(books)) await store.put(["books"], key, value);
  return async (filter: Record<string, unknown>): Promise<string[]> =>
    (await store.search(["books"], { filter, limit: 100 })).map(({ key }) => key).sort();
}

export const filtersByEquality: LangGraphStoreSpec = async (open) => {
  const found = await shelf(open);
  expect(await found({ title: "Dune" })).toEqual(["dune"]);
  expect(await found({ inPrint: true })).toEqual(["dune", "emma"]);
  expect(await found({ inPrint: true, year: 1815 })).toEqual(["emma"]);
  expect(await found({ year: 0 })).toEqual(["zero"]);
  expect(await found({ year: "0" })).toEqual([]);
  expect(await found({ nothing: 1 })).toEqual([]);
  expect(await found({})).toHaveLength(4);
};

export const filtersByTheText: LangGraphStoreSpec = async (open) => {
  const found = await shelf(open);
  expect(await found({ text: "Clown" })).toEqual(["it"]);
  expect(await found({ text: { $in: ["Sand", "Nothing"] } })).toEqual(["dune", "zero"]);
  expect(await found({ text: { $ne: "Sand" } })).toEqual(["emma", "it", "zero"]);
};

export const filtersByOperators: LangGraphStoreSpec = async (open) => {
  const found = await shelf(open);
  expect(await found({ year: { $eq: 1965 } })).toEqual(["dune"]);
  expect(await found({ year: { $ne: 1965 } })).toEqual(["emma", "it", "zero"]);
  expect(await found({ year: { $gt: 1815 } })).toEqual(["dune", "it"]);
  expect(await found({ year: { $gte: 1815 } })).toEqual(["dune", "emma", "it"]);
  expect(await found({ year: { $lt: 1815 } })).toEqual(["zero"]);
  expect(await found({ price: { $lte: 5 } })).toEqual(["emma", "zero"]);
  expect(await found({ genre: { $in: ["sf", "horror"] } })).toEqual(["dune", "it"]);
  expect(await found({ genre: { $nin: ["sf", "horror"] } })).toEqual(["emma", "zero"]);
  expect(await found({ genre: { $in: [] } })).toEqual([]);
  expect(await found({ year: { $gte: 1800, $lt: 1900 } })).toEqual(["emma"]);
  expect(await found({ year: { $gt: 1900 }, inPrint: false })).toEqual(["it"]);
  expect(await found({ missing: { $ne: 1 } })).toHaveLength(4);
};

export const filtersByPresence: LangGraphStoreSpec = async (open) => {
  const found = await shelf(open);
  expect(await found({ genre: { $exists: true } })).toEqual(["dune", "emma", "it"]);
  expect(await found({ genre: { $exists: false } })).toEqual(["zero"]);
  expect(await found({ text: { $exists: true } })).toHaveLength(4);
};

export const filtersByNestedFields: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["n"], "a", { by: { name: "Ada", age: 36 }, tags: ["x", "y"], "dotted.name": 1 });
  await store.put(["n"], "b", { by: { name: "Bob", age: 7 }, tags: ["z"], or: 1 });
  const found = async (filter: Record<string, unknown>): Promise<string[]> =>
    (await store.search(["n"], { filter })).map(({ key }) => key);
  expect(await found({ "by.name": "Ada" })).toEqual(["a"]);
  expect(await found({ "by.age": { $lt: 10 } })).toEqual(["b"]);
  expect(await found({ by: { name: "Ada", age: 36 } })).toEqual(["a"]);
  expect(await found({ by: { age: 36, name: "Ada" } })).toEqual(["a"]);
  expect(await found({ tags: "x" })).toEqual(["a"]);
  expect(await found({ tags: ["z"] })).toEqual(["b"]);
  expect(await found({ tags: { $in: ["y", "z"] } })).toEqual(["a", "b"]);
  expect(await found({ "dotted.name": 1 })).toEqual(["a"]);
  expect(await found({ or: 1 })).toEqual(["b"]);
};

export const filtersByDates: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["n"], "old", { at: "2024-01-31T00:00:00.000Z" });
  await store.put(["n"], "new", { at: new Date("2026-05-01T12:00:00Z") });
  const found = async (filter: Record<string, unknown>): Promise<string[]> =>
    (await store.search(["n"], { filter })).map(({ key }) => key);
  expect(await found({ at: { $gt: "2025-01-01" } })).toEqual(["new"]);
  expect(await found({ at: { $lte: new Date("2025-01-01") } })).toEqual(["old"]);
  expect(await found({ at: new Date("2026-05-01T12:00:00Z") })).toEqual(["new"]);
  expect((await store.get(["n"], "new"))?.value).toEqual({ at: "2026-05-01T12:00:00.000Z" });
};

export const refusesUnknownOperators: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["n"], "k", { n: 1 });
  await expect(store.search(["n"], { filter: { n: { $near: 1 } } })).rejects.toThrow(/\$near/);
  await expect(store.search(["n"], { filter: { n: { $in: 1 } } })).rejects.toThrow(/list/);
};

export const filtersWhatIsRanked: LangGraphStoreSpec = async (open) => {
  const store = await open();
  for (let n = 0; n < 60; n++)
    await store.put(["n"], `k${n}`, {
      text: `green apples number ${n}`,
      kind: n % 20 === 0 ? "rare" : "common",
    });
  const found = await store.search(["n"], { query: "green apples", filter: { kind: "rare" }, limit: 10 });
  expect(found.map(({ key }) => key).sort()).toEqual(["k0", "k20", "k40"]);
  for (const { score } of found) expect(score).toBeGreaterThan(0);
  const early = await store.search(["n"], {
    query: "green apples",
    filter: { kind: { $ne: "rare" } },
    limit: 3,
  });
  expect(early).toHaveLength(3);
};
