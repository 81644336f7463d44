import { type Complaint, unprocessable } from "./api-error.ts";

/**
 * A check of one JSON value: answers with complaints, none when the value fits. Objects are closed, because the real
 * API refuses keys that it does not know.
 */
export type Check = (value: unknown, loc: Complaint["loc"]) => Complaint[];

const complaint = (type: string, msg: string, value: unknown, loc: Complaint["loc"]): Complaint[] => [
  { type, loc, msg, input: value },
];

export const anything: Check = () => [];
export const text: Check = (value, loc) =>
  typeof value === "string" ? [] : complaint("string_type", "Input should be a valid string", value, loc);
export const flag: Check = (value, loc) =>
  typeof value === "boolean" ? [] : complaint("bool_type", "Input should be a valid boolean", value, loc);
export const record: Check = (value, loc) =>
  isRecord(value) ? [] : complaint("dict_type", "Input should be a valid dictionary", value, loc);

export function number(minimum: number, maximum: number, integer = false): Check {
  return (value, loc) => {
    if (typeof value !== "number" || !Number.isFinite(value) || (integer && !Number.isInteger(value)))
      return complaint(
        "number_type",
        `Input should be a valid ${integer ? "integer" : "number"}`,
        value,
        loc,
      );
    return value >= minimum && value <= maximum
      ? []
      : complaint("out_of_range", `Input should be from ${minimum} to ${maximum}`, value, loc);
  };
}

export function literal(...allowed: string[]): Check {
  return (value, loc) =>
    typeof value === "string" && allowed.includes(value)
      ? []
      : complaint("literal_error", `Input should be one of: ${allowed.join(", ")}`, value, loc);
}

export function orNull(check: Check): Check {
  return (value, loc) => (value === null ? [] : check(value, loc));
}

export function either(...checks: Check[]): Check {
  return (value, loc) => {
    let first: Complaint[] = [];
    for (const check of checks) {
      const found = check(value, loc);
      if (found.length === 0) return [];
      if (first.length === 0) first = found;
    }
    return first;
  };
}

export function list(item: Check): Check {
  return (value, loc) =>
    Array.isArray(value)
      ? value.flatMap((element, index) => item(element, [...loc, index]))
      : complaint("list_type", "Input should be a valid list", value, loc);
}

export function atMost(count: number, check: Check): Check {
  return (value, loc) =>
    Array.isArray(value) && value.length > count
      ? complaint("too_long", `List should have at most ${count} items`, value, loc)
      : check(value, loc);
}

export function object(required: Record<string, Check>, optional: Record<string, Check> = {}): Check {
  const known = new Map([...Object.entries(required), ...Object.entries(optional)]);
  return (value, loc) => {
    if (!isRecord(value)) return complaint("model_type", "Input should be an object", value, loc);
    const found: Complaint[] = [];
    for (const key of Object.keys(required)) {
      if (!Object.hasOwn(value, key))
        found.push(...complaint("missing", "Field required", value, [...loc, key]));
    }
    for (const [key, member] of Object.entries(value)) {
      const check = known.get(key);
      if (check) found.push(...check(member, [...loc, key]));
      else
        found.push(...complaint("extra_forbidden", "Extra inputs are not permitted", member, [...loc, key]));
    }
    return found;
  };
}

/** Chooses the check by the value of one member, for example `role` or `type`. */
export function tagged(member: string, checks: Record<string, Check>): Check {
  const byTag = new Map(Object.entries(checks));
  return (value, loc) => {
    if (!isRecord(value)) return complaint("model_type", "Input should be an object", value, loc);
    const tag = value[member];
    const check = typeof tag === "string" ? byTag.get(tag) : undefined;
    if (check) return check(value, loc);
    return complaint(
      "union_tag_invalid",
      `Input tag '${member}' should be one of: ${[...byTag.keys()].join(", ")}`,
      value,
      loc,
    );
  };
}

/** @throws ApiError 422 with all complaints. */
export function demand(check: Check, body: unknown): void {
  const found = check(body, ["body"]);
  if (found.length > 0) throw unprocessable(found);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
