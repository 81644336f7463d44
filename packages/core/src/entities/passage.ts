import { fold } from "../text/fold.ts";
import { startsRun, wordOrRun } from "../text/words.ts";
import { type Entry, entryOf, type Role } from "./lexicon.ts";

/**
 * How a word is written: `lower` aspirin, `capitalised` Aspirin or I, `capitals` NASA, `mixed` GitHub, `number` 16 or
 * 4th, `uncased` a word of a script without capitals, `hangul`, `run` characters of a script without spaces.
 */
export type Shape = "lower" | "capitalised" | "capitals" | "mixed" | "number" | "uncased" | "hangul" | "run";

/** What stands between a word and the word before it. `period` is a full stop and a space, `break` anything else. */
export type Gap =
  | "none"
  | "space"
  | "hyphen"
  | "apostrophe"
  | "dot"
  | "ampersand"
  | "comma"
  | "period"
  | "break";

export interface Word extends Entry {
  /** The word, folded. */
  readonly key: string;
  readonly shape: Shape;
  readonly start: number;
  readonly end: number;
  readonly gap: Gap;
  /** A capital here may only mean that a sentence, a line or a quotation begins. */
  readonly opens: boolean;
  /** The sentence or line is a headline, in which a capital says nothing; or in capitals, where it says still less. */
  style: "plain" | "headline" | "capitals";
  /** Type of the known name that it belongs to. */
  known: string | undefined;
}

/** A text with its words. */
export interface Passage {
  readonly text: string;
  readonly words: readonly Word[];
  /** Places of the words that the lists know or that are not of small letters alone: few others are part of anything. */
  readonly telling: readonly number[];
  /** Has figures, letters beyond ASCII, capitals inside words, or other signs than those that end sentences and parts. */
  readonly signed: boolean;
  /** Nouns have capitals. */
  german: boolean;
  /** The text is about software. */
  software: boolean;
}

export function is(word: Word | undefined, role: Role): boolean {
  return word?.roles?.has(role) ?? false;
}

/** Whether it has a capital or figure somewhere. */
export function isCased({ shape }: Word): boolean {
  return shape === "capitalised" || shape === "mixed" || shape === "capitals";
}

export function lengthOf({ start, end }: Word): number {
  return end - start;
}

const singleGaps: ReadonlyMap<number, Gap> = new Map(
  Object.entries({
    hyphen: "-\u2010\u2011",
    apostrophe: "'’ʼ",
    dot: ".",
    ampersand: "&",
  }).flatMap(([gap, characters]) =>
    Array.from(characters, (character) => [character.charCodeAt(0), gap as Gap] as const),
  ),
);
const opener = /[.!?…:;。！？：；\n\r"“”„«»‹›「」『』¿¡—–•*#|>]/;
const onlySpaces = /^[ \t\u00a0\u202f\u2009]+$/;

function knownGap(text: string, from: number, to: number): Gap | undefined {
  if (to === from) return "none";
  if (to - from === 1) return text[from] === " " ? "space" : singleGaps.get(text.charCodeAt(from));
  if (to - from === 2 && text[from + 1] === " ")
    return text[from] === "." ? "period" : text[from] === "," ? "comma" : undefined;
  return to - from === 3 && text.startsWith(" & ", from) ? "ampersand" : undefined;
}

/** By character: 1 for a small letter, 2 for a capital, 4 for a figure, 0 for what is in no word. */
const asciiKinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[a-z]/.test(character) ? 1 : /[A-Z]/.test(character) ? 2 : /[0-9]/.test(character) ? 4 : 0;
});
/** By character: 1 for what no plain sentence has, 2 for what has space after it in one. */
const asciiSigns = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return ".:".includes(character) ? 2 : Number(/[^\s\w,;!?'"]|_/.test(character));
});
const wordHere = new RegExp(wordOrRun.source, "vy");

/** What `wordOrRun` finds in a text, in order. Words of ASCII, which most are, are read several times as fast as by it. */
export function readPassage(text: string): Passage {
  const words: Word[] = [];
  const telling: number[] = [];
  let signed = false;
  for (let start = 0, end = 0; start < text.length; start = end) {
    const code = text.charCodeAt(start);
    const first = asciiKinds[code] ?? 0;
    let rest = 0;
    for (end = start + (first === 0 ? 0 : 1); end < text.length; end++) {
      const kind = first === 0 ? 0 : asciiKinds[text.charCodeAt(end)];
      if (kind === 0 || kind === undefined) break;
      rest |= kind;
    }
    if (text.charCodeAt(end) > 0x7f) {
      signed = true;
      wordHere.lastIndex = start;
      const raw = wordHere.exec(text)?.[0] ?? "";
      end = start + raw.length;
      const { key, shape, entry } = spellingOf(raw);
      if (raw === "") end += text.codePointAt(start)! > 0xffff ? 2 : 1;
      else add(words, telling, text, start, end, key, shape, entry);
    } else if (first === 0) {
      const sign = asciiSigns[code];
      if (sign === 1 || (sign === 2 && text.charCodeAt(start + 1) > 0x20)) signed = true;
      end++;
    } else {
      const raw = text.slice(start, end);
      let shape: Shape = "mixed";
      if (first === 4) shape = "number";
      else if (((first | rest) & 2) === 0) shape = "lower";
      else if (first === 2 && rest !== 0 && (rest & 1) === 0) shape = "capitals";
      else if (first === 2 && (rest & 2) === 0) shape = "capitalised";
      if (shape === "mixed" || ((first | rest) & 4) !== 0) signed = true;
      const key = shape === "lower" ? raw : raw.toLowerCase();
      add(words, telling, text, start, end, key, shape, entryOf(key));
    }
  }
  markStyles(text, words, telling);
  return { text, words, telling, signed, german: false, software: false };
}

