import { byteLength, checkOptions, invalid } from "../validation.ts";

/** The part of JSON Schema that the tools use. */
export interface ToolSchema {
  readonly type: "object";
  readonly properties: Readonly<Record<string, ToolProperty>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/** One property of what a tool takes, in JSON Schema. */
export interface ToolProperty {
  readonly type: string | readonly string[];
  readonly description?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: ToolProperty;
}

/**
 * What a model wrote for a tool, checked against its schema; optional members that are `null` count as absent.
 * @throws SouvenirError `INVALID_INPUT`, in words that a model can mend its call by
 */
export function readInput(tool: string, schema: ToolSchema, given: unknown): Record<string, unknown> {
  const names = Object.keys(schema.properties);
  const options: Record<string, unknown> = checkOptions(given ?? {}, tool, names);
  const input: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = options[name];
    const needed = schema.required.includes(name);
    if (value === undefined || (value === null && !needed)) {
      if (needed) throw invalid(`${tool}: ${name}`, String(property.type), value);
      continue;
    }
    input[name] = checkProperty(value, `${tool}: ${name}`, property);
  }
  return input;
}

function checkProperty(value: unknown, where: string, property: ToolProperty): unknown {
  const type = typeof property.type === "string" ? property.type : property.type[0];
  const { minimum = 0, maximum = 0, minItems = 0, maxItems = 0, maxLength = 0, items } = property;
  if (type === "string") {
    if (typeof value !== "string" || value.trim() === "")
      throw invalid(where, "a text that is not empty", value);
    if (byteLength(value) > maxLength) throw invalid(where, `at most ${maxLength} bytes (shorten it)`, value);
    return value.toWellFormed();
  }
  if (type === "boolean") {
    if (typeof value !== "boolean") throw invalid(where, "true or false", value);
    return value;
  }
  if (type === "integer") {
    const most = property.maximum ?? Number.MAX_SAFE_INTEGER;
    if (typeof value !== "number" || !Number.isInteger(value) || value < minimum || value > most)
      throw invalid(
        where,
        `a whole number ${maximum === 0 ? `from ${minimum}` : `from ${minimum} to ${maximum}`}`,
        value,
      );
    return value;
  }
  if (!Array.isArray(value) || value.length < minItems || value.length > maxItems)
    throw invalid(where, `a list of ${minItems} to ${maxItems} texts`, value);
  return value.map((item, index) => checkProperty(item, `${where}[${index}]`, items as ToolProperty));
}
