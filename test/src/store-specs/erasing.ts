import { expect } from "vitest";
import {
  claimAll,
  draft,
  embedAll,
  embedSmall,
  extract,
  keysOf,
  one,
  put,
  type StoreSpec,
  small,
  start,
  vectorsIn,
} from "./spec.ts";

export const erasesSelections: StoreSpec = async (open) => {
  const store = await open();
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const outcomes = await store.write(
    names.map((key, index) => draft({ key, thread: index < 6 ? "monday" : null, createdAt: start - index })),
  );
  const idOf = (key: string) => outcomes.find((outcome) => outcome.record.key === key)?.record.id ?? 0;
  const left = async () => keysOf(await store.list("anna", { limit: 100 })).sort();
  expect(await store.erase("anna", { keys: ["a", "missing", "a", "g"] })).toBe(2);
  expect(await left()).toEqual(["b", "c", "d", "e", "f", "h"]);
  expect(await store.erase("anna", { ids: [idOf("b"), idOf("b"), idOf("a"), 999_999] })).toBe(1);
  expect(await left()).toEqual(["c", "d", "e", "f", "h"]);
  await put(store, { key: "c", thread: "tuesday" });
  expect(await store.erase("anna", { thread: "monday" })).toBe(3);
  expect(await left()).toEqual(["c", "h"]);
  expect(await store.get("anna", names)).toEqual(
    names.map((key) => (["c", "h"].includes(key) ? expect.anything() : undefined)),
  );
  expect(await store.tail("anna", "monday", 10)).toEqual([]);
  expect(keysOf(await store.tail("anna", "tuesday", 10))).toEqual(["c"]);
  expect(await store.erase("anna", "all")).toBe(2);
  expect(await left()).toEqual([]);
  expect(await store.erase("anna", "all")).toBe(0);
};

export const erasesWithAllThatBelongs: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await put(store, { key: "tea", value: "first", tasks: [extract] });
  await put(store, { key: "mint", value: "stays" });
  await embedAll(store, small);
  const tea = await put(store, { key: "tea", tags: ["x"], value: "first", tasks: [extract] });
  await put(store, { key: "fresh", value: "not embedded yet", tasks: [extract] });
  expect(await store.counts("anna")).toMatchObject({ records: 3, versions: 1, vectors: 2 });
  expect(await store.erase("anna", { keys: ["tea", "fresh"] })).toBe(2);
  expect(await store.counts("anna")).toMatchObject({ records: 1, versions: 0, vectors: 1 });
  expect(await store.read("anna", [tea.id])).toEqual([]);
  expect(await store.history("anna", "tea")).toEqual([]);
  expect(Object.keys(await vectorsIn(store, "anna", small))).not.toContain(String(tea.id));
  for (const task of [extract, embedSmall]) {
    expect(await store.queue(task)).toMatchObject({ pending: 0, failed: 0, nextDue: null });
    expect(await claimAll(store, task, start + 1e9)).toEqual([]);
  }
  // The key begins again.
  const again = await put(store, { key: "tea", value: "second life" });
  expect(again.version).toBe(1);
  expect(again.id).not.toBe(tea.id);
  expect(await store.history("anna", "tea")).toEqual([]);
};

export const tellsErasures: StoreSpec = async (open) => {
  const store = await open();
  const tea = await put(store, { key: "tea" });
  const mint = await put(store, { key: "mint" });
  await put(store, { key: "stays" });
  const before = (await store.head("anna"))?.sequence ?? 0;
  await store.erase("anna", { keys: ["tea"] });
  await store.erase("anna", { keys: ["mint"] });
  const head = await store.head("anna");
  expect(head).toMatchObject({ sequence: before + 2, erased: before + 2 });
  expect((await store.changes("anna", before, 10)).erased).toEqual([tea.id, mint.id]);
  expect((await store.changes("anna", before + 1, 10)).erased).toEqual([mint.id]);
  const { records, erased } = await store.changes("anna", 0, 10);
  expect(keysOf(records)).toEqual(["stays"]);
  expect(erased).toEqual([tea.id, mint.id]);
  await put(store, { key: "stays", value: "changed" });
  expect(await store.head("anna")).toMatchObject({ sequence: before + 3, erased: before + 2 });
};

export const endsEmptyNamespaces: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await put(store, { key: "tea" });
  await put(store, { key: "mint", expiresAt: start + 5 });
  const first = await store.head("anna");
  await store.erase("anna", { keys: ["tea"] });
  expect(await store.namespaces()).toEqual(["anna"]);
  await store.eraseExpired(start + 5);
  expect(await store.namespaces()).toEqual([]);
  expect(await store.head("anna")).toBeUndefined();
  expect(await store.counts()).toMatchObject({ namespaces: 0, records: 0, versions: 0, vectors: 0 });
  expect(await store.counts("anna")).toMatchObject({ namespaces: 0, records: 0 });
  expect((await store.embedders()).inUse).toEqual([]);
  expect((await store.changes("anna", 0, 10)).erased).toEqual([]);
  await put(store, { key: "tea" });
  const second = await store.head("anna");
  expect(second?.incarnation).not.toBe(first?.incarnation);
  expect(second).toMatchObject({ sequence: 1, erased: 0, forgotten: 0, embedder: small });
};

export const erasesWhatExpired: StoreSpec = async (open) => {
  const store = await open();
  await store.write([
    draft({ key: "past", expiresAt: start - 1, thread: "monday" }),
    draft({ key: "soon", expiresAt: start + 10 }),
    draft({ key: "later", expiresAt: start + 11 }),
    draft({ key: "never" }),
    draft({ key: "past", namespace: "ben", expiresAt: start + 2 }),
    draft({ key: "stays", namespace: "ben" }),
  ]);
  // Until it is erased it is there, and can be written again with another end.
  expect((await one(store, "anna", "past"))?.expiresAt).toBe(start - 1);
  expect(keysOf(await store.list("anna", { limit: 10 }))).toContain("past");
  await put(store, { key: "never", expiresAt: start + 5 });
  await put(store, { key: "never" });
  await put(store, { key: "later", expiresAt: start + 12 });
  expect(await store.eraseExpired(start - 2)).toBe(0);
  const before = (await store.head("anna"))?.sequence ?? 0;
  expect(await store.eraseExpired(start + 10)).toBe(3);
  expect(keysOf(await store.list("anna", { limit: 10 }))).toEqual(["later", "never"]);
  expect(keysOf(await store.list("ben", { limit: 10 }))).toEqual(["stays"]);
  expect((await store.changes("anna", before, 10)).erased.length).toBe(2);
  expect(await store.eraseExpired(start + 11)).toBe(0);
  expect(await store.eraseExpired(start + 12)).toBe(1);
  expect(await store.tail("anna", "monday", 5)).toEqual([]);
};
