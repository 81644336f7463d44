import type { AnyOrama, Orama, OramaPluginSync } from "@orama/orama";
import { createView, DocumentSet, type KeptProperty, type Ranker, type View } from "@souvenir/orama";
import { canonicalName } from "../entities/canonical.ts";
import { SouvenirError } from "../errors.ts";
import type { StoredRecord } from "../store/store.ts";
import { metadataProperty } from "./metadata-filter.ts";
import type { MetadataSchema, Scalar } from "./metadata-schema.ts";
import { rangeOf } from "./number-range.ts";

/** The schema of `memory.orama(namespace)`. */
export type MemorySchema = {
  /** That of the memory, which is also the `id` of its document. */
  key: "string";
  value: "string";
  tags: "enum[]";
  /** Names. A filter on one finds it however it is written. */
  entities: "enum[]";
  thread: "string";
  role: "string";
  version: "number";
  /** Milliseconds since 1970, as `updatedAt` and `expiresAt`. */
  createdAt: "number";
  updatedAt: "number";
  expiresAt: "number";
  /** Of the embedder, if there is one. Documents have none: they are in the index alone. */
  vector: `vector[${number}]`;
} & {
  /** What the metadata of the namespace holds, where all values at a path are of one type. */
  [path: `metadata.${string}`]: Scalar;
};

/** A memory as a document of its namespace's database. */
export interface OramaDocument {
  id: string;
  key: string;
  value: string;
  tags: string[];
  entities: string[];
  thread?: string;
  role?: string;
  metadata: StoredRecord["metadata"];
  version: number;
  createdAt: number;
  updatedAt: number;
  expiresAt?: number;
}

/** The database of a namespace, to be read with Orama's functions. */
export type MemoryDatabase = Orama<MemorySchema>;

/** How the Orama database of a namespace is opened. */
export interface OramaOptions {
  /** Plugins of Orama, such as one for highlights: they are shown each document as if it were inserted. Default: none. */
  plugins?: readonly OramaPluginSync[];
}

const properties = {
  key: "string",
  value: "string",
  tags: "enum[]",
  entities: "enum[]",
  thread: "string",
  role: "string",
  version: "number",
  createdAt: "number",
  updatedAt: "number",
  expiresAt: "number",
} as const;
const numbers = ["version", "createdAt", "updatedAt", "expiresAt"] as const;

export function oramaDocument(record: StoredRecord): OramaDocument {
  const { key, value, tags, metadata, entities, thread, role, version, createdAt, updatedAt, expiresAt } =
    record;
  return {
    id: key,
    // First: Orama's plugin for highlights forgets what came before an object.
    metadata,
    key,
    value,
    tags,
    entities: entities.map(({ name }) => name),
    ...(thread === null ? {} : { thread }),
    ...(role === null ? {} : { role }),
    version,
    createdAt,
    updatedAt,
    ...(expiresAt === null ? {} : { expiresAt }),
  };
}

export interface OramaViewOptions {
  /** Numbers of the vectors of the namespace. */
  dimensions: number | undefined;
  /** Of the metadata of all documents. */
  metadata: MetadataSchema;
  /** By their numbers in the database of the namespace. */
  documents: ReadonlyMap<number, OramaDocument>;
  presence: { documents(): DocumentSet; has(document: number): boolean };
  /** The documents whose entities have one of some canonical names, or all. */
  naming: (name: string) => DocumentSet;
  rank: Ranker;
  plugins: readonly OramaPluginSync[];
}

/** An empty view of the database of a namespace, into which the documents go one by one. */
export function createOramaView(database: AnyOrama, options: OramaViewOptions): View<MemorySchema> {
  const { documents, dimensions, metadata, naming } = options;
  const kept = {
    ...Object.fromEntries(numbers.map((name) => [name, numberIn(name, documents)])),
    ...Object.fromEntries((["key", "thread"] as const).map((name) => [name, stringIn(name, documents)])),
    entities: entitiesBy(naming),
  };
  return createView(database, {
    schema: {
      ...properties,
      ...(Object.keys(metadata).length === 0 ? {} : { [metadataProperty]: metadata }),
      ...(dimensions === undefined ? {} : { vector: `vector[${dimensions}]` }),
    },
    presence: options.presence,
    rank: options.rank,
    open: [metadataProperty],
    kept,
    plugins: options.plugins,
    refuse: () =>
      new SouvenirError(
        "READ_ONLY",
        "the database of memory.orama() is read only: write with memory.set(), memory.delete() and the like",
      ),
  }) as unknown as View<MemorySchema>;
}

function numberIn(
  name: (typeof numbers)[number],
  documents: ReadonlyMap<number, OramaDocument>,
): KeptProperty {
  return {
    documentsWhere(operation) {
      const range = rangeOf(operation);
      if (range === undefined) return undefined;
      return documentsThat(documents, (document) => {
        const value = document[name];
        return value !== undefined && value >= range.from && value < range.before;
      });
    },
  };
}

function stringIn(name: "key" | "thread", documents: ReadonlyMap<number, OramaDocument>): KeptProperty {
  return {
    documentsWhere(operation) {
      const values = new Set([operation].flat());
      if ([...values].some((value) => typeof value !== "string")) return undefined;
      return documentsThat(documents, (document) => values.has(document[name]));
    },
  };
}

function documentsThat(
  documents: ReadonlyMap<number, OramaDocument>,
  passes: (document: OramaDocument) => boolean,
): DocumentSet {
  const passing = new DocumentSet();
  for (const [number, document] of documents) if (passes(document)) passing.add(number);
  return passing;
}

/** The operators of a list of enums, on names however they are written. */
function entitiesBy(naming: (name: string) => DocumentSet): KeptProperty {
  return {
    documentsWhere(operation) {
      if (typeof operation !== "object" || operation === null) return undefined;
      let passing: DocumentSet | undefined;
      for (const [operator, names] of Object.entries(operation)) {
        if (!Array.isArray(names) || (operator !== "containsAll" && operator !== "containsAny"))
          return undefined;
        const sets = names.map((name) => naming(canonicalName(String(name))));
        const [first = new DocumentSet(), ...others] = sets;
        for (const other of others)
          if (operator === "containsAll") first.intersect(other);
          else first.union(other);
        passing = passing === undefined ? first : passing.intersect(first);
      }
      return passing;
    },
  };
}
