import { splitText } from "@souvenir/core";
import type { ImportEntry, ImportItem, SourceMessage } from "./format.ts";

/** UTF-8 bytes of a memory, at most: the limit that memories have unless they were opened with another. */
export const valueBytes = 32_768;
/** Longer ids of a source are named by their digest. */
const longestId = 200;

/** SHA-256 of what tells a thing apart: 32 hexadecimal digits. */
export async function digestOf(...parts: (string | undefined)[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The key of what has an id in its source. */
export async function keyOf(source: string, id: string): Promise<string> {
  return `${source}:${id.length <= longestId && id.isWellFormed() ? id : await digestOf(id)}`;
}

/** An entry in as many memories as its text needs. */
export function* parted(entry: ImportEntry): Generator<ImportItem> {
  const value = entry.value.toWellFormed();
  const parts = splitText(value, valueBytes);
  for (const [index, part] of parts.entries()) {
    if (parts.length === 1) yield { entry: { ...entry, value } };
    else
      yield {
        entry: {
          ...entry,
          key: index === 0 ? entry.key : `${entry.key}#${index + 1}`,
          value: part,
          metadata: { ...entry.metadata, souvenir: { part: index + 1, parts: parts.length } },
        },
      };
  }
}

/** Where a conversation comes from and what it is called there. */
export interface Conversation {
  source: string;
  /** Default: by all that is said in it. */
  id?: string;
  title?: string;
  owner?: string;
  createdAt?: string;
  /** Whether no two messages of the source have the same id, in whichever conversation. Default false. */
  uniqueIds?: boolean;
}

const silent = new Set(["system", "developer", "tool", "function"]);
/** What other programs call who is asking and who answers. */
const roles = new Map([
  ["human", "user"],
  ["ai", "assistant"],
  ["model", "assistant"],
]);

export function roleOf(role: string): string {
  return roles.get(role.toLowerCase()) ?? role;
}

/** What is no memory in a message, in words; nothing for one that is kept. */
export function passedOver({ role, text }: SourceMessage): string | undefined {
  if (silent.has(role)) return "messages of systems and tools";
  return text.trim() === "" ? "messages without words" : undefined;
}

/** The messages of a conversation, in order: a message without a date has that of the one before it. */
export async function* conversationOf(
  { source, id, title, owner, createdAt: begun, uniqueIds = false }: Conversation,
  messages: readonly SourceMessage[],
): AsyncGenerator<ImportItem> {
  const first = uniqueIds ? messages.find(({ id }) => id !== undefined)?.id : undefined;
  const all = () => digestOf(...messages.flatMap(({ role, text, createdAt }) => [role, text, createdAt]));
  const thread = await keyOf(source, id ?? first ?? (await all()));
  let latest = begun;
  let before = thread;
  for (const message of messages) {
    const passed = passedOver(message);
    if (passed !== undefined) {
      yield { passed };
      continue;
    }
    latest = message.createdAt ?? latest;
    before =
      message.id === undefined
        ? await chained(source, before, message)
        : await keyOf(source, `${uniqueIds ? "" : `${thread}/`}${message.id}`);
    yield* parted({
      key: before,
      value: message.text,
      role: message.role,
      thread,
      metadata: { source, ...(title === undefined ? {} : { title }), ...message.metadata },
      ...(latest === undefined ? {} : { createdAt: latest }),
      ...(owner === undefined ? {} : { owner }),
    });
  }
}

/** The key of a message without an id: by its words and by what was said before it. */
export async function chained(
  source: string,
  before: string,
  { role, text, createdAt }: SourceMessage,
): Promise<string> {
  return `${source}:${await digestOf(before, role, text, createdAt)}`;
}
