import { randomUUID } from "node:crypto";
import type { NamespacePlace, SnapshotStore } from "@souvenir/core";
import type { Database, Transaction } from "./database.ts";

/** Bytes of one row: few enough that nobody waits for it. */
const pieceBytes = 2 ** 20;
/** Pieces that no snapshot names are of one that is being written, for so long. */
const unfinished = "interval '1 hour'";
/** A snapshot whose namespace is gone, or has erased something since. */
const stale = `@snapshots s LEFT JOIN @namespaces n ON n.number = s.namespace
  WHERE n.number IS NULL OR n.erased > s.sequence`;

/** Milliseconds after an erasure until snapshots that may hold what was erased are written anew or removed. */
const renewedAfterMs = 10_000;

/** An object store for the bytes of snapshots, as S3 or a folder that all nodes share: each name is written once. */
export interface SnapshotObjects {
  /** Resolves once all of it is there. A piece is valid until the next is asked for. */
  write(name: string, pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** The same bytes, in pieces of any length. Rejects when there is no such object. */
  read(name: string): AsyncIterable<Uint8Array>;
  /** Resolves also when there is none. */
  remove(name: string): Promise<void>;
}

/** Indexes of namespaces, in pieces: rows of a table, or an object each. */
export class PostgresSnapshots implements SnapshotStore {
  readonly #database: Database;
  readonly #objects: SnapshotObjects | undefined;
  #renew: (() => Promise<void>) | undefined;
  #renewing: ReturnType<typeof setTimeout> | undefined;

  constructor(database: Database, objects: SnapshotObjects | undefined) {
    this.#database = database;
    this.#objects = objects;
  }

  /**
   * Writes the pieces under a token of their own, a row each, and then has the namespace name them: a node that stops in
   * between leaves pieces that nobody believes.
   */
  async saveSnapshot(
    namespace: string,
    at: NamespacePlace,
    pieces: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<boolean> {
    if (!(await isWanted(this.#database, namespace, at))) return false;
    const token = randomUUID();
    try {
      const count = await this.#write(token, pieces());
      const replaced = await this.#database.transaction(async (transaction) => {
        // Anything may have happened while it was written.
        if (!(await isWanted(transaction, namespace, at, "FOR SHARE OF n"))) return token;
        const before = await transaction.get<{ token: string }>(
          "SELECT token FROM @snapshots WHERE namespace = $1 FOR UPDATE",
          [at.incarnation],
        );
        await transaction.run(
          `INSERT INTO @snapshots (namespace, token, sequence, pieces) VALUES ($1, $2, $3, $4) ON CONFLICT (namespace)
           DO UPDATE SET token = excluded.token, sequence = excluded.sequence, pieces = excluded.pieces
           WHERE @snapshots.sequence <= excluded.sequence`,
          [at.incarnation, token, at.sequence, count],
        );
        return before?.token;
      });
      if (replaced !== undefined) await this.#remove([replaced]);
      return replaced !== token;
    } catch (error) {
      await this.#remove([token]).catch(() => undefined);
      throw error;
    }
  }

  async loadSnapshot(namespace: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    const found = await this.#database.get<{ token: string; pieces: number }>(
      `SELECT s.token, s.pieces FROM @namespaces n JOIN @snapshots s ON s.namespace = n.number
       WHERE n.name = $1 AND s.sequence <= n.sequence`,
      [namespace],
    );
    if (found?.pieces === 0) return this.#objects?.read(found.token);
    return found && piecesOf(this.#database, found);
  }

  async staleSnapshots(): Promise<string[]> {
    const rows = await this.#database.all<{ name: string | null }>(`SELECT n.name FROM ${stale}`);
    return rows.flatMap(({ name }) => name ?? []);
  }

  /** Removes what is stale, and pieces that were left behind. */
  async removeStaleSnapshots(): Promise<void> {
    const gone = await this.#database.all<{ token: string }>(
      `DELETE FROM @snapshots WHERE (namespace, token) IN (SELECT s.namespace, s.token FROM ${stale}) RETURNING token`,
    );
    const left = await this.#database.all<{ token: string }>(
      `SELECT DISTINCT p.token FROM @snapshot_pieces p WHERE p.written_at < now() - ${unfinished}
       AND NOT EXISTS (SELECT 1 FROM @snapshots s WHERE s.token = p.token)`,
    );
    await this.#remove([...gone, ...left].map(({ token }) => token));
  }

