import {
  AIMessage,
  type BaseMessage,
  HumanMessage,
  mapChatMessagesToStoredMessages,
  mapStoredMessagesToChatMessages,
  type StoredMessage,
  SystemMessage,
} from "@langchain/core/messages";
import { type MemoryRecord, type SetInput, SouvenirError } from "@souvenir/core";
import { unsearched } from "./store/item-mark.ts";
import { textOf, typeOf } from "./turn.ts";

const roles: Readonly<Record<string, string>> = { human: "user", ai: "assistant" };
/** Parts that Mistral does not take back. */
const thinking = new Set(["thinking", "redacted_thinking", "reasoning"]);
const field = "message";
/** Orders messages of one millisecond, of all histories of this process. */
let lastOrder = 0;

/** The threads of a conversation: what was said, and the rest: tools' results, calls without words, instructions. */
export function threadsOf(sessionId: string): [spoken: string, unspoken: string] {
  return [sessionId, `${sessionId}\u001funspoken`];
}

/**
 * A message as a memory: what people and the assistant said is its value, the rest of the message is its metadata. What
 * nobody said has a thread of its own, so that it does not stand between the turns that ranking looks at. Thinking is
 * left out: it could not be sent to the model again.
 * @throws SouvenirError `INVALID_INPUT` for a message that cannot be restored
 */
export function toMemory(
  message: BaseMessage,
  sessionId: string,
): Pick<SetInput, "value" | "role" | "metadata" | "thread"> {
  const type = typeOf(message);
  if (type === "remove" || type === "")
    throw new SouvenirError("INVALID_INPUT", `a message of type "${type}" cannot be kept in a history`);
  const [stored] = mapChatMessagesToStoredMessages([message]);
  const { data } = plain(stored) as { data: Record<string, unknown> };
  // What a streamed message has besides.
  delete data.tool_call_chunks;
  if (Array.isArray(data.content))
    data.content = data.content.filter((part: { type?: string }) => !thinking.has(part?.type ?? ""));
  const text = type in roles ? textOf({ content: data.content } as BaseMessage).toWellFormed() : "";
  if (text !== "" && data.content === text) delete data.content;
  const [spoken, unspoken] = threadsOf(sessionId);
  lastOrder = Math.max(lastOrder + 1, Date.now() * 1_000);
  return {
    thread: text.trim() === "" ? unspoken : spoken,
    value: text.trim() === "" ? unsearched : text,
    role: roles[type] ?? type,
    metadata: { [field]: { type, data, order: lastOrder } },
  };
}

/** Where a message stands in its conversation. */
export function orderOf({ metadata, createdAt }: MemoryRecord): number {
  const { order } = (metadata[field] ?? {}) as { order?: unknown };
  return typeof order === "number" ? order : Date.parse(createdAt) * 1_000;
}

/** The message in a memory; a turn that another part of Souvenir wrote is one too. */
export function toMessage({ value, role, metadata }: MemoryRecord): BaseMessage {
  const stored = metadata[field] as unknown as StoredMessage | undefined;
  if (typeof stored === "object" && stored !== null && "data" in stored) {
    const { type, data } = structuredClone(stored);
    const [message] = mapStoredMessagesToChatMessages([
      { type, data: { ...data, content: data.content ?? value } },
    ]);
    return message as BaseMessage;
  }
  if (role === "assistant") return new AIMessage(value);
  return role === "system" ? new SystemMessage(value) : new HumanMessage(value);
}

function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === "string" ? member.toWellFormed() : member,
    ),
  );
}
