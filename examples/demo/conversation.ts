import { readFile } from "node:fs/promises";
import type { Message } from "@souvenir/core";

/**
 * Reads a conversation: a line of JSON for each message (`role`, `content`), or one JSON document that is an array of
 * messages or has one under `messages`, as Mistral and OpenAI write them.
 */
export async function readConversation(path: string): Promise<Message[]> {
  const text = await readFile(path, "utf8");
  const whole = parse(text);
  const list = Array.isArray(whole) ? whole : messagesOf(whole);
  const messages =
    list ??
    text
      .split("\n")
      .map((line, index) => ({ line: line.trim(), number: index + 1 }))
      .filter(({ line }) => line !== "")
      .flatMap(({ line, number }) => {
        const value = parse(line);
        if (value === undefined) throw new Error(`${path}, line ${number}: this is not JSON`);
        return messagesOf(value) ?? [value];
      });
  return messages.map((message, index) => check(message, `${path}, message ${index + 1}`));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messagesOf(value: unknown): unknown[] | undefined {
  const messages =
    typeof value === "object" && value !== null ? (value as { messages?: unknown }).messages : undefined;
  return Array.isArray(messages) ? messages : undefined;
}

function check(value: unknown, where: string): Message {
  const { role, content, created_at, createdAt, timestamp, date } = (value ?? {}) as Record<string, unknown>;
  if (typeof role !== "string") throw new Error(`${where}: expected an object with "role" and "content"`);
  const said = createdAt ?? created_at ?? timestamp ?? date;
  const time = typeof said === "number" && said < 1e11 ? said * 1000 : said;
  const dated =
    (typeof time === "number" || typeof time === "string") && !Number.isNaN(new Date(time).getTime());
  return { role, content: content as Message["content"], ...(dated ? { createdAt: new Date(time) } : {}) };
}
