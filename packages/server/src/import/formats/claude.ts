import type { ImportFormat, SourceMessage } from "../format.ts";
import { conversationOf, digestOf, keyOf, parted, roleOf } from "../keys.ts";
import {
  type Fields,
  fieldsOf,
  idOf,
  isObject,
  listOf,
  momentOf,
  present,
  textIn,
  wordsOf,
} from "../values.ts";

/**
 * Claude's data export: `conversations.json` (a list of conversations with `chat_messages`, where edits and second answers
 * are branches by `parent_message_uuid`), `projects.json` (documents) and `memories.json`.
 */
export const claude: ImportFormat = {
  name: "Claude",
  recognises: ({ value }) =>
    isObject(value) && (Array.isArray(value.chat_messages) || isMemories(value) || isProject(value)),
  async *read({ value }) {
    const given = fieldsOf(value);
    if (isMemories(given)) return yield* memories(given);
    if (isProject(given)) return yield* project(given);
    const all = listOf(given.chat_messages).map(fieldsOf);
    const branch = branchOf(all);
    for (let left = branch.length; left < all.length; left++)
      yield { passed: "messages of branches that were left" };
    yield* conversationOf(
      {
        source: "claude",
        uniqueIds: true,
        ...present({
          id: idOf(given.uuid),
          title: textIn(given.name),
          createdAt: momentOf(given.created_at),
        }),
      },
      branch.map(toMessage),
    );
  },
};

/** The branch of the message that was said last. Without parents, or with gaps, all of them. */
function branchOf(messages: readonly Fields[]): Fields[] {
  const byId = new Map(messages.map((message) => [idOf(message.uuid), message]));
  const parents = messages.map((message) => idOf(message.parent_message_uuid));
  const children = new Set(parents);
  const leaves = messages.filter((message) => !children.has(idOf(message.uuid)));
  const isTree = parents.filter((parent) => parent !== undefined && byId.has(parent)).length;
  if (leaves.length < 2 || isTree === 0) return [...messages];
  const last = leaves.reduce((best, leaf) =>
    (momentOf(leaf.created_at) ?? "") >= (momentOf(best.created_at) ?? "") ? leaf : best,
  );
  const path = new Set<Fields>();
  for (let at: Fields | undefined = last; at !== undefined && !path.has(at); ) {
    path.add(at);
    at = byId.get(idOf(at.parent_message_uuid));
  }
  return [...path].reverse();
}

function toMessage(message: Fields): SourceMessage {
  const files = [...listOf(message.attachments), ...listOf(message.files)]
    .map((file) => textIn(fieldsOf(file).file_name))
    .filter((name) => name !== undefined);
  const attached = listOf(message.attachments)
    .map((file) => textIn(fieldsOf(file).extracted_content))
    .filter((text) => text !== undefined);
  const said = wordsOf(message.content) ?? textIn(message.text);
  return {
    role: roleOf(textIn(message.sender) ?? "user"),
    text: [...(said === undefined ? [] : [said]), ...attached].join("\n\n"),
    ...present({ id: idOf(message.uuid), createdAt: momentOf(message.created_at) }),
    ...(files.length === 0 ? {} : { metadata: { files } }),
  };
}

function isMemories(value: Fields): boolean {
  return typeof value.conversations_memory === "string" || isObject(value.project_memories);
}

async function* memories(given: Fields) {
  const owner = idOf(given.account_uuid);
  const texts = [
    ["conversations", given.conversations_memory],
    ...Object.entries(fieldsOf(given.project_memories)),
  ] as const;
  for (const [about, text] of texts) {
    const value = textIn(text);
    if (value === undefined) continue;
    yield* parted({
      key: await keyOf("claude", `memory:${await digestOf(owner, about, value)}`),
      value,
      metadata: { source: "claude", ...(about === "conversations" ? {} : { project: about }) },
    });
  }
}

function isProject(value: Fields): boolean {
  return Array.isArray(value.docs) && "prompt_template" in value;
}

async function* project(given: Fields) {
  const title = textIn(given.name);
  for (const doc of listOf(given.docs).map(fieldsOf)) {
    const value = textIn(doc.content);
    if (value === undefined) {
      yield { passed: "documents without words" };
      continue;
    }
    yield* parted({
      key: await keyOf("claude", idOf(doc.uuid) ?? (await digestOf(title, value))),
      value,
      metadata: { source: "claude", ...present({ project: title, file: textIn(doc.filename) }) },
      ...present({ createdAt: momentOf(doc.created_at) }),
    });
  }
}
