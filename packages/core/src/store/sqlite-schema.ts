import { DatabaseSync } from "node:sqlite";
import { SouvenirError } from "../errors.ts";
import { type FileKey, keyMissing, makeFileKey, notEncrypted } from "./file-key.ts";

/** "SOUV": marks the file as ours (sqlite.org/pragma.html#pragma_application_id). */
export const applicationId = 0x534f5556;

/** Step n takes a file from schema version n to n + 1. Steps are never changed once released, only added. */
const migrations: readonly string[] = [
  `
  CREATE TABLE embedders (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    dimensions INTEGER NOT NULL
  ) STRICT;

  -- One row: the embedder of new namespaces.
  CREATE TABLE settings (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    embedder INTEGER
  ) STRICT;
  INSERT INTO settings VALUES (1, NULL);

  CREATE TABLE namespaces (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    sequence INTEGER NOT NULL,
    erased INTEGER NOT NULL,
    forgotten INTEGER NOT NULL,
    embedder INTEGER,
    target INTEGER
  ) STRICT;

  CREATE TABLE records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    namespace INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    tags TEXT NOT NULL,
    metadata TEXT NOT NULL,
    entities TEXT NOT NULL,
    thread TEXT,
    role TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER,
    version INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX records_key ON records (namespace, key);
  CREATE INDEX records_sequence ON records (namespace, sequence);
  CREATE INDEX records_order ON records (namespace, created_at, id);
  CREATE INDEX records_thread ON records (namespace, thread, created_at, id) WHERE thread IS NOT NULL;
  CREATE INDEX records_expiry ON records (expires_at) WHERE expires_at IS NOT NULL;

  CREATE TABLE versions (
    record INTEGER NOT NULL,
    version INTEGER NOT NULL,
    fields TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (record, version)
  ) STRICT;

  CREATE TABLE erasures (
    namespace INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (namespace, sequence)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE vectors (
    record INTEGER NOT NULL,
    embedder INTEGER NOT NULL,
    namespace INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    numbers BLOB NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX vectors_record ON vectors (record, embedder);
  CREATE INDEX vectors_sequence ON vectors (namespace, embedder, sequence);

  CREATE TABLE queue (
    task TEXT NOT NULL,
    record INTEGER NOT NULL,
    namespace INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    error TEXT,
    PRIMARY KEY (task, record)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX queue_due ON queue (task, failed, due_at, record);
  CREATE INDEX queue_record ON queue (record);
  `,
  `
  -- Tells this file from others, also from one that stands at the same path.
  ALTER TABLE settings ADD COLUMN identity TEXT NOT NULL DEFAULT '';
  UPDATE settings SET identity = lower(hex(randomblob(16)));
  -- What was erased, and how much of that is gone from the bytes too; a number that changes with each part of that work.
  ALTER TABLE settings ADD COLUMN erasures INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE settings ADD COLUMN scrubbed INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE settings ADD COLUMN scrubs INTEGER NOT NULL DEFAULT 0;

  -- The snapshots that are to be believed: the token is the name of a file.
  CREATE TABLE snapshots (
    namespace INTEGER PRIMARY KEY,
    token TEXT NOT NULL,
    sequence INTEGER NOT NULL
  ) STRICT;
  -- 1: its vectors are computed where they are needed, and neither stored nor queued.
  ALTER TABLE embedders ADD COLUMN computed INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX namespaces_embedder ON namespaces (embedder);
  CREATE INDEX namespaces_target ON namespaces (target) WHERE target IS NOT NULL;
  CREATE INDEX queue_namespace ON queue (namespace, task, failed);
  CREATE INDEX queue_error ON queue (task, due_at) WHERE error IS NOT NULL;

  -- Namespaces that may have vectors and queue entries of embedders which they use no more.
  CREATE TABLE sweep (namespace INTEGER PRIMARY KEY) STRICT;

  -- Texts for a re-embedding wait in a queue of their own.
  UPDATE queue SET task = 're' || task WHERE task =
    (SELECT 'embed:' || e.id FROM namespaces n JOIN embedders e ON e.number = n.target
     WHERE n.number = queue.namespace AND n.embedder IS NOT n.target);
  `,
];

/** Of a file that is up to date. */
export const schemaVersion: number = migrations.length;

/** Tables that another package keeps in the file of a store. Their names begin with `prefix` and `_`. */
export interface ExtraTables {
  /** Letters. `<prefix>_schema` keeps the version of the tables. */
  prefix: string;
  /** Step n takes the tables from version n to n + 1. Steps are never changed once released, only added. */
  migrations: readonly string[];
}

/**
 * Compares the tables of a file with those of a new one. A damaged description may still be valid SQL, for columns of
 * other names.
 * @throws SouvenirError `STORE_CORRUPT`
 */
export function checkSchema(database: DatabaseSync, path: string, { whole }: { whole: boolean }): void {
  const found = new Set(descriptions(database));
  const fits = expected().every((description) => found.has(description));
  // In a large file this is asked of each namespace when it is first used.
  if (fits && (!whole || countersFit(database))) return;
  throw new SouvenirError("STORE_CORRUPT", `${path} is damaged in its tables: restore it from a backup`, {
    details: { path },
  });
}

