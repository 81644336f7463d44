import { checkDefined, SouvenirError, type Where } from "@souvenir/core";

/** `{ field: value }` or `{ field: { $gte: 3 } }`; nested fields as `a.b`. All must hold. */
export type StoreFilter = Record<string, unknown>;

export interface CompiledFilter {
  /** What every match has, for the index: may let more through. */
  where: Where | undefined;
  matches(value: Record<string, unknown>): boolean;
}

type Test = (found: unknown) => boolean;
interface Condition {
  field: string;
  operator: string;
  operand: unknown;
}

/** The field of a record's metadata that says where its text stands in the item; see `item-mark.ts`. */
const textField = "$item.text";

const combinators = new Set(["and", "or", "not"]);
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
};

/**
 * Reads a filter of LangGraph's `search`. A field that holds an array matches when it equals the operand or one of its
 * elements does. Numbers compare with numbers and strings with strings; a date is its ISO 8601 string, as in JSON.
 * @throws SouvenirError `INVALID_INPUT` for an unknown operator, or an operand that is undefined or of the wrong kind
 */
export function compileFilter(filter: StoreFilter | null | undefined): CompiledFilter {
  checkDefined(filter ?? {}, "filter");
  const conditions = Object.entries(filter ?? {}).flatMap(([field, given]) => readConditions(field, given));
  const compiled = conditions.map(({ field, operator, operand }) => ({
    field,
    test: (tests[operator] as (operand: unknown) => Test)(operand),
  }));
  const wheres = conditions.map(toWhere);
  const parts = wheres.filter((where) => where !== undefined);
  return {
    where: parts.length === 0 ? undefined : parts.length === 1 ? parts[0] : { and: parts },
    matches: (value) => compiled.every(({ field, test }) => test(at(value, field))),
  };
}

function readConditions(field: string, given: unknown): Condition[] {
  if (typeof given !== "object" || given === null || Array.isArray(given) || given instanceof Date)
    return [{ field, operator: "$eq", operand: plain(given) }];
  const members = Object.entries(given);
  if (!members.some(([name]) => name.startsWith("$")))
    return [{ field, operator: "$eq", operand: plain(given) }];
  return members.map(([operator, operand]) => {
    if (!Object.hasOwn(tests, operator))
      throw new SouvenirError(
        "INVALID_INPUT",
        `filter.${field}: expected an operator of ${Object.keys(tests).join(", ")}, got "${operator}"`,
        { details: { field, operator } },
      );
    if ((operator === "$in" || operator === "$nin") && !Array.isArray(operand))
      throw new SouvenirError("INVALID_INPUT", `filter.${field}.${operator}: expected a list of values`);
    if (/^\$[gl]te?$/.test(operator) && !["number", "string"].includes(typeof plain(operand)))
      throw new SouvenirError(
        "INVALID_INPUT",
        `filter.${field}.${operator}: expected a number, string or date`,
      );
    if (operator === "$exists" && typeof operand !== "boolean")
      throw new SouvenirError("INVALID_INPUT", `filter.${field}.$exists: expected true or false`);
    return { field, operator, operand: plain(operand) };
  });
}

/** Core's condition, or `undefined` where it has none that lets through at least as much. */
function toWhere({ field, operator, operand }: Condition): Where | undefined {
  const [head = ""] = field.split(".");
  // Core reads these names as combinators, and `$item` is ours.
  if (combinators.has(field) || head === "$item") return undefined;
  const operands = operator === "$in" || operator === "$nin" ? (operand as unknown[]) : [operand];
  if (!operands.every(isScalar)) return undefined;
  const condition = { [field]: { [operator.slice(1)]: operand as string } };
  // A text that is the record's value does not stand among its metadata: one of an item, or of any other memory.
  const others = head === "text" ? [{ $item: { exists: false } }] : [];
  return { or: [condition, { [textField]: head }, ...others] };
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

/** As JSON has it: what is stored was JSON too. */
function plain(value: unknown): unknown {
  if (value === undefined || typeof value !== "object" || value === null) return value;
  return JSON.parse(JSON.stringify(value));
}
