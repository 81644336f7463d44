import type { DocumentSet } from "@souvenir/orama";
import {
  type Background,
  backgroundOf,
  clamp,
  type Doubts,
  expectedLargest,
  standingOut,
  vectorCertainty,
} from "./calibration.ts";
import type { Windows } from "./context.ts";
import type { RankingIndex } from "./ranking-index.ts";

/** The documents whose vectors are nearest to that of the query. */
export interface NearestVectors {
  /** Nearest first. */
  nearest: Uint32Array;
  /** Cosines of the nearest, in their order. */
  nearestCosines: Float32Array;
  /** Documents that were compared. */
  compared: number;
}

/** What the query vector says, brought to one scale. */
export interface VectorSignal extends NearestVectors {
  /** Cosines of the texts of the candidates' windows and of the sample, NaN where there is no vector. */
  cosines: Float32Array;
  /** Undefined for a memory that is the only one with a vector. */
  background: Background | undefined;
}

/**
 * Undefined when the query or the namespace has no vectors.
 * @param options - `certain`: so many of the nearest are these for sure; see `VectorIndex`.
 */
export function nearestVectors(
  vector: Float32Array | undefined,
  { vectors }: RankingIndex,
  options: { limit: number; certain: number; accept: DocumentSet | undefined },
): NearestVectors | undefined {
  if (vector === undefined || vectors === undefined || vectors.size === 0) return undefined;
  const { documents, scores } = vectors.search(vector, options);
  if (documents.length === 0) return undefined;
  return {
    nearest: documents,
    nearestCosines: scores,
    compared: Math.min(vectors.size, options.accept?.count ?? vectors.size),
  };
}

/**
 * @param cosines - See `VectorSignal`.
 * @param sample - Places of documents among the texts that show how cosines are spread in this namespace.
 */
export function vectorSignal(
  nearest: NearestVectors,
  cosines: Float32Array,
  sample: Uint32Array,
): VectorSignal {
  const background = backgroundOf(Float32Array.from(sample, (place) => cosines[place] as number));
  return { ...nearest, cosines, background };
}

/** Nearness as a share of that of the nearest document, 0 to 1; NaN for a document without a vector. */
export function relativeNearness(cosine: number, { nearestCosines, background }: VectorSignal): number {
  const { mean } = background ?? { mean: 0 };
  const best = (nearestCosines[0] as number) - mean;
  if (Number.isNaN(cosine)) return cosine;
  return best > 0 ? Math.min(1, Math.max(0, (cosine - mean) / best)) : 0;
}

/**
 * Cosines of unrelated memories differ too, by chance. Raised to this power, and to twice this power when the vectors lead,
 * nearness moves the memories that stand out and leaves the rest in the order of the words.
 */
const leastPower = 1.5;

/**
 * Nearness of documents with what they borrow from their neighbours, as a share of the nearest, 0 to 1; NaN for a document
 * without a vector. Divided by the root of the shares: neighbours that agree add up, and unrelated ones, which are near
 * or far by chance, do not move a document more than one alone does.
 * @param leading - See `Trust`. Vectors that single out one memory need no context.
 */
export function nearnessInContext(
  { start, beside, shares: loans }: Windows,
  candidates: Uint32Array,
  vector: VectorSignal,
  leading: number,
): Float64Array {
  const { cosines } = vector;
  const context = 1 - leading;
  const nearness = new Float64Array(cosines.length).fill(Number.NaN);
  let best = 0;
  for (const place of candidates) {
    let sum = relativeNearness(cosines[place] as number, vector);
    let shares = 1;
    const end = context === 0 ? 0 : (start[place + 1] as number);
    for (let at = start[place] as number; at < end; at++) {
      const near = relativeNearness(cosines[beside[at] as number] as number, vector);
      if (Number.isNaN(near)) continue;
      const share = context * (loans[at] as number);
      sum += near * share;
      shares += share;
    }
    nearness[place] = sum / Math.sqrt(shares);
    if (nearness[place] > best) best = nearness[place];
  }
  const power = leastPower * (1 + leading);
  return best === 0 ? nearness : nearness.map((near) => (near / best) ** power);
}

/** Nearness on a scale that is the same for every query, 0 to 1; 0.5 is what chance gives the nearest of all. */
export function absoluteNearness(cosine: number, { background, compared }: VectorSignal): number {
  if (Number.isNaN(cosine)) return 0;
  if (background === undefined) return clamp(cosine);
  const chance = Math.max(1, expectedLargest(1, compared));
  return clamp(standingOut(cosine, background) / chance / 2);
}

/** How sure it is that a document is near for a reason, 0 to 1; see `vectorCertainty`. */
export function certaintyOf(cosine: number, { background, compared }: VectorSignal, doubts: Doubts): number {
  return Number.isNaN(cosine) ? 0 : vectorCertainty(cosine, background, compared, doubts);
}

/** See `Observation`. NaN when there are too few documents to tell. */
export function leadOf({ nearestCosines, background, compared }: VectorSignal): number {
  if (background === undefined) return Number.NaN;
  const first = (nearestCosines[0] as number) - background.mean;
  const third = (nearestCosines[2] ?? Number.NaN) - background.mean;
  if (!(third > 0)) return Number.NaN;
  return Math.log(first / third) - Math.log(expectedLargest(1, compared) / expectedLargest(3, compared));
}
