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
