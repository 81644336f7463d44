import { withoutRecallBlocks } from "@souvenir/core";

/** What prompts of the specification (v2 to v4) and messages of the SDK have in common. */
export interface AnyMessage {
  role: string;
  content: unknown;
}

/** The running turn: its user message and, in the key, everything before it. */
export interface Turn {
  /** Where the user message is. */
  index: number;
  /** True when nothing follows the user message, neither a tool's result nor the beginning of an answer. */
  last: boolean;
  /** The user's words, `""` for pictures only. */
  text: string;
  /** True without anything said before it: then two turns of the same words cannot be told apart. */
  first: boolean;
  /** Identifies the turn within its conversation: all steps of a tool loop, and a retry, have the same. */
  key: string;
  /** How much was said up to and including the user message, in entries; see `keyOfBeginning`. */
  length: number;
}

/**
 * The turn of a conversation: the last user message, also when assistant and tool messages follow it. `undefined` when
 * there is none.
 */
export async function readTurn(messages: readonly AnyMessage[]): Promise<Turn | undefined> {
  const index = messages.findLastIndex(({ role }) => role === "user");
  const message = messages[index];
  if (!message) return undefined;
  const said = entries(messages.slice(0, index + 1));
  return {
    index,
    last: index === messages.length - 1,
    text: textOf(message.content),
    first: entries(messages.slice(0, index)).length === 0,
    key: await digest(said),
    length: said.length,
  };
}

/** The key of the turn that ends `length` entries after the beginning of the conversation. */
export async function keyOfBeginning(messages: readonly AnyMessage[], length: number): Promise<string> {
  return digest(entries(messages).slice(0, length));
}

/**
 * What was said, one entry for each message with text or files. System messages, tool calls and results, and our own
 * block do not count, so that every step of a tool loop has the same beginning.
 */
function entries(messages: readonly AnyMessage[]): unknown[] {
  return messages.flatMap(({ role, content }) => {
    if (role === "system") return [];
    const entry = [textOf(content), ...partsOf(content).flatMap(fileMark)].filter((text) => text !== "");
    return entry.length === 0 ? [] : [[role, ...entry]];
  });
}

/** The text of a message without images, files, reasoning, tool payloads and recalled blocks. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return withoutRecallBlocks(content);
  return partsOf(content)
    .flatMap(({ type, text }) =>
      type === "text" && typeof text === "string" ? [withoutRecallBlocks(text)] : [],
    )
    .filter((text) => text !== "")
    .join("\n\n");
}

type AnyPart = Record<string, unknown>;

function partsOf(content: unknown): AnyPart[] {
  return Array.isArray(content) ? content.filter((part) => typeof part === "object" && part !== null) : [];
}

/** Tells a file from others without hashing megabytes: its address, or the size and beginning of its data. */
function fileMark({ type, mediaType, data, image }: AnyPart): string[] {
  if (type !== "file" && type !== "image") return [];
  const given = data ?? image;
  const inner =
    typeof given === "object" && given !== null && "type" in given
      ? Object.values(given).find((value) => value !== given.type)
      : given;
  const head =
    inner instanceof Uint8Array
      ? `${inner.length}:${inner.subarray(0, 256).join(",")}`
      : `${String(inner).length}:${String(inner).slice(0, 512)}`;
  return [`file ${String(mediaType)} ${head}`];
}

/**
 * The messages with the block, in one of the two places that Mistral accepts whatever came before: a text part at the
 * head of the turn's user message, or in the leading system message. A block that is there already is replaced.
 * Nothing of the given array is changed.
 */
export function withBlock<SomeMessage extends AnyMessage>(
  messages: readonly SomeMessage[],
  { index }: Turn,
  block: string,
  placement: "user" | "system",
): SomeMessage[] {
  const result = [...messages];
  const turn = messages[index] as SomeMessage;
  const own = { ...turn, content: withoutBlocks(turn.content) };
  const first = messages[0];
  if (placement === "user")
    result[index] = { ...own, content: [{ type: "text", text: block }, ...own.content] };
  else if (first?.role === "system") {
    result[index] = own;
    result[0] = { ...first, content: `${withoutRecallBlocks(String(first.content))}\n\n${block}` };
  } else {
    result[index] = own;
    // A system message is the same in all versions: a role and a string.
    result.unshift({ role: "system", content: block } as SomeMessage);
  }
  return result;
}

function withoutBlocks(content: unknown): AnyPart[] {
  const parts = typeof content === "string" ? [{ type: "text", text: content }] : partsOf(content);
  return parts.flatMap((part: AnyPart) => {
    if (part.type !== "text" || typeof part.text !== "string") return [part];
    const text = withoutRecallBlocks(part.text);
    return text === part.text ? [part] : text === "" ? [] : [{ ...part, text }];
  });
}

/** 32 hexadecimal digits of the SHA-256 of what `value` is as JSON. */
export async function digest(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
