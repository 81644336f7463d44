import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Snapshots of indexes as files in a folder beside the store. A cache: the folder may be deleted at any time.
 * Files are replaced whole by renaming, so that a reader never sees half of one.
 */
export class SnapshotFiles {
  readonly #folder: string | undefined;

  /** @param folder - Without one, nothing is kept. */
  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** Synchronous, because the parts are views of an index that changes with the next write. */
  save(number: number, parts: readonly Uint8Array[]): void {
    if (this.#folder === undefined) return;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const path = this.#path(number);
    const draft = `${path}.${randomUUID()}`;
    try {
      const file = openSync(draft, "wx", 0o600);
      try {
        for (const part of parts) write(file, part);
      } finally {
        closeSync(file);
      }
      renameSync(draft, path);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  }

  async load(number: number): Promise<Uint8Array | undefined> {
    if (this.#folder === undefined) return undefined;
    try {
      const bytes = await readFile(this.#path(number));
      // Not a Buffer, whose slice() is a view where that of an array is a copy.
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    } catch {
      // Missing or unreadable is the same: the index is built from the store.
      return undefined;
    }
  }

  /** Removes the snapshot of a namespace and what a killed process left of one. */
  drop(number: number): void {
    if (this.#folder === undefined) return;
    const name = `${number}.snapshot`;
    let names: string[];
    try {
      names = readdirSync(this.#folder);
    } catch {
      return;
    }
    for (const found of names)
      if (found === name || found.startsWith(`${name}.`)) rmSync(join(this.#folder, found), { force: true });
  }

  #path(number: number): string {
    return join(this.#folder as string, `${number}.snapshot`);
  }
}

/** One call may write less than it was given. */
function write(file: number, part: Uint8Array): void {
  for (let offset = 0; offset < part.length; ) offset += writeSync(file, part, offset, part.length - offset);
}
