import { checkOptions } from "../validation.ts";
import { type BackupOptions, backupFile } from "./backup.ts";
import type { FileKey } from "./file-key.ts";
import { joined } from "./joined.ts";
import { SqliteChanges } from "./sqlite-changes.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { SqliteEmbedders } from "./sqlite-embedders.ts";
import { SqliteErasing } from "./sqlite-erasing.ts";
import { SqliteQueue } from "./sqlite-queue.ts";
import { SqliteRecords } from "./sqlite-records.ts";
import { type AdoptSnapshot, SqliteSnapshots } from "./sqlite-snapshots.ts";
import { SqliteSources } from "./sqlite-sources.ts";
import { SqliteSuperseded } from "./sqlite-superseded.ts";
import { SqliteTurns } from "./sqlite-turns.ts";
import type { Store } from "./store.ts";

/** A store, and what the threads that read its file need of it. */
export type SqliteStore = Store &
  Pick<SqliteSnapshots, "adoptSnapshot"> & {
    readonly readOnly: boolean;
    /** What opens its file, if that is encrypted. */
    readonly fileKey: FileKey | undefined;
  };

/**
 * The store in one SQLite file: write-ahead log, synced at each commit, erased content overwritten.
 * @param adopted - Of a thread that only reads: has a snapshot taken into the tables by the one that writes.
 * @throws SouvenirError `ENCRYPTION_KEY_MISSING`, `ENCRYPTION_KEY_WRONG`, `NOT_ENCRYPTED`, `STORE_CORRUPT`, `STORE_TOO_NEW`, `STORE_BUSY` or `STORE_FAILED` when the file cannot be used.
 */
export function sqliteStore(
  options: { path: string; storeBytes?: number; readOnly?: boolean; key?: FileKey | undefined },
  adopted?: AdoptSnapshot,
): SqliteStore {
  checkOptions(options, "sqliteStore", ["path", "storeBytes", "readOnly", "key"]);
  const { path, storeBytes = 0, readOnly: asked = false, key } = options;
  const beforeScrub = (): Promise<void> => snapshots.renewed();
  const connection = new SqliteConnection({ path, storeBytes, readOnly: asked, beforeScrub, key });
  const { readOnly } = connection;
  const snapshots = new SqliteSnapshots(connection, adopted);
  const embedders = new SqliteEmbedders(connection);
  const turns = new SqliteTurns(connection);
  const sources = new SqliteSources(connection);
  const superseded = new SqliteSuperseded(connection);
  const queue = new SqliteQueue(connection, { embedders, sources });
  const parts = { embedders, queue, turns, sources, superseded };
  const erasing = new SqliteErasing(connection, parts);
  const records = new SqliteRecords(connection, { ...parts, erasing });
  const changes = new SqliteChanges(connection, embedders);
  const whole = {
    readOnly,
    fileKey: connection.content.fileKey && { fileKey: connection.content.fileKey },
    scrub: (given: { signal?: AbortSignal | undefined } = {}) => connection.scrub(given),
    async backup(to: string, given: BackupOptions = {}) {
      return backupFile(connection, to, connection.usedBytes, given);
    },
    async close() {
      // What cannot be removed is left for the next one who opens the file.
      if (!readOnly) await snapshots.removeStaleSnapshots().catch(() => undefined);
      await connection.close();
    },
  };
  return joined(whole, records, erasing, changes, embedders, queue, snapshots);
}
