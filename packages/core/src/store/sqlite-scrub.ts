import { fstatSync, fsyncSync, readSync, realpathSync, statSync, writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { resultCode } from "./sqlite-errors.ts";

/** Read at once when a file is looked through: little enough that the event loop may do it too. */
const chunkBytes = 2 ** 20;
/** How long others wait for the lock at most while pages are cleaned, in milliseconds. */
const lockedMs = 5;
/** The numbers that begin pages of tables and indexes (sqlite.org/fileformat2.html#b_tree_pages). */
const interiorIndex = 2;
const interiorTable = 5;
const leafIndex = 10;
const leafTable = 13;
/** In a file of so many pages (137 GB), the number in front of an overflow page could be taken for one of them. */
const tooManyPages = 2 ** 25;

export interface ScrubTask {
  path: string;
  /** A descriptor of the same file that may be written to; opened by who knows when it may be closed. */
  file: number;
  /** How long readers and writers of other processes may hold it up, in milliseconds. */
  patienceMs: number;
}

export interface ScrubResult {
  /** Erased records whose bytes are gone now. */
  scrubbed: number;
  /** Those whose bytes may be there still. */
  left: number;
}

/**
 * Removes what is left of erased rows from a file. `secure_delete` overwrites rows and pages that are deleted, but not
 * the copy of a row that stays in the unused middle of a page when SQLite moves the row to another page; and the log
 * holds pages as they were. So the log is emptied into the file, and the unused parts of pages are overwritten in place.
 *
 * That is safe because all of it is done with the lock for writing and an empty log: nobody else writes to the file then,
 * and to readers the unused part of a page says nothing. Each part ends with a commit, upon which every connection drops
 * the pages that it has in memory, so that none of them writes back what was there.
 *
 * Yields between parts, for others to take their turn: the milliseconds to wait, at least, before it goes on.
 */
export function* scrubbing({ path, file, patienceMs }: ScrubTask): Generator<number, ScrubResult> {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -256;");
    const { erasures, scrubbed } = countersOf(database);
    const owed = erasures - scrubbed;
    if (owed <= 0) return { scrubbed: 0, left: 0 };
    const log = new LogLock(database, { path, file, patienceMs });
    if (!(yield* log.empty())) return { scrubbed: 0, left: owed };
    const pageSize = numberOf(database, "page_size");
    const layout = { pageSize, usable: pageSize - readByte(file, 20) };
    let marked: number[] = [];
    // Other kinds of pages could be taken for those that are looked for; such files are not made by us.
    if (numberOf(database, "auto_vacuum") !== 0 || numberOf(database, "page_count") >= tooManyPages)
      database.exec("VACUUM");
    else marked = yield* pagesToClean(file, layout);
    for (let next = 0; next < marked.length; ) {
      if (!(yield* log.take())) return { scrubbed: 0, left: owed };
      const end = performance.now() + lockedMs;
      do {
        clean(file, marked[next] as number, layout);
        next += 1;
      } while (next < marked.length && performance.now() < end);
      // A change, or else there would be no commit.
      log.release("UPDATE settings SET scrubs = scrubs + 1");
      yield 0;
    }
    fsyncSync(file);
    if (!(yield* log.lock())) return { scrubbed: 0, left: owed };
    log.release(`UPDATE settings SET scrubs = scrubs + 1, scrubbed = max(scrubbed, ${erasures})`);
    const now = countersOf(database);
    return { scrubbed: owed, left: now.erasures - now.scrubbed };
  } finally {
    database.close();
  }
}

/** The lock for writing, with the log empty. */
class LogLock {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #file: number;
  readonly #patienceMs: number;

  constructor(database: DatabaseSync, { path, file, patienceMs }: ScrubTask) {
    this.#database = database;
    // Of a link, the log is beside what it leads to.
    this.#path = realpathSync(path);
    this.#file = file;
    this.#patienceMs = patienceMs;
  }

