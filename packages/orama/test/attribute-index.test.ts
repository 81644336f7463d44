import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AttributeIndex, type AttributeValue, DocumentSet } from "../src/index.ts";

const fields = ["tag", "n", "__proto__", "constructor"];
const values: AttributeValue[] = [
  "a",
  "b",
  "",
  "1",
  1,
  0,
  -2.5,
  1e300,
  Number.POSITIVE_INFINITY,
  true,
  false,
  null,
];
const pair = fc.tuple(fc.constantFrom(...fields), fc.constantFrom(...values));
const change = fc.record({
  doc: fc.nat(40),
  pairs: fc.option(fc.array(pair, { maxLength: 6 }), { nil: undefined }),
});

describe("equal to a list of triples", () => {
  test("after random changes, saved and loaded", () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 60 }),
        fc.array(fc.nat(40)),
        fc.boolean(),
        (changes, accepted, reload) => {
          let index = new AttributeIndex();
          let triples: [doc: number, field: string, value: AttributeValue][] = [];
          for (const { doc, pairs } of changes) {
            if (pairs === undefined) {
              expect(index.remove(doc)).toBe(triples.some(([other]) => other === doc));
              triples = triples.filter(([other]) => other !== doc);
              continue;
            }
            index.addAll(doc, pairs);
            for (const [field, value] of pairs) {
              if (!triples.some(([d, f, v]) => d === doc && f === field && v === value))
                triples.push([doc, field, value]);
            }
          }
          if (reload) index = AttributeIndex.load(index.save());
          const where = (test: (field: string, value: AttributeValue) => boolean): number[] =>
            [...new Set(triples.filter(([, field, value]) => test(field, value)).map(([doc]) => doc))].sort(
              (a, b) => a - b,
            );
          const accept = new DocumentSet(accepted);
          for (const field of fields) {
            for (const value of values) {
              expect([...index.documentsWith(field, value)]).toEqual(
                where((f, v) => f === field && v === value),
              );
            }
            expect([...index.documentsWithField(field)]).toEqual(where((f) => f === field));
            expect([...index.documentsWhere(field, (v) => typeof v === "boolean")]).toEqual(
              where((f, v) => f === field && typeof v === "boolean"),
            );
            expect([...index.documentsWhere(field, { gt: -2.5, lte: 1 })]).toEqual(
              where((f, v) => f === field && typeof v === "number" && v > -2.5 && v <= 1),
            );
            expect([...index.documentsWhere(field, { gte: "", lt: "b" })]).toEqual(
              where((f, v) => f === field && typeof v === "string" && v >= "" && v < "b"),
            );
            for (const set of [accept, undefined]) {
              const counts = new Map<AttributeValue, number>();
              for (const [doc, f, v] of triples)
                if (f === field && (set?.has(doc) ?? true)) counts.set(v, (counts.get(v) ?? 0) + 1);
              expect(new Map(index.count(field, set))).toEqual(counts);
            }
            const ofThree = triples
              .filter(([doc, f]) => doc === 3 && f === field)
              .map(([, , value]) => value);
            expect(new Set(index.valuesOf(3, field))).toEqual(new Set(ofThree));
          }
          expect(new Set(index.fields())).toEqual(new Set(triples.map(([, field]) => field)));
        },
      ),
      { seed: 20261123, numRuns: 300 },
    );
  });

  test("ranges stay right while values come and go", () => {
    const index = new AttributeIndex();
    const present = new Map<number, number>();
    for (let step = 0; step < 4000; step++) {
      const doc = (step * 7919) % 1000;
      index.remove(doc);
      present.delete(doc);
      if (step % 3 !== 0) {
        const value = (step * 104_729) % 5003;
        index.add(doc, "time", value);
        present.set(doc, value);
      }
      if (step % 97 === 0) {
        const expected = [...present]
          .filter(([, value]) => value >= 1000 && value < 2500)
          .map(([each]) => each);
        expect([...index.documentsWhere("time", { gte: 1000, lt: 2500 })]).toEqual(
          expected.sort((a, b) => a - b),
        );
      }
    }
  });
});

test("values are told apart by type, NaN and empty ranges are refused", () => {
  const index = new AttributeIndex();
  index.add(1, "f", 1);
  index.add(2, "f", "1");
  index.add(3, "f", true);
  index.add(4, "f", -0);
  expect([...index.documentsWith("f", 1)]).toEqual([1]);
  expect([...index.documentsWith("f", "1")]).toEqual([2]);
  expect([...index.documentsWith("f", true)]).toEqual([3]);
  expect([...index.documentsWith("f", 0)]).toEqual([4]);
  expect(() =>
    index.addAll(1, [
      ["g", 1],
      ["f", Number.NaN],
    ]),
  ).toThrow(RangeError);
  expect(index.documentsWithField("g").count).toBe(0);
  expect(() => index.add(-1, "f", 1)).toThrow(RangeError);
  expect(() => index.documentsWhere("f", {})).toThrow(RangeError);
});

test("what was removed is in no snapshot", () => {
  const index = new AttributeIndex();
  index.add(1, "secret field", "secret value");
  index.add(2, "tag", "kept");
  index.remove(1);
  const bytes = Buffer.concat(index.save());
  expect(bytes.includes(Buffer.from("secret value", "utf16le"))).toBe(false);
  expect(bytes.includes("secret field")).toBe(false);
  expect(bytes.includes(Buffer.from("kept", "utf16le"))).toBe(true);
});
