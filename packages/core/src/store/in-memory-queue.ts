import type { InMemoryNamespace } from "./in-memory-namespace.ts";
import { OrderedPlaces } from "./ordered-places.ts";
import type { ClaimOptions, Postponement, QueueCounts, QueueEntry, StoredRecord, Task } from "./store.ts";

interface Waiting {
  readonly namespace: InMemoryNamespace;
  readonly id: number;
  readonly revision: number;
  attempts: number;
  dueAt: number;
  failed: boolean;
  error: string | null;
}

interface TaskQueue {
  readonly waiting: Map<number, Waiting>;
  /** Those not given up. */
  readonly due: OrderedPlaces;
}

/** What waits to be embedded or extracted, in memory: for each task at most one entry a record. */
export class InMemoryQueue {
  readonly #tasks = new Map<Task, TaskQueue>();

  /** Queues a record anew, whatever was queued for it before. */
  add(
    task: Task,
    namespace: InMemoryNamespace,
    record: { id: number; sequence: number },
    dueAt: number,
  ): void {
    const queue = this.#task(task);
    this.#remove(queue, record.id);
    queue.waiting.set(record.id, {
      namespace,
      id: record.id,
      revision: record.sequence,
      attempts: 0,
      dueAt,
      failed: false,
      error: null,
    });
    queue.due.add(dueAt, record.id);
  }

  has(task: Task, id: number): boolean {
    return this.#tasks.get(task)?.waiting.has(id) ?? false;
  }

  claim(
    task: Task,
    { now, leaseMs, limit, early, of, longestWaitMs = Number.POSITIVE_INFINITY }: ClaimOptions,
  ): QueueEntry[] {
    const queue = this.#tasks.get(task);
    if (queue === undefined) return [];
    const claimed: Waiting[] = [];
    const take = (from: { at: number; id: number }, to: number) => {
      for (const { at, id } of queue.due.after(from)) {
        if (at > to || claimed.length >= limit) break;
        const waiting = queue.waiting.get(id) as Waiting;
        if (of === undefined || isOf(waiting, of)) claimed.push(waiting);
      }
    };
    const end = early ? Number.POSITIVE_INFINITY : now;
    take({ at: Number.NEGATIVE_INFINITY, id: 0 }, end);
    const ahead = { at: now + longestWaitMs, id: Number.POSITIVE_INFINITY };
    if (ahead.at > end) take(ahead, Number.POSITIVE_INFINITY);
    return claimed.map((waiting) => {
      this.#moveTo(queue, waiting, { dueAt: now + leaseMs, failed: false });
      const { namespace, id, revision, attempts } = waiting;
      const record = namespace.item(id)?.record as StoredRecord;
      const entities = record.entities.map((entity) => ({ ...entity }));
      return { namespace: namespace.name, id, value: record.value, entities, revision, attempts };
    });
  }

  nextDue(task: Task): number | null {
    for (const { at } of this.#tasks.get(task)?.due.after({ at: Number.NEGATIVE_INFINITY, id: 0 }) ?? [])
      return at;
    return null;
  }

  /** Whether an entry is there as it was claimed. */
  isThere(task: Task, { id, revision }: QueueEntry): boolean {
    return this.#tasks.get(task)?.waiting.get(id)?.revision === revision;
  }

  /** Takes an entry out; false when the text was changed or erased since the claim. */
  complete(task: Task, entry: QueueEntry): boolean {
    const queue = this.#tasks.get(task);
    if (queue?.waiting.get(entry.id)?.revision !== entry.revision) return false;
    this.#remove(queue, entry.id);
    return true;
  }

  postpone(task: Task, entry: QueueEntry, outcome: Postponement): void {
    const queue = this.#tasks.get(task);
    const waiting = queue?.waiting.get(entry.id);
    if (queue === undefined || waiting?.revision !== entry.revision) return;
    if (outcome.error !== null) {
      waiting.attempts += 1;
      waiting.error = outcome.error;
    }
    this.#moveTo(queue, waiting, outcome);
  }

  /** Gives those that were given up another chance. */
  retryFailed(task: Task): void {
    const queue = this.#tasks.get(task);
    for (const waiting of queue?.waiting.values() ?? []) {
      if (!waiting.failed) continue;
      waiting.attempts = 0;
      this.#moveTo(queue as TaskQueue, waiting, { dueAt: 0, failed: false });
    }
  }

  /** Forgets all about a record. */
  erase(id: number): void {
    for (const queue of this.#tasks.values()) this.#remove(queue, id);
  }

  /** Entries of one task become those of another. */
  moveAll(namespace: InMemoryNamespace, from: Task, to: Task): void {
    const [source, queue] = [this.#task(from), this.#task(to)];
    for (const waiting of [...source.waiting.values()]) {
      if (waiting.namespace !== namespace) continue;
      this.#remove(source, waiting.id);
      this.#remove(queue, waiting.id);
      queue.waiting.set(waiting.id, waiting);
      if (!waiting.failed) queue.due.add(waiting.dueAt, waiting.id);
    }
  }

  /** Forgets what a namespace waits for from embedders in other tasks than these. */
  eraseOtherEmbedders(namespace: InMemoryNamespace, kept: readonly Task[]): void {
    for (const [task, queue] of this.#tasks) {
      if (kept.includes(task) || !/^(?:re)?embed:/.test(task)) continue;
      for (const waiting of [...queue.waiting.values()])
        if (waiting.namespace === namespace) this.#remove(queue, waiting.id);
    }
  }

  counts(task: Task, namespace?: InMemoryNamespace): QueueCounts {
    const counts: QueueCounts = { pending: 0, failed: 0, lastError: null };
    let lastFailure = Number.NEGATIVE_INFINITY;
    for (const waiting of this.#tasks.get(task)?.waiting.values() ?? []) {
      if (namespace !== undefined && waiting.namespace !== namespace) continue;
      if (waiting.failed) counts.failed += 1;
      else counts.pending += 1;
      if (waiting.error !== null && waiting.dueAt > lastFailure) {
        lastFailure = waiting.dueAt;
        counts.lastError = waiting.error;
      }
    }
    return counts;
  }

  #task(task: Task): TaskQueue {
    let queue = this.#tasks.get(task);
    if (queue === undefined) {
      const waiting = new Map<number, Waiting>();
      const due = new OrderedPlaces(({ at, id }) => {
        const found = waiting.get(id);
        return found !== undefined && !found.failed && found.dueAt === at;
      });
      queue = { waiting, due };
      this.#tasks.set(task, queue);
    }
    return queue;
  }

  #moveTo(queue: TaskQueue, waiting: Waiting, { dueAt, failed }: { dueAt: number; failed: boolean }): void {
    if (waiting.dueAt === dueAt && waiting.failed === failed) return;
    const wasDue = !waiting.failed;
    waiting.dueAt = dueAt;
    waiting.failed = failed;
    if (wasDue) queue.due.removed();
    if (!failed) queue.due.add(dueAt, waiting.id);
  }

  #remove(queue: TaskQueue, id: number): void {
    const waiting = queue.waiting.get(id);
    if (waiting === undefined) return;
    queue.waiting.delete(id);
    if (!waiting.failed) queue.due.removed();
  }
}

function isOf({ namespace, id }: Waiting, of: NonNullable<ClaimOptions["of"]>): boolean {
  if (namespace.name !== of.namespace) return false;
  return of.thread === undefined || namespace.item(id)?.record.thread === of.thread;
}
