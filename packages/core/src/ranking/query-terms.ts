import type { QueryTerm } from "@souvenir/orama";
import { kindsAskedBy } from "../entities/kinds.ts";
import type { RankingIndex } from "./ranking-index.ts";

/**
 * Texts without any word of the query that are assumed beside those that are there. In a namespace of three memories a
 * word of one of them would otherwise be called common; among hundreds the assumption makes no difference.
 */
const assumedDocuments = 50;

/** Weight of something that so many of so many documents have: the inverse document frequency of BM25, with the prior. */
export function tellingWeight(having: number, documents: number): number {
  return Math.log1p((documents + assumedDocuments - having + 0.5) / (having + 0.5));
}

/** The terms with weights that include the prior. */
export function withPrior(terms: readonly QueryTerm[], documents: number): QueryTerm[] {
  return terms.map((term) => {
    const having = term.count;
    const without = Math.log1p((documents - having + 0.5) / (having + 0.5));
    return { ...term, weight: (term.weight * tellingWeight(having, documents)) / without };
  });
}

/** Words of a long text that are looked for at least, and in how many memories they are together. */
const leastWords = 64;
const leastDocuments = 10_000;

/** How many of the words of a query are looked for, the most telling ones first: of a long text they say nearly all. */
export function tellingCount(terms: readonly QueryTerm[]): number {
  if (terms.length <= leastWords) return terms.length;
  let documents = 0;
  let taken = 0;
  for (const { count } of byWeight(terms)) {
    if (taken >= leastWords && documents >= leastDocuments) break;
    documents += count;
    taken += 1;
  }
  return taken;
}

/** The most telling of some terms, in their order. */
export function mostTelling(terms: readonly QueryTerm[], count: number): readonly QueryTerm[] {
  if (terms.length <= count) return terms;
  const telling = new Set(byWeight(terms).slice(0, count));
  return terms.filter((term) => telling.has(term));
}

function byWeight(terms: readonly QueryTerm[]): QueryTerm[] {
  return terms.toSorted((left, right) => right.weight - left.weight);
}

/** How much of what a query says are identifiers that memories have, 0 to 1. */
export function identifierShare(terms: readonly QueryTerm[]): number {
  let all = 0;
  let identified = 0;
  for (const { weight, identifier } of terms) {
    all += weight;
    if (identifier !== undefined) identified += weight;
  }
  return all === 0 ? 0 : identified / all;
}

/** What it is worth to name a thing of the kind that is asked for, beside the word itself. */
const kindPenalty = 0.8;

export interface KindTerms {
  terms: QueryTerm[];
  /** Words of the query that they stand for. */
  words: number;
}

/** The kinds of things that a query asks for, as further terms: "database" is met by a memory that names PostgreSQL. */
export function kindTerms(query: string, index: RankingIndex, position: number): KindTerms {
  const found: KindTerms = { terms: [], words: 0 };
  for (const { kind, words } of kindsAskedBy(query)) {
    const documents = index.namingKind(kind).toArray();
    if (documents.length === 0) continue;
    found.words += words;
    found.terms.push({
      word: kind,
      position: position + found.terms.length,
      terms: [],
      field: "text",
      weight: kindPenalty * tellingWeight(documents.length, index.live.count),
      // A thing of the kind is what was asked for.
      kind: "exact",
      count: documents.length,
      lists: [{ documents, frequencies: new Uint16Array(documents.length).fill(1) }],
    });
  }
  return found;
}
