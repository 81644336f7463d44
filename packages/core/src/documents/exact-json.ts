import type { JsonValue } from "../types.ts";
import { invalid } from "../validation.ts";

/** An escape of JSON that stands for half of a surrogate pair: whole pairs are written as they are. */
const loneSurrogate = /(?<=(?:^|[^\\])(?:\\\\)*)\\ud[89a-f][\da-f]{2}/g;

/**
 * A copy as JSON has it: dates are ISO 8601 strings, `undefined` members are left out. Lone surrogates, which no file can
 * hold, are replaced, in names too.
 * @throws SouvenirError `INVALID_INPUT` for what is not JSON
 */
export function jsonCopy(value: unknown, where: string): JsonValue {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch {
    // Told below.
  }
  if (json === undefined) throw invalid(where, "plain JSON");
  return JSON.parse(json.includes("\\ud") ? json.replace(loneSurrogate, "\ufffd") : json) as JsonValue;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !(value instanceof Date) && !(value instanceof RegExp);
}

/** Whether two values of JSON say the same; the order of members says nothing. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const members = Object.entries(left);
  return (
    members.length === Object.keys(right).length &&
    members.every(
      ([name, value]) =>
        Object.hasOwn(right, name) && sameJson(value, (right as Record<string, unknown>)[name]),
    )
  );
}
