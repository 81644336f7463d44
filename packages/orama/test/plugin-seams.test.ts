import {
  type AnyOrama,
  count,
  create,
  getByID,
  insert,
  insertMultiple,
  remove,
  search as searchOrama,
  update,
} from "@orama/orama";
import { describe, expect, test } from "vitest";
import {
  createView,
  DocumentSet,
  freezeSnapshot,
  IndexReader,
  indexOf,
  PluginError,
  type Ranker,
  readSnapshot,
  search,
  souvenirPlugin,
} from "../src/index.ts";

const schema = { text: "string", topic: "enum", day: "number", vector: "vector[2]" } as const;
const documents = [
  { id: "a", text: "a violin", topic: "music", day: 3, more: { loud: true, name: "x" }, vector: [1, 0] },
  { id: "b", text: "a violin and a cello", topic: "music", day: 1, more: { loud: "very", sizes: [1, 5] } },
  { id: "c", text: "cats", topic: "home", day: 2, more: { name: null, deep: { er: 7 } }, vector: [0, 1] },
];

function database(options: Parameters<typeof souvenirPlugin>[0] = {}): AnyOrama {
  const db = create({ schema, plugins: [souvenirPlugin(options)] }) as AnyOrama;
  void insertMultiple(db, structuredClone(documents) as never);
  return db;
}

const idsOf = async (results: unknown): Promise<string[]> =>
  ((await results) as { hits: { id: string }[] }).hits.map(({ id }) => id);

describe("a ranker", () => {
  const asked: Parameters<Ranker>[0][] = [];
  /** By the day, the latest first, of those with a word of the question. */
  const rank: Ranker = function* (question, index) {
    asked.push(question);
    yield;
    const found = index.text.matching(question.term, { accept: question.accept });
    return Array.from(found, (document) => ({
      document,
      score: Number(index.attributes.valuesOf(document, "day")[0]),
    }))
      .sort((left, right) => right.score - left.score)
      .slice(0, question.limit);
  };

  test("puts the documents of every search with a term in order, through both searches", async () => {
    const db = database({ rank });
    void insert(db, { id: "d", text: "the last violin", topic: "home", day: 9 } as never);
    for (const run of [search, searchOrama]) {
      expect(await idsOf(run(db, { term: "violin" } as never))).toEqual(["d", "a", "b"]);
      const music = { term: "violin", where: { topic: { eq: "music" } }, limit: 1 };
      expect(await idsOf(run(db, music as never))).toEqual(["a"]);
      expect((await run(db, { term: "violin" } as never)).hits[0]?.score).toBe(9);
    }
    asked.length = 0;
    const vector = { value: [0, 1], property: "vector" };
    expect(await idsOf(search(db, { mode: "hybrid", term: "violin", vector } as never))).toEqual([
      "d",
      "a",
      "b",
    ]);
    expect(asked).toMatchObject([{ term: "violin", vector: Float32Array.of(0, 1), property: "vector" }]);
  });

  test("is not asked for Orama's own way of matching, for vectors alone, and without a term", async () => {
    const db = database({ rank });
    asked.length = 0;
    const vector = { value: [0, 1], property: "vector" };
    for (const params of [
      { term: "violin", exact: true },
      { term: "violim", tolerance: 1 },
      { term: "violin", boost: { text: 2 } },
      { term: "violin cello", threshold: 0 },
      { term: "violin", relevance: { b: 0.5 } },
      { mode: "vector", vector },
      { where: { topic: { eq: "home" } } },
      {},
    ])
      expect((await search(db, params as never)).count).toBeGreaterThan(0);
    expect(asked).toEqual([]);
  });

  test("may be asked in steps, with what only its maker knows", () => {
    const index = indexOf(database({ rank }));
    const steps = index.ranking({ term: "violin", limit: 1, context: "mine" });
    expect(steps?.next()).toEqual({ done: false, value: undefined });
    expect(steps?.next()).toEqual({ done: true, value: [{ document: 1, score: 3 }] });
    expect(asked.at(-1)).toMatchObject({ context: "mine" });
  });
});

