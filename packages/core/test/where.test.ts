import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonValue, Metadata, Where, WhereOperators } from "../src/index.ts";
import { keysOf, openMemory, stores } from "./open-memory.ts";

const namespace = "n";

/** The documented meaning of `where`, word for word and without regard to speed. */
function matches(metadata: Metadata, where: Where): boolean {
  return Object.entries(where).every(([name, operand]) => {
    if (name === "and") return (operand as Where[]).every((part) => matches(metadata, part));
    if (name === "or") return (operand as Where[]).some((part) => matches(metadata, part));
    if (name === "not") return !matches(metadata, operand as Where);
    const found = valuesAt(metadata, name);
    if (typeof operand !== "object" || operand === null) return found.some((value) => value === operand);
    const bounds = Object.entries(operand as WhereOperators).filter(([operator]) =>
      /^[gl]te?$/.test(operator),
    );
    if (bounds.length > 0 && !found.some((value) => bounds.every((bound) => holds([value], ...bound))))
      return false;
    return Object.entries(operand as WhereOperators).every(([operator, value]) =>
      holds(found, operator, value),
    );
  });
}

function holds(found: JsonValue[], operator: string, operand: unknown): boolean {
  const oneIs = (test: (value: JsonValue) => boolean) => found.some(test);
  const ordered = (test: (left: string | number, right: string | number) => boolean) =>
    oneIs((value) => typeof value === typeof operand && test(value as string, operand as string));
  switch (operator) {
    case "eq":
      return oneIs((value) => value === operand);
    case "ne":
      return !oneIs((value) => value === operand);
    case "in":
      return oneIs((value) => (operand as JsonValue[]).some((one) => one === value));
    case "nin":
      return !oneIs((value) => (operand as JsonValue[]).some((one) => one === value));
    case "gt":
      return ordered((left, right) => left > right);
    case "gte":
      return ordered((left, right) => left >= right);
    case "lt":
      return ordered((left, right) => left < right);
    case "lte":
      return ordered((left, right) => left <= right);
    case "exists":
      return found.length > 0 === operand;
    default:
      throw new Error(`there is no operator ${operator}`);
  }
}

/** What a field holds: the value itself and, of an array, each element. `a.b` is `b` inside `a`, or a name with a dot. */
function valuesAt(value: JsonValue, path: string): JsonValue[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  return Object.entries(value).flatMap(([name, member]) => {
    if (name === path) return withElements(member);
    return path.startsWith(`${name}.`) ? valuesAt(member, path.slice(name.length + 1)) : [];
  });
}

function withElements(value: JsonValue): JsonValue[] {
  return Array.isArray(value) ? [value, ...value.flatMap(withElements)] : [value];
}

// Few names and values, so that filters and metadata meet often.
const name = fc.constantFrom(
  "a",
  "b",
  "a.b",
  "a.b.c",
  ".",
  "",
  "__proto__",
  "constructor",
  "toString",
  "length",
  "é",
  "e\u0301",
);
const scalar: fc.Arbitrary<string | number | boolean | null> = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    1,
    2,
    -1,
    1.5,
    1e21,
    Number.MIN_VALUE,
    2 ** 53,
    "",
    "0",
    "1",
    "a",
    "B",
    "b",
    "é",
    "z",
    "\u{1f600}",
    "\uffff",
  ),
  fc.constantFrom(true, false, null, "true", "null", "__proto__"),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -3, max: 3 }),
);
const object = <T>(value: fc.Arbitrary<T>) =>
  // Not an object literal, so that `__proto__` is a name like any other.
  fc
    .array(fc.tuple(name, value), { maxLength: 4 })
    .map((members) => Object.fromEntries(members) as Record<string, T>);
const { metadata } = fc.letrec<{ json: JsonValue; metadata: Metadata }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar as fc.Arbitrary<JsonValue>,
    fc.array(tie("json"), { maxLength: 3 }),
    fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }) as fc.Arbitrary<JsonValue>,
    object(tie("json")) as fc.Arbitrary<JsonValue>,
  ),
  metadata: object(tie("json")),
}));
const field = fc.oneof(
  name,
  fc.tuple(name, name).map((names) => names.join(".")),
);
const bound = scalar.filter((value) => typeof value === "string" || typeof value === "number");
const between = fc
  .tuple(
    fc.constantFrom("gt", "gte"),
    fc.integer({ min: 0, max: 4 }),
    fc.constantFrom("lt", "lte"),
    fc.integer({ min: 1, max: 5 }),
  )
  .map(([from, low, to, high]): WhereOperators => ({ [from]: low, [to]: high }));
