import { mean } from "./metrics.ts";
import type { Outcome } from "./outcome.ts";

/** Hits whose scores lie in a tenth of the scale. */
export interface Bin {
  /** The tenth begins here. */
  from: number;
  hits: number;
  /** Mean score. */
  predicted: number;
  /** Share that is relevant. */
  observed: number;
}

/**
 * Scores without a floor against what is relevant, over own and foreign questions. What nobody judged counts as not
 * relevant, so the true share is no lower than the observed one.
 * @param depth - Hits of a question that are counted.
 */
export function reliability(outcomes: readonly Outcome[], depth: number): Bin[] {
  const hits = outcomes
    .flatMap(({ own, foreign }) => [...own, ...foreign])
    .flatMap(({ unfloored }) => unfloored.slice(0, depth));
  const bins = Map.groupBy(hits, ({ score }) => Math.min(9, Math.floor(score * 10)));
  return [...bins]
    .sort(([one], [other]) => one - other)
    .map(([tenth, some]) => ({
      from: tenth / 10,
      hits: some.length,
      predicted: mean(some.map(({ score }) => score)),
      observed: mean(some.map(({ grade }) => Number(grade > 0))),
    }));
}

/** Expected calibration error: how far predicted and observed are apart, averaged over the hits. */
export function calibrationError(bins: readonly Bin[]): number {
  const all = bins.reduce((sum, { hits }) => sum + hits, 0);
  return bins.reduce(
    (sum, { hits, predicted, observed }) => sum + (hits / all) * Math.abs(predicted - observed),
    0,
  );
}
