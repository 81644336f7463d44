import {
  type AnyOrama,
  count,
  create,
  getByID,
  insert,
  insertMultiple,
  insertPin,
  load,
  type Results,
  remove,
  removeMultiple,
  save,
  search as searchOrama,
  update,
  upsert,
} from "@orama/orama";
import { describe, expect, test } from "vitest";
import { PluginError, SnapshotError, search, souvenirPlugin } from "../src/index.ts";

const schema = {
  title: "string",
  tags: "string[]",
  colour: "enum",
  flavours: "enum[]",
  price: "number",
  sizes: "number[]",
  sold: "boolean",
  nested: { note: "string", embedding: "vector[3]" },
  place: "geopoint",
  embedding: "vector[3]",
} as const;

const documents = [
  {
    id: "a",
    title: "The walrus sings",
    tags: ["sea"],
    colour: "grey",
    flavours: ["salt", "fish"],
    price: 10,
    sizes: [1, 5],
    sold: false,
    nested: { note: "deep water" },
    place: { lat: 48.8, lon: 2.3 },
    embedding: [1, 0, 0],
  },
  {
    id: "b",
    title: "A violin sings too",
    tags: ["music"],
    colour: "brown",
    flavours: ["wood"],
    price: 200,
    sizes: [3],
    sold: true,
    nested: { note: "concert" },
    place: { lat: 45.7, lon: 4.8 },
    embedding: [0.9, 0.1, 0],
  },
  {
    id: "c",
    title: "Grüße aus Köln",
    tags: ["post", "music"],
    colour: "brown",
    flavours: [],
    price: 1,
    sizes: [9],
    sold: true,
    nested: { note: "carte" },
    embedding: [0, 1, 0],
  },
  { id: "d", title: "Nothing here", embedding: [0, 0, 0] },
];

function database(): AnyOrama {
  const db = create({ schema, plugins: [souvenirPlugin()] });
  void insertMultiple(db, structuredClone(documents));
  return db;
}

async function ids(results: Results<unknown> | Promise<Results<unknown>>): Promise<string[]> {
  return (await results).hits.map(({ id }) => id);
}

