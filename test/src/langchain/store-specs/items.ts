import type { Item, Operation } from "@langchain/langgraph-checkpoint";
import { expect } from "vitest";
import type { LangGraphStoreSpec } from "./spec.ts";

export const answersWhatWasPut: LangGraphStoreSpec = async (open) => {
  const store = await open();
  const value = {
    text: "Ada likes tea",
    tags: ["a", "b"],
    nested: { deep: [1, { x: null }] },
    yes: true,
    n: 0,
  };
  await store.put(["users", "ada"], "drink", value);
  const item = await store.get(["users", "ada"], "drink");
  expect(item?.value).toEqual(value);
  expect(item?.key).toBe("drink");
  expect(item?.namespace).toEqual(["users", "ada"]);
  expect(item?.createdAt).toBeInstanceOf(Date);
  expect(item?.updatedAt).toBeInstanceOf(Date);
};

export const answersNullForWhatIsNotThere: LangGraphStoreSpec = async (open) => {
  const store = await open();
  expect(await store.get(["users"], "nothing")).toBeNull();
  await store.put(["users"], "a", { n: 1 });
  expect(await store.get(["users"], "b")).toBeNull();
  expect(await store.get(["users", "a"], "a")).toBeNull();
};

export const replacesAValueAndKeepsItsBirth: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["n"], "k", { a: 1, b: 2 });
  const first = { ...(await store.get(["n"], "k")) };
  await store.put(["n"], "k", { a: 3 });
  const second = await store.get(["n"], "k");
  expect(second?.value).toEqual({ a: 3 });
  expect(second?.createdAt).toEqual(first.createdAt);
};

export const laterPutsAreLater: LangGraphStoreSpec = async (open) => {
  const store = await open();
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    await store.put(["n"], "k", { n });
    times.push((await store.get(["n"], "k"))?.updatedAt.getTime() ?? Number.NaN);
  }
  for (const [index, time] of times.entries())
    if (index > 0) expect(time).toBeGreaterThan(times[index - 1] as number);
};

export const deletes: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["n"], "a", { n: 1 });
  await store.put(["n"], "b", { n: 2 });
  await store.delete(["n"], "a");
  await store.delete(["n"], "never there");
  await store.delete(["nowhere"], "a");
  expect(await store.get(["n"], "a")).toBeNull();
  expect((await store.search(["n"])).map(({ key }) => key)).toEqual(["b"]);
};

export const aPutOfNullDeletes: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["n"], "a", { n: 1 });
  await store.batch([{ namespace: ["n"], key: "a", value: null }]);
  expect(await store.get(["n"], "a")).toBeNull();
};

export const copiesWhatGoesIn: LangGraphStoreSpec = async (open) => {
  const store = await open();
  const value = { list: [1] };
  const put = store.put(["n"], "k", value);
  value.list.push(2);
  await put;
  value.list.push(3);
  expect((await store.get(["n"], "k"))?.value).toEqual({ list: [1] });
};

export const copiesWhatComesOut: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["n"], "k", { list: [1] });
  const got = (await store.get(["n"], "k")) as Item;
  got.value.list.push(2);
  got.namespace.push("other");
  const [found] = (await store.search(["n"])) as [Item];
  found.value.list.push(3);
  expect((await store.get(["n"], "k"))?.value).toEqual({ list: [1] });
  expect((await store.get(["n"], "k"))?.namespace).toEqual(["n"]);
};

export const answersABatchInOrder: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["a"], "k", { n: 1 });
  const results: unknown[] = await store.batch([
    { namespace: ["a"], key: "k" },
    { namespacePrefix: ["a"], limit: 10, offset: 0 },
    { namespace: ["a"], key: "none" },
    { matchConditions: undefined, limit: 10, offset: 0 } as never,
  ]);
  expect(results).toHaveLength(4);
  expect((results[0] as { value: unknown }).value).toEqual({ n: 1 });
  expect((results[1] as { key: string }[]).map(({ key }) => key)).toEqual(["k"]);
  expect(results[2]).toBeNull();
  expect(results[3]).toEqual([["a"]]);
};

