// Vectors that are compared exactly, against slow and obvious references.

import { compileFilter } from "@souvenir/core";
import { TablesFile, type VectorMetric, VectorRows } from "@souvenir/core/sqlite";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { dotProduct, scoreOf } from "../src/store/vector-metric.ts";
import { newPath } from "./open-memory.ts";

const migration = `
  CREATE TABLE guest_indexes (name TEXT PRIMARY KEY, dimension INTEGER NOT NULL, metric TEXT NOT NULL,
    incarnation TEXT NOT NULL, changes INTEGER NOT NULL, erasures INTEGER NOT NULL) STRICT;
  CREATE TABLE guest_vectors (index_name TEXT NOT NULL, id TEXT NOT NULL, numbers BLOB NOT NULL,
    metadata TEXT NOT NULL, change INTEGER NOT NULL, PRIMARY KEY (index_name, id)) STRICT;
`;
function openRows(path: string): VectorRows {
  const file = new TablesFile({ path, tables: { prefix: "guest", migrations: [migration] } });
  onTestFinished(() => file.close());
  return new VectorRows({ file, prefix: "guest" });
}

const seed = 20261125;
const number = fc.float({ min: -100, max: 100, noNaN: true });
const pair = fc
  .integer({ min: 1, max: 9 })
  .chain((size) => fc.tuple(...[1, 2].map(() => fc.array(number, { minLength: size, maxLength: size }))));
const score = (metric: VectorMetric, query: number[], vector: number[]) => {
  const numbers = Float32Array.from(vector);
  return scoreOf(metric, Float32Array.from(query))(numbers, dotProduct(numbers, numbers));
};
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);

test("cosine is the cosine, never under 0, and the same in both directions", () => {
  fc.assert(
    fc.property(pair, ([a, b]) => {
      const [left, right] = [a as number[], b as number[]];
      const lengths = Math.sqrt(dot(left, left)) * Math.sqrt(dot(right, right));
      const expected = lengths > 0 ? Math.max(0, dot(left, right) / lengths) : 0;
      expect(score("cosine", left, right)).toBeCloseTo(expected, 4);
      expect(score("cosine", left, right)).toBeCloseTo(score("cosine", right, left), 6);
    }),
    { seed, numRuns: 300 },
  );
});

test("euclidean falls with the distance from 1, dotproduct is the inner product", () => {
  fc.assert(
    fc.property(pair, ([a, b]) => {
      const [left, right] = [a as number[], b as number[]];
      const distance = Math.hypot(...left.map((value, index) => value - (right[index] as number)));
      expect(score("euclidean", left, right)).toBeCloseTo(1 / (1 + distance), 4);
      expect(score("euclidean", left, left)).toBe(1);
      expect(score("dotproduct", left, right)).toBeCloseTo(dot(left, right), 1);
    }),
    { seed, numRuns: 300 },
  );
});

test.each<VectorMetric>(["cosine", "euclidean", "dotproduct"])(
  "a query answers what sorting all by %s does",
  async (metric) => {
    const rows = openRows(":memory:");
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(number, number, number), { minLength: 1, maxLength: 40 }),
        fc.tuple(number, number, number),
        fc.integer({ min: 1, max: 12 }),
        async (vectors, vector, topK) => {
          const name = `index ${run++}`;
          await rows.create(name, 3, metric);
          const given = vectors.map((each, place) => ({
            id: `v${String(place).padStart(2, "0")}`,
            vector: each,
            metadata: {},
          }));
          await rows.put(name, given);
          const asked = { vector, topK, filter: undefined, includeVector: false, minScore: undefined };
          const found = (await rows.query(name, asked)).map(({ id, score: value }) => ({ id, score: value }));
          const expected = given
            .map(({ id, vector: each }) => ({ id, score: score(metric, vector, each) }))
            .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
            .slice(0, topK);
          expect(found).toEqual(expected);
        },
      ),
      { seed, numRuns: 40 },
    );
  },
);

test("two that have one file open see what the other wrote and took away", async () => {
  const path = await newPath();
  const [one, other] = [openRows(path), openRows(path)];
  await one.create("docs", 2, "cosine");
  const ids = async (rows: VectorRows, filter?: object) =>
    (
      await rows.query("docs", {
        vector: [1, 0],
        topK: 10,
        filter: filter && compileFilter(filter),
        includeVector: false,
        minScore: undefined,
      })
    ).map(({ id }) => id);
  const row = (id: string, n: number) => ({ id, vector: [1, n], metadata: { n } });
  await one.put("docs", [row("a", 0), row("b", 1)]);
  expect(await ids(other)).toEqual(["a", "b"]);
  await other.put("docs", [row("c", 2)], compileFilter({ n: 1 }));
  await one.update("docs", { ids: ["a", "nobody"] }, { vector: [0, 1] });
  expect([await ids(one), await ids(other)]).toEqual([
    ["c", "a"],
    ["c", "a"],
  ]);
  await one.remove("docs", { filter: compileFilter({ n: { $gte: 2 } }) });
  expect([await ids(one), await ids(other, { n: 0 })]).toEqual([["a"], ["a"]]);
  await other.drop("docs");
  await expect(ids(one)).rejects.toThrow(/no index "docs"/);
  await one.create("docs", 1, "dotproduct");
  await expect(one.put("docs", [row("d", 4)])).rejects.toThrow(/1 numbers, got 2/);
  await expect(one.create("docs", 2, "dotproduct")).rejects.toThrow(/dimension/);
  expect(await one.describe("docs")).toEqual({ dimension: 1, metric: "dotproduct", count: 0 });
});
