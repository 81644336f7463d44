import { expect } from "vitest";
import type { LangGraphStoreSpec } from "./spec.ts";

export const whatIsNotIndexedHasNoScore: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["n"], "seen", { text: "green apples" });
  await store.put(["n"], "hidden", { text: "green apples" }, false);
  await store.put(["n"], "none", { text: "green apples" }, []);
  const found = await store.search(["n"], { query: "green apples" });
  expect(found[0]?.key).toBe("seen");
  expect(found[0]?.score).toBeGreaterThan(0);
  expect(found.slice(1).map(({ key, score }) => [key, score])).toEqual([
    ["hidden", undefined],
    ["none", undefined],
  ]);
};

export const indexesOnlyTheNamedFields: LangGraphStoreSpec = async (open) => {
  const store = await open({ fields: ["$"] });
  await store.put(["n"], "a", { title: "green apples", note: "blue stones" }, ["title"]);
  await store.put(["n"], "b", { title: "blue stones", note: "green apples" }, ["title"]);
  expect((await store.search(["n"], { query: "green apples" }))[0]?.key).toBe("a");
  expect((await store.search(["n"], { query: "blue stones" }))[0]?.key).toBe("b");
};

export const theFieldsOfTheStoreAreTheDefault: LangGraphStoreSpec = async (open) => {
  const store = await open({ fields: ["title"] });
  await store.put(["n"], "a", { title: "green apples", note: "blue stones" });
  await store.put(["n"], "b", { title: "blue stones", note: "green apples" });
  await store.put(["n"], "c", { note: "green apples" });
  const found = await store.search(["n"], { query: "green apples" });
  expect(found[0]?.key).toBe("a");
  expect(found.find(({ key }) => key === "c")?.score).toBeUndefined();
};

export const indexesPathsOfEveryKind: LangGraphStoreSpec = async (open) => {
  const store = await open();
  const value = {
    meta: { title: "alpha apples" },
    parts: [{ text: "bravo bears" }, { text: "charlie cats" }],
    list: ["delta dogs", "echo eels"],
    map: { one: "foxtrot frogs", two: "golf goats" },
    number: 4711,
    object: { inner: "hotel horses" },
  };
  const cases: [path: string, query: string][] = [
    ["meta.title", "alpha apples"],
    ["parts[*].text", "charlie cats"],
    ["parts[0].text", "bravo bears"],
    ["parts[-1].text", "charlie cats"],
    ["list[*]", "echo eels"],
    ["list[1]", "echo eels"],
    ["map.*", "golf goats"],
    ["{number,meta.title}", "alpha apples"],
    ["number", "4711"],
    ["object", "hotel horses"],
    ["$", "foxtrot frogs"],
  ];
  for (const [n, [path, query]] of cases.entries()) {
    const namespace = ["paths", String(n)];
    await store.put(namespace, "it", value, [path]);
    await store.put(namespace, "other", { x: "zulu zebras yonder" }, ["x"]);
    const [best] = await store.search(namespace, { query });
    expect([path, best?.key]).toEqual([path, "it"]);
    expect(best?.score).toBeGreaterThan(0);
  }
};

export const aPathWithoutTextIsNotIndexed: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["n"], "a", { text: "green apples", nothing: null }, [
    "nothing",
    "missing.path",
    "text[0]",
  ]);
  const [found] = await store.search(["n"], { query: "green apples" });
  expect(found?.key).toBe("a");
  expect(found?.score).toBeUndefined();
};

export const anotherIndexReplacesTheFirst: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["n"], "k", { text: "green apples" });
  await store.put(["n"], "other", { text: "something green" });
  await store.put(["n"], "k", { text: "green apples" }, false);
  const found = await store.search(["n"], { query: "green apples" });
  expect(found.map(({ key }) => key)).toEqual(["other", "k"]);
  expect(found[1]?.score).toBeUndefined();
  await store.put(["n"], "k", { text: "green apples" });
  expect((await store.search(["n"], { query: "green apples" }))[0]?.key).toBe("k");
};

export const aNewTextReplacesTheOldInTheIndex: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["n"], "k", { text: "green apples" });
  await store.put(["n"], "other", { text: "green pears and apples" });
  await store.put(["n"], "k", { text: "blue stones" });
  const found = await store.search(["n"], { query: "green apples" });
  expect(found.map(({ key }) => key)).toEqual(["other", "k"]);
};

export const aDeletedTextIsNotFoundUnderANewItem: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["n"], "k", { text: "green apples" });
  await store.delete(["n"], "k");
  await store.put(["n"], "k", { n: 1 }, false);
  const [found] = await store.search(["n"], { query: "green apples" });
  expect(found?.key).toBe("k");
  expect(found?.score).toBeUndefined();
};
