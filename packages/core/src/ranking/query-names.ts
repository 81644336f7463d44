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
  const found: NameMatch[] = [];
  for (const name of new Set(names)) {
    const documents = find(name);
    if (documents.count === 0) continue;
    const weight = tellingWeight(documents.count, total);
    found.push({ name, documents, weight });
  }
  return found;
}

/** How much of the weight of some names each document has; `one`: a document counts for the most telling one. */
export function sharesOf(
  names: QueryNames["entities"],
  documents: Uint32Array,
  counted: "one" | "all",
): Float64Array {
  let all = 0;
  for (const { weight } of names) all = counted === "all" ? all + weight : Math.max(all, weight);
  return Float64Array.from(documents, (document) => {
    let has = 0;
    for (const name of names)
      if (name.documents.has(document))
        has = counted === "all" ? has + name.weight : Math.max(has, name.weight);
    return share(has, all);
  });
}
