import type { ImportFormat, ImportItem, SourceMessage } from "../format.ts";
import { conversationOf, digestOf, keyOf, parted } from "../keys.ts";
import { type Fields, fieldsOf, isObject, listOf, momentOf, present, textIn, wordsOf } from "../values.ts";

/**
 * Letta's AgentFile (`.af`): agents with their messages, memory blocks, and passages of the archive where the file has
 * them. Ids in it (`agent-0`, `message-3`) are numbers within one file, so that keys follow from what is said.
 */
export const letta: ImportFormat = {
  name: "Letta AgentFile",
  recognises: ({ value }) =>
    isObject(value) &&
    ((Array.isArray(value.agents) &&
      (Array.isArray(value.blocks) || value.agents.some((agent) => "llm_config" in fieldsOf(agent)))) ||
      (Array.isArray(value.core_memory) && Array.isArray(value.messages))),
  async *read({ value }) {
    const file = fieldsOf(value);
    const agents = Array.isArray(file.agents) ? file.agents.map(fieldsOf) : [file];
    const blocks = [
      ...listOf(file.blocks),
      ...agents.flatMap((agent) => [...listOf(agent.core_memory), ...listOf(agent.memory_blocks)]),
    ];
    for (const block of blocks.map(fieldsOf)) yield* blockOf(block);
    const passages = [
      ...listOf(file.passages),
      ...listOf(file.archival_memory),
      ...agents.flatMap((agent) => [...listOf(agent.passages), ...listOf(agent.archival_memory)]),
    ];
    for (const passage of passages.map(fieldsOf)) yield* passageOf(passage);
    for (const agent of agents) {
      const messages = listOf(agent.messages).map((message) => toMessage(fieldsOf(message)));
      const title = textIn(agent.name);
      // By how it begins, so that half a file and the whole one give the same.
      const [first] = messages.filter(({ role, text }) => role !== "system" && text !== "");
      const id = await digestOf(title, first?.text, first?.createdAt);
      yield* conversationOf({ source: "letta", id, ...present({ title }) }, messages);
    }
  },
};

async function* blockOf(block: Fields): AsyncGenerator<ImportItem> {
  const value = textIn(block.value);
  if (value === undefined) return yield { passed: "memory blocks without words" };
  const label = textIn(block.label) ?? "block";
  yield* parted({
    key: await keyOf("letta", await digestOf("block", label, value)),
    value: value.trim(),
    metadata: { source: "letta", block: label },
    ...present({ createdAt: momentOf(block.created_at) }),
  });
}

async function* passageOf(passage: Fields): AsyncGenerator<ImportItem> {
  const value = textIn(passage.text) ?? textIn(passage.content);
  if (value === undefined) return yield { refused: "a passage without words" };
  const tags = listOf(passage.tags).filter((tag) => textIn(tag) !== undefined) as string[];
  yield* parted({
    key: await keyOf("letta", await digestOf("passage", value)),
    value,
    ...(tags.length === 0 ? {} : { tags: tags.slice(0, 64) }),
    metadata: { source: "letta" },
    ...present({ createdAt: momentOf(passage.created_at ?? passage.timestamp) }),
  });
}

function toMessage(message: Fields): SourceMessage {
  const role = textIn(message.role) ?? "user";
  const createdAt = momentOf(message.created_at ?? message.date);
  return { ...spokenBy(role, message), ...present({ createdAt }) };
}

/** What was said, without the envelope in which the server puts it: a user's JSON, an assistant's call of `send_message`. */
function spokenBy(role: string, message: Fields): { role: string; text: string } {
  const text = wordsOf(message.content) ?? textIn(message.text) ?? "";
  if (role === "user") {
    const sent = parsed(text);
    if (sent === undefined) return { role, text };
    return sent.type === "user_message" || sent.type === undefined
      ? { role, text: textIn(sent.message) ?? text }
      : { role: "system", text };
  }
  if (role !== "assistant") return { role, text };
  const sent = listOf(message.tool_calls).flatMap((call) => {
    const { name, arguments: given } = fieldsOf(fieldsOf(call).function);
    return name === "send_message" ? (textIn(parsed(given)?.message) ?? []) : [];
  });
  // Beside such a call, the text is what the model thought.
  return {
    role,
    text: sent.length > 0 ? sent.join("\n\n") : listOf(message.tool_calls).length > 0 ? "" : text,
  };
}

function parsed(text: unknown): Fields | undefined {
  if (typeof text !== "string" || !text.startsWith("{")) return undefined;
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}
