import type { JsonValue, Where } from "../types.ts";
import { checkDefined, invalid } from "../validation.ts";
import { isObject, jsonCopy, sameJson } from "./exact-json.ts";
import { documentMark } from "./record.ts";

/** A filter in the manner of MongoDB, ready for use. */
export interface CompiledFilter {
  /** Passes every match, and perhaps more: for the index of a memory. `undefined`: it has nothing to look up. */
  where: Where | undefined;
  /** Exactly what the filter says. */
  matches(value: Record<string, unknown>): boolean;
  /** Has a condition on a field, and so does not match just anything. */
  names: boolean;
}

/**
 * What stands without an operator. `values`: what the field is equal to, `{ a: { b: 1 } }` and `{ a: [1] }` as a whole.
 * `conditions`: an object is conditions on its fields, a list means one of its values, `null` also what is absent, and
 * where a list of filters is due, one by itself will do.
 */
export type FilterReading = "values" | "conditions";

type Test = (found: unknown) => boolean;
type Filter = Record<string, unknown>;

/** Where in the filter, and how it is read. */
interface Place {
  path: string;
  reading: FilterReading;
  depth: number;
}

const deepest = 32;
const combining = ["$and", "$or", "$nor", "$not"];

const operators: Record<string, (operand: unknown, place: Place, beside: Filter) => Test> = {
  $eq: equals,
  $ne: (operand, place) => not(equals(operand, place)),
  $gt: bound((found, operand) => found > operand),
  $gte: bound((found, operand) => found >= operand),
  $lt: bound((found, operand) => found < operand),
  $lte: bound((found, operand) => found <= operand),
  $in: oneOf,
  $nin: (operand, place) => not(oneOf(operand, place)),
  $all: (operand, place) => {
    const tests = listed(operand, place).map((value) => equals(value, place));
    return (found) => Array.isArray(found) && tests.length > 0 && tests.every((test) => found.some(test));
  },
  $elemMatch: (operand, place) => {
    if (!isObject(operand)) throw invalid(place.path, "an object with conditions");
    const test = hasOperators(operand, place) ? fieldTest(operand, place) : compiled(operand, place).matches;
    return (found) => Array.isArray(found) && found.some((item) => test(item));
  },
  $exists: (operand, { path }) => {
    if (typeof operand !== "boolean") throw invalid(path, "true or false");
    return (found) => (found !== undefined) === operand;
  },
  $not: (operand, place) => {
    if (isObject(operand) && Object.keys(operand).length === 0) throw invalid(place.path, "a condition");
    return not(fieldTest(operand, place));
  },
  $regex: matchesPattern,
  $options: (_, { path }, beside) => {
    if (beside.$regex === undefined) throw invalid(path, "$regex beside it");
    return () => true;
  },
  $contains: (operand, place) => {
    const part = jsonCopy(operand, place.path);
    if (Array.isArray(part)) {
      const tests = part.map((value) => equals(value, place));
      return (found) => Array.isArray(found) && tests.some((test) => found.some(test));
    }
    const folded = typeof part === "string" ? part.toLowerCase() : undefined;
    return itselfOrElement((found) =>
      folded === undefined
        ? includes(found, part)
        : typeof found === "string" && found.toLowerCase().includes(folded),
    );
  },
  $size: (operand, { path }) => {
    if (!Number.isInteger(operand) || (operand as number) < 0) throw invalid(path, "a whole number from 0");
    return (found) => Array.isArray(found) && found.length === operand;
  },
};

/**
 * Reads a filter in the manner of MongoDB: `{ field: value }`, `{ field: { $gte: 3 } }`, nested fields as `a.b`; all must
 * hold. `$and`, `$or` and `$nor` take a list of filters, `$not` one.
 *
 * - A field that holds an array matches when it, or one of its elements, does; negations where that is not so, also where
 *   the field is absent.
 * - Numbers compare with numbers and texts with texts, in code unit order; a `Date` is its ISO 8601 text.
 * - `$contains`: part of a text in any case; an element of an array, or one of several; a part of an object.
 * - `$regex`: a pattern of JavaScript, with `$options` out of `imsu`. Take none from strangers: some run for hours.
 * @throws SouvenirError `INVALID_INPUT` for an unknown operator, or an operand that is undefined or of the wrong kind
 */
export function compileFilter(filter: unknown, reading: FilterReading = "values"): CompiledFilter {
  if (filter === undefined || filter === null) return all([]);
  checkDefined(filter, "filter");
  return compiled(filter, { path: "filter", reading, depth: 0 });
}

