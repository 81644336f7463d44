import { expectedLargest } from "./calibration.ts";
import type { Scene } from "./scene.ts";
import { leadOf, type VectorSignal } from "./vector-signal.ts";
import type { Observation } from "./vector-trust.ts";

/** Nearest memories whose words are looked at. */
const nearestCount = 10;
/** Best memories by words: the first against those up to `besideBest`, and those from there up to `topical`. */
const besideBest = 10;
export const topical = 50;
/** Fewer than this give no mean. */
const fewest = 3;
/** Words that meet less than this of what is expected, as those of another language do, cannot judge vectors. */
const leastMet = 0.25;
/** Where hardly a memory has a word of the question, a single one is not many standard errors. */
const leastDeviation = 0.005;

/**
 * What a question says about the vectors, seen from the words.
 * @param inOrder - Candidates that meet words of the question, best first, at most `topical`.
 */
export function observe(scene: Scene, vector: VectorSignal, inOrder: readonly number[]): Observation {
  const best = scene.words[inOrder[0] as number] as number;
  return {
    relation: best < leastMet * scene.expected ? Number.NaN : relationOf(scene, vector, best),
    ...nearnessByWords(vector, inOrder),
    lead: leadOf(vector),
  };
}

/** ln of how far the best by words leads before the tenth, at most that before nothing; see `trustFrom`. */
export function textLeadOf({ words }: Scene, inOrder: readonly number[]): number {
  const [best, tenth] = [inOrder[0], inOrder[besideBest - 1]];
  if (best === undefined) return Number.NaN;
  if (tenth === undefined) return Number.POSITIVE_INFINITY;
  return Math.log((words[best] as number) / (words[tenth] as number));
}

function relationOf({ words, sample, documents }: Scene, { nearest }: VectorSignal, best: number): number {
  let mean = 0;
  for (const place of sample) mean += (words[place] as number) / sample.length;
  let squares = 0;
  for (const place of sample) squares += ((words[place] as number) - mean) ** 2 / sample.length;
  const few = nearest.subarray(0, nearestCount);
  let met = 0;
  for (const document of few) met += (words[documents.indexOf(document)] as number) / few.length;
  return ((met - mean) / (Math.sqrt(squares) + leastDeviation * best)) * Math.sqrt(few.length);
}

function nearnessByWords(
  { cosines, background, compared }: VectorSignal,
  inOrder: readonly number[],
): { separation: number; blur: number } {
  if (background === undefined) return { separation: Number.NaN, blur: Number.NaN };
  const unit = background.deviation * Math.max(1, expectedLargest(1, compared));
  const mean = (places: readonly number[]) => {
    const near = places
      .map((place) => ((cosines[place] as number) - background.mean) / unit)
      .filter((value) => !Number.isNaN(value));
    return near.length < Math.min(fewest, places.length)
      ? Number.NaN
      : near.reduce((sum, value) => sum + value, 0) / near.length;
  };
  return {
    separation: mean(inOrder.slice(0, 1)) - mean(inOrder.slice(1, besideBest)),
    blur: mean(inOrder.slice(besideBest, topical)),
  };
}
