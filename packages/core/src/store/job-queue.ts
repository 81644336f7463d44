import type { Entity } from "../inputs-and-answers.ts";
import type { EmbedderIdentity } from "./namespace-head.ts";

/** What is to be asked of models later, and what came of it. */
export interface JobQueue {
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
  /** Gives the entries of a task that were given up another chance. */
  retryFailed(task: Task): Promise<void>;
  /** How many entries of a task wait or were given up, of one namespace or of all. */
  queue(task: Task, namespace?: string): Promise<QueueCounts>;

  /**
   * Adds tokens (fewer than 0: gives back) to what a day has cost, if it does not come to more than `most` with them.
   * Answers what the day has cost then, `undefined` when it would be more. Of other days nothing is kept.
   * @param spending - `day`: days since 1970.
   */
  spend(spending: { day: number; tokens: number; most: number }): Promise<number | undefined>;
}

/**
 * `embed:<embedder id>`: for the vectors that searches use. `reembed:<embedder id>`: for those of a re-embedding, which
 * nobody works on but who was asked to. `extract:<extractor id>`. `moderate:<moderator id>`. `facts`: turns that no facts were looked for in yet.
 */
export type Task =
  | `embed:${string}`
  | `reembed:${string}`
  | `extract:${string}`
  | `moderate:${string}`
  | "facts";

/** When an entry of the queue is due again, and why. */
export interface Postponement {
  dueAt: number;
  error: string | null;
  failed: boolean;
}

/** How many entries of a queue are taken, by whom and for how long. */
export interface ClaimOptions {
  /** Milliseconds since 1970. */
  now: number;
  /** Milliseconds for which nobody else gets them. */
  leaseMs: number;
  /** Entries at most, 1 or more. */
  limit: number;
  /** Also entries that are not due yet, and those that somebody holds. Default false. */
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
