import { raceAbort } from "../embedders/embed.ts";
import { SouvenirError } from "../errors.ts";
import type { QueueEntry, Store, Task } from "../store/store.ts";
import type { Logger } from "../types.ts";
import { Stopping } from "./stopping.ts";

/** Long enough for the slowest provider, short enough that the entries of a killed process are not held for long. */
const leaseMs = 90_000;
const callLimitMs = 60_000;
const firstDelayMs = 1_000;
const longestDelayMs = 10 * 60_000;
/** Failed attempts after which a text is given up if the provider works for another one. */
const suspiciousAttempts = 4;
const parallelBatches = 4;
/** No entry waits longer, nor does a lease last longer: one that is due later was written by a clock that was ahead. */
const longestWaitMs = longestDelayMs + leaseMs;

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
 * Works off one task of the queue: batches, retries with exponential backoff and jitter, isolates a text that
 * the provider refuses, and never lets it block the others.
 */
export class QueueWorker<Result> {
  readonly #store: Store;
  readonly #job: Job<Result>;
  readonly #clock: () => number;
  readonly #logger: Logger;
  readonly #stopping = new Stopping();
  #running: Promise<unknown> | undefined;
  /** When it last did something, in milliseconds. */
  #aliveAt = 0;
  #again = false;
  /** Rounds in a row in which the provider did nothing, and how long it is left alone for that. */
  #failedRounds = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #misconfigured: SouvenirError | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Who wants to know when nothing is left. */
  readonly #waiting = new Set<() => void>();

  constructor(options: { store: Store; job: Job<Result>; clock: () => number; logger: Logger }) {
    this.#store = options.store;
    this.#job = options.job;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** What has to be done before the provider can work at all, when it was last asked. */
  get misconfigured(): SouvenirError | undefined {
    return this.#misconfigured;
  }

  /** Whether the provider did nothing when it was last asked. */
  get providerIsDown(): boolean {
    return this.#failedRounds > 0;
  }

  /** There may be something to do. Returns at once. */
  wake(): void {
    if (this.#stopping.stopped || this.#store.readOnly) return;
    if (this.#isRunning()) {
      this.#again = true;
      return;
    }
    void this.#begin(this.#run()).then(() => {
      // Woken when it had looked for the last time.
      if (this.#again) this.wake();
    });
  }

  #begin(work: Promise<unknown>): Promise<void> {
    this.#aliveAt = performance.now();
    const running = work
      .catch(() => undefined)
      .then(() => {
        if (this.#running === running) this.#running = undefined;
      });
    this.#running = running;
    return running;
  }

  /** At the edge, what a request began ends with the request, without a word: then others go on in its place. */
  #isRunning(): boolean {
    return this.#running !== undefined && performance.now() - this.#aliveAt < leaseMs;
  }

