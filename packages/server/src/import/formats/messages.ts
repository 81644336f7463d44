import type { ImportFormat, ImportItem, SourceMessage } from "../format.ts";
import { conversationOf, roleOf } from "../keys.ts";
import { type Fields, fieldsOf, idOf, isObject, momentOf, present, textIn, wordsOf } from "../values.ts";

/** Items of the Responses API and of Mistral's conversations that nobody said. */
const unsaid =
  /^(?:function|tool|reasoning|web_search|file_search|computer|code_interpreter|image_generation|mcp|item_reference|agent\.handoff|local_shell|custom_tool|compaction)/;

/**
 * Messages as chat APIs take and give them: alone (`role` and `content`, a line each), in a list, under `messages`
 * (requests, and fine-tuning files of Mistral and OpenAI), as `input` and `output` of the Responses API, as `entries` of
 * Mistral's conversations, in lines of batch files.
 */
export const messages: ImportFormat = {
  name: "messages",
  recognises: ({ value }) => {
    if (Array.isArray(value))
      return (
        value.length > 0 && value.every((item) => isMessage(item) || isUnsaid(item)) && value.some(isMessage)
      );
    return (
      isObject(value) && (isMessage(value) || isUnsaid(value) || lists(value).length > 0 || isBatch(value))
    );
  },
  async *read({ value, isCut = false }) {
    if (isMessage(value)) return yield alone(value);
    if (isUnsaid(value)) return yield { passed: "messages of systems and tools" };
    const given = fieldsOf(value);
    // Named by all that is said in it: half of it would be another conversation.
    if (isCut && threadOf(given) === undefined)
      return yield { refused: "a conversation without an id that is not whole" };
    if (Array.isArray(value)) return yield* whole({}, value);
    if (isBatch(given)) return yield* whole(given, lists(fieldsOf(given.body)).flat());
    yield* whole(given, lists(given).flat());
  },
};

/** Of a request, a training example, a response or a conversation: its messages, in order. */
function lists(given: Fields): unknown[][] {
  const found: unknown[][] = [];
  for (const name of ["messages", "input", "prompt", "entries", "output", "preferred_output", "outputs"]) {
    const list = given[name];
    if (typeof list === "string" && name === "input" && ("model" in given || "output" in given))
      found.push([{ role: "user", content: list }]);
    else if (name === "input" && isObject(list) && Array.isArray(list.messages)) found.push(list.messages);
    else if (Array.isArray(list) && list.some(isObject)) found.push(list);
  }
  // Where there is one, what is none in the other lists is refused by name.
  return found.some((list) => list.some(isMessage)) ? found : [];
}

function isBatch(given: Fields): boolean {
  return "custom_id" in given && lists(fieldsOf(given.body)).length > 0;
}

function isMessage(value: unknown): value is Fields {
  if (!isObject(value) || typeof value.role !== "string") return false;
  return "content" in value || "tool_calls" in value || "text" in value || "parts" in value;
}

function isUnsaid(value: unknown): boolean {
  return isObject(value) && typeof value.type === "string" && unsaid.test(value.type) && !isMessage(value);
}

function toMessage(given: Fields): SourceMessage {
  const time =
    given.created_at ??
    given.createdAt ??
    given.completed_at ??
    given.timestamp ??
    given.date ??
    given.create_time;
  return {
    role: roleOf(given.role as string),
    text: wordsOf(given.content) ?? wordsOf(given.parts) ?? textIn(given.text) ?? "",
    ...present({ id: idOf(given.id), createdAt: momentOf(time) }),
  };
}

function threadOf(given: Fields): string | undefined {
  return idOf(given.conversation_id) ?? idOf(given.thread_id) ?? idOf(given.custom_id) ?? idOf(given.id);
}

function alone(given: Fields): ImportItem {
  const { role } = given;
  if (textIn(role) === undefined) return { refused: "a message without a role" };
  return { message: toMessage(given) };
}

async function* whole(given: Fields, list: readonly unknown[]): AsyncGenerator<ImportItem> {
  const said: SourceMessage[] = [];
  for (const item of list) {
    if (isMessage(item)) said.push(toMessage(item));
    else if (isUnsaid(item)) yield { passed: "messages of systems and tools" };
    else yield { refused: 'a message: expected "role" and "content"' };
  }
  const id = threadOf(given);
  yield* conversationOf(
    {
      source: "messages",
      ...present({
        id,
        title: textIn(given.title),
        owner: idOf(given.user_id),
        createdAt: momentOf(given.created_at ?? given.created),
      }),
    },
    said,
  );
}
