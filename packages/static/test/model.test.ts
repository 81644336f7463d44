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

test("likeness and resemblance are those of directions and vectors, the same to the bit without WebAssembly", async () => {
  const ids = Uint32Array.from({ length: 19 }, (_, index) => index * 31);
  // The first text is empty, and each later one has one of the terms itself.
  const texts = Array.from({ length: 40 }, (_, text) =>
    Array.from({ length: text }, (_, at) =>
      at === 3 ? ids[text % 19]! : (text * 613 + at * 7_919) % model.size,
    ),
  );
  let end = 0;
  const lists = {
    terms: Uint32Array.from(texts.flat()),
    ends: Uint32Array.from(texts, (terms) => (end += terms.length)),
  };
  const { best, others } = model.likeness(ids, lists, 0.1);
  for (const [at, id] of ids.entries())
    for (const [text, terms] of texts.entries()) {
      const cosines = terms
        .filter((term) => term !== id)
        .map((term) => cosine(model.direction(id), model.direction(term)))
        .filter((each) => each >= 0.1);
      const other = Math.max(0, ...cosines);
      expect(others[at * texts.length + text]).toBeCloseTo(other, 5);
      expect(best[at * texts.length + text]).toBeCloseTo(terms.includes(id) ? 1 : other, 5);
    }
  const resemblance = model.resemblance(lists);
  const vectors = texts.map((terms) => model.vector(terms));
  for (const [one, left] of vectors.entries())
    for (const [two, right] of vectors.entries())
      expect(resemblance[one * texts.length + two]).toBeCloseTo(
        two > one && left !== undefined && right !== undefined ? cosine(left, right) : 0,
        5,
      );

  vi.stubGlobal("WebAssembly", undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  const other = staticEmbedder({
    data: await readFile(new URL("../src/souvenir-static-256-1.bin", import.meta.url)),
  });
  await other.load();
  expect(other.model!.likeness(ids, lists, 0.1)).toEqual({ best, others });
  expect(other.model!.resemblance(lists)).toEqual(resemblance);
});

test.each([
  { terms: [213_416], ends: [1] },
  { terms: [1, 2], ends: [1] },
  { terms: [1, 2], ends: [2, 1] },
  { terms: [1, 2], ends: [3, 2] },
  { terms: [1, 2], ends: [] },
])("$terms that end at $ends are no texts", ({ terms, ends }) => {
  const lists = { terms: Uint32Array.from(terms), ends: Uint32Array.from(ends) };
  for (const ask of [() => model.likeness(Uint32Array.of(1), lists), () => model.resemblance(lists)])
    expect(ask).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
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
