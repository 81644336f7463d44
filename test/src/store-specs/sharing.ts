import type { Store } from "@souvenir/core";
import { beginReembedding } from "@souvenir/core/store";
import { expect } from "vitest";
import {
  claimAll,
  draft,
  embedAll,
  erase,
  extract,
  keysOf,
  large,
  one,
  put,
  type StoreSpec,
  small,
  start,
  vectorsIn,
} from "./spec.ts";

export const closes: StoreSpec = async (open) => {
  const store = await open();
  const record = await put(store, { key: "tea", tasks: [extract] });
  const [entry] = await claimAll(store, extract);
  if (entry === undefined) throw new Error("an entry should be due");
  const late = put(store, { key: "just before" });
  await store.close();
  expect((await late).key).toBe("just before");
  await store.close();
  const identity = small;
  const seen = { namespace: "anna", incarnation: 1, embedder: null, target: null };
  const outcome = { dueAt: 0, error: "", failed: false };
  const calls: Record<
    Exclude<keyof Store, "close" | "readOnly" | "isRemote" | "beforeScrub" | "watch">,
    () => Promise<unknown>
  > = {
    write: () => store.write([draft({ key: "tea" })]),
    touch: () => store.touch("anna", "tea", { expiresAt: null }),
    erase: () => store.erase("anna", "all"),
    eraseExpired: () => store.eraseExpired(start),
    get: () => store.get("anna", ["tea"]),
    read: () => store.read("anna", [record.id]),
    list: () => store.list("anna", { limit: 1 }),
    scan: () => store.scan?.({ prefix: "", after: "", limit: 1 }) ?? store.list("anna", { limit: 1 }),
    tail: () => store.tail("anna", "monday", 1),
    previous: () => store.previous("anna", [record.id]),
    history: () => store.history("anna", "tea"),
    namespaces: () => store.namespaces(),
    counts: () => store.counts(),
    head: () => store.head("anna"),
    changes: () => store.changes("anna", 0, 1),
    vectorChanges: () => store.vectorChanges("anna", small.id, 0, 1),
    embedders: () => store.embedders(),
    adoptEmbedder: () => store.adoptEmbedder(identity),
    declareEmbedder: () => store.declareEmbedder(identity),
    assignments: () => store.assignments({ of: "moving", after: 0, limit: 1 }),
    assign: () => store.assign(seen, { embedder: identity, target: null }),
    queueMissing: () => store.queueMissing(seen, { embedder: identity, task: extract, after: 0, limit: 1 }),
    sweepEmbeddings: () => store.sweepEmbeddings(),
    nextDue: () => store.nextDue(extract),
    claim: () => store.claim(extract, { now: start, leaseMs: 1, limit: 1 }),
    saveVectors: () => store.saveVectors(identity, [{ entry, vectors: [] }]),
    saveEntities: () => store.saveEntities(extract, [{ entry, entities: [] }]),
    postpone: () => store.postpone(extract, [entry], outcome),
    retryFailed: () => store.retryFailed(extract),
    queue: () => store.queue(extract),
    spend: () => store.spend({ day: 1, tokens: 1, most: 1 }),
    saveSnapshot: () =>
      store.saveSnapshot("anna", { incarnation: 1, sequence: 1 }, () => [new Uint8Array(1)]),
    loadSnapshot: () => store.loadSnapshot("anna"),
    staleSnapshots: () => store.staleSnapshots(),
    removeStaleSnapshots: () => store.removeStaleSnapshots(),
    scrub: () => store.scrub(),
    backup: () => store.backup("/nowhere/at/all.db"),
  };
  for (const [name, call] of Object.entries(calls)) {
    let returned: Promise<unknown> | undefined;
    // To reject is not to throw.
    expect(() => {
      returned = call();
    }, name).not.toThrow();
    await expect(returned, name).rejects.toMatchObject({ code: "CLOSED" });
  }
};

