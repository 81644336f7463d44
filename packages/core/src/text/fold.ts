const beyondAscii = /[^\0-\x7f]/;
// Latin, Greek and Cyrillic accents; Hebrew points; Arabic vowel signs and the stretching mark.
const dropped =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/g;
/**
 * More than 30 marks on one letter, which no language writes (Unicode Standard Annex 15, "Stream-Safe Text Format"): to
 * put them in order takes time with the square of their number.
 */
export const endlessMarks: RegExp = /(\p{M}{30})\p{M}+/gu;
const spelledOut = /[ßæœøłđðþħıςىةٱ]/g;
const spelling: ReadonlyMap<string, string> = new Map([
  ["ß", "ss"],
  ["æ", "ae"],
  ["œ", "oe"],
  ["ø", "o"],
  ["ł", "l"],
  ["đ", "d"],
  ["ð", "d"],
  ["þ", "th"],
  ["ħ", "h"],
  ["ı", "i"],
  ["ς", "σ"],
  ["ى", "ي"],
  ["ة", "ه"],
  ["ٱ", "ا"],
]);

function foldOnce(text: string): string {
  return text
    .replace(endlessMarks, "$1")
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(dropped, "")
    .replace(spelledOut, (letter) => spelling.get(letter) ?? letter)
    .normalize("NFC");
}

/**
 * Text as it is compared: compatibility forms (NFKC), case and accents folded, in any script. Vowel signs that carry
 * meaning (Devanagari, Thai, kana voicing) stay. Idempotent.
 */
export function fold(text: string): string {
  if (!beyondAscii.test(text)) return text.toLowerCase();
  let folded = foldOnce(text);
  // A letter without its accent can have a compatibility form or a lower case of its own: rare, and soon at rest.
  for (let again = foldOnce(folded); again !== folded; again = foldOnce(folded)) folded = again;
  return folded;
}
