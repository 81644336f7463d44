import { SouvenirError } from "@souvenir/core";

/**
 * JSON of plain values. What `JSON.stringify` would quietly turn into something else (NaN, a Map, a class instance, a
 * hole in a list) is refused, as a memory in this process refuses it.
 * @throws SouvenirError `INVALID_INPUT`
 */
export function toJson(value: object): string {
  try {
    return JSON.stringify(value, plain);
  } catch (cause) {
    if (SouvenirError.is(cause)) throw cause;
    throw notPlain("JSON that is not circular", cause);
  }
}

function plain(this: unknown, name: string, encoded: unknown): unknown {
  // As it was before its `toJSON`.
  const value = (this as Record<string, unknown>)[name];
  switch (typeof value) {
    case "number":
      if (!Number.isFinite(value)) throw notPlain(`${name}: a finite number`);
      break;
    case "undefined":
      if (Array.isArray(this)) throw notPlain("lists without holes");
      break;
    case "object": {
      if (value === null || Array.isArray(value)) break;
      if (value instanceof Date) {
        if (Number.isNaN(value.getTime())) throw notPlain(`${name}: a valid Date`);
        break;
      }
      const prototype = Object.getPrototypeOf(value);
      if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
        throw notPlain(
          `${name}: plain JSON; turn class instances, Maps and Sets into objects and arrays first`,
        );
      break;
    }
    case "bigint":
    case "function":
    case "symbol":
      throw notPlain(`${name}: plain JSON`);
  }
  return encoded;
}

function notPlain(expected: string, cause?: unknown): SouvenirError {
  return new SouvenirError("INVALID_INPUT", `expected ${expected}`, cause === undefined ? {} : { cause });
}
