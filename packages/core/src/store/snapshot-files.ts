import { access, mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Read at once: few enough that checking them holds nobody up. */
const pieceBytes = 2 ** 18;
/** What a file says of itself comes first, as JSON filled up with spaces to so many bytes. */
const headBytes = 256;
const suffix = ".snapshot";

/** What a snapshot was made of. One that says anything else than the store does is not used. */
export interface SnapshotOrigin {
  /** Random, of this one snapshot: the store names it in its tables. */
  token: string;
  /** Identity of the store. */
  store: string;
  /** Number and sequence number of the namespace. */
  incarnation: number;
  sequence: number;
}

/**
 * Snapshots of indexes as files in a folder beside the store, each with a random name. A cache: the folder may be deleted
 * at any time. The store says which file is that of a namespace, and the file says of what it was made, so that a folder
 * which belongs to another store, or to another time of this one, is of no effect.
 */
export class SnapshotFiles {
  readonly #folder: string | undefined;

  /** @param folder - Without one, nothing is kept. */
  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** False when nothing is kept. */
  get keeps(): boolean {
    return this.#folder !== undefined;
  }

  /** Writes a new file. What was written of one that fails is removed. */
  async save(
    origin: SnapshotOrigin,
    pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<void> {
    await mkdir(this.#folder as string, { recursive: true, mode: 0o700 });
    const file = await open(this.#path(origin.token), "wx", 0o600);
    try {
      await file.writeFile(headOf(origin));
      for await (const piece of pieces) {
        // One call may write less than it was given.
        for (let offset = 0; offset < piece.length; )
          offset += (await file.write(piece, offset, piece.length - offset)).bytesWritten;
      }
      await file.close();
    } catch (error) {
      await file.close().catch(() => undefined);
      await this.remove(origin.token);
      throw error;
    }
  }

  /**
   * The bytes of a snapshot in pieces, each of which overwrites the one before; `undefined` when it is missing or cannot
   * be read. Reading throws when it is not the snapshot that it should be.
   */
  async load(origin: SnapshotOrigin): Promise<AsyncIterable<Uint8Array> | undefined> {
    if (this.#folder === undefined) return undefined;
    const path = this.#path(origin.token);
    try {
      await access(path);
    } catch {
      return undefined;
    }
    return piecesOf(path, origin);
  }

  async remove(token: string): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#path(token), { force: true });
  }

  /** Removes all files but the named ones. */
  async removeOthers(tokens: ReadonlySet<string>): Promise<void> {
    if (this.#folder === undefined) return;
    let names: string[];
    try {
      names = await readdir(this.#folder);
    } catch {
      return;
    }
    for (const name of names)
      if (!name.endsWith(suffix) || !tokens.has(name.slice(0, -suffix.length)))
        await rm(join(this.#folder, name), { force: true });
  }

  #path(token: string): string {
    return join(this.#folder as string, `${token}${suffix}`);
  }
}

function headOf({ token, store, incarnation, sequence }: SnapshotOrigin): Buffer {
  return Buffer.from(
    JSON.stringify({ token, store, incarnation, sequence })
      .padEnd(headBytes - 1)
      .concat("\n"),
  );
}

async function* piecesOf(path: string, origin: SnapshotOrigin): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(headBytes);
    await file.read(head, 0, headBytes);
    if (!head.equals(headOf(origin))) throw new TypeError("the file is not the snapshot that it should be");
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
