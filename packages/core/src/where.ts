import type { JsonValue, Where, WhereOperators } from "./inputs-and-answers.ts";
import { nearestName } from "./nearest-name.ts";
import { checkDefined, invalid } from "./validation.ts";

type Scalar = string | number | boolean | null;

type Bounds = Partial<Record<"gt" | "gte" | "lt" | "lte", string | number>>;

/** A `where` filter after its check. */
export type Condition =
  | { kind: "and" | "or"; parts: Condition[] }
  | { kind: "not"; part: Condition }
  /** One of the values of the field passes. */
  | { kind: "some"; field: string; values: readonly Scalar[] }
  /** One of the values of the field lies within all of the bounds. */
  | { kind: "range"; field: string; bounds: Bounds }
  | { kind: "exists"; field: string };

const operators = [
  "eq",
  "ne",
  "gt",
  "gte",
  "lt",
  "lte",
  "in",
  "nin",
  "exists",
] as const satisfies (keyof WhereOperators)[];
const deepest = 32;

/** The filter of a question; `undefined` when it takes all, as one without fields does, which programs build. */
export function parseFilter(where: Where): Condition | undefined {
  const isEmpty =
    typeof where === "object" && where !== null && !Array.isArray(where) && Object.keys(where).length === 0;
  return isEmpty ? undefined : parseWhere(where);
}

/** @throws SouvenirError `INVALID_INPUT` for unknown operators, empty filters, and operands that are undefined or of the wrong type. */
export function parseWhere(where: Where, path = "where", depth = 0): Condition {
  if (typeof where !== "object" || where === null || Array.isArray(where))
    throw invalid(path, "an object such as { field: value }", where);
  if (depth === 0) checkDefined(where, path);
  if (depth > deepest) throw invalid(path, `a filter at most ${deepest} levels deep`);
  const parts = Object.entries(where).map(([name, operand]): Condition => {
    const here = `${path}.${name}`;
    if (name === "and" || name === "or") {
      if (!Array.isArray(operand) || operand.length === 0)
        throw invalid(here, "an array of one filter or more", operand);
      return {
        kind: name,
        parts: operand.map((part, index) => parseWhere(part as Where, `${here}[${index}]`, depth + 1)),
      };
    }
    if (name === "not") return { kind: "not", part: parseWhere(operand as Where, here, depth + 1) };
    return parseField(name, operand as JsonValue | WhereOperators, here);
  });
  if (parts.length === 0) throw invalid(path, "at least one field");
  return parts.length === 1 ? (parts[0] as Condition) : { kind: "and", parts };
}

function parseField(field: string, operand: unknown, path: string): Condition {
  if (typeof operand !== "object" || operand === null || operand instanceof Date)
    return { kind: "some", field, values: [scalar(operand, path)] };
  if (Array.isArray(operand)) throw invalid(path, "one value; for several write { in: […] }", operand);
  const parts = Object.entries(operand)
    .map(([operator, value]) => parseOperator(field, operator, value, `${path}.${operator}`))
    .reduce(mergeRanges, []);
  if (parts.length === 0) throw invalid(path, `an operator: ${operators.join(", ")}`);
  return parts.length === 1 ? (parts[0] as Condition) : { kind: "and", parts };
}

function parseOperator(field: string, operator: string, value: unknown, path: string): Condition {
  switch (operator) {
    case "eq":
      return { kind: "some", field, values: [scalar(value, path)] };
    case "ne":
      return { kind: "not", part: { kind: "some", field, values: [scalar(value, path)] } };
    case "in":
    case "nin": {
      if (!Array.isArray(value)) throw invalid(path, "an array of values", value);
      const some: Condition = {
        kind: "some",
        field,
        values: value.map((item, index) => scalar(item, `${path}[${index}]`)),
      };
      return operator === "in" ? some : { kind: "not", part: some };
    }
    case "gt":
    case "gte":
    case "lt":
    case "lte": {
      const bound = scalar(value, path);
      if (typeof bound !== "string" && typeof bound !== "number")
        throw invalid(path, "a number or a string", value);
      return { kind: "range", field, bounds: { [operator]: bound } };
    }
    case "exists": {
      if (typeof value !== "boolean") throw invalid(path, "true or false", value);
      const exists: Condition = { kind: "exists", field };
      return value ? exists : { kind: "not", part: exists };
    }
    default:
      throw invalid(path, knownOperator(field, operator));
  }
}

function knownOperator(field: string, operator: string): string {
  const nearest = nearestName(operator, operators);
  return [
    `one of the operators ${operators.join(", ")}`,
    nearest === undefined ? "" : ` (did you mean "${nearest}"?)`,
    `; a field inside "${field}" is written "${field}.${operator}"`,
  ].join("");
}

/** `{ gt: 5, lt: 7 }` asks for one value between the two, also where the field holds an array. */
function mergeRanges(parts: Condition[], part: Condition): Condition[] {
  const range = parts.find((earlier) => earlier.kind === "range");
  if (part.kind !== "range" || range?.kind !== "range") return [...parts, part];
  Object.assign(range.bounds, part.bounds);
  return parts;
}

function scalar(value: unknown, path: string): Scalar {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw invalid(path, "a string, a finite number, true, false or null", value);
}

/**
 * The paths of a JSON object with what a filter compares there: each scalar under its path `a.b`, the elements of an
 * array under the path of the array. A path without scalars (an object, an empty array) appears with `undefined`.
 */
export function* flatten(metadata: {
  [key: string]: JsonValue;
}): Generator<[path: string, value: Scalar | undefined]> {
  for (const [name, value] of Object.entries(metadata)) yield* flattenValue(name, value);
}

function* flattenValue(path: string, value: JsonValue): Generator<[string, Scalar | undefined]> {
  if (typeof value !== "object" || value === null) {
    yield [path, value];
    return;
  }
  yield [path, undefined];
  if (Array.isArray(value)) for (const item of value) yield* flattenValue(path, item);
  else for (const [name, member] of Object.entries(value)) yield* flattenValue(`${path}.${name}`, member);
}
