import { closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { SouvenirError, type SouvenirErrorCode } from "../errors.ts";
import { closedError } from "./closed-error.ts";
import {
  applicationId,
  checkSchema,
  type ExtraTables,
  migrate,
  migrateExtraTables,
} from "./sqlite-schema.ts";
import { readRow, storedValue } from "./sqlite-text.ts";

/** Milliseconds that SQLite itself waits for a lock, and the event loop with it; longer waits are ours. */
const lockWaitMs = 10;
/** Milliseconds that a write waits for another process before it is `STORE_BUSY`. */
const busyLimitMs = 15_000;
/**
 * Files up to this size are checked whole when they are opened, in some milliseconds. In larger ones each read checks what
 * it reads, and the doctor the rest.
 */
const checkedBytes = 2 * 2 ** 20;
/** Files up to this size are rewritten after an erasure; larger ones take too long. */
const rewrittenBytes = 16 * 2 ** 20;

export interface SqliteConnectionOptions {
  path: string;
  /** Largest size of the file in bytes. Default 0: no limit. */
  storeBytes?: number;
  /** Tables beside those of the store. */
  tables?: ExtraTables;
}

interface Work {
  run: () => unknown;
  erased: (result: never) => boolean;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/** One open file: statements prepared once, and writes of concurrent callers committed together. */
export class SqliteConnection {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #waiting: Work[] = [];
  #committing: Promise<void> | undefined;
  #pagesHoldErased = false;
  #logHoldsErased = false;
  #closed = false;

  constructor({ path, storeBytes = 0, tables }: SqliteConnectionOptions) {
    this.path = path === ":memory:" ? path : resolve(path);
    this.#database = open(this.path, storeBytes, tables);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Rows of a query. */
  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#guard(() =>
      this.#statement(sql)
        .all(...values.map(storedValue))
        .map((row) => readRow(row as Row)),
    );
  }

  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#guard(() => {
      const row = this.#statement(sql).get(...values.map(storedValue));
      return row === undefined ? undefined : readRow(row as Row);
    });
  }

  run(sql: string, ...values: SQLInputValue[]): { changes: number; id: number } {
    return this.#guard(() => {
      const { changes, lastInsertRowid } = this.#statement(sql).run(...values.map(storedValue));
      return { changes: Number(changes), id: Number(lastInsertRowid) };
    });
  }

  /** Runs reads that must see one state, whatever other processes commit in between. */
  snapshot<T>(read: () => T): T {
    return this.#guard(() => {
      this.#database.exec("BEGIN");
      try {
        return read();
      } finally {
        this.#database.exec("COMMIT");
      }
    });
  }

  /**
   * Runs `work` in a transaction and resolves after it was synced. Works of one turn of the event loop share a
   * commit; when one of them throws, it alone is rolled back. When `erased` says so of the result, resolves after
   * the places where SQLite keeps what was erased were cleaned too.
   */
  transaction<T>(
    run: () => T,
    { erased = () => false }: { erased?: (result: T) => boolean } = {},
  ): Promise<T> {
    if (this.#closed) return Promise.reject(closedError());
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ run, erased, resolve: resolve as (value: never) => void, reject });
    this.#committing ??= new Promise<void>((done) => {
      setImmediate(() => {
        void this.#commitWaiting().finally(done);
      });
    });
    return promise;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#committing;
    if (this.#logHoldsErased) await this.#removeErased();
    this.#statements.clear();
    this.#database.close();
  }

  async #commitWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      await this.#commit(group);
    }
    // In the same turn as the last look at the list, so that no work is left waiting for a commit that is over.
    this.#committing = undefined;
  }

  async #commit(group: Work[]): Promise<void> {
    let results: unknown[];
    const start = performance.now();
    try {
      // From begin to commit nothing else of this process runs: another connection of it that waits for the lock while
      // it opens, which it does without letting go of the event loop, would wait for nothing.
      while (!this.#begins(start)) await pause(1 + Math.random() * 10);
    } catch (error) {
      for (const work of group) work.reject(error);
      return;
    }
    try {
      results = group.map((work) => work.run());
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#rollback();
      if (group.length === 1) {
        (group[0] as Work).reject(storeError(error, this.path));
      } else {
        for (const work of group) await this.#commit([work]);
      }
      return;
    }
    if (group.some((work, index) => work.erased(results[index] as never))) {
      this.#pagesHoldErased = true;
      this.#logHoldsErased = true;
    }
    if (this.#logHoldsErased) await this.#removeErased();
    for (const [index, work] of group.entries()) work.resolve(results[index] as never);
  }

  /** Takes the write lock. `false`: another process has it, and the time to wait for it is not over. */
  #begins(start: number): boolean {
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      return true;
    } catch (error) {
      if (isBusy(error) && performance.now() - start <= busyLimitMs) return false;
      throw storeError(error, this.path);
    }
  }

  #rollback(): void {
    // Some errors (a full disk among them) roll back by themselves.
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
  }

  /** Another process may hold the file or its log; what remains then is removed at the next commit or at close. */
  async #removeErased(): Promise<void> {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      try {
        if (this.#pagesHoldErased) this.#rewrite();
        this.#pagesHoldErased = false;
        this.#emptyLog();
        if (!this.#logHoldsErased) return;
      } catch (error) {
        if (!isBusy(error)) return;
      }
      await pause(5 + Math.random() * 10);
    }
  }

  /**
   * `secure_delete` overwrites rows and pages that are deleted, but not what SQLite leaves behind in the unused middle
   * of a page when it moves rows between pages. A rewritten file has nothing there.
   */
  #rewrite(): void {
    const { bytes } = this.#database
      .prepare("SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size")
      .get() as { bytes: number };
    if (this.path === ":memory:" || bytes > rewrittenBytes) return;
    try {
      this.#database.exec("VACUUM");
    } catch (error) {
      // Without room for a second copy, the next erasure tries again.
      if (isBusy(error)) throw error;
    }
  }

  #emptyLog(): void {
    const { busy } = this.#database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
    if (busy === 0) this.#logHoldsErased = false;
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guard<T>(run: () => T): T {
    // Works that were waiting when it was closed are still done.
    if (this.#closed && !(this.#database.isOpen && this.#database.isTransaction)) throw closedError();
    try {
      return run();
    } catch (error) {
      throw storeError(error, this.path);
    }
  }
}

