import type { Candidate } from "./candidate.ts";
import { type KnownName, lexicon, role } from "./lexicon.ts";
import { type Gap, type Passage, style, type Word } from "./passage.ts";

/** A known name at words `from` to `to`. */
export interface Mention {
  readonly from: number;
  readonly to: number;
  readonly type: string;
}

/** What the text as a whole says about its words. */
export interface Setting {
  /** Nouns have capitals. */
  readonly german: boolean;
  /** The text is about software. */
  readonly software: boolean;
}

interface Match extends Mention {
  readonly name: KnownName;
}

const together: ReadonlySet<Gap> = new Set([
  "none",
  "space",
  "hyphen",
  "apostrophe",
  "dot",
  "ampersand",
  "period",
]);
/** Prepositions that make a place of a name without its capital, in quick English. */
const plainPrepositions: ReadonlySet<string> = new Set(["in", "to", "from", "visited"]);
const hasDigit = /\p{N}/u;

function matchesAt(words: readonly Word[], index: number): KnownName | undefined {
  return words[index]!.names?.find(({ keys }) => {
    for (let offset = 1; offset < keys.length; offset++) {
      const word = words[index + offset];
      if (word === undefined || word.key !== keys[offset] || !together.has(word.gap)) return false;
    }
    return true;
  });
}

/** In Arabic and Hebrew the article and short prepositions are written together with the name. */
function withoutPrefix(word: Word): Word | undefined {
  const code = word.key.charCodeAt(0);
  if (word.key.length < 3) return undefined;
  const prefixed =
    (code >= 0x5d0 && code <= 0x5ea && "בלמהושכ".includes(word.key[0]!)) ||
    (code >= 0x620 && code <= 0x64a && "وفبلك".includes(word.key[0]!));
  if (!prefixed) return undefined;
  const key = word.key.slice(1);
  return { ...word, key, names: lexicon().entries.get(key)?.names, start: word.start + 1 };
}

function isCased(word: Word): boolean {
  return (
    word.shape === "capitalised" ||
    word.shape === "capitals" ||
    word.shape === "mixed" ||
    word.shape === "number"
  );
}

/** Written as the name is: with a capital first and last, and not in capitals when it is short and the name is not. */
function isWritten(name: KnownName, words: readonly Word[], index: number): boolean {
  const first = words[index]!;
  const last = words[index + name.keys.length - 1]!;
  if (!isCased(first) || (!isCased(last) && last.end - last.start > 1)) return false;
  if (name.keys.length > 1) return true;
  if (name.capitals) return first.shape !== "capitalised" || first.end - first.start === 1;
  return first.shape !== "capitals" || first.end - first.start >= 5;
}

function holds({ name, from }: Match, words: readonly Word[], setting: Setting, headline: boolean): boolean {
  const first = words[from]!;
  const before = words[from - 1];
  switch (name.condition) {
    case "any":
      return true;
    case "capital":
      if (isWritten(name, words, from)) return true;
      return (
        name.type === "place" &&
        !name.capitals &&
        first.shape === "lower" &&
        first.gap === "space" &&
        first.end - first.start >= 4 &&
        before !== undefined &&
        plainPrepositions.has(before.key)
      );
    case "inside":
      if (!isWritten(name, words, from) || (first.shape === "capitals" && !name.capitals)) return false;
      return (!first.opens && !headline && !setting.german) || setting.software;
    case "software":
      if (first.shape === "capitals" && !name.capitals) return false;
      return setting.software && !first.opens && !headline && isWritten(name, words, from);
    case "preposition":
      return (
        first.gap === "space" &&
        before !== undefined &&
        lexicon().placePrepositions.has(before.key) &&
        isWritten(name, words, from)
      );
    case "number":
      return false;
    case "uncased":
      return true;
  }
}

/** Where the model number and variants after the words of a family end: "15 Pro Max", "3.5 Sonnet", "-4o mini". */
function modelEnd(words: readonly Word[], from: number): { to: number; numbered: boolean } {
  const { productVariants } = lexicon();
  let to = from;
  let numbered = false;
  while (to < words.length && to < from + 6) {
    const { key, gap, shape, start, end } = words[to]!;
    const follows =
      gap === "space" || gap === "hyphen" || gap === "none" || (gap === "dot" && shape === "number");
    if (!follows) break;
    const isNumber =
      hasDigit.test(key) && end - start <= 7 && (gap !== "space" || !/^(?:19|20)\d\d$/.test(key));
    if (!isNumber && !(productVariants.has(key) && (gap !== "space" || shape !== "lower"))) break;
    numbered ||= isNumber;
    to++;
  }
  return { to, numbered };
}

const plainVersion = /^ v?\d{1,4}\.\d{1,4}(?:\.\d{1,4})*(?![\p{L}\p{N}%])/u;

/**
 * Names of the word lists that stand in a passage, and what the passage is about.
 * @param language - BCP 47 tag of the text; without it, German is told by its function words.
 */
export function findKnownNames(
  passage: Passage,
  found: Candidate[],
  language?: string,
): { mentions: Mention[]; setting: Setting } {
  const { text, words } = passage;
  const matches: Match[] = [];
  let software = false;
  let germanCount = 0;
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word.shape === "lower" && (word.roles & role.german) !== 0) germanCount++;
    if ((word.roles & role.software) !== 0) software = true;
    let name = matchesAt(words, index);
    if (name === undefined && word.shape === "uncased") {
      const stripped = withoutPrefix(word);
      if (stripped !== undefined) name = matchesAt([stripped, ...words.slice(index + 1, index + 4)], 0);
      if (name !== undefined && stripped !== undefined) {
        const end = words[index + name.keys.length - 1]!.end;
        found.push({ start: stripped.start, end, type: name.type });
        continue;
      }
    }
    if (name === undefined) continue;
    if (name.condition === "any" && name.type === "product") software = true;
    matches.push({ from: index, to: index + name.keys.length, type: name.type, name });
  }
  const german = language?.startsWith("de") ?? (germanCount > 0 && germanCount * 8 >= words.length);
  const setting = { software, german };
  const mentions: Mention[] = [];
  for (const match of matches) {
    const model = match.name.family ? modelEnd(words, match.to) : { to: match.to, numbered: false };
    const headline = passage.styles[match.from] !== style.plain;
    if (!holds(match, words, setting, headline) && !(model.numbered && match.name.type === "product"))
      continue;
    const { from, type } = match;
    mentions.push({ from, to: model.to, type });
    const end = words[model.to - 1]!.end;
    found.push({ start: words[from]!.start, end, type });
    if (type !== "product") continue;
    const version = plainVersion.exec(text.slice(end, end + 24));
    if (version !== null) found.push({ start: end + 1, end: end + version[0].length, type: "version" });
  }
  return { mentions, setting };
}
