import { readRow } from "./sqlite-text.ts";

/** A value of a row, as it is stored. Texts are those of `storedText` read back, truth is 1 or 0. */
export type Cell = string | number | null | Uint8Array;
/** The values of a row, in the order of its columns. */
export type Row = readonly Cell[];
type Tables<Name extends string> = Readonly<Record<Name, readonly string[]>>;

/** What is copied page by page, as it may be long. */
export type PagedTable = "records" | "erasures" | "namespaces";
/** What has few rows, which are copied together. */
export type SmallTable = "embedders" | "settings" | "spent";
export type AttachedTable = "versions" | "vectors" | "queue" | "drawn_from" | "superseded";
/** Every table of a store. */
export type RowTable = PagedTable | SmallTable | AttachedTable;

/** What belongs to a record: of each table the columns, `record` first. */
const attached: Tables<AttachedTable> = {
  versions: ["record", "version", "fields"],
  vectors: ["record", "embedder", "sequence", "numbers"],
  queue: ["record", "task", "revision", "attempts", "failed", "due_at", "error"],
  drawn_from: ["record", "source"],
  superseded: ["record", "key"],
};

/** What is gone over page by page, in the order in which it is copied: a namespace is there when all of it is. */
const paged: Readonly<Record<PagedTable, { columns: readonly string[]; place: readonly string[] }>> = {
  records: {
    columns: [
      ...["id", "namespace", "key", "value", "tags", "metadata", "entities", "thread", "role", "created_at"],
      ...["updated_at", "expires_at", "version", "sequence"],
    ],
    place: ["namespace", "sequence", "id"],
  },
  erasures: { columns: ["namespace", "sequence", "record"], place: ["namespace", "sequence", "record"] },
  namespaces: {
    columns: ["number", "name", "sequence", "erased", "forgotten", "embedder", "target"],
    place: ["number", "0", "0"],
  },
};

/** Few rows, which are copied together. */
const small: Tables<SmallTable> = {
  embedders: ["number", "id", "dimensions", "computed"],
  settings: ["embedder"],
  spent: ["day", "tokens"],
};

/** In the order in which they are copied. */
export const pagedTables: readonly PagedTable[] = ["records", "erasures", "namespaces"];
const attachedTables = Object.keys(attached) as AttachedTable[];

/** Where a row is in the order of its table. */
export type RowPlace = readonly [number, number, number];
/** Before every row. */
export const firstPlace: RowPlace = [-1, -1, -1];

/** A row with all rows that belong to it. */
export interface WholeRow {
  place: RowPlace;
  row: Row;
  /** Empty but for records. In one order, which is the same wherever they are stored. */
  attached: Readonly<Partial<Record<AttachedTable, readonly Row[]>>>;
}

/** What statements are sent to: `@` before the name of a table, `?` for a value. */
export interface RowsReader {
  /** A condition on rows of tables beside `records`: those of the records of these places. */
  ownedBy(places: readonly RowPlace[]): string;
  /** The rows that a query finds, by the names of their columns. */
  all(text: string, values?: readonly Cell[]): Promise<Record<string, unknown>[]>;
}
/** What statements that write are sent to, too. */
export interface RowsWriter extends RowsReader {
  /** Runs a statement that answers nothing. */
  run(text: string, values?: readonly Cell[]): Promise<void>;
}

/** A store as rows that can be compared and copied as they are. */
export interface StoreRows {
  /** Rows after a place, in order: `limit` of them, or up to and with another place. */
  read(
    table: PagedTable,
    after: RowPlace,
    until: { limit: number } | { upTo: RowPlace | undefined },
  ): Promise<WholeRow[]>;
  /** All rows of the tables that have few. */
  readSmall(): Promise<Record<SmallTable, Row[]>>;
  /** The greatest numbers that were ever given to records, namespaces and embedders: none is given again. */
  numbers(): Promise<{ records: number; namespaces: number; embedders: number }>;
  /** How many records and namespaces there are. */
  counts(): Promise<{ records: number; namespaces: number }>;
  /** Which store it is, to be told from others. */
  readonly identity: string;
  /** Lets go of the store. */
  close(): Promise<void>;
}

/** A store that rows are copied into, which nobody else uses meanwhile. */
export interface StoreRowsTarget extends StoreRows {
  /** All or nothing. */
  replace(table: PagedTable, removed: readonly WholeRow[], put: readonly WholeRow[]): Promise<void>;
  /** Puts these in the place of all rows of the tables that have few. */
  writeSmall(rows: Record<SmallTable, Row[]>): Promise<void>;
  /** The store is whole: whoever opens it finds it. Numbers go on after the given ones. */
  finish(numbers: { records: number; namespaces: number; embedders: number }): Promise<void>;
}

/** What a kind of store has in its rows besides, made of what is there. */
export type Derived = Readonly<
  Partial<
    Record<RowTable, Readonly<Record<string, (row: Readonly<Record<string, Cell>>, namespace: Cell) => Cell>>>
  >
>;

