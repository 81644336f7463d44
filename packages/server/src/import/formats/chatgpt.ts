import type { ImportFormat, ImportItem, SourceMessage } from "../format.ts";
import { conversationOf } from "../keys.ts";
import { type Fields, fieldsOf, idOf, isObject, listOf, momentOf, present, textIn } from "../values.ts";

/**
 * `conversations.json` of ChatGPT's data export: a list of conversations, each a tree of messages (`mapping`) in which
 * every edit and every second answer is a branch. The one that people see ends at `current_node`.
 */
export const chatgpt: ImportFormat = {
  name: "ChatGPT",
  recognises: ({ value }) => isObject(value) && isObject(value.mapping) && !Array.isArray(value.messages),
  async *read({ value }) {
    const conversation = fieldsOf(value);
    const mapping = fieldsOf(conversation.mapping);
    const path = branchOf(mapping, idOf(conversation.current_node));
    const others =
      Object.values(mapping).filter((node) => isObject(fieldsOf(node).message)).length - path.length;
    const messages: SourceMessage[] = [];
    for (const node of path) {
      const message = fieldsOf(node.message);
      const passed = passing(message);
      if (passed === undefined) messages.push(toMessage(message, node));
      else yield { passed } satisfies ImportItem;
    }
    for (let left = 0; left < others; left++) yield { passed: "messages of branches that were left" };
    const id = idOf(conversation.conversation_id) ?? idOf(conversation.id);
    yield* conversationOf(
      {
        source: "chatgpt",
        uniqueIds: true,
        ...present({
          id,
          title: textIn(conversation.title),
          createdAt: momentOf(conversation.create_time),
        }),
      },
      messages,
    );
  },
};

/** The messages from the first to the current one. Without a current one: to the one that was added last. */
function branchOf(mapping: Fields, current: string | undefined): Fields[] {
  const last = current !== undefined && Object.hasOwn(mapping, current) ? current : lastLeaf(mapping);
  const path: Fields[] = [];
  const seen = new Set<string>();
  for (let id = last; id !== undefined && Object.hasOwn(mapping, id) && !seen.has(id); ) {
    seen.add(id);
    const node = fieldsOf(mapping[id]);
    if (isObject(node.message)) path.push(node);
    id = idOf(node.parent);
  }
  return path.reverse();
}

function lastLeaf(mapping: Fields): string | undefined {
  const leaves = Object.entries(mapping).filter(
    ([, node]) => !listOf(fieldsOf(node).children).some((child) => Object.hasOwn(mapping, String(child))),
  );
  const time = ([, node]: [string, unknown]) => Number(fieldsOf(fieldsOf(node).message).create_time ?? 0);
  return leaves.reduce<[string, unknown] | undefined>(
    (best, leaf) => (best === undefined || time(leaf) >= time(best) ? leaf : best),
    undefined,
  )?.[0];
}

/** What people do not see: instructions, thinking, calls of tools. */
function passing(message: Fields): string | undefined {
  const { content_type: type } = fieldsOf(message.content);
  const hidden = fieldsOf(message.metadata).is_visually_hidden_from_conversation === true;
  const recipient = message.recipient ?? "all";
  if (hidden || recipient !== "all" || type === "thoughts" || type === "reasoning_recap")
    return "messages of systems and tools";
  return undefined;
}

function toMessage(message: Fields, node: Fields): SourceMessage {
  const role = textIn(fieldsOf(message.author).role) ?? "user";
  const model = textIn(fieldsOf(message.metadata).model_slug);
  return {
    role,
    text: wordsIn(fieldsOf(message.content)),
    ...present({ id: idOf(message.id) ?? idOf(node.id), createdAt: momentOf(message.create_time) }),
    ...(model === undefined ? {} : { metadata: { model } }),
  };
}

/** Texts and what was dictated; pictures say nothing. */
function wordsIn(content: Fields): string {
  if (content.content_type === "user_editable_context") return "";
  const parts = listOf(content.parts).map((part) => (typeof part === "string" ? part : fieldsOf(part).text));
  const texts = parts.length > 0 ? parts : [content.text];
  return texts.filter((text): text is string => typeof text === "string" && text.trim() !== "").join("\n\n");
}
