import type { Store, StoredRecord } from "@souvenir/core";
import fc from "fast-check";
import { expect } from "vitest";
import {
  claimAll,
  draft,
  embedAll,
  extract,
  keysOf,
  put,
  type StoreSpec,
  small,
  start,
  vectorOf,
  vectorsIn,
  vectorsOf,
} from "./spec.ts";

/** All changes after a sequence number, in pages. */
async function pagesOf(store: Store, namespace: string, after: number, limit: number) {
  const records: StoredRecord[] = [];
  const erased: number[] = [];
  for (let sequence = after; ; ) {
    const page = await store.changes(namespace, sequence, limit);
    expect(page.sequence).toBeGreaterThanOrEqual(sequence);
    for (const record of page.records) {
      expect(record.sequence).toBeGreaterThan(sequence);
      expect(record.sequence).toBeLessThanOrEqual(page.sequence);
    }
    expect(page.records.length).toBeLessThanOrEqual(2 * limit);
    records.push(...page.records);
    erased.push(...page.erased);
    if (page.complete) return { records, erased, sequence: page.sequence };
    expect(page.sequence).toBeGreaterThan(sequence);
    sequence = page.sequence;
  }
}

export const tellsWhatWasUpdated: StoreSpec = async (open) => {
  const store = await open();
  const keys = Array.from({ length: 30 }, (_, index) => `${index}`);
  await store.write(keys.map((key) => draft({ key })));
  await store.write(keys.slice(3, 9).map((key) => draft({ key, now: start + 5 })));
  await store.write([draft({ key: "heard of late", updatedAt: start - 5, now: start + 9 })]);
  await store.touch("anna", "20", { expiresAt: start + 1e6 });
  await store.erase("anna", { keys: ["4", "12"] });
  const all = (await store.list("anna", { limit: 100 })).sort(
    (left, right) => left.sequence - right.sequence,
  );
  const { sequence: last } = (await store.head("anna")) ?? {};
  for (const updatedAfter of [start - 6, start - 5, start, start + 4, start + 5])
    for (const limit of [1, 4, 100]) {
      const told: StoredRecord[] = [];
      let erased = 0;
      for (let [sequence, complete] = [0, false]; !complete; ) {
        const page = await store.changes("anna", sequence, limit, { updatedAfter });
        told.push(...page.records);
        erased += page.erased.length;
        ({ sequence, complete } = page);
        if (complete) expect(sequence).toBe(last);
      }
      expect(told).toEqual(all.filter(({ updatedAt }) => updatedAt > updatedAfter));
      expect(erased).toBe(2);
    }
};

export const pagesChanges: StoreSpec = async (open) => {
  const store = await open();
  const keys = Array.from({ length: 40 }, (_, index) => `${index}`);
  const first = await store.write(keys.map((key) => draft({ key })));
  const ids = first.map((outcome) => outcome.record.id);
  await store.erase("anna", { keys: keys.slice(0, 12) });
  await store.write(keys.slice(10, 25).map((key) => draft({ key, value: "again" })));
  await store.erase("anna", { keys: keys.slice(20, 22) });
  const head = await store.head("anna");
  const bySequence = (left: StoredRecord, right: StoredRecord) => left.sequence - right.sequence;
  const all = (await store.list("anna", { limit: 100 })).sort(bySequence);
  for (const limit of [1, 2, 7, 100]) {
    const whole = await pagesOf(store, "anna", 0, limit);
    expect(whole.records).toEqual(all);
    expect(whole.erased.sort()).toEqual([...ids.slice(0, 12), ...ids.slice(20, 22)].sort());
    expect(whole.sequence).toBe(head?.sequence);
    const late = await pagesOf(store, "anna", 45, limit);
    expect(late.records).toEqual(all.filter((record) => record.sequence > 45));
    // Of the first twelve erasures, 41 to 52, those after 45; and the two of the end.
    expect(late.erased.length).toBe(9);
    expect(await pagesOf(store, "anna", head?.sequence ?? 0, limit)).toEqual({
      records: [],
      erased: [],
      sequence: head?.sequence,
    });
  }
};

