import type { EvaluationSet, Group, Query } from "../evaluation/data.ts";

/** Memories of small namespaces: those of a person who has just begun. */
const sizes = [6, 9, 14, 22, 34];
const perGroup = 16;

/**
 * Pieces of the groups of a set, each a namespace of its own: some memories in order with one question that they answer.
 * What is learnt of a thousand memories does not hold for ten.
 * @param options - `unanswered`: how many questions that other memories of the group answer are asked besides.
 */
export function smallSet(set: EvaluationSet, { unanswered }: { unanswered: number }): EvaluationSet {
  const groups: Group[] = [];
  for (const { name, documents, queries } of set.groups) {
    const places = new Map(documents.map(({ id }, at) => [id, at]));
    const step = Math.max(1, queries.length / perGroup);
    for (let at = 0; at < queries.length; at += step) {
      const query = queries[Math.floor(at)] as Query;
      const first = places.get([...query.relevant][0] ?? "");
      if (first === undefined) continue;
      const size = sizes[groups.length % sizes.length] as number;
      const from = Math.max(0, Math.min(documents.length - size, first - ((groups.length * 7) % size)));
      const some = documents.slice(from, from + size);
      const here = new Set(some.map(({ id }) => id));
      const grades = new Map([...query.grades].filter(([id]) => here.has(id)));
      groups.push({
        name: `${name}/${groups.length}`,
        documents: some,
        queries: [{ ...query, grades, relevant: new Set(grades.keys()) }],
        unanswerable: others(queries, here, groups.length, unanswered),
      });
    }
  }
  return { name: `small ${set.name}`, groups };
}

/** Some questions that no memory here answers. */
function others(queries: readonly Query[], here: ReadonlySet<string>, from: number, count: number): Query[] {
  return Array.from({ length: count }, (_, at) => queries[(from * 31 + at * 17) % queries.length] as Query)
    .filter(({ relevant }) => [...relevant].every((id) => !here.has(id)))
    .map((query) => ({ ...query, relevant: new Set<string>(), grades: new Map<string, number>() }));
}