function add(
  words: Word[],
  telling: number[],
  text: string,
  start: number,
  end: number,
  key: string,
  shape: Shape,
  entry: Entry | undefined,
): void {
  const before = words[words.length - 1];
  // "S.p.A." is one word, and so is "e.g.".
  if (end - start === 1 && text[start - 1] === "." && before !== undefined) {
    const dotted = text.slice(before.start, end);
    if (dotted.length < 8 && /^(?:\p{L}\.)+\p{L}$/u.test(dotted)) {
      const { entry: whole, ...spelling } = spellingOf(dotted.replaceAll(".", ""));
      words[words.length - 1] = { ...before, ...spelling, names: whole?.names, roles: whole?.roles, end };
      if (telling.at(-1) !== words.length - 1) telling.push(words.length - 1);
      return;
    }
  }
  const from = before?.end ?? 0;
  let gap = before === undefined ? "break" : knownGap(text, from, start);
  let opens = before === undefined || gap === "period";
  if (gap === undefined) {
    const between = text.slice(from, start);
    gap = onlySpaces.test(between) ? "space" : "break";
    opens = opener.test(between);
  }
  if (gap === "period" && before !== undefined) {
    const isInitial = before.shape === "capitalised" && lengthOf(before) === 1;
    if (isInitial || is(before, "abbreviations")) opens = false;
  }
  if (entry !== undefined || shape !== "lower") telling.push(words.length);
  words.push({
    start,
    end,
    key,
    shape,
    names: entry?.names,
    roles: entry?.roles,
    gap,
    opens,
    style: "plain",
    known: undefined,
  });
}

interface Spelling {
  readonly key: string;
  readonly shape: Shape;
  readonly entry: Entry | undefined;
}

/** Spellings that were met, begun anew when there are many. Longer ones would keep the whole text alive that they are of. */
const spellings = new Map<string, Spelling>();
const mostSpellings = 32_768;
const longestKept = 12;

function spellingOf(raw: string): Spelling {
  const met = spellings.get(raw);
  if (met !== undefined) return met;
  const key = fold(raw);
  const spelling = { key, shape: shapeOf(raw), entry: entryOf(key) };
  if (raw.length > longestKept) return spelling;
  if (spellings.size >= mostSpellings) spellings.clear();
  spellings.set(raw, spelling);
  return spelling;
}

function shapeOf(raw: string): Shape {
  if (/^\p{N}/u.test(raw)) return "number";
  if (startsRun.test(raw)) return "run";
  if (/^\p{sc=Hang}/u.test(raw)) return "hangul";
  const [lower, upper] = [raw.toLowerCase(), raw.toUpperCase()];
  if (raw === lower) return raw === upper && raw > "\u0590" ? "uncased" : "lower";
  if (!/^[\p{Lu}\p{Lt}]/u.test(raw)) return "mixed";
  if (raw.length === 1) return "capitalised";
  if (raw === upper) return "capitals";
  return raw.slice(1) === lower.slice(1) ? "capitalised" : "mixed";
}

/** A headline has no full stop. */
function markStyles(text: string, words: readonly Word[], telling: readonly number[]): void {
  if (telling.length < 3) return;
  for (let start = 0, end = 0; start < words.length; start = end) {
    do end++;
    while (end < words.length && !words[end]!.opens);
    let [long, raised, capitals] = [0, 0, 0];
    for (let at = start; at < end; at++) {
      const word = words[at]!;
      if (lengthOf(word) <= 2) continue;
      long++;
      if (isCased(word)) raised++;
      if (word.shape === "capitals") capitals++;
    }
    const isHeadline = text[words[end - 1]!.end] !== "." && raised >= 4 && raised * 4 >= long * 3;
    const style = capitals >= 3 && capitals * 2 > long ? "capitals" : isHeadline ? "headline" : "plain";
    if (style !== "plain") for (let at = start; at < end; at++) words[at]!.style = style;
  }
}
