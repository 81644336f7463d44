import { withoutHebrewPrefixes } from "../languages/he/stem.ts";
import { languages, partOf, wordsOf } from "../languages/index.ts";
import { shortKoreanNoun } from "../languages/ko/stem.ts";
import { characterClass, classAt, unitsAt } from "./characters.ts";
import { normalise } from "./fold.ts";
import { phoneNumbers } from "./phone-numbers.ts";
import { visitUnspaced } from "./unspaced.ts";
import { SpacedWholes, wholeForm } from "./wholes.ts";
import type { WordVisitor } from "./word-visitor.ts";

/** Weight of the one-piece form of a compound (`snake_case`, `foo@bar.com`) beside its parts. */
const compoundWeight = 0.3;
/** Weight of a pair of Hangul syllables beside the word they are in. */
const pairWeight = 0.3;
/** UTF-16 units of a word that count; the rest of a longer one is ignored. */
const longestWord = 64;
/** UTF-16 units of the longest compound that is indexed in one piece. */
const longestCompound = 256;

const { letter, upper, digit, mark, ideograph, kana, hangul, spaceless, pictograph } = characterClass;

/** What comes before an apostrophe and is no part of the word after it: French, Italian, Catalan. */
const elided: ReadonlySet<string> = elisions("before");
/** What comes after an apostrophe and is no part of the word before it: English. */
const clitics: ReadonlySet<string> = elisions("after");

function elisions(side: "before" | "after"): Set<string> {
  return new Set(languages.flatMap(({ elisions }) => wordsOf(partOf(elisions)?.[side])));
}

/**
 * Finds the words of a text, as written (no case or accent folding). Time is linear in the text, whatever is in it.
 *
 * - Words of scripts with spaces are runs of letters, digits and marks.
 * - Identifiers, addresses, paths and versions come by parts and whole: `getUserName` as get, User, Name and
 *   `getUserName`; `v2.1.3` as v2, 1, 3 and `2.1.3`; see `wholeForm`. Those in several words come whole too; see
 *   `SpacedWholes`.
 * - Telephone numbers come once more by their last figures; see `phoneNumbers`.
 * - Elisions (`l'`, `qu'`, `dell'`) and English clitics (`'s`, `n't`) are cut off.
 * - Han, kana, Thai, Lao, Khmer and Burmese go through `Intl.Segmenter`; see `visitUnspaced`.
 */
export function visitWords(
  text: string,
  visit: WordVisitor,
  { ofQuestion = false }: { ofQuestion?: boolean } = {},
): void {
  const source = normalise(text);
  const length = source.length;
  const spaced = new SpacedWholes(source, (whole) => visit(whole, compoundWeight, true), { ofQuestion });
  let at = 0;
  while (at < length) {
    const kind = classAt(source, at);
    switch (kind) {
      case letter:
      case upper:
      case digit: {
        const start = at;
        at = visitChunk(source, at, visit);
        spaced.take(start, at);
        break;
      }
      case ideograph:
      case kana:
      case spaceless: {
        const start = at;
        const run = kind === spaceless ? spaceless : ideograph;
        at += unitsAt(source, at);
        while (at < length && continuesUnspaced(classAt(source, at), run)) at += unitsAt(source, at);
        visitUnspaced(source.slice(start, at), run === spaceless, visit);
        break;
      }
      case hangul: {
        const start = at;
        at += unitsAt(source, at);
        while (at < length && (classAt(source, at) === hangul || classAt(source, at) === mark)) {
          at += unitsAt(source, at);
        }
        visitHangul(shortened(source.slice(start, at).replace(/\p{M}/gu, "")), visit);
        break;
      }
      case pictograph:
        visit(source.slice(at, at + unitsAt(source, at)), 1);
        at += unitsAt(source, at);
        break;
      default:
        at += unitsAt(source, at);
    }
  }
  for (const number of phoneNumbers(source)) visit(number, compoundWeight, true);
}

function continuesUnspaced(kind: number, run: number): boolean {
  if (kind === mark) return true;
  return run === spaceless ? kind === spaceless : kind === ideograph || kind === kana;
}

function isWordClass(kind: number): boolean {
  return kind === letter || kind === upper || kind === digit || kind === mark;
}

/** Characters that hold a compound together when a word character stands on both sides. */
function isConnector(unit: number): boolean {
  switch (unit) {
    case 0x26: // &
    case 0x27: // '
    case 0x2b: // +
    case 0x2d: // -
    case 0x2e: // .
    case 0x2f: // /
    case 0x3a: // :
    case 0x3d: // =
    case 0x40: // @
    case 0x5c: // \
    case 0x5f: // _
    case 0x2010: // hyphen
    case 0x2019: // apostrophe
      return true;
    default:
      return false;
  }
}

