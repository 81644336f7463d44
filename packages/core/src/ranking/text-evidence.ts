import { defaultBm25, frequenciesIn, type QueryTerm } from "@souvenir/orama";
import type { Windows } from "./context.ts";
import type { RankingText } from "./ranking-index.ts";
import { share } from "./shares.ts";
import { withPlaces } from "./text-places.ts";

const { k1, b } = defaultBm25;

/** What the words of a query say about each of some documents, in the order of the documents. */
export interface TextEvidence {
  /** BM25 of the document alone, 0 or more. */
  own: Float64Array;
  /** BM25 of the document with what it borrows from its neighbours, 0 or more. */
  inContext: Float64Array;
}

/** Occurrences of the terms of a query in some texts. */
export interface TermFrequencies {
  readonly terms: readonly QueryTerm[];
  /** By term, then by place of the text. */
  readonly counts: readonly Uint16Array[];
}

/** @param texts - Each once. */
export function termFrequencies(terms: readonly QueryTerm[], texts: Uint32Array): TermFrequencies {
  const counts = withPlaces(new Uint32Array(texts.length), ({ give, find }) => {
    for (const text of texts) give(text);
    return terms.map(({ lists }) => frequenciesIn(lists, texts, find));
  });
  return { terms, counts };
}

/**
 * Scores documents alone and in their windows: a window is one text that has the words of the document in full and those
 * of its neighbours by their shares, and as many words.
 * @param averageLength - Words of a window, on average over the namespace.
 */
export function textEvidence(
  documents: Uint32Array,
  windows: Windows,
  { terms, counts }: TermFrequencies,
  text: RankingText,
  averageLength: number,
): TextEvidence {
  const own = new Float64Array(documents.length);
  const inContext = new Float64Array(documents.length);
  const longer = (count: number) => k1 * (1 - b + (b * count) / averageLength);
  const alone = Float64Array.from(documents, (document) => longer(text.lengthOf(document)));
  const together = windows.words.map(longer);
  for (const [at, term] of terms.entries()) {
    const frequencies = counts[at] as Uint16Array;
    const best = term.weight * bm25Ceiling;
    if (term.identifier === "whole") {
      addWholes(frequencies, best, windows, own, inContext);
      continue;
    }
    addAlone(frequencies, best, alone, own);
    addInContext(frequencies, best, together, windows, inContext);
  }
  return { own, inContext };
}

// The loops over documents end their functions: code after a loop that has not run yet would send what is compiled of it
// back to the interpreter, again and again while the loop is hot.

function addAlone(frequencies: Uint16Array, best: number, alone: Float64Array, own: Float64Array): void {
  for (let i = 0; i < own.length; i++) {
    const frequency = frequencies[i] as number;
    if (frequency > 0) own[i] = (own[i] as number) + (best * frequency) / (frequency + (alone[i] as number));
  }
}

function addInContext(
  frequencies: Uint16Array,
  best: number,
  together: Float64Array,
  { start, beside, shares }: Windows,
  inContext: Float64Array,
): void {
  for (let i = 0; i < inContext.length; i++) {
    let frequency = frequencies[i] as number;
    const end = start[i + 1] as number;
    for (let at = start[i] as number; at < end; at++)
      frequency += (frequencies[beside[at] as number] as number) * (shares[at] as number);
    if (frequency === 0) continue;
    inContext[i] = (inContext[i] as number) + (best * frequency) / (frequency + (together[i] as number));
  }
}

/** An identifier: all that it can give to each document that has it, and shares of that to those beside it. */
function addWholes(
  frequencies: Uint16Array,
  best: number,
  { start, beside, shares }: Windows,
  own: Float64Array,
  inContext: Float64Array,
): void {
  for (let i = 0; i < own.length; i++) {
    const has = (frequencies[i] as number) > 0;
    if (has) own[i] = (own[i] as number) + best;
    let part = has ? 1 : 0;
    const end = start[i + 1] as number;
    for (let at = start[i] as number; at < end && part < 1; at++)
      if ((frequencies[beside[at] as number] as number) > 0) part += shares[at] as number;
    if (part === 0) continue;
    inContext[i] = (inContext[i] as number) + best * Math.min(1, part);
  }
}

/** How much of the words of a question a memory has, each by its weight, however often. */
export function metWords(
  places: Uint32Array,
  { start, beside }: Windows,
  { terms, counts }: TermFrequencies,
  inContext: boolean,
): Float64Array {
  let all = 0;
  for (const { weight } of terms) all += weight;
  const metOf = new Float64Array(places.length);
  for (let at = 0; at < terms.length; at++) {
    const count = counts[at] as Uint16Array;
    const { weight } = terms[at] as QueryTerm;
    for (let i = 0; i < places.length; i++) {
      const place = places[i] as number;
      let has = (count[place] as number) > 0;
      if (inContext)
        for (let from = start[place] as number; !has && from < (start[place + 1] as number); from++)
          has = (count[beside[from] as number] as number) > 0;
      if (has) metOf[i] = (metOf[i] as number) + weight;
    }
  }
  return metOf.map((met) => share(met, all));
}

/** The mean of some of the numbers, at least 1. */
export function averageOf(numbers: Float64Array, places: Uint32Array): number {
  let sum = 0;
  for (const place of places) sum += numbers[place] as number;
  return Math.max(1, sum / Math.max(1, places.length));
}

/** What a term's weight is multiplied with at most, here and in the engine. */
export const bm25Ceiling: number = k1 + 1;
