import type { DocumentSet } from "@souvenir/orama";
import type { AnalyzedQuery } from "../analysis/analyzed-query.ts";
import { tellingWeight } from "./query-terms.ts";
import type { RankingIndex } from "./ranking-index.ts";
import { share } from "./shares.ts";

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

/** A speaker who said little is not a reason to prefer that little. */
const mostTellingSpeaker = 2;

/** The speakers and entities that a query names. */
export function namesOf({ entities: named, names }: AnalyzedQuery, index: RankingIndex): QueryNames {
  const total = index.live.count;
  const entities = match(named, (name) => index.naming(name), total);
  const speakers = match(names, (name) => index.saidBy(name), total);
  for (const speaker of speakers) speaker.weight = Math.min(mostTellingSpeaker, speaker.weight);
  return { speakers, entities };
}

function match(names: Iterable<string>, find: (name: string) => DocumentSet, total: number): NameMatch[] {
  return Array.from(new Set(names), (name) => {
    const documents = find(name);
    return { name, documents, weight: tellingWeight(documents.count, total) };
  }).filter(({ documents }) => documents.count > 0);
}

/** How much of the weight of some names each document has; `one`: a document counts for the most telling one. */
export function sharesOf(
  names: readonly NameMatch[],
  documents: Uint32Array,
  counted: "one" | "all",
): Float64Array {
  const add = (sum: number, { weight }: NameMatch) =>
    counted === "all" ? sum + weight : Math.max(sum, weight);
  const all = names.reduce(add, 0);
  return Float64Array.from(documents, (document) =>
    share(names.filter((name) => name.documents.has(document)).reduce(add, 0), all),
  );
}
