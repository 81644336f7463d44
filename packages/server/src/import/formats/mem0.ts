import type { ImportFormat, ImportItem } from "../format.ts";
import { digestOf, keyOf, parted } from "../keys.ts";
import { type Fields, fieldsOf, idOf, isObject, listOf, momentOf, present, textIn } from "../values.ts";

/** Lists of memories, as they are called in answers and exports. */
const listNames = ["results", "memories", "data", "items"];

/**
 * What Mem0 gives: `get_all()` and `search()` (`results`), its export, and points of its vector store
 * (`payload` with `data`). Its user, or else its agent or run, is the owner.
 */
export const mem0: ImportFormat = {
  name: "Mem0",
  recognises: ({ value }) => isObject(value) && (isMemory(value) || listIn(value) !== undefined),
  async *read({ value }) {
    const given = fieldsOf(value);
    const list = listIn(given);
    if (list === undefined || isMemory(given)) return yield* memory(given);
    for (const each of list) yield* memory(each);
    for (const relation of listOf(given.relations).map(fieldsOf)) {
      const parts = [
        relation.source,
        relation.relationship ?? relation.relation,
        relation.target ?? relation.destination,
      ];
      if (!parts.every((part) => textIn(part) !== undefined)) {
        yield { refused: "a relation: expected source, relationship and target" };
        continue;
      }
      const text = parts.map((part) => String(part).replaceAll("_", " ")).join(" ");
      yield {
        entry: { key: await keyOf("mem0", await digestOf(text)), value: text, metadata: { source: "mem0" } },
      };
    }
  },
};

function isMemory(value: unknown): boolean {
  if (!isObject(value)) return false;
  const payload = fieldsOf(value.payload);
  return (
    (typeof value.memory === "string" &&
      ("id" in value || "hash" in value || "user_id" in value || "metadata" in value)) ||
    (typeof payload.data === "string" && ("hash" in payload || "user_id" in payload))
  );
}

function listIn(value: Fields): unknown[] | undefined {
  for (const name of listNames) {
    const list = value[name];
    if (Array.isArray(list) && list.some(isMemory)) return list;
  }
  return undefined;
}

async function* memory(value: unknown): AsyncGenerator<ImportItem> {
  if (!isMemory(value)) return yield { refused: 'a memory: expected "id" and "memory"' };
  const point = fieldsOf(value);
  const given = { ...fieldsOf(point.payload), ...point } as Fields;
  const text = textIn(given.memory) ?? textIn(given.data);
  if (text === undefined) return yield { refused: "a memory without words" };
  const { user_id, agent_id, run_id, app_id } = given;
  const owner = idOf(user_id) ?? idOf(agent_id) ?? idOf(run_id);
  const id = idOf(given.id) ?? (await digestOf(owner, text));
  const categories = listOf(given.categories).filter((name) => textIn(name) !== undefined) as string[];
  const expiresAt = momentOf(given.expiration_date);
  yield* parted({
    key: await keyOf("mem0", id),
    value: text,
    ...(categories.length === 0 ? {} : { tags: categories.slice(0, 64) }),
    metadata: {
      ...fieldsOf(given.metadata),
      source: "mem0",
      ...present({ user_id, agent_id, run_id, app_id }),
    },
    ...present({
      owner,
      createdAt: momentOf(given.created_at),
      updatedAt: momentOf(given.updated_at),
      expiresAt,
    }),
  });
}