const operators = fc
  .record(
    {
      eq: scalar,
      ne: scalar,
      gt: bound,
      gte: bound,
      lt: bound,
      lte: bound,
      in: fc.array(scalar, { maxLength: 3 }),
      nin: fc.array(scalar, { maxLength: 3 }),
      exists: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .filter((given) => Object.keys(given).length > 0);
const { where } = fc.letrec<{ where: Where }>((tie) => ({
  where: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc
      .array(fc.tuple(field, fc.oneof(scalar, operators, between)), { minLength: 1, maxLength: 3 })
      .map((members) => Object.fromEntries(members) as Where),
    fc.array(tie("where"), { minLength: 1, maxLength: 3 }).map((parts): Where => ({ and: parts })),
    fc.array(tie("where"), { minLength: 1, maxLength: 3 }).map((parts): Where => ({ or: parts })),
    tie("where").map((part): Where => ({ not: part })),
    fc.tuple(tie("where"), field, scalar).map(([part, one, value]): Where => ({ not: part, [one]: value })),
  ),
}));

describe.each(stores)("a filter in %s", (store) => {
  test("means the same to list, search and delete as to a slow reading of its documentation", async () => {
    const memory = await openMemory(store, { extractor: false });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(metadata, { minLength: 1, maxLength: 12 }),
        fc.array(where, { minLength: 1, maxLength: 6 }),
        async (documents, filters) => {
          const namespace = `run ${run++}`;
          await memory.setMany(
            documents.map((metadata, index) => ({
              namespace,
              key: `k${index}`,
              value: `report ${index}`,
              metadata,
            })),
          );
          const expected = (filter: Where) =>
            documents.flatMap((metadata, index) =>
              matches(JSON.parse(JSON.stringify(metadata)), filter) ? [`k${index}`] : [],
            );
          for (const filter of filters) {
            const shown = JSON.stringify(filter);
            expect(keysOf((await memory.list({ namespace, where: filter })).records), shown).toEqual(
              expected(filter),
            );
            const { results } = await memory.search({
              namespace,
              query: "report",
              where: filter,
              limit: 50,
              minScore: 0,
            });
            expect(keysOf(results).sort(), shown).toEqual(expected(filter).sort());
          }
          const last = filters.at(-1) as Where;
          const gone = new Set(expected(last));
          expect(await memory.delete({ namespace, where: last })).toEqual({ deleted: gone.size });
          const left = documents.map((_, index) => `k${index}`).filter((key) => !gone.has(key));
          expect(keysOf((await memory.list({ namespace })).records)).toEqual(left);
          // What was deleted passes no filter any more, neither a plain one nor its opposite.
          expect((await memory.list({ namespace, where: last })).records).toEqual([]);
          expect(keysOf((await memory.list({ namespace, where: { not: last } })).records)).toEqual(left);
        },
      ),
      { seed: 20261124, numRuns: store === ":memory:" ? 300 : 60 },
    );
  });
});

