import type { Operation } from "@langchain/langgraph-checkpoint";
import { expect } from "vitest";
import type { LangGraphStoreSpec } from "./spec.ts";

export const ranksByMeaning: LangGraphStoreSpec = async (open) => {
  const store = await open({ fields: ["text"] });
  await store.put(["docs"], "tea", { text: "Ada drinks green tea in the morning" });
  await store.put(["docs"], "train", { text: "The train to Lyon leaves at nine" });
  await store.put(["docs"], "cat", { text: "Both cats sleep under the piano" });
  const found = await store.search(["docs"], { query: "which tea does Ada drink?" });
  expect(found[0]?.key).toBe("tea");
  expect(found).toHaveLength(3);
  for (const [index, { score }] of found.entries()) {
    expect(score).toBeGreaterThanOrEqual(-1);
    expect(score).toBeLessThanOrEqual(1);
    if (index > 0) expect(score).toBeLessThanOrEqual(found[index - 1]?.score as number);
  }
  expect(found[0]?.score).toBeGreaterThan(found[1]?.score as number);
};

export const ranksOverManyPaths: LangGraphStoreSpec = async (open) => {
  const store = await open({ fields: ["text"] });
  await store.put(["u", "1", "facts"], "a", { text: "The cat is called Minou" });
  await store.put(["u", "1", "notes"], "b", { text: "Buy food for the cat called Minou" });
  await store.put(["u", "2", "facts"], "c", { text: "The cat is called Felix" });
  const found = await store.search(["u", "1"], { query: "what is the cat called?" });
  expect(found.map(({ key }) => key).sort()).toEqual(["a", "b"]);
  expect(await store.search(["u"], { query: "Felix", limit: 1 })).toMatchObject([{ key: "c" }]);
};

export const withoutAQueryNothingIsScored: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["n"], "a", { text: "x" });
  for (const options of [{}, { query: "" }]) {
    const [item] = await store.search(["n"], options);
    expect(item?.key).toBe("a");
    expect(item?.score).toBeUndefined();
  }
};

export const listsInTheOrderOfArrival: LangGraphStoreSpec = async (open) => {
  const store = await open();
  for (const key of ["c", "a", "b"]) await store.put(["n"], key, { key });
  await store.put(["n"], "c", { key: "again" });
  expect((await store.search(["n"])).map(({ key }) => key)).toEqual(["c", "a", "b"]);
};

export const tenByDefault: LangGraphStoreSpec = async (open) => {
  const store = await open();
  for (let n = 0; n < 15; n++) await store.put(["n"], `k${n}`, { text: `apple ${n}` });
  expect(await store.search(["n"])).toHaveLength(10);
  expect(await store.search(["n"], { query: "apple" })).toHaveLength(10);
  expect(await store.search(["n"], { limit: 0 })).toEqual([]);
  expect(await store.search(["n"], { limit: 0, query: "apple" })).toEqual([]);
};

export const pagesCoverAllOnce: LangGraphStoreSpec = async (open) => {
  const store = await open();
  for (let n = 0; n < 23; n++)
    await store.put(["n", String(n % 3)], `k${n}`, {
      text: n % 2 === 0 ? `red apple ${n}` : `blue stone ${n}`,
    });
  for (const query of [undefined, "red apple"]) {
    const keys: string[] = [];
    for (let offset = 0; offset < 30; offset += 5) {
      const page = await store.search(["n"], { ...(query === undefined ? {} : { query }), limit: 5, offset });
      keys.push(...page.map(({ key }) => key));
    }
    expect(keys).toHaveLength(23);
    expect(new Set(keys).size).toBe(23);
  }
};

export const pagesOfUnscoredItemsDoNotRepeat: LangGraphStoreSpec = async (open) => {
  const store = await open();
  for (let n = 0; n < 4; n++) await store.put(["n"], `s${n}`, { text: `apple ${n}` });
  for (let n = 0; n < 6; n++) await store.put(["n"], `u${n}`, { text: `apple ${n}` }, false);
  const keys: string[] = [];
  for (let offset = 0; offset < 12; offset += 3)
    keys.push(...(await store.search(["n"], { query: "apple", limit: 3, offset })).map(({ key }) => key));
  expect(new Set(keys).size).toBe(10);
  expect(keys).toHaveLength(10);
  expect(keys.slice(0, 4).sort()).toEqual(["s0", "s1", "s2", "s3"]);
};

export const aLongQueryIsNoTrouble: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["n"], "k", { text: "apple" });
  expect(await store.search(["n"], { query: "apple ".repeat(500) })).toHaveLength(1);
  expect(await store.search(["n"], { query: "?!" })).toHaveLength(1);
  expect(await store.search(["n"], { query: "constructor __proto__" })).toHaveLength(1);
};

export const findsWhatWasJustWritten: LangGraphStoreSpec = async (open) => {
  const store = await open({ fields: ["text"] });
  const [, found]: unknown[] = await store.batch([
    { namespace: ["n"], key: "k", value: { text: "Minou is a cat" } },
    { namespacePrefix: ["n"], query: "cat", limit: 5, offset: 0 },
  ] as Operation[]);
  expect((found as { key: string }[]).map(({ key }) => key)).toEqual(["k"]);
};
