import type { EmbedderUse } from "@souvenir/core";
import { beginReembedding, cancelReembedding, finishReembedding } from "@souvenir/core/store";
import { expect } from "vitest";
import {
  claimAll,
  draft,
  embedAll,
  embedLarge,
  embedSmall,
  extract,
  large,
  put,
  reembedLarge,
  type StoreSpec,
  small,
  start,
  sweepAll,
  vectorOf,
  vectorsIn,
  vectorsOf,
} from "./spec.ts";

function sorted(use: EmbedderUse): EmbedderUse {
  const inUse = use.inUse.toSorted((left, right) => ((left?.id ?? "") < (right?.id ?? "") ? -1 : 1));
  return { ...use, inUse };
}

export const adoptsEmbedders: StoreSpec = async (open) => {
  const store = await open();
  expect(await store.embedders()).toEqual({ current: null, inUse: [], targets: [] });
  await store.write([draft({ key: "a" }), draft({ key: "b" })]);
  expect((await store.head("anna"))?.embedder).toBeNull();
  expect(await store.embedders()).toEqual({
    current: null,
    inUse: [null],
    targets: [],
  });
  expect(await store.queue(embedSmall)).toMatchObject({ pending: 0 });
  await store.adoptEmbedder(small);
  expect(await beginReembedding(store, small, { unembedded: true })).toBe(2);
  expect((await store.head("anna"))?.embedder).toEqual(small);
  expect((await claimAll(store, embedSmall)).length).toBe(2);
  await put(store, { key: "c", namespace: "ben" });
  expect((await store.head("ben"))?.embedder).toEqual(small);
  // Again is nothing new; another one is for namespaces to come only.
  await store.adoptEmbedder(small);
  await store.adoptEmbedder(large);
  await put(store, { key: "d", namespace: "carl" });
  expect((await store.head("anna"))?.embedder).toEqual(small);
  expect(sorted(await store.embedders())).toEqual({
    current: large,
    inUse: [large, small],
    targets: [],
  });
  expect(await store.queue(embedSmall)).toMatchObject({ pending: 3 });
  expect(await store.queue(embedLarge)).toMatchObject({ pending: 1 });
};

export const refusesOtherDimensions: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await put(store, { key: "a" });
  const entries = await claimAll(store, embedSmall);
  const changed = { ...small, dimensions: 3 };
  const mismatch = { code: "EMBEDDER_MISMATCH" };
  await expect(store.adoptEmbedder(changed)).rejects.toMatchObject(mismatch);
  await expect(beginReembedding(store, changed)).rejects.toMatchObject(mismatch);
  await expect(finishReembedding(store, changed, { force: true })).rejects.toMatchObject(mismatch);
  const items = entries.map((entry) => ({ entry, vectors: [new Float32Array(3)] }));
  await expect(store.saveVectors(changed, items)).rejects.toMatchObject(mismatch);
  expect(await vectorsIn(store, "anna", small)).toEqual({});
  expect((await store.embedders()).current).toEqual(small);
  expect(await store.queue(embedSmall)).toMatchObject({ pending: 1 });
};

export const reembeds: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await store.write([draft({ key: "a" }), draft({ key: "b" }), draft({ key: "c", namespace: "ben" })]);
  await embedAll(store, small);
  expect(await beginReembedding(store, large)).toBe(3);
  expect(await store.head("anna")).toMatchObject({ embedder: small, target: large });
  expect((await store.embedders()).targets).toEqual([large]);
  const [first] = await store.claim(reembedLarge, { now: start, leaseMs: 1_000, limit: 1 });
  if (first === undefined) throw new Error("an entry should be due");
  await store.saveVectors(large, [{ entry: first, vectors: [vectorOf(first.value, large)] }]);
  // Searches go on with the old vectors.
  expect(Object.keys(await vectorsIn(store, "anna", small)).length).toBe(2);
  expect(await finishReembedding(store, large, { force: false })).toEqual({ remaining: 2, failed: 0 });
  expect(await store.head("anna")).toMatchObject({ embedder: small, target: large });
  // Written in between: for both, as long as both are in use.
  const written = await put(store, { key: "a", value: "written in between" });
  const fresh = await put(store, { key: "d", value: "new in between" });
  expect((await claimAll(store, embedSmall)).map((entry) => entry.id)).toEqual([written.id, fresh.id]);
  // What is done stays done.
  const sequence = (await store.head("ben"))?.sequence;
  expect(await beginReembedding(store, large)).toBe(4);
  expect((await store.head("ben"))?.sequence).toBe(sequence);
  expect(await store.queue(reembedLarge)).toMatchObject({
    pending: 4 - 1 + (first.id === written.id ? 1 : 0),
  });
  await embedAll(store, large);
  const before = await store.head("anna");
  expect(await finishReembedding(store, large, { force: false })).toEqual({ remaining: 0, failed: 0 });
  const after = await store.head("anna");
  expect(after).toMatchObject({ incarnation: before?.incarnation, embedder: large, target: null });
  expect(after?.sequence).toBeGreaterThan(before?.sequence ?? 0);
  await sweepAll(store);
  for (const namespace of ["anna", "ben"]) {
    const records = await store.list(namespace, { limit: 10 });
    expect(await vectorsIn(store, namespace, large)).toEqual(vectorsOf(records, large));
    expect(await vectorsIn(store, namespace, small)).toEqual({});
  }
  expect(await store.queue(embedSmall)).toMatchObject({ pending: 0, failed: 0 });
  expect(await store.embedders()).toEqual({
    current: large,
    inUse: [large],
    targets: [],
  });
  expect(await beginReembedding(store, large)).toBe(0);
  expect(await finishReembedding(store, large, { force: false })).toEqual({ remaining: 0, failed: 0 });
  // The new embedder is that of new namespaces.
  await put(store, { key: "e", namespace: "carl" });
  expect((await store.head("carl"))?.embedder).toEqual(large);
};

