import type { DocumentSet } from "../document-set.ts";
import { LargestValues } from "../lists/largest-values.ts";
import { largestFrequency, lowerBound } from "../lists/postings.ts";
import type { Bm25Parameters } from "./bm25.ts";
import { gallop, type Occurrences, type TermDocuments } from "./term-documents.ts";

/** One word in one field, ready to be summed up. */
export interface ScoredList {
  occurrences: TermDocuments;
  /** Greater than 0. */
  weight: number;
  /** Gives the most to each document that has it; see `QueryTerm`. */
  whole: boolean;
  /** Words of the field by document. */
  lengths: Uint32Array;
  averageLength: number;
  /** No document gets more than this from the list. */
  bound: number;
}

/** The best documents of a question, in order. */
export interface Ranking {
  /** Best first; equal scores in ascending order of documents. */
  documents: Uint32Array;
  scores: Float64Array;
}

/** What is left to read, in terms of what was left the last time, for another look at all sums to be worth its time. */
const worthLooking = 0.9;

/** One accumulator a document, all 0 between calls, and the documents whose accumulator is not 0. Shared by all indexes. */
let sums = new Float64Array(0);
let touched = new Uint32Array(0);
/** Room for the candidates that are left. */
let left = new Uint32Array(0);

/**
 * The documents with the highest sums, exactly. Lists are read from the highest weight down; once the `limit`-th best sum
 * exceeds what the lists not yet read can give, a document not yet met cannot win, and the rest is only looked up for
 * those that still can (Turtle and Flood, "Query evaluation: strategies and optimizations", 1995).
 */
export function topDocuments(
  lists: readonly ScoredList[],
  parameters: Bm25Parameters,
  end: number,
  limit: number,
  accept: DocumentSet | undefined,
): Ranking {
  if (sums.length < end) {
    sums = new Float64Array(Math.ceil(end * 1.25));
    touched = new Uint32Array(sums.length);
    left = new Uint32Array(sums.length);
  }
  const ordered = byWeight(lists);
  const rest = new Float64Array(ordered.length + 1);
  // A margin for rounding, far above what sums of this many terms can lose.
  for (let at = ordered.length - 1; at >= 0; at--) rest[at] = rest[at + 1]! + ordered[at]!.bound * (1 + 1e-9);
  let met = 0;
  // All sums are looked through when what is left to read has become so much less: of many words each changes little.
  let looked = Number.POSITIVE_INFINITY;
  try {
    let at = 0;
    for (; at < ordered.length; at++) {
      // No sum is higher than what the lists that were read can give.
      const mayEnd = met >= limit && rest[0]! - rest[at]! > rest[at]!;
      if (mayEnd && rest[at]! <= worthLooking * looked) {
        looked = rest[at]!;
        if (largestSums(touched, met, limit).least > looked) break;
      }
      met = addList(ordered[at]!, parameters, accept, met);
    }
    let candidates: Uint32Array = touched.subarray(0, met);
    if (at < ordered.length) candidates = stillPossible(candidates, limit, rest[at]!).sort();
    for (; at < ordered.length; at++) {
      if (rest[at]! <= worthLooking * looked) {
        looked = rest[at]!;
        candidates = stillPossible(candidates, limit, looked);
      }
      addToCandidates(ordered[at]!, parameters, candidates);
    }
    return best(candidates, limit);
  } finally {
    clear(met, end);
  }
}

/** Of many sums all are cleared, which takes less time than to look for those that are not 0. */
function clear(met: number, end: number): void {
  if (met > end / 8) sums.fill(0, 0, end);
  else for (let entry = 0; entry < met; entry++) sums[touched[entry]!] = 0;
}

/** The sums of given documents, in their order, bit for bit those of `topDocuments`. */
export function sumsOf(
  lists: readonly ScoredList[],
  parameters: Bm25Parameters,
  wanted: Uint32Array,
): Float64Array {
  const scores = new Float64Array(wanted.length);
  for (const list of byWeight(lists)) {
    const { main, rest } = list.occurrences;
    const { flat, slope, factor } = factors(list, parameters);
    for (let at = 0; at < wanted.length; at++) {
      const doc = wanted[at]!;
      const frequency = Math.min(frequencyIn(main, doc) + frequencyIn(rest, doc), largestFrequency);
      if (frequency === 0) continue;
      scores[at] = scores[at]! + (factor * frequency) / (frequency + flat + slope * list.lengths[doc]!);
    }
  }
  return scores;
}

function frequencyIn(list: Occurrences | undefined, doc: number): number {
  if (list === undefined) return 0;
  const place = lowerBound(list.documents, doc, 0, list.documents.length);
  return list.documents[place] === doc ? list.frequencies[place]! : 0;
}

/** Highest weight first, equal ones as in the question, so that sums are always built alike. */
function byWeight(lists: readonly ScoredList[]): ScoredList[] {
  return lists.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
}

