import { documentMark } from "../documents/record.ts";
import { raceAbort } from "../embedders/embed.ts";
import { SouvenirError } from "../errors.ts";
import { inSlices } from "../event-loop.ts";
import { firstAbort } from "../queue/first-abort.ts";
import { Stopping } from "../queue/stopping.ts";
import { misconfiguration, reason, retryAfterMs } from "../queue/worker.ts";
import { isGone } from "../records.ts";
import { isFact } from "../store/fact-mark.ts";
import { isHeldBack } from "../store/standing.ts";
import type { QueueEntry, RecordWrite, Store, StoredRecord } from "../store/store.ts";
import { estimateTokens } from "../tokens.ts";
import type { Logger, MemoryStats } from "../types.ts";
import { disposed, type ExistingFact, type FactDraft, type Refused } from "./dispose.ts";
import { FactBatches } from "./fact-batches.ts";
import { changeWrites, type WriteAnew } from "./fact-change.ts";
import type { FactOptions, FactUsage } from "./fact-extractor.ts";
import { type DraftedRun, draftedRun, isEmptyRun, writesOf } from "./fact-run.ts";
import { firstWindow, isPerson, type ReadWindow, readWindow, saidIn, type Waiting } from "./fact-window.ts";
import { type FactThere, saidAgain } from "./said-again.ts";
import { BudgetUsedUp, TokenBudget } from "./token-budget.ts";

const task = "facts";
/** A thread in which nothing was said for so long is taken to be over, in milliseconds. */
const defaultIdleMs = 10 * 60_000;
/** So much of a thread is read without waiting for its end, and in one call at most. */
const defaultWindowTokens = 2_000;
/** What instructions and the form of the answer cost, in tokens from above. */
const instructionTokens = 1_800;
const callLimitMs = 100_000;
const leaseMs = 120_000;
const dayMs = 86_400_000;
const firstPauseMs = 1_000;
const longestPauseMs = 10 * 60_000;
/** The clock may be moved: it is looked at so often at least. */
const longestTimerMs = 60_000;
/** Turns that are taken at a time: of one thread, and of all. */
const turnsAtOnce = 256;
const turnsOfAll = 1_024;
/** Times that a window is read again because others wrote to it meanwhile. */
const conflictsBorne = 5;
const rememberedThreads = 10_000;

export interface FactKeeperParts extends FactOptions {
  store: Store;
  clock: () => number;
  logger: Logger;
  /** Facts that may speak of what a text speaks of, and those that may say what was found. */
  known: (namespace: string, text: string) => Promise<ExistingFact[]>;
  like: (namespace: string, drafts: readonly FactDraft[]) => Promise<FactThere[]>;
  /** Names in a sentence that have to be said where it comes from. */
  namesIn: (text: string) => string[];
  /** What a memory checks and finds of a text that is set. */
  toWrite: Parameters<typeof writesOf>[1];
  anew: WriteAnew;
  commit: (
    writes: readonly RecordWrite[],
    options: { done: { task: "facts"; entries: readonly QueueEntry[] } },
  ) => Promise<unknown>;
}

/** What a call works on: what is due, or all that waits. */
interface Wanted {
  of?: { namespace: string; thread?: string | null };
  forced: boolean;
  dryRun: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * Looks for facts in what was said, after the write and apart from it. What waits stands in the queue of the store, entered
 * by the write itself; a window leaves it in the transaction that writes its facts, so that it is read once, whoever dies
 * when.
 */
export class FactKeeper {
  readonly #parts: FactKeeperParts;
  readonly #idleMs: number;
  readonly #windowTokens: number;
  readonly #stopping = new Stopping();
  /** Tokens said in threads since they were last read, as far as this process knows: makes it quicker, and nothing else. */
  readonly #gathered = new Map<string, number>();
  readonly #refused: Refused = {};
  readonly #budget: TokenBudget;
  /** Where the extractor has them: conversations that are over are read in jobs. */
  readonly #batches: FactBatches | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failedRounds = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #misconfigured: SouvenirError | undefined;

