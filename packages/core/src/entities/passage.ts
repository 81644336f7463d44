import { wordOrRun } from "../text/words.ts";
import { asciiSpelling, type Spelling, spellingOf } from "./spelling.ts";

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

export interface Word extends Spelling {
  readonly start: number;
  readonly end: number;
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

const spaces = " \t\u00a0\u202f\u2009";
const hyphens = "-\u2010\u2011";
const apostrophes = "'’ʼ";
const openers = '.!?…:;。！？：；\n\r"“”„«»‹›「」『』¿¡—–•*#|>';

interface Between {
  readonly gap: Gap;
  readonly opens: boolean;
}
const beginning: Between = { gap: "break", opens: true };
const gaps = Object.fromEntries(
  (["none", "space", "hyphen", "apostrophe", "dot", "ampersand", "comma", "break"] as const).map((gap) => [
    gap,
    { gap, opens: false },
  ]),
) as Record<Gap, Between>;
const period: Between = { gap: "period", opens: true };

/** One pass over the characters between two words, however many they are. */
function gapBetween(text: string, from: number, to: number): Between {
  if (from === to) return gaps.none;
  const first = text[from]!;
  if (to - from === 1) {
    if (first === " ") return gaps.space;
    if (hyphens.includes(first)) return gaps.hyphen;
    if (apostrophes.includes(first)) return gaps.apostrophe;
    if (first === ".") return gaps.dot;
    if (first === "&") return gaps.ampersand;
  }
  if (to - from === 2) {
    if (text.startsWith(". ", from)) return period;
    if (text.startsWith(", ", from)) return gaps.comma;
  }
  if (to - from === 3 && text.startsWith(" & ", from)) return gaps.ampersand;
  let onlySpaces = true;
  for (let index = from; index < to; index++) {
    const character = text[index]!;
    if (openers.includes(character)) return beginning;
    if (!spaces.includes(character)) onlySpaces = false;
  }
  return onlySpaces ? gaps.space : gaps.break;
}

const beyondAscii = /[^\0-\x7f]/;

/** Words of a text in order. Linear in its length. */
export function readPassage(text: string): Passage {
  const words: Word[] = [];
  if (beyondAscii.test(text)) {
    for (const { 0: raw, index } of text.matchAll(wordOrRun))
      add(words, text, index, index + raw.length, spellingOf(raw));
  } else {
    readAscii(text, words);
  }
  return { text, words, styles: styles(text, words) };
}

/** What `wordOrRun` finds in a text of ASCII only, several times as fast: most texts are. */
function readAscii(text: string, words: Word[]): void {
  for (let start = 0; start < text.length; ) {
    let end = start;
    let capitals = 0;
    let small = 0;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code >= 0x61 && code <= 0x7a) small++;
      else if (code >= 0x41 && code <= 0x5a) capitals++;
      else if (code < 0x30 || code > 0x39) break;
    }
    if (end > start) add(words, text, start, end, asciiSpelling(text.slice(start, end), capitals, small));
    start = end + 1;
  }
}

function add(words: Word[], text: string, start: number, end: number, spelling: Spelling): void {
  const before = words.at(-1);
  const { gap, opens } = before === undefined ? beginning : gapBetween(text, before.end, start);
  const abbreviated =
    gap === "period" &&
    before !== undefined &&
    ((before.shape === "capitalised" && before.end - before.start === 1) || abbreviations.has(before.key));
  const { key, shape, names, roles } = spelling;
  words.push({ start, end, key, shape, names, roles, gap, opens: opens && !abbreviated });
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
