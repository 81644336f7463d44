import { languages, wordsOf } from "@souvenir/orama/languages";
import type { StaticModel } from "@souvenir/static";
import type { EvaluationSet, Group, Query } from "../evaluation/data.ts";
import { uniform } from "../evaluation/random.ts";

/** How alike another word is to the one that it stands for: as those are by which people ask for a thing in other words. */
const likeness = { least: 0.4, most: 0.7 };

/**
 * The questions of a set in other words: each word that stands in a memory of the group, but for names, is one that is like
 * it and stands in another group. Sets of conversations hardly have such questions, and people ask them all the time. Without
 * questions of which nothing could be changed.
 */
export function reworded(set: EvaluationSet, model: StaticModel): EvaluationSet {
  const next = uniform(1);
  const wordsIn = (group: Group) =>
    group.documents.flatMap(({ text }) => text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? []);
  const likely = likelyWords(model, new Set(set.groups.flatMap(wordsIn)));
  const reword = ({ text }: Query, known: ReadonlySet<string>): string =>
    text.replace(/[\p{L}\p{M}]+/gu, (word) => {
      if (word.length < 3 || /^\p{Lu}/u.test(word) || functionWords.has(word) || !known.has(word))
        return word;
      const others = likely(word).filter((other) => !known.has(other));
      return others[Math.floor(next() * others.length)] ?? word;
    });
  return {
    name: `${set.name} in other words`,
    groups: set.groups.flatMap((group) => {
      const known = new Set(wordsIn(group));
      const written = (queries: readonly Query[]) =>
        queries
          .map((query) => ({ ...query, text: reword(query, known) }))
          .filter(({ text }, at) => text !== queries[at]?.text);
      const queries = written(group.queries);
      return queries.length === 0 ? [] : [{ ...group, queries, unanswerable: written(group.unanswerable) }];
    }),
  };
}

const functionWords: ReadonlySet<string> = new Set(
  languages.flatMap(({ functionWords: words }) => wordsOf(words)),
);

/** Those of some words that are like a word. */
function likelyWords(model: StaticModel, among: ReadonlySet<string>): (word: string) => readonly string[] {
  const all = Uint32Array.from({ length: model.size }, (_, id) => id).filter((id) =>
    among.has(model.term(id)),
  );
  const ends = all.map((_, at) => at + 1);
  const found = new Map<string, string[]>();
  return (word) => {
    const before = found.get(word);
    if (before !== undefined) return before;
    const [id, ...rest] = model.read(word);
    const words: string[] = [];
    if (id !== undefined && rest.length === 0) {
      const { others } = model.likeness(Uint32Array.of(id), { terms: all, ends });
      for (const [at, cosine] of others.entries()) {
        if (cosine < likeness.least || cosine > likeness.most) continue;
        const term = model.term(all[at]!);
        if (/^[\p{L}\p{M}]{3,}$/u.test(term) && term.slice(0, 4) !== word.slice(0, 4)) words.push(term);
      }
    }
    found.set(word, words);
    return words;
  };
}
