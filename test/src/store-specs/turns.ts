import type { EmbedderIdentity, RecordWrite, Store, StoredRecord } from "@souvenir/core";
import { beginReembedding, finishReembedding } from "@souvenir/core/store";
import { expect } from "vitest";
import {
  claimAll,
  draft,
  embedAll,
  erase,
  put,
  type StoreSpec,
  small,
  start,
  sweepAll,
  vectorOf,
  vectorsIn,
} from "./spec.ts";

/** An embedder that reads the turn before a turn too, one that stores its vectors and one that computes them. */
const reader: EmbedderIdentity = { id: "reader-1?context=previous", dimensions: 2 };
const computing: EmbedderIdentity = { id: "reader-2?context=previous", dimensions: 2, computed: true };
const withdrawn = { souvenir: { withdrawn: true } };

/** A turn of one thread, so many milliseconds after the start. */
function turn(key: string, at: number, fields: Partial<RecordWrite> = {}): RecordWrite {
  return draft({ key, thread: "monday", role: "user", createdAt: start + at, ...fields });
}

async function idOf(store: Store, key: string): Promise<number> {
  return (await store.get("anna", [key]))[0]?.id ?? 0;
}

/** What the store has to embed, by key. */
async function waiting(store: Store, embedder: EmbedderIdentity): Promise<string[]> {
  const entries = await embedAll(store, embedder);
  return (
    await store.read(
      "anna",
      entries.map(({ id }) => id),
    )
  )
    .map(({ key }) => key)
    .sort();
}

/** The records without vectors since a sequence number, by key. */
async function bare(store: Store, { id }: EmbedderIdentity, after: number): Promise<string[]> {
  const { vectors } = await store.vectorChanges("anna", id, after, 100);
  const ids = vectors.filter((found) => found.vectors.length === 0).map((found) => found.id);
  return (await store.read("anna", ids)).map(({ key }) => key).sort();
}

export const tellsTheTurnBefore: StoreSpec = async (open) => {
  const store = await open();
  const before = async (...keys: string[]) => {
    const records = (await store.get("anna", keys)) as StoredRecord[];
    return (
      await store.previous(
        "anna",
        records.map(({ id }) => id),
      )
    ).map((found) => found?.value);
  };
  await store.write([
    turn("b", 2),
    turn("a", 1, { role: null }),
    turn("late b", 2),
    turn("other", 1, { thread: "tuesday" }),
    draft({ key: "none" }),
    turn("gone", 3, { metadata: withdrawn }),
    turn("c", 4),
    // Only a mark that says so.
    turn("d", 5, { metadata: { souvenir: { withdrawn: 1 } } }),
    turn("e", 6),
  ]);
  const text = (key: string) => `the text of ${key}`;
  expect(await before("a", "b", "late b", "c", "d", "e")).toEqual([
    undefined,
    text("a"),
    text("b"),
    text("late b"),
    text("c"),
    text("d"),
  ]);
  expect(await before("gone", "other", "none")).toEqual([undefined, undefined, undefined]);
  expect(await store.previous("anna", [await idOf(store, "b"), 999])).toEqual([
    { value: text("a"), role: null },
    undefined,
  ]);
  expect(await store.previous("nobody", [1])).toEqual([undefined]);
  expect(await store.previous("anna", [])).toEqual([]);
};

