import type { Entity, Metadata } from "../inputs-and-answers.ts";
import type { QueueEntry, Task } from "./job-queue.ts";
import type { NamespacePlace } from "./namespace-head.ts";

/** The records of namespaces and their versions. */
export interface RecordStore {
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

/**
 * Which records of a namespace to erase. With `upTo`, none with a greater id: what came later stays. With `from`, those of a
 * list from this place on: what is left of a long one is not copied for each part.
 */
export type Selection =
  | "all"
  | { upTo: number }
  | { thread: string; upTo?: number }
  | { keys: readonly string[]; upTo?: number; from?: number }
  /** Only if it is of this version now. */
  | { key: string; ifVersion: number }
  /** Those that are of these versions now: for what was chosen by what they said. */
  | { records: readonly { id: number; version: number }[]; from?: number }
  /** Those that have not changed after this sequence number of the namespace: for what an index of that age chose. */
  | { ids: readonly number[]; sequence: number; from?: number };

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
