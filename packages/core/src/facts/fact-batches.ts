import { SouvenirError } from "../errors.ts";
import type { Stopping } from "../queue/stopping.ts";
import { runsThread } from "../store/fact-mark.ts";
import type { QueueEntry, RecordWrite, Store, StoredRecord } from "../store/store.ts";
import type { JsonValue, Metadata } from "../types.ts";
import type { SourceTurn } from "./dispose.ts";
import type { BatchedFacts, FactBatch, FactProposal, FactUsage } from "./fact-extractor.ts";
import { type ReadWindow, saidIn, type Waiting } from "./fact-window.ts";
import { existingFacts } from "./known-facts.ts";
import type { TokenBudget } from "./token-budget.ts";

/** How long a call to hand windows over, or to ask for them, may take. */
const callLimitMs = 100_000;
const leaseMs = 120_000;
/** How often a job is asked for. */
const pollMs = 60_000;
/** Windows of one job, and records at the end of the runs of a namespace among which jobs are looked for. */
const mostWindows = 256;
const mostRuns = 512;
const entriesAtOnce = 4_096;

/** What is kept of a job, without words or keys: numbers of records. */
interface BatchMark {
  job: string;
  /** What was set aside from the budget, and when. */
  day: number;
  tokens: number;
  windows: {
    entries: [id: number, revision: number][];
    turns: [id: number, quotable: boolean][];
    known: number[];
  }[];
}

export interface FactBatchesParts {
  store: Store;
  clock: () => number;
  batch: FactBatch;
  budget: TokenBudget;
  stopping: Stopping;
  /** What is asked besides the window, in tokens from above. */
  instructionTokens: number;
  /** `undefined` for turns in which nothing is said any more, which leave the queue. */
  open: (waiting: readonly Waiting[]) => Promise<ReadWindow | undefined>;
  settle: (
    waiting: readonly Waiting[],
    window: ReadWindow,
    proposals: FactProposal[],
    usage: FactUsage,
  ) => Promise<unknown>;
  /** Reads a window by itself. */
  read: (waiting: readonly Waiting[]) => Promise<unknown>;
  /** Puts back what was taken and is in no job. */
  giveBack: (waiting: readonly Waiting[]) => Promise<void>;
  withRecords: (entries: readonly QueueEntry[]) => Promise<Waiting[]>;
}

/**
 * Windows that are read in jobs of a provider, which take from minutes to a day. A job stands in the store, beside the runs
 * of its namespace, and its turns stay in the queue until its facts are written: whoever looks at them next asks for it.
 */
export class FactBatches {
  readonly #parts: FactBatchesParts;
  /** When a job was handed over, or asked for last. */
  readonly #asked = new Map<string, number>();

  constructor(parts: FactBatchesParts) {
    this.#parts = parts;
  }

  /**
   * Hands windows over; those of one namespace are one job.
   * @returns Those that were not, and why.
   */
  async submit(windows: readonly Waiting[][]): Promise<{ left: Waiting[][]; error: unknown } | undefined> {
    const parts: Waiting[][][] = [];
    for (const own of Map.groupBy(windows, ([first]) => first?.record.namespace).values())
      for (let from = 0; from < own.length; from += mostWindows)
        parts.push(own.slice(from, from + mostWindows));
    for (const [place, part] of parts.entries()) {
      const rest = await this.#submit(part);
      if (rest !== undefined) return { ...rest, left: [...rest.left, ...parts.slice(place + 1).flat()] };
    }
    return undefined;
  }

