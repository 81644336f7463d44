import {
  type AnyOrama,
  components,
  create,
  insert,
  insertMultiple,
  load,
  save,
  search as searchOrama,
} from "@orama/orama";
import { describe, expect, test } from "vitest";
import { search, souvenirPlugin } from "../src/index.ts";

type Options = Omit<Parameters<typeof create>[0], "schema" | "plugins">;

async function databaseOf(texts: readonly string[], options: Options = {}): Promise<AnyOrama> {
  const db = create({
    schema: { text: "string" },
    plugins: [souvenirPlugin()],
    ...options,
  } as never) as AnyOrama;
  await insertMultiple(
    db,
    texts.map((text) => ({ text })),
  );
  return db;
}

/** The texts that are found, by `search` of the package and by Orama's own, which must agree. */
async function found(db: AnyOrama, params: Record<string, unknown>): Promise<string[]> {
  const texts = async (results: unknown) =>
    ((await results) as { hits: { document: { text: string } }[] }).hits.map(({ document }) => document.text);
  const ours = await texts(search(db, params as never));
  expect((await texts(searchOrama(db, params as never))).toSorted()).toEqual(ours.toSorted());
  return ours;
}

describe("search while somebody types", () => {
  const texts = ["foo bar", "fox", "Halloween", "Hal", "photo", "phone", "the"];
  test.each([
    ["fo", ["foo bar", "fox"]],
    ["f", ["foo bar", "fox"]],
    ["ph", ["phone", "photo"]],
    ["hal", ["Hal", "Halloween"]],
    ["hallo", ["Halloween"]],
    ["foo b", ["foo bar"]],
    ["xyzzy", []],
    ["nonsense", []],
    ["oto", []],
    ["th", ["the"]],
  ])("%s finds %j", async (term, expected) => {
    expect((await found(await databaseOf(texts), { term })).toSorted()).toEqual(expected);
  });

  test("the word itself comes first; with exact there are no beginnings", async () => {
    const db = await databaseOf(texts);
    expect((await found(db, { term: "Hal" }))[0]).toBe("Hal");
    expect(await found(db, { term: "Hal", exact: true })).toEqual(["Hal"]);
    expect(await found(db, { term: "Ha", exact: true })).toEqual([]);
  });
});

describe("tolerance", () => {
  test("is the number of slips: none at 0, and as many as it says", async () => {
    const db = await databaseOf(["foo", "bar", "seahorses in the sea", "Dhris"]);
    expect(await found(db, { term: "foz", tolerance: 0 })).toEqual([]);
    expect(await found(db, { term: "foz", tolerance: 1 })).toEqual(["foo"]);
    expect(await found(db, { term: "fzz", tolerance: 2 })).toEqual(["foo"]);
    expect(await found(db, { term: "seahrse", tolerance: 0 })).toEqual([]);
    expect(await found(db, { term: "seahrse", tolerance: 2 })).toEqual(["seahorses in the sea"]);
    expect(await found(db, { term: "sahrse", tolerance: 5 })).toContain("seahorses in the sea");
    expect(await found(db, { term: "Chris", tolerance: 1 })).toEqual(["Dhris"]);
    expect(await found(db, { term: "Cgris", tolerance: 1 })).toEqual([]);
    expect(await found(db, { term: "Cgris", tolerance: 2 })).toEqual(["Dhris"]);
  });

  test("also finds what is like a word that stands there as it is", async () => {
    const db = await databaseOf(["apt", "apple", "app", "apply", "about", "again"]);
    expect((await found(db, { term: "app", tolerance: 1 })).toSorted()).toEqual([
      "app",
      "apple",
      "apply",
      "apt",
    ]);
  });
});

