import fc from "fast-check";
import { expect, test } from "vitest";
import { planBatches } from "../src/provider/batches.ts";

test("batches cover all texts in order, within both limits, and no two neighbours would fit together", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 100 }),
      (tokens, maxTexts, maxTokens) => {
        const batches = planBatches(tokens, maxTexts, maxTokens);
        const sum = (start: number, end: number) =>
          tokens.slice(start, end).reduce((total, count) => total + count, 0);
        expect(batches.flatMap(({ start, end }) => tokens.slice(start, end))).toEqual(tokens);
        for (const [index, { start, end }] of batches.entries()) {
          expect(end).toBeGreaterThan(start);
          expect(end - start).toBeLessThanOrEqual(maxTexts);
          if (end - start > 1) expect(sum(start, end)).toBeLessThanOrEqual(maxTokens);
          const next = batches[index + 1];
          if (next && end - start < maxTexts) expect(sum(start, next.start + 1)).toBeGreaterThan(maxTokens);
        }
      },
    ),
    { seed: 20261122, numRuns: 500 },
  );
});