test("open properties are filtered by whatever they hold, and are in no schema", async () => {
  const db = database({ open: ["more"] });
  const filters: [where: Record<string, unknown>, ids: string[]][] = [
    [{ "more.loud": true }, ["a"]],
    [{ "more.loud": { eq: "very" } }, ["b"]],
    [{ "more.loud": { in: [true, "very"] } }, ["a", "b"]],
    [{ "more.sizes": { gt: 1, lt: 6 } }, ["b"]],
    [{ "more.sizes": { gt: 1, lt: 5 } }, []],
    [{ "more.sizes": { between: [0, 2] } }, ["b"]],
    [{ "more.sizes": { containsAll: [1, 5] } }, ["b"]],
    [{ "more.deep.er": [7, 8] }, ["c"]],
    [{ "more.name": { eq: null } }, ["c"]],
    [{ "more.nothing": { eq: 1 } }, []],
    [{ not: { "more.loud": true } }, ["b", "c"]],
  ];
  for (const [where, ids] of filters) expect(await idsOf(search(db, { where } as never))).toEqual(ids);
  expect(() => search(db, { where: { "more.loud": { near: 1 } } } as never)).toThrow(PluginError);
  expect(() => search(db, { where: { moreover: { eq: 1 } } } as never)).toThrow(PluginError);
  await remove(db, "a");
  expect(await idsOf(search(db, { where: { "more.loud": { in: [true, "very"] } } } as never))).toEqual(["b"]);
});

test("filters on a kept property are asked of who keeps it", async () => {
  const kept = {
    day: {
      documentsWhere: (operation: unknown) => (operation === "even" ? new DocumentSet([3]) : undefined),
    },
  };
  const db = database({ kept });
  expect(await idsOf(search(db, { where: { day: "even" } } as never))).toEqual(["c"]);
  expect(await idsOf(search(db, { where: { not: { day: "even" } } } as never))).toEqual(["a", "b"]);
  expect(() => search(db, { where: { day: { gt: 1 } } } as never)).toThrow(/day/);
  expect([...indexOf(db).attributes.fields()]).toEqual(["topic"]);
  expect(await idsOf(search(db, { sortBy: { property: "day" } } as never))).toEqual(["b", "c", "a"]);
});

