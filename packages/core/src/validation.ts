import { SouvenirError } from "./errors.ts";
import type { DateInput, Entity, JsonValue, Limits, Metadata } from "./inputs-and-answers.ts";
import { nearestName } from "./nearest-name.ts";

/** Longest namespace in UTF-8 bytes. */
const namespaceBytes = 512;
const metadataDepth = 32;
const entityLimit = 256;
const encoder = new TextEncoder();

/** An `INVALID_INPUT`: where, what was expected, what came (where it is given). Never the text itself. */
export function invalid(where: string, expected: string, ...got: [] | [unknown]): SouvenirError {
  const came = got.length === 0 ? "" : `, got ${typeof got[0] === "number" ? got[0] : describe(got[0])}`;
  return new SouvenirError("INVALID_INPUT", `${where}: expected ${expected}${came}`, { details: { where } });
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "string")
    return value === "" ? "an empty string" : `a string of ${value.length} characters`;
  if (typeof value === "function") return "a function: call it, and pass what it answers";
  if (typeof value === "object" && typeof (value as { then?: unknown }).then === "function")
    return "a promise: await it";
  if (value instanceof Date && Number.isNaN(value.getTime())) return "an invalid Date";
  return typeof value === "object"
    ? "an object"
    : typeof value === "boolean"
      ? String(value)
      : `a ${typeof value}`;
}

export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** @param names - Of its members: the first two are told to who gives none. */
export function checkObject(
  value: unknown,
  where: string,
  names: readonly string[] = [],
): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const some = names.length > 2 ? `${names[0]}, ${names[1]}, …` : names.join(", ");
    throw invalid(where, some === "" ? "an object" : `an object such as { ${some} }`, value);
  }
  return value as Record<string, unknown>;
}

/**
 * The object itself, if it has no member of another name than these. Members that are `undefined` count as absent.
 * @param where - What takes the options: begins the message.
 * @throws SouvenirError `INVALID_INPUT`, with the nearest of the names for the first that is not one of them
 */
export function checkOptions<Name extends string>(
  value: unknown,
  where: string,
  names: readonly Name[],
): { [Option in Name]?: unknown } {
  const options = checkObject(value, where, names);
  // A promise that nobody awaited, or a Map, has no member of its own: it must not count as options that say nothing.
  const given = Object.entries(options);
  const kind =
    given.length > 0 ? "Object" : Object.prototype.toString.call(options).slice("[object ".length, -1);
  if (kind !== "Object")
    throw new SouvenirError(
      "INVALID_INPUT",
      `${where}: expected an object, got a ${kind}${kind === "Promise" ? ": await it" : ""}`,
      { details: { where } },
    );
  if ((names as readonly string[]).includes("memory") && typeof options.recall === "function")
    throw new SouvenirError(
      "INVALID_INPUT",
      `${where}: expected an object such as { memory }, got a memory`,
      {
        details: { where },
      },
    );
  for (const [name, member] of given)
    if (member !== undefined && !(names as readonly string[]).includes(name))
      throw new SouvenirError("INVALID_INPUT", `${where}: ${noSuchOption(name, names)}`, {
        details: { where },
      });
  return options as { [Option in Name]?: unknown };
}

/** Deeper than any filter may be, so that one which holds itself comes to an end. */
const deepestFilter = 64;

/**
 * Refuses `undefined` anywhere inside a filter: a condition whose value is missing must not mean "any", or a deletion
 * takes what belongs to others.
 * @param where - What the filter is called: begins the path in the message.
 * @throws SouvenirError `INVALID_INPUT`, with the path of the first
 */
export function checkDefined(filter: unknown, where: string, depth = 0): void {
  if (filter === undefined) throw invalid(where, "a value (leave the condition out if any will do)", filter);
  if (typeof filter !== "object" || filter === null || depth > deepestFilter) return;
  // `Array.from` also sees the holes of a sparse array.
  if (Array.isArray(filter))
    for (const [index, member] of Array.from(filter).entries())
      checkDefined(member, `${where}[${index}]`, depth + 1);
  else
    for (const [name, member] of Object.entries(filter)) checkDefined(member, `${where}.${name}`, depth + 1);
}

