import { crc32 } from "node:zlib";
import { SouvenirError } from "../errors.ts";
import { type PlainRow, storedRecord } from "./record-rows.ts";
import type { RecordFields, StoredRecord } from "./store.ts";

/** A row of `records` as SQLite gives it. */
export interface RecordRow extends PlainRow {
  namespace: number;
  checksum: number;
}

/**
 * CRC-32 (ISO 3309) over everything a row says. SQLite does not check its pages, so that a flipped bit in a text
 * would otherwise be read as if it had been written.
 */
export function recordChecksum(row: Omit<RecordRow, "id" | "checksum">): number {
  const { namespace, created_at, updated_at, expires_at, version, sequence, thread, role } = row;
  // The JSON of an array, in a fraction of the time.
  const numbers = `${namespace},${created_at},${updated_at},${expires_at},${version},${sequence}`;
  // One after the other, of which those that are JSON may be put together: they are well-formed.
  const sum = crc32(row.key, crc32(row.value));
  return crc32(
    `${row.tags}${row.metadata}${row.entities}[${numbers},${jsonOf(thread)},${jsonOf(role)}]`,
    sum,
  );
}

const jsonOf = (text: string | null): string => (text === null ? "null" : JSON.stringify(text));

/** The record of a row. @throws SouvenirError `STORE_CORRUPT` when the row does not fit its checksum. */
export function recordOf(row: RecordRow, namespace: string): StoredRecord {
  if (recordChecksum(row) !== row.checksum) throw damaged("a memory", { record: row.id });
  return storedRecord(row, namespace);
}

export function fieldsOf(row: { record: number; fields: string; checksum: number }): RecordFields {
  if (crc32(row.fields) !== row.checksum) throw damaged("an earlier version", { record: row.record });
  return JSON.parse(row.fields);
}

/** The vectors of a record as one blob of little-endian float32: a view when there is one vector. */
export function vectorsBlob(vectors: readonly Float32Array[]): Uint8Array {
  const [first] = vectors;
  if (first !== undefined && vectors.length === 1)
    return new Uint8Array(first.buffer, first.byteOffset, first.byteLength);
  const length = vectors.reduce((sum, vector) => sum + vector.length, 0);
  const joined = new Float32Array(length);
  let offset = 0;
  for (const vector of vectors) {
    joined.set(vector, offset);
    offset += vector.length;
  }
  return new Uint8Array(joined.buffer);
}

export function vectorsOf(
  row: { record: number; numbers: Uint8Array; checksum: number },
  dimensions: number,
): Float32Array[] {
  if (crc32(row.numbers) !== row.checksum || row.numbers.byteLength % (dimensions * 4) !== 0)
    throw damaged("a vector", { record: row.record });
  // SQLite's bytes are the row's own; were they part of a larger buffer, they would have to be copied.
  const { numbers } = row;
  const own = numbers.byteLength === numbers.buffer.byteLength ? numbers : numbers.slice();
  const all = new Float32Array(own.buffer as ArrayBuffer);
  const vectors: Float32Array[] = [];
  for (let start = 0; start < all.length; start += dimensions)
    vectors.push(all.subarray(start, start + dimensions));
  return vectors;
}

function damaged(what: string, details: Record<string, unknown>): SouvenirError {
  return new SouvenirError(
    "STORE_CORRUPT",
    `${what} in the store does not fit its checksum: restore the file from a backup, or erase the record`,
    { details },
  );
}
