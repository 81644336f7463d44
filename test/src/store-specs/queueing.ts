import { expect } from "vitest";
import {
  claimAll,
  draft,
  embedSmall,
  extract,
  one,
  put,
  type StoreSpec,
  small,
  start,
  vectorOf,
  vectorsIn,
  vectorsOf,
} from "./spec.ts";

const other = "extract:other-2";
const entities = [{ name: "Anna", type: "person" }];

export const claimsInOrder: StoreSpec = async (open) => {
  const store = await open();
  await store.write(
    Array.from({ length: 10 }, (_, index) =>
      draft({ key: `${index}`, now: start + (index % 3), tasks: [extract] }),
    ),
  );
  await put(store, {
    key: "named",
    namespace: "ben",
    value: "of ben",
    entities,
    now: start + 9,
    tasks: [extract, other],
  });
  const claim = (now: number, limit: number) => store.claim(extract, { now, leaseMs: 1_000, limit });
  expect(await claim(start - 1, 10)).toEqual([]);
  const first = await claim(start, 3);
  const second = await claim(start + 2, 100);
  const order = [...first, ...second].map((entry) => entry.value.at(-1));
  expect(order).toEqual(["0", "3", "6", "9", "1", "4", "7", "2", "5", "8"]);
  expect(first.length).toBe(3);
  const [third, ...none] = await claim(start + 9, 100);
  expect(none).toEqual([]);
  const id = (await one(store, "ben", "named"))?.id;
  expect(third).toEqual({ namespace: "ben", id, value: "of ben", entities, revision: 1, attempts: 0 });
  // Each task has a queue of its own.
  expect(
    (await store.claim(other, { now: start + 9, leaseMs: 1, limit: 5 })).map((entry) => entry.id),
  ).toEqual([id]);
};

export const leasesClaims: StoreSpec = async (open) => {
  const store = await open();
  await store.write(Array.from({ length: 6 }, (_, index) => draft({ key: `${index}`, tasks: [extract] })));
  const claim = (now: number, options: { limit?: number; early?: boolean } = {}) =>
    store.claim(extract, { now, leaseMs: 100, limit: 10, ...options });
  const ids = (entries: { id: number }[]) =>
    entries.map((entry) => entry.id).sort((left, right) => left - right);
  const [first, second] = await Promise.all([claim(start, { limit: 4 }), claim(start, { limit: 4 })]);
  expect(first.length + second.length).toBe(6);
  expect(new Set(ids([...first, ...second])).size).toBe(6);
  expect(await claim(start + 99)).toEqual([]);
  expect(await store.nextDue(extract)).toBe(start + 100);
  expect(ids(await claim(start + 100))).toEqual(ids([...first, ...second]));
  expect(await claim(start + 150)).toEqual([]);
  expect(ids(await claim(start + 150, { early: true }))).toEqual(ids([...first, ...second]));
  expect(await claim(start + 249)).toEqual([]);
  // Whoever is first with a result, its entry is done.
  const [entry] = await claim(start + 250);
  if (entry === undefined) throw new Error("the lease should have ended");
  await store.saveEntities(extract, [{ entry, entities }]);
  await store.saveEntities(extract, [{ entry, entities: [] }]);
  expect((await store.read("anna", [entry.id]))[0]?.entities).toEqual(entities);
  expect(await store.queue(extract)).toMatchObject({ pending: 5 });
};

export const postponesEntries: StoreSpec = async (open) => {
  const store = await open();
  await store.write(["a", "b", "c"].map((key) => draft({ key, tasks: [extract] })));
  const [a, b, c] = await claimAll(store, extract);
  if (a === undefined || b === undefined || c === undefined) throw new Error("three entries should be due");
  await store.postpone(extract, [a], { dueAt: start + 500, error: "rate limit", failed: false });
  await store.postpone(extract, [b], { dueAt: start + 900, error: "refused", failed: true });
  expect(await store.queue(extract)).toEqual({
    pending: 2,
    failed: 1,
    lastError: "refused",
  });
  expect(await store.nextDue(extract)).toBe(start + 500);
  expect(await claimAll(store, extract, start + 499)).toEqual([]);
  const [again, ...rest] = await claimAll(store, extract, start + 500);
  expect(rest).toEqual([]);
  expect(again).toEqual({ ...a, attempts: 1 });
  await store.postpone(extract, [a], { dueAt: start + 600, error: "rate limit", failed: false });
  const late = await claimAll(store, extract, start + 1e9);
  expect(late.map((entry) => [entry.id, entry.attempts])).toEqual([
    [a.id, 2],
    [c.id, 0],
  ]);
  // Given up is not done: it is taken neither late nor early.
  const early = await store.claim(extract, { now: start, leaseMs: 1e9, limit: 9, early: true });
  expect(early.map((entry) => entry.id)).toEqual([a.id, c.id]);
  // Another text is another try.
  await put(store, { key: "b", value: "changed", tasks: [extract], now: start + 700 });
  const due = await claimAll(store, extract, start + 700);
  expect(due.map((entry) => [entry.id, entry.attempts])).toEqual([[b.id, 0]]);
  expect(await store.queue(extract)).toMatchObject({ pending: 3, failed: 0 });
};

