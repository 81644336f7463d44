import type { Candidate } from "./candidate.ts";
import { entryOf, type KnownName } from "./lexicon.ts";
import { is, isCased, lengthOf, type Passage, type Word } from "./passage.ts";

/** In Arabic and Hebrew the article and short prepositions are written together with the name. */
export const attachedPrefix: RegExp = /^[בלמהושכوفبلك](?=..)/;

function matchesAt(words: readonly Word[], index: number, names: readonly KnownName[] | undefined) {
  return names?.find(({ keys }) =>
    keys.every((key, offset) => {
      const word = words[index + offset];
      return offset === 0 || (word?.key === key && word.gap !== "break" && word.gap !== "comma");
    }),
  );
}

/** Written as the name is: with a capital first and last, and not in capitals when it is short and the name is not. */
function isWritten({ keys, capitals }: KnownName, words: readonly Word[], index: number): boolean {
  const [first, last] = [words[index]!, words[index + keys.length - 1]!];
  const cased = (word: Word) => isCased(word) || word.shape === "number";
  if (!cased(first) || (!cased(last) && lengthOf(last) > 1)) return false;
  if (keys.length > 1) return true;
  if (capitals) return first.shape !== "capitalised" || lengthOf(first) === 1;
  return first.shape !== "capitals" || lengthOf(first) >= 5;
}

/** Whether a known name at a word is meant as a name. */
function holds(name: KnownName, { words, german, software }: Passage, index: number): boolean {
  const [first, before] = [words[index]!, words[index - 1]];
  const written = isWritten(name, words, index);
  const inside = !first.opens && first.style === "plain";
  const plain = first.shape !== "capitals" || name.capitals;
  switch (name.condition) {
    case "any":
      return true;
    case "capital":
      return (
        written ||
        // "in paris"
        (name.type === "place" &&
          !name.capitals &&
          first.shape === "lower" &&
          first.gap === "space" &&
          lengthOf(first) >= 4 &&
          is(before, "plainPrepositions"))
      );
    case "inside":
      return written && plain && ((inside && !german) || software);
    case "software":
      return written && plain && inside && software;
    case "preposition":
      return written && first.gap === "space" && is(before, "prepositions");
    case "number":
      return false;
  }
}

/** Where the model number and variants after the words of a family end: "15 Pro Max", "3.5 Sonnet", "-4o mini". */
function modelEnd(words: readonly Word[], from: number): { to: number; numbered: boolean } {
  let [to, numbered] = [from, false];
  for (; to < words.length && to < from + 6; to++) {
    const word = words[to]!;
    const { key, gap, shape } = word;
    const follows = gap === "space" || gap === "hyphen" || gap === "none";
    if (!follows && !(gap === "dot" && shape === "number")) break;
    const isNumber =
      /\p{N}/u.test(key) && lengthOf(word) <= 7 && (gap !== "space" || !/^(?:19|20)\d\d$/.test(key));
    if (!isNumber && !(is(word, "variants") && (gap !== "space" || shape !== "lower"))) break;
    numbered ||= isNumber;
  }
  return { to, numbered };
}

const plainVersion = /^ v?\d{1,4}\.\d{1,4}(?:\.\d{1,4})*(?![\p{L}\p{N}%])/u;

/**
 * Names of the word lists that stand in a passage; tells the passage what it is about, and its words what they are of.
 * @param language - BCP 47 tag of the text; without it, German is told by its words.
 */
export function findKnownNames(passage: Passage, found: Candidate[], language?: string): void {
  const { text, words, telling: places } = passage;
  const matches: [index: number, name: KnownName][] = [];
  let nouns = 0;
  for (const index of places) {
    const word = words[index]!;
    if (word.shape === "lower" && is(word, "capitalNouns")) nouns++;
    if (is(word, "software")) passage.software = true;
    let name = matchesAt(words, index, word.names);
    if (name === undefined && word.shape === "uncased" && attachedPrefix.test(word.key)) {
      name = matchesAt(words, index, entryOf(word.key.slice(1))?.names);
      if (name !== undefined)
        found.push({ start: word.start + 1, end: words[index + name.keys.length - 1]!.end, type: name.type });
    } else if (name !== undefined) {
      if (name.condition === "any" && name.type === "product") passage.software = true;
      matches.push([index, name]);
    }
  }
  passage.german = language?.startsWith("de") ?? (nouns > 0 && nouns * 8 >= words.length);
  for (const [from, name] of matches) {
    const end = from + name.keys.length;
    const model = name.family ? modelEnd(words, end) : { to: end, numbered: false };
    if (!holds(name, passage, from) && !(model.numbered && name.type === "product")) continue;
    for (let at = from; at < model.to; at++) words[at]!.known = name.type;
    const last = words[model.to - 1]!.end;
    found.push({ start: words[from]!.start, end: last, type: name.type });
    const version = name.type === "product" ? plainVersion.exec(text.slice(last, last + 24)) : null;
    if (version !== null) found.push({ start: last + 1, end: last + version[0].length, type: "version" });
  }
}
