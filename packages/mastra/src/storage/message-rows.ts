import type { MastraDBMessage } from "@mastra/core/agent";
import { checkId, invalid, toJson, toTime } from "../values.ts";

export interface MessageRow {
  id: string;
  thread: string;
  resource: string;
  role: string;
  type: string | null;
  /** JSON. */
  content: string;
  created_at: number;
  place: number;
}

/** A message as it comes, checked, but for its place. */
export function toMessageRow(message: MastraDBMessage, now: number): Omit<MessageRow, "place"> {
  const { id, threadId, resourceId, role, type, content, createdAt } = message;
  if (threadId === undefined || resourceId === undefined || resourceId === null)
    throw invalid(
      "message",
      "a threadId and a resourceId, without which nobody owns the message; pass both to the agent",
      { id },
    );
  if (
    (role !== undefined && typeof role !== "string") ||
    (type !== undefined && type !== null && typeof type !== "string")
  )
    throw invalid("message.role and type", "texts", { id });
  const json = toJson(content, "message.content");
  if (json === null) throw invalid("message.content", "an object or a text");
  return {
    id: checkId(id, "message.id"),
    thread: checkId(threadId, "message.threadId"),
    resource: checkId(resourceId, "message.resourceId"),
    role: role ?? "user",
    type: type ?? null,
    content: json,
    created_at: createdAt === undefined || createdAt === null ? now : toTime(createdAt, "message.createdAt"),
  };
}

export function toMessage(row: MessageRow): MastraDBMessage {
  return {
    id: row.id,
    role: row.role as MastraDBMessage["role"],
    createdAt: new Date(row.created_at),
    threadId: row.thread,
    resourceId: row.resource,
    ...(row.type === null ? {} : { type: row.type }),
    content: toContent(row.content),
  };
}

/** Old messages are a bare text. */
function toContent(json: string): MastraDBMessage["content"] {
  const content: unknown = JSON.parse(json);
  if (typeof content !== "string") return content as MastraDBMessage["content"];
  return { format: 2, content, parts: [{ type: "text", text: content }] };
}

/** A partial content over the one there is: members replace members, and metadata is merged. */
export function mergeContent(json: string, update: object): string {
  const old = JSON.parse(json) as Record<string, unknown> | string;
  const before = typeof old === "string" ? { ...toContent(json) } : old;
  const merged: Record<string, unknown> = { ...before, ...update };
  if (isObject(before.metadata) && isObject(merged.metadata))
    merged.metadata = { ...before.metadata, ...merged.metadata };
  return toJson(merged, "message.content") as string;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** In order of time, then of arrival. */
export function byTime(direction: "ASC" | "DESC"): (a: MessageRow, b: MessageRow) => number {
  const sign = direction === "ASC" ? 1 : -1;
  return (a, b) => sign * (a.created_at - b.created_at || a.place - b.place);
}