  constructor(parts: FactKeeperParts) {
    this.#parts = parts;
    this.#budget = new TokenBudget(parts);
    this.#idleMs = parts.idleMs ?? defaultIdleMs;
    this.#windowTokens = parts.windowTokens ?? defaultWindowTokens;
    const { batch } = parts.extractor;
    if (batch === undefined) return;
    this.#batches = new FactBatches({
      ...{ store: parts.store, clock: parts.clock, batch, budget: this.#budget, stopping: this.#stopping },
      instructionTokens,
      open: (waiting) => this.#open(waiting, false),
      settle: (waiting, window, proposals, usage) => this.#settle(waiting, window, proposals, usage, false),
      read: (waiting) => this.#read(waiting, { forced: true, dryRun: false }, []),
      giveBack: async (waiting) => {
        for (const members of Map.groupBy(waiting, threadOf).values())
          await this.#giveBack(members, Math.max(parts.clock(), this.#idleAt(members)));
      },
      withRecords: async (entries) => (await this.#byThread(entries)).flat(),
    });
  }

  get usage(): FactUsage {
    const { calls, inputTokens, outputTokens } = this.#parts.extractor.usage;
    return { calls, inputTokens, outputTokens };
  }

  async stats(): Promise<NonNullable<MemoryStats["facts"]>> {
    const today = await this.#budget.today();
    return {
      usage: { extract: this.usage },
      refused: { ...this.#refused },
      ...(today === undefined ? {} : { today }),
    };
  }

  /** What has to be done before the extractor can work at all, when it was last asked. */
  get misconfigured(): SouvenirError | undefined {
    return this.#misconfigured;
  }

  /** A write as it goes into the store: with its place in the queue. */
  queued(write: RecordWrite): RecordWrite {
    // A document is data of a program, and a fact is made of others: nobody's words.
    if (!isPerson(write.role) || Object.hasOwn(write.metadata, documentMark) || isFact(write)) return write;
    if (isHeldBack(write)) return write;
    return { ...write, later: { task, dueAt: write.now + this.#idleMs } };
  }

  /** What was written. Returns at once. */
  written(writes: readonly RecordWrite[]): void {
    let isEnough = false;
    for (const { namespace, thread, value, later } of writes) {
      if (later === undefined) continue;
      const name = JSON.stringify([namespace, thread]);
      if (this.#gathered.size >= rememberedThreads) this.#gathered.clear();
      const tokens = (this.#gathered.get(name) ?? 0) + estimateTokens(value);
      this.#gathered.set(name, tokens);
      isEnough ||= tokens >= this.#windowTokens;
    }
    if (isEnough || this.#timer === undefined) this.wake();
  }

  /** There may be something to do. Returns at once. */
  wake(): void {
    if (this.#stopping.stopped || this.#parts.store.readOnly) return;
    this.due().catch((error: unknown) => {
      if (!this.#stopping.stopped)
        this.#parts.logger.warn?.("no facts were looked for; it is tried again later", {
          error: reason(error),
        });
    });
  }

  /** Reads what is due by the clock. */
  async due(signal?: AbortSignal): Promise<void> {
    if (this.#parts.store.readOnly) return;
    await this.#alone(async () => {
      try {
        if (this.#isPaused()) return;
        const enough = [...this.#gathered].filter(([, tokens]) => tokens >= this.#windowTokens);
        for (const [name] of enough) {
          const [namespace, thread] = JSON.parse(name) as [string, string | null];
          await this.#work({ of: { namespace, thread }, forced: false, dryRun: false, signal });
          this.#gathered.delete(name);
        }
        await this.#work({ forced: false, dryRun: false, signal });
      } finally {
        await this.#schedule();
      }
    });
  }

  /** Reads all that waits, whether or not its time has come. Answers what came of it. */
  async consolidate(wanted: Pick<Wanted, "of" | "dryRun" | "signal">): Promise<DraftedRun[]> {
    return this.#alone(() => this.#work({ ...wanted, forced: true }));
  }

  /** Lets the call under way fail and waits for it. What it was about stays in the queue. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stopping.stop(new SouvenirError("CLOSED", "this memory was closed while facts were looked for"));
    await this.#last.catch(() => undefined);
  }

  /** One after the other: what a call has used is told by what the extractor had used before. */
  #alone<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const running = this.#last.catch(() => undefined).then(work);
    this.#last = running;
    return running;
  }

  async #schedule(): Promise<void> {
    if (this.#stopping.stopped) return;
    const { store, clock } = this.#parts;
    const next = this.#isPaused() ? this.#pausedUntil : await store.nextDue(task);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (next === null || this.#stopping.stopped) return;
    const wait = Math.min(longestTimerMs, Math.max(20, next - clock()));
    this.#timer = setTimeout(() => this.wake(), wait);
    // What waits must not keep a finished program alive.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  #isPaused(): boolean {
    const left = this.#pausedUntil - this.#parts.clock();
    return left > 0 && left <= dayMs;
  }

  async #work(wanted: Wanted): Promise<DraftedRun[]> {
    const { clock, logger } = this.#parts;
    const runs: DraftedRun[] = [];
    /** What was taken and neither left the queue nor was put back. */
    const taken = new Map<number, Waiting>();
    const tried = new Set<number>();
    /** Windows that are to be read in a job. */
    const batched: Waiting[][] = [];
    let conflicts = 0;
    try {
      for (;;) {
        const threads = await (wanted.forced ? this.#all(wanted, tried) : this.#longestDue(wanted));
        if (threads.length === 0) {
          await this.#submit(batched, taken);
          return runs;
        }
        for (const each of threads.flat()) taken.set(each.entry.id, each);
        for (let rest of threads)
          while (rest.length > 0) {
            if (this.#stopping.stopped || wanted.signal?.aborted) return runs;
            if (this.#batches !== undefined && !wanted.forced) {
              rest = await this.#intoBatch(rest, batched, taken);
              continue;
            }
            const window = firstWindow(rest, this.#windowTokens);
            rest = rest.slice(window.length);
            try {
              await this.#read(window, wanted, runs);
              this.#failedRounds = 0;
              this.#misconfigured = undefined;
              for (const { entry } of window) {
                tried.add(entry.id);
                if (!wanted.dryRun) taken.delete(entry.id);
              }
            } catch (error) {
              // Nobody failed: it waits as before.
              if (wanted.signal?.aborted) return runs;
              if (!isConflict(error) || conflicts === conflictsBorne) {
                await this.#later([...taken.values()], error);
                taken.clear();
                if (this.#misconfigured !== undefined && wanted.forced) throw this.#misconfigured;
                logger.warn?.("no facts were found in a conversation yet; it is tried again later", {
                  error: reasonOf(error),
                });
                return runs;
              }
              // Somebody wrote to it meanwhile: it is read again as it is now.
              conflicts += 1;
              await this.#giveBack(window, clock());
              for (const { entry } of window) taken.delete(entry.id);
            }
          }
      }
    } finally {
      for (const [, members] of Map.groupBy(taken.values(), threadOf))
        await this.#giveBack(members, Math.max(clock(), this.#idleAt(members)));
      wanted.signal?.throwIfAborted();
    }
  }

  /** Takes the turns of a thread out of a job, or puts them into the next one. */
  async #intoBatch(
    waiting: readonly Waiting[],
    batched: Waiting[][],
    taken: Map<number, Waiting>,
  ): Promise<Waiting[]> {
    try {
      if (await this.#batches?.collect(waiting)) {
        for (const { entry } of waiting) taken.delete(entry.id);
        return [];
      }
    } catch (error) {
      await this.#later(waiting, error);
      for (const { entry } of waiting) taken.delete(entry.id);
      return [];
    }
    for (let rest = [...waiting]; rest.length > 0; ) {
      const window = firstWindow(rest, this.#windowTokens);
      batched.push(window);
      rest = rest.slice(window.length);
    }
    return [];
  }

  async #submit(batched: readonly Waiting[][], taken: Map<number, Waiting>): Promise<void> {
    if (batched.length === 0) return;
    const rest = await this.#batches?.submit(batched);
    if (rest !== undefined) {
      const { left, error } = rest;
      const entries = left.flat().map(({ entry }) => entry);
      // What was handed over is not held up by what waits for tomorrow.
      if (error instanceof BudgetUsedUp)
        await this.#parts.store.postpone(task, entries, {
          dueAt: error.until,
          error: error.message,
          failed: false,
        });
      else await this.#later(left.flat(), error);
    }
    for (const { entry } of batched.flat()) taken.delete(entry.id);
  }

  /** All that waits, by thread, but for what was tried. */
  async #all({ of }: Wanted, tried: ReadonlySet<number>): Promise<Waiting[][]> {
    const { store, clock } = this.#parts;
    const entries = await store.claim(task, {
      now: clock(),
      leaseMs,
      limit: turnsOfAll + tried.size,
      early: true,
      ...(of === undefined ? {} : { of }),
    });
    return this.#byThread(entries.filter(({ id }) => !tried.has(id)));
  }

  /** All that waits of the thread that has waited longest, when that is over or has grown long. */
  async #longestDue({ of }: Wanted): Promise<Waiting[][]> {
    const { store, clock } = this.#parts;
    for (;;) {
      const lease = { now: clock(), leaseMs };
      const longestWaitMs = Math.max(this.#idleMs, dayMs) + leaseMs;
      const [entry] = of === undefined ? await store.claim(task, { ...lease, limit: 1, longestWaitMs }) : [];
      if (of === undefined && entry === undefined) return [];
      const [record] = entry === undefined ? [] : await store.read(entry.namespace, [entry.id]);
      // Erased since: its entry is gone too.
      if (of === undefined && record === undefined) continue;
      const place = of ?? { namespace: record?.namespace ?? "", thread: record?.thread ?? null };
      const entries = await store.claim(task, { ...lease, limit: turnsAtOnce, early: true, of: place });
      const [waiting] = await this.#byThread(entries);
      if (waiting === undefined) {
        if (of === undefined) continue;
        return [];
      }
      if (this.#isClosed(waiting)) return [waiting];
      await this.#giveBack(waiting, this.#idleAt(waiting));
      if (of !== undefined) return [];
    }
  }

  /** With their records, in the order in which they were said. */
  async #byThread(entries: readonly QueueEntry[]): Promise<Waiting[][]> {
    const waiting: Waiting[] = [];
    for (const [namespace, members] of Map.groupBy(entries, (entry) => entry.namespace)) {
      const ids = members.map(({ id }) => id);
      const records = new Map<number, StoredRecord>();
      for (const record of await this.#parts.store.read(namespace, ids)) records.set(record.id, record);
      for (const entry of members) {
        const record = records.get(entry.id);
        if (record !== undefined) waiting.push({ entry, record });
      }
    }
    return Array.from(Map.groupBy(waiting, threadOf).values(), (members) =>
      members.sort(
        ({ record: left }, { record: right }) => left.createdAt - right.createdAt || left.id - right.id,
      ),
    );
  }

  #idleAt(waiting: readonly Waiting[]): number {
    return Math.max(...waiting.map(({ record }) => record.updatedAt)) + this.#idleMs;
  }

  #isClosed(waiting: readonly Waiting[]): boolean {
    if (this.#idleAt(waiting) <= this.#parts.clock()) return true;
    const tokens = waiting.reduce((sum, { record }) => sum + estimateTokens(record.value), 0);
    return tokens >= this.#windowTokens;
  }

  /**
   * Reads a window. One that the model makes nothing of is halved, as often as it takes to find one bad turn among the
   * others; what cannot be read then is given up.
   */
  async #read(waiting: readonly Waiting[], wanted: Wanted, runs: DraftedRun[]): Promise<void> {
    const parts = [waiting];
    for (let left = 2 + 2 * Math.ceil(Math.log2(waiting.length)); ; left -= 1) {
      const part = parts.shift();
      if (part === undefined) return;
      try {
        const run = await this.#readOnce(part, wanted);
        if (run !== undefined) runs.push(run);
      } catch (error) {
        if (!isAboutWindow(error)) throw error;
        const middle = Math.ceil(part.length / 2);
        if (left === 1) {
          await this.#giveUp([...part, ...parts.flat()], error);
          return;
        }
        if (part.length > 1) parts.unshift(part.slice(0, middle), part.slice(middle));
        else if (waiting.length > 1) await this.#giveUp(part, error);
        // One that was alone from the beginning is tried twice.
        else parts.unshift(part);
      }
    }
  }

  async #readOnce(waiting: readonly Waiting[], wanted: Wanted): Promise<DraftedRun | undefined> {
    const window = await this.#open(waiting, wanted.dryRun);
    if (window === undefined) return undefined;
    const before = this.usage;
    const proposals = await this.#extract(window, wanted.signal);
    return this.#settle(waiting, window, proposals, difference(this.usage, before), wanted.dryRun);
  }

  /** The turns as they are read; `undefined` where nothing is said in them any more, and they leave the queue. */
  async #open(waiting: readonly Waiting[], dryRun: boolean): Promise<ReadWindow | undefined> {
    const { store, clock, known, commit } = this.#parts;
    const now = clock();
    const there = waiting.filter(({ record }) => !isGone(record, now) && saidIn(record) !== "");
    if (there.length === 0) {
      if (!dryRun) await commit([], doneWith(waiting));
      return undefined;
    }
    const namespace = there[0]?.record.namespace ?? "";
    const text = there.map(({ record }) => saidIn(record)).join("\n");
    return readWindow(store, there, await known(namespace, text), now);
  }

  /** What of an answer becomes facts, written as the turns leave the queue. */
  async #settle(
    waiting: readonly Waiting[],
    window: ReadWindow,
    proposals: readonly unknown[],
    usage: FactUsage,
    dryRun: boolean,
  ): Promise<DraftedRun> {
    const { store, clock, like, namesIn, toWrite, anew, commit, extractor } = this.#parts;
    const namespace = waiting[0]?.record.namespace ?? "";
    const { facts: found, refused } = disposed(proposals, window, {
      newKey: () => `fact:${crypto.randomUUID()}`,
      namesIn,
    });
    const { facts, changes, repeated } = await inSlices(
      saidAgain(found, await like(namespace, found), namesIn),
    );
    if (repeated > 0) refused.repeated = (refused.repeated ?? 0) + repeated;
    const run = draftedRun({
      ...{ namespace, extractor: extractor.id, at: clock() },
      ...{ facts, changes, refused, usage },
    });
    if (!dryRun) {
      const writes = isEmptyRun(run) ? [] : writesOf(run, toWrite);
      await commit([...(await changeWrites(store, run.id, changes, anew)), ...writes], doneWith(waiting));
      for (const [why, count] of Object.entries(refused) as [keyof Refused, number][])
        this.#refused[why] = (this.#refused[why] ?? 0) + count;
    }
    return run;
  }

  /** Asks the extractor, with what the call may cost set aside from the budget of the day. */
  async #extract({ shown, tokens }: ReadWindow, signal: AbortSignal | undefined): Promise<unknown[]> {
    const { extractor } = this.#parts;
    const { tokens: maxTokens, settle } = await this.#budget.setAside(tokens + instructionTokens);
    const before = this.usage;
    try {
      const proposals: unknown = await this.#stopping.run(callLimitMs, (own) => {
        const either = signal === undefined ? own : firstAbort(own, signal);
        return raceAbort(extractor.extract(shown, { signal: either, maxTokens }), either);
      });
      if (Array.isArray(proposals)) return proposals;
      throw new SouvenirError("EXTRACTOR_FAILED", `${extractor.id}: expected a list of proposals`, {
        details: { permanent: true },
      });
    } finally {
      const { inputTokens, outputTokens } = difference(this.usage, before);
      await settle(inputTokens + outputTokens);
    }
  }

  async #giveBack(waiting: readonly Waiting[], dueAt: number): Promise<void> {
    if (waiting.length === 0) return;
    const entries = waiting.map(({ entry }) => entry);
    await this.#parts.store.postpone(task, entries, { dueAt, error: null, failed: false });
  }

  async #giveUp(waiting: readonly Waiting[], error: unknown): Promise<void> {
    const entries = waiting.map(({ entry }) => entry);
    const outcome = { dueAt: this.#parts.clock(), error: reasonOf(error), failed: true };
    await this.#parts.store.postpone(task, entries, outcome);
  }

  /** The provider, or the budget: no turn is to blame, and all wait. */
  async #later(waiting: readonly Waiting[], error: unknown): Promise<void> {
    const { store, clock } = this.#parts;
    if (this.#stopping.stopped) return this.#giveBack(waiting, clock());
    this.#misconfigured = misconfiguration(error, task);
    if (error instanceof BudgetUsedUp) this.#pausedUntil = error.until;
    else {
      const asked = retryAfterMs(error);
      const pause = Math.min(
        longestPauseMs,
        Math.max(asked, firstPauseMs * 2 ** Math.min(20, this.#failedRounds)),
      );
      this.#failedRounds += 1;
      this.#pausedUntil = clock() + pause;
    }
    if (waiting.length === 0) return;
    const entries = waiting.map(({ entry }) => entry);
    const dueAt = this.#misconfigured === undefined ? this.#pausedUntil : clock();
    await store.postpone(task, entries, { dueAt, error: reasonOf(error), failed: false });
  }
}

function difference(after: FactUsage, before: FactUsage): FactUsage {
  return {
    calls: after.calls - before.calls,
    inputTokens: after.inputTokens - before.inputTokens,
    outputTokens: after.outputTokens - before.outputTokens,
  };
}

function doneWith(waiting: readonly Waiting[]): { done: { task: "facts"; entries: QueueEntry[] } } {
  return { done: { task, entries: waiting.map(({ entry }) => entry) } };
}

function threadOf({ record: { namespace, thread } }: Waiting): string {
  return JSON.stringify([namespace, thread]);
}

function isConflict(error: unknown): boolean {
  return SouvenirError.is(error) && error.code === "VERSION_CONFLICT";
}

function isAboutWindow(error: unknown): boolean {
  return SouvenirError.is(error) && error.details.permanent === true;
}

function reasonOf(error: unknown): string {
  return error instanceof BudgetUsedUp ? error.message : reason(error);
}