  async #submit(windows: readonly Waiting[][]): Promise<{ left: Waiting[][]; error: unknown } | undefined> {
    const { store, clock, batch, budget, stopping, open, instructionTokens } = this.#parts;
    const opened: { waiting: Waiting[]; window: ReadWindow; tokens: number }[] = [];
    const left: Waiting[][] = [];
    let day = 0;
    let failure: { error: unknown } | undefined;
    try {
      for (const waiting of windows) {
        if (failure !== undefined) {
          left.push(waiting);
          continue;
        }
        const window = await open(waiting);
        if (window === undefined) continue;
        try {
          const aside = await budget.setAside(window.tokens + instructionTokens);
          opened.push({ waiting, window, tokens: aside.tokens });
          day = aside.day;
        } catch (error) {
          // What fits into the budget of the day is handed over.
          failure = { error };
          left.push(waiting);
        }
      }
      if (opened.length > 0) {
        const job = await stopping.run(callLimitMs, (signal) =>
          batch.submit(
            opened.map(({ window }) => window.shown),
            { signal, maxTokens: opened.map(({ tokens }) => tokens) },
          ),
        );
        const mark: BatchMark = {
          ...{ job, day, tokens: opened.reduce((sum, { tokens }) => sum + tokens, 0) },
          windows: opened.map(({ waiting, window }) => ({
            entries: waiting.map(({ entry: { id, revision } }) => [id, revision]),
            turns: window.turns.map(({ id = 0, quotable }) => [id, quotable]),
            known: window.known.map(({ id = 0 }) => id),
          })),
        };
        const namespace = windows[0]?.[0]?.record.namespace ?? "";
        await store.write([batchWrite(namespace, clock(), mark)]);
        this.#asked.set(job, clock());
        await this.#later(opened.flatMap(({ waiting }) => waiting));
      }
    } catch (error) {
      // What was never handed over costs nothing.
      await budget.settle({ day, tokens: opened.reduce((sum, { tokens }) => sum + tokens, 0) }, 0);
      return { left: [...windows], error };
    }
    return failure && { left, ...failure };
  }

  /**
   * Asks for the job that turns of a thread are in, if they are in any. Answers whether they were.
   * @param waiting - Claimed.
   */
  async collect(waiting: readonly Waiting[]): Promise<boolean> {
    const { store, clock, batch, budget, stopping, giveBack } = this.#parts;
    const namespace = waiting[0]?.record.namespace ?? "";
    const named = new Set(waiting.map(({ entry: { id, revision } }) => `${id} ${revision}`));
    for (const record of (await store.tail(namespace, runsThread, mostRuns)).reverse()) {
      const mark = batchOf(record.metadata);
      const isIn = mark?.windows.some(({ entries }) =>
        entries.some(([id, revision]) => named.has(`${id} ${revision}`)),
      );
      if (mark === undefined || isIn !== true) continue;
      // Once for all conversations that are in it.
      const isSoon = Math.abs(clock() - (this.#asked.get(mark.job) ?? Number.NEGATIVE_INFINITY)) < pollMs;
      this.#asked.set(mark.job, isSoon ? (this.#asked.get(mark.job) ?? 0) : clock());
      const answers = isSoon
        ? undefined
        : await stopping.run(callLimitMs, (signal) => batch.collect(mark.job, { signal }));
      if (answers === undefined) {
        await this.#later(waiting);
        return true;
      }
      this.#asked.delete(mark.job);
      const taken = await this.#claimed(namespace);
      for (const [place, window] of mark.windows.entries()) {
        const own = window.entries.flatMap(([id, revision]) => {
          const each = taken.get(id);
          return each?.entry.revision === revision ? [each] : [];
        });
        for (const { entry } of own) taken.delete(entry.id);
        await this.#settle(namespace, window, own, answers[place]);
      }
      const cost = answers.reduce((sum, { usage }) => sum + usage.inputTokens + usage.outputTokens, 0);
      await budget.settle(mark, cost);
      await store.erase(namespace, { records: [{ id: record.id, version: record.version }] });
      await giveBack([...taken.values()]);
      return true;
    }
    return false;
  }

  async #settle(
    namespace: string,
    { entries, turns, known }: BatchMark["windows"][0],
    own: readonly Waiting[],
    answer: BatchedFacts | undefined,
  ): Promise<void> {
    const { store, settle, read } = this.#parts;
    if (own.length === 0) return;
    const records = new Map<number, StoredRecord>();
    for (const record of await store.read(namespace, [...turns.map(([id]) => id), ...known]))
      records.set(record.id, record);
    // What has changed since is not what was read.
    if (own.length < entries.length) return this.#later(own, 0);
    const { proposals, usage } = answer ?? {};
    if (proposals === undefined || usage === undefined) {
      await read(own);
      return;
    }
    const window = {
      turns: turns.map(([id, quotable]) => turnOf(records.get(id), quotable)),
      known: await Promise.all(
        known.map(async (id) => {
          const record = records.get(id);
          const [fact] = record === undefined ? [] : await existingFacts(store, namespace, [record]);
          // Erased since: it keeps its number, and is of no subject.
          return fact ?? { key: "", text: "", subject: "", start: 0 };
        }),
      ),
      shown: { turns: [], known: [] },
      tokens: 0,
    };
    try {
      await settle(own, window, proposals, usage);
    } catch (error) {
      if (!SouvenirError.is(error) || error.code !== "VERSION_CONFLICT") throw error;
      await this.#later(own, 0);
    }
  }

  /** All that waits in a namespace, whoever holds it. */
  async #claimed(namespace: string): Promise<Map<number, Waiting>> {
    const { store, clock, withRecords } = this.#parts;
    const lease = { now: clock(), leaseMs, limit: entriesAtOnce, early: true, of: { namespace } };
    const waiting = await withRecords(await store.claim("facts", lease));
    return new Map(waiting.map((each) => [each.entry.id, each]));
  }

  async #later(waiting: readonly Waiting[], afterMs: number = pollMs): Promise<void> {
    const { store, clock } = this.#parts;
    const entries = waiting.map(({ entry }) => entry);
    if (entries.length > 0)
      await store.postpone("facts", entries, { dueAt: clock() + afterMs, error: null, failed: false });
  }
}

function turnOf(record: StoredRecord | undefined, quotable: boolean): SourceTurn {
  if (record === undefined) return { key: "", version: 0, text: "", createdAt: 0, quotable: false };
  const { id, key, version, createdAt } = record;
  return { id, key, version, createdAt, text: saidIn(record), quotable };
}

function batchOf(metadata: Metadata): BatchMark | undefined {
  const { batch } = Object(metadata.souvenir) as { batch?: unknown };
  return typeof batch === "object" && batch !== null ? (batch as BatchMark) : undefined;
}

function batchWrite(namespace: string, now: number, mark: BatchMark): RecordWrite {
  return {
    ...{ namespace, key: `batch:${crypto.randomUUID()}`, value: "batch", thread: runsThread, role: null },
    metadata: { souvenir: { withdrawn: true, batch: mark as unknown as JsonValue } },
    ...{ tags: [], entities: [], tasks: [], createdAt: now, expiresAt: null, now },
    ...{ existing: "replace", ifVersion: 0, keepVersions: 0 },
  };
}
