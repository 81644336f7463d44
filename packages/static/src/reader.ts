import type { Characters } from "./characters.ts";
import { beginning, continuing, hashUnit, type Lexicon } from "./lexicon.ts";

const beyondAscii = /[^\0-\x7f]/;
const apostrophe = "'".charCodeAt(0);
/** Longest term, in characters, that is looked for in a run of an eastern script. */
const easternWindow = 12;

/**
 * Reads the terms of a text: lower case, NFKC, `’` as `'`; words are runs of letters and digits, an apostrophe inside
 * allowed. A word is the first of these that there is:
 * 1. itself, if it is a term;
 * 2. with a character of an eastern script, the longest terms from the left, 12 characters at most;
 * 3. itself without its combining marks, if that is a term;
 * 4. with an apostrophe, its parts of two characters and more, each read by these rules;
 * 5. its longest pieces from the left, without combining marks, `##` before all but the first.
 * What is in no term is skipped. Takes time with the length of the text, whatever is in it.
 */
export class Reader {
  readonly #lexicon: Lexicon;
  readonly #characters: Characters;

  constructor(lexicon: Lexicon, characters: Characters) {
    this.#lexicon = lexicon;
    this.#characters = characters;
  }

  /** Numbers of the terms, in order. */
  read(text: string): number[] {
    const characters = this.#characters;
    const ids: number[] = [];
    const plain = !beyondAscii.test(text);
    // The order matters: a capital dotted I becomes two characters before NFKC would make it one.
    const folded = plain
      ? text.toLowerCase()
      : characters.clean(text).toLowerCase().normalize("NFKC").replaceAll("’", "'");
    for (let at = 0; at < folded.length; ) {
      let size = characters.letterAt(folded, at);
      if (size === 0) {
        at++;
        continue;
      }
      const start = at;
      let sum: number = beginning;
      let apostrophes = false;
      while (size > 0) {
        for (const end = at + size; at < end; at++) sum = hashUnit(sum, folded.charCodeAt(at));
        size = characters.letterAt(folded, at);
        if (size > 0 || folded.charCodeAt(at) !== apostrophe) continue;
        size = characters.letterAt(folded, at + 1);
        if (size === 0) break;
        apostrophes = true;
        sum = hashUnit(sum, apostrophe);
        at++;
      }
      const id = this.#lexicon.find(folded, start, at, sum, beginning);
      if (id >= 0) ids.push(id);
      else this.#readUnknown(folded.slice(start, at), plain, apostrophes, ids);
    }
    return ids;
  }

  /** A word that is no term. */
  #readUnknown(word: string, plain: boolean, apostrophes: boolean, ids: number[]): void {
    if (!plain && this.#hasEastern(word)) {
      this.#readRun(word, ids);
      return;
    }
    const bare = plain ? word : this.#characters.withoutMarks(word);
    const id = plain ? -1 : this.#find(bare);
    if (id >= 0) ids.push(id);
    else if (!apostrophes) this.#readPieces(bare, ids);
    else
      for (const part of word.split("'")) {
        if (part.length < 2) continue;
        const known = this.#find(part);
        if (known >= 0) ids.push(known);
        else this.#readUnknown(part, plain, false, ids);
      }
  }

  #hasEastern(word: string): boolean {
    for (let at = 0; at < word.length; at++) if (this.#characters.isEastern(word.charCodeAt(at))) return true;
    return false;
  }

  #find(word: string): number {
    let sum: number = beginning;
    for (let at = 0; at < word.length; at++) sum = hashUnit(sum, word.charCodeAt(at));
    return this.#lexicon.find(word, 0, word.length, sum, beginning);
  }

  #readRun(run: string, ids: number[]): void {
    for (let at = 0; at < run.length; at += Math.max(1, this.#lexicon.matched)) {
      const id = this.#lexicon.longest(run, at, Math.min(run.length, at + easternWindow), beginning);
      if (id >= 0) ids.push(id);
    }
  }

  #readPieces(word: string, ids: number[]): void {
    for (let at = 0; at < word.length; at += Math.max(1, this.#lexicon.matched)) {
      const id = this.#lexicon.longest(word, at, word.length, at === 0 ? beginning : continuing);
      if (id >= 0) ids.push(id);
    }
  }
}
