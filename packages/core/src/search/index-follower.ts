import { inSlices, Slices } from "../event-loop.ts";
import type { NamespaceHead, Store } from "../store/store.ts";
import type { NamespaceIndex } from "./namespace-index.ts";

/** Records read at once. */
const pageSize = 500;
/** What is gone is removed from the index so many at a time: each time costs a pass over the longest lists. */
const mostUnsettled = 10_000;

export interface FollowOptions {
  store: Store;
  namespace: string;
  /** Where to, at least. */
  head: NamespaceHead;
  /** Gives the vectors of a text, for an embedder that computes. */
  compute: ((text: string) => Float32Array[]) | undefined;
  /** Called whenever the index stands at a point of the store's history, and may be saved. */
  onProgress: () => void;
}

/** Brings an index to a sequence number of its namespace, in slices: it is asked in between, and answers from what it has. */
export async function follow(
  index: NamespaceIndex,
  { store, namespace, head, compute, onProgress }: FollowOptions,
): Promise<void> {
  index.useEmbedder(head.embedder);
  const slices = new Slices();
  // Vectors that are computed come with their records, unless the embedder is new to the index.
  const withRecords = compute !== undefined && index.vectorSequence === index.sequence;
  let { sequence } = index;
  for (let complete = false; !complete; ) {
    const changes = await store.changes(namespace, sequence, pageSize);
    for (const id of changes.erased) {
      index.erase(id);
      if (slices.over) await slices.next();
    }
    const vectors: Float32Array[][] = [];
    if (withRecords)
      for (const { value } of changes.records) {
        vectors.push(compute(value));
        if (slices.over) await slices.next();
      }
    for (const [at, record] of changes.records.entries()) {
      index.put(record);
      if (withRecords) index.putVectors(record.id, vectors[at] as Float32Array[]);
      if (slices.over) await slices.next();
    }
    sequence = changes.sequence;
    // Whoever writes all the time is not followed for ever.
    complete = changes.complete || sequence >= head.sequence;
    if (!complete && index.unsettled > 0 && index.unsettled < mostUnsettled) continue;
    await inSlices(index.settling());
    // Not before: whoever finds the number takes all that it stands for to be in the index.
    index.sequence = sequence;
    if (withRecords) index.vectorSequence = sequence;
    onProgress();
    if (slices.over) await slices.next();
  }
  if (compute !== undefined) await computeVectors(index, { store, namespace, compute });
  else if (head.embedder !== null)
    await followVectors(index, { store, namespace, embedder: head.embedder.id });
}

/** The vectors of records that came before the embedder did. */
async function computeVectors(
  index: NamespaceIndex,
  {
    store,
    namespace,
    compute,
  }: Pick<FollowOptions, "store" | "namespace"> & {
    compute: (text: string) => Float32Array[];
  },
): Promise<void> {
  const slices = new Slices();
  while (index.vectorSequence < index.sequence) {
    const changes = await store.changes(namespace, index.vectorSequence, pageSize);
    for (const { id, value, sequence } of changes.records) {
      // What has changed since comes again, with its record.
      if (sequence <= index.sequence) index.putVectors(id, compute(value));
      if (slices.over) await slices.next();
    }
    index.vectorSequence = Math.min(changes.sequence, index.sequence);
  }
}

async function followVectors(
  index: NamespaceIndex,
  { store, namespace, embedder }: Pick<FollowOptions, "store" | "namespace"> & { embedder: string },
): Promise<void> {
  const slices = new Slices();
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
      release(vectors);
      if (slices.over) await slices.next();
    }
    index.vectorSequence = changes.sequence;
    complete = changes.complete;
    if (slices.over) await slices.next();
  }
}

/** Gives memory back at once: to the collector vectors are small objects, and it comes late. */
function release(vectors: readonly Float32Array[]): void {
  for (const { buffer } of vectors as readonly Float32Array<ArrayBuffer>[])
    if (!buffer.detached) buffer.transfer(0);
}
