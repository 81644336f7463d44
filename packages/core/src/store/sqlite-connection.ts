import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { SouvenirError } from "../errors.ts";
import { yieldToOthers } from "../event-loop.ts";
import { closedError } from "./closed-error.ts";
import { type ContentCodec, plainContent, type StatementValue } from "./content-codec.ts";
import { DiskReserve } from "./disk-reserve.ts";
import type { FileKey } from "./file-key.ts";
import { scrub } from "./scrub.ts";
import { SealedContent } from "./sealed-content.ts";
import { fileIdentity, OpenFile } from "./shared-files.ts";
import { isBusy, isFull, readOnlyError, storeError } from "./sqlite-errors.ts";
import { pageBytes, SqliteLog } from "./sqlite-log.ts";
import { openDatabase } from "./sqlite-open.ts";
import type { ExtraTables } from "./sqlite-schema.ts";

/** Milliseconds that a write waits for another process before it is `STORE_BUSY`. */
const busyLimitMs = 15_000;
/** Milliseconds of work that one commit takes in: whoever comes later is in the next one. */
const commitMs = 8;
/** What was erased is removed from the bytes too so long after the last erasure, in milliseconds at least … */
const scrubbedAfterMs = 20_000;
/** … and in times of what it took the last time. */
const scrubbedAfterTimes = 50;
/** How long closing waits for others who read what was erased, in milliseconds. Then it is for the next one who opens it. */
const closingPatienceMs = 1_000;
/** Milliseconds between two looks at how full the disk is, and at whether the log is still the same, while there are commits. */
const lookMs = 100;
/** Pages over the size limit that an erasure may take for a moment. */
const pagesToErase = 1_024;

/** Which file is opened, and how. */
export interface SqliteConnectionOptions {
  /** The file, made with its folders; `:memory:` for none. */
  path: string;
  /** Largest size of the file in bytes. Default 0: no limit. */
  storeBytes?: number;
  /** Tables beside those of the store. */
  tables?: ExtraTables;
  /** Writes are refused. So they are of a file that cannot be written to. Default false. */
  readOnly?: boolean;
  /** What is kept beside the file and may hold what was erased is removed here. */
  beforeScrub?: () => Promise<void>;
  /** Of a file that is encrypted, or is to be when it is made. Default: it is in plain text. */
  key?: FileKey | undefined;
}

export interface TransactionOptions<Result> {
  /** Of the result: how many records were erased, whose bytes are to be removed later. Default: none. */
  erased?: (result: Result) => number | boolean;
  /** It makes room, and so has to work on a full disk. Default: whether there is `erased`. */
  frees?: boolean;
  /** Nobody needs to know that it is on the disk before `sync()` says so: until then a machine that stops may lose it. */
  unhurried?: boolean;
}

interface Work {
  run: () => unknown;
  erased: (result: never) => number | boolean;
  frees: boolean;
  unhurried: boolean;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

type Outcome = { value: unknown } | { error: unknown };

/** One open file: statements prepared once, and writes of concurrent callers committed together. */
export class SqliteConnection {
  readonly path: string;
  /** Nothing can be written: it was opened so, or the file or its folder does not allow it. */
  readonly readOnly: boolean;
  /** What becomes of content on its way into the file, and out of it. */
  readonly content: ContentCodec;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #storeBytes: number;
  readonly #reserve: DiskReserve | undefined;
  /** Bytes that it keeps. */
  #reserved = 0;
  #lookedAtDisk = Number.NEGATIVE_INFINITY;
  readonly #file: OpenFile | undefined;
  readonly #beforeScrub: (() => Promise<void>) | undefined;
  readonly #log: SqliteLog;
  /** Where the log is, also of a path that is a link. */
  readonly #logPath: string = "";
  #logIdentity: string | undefined;
  #lookedAtLog = Number.NEGATIVE_INFINITY;
  #waiting: Work[] = [];
  #committing: Promise<void> | undefined;
  #replaced = false;
  #scrubbing: Promise<unknown> = Promise.resolve();
  #stopScrubbing = new AbortController();
  #scrubTimer: ReturnType<typeof setTimeout> | undefined;
  #scrubMs = 0;
  #closed = false;
  #closing: Promise<void> | undefined;