describe("languages", () => {
  test.each(["slovenian", "bulgarian", "serbian", "sanskrit", "french", "german"])(
    "%s, for the database, the plugin, a document and a search",
    async (language) => {
      const db = await databaseOf(["Ljubljana je lepa"], { language } as Options);
      await insert(db, { text: "Sofia" } as never, language);
      const { count } = await search(db, { term: "Ljubljana" } as never, language);
      expect(count).toBe(1);
      const other = create({ schema: { text: "string" }, plugins: [souvenirPlugin({ language })], sort: {} });
      await insert(other, { text: "Ljubljana" });
      expect((await search(other, { term: "ljubljana", sortBy: { property: "text" } })).count).toBe(1);
    },
  );

  test("one that nobody knows is refused everywhere, with Orama's code", async () => {
    const refused = expect.objectContaining({ code: "LANGUAGE_NOT_SUPPORTED" });
    expect(() => souvenirPlugin({ language: "klingon" })).toThrow(refused);
    await expect(databaseOf([], { language: "klingon" } as Options)).rejects.toThrow(refused);
    const db = await databaseOf(["text"]);
    await expect(async () => insert(db, { text: "Qapla" } as never, "klingon")).rejects.toThrow(refused);
    await expect(async () => search(db, { term: "Qapla" } as never, "klingon")).rejects.toThrow(refused);
  });

  test("that of the database is the one of its texts", async () => {
    const french = await databaseOf(["des chevaux"], { language: "french" } as Options);
    expect(await found(french, { term: "cheval" })).toEqual(["des chevaux"]);
    const detected = await databaseOf(["nous avons des chevaux dans le pré"]);
    expect(await found(detected, { term: "cheval" })).toEqual(["nous avons des chevaux dans le pré"]);
  });
});

