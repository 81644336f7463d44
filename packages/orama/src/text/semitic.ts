const arabicPrefixes = ["وال", "بال", "كال", "فال", "لل", "ال"] as const;
const arabicSuffixes = ["ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي"] as const;

/**
 * The light Arabic stemmer "Light10" (Larkey, Ballesteros and Connell, 2007): spelling variants of letters made equal,
 * then conjunction, articles and common endings cut off.
 *
 * @param word Without vowel points.
 */
export function stemArabic(word: string): string {
  let stem = word
    .replace(/[آأإٱ]/g, "ا")
    .replace(/[ىی]/g, "ي")
    .replace(/ک/g, "ك")
    .replace(/ة$/, "ه");
  if (stem.length >= 4 && stem.startsWith("و")) stem = stem.slice(1);
  for (const prefix of arabicPrefixes) {
    if (stem.startsWith(prefix) && stem.length - prefix.length >= 2) {
      stem = stem.slice(prefix.length);
      break;
    }
  }
  for (const suffix of arabicSuffixes) {
    if (stem.endsWith(suffix) && stem.length - suffix.length >= 2) stem = stem.slice(0, -suffix.length);
  }
  return stem;
}

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
