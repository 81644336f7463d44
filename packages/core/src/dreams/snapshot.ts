import { Slices } from "../event-loop.ts";
import type { FactSource } from "../facts/fact-extractor.ts";
import { runOf } from "../facts/fact-run.ts";
import { type Compared, sideOf } from "../facts/one-fact.ts";
import { comparedFact } from "../facts/said-again.ts";
import { isExpired, isWithdrawn } from "../records.ts";
import type { Finding } from "../search/open-search.ts";
import { type FactMark, factOf, factPath, isFact, isSummary, runsThread } from "../store/fact-mark.ts";
import { startOf } from "../store/standing.ts";
import type { Store, StoredRecord } from "../store/store.ts";

/** Facts and sources that are read at once. */
const pageSize = 200;
/** Facts of one subject and attribute that are compared, the newest: a few thousand pairs. */
const compared = 64;
/** Runs that are looked at for what was done before. */
const mostRuns = 1_000;

/** A fact as it is when a dream begins. Times in milliseconds since 1970. */
export interface DreamFact {
  record: StoredRecord;
  fact: FactMark;
  compared: Compared;
  start: number;
  /** What it rests on, with when that was said. */
  sources: (FactSource & { createdAt: number })[];
  /** It waits for approval. */
  isWaiting: boolean;
  /** What takes its place. */
  endedBy?: { record: StoredRecord; start: number };
}

/** The facts of a namespace at one moment. */
export interface DreamSnapshot {
  /** Those of one subject and attribute together, oldest first; of which there is only one are left out. */
  sides: readonly (readonly DreamFact[])[];
  /** Names of the changes, and keys of the facts, that earlier dreams have made. */
  done: ReadonlySet<string>;
}

/** What dreams are called in `extractor` of their runs. */
export const dreamer = "dream";

export async function snapshotOf(
  { store, searcher, clock }: { store: Store; searcher: Finding; clock: () => number },
  namespace: string,
  signal: AbortSignal | undefined,
): Promise<DreamSnapshot> {
  const facts: DreamFact[] = [];
  const slices = new Slices();
  const waiting = (await searcher.withdrawn(namespace)).filter(
    (record) => isFact(record) && !isSummary(record),
  );
  for await (const page of both(waiting, pages(searcher, namespace, signal))) {
    signal?.throwIfAborted();
    const there = page.filter((record) => !isExpired(record, clock()));
    const newer = await searcher.superseding(namespace, there);
    const keys = new Set(
      there.flatMap(({ metadata }) => factOf(metadata)?.sources.map(({ key }) => key) ?? []),
    );
    const said = new Map<string, number>();
    for (const source of await store.get(namespace, [...keys]))
      if (source !== undefined) said.set(source.key, source.createdAt);
    for (const record of there) {
      const fact = factOf(record.metadata);
      const by = newer.get(record.id);
      const supersededAt = by === undefined ? undefined : startOf(by);
      const sources =
        fact?.sources.map((source) => ({ ...source, createdAt: said.get(source.key) ?? record.createdAt })) ??
        [];
      const as = comparedFact(
        { record, ...(supersededAt === undefined ? {} : { supersededAt }) },
        Math.max(record.createdAt, ...sources.map(({ createdAt }) => createdAt)),
      );
      if (fact === undefined || as === undefined) continue;
      const endedBy = by === undefined ? {} : { endedBy: { record: by, start: startOf(by) } };
      const own = { record, fact, compared: as, start: startOf(record), sources };
      facts.push({ ...own, isWaiting: isWithdrawn(record), ...endedBy });
      if (slices.over) await slices.next();
    }
  }
  return { sides: sidesOf(facts, compared), done: await doneBefore(store, namespace) };
}

async function* pages(
  searcher: Finding,
  namespace: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredRecord[]> {
  const where = { [factPath("subject")]: { exists: true } };
  for (let after: StoredRecord | undefined; ; ) {
    const page: StoredRecord[] = await searcher.list(
      namespace,
      { where },
      { ...(after === undefined ? {} : { after }), order: "oldest", limit: pageSize, signal },
    );
    yield page;
    if (page.length < pageSize) return;
    after = page.at(-1);
  }
}

async function* both(
  first: StoredRecord[],
  rest: AsyncGenerator<StoredRecord[]>,
): AsyncGenerator<StoredRecord[]> {
  yield first;
  yield* rest;
}

async function doneBefore(store: Store, namespace: string): Promise<Set<string>> {
  const done = new Set<string>();
  for (const { metadata } of await store.tail(namespace, runsThread, mostRuns)) {
    const run = runOf(metadata);
    if (run?.extractor !== dreamer) continue;
    for (const key of run.facts) done.add(key);
    for (const { key, mergedInto, supersedes = [] } of run.changed ?? []) {
      if (mergedInto !== undefined) done.add(nameOf("merge", key, mergedInto));
      for (const other of supersedes) done.add(nameOf("supersede", key, other));
    }
  }
  return done;
}

/** A change that has been made once has a name, by which it is known. */
export function nameOf(what: "merge" | "supersede", one: string, other: string): string {
  return JSON.stringify([what, one, other]);
}

/** Facts by side, in order of time: only those of one can be about the same. @param most - Of one side, the newest. */
export function sidesOf(facts: readonly DreamFact[], most: number): DreamFact[][] {
  return Array.from(Map.groupBy(facts, ({ compared }) => sideOf(compared)).values(), (side) =>
    side
      .sort(
        (one, other) => one.compared.createdAt - other.compared.createdAt || one.record.id - other.record.id,
      )
      .slice(-most),
  ).filter((side) => side.length > 1);
}
