import type { Candidate } from "./candidate.ts";
import { attachedPrefix } from "./known-names.ts";
import { entryOf } from "./lexicon.ts";
import { is, lengthOf, type Passage } from "./passage.ts";

const eastAsian =
  /\d{4}\s?[年년](?:\s?\d{1,2}\s?[月월](?:\s?\d{1,2}\s?[日号號일])?)?|(?<![\d年])\d{1,2}\s?[月월]\s?\d{1,2}\s?[日号號일]/g;
const quarter = /(?<![\p{L}\p{N}])(?:[QT][1-4] (?:19|20)\d{2}|(?:19|20)\d{2}[ -]?Q[1-4])(?!\p{N})/gu;
const dayBefore =
  /(?<![\p{L}\p{N}.,:/])(?<!(?<![בלמ])-)\p{Nd}{1,2}(?:st|nd|rd|th|er|re|ère|º|ª|°|-го|-е|η|ης)?\.?\s{1,2}(?:(?:of|de|di|d['’])\s?)?$/u;
const dayAndYearAfter =
  /^\.?\s\p{Nd}{1,2}(?:st|nd|rd|th)?(?![\p{N}:%])(?![.,]\p{N})(?!\s?(?:am|pm|a\.m|p\.m)\b)(?:,?\s\p{Nd}{4}(?!\p{N}))?/u;
const yearAfter = /^\.?,?\s(?:(?:de|del|of)\s)?(?:\p{Nd}{4})(?!\p{N})(?:\s(?:г|р)\.?(?!\p{L}))?/u;

/** Written dates in many languages, months and years after a preposition, quarters. Relative words are no dates. */
export function findWrittenDates({ text, words, telling, signed }: Passage, found: Candidate[]): void {
  for (const index of telling) {
    const word = words[index]!;
    if (word.roles === undefined && word.shape !== "number" && word.shape !== "uncased") continue;
    // Hebrew writes "in March" in one word.
    const bare = word.shape === "uncased" && attachedPrefix.test(word.key) ? word.key.slice(1) : "";
    const prefixed = bare !== "" && (entryOf(bare)?.roles?.has("months") ?? false);
    const isMonth = prefixed || is(word, "months") || is(word, "shortMonths");
    if (word.shape !== "number" && (!isMonth || is(word, "unlikelyMonths"))) continue;
    if (word.shape === "number" && lengthOf(word) !== 4) continue;
    const introduced = word.gap === "space" && is(words[index - 1], "beforeDates");
    const later = text.slice(word.end, word.end + 20);
    const add = (start: number, length = 0): void => {
      found.push({ start, end: word.end + length, type: "date" });
    };
    if (word.shape === "number") {
      const isYear = /^(?:19|20)\d\d$/.test(word.key);
      if (introduced && isYear && !/^(?:[.,:/-]\d|\s?[%€$£])/.test(later)) add(word.start);
      continue;
    }
    const earlier = text.slice(Math.max(0, word.start - 16), word.start);
    const day = dayBefore.exec(earlier);
    const year = yearAfter.exec(later);
    const start = word.start - earlier.length + (day?.index ?? 0);
    if (day !== null) {
      if (!/^\d/.test(day[0]) || Number.parseInt(day[0], 10) <= 31) add(start, year?.[0].length);
      continue;
    }
    const after = year ?? (word.shape === "lower" ? null : dayAndYearAfter.exec(later));
    if (after !== null) add(word.start + (prefixed && year !== null ? 1 : 0), after[0].length);
    else if (
      introduced &&
      is(word, "months") &&
      (!is(word, "ambiguousMonths") || word.shape === "capitalised")
    )
      add(word.start);
  }
  if (!signed || !/\d/.test(text)) return;
  for (const pattern of [eastAsian, quarter])
    for (const { index, 0: match } of text.matchAll(pattern))
      found.push({ start: index, end: index + match.length, type: "date" });
}
