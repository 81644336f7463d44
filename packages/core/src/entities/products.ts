import type { Candidate } from "./candidate.ts";
import { prefixedSurname, type Reading } from "./reading.ts";

/** C++ and its like: signs are no words, so these are looked for as they are. */
const withSigns = /(?<![\p{L}\p{N}])(?:C\+\+|[CF]#|(?:ASP)?\.NET)(?![\p{L}\p{N}#+])/gu;
const camelCase = /^(?=.{5,30}$)[A-Z]+[a-z]+\d{0,2}(?:[A-Z]+[a-z]*){1,4}\d{0,3}$/;
/** Signs of program text, where such words are classes. */
const programText = /```|\(\);|=>|\bimport \w/;
/** Signs beside a word that make it a part of an address or of code. */
const codeBefore = /[._:/@$#\\-]/;
const codeAfter = /[(_/@\\]|\.\w|::|->/;

/** A product after "using", "migrated to": only where nouns have no capitals. */
function isCued(reading: Reading, index: number): boolean {
  const { words, lexicon, setting } = reading;
  const word = words[index]!;
  if (setting.german || word.opens || word.shape === "capitals" || word.end - word.start < 3) return false;
  if (lexicon.firstNames.has(word.key) || !reading.isNameWord(index) || reading.isHeadline(index))
    return false;
  // Heron's formula
  if (words[index + 1]?.gap === "apostrophe") return false;
  return word.gap === "space" && reading.cue(index) === "product";
}

/** Products and technologies that are in no list: by their shape, by what is said of them, or by their signs. */
export function findProducts(reading: Reading, found: Candidate[]): void {
  const { words, text } = reading;
  let type: string | undefined;
  for (let index = 0; index < words.length; index++) {
    const { shape, start, end } = words[index]!;
    if (shape !== "mixed" && shape !== "capitalised") continue;
    if (reading.known(index) !== undefined) continue;
    if (shape === "mixed") {
      const raw = text.slice(start, end);
      if (!camelCase.test(raw) || prefixedSurname.test(raw)) continue;
      if (codeBefore.test(text[start - 1] ?? " ") || codeAfter.test(text.slice(end, end + 2))) continue;
      type ??= programText.test(text) ? "identifier" : "product";
      found.push({ start, end, type });
    } else if (isCued(reading, index)) found.push({ start, end, type: "product" });
  }
  if (/[+#]|\.NET/.test(text))
    for (const { index, 0: match } of text.matchAll(withSigns))
      found.push({ start: index, end: index + match.length, type: "product" });
}
