import type { Progress } from "../inputs-and-answers.ts";
import type { ChangeFeed } from "./change-feed.ts";
import type { EmbedderAssignment } from "./embedder-assignment.ts";
import type { JobQueue } from "./job-queue.ts";
import type { RecordStore } from "./record-store.ts";
import type { SnapshotStore } from "./snapshot-store.ts";

export type * from "./change-feed.ts";
export type * from "./embedder-assignment.ts";
export type * from "./job-queue.ts";
export type * from "./namespace-head.ts";
export type * from "./record-store.ts";
export type * from "./snapshot-store.ts";

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
export interface Store extends RecordStore, ChangeFeed, EmbedderAssignment, JobQueue, SnapshotStore {
  /** Nothing can be written: methods that do reject with `READ_ONLY`. Default false. */
  readonly readOnly?: boolean;
  /** Each look takes a round trip: records that were read are kept until they change. Default false. */
  readonly isRemote?: boolean;

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
