import {
  count,
  create,
  deletePin,
  getByID,
  insert,
  insertMultiple,
  insertPin,
  load,
  remove,
  removeMultiple,
  save,
  search,
  update,
  upsert,
} from "@orama/orama";
import { afterInsert, searchWithHighlight } from "@orama/plugin-match-highlight";
import { search as searchOurs, souvenirPlugin } from "@souvenir/orama";
import { expect, test } from "vitest";
import type { Memory, MemoryDatabase, SetInput } from "../src/index.ts";
import { keysOf, openMemory, rejection, setClock, stores } from "./open-memory.ts";
import { ScriptedEmbedder } from "./scripted-embedder.ts";

const namespace = "marie";
const day = 24 * 60 * 60 * 1000;
const start = Date.parse("2026-01-01T00:00:00.000Z");

const julie = { name: "Julie", type: "person" };
const told: Omit<SetInput, "namespace">[] = [
  {
    key: "violin",
    value: "My sister Julie plays the violin in Lyon.",
    tags: ["family", "music"],
    entities: [julie],
  },
  {
    key: "cello",
    value: "Julie sold her old cello.",
    tags: ["music"],
    entities: [julie],
    metadata: { year: 2021, city: "Lyon" },
  },
  {
    key: "cat",
    value: "Nous avons adopté un chat.",
    tags: ["home"],
    metadata: { year: 2024, city: "Paris" },
  },
  { key: "hello", value: "Hello, I moved to Paris.", thread: "monday", role: "user", metadata: { mood: 3 } },
  {
    key: "answer",
    value: "How do you like Paris?",
    thread: "monday",
    role: "assistant",
    metadata: { mood: "x" },
  },
  { key: "rain", value: "It rained all day.", thread: "tuesday", role: "user" },
];

async function filled(memory: Memory): Promise<MemoryDatabase> {
  await memory.setMany(told.map((each, place) => ({ createdAt: start + place * day, ...each, namespace })));
  return memory.orama(namespace);
}

const idsOf = ({ hits }: { hits: readonly { id: string }[] }) => hits.map(({ id }) => id);

test.each(stores)("Orama's functions read the memories of a namespace in %s", async (store) => {
  const memory = await openMemory(store, { clock: setClock(start + 10 * day) });
  const db = await filled(memory);
  expect(count(db)).toBe(6);
  expect(getByID(db, "cat")).toEqual({
    id: "cat",
    key: "cat",
    value: "Nous avons adopté un chat.",
    tags: ["home"],
    entities: [],
    metadata: { year: 2024, city: "Paris" },
    version: 1,
    createdAt: start + 2 * day,
    updatedAt: start + 10 * day,
  });
  expect(getByID(db, "nothing")).toBeUndefined();
  const { hits, count: found } = await search(db, { term: "chats" });
  expect(hits.map(({ id, document }) => [id, document.value])).toEqual([["cat", told[2]?.value]]);
  expect(found).toBe(1);
  expect(hits[0]?.score).toBeGreaterThan(0);
  expect(await memory.search({ namespace, query: "chats" })).toMatchObject({ results: [{ key: "cat" }] });
});

test("a search has the order and the scores of the memory's own", async () => {
  const memory = await openMemory(":memory:", { clock: setClock(start + 10 * day) });
  const db = await filled(memory);
  for (const query of [
    "Who plays the violin?",
    "Julie",
    "Where did I move to?",
    "What happened on Tuesday?",
  ]) {
    const { results } = await memory.search({ namespace, query, prefix: true });
    const { hits } = await search(db, { term: query });
    expect(hits.map(({ id, score }) => [id, score])).toEqual(results.map(({ key, score }) => [key, score]));
  }
});

test("filters on whatever a memory has", async () => {
  const db = await filled(await openMemory(":memory:", { clock: setClock(start + 10 * day) }));
  const filters: [
    where: NonNullable<Parameters<typeof search<MemoryDatabase>>[1]["where"]>,
    keys: string[],
  ][] = [
    [{ tags: { containsAll: ["music", "family"] } }, ["violin"]],
    [{ tags: { containsAny: ["music", "home"] } }, ["violin", "cello", "cat"]],
    [{ entities: { containsAll: ["JULIE"] } }, ["violin", "cello"]],
    [{ entities: { containsAll: ["julie", "lyon"] } }, ["violin"]],
    [{ thread: "monday" }, ["hello", "answer"]],
    [{ thread: ["monday", "tuesday"], role: "user" }, ["hello", "rain"]],
    [{ key: "cat" }, ["cat"]],
    [{ createdAt: { gt: start + day, lte: start + 3 * day } }, ["cat", "hello"]],
    [{ createdAt: { between: [start, start + day] } }, ["violin", "cello"]],
    [{ version: { eq: 1 }, updatedAt: { gte: start + 10 * day } }, told.map(({ key }) => key as string)],
    [{ "metadata.year": { gte: 2022 } }, ["cat"]],
    [{ "metadata.city": ["Paris", "Lyon"] }, ["cello", "cat"]],
    [{ and: [{ "metadata.city": "Lyon" }, { not: { tags: { containsAll: ["family"] } } }] }, ["cello"]],
    // Of two types, and so in no schema.
    [{ "metadata.mood": 3 } as never, ["hello"]],
    [{ "metadata.mood": { gt: 2 } } as never, ["hello"]],
    [{ "metadata.mood": { in: [3, "x"] } } as never, ["hello", "answer"]],
  ];
  for (const [where, keys] of filters) {
    expect(idsOf(await search(db, { where, limit: 20 })).toSorted()).toEqual(keys.toSorted());
    expect(idsOf(await searchOurs(db, { where, limit: 20 })).toSorted()).toEqual(keys.toSorted());
  }
  expect(() => search(db, { where: { nothing: { eq: 1 } } as never })).toThrow(/nothing/);
  expect(() => search(db, { where: { createdAt: { near: 1 } } as never })).toThrow(/createdAt/);
  expect(idsOf(await search(db, { term: "Paris", where: { thread: "monday", role: "user" } }))).toEqual([
    "hello",
  ]);
});

