/**
 * For adapters that keep tables of their own in the file of a memory, with its durability and its erasure, and for who
 * looks after the file. SQLite is loaded by the first use, only on Node.
 */
export {
  decryptFile,
  type EncryptedFileOptions,
  encryptFile,
  type RotateOptions,
  rotateEncryptionKey,
} from "./encrypted-files.ts";
export { type BackupDraft, backupDrafts } from "./store/backup-drafts.ts";
export {
  type ColumnKind,
  type Condition,
  condition,
  jsonIs,
  RecordTable,
  type RecordTableOptions,
  type Selection,
} from "./store/record-table.ts";
export type { SqliteConnection, SqliteConnectionOptions } from "./store/sqlite-connection.ts";
export type { ExtraTables } from "./store/sqlite-schema.ts";
export { TablesFile, type TablesFileOptions } from "./store/tables-file.ts";
export { type VectorMetric, vectorMetrics } from "./store/vector-metric.ts";
export {
  type VectorHit,
  type VectorQuery,
  type VectorRow,
  VectorRows,
  type VectorRowsOptions,
  type WhichRows,
} from "./store/vector-rows.ts";