describe("the API of Orama over the plugin", () => {
  test("full text: by word form, property, boost, page; also through Orama's own search", async () => {
    const db = database();
    for (const find of [search, searchOrama]) {
      expect((await ids(find(db, { term: "walruses singing" })))[0]).toBe("a");
      expect(await ids(find(db, { term: "gruss koln" }))).toEqual(["c"]);
      expect(await ids(find(db, { term: "music", properties: ["tags"] }))).toEqual(["b", "c"]);
      expect(await ids(find(db, { term: "concert", properties: ["title"] }))).toEqual([]);
      expect(await ids(find(db, { term: "sings music", boost: { tags: 9 } }))).toEqual(["b", "c", "a"]);
      const page = await find(db, { term: "sings music", limit: 1, offset: 1 });
      expect([page.count, page.hits.length]).toEqual([3, 1]);
      expect(await ids(find(db, { term: "sings violin", threshold: 0 }))).toEqual(["b"]);
      expect(await ids(find(db, { term: "Walrus", exact: true }))).toEqual([]);
      expect(await ids(find(db, { term: "walrus", exact: true }))).toEqual(["a"]);
      expect((await ids(find(db, { term: "" }))).sort()).toEqual(["a", "b", "c", "d"]);
      expect(await ids(find(db, { term: "   " }))).toEqual([]);
      expect(() => find(db, { term: "x", properties: ["nothing"] })).toThrow();
      expect(() => find(db, { term: "x", boost: { title: 0 } })).toThrow(PluginError);
    }
  });

  test("where: every type and operator, and together", async () => {
    const db = database();
    const cases: [where: object, expected: string[]][] = [
      [{ sold: true }, ["b", "c"]],
      [{ sold: false }, ["a"]],
      [{ colour: { eq: "grey" } }, ["a"]],
      [{ colour: { in: ["grey", "brown"] } }, ["a", "b", "c"]],
      [{ colour: { nin: ["grey"] } }, ["b", "c"]],
      [{ colour: { in: ["grey", "brown"], nin: ["grey"] } }, ["b", "c"]],
      [{ flavours: { containsAll: ["salt", "fish"] } }, ["a"]],
      [{ flavours: { containsAny: ["wood", "salt"] } }, ["a", "b"]],
      [{ price: { gt: 1, lt: 200 } }, ["a"]],
      [{ price: { gte: 1, lte: 10 } }, ["a", "c"]],
      [{ price: { between: [10, 200] } }, ["a", "b"]],
      [{ price: { eq: 1 } }, ["c"]],
      [{ sizes: { gte: 5 } }, ["a", "c"]],
      [{ title: "walrus" }, ["a"]],
      [{ tags: ["sea", "post"] }, ["a", "c"]],
      [{ "nested.note": "concerts" }, ["b"]],
      [{ place: { radius: { coordinates: { lat: 48.9, lon: 2.3 }, value: 50, unit: "km" } } }, ["a"]],
      [{ sold: true, price: { gt: 100 } }, ["b"]],
      [{ and: [{ sold: true }, { price: { lt: 100 } }] }, ["c"]],
      [{ or: [{ price: { eq: 1 } }, { colour: { eq: "grey" } }] }, ["a", "c"]],
      [{ not: { sold: true } }, ["a", "d"]],
      [{ not: { and: [{ sold: true }, { price: { lt: 100 } }] } }, ["a", "b", "d"]],
      [{ sold: true, not: { price: { eq: 1 } } }, ["b"]],
    ];
    for (const [where, expected] of cases) {
      for (const find of [search, searchOrama]) {
        expect(
          (await ids(find(db, { term: "", where, limit: 10 } as never))).sort(),
          JSON.stringify(where),
        ).toEqual(expected);
      }
    }
    for (const where of [
      { nothing: true },
      { price: { near: 3 } },
      { price: {} },
      { colour: "grey" },
      { __proto__x: 1 },
    ]) {
      expect(() => search(db, { term: "", where } as never), JSON.stringify(where)).toThrow(PluginError);
    }
  });

  test("a filter with a value that is undefined is refused by its path", () => {
    const db = database();
    for (const [where, path] of [
      [{ sold: undefined }, "where.sold"],
      [{ price: { gt: undefined } }, "where.price.gt"],
      [{ price: { between: [undefined, 3] } }, "where.price.between[0]"],
      [{ colour: { in: ["red", undefined] } }, "where.colour.in[1]"],
      [{ and: [undefined, { sold: true }] }, "where.and[0]"],
      [{ not: { sold: undefined } }, "where.not.sold"],
      [{ sold: true, not: undefined }, "where.not"],
    ] as const)
      for (const params of [{ where }, { term: "", where, facets: { sold: {} } }])
        expect(() => search(db, params as never), path).toThrow(`${path} is undefined`);
  });

  test("a filter does not count documents that were removed", async () => {
    const db = database();
    await remove(db, "d");
    expect(await ids(search(db, { term: "", where: { not: { sold: true } } } as never))).toEqual(["a"]);
    expect(await ids(searchOrama(db, { term: "", where: { not: { sold: true } } } as never))).toEqual(["a"]);
  });

  test("facets over the whole match, whatever the page", async () => {
    const db = database();
    const { facets } = await search(db, {
      term: "",
      limit: 1,
      facets: {
        colour: {},
        flavours: {},
        sold: {},
        title: { limit: 1 },
        price: {
          ranges: [
            { from: 0, to: 10 },
            { from: 10, to: 1000 },
          ],
        },
      },
    } as never);
    expect(facets).toEqual({
      colour: { count: 3, values: { grey: 1, brown: 2, "": 1 } },
      flavours: { count: 3, values: { salt: 1, fish: 1, wood: 1 } },
      sold: { count: 2, values: { true: 2, false: 2 } },
      title: { count: 4, values: expect.objectContaining({}) },
      price: { count: 2, values: { "0-10": 2, "10-1000": 2 } },
    });
    expect(Object.keys(facets!.title!.values)).toHaveLength(1);
  });

  test("groups, sorting, distinct values, pins and hooks", async () => {
    const db = database();
    const grouped = await search(db, { term: "", groupBy: { properties: ["sold"] } } as never);
    expect(grouped.groups!.map(({ values, result }) => [values, result.map(({ id }) => id).sort()])).toEqual([
      [[false], ["a"]],
      [[true], ["b", "c"]],
    ]);
    expect(
      await ids(
        search(db, {
          term: "",
          where: { price: { gt: 0 } },
          sortBy: { property: "price", order: "DESC" },
        } as never),
      ),
    ).toEqual(["b", "a", "c"]);
    expect(await ids(search(db, { term: "", where: { sold: true }, distinctOn: "colour" } as never))).toEqual(
      ["b"],
    );
    insertPin(db, {
      id: "p",
      conditions: [{ anchoring: "is", pattern: "violin" }],
      consequence: { promote: [{ doc_id: "c", position: 0 }] },
    });
    expect(await ids(search(db, { term: "violin" }))).toEqual(["c", "b"]);

    const seen: string[] = [];
    const hooked = create({
      schema,
      plugins: [
        souvenirPlugin(),
        {
          name: "hooks",
          beforeSearch: async (_, params) => {
            seen.push(`before ${params.term}`);
            params.term = "violin";
          },
          afterSearch: (_, __, ___, results) => {
            seen.push(`after ${results.count}`);
          },
        },
      ],
    });
    await insertMultiple(hooked, structuredClone(documents));
    expect(await ids(search(hooked, { term: "walrus" }))).toEqual(["b"]);
    expect(seen).toEqual(["before walrus", "after 1"]);
  });

  test("update, upsert and remove", async () => {
    const db = database();
    await update(db, "a", { ...structuredClone(documents[0]!), title: "The seal swims" });
    await upsert(db, { id: "b", title: "A cello" });
    await upsert(db, { id: "e", title: "A trumpet" });
    expect(await ids(search(db, { term: "walrus" }))).toEqual([]);
    expect(await ids(search(db, { term: "seal" }))).toEqual(["a"]);
    expect(await ids(search(db, { term: "violin" }))).toEqual([]);
    expect(await ids(search(db, { term: "trumpets cellos" }))).toHaveLength(2);
    await removeMultiple(db, ["a", "e"]);
    expect(count(db)).toBe(3);
    expect(await ids(search(db, { term: "seal trumpet" }))).toEqual([]);
    expect(
      await ids(
        search(db, {
          mode: "vector",
          vector: { value: [1, 0, 0], property: "embedding" },
          similarity: -1,
        } as never),
      ),
    ).toEqual(["c"]);
  });

  test("save and load, also through JSON", async () => {
    const db = database();
    await remove(db, "c");
    for (const raw of [save(db), JSON.parse(JSON.stringify(save(db))), structuredClone(save(db))]) {
      const copy = create({ schema, plugins: [souvenirPlugin()] });
      load(copy, raw);
      await insert(copy, { id: "e", title: "walrus again" });
      expect((await ids(search(copy, { term: "walrus" }))).sort()).toEqual(["a", "e"]);
      expect((await ids(search(copy, { term: "", where: { not: { sold: true } } } as never))).sort()).toEqual(
        ["a", "d", "e"],
      );
      expect(
        await ids(
          search(copy, { mode: "vector", vector: { value: [1, 0, 0], property: "embedding" } } as never),
        ),
      ).toEqual(["a", "b"]);
      expect(
        await ids(
          search(copy, {
            term: "",
            where: { place: { radius: { coordinates: { lat: 48.9, lon: 2.3 }, value: 50, unit: "km" } } },
          } as never),
        ),
      ).toEqual(["a"]);
    }
    const stock = create({ schema: { title: "string" } });
    const other = create({ schema: { title: "string" }, plugins: [souvenirPlugin()] });
    const foreign = { ...save(stock), index: { snapshot: "of another version" } };
    expect(() => load(other, foreign as never)).toThrow(SnapshotError);
    expect(() => search(stock, { term: "x" })).toThrow(PluginError);
  });
});