function compiled(filter: unknown, place: Place): CompiledFilter {
  const { path, depth } = place;
  if (!isObject(filter)) throw invalid(path, "an object such as { field: value }", filter);
  if (depth > deepest) throw invalid(path, `a filter at most ${deepest} levels deep`);
  return all(
    Object.entries(filter).map(([name, operand]) => {
      const here = { ...place, path: `${path}.${name}`, depth: depth + 1 };
      if (name === "$and") return all(filtersOf(operand, here));
      if (name === "$or") return any(filtersOf(operand, here));
      if (name === "$nor") return none(any(filtersOf(operand, here)));
      if (name === "$not") {
        if (isObject(operand) && Object.keys(operand).length === 0) throw invalid(here.path, "a condition");
        return none(compiled(operand, here));
      }
      if (Object.hasOwn(operators, name))
        throw invalid(here.path, `a field around it. Invalid top-level operator: ${name}`);
      if (name.startsWith("$") && here.reading === "conditions") throw unknownOperator(here.path, name);
      return fieldFilter(name.toWellFormed(), operand, here);
    }),
  );
}

function filtersOf(given: unknown, place: Place): CompiledFilter[] {
  if (!Array.isArray(given) && place.reading === "values") throw invalid(place.path, "a list of filters");
  return [given]
    .flat()
    .map((filter, index) => compiled(filter, { ...place, path: `${place.path}[${index}]` }));
}

function all(parts: readonly CompiledFilter[]): CompiledFilter {
  const wheres = wheresOf(parts);
  return {
    where: wheres.length < 2 ? wheres[0] : { and: wheres },
    matches: (value) => parts.every((part) => part.matches(value)),
    names: parts.some(({ names }) => names),
  };
}

function any(parts: readonly CompiledFilter[]): CompiledFilter {
  const wheres = wheresOf(parts);
  return {
    where: wheres.length === parts.length && parts.length > 0 ? { or: wheres } : undefined,
    matches: (value) => parts.some((part) => part.matches(value)),
    names: parts.some(({ names }) => names),
  };
}

/** Not everything that the index lets through is a match, so that it cannot tell what is none. */
function none({ matches, names }: CompiledFilter): CompiledFilter {
  return { where: undefined, matches: (value) => !matches(value), names };
}

function wheresOf(parts: readonly CompiledFilter[]): Where[] {
  return parts.map(({ where }) => where).filter((where) => where !== undefined);
}

function fieldFilter(field: string, operand: unknown, place: Place): CompiledFilter {
  if (place.depth > deepest) throw invalid(place.path, `a filter at most ${deepest} levels deep`);
  const members = isObject(operand) ? Object.entries(operand) : [];
  if (place.reading === "conditions" && members.length > 0 && !hasOperators(operand as Filter, place))
    return all(
      members.map(([name, value]) =>
        fieldFilter(`${field}.${name}`, value, {
          ...place,
          path: `${place.path}.${name}`,
          depth: place.depth + 1,
        }),
      ),
    );
  const test = fieldTest(operand, place);
  const steps = field.split(".");
  return {
    where: all(
      conditionsOf(operand, place).map(([name, value]) => ({
        where: lookup(field, name, value, place),
        matches: () => true,
        names: true,
      })),
    ).where,
    // The member of that very name, else what lies at the path.
    matches: (value) =>
      test(isObject(value) && Object.hasOwn(value, field) ? value[field] : at(value, steps)),
    names: true,
  };
}

/** The operators of an operand, or the one that a value by itself means. */
function conditionsOf(operand: unknown, place: Place): [operator: string, operand: unknown][] {
  if (operand instanceof RegExp) return [["$regex", operand]];
  if (Array.isArray(operand) && place.reading === "conditions") return [["$in", operand]];
  return isObject(operand) && hasOperators(operand, place) ? Object.entries(operand) : [["$eq", operand]];
}

function fieldTest(operand: unknown, place: Place): Test {
  const tests = conditionsOf(operand, place).map(([name, value]) => {
    const path = `${place.path}.${name}`;
    const make = Object.hasOwn(operators, name) ? operators[name] : undefined;
    if (make !== undefined) return make(value, { ...place, path }, isObject(operand) ? operand : {});
    if (combining.includes(name))
      throw invalid(path, `${name} outside of fields: { ${name}: [{ field: … }] }`);
    throw unknownOperator(path, name);
  });
  return (found) => tests.every((test) => test(found));
}

function equals(operand: unknown, { path, reading }: Place): Test {
  const wanted = operandOf(operand, path);
  if (wanted === null && reading === "conditions")
    return (found) => found === undefined || found === null || (Array.isArray(found) && found.includes(null));
  return itselfOrElement((found) => sameJson(found, wanted));
}

