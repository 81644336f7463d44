import {
  calculatePagination,
  jsonValueEquals,
  normalizePerPage,
  type StorageListMessagesInput,
  type StorageListMessagesOutput,
  type StorageListThreadsInput,
  type StorageListThreadsOutput,
  validateStorageMetadataFilter,
} from "@mastra/core/storage";
import { type Condition, condition, jsonIs, type SqliteConnection } from "@souvenir/core/sqlite";
import { invalid, toTime } from "../values.ts";
import { toMessage } from "./message-content.ts";
import { messages, type StoredMessage, threads } from "./records.ts";

type Direction = "ASC" | "DESC";

/** A page as Mastra counts them. @param otherwise - Its size when nothing is said */
function pageOf(page: number, asked: number | false | undefined, otherwise: number) {
  if (!Number.isSafeInteger(page) || page < 0) throw invalid("page", "a whole number: page must be >= 0");
  const limit = normalizePerPage(asked, otherwise);
  if (page * limit > Number.MAX_SAFE_INTEGER) throw invalid("page", "a smaller number: page value too large");
  const { offset, perPage } = calculatePagination(page, asked, limit);
  return { limit, offset, shown: { page, perPage } };
}

export function listThreads(
  db: SqliteConnection,
  { field, direction }: { field: "createdAt" | "updatedAt"; direction: Direction },
  { page = 0, perPage, filter }: StorageListThreadsInput,
): StorageListThreadsOutput {
  const { limit, offset, shown } = pageOf(page, perPage, 100);
  const where: Condition[] = filter?.resourceId ? [condition("resource = ?", filter.resourceId)] : [];
  const whole: [string, unknown][] = [];
  for (const [key, value] of Object.entries(filter?.metadata ?? {}))
    if (typeof value === "object" && value !== null) whole.push([key, value]);
    else where.push(jsonIs("metadata", `$.${key}`, value as string | number | boolean | null));
  const order = `${field === "createdAt" ? "created_at" : "updated_at"} ${direction}, id ${direction}`;
  return db.snapshot(() => {
    const among = { where, order };
    // Objects and lists are compared here, member by member.
    const matching =
      whole.length === 0
        ? undefined
        : threads
            .list(db, among)
            .filter(({ metadata }) => whole.every(([key, value]) => jsonValueEquals(metadata?.[key], value)));
    const total = matching?.length ?? threads.count(db, where);
    return {
      threads: matching?.slice(offset, offset + limit) ?? threads.list(db, { ...among, limit, offset }),
      total,
      ...shown,
      hasMore: offset + limit < total,
    };
  });
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
  { threads: threadIds, resource }: MessageScope,
  direction: Direction,
  { include = [], perPage, page = 0, filter }: Omit<StorageListMessagesInput, "threadId" | "resourceId">,
): StorageListMessagesOutput {
  const { limit, offset, shown } = pageOf(page, perPage, 40);
  const { start, end, startExclusive, endExclusive } = filter?.dateRange ?? {};
  const mine = resource === undefined ? [] : [condition("resource = ?", resource)];
  const where = [
    ...(threadIds === undefined
      ? []
      : [condition("thread IN (SELECT value FROM json_each(?))", JSON.stringify(threadIds))]),
    ...mine,
    ...(start ? [condition(`created_at >${startExclusive ? "" : "="} ?`, toTime(start, "start"))] : []),
    ...(end ? [condition(`created_at <${endExclusive ? "" : "="} ?`, toTime(end, "end"))] : []),
    // Each member must be there with this very value, of this very type. Keys are checked to be plain words.
    ...Object.entries(validateStorageMetadataFilter(filter?.metadata) ?? {}).map(([key, value]) =>
      jsonIs("content", `$.metadata.${key}`, value as string | number | boolean | null),
    ),
  ];
  return db.snapshot(() => {
    const total = limit > 0 ? messages.count(db, where) : 0;
    const rows = limit > 0 ? messages.list(db, { where, order: byTime(direction), limit, offset }) : [];
    const found = new Map(rows.map((row) => [row.id, row]));
    for (const { id, withPreviousMessages = 0, withNextMessages = 0 } of include) {
      const target = messages.get(db, id);
      if (target === undefined || (resource !== undefined && target.resourceId !== resource)) continue;
      const beside = (comparison: "<" | ">", order: string, count: number) =>
        messages.list(db, {
          where: [
            ...mine,
            condition("thread = ?", target.threadId as string),
            condition(
              `(created_at, place) ${comparison} (?, ?)`,
              target.createdAt.getTime(),
              target.place as number,
            ),
          ],
          order,
          limit: Math.max(0, count),
        });
      const before = beside("<", byTime("DESC"), withPreviousMessages);
      const after = beside(">", byTime("ASC"), withNextMessages);
      for (const row of [target, ...before, ...after]) found.set(row.id, row);
    }
    // What was included may be the rest of the thread.
    const inThreads = [...found.values()].filter(({ threadId }) => threadIds?.includes(threadId as string));
    const hasAll = include.length > 0 && inThreads.length >= total;
    return {
      messages: inOrder([...found.values()], direction).map(toMessage),
      total,
      ...shown,
      hasMore: limit > 0 && offset + rows.length < total && !hasAll,
    };
  });
}

/** In order of time, then of arrival. */
function byTime(direction: Direction): string {
  return `created_at ${direction}, place ${direction}`;
}

/** The same of rows that were read. */
export function inOrder(rows: readonly StoredMessage[], direction: Direction): StoredMessage[] {
  const sign = direction === "ASC" ? 1 : -1;
  return rows.toSorted(
    (a, b) =>
      sign * (a.createdAt.getTime() - b.createdAt.getTime() || (a.place as number) - (b.place as number)),
  );
}
