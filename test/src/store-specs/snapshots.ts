import type { Store } from "@souvenir/core";
import { expect } from "vitest";
import { draft, put, type StoreSpec, start } from "./spec.ts";

const bytes = (...numbers: number[]) => new Uint8Array(numbers);

/** All bytes of a snapshot; `undefined` when there is none. */
async function loaded(store: Store, namespace: string): Promise<Buffer | undefined> {
  const pieces = await store.loadSnapshot(namespace);
  if (pieces === undefined) return undefined;
  const copies: Uint8Array[] = [];
  for await (const piece of pieces) copies.push(piece.slice());
  return Buffer.concat(copies);
}

/** Where a namespace stands; `sequence` instead of that of its last change. */
async function place(store: Store, namespace: string, sequence?: number) {
  const head = await store.head(namespace);
  return { incarnation: head?.incarnation ?? 1, sequence: sequence ?? head?.sequence ?? 1 };
}

export const keepsSnapshots: StoreSpec = async (open) => {
  const store = await open();
  await put(store, { key: "tea" });
  await put(store, { key: "tea", namespace: "ben" });
  expect(await store.loadSnapshot("anna")).toBeUndefined();
  expect(await store.loadSnapshot("nobody")).toBeUndefined();
  const long = new Uint8Array(300_000).map((_, index) => index % 251);
  const anna = await place(store, "anna");
  await store.saveSnapshot("anna", anna, () => [bytes(1, 2), bytes(), long, bytes(3)]);
  expect(await loaded(store, "anna")).toEqual(Buffer.concat([bytes(1, 2), long, bytes(3)]));
  expect(await store.loadSnapshot("ben")).toBeUndefined();
  await store.saveSnapshot("anna", anna, () => [bytes(9)]);
  const ben = await place(store, "ben");
  async function* given() {
    yield bytes(8);
    // Written to while it is saved: it stands at a point that the history went through.
    await put(store, { key: "mint", namespace: "ben" });
    yield bytes(8);
  }
  await store.saveSnapshot("ben", ben, given);
  await store.saveSnapshot("nobody", { incarnation: 77, sequence: 1 }, () => [bytes(7)]);
  await put(store, { key: "mint" });
  await store.close();
  const again = await open();
  const numbers = async (namespace: string) => Array.from((await loaded(again, namespace)) ?? []);
  expect([await numbers("anna"), await numbers("ben"), await numbers("nobody")]).toEqual([[9], [8, 8], []]);
};

export const removesStaleSnapshots: StoreSpec = async (open) => {
  const store = await open();
  const fill = async () => {
    await store.write([
      draft({ key: "tea", expiresAt: start }),
      draft({ key: "mint", thread: "monday" }),
      draft({ key: "water" }),
    ]);
    await put(store, { key: "tea", namespace: "ben" });
    for (const namespace of ["anna", "ben"])
      await store.saveSnapshot(namespace, await place(store, namespace), () => [bytes(1)]);
    expect(await store.staleSnapshots()).toEqual([]);
  };
  const erasures = [
    () => store.erase("anna", { keys: ["tea"] }),
    () => store.erase("anna", { thread: "monday" }),
    () => store.erase("anna", "all"),
    () => store.eraseExpired(start),
  ];
  for (const erase of erasures) {
    await fill();
    await erase();
    await store.removeStaleSnapshots();
    expect(await store.staleSnapshots()).toEqual([]);
    expect(await store.loadSnapshot("anna")).toBeUndefined();
    expect(await store.loadSnapshot("ben")).toBeDefined();
  }
};

export const refusesStaleSnapshots: StoreSpec = async (open) => {
  const store = await open();
  await store.write([draft({ key: "tea" }), draft({ key: "mint" })]);
  await store.erase("anna", { keys: ["tea"] });
  // Made before the erasure, so that it holds the text.
  await store.saveSnapshot("anna", await place(store, "anna", 2), () => [bytes(1)]);
  expect(await store.loadSnapshot("anna")).toBeUndefined();
  // Of another history: this one has not come so far, or the namespace is another of the name.
  await store.saveSnapshot("anna", await place(store, "anna", 4), () => [bytes(1)]);
  expect(await store.loadSnapshot("anna")).toBeUndefined();
  const { incarnation } = await place(store, "anna");
  await store.saveSnapshot("anna", { incarnation: incarnation + 1, sequence: 3 }, () => [bytes(1)]);
  expect(await store.loadSnapshot("anna")).toBeUndefined();
  await store.saveSnapshot("anna", await place(store, "anna"), () => [bytes(2)]);
  expect(await loaded(store, "anna")).toEqual(Buffer.of(2));
  // Older than the one that is there.
  const before = await place(store, "anna");
  await put(store, { key: "milk" });
  await store.saveSnapshot("anna", await place(store, "anna"), () => [bytes(3)]);
  await store.saveSnapshot("anna", before, () => [bytes(4)]);
  expect(await loaded(store, "anna")).toEqual(Buffer.of(3));
  // Saved while it is being erased: either refused or known to be stale.
  for (let round = 0; round < 10; round += 1) {
    await put(store, { key: `${round}` });
    const saving = store.saveSnapshot("anna", await place(store, "anna"), () => [new Uint8Array(500_000)]);
    const erasing = store.erase("anna", { keys: [`${round}`] });
    await Promise.all([saving, erasing]);
    await store.removeStaleSnapshots();
    expect(await store.loadSnapshot("anna")).toBeUndefined();
  }
};