/** Visits the word or compound that begins at `start`; returns where it ends. */
function visitChunk(source: string, start: number, visit: WordVisitor): number {
  let at = start;
  let compound = false;
  let before = 0;
  while (at < source.length) {
    const kind = classAt(source, at);
    if (isWordClass(kind)) {
      // A change from lower to upper case, or between letters and digits, inside a word.
      if (before !== 0 && kind !== before && kind !== mark) {
        if (kind === digit || before === digit || (kind === upper && before === letter)) compound = true;
        else if (kind === letter && at - start > 1 && before === upper) compound = true;
      }
      if (kind !== mark) before = kind;
      at += unitsAt(source, at);
    } else if (
      isConnector(source.charCodeAt(at)) &&
      at + 1 < source.length &&
      isWordClass(classAt(source, at + 1))
    ) {
      compound = true;
      before = 0;
      at++;
    } else break;
  }
  if (!compound) visitWord(shortened(source.slice(start, at)), visit);
  else visitCompound(source.slice(start, at), visit);
  // C++, C#, F#: the sign is the name.
  if (at - start <= 2) {
    const sign = source.startsWith("++", at) ? "++" : source.charCodeAt(at) === 0x23 ? "#" : "";
    if (sign !== "" && !isWordClass(classAt(source, at + sign.length)))
      visit(source.slice(start, at) + sign, compoundWeight);
  }
  return at;
}

function visitWord(word: string, visit: WordVisitor): void {
  visit(word, 1);
  const unit = word.charCodeAt(0);
  if (unit >= 0x5d0 && unit <= 0x5ea)
    for (const form of withoutHebrewPrefixes(word)) visit(form, compoundWeight);
}

function visitCompound(chunk: string, visit: WordVisitor): void {
  const pieces = chunk.split(/[&+/:=@\\]/);
  if (pieces.length > 1 && chunk.length <= longestCompound) visit(wholeForm(chunk), compoundWeight, true);
  for (const piece of pieces) visitPiece(piece, visit);
}

/** A piece has only dots, hyphens, underscores and apostrophes inside. */
function visitPiece(piece: string, visit: WordVisitor): void {
  let parts = piece.split(/[._\-\u2010'\u2019]/);
  if (parts.length > 1 && /['\u2019]/.test(piece)) {
    if (elided.has(parts[0]!.toLowerCase())) parts = parts.slice(1);
    else if (clitics.has(parts.at(-1)!.toLowerCase())) parts = parts.slice(0, -1);
  }
  if (parts.length === 1) {
    visitPart(parts[0]!, visit);
    return;
  }
  const joined = parts.join("");
  // U.S.A. and e.g. are one word.
  if (joined.length === parts.length && /^\p{L}+$/u.test(joined)) {
    visit(shortened(joined), 1);
    return;
  }
  if (piece.length <= longestCompound) {
    // Parts of "well-known" are words of their own; parts of "INC-4471" and "snake_case" are not.
    const whole = /[\p{N}._]/u.test(piece);
    visit(whole ? wholeForm(piece.includes(".") ? piece : parts.join("-")) : joined, compoundWeight, whole);
  }
  for (const part of parts) visitPart(part, visit);
}

/** A part has letters and digits only; it may still be in camel case. */
function visitPart(part: string, visit: WordVisitor): void {
  const pieces = part.match(
    /\p{N}+\p{M}*[\p{L}\p{M}]*|\p{Lu}+(?!\p{Ll})\p{M}*|[\p{L}\p{M}][^\p{Lu}\p{N}]*/gu,
  ) ?? [part];
  if (pieces.length === 1 || part.length < 4 || (pieces.length === 2 && /^\p{L}{1,2}\p{N}/u.test(part))) {
    visitWord(shortened(part), visit);
    return;
  }
  if (part.length <= longestCompound) visit(part, compoundWeight, true);
  for (const piece of pieces) visit(shortened(piece), 1);
}

/** A Korean word with its endings: the word, and each pair of syllables, which endings do not change. */
function visitHangul(word: string, visit: WordVisitor): void {
  visit(word, 1);
  const noun = shortKoreanNoun(word);
  if (noun !== undefined) visit(noun, pairWeight);
  if (word.length <= 2) return;
  for (let at = 0; at + 2 <= word.length; at++) visit(word.slice(at, at + 2), pairWeight);
}

/** What counts of a word. */
function shortened(word: string): string {
  if (word.length <= longestWord) return word;
  return word.slice(0, longestWord - (unitsAt(word, longestWord - 1) - 1));
}
