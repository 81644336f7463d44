import { giveBack } from "@souvenir/orama";
import type { StaticModel } from "@souvenir/static";
import type { Computer, Said } from "../embedders/turn-context.ts";
import { patiently, Slices } from "../event-loop.ts";
import type { IndexedStore } from "../store/known-at.ts";
import type { NamespaceHead, StoredRecord } from "../store/store.ts";
import { termsOf } from "./memory-terms.ts";
import type { NamespaceIndex } from "./namespace-index.ts";

/** Records read at once. */
const pageSize = 500;
/** What is gone is removed from the index so many at a time: each time costs a pass over the longest lists. */
const mostUnsettled = 10_000;

export interface FollowOptions {
  store: IndexedStore;
  namespace: string;
  /** Where to, at least. */
  head: NamespaceHead;
  /** For an embedder that computes. */
  computer: Computer | undefined;
  /** Reads the terms of texts; absent while it is not loaded, or for good. */
  model: StaticModel | undefined;
  /** Called whenever the index stands at a point of the store's history, and may be saved. It stays there meanwhile. */
  onProgress: () => Promise<void>;
}

/** Brings an index to a sequence number of its namespace, in slices: it is asked in between, and answers from what it has. */
export async function follow(
  index: NamespaceIndex,
  { store, namespace, head, computer, model, onProgress }: FollowOptions,
): Promise<void> {
  index.useEmbedder(head.embedder);
  const slices = new Slices({ patient: true });
  // Vectors that are computed come with their records, unless the embedder is new to the index.
  const withRecords =
    computer !== undefined && index.vectorSequence === index.sequence ? computer : undefined;
  const withTerms = model !== undefined && index.termSequence === index.sequence;
  let { sequence } = index;
  for (let complete = false; !complete; ) {
    const changes = await store.changes(namespace, sequence, pageSize);
    for (const id of changes.erased) {
      index.erase(id);
      if (slices.over) await slices.next();
    }
    const before =
      withRecords && (await previousTurns(changes.records, { store, namespace, computer: withRecords }));
    for (const record of changes.records) {
      const vectors = withRecords?.vectors(record, before?.get(record.id));
      index.put(record);
      if (vectors !== undefined) index.putVectors(record.id, vectors);
      // Right after its vector: the model reads a text once for both.
      if (withTerms) index.putTerms(record.id, termsOf(record, model));
      if (slices.over) await slices.next();
    }
    sequence = changes.sequence;
    // Whoever writes all the time is not followed for ever.
    complete = changes.complete || sequence >= head.sequence;
    if (!complete && index.unsettled > 0 && index.unsettled < mostUnsettled) continue;
    await patiently(index.settling());
    // Not before: whoever finds the number takes all that it stands for to be in the index.
    index.sequence = sequence;
    if (withRecords) {
      await computeAgain(index, sequence, { store, namespace, computer: withRecords });
      index.vectorSequence = sequence;
    }
    if (withTerms) index.termSequence = sequence;
    await onProgress();
    if (slices.over) await slices.next();
  }
  if (model !== undefined) await readTerms(index, { store, namespace, model });
  if (computer !== undefined) await computeVectors(index, { store, namespace, computer });
  else if (head.embedder !== null)
    await followVectors(index, { store, namespace, embedder: head.embedder.id });
}

/** The terms of records that came before the model was there. */
async function readTerms(
  index: NamespaceIndex,
  { store, namespace, model }: Pick<FollowOptions, "store" | "namespace"> & { model: StaticModel },
): Promise<void> {
  const slices = new Slices({ patient: true });
  while (index.termSequence < index.sequence) {
    const changes = await store.changes(namespace, index.termSequence, pageSize);
    for (const record of changes.records) {
      // What has changed since comes again, with its record.
      if (record.sequence <= index.sequence) index.putTerms(record.id, termsOf(record, model));
      if (slices.over) await slices.next();
    }
    index.termSequence = Math.min(changes.sequence, index.sequence);
  }
}

type ComputeOptions = Pick<FollowOptions, "store" | "namespace"> & { computer: Computer };

/** The vectors of records that came before the embedder did. */
async function computeVectors(index: NamespaceIndex, options: ComputeOptions): Promise<void> {
  const { store, namespace } = options;
  while (index.vectorSequence < index.sequence) {
    const changes = await store.changes(namespace, index.vectorSequence, pageSize);
    const sequence = Math.min(changes.sequence, index.sequence);
    // What has changed since comes again, with its record.
    await compute(
      index,
      changes.records.filter((record) => record.sequence <= index.sequence),
      options,
    );
    await computeAgain(index, sequence, options);
    index.vectorSequence = sequence;
  }
}

/** The vectors of turns whose turn before is another one since the index had vectors, up to a sequence number. */
async function computeAgain(index: NamespaceIndex, upTo: number, options: ComputeOptions): Promise<void> {
  const { store, namespace, computer } = options;
  if (!computer.readsPrevious) return;
  for (let [after, complete] = [index.vectorSequence, false]; !complete; ) {
    const changes = await store.vectorChanges(namespace, computer.identity.id, after, pageSize, upTo);
    const ids = changes.vectors.map(({ id }) => id);
    if (ids.length > 0) await compute(index, await store.read(namespace, ids), options);
    ({ sequence: after, complete } = changes);
  }
}

async function compute(
  index: NamespaceIndex,
  records: readonly StoredRecord[],
  options: ComputeOptions,
): Promise<void> {
  const slices = new Slices({ patient: true });
  for (const [at, vectors] of (await computed(records, options)).entries()) {
    index.putVectors((records[at] as StoredRecord).id, vectors);
    if (slices.over) await slices.next();
  }
}

/** The vectors of each of some records, computed in a row. */
async function computed(
  records: readonly StoredRecord[],
  options: ComputeOptions,
): Promise<Float32Array[][]> {
  const slices = new Slices({ patient: true });
  const before = await previousTurns(records, options);
  const vectors: Float32Array[][] = [];
  for (const record of records) {
    vectors.push(options.computer.vectors(record, before.get(record.id)));
    if (slices.over) await slices.next();
  }
  return vectors;
}

/** The turn before each of some records, by their ids, for an embedder that reads it: as it is now, not as it was then. */
async function previousTurns(
  records: readonly StoredRecord[],
  { store, namespace, computer }: ComputeOptions,
): Promise<Map<number, Pick<Said, "value" | "role">>> {
  const ids = computer.readsPrevious
    ? records.filter(({ thread }) => thread !== null).map(({ id }) => id)
    : [];
  const turns = ids.length === 0 ? [] : await store.previous(namespace, ids);
  return new Map(ids.flatMap((id, at) => (turns[at] === undefined ? [] : [[id, turns[at]] as const])));
}

async function followVectors(
  index: NamespaceIndex,
  { store, namespace, embedder }: Pick<FollowOptions, "store" | "namespace"> & { embedder: string },
): Promise<void> {
  const slices = new Slices({ patient: true });
  for (let complete = false; !complete; ) {
    // Not further than the records, so that no vector comes before its record.
    const changes = await store.vectorChanges(
      namespace,
      embedder,
      index.vectorSequence,
      pageSize,
      index.sequence,
    );
    for (const { id, vectors } of changes.vectors) {
      index.putVectors(id, vectors);
      for (const vector of vectors) giveBack(vector);
      if (slices.over) await slices.next();
    }
    index.vectorSequence = changes.sequence;
    complete = changes.complete;
    if (slices.over) await slices.next();
  }
}
