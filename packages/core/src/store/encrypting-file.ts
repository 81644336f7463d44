import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { crc32 } from "node:zlib";
import { SouvenirError } from "../errors.ts";
import { Slices } from "../event-loop.ts";
import type { Metadata, Progress } from "../types.ts";
import { invalid } from "../validation.ts";
import { type ContentCodec, plainContent, type StatementValue } from "./content-codec.ts";
import { makeFileKey, openFileKey, wrapAnew } from "./file-key.ts";
import { SealedContent } from "./sealed-content.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { storeError } from "./sqlite-errors.ts";
import { checkKey } from "./sqlite-open.ts";
import { type RecordRow, recordChecksum } from "./sqlite-rows.ts";
import { encryptedVersion, migrate, versionOf } from "./sqlite-schema.ts";
import { supersededBy } from "./standing.ts";

/** Rows that are read at once. */
const pageRows = 200;
/** Milliseconds that others may hold a lock. */
const lockWaitMs = 5_000;

/** Tables whose content is known here, or that have none. Content of any other would stay as it is. */
const knownTables: ReadonlySet<string> = new Set([
  ...["settings", "embedders", "namespaces", "records", "versions", "vectors", "queue", "erasures", "sweep"],
  ...["snapshots", "superseded", "drawn_from", "spent", "encryption", "namespace_keys"],
]);

/** Keys before and after; `undefined` for plain text. */
export interface KeyChange {
  from: Uint8Array | undefined;
  to: Uint8Array | undefined;
}

/**
 * Puts the key of a file under another key: one row, in one transaction, beside whoever has the file open.
 * @throws SouvenirError `ENCRYPTION_KEY_WRONG`, `ENCRYPTION_KEY_MISSING` or `NOT_ENCRYPTED`, and nothing was changed
 */
export async function rotateKey(
  given: string,
  { from, to }: { from: Uint8Array; to: Uint8Array },
): Promise<void> {
  const path = existing(given);
  if (Buffer.compare(from, to) === 0) throw invalid("newKey", "another key than the one that the file has");
  await withDatabase(path, async (database) => {
    database.exec("PRAGMA secure_delete = ON; BEGIN IMMEDIATE");
    const fileKey = keyOf(database, path, from) as Uint8Array;
    wrapAnew(database, fileKey, to);
    // So that what the old key opens is removed from the bytes too.
    database.exec("UPDATE settings SET erasures = erasures + 1; COMMIT");
  });
  await removeLeft(path, to);
}

/**
 * Encrypts a plain file in its place, decrypts one, or encrypts one anew with other keys of its own. In one transaction with
 * nobody else at the file: killed at any moment, the file is what it was, or what it is to be.
 * @throws SouvenirError `STORE_BUSY` when another program has the file open; `UNSUPPORTED` when it has tables of another
 * package; `STORE_CORRUPT` for what is damaged
 */
export async function changeEncryption(
  given: string,
  { from, to }: KeyChange,
  onProgress?: (progress: Progress) => void,
): Promise<{ records: number }> {
  const path = existing(given);
  const records = await withDatabase(path, async (database) => {
    database.exec("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;");
    keyOf(database, path, from);
    migrate(database, path, from && { key: { key: from } });
    takeAlone(database, path);
    refuseOthers(database, path);
    const { schema } = versionOf(database);
    const { source, target } = codecsOf(database, { fileKey: keyOf(database, path, from), to });
    const count = await new Recoding(database, source, target, onProgress).run();
    database.exec(`
      DELETE FROM snapshots;
      UPDATE settings SET erasures = erasures + ${count + 1};
      PRAGMA user_version = ${schema + (to === undefined ? 0 : encryptedVersion)};
      COMMIT;`);
    return count;
  });
  // Words of the memories as they were before; indexes are made again.
  await rm(`${path}.index`, { recursive: true, force: true });
  await removeLeft(path, to);
  return { records };
}

/** What was written over leaves something in unused parts of the file, as erasures do. */
async function removeLeft(path: string, key: Uint8Array | undefined): Promise<void> {
  const connection = new SqliteConnection({ path, ...(key && { key: { key } }) });
  try {
    await connection.scrub();
  } catch (error) {
    // Who reads the file now removes it, or whoever opens it next.
    if (!SouvenirError.is(error) || error.code !== "STORE_BUSY") throw error;
  } finally {
    await connection.close();
  }
}

function existing(given: string): string {
  const path = resolve(given);
  if (existsSync(path)) return path;
  throw new SouvenirError("NOT_FOUND", `${path}: there is no such file: check the path`, {
    details: { path },
  });
}

