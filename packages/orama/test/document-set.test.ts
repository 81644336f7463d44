import fc from "fast-check";
import { expect, test } from "vitest";
import { DocumentSet } from "../src/index.ts";

const numbers = fc.array(fc.nat(2000), { maxLength: 60 });
const sorted = (set: Iterable<number>): number[] => [...set].sort((a, b) => a - b);

test("a set of documents is a set of numbers", () => {
  fc.assert(
    fc.property(numbers, numbers, numbers, (first, second, gone) => {
      const left = new DocumentSet(first);
      const right = new DocumentSet(second);
      const a = new Set(first);
      const b = new Set(second);
      for (const doc of gone) expect(left.delete(doc)).toBe(a.delete(doc));
      expect([...left]).toEqual(sorted(a));
      expect([...left.toArray()]).toEqual(sorted(a));
      expect(left.count).toBe(a.size);
      const operations = [
        [left.clone().intersect(right), a.intersection(b)],
        [left.clone().union(right), a.union(b)],
        [left.clone().subtract(right), a.difference(b)],
      ] as const;
      for (const [set, expected] of operations) {
        expect([...set]).toEqual(sorted(expected));
        expect(set.count).toBe(expected.size);
        const visited: number[] = [];
        set.forEach((doc) => {
          visited.push(doc);
        });
        expect(visited).toEqual(sorted(expected));
      }
      expect([...left]).toEqual(sorted(a));
      for (const doc of second) {
        expect(left.has(doc)).toBe(a.has(doc));
        expect(((left.words[doc >>> 5] ?? 0) >>> (doc & 31)) & 1).toBe(a.has(doc) ? 1 : 0);
        expect(left.add(doc)).toBe(!a.has(doc));
        a.add(doc);
      }
      expect(left.count).toBe(a.size);
      left.clear();
      expect([left.count, left.has(second[0] ?? 0)]).toEqual([0, false]);
    }),
    { seed: 20261123, numRuns: 500 },
  );
});

test("all numbers up to an end", () => {
  for (const end of [0, 1, 31, 32, 33, 1000]) {
    expect([...DocumentSet.range(end)]).toEqual(Array.from({ length: end }, (_, doc) => doc));
    expect(DocumentSet.range(end).count).toBe(end);
  }
});

test("what is no document number is refused", () => {
  for (const doc of [-1, 0.5, Number.NaN, 2 ** 31]) expect(() => new DocumentSet([doc])).toThrow(RangeError);
  expect(new DocumentSet([5]).has(-1)).toBe(false);
});
