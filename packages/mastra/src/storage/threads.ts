import type { StorageThreadType } from "@mastra/core/memory";
import {
  calculatePagination,
  jsonValueEquals,
  normalizePerPage,
  type StorageListThreadsInput,
  type StorageListThreadsOutput,
} from "@mastra/core/storage";
import { SouvenirError } from "@souvenir/core";
import type { SqliteConnection } from "@souvenir/core/sqlite";
import { checkId, invalid, toJson, toTime } from "../values.ts";
import { jsonEquals } from "./messages.ts";

interface ThreadRow {
  id: string;
  resource: string | null;
  title: string | null;
  /** JSON. */
  metadata: string | null;
  created_at: number;
  updated_at: number;
}

export function toThread(row: ThreadRow): StorageThreadType {
  return {
    id: row.id,
    // A thread stored without one counts as nobody's.
    resourceId: row.resource as string,
    ...(row.title === null ? {} : { title: row.title }),
    ...(row.metadata === null ? {} : { metadata: JSON.parse(row.metadata) as Record<string, unknown> }),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}

export function getThread(db: SqliteConnection, id: string): StorageThreadType | null {
  if (typeof id !== "string") return null;
  const row = db.get<ThreadRow>("SELECT * FROM mastra_threads WHERE id = ?", id);
  return row === undefined ? null : toThread(row);
}

/** @throws SouvenirError `NOT_FOUND` */
export function existingThread(db: SqliteConnection, id: string, message?: string): StorageThreadType {
  const thread = getThread(db, id);
  if (thread === null)
    throw new SouvenirError("NOT_FOUND", message ?? `Thread with id ${id} not found`, {
      details: { threadId: id, status: 404 },
    });
  return thread;
}

/** What goes into the table, checked. */
export function threadValues(thread: StorageThreadType): (string | number | null)[] {
  const { title = null } = thread;
  if (title !== null && typeof title !== "string") throw invalid("thread.title", "a text");
  return [
    checkId(thread.id, "thread.id"),
    thread.resourceId ? checkId(thread.resourceId, "thread.resourceId") : null,
    title,
    toJson(thread.metadata, "thread.metadata"),
    toTime(thread.createdAt, "thread.createdAt"),
    toTime(thread.updatedAt, "thread.updatedAt"),
  ];
}

export function putThread(db: SqliteConnection, values: readonly (string | number | null)[]): void {
  db.run(
    `INSERT INTO mastra_threads (id, resource, title, metadata, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET resource = excluded.resource, title = excluded.title,
     metadata = excluded.metadata, created_at = excluded.created_at, updated_at = excluded.updated_at`,
    ...values,
  );
}

/** A thread that changed is newer than it was, also when the clock stands still. */
export function touchThread(db: SqliteConnection, id: string, now: number): void {
  db.run("UPDATE mastra_threads SET updated_at = max(?, updated_at + 1) WHERE id = ?", now, id);
}

export function listThreads(
  db: SqliteConnection,
  { field, direction }: { field: "createdAt" | "updatedAt"; direction: "ASC" | "DESC" },
  { page = 0, perPage: asked, filter }: StorageListThreadsInput,
): StorageListThreadsOutput {
  const perPage = normalizePerPage(asked, 100);
  const { offset, perPage: perPageForResponse } = calculatePagination(page, asked, perPage);
  const conditions: { sql: string; values: (string | number)[] }[] = [];
  if (filter?.resourceId) conditions.push({ sql: "resource = ?", values: [filter.resourceId] });
  const whole: [string, unknown][] = [];
  for (const [key, value] of Object.entries(filter?.metadata ?? {})) {
    if (value === null || ["string", "number", "boolean"].includes(typeof value))
      conditions.push(jsonEquals("metadata", `$.${key}`, value as string | number | boolean | null));
    else whole.push([key, value]);
  }
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.map(({ sql }) => sql).join(" AND ")}`;
  const values = conditions.flatMap((condition) => condition.values);
  const order = `ORDER BY ${field === "createdAt" ? "created_at" : "updated_at"} ${direction}, id ${direction}`;
  return db.snapshot(() => {
    let total: number;
    let threads: StorageThreadType[];
    if (whole.length > 0) {
      // Objects and lists are compared here, member by member.
      const matching = db
        .all<ThreadRow>(`SELECT * FROM mastra_threads ${where} ${order}`, ...values)
        .map(toThread)
        .filter(({ metadata }) => whole.every(([key, value]) => jsonValueEquals(metadata?.[key], value)));
      total = matching.length;
      threads = matching.slice(offset, offset + perPage);
    } else {
      total = db.get<{ n: number }>(`SELECT count(*) AS n FROM mastra_threads ${where}`, ...values)?.n ?? 0;
      threads = db
        .all<ThreadRow>(
          `SELECT * FROM mastra_threads ${where} ${order} LIMIT ? OFFSET ?`,
          ...values,
          perPage,
          offset,
        )
        .map(toThread);
    }
    return {
      threads,
      total,
      page,
      perPage: perPageForResponse,
      hasMore: offset + perPage < total,
    };
  });
}
