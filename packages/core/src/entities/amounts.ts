import type { Candidate } from "./candidate.ts";
import * as words from "./gazetteer/currencies.ts";
import type { Passage } from "./passage.ts";

const number =
  /\p{Nd}{1,3}(?:[ \u00a0\u202f.,'’]\p{Nd}{3})+(?!\p{Nd})(?:[.,]\p{Nd}{1,2}(?!\p{Nd}))?|\p{Nd}{1,15}(?:[.,]\p{Nd}{1,6})?/gu;
const space = "[ \u00a0\u202f]?";
const sign = `(?:(?:US|CA|AU|NZ|HK|NT|C|A|R)?[${words.currencySigns}]|(?<!\\p{L})(?:${words.currencyCodes}|Rs\\.?))`;
const currency = `[${words.currencySigns}]|(?:${words.currencyCodes}|${words.currencies})(?!\\p{L})|${words.unspacedCurrencies}`;
const signBefore = new RegExp(`${sign}\\s?$`, "u");
const scaled = new RegExp(`^${space}(?:${words.scales})(?!\\p{L})`, "u");
const units = [
  `${space}(?:${words.scales})(?!\\p{Ll})(?:\\s(?:of|de)\\s|\\sd['’])?${space}(?:${currency})`,
  `${space}(?:${currency})`,
  `${space}(?:[%٪‰]|(?:${words.percent})(?!\\p{L}))`,
  `[ \u00a0\u202f-]?(?:${words.units})(?![\\p{L}\\p{N}])`,
].map((unit) => new RegExp(`^${unit}`, "u"));
const longestTail = 32;

/** Money, percentages and quantities with a unit of measurement; a bare number is none. */
export function findAmounts({ text, signed }: Passage, found: Candidate[]): void {
  if (!signed || !/\p{Nd}/u.test(text)) return;
  for (const { index, 0: digits } of text.matchAll(number)) {
    const before = text[index - 1] ?? " ";
    // Part of a word, a date, a version, a path or a longer number.
    if (/[\p{L}\p{N}_.,:/#@-]/u.test(before) && !/[\u2e80-\uffef\u0590-\u06ff\u0900-\u097f]/.test(before))
      continue;
    const head = signBefore.exec(text.slice(Math.max(0, index - 6), index))?.[0].length ?? 0;
    const end = index + digits.length;
    const tail = text.slice(end, end + longestTail);
    const unit = head > 0 ? scaled : units.find((each) => each.test(tail));
    const after = unit?.exec(tail)?.[0].length ?? 0;
    if (head + after > 0) found.push({ start: index - head, end: end + after, type: "amount" });
  }
}
