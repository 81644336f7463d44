import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeSync } from "node:fs";
import { freeBytes } from "./sqlite-errors.ts";

/** Enough for the log of an erasure, and for what SQLite needs to open a file. */
const reserveBytes = 512 * 1024;
/** With more room than this on the disk there is no need of it. */
const plentyBytes = 256 * 2 ** 20;

/**
 * Room on a disk that is nearly full, in a file beside the store, so that erasing works when nothing else does. Without
 * it nothing could be erased to make room, because SQLite has to write down what it erases.
 */
export class DiskReserve {
  readonly #store: string;
  readonly #path: string;

  constructor(store: string) {
    this.#store = store;
    this.#path = `${store}-reserve`;
  }

  /** Takes the room if it is scarce and there is enough; gives it back where there is plenty. */
  keep(): void {
    const free = freeBytes(this.#store);
    if (free === undefined) return;
    try {
      if (free > plentyBytes) this.release();
      else if (free > reserveBytes && !existsSync(this.#path)) this.#take();
    } catch {
      // Another process does the same, or the disk is full after all: the next time.
    }
  }

  /** Gives the room away. False: there is none. */
  release(): boolean {
    if (!existsSync(this.#path)) return false;
    rmSync(this.#path, { force: true });
    return true;
  }

  #take(): void {
    const file = openSync(this.#path, "wx", 0o600);
    try {
      // Not zeros, of which some file systems keep no more than the number.
      writeSync(file, Buffer.alloc(reserveBytes, 0x53));
      fsyncSync(file);
    } catch (error) {
      rmSync(this.#path, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
  }
}
