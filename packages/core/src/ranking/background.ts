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

/** What is assumed of a memory that is the only one; the deviation also before much is known, as that of so many memories. */
const assumedMean = 0.1;
const assumedDeviation = 0.06;
const assumedCount = 4;
/** The part of the memories, counted from the farthest, that is taken as unrelated to the query. */
const unrelated = 0.75;
/** Mean and variance of the lower three quarters of the standard normal distribution. */
const lowerMean = -0.4237;
const lowerVariance = 0.5347;

/**
 * The spread of the cosines of unrelated memories, from a sample; `undefined` for no memory. One alone has nothing to be
 * compared with, and what is near differs from embedder to embedder: something is assumed then. Up to a quarter of it may be related to the
 * query, and the nearest as often as it is kept: so the normal distribution is fitted to the lower three quarters of the
 * rest.
 * @param cosines - NaN for memories without a vector.
 */
export function backgroundOf(cosines: Float32Array): Background | undefined {
  let known = cosines.filter((cosine) => !Number.isNaN(cosine)).sort();
  const nearest = known.indexOf(known.at(-1) as number);
  known = known.subarray(0, nearest + 1);
  const count = Math.max(1, Math.min(known.length - 1, Math.floor(known.length * unrelated)));
  if (known.length === 0) return undefined;
  if (known.length === 1) return { mean: assumedMean, deviation: assumedDeviation };
  let mean = 0;
  for (let i = 0; i < count; i++) mean += (known[i] as number) / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += ((known[i] as number) - mean) ** 2;
  const variance = (squares / lowerVariance + assumedCount * assumedDeviation ** 2) / (count + assumedCount);
  // Of a handful the nearest alone is left out, and the rest is no tail.
  const shift = lowerMean * (1 - 1 / count);
  return { mean: mean - shift * Math.sqrt(squares / lowerVariance / count), deviation: Math.sqrt(variance) };
}
