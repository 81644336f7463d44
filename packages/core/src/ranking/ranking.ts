import { SouvenirError } from "../errors.ts";
import { checkOptions } from "../validation.ts";
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

/**
 * Fills in the defaults.
 * @throws SouvenirError `INVALID_INPUT` for an unknown name, a value that is not a number, or one out of range.
 */
export function resolveRanking(given: Partial<Ranking> = {}): Ranking {
  checkOptions(given, "ranking", Object.keys(defaultRanking));
  const ranking: Ranking = { ...defaultRanking };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    switch (name) {
      case "vector":
        ranking.vector = value === "learned" ? 1 : within(name, value, 0, 100);
        break;
      case "minScore":
        ranking[name] = within(name, value, 0, 1);
        break;
      case "context":
      case "entity":
      case "time":
      case "recency":
        ranking[name] = within(name, value, 0, 100);
        break;
      case "reranked":
        ranking.reranked = Math.floor(within(name, value, 1, 1_000));
        break;
      case "recencyHalfLifeMs":
        ranking.recencyHalfLifeMs = within(name, value, 1, Number.POSITIVE_INFINITY);
        break;
    }
  }
  return ranking;
}

function within(name: string, value: unknown, low: number, high: number): number {
  if (typeof value !== "number" || !(value >= low && value <= high))
    throw refuse(`ranking.${name}`, `a number from ${low} to ${high}`, value);
  return value;
}

function refuse(where: string, expected: string, got: unknown): SouvenirError {
  const shown = typeof got === "string" || typeof got === "number" ? String(got).slice(0, 64) : typeof got;
  return new SouvenirError("INVALID_INPUT", `${where}: expected ${expected}, got ${shown}`, {
    details: { where },
  });
}
