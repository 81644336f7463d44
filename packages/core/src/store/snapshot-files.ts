import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from "node:fs";
import { access, open } from "node:fs/promises";
import { join } from "node:path";

/** Read at once; a file is read in pieces because it may be larger than any array, and to let the event loop run. */
const pieceBytes = 4 * 2 ** 20;

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

  /** The bytes of a snapshot in pieces, each of which overwrites the one before. */
  async load(number: number): Promise<AsyncIterable<Uint8Array> | undefined> {
    if (this.#folder === undefined) return undefined;
    const path = this.#path(number);
    try {
      await access(path);
    } catch {
      // Missing or unreadable is the same: the index is built from the store.
      return undefined;
    }
    return piecesOf(path);
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

async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    const piece = new Uint8Array(pieceBytes);
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, pieceBytes);
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** One call may write less than it was given. */
function write(file: number, part: Uint8Array): void {
  for (let offset = 0; offset < part.length; ) offset += writeSync(file, part, offset, part.length - offset);
}
