import { fold } from "../text/fold.ts";
import type { Candidate } from "./candidate.ts";
import {
  uncasedFirstNames,
  uncasedInstitutions,
  uncasedIntroductions,
  uncasedLastNames,
  uncasedTitles,
} from "./gazetteer-uncased.ts";
import type { Mention } from "./known-names.ts";
import type { Passage, Word } from "./passage.ts";

interface UncasedWords {
  titles: ReadonlySet<string>;
  introductions: ReadonlySet<string>;
  firstNames: ReadonlySet<string>;
  lastNames: ReadonlySet<string>;
  institutions: ReadonlySet<string>;
}

let read: UncasedWords | undefined;

function uncasedWords(): UncasedWords {
  const words = (list: string): Set<string> =>
    new Set(list.split(/\s+/).map((word) => fold(word).replace("_", " ")));
  read ??= {
    titles: words(uncasedTitles),
    introductions: words(uncasedIntroductions),
    firstNames: words(uncasedFirstNames),
    lastNames: words(uncasedLastNames),
    institutions: words(uncasedInstitutions),
  };
  return read;
}

/** Where a word of a list begins, which a preposition may be written together with. */
function startOf(word: Word, list: ReadonlySet<string>): number | undefined {
  if (list.has(word.key)) return word.start;
  const prefixed = /^[وفبلكבלמושכה]/.test(word.key) && list.has(word.key.slice(1));
  return prefixed ? word.start + 1 : undefined;
}

function follows(word: Word | undefined): word is Word {
  return word !== undefined && word.shape === "uncased" && (word.gap === "space" || word.gap === "period");
}

/** Where the name of a person that begins with `from` ends. */
function nameEnd(words: readonly Word[], from: number): number {
  const { firstNames, lastNames } = uncasedWords();
  let end = from + 1;
  while (end < words.length && end - from < 4) {
    const { key, gap } = words[end]!;
    if (gap !== "space" || !(firstNames.has(key) || lastNames.has(key))) break;
    end++;
  }
  return end;
}

function isIntroduced(words: readonly Word[], index: number): boolean {
  const { titles, introductions } = uncasedWords();
  const before = words[index - 1];
  if (before === undefined || !follows(words[index])) return false;
  const { key } = words[index]!;
  // "The Arab gentleman": an adjective has the article of its noun.
  if (titles.has(before.key)) return !key.startsWith("ال") && key.length > 1;
  // Hebrew Dr is written ד"ר, in two words.
  if (before.key === "ר" && words[index - 2]?.key === "ד") return true;
  const phrase = `${words[index - 2]?.key ?? ""} ${before.key}`;
  return (introductions.has(before.key) || introductions.has(phrase)) && key.length > 2;
}

/** People and institutions in Arabic, Hebrew and Hindi. Their places are known names. */
export function findUncasedNames({ words }: Passage, mentions: readonly Mention[], found: Candidate[]): void {
  const { institutions } = uncasedWords();
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word.shape !== "uncased") continue;
    const start = isIntroduced(words, index) ? word.start : startOf(word, uncasedWords().firstNames);
    if (start === undefined) continue;
    const end = nameEnd(words, index);
    found.push({ start, end: words[end - 1]!.end, type: "person" });
    index = end - 1;
  }
  for (const { from, to, type } of mentions) {
    if (type !== "place" || words[from]!.shape !== "uncased") continue;
    const before = words[from - 1];
    const after = words[to];
    const kind = before === undefined || !follows(words[from]) ? undefined : startOf(before, institutions);
    if (kind !== undefined) found.push({ start: kind, end: words[to - 1]!.end, type: "organization" });
    else if (follows(after) && /^[\u0900-\u097f]/.test(after.key) && institutions.has(after.key))
      found.push({ start: words[from]!.start, end: after.end, type: "organization" });
  }
}
