import { scriptOf } from "./characters.ts";
import { latinFunctionWords, otherFunctionWords } from "./function-words.ts";

/** Languages in Latin script that are told apart, as ISO 639-1 codes. The order is fixed: snapshots hold positions. */
export const latinLanguages = [
  "en",
  "fr",
  "de",
  "es",
  "it",
  "pt",
  "nl",
  "sv",
  "da",
  "no",
  "fi",
  "hu",
  "ro",
  "tr",
  "id",
  "pl",
  "cs",
  "ca",
  "ga",
  "lt",
  "vi",
] as const;
export type LatinLanguage = (typeof latinLanguages)[number];

/** Languages in other scripts, which their script gives away, except Ukrainian. */
export const otherLanguages = [
  "ru",
  "uk",
  "el",
  "ar",
  "he",
  "hi",
  "ne",
  "hy",
  "ta",
  "zh",
  "ja",
  "ko",
  "th",
] as const;
export type Language = LatinLanguage | (typeof otherLanguages)[number];

/** Letters that only some of the languages write. Each one met is half a vote, shared among them. */
const letters: readonly (readonly [string, string])[] = [
  ["ß", "de"],
  ["ä", "de fi sv"],
  ["ö", "de fi sv hu tr"],
  ["ü", "de hu tr"],
  ["é", "fr es pt hu ca"],
  ["è", "fr it ca"],
  ["ê", "fr pt"],
  ["ë", "fr"],
  ["ç", "fr pt tr ca"],
  ["œ", "fr"],
  ["ô", "fr"],
  ["û", "fr"],
  ["à", "fr it pt ca"],
  ["ù", "fr it"],
  ["ñ", "es"],
  ["ã", "pt"],
  ["õ", "pt"],
  ["å", "sv da no"],
  ["ø", "da no"],
  ["æ", "da no"],
  ["ő", "hu"],
  ["ű", "hu"],
  ["ă", "ro vi"],
  ["ș", "ro"],
  ["ț", "ro"],
  ["ţ", "ro"],
  ["â", "fr ro pt vi"],
  ["î", "fr ro"],
  ["ı", "tr"],
  ["ğ", "tr"],
  ["ş", "tr ro"],
  ["ł", "pl"],
  ["ą", "pl lt"],
  ["ę", "pl lt"],
  ["ż", "pl"],
  ["ź", "pl"],
  ["ś", "pl"],
  ["ć", "pl"],
  ["ń", "pl"],
  ["ř", "cs"],
  ["ě", "cs"],
  ["ů", "cs"],
  ["č", "cs lt"],
  ["š", "cs lt"],
  ["ž", "cs lt"],
  ["ė", "lt"],
  ["ų", "lt"],
  ["ū", "lt"],
  ["į", "lt"],
  ["ò", "it ca"],
  ["ì", "it"],
  ["í", "es pt hu cs"],
  ["ó", "es pt hu pl"],
  ["ú", "es pt hu"],
  ["á", "es pt hu cs"],
  ["đ", "vi"],
  ["ơ", "vi"],
  ["ư", "vi"],
];

interface Tables {
  /** Latin word → bits of the languages where it is a function word. */
  latin: ReadonlyMap<string, number>;
  other: ReadonlySet<string>;
  letters: ReadonlyMap<string, number>;
}

let tables: Tables | undefined;

function openTables(): Tables {
  const latin = new Map<string, number>();
  for (const [position, language] of latinLanguages.entries()) {
    for (const word of latinFunctionWords[language].split(/\s+/)) {
      latin.set(word, (latin.get(word) ?? 0) | (1 << position));
    }
  }
  const letterBits = new Map<string, number>();
  for (const [letter, owners] of letters) {
    letterBits.set(letter, latinBits(owners.split(" ") as LatinLanguage[]));
  }
  tables = { latin, other: new Set(otherFunctionWords.trim().split(/\s+/)), letters: letterBits };
  return tables;
}

function latinBits(of: readonly LatinLanguage[]): number {
  let bits = 0;
  for (const language of of) bits |= 1 << latinLanguages.indexOf(language);
  return bits;
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