export const finishesWithFailures: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await store.write([draft({ key: "good" }), draft({ key: "refused" })]);
  await embedAll(store, small);
  await beginReembedding(store, large);
  const [good, refused] = await claimAll(store, reembedLarge);
  if (good === undefined || refused === undefined) throw new Error("two entries should be due");
  await store.saveVectors(large, [{ entry: good, vectors: [vectorOf(good.value, large)] }]);
  await store.postpone(reembedLarge, [refused], { dueAt: start, error: "refused", failed: true });
  expect(await finishReembedding(store, large, { force: false })).toEqual({ remaining: 1, failed: 1 });
  expect(await store.head("anna")).toMatchObject({ embedder: small, target: large });
  // To begin again gives it another chance.
  await beginReembedding(store, large);
  expect(await store.queue(reembedLarge)).toMatchObject({ pending: 1, failed: 0 });
  // Force does not give up what still waits.
  expect(await finishReembedding(store, large, { force: true })).toEqual({ remaining: 1, failed: 0 });
  const [again] = await claimAll(store, reembedLarge);
  expect(again).toMatchObject({ id: refused.id, attempts: 0 });
  await store.postpone(reembedLarge, [refused], { dueAt: start, error: "refused", failed: true });
  expect(await finishReembedding(store, large, { force: true })).toEqual({ remaining: 0, failed: 1 });
  expect(await store.head("anna")).toMatchObject({ embedder: large, target: null });
  expect(Object.keys(await vectorsIn(store, "anna", large))).toEqual([String(good.id)]);
  await sweepAll(store);
  expect(await vectorsIn(store, "anna", small)).toEqual({});
  expect((await store.embedders()).current).toEqual(large);
  expect(await store.queue(embedLarge, "anna")).toMatchObject({
    pending: 0,
    failed: 1,
    lastError: "refused",
  });
};

export const reembedsOneNamespace: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await store.write([draft({ key: "a" }), draft({ key: "b", namespace: "ben" })]);
  await embedAll(store, small);
  expect(await beginReembedding(store, large, { namespace: "ben" })).toBe(1);
  expect((await embedAll(store, large)).map((entry) => entry.namespace)).toEqual(["ben"]);
  expect(await finishReembedding(store, large, { namespace: "ben", force: false })).toEqual({
    remaining: 0,
    failed: 0,
  });
  expect((await store.head("ben"))?.embedder).toEqual(large);
  expect(await store.head("anna")).toMatchObject({ embedder: small, target: null });
  expect((await store.embedders()).current).toEqual(small);
  expect(Object.keys(await vectorsIn(store, "anna", small)).length).toBe(1);
  expect(await beginReembedding(store, large, { namespace: "nobody" })).toBe(0);
};

