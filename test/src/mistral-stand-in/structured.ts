import { isRecord } from "./body-shape.ts";

/** What the values of a JSON schema are filled with. */
export interface Material {
  /** For strings. */
  text: string;
  /** For lists: one element each. */
  names: string[];
}

/** A value that fits a JSON schema (the subset that structured output and tools use), made of the material. */
export function fill(schema: Record<string, unknown>, material: Material): unknown {
  return value(schema, material, schema);
}

/** Runs of capitalised words, and words with a sign or digit inside, that are not the start of a sentence. */
export function namesIn(text: string): string[] {
  const found = text.matchAll(/(?<![.!?]\s|^)\p{Lu}[\p{L}\p{N}'’.+#-]*(?:\s\p{Lu}[\p{L}\p{N}'’.+#-]*)*/gu);
  return [...new Set([...found].map(([name]) => name.replace(/[.'’-]+$/u, "")))];
}

function value(schema: unknown, material: Material, root: Record<string, unknown>): unknown {
  if (!isRecord(schema)) return material.text;
  if (typeof schema.$ref === "string") return value(resolve(schema.$ref, root), material, root);
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return value(choices[0], material, root);
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case "object":
      return members(schema, material, root);
    case "array":
      return material.names.map((name) => value(schema.items, { text: name, names: [] }, root));
    case "integer":
    case "number":
      return typeof schema.minimum === "number" ? schema.minimum : 1;
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return material.text;
  }
}

function members(
  schema: Record<string, unknown>,
  material: Material,
  root: Record<string, unknown>,
): unknown {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  return Object.fromEntries(
    Object.entries(properties).map(([key, member]) => [key, value(member, material, root)]),
  );
}

function resolve(reference: string, root: Record<string, unknown>): unknown {
  let found: unknown = root;
  for (const step of reference.replace(/^#\/?/, "").split("/")) {
    if (isRecord(found) && step !== "") found = found[step];
  }
  return found;
}
