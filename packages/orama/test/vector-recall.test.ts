import { expect, test } from "vitest";
import { VectorIndex } from "../src/vectors/vector-index.ts";
import { randomNumbers, randomVector } from "./vector-data.ts";

const COUNT = 20_000;
const DIMENSIONS = 256;
const QUERIES = 60;

function normalised(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return vector.map((value) => value / Math.sqrt(squares));
}

/** The share of the exact ten nearest that a search finds. */
function recall(data: readonly Float32Array[], queries: readonly Float32Array[]): number {
  const index = new VectorIndex({ dimensions: DIMENSIONS });
  data.forEach((vector, doc) => {
    index.add(doc, [vector]);
  });
  const scores = new Float64Array(data.length);
  let found = 0;
  for (const query of queries) {
    for (let doc = 0; doc < data.length; doc++) {
      const vector = data[doc]!;
      let sum = 0;
      for (let at = 0; at < DIMENSIONS; at++) sum += vector[at]! * query[at]!;
      scores[doc] = sum;
    }
    const tenth = scores.toSorted()[data.length - 10]!;
    for (const doc of index.search(query, { limit: 10 }).documents) if (scores[doc]! >= tenth) found++;
  }
  return found / (queries.length * 10);
}

function uniform(seed: number, count: number): Float32Array[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, () => normalised(randomVector(DIMENSIONS, random)));
}

/** Around one of `clusters` centres, at `spread` times a random vector from it. */
function clustered(seed: number, clusters: number, spread: number): [Float32Array[], Float32Array[]] {
  const random = randomNumbers(seed);
  const centres = uniform(seed + 1, clusters);
  const all = Array.from({ length: COUNT + QUERIES }, () => {
    const centre = centres[Math.floor(random() * clusters)]!;
    const noise = normalised(randomVector(DIMENSIONS, random));
    return normalised(centre.map((value, at) => value + spread * noise[at]!));
  });
  return [all.slice(0, COUNT), all.slice(COUNT)];
}

test("recall@10 of 20,000 uniform vectors of 256 dimensions is 0.99 or more", () => {
  expect(recall(uniform(1, COUNT), uniform(2, QUERIES))).toBeGreaterThanOrEqual(0.99);
});

test.each([
  [20, 0.5],
  [20, 0.2],
  [200, 0.3],
  [200, 1],
])("recall@10 of 20,000 vectors in %i clusters with spread %d is 0.99 or more", (clusters, spread) => {
  const [data, queries] = clustered(3, clusters, spread);
  expect(recall(data, queries)).toBeGreaterThanOrEqual(0.99);
});

test("recall@10 of vectors that share most of what they say is 0.99 or more", () => {
  const [data, queries] = clustered(4, 1, 0.7);
  expect(recall(data, queries)).toBeGreaterThanOrEqual(0.99);
});

test("rows that are all estimated too low together are found", () => {
  const random = randomNumbers(5);
  const [dimensions, count, queries] = [128, 8_000, 400];
  const centres = Array.from({ length: 2 }, () => normalised(randomVector(dimensions, random)));
  const near = (): Float32Array => {
    const centre = centres[Math.floor(random() * 2)]!;
    const noise = normalised(randomVector(dimensions, random));
    return centre.map((value, at) => value + 0.2 * noise[at]!);
  };
  const index = new VectorIndex({ dimensions });
  for (let doc = 0; doc < count; doc++) index.add(doc, [near()]);
  const all = Uint32Array.from({ length: count }, (_, doc) => doc);
  let found = 0;
  for (let run = 0; run < queries; run++) {
    const query = near();
    const tenth = index.score(query, all).sort()[count - 10]!;
    found += index.search(query, { limit: 10 }).scores.filter((score) => score >= tenth).length;
  }
  // 0.9945 without regard to what errors have in common.
  expect(found / queries / 10).toBeGreaterThanOrEqual(0.999);
});