  async #settled(): Promise<void> {
    while (this.#isRunning()) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const moment = new Promise((done) => {
        timer = setTimeout(done, 1_000);
      });
      await Promise.race([this.#running, moment]);
      clearTimeout(timer);
    }
  }

  /**
   * Tries everything in the queue now, also what waits for a later attempt, until nothing is left, nothing succeeds or
   * `signal` is aborted.
   */
  async drain(options: { signal?: AbortSignal; onProgress?: (done: number) => void } = {}): Promise<void> {
    if (this.#store.readOnly) return;
    const stopped = () => this.#stopping.stopped || options.signal?.aborted === true;
    let succeeded = 1;
    while (succeeded > 0 && !stopped()) {
      await this.#settled();
      const round = this.#round({ early: true });
      void this.#begin(round);
      succeeded = (await round) ?? 0;
      options.onProgress?.(succeeded);
    }
    this.wake();
  }

  /**
   * Works in the background, as the provider allows, and resolves when nothing is left but what was given up. Rejects with
   * the reason of `signal`.
   */
  async finish(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    this.wake();
    try {
      await raceAbort(promise, signal);
    } finally {
      this.#waiting.delete(resolve);
    }
  }

  /** Lets the calls under way fail and waits for them. What they were about stays in the queue. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stopping.stop(
      new SouvenirError("CLOSED", "this memory was closed while texts were being embedded"),
    );
    await this.#settled();
  }

  async #run(): Promise<void> {
    try {
      do {
        this.#again = false;
        while ((await this.#round({ early: false })) !== undefined);
      } while (this.#again && !this.#stopping.stopped);
      await this.#schedule();
    } catch (error) {
      if (!this.#stopping.stopped) {
        this.#logger.error?.("the queue stopped until the next write", {
          task: this.#job.task,
          error: reason(error),
        });
      }
    }
  }

  async #schedule(): Promise<void> {
    if (this.#stopping.stopped) return;
    // In a pause every write comes by here, and counting a long queue would make each of them slow.
    const next = this.#isPaused() ? this.#pausedUntil : await this.#store.nextDue(this.#job.task);
    if (next === null) for (const done of this.#waiting) done();
    if (next === null || this.#stopping.stopped) return;
    clearTimeout(this.#timer);
    const wait = Math.min(longestDelayMs, Math.max(20, next - this.#clock()));
    this.#timer = setTimeout(() => this.wake(), wait);
    // A waiting retry must not keep a finished program alive.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  /** Claims and works off some entries. Answers how many succeeded, or `undefined` when there were none to claim. */
  async #round({ early }: { early: boolean }): Promise<number | undefined> {
    if (this.#stopping.stopped) return undefined;
    // New texts are no reason to trouble a provider that asked for a pause.
    if (!early && this.#isPaused()) return undefined;
    const { task, batch } = this.#job;
    const limit = batch * parallelBatches;
    const entries = await this.#store.claim(task, {
      now: this.#clock(),
      leaseMs,
      limit,
      early,
      longestWaitMs,
    });
    if (entries.length === 0) return undefined;
    const provider = new ProviderHealth(() => this.#probe());
    const batches: QueueEntry[][] = [];
    for (let start = 0; start < entries.length; start += batch)
      batches.push(entries.slice(start, start + batch));
    const failures = (await Promise.all(batches.map((members) => this.#attempt(members, provider)))).flat();
    if (this.#stopping.stopped) {
      await this.#giveBack(failures);
      return undefined;
    }
    await this.#postpone(failures, provider);
    this.#misconfigured =
      failures.length < entries.length
        ? undefined
        : failures.map(({ error }) => misconfiguration(error, task)).find((found) => found !== undefined);
    if (failures.length < entries.length || (await provider.works())) {
      this.#failedRounds = 0;
      this.#pausedUntil = Number.NEGATIVE_INFINITY;
    } else {
      this.#failedRounds += 1;
      const asked = failures.reduce((most, { error }) => Math.max(most, retryAfterMs(error)), 0);
      this.#pausedUntil = this.#clock() + Math.max(asked, backoff(this.#failedRounds - 1));
    }
    if (failures.length > 0) {
      this.#logger.warn?.("some texts could not be processed and will be tried again", {
        task,
        texts: failures.length,
        error: reason(failures[0]?.error),
      });
    }
    return entries.length - failures.length;
  }

  /** Saves what succeeds; answers what failed. A batch that fails as a whole is halved until the bad text is alone. */
  async #attempt(entries: QueueEntry[], provider: ProviderHealth): Promise<Failure[]> {
    const { failures, error } = await this.#call(entries);
    if (isRateLimit(error) || misconfiguration(error, this.#job.task)) provider.isDown = true;
    // Is it one of the texts, or the provider? More calls would only burden that.
    if (error === undefined || entries.length === 1 || !(await provider.works())) return failures;
    const middle = entries.length >> 1;
    return [
      ...(await this.#attempt(entries.slice(0, middle), provider)),
      ...(await this.#attempt(entries.slice(middle), provider)),
    ];
  }

  async #call(entries: QueueEntry[]): Promise<{ failures: Failure[]; error?: unknown }> {
    this.#aliveAt = performance.now();
    let outcomes: Awaited<ReturnType<Job<Result>["perform"]>>;
    try {
      outcomes = await this.#stopping.run(callLimitMs, (signal) => this.#job.perform(entries, signal));
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

  async #postpone(failures: readonly Failure[], provider: ProviderHealth): Promise<void> {
    const suspicious = ({ entry, error }: Failure) =>
      entry.attempts >= suspiciousAttempts && !isRateLimit(error);
    const works = failures.some(suspicious) && (await provider.works());
    await Promise.all(
      failures.map((failure) => {
        const { entry, error } = failure;
        const delay = Math.ceil(backoff(entry.attempts) * (0.5 + Math.random() / 2));
        // Whoever corrects the configuration need not wait: the pause is that of this process.
        const wait = misconfiguration(error, this.#job.task) ? 0 : Math.max(retryAfterMs(error), delay);
        return this.#store.postpone(this.#job.task, [entry], {
          dueAt: this.#clock() + wait,
          error: reason(error),
          failed: failure.permanent || (works && suspicious(failure)),
        });
      }),
    );
  }

  /** Never longer than a pause lasts, also when the clock was set back. */
  #isPaused(): boolean {
    const left = this.#pausedUntil - this.#clock();
    return left > 0 && left <= longestDelayMs;
  }

  async #giveBack(failures: readonly Failure[]): Promise<void> {
    for (const { entry, error } of failures)
      await this.#store.postpone(this.#job.task, [entry], {
        dueAt: this.#clock(),
        error: reason(error),
        failed: false,
      });
  }

  async #probe(): Promise<boolean> {
    try {
      await this.#stopping.run(callLimitMs, (signal) => this.#job.probe(signal));
      return true;
    } catch {
      return false;
    }
  }
}