export const reembedsWhatCameLater: StoreSpec = async (open) => {
  const store = await open();
  await put(store, { key: "a", tasks: [extract] });
  // Also a namespace that never had vectors.
  expect(await beginReembedding(store, large)).toBe(1);
  await put(store, { key: "b", namespace: "ben" });
  await embedAll(store, large);
  const { remaining } = await finishReembedding(store, large, { force: false });
  expect(remaining).toBeGreaterThan(0);
  expect((await store.head("anna"))?.embedder).toEqual(large);
  expect(await beginReembedding(store, large)).toBe(1);
  await embedAll(store, large);
  expect(await finishReembedding(store, large, { force: false })).toEqual({ remaining: 0, failed: 0 });
  expect((await store.head("ben"))?.embedder).toEqual(large);
  expect((await store.embedders()).current).toEqual(large);
  expect(await store.queue(extract)).toMatchObject({ pending: 1 });
};

export const computesInsteadOfStoring: StoreSpec = async (open) => {
  const store = await open();
  const computing = { id: "computing-1", dimensions: 2, computed: true } as const;
  const embedComputing = `embed:${computing.id}` as const;
  await store.adoptEmbedder(computing);
  await store.write([draft({ key: "a" }), draft({ key: "b", tasks: [extract] })]);
  expect((await store.head("anna"))?.embedder).toEqual(computing);
  expect(await store.queue(embedComputing)).toMatchObject({ pending: 0, failed: 0 });
  expect(await store.counts("anna")).toMatchObject({ records: 2, vectors: 2 });
  expect(await store.queue(extract)).toMatchObject({ pending: 1 });
  // To one that is asked, and back.
  expect(await beginReembedding(store, small)).toBe(2);
  expect(await store.counts()).toMatchObject({ vectors: 2 });
  await embedAll(store, small);
  expect(await finishReembedding(store, small, { force: false })).toEqual({ remaining: 0, failed: 0 });
  expect(await store.counts()).toMatchObject({ vectors: 2 });
  expect(await beginReembedding(store, computing)).toBe(2);
  expect(await store.head("anna")).toMatchObject({ embedder: small, target: computing });
  await put(store, { key: "c" });
  expect(await store.counts()).toMatchObject({ records: 3, vectors: 2 });
  expect(await finishReembedding(store, computing, { force: false })).toEqual({ remaining: 0, failed: 0 });
  await sweepAll(store);
  expect(await vectorsIn(store, "anna", small)).toEqual({});
  expect(await store.queue(embedSmall)).toMatchObject({ pending: 0 });
  expect(await store.embedders()).toEqual({ current: computing, inUse: [computing], targets: [] });
};

export const changesHowVectorsAreMade: StoreSpec = async (open) => {
  const store = await open();
  const computing = { ...small, computed: true } as const;
  await store.adoptEmbedder(small);
  await store.write([draft({ key: "a" }), draft({ key: "b" }), draft({ key: "c", namespace: "ben" })]);
  const [first] = await store.claim(embedSmall, { now: start, leaseMs: 1_000, limit: 1 });
  if (first === undefined) throw new Error("an entry should be due");
  await store.saveVectors(small, [{ entry: first, vectors: [vectorOf(first.value, small)] }]);
  await store.adoptEmbedder(computing);
  await sweepAll(store);
  for (const name of ["anna", "ben"]) {
    expect((await store.head(name))?.embedder).toEqual(computing);
    expect(await vectorsIn(store, name, small)).toEqual({});
  }
  expect(await store.queue(embedSmall)).toMatchObject({ pending: 0 });
  expect(await store.counts()).toMatchObject({ vectors: 3 });
  // As if they never had one: their records are queued.
  await store.adoptEmbedder(small);
  expect((await store.embedders()).inUse).toEqual([null]);
  expect(await beginReembedding(store, small, { unembedded: true })).toBe(3);
  expect(await store.queue(embedSmall)).toMatchObject({ pending: 3 });
  expect((await store.head("ben"))?.embedder).toEqual(small);
};

export const cancelsReembedding: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await store.write([draft({ key: "a" }), draft({ key: "b" }), draft({ key: "c", namespace: "ben" })]);
  await embedAll(store, small);
  expect(await cancelReembedding(store)).toBe(0);
  await beginReembedding(store, large);
  const [first, late] = await store.claim(reembedLarge, { now: start, leaseMs: 1_000, limit: 2 });
  if (first === undefined || late === undefined) throw new Error("two entries should be due");
  await store.saveVectors(large, [{ entry: first, vectors: [vectorOf(first.value, large)] }]);
  expect(await cancelReembedding(store)).toBe(2);
  expect(await cancelReembedding(store)).toBe(0);
  await store.saveVectors(large, [{ entry: late, vectors: [vectorOf(late.value, large)] }]);
  await sweepAll(store);
  for (const name of ["anna", "ben"]) {
    expect(await store.head(name)).toMatchObject({ embedder: small, target: null });
    expect(await vectorsIn(store, name, large)).toEqual({});
  }
  expect(Object.keys(await vectorsIn(store, "anna", small)).length).toBe(2);
  expect(await store.queue(reembedLarge)).toMatchObject({ pending: 0, failed: 0 });
  expect(await store.counts()).toMatchObject({ vectors: 3 });
  await put(store, { key: "d" });
  expect(await store.queue(reembedLarge)).toMatchObject({ pending: 0 });
  expect(await store.embedders()).toEqual({ current: small, inUse: [small], targets: [] });
};

