import { SouvenirError } from "../errors.ts";
import type { QueueEntry, Store, Task } from "../store/store.ts";
import type { Logger } from "../types.ts";

/** Long enough for the slowest provider, short enough that the entries of a killed process are not held for long. */
const leaseMs = 90_000;
const callLimitMs = 60_000;
const firstDelayMs = 1_000;
const longestDelayMs = 10 * 60_000;
/** Attempts of one text alone before the provider is asked whether it works at all. */
const suspiciousAttempts = 4;
const parallelBatches = 4;

export interface Job<Result> {
  readonly task: Task;
  /** Entries in one call of `perform`. */
  readonly batch: number;
  /** One result or fault for each entry, in order. A rejection means that the call as a whole failed. */
  perform(
    entries: readonly QueueEntry[],
    signal: AbortSignal,
  ): Promise<({ result: Result } | { fault: unknown })[]>;
  save(items: { entry: QueueEntry; result: Result }[]): Promise<void>;
  /** Does the provider work, with a harmless text? Rejects when not. */
  probe(signal: AbortSignal): Promise<void>;
}

interface Failure {
  entry: QueueEntry;
  error: unknown;
  /** The provider will never take this text. */
  permanent: boolean;
}

/**
 * Works off one task of the queue: batches, retries with exponential backoff and full jitter, isolates a text that
 * the provider refuses, and never lets it block the others.
 */
