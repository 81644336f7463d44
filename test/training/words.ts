import { languages, wordsOf } from "@souvenir/orama/languages";
import type { EvaluationSet, Group, Query } from "../evaluation/data.ts";

const functionWords: ReadonlySet<string> = new Set(
  languages.flatMap(({ functionWords: words }) => wordsOf(words)),
);
/** Where among the words of a group, from the most frequent to the rarest, those stand that are asked for. */
const ranks = [0, 0.002, 0.01, 0.1, 0.5];
const mostGroups = 24;

/** Questions of one word, which ask for whatever has it, and of words of other groups, for which there is nothing. */
export function singleWords(set: EvaluationSet): EvaluationSet {
  const step = Math.max(1, Math.ceil(set.groups.length / mostGroups));
  const groups = set.groups.filter((_, at) => at % step === 0);
  const having = groups.map(documentsByWord);
  return {
    name: `words of ${set.name}`,
    groups: groups.map((group, at) => {
      const here = having[at] as ReadonlyMap<string, Set<string>>;
      const words = [...here].sort(
        ([one, ones], [other, others]) => others.size - ones.size || (one < other ? -1 : 1),
      );
      const asked = new Map(
        ranks.flatMap((rank) => words.slice(Math.floor(rank * words.length)).slice(0, 1)),
      );
      const foreign = [...(having[(at + 1) % having.length] as ReadonlyMap<string, Set<string>>).keys()]
        .filter((word) => !here.has(word))
        .filter((_, place, all) => place % Math.ceil(all.length / 2) === 0);
      return {
        ...group,
        queries: [...asked].map(([word, ids], place) => question(group, `${place}`, word, ids)),
        unanswerable: foreign.map((word) => question(group, word, word, new Set())),
      };
    }),
  };
}

function question({ name }: Group, id: string, text: string, relevant: ReadonlySet<string>): Query {
  return { id, group: name, text, relevant, grades: new Map([...relevant].map((each) => [each, 1])) };
}

function documentsByWord({ documents }: Group): Map<string, Set<string>> {
  const having = new Map<string, Set<string>>();
  for (const { id, text } of documents)
    for (const word of text.toLowerCase().match(/(?<![\p{L}\p{M}\p{N}])\p{L}{4,}(?![\p{L}\p{M}\p{N}])/gu) ??
      []) {
      if (functionWords.has(word)) continue;
      const ids = having.get(word) ?? new Set();
      having.set(word, ids.add(id));
    }
  return having;
}
