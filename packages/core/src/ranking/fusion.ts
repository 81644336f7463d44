/** What the signals say about one memory, each 0 to 1 and relative to the best memory for the query. */
export interface Evidence {
  /** Words, with context, entities and speakers. */
  words: number;
  /** NaN: the memory has no vector, or the query has none. */
  vector: number;
  /** How well its time fits the time that the query names. */
  time: number;
  /** 1 for new, 0 for very old. */
  recency: number;
}

export interface FusionWeights {
  /** Share of the vector, 0 to 1; the words have the rest. */
  vector: number;
  /** 0 or more; 0 when the query names no time. */
  time: number;
  /** 0 or more; 0 when age does not matter. */
  recency: number;
}

/**
 * Convex combination of words and vector (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval",
 * 2023: better than reciprocal ranks when scores are brought to one scale), and of these with time. A memory without a
 * vector is judged by its words alone. Recency raises what was found.
 * @returns 0 to 1, monotone in every signal.
 */
export function fuse({ words, vector, time, recency }: Evidence, weights: FusionWeights): number {
  const found = Number.isNaN(vector) ? words : (1 - weights.vector) * words + weights.vector * vector;
  const timed = (found + weights.time * time) / (1 + weights.time);
  return (timed * (1 + weights.recency * recency)) / (1 + weights.recency);
}

/** Weight of a memory `ageMs` old, 0 to 1: 1 when new, halved every `halfLifeMs`. `Infinity` as half-life gives 1. */
export function recencyOf(ageMs: number, halfLifeMs: number): number {
  return 2 ** (-Math.max(0, ageMs) / halfLifeMs);
}
