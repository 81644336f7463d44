import {
  type AnyOrama,
  count,
  create,
  getByID,
  insert,
  load,
  remove,
  save,
  search as searchOrama,
} from "@orama/orama";
import { persist, restore } from "@orama/plugin-data-persistence";
import { describe, expect, test } from "vitest";
import { indexOf, search, souvenirPlugin } from "../src/index.ts";

const schema = {
  title: "string",
  topic: "enum",
  year: "number",
  sold: "boolean",
  nested: { note: "string" },
  embedding: "vector[3]",
} as const;

function database(plugins = [souvenirPlugin()]): AnyOrama {
  const db = create({ schema, plugins }) as AnyOrama;
  const documents = [
    {
      id: "a",
      title: "Nous avons adopté deux chats",
      topic: "home",
      year: 2020,
      sold: false,
      embedding: [0, 1, 0],
    },
    { id: "b", title: "My sister plays the violin", topic: "music", year: 2024, nested: { note: "concert" } },
    { id: "c", title: "A violin was sold", topic: "music", year: 2022, sold: true, embedding: [1, 0, 0] },
    { id: "gone", title: "A violin that is gone", topic: "music", year: 1999 },
  ];
  for (const document of documents) void insert(db, document as never);
  void remove(db, "gone");
  return db;
}

const idsOf = async (results: unknown): Promise<string[]> =>
  ((await results) as { hits: { id: string }[] }).hits.map(({ id }) => id);

async function isWhole(db: AnyOrama): Promise<void> {
  expect(count(db)).toBe(3);
  expect(getByID(db, "b")).toMatchObject({ title: "My sister plays the violin" });
  const asked: [params: Record<string, unknown>, ids: string[]][] = [
    [{ term: "chat" }, ["a"]],
    [{ term: "violins", sortBy: { property: "year", order: "ASC" } }, ["c", "b"]],
    [{ term: "concert", properties: ["nested.note"] }, ["b"]],
    [{ where: { year: { gt: 2021 } } }, ["b", "c"]],
    [{ where: { topic: { eq: "home" } } }, ["a"]],
    [{ mode: "vector", vector: { value: [1, 0.1, 0], property: "embedding" } }, ["c"]],
  ];
  for (const [params, ids] of asked) expect(await idsOf(search(db, params as never))).toEqual(ids);
  await insert(db, { id: "d", title: "Another violin", year: 2025 } as never);
  expect((await idsOf(searchOrama(db, { term: "violin" } as never))).toSorted()).toEqual(["b", "c", "d"]);
  expect(JSON.stringify(save(db).docs)).not.toContain("gone");
}

describe("what is saved is read again", () => {
  test("by load, as it is, cloned, and as JSON", async () => {
    const saved = save(database());
    for (const raw of [saved, structuredClone(saved), JSON.parse(JSON.stringify(saved))]) {
      const db = create({ schema, plugins: [souvenirPlugin()] }) as AnyOrama;
      load(db, raw);
      await isWhole(db);
    }
  });

  // Not dpack, which fails on Node 24 whatever it is given.
  test.each(["json", "binary"] as const)("by @orama/plugin-data-persistence as %s", async (format) => {
    const data = await persist(database(), format);
    await isWhole(await restore(format, data));
    const db = create({ schema, plugins: [souvenirPlugin()] }) as AnyOrama;
    load(db, save(await restore(format, data)));
    await isWhole(db);
  });

  test("as seqproto, which makes strings of numbers in documents", async () => {
    const given = database();
    // Of lists of numbers it makes nothing at all.
    for (const id of ["a", "c"]) delete (getByID(given, id) as { embedding?: unknown }).embedding;
    const db = await restore<AnyOrama>("seqproto", await persist(given, "seqproto"));
    expect(await idsOf(search(db, { term: "violins" } as never))).toEqual(["c", "b"]);
    expect(await idsOf(search(db, { where: { year: { gt: 2021 } } } as never))).toEqual(["b", "c"]);
  });

  test("and Orama alone says that it cannot search its words", async () => {
    const db = await restore<AnyOrama>("json", await persist(database(), "json"));
    expect(() => searchOrama(db, { term: "violin" } as never)).toThrow(
      expect.objectContaining({ code: "WRONG_SEARCH_PROPERTY_TYPE" }),
    );
  });

  test("what Orama saved without the plugin is indexed anew, vectors too", async () => {
    const stock = database([]);
    // Takes the vectors out of the documents.
    const vector = { value: [1, 0, 0], property: "embedding" };
    await searchOrama(stock, { mode: "vector", vector, similarity: 0 } as never);
    const raw = save(stock);
    for (const each of [raw, JSON.parse(JSON.stringify(raw))]) {
      const db = create({ schema, plugins: [souvenirPlugin()] }) as AnyOrama;
      load(db, structuredClone(each));
      expect(JSON.stringify(save(db).docs)).not.toContain("gone");
      for (const run of [search, searchOrama]) {
        expect((await idsOf(run(db, { term: "violin" } as never))).toSorted()).toEqual(["b", "c"]);
        expect(await idsOf(run(db, { mode: "vector", vector } as never))).toEqual(["c"]);
        expect(await idsOf(run(db, { where: { sold: false } } as never))).toEqual(["a"]);
        const sorted = { where: { year: { gt: 0 } }, sortBy: { property: "year", order: "DESC" } };
        expect(await idsOf(run(db, sorted as never))).toEqual(["b", "c", "a"]);
      }
    }
  });

  test("larger than one value that carries it", async () => {
    const db = create({ schema: { text: "string", vector: "vector[1024]" }, plugins: [souvenirPlugin()] });
    for (let each = 0; each < 900; each++)
      void insert(db, {
        id: String(each),
        text: `number ${each}`,
        vector: Array.from({ length: 1024 }, (_, at) => (at === each ? 1 : 0)),
      });
    const copy = create({ schema: db.schema, plugins: [souvenirPlugin()] });
    load(copy, JSON.parse(JSON.stringify(save(db))));
    expect(indexOf(copy).vectors("vector")?.size).toBe(900);
    const value = Array.from({ length: 1024 }, (_, at) => (at === 700 ? 1 : 0));
    expect(await idsOf(search(copy, { mode: "vector", vector: { value, property: "vector" } }))).toEqual([
      "700",
    ]);
  });
});
