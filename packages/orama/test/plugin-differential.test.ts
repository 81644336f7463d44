import {
  type AnyOrama,
  create,
  insert,
  type Results,
  remove,
  search as searchStock,
  update,
} from "@orama/orama";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { search, souvenirPlugin } from "../src/index.ts";

/**
 * The plugin, after random changes, against Orama's own index of the documents that are left, where that is right. (Its
 * trees of numbers keep documents that were removed, its sorter mixes up what was updated, and its facets count a list of
 * numbers twice.) Words have the same
 * length, so that Orama's search by beginnings finds whole words only, and have no forms.
 */
const schema = {
  text: "string",
  colour: "enum",
  labels: "enum[]",
  price: "number",
  sizes: "number[]",
  sold: "boolean",
} as const;
const words = ["bcdfg", "hjklm", "npqrs", "tvwxz", "zxwvt", "srqpn"];
const colours = ["red", "green", "blue", 7];
const prices = [-3, 0, 1.5, 2, 10, 1e9];

const document = fc.record({
  text: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 8 }).map((chosen) => chosen.join(" ")),
  colour: fc.constantFrom(...colours),
  labels: fc.array(fc.constantFrom(...colours), { maxLength: 3 }),
  price: fc.constantFrom(...prices),
  sizes: fc.array(fc.constantFrom(...prices), { maxLength: 3 }),
  sold: fc.boolean(),
});

const change = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("insert" as const), document }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("update" as const), which: fc.nat(30), document }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), which: fc.nat(30) }) },
);

const filter = fc.oneof(
  fc.record({ colour: fc.constantFrom(...colours).map((eq) => ({ eq })) }),
  fc.record({ colour: fc.subarray(colours, { minLength: 1 }).map((values) => ({ in: values })) }),
  fc.record({ colour: fc.subarray(colours).map((values) => ({ nin: values })) }),
  fc.record({ labels: fc.subarray(colours, { minLength: 1 }).map((values) => ({ containsAll: values })) }),
  fc.record({ labels: fc.subarray(colours, { minLength: 1 }).map((values) => ({ containsAny: values })) }),
  fc.record({
    price: fc
      .tuple(fc.constantFrom("gt", "gte", "lt", "lte", "eq"), fc.constantFrom(...prices))
      .map((pair) => Object.fromEntries([pair])),
  }),
  fc.record({
    price: fc
      .tuple(fc.constantFrom(...prices), fc.constantFrom(...prices))
      .map((pair) => ({ between: pair.sort((x, y) => x - y) })),
  }),
  fc.record({
    sizes: fc
      .tuple(fc.constantFrom("gt", "gte", "lt", "lte"), fc.constantFrom(...prices))
      .map((pair) => Object.fromEntries([pair])),
  }),
  fc.record({ sold: fc.boolean() }),
  fc.record({ text: fc.constantFrom(...words) }),
  fc.record({ sold: fc.boolean(), price: fc.constantFrom(...prices).map((lte) => ({ lte })) }),
);
const where = fc.oneof(
  filter,
  fc.record({ and: fc.array(filter, { minLength: 1, maxLength: 3 }) }),
  fc.record({ or: fc.array(filter, { minLength: 1, maxLength: 3 }) }),
);

const facets = {
  colour: {},
  labels: {},
  sold: {},
  text: { limit: 1000 },
  price: {
    ranges: [
      { from: -10, to: 0 },
      { from: 0, to: 2 },
      { from: 2, to: 1e10 },
    ],
  },
};

interface Pair {
  ours: AnyOrama;
  stock: AnyOrama;
}

