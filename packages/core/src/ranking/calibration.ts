/**
 * Expected value of the `rank`-th largest of `count` independent standard normal numbers, at least 0 (Blom, "Statistical
 * Estimates and Transformed Beta-Variables", 1958): how far the nearest of unrelated memories stands out by chance.
 * @param rank From 1.
 */
export function expectedLargest(rank: number, count: number): number {
  if (count < 2 * rank) return 0;
  return Math.max(0, normalQuantile(1 - (rank - 0.375) / (count + 0.25)));
}

/** Quantile of the standard normal distribution for 0 < p < 1 (Acklam's rational approximation, error below 1.2e-9). */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return (
      (((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) *
        q +
        4.374664141464968) *
        q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) *
        q +
        1)
    );
  }
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
      q) /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
      1)
  );
}

/** How the cosines of unrelated memories are spread. */
export interface Background {
  mean: number;
  /** More than 0. */
  deviation: number;
}

/** Cosines nearer to 1 than this are those of equal vectors: what rounding to 12 bits a number takes away. */
const rounding = 2e-4;

/**
 * How far a cosine stands out from the background, in standard deviations of a normal distribution: the number that is
 * exceeded by chance as rarely as this cosine is. Cosines end at 1, so among vectors of few dimensions, where they are
 * spread widely, the nearest possible one is hardly two standard deviations away, and still nothing is rarer. The spread
 * says of how many dimensions the vectors are in effect; the tail is that of Student's t (Wallace, "Bounds on normal
 * approximations to Student's and the chi-square distributions", 1959). For many dimensions it is the plain quotient.
 */
export function standingOut(cosine: number, { mean, deviation }: Background): number {
  // Where all are nearly alike, as texts of which only single letters are read, the fitted mean may be beyond 1.
  const share = mean < 1 ? (cosine - mean) / (1 - mean) : 0;
  if (!(share > 0)) return (cosine - mean) / deviation;
  if (1 - cosine < rounding || share >= 1) return Number.POSITIVE_INFINITY;
  const freedom = Math.max(0, ((1 - mean) / deviation) ** 2 - 1);
  return ((8 * freedom + 1) / (8 * freedom + 3)) * Math.sqrt(-freedom * Math.log(1 - share * share));
}

/** Deviation that is assumed before anything is known, and how many memories it counts for. */
const assumedDeviation = 0.06;
const assumedCount = 4;
/** The part of the memories, counted from the farthest, that is taken as unrelated to the query. */
const unrelated = 0.75;
/** Mean and variance of the lower three quarters of the standard normal distribution. */
const lowerMean = -0.4237;
const lowerVariance = 0.5347;

/**
 * The spread of the cosines of unrelated memories, from a sample; `undefined` for less than two memories, which have
 * nothing to be compared with: what is near differs from embedder to embedder. Up to a quarter of it may be related to the
 * query, and the nearest as often as it is kept: so the normal distribution is fitted to the lower three quarters of the
 * rest.
 * @param cosines - NaN for memories without a vector.
 */
export function backgroundOf(cosines: Float32Array): Background | undefined {
  let known = cosines.filter((cosine) => !Number.isNaN(cosine)).sort();
  const nearest = known.indexOf(known.at(-1) as number);
  known = known.subarray(0, nearest + 1);
  const count = Math.max(1, Math.min(known.length - 1, Math.floor(known.length * unrelated)));
  if (known.length < 2) return undefined;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += (known[i] as number) / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += ((known[i] as number) - mean) ** 2;
  const variance = (squares / lowerVariance + assumedCount * assumedDeviation ** 2) / (count + assumedCount);
  // Of a handful the nearest alone is left out, and the rest is no tail.
  const shift = lowerMean * (1 - 1 / count);
  return { mean: mean - shift * Math.sqrt(squares / lowerVariance / count), deviation: Math.sqrt(variance) };
}

export interface Doubts {
  /** How near a memory must be, in units of how near chance brings the nearest of as many unrelated ones. */
  threshold: number;
  /** Texts that are no nearer than that have nothing in common, and from the second cosine on, surely something. */
  leastCosine: number;
  surelyAlike: number;
}

/** How sure one can be of a memory that is the only one, and of any for its nearness alone. */
const loneCertainty = 0.5;
const mostCertainty = 0.95;

/**
 * How sure it is that a memory is near to the query for a reason, 0 to 1.
 * @param count - Memories that were compared.
 */
export function vectorCertainty(
  cosine: number,
  background: Background | undefined,
  count: number,
  { threshold, leastCosine, surelyAlike }: Doubts,
): number {
  const alike = clamp((cosine - leastCosine) / (surelyAlike - leastCosine));
  if (background === undefined) return loneCertainty * alike;
  const chance = Math.max(1, expectedLargest(1, count));
  const outstanding = (standingOut(cosine, background) / chance - threshold) / 0.5;
  return mostCertainty * clamp(outstanding) * alike;
}

export function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
