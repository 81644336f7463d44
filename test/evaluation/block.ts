import { mean } from "./metrics.ts";
import type { OwnAnswer } from "./outcome.ts";

/** How much has to be put before a model to give it as much of what is relevant. */
export interface Block {
  /** Hits of each question; between two whole numbers where the recall lies between. `Infinity`: fifty are too few. */
  hits: number;
  /** Estimated tokens of their texts, mean over the questions. */
  tokens: number;
}

/**
 * The block with which a set reaches a recall: every question gets the same number of hits, without a floor, as many as
 * it takes for the mean recall over the questions.
 */
export function blockFor(own: readonly OwnAnswer[], recall: number): Block {
  let before = { recall: 0, tokens: 0 };
  for (let depth = 1; depth <= 50; depth += 1) {
    const now = blockOf(own, depth);
    if (now.recall >= recall) {
      const part = (recall - before.recall) / (now.recall - before.recall || 1);
      return { hits: depth - 1 + part, tokens: before.tokens + part * (now.tokens - before.tokens) };
    }
    before = now;
  }
  return { hits: Number.POSITIVE_INFINITY, tokens: Number.POSITIVE_INFINITY };
}

/** Mean recall and tokens of so many hits of each question. */
export function blockOf(own: readonly OwnAnswer[], depth: number): { recall: number; tokens: number } {
  const shown = own.map(({ unfloored, relevant }) => {
    const hits = unfloored.slice(0, depth);
    return {
      recall: hits.filter(({ grade }) => grade > 0).length / relevant,
      tokens: hits.reduce((sum, { tokens }) => sum + tokens, 0),
    };
  });
  return { recall: mean(shown.map(({ recall }) => recall)), tokens: mean(shown.map(({ tokens }) => tokens)) };
}