function open(path: string, storeBytes: number, tables: ExtraTables | undefined): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (path !== ":memory:") {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      createFile(path);
    }
    database = new DatabaseSync(path, { timeout: lockWaitMs });
    const opened = database;
    retryBusy(() => {
      opened.exec("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;");
      const whole = checkFile(opened, path);
      opened.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;");
      migrate(opened, path);
      checkSchema(opened, path, { whole });
      if (tables !== undefined) migrateExtraTables(opened, path, tables);
    });
    if (storeBytes > 0) {
      const { page_size: pageSize } = opened.prepare("PRAGMA page_size").get() as { page_size: number };
      opened.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(storeBytes / pageSize))}`);
    }
    return opened;
  } catch (error) {
    if (database?.isOpen) database.close();
    throw storeError(error, path);
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
    if ((error as { code?: unknown }).code !== "EEXIST") throw error;
  }
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

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

function resultCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === "number" ? code & 0xff : undefined;
}

function isBusy(error: unknown): boolean {
  const cause = SouvenirError.is(error) ? error.cause : error;
  const code = resultCode(cause);
  return code === 5 || code === 6;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** SQLite's result codes (sqlite.org/rescode.html) as errors that say what to do. */
function storeError(error: unknown, path: string): unknown {
  if (SouvenirError.is(error)) return error;
  const code = resultCode(error);
  const make = (kind: SouvenirErrorCode, message: string) =>
    new SouvenirError(kind, `${path}: ${message}`, { details: { path, sqlite: code ?? null }, cause: error });
  switch (code) {
    // Our statements fit our tables; where they do not, the tables are not as they were made.
    case 1:
      return make("STORE_CORRUPT", "the tables of the file are damaged: restore it from a backup");
    case 5:
    case 6:
      return make("STORE_BUSY", "another process kept the file locked; nothing was written, try again");
    case 11:
      return make("STORE_CORRUPT", "the file is damaged: restore it from a backup");
    case 26:
      return make(
        "STORE_CORRUPT",
        "the file is not a Souvenir store, or is damaged: give another path or restore it",
      );
    case 13:
      return make(
        "STORE_FULL",
        "the disk or the size limit is full; nothing was written: make room and try again",
      );
    case 8:
      return make(
        "STORE_FAILED",
        "the file or its folder is read-only: change its permissions or give another path",
      );
    case 14:
      return make(
        "STORE_FAILED",
        isFolder(path)
          ? "this is a folder: give the path of a file in it, for example memory.db"
          : "the file cannot be opened: check the path and its permissions",
      );
    case undefined: {
      const system = (error as { code?: string } | null)?.code;
      if (system === "EACCES" || system === "EPERM" || system === "EROFS")
        return make("STORE_FAILED", "no permission to write there: change it or give another path");
      if (system === "ERR_OUT_OF_RANGE")
        return make("STORE_CORRUPT", "a number in the file is damaged: restore it from a backup");
      if (system === "ENOSPC") return make("STORE_FULL", "the disk is full: make room and try again");
      if (system === "EEXIST" || system === "ENOTDIR")
        return make("STORE_FAILED", "a part of the path is a file and not a folder: give another path");
      if (system?.startsWith("E"))
        return make("STORE_FAILED", `the file cannot be opened (${system}): check the path`);
      return error;
    }
    default:
      return make("STORE_FAILED", `SQLite failed with code ${code}`);
  }
}
