import { scriptOf } from "./characters.ts";
import { foldAccents, lowerCase } from "./fold.ts";
import {
  functionWordBits,
  type Language,
  LanguageVotes,
  type LatinLanguage,
  latinLanguages,
  letterBits,
} from "./language.ts";
import { stem } from "./stem.ts";
import { visitWords } from "./words.ts";

/** Languages of a text: that of its words in Latin script and that of its words in Cyrillic. */
export interface TextLanguages {
  latin: LatinLanguage;
  cyrillic: "ru" | "uk";
}

/** A word or extra form of a text as it stands there. */
export interface Word {
  readonly entry: WordEntry;
  /** 1 for a word, less for an extra form; see `WordVisitor`. */
  readonly weight: number;
}

/**
 * First character of the terms of function words. It keeps them apart from stems that look alike: Spanish "comer" (to eat)
 * has the stem "com", and so would "como" (like).
 */
export const functionMark = "\u0001";

/** What is known of a spelling, worked out once. */
export class WordEntry {
  /** Lower case, accents kept. */
  readonly lower: string;
  readonly script: ReturnType<typeof scriptOf>;
  /** Latin languages that have it as a function word, one bit each; -1 for a function word of another script. */
  readonly functionBits: number;
  readonly letterBits: readonly number[];
  /** What the word is worth as a sign of its language, 0 to 1. */
  readonly vote: number;
  /** The word with the weight of a word, made once. */
  readonly word: Word;
  readonly #stemmed: boolean;
  readonly #terms = new Map<Language | undefined, string>();
  #lastLatin: LatinLanguage | undefined;
  #lastTerm = "";

  constructor(spelling: string) {
    this.lower = lowerCase(spelling);
    this.script = scriptOf(this.lower);
    // English alone writes its "I" large; elsewhere a single letter says little.
    this.functionBits = spelling === "I" ? 1 : functionWordBits(this.lower);
    this.vote = this.lower.length > 1 || spelling === "I" || this.lower > "\x7f" ? 1 : 0.2;
    this.letterBits = this.script === "latin" ? letterBits(this.lower) : [];
    this.word = { entry: this, weight: 1 };
    this.#stemmed = /^[\p{L}\p{M}]+$/u.test(this.lower);
  }

  /** The index term: the stem without accents, or the mark and the whole word for a function word. */
  term(languages: TextLanguages): string {
    if (languages.latin === this.#lastLatin && this.script !== "cyrillic") return this.#lastTerm;
    const term = this.#termIn(languages);
    this.#lastLatin = languages.latin;
    this.#lastTerm = term;
    return term;
  }

  #termIn(languages: TextLanguages): string {
    if (this.isFunctionWord(languages)) return functionMark + foldAccents(this.lower);
    const language = this.#stemmed ? languageOf(this.script, this.lower, languages) : undefined;
    const known = this.#terms.get(language);
    if (known !== undefined) return known;
    const term = detached(foldAccents(language === undefined ? this.lower : stem(this.lower, language)));
    this.#terms.set(language, term);
    return term;
  }

  isFunctionWord(languages: TextLanguages): boolean {
    if (this.functionBits === -1) return true;
    return (this.functionBits & (1 << latinLanguages.indexOf(languages.latin))) !== 0;
  }
}

function languageOf(
  script: WordEntry["script"],
  word: string,
  languages: TextLanguages,
): Language | undefined {
  switch (script) {
    case "latin":
      return languages.latin;
    case "cyrillic":
      return languages.cyrillic;
    case "greek":
      return "el";
    case "arabic":
      return "ar";
    case "hebrew":
      return "he";
    case "devanagari":
      return "hi";
    case "armenian":
      return "hy";
    case "tamil":
      return "ta";
    default: {
      const unit = word.charCodeAt(0);
      return unit >= 0xac00 && unit <= 0xd7a3 ? "ko" : undefined;
    }
  }
}

/** Slices of a string keep the whole of it alive; what is cached must not. Slices shorter than 13 units are copies. */
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

function entryOf(spelling: string): WordEntry {
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

/** The words of a text in order. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  visitWords(text, (spelling, weight) => {
    const entry = entryOf(spelling);
    words.push(weight === 1 ? entry.word : { entry, weight });
  });
  return words;
}

const votes = new LanguageVotes();

/**
 * Tells the languages of a text by its function words and by letters that only some languages write. A pure function of
 * the text; a text that says nothing is in `fallback`.
 */
export function detectLanguages(words: readonly Word[], fallback: LatinLanguage): TextLanguages {
  votes.clear();
  let ukrainian = false;
  for (const { entry } of words) {
    if (entry.script === "latin") {
      votes.add(entry.functionBits, entry.vote);
      for (const bits of entry.letterBits) votes.add(bits, 0.5);
    } else if (entry.script === "cyrillic") ukrainian ||= /[іїєґ]/.test(entry.lower);
  }
  return { latin: votes.winner(fallback, words.length), cyrillic: ukrainian ? "uk" : "ru" };
}

/** `language` where it says something about a script, and what the text says of the rest. */
export function languagesOf(
  words: readonly Word[],
  language: string | undefined,
  fallback: LatinLanguage,
): TextLanguages {
  const latin = latinLanguages.find((candidate) => candidate === language);
  if (latin !== undefined) return { latin, cyrillic: "ru" };
  const detected = detectLanguages(words, fallback);
  return language === "ru" || language === "uk" ? { ...detected, cyrillic: language } : detected;
}

export interface TokenizeOptions {
  /** ISO 639-1 code. Default: detected. Unknown codes are detected too. */
  language?: string | undefined;
  /** Language of Latin text that does not say which it is. Default `en`. */
  fallbackLanguage?: LatinLanguage | undefined;
}

/**
 * The terms of a text in order, with repetitions: words folded (case, accents, compatibility forms) and stemmed, compounds
 * by parts and whole, Han and Hangul also as pairs; without function words, unless there is nothing else. The same for
 * documents and questions.
 */
export function tokenize(text: string, options: TokenizeOptions = {}): string[] {
  const words = wordsOf(text);
  const languages = languagesOf(words, options.language, options.fallbackLanguage ?? "en");
  const searched = withoutFunctionWords(words, languages);
  return searched.map(({ entry }) => entry.term(languages).replace(functionMark, ""));
}

/** The words that say something, or all of them when none does. */
export function withoutFunctionWords(words: readonly Word[], languages: TextLanguages): readonly Word[] {
  const content = words.filter(({ entry }) => !entry.isFunctionWord(languages));
  return content.some(({ weight }) => weight === 1) ? content : words;
}
