import type { MastraDBMessage } from "@mastra/core/agent";
import type { MemoryStorage } from "@mastra/core/storage";
import type { StoredMessage } from "./records.ts";

export type MessageUpdate = Parameters<MemoryStorage["updateMessages"]>[0]["messages"][number];

export function toMessage({ place: _place, ...message }: StoredMessage): MastraDBMessage {
  return { ...message, content: wholeContent(message.content) };
}

/** Members replace members; those of a partial content too, and its metadata is merged. */
export function updatedMessage(
  message: StoredMessage,
  { content: part, ...update }: MessageUpdate,
): StoredMessage {
  const given = Object.entries(update).filter(([, value]) => value !== undefined && value !== "");
  const before = wholeContent(message.content);
  const content = { ...before, ...part };
  if (isObject(before.metadata) && isObject(content.metadata))
    content.metadata = { ...before.metadata, ...content.metadata };
  return { ...message, ...Object.fromEntries(given), ...(part === undefined ? {} : { content }) };
}

/** Old messages are a bare text. */
function wholeContent(content: MastraDBMessage["content"] | string): MastraDBMessage["content"] {
  if (typeof content !== "string") return content;
  return { format: 2, content, parts: [{ type: "text", text: content }] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
