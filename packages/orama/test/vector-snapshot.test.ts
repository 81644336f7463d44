import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SnapshotError } from "../src/snapshot-error.ts";
import { VectorIndex } from "../src/vectors/vector-index.ts";
import { randomNumbers, randomVector } from "./vector-data.ts";

const SEED = 20261123;

function filled(dimensions: number, count: number, options: { forcePlain?: boolean } = {}): VectorIndex {
  const random = randomNumbers(dimensions * 31 + count);
  const index = new VectorIndex({ dimensions, ...options });
  for (let doc = 0; doc < count; doc++) {
    index.add(
      doc,
      doc % 5 === 0
        ? [randomVector(dimensions, random), randomVector(dimensions, random)]
        : [randomVector(dimensions, random)],
    );
  }
  return index;
}

function expectSameResults(a: VectorIndex, b: VectorIndex): void {
  expect([b.dimensions, b.size]).toEqual([a.dimensions, a.size]);
  const random = randomNumbers(99);
  for (let round = 0; round < 10; round++) {
    const query = randomVector(a.dimensions, random);
    expect(b.search(query, { limit: 25 })).toEqual(a.search(query, { limit: 25 }));
  }
}

describe("save and load", () => {
  test.each([
    [1, 3],
    [100, 300],
    [70, 4000],
    [4096, 300],
  ])("%i dimensions, %i documents: the same results", (dimensions, count) => {
    const index = filled(dimensions, count);
    const parts = index.save();
    const loaded = VectorIndex.load(parts);
    expectSameResults(index, loaded);
    expect(loaded.save()).toEqual(parts);
    expectSameResults(index, VectorIndex.load(parts, { forcePlain: true }));
    expect(filled(dimensions, count, { forcePlain: true }).save()).toEqual(parts);
  });

  test("an empty index", () => {
    const loaded = VectorIndex.load(new VectorIndex({ dimensions: 12 }).save());
    expect([loaded.dimensions, loaded.size]).toEqual([12, 0]);
  });

  test("leaves removed rows out, and holds nothing of them", () => {
    const index = filled(64, 1000);
    const secret = new Float32Array(64).fill(1);
    index.add(5000, [secret]);
    const only = new VectorIndex({ dimensions: 64 });
    only.add(0, [secret]);
    const code = Buffer.from(only.save()[2]!.slice(0, 64));
    expect(Buffer.concat(index.save()).includes(code)).toBe(true);
    index.remove(5000);
    for (let doc = 10; doc < 1000; doc++) if (doc !== 990) index.remove(doc);
    const parts = index.save();
    expect(Buffer.concat(parts).includes(code)).toBe(false);
    const loaded = VectorIndex.load(parts);
    expectSameResults(index, loaded);
    // Two pages of 256 rows are left of five.
    expect(parts.length).toBe(4);
    expect(loaded.bytes).toBeLessThan(index.bytes);
    expect(loaded.save().length).toBe(4);
  });

  test("goes on as before: add, replace and remove", () => {
    const index = filled(32, 500);
    for (let doc = 0; doc < 500; doc += 3) index.remove(doc);
    const loaded = VectorIndex.load(index.save());
    const random = randomNumbers(5);
    for (let doc = 0; doc < 700; doc += 2) {
      const vector = randomVector(32, random);
      index.add(doc, [vector]);
      loaded.add(doc, [vector]);
    }
    for (let doc = 0; doc < 700; doc += 7) expect(loaded.remove(doc)).toBe(index.remove(doc));
    expectSameResults(index, loaded);
  });

  test("parts may be views anywhere in a larger buffer, and are copied", () => {
    const index = filled(40, 50);
    const parts = index.save().map((part) => {
      const whole = Buffer.alloc(part.length + 3);
      whole.set(part, 3);
      return whole.subarray(3);
    });
    const loaded = VectorIndex.load(parts);
    for (const part of parts) part.fill(255);
    expectSameResults(index, loaded);
  });
});

describe("what is no saved index", () => {
  const parts = filled(24, 60).save();
  const copy = (): Uint8Array[] => parts.map((part) => part.slice());

  function expectRefused(damaged: readonly Uint8Array[], code?: string): void {
    const error = (() => {
      try {
        VectorIndex.load(damaged);
      } catch (thrown) {
        return thrown;
      }
      return undefined;
    })();
    expect(SnapshotError.is(error)).toBe(true);
    if (code !== undefined) expect((error as SnapshotError).code).toBe(code);
  }

  test("nothing, something else, another version", () => {
    expectRefused([], "FOREIGN");
    expectRefused([new Uint8Array(32)], "FOREIGN");
    expectRefused([new TextEncoder().encode("{}")], "FOREIGN");
    const other = copy();
    other[0]![4]!++;
    expectRefused(other, "VERSION");
  });

  test("a part missing, added, cut off or longer", () => {
    for (let at = 0; at < parts.length; at++) {
      expectRefused(copy().toSpliced(at, 1));
      expectRefused(copy().toSpliced(at, 0, new Uint8Array(8)));
      expectRefused(copy().with(at, parts[at]!.subarray(1)));
      expectRefused(copy().with(at, new Uint8Array(parts[at]!.length + 4)));
    }
  });

  test("a row of zeros", () => {
    const zeros = copy();
    zeros[2]!.fill(0);
    expectRefused(zeros, "DAMAGED");
  });

  test("any changed byte of the header or of the documents", () => {
    fc.assert(
      fc.property(fc.nat(1), fc.nat(31), fc.integer({ min: 1, max: 255 }), (part, at, change) => {
        const damaged = copy();
        damaged[part]![at]! ^= change;
        expectRefused(damaged);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});
