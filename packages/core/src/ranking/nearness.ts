import { type Background, type KnownBackground, standingOut } from "./background.ts";
import type { Windows } from "./context.ts";
import type { RankingVectors } from "./ranking-index.ts";

/** How far a cosine stands out, at most this: nothing is more than surely near. */
const mostNearness = 12;

/** How far a cosine stands out among those of unrelated memories, in standard deviations; 0 where there is none. */
export function nearnessIn(background: Background | undefined, cosine: number): number {
  if (Number.isNaN(cosine) || background === undefined) return 0;
  return Math.max(-mostNearness, Math.min(mostNearness, standingOut(cosine, background)));
}

/** How near memories are to questions, whatever these ask, in standard deviations; 0 where nothing is known of that. */
export function commonness(
  documents: Uint32Array,
  vectors: RankingVectors | undefined,
  questions: KnownBackground["questions"] | undefined,
): Float64Array {
  if (vectors === undefined || questions === undefined) return new Float64Array(documents.length);
  const cosines = vectors.score(Float32Array.from(questions.centre), documents);
  return Float64Array.from(cosines, (cosine) =>
    Number.isNaN(cosine) ? 0 : (cosine - questions.mean) / questions.deviation,
  );
}

/** Of the turns beside each memory: the mean of their nearness, and the best; 0 where there are none. */
export function nearnessBeside(
  { start, beside, words }: Windows,
  cosines: Float32Array,
  nearnessOf: (cosine: number) => number,
): { mean: Float64Array; best: Float64Array } {
  const mean = new Float64Array(words.length);
  const best = new Float64Array(words.length);
  for (let place = 0; place < words.length; place++) {
    let turns = 0;
    let sum = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let at = start[place] as number; at < (start[place + 1] as number); at++) {
      const cosine = cosines[beside[at] as number] as number;
      if (Number.isNaN(cosine)) continue;
      const near = nearnessOf(cosine);
      turns++;
      sum += near;
      if (near > most) most = near;
    }
    if (turns === 0) continue;
    mean[place] = sum / turns;
    best[place] = most;
  }
  return { mean, best };
}
