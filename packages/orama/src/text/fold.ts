/** Letters that Unicode does not decompose, and what people write who cannot or will not type them. */
const plainLetters: ReadonlyMap<string, string> = new Map([
  ["ß", "ss"],
  ["æ", "ae"],
  ["œ", "oe"],
  ["ø", "o"],
  ["ł", "l"],
  ["đ", "d"],
  ["ð", "d"],
  ["þ", "th"],
  ["ħ", "h"],
  ["ŋ", "n"],
  ["ı", "i"],
  ["ĸ", "k"],
  ["ŧ", "t"],
  ["ə", "e"],
  ["ς", "σ"],
]);

/**
 * A lower-case word without the accents that people leave out: Latin and Greek diacritics, `œ`, `ß`, `ø`, `ł` and their
 * like; the nukta of Devanagari, and its two signs for a nasal made one. Marks that are part of the letter (й, vowel
 * signs) stay.
 */
export function foldAccents(word: string): string {
  let ascii = true;
  for (let at = 0; at < word.length; at++) {
    if (word.charCodeAt(at) > 0x7f) {
      ascii = false;
      break;
    }
  }
  if (ascii) return word;
  let folded = "";
  for (const character of word) {
    const unit = character.charCodeAt(0);
    if (unit < 0x80) folded += character;
    else if (unit < 0x400 || (unit >= 0x1e00 && unit < 0x2000)) {
      folded += plainLetters.get(character) ?? plainOf(character);
    } else if (unit === 0x901) folded += "\u0902";
    else if (unit !== 0x93c) folded += character;
  }
  return folded;
}

function plainOf(character: string): string {
  const plain = character.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  return plainLetters.get(plain) ?? plain;
}

/**
 * More than 30 marks on one letter, which no language writes (Unicode Standard Annex 15, "Stream-Safe Text Format"): to
 * put them in order takes time with the square of their number. The half-width sound marks become marks as well.
 */
const endlessMarks = /([\p{M}\uff9e\uff9f]{30})[\p{M}\uff9e\uff9f]+/gu;

/**
 * Text as the scanner wants it: compatibility forms (full width, ligatures, presentation forms) and the digits of all
 * scripts replaced by plain ones, and what is optional removed: characters that show nothing (soft hyphens, joiners, direction marks, variation
 * selectors) and the vowel points of Arabic and Hebrew.
 */
export function normalise(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text;
  return (
    text
      .replace(endlessMarks, "$1")
      .normalize("NFKC")
      .replace(/(?!\u200b)\p{Default_Ignorable_Code_Point}|\u0640/gu, "")
      .replace(/[\u064b-\u065f\u0670\u06d6-\u06ed\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]/g, "")
      // NFKC takes the Thai and Lao vowel AM apart, and the word lists of segmenters know only the whole letter.
      .replace(/\u0e4d\u0e32/g, "\u0e33")
      .replace(/\u0ecd\u0eb2/g, "\u0eb3")
      .replace(/(?![0-9])\p{Nd}/gu, figureOf)
  );
}

/** The figure 0 to 9 that a digit of any script is. Each script has its ten in a row, from a multiple of 16 on or from 6 more. */
function figureOf(digit: string): string {
  const code = digit.codePointAt(0)!;
  const first = code - (code % 16);
  return String(code - first - (/^\p{Nd}/u.test(String.fromCodePoint(first)) ? 0 : 6));
}

/**
 * Lower case, without the dot that lower-casing `İ` leaves, stress marks in Cyrillic and the dots of `ё`. The accents of
 * Latin and Greek stay, because stemmers need them.
 */
export function lowerCase(word: string): string {
  const lower = word.toLowerCase();
  if (!/[^\0-\x7f]/.test(lower)) return lower;
  return lower
    .replace(/i\u0307/g, "i")
    .replace(/ё/g, "е")
    .replace(/([\u0400-\u04ff])\u0301/g, "$1");
}
