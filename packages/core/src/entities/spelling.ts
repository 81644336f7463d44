import { fold } from "../text/fold.ts";
import { startsRun } from "../text/words.ts";
import { type KnownName, lexicon, mayBeKnown, role } from "./lexicon.ts";

/**
 * How a word is written: `lower` aspirin, `capitalised` Aspirin or I, `capitals` NASA, `mixed` GitHub, `number` 16 or
 * 4th, `uncased` a word of a script without capitals, `hangul`, `run` characters of a script without spaces.
 */
export type Shape = "lower" | "capitalised" | "capitals" | "mixed" | "number" | "uncased" | "hangul" | "run";

/** What is known of a word by itself, whatever text it stands in. */
export interface Spelling {
  /** The word, folded. */
  readonly key: string;
  readonly shape: Shape;
  /** Known names that begin with it, longest first. */
  readonly names: readonly KnownName[] | undefined;
  /** See `role` of the lexicon. In Hebrew a month may have a preposition before it. */
  readonly roles: number;
}

const capital = /^[\p{Lu}\p{Lt}]/u;
const digit = /^\p{N}/u;
const hangul = /^\p{sc=Hang}/u;
const hebrewPrefix = /^[בלמ]/;

export function spellingOf(raw: string): Spelling {
  const key = fold(raw);
  const prefixed = hebrewPrefix.test(key) && lexicon().months.has(key.slice(1));
  const spelling = known(key, shapeOf(raw));
  return prefixed ? { ...spelling, roles: spelling.roles | role.month } : spelling;
}

/** The same for a word of ASCII letters and digits, of which the reader has counted the capitals and small letters. */
export function asciiSpelling(raw: string, capitals: number, small: number): Spelling {
  const first = raw.charCodeAt(0);
  let shape: Shape;
  if (first <= 0x39) shape = "number";
  else if (capitals === 0) shape = "lower";
  else if (first > 0x5a) shape = "mixed";
  else if (raw.length === 1) shape = "capitalised";
  else if (small === 0) shape = "capitals";
  else shape = capitals === 1 ? "capitalised" : "mixed";
  return known(capitals === 0 ? raw : raw.toLowerCase(), shape);
}

function known(key: string, shape: Shape): Spelling {
  // Most words are in no list.
  const lists = lexicon();
  const entry = mayBeKnown(lists, key) ? lists.entries.get(key) : undefined;
  return { key, shape, names: entry?.names, roles: entry?.roles ?? 0 };
}

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
