import { type MessagePart, partOf, splitText } from "./long-text.ts";
import { optionNames } from "./option-names.ts";
import { withoutRecallBlocks } from "./recall-block.ts";
import type { Store, StoredRecord } from "./store/store.ts";
import type { Limits, Message, RememberInput, SetInput } from "./types.ts";
import { checkNamespace, checkObject, checkOptions, checkText, checkThread, invalid } from "./validation.ts";

/** Roles whose text is not something that was said. */
const silent = new Set(["system", "developer", "tool", "function"]);

/** What becomes one memory: a message, or a part of one that is too long for a memory. */
interface Turn {
  role: string;
  text: string;
  message: Message;
  part?: MessagePart;
}

/**
 * The memories that a turn adds to its thread, with keys such that the same turn gives the same keys; and what the turn
 * said before and says no more, in the versions that were seen.
 *
 * With `turnId`, a message's key follows from thread, turn and place. Without it, messages that the thread already
 * ends with are left out (a retry, or a caller who passes the growing history), and the rest is named by its text; an
 * exchange of several messages that stands anywhere in the thread word for word is the same turn.
 */
export async function turnsToStore(
  store: Store,
  input: RememberInput,
  limits: Limits,
): Promise<{ turns: SetInput[]; surplus: { id: number; version: number }[] }> {
  const namespace = checkNamespace(input.namespace);
  const thread = checkThread(input.thread);
  const turnId = input.turnId === undefined ? undefined : checkText(input.turnId, "turnId", limits.keyBytes);
  const turns = spoken(input.messages, limits.valueBytes);
  const named = (name: string, members: readonly Turn[]) =>
    members.map((turn, index) => toInput(namespace, thread, `${name}-${index}`, turn));
  if (turnId !== undefined) {
    const name = await digest(["turn", thread, turnId]);
    return {
      turns: await besideFirstPart(store, turns, named(name, turns)),
      surplus: await storedFrom(store, namespace, name, turns.length),
    };
  }
  const { fresh } = await newTurns(store, namespace, thread, turns);
  if (fresh.length === 0) return { turns: [], surplus: [] };
  const words = fresh.flatMap((turn) => [turn.role, turn.text]);
  const name = await digest(["text", thread, ...words]);
  const [known] = await store.get(namespace, [`${name}-0`]);
  const messages = fresh.filter(({ part }) => part === undefined || part.part === 1).length;
  if (known === undefined || messages > 1) return { turns: named(name, fresh), surplus: [] };
  // A lone "yes" is said again and again; a whole exchange is not. Said again means after something else: which one
  // names it, so that a retry gives the same key. The one that is known may have come a moment ago, from a retry too.
  const again = await newTurns(store, namespace, thread, turns);
  return {
    turns: named(await digest(["text", thread, ...words, "after", again.last ?? ""]), again.fresh),
    surplus: [],
  };
}

/** What the thread does not end with yet, and the key of its last turn. */
async function newTurns(
  store: Store,
  namespace: string,
  thread: string,
  turns: readonly Turn[],
): Promise<{ fresh: Turn[]; last: string | undefined }> {
  if (turns.length === 0) return { fresh: [], last: undefined };
  const stored = await store.tail(namespace, thread, turns.length);
  const texts = stored.map((record) => said({ role: record.role, text: record.value, part: partOf(record) }));
  return { fresh: turns.slice(overlap(texts, turns)), last: stored.at(-1)?.key };
}

/** Memories of a turn that the store has from a place on: its messages when it was longer. */
async function storedFrom(
  store: Store,
  namespace: string,
  name: string,
  start: number,
): Promise<{ id: number; version: number }[]> {
  const stored: { id: number; version: number }[] = [];
  const page = 16;
  for (let place = start; ; place += page) {
    const found = await store.get(
      namespace,
      Array.from({ length: page }, (_, index) => `${name}-${place + index}`),
    );
    for (const record of found)
      if (record !== undefined) stored.push({ id: record.id, version: record.version });
    if (found.at(-1) === undefined) return stored;
  }
}

function spoken(messages: unknown, valueBytes: number): Turn[] {
  if (!Array.isArray(messages)) throw invalid("messages", "an array of { role, content }", messages);
  return messages.flatMap((given, index) => {
    const message = checkOptions(given, `messages[${index}]`, optionNames.message) as unknown as Message;
    const role = checkText(message.role, `messages[${index}].role`, 128);
    if (silent.has(role)) return [];
    if (message.metadata?.souvenir !== undefined)
      throw invalid(
        `messages[${index}].metadata.souvenir`,
        "another name: this one marks the parts of long messages",
      );
    const text = withoutRecallBlocks(textOf(message.content, `messages[${index}].content`)).toWellFormed();
    const texts = text.trim() === "" ? [] : splitText(text, valueBytes);
    if (texts.length < 2) return texts.map((text) => ({ role, text, message }));
    return texts.map((text, place) => ({
      role,
      text,
      message,
      part: { part: place + 1, parts: texts.length },
    }));
  });
}

/** The text of a message: its string, or its text parts with blank lines between. */
function textOf(content: unknown, where: string): string {
  if (content === undefined || content === null) return "";
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) throw invalid(where, "a string or an array of parts", content);
  return content
    .flatMap((part) => {
      const { type, text } = checkObject(part, where);
      if (type !== "text" || text === undefined) return [];
      if (typeof text !== "string") throw invalid(`${where}.text`, "a string", text);
      return [text];
    })
    .join("\n\n");
}

/** How many of the first turns the thread already ends with. */
function overlap(stored: readonly string[], turns: readonly Turn[]): number {
  for (let length = Math.min(stored.length, turns.length); length > 0; length -= 1) {
    const tail = stored.slice(stored.length - length);
    if (tail.every((text, index) => text === said(turns[index] as Turn))) return length;
  }
  return 0;
}

function said({
  role,
  text,
  part,
}: {
  role: string | null;
  text: string;
  part?: MessagePart | undefined;
}): string {
  return `${role ?? ""}\u0000${part === undefined ? "" : `${part.part}/${part.parts}`}\u0000${text}`;
}

/**
 * A turn that is told again and has more parts than before: the new ones get the date of the first, so that nothing
 * said meanwhile stands between them.
 */
async function besideFirstPart(
  store: Store,
  turns: readonly Turn[],
  inputs: readonly SetInput[],
): Promise<SetInput[]> {
  let first: StoredRecord | undefined;
  const placed: SetInput[] = [];
  for (const [index, input] of inputs.entries()) {
    const { part } = turns[index] as Turn;
    if (part?.part === 1) [first] = await store.get(input.namespace, [input.key as string]);
    const follows =
      part !== undefined && part.part > 1 && input.createdAt === undefined && first !== undefined;
    placed.push(follows ? { ...input, createdAt: first?.createdAt as number } : input);
  }
  return placed;
}

function toInput(
  namespace: string,
  thread: string,
  key: string,
  { role, text, message, part }: Turn,
): SetInput {
  const { metadata } = message;
  return {
    namespace,
    thread,
    key,
    role,
    value: text,
    ...(message.createdAt === undefined ? {} : { createdAt: message.createdAt }),
    ...(part === undefined
      ? metadata === undefined
        ? {}
        : { metadata }
      : { metadata: { ...checkObject(metadata ?? {}, "metadata"), souvenir: part } }),
  };
}

/** SHA-256 of the parts, unambiguous in where one ends: 32 hexadecimal digits of it. */
async function digest(parts: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
