import { type Language, languages, partOf, wordsOf } from "../languages/index.ts";
import { foldAccents, lowerCase, normalise } from "./fold.ts";

interface Negations {
  /** What says no in each language. */
  own: ReadonlyMap<string, RegExp>;
  /** What says no in some language and nothing else in any other: not Italian "mai", the German month of May. */
  everywhere: RegExp;
}

let known: Negations | undefined;

function openNegations(): Negations {
  const wordsIn = new Map(languages.map((language) => [language, negatingWords(language)]));
  const own = languages.map((language): [string, RegExp] => {
    const within = partOf(language.negation)?.within;
    return [language.code, anyOf([...(wordsIn.get(language) ?? [])], within)];
  });
  const others = new Set(languages.flatMap((language) => ordinaryWords(language, wordsIn.get(language))));
  const alone = new Set([...wordsIn.values()].flatMap((words) => [...words]));
  known = { own: new Map(own), everywhere: anyOf([...alone.difference(others)]) };
  return known;
}

/** With their accents and without. */
function spellings(words: readonly string[]): string[] {
  return words.flatMap((word) => [word, foldAccents(word)]);
}

function negatingWords({ negation }: Language): Set<string> {
  return new Set(spellings(wordsOf(partOf(negation)?.words)));
}

/** Common words of a language that do not say no in it. */
function ordinaryWords({ functionWords, months }: Language, negating: ReadonlySet<string> = new Set()) {
  const words = [functionWords, partOf(months)?.long, partOf(months)?.short].flatMap(wordsOf);
  return spellings(words.flatMap((word) => word.split("|"))).filter((word) => !negating.has(word));
}

function anyOf(words: readonly string[], within?: string): RegExp {
  const whole = words.length === 0 ? [] : [`(?<![\\p{L}\\p{M}])(?:${words.join("|")})(?![\\p{L}\\p{M}])`];
  return new RegExp([...whole, ...(within === undefined ? [] : [within])].join("|") || "(?!)", "u");
}

/** A text as it is asked whether it says no. */
export function negationText(text: string): string {
  return lowerCase(normalise(text));
}

/**
 * Whether a text says no: in one of some languages, or by a word that says nothing else in any other, since a short text may
 * be taken for one of another language.
 * @param text - As `negationText` gives it.
 * @param codes - ISO 639-1.
 */
export function saysNo(text: string, codes: Iterable<string>): boolean {
  const { own, everywhere } = known ?? openNegations();
  for (const code of codes) if (own.get(code)?.test(text)) return true;
  return everywhere.test(text);
}
