import { describe, expect, test } from "vitest";
import type { Memory, MemoryOptions, SearchResult } from "../src/index.ts";
import { contents, keysOf, newPath, openAt, openMemory, stores } from "./open-memory.ts";
import { ScriptedEmbedder } from "./scripted-embedder.ts";

const namespace = "n";
const search = (memory: Memory, query: string, more: object = {}): Promise<SearchResult> =>
  memory.search({ namespace, query, minScore: 0, limit: 1000, ...more });
const found = async (memory: Memory, query: string, more: object = {}) =>
  keysOf((await search(memory, query, more)).results);

function expectSound({ results }: SearchResult): void {
  for (const { score, signals } of results)
    for (const number of [score, ...Object.values(signals)]) {
      expect(number).toBeGreaterThanOrEqual(0);
      expect(number).toBeLessThanOrEqual(1);
    }
}

/** Names that a plain object has already, and others that break careless code. */
const hostile = [
  "constructor",
  "__proto__",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "isPrototypeOf",
  "__defineGetter__",
  "length",
  "undefined",
  "null",
  "NaN",
  "Infinity",
];

describe.each(stores)("words that JavaScript knows, in %s", (store) => {
  test.each(hostile)("%s is a word, a tag, an entity, a key and a field like any other", async (word) => {
    const memory = await openMemory(store, { embedder: new ScriptedEmbedder() });
    await memory.set({
      namespace,
      key: word,
      value: `About ${word} twice: ${word}.`,
      tags: [word],
      entities: [{ name: word, type: word.slice(0, 64) }],
      metadata: Object.fromEntries([[word, word]]),
      thread: word,
      role: word,
    });
    await memory.set({ namespace, key: "other", value: "About something else." });
    await memory.flush();
    const where = Object.fromEntries([[word, word]]);
    const result = await search(memory, word, { facets: true });
    expect(result.results[0]).toMatchObject({ key: word, tags: [word], role: word, metadata: where });
    expect(result.results[0]?.signals.text).toBeGreaterThan(0);
    expectSound(result);
    for (const filter of [
      { tags: [word] },
      { entities: [word] },
      { where },
      { thread: word },
      { entities: [{ name: word, type: word }] },
    ])
      expect(await found(memory, "about", filter), JSON.stringify(filter)).toEqual([word]);
    expect(result.facets?.tags).toContainEqual({ tag: word, count: 1 });
    expect(result.facets?.entities).toContainEqual({ name: word, type: word, count: 1 });
    expect(await memory.entities({ namespace, type: word })).toEqual([{ name: word, type: word, count: 1 }]);
    expect(await memory.delete({ namespace, where })).toEqual({ deleted: 1 });
    expect(await found(memory, word)).not.toContain(word);
  });

  test.each(hostile)("%s finds nothing where nobody wrote it", async (word) => {
    const memory = await openMemory(store);
    await memory.set({ namespace, key: "other", value: "About something else.", metadata: { a: 1 } });
    expect(await found(memory, word)).toEqual([]);
    for (const filter of [
      { tags: [word] },
      { entities: [word] },
      { where: Object.fromEntries([[word, { exists: true }]]) },
      { thread: word },
    ])
      expect(await found(memory, "about", filter), JSON.stringify(filter)).toEqual([]);
  });
});

describe.each(stores)("weights in %s", (store) => {
  const inputs = [
    { namespace, key: "word", value: "The shelter opens on Monday." },
    { namespace, key: "meaning", value: "My kitten chases whiskers." },
    ...["railway", "soup", "doctor", "invoice", "guitar", "garden", "tables"].map((word) => ({
      namespace,
      key: word,
      value: `Something about ${word}.`,
    })),
  ];
  async function ranked(ranking: MemoryOptions["ranking"]): Promise<SearchResult> {
    const memory = await openMemory(store, {
      embedder: new ScriptedEmbedder(),
      extractor: false,
      ...(ranking === undefined ? {} : { ranking }),
    });
    await memory.setMany(inputs);
    await memory.flush();
    return search(memory, "pet animal shelter");
  }

  test("of zero are zeros: a signal without a weight moves no score", async () => {
    const wordsOnly = await ranked({ vector: 0, entity: 0, context: 0, time: 0, recency: 0 });
    expectSound(wordsOnly);
    expect(keysOf(wordsOnly.results)[0]).toBe("word");
    const memory = await openMemory(store, { embedder: false, extractor: false });
    await memory.setMany(inputs);
    const without = await search(memory, "pet animal shelter");
    const order = ({ results }: SearchResult) =>
      results.filter((hit) => hit.signals.text > 0).map((hit) => hit.key);
    expect(order(wordsOnly)).toEqual(order(without));
    const vectorOnly = await ranked({ vector: 4 });
    expectSound(vectorOnly);
    expect(keysOf(vectorOnly.results)[0]).toBe("meaning");
  });

  test("all zero still answer, with scores that are numbers", async () => {
    expectSound(await ranked({ vector: 0, entity: 0, context: 0, time: 0, recency: 0, minScore: 0 }));
  });
});

