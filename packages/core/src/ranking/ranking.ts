import { checkOptions, invalid } from "../validation.ts";
import trained from "./model.json" with { type: "json" };

/**
 * How much each signal counts. The defaults serve conversations and documents, strong and weak embedders alike; change
 * them only with a measurement in hand (`npm run eval`).
 */
export interface Ranking {
  /**
   * How much meaning counts: vectors, and the likeness of words. A multiplier of what was trained, 0 to 100; 0: memories are
   * found by their words alone. `"learned"` means 1. Default 1.
   */
  vector: number | "learned";
  /** How much the turns beside a turn of a conversation count for it. A multiplier, 0 to 100; 0: not at all. Default 1. */
  context: number;
  /** How much it counts that a memory has the names of the question, or is said by who is named. 0 to 100. Default 1. */
  entity: number;
  /** How much a time that the question names counts ("last week", "in May 2023", "the first"). 0 to 100. Default 1. */
  time: number;
  /** Weight of recency beside the other signals, 0 or more. It needs `recencyHalfLifeMs`. Default 0.2. */
  recency: number;
  /** Milliseconds after which a memory counts as half as recent. Default `Infinity`: age does not matter. */
  recencyHalfLifeMs: number;
  /**
   * Results with a lower score are not returned. 0 to 1. Default: the floor that training found, at which questions about
   * something else are answered by little and next to nothing is lost; `defaultRanking.minScore` tells it.
   */
  minScore: number;
  /** Best memories that a reranker puts in order, a whole number, 1 to 1000. Without one, of no effect. Default 50. */
  reranked: number;
}

/** The ranking of a memory that is given none. */
export const defaultRanking: Readonly<Ranking> = Object.freeze({
  vector: 1,
  context: 1,
  entity: 1,
  time: 1,
  recency: 0.2,
  recencyHalfLifeMs: Number.POSITIVE_INFINITY,
  minScore: trained.floor,
  reranked: 50,
});

/** The least and the largest value of each. */
const ranges: Readonly<Record<keyof Ranking, readonly [least: number, most: number]>> = {
  vector: [0, 100],
  context: [0, 100],
  entity: [0, 100],
  time: [0, 100],
  recency: [0, 100],
  recencyHalfLifeMs: [1, Number.POSITIVE_INFINITY],
  minScore: [0, 1],
  reranked: [1, 1_000],
};

/**
 * Fills in the defaults.
 * @throws SouvenirError `INVALID_INPUT` for an unknown name, a value that is not a number, or one out of range.
 */
export function resolveRanking(given: Partial<Ranking> = {}): Ranking {
  checkOptions(given, "ranking", Object.keys(defaultRanking));
  const ranking: Ranking = { ...defaultRanking };
  for (const name of Object.keys(ranges) as (keyof Ranking)[]) {
    const value: unknown = name === "vector" && given.vector === "learned" ? 1 : given[name];
    if (value === undefined) continue;
    const [least, most] = ranges[name];
    if (typeof value !== "number" || !(value >= least && value <= most))
      throw invalid(`ranking.${name}`, `a number from ${least} to ${most}`, value);
    ranking[name] = name === "reranked" ? Math.floor(value) : value;
  }
  return ranking;
}
