import type { ImportFormat, ImportItem, SourceMessage } from "../format.ts";
import { conversationOf, digestOf, keyOf, parted, roleOf } from "../keys.ts";
import { type Fields, fieldsOf, idOf, isObject, listOf, momentOf, present, textIn } from "../values.ts";

/** Lists of a graph, as Zep's answers and dumps of Graphiti call them. */
const listNames = [
  "edges",
  "facts",
  "relevant_facts",
  "relations",
  "nodes",
  "entities",
  "episodes",
  "results",
  "data",
];

/**
 * What Zep and Graphiti give of a graph: edges (facts with the time in which they hold), nodes (entities with a summary) and
 * episodes, alone or in lists; and a session's messages. Group, graph or user is the owner.
 */
export const zep: ImportFormat = {
  name: "Zep, Graphiti",
  recognises: ({ value }) =>
    isObject(value) && (isPart(value) || partsIn(value).length > 0 || isSession(value)),
  async *read({ value }) {
    const given = fieldsOf(value);
    if (isPart(given)) return yield* part(given);
    const owner = ownerOf(given);
    if (isSession(given)) {
      const list = listOf(given.messages).map(fieldsOf);
      const id = idOf(given.session_id) ?? idOf(given.thread_id) ?? idOf(given.uuid);
      yield* conversationOf(
        { source: "zep", uniqueIds: true, ...present({ id, owner }) },
        list.map(toMessage),
      );
    }
    for (const each of partsIn(given))
      if (isPart(each)) yield* part(owner === undefined ? each : { group_id: owner, ...each });
      else yield { refused: "a part of a graph: expected fact, summary or content" };
  },
};

function partsIn(given: Fields): Fields[] {
  const lists = listNames.map((name) => listOf(given[name]));
  // Where there is one, what is none in the other lists is refused by name.
  if (!lists.some((list) => list.some(isPart))) return [];
  return lists.flat().filter(isObject);
}

function isPart(value: unknown): boolean {
  return isObject(value) && (isEdge(value) || isNode(value) || isEpisode(value));
}

function isEdge(value: Fields): boolean {
  return typeof value.fact === "string" && idOf(value.uuid ?? value.id) !== undefined;
}

function isNode(value: Fields): boolean {
  return (
    typeof value.name === "string" &&
    typeof value.summary === "string" &&
    "uuid" in value &&
    !("chat_messages" in value)
  );
}

function isEpisode(value: Fields): boolean {
  return typeof value.content === "string" && "uuid" in value && !("chat_messages" in value);
}

function isSession(given: Fields): boolean {
  return listOf(given.messages).some(
    (message) => isObject(message) && "role_type" in message && "content" in message,
  );
}

function ownerOf(given: Fields): string | undefined {
  return idOf(given.user_id) ?? idOf(given.group_id) ?? idOf(given.graph_id) ?? idOf(given.graph_uuid);
}

function toMessage(given: Fields): SourceMessage {
  const type = textIn(given.role_type);
  const name = textIn(given.role) ?? textIn(given.name);
  return {
    role: roleOf(type === undefined || type === "norole" ? (name ?? "user") : type),
    text: textIn(given.content) ?? "",
    ...present({ id: idOf(given.uuid), createdAt: momentOf(given.created_at) }),
    ...(name === undefined || name === type ? {} : { metadata: { name } }),
  };
}

async function* part(given: Fields): AsyncGenerator<ImportItem> {
  const id = idOf(given.uuid) ?? idOf(given.id);
  const owner = ownerOf(given);
  const key = async (text: string) => keyOf("zep", id ?? (await digestOf(owner, text)));
  const metadata = { source: "zep", ...present({ name: textIn(given.name), ...attributes(given) }) };
  const createdAt = momentOf(given.created_at);
  if (isEdge(given)) {
    const value = textIn(given.fact);
    if (value === undefined) return yield { refused: "a fact without words" };
    const [validFrom, ended] = [
      momentOf(given.valid_at),
      momentOf(given.invalid_at) ?? momentOf(given.expired_at),
    ];
    // A time that ends where it begins, or before, is none.
    const validTo = ended !== undefined && (validFrom === undefined || ended > validFrom) ? ended : undefined;
    return yield* parted({
      key: await key(value),
      value,
      metadata,
      ...present({ createdAt, validFrom, validTo, owner }),
    });
  }
  if (isNode(given)) {
    const value = textIn(given.summary);
    if (value === undefined) return yield { passed: "entities without a summary" };
    const label = listOf(given.labels).find((name) => name !== "Entity" && textIn(name) !== undefined);
    const entity = { name: given.name as string, type: String(label ?? "entity").toLowerCase() };
    return yield* parted({
      key: await key(value),
      value,
      metadata,
      ...(entity.name.trim() === "" ? {} : { entities: [entity] }),
      ...present({ createdAt, owner }),
    });
  }
  const value = textIn(given.content);
  if (value === undefined) return yield { passed: "episodes without words" };
  const type = textIn(given.role_type);
  const session = idOf(given.session_id) ?? idOf(given.thread_id);
  yield* parted({
    key: await key(value),
    value,
    metadata: { ...metadata, ...present({ about: textIn(given.source_description) }) },
    ...present({
      createdAt: momentOf(given.valid_at) ?? createdAt,
      owner,
      role: type === undefined ? undefined : roleOf(type),
      thread: session === undefined ? undefined : await keyOf("zep", session),
    }),
  });
}

/** What the graph's own schema adds, where it is plain. */
function attributes(given: Fields): Fields {
  const own = Object.entries(fieldsOf(given.attributes)).filter(([, value]) => typeof value !== "object");
  return own.length === 0 ? {} : { attributes: Object.fromEntries(own) };
}
