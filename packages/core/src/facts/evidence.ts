import { languages, partOf, wordsOf } from "@souvenir/orama/languages";
import { fold } from "../text/fold.ts";
import { startsRun, wordOrRun } from "../text/words.ts";

/** Letters that two forms of one word begin with, and their share of the shorter: fewer are two words. */
const stemLetters = 4;
const stemShare = 0.6;

/**
 * Where the words of a quote stand in a text: as the text has them, with its spaces, case and signs, `undefined` when they
 * do not. Spaces, case, width and the forms of quotation marks and dashes may differ; a word is there as a whole.
 */
export function quoted(text: string, quote: string): string | undefined {
  const [source, wanted] = [comparable(text), comparable(quote)];
  const needle = wanted.letters.join("").trim();
  if (!/[\p{L}\p{N}]/u.test(needle)) return undefined;
  const hay = source.letters.join("");
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) {
    const end = at + needle.length;
    if (cutsWord(hay, at) || cutsWord(hay, end)) continue;
    return text.slice(source.places[at], source.places[end]);
  }
  return undefined;
}

/** A text as it is compared, one UTF-16 unit at a time, and where in the text each stands; the place after the last too. */
function comparable(text: string): { letters: string[]; places: number[] } {
  const letters: string[] = [];
  const places: number[] = [];
  for (let place = 0; place < text.length; ) {
    const character = String.fromCodePoint(text.codePointAt(place) as number);
    const same = /\s/u.test(character) ? " " : plainSigns(character.normalize("NFKC").toLowerCase());
    if (same !== " " || (letters.length > 0 && letters.at(-1) !== " "))
      for (const unit of same.split("")) {
        letters.push(unit);
        places.push(place);
      }
    place += character.length;
  }
  places.push(text.length);
  return { letters, places };
}

function plainSigns(text: string): string {
  return text
    .replace(/[‘’‚‛′`´]/g, "'")
    .replace(/[“”„‟«»″]/g, '"')
    .replace(/[‐‑‒–—―−]/g, "-");
}

/** Whether a place stands between two letters or figures of one word. */
function cutsWord(text: string, place: number): boolean {
  const [before, after] = [text[place - 1] ?? "", text[place] ?? ""];
  return /[\p{L}\p{N}]/u.test(before) && /[\p{L}\p{N}]/u.test(after) && !startsRun.test(before + after);
}

/** The numbers of a text, in figures of any script, without what groups their digits. */
export function numbersIn(text: string): string[] {
  const plain = text.normalize("NFKC").replace(/\p{Nd}/gu, asciiDigit);
  return Array.from(plain.matchAll(/\d+(?:[.,' \u00a0\u202f’]\d+)*/g), ([number]) =>
    number
      .replace(/[.,' \u00a0\u202f’](?=\d{3}(?!\d))/g, "")
      .replace(",", ".")
      .replace(/^0+(?=\d)/, ""),
  );
}

/** Every script writes its ten digits in a row, from one whose code the digit before is none of. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) as number;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  // Mathematical digits follow one another without a gap; NFKC has made them ASCII before.
  return String(value);
}

/**
 * Whether a sentence says in one of its words what a text says: whatever else it says was not made of nothing. Words that
 * a language only builds sentences with do not count.
 * @param besides - What counts for nothing, such as the name of whom both speak of.
 */
export function sharesWords(sentence: string, text: string, besides: string): boolean {
  const small = new Set(likeliest(smallWords(sentence)).flatMap((code) => lists().folded.get(code) ?? []));
  const said = wordsIn(text);
  const ignored = new Set(wordsIn(besides));
  return wordsIn(sentence).some(
    (word) => !ignored.has(word) && !small.has(word) && said.some((other) => areAkin(word, other)),
  );
}

function wordsIn(text: string): string[] {
  return Array.from(fold(text).matchAll(wordOrRun), ([word]) => word).flatMap((word) =>
    startsRun.test(word) ? pairsOf(word) : [word],
  );
}

/** Of a script without spaces, any two characters in a row. */
function pairsOf(run: string): string[] {
  const characters = Array.from(run);
  return characters.length === 1
    ? characters
    : characters.slice(1).map((character, at) => `${characters[at]}${character}`);
}

function areAkin(word: string, other: string): boolean {
  if (word === other) return true;
  let same = 0;
  while (same < word.length && word[same] === other[same]) same += 1;
  return same >= stemLetters && same >= Math.min(word.length, other.length) * stemShare;
}

interface SmallWords {
  own: ReadonlyMap<string, ReadonlySet<string>>;
  folded: ReadonlyMap<string, readonly string[]>;
}

let read: SmallWords | undefined;
/** The words that languages build sentences with, by language: read when they are first needed. */
function lists(): SmallWords {
  if (read === undefined) {
    const own = new Map(
      languages.map(({ code, functionWords }) => [code, new Set(wordsOf(partOf(functionWords)))]),
    );
    read = { own, folded: new Map(Array.from(own, ([code, words]) => [code, Array.from(words, fold)])) };
  }
  return read;
}

/**
 * Whether a sentence is surely in another language than a text: most of its letters are of a script that the text does not
 * have, or it is built with the small words of a language that the text is not in.
 */
export function isInOtherLanguage(sentence: string, text: string): boolean {
  const script = mainScript(sentence);
  if (script !== undefined && !script.test(text)) return true;
  const [ofText, ofSentence] = [smallWords(text), smallWords(sentence)];
  const most = Math.max(0, ...ofText.values());
  if (most === 0) return false;
  const own = Math.max(0, ...likeliest(ofText).map((code) => ofSentence.get(code) ?? 0));
  // Neighbouring languages share some: one word more than none is told, else it takes two.
  return Math.max(0, ...ofSentence.values()) - own >= (own === 0 && most > 1 ? 1 : 2);
}

/** The languages with the most small words: none when there are no such words. */
function likeliest(counts: ReadonlyMap<string, number>): string[] {
  const most = Math.max(0, ...counts.values());
  return [...counts].flatMap(([code, count]) => (count === most ? [code] : []));
}

/** By language, how many of its small words a text has. */
function smallWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const { own } = lists();
  for (const [word] of text
    .normalize("NFC")
    .toLowerCase()
    .matchAll(/[\p{L}\p{M}]+/gu))
    for (const [code, words] of own) if (words.has(word)) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}

/** Japanese is written in Han as well, so that Han tells the two not apart. */
const scripts: readonly RegExp[] = [
  /\p{sc=Latin}/u,
  /\p{sc=Cyrillic}/u,
  /\p{sc=Greek}/u,
  /\p{sc=Arabic}/u,
  /\p{sc=Hebrew}/u,
  /\p{sc=Devanagari}/u,
  /\p{sc=Thai}/u,
  /\p{sc=Hangul}/u,
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u,
  /\p{sc=Armenian}/u,
  /\p{sc=Tamil}/u,
];

/** The script of more than half of the letters. */
function mainScript(text: string): RegExp | undefined {
  const letters = text.match(/\p{L}/gu) ?? [];
  return scripts.find(
    (script) => letters.filter((letter) => script.test(letter)).length * 2 > letters.length,
  );
}
