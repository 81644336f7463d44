import type { RecordFields, StoredRecord } from "./store.ts";

/** The columns of a record that databases keep alike; times in milliseconds since 1970, what is not text as JSON. */
export interface PlainRow {
  id: number;
  key: string;
  value: string;
  tags: string;
  metadata: string;
  entities: string;
  thread: string | null;
  role: string | null;
  created_at: number;
  updated_at: number;
  expires_at: number | null;
  version: number;
  sequence: number;
}

/** The record of a row. */
export function storedRecord(row: PlainRow, namespace: string): StoredRecord {
  return {
    id: row.id,
    namespace,
    key: row.key,
    value: row.value,
    tags: JSON.parse(row.tags),
    metadata: JSON.parse(row.metadata),
    entities: JSON.parse(row.entities),
    thread: row.thread,
    role: row.role,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    expiresAt: row.expires_at,
    version: row.version,
    sequence: row.sequence,
  };
}

/** The fields of a record as one JSON text, for its history. */
export function fieldsText(record: RecordFields): string {
  const { key, value, tags, metadata, entities, thread, role, createdAt, updatedAt, expiresAt, version } =
    record;
  return JSON.stringify({
    key,
    value,
    tags,
    metadata,
    entities,
    thread,
    role,
    createdAt,
    updatedAt,
    expiresAt,
    version,
  } satisfies RecordFields);
}
