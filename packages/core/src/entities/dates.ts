import type { Candidate } from "./candidate.ts";
import { type Chunk, chunkFlag, withoutTrailing } from "./chunks.ts";
import { lexicon, role } from "./lexicon.ts";
import type { Passage } from "./passage.ts";

const iso = /^(\d{4})-(\d{2})(?:-(\d{2}))?(?=$|[T_ ])/;
const yearFirst = /^(\d{4})([/.])(\d{1,2})\2(\d{1,2})$/;
const yearLast = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})$/;
const eastAsian =
  /\d{4}\s?[年년]\s?(?:\d{1,2}\s?[月월]\s?(?:\d{1,2}\s?[日号號일])?)?|(?<![\d年])\d{1,2}\s?[月월]\s?\d{1,2}\s?[日号號일]/g;
const quarter =
  /(?<![\p{L}\p{N}])[QT][1-4] (?:19|20)\d{2}(?!\p{N})|(?<![\p{L}\p{N}])(?:19|20)\d{2}[ -]?Q[1-4](?!\p{N})/gu;

function isDay(number: string): boolean {
  return Number(number) >= 1 && Number(number) <= 31;
}
function isMonth(number: string): boolean {
  return Number(number) >= 1 && Number(number) <= 12;
}
function isYear(number: string): boolean {
  return Number(number) >= 1000 && Number(number) <= 2999;
}

/** Dates in digits: 2026-03-15, 15.03.2026, 3/15/26. A time of day behind them is left out. */
export function readNumericDate({ text, start, flags }: Chunk, found: Candidate[]): void {
  if ((flags & chunkFlag.digit) === 0) return;
  const bare = withoutTrailing(text, ")]");
  const add = (length: number): void => {
    found.push({ start, end: start + length, type: "date" });
  };
  const standard = iso.exec(bare);
  if (standard !== null) {
    const [match, year, month, day] = standard;
    if (isYear(year!) && isMonth(month!) && (day === undefined || isDay(day))) add(match.length);
    return;
  }
  const big = yearFirst.exec(bare);
  if (big !== null) {
    if (isYear(big[1]!) && isMonth(big[3]!) && isDay(big[4]!)) add(bare.length);
    return;
  }
  const little = yearLast.exec(bare);
  if (little === null) return;
  const [, first, separator, second, year] = little as unknown as [string, string, string, string, string];
  const possible = (isDay(first) && isMonth(second)) || (isMonth(first) && isDay(second));
  // 1.2.24 is rather a version, and 10-12-14 a score.
  if (possible && (year.length === 4 || (separator !== "-" && first.length === 2 && second.length === 2)))
    add(bare.length);
}

const dayBefore =
  /(?<![\p{L}\p{N}.,:/])(?<!(?<![בלמ])-)\p{Nd}{1,2}(?:st|nd|rd|th|er|re|ère|º|ª|°|-го|-е|η|ης)?\.?\s{1,2}(?:(?:of|de|di|d['’])\s?)?$/u;
const dayAndYearAfter =
  /^\.?\s\p{Nd}{1,2}(?:st|nd|rd|th)?(?![\p{N}:%])(?![.,]\p{N})(?!\s?(?:am|pm|a\.m|p\.m)\b)(?:,?\s\p{Nd}{4}(?!\p{N}))?/u;
const yearAfter = /^\.?,?\s(?:(?:de|del|of)\s)?(?:\p{Nd}{4})(?!\p{N})(?:\s(?:г|р)\.?(?!\p{L}))?/u;

/** Prepositions before a year or a month that stands alone, folded. */
const before: ReadonlySet<string> = new Set(
  `in en since depuis seit from until till by before after during around circa early mid late of last next im ab bis nel dal
  desde em sinds vanaf w od do v od в с до от у з από το τον
  année annee year jahr ano anno`.split(/\s+/),
);

function readWrittenDate(passage: Passage, index: number, found: Candidate[]): void {
  const { text, words } = passage;
  const word = words[index]!;
  if ((word.roles & role.month) === 0) return;
  const { months, ambiguousMonths } = lexicon();
  // Hebrew writes "in March" in one word.
  const prefixed = /^[בלמ]/.test(word.key) && months.has(word.key.slice(1));
  const earlier = text.slice(Math.max(0, word.start - 16), word.start);
  const later = text.slice(word.end, word.end + 20);
  const day = dayBefore.exec(earlier);
  const year = yearAfter.exec(later);
  if (day !== null) {
    const start = word.start - earlier.length + day.index;
    if (Number.parseInt(text.slice(start), 10) <= 31 || !/^\d/.test(text.slice(start, start + 1)))
      found.push({ start, end: word.end + (year?.[0].length ?? 0), type: "date" });
    return;
  }
  if (year !== null) {
    found.push({ start: word.start + (prefixed ? 1 : 0), end: word.end + year[0].length, type: "date" });
    return;
  }
  const after = word.shape === "lower" ? null : dayAndYearAfter.exec(later);
  if (after !== null) {
    found.push({ start: word.start, end: word.end + after[0].length, type: "date" });
    return;
  }
  const cue = words[index - 1];
  if (cue === undefined || word.gap !== "space" || !before.has(cue.key) || !months.has(word.key)) return;
  if (!ambiguousMonths.has(word.key) || word.shape === "capitalised")
    found.push({ start: word.start, end: word.end, type: "date" });
}

/** Written dates in many languages, months and years after a preposition, quarters. Relative words are no dates. */
export function findWrittenDates(passage: Passage, found: Candidate[]): void {
  const { text, words } = passage;
  let digits = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word.shape === "number") {
      digits = true;
      const length = word.end - word.start;
      const cue = words[index - 1];
      if (length === 4 && cue !== undefined && word.gap === "space" && before.has(cue.key)) {
        const year = Number(text.slice(word.start, word.end));
        const next = text.slice(word.end, word.end + 2);
        if (year >= 1900 && year <= 2099 && !/^(?:[.,:/-]\d|\s?[%€$£])/.test(next))
          found.push({ start: word.start, end: word.end, type: "date" });
      }
    } else if (word.shape !== "run" && word.shape !== "hangul") readWrittenDate(passage, index, found);
    else if (lexicon().months.has(word.key)) readWrittenDate(passage, index, found);
  }
  if (!digits && !/\d/.test(text)) return;
  for (const pattern of [eastAsian, quarter])
    for (const { index, 0: match } of text.matchAll(pattern)) {
      const { length } = match.trimEnd();
      found.push({ start: index, end: index + length, type: "date" });
    }
}
