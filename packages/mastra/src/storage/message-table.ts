import type { MemoryStorage, StorageCloneThreadInput } from "@mastra/core/storage";
import type { SqliteConnection } from "@souvenir/core/sqlite";
import { checkId, toTime } from "../values.ts";
import { type MessageRow, mergeContent } from "./message-rows.ts";

export type MessageUpdate = Parameters<MemoryStorage["updateMessages"]>[0]["messages"][number];

export function messageById(db: SqliteConnection, id: string): MessageRow | undefined {
  if (typeof id !== "string") return undefined;
  return db.get<MessageRow>("SELECT * FROM mastra_messages WHERE id = ?", id);
}

export function messagesById(db: SqliteConnection, ids: readonly string[]): MessageRow[] {
  return [...new Set(ids)].flatMap((id) => messageById(db, id) ?? []);
}

/** A message that is there already keeps its place. */
export function putMessage(db: SqliteConnection, row: Omit<MessageRow, "place">): void {
  db.run(
    `INSERT INTO mastra_messages (id, thread, resource, role, type, content, created_at, place)
     VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(place), 0) + 1 FROM mastra_messages))
     ON CONFLICT (id) DO UPDATE SET thread = excluded.thread, resource = excluded.resource, role = excluded.role,
     type = excluded.type, content = excluded.content, created_at = excluded.created_at`,
    row.id,
    row.thread,
    row.resource,
    row.role,
    row.type,
    row.content,
    row.created_at,
  );
}

export function updatedRow(row: MessageRow, update: MessageUpdate): MessageRow {
  const { threadId, resourceId, role, type, content } = update;
  const { createdAt } = update as { createdAt?: Date };
  return {
    ...row,
    ...(threadId ? { thread: checkId(threadId, "message.threadId") } : {}),
    ...(resourceId === undefined ? {} : { resource: checkId(resourceId, "message.resourceId") }),
    ...(role === undefined ? {} : { role }),
    ...(type === undefined ? {} : { type }),
    ...(createdAt === undefined ? {} : { created_at: toTime(createdAt, "message.createdAt") }),
    ...(content === undefined ? {} : { content: mergeContent(row.content, content) }),
  };
}

/** In order of time. */
export function copiedRows(
  db: SqliteConnection,
  thread: string,
  { messageLimit, messageFilter: filter }: NonNullable<StorageCloneThreadInput["options"]> = {},
): MessageRow[] {
  const { startDate, endDate, messageIds = [] } = filter ?? {};
  const wanted = new Set(messageIds);
  const rows = db
    .all<MessageRow>(
      `SELECT * FROM mastra_messages WHERE thread = ? AND created_at >= ? AND created_at <= ?
       ORDER BY created_at, place`,
      thread,
      startDate ? toTime(startDate, "startDate") : Number.MIN_SAFE_INTEGER,
      endDate ? toTime(endDate, "endDate") : Number.MAX_SAFE_INTEGER,
    )
    .filter(({ id }) => wanted.size === 0 || wanted.has(id));
  return messageLimit && messageLimit > 0 ? rows.slice(-messageLimit) : rows;
}