function oneOf(operand: unknown, place: Place): Test {
  const values = listed(operand, place).map((value) => operandOf(value, place.path));
  // One look-up where there are many plain values.
  const plain = new Set<unknown>(values.filter((value) => typeof value !== "object"));
  const tests = values.filter((value) => typeof value === "object").map((value) => equals(value, place));
  const isPlain = itselfOrElement((found) => plain.has(found));
  return (found) => isPlain(found) || tests.some((test) => test(found));
}

function bound(holds: (found: string, operand: string) => boolean): (operand: unknown, place: Place) => Test {
  return (given, { path }) => {
    const operand = operandOf(given, path);
    if (typeof operand !== "number" && typeof operand !== "string")
      throw invalid(path, "a number, a text or a Date");
    return itselfOrElement(
      (found) => typeof found === typeof operand && holds(found as string, operand as string),
    );
  };
}

function matchesPattern(operand: unknown, { path }: Place, { $options: options }: Filter): Test {
  if (typeof operand !== "string" && !(operand instanceof RegExp)) throw invalid(path, "a text or a RegExp");
  if (options !== undefined && (typeof options !== "string" || !/^[imsu]*$/.test(options)))
    throw invalid(path, "$options out of i, m, s and u");
  const { source, flags } = typeof operand === "string" ? { source: operand, flags: "" } : operand;
  let pattern: RegExp;
  try {
    pattern = new RegExp(source, options ?? flags.replace(/[gy]/g, ""));
  } catch {
    throw invalid(path, "a valid regular expression");
  }
  return itselfOrElement((found) => typeof found === "string" && pattern.test(found));
}

/** All that `part` says, `whole` says too. */
function includes(whole: unknown, part: unknown): boolean {
  if (!isObject(part) || !isObject(whole)) return sameJson(whole, part);
  return Object.entries(part).every(
    ([name, value]) => Object.hasOwn(whole, name) && includes(whole[name], value),
  );
}

function itselfOrElement(test: Test): Test {
  return (found) => test(found) || (Array.isArray(found) && found.some(test));
}

function not(test: Test): Test {
  return (found) => !test(found);
}

function listed(operand: unknown, { path, reading }: Place): unknown[] {
  if (!Array.isArray(operand) && reading === "values") throw invalid(path, "a list of values");
  return [operand].flat();
}

/** Through objects; of an array on the way, what its elements have there. */
function at(value: unknown, steps: readonly string[]): unknown {
  let here = value;
  for (const [index, step] of steps.entries()) {
    if (Array.isArray(here)) {
      const found = here.flatMap((item) => at(item, steps.slice(index)) ?? []);
      return found.length > 0 ? found : undefined;
    }
    if (!isObject(here) || !Object.hasOwn(here, step)) return undefined;
    here = here[step];
  }
  return here;
}

function operandOf(operand: unknown, path: string): JsonValue {
  if (operand instanceof RegExp || (typeof operand === "number" && !Number.isFinite(operand)))
    throw invalid(path, "a value of JSON or a Date");
  return jsonCopy(operand, path);
}

/** Operators and fields in one object are a mistake. */
function hasOperators(operand: Filter, { path }: Place): boolean {
  const names = Object.keys(operand);
  const count = names.filter((name) => name.startsWith("$")).length;
  if (count > 0 && count < names.length) throw invalid(path, "either operators or fields, not both");
  return count > 0;
}

function unknownOperator(path: string, name: string): Error {
  return invalid(
    path,
    `one of ${[...Object.keys(operators), ...combining].join(", ")}. Unsupported operator: ${name}`,
  );
}

/** The condition of a memory's own language, `undefined` where it has none that lets through at least as much. */
function lookup(
  field: string,
  operator: string,
  given: unknown,
  { path, reading }: Place,
): Where | undefined {
  const [head = ""] = field.split(".");
  // A memory reads these names as combinations, and the mark is not the document's.
  if (
    !/^\$(?:eq|ne|[gl]te?|n?in|exists)$/.test(operator) ||
    ["and", "or", "not", documentMark].includes(head)
  )
    return undefined;
  const operand = jsonCopy(given, path);
  const isList = /in$/.test(operator);
  const values = isList ? [operand].flat() : [operand];
  if (values.some((value) => typeof value === "object" && (value !== null || reading === "conditions")))
    return undefined;
  const condition = { [field]: { [operator.slice(1)]: isList ? values : operand } } as Where;
  // What does not stand among the metadata: a text that is the record's value, of a document or of any other memory, and
  // the fields of a document that is kept as a whole.
  const others = head === "text" ? [{ [documentMark]: { exists: false } }] : [];
  const kept = [{ [`${documentMark}.text`]: head }, { [`${documentMark}.whole`]: { exists: true } }];
  return { or: [condition, ...kept, ...others] };
}
