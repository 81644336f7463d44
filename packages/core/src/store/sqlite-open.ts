import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { SouvenirError } from "../errors.ts";
import type { DiskReserve } from "./disk-reserve.ts";
import { type FileKey, keyMissing, notEncrypted, openFileKey } from "./file-key.ts";
import { isOpenHere } from "./shared-files.ts";
import { isBusy, isFull, resultCode, storeError } from "./sqlite-errors.ts";
import {
  applicationId,
  checkSchema,
  type ExtraTables,
  migrate,
  migrateExtraTables,
  versionOf,
} from "./sqlite-schema.ts";

/** Milliseconds that SQLite itself waits for a lock, and the event loop with it; longer waits are ours. */
const lockWaitMs = 10;
/** Milliseconds that opening a file waits for another process that creates or checks it. */
const busyLimitMs = 15_000;
/**
 * Files up to this size are checked whole when they are opened, in some milliseconds. In larger ones each read checks what
 * it reads, and the doctor the rest.
 */
const checkedBytes = 2 * 2 ** 20;

export interface OpenOptions {
  tables: ExtraTables | undefined;
  readOnly: boolean;
  reserve: DiskReserve | undefined;
  key: FileKey | undefined;
}

/** An open file. */
export interface OpenedDatabase {
  database: DatabaseSync;
  readOnly: boolean;
  tookReserve: boolean;
  /** What its content is encrypted with, if it is. */
  fileKey: Uint8Array | undefined;
}

/** Opens a file for writing, or only for reading where it cannot be written to, and checks it. */
export function openDatabase(path: string, options: OpenOptions): OpenedDatabase {
  try {
    const stats = path === ":memory:" ? undefined : statSync(path, { throwIfNoEntry: false });
    if (options.readOnly && stats === undefined)
      throw new SouvenirError(
        "NOT_FOUND",
        path === ":memory:"
          ? "readOnly: a memory that is in no file is empty: give the path of a file"
          : `${path}: there is no such file to read: check the path, or open it without readOnly`,
        { details: { path } },
      );
    // To open a pipe would wait for its other end, and a device is not what anybody means.
    if (stats !== undefined && !stats.isFile() && !stats.isDirectory())
      throw new SouvenirError(
        "STORE_FAILED",
        `${path}: this is a device, a pipe or a socket and not a file: give the path of a file`,
        { details: { path } },
      );
    if (stats?.isFile()) checkLog(path);
    if (stats?.isFile() && (options.readOnly || !canBeWritten(path)))
      return { ...openToRead(path, options), readOnly: true, tookReserve: false };
    if (stats?.isFile() && stats.nlink > 1) throw linked(path, stats.nlink);
    try {
      return { ...openToWrite(path, options), readOnly: false, tookReserve: false };
    } catch (error) {
      // SQLite needs some room to open a file that has a log.
      if (!isFull(error, path) || !options.reserve?.release()) throw error;
      return { ...openToWrite(path, options), readOnly: false, tookReserve: true };
    }
  } catch (error) {
    throw storeError(error, path);
  }
}

/** Both names have a log of their own: what one of them has written, the other one would write over. */
function linked(path: string, names: number): SouvenirError {
  return new SouvenirError(
    "STORE_FAILED",
    `${path}: the file has ${names} names (hard links), and SQLite's log belongs to one of them: remove the others, or copy the file with memory.backup() instead of linking it`,
    { details: { path, names } },
  );
}

/**
 * A copy that `backup` made has never had a log: one that is beside it was left by the file that was there before, and
 * SQLite would write its pages over those of the copy. What it holds may belong to somebody, so that it is not removed.
 */
function checkLog(path: string): void {
  const real = realpathSync(path);
  const log = `${real}-wal`;
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) === 0 || isOpenHere(path)) return;
  const version = Buffer.alloc(1);
  const file = openSync(real, "r");
  try {
    // 1: without a log, 2: with one (sqlite.org/fileformat2.html, 1.3.3).
    readSync(file, version, 0, 1, 18);
  } finally {
    closeSync(file);
  }
  if (version[0] !== 1) return;
  throw new SouvenirError(
    "STORE_FAILED",
    `${path}: the log beside it (${log}) is of another file that was at this path: move it away, and ${real}-shm too; it holds the last writes of that file`,
    { details: { path, log } },
  );
}

type Opened = Pick<OpenedDatabase, "database" | "fileKey">;

function openToWrite(path: string, { tables, key }: OpenOptions): Opened {
  if (path !== ":memory:") {
    createFolders(dirname(path));
    createFile(path);
  }
  let fileKey: Uint8Array | undefined;
  const database = opening(new DatabaseSync(path, { timeout: lockWaitMs }), (database) => {
    database.exec("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;");
    const whole = checkFile(database, path);
    // Before anything is written.
    checkKey(database, path, key);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;");
    migrate(database, path, { key });
    checkSchema(database, path, { whole });
    fileKey = checkKey(database, path, key);
    if (tables !== undefined) migrateExtraTables(database, path, tables);
  });
  return { database, fileKey };
}

