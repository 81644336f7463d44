import { bitCount } from "../bits.ts";
import { EditDistance } from "./edit-distance.ts";

/** How a term of the index answers a word that is not in it. */
export type ExpansionKind = "prefix" | "typo" | "infix";

export interface Expansion {
  kind: ExpansionKind;
  /** Terms, best first. */
  terms: number[];
  /** What the terms have of the word; the word itself unless they are compounds of another form of it. */
  part: string;
}

/** What a scan compares: bits of the pairs of neighbouring UTF-16 units by hash (64) and of the units (32). */
export interface Signature {
  low: number;
  high: number;
  letters: number;
  /** Pairs of the word that a term may lack. */
  mostMissing: number;
}

/** 32-bit words of a signature. */
export const signatureWords = 3;

export function signatureOf(term: string, mostMissing = 0): Signature {
  let low = 0;
  let high = 0;
  let letters = term.length === 0 ? 0 : 1 << (term.charCodeAt(0) & 31);
  for (let at = 1; at < term.length; at++) {
    const hash = Math.imul(term.charCodeAt(at - 1) * 31 + term.charCodeAt(at), 0x9e3779b1) >>> 26;
    if (hash < 32) low |= 1 << hash;
    else high |= 1 << (hash - 32);
    letters |= 1 << (term.charCodeAt(at) & 31);
  }
  return { low, high, letters, mostMissing };
}

/** How many of the pairs of a word a term lacks. */
export function missingPairs(signatures: Uint32Array, at: number, { low, high }: Signature): number {
  return bitCount(low & ~signatures[at]!) + bitCount(high & ~signatures[at + 1]!);
}

/** The first term from `from` on that lacks no more pairs of a word than it may; `end` when there is none. */
export function nextLike(signatures: Uint32Array, word: Signature, from: number, end: number): number {
  const { low, high, mostMissing } = word;
  let number = from;
  while (
    number < end &&
    bitCount(low & ~signatures[number * signatureWords]!) +
      bitCount(high & ~signatures[number * signatureWords + 1]!) >
      mostMissing
  )
    number++;
  return number;
}

/** Takes the terms that are like a word, by what they have in common; see `Dictionary.expand`. */
export class LikeTerms {
  readonly signature: Signature;
  /** Slips of the keys that a term may be away. */
  readonly slips: number;
  readonly #word: string;
  readonly #distance: EditDistance;
  readonly #prefixed: number[] = [];
  readonly #close: readonly number[][] = [[], []];
  readonly #containing: number[] = [];
  /** By letters that the word has more: compounds that end with another form of it ("versichert", "Krankenversicherung"). */
  readonly #ending: readonly number[][];

  constructor(word: string) {
    this.#word = word;
    this.slips = /\p{N}/u.test(word) || word.length < 4 ? 0 : word.length < 8 ? 1 : 2;
    // A slip changes two pairs of letters, a swap three; two swaps in one word are too rare to look for.
    this.signature = signatureOf(word, this.slips === 0 ? 0 : this.slips * 2 + 1);
    this.#distance = new EditDistance(word, this.slips);
    this.#ending = word.length < 7 ? [] : [[], []];
  }

  /** Whether a term may be like the word, by what is known without looking at it. */
  mayTake(length: number, letters: number, missing: number): boolean {
    const longer = length - this.#word.length;
    return (longer > 0 && missing <= 2) || this.#mayBeSlip(longer, letters);
  }

  take(number: number, term: string, letters: number, missing: number): void {
    const longer = term.length - this.#word.length;
    if (longer > 0 && missing === 0) this.#takeLonger(number, term);
    if (longer > 0 && missing <= 2) this.#takeEnding(number, term);
    if (this.#mayBeSlip(longer, letters)) this.#takeSlip(number, term);
  }

  #mayBeSlip(longer: number, letters: number): boolean {
    if (this.slips === 0 || longer > this.slips || longer < -this.slips) return false;
    const own = this.signature.letters;
    return bitCount(own & ~letters) <= this.slips && bitCount(letters & ~own) <= this.slips;
  }

  #takeLonger(number: number, term: string): void {
    if (term.startsWith(this.#word)) this.#prefixed.push(number);
    else if (this.#word.length >= 4 && term.includes(this.#word)) this.#containing.push(number);
  }

  #takeEnding(number: number, term: string): void {
    for (let cut = 1; cut <= this.#ending.length; cut++)
      if (term.endsWith(this.#word.slice(0, -cut))) this.#ending[cut - 1]!.push(number);
  }

  #takeSlip(number: number, term: string): void {
    const slips = this.#distance.to(term);
    if (slips <= this.slips) this.#close[slips - 1]?.push(number);
  }

  /** The terms that are most like the word; `undefined` when none is. */
  best(): Expansion | undefined {
    const word = this.#word;
    if (this.#prefixed.length > 0) return { part: word, kind: "prefix", terms: this.#prefixed };
    for (const terms of this.#close) if (terms.length > 0) return { part: word, kind: "typo", terms };
    if (this.#containing.length > 0) return { part: word, kind: "infix", terms: this.#containing };
    for (const [at, terms] of this.#ending.entries())
      if (terms.length > 0) return { part: word.slice(0, -1 - at), kind: "infix", terms };
    return undefined;
  }
}