  constructor({ path, storeBytes = 0, tables, readOnly = false, beforeScrub, key }: SqliteConnectionOptions) {
    this.path = path === ":memory:" ? path : resolve(path);
    this.#storeBytes = storeBytes;
    this.#beforeScrub = beforeScrub;
    const reserve = path === ":memory:" ? undefined : new DiskReserve(this.path);
    const opened = openDatabase(this.path, { tables, readOnly, reserve, key });
    this.#database = opened.database;
    this.content = opened.fileKey === undefined ? plainContent : this.#sealed(opened.fileKey);
    this.readOnly = opened.readOnly;
    const isWritten = !this.readOnly && reserve !== undefined;
    if (isWritten) this.#logPath = `${realpathSync(this.path)}-wal`;
    this.#log = new SqliteLog(this.#database, this.path, isWritten ? this.#logPath : undefined);
    if (!isWritten) return;
    this.#reserve = reserve;
    this.#file = new OpenFile(this.path);
    // What opening took for itself is got back from the log.
    if (opened.tookReserve) this.#log.empty();
    this.#keepReserve();
    this.#limitPages(0);
    if (this.unscrubbed > 0) this.#scrubLater();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Erased records whose bytes may still be in the file or its log. */
  get unscrubbed(): number {
    if (this.path === ":memory:") return 0;
    return this.get<{ owed: number }>("SELECT erasures - scrubbed AS owed FROM settings")?.owed ?? 0;
  }

  /** Bytes of its pages. */
  get bytes(): number {
    return this.#pragma("page_count") * this.#pragma("page_size");
  }
  /** Bytes of those pages that are in use. */
  get usedBytes(): number {
    return this.bytes - this.#pragma("freelist_count") * this.#pragma("page_size");
  }

  #pragma(name: string): number {
    return Object.values(this.get<Record<string, number>>(`PRAGMA ${name}`) ?? {})[0] ?? 0;
  }

  /** Rows of a query. */
  all<Row>(sql: string, ...values: StatementValue[]): Row[] {
    return this.#guard(() =>
      this.#statement(sql)
        .all(...values.map((value) => this.content.value(value)))
        .map((row) => this.content.row(row as Row)),
    );
  }

