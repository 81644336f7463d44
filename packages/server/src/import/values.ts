import { textOf } from "@souvenir/core";

export type Fields = Record<string, unknown>;

/** An object's members; none for anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string that says something. */
export function textIn(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** An id: numbers too. */
export function idOf(value: unknown): string | undefined {
  return typeof value === "number" ? String(value) : textIn(value);
}

/** The words of a message's content, as core reads them; `undefined` for none. */
export function wordsOf(content: unknown): string | undefined {
  const text = textOf(content).toWellFormed();
  return text.trim() === "" ? undefined : text;
}

/**
 * A moment as other programs write it, as ISO 8601: seconds or milliseconds since 1970, or a text, in UTC where it names no
 * offset. `undefined` for what is none.
 */
export function momentOf(value: unknown): string | undefined {
  let time = Number.NaN;
  if (typeof value === "number" && value > 0) time = value < 1e11 ? value * 1000 : value;
  else if (typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value)) {
    const named = /[zZ]$|[+-]\d\d:?\d\d$/.test(value.slice(10));
    time = Date.parse(value.length === 10 || named ? value : `${value.replace(" ", "T")}Z`);
  } else if (typeof value === "string" && /^\d{10}(?:\d{3})?(?:\.\d+)?$/.test(value))
    return momentOf(Number(value));
  return Number.isFinite(time) && Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : undefined;
}

/** The members that are there: `undefined` ones are left out. */
export function present<Members extends object>(
  members: Members,
): { [Name in keyof Members]: NonNullable<Members[Name]> } {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && value !== null),
  ) as { [Name in keyof Members]: NonNullable<Members[Name]> };
}