describe.each(stores)("queries without a word that counts, in %s", (store) => {
  test.each([
    "the of and",
    "who is it?",
    "est-ce que c'est le la les",
    "?",
    "!!! ... ---",
    "« » “ ” ‘ ’ (){}[]<>",
    "😀😀😀",
    "\u0000",
    "\u200b\u200d\ufeff",
    "\ud83d",
    "的",
    "/".repeat(8_000),
    "a ".repeat(4_000),
    "* OR 1=1 --",
    '"unbalanced',
    "(a OR",
    "\\",
    "^.*$",
    "-1",
  ])("%j answers soundly", async (query) => {
    const memory = await openMemory(store, { embedder: new ScriptedEmbedder() });
    await memory.setMany([
      { namespace, key: "cat", value: "My kitten chases whiskers." },
      { namespace, key: "train", value: "The railway to Lille, of course." },
    ]);
    await memory.flush();
    const result = await search(memory, query, { facets: true });
    expectSound(result);
    expect(result.degraded).toEqual([]);
    expect((await memory.recall({ namespace, query })).memories.length).toBeLessThanOrEqual(2);
  });

  test.each(["the of and", "?", "😀"])("%j finds nothing by text where no memory has it", async (query) => {
    const memory = await openMemory(store);
    await memory.set({ namespace, value: "My kitten chases whiskers." });
    expect(await found(memory, query)).toEqual([]);
    expect((await memory.recall({ namespace, query })).text).toBe("");
  });

  test("a memory of such words only is found by them", async () => {
    const memory = await openMemory(store);
    await memory.set({ namespace, key: "band", value: "The Who" });
    await memory.set({ namespace, key: "play", value: "To be or not to be" });
    await memory.set({ namespace, key: "cat", value: "My kitten chases whiskers." });
    expect((await found(memory, "The Who"))[0]).toBe("band");
    expect((await found(memory, "to be or not to be"))[0]).toBe("play");
  });
});

describe.each(stores)("filters in %s", (store) => {
  test("that negate see nothing of what was deleted or replaced", async () => {
    const memory = await openMemory(store);
    await memory.setMany(
      Array.from({ length: 60 }, (_, index) => ({
        namespace,
        key: `k${index}`,
        value: `report ${index}`,
        metadata: { third: index % 3 },
        tags: [`t${index % 2}`],
      })),
    );
    await memory.delete({ namespace, keys: Array.from({ length: 30 }, (_, index) => `k${index}`) });
    await memory.setMany(
      Array.from({ length: 10 }, (_, index) => ({
        namespace,
        key: `k${30 + index}`,
        value: `report ${30 + index}`,
        metadata: {},
      })),
    );
    const expected = Array.from({ length: 30 }, (_, index) => 30 + index);
    const keys = (numbers: number[]) => numbers.map((number) => `k${number}`);
    const list = async (where: object) =>
      keysOf((await memory.list({ namespace, where: where as never })).records);
    for (const where of [{ not: { third: 1 } }, { third: { ne: 1 } }, { third: { nin: [1] } }]) {
      expect(await list(where)).toEqual(keys(expected.filter((number) => number < 40 || number % 3 !== 1)));
      expect((await found(memory, "report", { where })).sort()).toEqual((await list(where)).sort());
    }
    expect(await list({ third: { exists: false } })).toEqual(keys(expected.slice(0, 10)));
    const { facets } = await search(memory, "report", {
      where: { not: { third: { exists: false } } },
      facets: true,
    });
    expect(facets?.tags).toEqual([
      { tag: "t0", count: 10 },
      { tag: "t1", count: 10 },
    ]);
  });

  test("take several operators on a field and several fields", async () => {
    const memory = await openMemory(store);
    await memory.setMany(
      Array.from({ length: 20 }, (_, index) => ({
        namespace,
        key: `k${index}`,
        value: "report",
        metadata: { n: index, m: index % 4 },
      })),
    );
    expect(
      (
        await found(memory, "report", {
          where: { n: { gt: 3, lte: 12, ne: 8, nin: [10] }, m: { in: [0, 2] } },
        })
      ).sort(),
    ).toEqual(["k12", "k4", "k6"].sort());
  });

  test("narrow before the best are taken, not after", async () => {
    const memory = await openMemory(store);
    await memory.setMany([
      ...Array.from({ length: 300 }, (_, index) => ({
        namespace,
        key: `strong${index}`,
        value: "report report report",
      })),
      {
        namespace,
        key: "weak",
        value: "a very long text about other things that mentions the word report only once, at its end",
        tags: ["rare"],
      },
    ]);
    expect(
      keysOf(
        (await memory.search({ namespace, query: "report", tags: ["rare"], limit: 1, minScore: 0 })).results,
      ),
    ).toEqual(["weak"]);
  });

  test("narrow the vector signal too", async () => {
    const memory = await openMemory(store, { embedder: new ScriptedEmbedder() });
    await memory.setMany([
      ...Array.from({ length: 300 }, (_, index) => ({
        namespace,
        key: `k${index}`,
        value: index % 20 ? "soup and railway" : "kitten kitten kitten",
      })),
      { namespace, key: "rare", value: "A kitten and a railway.", tags: ["rare"] },
      { namespace, key: "other", value: "A doctor and a railway.", tags: ["rare"] },
    ]);
    await memory.flush();
    const { results } = await memory.search({
      namespace,
      query: "pet animal",
      tags: ["rare"],
      limit: 1,
      minScore: 0,
    });
    expect(keysOf(results)).toEqual(["rare"]);
    expect(results[0]?.signals.vector).toBeGreaterThan(0);
  });
});

