import { checkDefined, type JsonValue, type Metadata, type Where } from "@souvenir/core";
import { invalid } from "../values.ts";

type Test = (metadata: Metadata) => boolean;
type ValueTest = (value: JsonValue | undefined) => boolean;

/** What the metadata of a vector must be like. */
export interface MetadataFilter {
  matches: Test;
  /** Has a condition on a field, and so does not match just any vector. */
  names: boolean;
  /**
   * What a memory can look up, in its own language: it finds all that match and perhaps more. `undefined`: nothing to
   * look up.
   */
  where: Where | undefined;
}

/** Fields that often hold the very text of a row. A memory does not keep it twice, and so looks nothing up in them. */
export const textFields: readonly string[] = ["text", "content"];

const fieldOperators = [
  "$eq",
  "$ne",
  "$gt",
  "$gte",
  "$lt",
  "$lte",
  "$in",
  "$nin",
  "$all",
  "$elemMatch",
  "$exists",
  "$not",
  "$regex",
  "$options",
  "$contains",
  "$size",
] as const;
type FieldOperator = (typeof fieldOperators)[number];
const logicalOperators = ["$and", "$or", "$nor", "$not"];
const deepest = 32;

/**
 * Mastra's filter language, as MongoDB has it, on the metadata of a vector.
 *
 * - `{ field: value }`, `{ "a.b": value }` or `{ a: { b: value } }`; a list of values means `$in`; a `RegExp` `$regex`.
 * - A field that holds an array matches when one of its elements does; `$ne`, `$nin` and `$not` when that is not so,
 *   also where the field is absent. `null` matches what is null or absent.
 * - Numbers compare with numbers and texts with texts, in code unit order; a `Date` is its ISO 8601 text.
 * - `$contains`: part of a text in any case; an element of an array, or one of several; a part of an object.
 * - `$regex`: a pattern of JavaScript, with `$options` out of `imsu`. Take none from strangers: some run for hours.
 * - `$and`, `$or` and `$nor` take a filter or a list of them; of none, `$and` and `$nor` hold and `$or` does not.
 * @throws SouvenirError `INVALID_INPUT` for anything else
 */
export function metadataFilter(filter: unknown): MetadataFilter | undefined {
  if (filter === undefined || filter === null) return undefined;
  if (!isObject(filter)) throw invalid("filter", "an object such as { field: value }");
  if (Object.keys(filter).length === 0) return undefined;
  checkDefined(filter, "filter");
  return { matches: all(filter, "filter", 0), names: namesField(filter), where: lookup(filter) };
}

function all(filter: Record<string, unknown>, path: string, depth: number): Test {
  if (depth > deepest) throw invalid(path, `a filter at most ${deepest} levels deep`);
  const tests = Object.entries(filter).map(([name, operand]) => {
    const here = `${path}.${name}`;
    if (!name.startsWith("$")) return field(name, operand, here, depth);
    if (!logicalOperators.includes(name))
      throw (fieldOperators as readonly string[]).includes(name)
        ? invalid(here, `a field around it, { field: { ${name}: … } }. Invalid top-level operator: ${name}`)
        : unknownOperator(here, name);
    return logical(name, operand, here, depth);
  });
  return (metadata) => tests.every((test) => test(metadata));
}

function namesField(filter: Record<string, unknown>): boolean {
  return Object.entries(filter).some(
    ([name, operand]) =>
      !name.startsWith("$") || (list(operand) as Record<string, unknown>[]).some((part) => namesField(part)),
  );
}

function logical(name: string, operand: unknown, path: string, depth: number): Test {
  if (name === "$not") {
    if (!isObject(operand)) throw invalid(path, "a filter: $not operator requires an object");
    if (Object.keys(operand).length === 0) throw invalid(path, "a condition: $not operator cannot be empty");
    const test = all(operand, path, depth + 1);
    return (metadata) => !test(metadata);
  }
  const tests = [operand].flat().map((part, index) => {
    if (!isObject(part)) throw invalid(`${path}[${index}]`, "a filter");
    return all(part, `${path}[${index}]`, depth + 1);
  });
  if (name === "$and") return (metadata) => tests.every((test) => test(metadata));
  const some: Test = (metadata) => tests.some((test) => test(metadata));
  return name === "$or" ? some : (metadata) => !some(metadata);
}

function field(name: string, operand: unknown, path: string, depth: number): Test {
  if (isObject(operand) && Object.keys(operand).length > 0 && !hasOperators(operand, path)) {
    if (depth > deepest) throw invalid(path, `a filter at most ${deepest} levels deep`);
    const tests = Object.entries(operand).map(([member, value]) =>
      field(`${name}.${member}`, value, `${path}.${member}`, depth + 1),
    );
    return (metadata) => tests.every((test) => test(metadata));
  }
  const test = fieldTest(operand, path);
  const steps = name.split(".");
  return (metadata) => test(at(metadata, steps));
}

