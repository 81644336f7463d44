import { embedTask, reembedTask } from "./embed-task.ts";
import type { Assignment, AssignmentPage, EmbedderAssignment } from "./embedder-assignment.ts";
import { readsPrevious } from "./embedder-context.ts";
import type { JobQueue, Task } from "./job-queue.ts";
import type { EmbedderIdentity } from "./namespace-head.ts";

/**
 * How namespaces move from one embedder to another, in steps that may be taken by several processes at once, stop at any
 * place and be taken again: a namespace has a target first, then what it lacks of it is queued, and once nothing waits
 * and nothing is lacking, the target is its embedder. Until then its searches use the vectors that it has.
 */

type Moving = EmbedderAssignment & Pick<JobQueue, "queue" | "retryFailed">;

/** What a slice goes over, so that others wait a moment only. */
const recordsAtOnce = 500;
const namespacesAtOnce = 100;

/** Which namespaces move to another embedder, and what others get meanwhile. */
export interface MoveOptions {
  /** Default: all. */
  namespace?: string | undefined;
  /** Called between two slices, for others to have their turn; what it throws ends the work there. */
  between?: () => Promise<void>;
}

/**
 * Makes an embedder the target of the namespaces that have another one, and queues what they lack as `reembed`. May be
 * called again at any time: what is done stays done. Answers the records that it went over.
 * @param options - `unembedded`: instead, gives the embedder to the namespaces that have none, and queues their records as
 * `embed`.
 */
export async function beginReembedding(
  store: Moving,
  embedder: EmbedderIdentity,
  { unembedded = false, ...options }: MoveOptions & { unembedded?: boolean } = {},
): Promise<number> {
  await store.declareEmbedder(embedder);
  // What was given up for this embedder gets another chance.
  for (const task of [embedTask(embedder), reembedTask(embedder)]) await store.retryFailed(task);
  const task = unembedded ? embedTask(embedder) : reembedTask(embedder);
  return sumOf(store, unembedded ? "unembedded" : { otherThan: embedder }, options, async (seen) => {
    const begun = { ...seen, target: embedder };
    // First, so that what is written meanwhile is queued too.
    if (seen.target?.id !== embedder.id && !(await store.assign(seen, begun))) return 0;
    const records = await queueAll(store, begun, { embedder, task, ...options });
    // Without vectors there are no searches that have to wait for all of the new ones.
    if (unembedded) await store.assign(begun, { embedder, target: null });
    return records;
  });
}

/**
 * Switches the namespaces that have all they need of an embedder. `remaining` counts records that still wait, and more when
 * there are namespaces that were not begun; `failed` those among them that were given up. When all namespaces are switched,
 * the embedder is that of namespaces to come.
 * @param options - `force`: in spite of what was given up.
 */
export async function finishReembedding(
  store: Moving,
  embedder: EmbedderIdentity,
  { force, ...options }: MoveOptions & { force: boolean },
): Promise<{ remaining: number; failed: number }> {
  await store.declareEmbedder(embedder);
  const task = reembedTask(embedder);
  let failed = 0;
  const remaining = await sumOf(store, { otherThan: embedder }, options, async (seen) => {
    const waiting = async () => {
      const counts = await store.queue(task, seen.namespace);
      return { ...counts, left: counts.pending + (force ? 0 : counts.failed) };
    };
    const { failed: givenUp, left } = await waiting();
    failed += givenUp;
    // Made or written since it was begun, which is to be done again.
    if (seen.target?.id !== embedder.id) return left + 1;
    if (left > 0) return left;
    if (!embedder.computed) {
      // Whoever began it may have been stopped before all was queued, or be at it.
      await queueAll(store, seen, { embedder, task, ...options });
      const { left: found } = await waiting();
      if (found > 0) return found;
    }
    return (await store.assign(seen, { embedder, target: null })) ? 0 : 1;
  });
  if (options.namespace === undefined) await store.adoptEmbedder(embedder, { ifUsedByAll: true });
  return { remaining, failed };
}

/** Takes their targets from all namespaces. Answers how many had one. */
export function cancelReembedding(store: Moving, options: MoveOptions = {}): Promise<number> {
  return sumOf(store, "moving", options, async (seen) =>
    (await store.assign(seen, { embedder: seen.embedder, target: null })) ? 1 : 0,
  );
}

/**
 * What a namespace needs of all that is kept for embedders: vectors, by the ids of these, and tasks in the queue. Of one that
 * computes there are only those vectors that are to be made anew.
 */
export function neededEmbeddings({ embedder, target }: Pick<Assignment, "embedder" | "target">): {
  vectors: string[];
  tasks: Task[];
} {
  const used = [embedder, target].filter((found) => found !== null);
  return {
    vectors: used.filter((found) => !found.computed || readsPrevious(found)).map(({ id }) => id),
    tasks: [
      ...(embedder === null || embedder.computed ? [] : [embedTask(embedder)]),
      ...(target === null || target.computed ? [] : [reembedTask(target)]),
    ],
  };
}

/** The sum of what comes of each namespace. */
async function sumOf(
  store: Moving,
  of: AssignmentPage["of"],
  { namespace, between }: MoveOptions,
  work: (seen: Assignment) => Promise<number>,
): Promise<number> {
  let sum = 0;
  for (let after = 0; ; ) {
    const page = await store.assignments({ of, namespace, after, limit: namespacesAtOnce });
    // At once, so that they share commits; when one fails, none of the others goes on behind.
    for (const outcome of await Promise.allSettled(page.map(work))) {
      if (outcome.status === "rejected") throw outcome.reason;
      sum += outcome.value;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < namespacesAtOnce) return sum;
    after = last.incarnation;
    await between?.();
  }
}

/** All that a namespace lacks. Answers the records that it went over. */
async function queueAll(
  store: Moving,
  { namespace, incarnation }: Assignment,
  { embedder, task, between }: MoveOptions & { embedder: EmbedderIdentity; task: Task },
): Promise<number> {
  let sum = 0;
  for (let after = 0; ; ) {
    const page = { embedder, task, after, limit: recordsAtOnce };
    const { records, sequence, complete } = await store.queueMissing({ namespace, incarnation }, page);
    sum += records;
    if (complete) return sum;
    after = sequence;
    await between?.();
  }
}
