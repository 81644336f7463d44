import { bitCount } from "../bits.ts";
import { packStrings, unpackStrings } from "../packing.ts";
import { EditDistance } from "./edit-distance.ts";
import { accentMark, functionMark } from "./word-entry.ts";

/** How a term of the index answers a word that is not in it. */
export type ExpansionKind = "prefix" | "typo" | "infix";

export interface Expansion {
  kind: ExpansionKind;
  /** Terms, best first. */
  terms: number[];
}

/** Terms that stand for one word, at most. */
const mostTerms = 16;
const longestEnding = 5;
const shortestStem = 5;

let dictionaries = 0;

/** Words of a signature. */
const signatureWords = 3;

/**
 * The terms of an index, numbered from 0; numbers of released terms are used again. Each term has a signature, with which
 * a scan finds similar terms without looking at the others: 64 bits for its pairs of neighbouring letters by hash, and 32
 * for its letters.
 */
export class Dictionary {
  /** Tells dictionaries apart: 1 or more. */
  readonly id: number = ++dictionaries;
  readonly #numbers = new Map<string, number>();
  readonly #terms: (string | undefined)[] = [];
  readonly #free: number[] = [];
  #signatures = new Uint32Array(0);
  #lengths = new Uint16Array(0);
  /** Terms below this number have their signatures. */
  #signed = 0;

  find(term: string): number | undefined {
    return this.#numbers.get(term);
  }

  /** The number of a term, given to it now if need be. */
  number(term: string): number {
    const known = this.#numbers.get(term);
    if (known !== undefined) return known;
    const number = this.#free.pop() ?? this.#terms.length;
    this.#terms[number] = term;
    this.#enter(term, number);
    return number;
  }

  #enter(term: string, number: number): void {
    this.#numbers.set(term, number);
    if (number < this.#signed) this.#sign(number);
  }