function openToRead(path: string, { tables, key }: OpenOptions): Opened {
  let fileKey: Uint8Array | undefined;
  const check = (database: DatabaseSync) => {
    // There may be many readers, each with a cache of its own, and the system has one for all.
    database.exec("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096;");
    const whole = checkFile(database, path);
    fileKey = checkKey(database, path, key);
    migrate(database, path, { readOnly: true, key });
    checkSchema(database, path, { whole });
    if (tables !== undefined) migrateExtraTables(database, path, tables, { readOnly: true });
  };
  return { database: readOnlyDatabase(path, check), fileKey };
}

/**
 * The key of an encrypted file; `undefined` for one that is in plain text, as it should be, or is new.
 * @throws SouvenirError `ENCRYPTION_KEY_MISSING`, `ENCRYPTION_KEY_WRONG` or `NOT_ENCRYPTED`
 */
export function checkKey(
  database: DatabaseSync,
  path: string,
  key: FileKey | undefined,
): Uint8Array | undefined {
  const { schema, encrypted } = versionOf(database);
  if (schema === 0) return undefined;
  if (key === undefined) {
    if (encrypted) throw keyMissing(path);
    return undefined;
  }
  if (!encrypted) throw notEncrypted(path);
  return openFileKey(database, path, key);
}

/** For reading only, also where SQLite cannot make the files beside it. */
export function readOnlyDatabase(path: string, check: (database: DatabaseSync) => void): DatabaseSync {
  try {
    return opening(new DatabaseSync(path, { readOnly: true, timeout: lockWaitMs }), check);
  } catch (error) {
    const code = resultCode(error);
    if (code !== 14 && code !== 8) throw error;
    // SQLite cannot make the files beside it. Without a log, and where nobody writes, it needs none.
    if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0)
      throw new SouvenirError(
        "READ_ONLY",
        `${path}: its log (${path}-wal) can only be read where the folder can be written to: copy both files into such a folder`,
        { details: { path }, cause: error },
      );
    const url = new URL(`${pathToFileURL(path).href}?immutable=1`);
    return opening(new DatabaseSync(url, { readOnly: true, timeout: lockWaitMs }), check);
  }
}

function opening(database: DatabaseSync, prepare: (database: DatabaseSync) => void): DatabaseSync {
  try {
    retryBusy(() => prepare(database));
    return database;
  } catch (error) {
    if (database.isOpen) database.close();
    throw error;
  }
}

/** The file, and the folder, which has to take the log. Of a file system that is mounted read-only, root hears it too. */
function canBeWritten(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** With what stands in a folder on disk: a new file in a new folder would be lost with the folder's name. */
export function createFolders(folder: string): void {
  const isFolder = () => statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isFolder()) return;
  const parent = dirname(folder);
  // One at a time: Node's `recursive` never ends where one cannot be made in a folder that exists, as below `/proc`.
  if (parent !== folder) createFolders(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process was first.
    if (!isFolder()) throw error;
  }
  syncFolder(parent);
}

/** Some systems have no such thing for folders, and need none. */
function syncFolder(folder: string): void {
  let handle: number;
  try {
    handle = openSync(folder, "r");
  } catch {
    return;
  }
  try {
    fsyncSync(handle);
  } catch {
    // See above.
  } finally {
    closeSync(handle);
  }
}

/**
 * Memories are personal: a new file is readable by its owner only. One that exists is not touched: closing any
 * descriptor of a file drops the POSIX locks that other handles of this process have on it
 * (sqlite.org/howtocorrupt.html, 2.2).
 */
function createFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if ((error as { code?: unknown }).code === "EEXIST") return;
    throw error;
  }
  syncFolder(dirname(path));
}

/** Answers whether all of the file was looked at. */
function checkFile(database: DatabaseSync, path: string): boolean {
  const number = (pragma: string) =>
    Object.values(database.prepare(`PRAGMA ${pragma}`).get() as Record<string, number>)[0] as number;
  const pages = number("page_count");
  if (pages === 0) return true;
  const application = number("application_id");
  if (application !== applicationId && number("schema_version") > 0) {
    throw new SouvenirError(
      "STORE_CORRUPT",
      `${path} is a SQLite file of another program, or its header is damaged: give another path, or restore the file from a backup`,
      { details: { path, application } },
    );
  }
  if (pages * number("page_size") > checkedBytes) return false;
  const faults = (database.prepare("PRAGMA integrity_check(5)").all() as { integrity_check: string }[])
    .map((row) => row.integrity_check)
    .filter((text) => text !== "ok");
  if (faults.length > 0) {
    throw new SouvenirError(
      "STORE_CORRUPT",
      `${path} is damaged (${faults.length === 5 ? "5 or more faults" : `${faults.length} faults`}): restore it from a backup, or save what is readable with "sqlite3 FILE .recover"`,
      { details: { path, faults } },
    );
  }
  return true;
}

/** Synchronous, because opening is: another process that creates or checks the file is done in an instant. */
function retryBusy(run: () => void): void {
  const start = performance.now();
  for (;;) {
    try {
      run();
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() - start > busyLimitMs) throw error;
    }
  }
}
