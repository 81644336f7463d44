import { SouvenirError } from "@souvenir/core";

/** `status` is what Mastra's server answers with. */
export function invalid(
  name: string,
  expected: string,
  details: Record<string, unknown> = {},
): SouvenirError {
  return new SouvenirError("INVALID_INPUT", `${name}: expected ${expected}`, {
    details: { status: 400, ...details },
  });
}

/** A name that the file can hold and tell from any other. */
export function checkId(value: unknown, name: string): string {
  if (typeof value !== "string" || value === "" || !value.isWellFormed())
    throw invalid(name, `a text that is not empty and is valid Unicode, got ${typeof value}`);
  return value;
}

/** Milliseconds since 1970. */
export function toTime(value: Date | string | number, name: string): number {
  const time = new Date(value).getTime();
  if (!Number.isFinite(time)) throw invalid(name, "a valid date");
  return time;
}

/** `undefined` as the database's null. */
export function toJson(value: unknown, name: string): string | null {
  if (value === undefined || value === null) return null;
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (cause) {
    throw new SouvenirError("INVALID_INPUT", `${name}: expected what JSON can hold`, {
      details: { status: 400 },
      cause,
    });
  }
  if (json === undefined) throw invalid(name, "what JSON can hold");
  return json;
}
