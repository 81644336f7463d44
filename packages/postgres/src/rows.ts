import type { StoredRecord } from "@souvenir/core";
import { isWithdrawn, type PlainRow } from "@souvenir/core/store";

/** A row of `records`. */
export interface RecordRow extends PlainRow {
  namespace: number;
}

/** The columns of a record, in the order of `valuesOf`, and their types. */
export const recordColumns: readonly (readonly [name: string, type: string])[] = [
  ["namespace", "bigint"],
  ["id", "bigint"],
  ["key", "text"],
  ["value", "text"],
  ["tags", "text"],
  ["metadata", "text"],
  ["entities", "text"],
  ["thread", "text"],
  ["role", "text"],
  ["created_at", "bigint"],
  ["updated_at", "bigint"],
  ["expires_at", "bigint"],
  ["version", "bigint"],
  ["sequence", "bigint"],
  ["withdrawn", "boolean"],
];

/** What a row is read by: the names of the columns of `r`. */
export const selected: string = recordColumns
  .slice(0, -1)
  .map(([name]) => `r.${name}`)
  .join(", ");

export function valuesOf(namespace: number, record: StoredRecord): unknown[] {
  const { id, key, value, tags, metadata, entities, thread, role } = record;
  return [
    namespace,
    id,
    key,
    value,
    JSON.stringify(tags),
    JSON.stringify(metadata),
    JSON.stringify(entities),
    thread,
    role,
    record.createdAt,
    record.updatedAt,
    record.expiresAt,
    record.version,
    record.sequence,
    isWithdrawn(record),
  ];
}

/** Lists of rows as one list for each column, which `unnest` makes rows of again. */
export function columnsOf(rows: readonly (readonly unknown[])[], width: number): unknown[][] {
  return Array.from({ length: width }, (_, column) => rows.map((row) => row[column]));
}

/** The vectors of a record as bytes, and back: memory of their own. */
export function bytesOf(vectors: readonly Float32Array[]): Buffer {
  return Buffer.concat(
    vectors.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  );
}
export function vectorsOf(bytes: Uint8Array, dimensions: number): Float32Array[] {
  const all = new Float32Array(new Uint8Array(bytes).buffer);
  const vectors: Float32Array[] = [];
  for (let start = 0; start < all.length; start += dimensions)
    vectors.push(all.slice(start, start + dimensions));
  return vectors;
}