  /** Answers into how many rows. Of an object there is a row without bytes, and none of its pieces is counted. */
  async #write(token: string, pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<number> {
    const row = (piece: number, bytes: Uint8Array) =>
      this.#database.run(
        "INSERT INTO @snapshot_pieces (token, piece, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        [token, piece, bytes],
      );
    if (this.#objects !== undefined) {
      // First: what a node that stops leaves behind is found by it.
      await row(0, new Uint8Array());
      await this.#objects.write(token, inRows(pieces));
      return 0;
    }
    let count = 0;
    for await (const bytes of inRows(pieces)) {
      await row(count, bytes);
      count += 1;
    }
    return count;
  }

  async #remove(tokens: readonly string[]): Promise<void> {
    if (tokens.length === 0) return;
    // Its row goes last, so that it is found again when this fails.
    for (const token of tokens) await this.#objects?.remove(token);
    await this.#database.run("DELETE FROM @snapshot_pieces WHERE token = ANY($1::text[])", [tokens]);
  }

  beforeScrub(renew: () => Promise<void>): void {
    this.#renew = renew;
  }

  /** Those that are stale are written anew, or removed. */
  async renewed(): Promise<void> {
    if ((await this.staleSnapshots()).length > 0) await this.#renew?.();
    await this.removeStaleSnapshots();
  }

  renewLater(): void {
    if (this.#renewing !== undefined) return;
    this.#renewing = setTimeout(() => {
      this.#renewing = undefined;
      this.#database.use(() => this.renewed()).catch(() => undefined);
    }, renewedAfterMs);
    this.#renewing.unref();
  }

  /** To be called before the connections are closed. */
  async end(): Promise<void> {
    clearTimeout(this.#renewing);
    // What cannot be removed is left for the next one who erases something.
    if (this.#renewing !== undefined)
      await this.#database.use(() => this.removeStaleSnapshots()).catch(() => undefined);
  }
}

async function* piecesOf(
  database: Database,
  { token, pieces }: { token: string; pieces: number },
): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < pieces; piece += 1) {
    const row = await database.use(() =>
      database.get<{ bytes: Uint8Array }>(
        "SELECT bytes FROM @snapshot_pieces WHERE token = $1 AND piece = $2",
        [token, piece],
      ),
    );
    if (row === undefined) throw new TypeError("the snapshot was replaced while it was read");
    yield row.bytes;
  }
}

/** Not one from before the last erasure, older than the one that is there, or of another history. */
async function isWanted(
  reader: Transaction,
  namespace: string,
  { incarnation, sequence }: NamespacePlace,
  lock = "",
): Promise<boolean> {
  const row = await reader.get<{ number: number; sequence: number; erased: number }>(
    `SELECT n.number, n.sequence, n.erased FROM @namespaces n WHERE n.name = $1 ${lock}`,
    [namespace],
  );
  if (row?.number !== incarnation || sequence > row.sequence || sequence < row.erased) return false;
  const kept = await reader.get<{ sequence: number }>(
    "SELECT sequence FROM @snapshots WHERE namespace = $1",
    [incarnation],
  );
  return sequence >= (kept?.sequence ?? 0);
}

/** The same bytes in pieces of one size, the last one of what is left. Each is a copy. */
async function* inRows(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let row = Buffer.alloc(pieceBytes);
  let filled = 0;
  for await (const piece of pieces) {
    for (let offset = 0; offset < piece.length; ) {
      const length = Math.min(piece.length - offset, pieceBytes - filled);
      row.set(piece.subarray(offset, offset + length), filled);
      offset += length;
      filled += length;
      if (filled < pieceBytes) continue;
      yield row;
      row = Buffer.alloc(pieceBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield row.subarray(0, filled);
}
