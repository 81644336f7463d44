import type { Entity, Metadata, Progress } from "../types.ts";

/**
 * The durable record of truth. Everything else (indexes, snapshots) can be made again from it.
 *
 * What an implementation promises:
 * - a promise that resolves after a write means: committed and synced to disk; a rejection means: nothing changed;
 * - each namespace has a sequence number that only grows; every change of the namespace takes the next numbers, in
 *   the order in which changes become visible, so that a reader who knows number n asks for "all after n";
 * - ids of records are positive integers, unique in the store and never used twice;
 * - every method may be called from several processes at once;
 * - what is erased is in no answer from then on; its bytes are gone when `scrub()` resolves, or the store is closed. No
 *   other record of its namespace names its key in `supersedes` (`standing.ts`) any more, in no version;
 * - after `close()`, every method rejects with `CLOSED`; a second `close()` does nothing.
 */
export interface Store {
  /** Nothing can be written: methods that do reject with `READ_ONLY`. Default false. */
  readonly readOnly?: boolean;

  /**
   * Writes all or none. Answers in the order of the input. A record that expired by the time of its write is erased
   * first: its key starts anew.
   * @param options - `ifThread`: only if no record of this thread was written since: for what follows from what the
   * thread said. `done`: takes these entries from the queue too, and writes only if each is still there as it was claimed.
   * @throws SouvenirError `VERSION_CONFLICT` when a record is not of the version that its write names in `ifVersion`, or
   * has changed since the `inPlace` of it, one of its `sources` is not of its version, the thread of `ifThread` or an entry of `done` has changed
   */
  write(
    writes: readonly RecordWrite[],
    options?: { ifThread?: SeenThread; done?: { task: Task; entries: readonly QueueEntry[] } },
  ): Promise<WriteOutcome[]>;
  /**
   * Gives a record another end, or pins it or not (`pinned` of `standing.ts`), if it is still of that version, and changes
   * nothing else of it: no new version. Answers the record, `undefined` when there is none such, or when it expired at or
   * before `now`.
   * @throws SouvenirError `VERSION_CONFLICT` when the record is not of version `ifVersion`
   */
  touch(namespace: string, key: string, change: RecordTouch): Promise<StoredRecord | undefined>;
  /**
   * Erases records with their history, vectors and queue entries. What is selected is decided in the transaction that
   * erases it. Records that expired at or before `now` are erased too, and not counted.
   * @param options - `limit`: so many records at most, or fewer when they take long; the rest is for the next call.
   * @throws SouvenirError `VERSION_CONFLICT` when the record is not of version `ifVersion`
   */
  erase(namespace: string, selection: Selection, options?: { limit?: number; now?: number }): Promise<Erased>;
  /** Erases what expired at or before `now`, with the same `limit`. */
  eraseExpired(now: number, options?: { limit?: number }): Promise<{ erased: number; complete: boolean }>;

  /** In the order of the keys, `undefined` for those that do not exist. Expired records are still there. */
  get(namespace: string, keys: readonly string[]): Promise<(StoredRecord | undefined)[]>;
  /** Those of the ids that exist, in any order. */
  read(namespace: string, ids: readonly number[]): Promise<StoredRecord[]>;
  /** By `createdAt`, then id. Costs as much as the page is long. */
  list(namespace: string, page: ListPage): Promise<StoredRecord[]>;
  /**
   * Records of the namespaces that begin with `prefix` and come after a name: one namespace after the other, each as
   * `list`, so many that the last of them may go on. Optional: where that costs less than to list each.
   */
  scan?(page: { prefix: string; after: string; limit: number }): Promise<StoredRecord[]>;
  /** The newest turns of a thread by `createdAt`, then id; oldest of them first. */
  tail(namespace: string, thread: string, limit: number): Promise<StoredRecord[]>;
  /**
   * The turn before each of some records in its thread, by `createdAt`, then id; `undefined` where there is none. Turns
   * that are withdrawn (`metadata.souvenir.withdrawn`) are none, and have none.
   */
  previous(
    namespace: string,
    ids: readonly number[],
  ): Promise<(Pick<StoredRecord, "value" | "role"> | undefined)[]>;
  /** Earlier versions of a key, oldest first, without the current one: those after a version, `limit` of them at most. */
  history(namespace: string, key: string, page?: { after?: number; limit?: number }): Promise<StoredRecord[]>;
  /**
   * Names of the namespaces that hold a record, in code unit order: those that begin with `prefix`, after a name, `limit`
   * of them at most. A `limit` may bring another order, which is the same for each page.
   */
  namespaces(page?: { prefix?: string; after?: string; limit?: number }): Promise<string[]>;
  /** Counts for one namespace or for all. */
  counts(namespace?: string): Promise<StoreCounts>;

