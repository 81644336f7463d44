import { statSync } from "node:fs";
import { open } from "node:fs/promises";
import type { DatabaseSync } from "node:sqlite";
import { LogThread } from "./log-thread.ts";

/** Pages of the log that are written into the file in one go (SQLite's own number), and their usual size. */
const usualPages = 1_000;
export const pageBytes = 4_096;
/** The same while nobody waits for single commits: it is done in a thread, which has to be worth starting. */
const unhurriedPages = 4 * usualPages;
/** Where that thread is not to be had, or cannot keep up. */
const mostPages = 4 * unhurriedPages;

/**
 * When what was committed to a SQLite file is on the disk. SQLite waits for that with each commit, and writes a long log
 * into the file; either takes milliseconds, in which nothing else runs. What is committed unhurriedly waits for it later,
 * all at once, and in other threads.
 */
export class SqliteLog {
  readonly #database: DatabaseSync;
  readonly #thread: LogThread;
  /** `undefined`: there is no file. */
  readonly #logPath: string | undefined;
  #pages = usualPages;
  /** Pages of a log that a commit writes into the file. */
  #written = usualPages;
  #unhurried = false;
  /** Commits so far, and how many of them are on the disk. */
  #commits = 0;
  #synced = 0;
  #syncing: Promise<void> | undefined;
  #shortening: Promise<void> | undefined;

  constructor(database: DatabaseSync, path: string, logPath: string | undefined) {
    this.#database = database;
    this.#thread = new LogThread(path);
    this.#logPath = logPath;
  }

  /** Where the disk is nearly full, the log has to be short. `undefined`: as usual. */
  limit(pages: number = usualPages): void {
    this.#pages = Math.min(usualPages, pages);
    this.#write(this.#pages);
  }

  /** Before a transaction, outside of any. */
  begin(unhurried: boolean): void {
    const wanted = unhurried && this.#logPath !== undefined && this.#pages === usualPages;
    if (wanted !== this.#unhurried) this.#database.exec(`PRAGMA synchronous = ${wanted ? "NORMAL" : "FULL"}`);
    this.#unhurried = wanted;
    // Also of others in between, until all is synced.
    if (wanted) this.#write(mostPages);
  }

  /** After its commit. */
  committed(): void {
    this.#commits += 1;
    // SQLite syncs the whole log.
    if (!this.#unhurried) this.#synced = this.#commits;
  }

  /** Resolves when what was committed before is on the disk. */
  async sync(): Promise<void> {
    const upTo = this.#commits;
    // After many commits others would have to write a long log into the file.
    if (upTo - this.#synced > 1) await this.shorten(usualPages);
    await this.#syncTo(upTo);
    if (this.#synced < this.#commits) return;
    this.#thread.end();
    if (this.#database.isOpen) this.#write(this.#pages);
  }

  /** Writes the log into the file, in a thread, if it is long. */
  async shorten(pages: number = unhurriedPages): Promise<void> {
    if (this.#logPath === undefined || this.#pages < usualPages) return;
    if ((statSync(this.#logPath, { throwIfNoEntry: false })?.size ?? 0) < pages * pageBytes) return;
    // What is left of it when others read is for the next time.
    this.#shortening ??= this.#thread.shorten().finally(() => {
      this.#shortening = undefined;
    });
    await this.#shortening;
  }

  /** Writes it into the file at once, as far as others let it. */
  empty(): void {
    try {
      this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // No room for the new pages of the file: what is in the log stays there.
    }
  }

  /** Before the database is closed: whoever waits for the log then has it on the disk. */
  async close(): Promise<void> {
    await this.#shortening;
    this.#thread.end();
    // Who waits is told what fails.
    await this.#syncTo(this.#commits).catch(() => undefined);
  }

  async #syncTo(upTo: number): Promise<void> {
    while (this.#synced < upTo) {
      this.#syncing ??= this.#sync().finally(() => {
        this.#syncing = undefined;
      });
      await this.#syncing;
    }
  }

  async #sync(): Promise<void> {
    const upTo = this.#commits;
    // Not the file of the store: to close another descriptor of that would drop its locks.
    const log = await open(this.#logPath as string, "r+");
    try {
      await log.datasync();
    } finally {
      await log.close();
    }
    this.#synced = Math.max(this.#synced, upTo);
  }

  #write(pages: number): void {
    if (pages === this.#written) return;
    this.#written = pages;
    this.#database.exec(`PRAGMA wal_autocheckpoint = ${pages}`);
  }
}
