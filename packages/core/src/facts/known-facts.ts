import { Slices } from "../event-loop.ts";
import type { Finding } from "../search/open-search.ts";
import { factOf, factPath } from "../store/fact-mark.ts";
import { startOf } from "../store/standing.ts";
import type { Store, StoredRecord } from "../store/store.ts";
import { startsRun } from "../text/words.ts";
import type { Entity, Limits, SearchHit } from "../types.ts";
import type { ExistingFact, FactDraft } from "./dispose.ts";
import { sideOf } from "./one-fact.ts";
import type { FactThere } from "./said-again.ts";

/** Facts that an extractor is shown beside a window, and characters of the window that they are looked for with. */
const mostKnown = 16;
const askedCharacters = 2_000;
const mostBytes = 4;

export interface KnowingParts {
  searcher: Finding;
  store: Pick<Store, "get">;
  limits: Limits;
}

/** Facts that may speak of the same as a text, the likeliest first; also those that newer ones have taken the place of. */
export async function knownFacts(
  parts: KnowingParts,
  namespace: string,
  text: string,
): Promise<ExistingFact[]> {
  const results = await factsFor(parts, namespace, text);
  const records = await parts.store.get(
    namespace,
    results.map(({ key }) => key),
  );
  return existingFacts(
    parts.store,
    namespace,
    records.filter((record) => record !== undefined),
  );
}

/** Facts of a store, with when they were said again. */
export async function existingFacts(
  store: Pick<Store, "get">,
  namespace: string,
  records: readonly StoredRecord[],
): Promise<ExistingFact[]> {
  const sourcesOf = ({ metadata }: StoredRecord) => factOf(metadata)?.sources ?? [];
  const saidAgain = records.flatMap((record) => {
    const sources = sourcesOf(record);
    return sources.length > 1 ? sources : [];
  });
  const said = new Map<string, number>();
  for (const source of await store.get(
    namespace,
    saidAgain.map(({ key }) => key),
  ))
    if (source !== undefined) said.set(source.key, source.createdAt);
  return records.flatMap((record) => {
    const fact = factOf(record.metadata);
    if (fact === undefined) return [];
    const { subject, attribute } = fact;
    const [, ...again] = sourcesOf(record)
      .flatMap(({ key }) => said.get(key) ?? [])
      .sort((one, other) => one - other);
    return [
      {
        ...{ key: record.key, text: record.value, subject, start: startOf(record), id: record.id },
        ...(attribute === undefined ? {} : { attribute }),
        ...(again.length === 0 ? {} : { again }),
      },
    ];
  });
}

/** Facts of the same sides that may say the same as those that were found, those that wait for approval too. */
export async function factsLike(
  parts: KnowingParts,
  namespace: string,
  drafts: readonly FactDraft[],
): Promise<FactThere[]> {
  const superseded = new Map<string, number | undefined>();
  for (const { text } of drafts)
    for (const { key, supersededAt } of await factsFor(parts, namespace, text))
      superseded.set(key, supersededAt === undefined ? undefined : Date.parse(supersededAt));
  const records = await parts.store.get(namespace, [...superseded.keys()]);
  const waiting = drafts.some(({ origin }) => origin === "inferred")
    ? await parts.searcher.withdrawn(namespace)
    : [];
  const sides = new Set(drafts.map(sideOf));
  const isLike = (record: StoredRecord) => {
    const fact = factOf(record.metadata);
    return fact !== undefined && sides.has(sideOf(fact));
  };
  const there: FactThere[] = [];
  const slices = new Slices();
  for (const record of [...records, ...waiting]) {
    if (slices.over) await slices.next();
    if (record === undefined || !isLike(record)) continue;
    const supersededAt = superseded.get(record.key);
    there.push({ record, ...(supersededAt === undefined ? {} : { supersededAt }) });
  }
  return there;
}

async function factsFor(
  { searcher, limits: { queryBytes } }: KnowingParts,
  namespace: string,
  text: string,
): Promise<SearchHit[]> {
  const query = text.slice(0, Math.min(askedCharacters, Math.floor(queryBytes / mostBytes))).toWellFormed();
  const where = { [factPath("subject")]: { exists: true } };
  return (await searcher.search({ namespace, query, where, limit: mostKnown, minScore: 0 })).results;
}

/** Kinds of names that are nobody's to make up. */
const named: ReadonlySet<string> = new Set([
  "person",
  "organization",
  "place",
  "product",
  "email",
  "url",
  "handle",
]);

/** Where no spaces tell words apart, what is taken for a name may begin with other words. */
export function namesToBeSaid(entities: readonly Entity[]): string[] {
  return entities.flatMap(({ name, type }) => (named.has(type) && !startsRun.test(name) ? [name] : []));
}
