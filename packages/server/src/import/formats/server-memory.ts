import type { ImportFormat, ImportItem } from "../format.ts";
import { digestOf, keyOf, parted } from "../keys.ts";
import { type Fields, fieldsOf, isObject, listOf, momentOf, present, textIn } from "../values.ts";

/**
 * The knowledge graph of MCP's reference server `memory`: a line for each entity and relation, or one document with both.
 * Each observation is a memory that names its entity.
 */
export const serverMemory: ImportFormat = {
  name: "MCP server-memory",
  recognises: ({ value }) =>
    isObject(value) &&
    (isEntity(value) ||
      isRelation(value) ||
      listOf(value.entities).some(isEntity) ||
      (Array.isArray(value.entities) && listOf(value.relations).some(isRelation))),
  async *read({ value }) {
    const given = fieldsOf(value);
    if (isEntity(given)) return yield* entity(given);
    if (isRelation(given)) return yield* relation(given);
    for (const each of listOf(given.entities))
      if (isEntity(each)) yield* entity(fieldsOf(each));
      else yield { refused: "an entity: expected name, entityType and observations" };
    for (const each of listOf(given.relations))
      if (isRelation(each)) yield* relation(fieldsOf(each));
      else yield { refused: "a relation: expected from, to and relationType" };
  },
};

function isEntity(value: unknown): boolean {
  return isObject(value) && typeof value.name === "string" && Array.isArray(value.observations);
}

function isRelation(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value.from === "string" &&
    typeof value.to === "string" &&
    typeof value.relationType === "string"
  );
}

async function* entity(given: Fields): AsyncGenerator<ImportItem> {
  const name = textIn(given.name);
  if (name === undefined) return yield { refused: "an entity without a name" };
  const type = textIn(given.entityType) ?? "entity";
  if (listOf(given.observations).length === 0) return yield { passed: "entities without observations" };
  for (const observation of listOf(given.observations)) {
    const text = textIn(observation) ?? textIn(fieldsOf(observation).content);
    if (text === undefined) {
      yield { refused: `an observation of ${JSON.stringify(name.slice(0, 60))} without words` };
      continue;
    }
    yield* parted({
      key: await keyOf("server-memory", await digestOf(name, text)),
      // An observation seldom says of whom: "Speaks Spanish".
      value: text.toLowerCase().includes(name.toLowerCase().replaceAll("_", " ")) ? text : `${name}: ${text}`,
      entities: [{ name: name.slice(0, 120), type: type.slice(0, 60) }],
      metadata: { source: "server-memory", entity: name, entityType: type },
      ...present({
        createdAt: momentOf(fieldsOf(observation).timestamp ?? given.createdAt ?? given.timestamp),
      }),
    });
  }
}

async function* relation(given: Fields): AsyncGenerator<ImportItem> {
  const [from, to, type] = [textIn(given.from), textIn(given.to), textIn(given.relationType)];
  if (from === undefined || to === undefined || type === undefined)
    return yield { refused: "a relation: expected from, to and relationType" };
  yield* parted({
    key: await keyOf("server-memory", await digestOf(from, type, to)),
    value: `${from} ${type.replaceAll("_", " ")} ${to}`,
    metadata: { source: "server-memory", from, to, relationType: type },
    ...present({ createdAt: momentOf(given.createdAt ?? given.timestamp) }),
  });
}