async function withDatabase<Result>(
  path: string,
  run: (database: DatabaseSync) => Promise<Result>,
): Promise<Result> {
  try {
    const database = new DatabaseSync(path, { timeout: lockWaitMs });
    try {
      return await run(database);
    } finally {
      // Rolls back what was not committed.
      database.close();
    }
  } catch (error) {
    throw storeError(error, path);
  }
}

function keyOf(database: DatabaseSync, path: string, key: Uint8Array | undefined): Uint8Array | undefined {
  if (versionOf(database).schema > 0) return checkKey(database, path, key && { key });
  throw new SouvenirError("STORE_CORRUPT", `${path} is empty, or not a Souvenir store: give another path`, {
    details: { path },
  });
}

/** Nobody else has the file open from here on until the end of the transaction, to read neither. */
function takeAlone(database: DatabaseSync, path: string): void {
  const mode = () => (database.prepare("PRAGMA journal_mode").get() as { journal_mode: string }).journal_mode;
  try {
    // The log is left only by the last one who has the file open.
    database.exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE");
    if (mode() === "delete") return;
  } catch (error) {
    if ((storeError(error, path) as { code?: unknown }).code !== "STORE_BUSY") throw error;
  }
  throw new SouvenirError(
    "STORE_BUSY",
    `${path}: another program has the file open, which would go on writing as before: end it, and try again. Nothing was changed`,
    { details: { path } },
  );
}

function refuseOthers(database: DatabaseSync, path: string): void {
  const others = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    .all()
    .map(({ name }) => String(name))
    .filter((name) => !knownTables.has(name));
  if (others.length === 0) return;
  throw new SouvenirError(
    "UNSUPPORTED",
    `${path} also has tables of another package (${others.join(", ")}), which would stay as they are: give those a file of their own. Nothing was changed`,
    { details: { path, tables: others } },
  );
}

/** What opens the content as it is, and what makes of it what it is to be, with new keys. */
function codecsOf(
  database: DatabaseSync,
  { fileKey, to }: { fileKey: Uint8Array | undefined; to: Uint8Array | undefined },
): { source: ContentCodec; target: ContentCodec } {
  let source = plainContent;
  if (fileKey !== undefined) {
    const rows = database.prepare("SELECT namespace, wrapped FROM namespace_keys").all();
    const wrapped = new Map(rows.map((row) => [Number(row.namespace), String(row.wrapped)]));
    const nothing = () => undefined;
    source = new SealedContent(fileKey, {
      get: (number) => wrapped.get(number),
      put: nothing,
      remove: nothing,
    });
    database.exec("DROP TABLE namespace_keys; DROP TABLE encryption;");
  }
  if (to === undefined) return { source, target: plainContent };
  makeFileKey(database, { key: to });
  const made = new Map<number, string>();
  const insert = database.prepare("INSERT INTO namespace_keys VALUES (?, ?)");
  const target = new SealedContent(openFileKey(database, "", { key: to }), {
    get: (namespace) => made.get(namespace),
    put: (namespace, wrapped) => {
      made.set(namespace, wrapped);
      insert.run(namespace, wrapped);
    },
    remove: () => undefined,
  });
  return { source, target };
}

/** Goes over all content of a file, inside a transaction of the caller. */
class Recoding {
  readonly #database: DatabaseSync;
  readonly #source: ContentCodec;
  readonly #target: ContentCodec;
  readonly #onProgress: ((progress: Progress) => void) | undefined;
  readonly #slices = new Slices();
  readonly #name: ((...values: StatementValue[]) => void) | undefined;

  constructor(
    database: DatabaseSync,
    source: ContentCodec,
    target: ContentCodec,
    onProgress: ((progress: Progress) => void) | undefined,
  ) {
    this.#database = database;
    this.#source = source;
    this.#target = target;
    this.#onProgress = onProgress;
    const exists = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'superseded'";
    if (database.prepare(exists).get() === undefined) return;
    // Its keys may be there as what they are found by only: the records name them.
    database.exec("DELETE FROM superseded");
    this.#name = this.#writer("INSERT OR IGNORE INTO superseded VALUES (?, ?, ?)");
  }

  /** Answers how many records those were. */
  async run(): Promise<number> {
    // What belongs to no record is in no answer, and nobody has a key for it.
    for (const table of ["versions", "vectors", "queue"])
      this.#database.exec(`DELETE FROM ${table} WHERE record NOT IN (SELECT id FROM records)`);
    await this.#namespaces();
    const records = await this.#records();
    await this.#versions();
    await this.#vectors();
    this.#queue();
    return records;
  }

