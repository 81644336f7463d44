import type { MastraDBMessage } from "@mastra/core/agent";
import type { StorageThreadType } from "@mastra/core/memory";
import type { MemoryStorage } from "@mastra/core/storage";

/** One promise of `MemoryStorage`, on a store that is empty. */
export type StorageSpec = (storage: MemoryStorage) => Promise<void>;

export const start: number = Date.parse("2026-03-01T09:00:00.000Z");

/** `minute` minutes after the start. */
export function at(minute: number): Date {
  return new Date(start + minute * 60_000);
}

export function thread(fields: Partial<StorageThreadType> = {}): StorageThreadType {
  return {
    id: "t1",
    resourceId: "ada",
    title: "Plans",
    createdAt: at(0),
    updatedAt: at(0),
    metadata: {},
    ...fields,
  };
}

export function message(
  id: string,
  minute: number,
  fields: Partial<MastraDBMessage> & { text?: string; metadata?: Record<string, unknown> } = {},
): MastraDBMessage {
  const { text = `text of ${id}`, metadata, ...rest } = fields;
  return {
    id,
    role: "user",
    threadId: "t1",
    resourceId: "ada",
    createdAt: at(minute),
    content: {
      format: 2,
      parts: [{ type: "text", text }],
      content: text,
      ...(metadata === undefined ? {} : { metadata }),
    },
    ...rest,
  };
}

export async function saved(storage: MemoryStorage, ...messages: MastraDBMessage[]): Promise<void> {
  for (const id of new Set(messages.map(({ threadId }) => threadId as string)))
    if ((await storage.getThreadById({ threadId: id })) === null)
      await storage.saveThread({
        thread: thread({
          id,
          resourceId: messages.find(({ threadId }) => threadId === id)?.resourceId as string,
        }),
      });
  await storage.saveMessages({ messages });
}

export function ids(result: { messages: { id: string }[] }): string[] {
  return result.messages.map(({ id }) => id);
}

export function texts(result: { messages: MastraDBMessage[] }): string[] {
  return result.messages.map(({ content }) =>
    content.parts.map((part) => (part.type === "text" ? part.text : "")).join(""),
  );
}

/** Ids and texts that are easily mangled on their way through SQL and JSON. */
export const hostile: readonly string[] = [
  "'; DROP TABLE mastra_threads; --",
  '"quoted" \\ and \u0000 inside',
  "$.metadata.key",
  "%_*?[]{}()",
  "ïd-été-日本語-עברית-👩‍👩‍👧",
  "a/b:c#d e\tf\ng",
  "constructor",
  "__proto__",
  "x".repeat(2_000),
];
