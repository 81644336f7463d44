import { expect } from "vitest";
import { filled, ids, type VectorSpec } from "./spec.ts";

const rows = {
  apple: {
    name: "Apple",
    price: 3,
    stock: true,
    tags: ["fruit", "red"],
    maker: { country: "fr", city: { name: "Lyon" } },
    sizes: [1, 5],
    at: "2026-01-05T00:00:00.000Z",
  },
  pear: {
    name: "Pear",
    price: 5,
    stock: false,
    tags: ["fruit", "green"],
    maker: { country: "it" },
    sizes: [9],
    at: "2026-02-05T00:00:00.000Z",
    note: null,
  },
  nail: {
    name: "Nail 100%",
    price: 0.5,
    stock: true,
    tags: [],
    parts: [
      { kind: "head", mm: 3 },
      { kind: "shaft", mm: 40 },
    ],
    at: "2026-03-05T00:00:00.000Z",
  },
  bare: {},
};
type Case = [filter: Record<string, unknown>, expected: string[]];

const spec =
  (...cases: Case[]): VectorSpec =>
  async (store) => {
    await filled(store, Object.fromEntries(Object.entries(rows).map(([id, metadata]) => [id, { metadata }])));
    for (const [filter, expected] of cases)
      expect([JSON.stringify(filter), await ids(store, filter)]).toEqual([
        JSON.stringify(filter),
        [...expected].sort(),
      ]);
  };
const rejecting =
  (...filters: unknown[]): VectorSpec =>
  async (store) => {
    await filled(store, { a: {} });
    for (const filter of filters)
      await expect(
        (async () => store.query({ indexName: "docs", queryVector: [1, 0, 0], filter }))(),
      ).rejects.toThrow();
  };