/** An operand with operators, or a value by itself. */
function fieldTest(operand: unknown, path: string): ValueTest {
  if (operand instanceof RegExp) return fieldTest({ $regex: operand }, path);
  if (Array.isArray(operand)) return operator("$in", operand, path, {});
  if (!isObject(operand) || !hasOperators(operand, path)) return operator("$eq", operand, path, {});
  const tests = Object.entries(operand).map(([name, value]) => {
    if (!(fieldOperators as readonly string[]).includes(name))
      throw logicalOperators.includes(name)
        ? invalid(`${path}.${name}`, `${name} outside of fields: { ${name}: [{ field: … }] }`)
        : unknownOperator(`${path}.${name}`, name);
    return operator(name as FieldOperator, value, `${path}.${name}`, operand);
  });
  return (value) => tests.every((test) => test(value));
}

function operator(
  name: FieldOperator,
  operand: unknown,
  path: string,
  beside: Record<string, unknown>,
): ValueTest {
  switch (name) {
    case "$eq":
      return equals(toJsonValue(operand, path));
    case "$ne":
      return negated(equals(toJsonValue(operand, path)));
    case "$gt":
    case "$gte":
    case "$lt":
    case "$lte":
      return compares(name, operand, path);
    case "$in":
      return oneOf(operand, path);
    case "$nin":
      return negated(oneOf(operand, path));
    case "$all": {
      const tests = list(operand).map((value) => equals(toJsonValue(value, path)));
      return (value) =>
        Array.isArray(value) && tests.length > 0 && tests.every((test) => value.some((item) => test(item)));
    }
    case "$elemMatch": {
      if (!isObject(operand))
        throw invalid(path, "conditions: $elemMatch requires an object with conditions");
      const whole = hasOperators(operand, path) ? fieldTest(operand, path) : undefined;
      const members = whole === undefined ? all(operand, path, 1) : undefined;
      return (value) =>
        Array.isArray(value) &&
        value.some((item) =>
          whole === undefined ? isObject(item) && members?.(item as Metadata) : whole(item),
        );
    }
    case "$exists":
      if (typeof operand !== "boolean") throw invalid(path, "true or false");
      return (value) => (value !== undefined) === operand;
    case "$not": {
      if (operand instanceof RegExp || (isObject(operand) && Object.keys(operand).length > 0))
        return negated(fieldTest(operand, path));
      throw invalid(path, "a condition: $not operator cannot be empty");
    }
    case "$regex":
      return matches(operand, beside.$options, path);
    case "$options":
      if (beside.$regex === undefined) throw invalid(path, "$regex beside it");
      return () => true;
    case "$contains":
      return contains(operand, path);
    case "$size":
      if (typeof operand !== "number" || !Number.isInteger(operand) || operand < 0)
        throw invalid(path, "a whole number from 0");
      return (value) => Array.isArray(value) && value.length === operand;
  }
}

/** The value itself, or one of the elements of an array. */
function equals(expected: JsonValue): ValueTest {
  if (expected === null)
    return (value) => value === undefined || value === null || anyOf(value, (item) => item === null);
  if (typeof expected !== "object")
    return (value) => value === expected || anyOf(value, (item) => item === expected);
  return (value) =>
    value !== undefined && (same(value, expected) || anyOf(value, (item) => same(item, expected)));
}

function oneOf(operand: unknown, path: string): ValueTest {
  const values = list(operand).map((value, index) => toJsonValue(value, `${path}[${index}]`));
  // One look-up where there are many plain values.
  const plain = new Set(values.filter((value) => typeof value !== "object"));
  const tests = values.filter((value) => typeof value === "object").map(equals);
  return (value) =>
    plain.has(value as string) ||
    anyOf(value, (item) => plain.has(item as string)) ||
    tests.some((test) => test(value));
}

function compares(name: "$gt" | "$gte" | "$lt" | "$lte", operand: unknown, path: string): ValueTest {
  const bound = toJsonValue(operand, path);
  if (typeof bound !== "number" && typeof bound !== "string")
    throw invalid(path, "a number, a text or a Date");
  const holds = (value: JsonValue | undefined) => {
    if (typeof value !== typeof bound) return false;
    const [left, right] = [value as string, bound as string];
    if (name === "$gt") return left > right;
    if (name === "$gte") return left >= right;
    return name === "$lt" ? left < right : left <= right;
  };
  return (value) => holds(value) || anyOf(value, holds);
}

function matches(operand: unknown, options: unknown, path: string): ValueTest {
  if (typeof operand !== "string" && !(operand instanceof RegExp)) throw invalid(path, "a text or a RegExp");
  if (options !== undefined && (typeof options !== "string" || !/^[imsu]*$/.test(options)))
    throw invalid(`${path} $options`, "letters out of i, m, s and u");
  let pattern: RegExp;
  try {
    const source = typeof operand === "string" ? operand : operand.source;
    const flags = options ?? (typeof operand === "string" ? "" : operand.flags.replace(/[gy]/g, ""));
    pattern = new RegExp(source, flags as string);
  } catch {
    throw invalid(path, "a valid regular expression");
  }
  const holds = (value: JsonValue | undefined) => typeof value === "string" && pattern.test(value);
  return (value) => holds(value) || anyOf(value, holds);
}

