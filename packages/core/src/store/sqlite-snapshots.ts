import { randomUUID } from "node:crypto";
import { SnapshotFiles } from "./snapshot-files.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import type { NamespacePlace, SnapshotStore } from "./store.ts";

/** Makes a file that was written the snapshot of its namespace: see `adoptSnapshot`. */
export type AdoptSnapshot = (namespace: string, at: NamespacePlace, token: string) => Promise<boolean>;

interface SnapshotRow {
  namespace: number;
  token: string;
  sequence: number;
}

/** A snapshot whose namespace is gone, or has erased something since. */
const stale = `snapshots s LEFT JOIN namespaces n ON n.number = s.namespace
  WHERE n.number IS NULL OR n.erased > s.sequence`;

/**
 * The snapshots that a store vouches for: for each namespace the token of one file, committed after the file was written.
 * A store that was put back from a backup names the snapshots that it knew then, which are true prefixes of its history;
 * those that were made since are named by nobody.
 */
export class SqliteSnapshots implements SnapshotStore {
  readonly #connection: SqliteConnection;
  readonly #files: SnapshotFiles;
  readonly #adopted: AdoptSnapshot | undefined;
  #renew: (() => Promise<void>) | undefined;

  /** @param adopted - What makes a new file the snapshot of its namespace, where this connection only reads. */
  constructor(connection: SqliteConnection, adopted?: AdoptSnapshot) {
    this.#connection = connection;
    this.#adopted = adopted;
    this.#files = new SnapshotFiles(connection.path === ":memory:" ? undefined : `${connection.path}.index`);
  }

  async saveSnapshot(
    namespace: string,
    at: NamespacePlace,
    pieces: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<boolean> {
    if (!this.#files.keeps || (this.#connection.readOnly && this.#adopted === undefined)) return true;
    if (!this.#isWanted(namespace, at)) return false;
    const token = randomUUID();
    const { content } = this.#connection;
    await this.#files.save(
      { token, store: this.#identity(), ...at },
      content.pieces(at.incarnation, token, pieces()),
    );
    return this.#adopted === undefined
      ? this.adoptSnapshot(namespace, at, token)
      : this.#adopted(namespace, at, token);
  }

  /** Makes a file that was written the snapshot of its namespace, if it still is one. Answers whether it is. */
  async adoptSnapshot(namespace: string, at: NamespacePlace, token: string): Promise<boolean> {
    // Anything may have happened while it was written.
    const replaced = await this.#connection.transaction(() => {
      if (!this.#isWanted(namespace, at)) return token;
      const before = this.#row(at.incarnation);
      this.#connection.run(
        "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?)",
        at.incarnation,
        token,
        at.sequence,
      );
      return before?.token;
    });
    if (replaced !== undefined) await this.#files.remove(replaced);
    return replaced !== token;
  }

  async loadSnapshot(namespace: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    const found = this.#connection.get<SnapshotRow & { last: number }>(
      `SELECT s.namespace, s.token, s.sequence, n.sequence AS last FROM namespaces n
       JOIN snapshots s ON s.namespace = n.number WHERE n.name = ?`,
      this.#connection.content.name(namespace),
    );
    if (found === undefined || found.sequence > found.last) return undefined;
    const { token, sequence, namespace: incarnation } = found;
    const pieces = await this.#files.load({ token, store: this.#identity(), incarnation, sequence });
    return pieces && this.#connection.content.openedPieces(incarnation, token, pieces);
  }

  async staleSnapshots(): Promise<string[]> {
    return this.#connection
      .all<{ name: string | null }>(`SELECT n.name FROM ${stale}`)
      .flatMap(({ name }) => name ?? []);
  }

  /** Removes what is stale, and the files that no namespace names. */
  async removeStaleSnapshots(): Promise<void> {
    if (!this.#files.keeps || this.#connection.readOnly) return;
    if (this.#connection.get(`SELECT 1 FROM ${stale} LIMIT 1`) !== undefined)
      await this.#connection.transaction(() =>
        this.#connection.run(`DELETE FROM snapshots WHERE namespace IN (SELECT s.namespace FROM ${stale})`),
      );
    const rows = this.#connection.all<SnapshotRow>("SELECT * FROM snapshots");
    await this.#files.removeOthers(new Set(rows.map(({ token }) => token)));
  }

  beforeScrub(renew: () => Promise<void>): void {
    this.#renew = renew;
  }
  /** What is stale is written anew, or removed. */
  async renewed(): Promise<void> {
    await this.#renew?.();
    await this.removeStaleSnapshots();
  }

  #isWanted(namespace: string, { incarnation, sequence }: NamespacePlace): boolean {
    const row = this.#connection.get<{ number: number; sequence: number; erased: number }>(
      "SELECT number, sequence, erased FROM namespaces WHERE name = ?",
      this.#connection.content.name(namespace),
    );
    if (row?.number !== incarnation || sequence > row.sequence || sequence < row.erased) return false;
    return sequence >= (this.#row(incarnation)?.sequence ?? 0);
  }

  #row(namespace: number): SnapshotRow | undefined {
    return this.#connection.get<SnapshotRow>("SELECT * FROM snapshots WHERE namespace = ?", namespace);
  }

  #identity(): string {
    return this.#connection.get<{ identity: string }>("SELECT identity FROM settings")?.identity ?? "";
  }
}
