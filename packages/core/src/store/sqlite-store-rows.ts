import { existsSync, renameSync, rmSync } from "node:fs";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { crc32 } from "node:zlib";
import { SouvenirError } from "../errors.ts";
import { type RecordRow, recordChecksum } from "./sqlite-rows.ts";
import { applicationId, schemaVersion, versionOf } from "./sqlite-schema.ts";
import { sourceTables } from "./sqlite-sources.ts";
import { sqliteStore } from "./sqlite-store.ts";
import { supersededTables } from "./sqlite-superseded.ts";
import { storedValue } from "./sqlite-text.ts";
import {
  type Cell,
  type Derived,
  type RowsWriter,
  readRows,
  readSmallRows,
  replaceRows,
  replaceSmallRows,
  type StoreRows,
  type StoreRowsTarget,
} from "./store-rows.ts";

const namespace = (_row: unknown, of: Cell) => of;
const derived: Derived = {
  records: { checksum: (row) => recordChecksum(row as unknown as RecordRow) },
  versions: { checksum: ({ fields }) => crc32(fields as string) },
  vectors: { namespace, checksum: ({ numbers }) => crc32(numbers as Uint8Array) },
  queue: { namespace },
  superseded: { namespace },
};

/**
 * The rows of a file, as they are at this moment: what others write meanwhile is not seen.
 * @throws SouvenirError `NOT_FOUND`, `STORE_CORRUPT` for what is no store, `UNSUPPORTED` for one of another version
 */
export function sqliteRows(path: string): StoreRows {
  if (!existsSync(path))
    throw new SouvenirError("NOT_FOUND", `${path}: there is no such file: check the path`, {
      details: { path },
    });
  const database = new DatabaseSync(path, { readOnly: true, timeout: 15_000 });
  try {
    checkVersion(database, path);
    // The first read takes the moment.
    database.exec("BEGIN; SELECT 1 FROM settings");
    return rowsOf(database, () => database.close());
  } catch (error) {
    database.close();
    if (SouvenirError.is(error)) throw error;
    throw new SouvenirError("STORE_CORRUPT", `${path} cannot be read as a store`, {
      details: { path },
      cause: error,
    });
  }
}

/**
 * A file that rows are copied into: one of another name until it is whole, `<path>.moving`, with which a copy that was
 * stopped goes on.
 * @throws SouvenirError `INVALID_INPUT` when there is a file at `path`
 */
export async function sqliteRowsTarget(path: string): Promise<StoreRowsTarget> {
  const draft = `${path}.moving`;
  const checkFree = () => {
    if (existsSync(path))
      throw new SouvenirError(
        "INVALID_INPUT",
        `there is a file at ${path}, which is not written over: give another path, or remove it`,
        { details: { path } },
      );
  };
  checkFree();
  const store = sqliteStore({ path: draft });
  try {
    // Opens it, and makes its tables.
    await store.embedders();
  } finally {
    await store.close();
  }
  const database = new DatabaseSync(draft, { timeout: 15_000 });
  database.exec("PRAGMA synchronous = NORMAL");
  for (const definition of [...sourceTables, ...supersededTables]) database.exec(definition);
  const writer = writerOf(database);
  const whole = (work: () => Promise<void>) => inTransaction(database, work);
  return {
    ...rowsOf(database, () => {
      if (database.isOpen) database.close();
    }),
    replace: (...given) => whole(() => replaceRows(writer, derived, ...given)),
    writeSmall: (rows) => whole(() => replaceSmallRows(writer, derived, rows)),
    async finish({ records, namespaces }) {
      await whole(async () => {
        for (const [name, number] of Object.entries({ records, namespaces })) {
          database.prepare("DELETE FROM sqlite_sequence WHERE name = ?").run(name);
          database.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)").run(name, number);
        }
      });
      database.exec("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA synchronous = FULL");
      database.close();
      checkFree();
      renameSync(draft, path);
      for (const left of ["-wal", "-shm"]) rmSync(draft + left, { force: true });
    },
  };
}

function rowsOf(database: DatabaseSync, close: () => void): StoreRows {
  const reader = writerOf(database);
  const number = (sql: string) => Number(Object.values(database.prepare(sql).get() ?? {})[0] ?? 0);
  const given = (table: string, column: string) =>
    Math.max(
      number(`SELECT max(${column}) FROM ${table}`),
      number(`SELECT seq FROM sqlite_sequence WHERE name = '${table}'`),
    );
  return {
    identity: String(database.prepare("SELECT identity FROM settings").get()?.identity),
    read: (...asked) => readRows(reader, ...asked),
    readSmall: () => readSmallRows(reader),
    numbers: async () => ({
      records: given("records", "id"),
      namespaces: given("namespaces", "number"),
      embedders: number("SELECT max(number) FROM embedders"),
    }),
    counts: async () => ({
      records: number("SELECT count(*) FROM records"),
      namespaces: number("SELECT count(*) FROM namespaces"),
    }),
    close: async () => close(),
  };
}

/** Tables that a store makes when something first needs them have no rows before. */
function writerOf(database: DatabaseSync): RowsWriter {
  const tables = new Set<unknown>();
  const exists = (text: string) => {
    const name = /@(\w+)/.exec(text)?.[1] ?? "";
    if (tables.has(name)) return true;
    const found = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    for (const row of found) tables.add(row.name);
    return tables.has(name);
  };
  const statement = (text: string) => database.prepare(text.replaceAll("@", ""));
  const bound = (values: readonly Cell[]) => values.map((value) => storedValue(value as SQLInputValue));
  return {
    ownedBy: (places) => `record IN (${places.map(([, , id]) => id).join(", ")})`,
    all: async (text, values = []) => (exists(text) ? statement(text).all(...bound(values)) : []),
    run: async (text, values = []) => {
      if (exists(text)) statement(text).run(...bound(values));
    },
  };
}

async function inTransaction(database: DatabaseSync, work: () => Promise<void>): Promise<void> {
  database.exec("BEGIN IMMEDIATE");
  try {
    await work();
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function checkVersion(database: DatabaseSync, path: string): void {
  const pragma = (name: string) => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  if (pragma("application_id") !== applicationId)
    throw new SouvenirError("STORE_CORRUPT", `${path} is no store of Souvenir: check the path`, {
      details: { path },
    });
  const { schema: found, encrypted } = versionOf(database);
  if (encrypted)
    throw new SouvenirError(
      "UNSUPPORTED",
      `${path} is encrypted, and rows are moved as they are: make plain text of a copy of it first, with souvenir backup and souvenir encryption decrypt`,
      { details: { path } },
    );
  if (found !== schemaVersion)
    throw new SouvenirError(
      "UNSUPPORTED",
      found > schemaVersion
        ? `${path} was written by a newer version of Souvenir: update this one`
        : `${path} was written by an older version of Souvenir: open it once, as with souvenir stats, which brings it up to date`,
      { details: { path, found, known: schemaVersion } },
    );
}