describe("components of one's own", () => {
  const startingWithB = {
    language: "english",
    normalizationCache: new Map(),
    tokenize: (raw: string) => raw.split(" ").filter((word) => word.toLowerCase().startsWith("b")),
  };

  test("a tokenizer says what the words are, as they are, also after save and load", async () => {
    const options = { components: { tokenizer: startingWithB } } as Options;
    const db = await databaseOf(["the quick brown fox", "Brownies are bad", "cats"], options);
    expect(await found(db, { term: "fox" })).toEqual([]);
    expect(await found(db, { term: "brown", exact: true })).toEqual(["the quick brown fox"]);
    expect(await found(db, { term: "Brownie" })).toEqual(["Brownies are bad"]);
    const loaded = await databaseOf([], options);
    load(loaded, JSON.parse(JSON.stringify(save(db))));
    expect(await found(loaded, { term: "brown" })).toEqual(["the quick brown fox"]);
    expect(await found(loaded, { term: "quick" })).toEqual([]);
  });

  test("settings of Orama's tokenizer are taken, and need not be: texts are folded and stemmed without them", async () => {
    const db = await databaseOf(["Foxes are nice"], {
      components: { tokenizer: { stemming: true, stopWords: ["nice"] } },
    } as Options);
    expect(await found(db, { term: "fox" })).toEqual(["Foxes are nice"]);
  });

  test("of properties that it is not to split, filters mean the whole text", async () => {
    const options = { components: { tokenizer: { tokenizeSkipProperties: ["text"] } } } as Options;
    const db = await databaseOf(["black matte", "gloss black", "matte"], options);
    const loaded = await databaseOf([], options);
    load(loaded, JSON.parse(JSON.stringify(save(db))));
    for (const each of [db, loaded]) {
      expect(await found(each, { where: { text: "black matte" } })).toEqual(["black matte"]);
      expect(await found(each, { where: { text: ["matte", "black"] } })).toEqual(["matte"]);
      expect((await found(each, { term: "black" })).toSorted()).toEqual(["black matte", "gloss black"]);
      const { facets } = await search(each, { term: "", facets: { text: {} } } as never);
      expect(facets).toEqual({
        text: { count: 3, values: { "black matte": 1, "gloss black": 1, matte: 1 } },
      });
    }
  });

  test("a sorter, a document store and a check of documents are used", async () => {
    const calls: string[] = [];
    const sorter = components.sorter.createSorter();
    const documentsStore = components.documentsStore.createDocumentsStore();
    const db = await databaseOf([], {
      components: {
        sorter: {
          ...sorter,
          insert: (...given: Parameters<typeof sorter.insert>) => {
            calls.push("sorter");
            return sorter.insert(...given);
          },
        },
        documentsStore: {
          ...documentsStore,
          store: (...given: Parameters<typeof documentsStore.store>) => {
            calls.push("store");
            return documentsStore.store(...given);
          },
        },
        validateSchema: (document: { text: unknown }) => {
          calls.push("check");
          return document.text === "refused" ? "text" : undefined;
        },
      },
    } as never);
    await insert(db, { text: "b" } as never);
    await insert(db, { text: "a" } as never);
    expect(new Set(calls)).toEqual(new Set(["sorter", "store", "check"]));
    expect(await found(db, { term: "", sortBy: { property: "text" } })).toEqual(["a", "b"]);
    expect(await found(db, { where: {}, term: "a" })).toEqual(["a"]);
    await expect(async () => insert(db, { text: "refused" } as never)).rejects.toThrow();
    const vectors = create({
      schema: { vector: "vector[2]" } as const,
      plugins: [souvenirPlugin()],
      components: { validateSchema: () => undefined },
    });
    await expect(async () => insert(vectors, { vector: [Number.NaN, 1] })).rejects.toThrow();
  });

  test("an index of one's own is the index, and the plugin stands aside", async () => {
    const calls: string[] = [];
    const index = components.index.createIndex();
    const db = await databaseOf(["one fox", "two foxes"], {
      components: {
        index: {
          ...index,
          insert: (...given: Parameters<typeof index.insert>) => {
            calls.push("insert");
            return index.insert(...given);
          },
        },
      },
    } as never);
    expect(calls).toEqual(["insert", "insert"]);
    expect((await found(db, { term: "fox" })).toSorted()).toEqual(["one fox", "two foxes"]);
  });

  test("what `create` says of sorting holds", async () => {
    const unsortable = await databaseOf(["b", "a"], { sort: { unsortableProperties: ["text"] } } as Options);
    const disabled = await databaseOf(["b", "a"], { sort: { enabled: false } } as Options);
    for (const db of [unsortable, disabled])
      await expect(async () =>
        search(db, { term: "", sortBy: { property: "text" } } as never),
      ).rejects.toThrow();
    expect(save(disabled).sorting).toEqual({ enabled: false });
    load(disabled, JSON.parse(JSON.stringify(save(disabled))));
    expect(await found(disabled, { term: "b" })).toEqual(["b"]);
    const db = await databaseOf(["b", "a"]);
    expect(await found(db, { term: "", sortBy: { property: "text" } })).toEqual(["a", "b"]);
  });

  test("documents of one value come as they arrived, and the other way round when it goes down", async () => {
    const db = create({ schema: { text: "string", rank: "number" }, plugins: [souvenirPlugin()] } as const);
    for (const [text, rank] of [
      ["shirt one", 5],
      ["a shirt", 4],
      ["shirt shirt", 5],
      ["shirt", undefined],
      ["two shirts", 4],
    ] as const)
      await insert(db, { text, ...(rank === undefined ? {} : { rank }) });
    const up = ["a shirt", "two shirts", "shirt one", "shirt shirt"];
    for (const term of ["", "shirt"])
      for (const [order, expected] of [
        ["ASC", up],
        ["DESC", up.toReversed()],
      ] as const) {
        const { hits } = await search(db, { term, sortBy: { property: "rank", order } });
        expect(hits.map(({ document }) => document.text)).toEqual([...expected, "shirt"]);
      }
  });

  test("a plugin that inserts documents comes after this one", () => {
    const inserting = {
      name: "inserting",
      afterCreate: (db: AnyOrama) => {
        void insert(db, { text: "early" } as never);
      },
    };
    const withPlugins = (...plugins: unknown[]) =>
      create({ schema: { text: "string" }, plugins } as never) as AnyOrama;
    expect(() => withPlugins(inserting, souvenirPlugin())).toThrow(
      expect.objectContaining({ code: "PLUGIN_TOO_LATE" }),
    );
    expect(search(withPlugins(souvenirPlugin(), inserting), { term: "early" } as never)).toMatchObject({
      count: 1,
    });
  });
});
