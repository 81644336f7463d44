import type { TurnPlace } from "./embedder-context.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import type { StoredRecord } from "./store.ts";

/** As `isWithdrawn`; metadata that cannot be read is for whoever reads the record to be told of. */
const spoken = `CASE WHEN json_valid(metadata) THEN
  coalesce(json_type(metadata, '$.souvenir.withdrawn'), '') = 'true' ELSE 0 END = 0`;

/** Who stands next to whom in the threads of a SQLite store. */
export class SqliteTurns {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  /** The turn before a record, `undefined` for none. */
  previous(namespace: number, id: number): Pick<StoredRecord, "value" | "role"> | undefined {
    const place = this.place(id);
    return (
      place &&
      this.#connection.get<{ value: string; role: string | null }>(
        `SELECT value, role FROM records WHERE namespace = ? AND thread = ? AND (created_at, id) < (?, ?) AND ${spoken}
         ORDER BY created_at DESC, id DESC LIMIT 1`,
        namespace,
        place.thread,
        place.createdAt,
        place.id,
      )
    );
  }

  /** The turn after a place, whose thread is as the table has it. */
  next(namespace: number, { thread, createdAt, id }: TurnPlace): number | undefined {
    return this.#connection.get<{ id: number }>(
      `SELECT id FROM records WHERE namespace = ? AND thread = ? AND (created_at, id) > (?, ?) AND ${spoken}
       ORDER BY created_at, id LIMIT 1`,
      namespace,
      thread,
      createdAt,
      id,
    )?.id;
  }

  /** Where a record is read as the turn before another one, with its thread as the table has it. */
  place(id: number): TurnPlace | undefined {
    const row = this.#connection.get<{ thread: string | null; created_at: number }>(
      `SELECT thread, created_at FROM records WHERE id = ? AND ${spoken}`,
      id,
    );
    if (row === undefined || row.thread === null) return undefined;
    return { thread: row.thread, createdAt: row.created_at, id };
  }

  exists(id: number): boolean {
    return this.#connection.get("SELECT 1 FROM records WHERE id = ?", id) !== undefined;
  }
}
