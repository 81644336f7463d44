/** Texts of one request: from `start` up to, not including, `end`. */
export interface Batch {
  start: number;
  end: number;
}

/**
 * Cuts a row of texts into requests, in order: at most `maxTexts` texts and `maxTokens` tokens each. A text with more
 * tokens than that is alone.
 * @param tokens - Of each text.
 */
export function planBatches(tokens: readonly number[], maxTexts: number, maxTokens: number): Batch[] {
  const batches: Batch[] = [];
  let start = 0;
  let sum = 0;
  for (const [index, count] of tokens.entries()) {
    if (index > start && (index - start >= maxTexts || sum + count > maxTokens)) {
      batches.push({ start, end: index });
      start = index;
      sum = 0;
    }
    sum += count;
  }
  if (start < tokens.length) batches.push({ start, end: tokens.length });
  return batches;
}
