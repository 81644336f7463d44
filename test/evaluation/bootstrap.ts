import { uniform } from "./random.ts";

export interface Difference {
  /** Mean of candidate minus reference. */
  mean: number;
  /** Quantiles of the resampled means: at a level of 0.95, 2.5 % and 97.5 %. */
  low: number;
  high: number;
}

/**
 * Paired bootstrap of the difference of two configurations over the same queries, percentile interval
 * (Sakai, SIGIR 2006).
 * @param candidate - One score a query, in the same order as `reference`.
 */
export function pairedBootstrap(
  candidate: readonly number[],
  reference: readonly number[],
  { resamples = 2_000, seed = 1, level = 0.95 }: { resamples?: number; seed?: number; level?: number } = {},
): Difference {
  const count = candidate.length;
  if (count === 0 || count !== reference.length)
    throw new Error(
      `a paired bootstrap needs as many scores on both sides, got ${count} and ${reference.length}`,
    );
  const differences = candidate.map((value, query) => value - reference[query]!);
  const next = uniform(seed);
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample += 1) {
    let sum = 0;
    for (let draw = 0; draw < count; draw += 1) sum += differences[Math.floor(next() * count)]!;
    means[resample] = sum / count;
  }
  means.sort();
  const outside = (1 - level) / 2;
  const total = differences.reduce((sum, difference) => sum + difference, 0);
  return { mean: total / count, low: quantile(means, outside), high: quantile(means, 1 - outside) };
}

/** Linear between the neighbours (type 7 of Hyndman and Fan, 1996); `NaN` of none. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
