import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DocumentSet } from "../src/document-set.ts";
import { VectorIndex } from "../src/vectors/vector-index.ts";
import { cosine, nearest, randomNumbers, randomVector } from "./vector-data.ts";

const SEED = 20261123;
/** A coordinate is off by half a step of 1 / 2047 of the largest one. */
const TOLERANCE = 2e-3;

/** Finite, not all zeros, of any magnitude. */
function vectors(dimensions: number): fc.Arbitrary<Float32Array> {
  const magnitude = fc.constantFrom(1, 1e-30, 1e30);
  const numbers = fc.array(fc.float({ noNaN: true, min: -1, max: 1 }), {
    minLength: dimensions,
    maxLength: dimensions,
  });
  return fc
    .tuple(numbers, magnitude)
    .map(([values, scale]) => Float32Array.from(values, (value) => value * scale))
    .filter((vector) => vector.some((value) => value !== 0));
}

type Step =
  | { readonly kind: "add"; readonly doc: number; readonly vectors: Float32Array[] }
  | { readonly kind: "remove"; readonly doc: number }
  | {
      readonly kind: "search";
      readonly query: Float32Array;
      readonly limit: number;
      readonly accept?: number[];
    };

function steps(dimensions: number): fc.Arbitrary<Step[]> {
  const doc = fc.nat(40);
  const add = fc.record({
    kind: fc.constant("add" as const),
    doc,
    vectors: fc.array(vectors(dimensions), { minLength: 1, maxLength: 3 }),
  });
  const remove = fc.record({ kind: fc.constant("remove" as const), doc });
  const search = fc.record(
    {
      kind: fc.constant("search" as const),
      query: vectors(dimensions),
      limit: fc.nat(12),
      accept: fc.array(fc.nat(60)),
    },
    { requiredKeys: ["kind", "query", "limit"] },
  );
  return fc.array(fc.oneof({ arbitrary: add, weight: 4 }, remove, { arbitrary: search, weight: 2 }), {
    maxLength: 60,
  });
}

function bestCosine(query: Float32Array, vectors: readonly Float32Array[]): number {
  return vectors.reduce((best, vector) => Math.max(best, cosine(query, vector)), -1);
}

