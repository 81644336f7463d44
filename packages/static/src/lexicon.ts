import { buckets, type ModelFile } from "./model-file.ts";

/** Hashes of terms that begin a word, and of those that continue one (written `##x`), start from different numbers. */
export const beginning = 0x011c9dc5;
export const continuing = 0x2c1b3c6d;
export type From = typeof beginning | typeof continuing;

const hash = "#".charCodeAt(0);
const lineBreak = "\n".charCodeAt(0);
/** Terms with the same first units are in one group of buckets, and by their whole in one of its parts. */
const prefix = 4;
const parts = 16;
const groups = buckets / parts;

/** FNV-1a, one UTF-16 code unit further. */
export function hashUnit(sum: number, unit: number): number {
  return Math.imul(sum ^ unit, 0x01000193);
}

/** MurmurHash3's finaliser: every bit of the sum reaches every other. */
function mix(sum: number): number {
  let mixed = sum ^ (sum >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Of a hash, bits that do not say which bucket it is. */
function markOf(mixed: number): number {
  return (mixed >>> 24) & 0xff;
}

/** Of the first two units of a term: all that begin so are in one, and perhaps others. */
function pairBucketOf(first: number, second: number, from: From): number {
  return (Math.imul(first, 0x9e37) ^ second ^ (from === continuing ? 0x5bd1 : 0)) & (buckets - 1);
}

/** The character of UTF-8 that begins at this place. */
function characterAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return first;
  const second = bytes[at + 1]! & 0x3f;
  if (first < 0xe0) return ((first & 0x1f) << 6) | second;
  const third = bytes[at + 2]! & 0x3f;
  if (first < 0xf0) return ((first & 0x0f) << 12) | (second << 6) | third;
  return ((first & 0x07) << 18) | (second << 12) | (third << 6) | (bytes[at + 3]! & 0x3f);
}

function sizeOf(character: number): 1 | 2 | 3 | 4 {
  if (character < 0x80) return 1;
  if (character < 0x800) return 2;
  return character < 0x10000 ? 3 : 4;
}

/**
 * The terms and their numbers. They stand in the file in the order of buckets that a hash gives, so that a term is found
 * among some eight without an index that would have to be built, and hardly any is ever a string. What is found is compared
 * letter by letter.
 */
export class Lexicon {
  readonly #bytes: Uint8Array;
  /** Where each term stands; one more at the end. */
  readonly #places: Uint32Array;
  /** The number of the first term of each bucket; one more at the end. */
  readonly #numbers = new Uint32Array(buckets + 1);
  readonly #longest: Uint8Array;
  /** Eight bits of the hash of each term, so that one in 256 of those in a bucket is compared in vain. */
  readonly #marks: Uint8Array;
  /** Groups whose terms have their marks: the first time that something is looked for in them. */
  readonly #marked = new Uint8Array(groups);
  /** Hashes of the beginnings of what is looked at, in `longest`. */
  readonly #sums = new Int32Array(256);
  /** Units of the term that `longest` found. */
  matched = 0;

  constructor({
    vocabulary,
    terms,
    counts,
    longest,
  }: Pick<ModelFile, "vocabulary" | "terms" | "counts" | "longest">) {
    this.#bytes = vocabulary;
    this.#places = new Uint32Array(terms + 1);
    this.#marks = new Uint8Array(terms);
    this.#longest = longest;
    for (let at = 0, term = 0; at < vocabulary.length; at++)
      if (vocabulary[at] === lineBreak) this.#places[++term] = at + 1;
    for (let bucket = 0; bucket < buckets; bucket++)
      this.#numbers[bucket + 1] = this.#numbers[bucket]! + counts[bucket]!;
  }

  term(id: number): string {
    const bytes = this.#bytes;
    const end = this.#places[id + 1]! - 1;
    let term = "";
    for (let at = this.#places[id]!; at < end; ) {
      const character = characterAt(bytes, at);
      term += String.fromCodePoint(character);
      at += sizeOf(character);
    }
    return term;
  }

  /**
   * The number of the term that stands in `text` from `start` to `end`, or -1.
   * @param sum - Its hash: `hashUnit` over its units, from `beginning` or `continuing`.
   */
  find(text: string, start: number, end: number, sum: number, from: From): number {
    let sumOfPrefix: number = from;
    for (let at = Math.min(end, start + prefix) - 1, first = start; first <= at; first++)
      sumOfPrefix = hashUnit(sumOfPrefix, text.charCodeAt(first));
    return this.#find(text, start, end, sum, sumOfPrefix, from);
  }

  #find(text: string, start: number, end: number, sum: number, sumOfPrefix: number, from: From): number {
    const group = mix(sumOfPrefix) & (groups - 1);
    if (this.#marked[group] === 0) this.#mark(group);
    const mixed = mix(sum);
    const mark = markOf(mixed);
    const bucket = group * parts + (mixed & (parts - 1));
    const last = this.#numbers[bucket + 1]!;
    for (let id = this.#numbers[bucket]!; id < last; id++)
      if (this.#marks[id] === mark && this.#isTerm(id, text, start, end, from)) return id;
    return -1;
  }

  #mark(group: number): void {
    const end = this.#numbers[(group + 1) * parts]!;
    for (let id = this.#numbers[group * parts]!; id < end; id++) {
      const term = this.term(id);
      const continues = term.startsWith("##");
      let sum: number = continues ? continuing : beginning;
      for (let at = continues ? 2 : 0; at < term.length; at++) sum = hashUnit(sum, term.charCodeAt(at));
      this.#marks[id] = markOf(mix(sum));
    }
    this.#marked[group] = 1;
  }

  #isTerm(id: number, text: string, start: number, end: number, from: From): boolean {
    const bytes = this.#bytes;
    let at = this.#places[id]!;
    const last = this.#places[id + 1]! - 1;
    const units = end - start;
    const length = last - at - (from === continuing ? 2 : 0);
    // A unit of UTF-16 is one to three bytes of UTF-8.
    if (length < units || length > 3 * units) return false;
    // What is looked for is a word and has no `#`: a term that continues one cannot be taken for one that begins it.
    if (from === continuing) {
      if (bytes[at] !== hash || bytes[at + 1] !== hash) return false;
      at += 2;
    }
    for (let index = start; index < end; index++) {
      if (at >= last) return false;
      const character = characterAt(bytes, at);
      if (character !== text.codePointAt(index)) return false;
      at += sizeOf(character);
      if (character > 0xffff) index++;
    }
    return at === last;
  }

  /**
   * The longest term with which `text` goes on from `start`, at most to `end`, or -1. Its length is in `matched`, 0 if there
   * is none. Takes time with the length of the longest term that begins alike, not of the text.
   */
  longest(text: string, start: number, end: number, from: From): number {
    const sums = this.#sums;
    const bucket = pairBucketOf(text.charCodeAt(start), text.charCodeAt(start + 1), from);
    // A term of one unit is in the bucket of another.
    const most = Math.min(end - start, Math.max(1, this.#longest[bucket]!));
    let sum: number = from;
    for (let length = 1; length <= most; length++)
      sums[length] = sum = hashUnit(sum, text.charCodeAt(start + length - 1));
    for (let length = most; length > 0; length--) {
      const sumOfPrefix = sums[Math.min(length, prefix)]!;
      const id = this.#find(text, start, start + length, sums[length]!, sumOfPrefix, from);
      if (id < 0) continue;
      this.matched = length;
      return id;
    }
    this.matched = 0;
    return -1;
  }
}