function noSuchOption(given: string, names: readonly string[]): string {
  const nearest = nearestName(given, names);
  const shown = given.length > 40 ? `${given.slice(0, 40)}…` : given;
  return [
    `there is no option ${JSON.stringify(shown)};`,
    nearest === undefined ? "" : `did you mean "${nearest}"?`,
    names.length === 0 ? "it takes none" : `there are ${names.join(", ")}`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** A string that says something, is well-formed Unicode and fits. */
export function checkText(value: unknown, where: string, maximum: number, limit?: string): string {
  if (typeof value === "string" && value !== "" && value.trim() === "")
    throw invalid(where, "a text that is not empty", value);
  return checkName(value, where, maximum, limit);
}

/** The same for what only tells things apart: white space is as good as anything else. */
export function checkName(value: unknown, where: string, maximum: number, limit?: string): string {
  if (typeof value !== "string") throw invalid(where, "a string", value);
  if (value === "") throw invalid(where, "a text that is not empty", value);
  if (!value.isWellFormed())
    throw invalid(where, "well-formed Unicode (no lone surrogates); call toWellFormed() on it");
  // A UTF-16 unit takes at most three bytes in UTF-8.
  if (value.length * 3 > maximum) {
    const bytes = byteLength(value);
    if (bytes > maximum) {
      const remedy = limit === undefined ? "shorten it" : `shorten it, split it, or raise limits.${limit}`;
      throw invalid(where, `at most ${maximum} bytes (${remedy})`, bytes);
    }
  }
  return value;
}

export function checkNamespace(value: unknown): string {
  if (typeof value !== "string")
    throw invalid("namespace", "a string that says whose memory it is, such as the id of a user", value);
  return checkName(value, "namespace", namespaceBytes);
}

export function checkKey(value: unknown, limits: Limits, where = "key"): string {
  return checkName(value, where, limits.keyBytes, "keyBytes");
}

export function checkThread(value: unknown): string {
  if (typeof value !== "string") throw invalid("thread", "a string that names the conversation", value);
  return checkName(value, "thread", namespaceBytes);
}

export function checkFlag(value: unknown, where: string): boolean {
  if (typeof value !== "boolean") throw invalid(where, "true or false", value);
  return value;
}

/** Anything else would fail in the middle of the work. */
export function checkSignal(value: unknown): void {
  if (value === undefined) return;
  const { throwIfAborted, addEventListener } = Object(value) as Partial<AbortSignal>;
  if (typeof throwIfAborted !== "function" || typeof addEventListener !== "function")
    throw invalid("signal", "an AbortSignal", value);
}

/** Options that several calls share. */
export function checkProgressOptions({ onProgress, signal }: { [name: string]: unknown }): void {
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw invalid("onProgress", "a function", onProgress);
  checkSignal(signal);
}

/**
 * The number itself, if it is whole and within these bounds.
 * @throws SouvenirError `INVALID_INPUT`, with the bounds
 */
export function checkInteger(value: unknown, where: string, minimum: number, maximum: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < minimum || value > maximum)
    throw invalid(where, `an integer from ${minimum} to ${maximum}`, value);
  return value;
}

/** A year, month, day or moment of ISO 8601. `Date.parse` also takes "12" and "01/02/2026", and guesses what they mean. */
const isoDate =
  /^(?<year>\d{4}|[+-]\d{6})(?:-(?<month>\d\d)(?:-(?<day>\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)?)?$/i;

/** Numbers that are moments of 1985 to 2286 in seconds, and in milliseconds of the first months of 1970. */
const isSeconds = (value: unknown) => typeof value === "number" && value >= 5e8 && value < 1e10;
const tenYearsMs = 10 * 365 * 86_400_000;

/** Milliseconds since 1970 of when something ends: a number that is ten years over is a duration. */
export function checkExpiry(value: unknown, now: number): number {
  const time = checkDate(value, "expiresAt");
  // 0 and 1 are how programs write "long ago".
  if (typeof value === "number" && value > 1 && now - time > tenYearsMs)
    throw invalid("expiresAt", "a moment and not a duration: Date.now() + 3_600_000 for an hour", value);
  return time;
}

/** Milliseconds since 1970. */
export function checkDate(value: unknown, where: string): number {
  const time =
    value instanceof Date
      ? value.getTime()
      : typeof value === "number"
        ? value
        : typeof value === "string"
          ? timeOfText(value)
          : Number.NaN;
  if (isSeconds(value))
    throw invalid(
      where,
      `milliseconds since 1970, and seconds times 1000 are "${new Date(Number(value) * 1000).toISOString()}"`,
      value,
    );
  // The range of ECMAScript time values.
  if (!Number.isFinite(time) || Math.abs(time) > 8.64e15)
    throw invalid(where, "a Date, milliseconds since 1970 or an ISO 8601 string", value);
  return Math.trunc(time);
}

function timeOfText(text: string): number {
  const { year, month, day } = isoDate.exec(text)?.groups ?? {};
  // `Date.parse` takes the 30th of February for the 1st of March.
  const named = new Date(0);
  named.setUTCFullYear(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  return named.getUTCDate() === Number(day ?? 1) ? Date.parse(text) : Number.NaN;
}

export function optionalDate(value: DateInput | undefined | null, where: string): number | undefined {
  return value === undefined || value === null ? undefined : checkDate(value, where);
}

export function checkTags(value: unknown, limits: Limits, where = "tags"): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalid(where, "an array of strings", value);
  if (value.length > limits.tags)
    throw invalid(where, `at most ${limits.tags} (use fewer, or raise limits.tags)`, value.length);
  // `Array.from` also sees the holes of a sparse array.
  const tags = Array.from(value, (tag, index) =>
    checkName(tag, `${where}[${index}]`, limits.tagBytes, "tagBytes"),
  );
  return [...new Set(tags)];
}

export function checkEntities(value: unknown): Entity[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalid("entities", "an array of { name, type }", value);
  if (value.length > entityLimit) throw invalid("entities", `at most ${entityLimit}`, value.length);
  const entities: Entity[] = [];
  // By number, which also sees the holes of a sparse array.
  for (let index = 0; index < value.length; index++) {
    const { name, type } = checkObject(value[index], `entities[${index}]`);
    entities.push({
      name: checkText(name, `entities[${index}].name`, 512),
      type: checkText(type, `entities[${index}].type`, 64),
    });
  }
  return entities;
}

/** A copy of the metadata as plain JSON. Dates become ISO 8601 strings, members that are `undefined` are left out. */
export function checkMetadata(value: unknown, limits: Limits): Metadata {
  if (value === undefined) return {};
  if (value instanceof Date) throw invalid("metadata", "an object", value);
  const copy = jsonCopy(checkObject(value, "metadata"), "metadata", 0) as Metadata;
  const bytes = byteLength(JSON.stringify(copy));
  if (bytes > limits.metadataBytes) {
    throw invalid(
      "metadata",
      `at most ${limits.metadataBytes} bytes of JSON (shorten it, or raise limits.metadataBytes)`,
      bytes,
    );
  }
  return copy;
}

function jsonCopy(value: unknown, where: string, depth: number): JsonValue {
  if (depth > metadataDepth)
    throw invalid(where.slice(0, 200), `JSON that is not circular and at most ${metadataDepth} levels deep`);
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw invalid(where, "a finite number", value);
    // JSON has no negative zero.
    return value === 0 ? 0 : value;
  }
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw invalid(where, "well-formed Unicode (no lone surrogates)");
    return value;
  }
  if (value instanceof Date) return new Date(checkDate(value, where)).toISOString();
  if (Array.isArray(value))
    return Array.from(value, (item, index) => jsonCopy(item, `${where}[${index}]`, depth + 1));
  if (typeof value === "object") {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
      throw invalid(
        where,
        "plain JSON; turn class instances, Maps and Sets into objects and arrays first",
        value,
      );
    const copy: Record<string, JsonValue> = {};
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      if (!name.isWellFormed()) throw invalid(where, "well-formed Unicode (no lone surrogates) in names");
      // `copy.__proto__ = …` would set the prototype.
      Object.defineProperty(copy, name, {
        value: jsonCopy(member, `${where}.${name}`, depth + 1),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return copy;
  }
  throw invalid(where, "plain JSON", value);
}
