import type { SqliteConnection } from "./sqlite-connection.ts";

/** Tables of a SQLite store that are made when something first needs them: a store without such has nothing of them. */
export class TablesOnDemand {
  readonly #connection: SqliteConnection;
  /** The first table, by which it is told whether there are any. */
  readonly #first: string;
  readonly #definitions: readonly string[];
  #made = false;

  constructor(connection: SqliteConnection, first: string, definitions: readonly string[]) {
    this.#connection = connection;
    this.#first = first;
    this.#definitions = definitions;
  }

  /** Makes them, in a transaction of its own: one that fails must not take them back. */
  async prepare(): Promise<void> {
    if (this.#made) return;
    if (!this.exist())
      await this.#connection.transaction(() => {
        for (const definition of this.#definitions) this.#connection.run(definition);
      });
    this.#made = true;
  }

  exist(): boolean {
    return (
      this.#made ||
      this.#connection.get("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", this.#first) !==
        undefined
    );
  }
}
