import { type FactMark, factOf, withMark } from "../store/fact-mark.ts";
import { standingOf, withStanding } from "../store/standing.ts";
import type { RecordWrite, Store, StoredRecord } from "../store/store.ts";
import type { Metadata } from "../types.ts";
import type { FactSource } from "./fact-extractor.ts";

/** How a fact that is there already is to stand since a run. */
export interface FactChange {
  /** As it was read. */
  record: StoredRecord;
  /** What it rests on too. */
  sources: FactSource[];
  /** What it takes the place of too. */
  supersedes: string[];
  /** What says the same, so that it is put aside. */
  mergedInto?: string;
}

/** What a run keeps of it, to be able to take it back. */
export interface ChangeMark {
  key: string;
  supersedes?: string[];
  mergedInto?: string;
}

/** Writes a memory anew in its place: see `standingAnew`. */
export type WriteAnew = (
  record: StoredRecord,
  metadata: Metadata,
  sources: readonly StoredRecord[],
) => RecordWrite;

export function markOf({ record: { key }, supersedes, mergedInto }: FactChange): ChangeMark {
  return {
    key,
    ...(supersedes.length === 0 ? {} : { supersedes }),
    ...(mergedInto === undefined ? {} : { mergedInto }),
  };
}

/** The changes of a run as they are written: only if each fact is as it was read. */
export async function changeWrites(
  store: Pick<Store, "get">,
  run: string,
  changes: readonly FactChange[],
  anew: WriteAnew,
): Promise<RecordWrite[]> {
  const writes: RecordWrite[] = [];
  for (const { record, sources, supersedes, mergedInto } of changes) {
    const fact = factOf(record.metadata);
    if (fact === undefined) continue;
    const standing = standingOf(record.metadata);
    const own = standing.supersedes ?? [];
    const metadata = withStanding(record.metadata, {
      ...standing,
      ...(supersedes.length === 0 ? {} : { supersedes: [...own, ...supersedes] }),
    });
    const changed: FactMark = {
      ...fact,
      sources: [...fact.sources, ...sources.map((source) => ({ ...source, run }))],
      ...(mergedInto === undefined ? {} : { mergedInto }),
    };
    writes.push(
      anew(
        record,
        withMark(metadata, changed, mergedInto === undefined ? undefined : true),
        await sourcesOf(store, record.namespace, changed),
      ),
    );
  }
  return writes;
}

/**
 * A fact without what a run did to it: `undefined` where that is nothing, `"erase"` where nothing is left that it rests on.
 * @param options - `change`: what the run changed of it, beside its sources. `isTaken`: sources that it loses besides.
 */
export async function withoutRun(
  store: Pick<Store, "get">,
  run: string,
  record: StoredRecord,
  {
    change,
    isTaken,
    anew,
  }: { change: ChangeMark | undefined; isTaken: (source: FactSource) => boolean; anew: WriteAnew },
): Promise<RecordWrite | "erase" | undefined> {
  const fact = factOf(record.metadata);
  if (fact === undefined) return undefined;
  const left = fact.sources.filter((source) => (source.run ?? fact.run) !== run && !isTaken(source));
  const [first] = left;
  if (first === undefined) return "erase";
  const standing = standingOf(record.metadata);
  const named = standing.supersedes?.filter((key) => !change?.supersedes?.includes(key)) ?? [];
  const isMerged = fact.mergedInto !== undefined && fact.mergedInto === change?.mergedInto;
  const { mergedInto, ...others } = fact;
  const isLess = left.length < fact.sources.length;
  if (!isLess && !isMerged && named.length === (standing.supersedes?.length ?? 0)) return undefined;
  // What others have found too is theirs now.
  const owner = fact.run === run && isLess ? (first.run ?? run) : fact.run;
  const changed: FactMark = {
    ...others,
    ...(isMerged || mergedInto === undefined ? {} : { mergedInto }),
    run: owner,
    sources: left.map(({ run: by, ...source }) => ({
      ...source,
      ...(by === undefined || by === owner ? {} : { run: by }),
    })),
  };
  const metadata = withMark(
    withStanding(record.metadata, { ...standing, supersedes: named.length === 0 ? undefined : named }),
    changed,
    isMerged ? false : undefined,
  );
  return anew(record, metadata, await sourcesOf(store, record.namespace, changed));
}

/** The memories that a fact rests on, as they are now. */
async function sourcesOf(
  store: Pick<Store, "get">,
  namespace: string,
  { sources }: FactMark,
): Promise<StoredRecord[]> {
  const found = await store.get(
    namespace,
    sources.map(({ key }) => key),
  );
  return found.filter((record) => record !== undefined);
}
