import { bitCount } from "../bits.ts";
import { type FrozenPart, frozenStrings } from "../frozen-part.ts";
import { unpackingStrings } from "../packing.ts";
import type { Steps } from "../steps.ts";
import { scriptOf } from "./characters.ts";
import { EditDistance } from "./edit-distance.ts";
import { foldAccents } from "./fold.ts";
import {
  type Expansion,
  LikeTerms,
  missingPairs,
  nextLike,
  signatureOf,
  signatureWords,
} from "./like-terms.ts";
import { soundNumber } from "./script-forms.ts";
import { isMarked } from "./term-marks.ts";

/** A word with a slip in it, as one term of the index would have it. */
export interface Correction {
  term: number;
  /** The term, with the ending of the word. */
  word: string;
}

/** Terms that stand for one word, at most. */
const mostTerms = 16;
const longestEnding = 5;
const shortestStem = 5;

/** Terms that are looked at between two steps. */
const stepTerms = 512;

let dictionaries = 0;

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
  /** The first two UTF-16 units of terms, and below which number they are known; see `beginningWith`. */
  #heads = new Uint32Array(0);
  #headed = 0;
  /** Numbers of the sounds of terms, 0 for none; see `sounding`. */
  #sounds = new Uint32Array(0);
  /** Terms below these numbers have their sounds: those in Latin script, and the others. */
  readonly #sounded = { latin: 0, other: 0 };
  /** Whether terms in other scripts than Latin have sounds. */
  #hasOthers = false;

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
    if (number < this.#headed) this.#heads[number] = headOf(term);
    const script = isLatin(term) ? "latin" : "other";
    if (number < this.#sounded[script]) {
      this.#sounds[number] = soundNumber(term);
      if (script === "other") this.#hasOthers = true;
    } else if (number < this.#sounds.length) this.#sounds[number] = 0;
  }

  /** Signatures are made when they are first needed. */
  #signAll(): void {
    this.#reserveSignatures();
    while (this.#signed < this.#terms.length) this.#sign(this.#signed++);
  }

  #reserveSignatures(): void {
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
  }

  #sign(number: number): void {
    const term = this.#terms[number] ?? "";
    const { low, high, letters } = signatureOf(term);
    this.#signatures.set([low, high, letters], number * signatureWords);
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

  /**
   * The terms in other scripts than that of a word which sound like it; see `soundsInOtherScripts`. The sounds of terms are
   * worked out when they are first asked for: an index of one script does without.
   * @param soundsOf Tells the numbers of the sounds.
   */
  sounding(word: string, soundsOf: () => ReadonlySet<number>): number[] {
    this.#soundAll("other");
    if (!isLatin(word)) this.#soundAll("latin");
    else if (!this.#hasOthers) return [];
    const sounds = soundsOf();
    if (sounds.size === 0) return [];
    const script = scriptOf(word);
    const found: number[] = [];
    const end = this.#terms.length;
    for (
      let number = nextSounding(this.#sounds, sounds, 0, end);
      number < end;
      number = nextSounding(this.#sounds, sounds, number + 1, end)
    ) {
      const term = this.#terms[number];
      if (term !== undefined && scriptOf(term) !== script) found.push(number);
    }
    return found.slice(0, mostTerms);
  }

  #soundAll(script: "latin" | "other", upTo: number = this.#terms.length): void {
    const end = Math.min(upTo, this.#terms.length);
    if (end > this.#sounds.length) {
      const sounds = new Uint32Array(Math.ceil(this.#terms.length * 1.5));
      sounds.set(this.#sounds);
      this.#sounds = sounds;
    }
    for (; this.#sounded[script] < end; this.#sounded[script]++) {
      const term = this.#terms[this.#sounded[script]] ?? "";
      if (isLatin(term) !== (script === "latin")) continue;
      const sound = soundNumber(term);
      this.#sounds[this.#sounded[script]] = sound;
      if (script === "other" && sound !== 0) this.#hasOthers = true;
    }
  }

  /** The terms that begin with a word or a part of one, marked ones left out. */
  beginningWith(start: string): number[] {
    const end = this.#terms.length;
    if (end > this.#heads.length) {
      const heads = new Uint32Array(Math.ceil(end * 1.5));
      heads.set(this.#heads);
      this.#heads = heads;
    }
    for (; this.#headed < end; this.#headed++)
      this.#heads[this.#headed] = headOf(this.#terms[this.#headed] ?? "");
    const found: number[] = [];
    const head = headOf(start);
    const shift = start.length === 1 ? 16 : 0;
    for (
      let number = nextHeaded(this.#heads, head, shift, 0, end);
      number < end;
      number = nextHeaded(this.#heads, head, shift, number + 1, end)
    )
      if (this.#terms[number]?.startsWith(start) === true) found.push(number);
    return found;
  }

  /** The terms that are at most so many slips of the keys away from a word, nearest first. */
  within(word: string, slips: number): number[] {
    const distance = new EditDistance(word, slips);
    const near: number[][] = Array.from({ length: slips + 1 }, () => []);
    const test = (term: string) => !isMarked(term) && distance.to(term) <= slips;
    for (const number of this.termsOfLength(word.length, slips, test))
      near[distance.to(this.#terms[number]!)]!.push(number);
    return near.flat();
  }

  /** The terms that pass a test, of a length not far from the given one. */
  termsOfLength(length: number, tolerance: number, test: (term: string) => boolean): number[] {
    this.#signAll();
    const found: number[] = [];
    for (let number = 0; number < this.#terms.length; number++) {
      const difference = this.#lengths[number]! - length;
      if (difference > tolerance || difference < -tolerance) continue;
      const term = this.#terms[number];
      if (term !== undefined && test(term)) found.push(number);
    }
    return found;
  }

  freeze(): FrozenPart[] {
    return frozenStrings(this.#terms.slice());
  }

  /**
   * Works out ahead of questions what they need of all terms: signatures, and the sounds of the terms in other scripts.
   * Few are left to the first question that needs them.
   */
  *preparing(): Steps {
    const few = 1024;
    if (this.#terms.length - this.#signed > few) {
      this.#reserveSignatures();
      for (let done = 0; this.#signed < this.#terms.length; ) {
        // There may be more terms after each step.
        if (this.#signed * signatureWords >= this.#signatures.length) this.#reserveSignatures();
        this.#sign(this.#signed++);
        if (++done % stepTerms === 0) yield;
      }
    }
    while (this.#terms.length - this.#sounded.other > few) {
      this.#soundAll("other", this.#sounded.other + stepTerms);
      yield;
    }
  }

  static *loading(parts: readonly Uint8Array[]): Steps<Dictionary> {
    const dictionary = new Dictionary();
    const terms = yield* unpackingStrings(parts[0]!, parts[1]!);
    for (let number = 0; number < terms.length; number++) {
      if (number % stepTerms === 0) yield;
      const term = terms[number];
      dictionary.#terms.push(term);
      if (term === undefined) dictionary.#free.push(number);
      else dictionary.#enter(term, number);
    }
    return dictionary;
  }

  /** Shorter terms first, then by code units. */
  #inOrder(a: number, b: number): number {
    return this.term(a)!.length - this.term(b)!.length || (this.term(a)! < this.term(b)! ? -1 : 1);
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
    const like = new LikeTerms(word);
    this.#findLike(like);
    const found = like.best();
    if (found === undefined) return like.slips === 0 ? undefined : this.#stemOf(word);
    const terms = found.terms.sort((a, b) => this.#inOrder(a, b)).slice(0, mostTerms);
    return { ...found, terms };
  }

  #findLike(like: LikeTerms): void {
    const end = this.#terms.length;
    for (
      let number = nextLike(this.#signatures, like.signature, 0, end);
      number < end;
      number = nextLike(this.#signatures, like.signature, number + 1, end)
    ) {
      const letters = this.#signatures[number * signatureWords + 2]!;
      const missing = missingPairs(this.#signatures, number * signatureWords, like.signature);
      if (!like.mayTake(this.#lengths[number]!, letters, missing)) continue;
      const term = this.#terms[number];
      if (term !== undefined && !isMarked(term)) like.take(number, term, letters, missing);
    }
  }

  /**
   * The terms that a word of 5 letters or more begins with when one slip of the keys is undone: where the slip kept the
   * ending from being taken off, or made another word of it ("ocluista", whose stem would be "ocul").
   * @param isStem Whether a term is what stands in the index for a word.
   */
  corrections(word: string, isStem: (term: string, word: string) => boolean): Correction[] {
    if (word.length < shortestStem || word.length > 64 || !/^[\p{L}\p{M}]+$/u.test(word)) return [];
    this.#signAll();
    const folded = foldAccents(word);
    const ending = folded.length === word.length ? word : folded;
    const { low, high, letters } = signatureOf(folded);
    const distances: (EditDistance | undefined)[] = [];
    const found: Correction[] = [];
    const signatures = this.#signatures;
    const end = this.#terms.length;
    const shortest = Math.max(shortestStem - 1, folded.length - 1 - longestEnding);
    for (
      let number = nextWithin(signatures, low, high, 0, end);
      number < end;
      number = nextWithin(signatures, low, high, number + 1, end)
    ) {
      const length = this.#lengths[number]!;
      if (length < shortest || length > folded.length + 1) continue;
      if (bitCount(signatures[number * signatureWords + 2]! & ~letters) > 1) continue;
      const term = this.#terms[number];
      if (term === undefined || isMarked(term)) continue;
      for (let cut = Math.min(folded.length, length + 1); cut >= length - 1; cut--) {
        const distance = distances[cut] ?? new EditDistance(folded.slice(0, cut), 1);
        distances[cut] = distance;
        const corrected = term + ending.slice(cut);
        if (distance.to(term) > 1 || !isStem(term, corrected)) continue;
        found.push({ term: number, word: corrected });
        break;
      }
    }
    return found.sort((a, b) => this.#inOrder(a.term, b.term)).slice(0, mostTerms);
  }

  /** The stem that a word begins with: a slip in its ending ("managment") kept the ending from being taken off. */
  #stemOf(word: string): Expansion | undefined {
    for (let ending = 1; ending <= longestEnding && word.length - ending >= shortestStem; ending++) {
      const number = this.find(word.slice(0, -ending));
      if (number !== undefined) return { kind: "typo", terms: [number], part: word.slice(0, -ending) };
    }
    return undefined;
  }
}

/** Pairs that a slip takes from a stem, at most. */
const mostForeign = 3;

/** The first term from `from` on of whose pairs a word lacks few; `end` when there is none. */
function nextWithin(signatures: Uint32Array, low: number, high: number, from: number, end: number): number {
  let number = from;
  while (
    number < end &&
    bitCount(signatures[number * signatureWords]! & ~low) +
      bitCount(signatures[number * signatureWords + 1]! & ~high) >
      mostForeign
  )
    number++;
  return number;
}

function headOf(term: string): number {
  return term === "" ? 0 : term.charCodeAt(0) * 0x10000 + (term.length > 1 ? term.charCodeAt(1) : 0);
}

/** The first number from `from` on whose head is the given one, but for its last `shift` bits. */
function nextHeaded(heads: Uint32Array, head: number, shift: number, from: number, end: number): number {
  const wanted = head >>> shift;
  let number = from;
  while (number < end && heads[number]! >>> shift !== wanted) number++;
  return number;
}

/** The first number from `from` on whose sound is one of the given ones; `end` when there is none. */
function nextSounding(sounds: Uint32Array, wanted: ReadonlySet<number>, from: number, end: number): number {
  let number = from;
  while (number < end && (sounds[number] === 0 || !wanted.has(sounds[number]!))) number++;
  return number;
}

function isLatin(term: string): boolean {
  return scriptOf(term) === "latin";
}