  /** Signatures are made when they are first needed. */
  #signAll(): void {
    const end = this.#terms.length;
    if (end * signatureWords > this.#signatures.length) {
      const room = Math.ceil(end * 1.5);
      const signatures = new Uint32Array(room * signatureWords);
      signatures.set(this.#signatures);
      this.#signatures = signatures;
      const lengths = new Uint16Array(room);
      lengths.set(this.#lengths);
      this.#lengths = lengths;
    }
    while (this.#signed < end) this.#sign(this.#signed++);
  }

  #sign(number: number): void {
    const term = this.#terms[number] ?? "";
    this.#signatures.set(signature(term), number * signatureWords);
    this.#lengths[number] = term.length;
  }

  release(number: number): void {
    const term = this.#terms[number];
    if (term === undefined) return;
    this.#numbers.delete(term);
    this.#terms[number] = undefined;
    this.#free.push(number);
  }

  /** The term of a number; `undefined` while the number is free. */
  term(number: number): string | undefined {
    return this.#terms[number];
  }

  save(): Uint8Array[] {
    return packStrings(this.#terms);
  }

  static load(parts: readonly Uint8Array[]): Dictionary {
    const dictionary = new Dictionary();
    const terms = unpackStrings(parts[0]!, parts[1]!);
    for (let number = 0; number < terms.length; number++) {
      const term = terms[number];
      dictionary.#terms.push(term);
      if (term === undefined) dictionary.#free.push(number);
      else dictionary.#enter(term, number);
    }
    return dictionary;
  }

  /**
   * Terms for a word that is not one: those that begin with it; else those a slip of the keys away (one for words of 4
   * to 7 letters, two for longer ones: Damerau, 1964, restricted to adjacent swaps); else those that contain it, as
   * German compounds do; else the stem that it begins with. `undefined` when there are none.
   */
  expand(word: string): Expansion | undefined {
    if (
      word.length < 3 ||
      word.length > 64 ||
      /^\p{N}+$|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word)
    ) {
      return undefined;
    }
    this.#signAll();
    const typos = /\p{N}/u.test(word) || word.length < 4 ? 0 : word.length < 8 ? 1 : 2;
    const [low, high, letters] = signature(word) as [number, number, number];
    const prefixed: number[] = [];
    const containing: number[] = [];
    const close: number[][] = [[], []];
    const distance = new EditDistance(word, typos);
    // A slip changes two pairs of letters, a swap three; two swaps in one word are too rare to look for.
    const mostMissing = typos === 0 ? 0 : typos * 2 + 1;
    const signatures = this.#signatures;
    const end = this.#terms.length;
    for (
      let number = nextLike(signatures, low, high, mostMissing, 0, end);
      number < end;
      number = nextLike(signatures, low, high, mostMissing, number + 1, end)
    ) {
      const at = number * signatureWords;
      const missing = missingPairs(signatures, at, low, high);
      const longer = this.#lengths[number]! - word.length;
      if (missing === 0 && longer > 0) {
        const term = this.#terms[number];
        if (term === undefined || isMarked(term)) continue;
        if (term.startsWith(word)) prefixed.push(number);
        else if (word.length >= 4 && term.includes(word)) containing.push(number);
      }
      if (longer > typos || longer < -typos || typos === 0) continue;
      const otherLetters = signatures[at + 2]!;
      if (bitCount(letters & ~otherLetters) > typos || bitCount(otherLetters & ~letters) > typos) continue;
      const term = this.#terms[number];
      if (term === undefined || isMarked(term)) continue;
      const slips = distance.to(term);
      if (slips <= typos) close[slips - 1]?.push(number);
    }
    const byLength = (a: number, b: number): number =>
      this.term(a)!.length - this.term(b)!.length || (this.term(a)! < this.term(b)! ? -1 : 1);
    for (const [kind, terms] of [
      ["prefix", prefixed],
      ["typo", close[0]],
      ["typo", close[1]],
      ["infix", containing],
    ] as const) {
      if (terms !== undefined && terms.length > 0) {
        return { kind, terms: terms.sort(byLength).slice(0, mostTerms) };
      }
    }
    return typos === 0 ? undefined : this.#stemOf(word);
  }

  /** The stem that a word begins with: a slip in its ending ("managment") kept the ending from being taken off. */
  #stemOf(word: string): Expansion | undefined {
    for (let ending = 1; ending <= longestEnding && word.length - ending >= shortestStem; ending++) {
      const number = this.find(word.slice(0, -ending));
      if (number !== undefined) return { kind: "typo", terms: [number] };
    }
    return undefined;
  }
}

/** How many of the pairs of a word a term lacks. */
function missingPairs(signatures: Uint32Array, at: number, low: number, high: number): number {
  return bitCount(low & ~signatures[at]!) + bitCount(high & ~signatures[at + 1]!);
}

/** The first term from `from` on that lacks no more than `mostMissing` pairs of a word; `end` when there is none. */
function nextLike(
  signatures: Uint32Array,
  low: number,
  high: number,
  mostMissing: number,
  from: number,
  end: number,
): number {
  let number = from;
  while (number < end && missingPairs(signatures, number * signatureWords, low, high) > mostMissing) number++;
  return number;
}

function isMarked(term: string): boolean {
  return term.startsWith(functionMark) || term.startsWith(accentMark);
}

/** Bits of the pairs of neighbouring UTF-16 units (two words) and of the units (one). */
function signature(term: string): number[] {
  let low = 0;
  let high = 0;
  let letters = term.length === 0 ? 0 : 1 << (term.charCodeAt(0) & 31);
  for (let at = 1; at < term.length; at++) {
    const hash = Math.imul(term.charCodeAt(at - 1) * 31 + term.charCodeAt(at), 0x9e3779b1) >>> 26;
    if (hash < 32) low |= 1 << hash;
    else high |= 1 << (hash - 32);
    letters |= 1 << (term.charCodeAt(at) & 31);
  }
  return [low, high, letters];
}
