import { lastExpiry } from "./record-versions.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { TablesOnDemand } from "./tables-on-demand.ts";

/** Made with the first memory that is drawn from others: a store without such has nothing of it. */
export const sourceTables: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS drawn_from (
    source INTEGER NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (source, record)
  ) STRICT, WITHOUT ROWID`,
  "CREATE INDEX IF NOT EXISTS drawn_from_record ON drawn_from (record)",
  "CREATE TABLE IF NOT EXISTS spent (day INTEGER PRIMARY KEY, tokens INTEGER NOT NULL) STRICT",
];

/** Which records of a SQLite store are drawn from which others, and what that has cost. Methods run inside a transaction of the caller. */
export class SqliteSources {
  readonly #connection: SqliteConnection;
  readonly #tables: TablesOnDemand;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
    this.#tables = new TablesOnDemand(connection, "drawn_from", sourceTables);
  }

  /** Makes its tables, before the transaction that writes to them. */
  prepare(): Promise<void> {
    return this.#tables.prepare();
  }

  /** A record is drawn from these now, and from no others. */
  link(record: number, sources: readonly number[]): void {
    if (!this.exist()) return;
    this.#connection.run("DELETE FROM drawn_from WHERE record = ?", record);
    for (const source of sources)
      this.#connection.run("INSERT OR IGNORE INTO drawn_from VALUES (?, ?)", source, record);
  }

  /** A source is none any more. Answers what was drawn from it: from it alone, and from others too. */
  drop(source: number): { alone: number[]; others: number[] } {
    if (!this.exist()) return { alone: [], others: [] };
    const drawn = this.#connection.all<{ record: number }>(
      "SELECT record FROM drawn_from WHERE source = ?",
      source,
    );
    if (drawn.length === 0) return { alone: [], others: [] };
    this.#connection.run("DELETE FROM drawn_from WHERE source = ?", source);
    const hasOther = (record: number) =>
      this.#connection.get("SELECT 1 FROM drawn_from WHERE record = ? LIMIT 1", record) !== undefined;
    const records = drawn.map(({ record }) => record);
    return {
      alone: records.filter((record) => !hasOther(record)),
      others: records.filter((record) => hasOther(record)),
    };
  }

  /** What is drawn from a record. */
  drawnFrom(source: number): number[] {
    if (!this.exist()) return [];
    return this.#connection
      .all<{ record: number }>("SELECT record FROM drawn_from WHERE source = ?", source)
      .map(({ record }) => record);
  }

  /** When a record that is drawn from others expires. */
  expiryOf(record: number): number | null {
    return lastExpiry(
      this.#connection.all<{ expiresAt: number | null }>(
        "SELECT r.expires_at AS expiresAt FROM drawn_from d JOIN records r ON r.id = d.source WHERE d.record = ?",
        record,
      ),
    );
  }

  spend({ day, tokens, most }: { day: number; tokens: number; most: number }): number | undefined {
    const before =
      this.#connection.get<{ tokens: number }>("SELECT tokens FROM spent WHERE day = ?", day)?.tokens ?? 0;
    if (tokens === 0) return before;
    const spent = Math.max(0, before + tokens);
    if (tokens > 0 && spent > most) return undefined;
    this.#connection.run("DELETE FROM spent WHERE day <> ?", day);
    this.#connection.run("INSERT OR REPLACE INTO spent VALUES (?, ?)", day, spent);
    return spent;
  }

  /** Whether anything was ever drawn from anything. */
  exist(): boolean {
    return this.#tables.exist();
  }
}