export const filterOfNothingTakesAll: VectorSpec = spec([{}, ["apple", "pear", "nail", "bare"]]);
export const filterEquals: VectorSpec = spec(
  [{ name: "Apple" }, ["apple"]],
  [{ price: 5 }, ["pear"]],
  [{ stock: true }, ["apple", "nail"]],
  [{ name: { $eq: "Pear" } }, ["pear"]],
  [{ name: "apple" }, []],
  [{ name: "Apple", price: 5 }, []],
);
export const filterNested: VectorSpec = spec(
  [{ "maker.country": "fr" }, ["apple"]],
  [{ maker: { country: "it" } }, ["pear"]],
  [{ maker: { city: { name: "Lyon" } } }, ["apple"]],
  [{ "maker.city.name": { $in: ["Lyon", "Paris"] } }, ["apple"]],
);
export const filterCompares: VectorSpec = spec(
  [{ price: { $gt: 3 } }, ["pear"]],
  [{ price: { $gte: 3 } }, ["apple", "pear"]],
  [{ price: { $lt: 3 } }, ["nail"]],
  [{ price: { $lte: 3, $gt: 1 } }, ["apple"]],
  [{ at: { $gte: "2026-02-01T00:00:00.000Z" } }, ["pear", "nail"]],
);
export const filterTakesDates: VectorSpec = spec(
  [{ at: { $gt: new Date("2026-02-01"), $lt: new Date("2026-03-01") } }, ["pear"]],
  [{ at: new Date("2026-01-05") }, ["apple"]],
);
export const filterIn: VectorSpec = spec(
  [{ name: { $in: ["Apple", "Pear", "Plum"] } }, ["apple", "pear"]],
  [{ price: { $in: [5] } }, ["pear"]],
  [{ name: { $in: [] } }, []],
  [{ tags: { $in: ["red", "blue"] } }, ["apple"]],
  [{ name: ["Apple", "Nail 100%"] }, ["apple", "nail"]],
);
export const filterAll: VectorSpec = spec(
  [{ tags: { $all: ["fruit", "red"] } }, ["apple"]],
  [{ tags: { $all: ["fruit"] } }, ["apple", "pear"]],
  [{ tags: { $all: [] } }, []],
  [{ name: { $all: ["Apple"] } }, []],
);
export const filterSize: VectorSpec = spec(
  [{ tags: { $size: 2 } }, ["apple", "pear"]],
  [{ tags: { $size: 0 } }, ["nail"]],
  [{ name: { $size: 1 } }, []],
);
export const filterElemMatch: VectorSpec = spec(
  [{ sizes: { $elemMatch: { $gt: 4, $lt: 9 } } }, ["apple"]],
  [{ parts: { $elemMatch: { kind: "shaft", mm: { $gte: 40 } } } }, ["nail"]],
  [{ parts: { $elemMatch: { kind: "head", mm: { $gte: 40 } } } }, []],
  [{ name: { $elemMatch: { $eq: "Apple" } } }, []],
);
export const filterContains: VectorSpec = spec(
  [{ name: { $contains: "ppl" } }, ["apple"]],
  [{ name: { $contains: "APP" } }, ["apple"]],
  [{ name: { $contains: "100%" } }, ["nail"]],
  [{ tags: { $contains: ["red", "green"] } }, ["apple", "pear"]],
  [{ price: { $contains: 3 } }, ["apple"]],
);
export const filterContainsParts: VectorSpec = spec([
  { maker: { $contains: { city: { name: "Lyon" } } } },
  ["apple"],
]);
export const filterLogical: VectorSpec = spec(
  [{ $and: [{ stock: true }, { price: { $lt: 1 } }] }, ["nail"]],
  [{ $or: [{ name: "Pear" }, { price: { $lt: 1 } }] }, ["pear", "nail"]],
  [{ $or: [{ name: "Pear" }, { $and: [{ stock: true }, { price: 3 }] }] }, ["pear", "apple"]],
  [{ $and: [{ $or: [{ name: "Apple" }, { name: "Pear" }] }, { stock: false }] }, ["pear"]],
  [{ stock: true, $or: [{ price: 3 }, { price: 5 }] }, ["apple"]],
  [{ $or: [] }, []],
  [{ $and: [] }, ["apple", "pear", "nail", "bare"]],
);
export const filterJoinsWithinBranches: VectorSpec = spec([
  {
    $or: [
      { stock: true, price: 5 },
      { name: "Nail 100%", price: 0.5 },
    ],
  },
  ["nail"],
]);
/** What is absent is not equal, as MongoDB has it. */
export const filterNegations: VectorSpec = spec(
  [{ name: { $ne: "Apple" } }, ["pear", "nail", "bare"]],
  [{ name: { $nin: ["Apple", "Pear"] } }, ["nail", "bare"]],
  [{ price: { $not: { $gt: 3 } } }, ["apple", "nail", "bare"]],
  [{ $not: { stock: true } }, ["pear", "bare"]],
  [{ $nor: [{ stock: true }, { price: 5 }] }, ["bare"]],
  [{ tags: { $ne: "red" } }, ["pear", "nail", "bare"]],
  [{ tags: { $nin: ["fruit"] } }, ["nail", "bare"]],
);
export const filterNull: VectorSpec = spec(
  [{ note: null }, ["apple", "pear", "nail", "bare"]],
  [{ name: null }, ["bare"]],
  [{ name: { $ne: null } }, ["apple", "pear", "nail"]],
);
export const filterExists: VectorSpec = spec(
  [{ name: { $exists: true } }, ["apple", "pear", "nail"]],
  [{ name: { $exists: false } }, ["bare"]],
  [{ "maker.city": { $exists: true } }, ["apple"]],
);
export const filterNullExists: VectorSpec = spec([{ note: { $exists: true } }, ["pear"]]);
export const filterTypesDiffer: VectorSpec = spec(
  [{ price: "3" }, []],
  [{ price: { $gt: "1" } }, []],
  [{ stock: 1 }, []],
);
export const filterElementsOfArrays: VectorSpec = spec(
  [{ tags: "red" }, ["apple"]],
  [{ sizes: { $gt: 6 } }, ["pear"]],
  [{ "parts.kind": "head" }, ["nail"]],
);
export const filterRegex: VectorSpec = spec(
  [{ name: { $regex: "^(Ap|Pe)" } }, ["apple", "pear"]],
  [{ name: { $regex: "APPLE", $options: "i" } }, ["apple"]],
  [{ name: { $not: { $regex: "^A" } } }, ["pear", "nail", "bare"]],
  [{ name: /^pear$/i }, ["pear"]],
);
export const filterWholeArraysAndObjects: VectorSpec = spec(
  [{ tags: { $eq: ["fruit", "red"] } }, ["apple"]],
  [{ tags: { $eq: ["red", "fruit"] } }, []],
);
export const unknownOperatorsReject: VectorSpec = rejecting(
  { price: { $near: 3 } },
  { $where: "1" },
  { price: { $gt: 1, $like: "x" } },
  { $gt: 3 },
);
export const misplacedOperatorsReject: VectorSpec = rejecting(
  { price: { $and: [{ $gt: 1 }] } },
  { $not: {} },
  { price: { $not: {} } },
  { tags: { $elemMatch: "red" } },
  { tags: { $elemMatch: ["red"] } },
);
/** They would silently widen what is found. */
export const absentValuesReject: VectorSpec = rejecting(
  { resource_id: undefined },
  { resource_id: { $eq: undefined } },
  { price: { $gt: undefined } },
  { $and: [{ resource_id: undefined }] },
);
export const absentValuesWithinReject: VectorSpec = rejecting(
  { $not: { resource_id: undefined } },
  { name: { $contains: { part: undefined } } },
  { name: { $in: ["a", undefined] } },
);
export const impossibleOperandsReject: VectorSpec = rejecting(
  { price: { $gt: { a: 1 } } },
  { name: { $exists: "yes" } },
  { tags: { $size: -1 } },
  { tags: { $size: "2" } },
  { name: { $regex: "(" } },
  { name: { $options: "i" } },
  { name: { $eq: 1, other: 2 } },
  { price: Number.NaN },
  "name = 'x'",
  [{ name: "Apple" }],
);
