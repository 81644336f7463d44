import { SouvenirError } from "../errors.ts";
import { checkOptions } from "../validation.ts";

/**
 * How much each signal counts. The defaults serve conversations and documents, strong and weak embedders alike; change
 * them only with a measurement in hand (`npm run eval`).
 */
export interface Ranking {
  /**
   * Share of the vector signal beside the words, 0 to 1. Default `"learned"`: from the memories, the
   * question and those before it is estimated how far the embedder can be trusted, so that a weak one costs nothing and a strong one leads. A number
   * fixes the share.
   */
  vector: number | "learned";
  /** How far a short turn is also found through the turns beside it. 0 to 1, 0: not at all. Default 0.4. */
  context: number;
  /** Weight of entities and speakers that the question names, beside its words. 0 or more. Default 1. */
  entity: number;
  /** Weight of a time that the question names ("last week", "in May 2023"). 0 or more, 0: none. Default 0.4. */
  time: number;
  /** Weight of recency beside the other signals, 0 or more. It needs `recencyHalfLifeMs`. Default 0.2. */
  recency: number;
  /** Milliseconds after which a memory counts as half as recent. Default `Infinity`: age does not matter. */
  recencyHalfLifeMs: number;
  /** Results with a lower score are not returned. 0 to 1. Default 0.05. */
  minScore: number;
  /** Best memories that a reranker puts in order, a whole number, 1 to 1000. Without one, of no effect. Default 50. */
  reranked: number;
}

export const defaultRanking: Readonly<Ranking> = Object.freeze({
  vector: "learned",
  context: 0.4,
  entity: 1,
  time: 0.4,
  recency: 0.2,
  recencyHalfLifeMs: Number.POSITIVE_INFINITY,
  minScore: 0.05,
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
        ranking.vector = value === "learned" ? value : within(name, value, 0, 1);
        break;
      case "context":
      case "minScore":
        ranking[name] = within(name, value, 0, 1);
        break;
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