describe.each(stores)("a search in %s", (store) => {
  test("changes nothing of what is stored", async () => {
    const memory = await openMemory(store, { embedder: new ScriptedEmbedder() });
    await memory.setMany(
      Array.from({ length: 20 }, (_, index) => ({
        namespace,
        key: `k${index}`,
        value: `The kitten number ${index}.`,
        tags: ["a"],
        metadata: { list: [1, 2], inner: { x: index } },
        entities: [{ name: "Felix", type: "cat" }],
      })),
    );
    await memory.flush();
    const [before, stats] = [await contents(memory), await memory.stats()];
    for (const query of ["kitten", "pet animal", "number 7"]) {
      const { results } = await search(memory, query, { facets: true });
      for (const hit of results) {
        // What a caller does with its hits is its own business.
        hit.tags.push("changed");
        (hit.metadata as { list: number[] }).list.push(3);
        hit.entities.length = 0;
        hit.value = "changed";
      }
    }
    expect(await contents(memory)).toEqual(before);
    expect(await memory.stats()).toEqual(stats);
    expect((await search(memory, "kitten")).results[0]?.tags).toEqual(["a"]);
  });

  test("finds the whole word before the word that only begins with it", async () => {
    const memory = await openMemory(store);
    await memory.setMany([
      { namespace, key: "prefix", value: "cartography cartel carton cartridge" },
      {
        namespace,
        key: "word",
        value: "We sold the old car, which had been standing in the yard for a long time.",
      },
      { namespace, key: "other", value: "The carpet is red." },
    ]);
    expect((await found(memory, "car"))[0]).toBe("word");
    const { results } = await search(memory, "a car");
    expect(results[0]?.key).toBe("word");
  });

  test("is not misled by a long text full of common words", async () => {
    const memory = await openMemory(store);
    const chatter = "it is what it is and we will see how it goes with all of this in the end, as they say. ";
    await memory.setMany([
      ...Array.from({ length: 20 }, (_, index) => ({
        namespace,
        key: `long${index}`,
        value: chatter.repeat(60) + index,
      })),
      { namespace, key: "fact", value: "The wifi password is tulip-42." },
    ]);
    expect((await found(memory, "what is the password of the wifi, and how will we see it?"))[0]).toBe(
      "fact",
    );
  });

  test("counts a word of a query once, however often it is said", async () => {
    const memory = await openMemory(store);
    await memory.setMany([
      { namespace, key: "both", value: "The tulip stands beside the rose." },
      { namespace, key: "one", value: "A rose is a rose is a rose." },
    ]);
    expect((await found(memory, "rose tulip"))[0]).toBe("both");
    expectSound(await search(memory, "rose ".repeat(1_000)));
  });

  test.each([
    ["ç", "Le garçon a reçu sa leçon.", "garçon", "GARCON"],
    ["ê", "La forêt brûle près de la fenêtre.", "forêt", "foret"],
    ["ë", "Noël approche, dit Anaïs.", "noël", "noel"],
    ["î and ï", "L'île naïve du maître.", "île", "ile"],
    ["ô", "Le côté de l'hôpital.", "hôpital", "hopital"],
    ["œ", "Un bœuf et des œufs.", "bœuf", "boeuf"],
    ["ñ", "El niño come piña.", "piña", "pina"],
    ["ß", "Die Straße ist groß.", "Straße", "STRASSE"],
    ["ä ö ü", "Die Bäckerei öffnet früh.", "Bäckerei", "backerei"],
    ["å ø æ", "Ærlig talt, blåbærgrøt.", "blåbærgrøt", "blabaergrot"],
    ["ł ż ó", "Żółta łódka.", "łódka", "lodka"],
    ["ı İ ş ğ", "Iğdır'da ışık söndü.", "ışık", "isik"],
    ["ё", "Ёжик идёт.", "ёжик", "ежик"],
    ["Greek tonos", "Η Αθήνα λάμπει.", "αθήνα", "ΑΘΗΝΑ"],
    ["full width", "ＡＢＣ１２３ のコード", "ABC123", "abc123"],
    ["ligatures", "The ﬁnal ofﬁce.", "final", "office"],
    ["decomposed letters", "Le cafe\u0301 fume.", "café", "cafe"],
  ])("finds words with %s, with and without them", async (_, value, exact, plain) => {
    const memory = await openMemory(store);
    await memory.set({ namespace, key: "it", value });
    await memory.set({ namespace, key: "other", value: "Quite another matter." });
    for (const query of [exact, plain, exact.normalize("NFD"), exact.toUpperCase()])
      expect(await found(memory, query), query).toEqual(["it"]);
  });

  test("scores alike whatever else is asked", async () => {
    // Comparable between queries: a perfect answer to one question scores about as high as a perfect answer to another.
    const memory = await openMemory(store, { extractor: false });
    await memory.setMany([
      { namespace, key: "a", value: "The tulip is red." },
      { namespace, key: "b", value: "The bicycle stands in the cellar beside the boiler." },
      { namespace, key: "c", value: "The kettle leaks." },
    ]);
    const top = async (query: string) => (await search(memory, query)).results[0]?.score ?? 0;
    const [right, other] = [await top("red tulip"), await top("kettle leaks")];
    expect(Math.abs(right - other)).toBeLessThan(0.2);
  });

  test("bears a value of 32 KiB without spaces, and one of 10,000 different words", async () => {
    const memory = await openMemory(store, { embedder: new ScriptedEmbedder() });
    await memory.set({ namespace, key: "solid", value: "x".repeat(32_768) });
    await memory.set({
      namespace,
      key: "words",
      value: Array.from({ length: 4_000 }, (_, index) => `w${index.toString(36)}`).join(" "),
    });
    await memory.set({ namespace, key: "han", value: "漢字".repeat(5_000) });
    await memory.flush();
    expect((await found(memory, "w2n8"))[0]).toBe("words");
    expect((await found(memory, "漢字"))[0]).toBe("han");
    expectSound(await search(memory, "x".repeat(8_000)));
  });
});