  /** Moves all of the log into the file. False: somebody reads what only the log has, for longer than there is time. */
  *empty(): Generator<number, boolean> {
    for (const start = performance.now(); ; ) {
      const { busy } = this.#database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
      if (busy === 0) return true;
      if (performance.now() - start >= this.#patienceMs) return false;
      yield 2 + Math.random() * 8;
    }
  }

  /** Takes the lock while the log is empty. Whoever writes in between is first. */
  *take(): Generator<number, boolean> {
    for (const start = performance.now(); performance.now() - start < this.#patienceMs; ) {
      if (!(yield* this.empty()) || !(yield* this.lock())) return false;
      if (this.#isSameFile() && this.#isLogEmpty()) return true;
      this.#database.exec("ROLLBACK");
      if (!this.#isSameFile()) return false;
      yield 1;
    }
    return false;
  }

  *lock(): Generator<number, boolean> {
    for (const start = performance.now(); ; ) {
      try {
        this.#database.exec("BEGIN IMMEDIATE");
        return true;
      } catch (error) {
        // SQLITE_BUSY
        if (resultCode(error) !== 5) throw error;
        if (performance.now() - start >= this.#patienceMs) return false;
      }
      yield 1 + Math.random() * 4;
    }
  }

  release(change: string): void {
    this.#database.exec(change);
    this.#database.exec("COMMIT");
  }

  /** It is there while a connection is open: one that is not found is not known to be empty. */
  #isLogEmpty(): boolean {
    return statSync(`${this.#path}-wal`, { throwIfNoEntry: false })?.size === 0;
  }

  #isSameFile(): boolean {
    const [there, here] = [
      statSync(this.#path, { throwIfNoEntry: false, bigint: true }),
      fstatSync(this.#file, { bigint: true }),
    ];
    return there?.ino === here.ino && there.dev === here.dev;
  }
}

interface Layout {
  pageSize: number;
  /** Bytes of a page that SQLite uses. */
  usable: number;
}

/** Numbers of the pages, from 0, with something in their unused parts. */
function* pagesToClean(file: number, { pageSize, usable }: Layout): Generator<number, number[]> {
  const pages: number[] = [];
  const chunk = Buffer.alloc(Math.max(chunkBytes, pageSize));
  const zeros = Buffer.alloc(pageSize);
  for (let offset = 0; ; offset += chunk.length) {
    const length = readSync(file, chunk, 0, chunk.length, offset);
    for (let start = 0; start + pageSize <= length; start += pageSize) {
      const number = (offset + start) / pageSize;
      const page = chunk.subarray(start, start + pageSize);
      const isClean = ([from, to]: readonly [number, number]) =>
        page.compare(zeros, 0, to - from, from, to) === 0;
      if (!unusedParts(page, { first: number === 0, usable }).every(isClean)) pages.push(number);
    }
    if (length < chunk.length) return pages;
    yield 0;
  }
}

function clean(file: number, number: number, { pageSize, usable }: Layout): void {
  const page = Buffer.alloc(pageSize);
  const start = number * pageSize;
  // A file that became shorter.
  if (readSync(file, page, 0, pageSize, start) < pageSize) return;
  for (const [from, to] of unusedParts(page, { first: number === 0, usable }))
    writeSync(file, Buffer.alloc(to - from), 0, to - from, start + from);
}

/**
 * The parts of a page of a table or an index that hold nothing: between the places of its cells and the cells, and its
 * free blocks without their heads. None of a page that is anything else, or is not as it should be.
 */
export function unusedParts(
  page: Buffer,
  { first, usable }: { first: boolean; usable: number },
): (readonly [number, number])[] {
  const head = first ? 100 : 0;
  const kind = page[head];
  const isLeaf = kind === leafIndex || kind === leafTable;
  if (!isLeaf && kind !== interiorIndex && kind !== interiorTable) return [];
  const cells = page.readUInt16BE(head + 3);
  const gapStart = head + (isLeaf ? 8 : 12) + 2 * cells;
  const gapEnd = page.readUInt16BE(head + 5) || 65_536;
  if (gapStart > gapEnd || gapEnd > usable) return [];
  const parts: (readonly [number, number])[] = gapStart === gapEnd ? [] : [[gapStart, gapEnd]];
  let last = gapEnd - 1;
  for (let block = page.readUInt16BE(head + 1); block !== 0; block = page.readUInt16BE(block)) {
    if (block <= last || block + 4 > usable) return [];
    const end = block + page.readUInt16BE(block + 2);
    if (end < block + 4 || end > usable) return [];
    if (end > block + 4) parts.push([block + 4, end]);
    last = end - 1;
  }
  return parts;
}

function countersOf(database: DatabaseSync): { erasures: number; scrubbed: number } {
  return database.prepare("SELECT erasures, scrubbed FROM settings").get() as {
    erasures: number;
    scrubbed: number;
  };
}

function numberOf(database: DatabaseSync, pragma: string): number {
  return Object.values(database.prepare(`PRAGMA ${pragma}`).get() as Record<string, number>)[0] ?? 0;
}

function readByte(file: number, offset: number): number {
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, offset);
  return byte[0] ?? 0;
}