describe("the index of a database", () => {
  test("takes vectors that come later, several for a document, and another embedder's", async () => {
    const db = database();
    const index = indexOf(db);
    const near = (value: number[]) =>
      idsOf(search(db, { mode: "vector", vector: { value, property: "vector" } } as never));
    index.setVectors(2, "vector", [Float32Array.of(1, 0), Float32Array.of(0, 1)]);
    expect(await near([1, 0])).toEqual(["a", "b"]);
    expect(await near([0, 1])).toEqual(["b", "c"]);
    index.setVectors(2, "vector", []);
    expect(await near([1, 0])).toEqual(["a"]);
    index.useVectors("vector", 3);
    index.setVectors(3, "vector", [Float32Array.of(0, 0, 1)]);
    expect(await near([0, 0, 1])).toEqual(["c"]);
    await remove(db, "c");
    expect(await near([0, 0, 1])).toEqual([]);
    index.setVectors(3, "vector", [Float32Array.of(0, 0, 1)]);
    expect(await near([0, 0, 1])).toEqual([]);
    index.useVectors("vector", undefined);
    expect(() => index.setVectors(1, "vector", [])).toThrow(PluginError);
    expect(() => indexOf(create({ schema }))).toThrow(expect.objectContaining({ code: "PLUGIN_MISSING" }));
  });

  test("removes the words of many at once, in steps, and tells what is gone apart until then", async () => {
    const db = create({ schema: { text: "string" }, plugins: [souvenirPlugin()] });
    await insertMultiple(
      db,
      Array.from({ length: 3_000 }, (_, each) => ({ id: String(each), text: `violin ${each}` })),
    );
    const index = indexOf(db);
    for (let each = 0; each < 2_000; each++) void remove(db, String(each));
    expect([index.unsettled, index.live.count, index.text.size]).toEqual([2_000, 1_000, 3_000]);
    const steps = index.settling();
    expect(steps.next().done).toBe(false);
    for (const run of [search, searchOrama]) {
      expect((await run(db, { term: "violin" })).count).toBe(1_000);
      expect((await run(db, { term: "7" })).count).toBe(0);
    }
    while (!steps.next().done);
    expect([index.unsettled, index.text.size]).toEqual([0, 1_000]);
    await remove(db, "2000");
    expect((await search(db, { term: "violin" })).count).toBe(999);
    expect([index.unsettled, index.text.size]).toEqual([0, 999]);
  });

  test.each([
    [false, [1, 2, 3]],
    [true, [2, 3, 6]],
  ])(
    "gives what comes under the id of a removed document its number, or another: %s",
    async (renumber, live) => {
      const db = database({ renumber });
      for (let round = 0; round < 3; round++) {
        await update(db, "a", { ...documents[0], text: `a viola of round ${round}` } as never);
        expect(await idsOf(search(db, { term: "viola" } as never))).toEqual(["a"]);
        expect(await idsOf(search(db, { term: "violin" } as never))).toEqual(["b"]);
      }
      expect(count(db)).toBe(3);
      expect([...indexOf(db).live]).toEqual(live);
      expect(getByID(db, "a")).toMatchObject({ text: "a viola of round 2" });
      const steps = indexOf(db).settling();
      await remove(db, "a");
      steps.next();
      await insert(db, { id: "a", text: "a harp" } as never);
      while (!steps.next().done);
      expect(await idsOf(search(db, { term: "harp" } as never))).toEqual(["a"]);
      expect([indexOf(db).unsettled, indexOf(db).text.size]).toEqual([0, 3]);
    },
  );

  test("is frozen and read in pieces, while it changes", async () => {
    const db = database({ open: ["more"] });
    const pieces = freezeSnapshot(indexOf(db).freeze());
    await remove(db, "b");
    await insert(db, { id: "d", text: "another violin" } as never);
    const reader = new IndexReader();
    await readSnapshot(
      (async function* () {
        yield* pieces;
      })(),
      (section, part) => expect(reader.take(section, part)).toBe(true),
    );
    const steps = reader.ending();
    let step = steps.next();
    while (!step.done) step = steps.next();
    const copy = create({ schema, plugins: [souvenirPlugin({ open: ["more"] })] }) as AnyOrama;
    indexOf(copy).replace(step.value);
    expect([...indexOf(copy).text.matching("violin")]).toEqual([1, 2]);
    expect(indexOf(copy).vectors("vector")?.size).toBe(2);
    expect([...indexOf(copy).attributes.documentsWith("more.loud", "very")]).toEqual([2]);
  });
});

test("a view has its own documents over the indexes of another database, and refuses to be written to", async () => {
  const db = database({ open: ["more"] });
  const { database: view, add } = createView(db, {
    schema: { text: "string", topic: "enum", vector: "vector[2]" },
    open: ["more"],
  });
  await add(1, { id: "first", text: "A VIOLIN", topic: "music" });
  await add(3, { id: "third", text: "CATS", topic: "home" });
  for (const run of [search, searchOrama]) {
    const { hits } = await run(view, { term: "violin" });
    expect(hits.map(({ id, document }) => [id, document.text])).toEqual([["first", "A VIOLIN"]]);
    expect((await run(view, {})).count).toBe(2);
    expect(await idsOf(run(view, { where: { not: { topic: { eq: "home" } } } }))).toEqual(["first"]);
    const vector = { value: [0.8, 0.6], property: "vector" as const };
    expect(await idsOf(run(view, { mode: "vector", vector, similarity: 0 }))).toEqual(["first", "third"]);
    expect((await run(view, { facets: { topic: {} } })).facets?.topic?.values).toEqual({ music: 1, home: 1 });
  }
  await remove(db, "a");
  expect(await idsOf(search(view, { term: "violin" }))).toEqual([]);
  expect(getByID(view, "first")).toBeUndefined();
  expect(count(view)).toBe(1);
  for (const write of [
    () => insert(view, { id: "x", text: "x" }),
    () => remove(view, "third"),
    () => update(view, "third", { id: "third", text: "x" }),
  ])
    expect(write).toThrow(expect.objectContaining({ code: "READ_ONLY" }));
});