describe("against a brute-force search", () => {
  test.each([1, 2, 7, 64, 65, 100])("any sequence of calls, %i dimensions", (dimensions) => {
    fc.assert(
      fc.property(steps(dimensions), (sequence) => {
        const model = new Map<number, Float32Array[]>();
        const index = new VectorIndex({ dimensions });
        const plain = new VectorIndex({ dimensions, forcePlain: true });
        for (const step of sequence) {
          if (step.kind === "add") {
            model.set(step.doc, step.vectors);
            index.add(step.doc, step.vectors);
            plain.add(step.doc, step.vectors);
          } else if (step.kind === "remove") {
            const had = model.delete(step.doc);
            expect(index.remove(step.doc)).toBe(had);
            expect(plain.remove(step.doc)).toBe(had);
          } else {
            const accept = step.accept === undefined ? undefined : new DocumentSet(step.accept);
            const found = index.search(step.query, { limit: step.limit, accept });
            expect(plain.search(step.query, { limit: step.limit, accept })).toEqual(found);
            const candidates = [...model].filter(([doc]) => accept === undefined || accept.has(doc));
            const truth = candidates.map(([, own]) => bestCosine(step.query, own)).sort((a, b) => b - a);
            expect(found.documents.length).toBe(Math.min(step.limit, candidates.length));
            expect(new Set(found.documents).size).toBe(found.documents.length);
            for (let rank = 0; rank < found.documents.length; rank++) {
              const doc = found.documents[rank]!;
              expect(accept === undefined || accept.has(doc)).toBe(true);
              expect(Math.abs(bestCosine(step.query, model.get(doc)!) - found.scores[rank]!)).toBeLessThan(
                TOLERANCE,
              );
              expect(Math.abs(truth[rank]! - found.scores[rank]!)).toBeLessThan(TOLERANCE);
            }
          }
          expect(index.size).toBe(model.size);
        }
        for (let doc = 0; doc <= 40; doc++) expect(index.has(doc)).toBe(model.has(doc));
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  test("the ranking of a search is that of the scores, ties by number", () => {
    fc.assert(
      fc.property(
        fc.array(vectors(3), { minLength: 1, maxLength: 30 }),
        fc.nat(),
        vectors(3),
        (own, seed, query) => {
          const random = randomNumbers(seed);
          const index = new VectorIndex({ dimensions: 3 });
          // Every vector several times, for ties, in a random order.
          const docs = Array.from({ length: own.length * 3 }, (_, doc) => doc).sort(() => random() - 0.5);
          for (const doc of docs) index.add(doc, [own[doc % own.length]!]);
          const all = Uint32Array.from(docs);
          const scores = index.score(query, all);
          const order = docs
            .map((doc, at) => ({ doc, score: scores[at]! }))
            .sort((a, b) => b.score - a.score || a.doc - b.doc);
          const found = index.search(query, { limit: docs.length });
          expect(Array.from(found.documents)).toEqual(order.map(({ doc }) => doc));
          expect(Array.from(found.scores)).toEqual(order.map(({ score }) => score));
        },
      ),
      { seed: SEED, numRuns: 100 },
    );
  });
});

/** An index of so many random vectors, large enough for the scan. */
function filled(
  options: { dimensions: number; count: number; forcePlain?: boolean; blockBytes?: number },
  order?: readonly number[],
): { index: VectorIndex; data: Float32Array[] } {
  const random = randomNumbers(SEED);
  const data = Array.from({ length: options.count }, () => randomVector(options.dimensions, random));
  const index = new VectorIndex(options);
  for (const doc of order ?? data.keys()) index.add(doc, [data[doc]!]);
  return { index, data };
}

describe("with more rows than are scored without a scan", () => {
  const dimensions = 50;
  const count = 5000;

  test("WebAssembly, plain TypeScript and many small blocks give the same results", () => {
    const { index } = filled({ dimensions, count });
    const { index: plain } = filled({ dimensions, count, forcePlain: true });
    const { index: blocks } = filled({ dimensions, count, blockBytes: 1 });
    const { index: plainBlocks } = filled({ dimensions, count, forcePlain: true, blockBytes: 2 ** 17 });
    const random = randomNumbers(7);
    const half = new DocumentSet(Array.from({ length: count / 2 }, (_, at) => at * 2));
    for (let round = 0; round < 20; round++) {
      const query = randomVector(dimensions, random);
      for (const accept of [undefined, half]) {
        for (const limit of [1, 10, 700, 10_000]) {
          const found = index.search(query, { limit, accept });
          expect(plain.search(query, { limit, accept })).toEqual(found);
          expect(blocks.search(query, { limit, accept })).toEqual(found);
          expect(plainBlocks.search(query, { limit, accept })).toEqual(found);
        }
      }
    }
  });

  test("as many as are certain are those of an exact search, and those after them are near", () => {
    const { index } = filled({ dimensions, count });
    const random = randomNumbers(9);
    const accept = new DocumentSet(Array.from({ length: count / 2 }, (_, at) => at * 2));
    for (let round = 0; round < 20; round++) {
      const query = randomVector(dimensions, random);
      const exact = index.search(query, { limit: 200 });
      const found = index.search(query, { limit: 200, certain: 10 });
      expect(found.documents).toHaveLength(200);
      expect(found.documents.subarray(0, 10)).toEqual(exact.documents.subarray(0, 10));
      expect(found.scores.at(-1)).toBeGreaterThan(index.search(query, { limit: 400 }).scores.at(-1)!);
      expect(index.search(query, { limit: 5, certain: 500 })).toEqual(index.search(query, { limit: 5 }));
      expect(index.search(query, { limit: 5, certain: 0 }).documents).toHaveLength(5);
      expect(index.search(query, { limit: 10, certain: 3, accept }).documents).toHaveLength(10);
    }
  });

  test("results do not depend on the order of additions, nor on what was removed meanwhile", () => {
    const { index, data } = filled({ dimensions, count });
    const random = randomNumbers(8);
    const shuffled = Array.from({ length: count }, (_, doc) => doc).sort(() => random() - 0.5);
    const { index: other } = filled({ dimensions, count }, shuffled);
    for (let doc = 0; doc < count; doc += 3) other.remove(doc);
    for (let doc = count; doc < count + 500; doc++) other.add(doc, [randomVector(dimensions, random)]);
    for (let doc = count - 1; doc >= 0; doc--) other.add(doc, [data[doc]!]);
    for (let doc = count; doc < count + 500; doc++) other.remove(doc);
    for (let round = 0; round < 20; round++) {
      const query = randomVector(dimensions, random);
      expect(other.search(query, { limit: 20 })).toEqual(index.search(query, { limit: 20 }));
    }
  });

  test("a filter never lets another document through, and finds the best of its own", () => {
    const { index, data } = filled({ dimensions, count });
    const random = randomNumbers(9);
    for (const share of [0.001, 0.01, 0.06, 0.3, 0.6, 0.99]) {
      const own = Array.from({ length: count }, (_, doc) => doc).filter(() => random() < share);
      const accept = new DocumentSet([...own, count + 77]);
      let found = 0;
      let expected = 0;
      for (let round = 0; round < 10; round++) {
        const query = randomVector(dimensions, random);
        const { documents } = index.search(query, { limit: 10, accept });
        for (const doc of documents) expect(accept.has(doc)).toBe(true);
        const truth = nearest(
          query,
          own.map((doc) => data[doc]!),
          10,
        ).map((at) => own[at]!);
        expect(documents.length).toBe(truth.length);
        expected += truth.length;
        for (const doc of truth) if (documents.includes(doc)) found++;
      }
      expect(found / Math.max(1, expected)).toBeGreaterThanOrEqual(own.length === 0 ? 0 : 0.97);
    }
  });

  test("removed documents are never found, and their rows are used again", () => {
    const { index, data } = filled({ dimensions, count });
    const { bytes } = index;
    const random = randomNumbers(10);
    for (let round = 0; round < 3; round++) {
      for (let doc = round; doc < count; doc += 2) expect(index.remove(doc)).toBe(true);
      const { documents } = index.search(data[round]!, { limit: count });
      expect(documents.length).toBe(index.size);
      for (const doc of documents) expect(index.has(doc)).toBe(true);
      for (let doc = round; doc < count; doc += 2) index.add(doc, [randomVector(dimensions, random)]);
    }
    expect(index.size).toBe(count);
    expect(index.bytes).toBe(bytes);
  });

  test("a document is found by its best vector, and once", () => {
    const random = randomNumbers(11);
    const index = new VectorIndex({ dimensions });
    const own = new Map<number, Float32Array[]>();
    for (let doc = 0; doc < 1000; doc++) {
      const vectors = Array.from({ length: 1 + Math.floor(random() * 8) }, () =>
        randomVector(dimensions, random),
      );
      own.set(doc, vectors);
      index.add(doc, vectors);
    }
    let found = 0;
    for (let round = 0; round < 20; round++) {
      const query = randomVector(dimensions, random);
      const { documents, scores } = index.search(query, { limit: 10 });
      expect(new Set(documents).size).toBe(10);
      for (let rank = 0; rank < 10; rank++) {
        expect(scores[rank]!).toBeCloseTo(bestCosine(query, own.get(documents[rank]!)!), 2);
      }
      expect(index.score(query, documents)).toEqual(scores);
      const truth = [...own.keys()].sort(
        (a, b) => bestCosine(query, own.get(b)!) - bestCosine(query, own.get(a)!),
      );
      for (const doc of truth.slice(0, 10)) if (documents.includes(doc)) found++;
    }
    expect(found / 200).toBeGreaterThanOrEqual(0.97);
  });

  test("one document with thousands of vectors does not hide the others", () => {
    const random = randomNumbers(12);
    const query = randomVector(dimensions, random);
    const near = () => query.map((value) => value + (random() - 0.5) * 0.01);
    const index = new VectorIndex({ dimensions });
    index.add(0, Array.from({ length: 3000 }, near));
    for (let doc = 1; doc <= 2000; doc++) index.add(doc, [randomVector(dimensions, random)]);
    const { documents } = index.search(query, { limit: 10 });
    expect(documents.length).toBe(10);
    expect(documents[0]).toBe(0);
  });

  test("thousands of equal vectors come in the order of their documents", () => {
    const random = randomNumbers(13);
    const vector = randomVector(dimensions, random);
    const index = new VectorIndex({ dimensions });
    for (let doc = 4999; doc >= 0; doc--) index.add(doc, [vector]);
    const { documents, scores } = index.search(vector, { limit: 5 });
    expect(Array.from(documents)).toEqual([0, 1, 2, 3, 4]);
    for (const score of scores) expect(score).toBeCloseTo(1, 6);
  });
});

describe("score", () => {
  test("is NaN for a document without a vector, and never for one with", () => {
    const index = new VectorIndex({ dimensions: 2 });
    expect(index.score(Float32Array.of(1, 0), Uint32Array.of(1, 2))).toEqual(
      Float32Array.of(Number.NaN, Number.NaN),
    );
    index.add(3, [Float32Array.of(5, 0)]);
    index.add(4, [Float32Array.of(0, 2), Float32Array.of(-3, 0)]);
    const scores = index.score(Float32Array.of(1, 0), Uint32Array.of(4, 9, 3, 4));
    expect(scores[1]).toBeNaN();
    expect(scores[0]).toBeCloseTo(0, 3);
    expect(scores[2]).toBeCloseTo(1, 6);
    expect(scores[3]).toBe(scores[0]);
  });
});

describe("bad input", () => {
  test("is refused before anything changes", () => {
    const index = new VectorIndex({ dimensions: 3 });
    const good = Float32Array.of(1, 2, 3);
    index.add(1, [good]);
    const before = { saved: index.save(), bytes: index.bytes };
    const bad: [vector: unknown, error: typeof Error][] = [
      [Float32Array.of(1, 2), RangeError],
      [Float32Array.of(1, 2, 3, 4), RangeError],
      [Float32Array.of(1, Number.NaN, 3), RangeError],
      [Float32Array.of(1, Number.POSITIVE_INFINITY, 3), RangeError],
      [Float32Array.of(1, Number.NEGATIVE_INFINITY, 3), RangeError],
      [new Float32Array(3), RangeError],
      [Float32Array.of(-0, 0, 0), RangeError],
      [[1, 2, 3], TypeError],
      [new Float64Array(3).fill(1), TypeError],
      [undefined, TypeError],
    ];
    for (const [vector, error] of bad) {
      expect(() => index.add(1, [good, vector as Float32Array])).toThrow(error);
      expect(() => index.add(2, [vector as Float32Array])).toThrow(error);
      expect(() => index.search(vector as Float32Array, { limit: 1 })).toThrow(error);
      expect(() => index.score(vector as Float32Array, Uint32Array.of(1))).toThrow(error);
    }
    expect(() => index.add(1, [])).toThrow(RangeError);
    for (const doc of [-1, 0.5, Number.NaN, 2 ** 31])
      expect(() => index.add(doc, [good])).toThrow(RangeError);
    for (const limit of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => index.search(good, { limit })).toThrow(RangeError);
      expect(() => index.search(good, { limit: 1, certain: limit })).toThrow(RangeError);
    }
    expect(() => index.search(good, {} as { limit: number })).toThrow(RangeError);
    expect({ saved: index.save(), bytes: index.bytes }).toEqual(before);
    expect(index.size).toBe(1);
    expect(index.has(2)).toBe(false);
  });

  test.each([0, -1, 1.5, Number.NaN, 4097])("%d dimensions are refused", (dimensions) => {
    expect(() => new VectorIndex({ dimensions })).toThrow(RangeError);
  });
});

describe("edges", () => {
  test("an empty index answers", () => {
    const index = new VectorIndex({ dimensions: 5 });
    const query = Float32Array.of(0, 0, 1, 0, 0);
    expect(index.search(query, { limit: 3 }).documents.length).toBe(0);
    expect(index.remove(1)).toBe(false);
    expect(index.has(1)).toBe(false);
    expect(index.size).toBe(0);
    index.add(7, [query]);
    index.remove(7);
    expect(index.search(query, { limit: 3 }).documents.length).toBe(0);
  });

  test("limit 0 and an empty filter find nothing", () => {
    const index = new VectorIndex({ dimensions: 1 });
    index.add(0, [Float32Array.of(2)]);
    expect(index.search(Float32Array.of(1), { limit: 0 }).documents.length).toBe(0);
    expect(index.search(Float32Array.of(1), { limit: 5, accept: new DocumentSet() }).documents.length).toBe(
      0,
    );
  });

  test.each([1, 33, 1024, 1537, 4095, 4096])(
    "%i dimensions: a vector is most similar to itself",
    (dimensions) => {
      const random = randomNumbers(dimensions);
      const index = new VectorIndex({ dimensions });
      const data = Array.from({ length: 20 }, () => randomVector(dimensions, random));
      data.forEach((vector, doc) => {
        index.add(doc, [vector]);
      });
      data.forEach((vector, doc) => {
        const { documents, scores } = index.search(vector, { limit: 20 });
        expect(scores[0]).toBeCloseTo(1, 5);
        expect(scores[documents.indexOf(doc)]).toBe(scores[0]);
        expect(documents.length).toBe(20);
      });
    },
  );
});