export class QueueWorker<Result> {
  readonly #store: Store;
  readonly #job: Job<Result>;
  readonly #clock: () => number;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #running: Promise<unknown> | undefined;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: { store: Store; job: Job<Result>; clock: () => number; logger: Logger }) {
    this.#store = options.store;
    this.#job = options.job;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** There may be something to do. Returns at once. */
  wake(): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#running !== undefined) {
      this.#again = true;
      return;
    }
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /**
   * Tries everything in the queue now, also what waits for a later attempt, until nothing is left, nothing succeeds or
   * `signal` is aborted.
   */
  async drain(options: { signal?: AbortSignal; onProgress?: () => Promise<void> } = {}): Promise<void> {
    const stopped = () => this.#stopping.signal.aborted || options.signal?.aborted === true;
    let succeeded = 1;
    while (succeeded > 0 && !stopped()) {
      while (this.#running !== undefined) await this.#running;
      const round = this.#round({ early: true });
      this.#running = round
        .catch(() => undefined)
        .finally(() => {
          this.#running = undefined;
        });
      succeeded = (await round) ?? 0;
      await options.onProgress?.();
    }
    this.wake();
  }

  /** Lets the calls under way fail and waits for them. What they were about stays in the queue. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stopping.abort(
      new SouvenirError("CLOSED", "this memory was closed while texts were being embedded"),
    );
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      do {
        this.#again = false;
        while ((await this.#round({ early: false })) !== undefined);
      } while (this.#again && !this.#stopping.signal.aborted);
      await this.#schedule();
    } catch (error) {
      if (!this.#stopping.signal.aborted) {
        this.#logger.error?.("the queue stopped until the next write", {
          task: this.#job.task,
          error: reason(error),
        });
      }
    }
  }

  async #schedule(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { nextDue } = await this.#store.queue(this.#job.task);
    if (nextDue === null || this.#stopping.signal.aborted) return;
    clearTimeout(this.#timer);
    const wait = Math.min(longestDelayMs, Math.max(20, nextDue - this.#clock()));
    this.#timer = setTimeout(() => this.wake(), wait);
    // A waiting retry must not keep a finished program alive.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  /** Claims and works off some entries. Answers how many succeeded, or `undefined` when there were none to claim. */
  async #round({ early }: { early: boolean }): Promise<number | undefined> {
    if (this.#stopping.signal.aborted) return undefined;
    const { task, batch } = this.#job;
    const limit = batch * parallelBatches;
    const entries = await this.#store.claim(task, { now: this.#clock(), leaseMs, limit, early });
    if (entries.length === 0) return undefined;
    const failures = (
      await Promise.all(this.#batches(entries).map((members) => this.#attempt(members)))
    ).flat();
    if (this.#stopping.signal.aborted) {
      await this.#giveBack(failures);
      return undefined;
    }
    for (const failure of failures) await this.#postpone(failure);
    if (failures.length > 0) {
      this.#logger.warn?.("some texts could not be processed and will be tried again", {
        task,
        texts: failures.length,
        error: reason(failures[0]?.error),
      });
    }
    return entries.length - failures.length;
  }

  /** Texts that failed before go in smaller company each time, so that a bad one ends up alone. */
  #batches(entries: readonly QueueEntry[]): QueueEntry[][] {
    const batches: QueueEntry[][] = [];
    for (const members of Map.groupBy(entries, (entry) => entry.attempts).values()) {
      const size = Math.max(1, this.#job.batch >> (2 * (members[0] as QueueEntry).attempts));
      for (let start = 0; start < members.length; start += size)
        batches.push(members.slice(start, start + size));
    }
    return batches;
  }

  /** Saves what succeeds; answers what failed. */
  async #attempt(entries: QueueEntry[]): Promise<Failure[]> {
    const first = await this.#call(entries);
    if (first.error === undefined || entries.length === 1) return first.failures;
    const middle = entries.length >> 1;
    const halves = [entries.slice(0, middle), entries.slice(middle)];
    const left = await this.#call(halves[0] as QueueEntry[]);
    const right = await this.#call(halves[1] as QueueEntry[]);
    // Both halves refused: that is the provider, and more calls would only burden it.
    if (left.error !== undefined && right.error !== undefined) return [...left.failures, ...right.failures];
    const failures: Failure[] = [];
    for (const [half, outcome] of [
      [halves[0], left],
      [halves[1], right],
    ] as [QueueEntry[], typeof left][])
      failures.push(
        ...(outcome.error === undefined || half.length === 1 ? outcome.failures : await this.#split(half)),
      );
    return failures;
  }

  /** A batch that failed while its neighbour succeeded holds a bad text: halve it without another call for the whole. */
  async #split(entries: QueueEntry[]): Promise<Failure[]> {
    const middle = entries.length >> 1;
    return [
      ...(await this.#attempt(entries.slice(0, middle))),
      ...(await this.#attempt(entries.slice(middle))),
    ];
  }

  async #call(entries: QueueEntry[]): Promise<{ failures: Failure[]; error?: unknown }> {
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(callLimitMs)]);
    let outcomes: Awaited<ReturnType<Job<Result>["perform"]>>;
    try {
      signal.throwIfAborted();
      outcomes = await this.#job.perform(entries, signal);
    } catch (error) {
      // What was said of a whole batch is no verdict on each text in it.
      const alone = entries.length === 1;
      const failures = entries.map((entry) => ({ entry, error, permanent: alone && isPermanent(error) }));
      return { failures, error: error ?? new Error("rejected") };
    }
    const done: { entry: QueueEntry; result: Result }[] = [];
    const failures: Failure[] = [];
    for (const [index, entry] of entries.entries()) {
      const outcome = outcomes[index];
      if (outcome !== undefined && "result" in outcome) done.push({ entry, result: outcome.result });
      else failures.push({ entry, error: outcome?.fault, permanent: isPermanent(outcome?.fault) });
    }
    await this.#job.save(done);
    return { failures };
  }

  async #postpone({ entry, error, permanent }: Failure): Promise<void> {
    const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(entry.attempts, 20));
    await this.#store.postpone(this.#job.task, [entry], {
      dueAt: this.#clock() + Math.max(retryAfterMs(error), Math.ceil(ceiling * (0.5 + Math.random() / 2))),
      error: reason(error),
      failed: permanent || (entry.attempts >= suspiciousAttempts && (await this.#works())),
    });
  }

  async #giveBack(failures: readonly Failure[]): Promise<void> {
    for (const { entry, error } of failures)
      await this.#store.postpone(this.#job.task, [entry], {
        dueAt: this.#clock(),
        error: reason(error),
        failed: false,
      });
  }

  async #works(): Promise<boolean> {
    try {
      await this.#job.probe(AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(callLimitMs)]));
      return true;
    } catch {
      return false;
    }
  }
}

function isPermanent(error: unknown): boolean {
  return SouvenirError.is(error) && error.details.permanent === true;
}

function retryAfterMs(error: unknown): number {
  const wait = SouvenirError.is(error) ? error.details.retryAfterMs : undefined;
  return typeof wait === "number" && wait > 0 ? Math.min(wait, longestDelayMs) : 0;
}

/** Messages of providers may quote the text; only the kind of a foreign error is kept. */
function reason(error: unknown): string {
  if (SouvenirError.is(error)) return `${error.code}: ${error.message}`;
  if (error instanceof Error) {
    const status =
      (error as { statusCode?: unknown; status?: unknown }).statusCode ??
      (error as { status?: unknown }).status;
    return typeof status === "number" ? `${error.name} (status ${status})` : error.name;
  }
  return "the provider rejected without an error";
}