export const reembedsManyInSlices: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  const names = Array.from({ length: 700 }, (_, index) => `name ${index}`);
  await store.write([
    ...Array.from({ length: 1_300 }, (_, index) => draft({ key: `${index}` })),
    ...names.map((name) => draft({ key: "k", namespace: name })),
  ]);
  expect(await beginReembedding(store, large)).toBe(2_000);
  expect(await store.queue(reembedLarge)).toMatchObject({ pending: 2_000 });
  while ((await embedAll(store, large)).length > 0);
  expect(await cancelReembedding(store)).toBe(701);
  await sweepAll(store);
  expect(await vectorsIn(store, "anna", large)).toEqual({});
  expect(await beginReembedding(store, large)).toBe(2_000);
  while ((await embedAll(store, large)).length > 0);
  expect(await finishReembedding(store, large, { force: false })).toEqual({ remaining: 0, failed: 0 });
  await sweepAll(store);
  expect(await store.counts()).toMatchObject({ records: 2_000, vectors: 2_000 });
  expect(await store.embedders()).toEqual({ current: large, inUse: [large], targets: [] });
};

export const finishesWhatWasBegunElsewhere: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await store.write([draft({ key: "a" }), draft({ key: "b" })]);
  await embedAll(store, small);
  // Whoever began was stopped before anything was queued.
  await store.declareEmbedder(large);
  const [seen] = await store.assignments({ of: { otherThan: large }, after: 0, limit: 9 });
  if (seen === undefined) throw new Error("a namespace has another embedder");
  expect(await store.assign(seen, { embedder: small, target: large })).toBe(true);
  expect(await finishReembedding(store, large, { force: true })).toEqual({ remaining: 2, failed: 0 });
  expect(await store.head("anna")).toMatchObject({ embedder: small, target: large });
  await embedAll(store, large);
  expect(await finishReembedding(store, large, { force: true })).toEqual({ remaining: 0, failed: 0 });
  const records = await store.list("anna", { limit: 9 });
  expect(await vectorsIn(store, "anna", large)).toEqual(vectorsOf(records, large));
};

export const assignsWhatWasSeen: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await store.declareEmbedder(large);
  await store.write([draft({ key: "a" }), draft({ key: "b", namespace: "ben" })]);
  const all = { of: { otherThan: large }, limit: 9 } as const;
  const found = await store.assignments({ ...all, after: 0 });
  expect(found.map(({ namespace, embedder, target }) => [namespace, embedder, target])).toEqual([
    ["anna", small, null],
    ["ben", small, null],
  ]);
  const [anna, ben] = found;
  if (anna === undefined || ben === undefined) throw new Error("two namespaces have another embedder");
  expect(await store.assignments({ ...all, after: anna.incarnation })).toEqual([ben]);
  expect(await store.assign(anna, { embedder: small, target: large })).toBe(true);
  // It has changed since.
  expect(await store.assign(anna, { embedder: large, target: null })).toBe(false);
  expect(await store.head("anna")).toMatchObject({ embedder: small, target: large });
  // Another namespace of that name.
  await store.erase("ben", "all");
  await put(store, { key: "c", namespace: "ben" });
  expect(await store.assign(ben, { embedder: small, target: large })).toBe(false);
  expect((await store.head("ben"))?.target).toBeNull();
  const page = { embedder: large, task: reembedLarge, after: 0, limit: 9 };
  expect(await store.queueMissing(ben, page)).toMatchObject({ complete: true });
  // Neither its embedder nor its target.
  const [now] = await store.assignments({ ...all, namespace: "ben", after: 0 });
  if (now === undefined) throw new Error("a namespace has another embedder");
  expect(await store.queueMissing(now, page)).toMatchObject({ records: 1, complete: true });
  expect(await store.queue(reembedLarge)).toMatchObject({ pending: 0 });
  await store.adoptEmbedder(large, { ifUsedByAll: true });
  expect((await store.embedders()).current).toEqual(small);
};
