import { languages, type OrderWords, partOf, wordsOf } from "@souvenir/orama/languages";
import { fold } from "../text/fold.ts";

/** What somebody says in a sentence, by what it is, with its places among the words. */
export type Said = Partial<Record<keyof OrderWords | "not", number[]>>;

/** Words of one language that a sentence has. */
interface Entry {
  language: number;
  name: keyof Said;
  /** The words after the first; a star stands for any ending. */
  rest: readonly string[];
}

/** Words that have no other name in many languages. */
const shared: readonly (keyof OrderWords)[] = ["models", "prompt", "secrets", "tools", "unbound", "decode"];
const unspaced = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}]/u;
const inWords = /[\p{L}\p{M}\p{N}]+/gu;
const shortestStem = 2;
const longestStem = 24;

interface Table {
  whole: ReadonlyMap<string, Entry[]>;
  stems: ReadonlyMap<string, Entry[]>;
  /** Of scripts without spaces: what finds the words of a list anywhere. */
  anywhere: readonly { language: number; name: keyof Said; words: RegExp }[];
  /** By language, what turns a word round from inside. */
  within: readonly { language: number; words: RegExp }[];
}

let table: Table | undefined;
const known = new Map<string, readonly Entry[]>();
const mostKnown = 10_000;

function openTable(): Table {
  const whole = new Map<string, Entry[]>();
  const stems = new Map<string, Entry[]>();
  const anywhere: { language: number; name: keyof Said; words: RegExp }[] = [];
  const within: { language: number; words: RegExp }[] = [];
  for (const [language, { script, orders, negation }] of languages.entries()) {
    const lists = partOf(orders);
    if (lists === undefined) continue;
    const not = partOf(negation);
    if (not?.within !== undefined) within.push({ language, words: new RegExp(not.within, "u") });
    const all: [keyof Said, string[]][] = Object.entries(lists).map(([name, words]) => [
      name as keyof Said,
      wordsOf(words).map(fold),
    ]);
    all.push(["not", wordsOf(not?.words).map(fold)]);
    const isUnspaced = script === "han" || script === "kana";
    for (const [name, words] of all) {
      if (words.length === 0) continue;
      if (isUnspaced) {
        const found = words.map((word) => (unspaced.test(word) ? word : `(?<![a-z0-9])${word}(?![a-z0-9])`));
        anywhere.push({ language, name, words: new RegExp(found.join("|"), "u") });
        continue;
      }
      for (const phrase of words) {
        const [first = "", ...rest] = phrase.split(" ");
        const isStem = first.endsWith("*");
        const into = isStem ? stems : whole;
        const key = isStem ? first.slice(0, -1) : first;
        const entries = into.get(key) ?? [];
        entries.push({ language, name, rest });
        into.set(key, entries);
      }
    }
  }
  return { whole, stems, anywhere, within };
}

/** A sentence in every language that it may be in. @param sentence - Folded. */
export function saidIn(sentence: string): Said[] {
  table ??= openTable();
  const { anywhere, within } = table;
  const byLanguage = new Map<number, Said>();
  const note = (language: number, name: keyof Said, place: number) => {
    const said = byLanguage.get(language) ?? {};
    byLanguage.set(language, said);
    const places = said[name] ?? [];
    said[name] = places;
    places.push(place);
  };
  const words = Array.from(sentence.matchAll(inWords), ([word]) => word);
  for (const [place, word] of words.entries()) {
    for (const { language, name, rest } of entriesOf(word))
      if (rest.every((other, at) => isWord(words[place + 1 + at], other))) note(language, name, place);
  }
  if (unspaced.test(sentence))
    for (const { language, name, words } of anywhere) {
      // Where there are no words between, all is near.
      if (words.test(sentence)) note(language, name, 0);
    }
  for (const { language, words } of within)
    if (byLanguage.has(language)) {
      const found = words.exec(sentence);
      if (found !== null) note(language, "not", sentence.slice(0, found.index).match(inWords)?.length ?? 0);
    }
  // English is the second language of many texts about models.
  const english = byLanguage.get(0);
  for (const [language, said] of byLanguage)
    if (language !== 0 && english !== undefined)
      for (const name of shared) if (english[name] !== undefined) said[name] ??= english[name];
  return [...byLanguage.values()];
}

/** What begins with a word. Most of a text are few words. */
function entriesOf(word: string): readonly Entry[] {
  const read = known.get(word);
  if (read !== undefined) return read;
  const { whole, stems } = table as Table;
  const entries = [...(whole.get(word) ?? [])];
  const longest = Math.min(word.length, longestStem);
  for (let length = shortestStem; length <= longest; length++)
    entries.push(...(stems.get(word.slice(0, length)) ?? []));
  if (known.size >= mostKnown) known.clear();
  known.set(word, entries);
  return entries;
}

function isWord(word: string | undefined, wanted: string): boolean {
  if (word === undefined) return false;
  return wanted.endsWith("*") ? word.startsWith(wanted.slice(0, -1)) : word === wanted;
}
