import { checkDefined, SouvenirError, type Where } from "@souvenir/core";
import { jsonCopy } from "./checks.ts";

/**
 * `{ field: value }` or `{ field: { $gte: 3 } }`; nested fields as `a.b`. All must hold. `$and`, `$or` and `$nor` take a
 * list of filters, `$not` one.
 */
export type StoreFilter = Record<string, unknown>;

export interface CompiledFilter {
  /** What every match has, for the index: may let more through. `undefined`: everything. */
  where: Where | undefined;
  matches(value: Record<string, unknown>): boolean;
}

type Test = (found: unknown) => boolean;

const tests: Record<string, (operand: unknown) => Test> = {
  $eq: (operand) => (found) => equals(found, operand),
  $ne: (operand) => (found) => !equals(found, operand),
  $gt: ordered((order) => order > 0),
  $gte: ordered((order) => order >= 0),
  $lt: ordered((order) => order < 0),
  $lte: ordered((order) => order <= 0),
  $in: (operand) => (found) => (operand as unknown[]).some((each) => equals(found, each)),
  $nin: (operand) => (found) => !(operand as unknown[]).some((each) => equals(found, each)),
  $exists: (operand) => (found) => (found !== undefined) === operand,
  $not: (operand) => {
    const inner = conditionsOf("$not", operand).map(({ test }) => test);
    return (found) => !inner.every((test) => test(found));
  },
};

/**
 * Reads a filter of LangGraph's `search`. A field that holds an array matches when it equals the operand or one of its
 * elements does. Numbers compare with numbers and strings with strings; a date is its ISO 8601 string, as in JSON.
 * @throws SouvenirError `INVALID_INPUT` for an unknown operator, or an operand that is undefined or of the wrong kind
 */
export function compileFilter(filter: unknown): CompiledFilter {
  if (filter === undefined || filter === null) return all([]);
  if (typeof filter !== "object" || Array.isArray(filter)) throw refused("filter", "an object");
  checkDefined(filter, "filter");
  return all(
    Object.entries(filter).map(([name, given]) => {
      if (name === "$and") return all(filtersOf(name, given));
      if (name === "$or") return any(filtersOf(name, given));
      if (name === "$nor") return none(any(filtersOf(name, given)));
      return name === "$not" ? none(compileFilter(given)) : compileField(name.toWellFormed(), given);
    }),
  );
}

function filtersOf(name: string, given: unknown): CompiledFilter[] {
  if (!Array.isArray(given)) throw refused(`filter.${name}`, "a list of filters");
  return given.map(compileFilter);
}

function all(parts: readonly CompiledFilter[]): CompiledFilter {
  const wheres = wheresOf(parts);
  return {
    where: wheres.length < 2 ? wheres[0] : { and: wheres },
    matches: (value) => parts.every((part) => part.matches(value)),
  };
}

function any(parts: readonly CompiledFilter[]): CompiledFilter {
  const wheres = wheresOf(parts);
  return {
    where: wheres.length === parts.length && parts.length > 0 ? { or: wheres } : undefined,
    matches: (value) => parts.some((part) => part.matches(value)),
  };
}

function wheresOf(parts: readonly CompiledFilter[]): Where[] {
  return parts.map(({ where }) => where).filter((where) => where !== undefined);
}

/** Not everything that the index lets through is a match, so that it cannot tell what is none. */
function none({ matches }: CompiledFilter): CompiledFilter {
  return { where: undefined, matches: (value) => !matches(value) };
}

function compileField(field: string, given: unknown): CompiledFilter {
  return all(
    conditionsOf(field, given).map(({ operator, operand, test }) => ({
      where: toWhere(field, operator, operand),
      matches: (value) => test(at(value, field)),
    })),
  );
}

function conditionsOf(field: string, given: unknown): { operator: string; operand: unknown; test: Test }[] {
  const members =
    typeof given !== "object" || given === null || Array.isArray(given) || given instanceof Date
      ? []
      : Object.entries(given);
  const operators = members.some(([name]) => name.startsWith("$")) ? members : [["$eq", given] as const];
  return operators.map(([operator, value]) => {
    const make = Object.hasOwn(tests, operator) ? tests[operator] : undefined;
    const where = `filter.${field}.${operator}`;
    if (make === undefined)
      throw refused(`filter.${field}`, `an operator of ${Object.keys(tests).join(", ")}, got "${operator}"`);
    const operand = jsonCopy(value, where);
    if ((operator === "$in" || operator === "$nin") && !Array.isArray(operand))
      throw refused(where, "a list of values");
    if (/^\$[gl]te?$/.test(operator) && !["number", "string"].includes(typeof operand))
      throw refused(where, "a number, string or date");
    if (operator === "$exists" && typeof operand !== "boolean") throw refused(where, "true or false");
    return { operator, operand, test: make(operand) };
  });
}

function refused(where: string, expected: string): SouvenirError {
  return new SouvenirError("INVALID_INPUT", `${where}: expected ${expected}`);
}

/** Core's condition, or `undefined` where it has none that lets through at least as much. */
function toWhere(field: string, operator: string, operand: unknown): Where | undefined {
  const [head = ""] = field.split(".");
  // Core reads these names as combinators, and `$item` is ours.
  if (["and", "or", "not"].includes(field) || head === "$item" || operator === "$not") return undefined;
  const operands = operator === "$in" || operator === "$nin" ? (operand as unknown[]) : [operand];
  if (!operands.every(isScalar)) return undefined;
  const condition = { [field]: { [operator.slice(1)]: operand as string } };
  // What does not stand among the metadata: a text that is the record's value, of an item or of any other memory, and
  // the fields of an item that is kept as a whole.
  const others = head === "text" ? [{ $item: { exists: false } }] : [];
  return { or: [condition, { "$item.text": head }, { "$item.whole": { exists: true } }, ...others] };
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

/** The member of that very name, else what lies at the dotted path. */
function at(value: Record<string, unknown>, field: string): unknown {
  if (Object.hasOwn(value, field)) return value[field];
  let found: unknown = value;
  for (const name of field.split(".")) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}

function equals(found: unknown, operand: unknown): boolean {
  return same(found, operand) || (Array.isArray(found) && found.some((item) => same(item, operand)));
}

function same(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every(
      (name) =>
        Object.hasOwn(right, name) &&
        same((left as Record<string, unknown>)[name], (right as Record<string, unknown>)[name]),
    )
  );
}

function ordered(holds: (order: number) => boolean): (operand: unknown) => Test {
  return (operand) => (found) =>
    Array.isArray(found)
      ? found.some((item) => holds(compare(item, operand)))
      : holds(compare(found, operand));
}

/** Below 0, 0 or above 0; NaN when the two have no order. */
function compare(found: unknown, operand: unknown): number {
  if (typeof found === "string" && typeof operand === "string")
    return found < operand ? -1 : found > operand ? 1 : 0;
  return typeof found === "number" && typeof operand === "number" ? found - operand : Number.NaN;
}
