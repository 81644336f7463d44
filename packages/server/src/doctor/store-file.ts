import { closeSync, openSync, readSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";

/** What core writes into the header of a store: "SOUV", and the version of its tables. A test compares them with a new store. */
export const applicationId = 0x534f5556;
export const schemaVersion = 2;
/** What core adds to it in an encrypted file. */
const encryptedVersion = 1_000;

export interface FileHeader {
  /** Whether the file begins as a SQLite file does. */
  sqlite: boolean;
  application: number;
  schema: number;
  /** Whether it was ever opened with a log beside it, which a copy that was made by a backup was not. */
  logged: boolean;
}

/**
 * The header (sqlite.org/fileformat2.html, 1.3), `undefined` for an empty file. Call it while this process has the file
 * not open as a database: closing any descriptor drops the locks of its other ones (sqlite.org/howtocorrupt.html, 2.2).
 */
export function readHeader(path: string): FileHeader | undefined {
  const header = Buffer.alloc(100);
  const file = openSync(path, "r");
  try {
    const length = readSync(file, header, 0, 100, 0);
    if (length === 0) return undefined;
  } finally {
    closeSync(file);
  }
  return {
    sqlite: header.toString("latin1", 0, 16) === "SQLite format 3\0",
    application: header.readUInt32BE(68),
    schema: versionOf(header.readUInt32BE(60)).schema,
    logged: header.readUInt8(18) !== 1,
  };
}

function versionOf(version: number): { schema: number; encrypted: boolean } {
  const encrypted = version > encryptedVersion && version < 2 * encryptedVersion;
  return { schema: encrypted ? version - encryptedVersion : version, encrypted };
}

export interface StoredEmbedder {
  id: string;
  dimensions: number;
}

/** What a store says of embedders. */
export interface EmbedderContents {
  /** Embedders of namespaces, the one with most memories first. */
  inUse: StoredEmbedder[];
  /** The embedder of new namespaces. */
  current: StoredEmbedder | undefined;
  /** Where an unfinished re-embedding goes. */
  targets: StoredEmbedder[];
}

/** What waits for a model or was given up. */
export interface QueueContents {
  queue: { task: string; pending: number; failed: number; lastError: string | undefined }[];
}

export interface StoreContents extends EmbedderContents, QueueContents {
  /** Whether names and errors are as nobody can read them without the key. */
  encrypted: boolean;
  namespaces: { number: number; name: string }[];
  /** The files in the folder of indexes that the store vouches for, without their ending. */
  snapshots: { namespace: string; token: string }[];
  records: number;
  /** Erased records whose bytes may still be in the file. */
  unscrubbed: number;
}

/** Opens the file for reading only. Nothing is migrated, checked or created. */
export async function openReadOnly(path: string): Promise<DatabaseSync> {
  const { DatabaseSync } = await import("node:sqlite");
  return new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
}

/** What the tables say. @throws an error of SQLite when the tables are not those of `schemaVersion`. */
export function readContents(database: DatabaseSync): StoreContents {
  const embedder = ({ id, dimensions }: Record<string, unknown>): StoredEmbedder => ({
    id: String(id),
    dimensions: Number(dimensions),
  });
  const rows = (sql: string) => database.prepare(sql).all() as Record<string, unknown>[];
  // A file of the first version has no such table before it is opened by this one.
  const hasSnapshots = rows("SELECT 1 FROM sqlite_schema WHERE name = 'snapshots'").length > 0;
  const { encrypted } = versionOf(Number(rows("PRAGMA user_version")[0]?.user_version));
  return {
    encrypted,
    namespaces: rows("SELECT number, name FROM namespaces").map(({ number, name }) => ({
      number: Number(number),
      name: String(name),
    })),
    snapshots: (hasSnapshots
      ? rows("SELECT n.name, s.token FROM snapshots s JOIN namespaces n ON n.number = s.namespace")
      : []
    ).map(({ name, token }) => ({ namespace: String(name), token: String(token) })),
    records: Number(rows("SELECT count(*) AS records FROM records")[0]?.records),
    unscrubbed: hasSnapshots ? Number(rows("SELECT erasures - scrubbed AS n FROM settings")[0]?.n ?? 0) : 0,
    inUse: rows(
      `SELECT e.id, e.dimensions, count(*) AS records FROM namespaces n JOIN embedders e ON e.number = n.embedder
       JOIN records r ON r.namespace = n.number GROUP BY e.number ORDER BY records DESC`,
    ).map(embedder),
    current: rows("SELECT e.id, e.dimensions FROM settings s JOIN embedders e ON e.number = s.embedder").map(
      embedder,
    )[0],
    targets: rows(
      "SELECT DISTINCT e.id, e.dimensions FROM namespaces n JOIN embedders e ON e.number = n.target",
    ).map(embedder),
    queue: rows(
      `SELECT task, sum(failed = 0) AS pending, sum(failed <> 0) AS failed, max(error) AS error
       FROM queue GROUP BY task`,
    ).map(({ task, pending, failed, error }) => ({
      task: String(task),
      pending: Number(pending),
      failed: Number(failed),
      lastError: error === null || encrypted ? undefined : String(error),
    })),
  };
}

/**
 * The embedder whose vectors the file holds, else the one meant for new memories. `undefined` for a file that has
 * neither or cannot be read: whoever opens it next says what is wrong.
 */
export async function storedEmbedder(path: string): Promise<StoredEmbedder | undefined> {
  let database: DatabaseSync | undefined;
  try {
    database = await openReadOnly(path);
    const { inUse, current } = readContents(database);
    return inUse[0] ?? current;
  } catch {
    return undefined;
  } finally {
    database?.close();
  }
}
