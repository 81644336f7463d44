import {
  AIMessage,
  type BaseMessage,
  HumanMessage,
  mapChatMessagesToStoredMessages,
  mapStoredMessagesToChatMessages,
  type StoredMessage,
  SystemMessage,
} from "@langchain/core/messages";
import {
  defaultLimits,
  jsonCopy,
  type MemoryRecord,
  type SetInput,
  SouvenirError,
  splitText,
  textOf,
  unsearched,
  wholeMessages,
} from "@souvenir/core";
import { typeOf } from "./messages.ts";

const roles: Readonly<Record<string, string>> = { human: "user", ai: "assistant" };
/** Parts that Mistral does not take back. */
const thinking = new Set(["thinking", "redacted_thinking", "reasoning"]);
const field = "message";
/** Of the last message: each is later, so that those of two threads are in one order. */
let lastTime = 0;

/** The threads of a conversation: what was said, and the rest: tools' results, calls without words, instructions. */
export function threadsOf(sessionId: string): [spoken: string, unspoken: string] {
  return [sessionId, `${sessionId}\u001funspoken`];
}

type Kept = Required<Pick<SetInput, "value" | "role" | "metadata" | "thread" | "createdAt">>;

/** What the metadata says of the message. */
interface Mark {
  type?: string;
  /** Absent when it is in pieces. */
  data?: Record<string, unknown>;
  /** Of a message that is too large for the metadata of a memory: a piece of its JSON. */
  piece?: string;
}

/** Leaves room for what else the metadata says. */
const dataBytes = defaultLimits.metadataBytes - 1_024;
/** Pieces of characters, which in the JSON of some JSON take four bytes at most. */
const piece = new RegExp(`[^]{1,${Math.floor(dataBytes / 4)}}`, "gu");

/**
 * A message as memories, one unless it is long: what people and the assistant said is their value, the rest of the
 * message is metadata. What nobody said has a thread of its own, so that it does not stand between the turns that
 * ranking looks at. Thinking is left out: it could not be sent to the model again.
 * @throws SouvenirError `INVALID_INPUT` for a message that cannot be restored
 */
export function toMemories(message: BaseMessage, sessionId: string): Kept[] {
  const type = typeOf(message);
  if (type === "remove" || type === "")
    throw new SouvenirError("INVALID_INPUT", `a message of type "${type}" cannot be kept in a history`);
  const [stored] = mapChatMessagesToStoredMessages([message]);
  const { data } = jsonCopy(stored, "message") as unknown as { data: Record<string, unknown> };
  // What a streamed message has besides.
  delete data.tool_call_chunks;
  if (Array.isArray(data.content))
    data.content = data.content.filter((part: { type?: string }) => !thinking.has(part?.type ?? ""));
  const text = type in roles ? textOf(data.content).toWellFormed() : "";
  const texts = text.trim() === "" ? [] : splitText(text, defaultLimits.valueBytes);
  if (texts.length > 0 && texts.join("") === data.content) delete data.content;
  const json = JSON.stringify(data);
  const pieces = new TextEncoder().encode(json).length > dataBytes ? (json.match(piece) ?? []) : [];
  const [spoken, unspoken] = threadsOf(sessionId);
  lastTime = Math.max(lastTime + 1, Date.now());
  const createdAt = lastTime;
  const whole: Mark = { type, ...(pieces.length > 0 ? {} : { data }) };
  const memory = (value: string, mark: Mark, rest: Record<string, unknown> = {}): Kept => ({
    thread: value === unsearched ? unspoken : spoken,
    value,
    role: roles[type] ?? type,
    createdAt,
    metadata: { [field]: mark, ...rest },
  });
  return [
    ...(texts.length === 0 ? [memory(unsearched, whole)] : []),
    ...texts.map((value, place) =>
      memory(
        value,
        place === 0 ? whole : {},
        // The mark by which core knows the parts of a message.
        texts.length > 1 ? { souvenir: { part: place + 1, parts: texts.length } } : {},
      ),
    ),
    ...pieces.map((part) => memory(unsearched, { piece: part })),
  ];
}

/** The messages of a conversation, from the memories of its two threads, each in order. */
export function toMessages(
  spoken: readonly MemoryRecord[],
  unspoken: readonly MemoryRecord[],
): BaseMessage[] {
  const pieces = new Map<string, string>();
  const whole = wholeMessages(spoken);
  for (const record of unspoken) {
    const { piece: part } = Object(record.metadata[field]) as Mark;
    if (part === undefined) whole.push(record);
    else pieces.set(record.createdAt, (pieces.get(record.createdAt) ?? "") + part);
  }
  return whole
    .sort((left, right) => Date.parse(left.createdAt) - Date.parse(right.createdAt))
    .map((record) => toMessage(record, pieces.get(record.createdAt)));
}

/** The message in a memory; a turn that another part of Souvenir wrote is one too. */
export function toMessage({ value, role, metadata }: MemoryRecord, json?: string): BaseMessage {
  const stored = metadata[field] as unknown as StoredMessage | undefined;
  if (typeof stored === "object" && stored !== null && ("data" in stored || json !== undefined)) {
    const { type } = stored;
    const data: StoredMessage["data"] = json === undefined ? structuredClone(stored.data) : JSON.parse(json);
    const [message] = mapStoredMessagesToChatMessages([
      { type, data: { ...data, content: data.content ?? value } },
    ]);
    return message as BaseMessage;
  }
  if (role === "assistant") return new AIMessage(value);
  return role === "system" ? new SystemMessage(value) : new HumanMessage(value);
}
