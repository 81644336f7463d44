import type { Mention, Setting } from "./known-names.ts";
import { type Lexicon, lexicon } from "./lexicon.ts";
import { type Passage, style, type Word } from "./passage.ts";

/** Common German nouns and endings of nouns: their capital makes no name of them. */
const germanNoun =
  /(?:ung|heit|keit|schaft|tion|tat|chen|nis|ling|zeit|arbeit|haus|tag|jahr|woche|geburtstag|hunger|lust|angst|urlaub|recht|geld|gluck|kinder|probleme?|fragen?|besuch|bescheid|kaffee|tee|wasser|auto|essen|hilfe|platz|schule|buro|termin|spass|musik|sport|leute|mensch(?:en)?|daten(?:bank)?|software|projekte?|team)$/;

/** McDonald, DeVito, LeBron: capitals inside that make no brand of a name. */
export const prefixedSurname: RegExp = /^(?:Mc|Mac|O|D|De|Di|Du|Da|La|Le|Van|Von|Fitz|St)\p{Lu}\p{Ll}+$/u;

/** A passage with what is known about its words: what the finders of persons, organisations and places share. */
export class Reading {
  readonly words: readonly Word[];
  readonly text: string;
  readonly setting: Setting;
  readonly lexicon: Lexicon;
  /** Type of the known name that a word belongs to. */
  readonly #known: (string | undefined)[];
  readonly #style: Uint8Array;

  constructor(passage: Passage, mentions: readonly Mention[], setting: Setting) {
    this.words = passage.words;
    this.text = passage.text;
    this.setting = setting;
    this.lexicon = lexicon();
    this.#known = new Array<string | undefined>(passage.words.length);
    for (const { from, to, type } of mentions)
      for (let index = from; index < to; index++) this.#known[index] = type;
    this.#style = passage.styles;
  }

  known(index: number): string | undefined {
    return this.#known[index];
  }
  isHeadline(index: number): boolean {
    return this.#style[index] !== style.plain;
  }
  isShouting(index: number): boolean {
    return this.#style[index] === style.capitals;
  }

  /** A word with a capital that may be a name or a part of one. */
  isNameWord(index: number): boolean {
    const word = this.words[index];
    if (word === undefined) return false;
    if (word.shape !== "capitalised" && word.shape !== "mixed" && word.shape !== "capitals") return false;
    if (word.shape === "capitals" && this.isShouting(index)) return false;
    if (this.lexicon.neverNames.has(word.key) && !this.lexicon.firstNames.has(word.key)) return false;
    return !(this.setting.german && germanNoun.test(word.key));
  }

  /** One letter that goes on: the O of O'Neil, the R of J. R. Tolkien. */
  #isInitial(index: number): boolean {
    const { start, end, shape } = this.words[index]!;
    const next = this.words[index + 1];
    if (end - start !== 1 || shape !== "capitalised" || next?.shape !== "capitalised") return false;
    return next.gap === "apostrophe" || next.gap === "dot" || (next.gap === "period" && !next.opens);
  }

  /**
   * Where a name that begins at a word ends: name words joined by spaces, hyphens, apostrophes or initials, with
   * particles between them, at most `most` words. Known names of other types end it.
   */
  nameEnd(from: number, particles: ReadonlySet<string>, most = 5, accept?: string): number {
    const { words } = this;
    let end = from + 1;
    while (end < words.length && end - from < most) {
      const word = words[end]!;
      const before = words[end - 1]!;
      const initial = before.end - before.start === 1 && before.shape === "capitalised";
      const joined =
        word.gap === "space" ||
        word.gap === "hyphen" ||
        (word.gap === "period" && initial) ||
        (word.gap === "dot" && initial) ||
        // O'Neil, D'Angelo; not Anna's.
        (word.gap === "apostrophe" && before.end - before.start <= 2);
      if (!joined || word.opens) break;
      const known = this.known(end);
      if ((this.isNameWord(end) || this.#isInitial(end)) && (known === undefined || known === accept)) {
        end++;
        continue;
      }
      let next = end;
      while (
        next < end + 3 &&
        next < words.length &&
        particles.has(words[next]!.key) &&
        words[next]!.shape === "lower"
      )
        next++;
      const after = words[next];
      if (next === end || after === undefined || !this.isNameWord(next)) break;
      if (after.gap !== "space" && after.gap !== "apostrophe") break;
      end = next + 1;
    }
    return end;
  }

  /** Only a space and an opening quotation mark stand before the word. */
  #isQuoted(index: number): boolean {
    const before = this.words[index - 1];
    return before !== undefined && /^ ?[«„"“]$/.test(this.text.slice(before.end, this.words[index]!.start));
  }

  /** What the words before a name say that it is: the longest cue of up to three words. */
  cue(index: number): string | undefined {
    const { words } = this;
    const word = words[index]!;
    const abbreviated = word.gap === "period" && !word.opens;
    if (word.gap !== "space" && word.gap !== "comma" && !abbreviated && !this.#isQuoted(index))
      return undefined;
    let last = index - 1;
    if (this.lexicon.naming.has(words[last]?.key ?? "")) last--;
    const nearest = words[last];
    // "Company Name" in a headline or a form is no cue.
    if (nearest === undefined || (nearest.shape !== "lower" && !this.setting.german)) return undefined;
    let phrase = "";
    let found: string | undefined;
    for (let size = 0; size < 3; size++) {
      const before = words[last - size];
      if (before === undefined) break;
      phrase = size === 0 ? before.key : `${before.key} ${phrase}`;
      const cue = this.lexicon.cues.get(phrase);
      // "Move to Summary" is an instruction.
      if (cue !== undefined && !(cue === "place" && before.opens)) found = cue;
      if (before.gap !== "space" && before.gap !== "apostrophe" && before.gap !== "hyphen") break;
    }
    // After a comma only a relative is named: "my sister, Ana".
    return word.gap === "comma" && found !== "person" ? undefined : found;
  }
}
