import { languages, partOf, wordsOf } from "@souvenir/orama/languages";
import { fold } from "../text/fold.ts";
import { startsRun, wordOrRun } from "../text/words.ts";
import { timeOf } from "../time/time.ts";

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
 * Whether a sentence has a number that a text does not have, in figures or in words. "One" is an article in most languages,
 * and counts in figures only.
 */
export function hasOtherNumber(sentence: string, text: string): boolean {
  const both = `${sentence}\n${text}`;
  const spelled = spelledNumbers(likeliest(smallWords(both)));
  const all = (of: string) => [...numbersIn(of), ...spelled(of)];
  const said = new Set(all(text));
  return all(sentence).some((number) => !said.has(number));
}

/** Finds numbers that are written as words of some languages, or in Han characters, from two on. */
function spelledNumbers(codes: readonly string[]): (text: string) => string[] {
  const words = new Map<string, string>();
  for (const { code, times } of languages)
    if (codes.includes(code))
      // A regular expression is no word, and "a few" no number.
      for (const [place, forms] of (partOf(times)?.numbers ?? []).entries())
        for (const form of place === 0 ? [] : forms.split("|"))
          if (/^[\p{L}\p{M}]+$/u.test(form)) words.set(form, `${place + 1}`);
  return (text) =>
    [
      ...Array.from(fold(text).matchAll(/[\p{L}\p{M}]+/gu), ([word]) => words.get(word) ?? ""),
      ...Array.from(text.matchAll(/[二三四五六七八九]/gu), ([figure]) => `${hanFigures.indexOf(figure) + 2}`),
    ].filter((number) => number !== "");
}

const hanFigures = "二三四五六七八九";

/**
 * Whether a sentence names a time that was not said: in other words than the sources have, and none that the words of a
 * source mean.
 * @param sources - What was said, and when, in milliseconds since 1970.
 */
export function hasOtherTime(
  sentence: string,
  sources: readonly { words: string; text: string; saidAt: number }[],
): boolean {
  return !sources.some(({ words, text, saidAt }) => {
    const time = timeOf(sentence, saidAt);
    if (time?.period === undefined) return true;
    const rest = new Set(wordsIn(time.rest));
    const said = new Set(wordsIn(text));
    const { from, to } = time.period;
    const isMeant = (of: string) => {
      const period = timeOf(of, saidAt)?.period;
      return period?.from === from && period.to === to;
    };
    return (
      wordsIn(sentence).every((word) => rest.has(word) || said.has(word)) ||
      [words, ...text.split(/[.,;:!?\n。、，！？]+/u)].some(isMeant)
    );
  });
}

/**
 * Whether a sentence says in one of its words what a text says: whatever else it says was not made of nothing. Words that
 * a language only builds sentences with do not count.
 * @param besides - What counts for nothing, such as the name of whom both speak of.
 */
export function sharesWords(sentence: string, text: string, besides: string): boolean {
  const said = wordsIn(text);
  return tellingWords(sentence, besides).some((word) => said.some((other) => areAkin(word, other)));
}

/** The words of a sentence that say something by themselves. @param besides - What counts for nothing. */
export function tellingWords(sentence: string, besides: string): string[] {
  const small = new Set(likeliest(smallWords(sentence)).flatMap((code) => lists().folded.get(code) ?? []));
  const ignored = new Set(wordsIn(besides));
  return wordsIn(sentence).filter((word) => !ignored.has(word) && !small.has(word));
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

/** Whether two words are forms of one. */
export function areAkin(word: string, other: string): boolean {
  if (word === other) return true;
  let same = 0;
  while (same < word.length && word[same] === other[same]) same += 1;
  const [shorter, longer] = [Math.min(word.length, other.length), Math.max(word.length, other.length)];
  // "eat" and "eats".
  if (same === shorter && same === stemLetters - 1 && longer === stemLetters) return true;
  return same >= stemLetters && same >= shorter * stemShare;
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
  const own = likeliest(ofText);
  return Array.from(ofSentence.keys()).some((other) =>
    own.every((code) => {
      // What neighbours share tells nothing: one word more than none of its own is told, else it takes two.
      const [alone, others] = [onlyOf(sentence, code, other), onlyOf(sentence, other, code)];
      return others - alone >= (alone === 0 && most > 1 ? 1 : 2);
    }),
  );
}

/** How many small words of one language a sentence has that another language does not have. */
function onlyOf(sentence: string, code: string, other: string): number {
  const { own } = lists();
  return lowerWords(sentence).filter((word) => own.get(code)?.has(word) && !own.get(other)?.has(word)).length;
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
  for (const word of lowerWords(text))
    for (const [code, words] of own) if (words.has(word)) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}

function lowerWords(text: string): string[] {
  return (
    text
      .normalize("NFC")
      .toLowerCase()
      .match(/[\p{L}\p{M}]+/gu) ?? []
  );
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
