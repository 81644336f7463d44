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
