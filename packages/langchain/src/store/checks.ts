import { SouvenirError } from "@souvenir/core";

/** An escape of JSON that stands for half of a surrogate pair: whole pairs are written as they are. */
const loneSurrogate = /(?<=(?:^|[^\\])(?:\\\\)*)\\ud[89a-f][\da-f]{2}/g;

/**
 * A copy as JSON has it: dates are ISO 8601 strings, `undefined` members are left out. Lone surrogates, which no file can
 * hold, are replaced, in names too.
 * @throws SouvenirError `INVALID_INPUT` for what is not JSON
 */
export function jsonCopy(value: unknown, where: string): unknown {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (cause) {
    throw new SouvenirError("INVALID_INPUT", `${where}: expected plain JSON`, { cause });
  }
  if (json === undefined) throw new SouvenirError("INVALID_INPUT", `${where}: expected plain JSON`);
  return JSON.parse(json.includes("\\ud") ? json.replace(loneSurrogate, "\ufffd") : json);
}

/** The same of an object. */
export function jsonObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return jsonCopy(value, where) as Record<string, unknown>;
  throw new SouvenirError("INVALID_INPUT", `${where}: expected an object; to delete an item, call delete()`);
}

/** A number of things, `otherwise` when it was left out. @throws SouvenirError `INVALID_INPUT` */
export function checkCount(given: unknown, where: string, otherwise: number): number {
  if (given === undefined || given === null) return otherwise;
  if (given === Number.POSITIVE_INFINITY || (Number.isInteger(given) && (given as number) >= 0))
    return given as number;
  throw new SouvenirError("INVALID_INPUT", `${where}: expected a whole number, 0 or more`);
}

/** A number from 0 to 1, if it was given. @throws SouvenirError `INVALID_INPUT` */
export function checkShare(given: unknown, where: string): number | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given === "number" && given >= 0 && given <= 1) return given;
  throw new SouvenirError("INVALID_INPUT", `${where}: expected a number from 0 to 1`);
}

export function checkTtl(ttl: unknown, where: string): number | undefined {
  if (ttl === undefined || ttl === null) return undefined;
  if (typeof ttl === "number" && Number.isFinite(ttl) && ttl > 0) return ttl;
  throw new SouvenirError("INVALID_INPUT", `${where}: expected minutes, more than 0`);
}