/** Everything that a store says of some namespaces. */
async function everything(store: Store, names: readonly string[]): Promise<unknown> {
  const ofNamespace = async (name: string) => ({
    head: await store.head(name),
    records: await store.list(name, { limit: 1_000 }),
    history: await store.history(name, "tea"),
    changes: await store.changes(name, 0, 1_000),
    vectors: await vectorsIn(store, name, small),
    newVectors: await vectorsIn(store, name, large),
    queues: await Promise.all([store.queue(extract, name), store.queue("reembed:large-1", name)]),
  });
  const { bytes: _bytes, unscrubbed: _unscrubbed, ...counts } = await store.counts();
  return {
    counts,
    namespaces: await store.namespaces(),
    embedders: await store.embedders(),
    contents: await Promise.all(names.map(ofNamespace)),
  };
}

async function fill(store: Store): Promise<void> {
  await store.adoptEmbedder(small);
  for (let round = 0; round < 3; round += 1) {
    const fields = { key: "tea", value: `${round}`, tasks: [extract], thread: "monday", metadata: { round } };
    await store.write([draft(fields), draft({ ...fields, namespace: "ben", key: `${round}` })]);
  }
  await embedAll(store, small);
  await store.erase("ben", { keys: ["1"] });
  await beginReembedding(store, large, { namespace: "ben" });
  const [first] = await claimAll(store, extract);
  if (first !== undefined)
    await store.postpone(extract, [first], { dueAt: 9, error: "refused", failed: true });
}

export const reopens: StoreSpec = async (open) => {
  const store = await open();
  await fill(store);
  const before = await everything(store, ["anna", "ben"]);
  await store.close();
  const again = await open();
  expect(await everything(again, ["anna", "ben"])).toEqual(before);
  const used = new Set((await again.list("ben", { limit: 10 })).map((record) => record.id));
  const { id, sequence } = await put(again, { key: "later", namespace: "ben" });
  expect(used.has(id)).toBe(false);
  expect((await again.head("ben"))?.sequence).toBe(sequence);
};

export const sharesHandles: StoreSpec = async (open) => {
  const [left, right] = [await open(), await open()];
  await fill(left);
  expect(await everything(right, ["anna", "ben"])).toEqual(await everything(left, ["anna", "ben"]));
  const count = 120;
  const write = (store: Store, name: string) =>
    Array.from({ length: count }, (_, index) =>
      store.write([
        draft({ key: `${name} ${index}`, namespace: "both" }),
        draft({ key: "shared", namespace: "both" }),
      ]),
    );
  const outcomes = (await Promise.all([...write(left, "left"), ...write(right, "right")])).flat();
  const sequences = new Set(outcomes.map((outcome) => outcome.record.sequence));
  expect(sequences.size).toBe(4 * count);
  for (const store of [left, right]) {
    expect((await store.head("both"))?.sequence).toBe(4 * count);
    expect((await store.list("both", { limit: 1_000 })).length).toBe(2 * count + 1);
    expect((await one(store, "both", "shared"))?.version).toBe(2 * count);
  }
  // What one writes, the other sees when it is acknowledged.
  for (let turn = 0; turn < 10; turn += 1) {
    const [writer, reader] = turn % 2 === 0 ? [left, right] : [right, left];
    const before = (await reader.head("both"))?.sequence ?? 0;
    const record = await put(writer, { key: "ball", namespace: "both", value: `turn ${turn}` });
    expect(await reader.changes("both", before, 10)).toMatchObject({
      records: [record],
      erased: [],
      complete: true,
    });
    if (turn === 5) {
      expect(await erase(writer, "both", { keys: ["ball"] })).toBe(1);
      expect((await reader.changes("both", before, 10)).erased).toEqual([record.id]);
    }
  }
  // No entry goes to two of them.
  await left.write(
    Array.from({ length: 30 }, (_, index) => draft({ key: `${index}`, tasks: ["extract:x"] })),
  );
  const claims = await Promise.all(
    [left, right, left, right].map((store) =>
      store.claim("extract:x", { now: start, leaseMs: 1e6, limit: 9 }),
    ),
  );
  const ids = claims.flat().map((entry) => entry.id);
  expect(ids.length).toBe(30);
  expect(new Set(ids).size).toBe(30);
  await left.close();
  expect(keysOf([await put(right, { key: "after the other closed" })])).toEqual(["after the other closed"]);
};
