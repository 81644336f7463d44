import type { StaticModel } from "@souvenir/static";
import type { RankingTerms } from "./ranking-index.ts";
import { bestPlaces } from "./shares.ts";

/** Whether a newer memory says nearly the same. Arrays are by place of the memory. */
export interface Newer {
  /** How alike the most similar newer one of the best memories is: cosine beyond `leastAlike`, as a share of what is left to 1. */
  newer: Float64Array;
  /** How new it is among the best: 1 the newest, 0 the oldest. What was said in one go is equally new. */
  recency: Float64Array;
}

/** The best memories are compared with each other, and no others: of these one may have taken the place of another. */
const compared = 32;
const leastAlike = 0.5;
/** Milliseconds between what is said in one go, at most: an answer is no news beside what it answers. */
const inOneGo = 3_600_000;

/**
 * Memories are compared by their terms in the static model, whatever the embedder.
 * @param relevance - By which the best are taken.
 */
export function newerAlike(
  documents: Uint32Array,
  createdAt: Float64Array,
  relevance: Float64Array,
  model: StaticModel | undefined,
  terms: RankingTerms,
): Newer {
  const newer = new Float64Array(documents.length);
  const recency = new Float64Array(documents.length);
  const best = bestPlaces(relevance, compared).sort(
    (left, right) => createdAt[left]! - createdAt[right]! || left - right,
  );
  if (createdAt[best[0]!] === createdAt[best.at(-1)!]) return { newer, recency };
  const lists = terms.listsOf(best.map((place) => documents[place]!));
  const cosines = model?.resemblance(lists) ?? new Float32Array(best.length ** 2);
  let [turn, before] = [0, Number.POSITIVE_INFINITY];
  for (const [at, place] of best.entries()) {
    const moment = createdAt[place] as number;
    if (moment - before > inOneGo) turn++;
    recency[place] = turn;
    before = moment;
    let most = leastAlike;
    for (let later = at + 1; later < best.length; later++)
      if (createdAt[best[later] as number] !== moment)
        most = Math.max(most, cosines[at * best.length + later] as number);
    newer[place] = (most - leastAlike) / (1 - leastAlike);
  }
  return { newer, recency: recency.map((each) => (turn === 0 ? 0 : each / turn)) };
}
