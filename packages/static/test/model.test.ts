import { readFile } from "node:fs/promises";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { type StaticModel, StaticModelError, staticEmbedder } from "../src/index.ts";

let model: StaticModel;
beforeAll(async () => {
  const embedder = staticEmbedder();
  await embedder.load();
  model = embedder.model!;
});

const cosine = (left: Float32Array, right: Float32Array) =>
  left.reduce((sum, number, at) => sum + number * right[at]!, 0);
const someTerms = () => Array.from({ length: 300 }, (_, index) => (index * 7919) % model.size);

test("a term has a direction of length 1, and a weight", () => {
  for (const id of someTerms()) {
    expect(Math.hypot(...model.direction(id))).toBeCloseTo(1, 6);
    expect(model.weight(id)).toBeGreaterThan(0);
    expect(model.weight(id)).toBeLessThan(6);
  }
  const [the] = model.read("the");
  const [pediatrician] = model.read("pediatrician");
  expect(model.weight(pediatrician!)).toBeGreaterThan(10 * model.weight(the!));
});

test("a vector is the weighted sum of its terms' directions", () => {
  const ids = [...model.read("Our pediatrician is Dr. Moreau"), ...model.read("is")];
  const sum = new Float64Array(256);
  for (const id of ids)
    for (const [at, number] of model.direction(id).entries()) sum[at]! += model.weight(id) * number;
  const length = Math.hypot(...sum);
  const vector = model.vector(ids)!;
  for (let at = 0; at < 256; at++) expect(vector[at]).toBeCloseTo(sum[at]! / length, 6);
  expect(model.vector(Uint32Array.from(ids))).toEqual(vector);
  expect(model.vector([])).toBeUndefined();
});

test("the nearest term is the one with the largest cosine", () => {
  const ids = someTerms();
  for (const id of model.read("doctor chien 上海 zzyzx")) {
    const cosines = ids.map((other) => cosine(model.direction(id), model.direction(other)));
    const products = model.products(id);
    for (const [index, other] of ids.entries())
      expect(model.nearest(products, [other])).toBeCloseTo(cosines[index]!, 6);
    expect(model.nearest(products, Uint32Array.from(ids))).toBeCloseTo(Math.max(...cosines), 6);
    expect(model.nearest(products, [...ids, id])).toBeCloseTo(1, 6);
    expect(model.nearest(products, [id])).toBeLessThanOrEqual(1);
    expect(model.nearest(products, [])).toBe(-1);
  }
});

test("cosines are those of the directions, however many; the same to the bit without WebAssembly", async () => {
  const ids = Uint32Array.from({ length: 27 }, (_, index) => index * 31);
  const others = Uint32Array.from({ length: 4_100 }, (_, index) => (index * 7_919) % model.size);
  const cosines = model.cosines(ids, others);
  for (const [at, id] of [...ids.entries()].filter(([at]) => at % 5 === 1))
    for (let other = 0; other < others.length; other += 41)
      expect(cosines[at * others.length + other]).toBeCloseTo(
        cosine(model.direction(id), model.direction(others[other]!)),
        5,
      );
  expect(model.cosines(ids, ids)[0]).toBeCloseTo(1, 6);
  expect(model.cosines(ids, new Uint32Array(0))).toHaveLength(0);
  expect(model.cosines(new Uint32Array(0), others)).toHaveLength(0);
  for (const [one, two] of [
    [model.size, 0],
    [0, model.size],
  ] as const)
    expect(() => model.cosines(Uint32Array.of(one), Uint32Array.of(two))).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT" }),
    );

  vi.stubGlobal("WebAssembly", undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  const other = staticEmbedder({
    data: await readFile(new URL("../src/souvenir-static-256-1.bin", import.meta.url)),
  });
  await other.load();
  expect(other.model!.cosines(ids, others)).toEqual(cosines);
});

test("words of one meaning are near each other, also across languages", () => {
  const near = (left: string, right: string) =>
    model.nearest(model.products(model.read(left)[0]!), model.read(right));
  for (const [left, right] of [
    ["doctor", "médecin"],
    ["car", "voiture"],
    ["Hund", "dog"],
    ["perro", "chien"],
  ] as const)
    expect(near(left, right)).toBeGreaterThan(near(left, "yesterday") + 0.2);
});

test.each([-1, 213_416, 0.5, Number.NaN])("there is no term %d", (id) => {
  for (const ask of [
    () => model.term(id),
    () => model.weight(id),
    () => model.direction(id),
    () => model.products(id),
    () => model.vector([0, id]),
    () => model.nearest(model.products(0), [id]),
  ])
    expect(ask).toThrow(expect.objectContaining({ name: "StaticModelError", code: "INVALID_INPUT" }));
  expect(StaticModelError.is(new Error("no"))).toBe(false);
});
