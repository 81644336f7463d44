import { fold } from "../text/fold.ts";
import { startsRun, wordOrRun } from "../text/words.ts";

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

export interface Word {
  readonly start: number;
  readonly end: number;
  /** The word, folded. */
  readonly key: string;
  readonly shape: Shape;
  readonly gap: Gap;
  /** A capital here may only mean that a sentence, a line or a quotation begins. */
  readonly opens: boolean;
}

/** A text with its words. */
export interface Passage {
  readonly text: string;
  readonly words: readonly Word[];
  /** For each word the style of the sentence or line it stands in. */
  readonly styles: Uint8Array;
}

/** Abbreviations that a full stop does not end a sentence after, folded. */
const abbreviations: ReadonlySet<string> = new Set(
  `mr mrs ms dr prof st ste sr sra srta jr vs mme mlle dott sig ing dhr mevr inc ltd co corp ул г д им пр просп κ δρ ul al
  gen col sgt capt rev hon`.split(/\s+/),
);

const capital = /^[\p{Lu}\p{Lt}]/u;
const digit = /^\p{N}/u;
const hangul = /^\p{sc=Hang}/u;

function shapeOf(raw: string): Shape {
  const first = raw.charCodeAt(0);
  if (first >= 48 && first <= 57) return "number";
  if (first > 0x7f) {
    if (digit.test(raw)) return "number";
    if (startsRun.test(raw)) return "run";
    if (hangul.test(raw)) return "hangul";
  }
  const lower = raw.toLowerCase();
  if (raw === lower) return first > 0x590 && raw === raw.toUpperCase() ? "uncased" : "lower";
  if (!(first > 0x7f ? capital.test(raw) : first <= 90)) return "mixed";
  if (raw.length === 1) return "capitalised";
  if (raw === raw.toUpperCase()) return "capitals";
  return raw.slice(1) === lower.slice(1) ? "capitalised" : "mixed";
}

const spaces = " \t\u00a0\u202f\u2009";
const hyphens = "-\u2010\u2011";
const apostrophes = "'’ʼ";
const openers = '.!?…:;。！？：；\n\r"“”„«»‹›「」『』¿¡—–•*#|>';

/** One pass over the characters between two words, however many they are. */
function gapBetween(text: string, from: number, to: number): { gap: Gap; opens: boolean } {
  if (from === to) return { gap: "none", opens: false };
  const first = text[from]!;
  if (to - from === 1) {
    if (first === " ") return { gap: "space", opens: false };
    if (hyphens.includes(first)) return { gap: "hyphen", opens: false };
    if (apostrophes.includes(first)) return { gap: "apostrophe", opens: false };
    if (first === ".") return { gap: "dot", opens: false };
    if (first === "&") return { gap: "ampersand", opens: false };
  }
  if (to - from === 2) {
    if (text.startsWith(". ", from)) return { gap: "period", opens: true };
    if (text.startsWith(", ", from)) return { gap: "comma", opens: false };
  }
  if (to - from === 3 && text.startsWith(" & ", from)) return { gap: "ampersand", opens: false };
  let onlySpaces = true;
  for (let index = from; index < to; index++) {
    const character = text[index]!;
    if (openers.includes(character)) return { gap: "break", opens: true };
    if (!spaces.includes(character)) onlySpaces = false;
  }
  return { gap: onlySpaces ? "space" : "break", opens: false };
}

/** Words of a text in order. Linear in its length. */
export function readPassage(text: string): Passage {
  const words: Word[] = [];
  let before: Word | undefined;
  for (const match of text.matchAll(wordOrRun)) {
    const raw = match[0];
    const start = match.index;
    const { gap, opens } =
      before === undefined ? { gap: "break" as const, opens: true } : gapBetween(text, before.end, start);
    const abbreviated =
      gap === "period" &&
      before !== undefined &&
      ((before.shape === "capitalised" && before.end - before.start === 1) || abbreviations.has(before.key));
    before = {
      start,
      end: start + raw.length,
      key: fold(raw),
      shape: shapeOf(raw),
      gap,
      opens: opens && !abbreviated,
    };
    words.push(before);
  }
  return { text, words, styles: styles(text, words) };
}

/** How a sentence or line is written as a whole. */
export const style = { plain: 0, headline: 1, capitals: 2 } as const;

/** In a headline a capital says nothing, in capitals still less. A headline has no full stop. */
function styles(text: string, words: readonly Word[]): Uint8Array {
  const found = new Uint8Array(words.length);
  let start = 0;
  while (start < words.length) {
    let end = start;
    let long = 0;
    let raised = 0;
    let capitals = 0;
    do {
      const { shape, start: from, end: to } = words[end]!;
      if (to - from > 2) {
        long++;
        if (shape === "capitalised" || shape === "mixed" || shape === "capitals") raised++;
        if (shape === "capitals") capitals++;
      }
      end++;
    } while (end < words.length && !words[end]!.opens);
    const stopped = text[words[end - 1]!.end] === ".";
    if (capitals >= 3 && capitals * 2 > long) found.fill(style.capitals, start, end);
    else if (!stopped && raised >= 4 && raised * 4 >= long * 3) found.fill(style.headline, start, end);
    start = end;
  }
  return found;
}
