import type { QueryTerm, TextQuestion } from "@souvenir/orama";
import { languages, wordsOf } from "@souvenir/orama/languages";
import { canonicalName } from "../entities/canonical.ts";
import { resolveTime, type TimePreference } from "../time/time.ts";
import { asksQuestion } from "./speaker.ts";

/** A question taken apart, once, for everything that looks at it. */
export interface AnalyzedQuery {
  /** As it was asked. */
  readonly text: string;
  /** What its words find, without the prior of small namespaces. Without function words, unless there are no others. */
  readonly terms: readonly QueryTerm[];
  /** The words that are searched, each once, in lower case, by position; `found`: it stands in a memory. */
  readonly words: TextQuestion["words"];
  /** Names of things in a series, such as numbers of tickets, in one piece; `found`: a memory has it. */
  readonly identifiers: TextQuestion["identifiers"];
  /** Canonical names of the entities that it names. */
  readonly entities: readonly string[];
  /** Canonical names under which a speaker may be meant: its entities, its capitalised words, the words searched. */
  readonly names: readonly string[];
  /** The time that it names, with the question without the words for it; `undefined` for none. */
  readonly time: TimePreference | undefined;
  /** ISO 639-1, the language of most of its words; `undefined` when they do not tell. */
  readonly language: TextQuestion["language"];
  /** Memories in this language. */
  readonly inLanguage: TextQuestion["inLanguage"];
  /** Whether it ends with a question mark of any script, or begins as questions of its language do. */
  readonly isQuestion: boolean;
}

/** What a question is looked up in. */
export interface QuestionIndex {
  readonly text: { analyze(query: string, options?: { prefix?: boolean }): TextQuestion };
  /** When the latest memory was made, in milliseconds since 1970, -∞ when there is none. */
  latest(): number;
}

/** Names looked at, and UTF-16 units of a question in which they are looked for. */
const mostNames = 64;
const named = 2_000;

/**
 * Takes a question apart.
 * @param now - What "today" is, in milliseconds since 1970.
 * @param given.entities - Canonical names of the entities that it names, as the extractor of the memory found them.
 * @param given.prefix - Whether the last word may be the beginning of one. Default false.
 */
export function analyzeQuery(
  text: string,
  now: number,
  index: QuestionIndex,
  { entities, prefix = false }: { entities: readonly string[]; prefix?: boolean },
): AnalyzedQuery {
  const { terms, words, identifiers, language, inLanguage } = index.text.analyze(text, { prefix });
  const names = new Set(terms.map(({ word }) => canonicalName(word)));
  for (const [word] of text.slice(0, named).matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    if (names.size >= mostNames) break;
    if (/^(?:\p{Lu}|\p{Lo})/u.test(word)) names.add(canonicalName(word));
  }
  for (const name of entities) names.add(name);
  return {
    text,
    terms,
    words,
    identifiers,
    entities,
    names: [...names],
    time: resolveTime({ text, now }, index),
    language,
    inLanguage,
    isQuestion: asksQuestion(text) || beginsAsQuestion(text, language),
  };
}

/** "where do I live"; in scripts without spaces a question word may stand anywhere. */
function beginsAsQuestion(text: string, code: string | undefined): boolean {
  const language = languages.find((each) => each.code === code);
  const asking = wordsOf(language?.questionWords);
  const [first = ""] = text.toLowerCase().match(/[\p{L}\p{M}]+/u) ?? [];
  const spaced = !["han", "kana", "hangul", "thai"].includes(language?.script ?? "");
  return spaced ? asking.includes(first) : asking.some((word) => word.length > 1 && text.includes(word));
}