test("an index from its snapshot says the same as one that was built", async () => {
  const path = await newPath();
  const embedder = new ScriptedEmbedder();
  const options = { embedder, extractor: false } as const;
  const first = await openAt(path, options);
  await first.setMany(
    Array.from({ length: 800 }, (_, index) => ({
      namespace,
      key: `k${index}`,
      value: `The ${["kitten", "railway", "garden", "concert"][index % 4]} number ${index}, constructor __proto__ été.`,
      tags: [`t${index % 3}`, "__proto__"],
      metadata: { n: index, list: [index % 5, "x", null], __proto__x: true },
      entities: [{ name: `Ada ${index % 7}`, type: "person" }],
      thread: `thread ${index % 9}`,
      role: index % 2 ? "user" : "assistant",
    })),
  );
  await first.flush();
  await first.delete({ namespace, where: { n: { gte: 700 } } });
  await first.setMany(
    Array.from({ length: 600 }, (_, index) => ({
      namespace,
      key: `k${index}`,
      value: `Changed ${index} tomatoes`,
      tags: ["new"],
    })),
  );
  await first.flush();
  const ask = async (memory: Memory) => {
    const answers: unknown[] = [];
    for (const query of ["kitten number 650", "pet animal", "tomatoes 5", "constructor", "Ada 3"])
      for (const filter of [
        {},
        { tags: ["__proto__"] },
        { where: { not: { n: { exists: true } } } },
        { entities: ["Ada 3"] },
        { thread: "thread 4" },
      ]) {
        const { tookMs: _, ...answer } = await memory.search({
          namespace,
          query,
          facets: true,
          limit: 20,
          minScore: 0,
          ...filter,
        });
        answers.push(answer);
      }
    return [answers, await memory.entities({ namespace })];
  };
  const before = await ask(first);
  await first.close();
  const second = await openAt(path, options);
  expect(await ask(second)).toEqual(before);
});
