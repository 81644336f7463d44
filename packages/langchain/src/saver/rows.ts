import type { SqliteConnection } from "@souvenir/core/sqlite";

/** A thread and one of its namespaces: `""` is the graph itself, others are its subgraphs. */
export interface Place {
  thread: string;
  namespace: string;
}

/** What a serializer makes of a value. */
export interface Serialized {
  type: string;
  value: Uint8Array;
}

export interface CheckpointRow extends Place {
  id: string;
  parent: string | null;
  /** JSON of `ChannelRef[]`. */
  channels: string;
  body_type: string;
  body: Uint8Array;
  metadata_type: string;
  metadata: Uint8Array;
}

/** A channel, its version, and the number of its value. */
export type ChannelRef = readonly [channel: string, version: string | number, number: number];

interface WriteRow extends Place, Serialized {
  checkpoint: string;
  path: string;
  task: string;
  place: number;
  channel: string;
}

export interface Selection extends Partial<Place> {
  id?: string;
  /** Only checkpoints with ids below this one. */
  before?: string;
}

/** Checkpoints that are listed in one go. */
const pageSize = 500;
/** Rows of a thread that are erased in one go. */
const partSize = 100;

/** The checkpoint of that id, or the last one. */
export function findCheckpoint(
  db: SqliteConnection,
  { thread, namespace }: Place,
  id: string | undefined,
): CheckpointRow | undefined {
  const where = "SELECT * FROM langchain_checkpoints WHERE thread = ? AND namespace = ?";
  return id === undefined
    ? db.get(`${where} ORDER BY id DESC LIMIT 1`, thread, namespace)
    : db.get(`${where} AND id = ?`, thread, namespace, id);
}

export function getCheckpoint(db: SqliteConnection, number: number): CheckpointRow | undefined {
  return db.get("SELECT * FROM langchain_checkpoints WHERE number = ?", number);
}

export function getMetadata(db: SqliteConnection, number: number): Serialized | undefined {
  return db.get(
    "SELECT metadata_type AS type, metadata AS value FROM langchain_checkpoints WHERE number = ?",
    number,
  );
}

/** Numbers of checkpoints, newest first. Between two pages others may write. */
export function* listCheckpoints(
  db: SqliteConnection,
  { thread, namespace, id, before }: Selection,
): Generator<number> {
  const conditions: [string, string | undefined][] = [
    ["thread = ?", thread],
    ["namespace = ?", namespace],
    ["id = ?", id],
    ["id < ?", before],
  ];
  const given = conditions.filter(([, value]) => value !== undefined);
  for (let last: { id: string; number: number } | undefined; ; ) {
    const rows: { id: string; number: number }[] = db.all(
      `SELECT id, number FROM langchain_checkpoints
       WHERE ${[...given.map(([condition]) => condition), last === undefined ? "1" : "(id, number) < (?, ?)"].join(" AND ")}
       ORDER BY id DESC, number DESC LIMIT ${pageSize}`,
      ...given.map(([, value]) => value as string),
      ...(last === undefined ? [] : [last.id, last.number]),
    );
    for (const { number } of rows) yield number;
    if (rows.length < pageSize) return;
    last = rows.at(-1);
  }
}

export function putCheckpoint(db: SqliteConnection, row: CheckpointRow): void {
  db.run(
    `INSERT OR REPLACE INTO langchain_checkpoints
     (thread, namespace, id, parent, channels, body_type, body, metadata_type, metadata)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.thread,
    row.namespace,
    row.id,
    row.parent,
    row.channels,
    row.body_type,
    row.body,
    row.metadata_type,
    row.metadata,
  );
}

/** The channels of a checkpoint and where their values are. */
export function refsOf(row: Pick<CheckpointRow, "channels"> | undefined): ChannelRef[] {
  return row === undefined ? [] : (JSON.parse(row.channels) as ChannelRef[]);
}

export function getValue(db: SqliteConnection, number: number): Serialized | undefined {
  return db.get("SELECT type, value FROM langchain_values WHERE number = ?", number);
}

/** Whether a channel ever had a value of this version. */
export function hasValue(
  db: SqliteConnection,
  { thread, namespace }: Place,
  channel: string,
  version: string | number,
): boolean {
  const sql = `SELECT 1 FROM langchain_values
    WHERE thread = ? AND namespace = ? AND channel = ? AND version = ? LIMIT 1`;
  return db.get(sql, thread, namespace, channel, String(version)) !== undefined;
}

/** Answers the number of the value. */
export function putValue(
  db: SqliteConnection,
  { thread, namespace }: Place,
  [channel, version]: readonly [string, string | number],
  { type, value }: Serialized,
): number {
  return db.run(
    "INSERT INTO langchain_values (thread, namespace, channel, version, type, value) VALUES (?, ?, ?, ?, ?, ?)",
    thread,
    namespace,
    channel,
    String(version),
    type,
    value,
  ).id;
}

/** What a task has written stays, except in the places of errors and interrupts, which are below 0. */
export function putWrite(db: SqliteConnection, row: WriteRow): void {
  db.run(
    `INSERT OR ${row.place < 0 ? "REPLACE" : "IGNORE"} INTO langchain_writes
     (thread, namespace, checkpoint, path, task, place, channel, type, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.thread,
    row.namespace,
    row.checkpoint,
    row.path,
    row.task,
    row.place,
    row.channel,
    row.type,
    row.value,
  );
}

/** In the order in which a step applies them: SQLite compares UTF-8, which is by code points. */
export function writesOf(
  db: SqliteConnection,
  { thread, namespace }: Place,
  checkpoint: string,
): Pick<WriteRow, "task" | "channel" | "type" | "value">[] {
  return db.all(
    `SELECT task, channel, type, value FROM langchain_writes
     WHERE thread = ? AND namespace = ? AND checkpoint = ? ORDER BY path, task, place`,
    thread,
    namespace,
    checkpoint,
  );
}

/**
 * Erases a thread: its checkpoints in one go, so that it is there or not, then part by part what they hold, so that
 * nobody waits for all of it. What is written to the thread in the meantime stays.
 */
export async function eraseThread(db: SqliteConnection, thread: string): Promise<void> {
  const tables = ["langchain_values", "langchain_writes"];
  const erased = (gone: number) => gone;
  const upTo = new Map<string, number>();
  await db.transaction(
    () => {
      for (const table of tables)
        upTo.set(
          table,
          db.get<{ last: number | null }>(`SELECT max(number) AS last FROM ${table}`)?.last ?? 0,
        );
      return db.run("DELETE FROM langchain_checkpoints WHERE thread = ?", thread).changes;
    },
    { erased },
  );
  for (const table of tables)
    for (let gone = partSize; gone === partSize; )
      gone = await db.transaction(
        () =>
          db.run(
            `DELETE FROM ${table} WHERE number IN
             (SELECT number FROM ${table} WHERE thread = ? AND number <= ? LIMIT ${partSize})`,
            thread,
            upTo.get(table) as number,
          ).changes,
        { erased },
      );
}
