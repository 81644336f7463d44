/** Scores of one query, each 0 to 1, higher is better. */
export interface Scores {
  "R@10": number;
  "nDCG@10": number;
  "MRR@10": number;
}
export type Metric = keyof Scores;

/**
 * Compares what was found, best first, with what is relevant (one document or more); gains are binary.
 * R@10 is found relevant / all relevant. nDCG@10 as in Järvelin and Kekäläinen (TOIS 2002) with log2(rank + 1).
 * MRR@10 is 1 / rank of the first relevant document, 0 below rank 10.
 * A document that is found twice counts once, at its first place.
 */
export function score(found: readonly string[], relevant: ReadonlySet<string>): Scores {
  const ranking = distinct(found);
  const first = ranking.findIndex((document) => relevant.has(document));
  return {
    "R@10": ranking.filter((document) => relevant.has(document)).length / relevant.size,
    "nDCG@10": gradedGain(found, new Map([...relevant].map((document) => [document, 1]))),
    "MRR@10": first < 0 ? 0 : 1 / (first + 1),
  };
}

/** nDCG@10 whose gain is the grade. */
export function gradedGain(found: readonly string[], grades: ReadonlyMap<string, number>): number {
  if (grades.size === 0) throw new Error("a query without relevant documents has no score");
  const ideal = [...grades.values()].sort((one, other) => other - one).slice(0, 10);
  return discounted(distinct(found).map((document) => grades.get(document) ?? 0)) / discounted(ideal);
}

/**
 * Whether a document of the highest grade comes before all others that are relevant; not when none is found.
 * @returns `undefined` where all grades are the same.
 */
export function newestFirst(
  found: readonly string[],
  grades: ReadonlyMap<string, number>,
): boolean | undefined {
  const highest = Math.max(...grades.values());
  if ([...grades.values()].every((grade) => grade === highest)) return undefined;
  return grades.get(distinct(found).find((document) => grades.has(document)) ?? "") === highest;
}

/** Mean over queries; `NaN` of none. */
export function average(scores: readonly Scores[], metric: Metric): number {
  return mean(scores.map((each) => each[metric]));
}

/** `NaN` of none. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function distinct(found: readonly string[]): string[] {
  return [...new Set(found)].slice(0, 10);
}

function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, gain, place) => sum + gain / Math.log2(place + 2), 0);
}
