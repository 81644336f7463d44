import type {
  EmbedderIdentity,
  QueueEntry,
  RecordWrite,
  Selection,
  Store,
  StoredRecord,
  Task,
} from "@souvenir/core";

/** One promise of the contract. Each call of `open` gives a handle on the same store, which is empty at first. */
export type StoreSpec = (open: () => Promise<Store>) => Promise<void>;

/** The time of writes that do not say another, in milliseconds since 1970. */
export const start = 1_700_000_000_000;
export const small: EmbedderIdentity = { id: "small-1", dimensions: 2 };
export const large: EmbedderIdentity = { id: "large-1", dimensions: 3 };
export const embedSmall: Task = `embed:${small.id}`;
export const embedLarge: Task = `embed:${large.id}`;
export const reembedLarge: Task = `reembed:${large.id}`;
export const extract: Task = "extract:names-1";

/** A write with nothing but what it is given. */
export function draft(fields: Partial<RecordWrite> & { key: string }): RecordWrite {
  return {
    namespace: "anna",
    value: `the text of ${fields.key}`,
    tags: [],
    metadata: {},
    entities: [],
    thread: null,
    role: null,
    expiresAt: null,
    now: start,
    existing: "replace",
    tasks: [],
    ...fields,
  };
}

/** Writes one record. */
export async function put(
  store: Store,
  fields: Partial<RecordWrite> & { key: string },
): Promise<StoredRecord> {
  const [outcome] = await store.write([draft(fields)]);
  if (outcome === undefined) throw new Error("a write was not answered");
  return outcome.record;
}

export async function one(store: Store, namespace: string, key: string): Promise<StoredRecord | undefined> {
  return (await store.get(namespace, [key]))[0];
}

/** Erases a selection at once. Answers how many were erased. */
export async function erase(store: Store, namespace: string, selection: Selection): Promise<number> {
  return (await store.erase(namespace, selection)).erased;
}

/** Erases what has expired, at once. Answers how many were erased. */
export async function eraseExpired(store: Store, now: number): Promise<number> {
  return (await store.eraseExpired(now)).erased;
}

export function keysOf(records: readonly { key: string }[]): string[] {
  return records.map((record) => record.key);
}

/** Takes everything that is due, for a minute. */
export function claimAll(store: Store, task: Task, now: number = start): Promise<QueueEntry[]> {
  return store.claim(task, { now, leaseMs: 60_000, limit: 1_000 });
}

/** A vector that tells which text it was made of. */
export function vectorOf(text: string, { dimensions }: EmbedderIdentity): Float32Array {
  const vector = new Float32Array(dimensions).fill(text.length);
  vector[0] = [...text].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521, 7);
  return vector;
}

/** Embeds everything that is due, for searches and for a re-embedding, and answers the entries. */
export async function embedAll(
  store: Store,
  embedder: EmbedderIdentity,
  now: number = start,
): Promise<QueueEntry[]> {
  const entries = [
    ...(await claimAll(store, `embed:${embedder.id}`, now)),
    ...(await claimAll(store, `reembed:${embedder.id}`, now)),
  ];
  await store.saveVectors(
    embedder,
    entries.map((entry) => ({ entry, vectors: [vectorOf(entry.value, embedder)] })),
  );
  return entries;
}

/** Erases all that no embedder in use needs. */
export async function sweepAll(store: Store): Promise<void> {
  while (!(await store.sweepEmbeddings()).complete);
}

/** All vectors of a namespace, as plain numbers by record id. */
export async function vectorsIn(
  store: Store,
  namespace: string,
  { id }: EmbedderIdentity,
): Promise<Record<number, number[][]>> {
  const { vectors } = await store.vectorChanges(namespace, id, 0, 100_000);
  return Object.fromEntries(
    vectors.map((found) => [found.id, found.vectors.map((vector) => Array.from(vector))]),
  );
}

/** What `vectorsIn` answers when each of the records has the vector of its text. */
export function vectorsOf(
  records: readonly { id: number; value: string }[],
  embedder: EmbedderIdentity,
): Record<number, number[][]> {
  return Object.fromEntries(records.map(({ id, value }) => [id, [Array.from(vectorOf(value, embedder))]]));
}
