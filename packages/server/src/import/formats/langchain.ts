import type { ImportFormat, ImportItem, SourceMessage } from "../format.ts";
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
 * What LangChain and LangGraph keep: items of a store (`namespace`, a list of labels; `key`; `value`), LangMem's memories
 * among them, and messages as `messages_to_dict` or `dumps` write them. An item's labels are its owner.
 */
export const langchain: ImportFormat = {
  name: "LangChain, LangGraph",
  recognises: ({ value }) => {
    if (Array.isArray(value)) return value.length > 0 && value.every(isMessage);
    return isObject(value) && (isItem(value) || isMessage(value) || listIn(value) !== undefined);
  },
  async *read({ value, isCut = false }) {
    if (isCut && Array.isArray(value))
      return yield { refused: "a conversation without an id that is not whole" };
    if (Array.isArray(value)) return yield* conversationOf({ source: "langchain" }, value.map(toMessage));
    if (isMessage(value)) return yield { message: toMessage(value) };
    const given = fieldsOf(value);
    if (isItem(given)) return yield* item(given);
    const list = listIn(given) as unknown[];
    if (list.some(isItem)) {
      for (const each of list)
        if (isItem(each)) yield* item(fieldsOf(each));
        else yield { refused: "an item of a store: expected namespace, key and value" };
      return;
    }
    const id = idOf(given.session_id) ?? idOf(given.thread_id) ?? idOf(given.id);
    if (isCut && id === undefined) return yield { refused: "a conversation without an id that is not whole" };
    yield* conversationOf({ source: "langchain", ...present({ id }) }, list.filter(isMessage).map(toMessage));
  },
};

const listNames = ["items", "data", "results", "memories", "messages", "store"];

function listIn(given: Fields): unknown[] | undefined {
  for (const name of listNames) {
    const list = given[name];
    if (Array.isArray(list) && list.some((each) => isItem(each) || isMessage(each))) return list;
  }
  return undefined;
}

function isItem(value: unknown): boolean {
  if (!isObject(value)) return false;
  const named = Array.isArray(value.namespace) || typeof (value.prefix ?? value.namespace) === "string";
  return named && idOf(value.key) !== undefined && isObject(value.value);
}

function isMessage(value: unknown): value is Fields {
  if (!isObject(value)) return false;
  if (value.type === "constructor")
    return isObject(value.kwargs) && /Message(?:Chunk)?$/.test(String(listOf(value.id).at(-1)));
  if (typeof value.type !== "string" || "role" in value) return false;
  return (
    (isObject(value.data) && "content" in value.data) ||
    (/^(?:human|ai|system|tool|function|remove)$/.test(value.type) && "content" in value)
  );
}

function toMessage(value: unknown): SourceMessage {
  const given = fieldsOf(value);
  const kind = given.type === "constructor" ? String(listOf(given.id).at(-1)) : String(given.type);
  const fields =
    given.type === "constructor" ? fieldsOf(given.kwargs) : isObject(given.data) ? given.data : given;
  const name = kind.replace(/Message(?:Chunk)?$/i, "").toLowerCase();
  const role = name === "chat" ? (textIn(fields.role) ?? "user") : name;
  const time =
    fieldsOf(fields.additional_kwargs).created_at ??
    fieldsOf(fields.response_metadata).created_at ??
    fields.created_at;
  return {
    role: roleOf(role),
    text: wordsOf(fields.content) ?? "",
    ...present({ id: idOf(fields.id), createdAt: momentOf(time) }),
  };
}

async function* item(given: Fields): AsyncGenerator<ImportItem> {
  const labels = Array.isArray(given.namespace)
    ? given.namespace.map(String)
    : String(given.prefix ?? given.namespace).split(".");
  const owner = labels
    .filter((label) => label !== "")
    .map((label) => label.replaceAll("/", "%2F"))
    .join("/");
  const { value, others } = said(fieldsOf(given.value));
  const key = idOf(given.key) as string;
  if (value === undefined) return yield { refused: `item ${shown(key)}: it has no words` };
  yield* parted({
    key: await keyOf("langgraph", await digestOf(owner, key)),
    value,
    metadata: { source: "langgraph", key, ...(Object.keys(others).length === 0 ? {} : { value: others }) },
    ...present({
      owner: owner === "" ? undefined : owner,
      createdAt: momentOf(given.created_at),
      updatedAt: momentOf(given.updated_at),
    }),
  });
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** The words of a value: the text that memories have (LangMem's `content.content` too), else all of it as lines. */
function said(value: Fields): { value: string | undefined; others: Fields } {
  for (const name of ["content", "text", "memory", "data", "value", "fact"]) {
    const { [name]: found, ...others } = value;
    if (isObject(found) && Object.keys(found).length === 1) {
      const inner = textIn(found.content) ?? textIn(found.text);
      if (inner !== undefined) return { value: inner, others };
    }
    if (isObject(found) && name === "content") return { value: lines(found), others };
    const text = textIn(found);
    if (text !== undefined) return { value: text, others };
  }
  return { value: lines(value), others: {} };
}

function lines(value: Fields): string | undefined {
  const text = Object.entries(value)
    .filter(([, each]) => each !== null && each !== "")
    .map(
      ([name, each]) =>
        `${name.replaceAll("_", " ")}: ${typeof each === "string" ? each : JSON.stringify(each)}`,
    )
    .join("\n");
  return textIn(text);
}
