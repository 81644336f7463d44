import { digest } from "../conversation/content.ts";
import { SouvenirError } from "../errors.ts";
import { inSlices, letOthersRun } from "../event-loop.ts";
import type { FactBook } from "../facts/fact-book.ts";
import { changeWrites, type FactChange, type WriteAnew } from "../facts/fact-change.ts";
import { type DraftedRun, draftedRun, isEmptyRun, writesOf } from "../facts/fact-run.ts";
import { SentenceMeasure } from "../facts/one-fact.ts";
import type { Finding, Indexes } from "../search/open-search.ts";
import { startOf } from "../store/standing.ts";
import type { Store } from "../store/store.ts";
import type { Dreamt, FactRunDetails } from "../types.ts";
import { threadsOver } from "./dream-threads.ts";
import { type DreamSnapshot, dreamer, snapshotOf } from "./snapshot.ts";
import { type DreamDiff, strategies } from "./strategies.ts";
import { summaryOf } from "./thread-summary.ts";

/** Conversations that are summed up in one run: what it writes is written at once. */
const mostSummaries = 100;

export interface DreamerParts {
  store: Store;
  searcher: Finding;
  indexes: Pick<Indexes, "refresh">;
  factBook: FactBook;
  clock: () => number;
  namesIn: (text: string) => string[];
  /** UTF-8 bytes of a memory. */
  valueBytes: number;
  toWrite: Parameters<typeof writesOf>[1];
  anew: WriteAnew;
}

/**
 * Tidies facts up: all that it finds in a snapshot of a namespace is one diff, written at once or not at all. What somebody
 * changes meanwhile is theirs: the diff is discarded then, and nothing has happened.
 */
export class Dreamer {
  readonly #parts: DreamerParts;

  constructor(parts: DreamerParts) {
    this.#parts = parts;
  }

  /** @param namespace - Default: all. */
  async dream(
    namespace: string | undefined,
    { dryRun, signal }: { dryRun: boolean; signal: AbortSignal | undefined },
  ): Promise<Dreamt> {
    const { store, factBook, toWrite } = this.#parts;
    const runs: FactRunDetails[] = [];
    const discarded: string[] = [];
    for (const name of namespace === undefined ? await store.namespaces() : [namespace]) {
      signal?.throwIfAborted();
      await letOthersRun();
      const run = await this.#drafted(name, signal);
      if (isEmptyRun(run)) continue;
      try {
        if (!dryRun) await this.#write(run);
      } catch (error) {
        if (!SouvenirError.is(error) || error.code !== "VERSION_CONFLICT") throw error;
        discarded.push(name);
        continue;
      }
      const details = await factBook.detailsOf(run, toWrite, !dryRun);
      if (details !== undefined) runs.push(details);
    }
    return { runs, discarded };
  }

  async #drafted(namespace: string, signal: AbortSignal | undefined): Promise<DraftedRun> {
    const { clock, namesIn } = this.#parts;
    const measure = new SentenceMeasure(namesIn);
    let snapshot = await snapshotOf(this.#parts, namespace, signal);
    const changes = new Map<string, FactChange>();
    const facts: DreamDiff["facts"] = [];
    for (const strategy of strategies) {
      const diff = await inSlices(strategy(snapshot, measure), signal);
      for (const change of diff.changes) {
        const before = changes.get(change.record.key);
        changes.set(change.record.key, before === undefined ? change : both(before, change));
      }
      facts.push(...diff.facts);
      snapshot = afterwards(snapshot, diff);
    }
    facts.push(...(await this.#summaries(namespace, snapshot.done, signal)));
    return draftedRun({
      ...{ namespace, extractor: dreamer, at: clock(), facts, changes: [...changes.values()] },
      ...{ refused: {}, usage: { calls: 0, inputTokens: 0, outputTokens: 0 } },
    });
  }

  async #summaries(
    namespace: string,
    done: DreamSnapshot["done"],
    signal: AbortSignal | undefined,
  ): Promise<DreamDiff["facts"]> {
    const { valueBytes } = this.#parts;
    const facts: DreamDiff["facts"] = [];
    for await (const thread of threadsOver(this.#parts, namespace, signal)) {
      const summary = await inSlices(summaryOf(thread, valueBytes), signal);
      if (summary === undefined) continue;
      // By what it is of: the same is not made again once it was undone or erased.
      const { subject, sources, createdAt } = summary;
      const key = `summary:${await digest([subject, JSON.stringify(sources), createdAt])}`;
      if (done.has(key) || thread.summaries.some((before) => before.key === key)) continue;
      if (facts.push({ ...summary, key }) === mostSummaries) break;
    }
    return facts;
  }

  async #write(run: DraftedRun): Promise<void> {
    const { store, indexes, toWrite, anew } = this.#parts;
    const changed = await changeWrites(store, run.id, run.changes, anew);
    await store.write([...changed, ...writesOf(run, toWrite)]);
    indexes.refresh(run.namespace);
  }
}

function both(one: FactChange, other: FactChange): FactChange {
  return {
    ...one,
    sources: [...one.sources, ...other.sources],
    supersedes: [...new Set([...one.supersedes, ...other.supersedes])],
    ...(other.mergedInto === undefined ? {} : { mergedInto: other.mergedInto }),
  };
}

/** What the next strategy sees: what was put aside is not there, and what was ended has an end. */
function afterwards({ sides, done }: DreamSnapshot, { changes }: DreamDiff): DreamSnapshot {
  const merged = new Set(
    changes.flatMap(({ record, mergedInto }) => (mergedInto === undefined ? [] : [record.key])),
  );
  const ends = new Map(
    changes.flatMap(({ record, supersedes }) => supersedes.map((key) => [key, record] as const)),
  );
  return {
    done,
    sides: sides.map((side) =>
      side
        .filter(({ record }) => !merged.has(record.key))
        .map((fact) => {
          const record = ends.get(fact.record.key);
          if (record === undefined) return fact;
          const start = startOf(record);
          const end = Math.min(fact.compared.end, start);
          return { ...fact, compared: { ...fact.compared, end }, endedBy: { record, start } };
        }),
    ),
  };
}
