import type { DocumentSet } from "@souvenir/orama";
import { canonicalName } from "../entities/canonical.ts";
import { tellingWeight } from "./query-terms.ts";
import type { RankingIndex } from "./ranking-index.ts";

/** A name of the query and the documents that it speaks for. */
export interface NameMatch {
  /** Canonical. */
  name: string;
  documents: DocumentSet;
  /** How telling it is in this namespace: 0 when every document has it. In the unit of the weights of words. */
  weight: number;
}

export interface QueryNames {
  /** Who said it. A document counts for one speaker, the most telling. */
  speakers: NameMatch[];
  /** What it names. */
  entities: NameMatch[];
}

/** Names of a query are also its words; an entity adds this much to the word. */
const entityShare = 0.25;
/** A speaker who said little is not a reason to prefer that little. */
const mostTellingSpeaker = 2;
const mostWords = 64;

/**
 * The speakers and entities that a query names. A speaker is meant by a capitalised word, or by any word that the query
 * is searched with.
 * @param searched - The words that the query is searched with, in lower case.
 */
export function namesOf(
  query: { text: string; entities: readonly string[] },
  searched: Iterable<string>,
  index: RankingIndex,
): QueryNames {
  const entities = match(query.entities, (name) => index.naming(name), index.live.count);
  for (const entity of entities) entity.weight *= entityShare;
  const words = new Set(Array.from(searched, (word) => canonicalName(word)));
  for (const [word] of query.text.slice(0, 2_000).matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    if (words.size >= mostWords) break;
    if (/^(?:\p{Lu}|\p{Lo})/u.test(word)) words.add(canonicalName(word));
  }
  for (const name of query.entities) words.add(name);
  const speakers = match(words, (name) => index.saidBy(name), index.live.count);
  for (const speaker of speakers) speaker.weight = Math.min(mostTellingSpeaker, speaker.weight);
  return { speakers, entities };
}

function match(names: Iterable<string>, find: (name: string) => DocumentSet, total: number): NameMatch[] {
  const found: NameMatch[] = [];
  for (const name of new Set(names)) {
    const documents = find(name);
    if (documents.count === 0) continue;
    const weight = tellingWeight(documents.count, total);
    found.push({ name, documents, weight });
  }
  return found;
}
