import type { Searcher } from "../search/searcher.ts";
import { factOf, factPath } from "../store/fact-mark.ts";
import type { Store } from "../store/store.ts";
import { startsRun } from "../text/words.ts";
import type { Entity, Limits, SearchHit } from "../types.ts";
import type { ExistingFact, FactDraft } from "./dispose.ts";
import type { FactThere } from "./said-again.ts";

/** Facts that an extractor is shown beside a window, and characters of the window that they are looked for with. */
const mostKnown = 16;
const askedCharacters = 2_000;
const mostBytes = 4;

export interface KnowingParts {
  searcher: Searcher;
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
  const saidAgain = results.flatMap(({ sources = [] }) => (sources.length > 1 ? sources : []));
  const said = new Map<string, number>();
  for (const source of await parts.store.get(
    namespace,
    saidAgain.map(({ key }) => key),
  ))
    if (source !== undefined) said.set(source.key, source.createdAt);
  return results.flatMap(({ key, value, subject, attribute, validFrom, createdAt, sources = [] }) => {
    if (subject === undefined) return [];
    const [, ...again] = sources
      .flatMap((source) => said.get(source.key) ?? [])
      .sort((one, other) => one - other);
    return [
      {
        ...{ key, text: value, subject, start: Date.parse(validFrom ?? createdAt) },
        ...(attribute === undefined ? {} : { attribute }),
        ...(again.length === 0 ? {} : { again }),
      },
    ];
  });
}

/** Facts that may say the same as those that were found, those that wait for approval too. */
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
  return [...records, ...waiting].flatMap((record) => {
    if (record === undefined || factOf(record.metadata) === undefined) return [];
    const supersededAt = superseded.get(record.key);
    return [{ record, ...(supersededAt === undefined ? {} : { supersededAt }) }];
  });
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