describe("a filter, case by case", () => {
  const odd = Object.fromEntries<JsonValue>([
    ["__proto__", { polluted: true }],
    ["constructor", "Ada"],
    ["toString", 3],
  ]);
  const documents: Record<string, Metadata> = {
    number: { a: 1 },
    text: { a: "1" },
    zero: { a: 0 },
    nothing: { a: null },
    missing: {},
    list: { a: [1, "x", null] },
    emptyList: { a: [] },
    nested: { a: { b: [{ c: 5 }, { c: 7 }] } },
    dotted: { "a.b.c": 5 },
    odd,
  };
  const all = Object.keys(documents);
  const but = (...keys: string[]) => all.filter((key) => !keys.includes(key));

  test.each<[Where, string[]]>([
    [{ a: 1 }, ["number", "list"]],
    [{ a: "1" }, ["text"]],
    [{ a: null }, ["nothing", "list"]],
    [{ a: { eq: 0 } }, ["zero"]],
    [{ a: { eq: -0 } }, ["zero"]],
    [{ a: { ne: 1 } }, but("number", "list")],
    [{ a: { in: [1, null] } }, ["number", "nothing", "list"]],
    [{ a: { in: [] } }, []],
    [{ a: { nin: [] } }, all],
    [{ a: { nin: [1, "1"] } }, but("number", "text", "list")],
    [{ a: { exists: true } }, but("missing", "dotted", "odd")],
    [{ a: { exists: false } }, ["missing", "dotted", "odd"]],
    [{ a: { gt: 0 } }, ["number", "list"]],
    [{ a: { gte: 0, lt: 1 } }, ["zero"]],
    [{ a: { gte: "0", lte: "2" } }, ["text"]],
    [{ a: { gt: 0, ne: 1 } }, []],
    [{ "a.b.c": 5 }, ["nested", "dotted"]],
    // No element lies between 5 and 7, though one is over 5 and another under 7.
    [{ "a.b.c": { gt: 5, lt: 7 } }, []],
    [{ "a.b.c": { gte: 5, lt: 7 } }, ["nested", "dotted"]],
    [{ and: [{ "a.b.c": { gt: 5 } }, { "a.b.c": { lt: 7 } }] }, ["nested"]],
    [{ "a.b.c": { gt: 5 } }, ["nested"]],
    [{ "a.b": { exists: true } }, ["nested"]],
    [{ and: [{ a: { exists: true } }, { a: { nin: [1, "1", 0, null] } }] }, ["emptyList", "nested"]],
    [{ or: [{ a: "1" }, { a: 0 }] }, ["text", "zero"]],
    [{ not: { a: { exists: true } } }, ["missing", "dotted", "odd"]],
    [{ not: { not: { a: 1 } } }, ["number", "list"]],
    [{ a: 1, not: { a: "x" } }, ["number"]],
    [{ constructor: "Ada" } as Where, ["odd"]],
    [{ toString: { gte: 3 } } as unknown as Where, ["odd"]],
    [JSON.parse('{"__proto__.polluted":true}'), ["odd"]],
    [JSON.parse('{"__proto__":{"exists":true}}'), ["odd"]],
    [{ hasOwnProperty: { exists: true } } as unknown as Where, []],
  ])("%j", async (where, expected) => {
    const memory = await openMemory(":memory:");
    await memory.setMany(
      all.map((key) => ({ namespace, key, value: key, metadata: documents[key] as Metadata })),
    );
    expect(keysOf((await memory.list({ namespace, where })).records)).toEqual(expected);
  });

  // What a variable without a value leaves of a filter would be about others, too.
  test.each<[unknown, RegExp]>([
    [{ user: undefined, x: 1 }, /where\.user: .*leave the condition out/],
    [{ x: 1, user: undefined }, /where\.user: .*leave the condition out/],
    [{ user: undefined }, /where\.user:/],
    [{ x: { gte: undefined, lt: 5 } }, /where\.x\.gte:/],
    [{ x: { in: [1, undefined] } }, /where\.x\.in\[1\]:/],
    [{ x: 1, and: undefined }, /where\.and:/],
    [{ x: 1, or: [{ x: 1 }, { user: undefined, x: 1 }] }, /where\.or\[1\]\.user:/],
    [{ and: [{ x: 1 }, undefined] }, /where\.and\[1\]:/],
    [{ x: 1, not: undefined }, /where\.not:/],
    [{ x: 1, not: { user: undefined, x: 2 } }, /where\.not\.user:/],
  ])("%o has no value and is refused by name", async (given, message) => {
    const memory = await openMemory(":memory:");
    await memory.set({ namespace, value: "of another", metadata: { x: 1 } });
    const where = given as Where;
    const refusal = { code: "INVALID_INPUT", message: expect.stringMatching(message) };
    for (const call of [
      () => memory.delete({ namespace, where }),
      () => memory.list({ namespace, where }),
      () => memory.search({ namespace, query: "of another", where }),
    ])
      await expect(call()).rejects.toMatchObject(refusal);
    expect((await memory.list({ namespace })).records).toHaveLength(1);
  });

  test("tags and entities without a value are refused by name", async () => {
    const memory = await openMemory(":memory:");
    const [tags, entities] = [["a", undefined] as string[], [{ name: "Ada", type: undefined as never }]];
    const found = (message: RegExp) => ({ code: "INVALID_INPUT", message: expect.stringMatching(message) });
    await expect(memory.list({ namespace, tags })).rejects.toMatchObject(found(/tags\[1\]/));
    await expect(memory.search({ namespace, query: "x", tags })).rejects.toMatchObject(found(/tags\[1\]/));
    await expect(memory.search({ namespace, query: "x", entities })).rejects.toMatchObject(
      found(/entities\[0\]\.type/),
    );
  });

  test("a filter that holds itself is refused", async () => {
    const memory = await openMemory(":memory:");
    const where: Where = { a: 1 };
    where.not = where;
    await expect(memory.list({ namespace, where })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  test("a filter with a Date compares with the text that a Date becomes", async () => {
    const memory = await openMemory(":memory:");
    await memory.setMany(
      [2024, 2025, 2026].map((year) => ({
        namespace,
        key: `${year}`,
        value: "v",
        metadata: { due: new Date(Date.UTC(year, 0)) },
      })),
    );
    const due = { gte: new Date(Date.UTC(2025, 0)) } as unknown as WhereOperators;
    expect(keysOf((await memory.list({ namespace, where: { due } })).records)).toEqual(["2025", "2026"]);
  });

  test("no metadata reaches a prototype", async () => {
    const memory = await openMemory(":memory:");
    await memory.set({
      namespace,
      key: "k",
      value: "v",
      metadata: JSON.parse('{"__proto__":{"polluted":true},"b":{"__proto__":1}}'),
    });
    const stored = await memory.get({ namespace, key: "k" });
    expect(JSON.stringify(stored?.metadata)).toBe('{"__proto__":{"polluted":true},"b":{"__proto__":1}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect((stored as { metadata: { polluted?: boolean } }).metadata.polluted).toBeUndefined();
  });
});

test.each(stores)(
  "a filter without fields takes all, in what is asked and in no deletion: %s",
  async (store) => {
    const memory = await openMemory(store);
    await memory.set({ namespace, key: "tea", value: "Drinks tea.", metadata: { hot: true } });
    expect(keysOf((await memory.search({ namespace, query: "tea", where: {} })).results)).toEqual(["tea"]);
    expect(keysOf((await memory.list({ namespace, where: {} })).records)).toEqual(["tea"]);
    await expect(memory.delete({ namespace, where: {} })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  },
);
