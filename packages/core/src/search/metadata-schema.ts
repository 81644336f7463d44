/** Types of Orama that metadata can have. */
export type Scalar = "string" | "number" | "boolean" | "string[]" | "number[]" | "boolean[]";

export type MetadataSchema = { [name: string]: Scalar | MetadataSchema };

/** Deeper properties are filtered by, and are in no schema. */
const deepest = 8;

/** What Orama's schema can say of the metadata of many documents: the paths whose values are of one type in all of them. */
export class MetadataTypes {
  /** By path; `undefined` for one with values of several types. */
  readonly #types = new Map<string, Scalar | undefined>();

  add(metadata: { readonly [name: string]: unknown }): void {
    this.#add(metadata, "", 0);
  }

  schema(): MetadataSchema {
    const schema = new Map<string, unknown>();
    for (const [path, type] of this.#types) if (type !== undefined) enter(schema, path.split("."), type);
    return plain(schema);
  }

  #add(value: { readonly [name: string]: unknown }, prefix: string, depth: number): void {
    for (const [name, member] of Object.entries(value)) {
      // Orama takes a point for the way to an inner property.
      if (member === null || name === "" || name.includes(".")) continue;
      const path = prefix + name;
      if (Array.isArray(member)) {
        if (member.length > 0) this.#note(path, listType(member));
      } else if (typeof member !== "object") this.#note(path, typeof member as Scalar);
      else {
        this.#note(path, undefined);
        if (depth < deepest) this.#add(member as { [name: string]: unknown }, `${path}.`, depth + 1);
      }
    }
  }

  #note(path: string, type: Scalar | undefined): void {
    const isOther = this.#types.has(path) && this.#types.get(path) !== type;
    this.#types.set(path, isOther ? undefined : type);
  }
}

function listType(list: readonly unknown[]): Scalar | undefined {
  const type = typeof list[0];
  if (type !== "string" && type !== "number" && type !== "boolean") return undefined;
  return list.every((item) => typeof item === type) ? `${type}[]` : undefined;
}

function enter(schema: Map<string, unknown>, path: readonly string[], type: Scalar): void {
  const [name, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) {
    schema.set(name, type);
    return;
  }
  const inner = schema.get(name) instanceof Map ? (schema.get(name) as Map<string, unknown>) : new Map();
  schema.set(name, inner);
  enter(inner, rest, type);
}

function plain(schema: ReadonlyMap<string, unknown>): MetadataSchema {
  return Object.fromEntries(
    Array.from(schema, ([name, type]) => [name, type instanceof Map ? plain(type) : type]),
  ) as MetadataSchema;
}
