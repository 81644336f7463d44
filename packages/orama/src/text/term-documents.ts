import { largestFrequency, lowerBound } from "../lists/postings.ts";

/** A posting list: documents in ascending order, and how often each has the term. */
export interface Occurrences {
  readonly documents: Uint32Array;
  readonly frequencies: Uint16Array;
}

/**
 * The documents of several terms as if they were one term. Languages and expansions give a word several terms, of which
 * one usually has nearly all documents; so the longest list stays as it is, and only the rest are merged.
 */
export class TermDocuments {
  readonly main: Occurrences;
  readonly rest: Occurrences | undefined;
  /** Documents with one of the terms; a document with several of them, which is rare, counts several times. */
  readonly count: number;

  /** @param lists One or more, none empty. */
  constructor(lists: readonly Occurrences[]) {
    const [main, ...others] = lists.toSorted((a, b) => b.documents.length - a.documents.length);
    this.main = main!;
    this.rest = others.length === 0 ? undefined : others.reverse().reduce(merge);
    this.count = lists.reduce((sum, { documents }) => sum + documents.length, 0);
  }

  /** One list, or two that may share documents. */
  get lists(): readonly Occurrences[] {
    return this.rest === undefined ? [this.main] : [this.main, this.rest];
  }

  /** Documents with one of the terms, each once. */
  get distinct(): number {
    if (this.rest === undefined) return this.main.documents.length;
    return this.main.documents.length + this.rest.documents.length - shared(this.rest, this.main);
  }
}

/** How many documents of a short list are in a long one. */
function shared(short: Occurrences, long: Occurrences): number {
  let count = 0;
  let from = 0;
  for (let at = 0; at < short.documents.length; at++) {
    from = gallop(long.documents, short.documents[at]!, from);
    if (long.documents[from] === short.documents[at]) count++;
  }
  return count;
}

/** Merges a short list into a long one: what lies between two documents of the short one is copied in one piece. */
function merge(short: Occurrences, long: Occurrences): Occurrences {
  const documents = new Uint32Array(short.documents.length + long.documents.length);
  const frequencies = new Uint16Array(documents.length);
  let size = 0;
  let from = 0;
  const copyTo = (to: number): void => {
    if (to - from > 16) {
      documents.set(long.documents.subarray(from, to), size);
      frequencies.set(long.frequencies.subarray(from, to), size);
      size += to - from;
    } else {
      for (let at = from; at < to; at++) {
        documents[size] = long.documents[at]!;
        frequencies[size++] = long.frequencies[at]!;
      }
    }
    from = to;
  };
  for (let at = 0; at < short.documents.length; at++) {
    const doc = short.documents[at]!;
    copyTo(gallop(long.documents, doc, from));
    documents[size] = doc;
    let frequency = short.frequencies[at]!;
    if (long.documents[from] === doc)
      frequency = Math.min(frequency + long.frequencies[from++]!, largestFrequency);
    frequencies[size++] = frequency;
  }
  copyTo(long.documents.length);
  return { documents: documents.subarray(0, size), frequencies: frequencies.subarray(0, size) };
}

/**
 * How often each of some documents has a term. A list much longer than the documents is searched, a shorter one is read.
 * @param lists - Those of the term: a document in two of them has it as often as both say.
 * @param documents - Each once, in any order.
 * @param placeOf - The place of a document among these, -1 for none.
 */
export function frequenciesIn(
  lists: readonly Occurrences[],
  documents: Uint32Array,
  placeOf: (document: number) => number,
): Uint16Array {
  const found = new Uint16Array(documents.length);
  for (const list of lists) {
    if (list.documents.length < 16 * documents.length) readList(list, placeOf, found);
    else searchList(list, documents, found);
  }
  return found;
}

function readList(list: Occurrences, placeOf: (document: number) => number, found: Uint16Array): void {
  for (let at = 0; at < list.documents.length; at++) {
    const place = placeOf(list.documents[at]!);
    if (place >= 0) found[place] = Math.min(found[place]! + list.frequencies[at]!, largestFrequency);
  }
}

function searchList(list: Occurrences, documents: Uint32Array, found: Uint16Array): void {
  for (let place = 0; place < documents.length; place++) {
    const at = lowerBound(list.documents, documents[place]!, 0, list.documents.length);
    if (list.documents[at] === documents[place])
      found[place] = Math.min(found[place]! + list.frequencies[at]!, largestFrequency);
  }
}

/** Position of the first document from `from` on that is not less than `doc`, found in time with the logarithm of its distance. */
export function gallop(documents: Uint32Array, doc: number, from: number): number {
  let step = 1;
  while (from + step < documents.length && documents[from + step]! < doc) step *= 2;
  return lowerBound(documents, doc, from + (step >>> 1), Math.min(from + step + 1, documents.length));
}
