import type { Dictionary } from "./dictionary.ts";
import { foldAccents } from "./fold.ts";
import type { QueryTerm } from "./query-term.ts";
import type { QueryWord } from "./query-words.ts";
import { soundsInOtherScripts } from "./script-forms.ts";
import { entryOf } from "./word-entry.ts";

/** Terms that stand for a word of a question. */
export interface Found {
  kind: QueryTerm["kind"];
  terms: readonly number[];
  /** Of a typo; see `QueryTerm`. */
  corrections?: readonly string[];
}

export interface Inexact extends Found {
  /** What the terms have of the word. */
  part: string;
  /** A short stem begins too many words: they count only when other words of the question tell the rest of them. */
  uncertain: boolean;
}

/** Stems of a word that are looked for besides that in the language of the question, at most. */
const otherStems = 3;
/** Letters of a word in which a slip is looked for beyond its stem. */
const shortestCorrected = 6;
/** Letters of a stem that words may begin with by chance. */
const shortStem = 3;

/**
 * The terms for a word that is not in the index: the same word in another script, else a longer or a similar one, as a
 * stem of any language of the index or as it is written, else compounds with it.
 */
export function inexactTerms(word: QueryWord, dictionary: Dictionary): Inexact | undefined {
  const latin = new Set(word.languages.map((languages) => languages.latin));
  const sounding = dictionary.sounding(word.word, () => soundsInOtherScripts(word.word, [...latin]));
  if (sounding.length > 0) return { kind: "script", terms: sounding, part: "", uncertain: false };
  let compound: Inexact | undefined;
  for (const stem of new Set([word.own, ...word.terms.slice(0, otherStems)])) {
    const expansion = dictionary.expand(stem);
    if (expansion === undefined) continue;
    const uncertain =
      expansion.kind === "prefix" && stem.length <= shortStem && stem !== foldAccents(word.word);
    const found = { ...expansion, uncertain };
    if (expansion.kind !== "infix" && !uncertain) return found;
    compound ??= found;
  }
  if (word.word.length < shortestCorrected) return compound;
  const corrections = dictionary.corrections(word.word, (term, corrected) =>
    word.languages.some((languages) => entryOf(corrected).term(languages) === term),
  );
  if (corrections.length === 0) return compound;
  return {
    kind: "typo",
    terms: corrections.map(({ term }) => term),
    corrections: corrections.map((correction) => correction.word),
    part: "",
    uncertain: false,
  };
}

/** The part of a compound that the words of a question have to tell. */
const wholeCompound = 0.8;

/**
 * The compounds whose parts are several words of the question: "nyckeln till garaget" is a "garagenyckel". By word; only
 * for words that are not in the index themselves.
 */
export function compoundsOf(
  words: readonly QueryWord[],
  inexact: readonly (Inexact | undefined)[],
  dictionary: Dictionary,
): (number[] | undefined)[] {
  const parts = words.map((word, at) => (word.weight < 1 ? "" : (inexact[at]?.part ?? word.own)));
  return inexact.map((found) => {
    if (found === undefined || found.kind === "script" || found.kind === "typo") return undefined;
    const whole = found.terms.filter((term) => isTold(dictionary.term(term)!, found.part, parts));
    return whole.length === 0 ? undefined : whole;
  });
}

function isTold(term: string, own: string, parts: readonly string[]): boolean {
  let rest = term.replace(own, "\0");
  for (const part of new Set(parts)) if (part.length >= 3 && part !== own) rest = rest.replace(part, "\0");
  const told = term.length - rest.replaceAll("\0", "").length;
  return told > own.length && told >= wholeCompound * term.length;
}

/** Letters of the shorter part of a word that is taken apart. */
const shortestPart = 4;

/**
 * The ways in which a word is two terms of the index ("Garagenschlüssel": "Garage", "Schlüssel"), what joins them left
 * out; the longest second part first.
 */
export function* splits(
  { word, languages }: QueryWord,
  dictionary: Dictionary,
): Generator<[left: number[], right: number[]]> {
  if (word.length > 40) return;
  const terms = (part: string) => {
    const entry = entryOf(part);
    const said = languages.filter((each) => !entry.isFunctionWord(each));
    const found = new Set(said.map((each) => dictionary.find(entry.term(each))));
    found.delete(undefined);
    return [...found] as number[];
  };
  if (/\p{N}/u.test(word)) {
    // "4821KLM", which texts may have in two words.
    const [, first, second] = /^(\p{N}+|\p{L}+)((?<=\p{N})\p{L}+|(?<=\p{L})\p{N}+)$/u.exec(word) ?? [];
    const [left, right] = [terms(first ?? ""), terms(second ?? "")];
    if (left.length > 0 && right.length > 0) yield [left, right];
    return;
  }
  if (!/^[\p{L}\p{M}]+$/u.test(word)) return;
  for (let at = shortestPart; at <= word.length - shortestPart; at++) {
    const right = terms(word.slice(at));
    if (right.length === 0) continue;
    for (const joint of ["", "s", "n", "en", "es", "e"]) {
      const left = word.slice(0, at);
      if (!left.endsWith(joint) || at - joint.length < shortestPart) continue;
      const found = terms(left.slice(0, at - joint.length));
      if (found.length === 0) continue;
      yield [found, right];
      break;
    }
  }
}