export const pagesVectors: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  const outcomes = await store.write(Array.from({ length: 25 }, (_, index) => draft({ key: `${index}` })));
  await embedAll(store, small);
  const sequence = (await store.head("anna"))?.sequence ?? 0;
  const expected = vectorsOf(
    outcomes.map((outcome) => outcome.record),
    small,
  );
  expect(await vectorsIn(store, "anna", small)).toEqual(expected);
  const collect = async (after: number, limit: number, upTo?: number) => {
    const found: number[] = [];
    for (let last = after; ; ) {
      const page = await store.vectorChanges("anna", small.id, last, limit, upTo);
      expect(page.vectors.length).toBeLessThanOrEqual(limit);
      found.push(...page.vectors.map((vector) => vector.id));
      if (page.complete) return { found, sequence: page.sequence };
      expect(page.sequence).toBeGreaterThan(last);
      last = page.sequence;
    }
  };
  for (const limit of [1, 4, 25, 26]) {
    const whole = await collect(0, limit);
    expect(whole.sequence).toBe(sequence);
    expect(whole.found.toSorted((left, right) => left - right)).toEqual(Object.keys(expected).map(Number));
    // Each vector took one number, after the 25 of the records.
    const part = await collect(30, limit, 40);
    expect(part).toEqual({ found: whole.found.slice(5, 15), sequence: 40 });
    expect(await collect(sequence, limit)).toEqual({ found: [], sequence });
  }
  expect(await store.vectorChanges("anna", "unknown", 0, 10)).toEqual({
    vectors: [],
    sequence,
    complete: true,
  });
};

export const keepsVectorsInPieces: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await store.write([draft({ key: "long" }), draft({ key: "short" }), draft({ key: "unreadable" })]);
  const entries = await claimAll(store, "embed:small-1");
  const pieces = [
    [
      [1, 2],
      [3.5, -4],
      [0, 1e-30],
    ],
    [[5, 6]],
    [],
  ];
  await store.saveVectors(
    small,
    entries.map((entry, index) => ({
      entry,
      vectors: (pieces[index] ?? []).map((numbers) => new Float32Array(numbers)),
    })),
  );
  const expected = entries.map((entry, index) => [
    entry.id,
    (pieces[index] ?? []).map((numbers) => Array.from(new Float32Array(numbers))),
  ]);
  expect(await vectorsIn(store, "anna", small)).toEqual(Object.fromEntries(expected));
  expect(await store.queue("embed:small-1")).toMatchObject({ pending: 0 });
};

export const announcesVectorsAgain: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  const write = { key: "tea", value: "green tea", tasks: [extract] };
  const record = await put(store, write);
  const [extraction] = await claimAll(store, extract);
  await embedAll(store, small);
  const after = async () => (await store.head("anna"))?.sequence ?? 0;
  const vectors = vectorsOf([record], small);
  const announced = async (since: number) =>
    (await store.vectorChanges("anna", small.id, since, 10)).vectors.map((found) => found.id);
  // A reader takes a changed record for a new one, and has to be told its vectors again.
  let before = await after();
  if (extraction !== undefined) await store.saveEntities(extract, [{ entry: extraction, entities: [] }]);
  expect(await announced(before)).toEqual([record.id]);
  before = await after();
  await put(store, { ...write, tags: ["drink"] });
  expect(await announced(before)).toEqual([record.id]);
  expect(await vectorsIn(store, "anna", small)).toEqual(vectors);
  expect(await store.queue("embed:small-1")).toMatchObject({ pending: 0 });
  // The vectors of another text are gone at once.
  await put(store, { ...write, value: "black tea" });
  expect(await vectorsIn(store, "anna", small)).toEqual({});
  expect(await store.queue("embed:small-1")).toMatchObject({ pending: 1 });
};

export const forgetsOldErasures: StoreSpec = async (open) => {
  const store = await open();
  const count = 50_200;
  const ids: number[] = [];
  await put(store, { key: "stays" });
  for (let begin = 0; begin < count; begin += 10_000) {
    const keys = Array.from({ length: Math.min(10_000, count - begin) }, (_, index) => `${begin + index}`);
    const outcomes = await store.write(keys.map((key) => draft({ key, value: "" })));
    ids.push(...outcomes.map((outcome) => outcome.record.id));
    await store.erase("anna", { ids: ids.slice(begin), sequence: Number.MAX_SAFE_INTEGER });
  }
  const head = await store.head("anna");
  const forgotten = head?.forgotten ?? 0;
  expect(forgotten).toBeLessThanOrEqual(head?.erased ?? 0);
  // What is not forgotten is told.
  const { erased, records } = await pagesOf(store, "anna", forgotten, 20_000);
  const untold = ids.slice(0, ids.length - erased.length);
  expect(erased).toEqual(ids.slice(untold.length));
  if (untold.length > 0) expect(forgotten).toBeGreaterThan(0);
  expect(records.length).toBe(forgotten > 0 ? 0 : 1);
  expect(keysOf((await pagesOf(store, "anna", 0, 20_000)).records)).toEqual(["stays"]);
};

