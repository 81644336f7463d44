/** How the cosines of unrelated memories are spread. */
export interface Background {
  mean: number;
  /** More than 0. */
  deviation: number;
}

/** What is known of an embedder, whatever the memories are. */
export interface KnownBackground extends Background {
  /** How near texts are to questions, whatever is asked: the mean of questions, `[dimensions]`, and cosines with it. */
  readonly questions: Background & { readonly centre: readonly number[] };
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
const assumed: Background = { mean: 0.1, deviation: 0.06 };
const assumedCount = 4;
/** And so many where the embedder says what its own are. */
const knownCount = 8;
/** Deviations from the mean of the embedder, beyond which that of a namespace is of other texts. */
const farthest = 4;
/** The part of the memories, counted from the farthest, that is taken as unrelated to the query. */
const unrelated = 0.75;
/** Mean and variance of the lower three quarters of the standard normal distribution. */
const lowerMean = -0.4237;
const lowerVariance = 0.5347;

/**
 * The spread of the cosines of unrelated memories, from a sample; `undefined` for no memory. One alone has nothing to be
 * compared with, and what is near differs from embedder to embedder: something is assumed then. Up to a quarter of it may
 * be related to the query, and the nearest as often as it is kept: so the normal distribution is fitted to the lower three
 * quarters of the rest.
 * @param cosines - NaN for memories without a vector.
 * @param known - That of the embedder: what a handful of memories says of itself is corrected by it.
 */
export function backgroundOf(cosines: Float64Array, known?: Background): Background | undefined {
  let sorted = cosines.filter((cosine) => !Number.isNaN(cosine)).sort();
  const nearest = sorted.indexOf(sorted.at(-1) as number);
  sorted = sorted.subarray(0, nearest + 1);
  const count = Math.max(1, Math.min(sorted.length - 1, Math.floor(sorted.length * unrelated)));
  if (sorted.length === 0) return undefined;
  const { mean: usual, deviation } = known ?? assumed;
  if (sorted.length === 1) return { mean: usual, deviation };
  let lower = 0;
  for (let i = 0; i < count; i++) lower += (sorted[i] as number) / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += ((sorted[i] as number) - lower) ** 2;
  // Of a handful the nearest alone is left out, and the rest is no tail.
  const shift = lowerMean * (1 - 1 / count);
  const own = lower - shift * Math.sqrt(squares / lowerVariance / count);
  // Texts that are all as near as no others are, such as those of which only letters are read, are compared with themselves.
  const meanCount = known === undefined || own > usual + farthest * deviation ? 0 : knownCount;
  return {
    mean: (own * count + usual * meanCount) / (count + meanCount),
    deviation: Math.sqrt((squares / lowerVariance + assumedCount * deviation ** 2) / (count + assumedCount)),
  };
}
