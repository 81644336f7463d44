import type { SQLInputValue } from "node:sqlite";
import { invalid } from "../validation.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

/**
 * How a field is kept: a `name` is a text that is not empty, a `time` a `Date` (milliseconds since 1970 in the table),
 * `json` whatever JSON can hold, `bytes` a `Uint8Array`. With `?` it may be missing. `place` is the order of arrival: the table gives it, and
 * what is there already keeps it.
 */
export type ColumnKind =
  | "name"
  | "name?"
  | "text?"
  | "number"
  | "time"
  | "json"
  | "json?"
  | "bytes"
  | "place";

/** Which table it is, and how its rows become items. */
export interface RecordTableOptions<Item> {
  /** The table, which the migrations have made. */
  table: string;
  /** What one is called in errors. */
  noun: string;
  /** The column of each field, and how it is kept there. */
  fields: { readonly [Field in keyof Item & string]-?: readonly [column: string, kind: ColumnKind] };
  /** The fields that tell one from another. */
  key: readonly (keyof Item & string)[];
  /** Makes the error for a value that cannot be kept. Default: `INVALID_INPUT`. */
  refuse?: (where: string, expected: string) => Error;
  /** Default `JSON.stringify`. */
  stringify?: (value: unknown) => string | undefined;
}

/** A condition in SQL, and what its question marks stand for. */
export interface Condition {
  sql: string;
  values: readonly SQLInputValue[];
}

/** Which rows are meant, in which order, and how many. */
export interface Selection {
  /** All must hold. */
  where?: readonly Condition[];
  /** Columns to order by, in SQL. */
  order?: string;
  limit?: number;
  offset?: number;
}

/** A condition in SQL with its values, for `Selection`. */
export function condition(sql: string, ...values: SQLInputValue[]): Condition {
  return { sql, values };
}

/** A member of a JSON column is this very value, of this very type. */
export function jsonIs(column: string, path: string, value: string | number | boolean | null): Condition {
  const type = `json_type(${column}, ?)`;
  // As JSON, like the column: a text itself is stored in another way when it holds NUL.
  if (typeof value === "string")
    return condition(
      `(${type} = 'text' AND json_extract(${column}, ?) = json_extract(?, '$'))`,
      path,
      path,
      JSON.stringify(value),
    );
  if (typeof value === "number")
    return condition(
      `(${type} IN ('integer', 'real') AND json_extract(${column}, ?) = ?)`,
      path,
      path,
      value,
    );
  return condition(`${type} = ?`, path, String(value));
}

/**
 * Objects of one kind in a table of an adapter, exactly as they were given. Its methods run in the transaction or
 * snapshot of the caller.
 */
export class RecordTable<Item extends object> {
  readonly table: string;
  readonly #options: RecordTableOptions<Item>;
  readonly #fields: readonly [field: string, column: string, kind: ColumnKind][];
  readonly #put: string;
  readonly #get: string;

  constructor(options: RecordTableOptions<Item>) {
    const { table, fields, key } = options;
    this.table = table;
    this.#options = options;
    this.#fields = Object.entries<readonly [string, ColumnKind]>(fields).map(([field, of]) => [field, ...of]);
    const columns = this.#fields.map(([, column]) => column);
    const marks = this.#fields.map(([, column, kind]) =>
      kind === "place" ? `(SELECT coalesce(max(${column}), 0) + 1 FROM ${table})` : "?",
    );
    const keys = key.map((field) => fields[field][0]);
    const changing = this.#fields.filter(([, column, kind]) => kind !== "place" && !keys.includes(column));
    this.#put = `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks.join(", ")})
      ON CONFLICT (${keys.join(", ")}) DO UPDATE SET
      ${changing.map(([, column]) => `${column} = excluded.${column}`).join(", ")}`;
    this.#get = `SELECT * FROM ${table} WHERE ${keys.map((column) => `${column} = ?`).join(" AND ")}`;
  }

  /** The row of a key, `undefined` when there is none. */
  get(db: SqliteConnection, ...key: readonly string[]): Item | undefined {
    if (key.some((value) => typeof value !== "string")) return undefined;
    const row = db.get<Record<string, unknown>>(this.#get, ...key);
    return row === undefined ? undefined : this.#item(row);
  }

  /** Replaces what has the same key. @throws what `refuse` makes */
  put(db: SqliteConnection, item: Item): void {
    const given = item as Record<string, unknown>;
    const kept = this.#fields.filter(([, , kind]) => kind !== "place");
    db.run(this.#put, ...kept.map(([field, , kind]) => this.#stored(given[field], kind, field)));
  }

  /** Selected rows, in order. */
  list(db: SqliteConnection, { where, order, limit = -1, offset = 0 }: Selection = {}): Item[] {
    const { sql, values } = this.#from(where);
    return db
      .all<Record<string, unknown>>(
        `SELECT * ${sql}${order === undefined ? "" : ` ORDER BY ${order}`} LIMIT ? OFFSET ?`,
        ...values,
        limit,
        offset,
      )
      .map((row) => this.#item(row));
  }

  /** How many rows are selected. */
  count(db: SqliteConnection, where?: readonly Condition[]): number {
    const { sql, values } = this.#from(where);
    return db.get<{ n: number }>(`SELECT count(*) AS n ${sql}`, ...values)?.n ?? 0;
  }

  /** Says how many there were. */
  remove(db: SqliteConnection, where?: readonly Condition[]): number {
    const { sql, values } = this.#from(where);
    return db.run(`DELETE ${sql}`, ...values).changes;
  }

  #from(where: readonly Condition[] = []): Condition {
    const conditions = ["TRUE", ...where.map(({ sql }) => sql)].join(" AND ");
    return { sql: `FROM ${this.table} WHERE ${conditions}`, values: where.flatMap(({ values }) => values) };
  }

  #item(row: Record<string, unknown>): Item {
    const item: Record<string, unknown> = {};
    for (const [field, column, kind] of this.#fields) {
      const value = row[column];
      if (value === null || value === undefined) continue;
      item[field] =
        kind === "time"
          ? new Date(value as number)
          : kind.startsWith("json")
            ? JSON.parse(value as string)
            : value;
    }
    return item as Item;
  }

  #stored(value: unknown, kind: ColumnKind, field: string): SQLInputValue {
    const refused = (expected: string): Error =>
      (this.#options.refuse ?? invalid)(`${this.#options.noun}.${field}`, expected);
    const missing = value === undefined || value === null || (kind === "name?" && value === "");
    if (missing && kind.endsWith("?")) return null;
    switch (kind) {
      case "time": {
        const time = missing ? Number.NaN : new Date(value as Date).getTime();
        if (!Number.isFinite(time)) throw refused("a valid date");
        return time;
      }
      case "json":
      case "json?": {
        let json: string | undefined;
        try {
          json = missing ? undefined : (this.#options.stringify ?? JSON.stringify)(value);
        } catch {
          // Told below.
        }
        if (json === undefined) throw refused("what JSON can hold");
        return json;
      }
      case "bytes":
        if (!(value instanceof Uint8Array)) throw refused("bytes");
        return value;
      case "number":
        if (typeof value !== "number") throw refused("a number");
        return value;
      default:
        if (typeof value !== "string") throw refused("a text");
        if (kind !== "text?" && (value === "" || !value.isWellFormed()))
          throw refused("a text that is not empty and is valid Unicode");
        return value;
    }
  }
}
