import { jsonCopy, SouvenirError } from "@souvenir/core";

/** A copy of an object as JSON has it. @throws SouvenirError `INVALID_INPUT` */
export function jsonObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return jsonCopy(value, where) as Record<string, unknown>;
  throw refused(where, "an object; to delete an item, call delete()");
}

/** A number of things, `otherwise` when it was left out. @throws SouvenirError `INVALID_INPUT` */
export function checkCount(given: unknown, where: string, otherwise: number): number {
  if (given === undefined || given === null) return otherwise;
  if (given === Number.POSITIVE_INFINITY || (Number.isInteger(given) && (given as number) >= 0))
    return given as number;
  throw refused(where, "a whole number, 0 or more");
}

/** A number from 0 to 1, if it was given. @throws SouvenirError `INVALID_INPUT` */
export function checkShare(given: unknown, where: string): number | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given === "number" && given >= 0 && given <= 1) return given;
  throw refused(where, "a number from 0 to 1");
}

/** Minutes as milliseconds, if they were given. @throws SouvenirError `INVALID_INPUT` */
export function checkTtl(ttl: unknown, where: string): number | undefined {
  if (ttl === undefined || ttl === null) return undefined;
  if (typeof ttl === "number" && Number.isFinite(ttl) && ttl > 0) return ttl * 60_000;
  throw refused(where, "minutes, more than 0");
}

function refused(where: string, expected: string): SouvenirError {
  return new SouvenirError("INVALID_INPUT", `${where}: expected ${expected}`);
}