  /** Where the namespace stands, `undefined` when it holds nothing. Cheap: asked at each search. */
  head(namespace: string): Promise<NamespaceHead | undefined>;
  /**
   * Records changed and erased after a sequence number, about `limit` of them at most.
   * @param options - `updatedAfter`: of the records that a page goes over, only those that were updated after a moment, in
   * milliseconds since 1970.
   */
  changes(
    namespace: string,
    after: number,
    limit: number,
    options?: { updatedAfter?: number },
  ): Promise<Changes>;
  /**
   * Vectors of one embedder stored after a sequence number, up to another (default: all), of `limit` records at most.
   * When a record changes and its text does not, its vectors are told again: a reader takes it for a new one.
   */
  vectorChanges(
    namespace: string,
    embedder: string,
    after: number,
    limit: number,
    upTo?: number,
  ): Promise<VectorChanges>;

  /** The embedder of new namespaces, and those of the ones there are. Cheap: asked whenever a memory is opened. */
  embedders(): Promise<EmbedderUse>;
  /**
   * Makes an embedder that of namespaces to come. Like every method that takes an embedder, rejects with
   * `EMBEDDER_MISMATCH` when its id is known with other dimensions, and remembers whether it computes.
   */
  adoptEmbedder(embedder: EmbedderIdentity): Promise<void>;
  /**
   * Makes an embedder the target of the namespaces that have another one, and queues what they lack as `reembed`; their
   * searches keep the old vectors. May be called again at any time: what is done stays done. A slice: answers the
   * records that it went over, and a cursor to call it again with until there is none.
   * @param options - `unembedded`: instead, gives the embedder to the namespaces that have none, and queues their records
   * as `embed`.
   */
  beginReembedding(
    embedder: EmbedderIdentity,
    options?: { namespace?: string; unembedded?: boolean; cursor?: string },
  ): Promise<{ records: number; cursor?: string }>;
  /**
   * Switches the namespaces whose queue for the new embedder is empty. `remaining` counts records that still wait, and
   * more when there are namespaces that were not begun; `failed` counts those among them that were given up; `force`
   * switches in spite of failed ones. When all namespaces are switched, the embedder is that of namespaces to come. A
   * slice, as `beginReembedding`.
   */
  finishReembedding(
    embedder: EmbedderIdentity,
    options: { namespace?: string; force: boolean; cursor?: string },
  ): Promise<{ remaining: number; failed: number; cursor?: string }>;
  /** Takes their targets from some namespaces; answers how many, 0 when no re-embedding is under way any more. */
  cancelReembedding(): Promise<number>;
  /**
   * Erases some of the vectors and queue entries that no search and no re-embedding needs any more, of embedders that
   * compute, were replaced or given up. A slice.
   */
  sweepEmbeddings(): Promise<{ complete: boolean }>;

