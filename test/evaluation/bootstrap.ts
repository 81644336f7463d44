import { uniform } from "./random.ts";

export interface Difference {
  /** Mean of candidate minus reference. */
  mean: number;
  /** 2.5 % and 97.5 % quantiles of the resampled means. */
  low: number;
  high: number;
}

/**
 * Paired bootstrap of the difference of two configurations over the same queries, percentile interval of 95 %
 * (Sakai, SIGIR 2006).
 * @param candidate - One score a query, in the same order as `reference`.
 */
export function pairedBootstrap(
  candidate: readonly number[],
  reference: readonly number[],
  { resamples = 2_000, seed = 1 }: { resamples?: number; seed?: number } = {},
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
  const total = differences.reduce((sum, difference) => sum + difference, 0);
  return { mean: total / count, low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

/** Linear between the neighbours (type 7 of Hyndman and Fan, 1996). */
function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}