/** What is known of the provider in one round: once it is down, it is not asked again. */
class ProviderHealth {
  isDown = false;
  readonly #probe: () => Promise<boolean>;

  constructor(probe: () => Promise<boolean>) {
    this.#probe = probe;
  }

  async works(): Promise<boolean> {
    if (!this.isDown && !(await this.#probe())) this.isDown = true;
    return !this.isDown;
  }
}

function backoff(failures: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(failures, 20));
}

/** The provider works, and wants to be left alone for a while: no text is to blame. */
function isRateLimit(error: unknown): boolean {
  return retryAfterMs(error) > 0 || statusOf(error) === 429;
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { statusCode, status, details } = error as {
    statusCode?: unknown;
    status?: unknown;
    details?: { status?: unknown };
  };
  return [statusCode, status, details?.status].find((value) => typeof value === "number") as
    | number
    | undefined;
}

/**
 * The failure as an error that says what to do, when no text and no time will make the provider work: a key that is
 * missing or refused, a model that does not exist.
 */
export function misconfiguration(error: unknown, task: Task): SouvenirError | undefined {
  const known = SouvenirError.is(error) ? error : undefined;
  const status = statusOf(error);
  const refused = status === 401 || status === 403 || status === 404;
  if (!refused && known?.details.misconfigured !== true) return undefined;
  const remedy = status === 404 ? "check its address and the name of its model" : "check its key";
  // Whatever the provider calls it: nothing is wrong with what the caller of `flush` gave.
  return new SouvenirError(
    /^(?:re)?embed:/.test(task)
      ? "EMBEDDER_FAILED"
      : task.startsWith("moderate:")
        ? "MODERATOR_FAILED"
        : "EXTRACTOR_FAILED",
    known?.message ?? `"${task}": the provider answers ${status}; ${remedy}`,
    { details: { ...known?.details, task, misconfigured: true }, cause: known },
  );
}

function isPermanent(error: unknown): boolean {
  return SouvenirError.is(error) && error.details.permanent === true;
}

export function retryAfterMs(error: unknown): number {
  const wait = SouvenirError.is(error) ? error.details.retryAfterMs : undefined;
  return typeof wait === "number" && wait > 0 ? Math.min(wait, longestDelayMs) : 0;
}

/** Messages of providers may quote the text; only the kind of a foreign error is kept. */
export function reason(error: unknown): string {
  if (SouvenirError.is(error)) return `${error.code}: ${error.message}`;
  if (error instanceof Error) {
    const status = statusOf(error);
    return status === undefined ? error.name : `${error.name} (status ${status})`;
  }
  return "the provider rejected without an error";
}