export const dropsLateVectors: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await store.write(["changed", "retagged", "erased", "reborn"].map((key) => draft({ key })));
  const entries = await claimAll(store, embedSmall);
  const changed = await put(store, { key: "changed", value: "another text", now: start + 1 });
  const retagged = await put(store, { key: "retagged", tags: ["x"], now: start + 1 });
  await store.erase("anna", { keys: ["erased", "reborn"] });
  const reborn = await put(store, { key: "reborn", now: start + 1 });
  await store.saveVectors(
    small,
    entries.map((entry) => ({ entry, vectors: [vectorOf(entry.value, small)] })),
  );
  await store.postpone(embedSmall, entries, { dueAt: start + 1e6, error: "late", failed: true });
  expect(await vectorsIn(store, "anna", small)).toEqual(vectorsOf([retagged], small));
  expect(await store.queue(embedSmall)).toMatchObject({ pending: 2, failed: 0, lastError: null });
  const due = await claimAll(store, embedSmall, start + 1);
  expect(due.map((entry) => [entry.id, entry.value])).toEqual([
    [changed.id, "another text"],
    [reborn.id, reborn.value],
  ]);
};

export const dropsLateEntities: StoreSpec = async (open) => {
  const store = await open();
  const given = [{ name: "given", type: "x" }];
  await store.write(
    ["changed", "erased", "imported", "same"].map((key) => draft({ key, tasks: [extract], entities: given })),
  );
  const entries = await claimAll(store, extract);
  await put(store, { key: "changed", value: "another text", tasks: [extract] });
  await store.erase("anna", { keys: ["erased"] });
  // Without a task of its own, the new text is not to be extracted.
  await put(store, { key: "imported", value: "another text", entities: given });
  const before = (await store.head("anna"))?.sequence ?? 0;
  await store.saveEntities(
    extract,
    entries.map((entry) => ({ entry, entities })),
  );
  const found = await store.get("anna", ["changed", "erased", "imported", "same"]);
  expect(found.map((record) => record?.entities)).toEqual([[], undefined, given, entities]);
  const same = found[3];
  expect(same).toMatchObject({ version: 1, updatedAt: start, sequence: before + 1 });
  expect((await store.changes("anna", before, 10)).records).toEqual([same]);
  expect(await store.history("anna", "same")).toEqual([]);
  expect(await store.queue(extract)).toMatchObject({ pending: 1, failed: 0 });
};

export const mistrustsFarTimes: StoreSpec = async (open) => {
  const store = await open();
  const year = 365 * 24 * 3_600_000;
  await store.write(
    ["ahead", "soon", "now"].map((key) =>
      draft({ key, tasks: [extract], now: start + (key === "ahead" ? year : key === "soon" ? 500 : 0) }),
    ),
  );
  const claim = (options: object = {}) =>
    store.claim(extract, { now: start, leaseMs: 100, limit: 9, ...options });
  expect(await store.nextDue(extract)).toBe(start);
  const keys = async (entries: Promise<{ value: string }[]>) => (await entries).map(({ value }) => value);
  expect(await keys(claim())).toEqual(["the text of now"]);
  expect(await store.nextDue(extract)).toBe(start + 100);
  expect(await keys(claim({ longestWaitMs: 1_000 }))).toEqual(["the text of ahead"]);
  expect(await keys(claim({ longestWaitMs: 1_000, limit: 1, now: start + 600 }))).toHaveLength(1);
  expect(await store.nextDue("extract:nobody")).toBeNull();
};
