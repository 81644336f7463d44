import { type AnyOrama, components, type SearchableType } from "@orama/orama";
import { PluginError } from "./plugin-error.ts";

const types: ReadonlySet<string> = new Set(
  ["string", "number", "boolean", "enum"].flatMap((type) => [type, `${type}[]`]).concat("geopoint"),
);

/** The properties of a schema, nested ones with their paths, in order. */
export function flattenSchema(
  schema: AnyOrama["schema"],
  prefix = "",
): [path: string, type: SearchableType][] {
  return Object.entries(schema).flatMap(([name, type]: [string, unknown]): [string, SearchableType][] => {
    const path = `${prefix}${name}`;
    if (typeof type === "object" && type !== null && !Array.isArray(type))
      return flattenSchema(type, `${path}.`);
    if (typeof type !== "string" || !(types.has(type) || components.isVectorType(type))) {
      throw new PluginError(
        "INVALID_SCHEMA_TYPE",
        `The property "${path}" has the unknown type "${String(type)}".`,
      );
    }
    return [[path, type as SearchableType]];
  });
}

/** The schema with some properties: what `flattenSchema` takes apart. */
export function schemaOf(types: Readonly<Record<string, SearchableType>>): AnyOrama["schema"] {
  const schema: Record<string, unknown> = {};
  for (const [path, type] of Object.entries(types)) {
    const names = path.split(".");
    const last = names.pop()!;
    let inner = schema;
    for (const name of names) {
      if (!Object.hasOwn(inner, name)) inner[name] = {};
      inner = inner[name] as Record<string, unknown>;
    }
    inner[last] = type;
  }
  return schema;
}
