/** Scores of one query, each 0 to 1, higher is better. */
export interface Scores {
  "R@5": number;
  "R@10": number;
  "R@20": number;
  "nDCG@10": number;
  "MRR@10": number;
}
export type Metric = keyof Scores;
export const metrics: readonly Metric[] = ["R@5", "R@10", "R@20", "nDCG@10", "MRR@10"];

/**
 * Compares what was found, best first, with what is relevant (one document or more); gains are binary.
 * R@k is found relevant / all relevant. nDCG@10 as in Järvelin and Kekäläinen (TOIS 2002) with log2(rank + 1).
 * MRR@10 is 1 / rank of the first relevant document, 0 below rank 10.
 * A document that is found twice counts once, at its first place.
 */
export function score(found: readonly string[], relevant: ReadonlySet<string>): Scores {
  if (relevant.size === 0) throw new Error("a query without relevant documents has no score");
  const ranking = [...new Set(found)];
  const recall = (depth: number): number =>
    ranking.slice(0, depth).filter((document) => relevant.has(document)).length / relevant.size;
  let gain = 0;
  let ideal = 0;
  let reciprocal = 0;
  for (let rank = 1; rank <= 10; rank += 1) {
    const discounted = 1 / Math.log2(rank + 1);
    if (rank <= relevant.size) ideal += discounted;
    const document = ranking[rank - 1];
    if (document === undefined || !relevant.has(document)) continue;
    gain += discounted;
    if (reciprocal === 0) reciprocal = 1 / rank;
  }
  return {
    "R@5": recall(5),
    "R@10": recall(10),
    "R@20": recall(20),
    "nDCG@10": gain / ideal,
    "MRR@10": reciprocal,
  };
}

/** Mean over queries; `NaN` of none. */
export function average(scores: readonly Scores[], metric: Metric): number {
  let sum = 0;
  for (const each of scores) sum += each[metric];
  return sum / scores.length;
}