function contains(operand: unknown, path: string): ValueTest {
  if (Array.isArray(operand)) {
    const tests = operand.map((value) => equals(toJsonValue(value, path)));
    return (value) => Array.isArray(value) && tests.some((test) => value.some((item) => test(item)));
  }
  const expected = toJsonValue(operand, path);
  if (typeof expected !== "string") {
    const holds = (value: JsonValue | undefined) => value !== undefined && includes(value, expected);
    return (value) => holds(value) || anyOf(value, holds);
  }
  const part = expected.toLowerCase();
  const holds = (value: JsonValue | undefined) =>
    typeof value === "string" && value.toLowerCase().includes(part);
  return (value) => holds(value) || anyOf(value, holds);
}

/** All that `part` says, `whole` says too. */
function includes(whole: JsonValue, part: JsonValue): boolean {
  if (!isObject(part) || !isObject(whole)) return same(whole, part);
  return Object.entries(part).every(
    ([name, value]) => Object.hasOwn(whole, name) && includes(whole[name] as JsonValue, value as JsonValue),
  );
}

function same(left: JsonValue, right: JsonValue): boolean {
  if (left === right) return true;
  if (Array.isArray(left))
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => same(item, right[index] as JsonValue))
    );
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every(
      (name) => Object.hasOwn(right, name) && same(left[name] as JsonValue, right[name] as JsonValue),
    )
  );
}

function negated(test: ValueTest): ValueTest {
  return (value) => !test(value);
}

function anyOf(value: JsonValue | undefined, test: (item: JsonValue) => boolean): boolean {
  return Array.isArray(value) && value.some(test);
}

/** Through objects; of an array on the way, what its elements have there. */
function at(value: JsonValue, steps: readonly string[]): JsonValue | undefined {
  let here: JsonValue | undefined = value;
  for (const [index, step] of steps.entries()) {
    if (Array.isArray(here)) {
      const found = here.flatMap((item) => at(item, steps.slice(index)) ?? []);
      return found.length > 0 ? found : undefined;
    }
    if (!isObject(here) || !Object.hasOwn(here, step)) return undefined;
    here = here[step] as JsonValue;
  }
  return here;
}

/** As metadata is kept: dates as texts. */
function toJsonValue(value: unknown, path: string): JsonValue {
  const json = value === undefined ? undefined : JSON.stringify(value);
  if (json === undefined || value instanceof RegExp || (typeof value === "number" && !Number.isFinite(value)))
    throw invalid(path, "a value of JSON or a Date; leave the field out to allow any value");
  return Object.is(value, -0) ? 0 : (JSON.parse(json) as JsonValue);
}

function list(operand: unknown): unknown[] {
  return Array.isArray(operand) ? operand : [operand];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof RegExp)
  );
}

/** Operators and fields in one object are a mistake. */
function hasOperators(operand: Record<string, unknown>, path: string): boolean {
  const names = Object.keys(operand);
  const operators = names.filter((name) => name.startsWith("$"));
  if (operators.length > 0 && operators.length < names.length)
    throw invalid(path, "either operators or fields, not both");
  return operators.length > 0;
}

function unknownOperator(path: string, name: string): Error {
  return invalid(
    path,
    `one of ${[...fieldOperators, "$and", "$or", "$nor"].join(", ")}. Unsupported operator: ${name}`,
  );
}

/** The conditions that hold in any case and that a memory understands as they are meant here. */
function lookup(filter: Record<string, unknown>): Where | undefined {
  const parts: Where[] = [];
  for (const [name, operand] of Object.entries(filter)) {
    if (name === "$and")
      for (const part of list(operand) as Record<string, unknown>[]) {
        const where = lookup(part);
        if (where !== undefined) parts.push(where);
      }
    // A memory has words of its own with these names.
    else if (!name.startsWith("$") && !["and", "or", "not", ...textFields].includes(name)) {
      const values = plainValues(operand);
      if (values !== undefined) parts.push({ [name]: { in: values } });
    }
  }
  if (parts.length < 2) return parts[0];
  return { and: parts };
}

function plainValues(operand: unknown): (string | number | boolean)[] | undefined {
  const values = isObject(operand) ? (operand.$eq ?? operand.$in) : operand;
  const found = list(values).map((value) => (value instanceof Date ? value.toISOString() : value));
  const plain = (value: unknown) =>
    typeof value === "string" ||
    typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value));
  return found.length > 0 && found.every(plain) ? (found as (string | number | boolean)[]) : undefined;
}