test.each([
  ["Orama", search],
  ["the package", searchOurs],
])("groups, sorting, facets, distinct values and pages, with search of %s", async (_, run) => {
  const db = await filled(await openMemory(":memory:", { clock: setClock(start + 10 * day) }));
  const grouped = await run(db, { groupBy: { properties: ["thread"] } });
  expect(
    grouped.groups?.map(({ values, result }) => [values, result.map(({ id }) => id).toSorted()]),
  ).toEqual([
    [["monday"], ["answer", "hello"]],
    [["tuesday"], ["rain"]],
  ]);
  const newest = await run(db, { sortBy: { property: "createdAt", order: "DESC" }, limit: 2, offset: 1 });
  expect(idsOf(newest)).toEqual(["answer", "hello"]);
  expect(idsOf(await run(db, { sortBy: { property: "metadata.year" }, limit: 2 }))).toEqual(["cello", "cat"]);
  const { facets } = await run(db, {
    facets: {
      tags: {},
      thread: {},
      "metadata.city": {},
      createdAt: { ranges: [{ from: start, to: start + 2 * day }] },
    },
  });
  expect(facets?.tags?.values).toEqual({ family: 1, music: 2, home: 1 });
  expect(facets?.thread?.values).toMatchObject({ monday: 2, tuesday: 1 });
  expect(facets?.["metadata.city"]?.values).toMatchObject({ Lyon: 1, Paris: 1 });
  expect(facets?.createdAt?.values).toEqual({ [`${start}-${start + 2 * day}`]: 3 });
  const distinct = await run(db, { distinctOn: "role", sortBy: { property: "createdAt" } });
  expect(idsOf(distinct)).toEqual(["hello", "answer"]);
});

test("highlights, by a plugin that looks at what is inserted", async () => {
  const memory = await openMemory(":memory:");
  await filled(memory);
  const highlight = { name: "highlight", afterInsert };
  const db = await memory.orama(namespace, { plugins: [highlight] });
  const { hits } = await searchWithHighlight(db, { term: "chats" });
  expect(hits[0]?.id).toBe("cat");
  const { positions } = hits[0] as unknown as { positions: { value: Record<string, unknown> } };
  expect(Object.values(positions.value)).toEqual([[{ start: 21, length: 4 }]]);
});

test("vectors are compared, alone and together with words", async () => {
  const embedder = new ScriptedEmbedder();
  const memory = await openMemory(":memory:", { embedder });
  await memory.set({ namespace, key: "vet", value: "The vet saw our cat." });
  await memory.set({ namespace, key: "car", value: "The car was repaired." });
  await memory.flush();
  const db = await memory.orama(namespace);
  const [value] = await embedder.vectors(["cat"]);
  const vector = { value: Array.from(value as Float32Array), property: "vector" as const };
  for (const run of [search, searchOurs]) {
    const near = await run(db, { mode: "vector", vector, similarity: 0.5 });
    expect(near.hits.map(({ id, document }) => [id, document.value])).toEqual([
      ["vet", "The vet saw our cat."],
    ]);
    const both = await run(db, { mode: "hybrid", term: "repaired", vector, similarity: 0.5 });
    expect(idsOf(both).toSorted()).toEqual(["car", "vet"]);
  }
  expect(getByID(db, "vet")?.value).toBe("The vet saw our cat.");
});