  async #namespaces(): Promise<void> {
    const update = this.#writer("UPDATE namespaces SET name = ? WHERE number = ?");
    const rows = this.#pages<{ place: number; name: string }>(
      "SELECT number AS place, name FROM namespaces WHERE number > ?",
      "number",
    );
    for await (const { place, name } of rows) {
      this.#target.begin(place);
      update(this.#target.name(name), place);
    }
  }

  async #records(): Promise<number> {
    const total = Number(this.#database.prepare("SELECT count(*) AS n FROM records").get()?.n);
    const update = this.#writer(
      `UPDATE records SET key = ?, value = ?, tags = ?, metadata = ?, entities = ?, thread = ?, role = ?, checksum = ?
       WHERE id = ?`,
    );
    let done = 0;
    const rows = this.#pages<RecordRow & { place: number }>(
      "SELECT id AS place, * FROM records WHERE id > ?",
      "id",
    );
    for await (const row of rows) {
      if (recordChecksum(row) !== row.checksum) throw damaged("a memory", row.id);
      const { key, value, tags, metadata, entities, thread, role, checksum } = this.#target.record(row);
      update(key, value, tags, metadata, entities, thread, role, checksum, row.id);
      this.#supersede(row.namespace, row.id, JSON.parse(row.metadata));
      done += 1;
      if (done % pageRows === 0 || done === total) this.#onProgress?.({ done, total });
    }
    return done;
  }

  async #versions(): Promise<void> {
    const update = this.#writer("UPDATE versions SET fields = ?, checksum = ? WHERE rowid = ?");
    const rows = this.#pages<{
      place: number;
      record: number;
      namespace: number;
      fields: string;
      checksum: number;
    }>(
      `SELECT v.rowid AS place, v.record, r.namespace, v.fields, v.checksum FROM versions v
       JOIN records r ON r.id = v.record WHERE v.rowid > ?`,
      "v.rowid",
    );
    for await (const { place, record, namespace, fields, checksum } of rows) {
      if (crc32(fields) !== checksum) throw damaged("an earlier version", record);
      update(...this.#target.version(namespace, fields), place);
      this.#supersede(namespace, record, JSON.parse(fields).metadata);
    }
  }

  async #vectors(): Promise<void> {
    const update = this.#writer("UPDATE vectors SET numbers = ?, checksum = ? WHERE rowid = ?");
    const rows = this.#pages<{
      place: number;
      record: number;
      namespace: number;
      numbers: Uint8Array;
      checksum: number;
    }>(
      `SELECT rowid AS place, record, namespace, numbers, checksum FROM vectors
       WHERE length(numbers) > 0 AND rowid > ?`,
      "rowid",
    );
    for await (const { place, record, namespace, numbers, checksum } of rows) {
      if (crc32(numbers) !== checksum) throw damaged("a vector", record);
      update(...this.#target.vectors(namespace, numbers), place);
    }
  }

  #queue(): void {
    const update = this.#writer("UPDATE queue SET error = ? WHERE task = ? AND record = ?");
    const rows = this.#database
      .prepare("SELECT task, record, error FROM queue WHERE error IS NOT NULL")
      .all();
    for (const row of rows) {
      const { task, record, error } = this.#source.row(row) as unknown as {
        task: string;
        record: number;
        error: string;
      };
      update(this.#target.error(error), task, record);
    }
  }

  /** The keys that a version of a record names, which are in a table too. */
  #supersede(namespace: number, record: number, metadata: Metadata): void {
    for (const key of supersededBy([{ metadata }]))
      this.#name?.(namespace, this.#target.token(namespace, "key", key), record);
  }

  /** Rows in order of a place in the table, opened. */
  async *#pages<Row extends { place: number }>(sql: string, order: string): AsyncGenerator<Row> {
    const statement = this.#database.prepare(`${sql} ORDER BY ${order} LIMIT ${pageRows}`);
    for (let place = 0; ; ) {
      const rows = statement.all(place);
      for (const row of rows) yield this.#source.row(row as unknown as Row);
      const last = rows.at(-1);
      if (last === undefined) return;
      place = Number(last.place);
      if (this.#slices.over) await this.#slices.next();
    }
  }

  #writer(sql: string): (...values: StatementValue[]) => void {
    const statement = this.#database.prepare(sql);
    return (...values) => {
      statement.run(...values.map((value): SQLInputValue => this.#target.value(value)));
    };
  }
}

function damaged(what: string, record: number): SouvenirError {
  return new SouvenirError(
    "STORE_CORRUPT",
    `${what} in the store does not fit its checksum: restore the file from a backup, or erase the record, and try again. Nothing was changed`,
    { details: { record } },
  );
}
