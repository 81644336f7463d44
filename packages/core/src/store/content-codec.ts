import type { SQLInputValue } from "node:sqlite";
import { crc32 } from "node:zlib";
import type { RecordRow } from "./sqlite-rows.ts";
import { readRow, storedValue } from "./sqlite-text.ts";

/** Content that is sealed already: it goes into the file as it is. */
export class Sealed {
  readonly stored: string | Uint8Array;

  constructor(stored: string | Uint8Array) {
    this.stored = stored;
  }
}

/** What statements are given. */
export type StatementValue = SQLInputValue | Sealed;

/** The columns of a record as the table has them. */
export type StoredRecordRow = { [Column in keyof Omit<RecordRow, "id">]: RecordRow[Column] | Sealed };

/**
 * What becomes of content on its way into the file of a store, and out of it: nothing, or it is encrypted. Numbers of
 * namespaces say with whose key.
 */
export interface ContentCodec {
  /** Whether anything is done to it. */
  readonly encrypts: boolean;
  /** The key of the file, for threads that read it too. */
  readonly fileKey?: Uint8Array;
  /** The column with which `key` of a record is to be selected. */
  readonly keyColumns: string;
  /** A value on its way into any statement. */
  value(value: StatementValue): SQLInputValue;
  /** A row on its way out of any statement, changed in place: what was sealed stands in the columns that it is of. */
  row<Row>(row: Row): Row;
  /** The name of a namespace, in which equal names are equal. */
  name(name: string): StatementValue;
  /** What a record is found by: equal ones of a namespace are equal. */
  token(namespace: number, kind: "key" | "thread", text: string): string;
  /** A record with its checksum. */
  record(row: Omit<RecordRow, "id">): StoredRecordRow;
  /** The columns `fields` and `checksum` of an earlier version. */
  version(namespace: number, fields: string): [StatementValue, number];
  /** The columns `numbers` and `checksum` of vectors. */
  vectors(namespace: number, numbers: Uint8Array): [StatementValue, number];
  /** What a queue says of a failure, which may quote what was sent. */
  error(error: string): StatementValue;
  /** The bytes of a snapshot. @param origin - What they are of, and nothing else. */
  pieces(namespace: number, origin: string, pieces: Pieces): AsyncIterable<Uint8Array> | Pieces;
  /** The same, read. */
  openedPieces(
    namespace: number,
    origin: string,
    pieces: AsyncIterable<Uint8Array>,
  ): AsyncIterable<Uint8Array>;
  /** A namespace is made. Runs in the transaction that makes it. */
  begin(namespace: number): void;
  /** A namespace is gone, and so is its key. Runs in the transaction that erases it. */
  destroy(namespace: number): void;
  /** What was begun was rolled back. */
  rolledBack(): void;
}

/** Bytes, each piece valid until the next is asked for. */
export type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** The file has what it is given. */
export const plainContent: ContentCodec = {
  encrypts: false,
  keyColumns: "key",
  value: storedValue as ContentCodec["value"],
  row: readRow,
  name: (name) => name,
  token: (_namespace, _kind, text) => text,
  record: (row) => row,
  version: (_namespace, fields) => [fields, crc32(fields)],
  vectors: (_namespace, numbers) => [numbers, crc32(numbers)],
  error: (error) => error,
  pieces: (_namespace, _origin, pieces) => pieces,
  openedPieces: (_namespace, _origin, pieces) => pieces,
  begin: () => undefined,
  destroy: () => undefined,
  rolledBack: () => undefined,
};
