import type { AnyDocument } from "@orama/orama";
import { asksQuestion, speakerNames } from "../analysis/speaker.ts";
import { canonicalName } from "../entities/canonical.ts";
import type { StoredRecord } from "../store/store.ts";
import { EntityCatalog } from "./entity-catalog.ts";
import { metadataProperties } from "./metadata-filter.ts";

/** What the database of a namespace knows of a memory. Vectors are in a property of their own; see `NamespaceIndex.useEmbedder`. */
export const memorySchema = {
  value: "string",
  tags: "enum[]",
  /** Canonical names of entities. */
  entities: "enum[]",
  /** Names as written, with their types. */
  forms: "enum[]",
  /** Canonical names of who said a turn. */
  speakers: "enum[]",
  role: "enum",
  paths: "enum[]",
  thread: "string",
  createdAt: "number",
  expiresAt: "number",
} as const;
export const vectorProperty = "vector";

/** What the database of a namespace keeps of a memory, besides what its schema indexes. */
export interface MemoryDocument extends AnyDocument {
  /** The id of the record. */
  id: string;
  thread?: string;
  /** Milliseconds since 1970, as `expiresAt`. */
  createdAt: number;
  expiresAt?: number;
  /** Whether it ends with a question. */
  asks: boolean;
}

/** A record as a document of the database. */
export function documentOf(record: StoredRecord): MemoryDocument {
  const { id, value, thread, role, createdAt, expiresAt } = record;
  return {
    id: String(id),
    value,
    tags: record.tags,
    entities: record.entities.map(({ name }) => canonicalName(name)),
    forms: record.entities.map(EntityCatalog.form),
    createdAt,
    asks: thread !== null && asksQuestion(value),
    ...(thread === null ? {} : { thread, speakers: speakerNames(value, role) }),
    ...(role === null ? {} : { role }),
    ...(expiresAt === null ? {} : { expiresAt }),
    ...metadataProperties(record.metadata),
  };
}
