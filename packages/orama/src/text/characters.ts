/** What a character does in a text, as far as finding words is concerned. */
export const characterClass = {
  separator: 1,
  /** A letter without case or in lower case, of a script that writes spaces between words. */
  letter: 2,
  upper: 3,
  digit: 4,
  /** A combining mark: it goes on with the word before it. */
  mark: 5,
  /** Han, which writes no spaces and where one character can be a word. */
  ideograph: 6,
  kana: 7,
  hangul: 8,
  /** Thai, Lao, Khmer and Burmese: letters and marks of scripts without spaces. */
  spaceless: 9,
  pictograph: 10,
} as const;

const { separator, letter, upper, digit, mark, ideograph, kana, hangul, spaceless, pictograph } =
  characterClass;

/** Classes of the code units met so far, surrogates excepted; 0 is not met yet. */
const known = new Uint8Array(0x10000);

/** Class of the character at a position. Lone surrogates are separators. */
export function classAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  const found = known[unit]!;
  if (found !== 0) return found;
  if ((unit & 0xf800) === 0xd800) {
    return unitsAt(text, at) === 2 ? classify(String.fromCodePoint(text.codePointAt(at)!)) : separator;
  }
  const unmet = classify(String.fromCharCode(unit));
  known[unit] = unmet;
  return unmet;
}

/** UTF-16 units of the character at a position: 2 for a pair of surrogates, else 1. */
export function unitsAt(text: string, at: number): number {
  if ((text.charCodeAt(at) & 0xfc00) !== 0xd800) return 1;
  return (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00 ? 2 : 1;
}

function classify(character: string): number {
  if (/[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u.test(character)) {
    return /[\p{L}\p{M}]/u.test(character) ? spaceless : /\p{Nd}/u.test(character) ? digit : separator;
  }
  if (/\p{M}/u.test(character)) return mark;
  if (/\p{Script=Han}/u.test(character)) return ideograph;
  if (/[\p{Script=Hiragana}\p{Script=Katakana}\u30fc]/u.test(character)) return kana;
  if (/\p{Script=Hangul}/u.test(character)) return hangul;
  if (/[\p{Lu}\p{Lt}]/u.test(character)) return upper;
  if (/\p{L}/u.test(character)) return letter;
  if (/\p{N}/u.test(character)) return digit;
  if (/\p{Extended_Pictographic}/u.test(character)) return pictograph;
  return separator;
}

export type Script =
  | "latin"
  | "cyrillic"
  | "greek"
  | "arabic"
  | "hebrew"
  | "devanagari"
  | "armenian"
  | "tamil"
  | "thai"
  | "kana"
  | "han"
  | "hangul"
  | "other";

/** Script of a word, told by its first letter. */
export function scriptOf(word: string): Script {
  const unit = word.charCodeAt(0);
  if (unit < 0x250 || (unit >= 0x1e00 && unit < 0x1f00)) return "latin";
  if (unit < 0x370) return "other";
  if (unit < 0x400 || (unit >= 0x1f00 && unit < 0x2000)) return "greek";
  if (unit < 0x530) return "cyrillic";
  if (unit < 0x590) return "armenian";
  if (unit < 0x600) return "hebrew";
  if (unit < 0x780) return "arabic";
  if (unit >= 0x900 && unit < 0x980) return "devanagari";
  if (unit >= 0xb80 && unit < 0xc00) return "tamil";
  if (unit >= 0xe00 && unit < 0xe80) return "thai";
  if (unit >= 0x3040 && unit < 0x3100) return "kana";
  if (unit >= 0x3400 && unit < 0xa000) return "han";
  return unit >= 0xac00 && unit <= 0xd7a3 ? "hangul" : "other";
}
