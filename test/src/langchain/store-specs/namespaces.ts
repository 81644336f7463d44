import { InvalidNamespaceError } from "@langchain/langgraph-checkpoint";
import { expect } from "vitest";
import type { LangGraphStoreSpec, OpenLangGraphStore } from "./spec.ts";

export const refusesBadNamespaces: LangGraphStoreSpec = async (open) => {
  const store = await open();
  const bad = [
    [],
    [""],
    ["a", ""],
    ["a.b"],
    ["a", "the.thing"],
    ["a:b"],
    ["a\0b"],
    ["langgraph"],
    ["langgraph", "x"],
  ];
  for (const path of [...bad, [1] as never])
    await expect(store.put(path, "k", { n: 1 })).rejects.toThrow(InvalidNamespaceError);
  for (const path of [["a.b"], ["a", ""]]) {
    await expect(store.get(path, "k")).rejects.toThrow(InvalidNamespaceError);
    await expect(store.search(path)).rejects.toThrow(InvalidNamespaceError);
    await expect(store.delete(path, "k")).rejects.toThrow(InvalidNamespaceError);
    await expect(store.batch([{ namespace: path, key: "k", value: { n: 1 } }])).rejects.toThrow(
      InvalidNamespaceError,
    );
  }
  await store.put(["fine", "langgraph"], "k", { n: 1 });
  expect(await store.listNamespaces()).toEqual([["fine", "langgraph"]]);
};

export const aBatchMayWriteTheReservedRoot: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.batch([{ namespace: ["langgraph", "x"], key: "k", value: { n: 1 } }]);
  expect((await store.get(["langgraph", "x"], "k"))?.value).toEqual({ n: 1 });
  expect(await store.search(["langgraph"])).toHaveLength(1);
};

export const takesAnyLabel: LangGraphStoreSpec = async (open) => {
  const store = await open();
  const labels = [
    "a/b",
    "a%2Fb",
    "a%252Fb",
    "%",
    "50%25",
    "*",
    "пользователь",
    "日本",
    "🙂",
    "a b",
    "__proto__",
    "'; --",
  ];
  for (const [n, label] of labels.entries()) await store.put(["users", label], "k", { n });
  for (const [n, label] of labels.entries()) {
    const item = await store.get(["users", label], "k");
    expect(item?.value).toEqual({ n });
    expect(item?.namespace).toEqual(["users", label]);
    expect((await store.search(["users", label])).map(({ value }) => value)).toEqual([{ n }]);
  }
  const listed = await store.listNamespaces({ prefix: ["users"] });
  expect(new Set(listed.map(([, label]) => label))).toEqual(new Set(labels));
};

export const aPrefixIsWholeLabels: LangGraphStoreSpec = async (open) => {
  const store = await open();
  for (const path of [["a"], ["a", "b"], ["a", "b", "c"], ["ab"], ["a2", "b"], ["b", "a"]])
    await store.put(path, path.join("-"), { n: 1 });
  const found = async (prefix: string[]): Promise<string[]> =>
    (await store.search(prefix)).map(({ key }) => key).sort();
  expect(await found(["a"])).toEqual(["a", "a-b", "a-b-c"]);
  expect(await found(["a", "b"])).toEqual(["a-b", "a-b-c"]);
  expect(await found(["ab"])).toEqual(["ab"]);
  expect(await found(["b"])).toEqual(["b-a"]);
  expect(await found(["c"])).toEqual([]);
  expect(await found([])).toHaveLength(6);
};

export const keepsUsersApart: LangGraphStoreSpec = async (open) => {
  const store = await open();
  for (const user of ["1", "10", "100"])
    await store.put(["memories", user], "secret", { text: `the secret word of user ${user}` });
  for (const user of ["1", "10", "100"]) {
    const found = await store.search(["memories", user], { query: "the secret word", limit: 10 });
    expect(found.map(({ namespace }) => namespace)).toEqual([["memories", user]]);
  }
};