  /** The first row of a statement, `undefined` when there is none. */
  get<Row>(sql: string, ...values: StatementValue[]): Row | undefined {
    return this.#guard(() => {
      const row = this.#statement(sql).get(...values.map((value) => this.content.value(value)));
      return row === undefined ? undefined : this.content.row(row as Row);
    });
  }

  /** Runs a statement that writes. Answers how many rows it changed, and the id of the last one. */
  run(sql: string, ...values: StatementValue[]): { changes: number; id: number } {
    return this.#guard(() => {
      const stored = values.map((value) => this.content.value(value));
      const { changes, lastInsertRowid } = this.#statement(sql).run(...stored);
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
   * Runs `run` in a transaction and resolves after it was synced, unless it is unhurried. What is asked for while it goes on shares a commit;
   * what throws is rolled back alone. Of what `erased` counts, the bytes that SQLite leaves are removed later.
   * @throws SouvenirError `READ_ONLY`, `STORE_BUSY`, `STORE_FULL` or `STORE_REPLACED`
   */
  transaction<T>(
    run: () => T,
    { erased, frees = erased !== undefined, unhurried = false }: TransactionOptions<T> = {},
  ): Promise<T> {
    if (this.#closed) return Promise.reject(closedError());
    if (this.readOnly) return Promise.reject(readOnlyError(this.path));
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const settle = { resolve: resolve as (value: never) => void, reject };
    this.#waiting.push({ run, erased: erased ?? (() => 0), frees, unhurried, ...settle });
    this.#committing ??= yieldToOthers().then(() => this.#commitWaiting());
    return promise;
  }

  /**
   * Resolves when what was committed is on the disk.
   * @throws SouvenirError `STORE_REPLACED`, `STORE_FAILED`
   */
  async sync(): Promise<void> {
    try {
      await this.#log.sync();
    } catch (error) {
      throw this.#isReplaced() ? this.#replacedError() : storeError(error, this.path);
    }
    // Closed meanwhile, it has no log any more.
    if (this.#database.isOpen && this.#isReplaced()) throw this.#replacedError();
  }

  /** Between many unhurried commits: the log becomes no longer than is good for who comes after them. */
  shortenLog(): Promise<void> {
    return this.#log.shorten();
  }

  /**
   * Removes the bytes of what was erased from the file and its log, in a thread of its own.
   * @returns How many erased records those were.
   * @throws SouvenirError `STORE_BUSY` when another process reads what was erased all the while
   */
  async scrub({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<{ scrubbed: number }> {
    if (this.#closed) throw closedError();
    signal?.throwIfAborted();
    if (this.readOnly) throw readOnlyError(this.path);
    this.#stopScrubbing.abort();
    const result = await this.#scrub({ patienceMs: busyLimitMs, signal });
    signal?.throwIfAborted();
    if (result !== undefined && result.scrubbed === 0 && result.left > 0)
      throw new SouvenirError(
        "STORE_BUSY",
        `${this.path}: another process reads what was erased, so that it is not gone from the file yet: try again when that has ended`,
        { details: { path: this.path, unscrubbed: result.left } },
      );
    return { scrubbed: result?.scrubbed ?? 0 };
  }

  /** Waits for what is under way and closes the file. A second call does nothing. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#committing;
    clearTimeout(this.#scrubTimer);
    this.#stopScrubbing.abort();
    await this.#scrubbing;
    await this.#log.close();
    if (this.#file !== undefined && !this.#isReplaced())
      // What cannot be removed now is left for whoever opens the file next.
      await this.#scrub({ patienceMs: closingPatienceMs }).catch(() => undefined);
    this.#statements.clear();
    this.#database.close();
    this.#file?.release();
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
    const start = performance.now();
    try {
      if (this.#replaced) throw this.#replacedError();
      // From begin to commit nothing else of this process runs: another connection of it that waits for the lock while
      // it opens, which it does without letting go of the event loop, would wait for nothing.
      this.#log.begin(group.every(({ unhurried }) => unhurried));
      while (!this.#begins(start)) await pause(1 + Math.random() * 10);
    } catch (error) {
      for (const work of group) work.reject(error);
      return;
    }
    const end = performance.now() + commitMs;
    const outcomes: Outcome[] = [];
    try {
      for (const work of group) {
        if (outcomes.length > 0 && performance.now() >= end) break;
        outcomes.push(this.#runOne(work, group.length > 1));
      }
      this.#countErased(group, outcomes);
      this.#statement("COMMIT").run();
      this.#log.committed();
    } catch (error) {
      this.#rollback();
      if (group.length > 1) {
        for (const work of group) await this.#commit([work]);
      } else if (isFull(error, this.path) && (group[0] as Work).frees) {
        await this.#commitFreeing(group[0] as Work, start);
      } else {
        (group[0] as Work).reject(storeError(error, this.path));
      }
      return;
    }
    this.#finish(group, outcomes);
    if (performance.now() - this.#lookedAtDisk > lookMs) this.#keepReserve();
    if (outcomes.length === group.length) return;
    // Those that there was no time for come before those that came in the meantime.
    this.#waiting = [...group.slice(outcomes.length), ...this.#waiting];
    await yieldToOthers();
  }

  /** What throws takes only its own changes with it, unless SQLite has given up the whole. */
  #runOne(work: Work, shared: boolean): Outcome {
    if (!shared) return { value: work.run() };
    this.#statement("SAVEPOINT work").run();
    try {
      const value = work.run();
      this.#statement("RELEASE work").run();
      return { value };
    } catch (error) {
      if (!this.#database.isTransaction || isFull(error, this.path)) throw error;
      this.#database.exec("ROLLBACK TO work; RELEASE work");
      this.content.rolledBack();
      return { error };
    }
  }

  #countErased(group: readonly Work[], outcomes: readonly Outcome[]): void {
    let erased = 0;
    for (const [index, outcome] of outcomes.entries())
      if ("value" in outcome) erased += Number((group[index] as Work).erased(outcome.value as never));
    if (erased === 0) return;
    this.run("UPDATE settings SET erasures = erasures + ?", erased);
    this.#scrubLater();
  }

  #finish(group: readonly Work[], outcomes: readonly Outcome[]): void {
    // Not before: a file without a name takes no harm, and what was written to it is lost. Nobody is told otherwise.
    const replaced = this.#isReplaced() ? this.#replacedError() : undefined;
    for (const [index, outcome] of outcomes.entries()) {
      const { resolve, reject } = group[index] as Work;
      if ("error" in outcome) reject(storeError(outcome.error, this.path));
      else if (replaced !== undefined) reject(replaced);
      else resolve(outcome.value as never);
    }
  }

  /**
   * On a full disk, or at the limit of the size: with the room that was kept for this, and that of the log. In one turn
   * of the event loop, so that nobody of this process takes the room that is made for a moment.
   */
  async #commitFreeing(work: Work, start: number): Promise<void> {
    for (;;) {
      try {
        this.#reserve?.release();
        this.#log.empty();
        this.#limitPages(pagesToErase);
        try {
          if (this.#begins(start)) {
            const outcome = this.#runOne(work, false);
            this.#countErased([work], [outcome]);
            this.#database.exec("COMMIT");
            this.#log.committed();
            this.#finish([work], [outcome]);
            return;
          }
        } finally {
          this.#rollback();
          this.#limitPages(0);
          this.#log.empty();
          this.#keepReserve();
        }
      } catch (error) {
        work.reject(storeError(error, this.path));
        return;
      }
      await pause(1 + Math.random() * 10);
    }
  }

  /** The wrapped keys of namespaces are in the file too: what is wrapped is not sealed again. */
  #sealed(fileKey: Uint8Array): SealedContent {
    return new SealedContent(fileKey, {
      get: (namespace) =>
        this.get<{ wrapped: string }>("SELECT wrapped FROM namespace_keys WHERE namespace = ?", namespace)
          ?.wrapped,
      put: (namespace, wrapped) => this.run("INSERT INTO namespace_keys VALUES (?, ?)", namespace, wrapped),
      remove: (namespace) => this.run("DELETE FROM namespace_keys WHERE namespace = ?", namespace),
    });
  }

  #limitPages(more: number): void {
    if (this.#storeBytes <= 0) return;
    const { page_size: pageSize } = this.#database.prepare("PRAGMA page_size").get() as { page_size: number };
    const pages = Math.max(1, Math.floor(this.#storeBytes / pageSize)) + more;
    this.#database.exec(`PRAGMA max_page_count = ${pages}`);
  }

  /**
   * Keeps room for erasing where the disk is nearly full, and the log then so short that the room is enough to write into
   * the file what is in it: only then there is room for more.
   */
  #keepReserve(): void {
    if (this.#reserve === undefined) return;
    this.#lookedAtDisk = performance.now();
    const reserved = this.#reserve.keep();
    if (reserved === this.#reserved) return;
    this.#reserved = reserved;
    this.#log.limit(reserved === 0 ? undefined : Math.floor(reserved / 4 / pageBytes));
  }

  /** Takes the write lock. `false`: another process has it, and the time to wait for it is not over. */
  #begins(start: number): boolean {
    try {
      this.#statement("BEGIN IMMEDIATE").run();
      return true;
    } catch (error) {
      if (isBusy(error) && performance.now() - start <= busyLimitMs) return false;
      throw storeError(error, this.path);
    }
  }

  #rollback(): void {
    // Some errors (a full disk among them) roll back by themselves.
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
    this.content.rolledBack();
  }

  /** Whether this is not the file at its path any more, or its log not the one there. Once it is not, it never is again. */
  #isReplaced(): boolean {
    if (this.#file === undefined) return false;
    if (!this.#replaced)
      this.#replaced = fileIdentity(this.path) !== this.#file.identity || !this.#isSameLog();
    return this.#replaced;
  }

  /**
   * Whether it is there each time; whether it is the same one only now and then: a system that has told the times of a
   * file writes them anew with the next change (Linux 6.13, multigrain timestamps), and syncing the log took half as long
   * again after each commit.
   */
  #isSameLog(): boolean {
    const now = performance.now();
    if (now - this.#lookedAtLog < lookMs) return existsSync(this.#logPath);
    this.#lookedAtLog = now;
    const log = fileIdentity(this.#logPath);
    // While a connection is open its log stays where it is.
    this.#logIdentity ??= log;
    return log === this.#logIdentity;
  }

  #replacedError(): SouvenirError {
    return new SouvenirError(
      "STORE_REPLACED",
      `${this.path}: the file was deleted, or another was put in its place, while it was open: close this memory and open it again; what was acknowledged before is in the old file`,
      { details: { path: this.path } },
    );
  }

  #scrubLater(): void {
    if (this.#closed || this.#file === undefined || this.#scrubTimer !== undefined) return;
    this.#scrubTimer = setTimeout(
      () => {
        this.#scrubTimer = undefined;
        this.#stopScrubbing = new AbortController();
        const { signal } = this.#stopScrubbing;
        // What fails is tried again after the next erasure, by scrub() and when it is closed.
        this.#scrub({ patienceMs: busyLimitMs, signal, background: true }).catch(() => undefined);
      },
      Math.max(scrubbedAfterMs, scrubbedAfterTimes * this.#scrubMs),
    );
    this.#scrubTimer.unref();
  }

  /** One at a time. */
  #scrub({
    patienceMs,
    ...options
  }: {
    patienceMs: number;
    signal?: AbortSignal | undefined;
    background?: boolean;
  }): ReturnType<typeof scrub> {
    const run = async () => {
      const file = this.#file;
      if (file === undefined || this.#isReplaced() || this.#unscrubbedNow() === 0) return undefined;
      const start = performance.now();
      try {
        if (!this.#closed) await this.#beforeScrub?.();
        return await scrub({ path: this.path, file: file.descriptor(), patienceMs }, options);
      } catch (error) {
        throw storeError(error, this.path);
      } finally {
        this.#scrubMs = performance.now() - start;
      }
    };
    const scrubbing = this.#scrubbing.then(run, run);
    this.#scrubbing = scrubbing.catch(() => undefined);
    return scrubbing;
  }

  /** Also while it is being closed. */
  #unscrubbedNow(): number {
    const { owed } = this.#statement("SELECT erasures - scrubbed AS owed FROM settings").get() as {
      owed: number;
    };
    return owed;
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

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
