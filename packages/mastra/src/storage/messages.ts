import type { MastraDBMessage } from "@mastra/core/agent";
import {
  calculatePagination,
  normalizePerPage,
  type StorageListMessagesInput,
  type StorageListMessagesOutput,
  type StorageMetadataFilter,
  validateStorageMetadataFilter,
} from "@mastra/core/storage";
import type { SqliteConnection } from "@souvenir/core/sqlite";
import { invalid, toTime } from "../values.ts";
import { byTime, type MessageRow, toMessage } from "./message-rows.ts";
import { messageById } from "./message-table.ts";

type Options = Omit<StorageListMessagesInput, "threadId" | "resourceId">;
type Value = string | number;

/** A condition on messages, and what its question marks stand for. */
interface Condition {
  sql: string;
  values: Value[];
}

/** Messages of threads, of a resource, or of threads as far as they belong to a resource. */
export interface MessageScope {
  threads?: readonly string[];
  resource?: string | undefined;
}

/**
 * A page of messages, and with it what `include` asks for: messages from anywhere with their neighbours. With a resource
 * in the scope, neither those nor their neighbours belong to another one.
 */
export function listMessages(
  db: SqliteConnection,
  scope: MessageScope,
  direction: "ASC" | "DESC",
  { include = [], perPage: asked, page = 0, filter }: Options,
): StorageListMessagesOutput {
  if (!Number.isSafeInteger(page) || page < 0) throw invalid("page", "a whole number: page must be >= 0");
  const perPage = normalizePerPage(asked, 40);
  if (page * perPage > Number.MAX_SAFE_INTEGER)
    throw invalid("page", "a smaller number: page value too large");
  const { offset, perPage: perPageForResponse } = calculatePagination(page, asked, perPage);
  const conditions = [
    ...scopeConditions(scope),
    ...dateConditions(filter?.dateRange),
    ...metadataConditions(validateStorageMetadataFilter(filter?.metadata)),
  ];
  return db.snapshot(() => {
    let total = 0;
    let rows: MessageRow[] = [];
    if (perPage > 0) {
      const where = conditions.map(({ sql }) => sql).join(" AND ");
      const values = conditions.flatMap((condition) => condition.values);
      total =
        db.get<{ n: number }>(`SELECT count(*) AS n FROM mastra_messages WHERE ${where}`, ...values)?.n ?? 0;
      rows = db.all<MessageRow>(
        `SELECT * FROM mastra_messages WHERE ${where}
         ORDER BY created_at ${direction}, place ${direction} LIMIT ? OFFSET ?`,
        ...values,
        perPage,
        offset,
      );
    }
    const found = new Map(rows.map((row) => [row.id, row]));
    for (const row of include.flatMap((item) => withNeighbours(db, item, scope.resource)))
      found.set(row.id, row);
    const messages: MastraDBMessage[] = [...found.values()].sort(byTime(direction)).map(toMessage);
    return {
      messages,
      total,
      page,
      perPage: perPageForResponse,
      hasMore:
        perPage > 0 && offset + rows.length < total && !(include.length > 0 && hasAll(found, scope, total)),
    };
  });
}

/** What was included may be the rest of the thread. */
function hasAll(found: ReadonlyMap<string, MessageRow>, { threads }: MessageScope, total: number): boolean {
  if (threads === undefined) return false;
  const inThreads = [...found.values()].filter(({ thread }) => threads.includes(thread));
  return inThreads.length >= total;
}

function scopeConditions({ threads, resource }: MessageScope): Condition[] {
  const conditions: Condition[] = [];
  if (threads?.length === 1) conditions.push({ sql: "thread = ?", values: [threads[0] as string] });
  else if (threads !== undefined)
    conditions.push({ sql: "thread IN (SELECT value FROM json_each(?))", values: [JSON.stringify(threads)] });
  if (resource !== undefined) conditions.push({ sql: "resource = ?", values: [resource] });
  return conditions;
}

function dateConditions(range: NonNullable<Options["filter"]>["dateRange"]): Condition[] {
  const conditions: Condition[] = [];
  const { start, end, startExclusive, endExclusive } = range ?? {};
  if (start !== undefined && start !== null)
    conditions.push({
      sql: `created_at ${startExclusive ? ">" : ">="} ?`,
      values: [toTime(start, "dateRange.start")],
    });
  if (end !== undefined && end !== null)
    conditions.push({
      sql: `created_at ${endExclusive ? "<" : "<="} ?`,
      values: [toTime(end, "dateRange.end")],
    });
  return conditions;
}

/** Each member must be there with this very value, of this very type. Keys were checked to be plain words. */
function metadataConditions(filter: StorageMetadataFilter | undefined): Condition[] {
  return Object.entries(filter ?? {}).map(([key, value]) =>
    jsonEquals("content", `$.metadata.${key}`, value as string | number | boolean | null),
  );
}

/** A member of a JSON column is this value. */
export function jsonEquals(
  column: string,
  path: string,
  value: string | number | boolean | null,
): { sql: string; values: (string | number)[] } {
  // As JSON, like the column: a text itself is stored in another way when it holds NUL.
  if (typeof value === "string")
    return {
      sql: `(json_type(${column}, ?) = 'text' AND json_extract(${column}, ?) = json_extract(?, '$'))`,
      values: [path, path, JSON.stringify(value)],
    };
  if (typeof value === "number")
    return {
      sql: `(json_type(${column}, ?) IN ('integer', 'real') AND json_extract(${column}, ?) = ?)`,
      values: [path, path, value],
    };
  return { sql: `json_type(${column}, ?) = ?`, values: [path, String(value)] };
}

/** A message, the ones before it and the ones after it in its thread. */
function withNeighbours(
  db: SqliteConnection,
  {
    id,
    withPreviousMessages = 0,
    withNextMessages = 0,
  }: { id: string; withPreviousMessages?: number; withNextMessages?: number },
  resource: string | undefined,
): MessageRow[] {
  const target = messageById(db, id);
  if (target === undefined || (resource !== undefined && target.resource !== resource)) return [];
  const beside = (comparison: "<" | ">", direction: "ASC" | "DESC", limit: number) =>
    limit <= 0
      ? []
      : db.all<MessageRow>(
          `SELECT * FROM mastra_messages WHERE thread = ? ${resource === undefined ? "" : "AND resource = ?"}
           AND (created_at, place) ${comparison} (?, ?)
           ORDER BY created_at ${direction}, place ${direction} LIMIT ?`,
          target.thread,
          ...(resource === undefined ? [] : [resource]),
          target.created_at,
          target.place,
          limit,
        );
  return [target, ...beside("<", "DESC", withPreviousMessages), ...beside(">", "ASC", withNextMessages)];
}