  /**
   * Takes due entries of a task for `leaseMs`; nobody else gets them meanwhile. Longest due first. With `early`, takes
   * entries that are not due yet too, even those that somebody holds. Entries that are due more than `longestWaitMs`
   * from `now` are due: they were written by a clock that was ahead.
   */
  claim(task: Task, options: ClaimOptions): Promise<QueueEntry[]>;
  /** When the next entry of a task that is not given up is due or its lease ends; `null` for none. Cheap. */
  nextDue(task: Task): Promise<number | null>;
  /**
   * Stores vectors, unless the record, or the turn before it where that counts, changed since the claim or its namespace has another embedder and target by now,
   * and takes the entries from the queue.
   */
  saveVectors(
    embedder: EmbedderIdentity,
    items: readonly { entry: QueueEntry; vectors: Float32Array[] }[],
  ): Promise<void>;
  /** Replaces the extracted entities, unless the record changed since the claim, and takes the entries from the queue. */
  saveEntities(task: Task, items: readonly { entry: QueueEntry; entities: Entity[] }[]): Promise<void>;
  /** Puts entries back: until `dueAt`, or for good with `failed`. Without an `error` that was no attempt. */
  postpone(task: Task, entries: readonly QueueEntry[], outcome: Postponement): Promise<void>;
  /** How many entries of a task wait or were given up, of one namespace or of all. */
  queue(task: Task, namespace?: string): Promise<QueueCounts>;

  /**
   * Adds tokens (fewer than 0: gives back) to what a day has cost, if it does not come to more than `most` with them.
   * Answers what the day has cost then, `undefined` when it would be more. Of other days nothing is kept.
   * @param spending - `day`: days since 1970.
   */
  spend(spending: { day: number; tokens: number; most: number }): Promise<number | undefined>;

