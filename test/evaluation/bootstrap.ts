import { uniform } from "./random.ts";

export interface Difference {
  /** Mean of candidate minus reference. */
  mean: number;
  /** Quantiles of the resampled means: at a level of 0.95, 2.5 % and 97.5 %. */
  low: number;
  high: number;
}

export interface BootstrapOptions {
  /** Default 2,000. */
  resamples?: number;
  /** Default 1. */
  seed?: number;
  /** Share of the resamples that lie in the interval, 0 to 1. Default 0.95. */
  level?: number;
}

/**
 * Paired bootstrap of the difference of two configurations over the same queries, percentile interval
 * (Sakai, SIGIR 2006).
 * @param candidate - One score a query, in the same order as `reference`.
 */
export function pairedBootstrap(
  candidate: readonly number[],
  reference: readonly number[],
  options: BootstrapOptions = {},
): Difference {
  const count = candidate.length;
  if (count === 0 || count !== reference.length)
    throw new Error(
      `a paired bootstrap needs as many scores on both sides, got ${count} and ${reference.length}`,
    );
  const differences = candidate.map((value, query) => value - reference[query]!);
  return stratifiedBootstrap([differences], options);
}

/**
 * The same for the mean over sets, each of which counts alike: a resample draws as many questions of each set as it has.
 * @param sets - Differences by set, one a query.
 */
export function stratifiedBootstrap(
  sets: readonly (readonly number[])[],
  { resamples = 2_000, seed = 1, level = 0.95 }: BootstrapOptions = {},
): Difference {
  const next = uniform(seed);
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample += 1) {
    let mean = 0;
    for (const differences of sets) {
      const { length } = differences;
      let sum = 0;
      for (let draw = 0; draw < length; draw += 1) sum += differences[Math.floor(next() * length)]!;
      mean += sum / length / sets.length;
    }
    means[resample] = mean;
  }
  means.sort();
  const outside = (1 - level) / 2;
  const total = sets.reduce(
    (sum, differences) =>
      sum + differences.reduce((all, difference) => all + difference, 0) / differences.length,
    0,
  );
  return { mean: total / sets.length, low: quantile(means, outside), high: quantile(means, 1 - outside) };
}

/** Linear between the neighbours (type 7 of Hyndman and Fan, 1996); `NaN` of none. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
