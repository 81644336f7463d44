import type { LatinLanguage } from "./language.ts";
import type { LanguageCounts } from "./language-counts.ts";
import type { TextLanguages } from "./text-languages.ts";
import { languagesOf, withoutFunctionWords, wordsOf } from "./tokenizer.ts";

/** A word of a question, before it is looked up. */
export interface QueryWord {
  /** In lower case. */
  word: string;
  /** Place among the words that are searched. */
  position: number;
  /** The terms that it has in the languages of the index. */
  terms: string[];
  /** The term in the language of the question. */
  own: string;
  /** In Vietnamese, where accents make other words: the term that keeps those of the word. */
  accented: string | undefined;
  /** The languages of the index, that of the question first. */
  languages: readonly TextLanguages[];
  /** 1 for a word, less for an extra form. */
  weight: number;
  /** Times it stands in the question. */
  repetitions: number;
}

/**
 * The words of a question that are searched, each once. A word has a term for every language that texts of the index were
 * stemmed in, so that it meets its own forms in each of them.
 */
export function queryWords(
  query: string,
  language: string | undefined,
  languages: LanguageCounts,
  fallback: LatinLanguage,
): QueryWord[] {
  const words = wordsOf(query);
  const own = languagesOf(words, language, languages.commonest(fallback));
  const present = languages.present(own);
  const found = new Map<string, QueryWord>();
  for (const { entry, weight } of withoutFunctionWords(words, own)) {
    const terms = [...new Set(present.map((each) => entry.term(each)))].sort();
    const key = terms.join("\n");
    const known = found.get(key);
    if (known === undefined) {
      const position = found.size;
      found.set(key, {
        word: entry.lower,
        position,
        terms,
        own: entry.term(own),
        languages: present,
        accented: own.latin === "vi" ? entry.accented?.entry.term(own) : undefined,
        weight,
        repetitions: 1,
      });
      continue;
    }
    known.weight = Math.max(known.weight, weight);
    if (weight === 1) known.repetitions++;
  }
  return [...found.values()];
}
