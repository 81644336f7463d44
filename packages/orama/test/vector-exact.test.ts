import fc from "fast-check";
import { expect, test } from "vitest";
import { DocumentSet, VectorIndex } from "../src/index.ts";
import { cosine, nearest, randomNumbers, randomVector } from "./vector-data.ts";

/** What rounding coordinates to 12 bits changes a cosine at most, among vectors of few dimensions. */
const rounding = 3e-4;

test("a search is an exact one for 1 to 64 dimensions and up to 2000 vectors, filtered or not", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 1, max: 12 }),
      fc.option(fc.integer({ min: 2, max: 40 }), { nil: undefined }),
      fc.constantFrom(0, 0.8),
      fc.nat(),
      (dimensions, count, limit, share, background, seed) => {
        const random = randomNumbers(seed);
        const common = randomVector(dimensions, random);
        const vectors = Array.from({ length: count }, () =>
          randomVector(dimensions, random).map((number, at) => number + 2 * background * common[at]!),
        );
        const index = new VectorIndex({ dimensions });
        for (const [document, vector] of vectors.entries()) index.add(document, [vector]);
        const accept =
          share === undefined
            ? undefined
            : new DocumentSet(vectors.keys().filter((document) => document % share === 0));
        const query = random() < 0.5 ? vectors[0]! : randomVector(dimensions, random);
        const accepted = vectors.filter((_, document) => accept?.has(document) ?? true);
        const exact = nearest(query, accepted, limit).map((at) => cosine(query, accepted[at]!));
        const found = index.search(query, { limit, accept });
        expect(found.documents.length).toBe(exact.length);
        for (const [at, document] of found.documents.entries()) {
          expect(Math.abs(found.scores[at]! - cosine(query, vectors[document]!))).toBeLessThan(rounding);
          expect(cosine(query, vectors[document]!)).toBeGreaterThan(exact[at]! - 2 * rounding);
        }
      },
    ),
    { seed: 20261129, numRuns: 200 },
  );
});
