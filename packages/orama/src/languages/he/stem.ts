const hebrewFinals: ReadonlyMap<string, string> = new Map([
  ["ך", "כ"],
  ["ם", "מ"],
  ["ן", "נ"],
  ["ף", "פ"],
  ["ץ", "צ"],
]);

/** A light Hebrew stemmer: endings of number and gender are cut off three letters, final letters made equal. */
export function stemHebrew(word: string): string {
  const stem = word.length >= 4 ? word.replace(/(?<=^.{3,})(?:יות|ים|ות|ית|ה|ת)$/, "") : word;
  return stem.slice(0, -1) + (hebrewFinals.get(stem.at(-1) ?? "") ?? stem.slice(-1));
}

/**
 * A Hebrew word without the one-letter words (and, the, in, to, from, that, as) written together with it: none, one or
 * two forms, because a word may also begin with these letters itself.
 */
export function withoutHebrewPrefixes(word: string): string[] {
  const forms: string[] = [];
  if (/^[משהוכלב]/.test(word) && word.length >= 3) forms.push(word.slice(1));
  if (/^[ושכמל][משהוכלב]/.test(word) && word.length >= 5) forms.push(word.slice(2));
  return forms;
}
