import type { Mistral } from "@mistralai/mistralai";

type Chat = Mistral["chat"];
/** The request of `chat.complete`, `stream`, `parse` or `parseStream`. */
export type MistralChatRequest = Parameters<Chat["complete" | "stream" | "parse" | "parseStream"]>[0];
export type MistralMessage = MistralChatRequest["messages"][number];

/** What a request says about the running turn: its user message and everything before it. */
export interface Turn {
  /** Where the user message is. */
  index: number;
  text: string;
  /** True without anything said before it: then two turns of the same words cannot be told apart. */
  first: boolean;
  /** Identifies the turn within its conversation: all steps of a tool loop, and a retry, have the same. */
  key: string;
}

/**
 * The turn of a conversation: the last user message, also when assistant and tool messages follow it. `undefined` when
 * there is none or it has no text.
 */
export async function readTurn(messages: readonly MistralMessage[]): Promise<Turn | undefined> {
  const index = messages.findLastIndex(({ role }) => role === "user");
  const message = messages[index];
  if (!message) return undefined;
  const text = textOf(message.content);
  if (text.trim() === "") return undefined;
  const first = messages.slice(0, index).every(({ role }) => role === "system");
  return { index, text, first, key: await turnKey(messages, index) };
}

/**
 * Names the turn whose user message is at `index`: a hash of what was said up to there. System messages and anything
 * later do not count, so that every step of a tool loop gets the same name.
 */
export async function turnKey(messages: readonly MistralMessage[], index: number): Promise<string> {
  const said = messages
    .slice(0, index + 1)
    .filter(({ role }) => role !== "system")
    .map(({ role, content }) => [role, textOf(content)]);
  const bytes = new TextEncoder().encode(JSON.stringify(said));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The text of a message's content, without images, files and thinking. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  const texts: string[] = [];
  for (const part of content as { type?: unknown; text?: unknown }[]) {
    if (part?.type === "text" && typeof part.text === "string") texts.push(part.text);
  }
  return texts.join("\n");
}

/**
 * A request with the recalled block, in one of the two places that Mistral accepts whatever came before: at the head of
 * the turn's user message, or in the leading system message. Nothing of the given request is changed.
 */
export function withBlock<Request extends MistralChatRequest>(
  request: Request,
  turn: Turn,
  block: string,
  placement: "user" | "system",
): Request {
  const messages: MistralMessage[] = [...request.messages];
  const first = messages[0];
  if (placement === "user") {
    const message = messages[turn.index] as MistralMessage;
    messages[turn.index] = { ...message, content: joined(block, message.content) } as MistralMessage;
  } else if (first?.role === "system") {
    messages[0] = { ...first, content: joined(first.content, block) } as MistralMessage;
  } else {
    messages.unshift({ role: "system", content: block });
  }
  return { ...request, messages };
}

/** Two contents as one: a string when both are strings, else a list of parts. */
function joined(left: unknown, right: unknown): unknown {
  if (typeof left === "string" && typeof right === "string") return `${left}\n\n${right}`;
  return [...parts(left), ...parts(right)];
}

function parts(content: unknown): unknown[] {
  return typeof content === "string"
    ? [{ type: "text", text: content }]
    : Array.isArray(content)
      ? content
      : [];
}
