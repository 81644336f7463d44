import type { QueryTerm } from "@souvenir/orama";
import type { Windows } from "./context.ts";
import type { RankingText } from "./ranking-index.ts";

/**
 * BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009). k1 and the normalisation by length are a
 * little higher than usual: windows repeat words, and long answers of assistants repeat many.
 */
const k1 = 1.2;
const b = 0.8;
/** Words of a query count less in what is expected of a good match, the second by this factor, the third by its square … */
const expectationDecay = 0.75;

/** What the words of a query say about each of some documents, in the order of the documents. */
export interface TextEvidence {
  /** BM25 of the document alone, 0 or more. */
  own: Float64Array;
  /** BM25 of the document with what it borrows from its neighbours, 0 or more. */
  inContext: Float64Array;
}

/** Occurrences of each term in some documents. */
export class TermFrequencies {
  readonly terms: readonly QueryTerm[];
  readonly #documents: Uint32Array;
  readonly #frequencies: Uint16Array[];

  /** @param documents Ascending, without duplicates. */
  constructor(terms: readonly QueryTerm[], documents: Uint32Array) {
    this.terms = terms;
    this.#documents = documents;
    this.#frequencies = terms.map((term) => lookUp(term, documents));
  }

  /** Where a document stands among the documents, which must contain it. */
  place(document: number): number {
    return lowerBound(this.#documents, document, 0);
  }

  /** Occurrences of term `term` in the document at a place. */
  at(term: number, place: number): number {
    return (this.#frequencies[term] as Uint16Array)[place] as number;
  }
}

/**
 * Scores documents alone and in their windows: a window is one text that has the words of the document in full and those
 * of its neighbours by their shares, and as many words.
 */
export function textEvidence(
  documents: Uint32Array,
  windows: Windows,
  frequencies: TermFrequencies,
  text: RankingText,
  averageLength: number,
): TextEvidence {
  const own = new Float64Array(documents.length);
  const inContext = new Float64Array(documents.length);
  const { terms } = frequencies;
  const places = Uint32Array.from(windows.neighbours, (neighbour) => frequencies.place(neighbour));
  for (let i = 0; i < documents.length; i++) {
    const document = documents[i] as number;
    const place = frequencies.place(document);
    const first = windows.start[i] as number;
    const last = windows.start[i + 1] as number;
    const words = text.lengthOf(document);
    const windowWords = wordsIn(windows, i, words, text);
    const alone = k1 * (1 - b + (b * words) / averageLength);
    const together = k1 * (1 - b + (b * windowWords) / averageLength);
    let ownSum = 0;
    let windowSum = 0;
    for (let term = 0; term < terms.length; term++) {
      const { weight } = terms[term] as QueryTerm;
      const frequency = frequencies.at(term, place);
      if (frequency > 0) ownSum += (weight * frequency * (k1 + 1)) / (frequency + alone);
      let windowFrequency = frequency;
      for (let j = first; j < last; j++)
        windowFrequency += frequencies.at(term, places[j] as number) * (windows.shares[j] as number);
      if (windowFrequency > 0)
        windowSum += (weight * windowFrequency * (k1 + 1)) / (windowFrequency + together);
    }
    own[i] = ownSum;
    inContext[i] = windowSum;
  }
  return { own, inContext };
}

/** Words that the windows at some places have on average, at least 1. */
export function averageWindow(
  places: Uint32Array,
  documents: Uint32Array,
  windows: Windows,
  text: RankingText,
): number {
  let words = 0;
  for (const place of places)
    words += wordsIn(windows, place, text.lengthOf(documents[place] as number), text);
  return Math.max(1, words / Math.max(1, places.length));
}

function wordsIn(windows: Windows, place: number, ownWords: number, text: RankingText): number {
  let words = ownWords;
  for (let j = windows.start[place] as number; j < (windows.start[place + 1] as number); j++)
    words += text.lengthOf(windows.neighbours[j] as number) * (windows.shares[j] as number);
  return words;
}

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

/** The weight of a word that is in none of so many documents. */
export function rarest(documents: number): number {
  return Math.log1p((documents + 0.5) / 0.5);
}

/** More words than this add nothing to what is expected. */
const mostMissing = 32;
/** What a term's weight is multiplied with at most, here and in the engine. */
export const bm25Ceiling: number = k1 + 1;

function lookUp({ documents, frequencies }: QueryTerm, wanted: Uint32Array): Uint16Array {
  const found = new Uint16Array(wanted.length);
  let at = 0;
  for (let place = 0; place < wanted.length && at < documents.length; place++) {
    const document = wanted[place] as number;
    at = lowerBound(documents, document, at);
    if (documents[at] === document) found[place] = frequencies[at] as number;
  }
  return found;
}

/** The first place from `from` on whose value is not less; steps that double, then halving. */
function lowerBound(values: Uint32Array, value: number, from: number): number {
  let low = from;
  let step = 1;
  while (low + step < values.length && (values[low + step] as number) < value) {
    low += step;
    step *= 2;
  }
  let high = Math.min(values.length, low + step + 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
