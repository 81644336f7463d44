import { type Language as KnownLanguage, languages, partOf, wordsOf } from "../languages/index.ts";
import { scriptOf } from "./characters.ts";

/** Languages in Latin script, which are told apart by their words and letters, as ISO 639-1 codes. */
export type LatinLanguage =
  | "en"
  | "fr"
  | "de"
  | "es"
  | "it"
  | "pt"
  | "nl"
  | "sv"
  | "da"
  | "no"
  | "fi"
  | "hu"
  | "ro"
  | "tr"
  | "id"
  | "pl"
  | "cs"
  | "ca"
  | "ga"
  | "lt"
  | "vi";
export type CyrillicLanguage = "ru" | "uk";
/** What is known of a language: one contract for all. */
export type Language =
  | LatinLanguage
  | CyrillicLanguage
  | "el"
  | "ar"
  | "he"
  | "hi"
  | "ne"
  | "hy"
  | "ta"
  | "zh"
  | "ja"
  | "ko"
  | "th";

function codesIn(script: KnownLanguage["script"]): readonly string[] {
  return languages.filter((language) => language.script === script).map(({ code }) => code);
}

export const latinLanguages: readonly LatinLanguage[] = codesIn("latin") as LatinLanguage[];
export const cyrillicLanguages: readonly CyrillicLanguage[] = codesIn("cyrillic") as CyrillicLanguage[];

/** The first of those that share a script. */
const byScript: ReadonlyMap<string, string> = new Map(
  languages.toReversed().map(({ script, code }) => [script, code]),
);

/** The language that a script gives away; `undefined` for a script of no language that is known here. */
export function languageOfScript(script: string): Language | undefined {
  return byScript.get(script) as Language | undefined;
}

/** UTF-16 units of the longest word that is stemmed: longer ones are no words of a language. */
const longestStemmed = 40;
const stemmers: ReadonlyMap<string, ((word: string) => string) | undefined> = new Map(
  languages.map(({ code, stem }) => [code, partOf(stem)]),
);

/** The stem of a lower-case word made of letters and marks; the word itself where there is nothing to stem. */
export function stem(word: string, language: Language): string {
  if (word.length > longestStemmed) return word;
  const stemmed = stemmers.get(language)?.(word);
  // Some stemmers cut short words down to nothing.
  return stemmed === undefined || stemmed === "" ? word : stemmed;
}

interface Tables {
  /** Word in Latin script → bits of the languages where it is a function word. */
  latin: ReadonlyMap<string, number>;
  other: ReadonlySet<string>;
  /** Letter → bits of the languages that write it. */
  letters: ReadonlyMap<string, number>;
}

let tables: Tables | undefined;

function openTables(): Tables {
  const inLatin = languages.filter(({ script }) => script === "latin");
  const bitsOf = (itemsOf: (language: KnownLanguage) => Iterable<string>) => {
    const bits = new Map<string, number>();
    for (const [position, language] of inLatin.entries())
      for (const item of itemsOf(language)) bits.set(item, (bits.get(item) ?? 0) | (1 << position));
    return bits;
  };
  const others = languages.filter(({ script }) => script !== "latin");
  tables = {
    latin: bitsOf(({ functionWords }) => wordsOf(functionWords)),
    other: new Set(others.flatMap(({ functionWords }) => wordsOf(functionWords))),
    letters: bitsOf(({ letters }) => partOf(letters) ?? ""),
  };
  return tables;
}

/**
 * What a lower-case word with its accents says about the language: in the low bits one bit for each Latin language that
 * has it as a function word. In other scripts -1 for a function word.
 */
export function functionWordBits(word: string): number {
  const { latin, other } = tables ?? openTables();
  return scriptOf(word) === "latin" ? (latin.get(word) ?? 0) : other.has(word) ? -1 : 0;
}

const noLetters: readonly number[] = [];

/** Bits of the Latin languages that write the letters of a word which not all of them write, one entry a letter. */
export function letterBits(word: string): readonly number[] {
  if (!/[^\0-\x7f]/.test(word)) return noLetters;
  const found: number[] = [];
  const { letters: known } = tables ?? openTables();
  for (const character of word) {
    const bits = known.get(character);
    if (bits !== undefined) found.push(bits);
  }
  return found;
}

/**
 * Votes that another language needs more than the fallback, for the whole text and for each word of it. A function word
 * of three languages gives each a third of a vote; running text has far more of them.
 */
const clearLead = 0.15;
const clearLeadPerWord = 0.04;

/** Counts what words say about their language, then names the likeliest. */
export class LanguageVotes {
  readonly #votes = new Float64Array(latinLanguages.length);
  #any = false;

  /** @param bits Languages that share the vote. @param weight 1 for a function word, 0.5 for a letter. */
  add(bits: number, weight: number): void {
    if (bits === 0) return;
    this.#any = true;
    let owners = 0;
    for (let rest = bits; rest !== 0; rest &= rest - 1) owners++;
    for (let rest = bits; rest !== 0; rest &= rest - 1) {
      const position = 31 - Math.clz32(rest & -rest);
      this.#votes[position] = this.#votes[position]! + weight / owners;
    }
  }

  /** The Latin language with most votes; `fallback` when none is clearly ahead of it. */
  winner(fallback: LatinLanguage, words: number): LatinLanguage {
    if (!this.#any) return fallback;
    let best = 0;
    for (let position = 0; position < latinLanguages.length; position++) {
      if (this.#votes[position]! > this.#votes[best]!) best = position;
    }
    const ahead = this.#votes[best]! - this.#votes[latinLanguages.indexOf(fallback)]!;
    return ahead > Math.max(clearLead, clearLeadPerWord * words) ? latinLanguages[best]! : fallback;
  }

  clear(): void {
    if (this.#any) this.#votes.fill(0);
    this.#any = false;
  }
}