/** A reader who knows only what `head`, `changes` and `vectorChanges` say. */
class Follower {
  incarnation = 0;
  sequence = 0;
  readonly records = new Map<number, StoredRecord>();
  readonly vectors = new Map<number, number[][]>();

  async follow(store: Store, namespace: string, limit: number): Promise<void> {
    const head = await store.head(namespace);
    if (head === undefined || head.incarnation !== this.incarnation || this.sequence < head.forgotten) {
      this.records.clear();
      this.vectors.clear();
      this.sequence = 0;
      this.incarnation = head?.incarnation ?? 0;
    }
    if (head === undefined) return;
    const before = this.sequence;
    const { records, erased, sequence } = await pagesOf(store, namespace, before, limit);
    for (const id of erased) {
      this.records.delete(id);
      this.vectors.delete(id);
    }
    for (const record of records) {
      this.records.set(record.id, record);
      this.vectors.delete(record.id);
    }
    for (let last = before, complete = false; !complete; ) {
      const page = await store.vectorChanges(namespace, small.id, last, limit, sequence);
      for (const { id, vectors } of page.vectors)
        this.vectors.set(
          id,
          vectors.map((vector) => Array.from(vector)),
        );
      last = page.sequence;
      complete = page.complete;
    }
    this.sequence = sequence;
  }
}

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      keys: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 4 }),
      value: fc.constantFrom("green", "black", "white"),
      createdAt: fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }),
      thread: fc.option(fc.constantFrom("a", "b"), { nil: null }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("erase" as const), key: fc.integer({ min: 0, max: 7 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("clear" as const),
      thread: fc.constantFrom("a", "b", undefined),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("embed" as const), limit: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("extract" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("follow" as const), limit: fc.integer({ min: 1, max: 6 }) }),
  },
);

export const changesTellEverything: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  let run = 0;
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
    run += 1;
    const namespace = `run ${run}`;
    const follower = new Follower();
    for (const action of steps) {
      switch (action.kind) {
        case "write": {
          const { value, createdAt, thread } = action;
          const time = createdAt === undefined ? {} : { createdAt };
          const tasks = [extract];
          await store.write(
            action.keys.map((key) => draft({ namespace, key: `${key}`, value, ...time, thread, tasks })),
          );
          break;
        }
        case "erase":
          await store.erase(namespace, { keys: [`${action.key}`] });
          break;
        case "clear":
          await store.erase(namespace, action.thread === undefined ? "all" : { thread: action.thread });
          break;
        case "embed": {
          const entries = await store.claim("embed:small-1", { now: start, leaseMs: 1, limit: action.limit });
          await store.saveVectors(
            small,
            entries.map((entry) => ({ entry, vectors: [vectorOf(entry.value, small)] })),
          );
          break;
        }
        case "extract": {
          const entries = await claimAll(store, extract);
          const entities = [{ name: `found in ${run}`, type: "x" }];
          await store.saveEntities(
            extract,
            entries.map((entry) => ({ entry, entities })),
          );
          break;
        }
        case "follow":
          await follower.follow(store, namespace, action.limit);
      }
    }
    await follower.follow(store, namespace, 3);
    const records = await store.list(namespace, { limit: 1_000 });
    const byId = (left: StoredRecord, right: StoredRecord) => left.id - right.id;
    expect([...follower.records.values()].sort(byId)).toEqual(records.sort(byId));
    const vectors = await vectorsIn(store, namespace, small);
    expect(Object.fromEntries(follower.vectors)).toEqual(vectors);
    for (const { id, value } of records) {
      if (vectors[id] !== undefined) expect(vectors[id]).toEqual([Array.from(vectorOf(value, small))]);
    }
  });
  await fc.assert(property, { seed: 20_261_123, numRuns: 40 });
};
