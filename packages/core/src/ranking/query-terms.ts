import type { QueryTerm } from "@souvenir/orama";
import { bm25Ceiling } from "./text-evidence.ts";

/**
 * Texts without any word of the query that are assumed beside those that are there. In a namespace of three memories a
 * word of one of them would otherwise be called common; among hundreds the assumption makes no difference.
 */
const assumedDocuments = 50;

/** Weight of something that so many of so many documents have: the inverse document frequency of BM25, with the prior. */
export function tellingWeight(having: number, documents: number): number {
  return weightWithoutPrior(having, documents + assumedDocuments);
}

function weightWithoutPrior(having: number, documents: number): number {
  return Math.log1p((documents - having + 0.5) / (having + 0.5));
}

/**
 * Of identifiers that were found the wholes, without their parts, which say nothing then: each counts as much as a word
 * at least.
 */
export function wholesOnly(terms: readonly QueryTerm[], documents: number): QueryTerm[] {
  return terms
    .filter(({ identifier }) => identifier !== "part")
    .map((term) =>
      term.identifier === "whole"
        ? { ...term, weight: Math.max(term.weight, weightWithoutPrior(term.count, documents)) }
        : term,
    );
}

/** The terms with weights that include the prior. */
export function withPrior(terms: readonly QueryTerm[], documents: number): QueryTerm[] {
  return terms.map((term) => {
    const { count, weight } = term;
    const prior = tellingWeight(count, documents) / weightWithoutPrior(count, documents);
    return { ...term, weight: weight * prior };
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

/** Words of a query count less in what is expected of a good match, the second by this factor, the third by its square … */
const expectationDecay = 0.75;
/** More words than this add nothing to what is expected. */
const mostMissing = 32;

/**
 * The score of a match that leaves nothing to be desired, 0 for a query without words: the same for a question of one
 * telling word as for a long one, of which no text has every word.
 * @param missing - Words of the query that are in no document.
 * @param rarestWeight - What each of them counts.
 */
export function expectedScore(terms: readonly QueryTerm[], missing: number, rarestWeight: number): number {
  const weights = new Map<number, number>();
  for (const { position, weight } of terms)
    weights.set(position, Math.max(weight, weights.get(position) ?? 0));
  const ordered = [...weights.values()];
  for (let i = 0; i < Math.min(missing, mostMissing); i++) ordered.push(rarestWeight);
  ordered.sort((left, right) => right - left);
  let expected = 0;
  let share = 1;
  for (const weight of ordered) {
    expected += weight * share;
    share *= expectationDecay;
  }
  return expected * bm25Ceiling;
}