export const readsItsOwnWritesInABatch: LangGraphStoreSpec = async (open) => {
  const store = await open();
  const results: unknown[] = await store.batch([
    { namespace: ["a"], key: "k" },
    { namespace: ["a"], key: "k", value: { n: 1 } },
    { namespace: ["a"], key: "k" },
    { namespace: ["a"], key: "k", value: { n: 2 } },
    { namespacePrefix: ["a"], limit: 10, offset: 0 },
    { namespace: ["a"], key: "k", value: null },
    { namespace: ["a"], key: "k" },
  ] as Operation[]);
  const [before, , first, , second, , after] = results;
  expect(before).toBeNull();
  expect((first as { value: unknown }).value).toEqual({ n: 1 });
  expect((second as { value: unknown }[])[0]?.value).toEqual({ n: 2 });
  expect(after).toBeNull();
};

export const listsInABatchWithoutConditions: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["a"], "k", { n: 1 });
  const results = await store.batch([{ limit: 10, offset: 0 } as never, { namespace: ["a"], key: "k" }]);
  expect(results[0]).toEqual([["a"]]);
  expect((results[1] as unknown as { key: string }).key).toBe("k");
};

export const takesAnyKey: LangGraphStoreSpec = async (open) => {
  const store = await open();
  const keys = ["a:b", "a/b", "a.b", "%2F", "../x", "constructor", "__proto__", "ключ 键 🔑", "a\nb", " k"];
  for (const [n, key] of keys.entries()) await store.put(["n"], key, { n });
  for (const [n, key] of keys.entries()) expect((await store.get(["n"], key))?.value).toEqual({ n });
  expect(new Set((await store.search(["n"], { limit: 100 })).map(({ key }) => key))).toEqual(new Set(keys));
};

export const tellsPathAndKeyApart: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.batch([
    { namespace: ["a"], key: "b:c", value: { n: 1 } },
    { namespace: ["a", "b"], key: "c", value: { n: 2 } },
  ]);
  expect((await store.get(["a"], "b:c"))?.value).toEqual({ n: 1 });
  expect((await store.get(["a", "b"], "c"))?.value).toEqual({ n: 2 });
};

export const takesPrototypeNames: LangGraphStoreSpec = async (open) => {
  const store = await open();
  const value = JSON.parse('{"text":"constructor","constructor":"x","__proto__":{"polluted":true}}');
  await store.put(["n"], "k", value);
  await store.put(["n"], "l", { text: "__proto__" });
  const item = await store.get(["n"], "k");
  expect(Object.getOwnPropertyNames(item?.value).sort()).toEqual(["__proto__", "constructor", "text"]);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  expect((await store.search(["n"], { query: "constructor" })).length).toBe(2);
};

export const takesManyWritesAtOnce: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await Promise.all(Array.from({ length: 200 }, (_, n) => store.put(["n", String(n % 5)], `k${n}`, { n })));
  for (const n of [0, 1, 99, 199])
    expect((await store.get(["n", String(n % 5)], `k${n}`))?.value).toEqual({ n });
  expect(await store.search(["n"], { limit: 1_000 })).toHaveLength(200);
};

export const theLastOfManyPutsCounts: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await Promise.all(Array.from({ length: 50 }, (_, n) => store.put(["n"], "k", { n })));
  expect((await store.get(["n"], "k"))?.value).toEqual({ n: 49 });
  expect(await store.search(["n"])).toHaveLength(1);
};

export const keepsNestedPlainData: LangGraphStoreSpec = async (open) => {
  const store = await open();
  const value = {
    empty: {},
    list: [],
    zero: 0,
    no: false,
    nothing: null,
    blank: "",
    "dotted.name": { $x: 1 },
  };
  await store.put(["n"], "k", value);
  expect((await store.get(["n"], "k"))?.value).toEqual(value);
  await store.put(["n"], "nothing at all", {});
  expect((await store.get(["n"], "nothing at all"))?.value).toEqual({});
};