test("writing is refused, whatever it is, and nothing changes", async () => {
  const memory = await openMemory(":memory:");
  const db = await filled(memory);
  const document = { id: "new", value: "new" } as never;
  const rule = { id: "rule", conditions: [], consequence: { promote: [{ doc_id: "cat", position: 0 }] } };
  const writes = [
    () => insert(db, document),
    () => insertMultiple(db, [document]),
    () => remove(db, "cat"),
    () => remove(db, "cat", undefined, true),
    () => removeMultiple(db, ["cat"]),
    () => update(db, "cat", document),
    () => upsert(db, document),
    () => load(db, save(create({ schema: { value: "string" } })) as never),
    () => insertPin(db, rule as never),
    () => deletePin(db, "rule"),
  ];
  for (const write of writes) {
    const error = await rejection((async () => write())());
    expect(error).toMatchObject({ code: "READ_ONLY", message: expect.stringContaining("memory.set()") });
  }
  const hit = (await search(db, { term: "chat" })).hits[0] as { document: { value: string } };
  hit.document.value = "changed";
  expect(getByID(db, "cat")?.value).toBe(told[2]?.value);
  expect(count(db)).toBe(6);
  expect(await memory.get({ namespace, key: "cat" })).toMatchObject({ version: 1 });
});

test("what is deleted or expires is gone at once, and what is written is in the next one", async () => {
  const clock = setClock(start + 10 * day);
  const memory = await openMemory(":memory:", { clock });
  await memory.set({ namespace, key: "brief", value: "A brief concert.", expiresAt: clock.now + day });
  const db = await filled(memory);
  expect(count(db)).toBe(7);
  await memory.delete({ namespace, key: "cat" });
  expect(getByID(db, "cat")).toBeUndefined();
  expect(idsOf(await search(db, { term: "chat" }))).toEqual([]);
  await memory.set({ namespace, key: "violin", value: "Julie plays the harp now." });
  await memory.set({ namespace, key: "dog", value: "A dog came." });
  await memory.search({ namespace, query: "harp" });
  for (const run of [search, searchOurs]) {
    expect(idsOf(await run(db, { term: "chat" }))).toEqual([]);
    expect(idsOf(await run(db, { term: "dog" }))).toEqual([]);
    expect(idsOf(await run(db, { term: "violin harp" }))).toEqual([]);
    expect(idsOf(await run(db, { where: { tags: { containsAny: ["home", "family"] } } }))).toEqual([]);
    expect((await run(db, {})).count).toBe(5);
  }
  expect(getByID(db, "cat")).toBeUndefined();
  clock.now += 2 * day;
  expect(count(db)).toBe(4);
  expect(getByID(db, "brief")).toBeUndefined();
  const next = await memory.orama(namespace);
  expect(idsOf(await search(next, { term: "harp" }))).toEqual(["violin"]);
  expect(idsOf(await search(next, { term: "dog" }))).toEqual(["dog"]);
  expect(count(next)).toBe(6);
});

test("an erasure is gone from every database at once, however many namespaces are in use", async () => {
  const memory = await openMemory(":memory:");
  const databases: MemoryDatabase[] = [];
  for (let each = 0; each < 80; each++) {
    await memory.set({ namespace: `n${each}`, key: "violin", value: "A violin." });
    await memory.set({ namespace: `n${each}`, key: "cello", value: "A cello." });
    databases.push(await memory.orama(`n${each}`));
  }
  for (const [each, db] of databases.entries()) {
    await memory.delete({ namespace: `n${each}`, key: "violin" });
    expect([count(db), getByID(db, "violin"), idsOf(await search(db, { term: "violin" }))]).toEqual([
      1,
      undefined,
      [],
    ]);
    await memory.clear({ namespace: `n${each}` });
    expect([count(db), getByID(db, "cello"), idsOf(await search(db, { term: "cello" }))]).toEqual([
      0,
      undefined,
      [],
    ]);
    await memory.set({ namespace: `n${each}`, key: "harp", value: "A harp." });
    expect(count(db)).toBe(0);
    expect(count(await memory.orama(`n${each}`))).toBe(1);
  }
});

test("a namespace without memories has an empty database, and no other namespace's", async () => {
  const memory = await openMemory(":memory:");
  await filled(memory);
  const db = await memory.orama("nobody");
  expect(count(db)).toBe(0);
  expect((await search(db, { term: "violin" })).hits).toEqual([]);
  expect(await rejection(memory.orama(undefined as never))).toMatchObject({ code: "INVALID_INPUT" });
  expect(await rejection(memory.orama(namespace, { plugin: [] } as never))).toMatchObject({
    code: "INVALID_INPUT",
    message: expect.stringContaining("plugins"),
  });
  await memory.close();
  expect(await rejection(memory.orama(namespace))).toMatchObject({ code: "CLOSED" });
});

test("the same database for the same memories, and it can be saved as one of its own", async () => {
  const memory = await openMemory(":memory:");
  const db = await filled(memory);
  expect(await memory.orama(namespace)).toBe(db);
  const copy = create({ schema: db.schema, plugins: [souvenirPlugin({ open: ["metadata"] })] });
  load(copy, JSON.parse(JSON.stringify(save(db))));
  expect(idsOf(await searchOurs(copy, { term: "chats" }))).toEqual(["cat"]);
  expect(idsOf(await searchOurs(copy, { where: { "metadata.year": { gte: 2022 } } }))).toEqual(["cat"]);
  await insert(copy, { id: "own", value: "Two chats more." } as never);
  expect(count(copy)).toBe(7);
  expect(keysOf((await memory.list({ namespace })).records)).not.toContain("own");
});