async function tree(open: OpenLangGraphStore) {
  const store = await open();
  for (const path of [
    ["a", "b", "c"],
    ["a", "b", "d", "e"],
    ["a", "b", "d", "i"],
    ["a", "b", "f"],
    ["a", "c", "f"],
    ["b", "a", "f"],
    ["users", "123"],
    ["users", "456", "settings"],
    ["admin", "users", "789"],
  ])
    await store.put(path, "id", { n: 1 });
  return store;
}

export const listsAllNamespacesInOrder: LangGraphStoreSpec = async (open) => {
  const store = await tree(open);
  expect(await store.listNamespaces()).toEqual([
    ["a", "b", "c"],
    ["a", "b", "d", "e"],
    ["a", "b", "d", "i"],
    ["a", "b", "f"],
    ["a", "c", "f"],
    ["admin", "users", "789"],
    ["b", "a", "f"],
    ["users", "123"],
    ["users", "456", "settings"],
  ]);
  expect(await (await open()).listNamespaces()).toEqual([]);
};

export const listsByPrefixAndSuffix: LangGraphStoreSpec = async (open) => {
  const store = await tree(open);
  expect(await store.listNamespaces({ prefix: ["users"] })).toEqual([
    ["users", "123"],
    ["users", "456", "settings"],
  ]);
  expect(await store.listNamespaces({ suffix: ["f"] })).toEqual([
    ["a", "b", "f"],
    ["a", "c", "f"],
    ["b", "a", "f"],
  ]);
  expect(await store.listNamespaces({ prefix: ["a"], suffix: ["f"] })).toEqual([
    ["a", "b", "f"],
    ["a", "c", "f"],
  ]);
  expect(await store.listNamespaces({ prefix: ["a", "b", "c", "d", "e"] })).toEqual([]);
  expect(await store.listNamespaces({ suffix: ["x", "users", "123"] })).toEqual([]);
};

export const listsByWildcards: LangGraphStoreSpec = async (open) => {
  const store = await tree(open);
  expect(await store.listNamespaces({ prefix: ["a", "*", "f"] })).toEqual([
    ["a", "b", "f"],
    ["a", "c", "f"],
  ]);
  expect(await store.listNamespaces({ prefix: ["*", "users"] })).toEqual([["admin", "users", "789"]]);
  expect(await store.listNamespaces({ suffix: ["*", "f"] })).toHaveLength(3);
  expect(await store.listNamespaces({ suffix: ["users", "*", "settings"] })).toEqual([
    ["users", "456", "settings"],
  ]);
};

export const cutsTheDepth: LangGraphStoreSpec = async (open) => {
  const store = await tree(open);
  expect(await store.listNamespaces({ prefix: ["a", "b"], maxDepth: 3 })).toEqual([
    ["a", "b", "c"],
    ["a", "b", "d"],
    ["a", "b", "f"],
  ]);
  expect(await store.listNamespaces({ maxDepth: 1 })).toEqual([["a"], ["admin"], ["b"], ["users"]]);
  expect(await store.listNamespaces({ suffix: ["settings"], maxDepth: 2 })).toEqual([["users", "456"]]);
};

export const listsInPages: LangGraphStoreSpec = async (open) => {
  const store = await tree(open);
  const all = await store.listNamespaces();
  const pages: string[][] = [];
  for (let offset = 0; offset < 12; offset += 4)
    pages.push(...(await store.listNamespaces({ limit: 4, offset })));
  expect(pages).toEqual(all);
  expect(await store.listNamespaces({ limit: 0 })).toEqual([]);
  expect(await store.listNamespaces({ offset: 100 })).toEqual([]);
};

export const anEmptyNamespaceIsNotListed: LangGraphStoreSpec = async (open) => {
  const store = await open();
  await store.put(["gone"], "k", { n: 1 });
  await store.delete(["gone"], "k");
  expect(await store.listNamespaces()).toEqual([]);
};
