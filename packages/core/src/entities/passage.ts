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

/** How a word is written, and what the lists say of it. */
interface Spelling extends Entry {
  /** The word, folded. */
  readonly key: string;
  readonly shape: Shape;
}

export interface Word extends Spelling {
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

/** In Arabic and Hebrew the article and short prepositions are written together with the word. */
const attachedPrefix = /^[בלמהושכوفبلك](?=..)/;

/** What the lists say of a word without the prefix that is written together with it; `undefined` where it has none. */
export function behindPrefix({ shape, key }: Word): Readonly<Entry> | undefined {
  return shape === "uncased" && attachedPrefix.test(key) ? entryOf(key.slice(1)) : undefined;
}

/** Whether it has a capital or figure somewhere. */
export function isCased({ shape }: Word): boolean {
  return shape === "capitalised" || shape === "mixed" || shape === "capitals";
}

/** Whether it is one letter, a capital. */
export function isInitial(word: Word): boolean {
  return word.shape === "capitalised" && lengthOf(word) === 1;
}

export function lengthOf({ start, end }: Word): number {
  return end - start;
}

const gaps: ReadonlyMap<string, Gap> = new Map(
  Object.entries({
    none: [""],
    space: [" "],
    hyphen: ["-", "\u2010", "\u2011"],
    apostrophe: ["'", "’"],
    dot: ["."],
    ampersand: ["&", " & "],
    comma: [", "],
    period: [". "],
  }).flatMap(([gap, texts]) => texts.map((text) => [text, gap as Gap] as const)),
);
const opener = /[.!?…:;。！？：；\n\r"“”„«»‹›「」『』¿¡—–•*#|>]/;
const onlySpaces = /^[ \t\u00a0\u202f\u2009]+$/;

/** What no plain sentence has. */
const sign = /[^\s\w,;!?'".:]|[^\0-\x7f]|[\d_]|[.:](?=[^\0-\x20])|[a-z][A-Z]|[A-Z]{2}[a-z]/;

/** With `exec`, in half the time of `matchAll`. */
const nextWord = new RegExp(wordOrRun);

export function readPassage(text: string): Passage {
  const words: Word[] = [];
  const telling: number[] = [];
  nextWord.lastIndex = 0;
  for (let match = nextWord.exec(text); match !== null; match = nextWord.exec(text))
    add(words, telling, text, match.index, match[0]);
  markStyles(text, words, telling);
  return { text, words, telling, signed: sign.test(text), german: false, software: false };
}

function add(words: Word[], telling: number[], text: string, start: number, raw: string): void {
  const { key, shape, names, roles } = spellingOf(raw);
  const end = start + raw.length;
  const before = words[words.length - 1];
  // "S.p.A." is one word, and so is "e.g.".
  if (end - start === 1 && text[start - 1] === "." && before !== undefined) {
    const dotted = text.slice(before.start, end);
    if (dotted.length < 8 && /^(?:\p{L}\.)+\p{L}$/u.test(dotted)) {
      words[words.length - 1] = { ...before, ...spellingOf(dotted.replaceAll(".", "")), end };
      if (telling.at(-1) !== words.length - 1) telling.push(words.length - 1);
      return;
    }
  }
  const between = text.slice(before?.end ?? 0, start);
  const known = before === undefined ? "break" : gaps.get(between);
  const gap = known ?? (onlySpaces.test(between) ? "space" : "break");
  const isShortened = before !== undefined && (isInitial(before) || is(before, "abbreviations"));
  const opens =
    before === undefined || (gap === "period" ? !isShortened : known === undefined && opener.test(between));
  if (shape !== "lower" || names !== undefined || roles !== undefined) telling.push(words.length);
  words.push({
    key,
    shape,
    names,
    roles,
    start,
    end,
    gap,
    opens,
    style: "plain",
    known: undefined,
  });
}

/** Spellings that were met, begun anew when there are many. Longer ones would keep the whole text alive that they are of. */
const spellings = new Map<string, Spelling>();
const mostSpellings = 32_768;
const longestKept = 12;

function spellingOf(raw: string): Spelling {
  const met = spellings.get(raw);
  if (met !== undefined) return met;
  const key = fold(raw);
  const { names, roles } = entryOf(key) ?? {};
  const spelling = { key, shape: shapeOf(raw), names, roles };
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
