import type { SqliteConnection } from "./sqlite-connection.ts";
import { TablesOnDemand } from "./tables-on-demand.ts";

/** Made with the first memory that names another: a store without such has nothing of it. */
export const supersededTables: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS superseded (
    namespace INTEGER NOT NULL,
    key TEXT NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (namespace, key, record)
  ) STRICT, WITHOUT ROWID`,
  "CREATE INDEX IF NOT EXISTS superseded_record ON superseded (record)",
];

/**
 * Which keys the records of a SQLite store name in `supersedes`, now or in an earlier version: what is erased has to go from
 * there too. Methods run inside a transaction of the caller.
 */
export class SqliteSuperseded {
  readonly #connection: SqliteConnection;
  readonly #tables: TablesOnDemand;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
    this.#tables = new TablesOnDemand(connection, "superseded", supersededTables);
  }

  /** Makes its tables, before the transaction that writes to them. */
  prepare(): Promise<void> {
    return this.#tables.prepare();
  }

  /** Whether any memory ever named another. */
  exist(): boolean {
    return this.#tables.exist();
  }

  name(namespace: number, record: number, keys: Iterable<string>): void {
    for (const key of keys)
      this.#connection.run(
        "INSERT OR IGNORE INTO superseded VALUES (?, ?, ?)",
        namespace,
        this.#connection.content.token(namespace, "key", key),
        record,
      );
  }

  /** A record is gone. */
  forget(record: number): void {
    this.#connection.run("DELETE FROM superseded WHERE record = ?", record);
  }

  /** Nobody is to name a key any more. Answers who does. */
  drop(namespace: number, key: string): number[] {
    const named = "FROM superseded WHERE namespace = ? AND key = ?";
    const token = this.#connection.content.token(namespace, "key", key);
    const namers = this.#connection.all<{ record: number }>(`SELECT record ${named}`, namespace, token);
    if (namers.length > 0) this.#connection.run(`DELETE ${named}`, namespace, token);
    return namers.map(({ record }) => record);
  }
}
