import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { freeBytes } from "./sqlite-errors.ts";

/**
 * Enough for what has to be written before the log is empty, and for the log of an erasure: of small disks a quarter of
 * what is free.
 */
const leastBytes = 512 * 1024;
const mostBytes = 8 * 2 ** 20;
const shareOfFree = 1 / 4;
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

  /**
   * Takes the room if it is scarce and there is enough; gives it back where there is plenty.
   * @returns The bytes that are kept.
   */
  keep(): number {
    const free = freeBytes(this.#store);
    try {
      const kept = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
      if (free === undefined) return kept;
      const bytes = Math.round(Math.min(mostBytes, Math.max(leastBytes, free * shareOfFree)));
      if (free > plentyBytes) this.release();
      else if (kept > 0 || free <= bytes) return kept;
      else return this.#take(bytes);
    } catch {
      // Another process does the same, or the disk is full after all: the next time.
    }
    return 0;
  }

  /** Gives the room away. False: there is none. */
  release(): boolean {
    if (statSync(this.#path, { throwIfNoEntry: false }) === undefined) return false;
    rmSync(this.#path, { force: true });
    return true;
  }

  #take(bytes: number): number {
    const file = openSync(this.#path, "wx", 0o600);
    try {
      // Not zeros, of which some file systems keep no more than the number.
      writeSync(file, Buffer.alloc(bytes, 0x53));
      fsyncSync(file);
      return bytes;
    } catch (error) {
      rmSync(this.#path, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
  }
}
