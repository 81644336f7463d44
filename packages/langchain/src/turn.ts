import type { BaseMessage } from "@langchain/core/messages";

/** The running turn of a conversation: the last thing that the user said, and how it differs from any other. */
export interface Turn {
  /** What was said, one text for each message since the assistant last spoke. */
  texts: string[];
  /** True without anything said before it: then two turns of the same words cannot be told apart. */
  first: boolean;
  /** Identifies the turn within its conversation: a retry has the same. */
  key: string;
  /** Ids of the assistant's messages before the turn. */
  answersBefore: string[];
}

/** The turn that a list of messages ends with, `undefined` when the user has said nothing in words. */
export async function readTurn(messages: readonly BaseMessage[]): Promise<Turn | undefined> {
  const last = messages.findLastIndex((message) => typeOf(message) === "human");
  if (last < 0) return undefined;
  let start = last;
  while (start > 0 && typeOf(messages[start - 1]) === "human") start -= 1;
  const texts = messages
    .slice(start, last + 1)
    .map(textOf)
    .filter((text) => text.trim() !== "");
  if (texts.length === 0) return undefined;
  const said = messages.slice(0, last + 1).filter((message) => typeOf(message) !== "system");
  const key = await digest(said.map((message) => [typeOf(message), textOf(message)]));
  const before = messages.slice(0, start);
  return {
    texts,
    first: before.every((message) => typeOf(message) === "system"),
    key,
    answersBefore: before.flatMap((message) =>
      typeOf(message) === "ai" && message.id !== undefined ? [message.id] : [],
    ),
  };
}

/** The assistant's last words that are not among those of earlier turns, or `undefined`: it called a tool or failed. */
export function readAnswer(
  messages: readonly BaseMessage[],
  isOld: (message: BaseMessage) => boolean,
): { text: string; truncated: boolean } | undefined {
  const message = messages.findLast((each) => typeOf(each) === "ai" || typeOf(each) === "human");
  if (message === undefined || typeOf(message) !== "ai" || isOld(message)) return undefined;
  const { tool_calls: calls } = message as BaseMessage & { tool_calls?: unknown[] };
  const text = textOf(message);
  if ((calls?.length ?? 0) > 0 || text.trim() === "") return undefined;
  const reason = (message.response_metadata as { finish_reason?: unknown } | undefined)?.finish_reason;
  return { text, truncated: reason === "length" || reason === "model_length" };
}

/** The text parts of a message, without images, tool calls and thinking. */
export function textOf(message: BaseMessage): string {
  const { content } = message as { content: unknown };
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  const texts: string[] = [];
  for (const part of content as { type?: unknown; text?: unknown }[])
    if (part?.type === "text" && typeof part.text === "string") texts.push(part.text);
  return texts.join("\n");
}

/** `human`, `ai`, `system`, `tool` …, also for a message of another copy of LangChain. */
export function typeOf(message: BaseMessage | undefined): string {
  return message?.getType?.() ?? (message as { type?: string } | undefined)?.type ?? "";
}

/** SHA-256 of some JSON: 32 hexadecimal digits of it. */
export async function digest(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