/** Rows after a place, in order, each with the rows that belong to it: `StoreRows.read` for stores of SQL. */
export async function readRows(
  reader: RowsReader,
  table: PagedTable,
  after: RowPlace,
  until: { limit: number } | { upTo: RowPlace | undefined },
): Promise<WholeRow[]> {
  const { columns, place } = paged[table];
  const upTo = "upTo" in until ? until.upTo : undefined;
  const found = await reader.all(
    `SELECT ${columns.join(", ")} FROM @${table} WHERE (${place.join(", ")}) > (${after.join(", ")})
     ${upTo === undefined ? "" : `AND (${place.join(", ")}) <= (${upTo.join(", ")})`}
     ORDER BY ${place.filter((name) => name !== "0").join(", ")} ${"limit" in until ? `LIMIT ${until.limit}` : ""}`,
  );
  const whole = found.map((row) => ({
    place: place.map((name) => (name === "0" ? 0 : Number(row[name]))) as unknown as RowPlace,
    row: cellsOf(row, columns),
    attached: {} as Partial<Record<AttachedTable, Row[]>>,
  }));
  if (table !== "records" || whole.length === 0) return whole;
  const byId = new Map(whole.map((each) => [each.place[2], each]));
  for (const name of attachedTables) {
    const names: readonly string[] = attached[name];
    const rows = await reader.all(
      `SELECT ${names.join(", ")} FROM @${name} WHERE ${reader.ownedBy(whole.map((each) => each.place))}`,
    );
    for (const row of rows) {
      const owner = byId.get(Number(row.record));
      if (owner === undefined) continue;
      owner.attached[name] ??= [];
      owner.attached[name].push(cellsOf(row, names));
    }
  }
  for (const each of whole) for (const rows of Object.values(each.attached)) rows.sort(byText);
  return whole;
}

/** All rows of the tables that have few: `StoreRows.readSmall` for stores of SQL. */
export async function readSmallRows(reader: RowsReader): Promise<Record<SmallTable, Row[]>> {
  const found: Partial<Record<SmallTable, Row[]>> = {};
  for (const [name, columns] of Object.entries(small) as [SmallTable, readonly string[]][]) {
    const rows = await reader.all(`SELECT ${columns.join(", ")} FROM @${name} ORDER BY 1`);
    found[name] = rows.map((row) => cellsOf(row, columns));
  }
  return found as Record<SmallTable, Row[]>;
}

/** In a transaction of the caller. */
export async function replaceRows(
  writer: RowsWriter,
  derived: Derived,
  table: PagedTable,
  removed: readonly WholeRow[],
  put: readonly WholeRow[],
): Promise<void> {
  const { columns, place } = paged[table];
  if (removed.length > 0) {
    if (table === "records")
      for (const name of attachedTables)
        await writer.run(`DELETE FROM @${name} WHERE ${writer.ownedBy(removed.map((each) => each.place))}`);
    const names = place.filter((name) => name !== "0");
    for (const each of removed)
      await writer.run(
        `DELETE FROM @${table} WHERE ${names.map((name, index) => `${name} = ${each.place[index]}`).join(" AND ")}`,
      );
  }
  const namespaceOf = ({ place: [first] }: WholeRow): Cell => first;
  await insertRows(
    writer,
    derived,
    table,
    columns,
    put.map((each) => [each.row, namespaceOf(each)]),
  );
  for (const name of attachedTables)
    await insertRows(
      writer,
      derived,
      name,
      attached[name],
      put.flatMap((each) => (each.attached[name] ?? []).map((row): [Row, Cell] => [row, namespaceOf(each)])),
    );
}

/** In a transaction of the caller. */
export async function replaceSmallRows(
  writer: RowsWriter,
  derived: Derived,
  rows: Record<SmallTable, Row[]>,
): Promise<void> {
  for (const name of ["embedders", "spent"] as const) {
    await writer.run(`DELETE FROM @${name}`);
    await insertRows(
      writer,
      derived,
      name,
      small[name],
      rows[name].map((row) => [row, null]),
    );
  }
  await writer.run("UPDATE @settings SET embedder = ?", [rows.settings[0]?.[0] ?? null]);
}

/** One text for the same rows, whichever store they are of. */
export function rowText({ row, attached: others }: Pick<WholeRow, "row" | "attached">): string {
  return `${cellsText(row)}${attachedTables.map((name) => `${name}${(others[name] ?? []).map(cellsText).join("")}`).join("")}`;
}

/** Values of one statement: fewer than any database takes. */
const mostValues = 8_000;

async function insertRows(
  writer: RowsWriter,
  derived: Derived,
  table: RowTable,
  columns: readonly string[],
  rows: readonly (readonly [Row, Cell])[],
): Promise<void> {
  const more = Object.entries(derived[table] ?? {});
  const all = [...columns, ...more.map(([name]) => name)];
  const atOnce = Math.floor(mostValues / all.length);
  for (let from = 0; from < rows.length; from += atOnce) {
    const part = rows.slice(from, from + atOnce);
    const values = part.flatMap(([row, namespace]) => {
      const named = Object.fromEntries(columns.map((name, index) => [name, row[index] as Cell]));
      return [...row, ...more.map(([, make]) => make(named, namespace))];
    });
    const one = `(${all.map(() => "?").join(", ")})`;
    await writer.run(
      `INSERT INTO @${table} (${all.join(", ")}) VALUES ${part.map(() => one).join(", ")}`,
      values,
    );
  }
}

function cellsOf(row: Record<string, unknown>, columns: readonly string[]): Cell[] {
  const read = readRow(row);
  return columns.map((name) => {
    const value = read[name];
    return typeof value === "boolean" || typeof value === "bigint"
      ? Number(value)
      : ((value ?? null) as Cell);
  });
}

function cellsText(row: Row): string {
  return JSON.stringify(
    row.map((cell) => (cell instanceof Uint8Array ? Buffer.from(cell).toString("base64") : cell)),
  );
}

function byText(a: Row, b: Row): number {
  const [left, right] = [cellsText(a), cellsText(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