export const embedsTheNextTurnAnew: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(reader);
  await store.write([turn("a", 10), turn("b", 20), turn("c", 30), draft({ key: "none" })]);
  expect(await waiting(store, reader)).toEqual(["a", "b", "c", "none"]);
  const steps: [what: string, change: () => Promise<unknown>, again: string[]][] = [
    ["the same again", () => put(store, turn("a", 10, { tags: ["same"] })), []],
    ["another end", () => store.touch("anna", "a", { expiresAt: start + 1e9 }), []],
    ["a turn at the end", () => put(store, turn("d", 40)), ["d"]],
    ["an edit", () => put(store, turn("a", 10, { value: "edited" })), ["a", "b"]],
    ["another speaker", () => put(store, turn("c", 30, { role: "ben" })), ["c", "d"]],
    ["one in between", () => put(store, turn("late", 15)), ["b", "late"]],
    ["a move", () => put(store, turn("a", 25, { value: "edited" })), ["a", "c", "late"]],
    ["a withdrawal", () => put(store, turn("a", 25, { value: "edited", metadata: withdrawn })), ["a", "c"]],
    ["an erasure", () => erase(store, "anna", { keys: ["late"] }), ["b"]],
    ["several", () => erase(store, "anna", { keys: ["b", "c"] }), ["d"]],
    ["no turn", () => put(store, draft({ key: "none", role: "ben" })), []],
    ["out of the thread", () => put(store, turn("d", 40, { thread: null })), ["d"]],
  ];
  for (const [what, change, again] of steps) {
    const sequence = (await store.head("anna"))?.sequence ?? 0;
    await change();
    // A new text has none to lose.
    const written = await store.changes("anna", sequence, 100);
    const fresh = new Set(written.records.map(({ key }) => key));
    const lost = (await bare(store, reader, sequence)).filter((key) => !fresh.has(key));
    expect(lost, what).toEqual(again.filter((key) => !fresh.has(key)));
    const vectors = await vectorsIn(store, "anna", reader);
    for (const key of again) expect(vectors[await idOf(store, key)] ?? [], `${what}: ${key}`).toEqual([]);
    expect(await waiting(store, reader), what).toEqual(again);
  }
};

export const storesNoVectorOfAnotherTurnBefore: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(reader);
  await store.write([turn("a", 10), turn("b", 20)]);
  const entries = await claimAll(store, `embed:${reader.id}`);
  await erase(store, "anna", { keys: ["a"] });
  const b = await idOf(store, "b");
  const save = (given: typeof entries) =>
    store.saveVectors(
      reader,
      given.map((entry) => ({ entry, vectors: [vectorOf(entry.value, reader)] })),
    );
  await save(entries);
  expect(await vectorsIn(store, "anna", reader)).toEqual({});
  const again = await claimAll(store, `embed:${reader.id}`);
  expect(again.map(({ id }) => id)).toEqual([b]);
  await save(again);
  expect(Object.keys(await vectorsIn(store, "anna", reader))).toEqual([`${b}`]);
};

export const embedsTheNextTurnAnewForATarget: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await store.write([turn("a", 10), turn("b", 20)]);
  await embedAll(store, small);
  await beginReembedding(store, reader);
  expect(await waiting(store, reader)).toEqual(["a", "b"]);
  await erase(store, "anna", { keys: ["a"] });
  // What reads each text by itself has not changed.
  expect(await waiting(store, small)).toEqual([]);
  expect(await finishReembedding(store, reader, { force: true })).toMatchObject({ remaining: 1 });
  expect(await waiting(store, reader)).toEqual(["b"]);
  expect(await finishReembedding(store, reader, { force: true })).toEqual({ remaining: 0, failed: 0 });
};

export const tellsWhatIsToBeComputedAnew: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await store.write([turn("a", 10), turn("b", 20), turn("c", 30)]);
  await beginReembedding(store, computing);
  await finishReembedding(store, computing, { force: true });
  const sequence = (await store.head("anna"))?.sequence ?? 0;
  expect(await bare(store, computing, sequence)).toEqual([]);
  await put(store, turn("late", 15));
  await erase(store, "anna", { keys: ["b"] });
  // Whoever follows may come after everything was swept.
  await sweepAll(store);
  const head = await store.head("anna");
  expect(await bare(store, computing, sequence)).toEqual(["c"]);
  expect(await store.vectorChanges("anna", computing.id, head?.sequence ?? 0, 100)).toMatchObject({
    vectors: [],
    complete: true,
  });
  expect(await store.counts("anna")).toMatchObject({ records: 3, vectors: 3 });
  // Computed no more, all of them have to be stored.
  const { computed: _computed, ...stored } = computing;
  await store.adoptEmbedder(stored);
  expect(await beginReembedding(store, stored, { unembedded: true })).toBe(3);
  expect(await waiting(store, stored)).toEqual(["a", "c", "late"]);
};
