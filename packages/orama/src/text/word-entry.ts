import { type Script, scriptOf } from "./characters.ts";
import type { Dictionary } from "./dictionary.ts";
import { foldAccents, lowerCase } from "./fold.ts";
import { functionWordBits, type Language, languageOfScript, letterBits, stem } from "./language-codes.ts";
import { accentMark, foldMark, functionMark } from "./term-marks.ts";
import type { TextLanguages } from "./text-languages.ts";

/** A word or extra form of a text as it stands there. */
export interface Word {
  readonly entry: WordEntry;
  /** 1 for a word, less for an extra form; see `WordVisitor`. */
  readonly weight: number;
  /** An identifier in one piece; see `WordVisitor`. */
  readonly whole?: boolean;
}

/** Weight of a term with accents. */
const accentWeight = 0.1;

/** First character of the spellings of words that another tokenizer made, whose terms are what it made of them. */
const literalMark = "\u0005";

/** The words that another tokenizer made of a text. */
export function literalWords(tokens: readonly string[]): Word[] {
  return tokens.map((token) => entryOf(literalMark + token).word);
}

/** What is known of a spelling, worked out once. */
export class WordEntry {
  /** Lower case, accents kept. */
  readonly lower: string;
  readonly script: Script;
  /** Latin languages that have it as a function word, one bit each; -1 for a function word of another script. */
  readonly functionBits: number;
  readonly letterBits: readonly number[];
  /** What the word is worth as a sign of its language, 0 to 1. */
  readonly vote: number;
  /** The word with the weight of a word, made once. */
  readonly word: Word;
  /** The extra forms that keep the accents and that never had them, of a word that has some. */
  readonly accented: Word | undefined;
  readonly unaccented: Word | undefined;
  /** Its term is the word as it stands. */
  readonly literal: boolean;
  readonly #keepsAccents: boolean;
  /** The word with its accents, of the form that never had them. */
  readonly accentedOne: WordEntry | undefined;
  readonly #stemmed: boolean;
  /** The term in the language it was first asked for, and in others; most words occur in one. */
  #firstLanguage: Language | undefined;
  #firstTerm: string | undefined;
  #terms: Map<Language | undefined, string> | undefined;
  #lastLanguages: TextLanguages | undefined;
  #lastTerm = "";
  /** The dictionary that was asked last, and the number that it gave `lastTerm`. */
  #lastDictionary = 0;
  #lastNumber = 0;

  /**
   * @param spelling As in the text; with `accentMark` before it for the form that keeps its accents.
   * @param accentedOne The word with accents, of the form that never had them.
   */
  constructor(spelling: string, accentedOne?: WordEntry) {
    this.literal = spelling.startsWith(literalMark);
    this.#keepsAccents = spelling.startsWith(accentMark);
    this.accentedOne = accentedOne;
    this.lower = this.literal ? spelling.slice(1) : lowerCase(spelling.replace(accentMark, ""));
    this.script = scriptOf(this.lower);
    // English alone writes its "I" large; elsewhere a single letter says little.
    const onlyEnglish = spelling === "I";
    this.functionBits = this.literal
      ? 0
      : onlyEnglish
        ? 1
        : (accentedOne?.functionBits ?? functionWordBits(this.lower));
    this.vote = this.lower.length > 1 || onlyEnglish || this.lower > "\x7f" ? 1 : 0.2;
    this.letterBits = this.script === "latin" ? letterBits(this.lower) : [];
    this.word = { entry: this, weight: 1 };
    this.#stemmed = /^[\p{L}\p{M}]+$/u.test(this.lower);
    const folded = foldAccents(this.lower);
    if (this.literal || this.#keepsAccents || folded === this.lower) return;
    this.accented = { entry: new WordEntry(accentMark + this.lower), weight: accentWeight };
    if (this.#stemmed) this.unaccented = { entry: new WordEntry(folded, this), weight: accentWeight };
  }

  /** The index term: the stem without accents, or with a mark the whole word or the stem with accents. */
  term(languages: TextLanguages): string {
    if (languages === this.#lastLanguages) return this.#lastTerm;
    const term = this.#termIn(languages);
    this.#lastLanguages = languages;
    this.#lastTerm = term;
    this.#lastDictionary = 0;
    return term;
  }

  /** The number of the term in a dictionary, given to it now if need be. */
  numberIn(dictionary: Dictionary, languages: TextLanguages): number {
    const term = this.term(languages);
    // Numbers are given anew when a term is gone, so the term that has it now is compared.
    if (this.#lastDictionary === dictionary.id && dictionary.term(this.#lastNumber) === term)
      return this.#lastNumber;
    this.#lastDictionary = dictionary.id;
    this.#lastNumber = dictionary.number(term);
    return this.#lastNumber;
  }

  #termIn(languages: TextLanguages): string {
    if (this.literal) return detached(this.lower);
    if (this.isFunctionWord(languages) && !this.#keepsAccents) return functionMark + foldAccents(this.lower);
    const language = this.#stemmed ? languageOf(this.script, languages) : undefined;
    if (this.#firstTerm !== undefined && this.#firstLanguage === language) return this.#firstTerm;
    const known = this.#terms?.get(language);
    if (known !== undefined) return known;
    const stemmed = language === undefined ? this.lower : stem(this.lower, language);
    const mark = this.accentedOne === undefined ? "" : foldMark;
    const term = detached(this.#keepsAccents ? accentMark + stemmed : mark + foldAccents(stemmed));
    if (this.#firstTerm === undefined) {
      this.#firstLanguage = language;
      this.#firstTerm = term;
    } else {
      this.#terms ??= new Map();
      this.#terms.set(language, term);
    }
    return term;
  }

  /** Whether it is a form that never had accents and says nothing new, because the stem does not depend on them. */
  repeats(languages: TextLanguages): boolean {
    const { accentedOne } = this;
    return (
      accentedOne !== undefined &&
      (this.isFunctionWord(languages) || foldMark + accentedOne.term(languages) === this.term(languages))
    );
  }

  isFunctionWord(languages: TextLanguages): boolean {
    return (this.functionBits & languages.latinBit) !== 0;
  }
}

/** The language in which a word of a text is taken; `undefined` when its script tells none. */
export function languageOf(script: Script, languages: TextLanguages): Language | undefined {
  if (script === "latin") return languages.latin;
  return script === "cyrillic" ? languages.cyrillic : languageOfScript(script);
}

/**
 * Slices of a string keep the whole of it alive; what is cached must not. Slices shorter than 13 units are copies, and a
 * spelling has some hundred at most.
 */
function detached(text: string): string {
  if (text.length < 13) return text;
  const units: number[] = [];
  for (let at = 0; at < text.length; at++) units.push(text.charCodeAt(at));
  return String.fromCharCode(...units);
}

/** Spellings kept in each of the two generations of the cache. */
const generationSize = 32_768;
let young = new Map<string, WordEntry>();
let old = new Map<string, WordEntry>();

/** What is known of a spelling; from the cache where possible. */
export function entryOf(spelling: string): WordEntry {
  const known = young.get(spelling);
  if (known !== undefined) return known;
  const key = detached(spelling);
  const entry = old.get(key) ?? new WordEntry(key);
  if (young.size >= generationSize) {
    old = young;
    young = new Map();
  }
  young.set(key, entry);
  return entry;
}