function build(changes: readonly { kind: string; which?: number; document?: object }[]): Pair {
  const ours = create({ schema, plugins: [souvenirPlugin()] });
  const left = new Map<string, object>();
  let next = 0;
  for (const { kind, which = 0, document } of changes) {
    const id = [...left.keys()][which % Math.max(1, left.size)];
    if (kind === "insert") {
      const added = { ...document, id: `id${next++}` };
      void insert(ours, structuredClone(added));
      left.set(added.id, added);
    } else if (id !== undefined && kind === "remove") {
      expect(remove(ours, id)).toBe(true);
      expect(remove(ours, id)).toBe(false);
      left.delete(id);
    } else if (id !== undefined) {
      const updated = { ...document, id };
      void update(ours, id, structuredClone(updated));
      left.set(id, updated);
    }
  }
  const stock = create({ schema });
  for (const document of left.values()) void insert(stock, structuredClone(document) as never);
  return { ours, stock };
}

function ids(results: unknown): string[] {
  return (results as Results<unknown>).hits.map(({ id }) => id);
}

const changes = fc.array(change, { maxLength: 30 });
const settings = { seed: 20261123, numRuns: 250 };

describe("the same as Orama", () => {
  test("filters, counts and facets", () => {
    fc.assert(
      fc.property(changes, where, fc.constantFrom("", ...words), (made, chosen, term) => {
        const { ours, stock } = build(made);
        const params = { term, where: chosen, facets, limit: 100 } as never;
        const expected = searchStock(stock, params) as Results<unknown>;
        const found = search(ours, params) as Results<unknown>;
        const throughStock = searchStock(ours, params) as Results<unknown>;
        expect(ids(found).sort()).toEqual(ids(expected).sort());
        expect(ids(throughStock).sort()).toEqual(ids(expected).sort());
        expect(found.count).toBe(expected.count);
        expect(found.facets).toEqual(expected.facets);
        expect(throughStock.facets).toEqual(expected.facets);
      }),
      settings,
    );
  });

  test("everything but what a filter finds", () => {
    fc.assert(
      fc.property(changes, where, (made, chosen) => {
        const { ours, stock } = build(made);
        const params = { term: "", where: { not: chosen }, limit: 100 } as never;
        expect(ids(search(ours, params)).sort()).toEqual(ids(searchStock(stock, params)).sort());
      }),
      settings,
    );
  });

  test("several words, all of them or some", () => {
    fc.assert(
      fc.property(
        changes,
        fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(0, 1),
        (made, chosen, threshold) => {
          const { ours, stock } = build(made);
          const params = { term: chosen.join(" "), threshold, limit: 100 } as never;
          const expected = searchStock(stock, params) as Results<unknown>;
          expect(ids(search(ours, params)).sort()).toEqual(ids(expected).sort());
          expect((search(ours, params) as Results<unknown>).count).toBe(expected.count);
        },
      ),
      settings,
    );
  });

  test("sorting, and groups", () => {
    fc.assert(
      fc.property(changes, fc.constantFrom("ASC", "DESC"), (made, order) => {
        const { ours, stock } = build(made);
        const text = { term: "", limit: 100, sortBy: { property: "text", order } } as never;
        const value = (result: { document: unknown }): string => (result.document as { text: string }).text;
        expect((search(ours, text) as Results<unknown>).hits.map(value)).toEqual(
          (searchStock(stock, text) as Results<unknown>).hits.map(value),
        );
        const price = (result: { document: unknown }): number => (result.document as { price: number }).price;
        const sorted = { term: "", limit: 100, sortBy: { property: "price", order } } as never;
        expect((search(ours, sorted) as Results<unknown>).hits.map(price)).toEqual(
          (searchStock(stock, sorted) as Results<unknown>).hits.map(price),
        );
        const grouped = { term: "", limit: 100, groupBy: { properties: ["sold", "price"] } } as never;
        const groups = (results: unknown): unknown =>
          (results as Results<unknown>)
            .groups!.map(({ values, result }) => JSON.stringify([values, result.map(({ id }) => id).sort()]))
            .sort();
        expect(groups(search(ours, grouped))).toEqual(groups(searchStock(stock, grouped)));
      }),
      settings,
    );
  });
});