describe("vectors and hybrid search", () => {
  const vector = { value: [1, 0, 0], property: "embedding" };

  test("vector mode: best first, from a cosine of 0.8 on", async () => {
    const db = database();
    for (const find of [search, searchOrama]) {
      const found = await find(db, { mode: "vector", vector } as never);
      expect(found.hits.map(({ id }) => id)).toEqual(["a", "b"]);
      expect(found.hits[0]!.score).toBeCloseTo(1, 2);
      expect(
        await ids(find(db, { mode: "vector", vector, similarity: -1, where: { sold: true } } as never)),
      ).toEqual(["b", "c"]);
    }
    expect(() =>
      search(db, { mode: "vector", vector: { value: [1, 0], property: "embedding" } } as never),
    ).toThrow(PluginError);
    expect(() =>
      search(db, { mode: "vector", vector: { value: [1, 0, 0], property: "title" } } as never),
    ).toThrow(PluginError);
  });

  test("hits come without vectors unless asked for, and stored documents keep theirs", async () => {
    const db = create({ schema, plugins: [souvenirPlugin()] });
    await insert(db, {
      id: "v",
      title: "walrus",
      embedding: [1, 0, 0],
      nested: { note: "x", embedding: [0, 1, 0] },
    });
    for (const params of [
      { term: "walrus" },
      { mode: "vector", vector },
      { mode: "hybrid", term: "walrus", vector },
    ]) {
      const [hit] = (await search(db, params as never)).hits;
      expect(hit!.document).toMatchObject({ embedding: null, nested: { note: "x", embedding: null } });
      const [full] = (await search(db, { ...params, includeVectors: true } as never)).hits;
      expect(full!.document).toMatchObject({ embedding: [1, 0, 0], nested: { embedding: [0, 1, 0] } });
    }
    expect(getByID(db, "v")).toMatchObject({ embedding: [1, 0, 0], nested: { embedding: [0, 1, 0] } });
  });

  test("the same vector has the similarity 1", async () => {
    const db = create({ schema: { v: "vector[5]" } as const, plugins: [souvenirPlugin()] });
    const same = [0.479, 0.841, 0.997, 0.909, 0.598];
    for (const v of [same, same.map((number) => number * 3), [0.5, 0.8, 1, 0.9, 0.6]])
      await insert(db, { v });
    const { hits } = await search(db, {
      mode: "vector",
      vector: { value: same, property: "v" },
      similarity: 1,
    });
    expect(hits.map(({ score }) => score)).toEqual([1, 1]);
  });

  test("weights of 0, an empty term and a vector of zeros mean what they say", async () => {
    const db = database();
    const hybrid = (params: object): Promise<Results<unknown>> =>
      Promise.resolve(
        search(db, { mode: "hybrid", vector, term: "violin", similarity: 0.5, ...params } as never),
      );
    expect((await hybrid({})).hits.map(({ id, score }) => [id, Math.round(score * 100) / 100])).toEqual([
      ["b", 1],
      ["a", 0.5],
    ]);
    expect(await ids(hybrid({ hybridWeights: { text: 1, vector: 0 } }))).toEqual(["b"]);
    expect(await ids(hybrid({ hybridWeights: { text: 0, vector: 1 } }))).toEqual(["a", "b"]);
    const empty = await hybrid({ term: "" });
    expect(empty.hits.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(empty.hits.every(({ score }) => Number.isFinite(score))).toBe(true);
    expect(await ids(hybrid({ vector: { value: [0, 0, 0], property: "embedding" } }))).toEqual(["b"]);
    expect(() =>
      search(db, { mode: "hybrid", term: "x", vector, hybridWeights: { text: -1, vector: 1 } } as never),
    ).toThrow(PluginError);
  });

  test("130,000 matches", async () => {
    const db = create({ schema: { title: "string", embedding: "vector[2]" }, plugins: [souvenirPlugin()] });
    for (let at = 0; at < 130_000; at++)
      await insert(db, { title: `walrus ${at}`, embedding: [1, at / 1e6] });
    const found = await search(db, {
      mode: "hybrid",
      term: "walrus 77777",
      vector: { value: [1, 0], property: "embedding" },
      similarity: 0,
    } as never);
    expect(found.count).toBe(130_000);
    expect(found.hits[0]!.document).toMatchObject({ title: "walrus 77777" });
  });

  test("numbers that no index can hold are refused before anything is stored", () => {
    const db = database();
    expect(() => insert(db, { id: "n", title: "x", price: Number.NaN })).toThrow();
    expect(() => insert(db, { id: "n", title: "x", embedding: [1, Number.NaN, 0] })).toThrow();
    expect(count(db)).toBe(4);
    expect(() => create({ schema: { x: "tuple" } as never, plugins: [souvenirPlugin()] })).toThrow(
      expect.objectContaining({ code: "INVALID_SCHEMA_TYPE" }),
    );
  });
});