/** A document gets `factor` * tf / (tf + `flat` + `slope` * length). */
function factors(
  { weight, whole, averageLength }: ScoredList,
  { k1, b }: Bm25Parameters,
): { factor: number; flat: number; slope: number } {
  if (whole) return { factor: weight * (k1 + 1), flat: 0, slope: 0 };
  return {
    factor: weight * (k1 + 1),
    flat: k1 * (1 - b),
    slope: averageLength > 0 ? (k1 * b) / averageLength : 0,
  };
}

/** Adds a list to the accumulators of all accepted documents; returns how many documents have been met. */
function addList(
  list: ScoredList,
  parameters: Bm25Parameters,
  accept: DocumentSet | undefined,
  metBefore: number,
): number {
  const { main, rest } = list.occurrences;
  if (rest === undefined) return addOccurrences(main, list, parameters, accept, metBefore);
  // What both lists have, they have with the sum of the frequencies, and the main list leaves it out.
  let met = addOccurrences(main, list, parameters, accept, metBefore, rest.documents);
  const together = { documents: rest.documents, frequencies: rest.frequencies.slice() };
  let from = 0;
  for (let at = 0; at < rest.documents.length; at++) {
    from = gallop(main.documents, rest.documents[at]!, from);
    if (main.documents[from] !== rest.documents[at]) continue;
    together.frequencies[at] = Math.min(rest.frequencies[at]! + main.frequencies[from]!, largestFrequency);
  }
  met = addOccurrences(together, list, parameters, accept, met);
  return met;
}

const none = new Uint32Array(0);

function addOccurrences(
  { documents, frequencies }: Occurrences,
  list: ScoredList,
  parameters: Bm25Parameters,
  accept: DocumentSet | undefined,
  metBefore: number,
  except: Uint32Array = none,
): number {
  const { lengths } = list;
  const { flat, slope, factor } = factors(list, parameters);
  const words = accept?.words;
  const accumulators = sums;
  const order = touched;
  let met = metBefore;
  let excepted = 0;
  let nextExcepted = except.length > 0 ? except[0]! : -1;
  for (let at = 0; at < documents.length; at++) {
    const doc = documents[at]!;
    if (nextExcepted !== -1) {
      while (nextExcepted < doc) {
        excepted++;
        nextExcepted = excepted < except.length ? except[excepted]! : 0xffffffff;
      }
      if (nextExcepted === doc) continue;
    }
    if (words !== undefined) {
      const word = doc >>> 5;
      if (word >= words.length || (words[word]! & (1 << (doc & 31))) === 0) continue;
    }
    const frequency = frequencies[at]!;
    const sum = accumulators[doc]!;
    if (sum === 0) order[met++] = doc;
    accumulators[doc] = sum + (factor * frequency) / (frequency + flat + slope * lengths[doc]!);
  }
  return met;
}

/** @param candidates Ascending. */
function addToCandidates(list: ScoredList, parameters: Bm25Parameters, candidates: Uint32Array): void {
  const { main, rest } = list.occurrences;
  const { flat, slope, factor } = factors(list, parameters);
  let inMain = 0;
  let inRest = 0;
  for (let at = 0; at < candidates.length; at++) {
    const doc = candidates[at]!;
    let frequency = 0;
    inMain = gallop(main.documents, doc, inMain);
    if (main.documents[inMain] === doc) frequency = main.frequencies[inMain]!;
    if (rest !== undefined) {
      inRest = gallop(rest.documents, doc, inRest);
      if (rest.documents[inRest] === doc)
        frequency = Math.min(frequency + rest.frequencies[inRest]!, largestFrequency);
    }
    if (frequency === 0) continue;
    sums[doc] = sums[doc]! + (factor * frequency) / (frequency + flat + slope * list.lengths[doc]!);
  }
}

/** The candidates that can still reach the `limit`-th best sum with `more` added, in their order, in the room of `left`. */
function stillPossible(candidates: Uint32Array, limit: number, more: number): Uint32Array {
  const least = largestSums(candidates, candidates.length, limit).least - more;
  return left.subarray(0, keepFrom(least, candidates, left));
}

/** Copies the documents whose sum is `least` or more, also onto themselves; returns how many. */
function keepFrom(least: number, candidates: Uint32Array, kept: Uint32Array): number {
  // Ends with its loop: code behind one that has not run yet would throw away, at its end, what was compiled of it.
  let size = 0;
  for (let at = 0; at < candidates.length; at++) {
    if (sums[candidates[at]!]! >= least) kept[size++] = candidates[at]!;
  }
  return size;
}

function largestSums(documents: Uint32Array, count: number, limit: number): LargestValues {
  const largest = new LargestValues(Math.min(limit, count));
  for (let at = 0; at < count; at++) largest.offer(sums[documents[at]!]!);
  return largest;
}

function best(candidates: Uint32Array, limit: number): Ranking {
  // Every document above the limit-th best sum, and of those that equal it the first ones.
  const documents = stillPossible(candidates, limit, 0)
    .sort((a, b) => sums[b]! - sums[a]! || a - b)
    .slice(0, limit);
  const scores = new Float64Array(documents.length);
  for (let at = 0; at < documents.length; at++) scores[at] = sums[documents[at]!]!;
  return { documents, scores };
}
