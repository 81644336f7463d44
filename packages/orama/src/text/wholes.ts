import { characterClass, classAt } from "./characters.ts";

/**
 * First character of the terms of identifiers that a text writes in several words: "INC 4471" has the term of "INC-4471"
 * beside its words, with this mark, so that it is no beginning or likeness of another word.
 */
export const joinMark = "\u0003";

/** Figures from which on it does not matter how they are grouped: of dates, orders, accounts; not of "3-4". */
const manyFigures = 8;

/**
 * An identifier in the form in which it is the same however it is written: without what stands between letters and
 * figures, and between groups of figures when there are many. Dots and colons between figures stay, as in versions, and
 * addresses stay as they are.
 */
export function wholeForm(identifier: string): string {
  if (identifier.includes("@")) return identifier;
  const figures = identifier.match(/\p{N}/gu)?.length ?? 0;
  const grouped = /(?<=\p{N})[.:](?=\p{N})/u.test(identifier);
  return identifier
    .replace(/^[vV](?=\d+\.)/, "")
    .replace(/(?<=\p{N})[^\p{L}\p{M}\p{N}.:](?=\p{N})/gu, figures >= manyFigures && !grouped ? "" : "-")
    .replace(/(?<=\p{N}\p{M}?)[^\p{L}\p{M}\p{N}](?=\p{L})|(?<=[\p{L}\p{M}])[^\p{L}\p{M}\p{N}](?=\p{N})/gu, "")
    .replace(/(?<=[\p{L}\p{M}])[_\-\u2010'\u2019](?=\p{L})/gu, "");
}

/** UTF-16 units of a word before a number, and of one after it, that may belong to it. */
const longestBefore = 12;
const longestAfter = 4;
const longestWhole = 64;
const mostPieces = 9;
/** What may stand between the pieces of an identifier. */
const between = /^[ #°:./_\u2010-\u2014-]{1,3}$/;
const capitals = /^\p{Lu}+$/u;
const letters = /^\p{L}+$/u;

/**
 * Puts together the identifiers that a text writes in several words: a word and the number after it, groups of figures,
 * and capitals after a number ("AB 123 CD"; in a question also small letters). Constant time for each word.
 */
export class SpacedWholes {
  readonly #source: string;
  readonly #visit: (whole: string) => void;
  readonly #after: RegExp;
  /** The pieces so far, each beginning or ending with a figure, or before one that does. */
  #pieces: string[] = [];
  /** Where the last word begins and ends. */
  #start = 0;
  #end = -1;

  constructor(source: string, visit: (whole: string) => void, { ofQuestion }: { ofQuestion: boolean }) {
    this.#source = source;
    this.#after = ofQuestion ? letters : capitals;
    this.#visit = visit;
  }

  /** Takes the next word of the text, from `start` to before `end`. */
  take(start: number, end: number): void {
    const source = this.#source;
    const before = this.#end;
    if (before >= 0 && start - before <= 3) {
      const figureBefore = classAt(source, before - 1) === characterClass.digit;
      const figureAfter = classAt(source, start) === characterClass.digit;
      if ((figureBefore || figureAfter) && this.#joins(start, end, figureBefore, figureAfter)) {
        if (this.#pieces.length === 0) this.#pieces.push(source.slice(this.#start, before));
        this.#pieces.push(source.slice(start, end));
        this.#give();
      } else if (this.#pieces.length > 0) this.#pieces = [];
    } else if (this.#pieces.length > 0) this.#pieces = [];
    this.#start = start;
    this.#end = end;
  }

  #joins(start: number, end: number, figureBefore: boolean, figureAfter: boolean): boolean {
    const { length } = this.#pieces;
    if (length === mostPieces || end - start > longestWhole) return false;
    if (!between.test(this.#source.slice(this.#end, start))) return false;
    if (figureAfter) return figureBefore || this.#end - this.#start <= longestBefore;
    return end - start <= longestAfter && this.#after.test(this.#source.slice(start, end));
  }

  /** What ends with the last piece. */
  #give(): void {
    const pieces = this.#pieces;
    let whole = pieces.at(-1)!;
    for (let from = pieces.length - 2; from >= 0; from--) {
      whole = `${pieces[from]}-${whole}`;
      if (whole.length > longestWhole) return;
      this.#visit(joinMark + wholeForm(whole));
    }
  }
}