  /**
   * Keeps the index of a namespace, as a cache, instead of the one before. Not kept: one that was made before the last
   * erasure, or is older than the one that is there, or not of this store's history. Answers false then.
   * @param pieces - Its bytes, each piece valid until the next is asked for. Called before this method returns, or not at
   * all: the index changes afterwards.
   */
  saveSnapshot(
    namespace: string,
    at: NamespacePlace,
    pieces: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<boolean>;
  /**
   * The bytes that were saved, in order, in pieces of any length. The next piece may overwrite the last one. Only what
   * this store vouches for: made of this very store, at a point that its history went through. It may be older than an
   * erasure, which `changes` tells.
   */
  loadSnapshot(namespace: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Namespaces whose snapshot is older than their last erasure: it may hold what was erased. */
  staleSnapshots(): Promise<string[]>;
  /** Removes snapshots that may hold what was erased, and what a killed process left of others. */
  removeStaleSnapshots(): Promise<void>;
  /**
   * Has `renew` called, and waits for it, whenever the store is about to remove what is left of erased records: who keeps
   * snapshots writes anew those that are stale, and the store removes the others.
   */
  beforeScrub(renew: () => Promise<void>): void;

  /**
   * Removes what is left of erased records from all that the store keeps: unused parts of a file, logs, snapshots. Answers
   * how many records that were; never holds others up. Rejects with `STORE_BUSY` when another reader keeps it from it.
   */
  scrub(options?: { signal?: AbortSignal | undefined }): Promise<{ scrubbed: number }>;

  /**
   * Copies the store into a new file, as it is at one moment. Progress is in bytes.
   * @throws SouvenirError `INVALID_INPUT` when there is a file of that name, `UNSUPPORTED` when there is nothing to copy
   */
  backup(
    path: string,
    options?: {
      onProgress?: ((progress: Progress) => void) | undefined;
      signal?: AbortSignal | undefined;
    },
  ): Promise<{ bytes: number }>;

  /** Ends the store. A second call does nothing. */
  close(): Promise<void>;
}

/**
 * `embed:<embedder id>`: for the vectors that searches use. `reembed:<embedder id>`: for those of a re-embedding, which
 * nobody works on but who was asked to. `extract:<extractor id>`. `facts`: turns that no facts were looked for in yet.
 */
export type Task = `embed:${string}` | `reembed:${string}` | `extract:${string}` | "facts";

/**
 * Of an embedder whose id ends with `?context=previous`, the vectors of a turn say what `previous` tells of it too. As soon
 * as that changes (a turn before it is written, edited, moved, withdrawn or erased), a store has none of its vectors for
 * that turn any more: it tells so in `vectorChanges` as a record without vectors, also of an embedder that computes, and
 * queues the turn again for one that does not.
 */
export interface EmbedderIdentity {
  readonly id: string;
  readonly dimensions: number;
  /** Its vectors are computed where they are needed: none is stored, and no text is queued for it. */
  readonly computed?: true;
}

/** All the fields of a version of a record. Times in milliseconds since 1970. */
export interface RecordFields {
  key: string;
  value: string;
  tags: string[];
  metadata: Metadata;
  entities: Entity[];
  thread: string | null;
  role: string | null;
  createdAt: number;
  updatedAt: number;
  expiresAt: number | null;
  version: number;
}

/** A memory as a store has it. Moments are milliseconds since 1970. */
export interface StoredRecord extends RecordFields {
  id: number;
  namespace: string;
  /** Sequence number of its last change. */
  sequence: number;
}

/** What `touch` changes of a record, and of which. */
export interface RecordTouch {
  /** Default: as it is. */
  expiresAt?: number | null;
  /** When it is pinned, if it is not; `null`: no more. Default: as it is. */
  pinnedAt?: number | null;
  version?: number;
  ifVersion?: number;
  now?: number;
}

/**
 * What is written to a key. One that is pinned stays so.
 */
export interface RecordWrite {
  namespace: string;
  key: string;
  value: string;
  tags: string[];
  metadata: Metadata;
  entities: Entity[];
  thread: string | null;
  role: string | null;
  expiresAt: number | null;
  /** The time of the write. */
  now: number;
  /** Default: `now` for a new key, unchanged for an existing one. */
  createdAt?: number;
  /** For imports: the numbers of the record as exported. */
  updatedAt?: number;
  version?: number;
  /**
   * What to do when the key exists. `replace`: a new version. `keepSame`: nothing when value, tags, metadata, thread
   * and role are equal. `keepNewer`: nothing when it is as new as this one, or when this one has no `updatedAt` and is the
   * same, also in its dates.
   */
  existing: "replace" | "keepSame" | "keepNewer";
  /** Only if the record is of this version now, 0: only if there is none. Comes before `existing`. */
  ifVersion?: number;
  /**
   * Changes the version that is there, with its number and `updatedAt`, and adds none, as `touch` does: for how a memory
   * stands to others, which is nothing that it says. Only if the record has not changed in any way since this sequence
   * number. For one write of a key at a time.
   */
  inPlace?: { sequence: number };
  /** Earlier versions to keep: the oldest over this number are erased. Default: all. */
  keepVersions?: number;
  /** Extraction tasks to queue; embedding tasks follow from the namespace. */
  tasks: Task[];
  /** A task to queue for later when the text is a new one. */
  later?: { task: Task; dueAt: number };
  /**
   * Memories of the namespace that this one is drawn from, by the versions that were read: written only if each is there
   * in that version. As soon as one is erased, withdrawn or says something else, this one loses it as a source (also from
   * `metadata`, and with its earlier versions), and is erased when it was the last; a summary (`isSummary` of `fact-mark.ts`)
   * when it was any. It expires with the last of them, whatever `expiresAt` says.
   */
  sources?: readonly { key: string; version: number }[];
  /** Earlier versions of a new key, oldest first (imports): `INVALID_INPUT` unless their numbers are positive and grow. */
  history?: RecordFields[];
}

/** A thread, and where its namespace stood before it was looked at. */
export interface SeenThread {
  namespace: string;
  thread: string;
  /** `undefined` when the namespace held nothing. */
  at: NamespacePlace | undefined;
}

/** What a write came to. */
export interface WriteOutcome {
  record: StoredRecord;
  /** False when the existing record was kept. */
  written: boolean;
}

/** Which records of a namespace to erase. With `upTo`, none with a greater id: what came later stays. */
export type Selection =
  | "all"
  | { upTo: number }
  | { thread: string; upTo?: number }
  | { keys: readonly string[]; upTo?: number }
  /** Only if it is of this version now. */
  | { key: string; ifVersion: number }
  /** Those that are of these versions now: for what was chosen by what they said. */
  | { records: readonly { id: number; version: number }[] }
  /** Those that have not changed after this sequence number of the namespace: for what an index of that age chose. */
  | { ids: readonly number[]; sequence: number };

/** What an erasure took. */
export interface Erased {
  /** Records that were erased. */
  erased: number;
  /** Ids that were selected and have changed since. They stay. */
  changed: number[];
  /** What is left to erase after a `limit`, without what came since the first call. Absent when nothing is. */
  rest?: Selection;
}

/** Which part of a list is read, and in which order. */
export interface ListPage {
  thread?: string;
  /** Only records after this place, in the order of the list. */
  after?: { createdAt: number; id: number };
  /** Default false: oldest first. */
  newestFirst?: boolean;
  limit: number;
}

/** Counts of a store, or of one namespace. */
export interface StoreCounts {
  namespaces: number;
  records: number;
  versions: number;
  /** Records that searches compare by vector. */
  vectors: number;
  /** Bytes of the whole store on disk or in memory. */
  bytes: number;
  /** Erased records, of the whole store, whose bytes may still be in what it keeps: see `scrub`. */
  unscrubbed: number;
}

/** Where a namespace stands: which incarnation of its name, and its last sequence number. */
export interface NamespaceHead {
  /** Another number when the namespace was emptied and written again: an index of the old one is of no use. */
  incarnation: number;
  /** Its last sequence number. */
  sequence: number;
  /** Sequence number of its last erasure. */
  erased: number;
  /** Erasures up to this sequence number are not told by `changes` any more. */
  forgotten: number;
  embedder: EmbedderIdentity | null;
  /** The embedder that a running re-embedding goes to. */
  target: EmbedderIdentity | null;
}

/** A point that a namespace went through, as in `NamespaceHead`: where an index stands, or a reader. */
export interface NamespacePlace {
  incarnation: number;
  sequence: number;
}

/** What changed in a namespace after a sequence number, in order. */
export interface Changes {
  records: StoredRecord[];
  /** Ids of erased records. */
  erased: number[];
  /** Ask for what is after this number next. */
  sequence: number;
  /** False when there is more. */
  complete: boolean;
}

/** Vectors that came or went after a sequence number. */
export interface VectorChanges {
  /** All vectors of each record: one, or one for each piece of a long text. The caller's own, who gives their memory back. */
  vectors: { id: number; vectors: Float32Array[] }[];
  sequence: number;
  complete: boolean;
}

/** Which embedders the namespaces of a store use, and which they move to. */
export interface EmbedderUse {
  /** The embedder for new namespaces; `null` before the first. */
  current: EmbedderIdentity | null;
  /** Embedders of namespaces, `null` among them when some have none. */
  inUse: (EmbedderIdentity | null)[];
  /** Namespaces whose re-embedding has begun and not ended. */
  targets: EmbedderIdentity[];
}

/** When an entry of the queue is due again, and why. */
export interface Postponement {
  dueAt: number;
  error: string | null;
  failed: boolean;
}

/** How many entries of a queue are taken, by whom and for how long. */
export interface ClaimOptions {
  now: number;
  leaseMs: number;
  limit: number;
  early?: boolean;
  /** Only of this namespace, and of this thread (`null`: of none). With `early` only. */
  of?: { namespace: string; thread?: string | null };
  /** Default: no limit. */
  longestWaitMs?: number;
}

/** An entry of a queue, as it was claimed. */
export interface QueueEntry {
  namespace: string;
  id: number;
  value: string;
  entities: Entity[];
  /** Another number whenever what is to be embedded or extracted is another. */
  revision: number;
  /** Failed attempts so far. */
  attempts: number;
}

/** How a queue stands. */
export interface QueueCounts {
  pending: number;
  failed: number;
  lastError: string | null;
}