let made: readonly string[] | undefined;
/** What a new file says. */
function expected(): readonly string[] {
  if (made !== undefined) return made;
  const fresh = new DatabaseSync(":memory:");
  try {
    for (const step of migrations) fresh.exec(step);
    made = descriptions(fresh);
    return made;
  } finally {
    fresh.close();
  }
}

function descriptions(database: DatabaseSync): string[] {
  return database
    .prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema")
    .all()
    .map((row) => JSON.stringify(row));
}

/** No record comes after the last sequence number of its namespace: readers would never hear of the next ones. */
function countersFit(database: DatabaseSync): boolean {
  const unfit = `SELECT 1 FROM namespaces n WHERE erased > sequence
    OR sequence < (SELECT max(sequence) FROM records r WHERE r.namespace = n.number) LIMIT 1`;
  return database.prepare(unfit).get() === undefined;
}

/** The same for one namespace. */
export const unfitCounter: string = `SELECT 1 FROM namespaces n WHERE number = ? AND (erased > sequence
  OR EXISTS (SELECT 1 FROM records r WHERE r.namespace = n.number AND r.sequence > n.sequence)) LIMIT 1`;

/**
 * Added to the version of an encrypted file: one that knows nothing of encryption must not write plain text into it, and
 * takes it for a file of a later version.
 */
export const encryptedVersion = 1_000;

/** The version of the schema, and whether its content is encrypted. */
export function versionOf(database: DatabaseSync): { schema: number; encrypted: boolean } {
  const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  const encrypted =
    database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'encryption'").get() !==
    undefined;
  if (encrypted && version <= encryptedVersion)
    throw new SouvenirError("STORE_CORRUPT", "the version of the file is damaged: restore it from a backup");
  return { schema: encrypted ? version - encryptedVersion : version, encrypted };
}

/**
 * Brings the file to the current schema, in one transaction.
 * @param options - `key`: a new file is encrypted with it.
 * @throws SouvenirError `ENCRYPTION_KEY_MISSING` or `NOT_ENCRYPTED`, before anything is changed
 */
export function migrate(
  database: DatabaseSync,
  path: string,
  { readOnly = false, key }: { readOnly?: boolean; key?: FileKey | undefined } = {},
): void {
  const version = () => {
    const { schema, encrypted } = versionOf(database);
    if (encrypted && key === undefined) throw keyMissing(path);
    if (schema > 0 && !encrypted && key !== undefined) throw notEncrypted(path);
    return schema;
  };
  const kept = migrations.length + (key === undefined ? 0 : encryptedVersion);
  runSteps(database, migrations, version, {
    path,
    readOnly,
    begin: () => key !== undefined && makeFileKey(database, key),
    keep: `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${kept};`,
    tooNew: (found) =>
      new SouvenirError(
        "STORE_TOO_NEW",
        `${path} has schema version ${found}, and this version of Souvenir knows ${migrations.length}: update @souvenir/core`,
        { details: { path, found, known: migrations.length } },
      ),
  });
}

/** The same for tables of another package, whose version has a table of its own: others do not look at it. */
export function migrateExtraTables(
  database: DatabaseSync,
  path: string,
  { prefix, migrations }: ExtraTables,
  { readOnly = false }: { readOnly?: boolean } = {},
): void {
  const exists = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  const version = () => {
    if (exists.get(`${prefix}_schema`) === undefined) return 0;
    return (database.prepare(`SELECT version FROM ${prefix}_schema`).get() as { version: number }).version;
  };
  runSteps(database, migrations, version, {
    path,
    readOnly,
    keep: `
      CREATE TABLE IF NOT EXISTS ${prefix}_schema (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL) STRICT;
      INSERT OR REPLACE INTO ${prefix}_schema VALUES (1, ${migrations.length});`,
    tooNew: (found) =>
      new SouvenirError(
        "STORE_TOO_NEW",
        `${path} has version ${found} of the tables of @souvenir/${prefix}, which knows ${migrations.length}: update it`,
        { details: { path, found, known: migrations.length } },
      ),
  });
}

/** In one transaction, from the version that the file has to the last. */
function runSteps(
  database: DatabaseSync,
  steps: readonly string[],
  version: () => number,
  {
    path,
    readOnly,
    begin,
    keep,
    tooNew,
  }: {
    path: string;
    readOnly: boolean;
    /** For what has no version yet. */
    begin?: () => void;
    keep: string;
    tooNew: (found: number) => SouvenirError;
  },
): void {
  const before = version();
  if (before === steps.length) return;
  if (readOnly && before < steps.length)
    throw new SouvenirError(
      "READ_ONLY",
      `${path} was written by an older version of Souvenir and has to be updated first: open it once where it can be written to`,
      { details: { path, found: before, known: steps.length } },
    );
  database.exec("BEGIN IMMEDIATE");
  try {
    // Again, because another process may have done it in the meantime.
    const found = version();
    if (found > steps.length) throw tooNew(found);
    if (found < steps.length) {
      for (const step of steps.slice(found)) database.exec(step);
      if (found === 0) begin?.();
      database.exec(keep);
    }
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
