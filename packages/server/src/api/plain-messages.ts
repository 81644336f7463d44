/**
 * A message as chat APIs and frameworks keep it, with the names of `TurnMessage`. What is not one of theirs is left as it
 * is, for the schema to refuse.
 *
 * - Mistral's conversations: `{ object: "entry", type: "message.output", … }`; a call, a result or a handoff says nothing.
 * - LangChain: `{ type: "human", content }` (`model_dump()`), `{ type, data }` (`messages_to_dict`), and
 *   `{ lc, type: "constructor", id, kwargs }` (`dumpd`, and `JSON.stringify` of a message in JavaScript).
 * - LlamaIndex: `{ role, blocks: [{ block_type, text }] }`; the AI SDK: `{ role, parts }`.
 */
export function plainMessage(value: unknown): unknown {
  if (!isObject(value)) return value;
  const { object, type, data, kwargs, lc, id, content } = value;
  if (object === "entry" && typeof type === "string") return ofEntry(type, value);
  if (isObject(data) && typeof type === "string" && consistsOf(value, ["type", "data"]))
    return spoken(withParts({ type, ...data }));
  const isWritten = Number.isInteger(lc) && type === "constructor" && consistsOf(value, constructorNames);
  if (isWritten && isObject(kwargs) && Array.isArray(id))
    return spoken(withParts({ type: id.at(-1), ...kwargs }));
  if (isThere(content)) return spoken(withParts(value));
  const { blocks, parts = Array.isArray(blocks) ? blocks.map(ofBlock) : undefined, ...rest } = value;
  return spoken(Array.isArray(parts) ? { ...rest, content: parts } : value);
}

/** The messages of a body that has some, each as `plainMessage` has it. */
export function withPlainMessages(body: unknown): unknown {
  if (!isObject(body)) return body;
  const plain = Object.entries(body).map(([name, value]) => [
    name,
    (name === "messages" || name === "before") && Array.isArray(value) ? value.map(plainMessage) : value,
  ]);
  return Object.fromEntries(plain);
}

const constructorNames = ["lc", "type", "id", "kwargs", "name", "graph"];

/** Who says what: those of the others in a conversation are `user` and `assistant`. */
const speakers: Readonly<Record<string, string>> = { human: "user", ai: "assistant" };

/** With a role, where only a type says who spoke. */
function spoken(message: Record<string, unknown>): Record<string, unknown> {
  const { type, ...rest } = message;
  if (isThere(rest.role) || typeof type !== "string") return message;
  const name = /^(.+)Message(?:Chunk)?$/.exec(type)?.[1]?.toLowerCase() ?? type;
  return { ...rest, role: speakers[name] ?? name };
}

/** LangChain has texts among the parts of a content. */
function withParts(message: Record<string, unknown>): Record<string, unknown> {
  const { content } = message;
  if (!Array.isArray(content) || !content.some((part) => typeof part === "string")) return message;
  const parts = content.map((part) => (typeof part === "string" ? { type: "text", text: part } : part));
  return { ...message, content: parts };
}

function ofEntry(type: string, entry: Record<string, unknown>): unknown {
  if (type === "message.input" || type === "message.output")
    return { ...entry, role: entry.role ?? (type === "message.input" ? "user" : "assistant") };
  // What it did, and not what it said. The place in the conversation is kept.
  return { role: "tool" };
}

function ofBlock(block: unknown): unknown {
  if (!isObject(block)) return block;
  const { block_type: type, ...rest } = block;
  return { ...rest, type };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function consistsOf(value: Record<string, unknown>, names: readonly string[]): boolean {
  return Object.keys(value).every((name) => names.includes(name));
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}
