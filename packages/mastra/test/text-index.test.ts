// What a vector store does with the vectors of its own embedder: it keeps and searches the texts behind them.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemory, type Memory } from "@souvenir/core";
import { workBetween } from "@souvenir/test/between";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SouvenirVector, type SouvenirVectorFilter } from "../src/index.ts";
import * as filters from "./vector-specs/filters.ts";
import type { AnyVector, VectorSpec } from "./vector-specs/spec.ts";

let folder: string;
let memory: Memory;
let store: SouvenirVector;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-mastra-"));
  memory = await createMemory({ path: ":memory:" });
  store = new SouvenirVector({ memory });
});
afterEach(async () => {
  await store.close();
  await memory.close();
  await rm(folder, { recursive: true, force: true });
});

async function embed(...values: string[]): Promise<number[][]> {
  return (await store.embedder.doEmbed({ values })).embeddings;
}
const [indexName, dimension] = ["notes", 61];

async function fill(
  texts: Record<string, string>,
  metadata: (id: string, text: string) => Record<string, unknown> = (_, text) => ({ text }),
): Promise<void> {
  await store.createIndex({ indexName, dimension });
  const entries = Object.entries(texts);
  await store.upsert({
    indexName,
    ids: entries.map(([id]) => id),
    vectors: await embed(...Object.values(texts)),
    metadata: entries.map(([id, text]) => metadata(id, text)),
  });
  await memory.flush();
}

async function find(
  text: string,
  rest: { topK?: number; filter?: SouvenirVectorFilter; minScore?: number } = {},
): Promise<string[]> {
  const [queryVector] = await embed(text);
  return (await store.query({ indexName, queryVector: queryVector as number[], ...rest })).map(
    ({ id }) => id,
  );
}

const notes = {
  order: "The order QX-7781 was sent to Grenoble on Tuesday.",
  cat: "My cat sleeps on the radiator all winter.",
  trip: "We take the train to Marseille in July.",
};

describe("searching", () => {
  test("finds by words, which vectors alone would not, and only what fits", async () => {
    await fill(notes);
    expect((await find("QX-7781"))[0]).toBe("order");
    expect((await find("Marseille train"))[0]).toBe("trip");
    expect(await find("zzzz")).toEqual([]);
    expect(await find("  ")).toEqual([]);
    expect(await find("the order, my cat and the train to Marseille", { topK: 1 })).toHaveLength(1);
  });

  test("answers ids, scores from 0 to 1, metadata as given, and vectors when asked", async () => {
    const metadata = (id: string, content: string) => ({
      content,
      id,
      nested: { list: [1, null, "x"] },
      role: "user",
    });
    await fill(notes, metadata);
    const [queryVector] = (await embed("QX-7781")) as [number[]];
    const [found] = await store.query({ indexName, queryVector, includeVector: true });
    expect(found).toEqual({
      id: "order",
      score: expect.any(Number),
      metadata: metadata("order", notes.order),
      vector: (await embed(notes.order))[0],
    });
    expect(found?.score).toBeGreaterThan(0);
    expect(found?.score).toBeLessThanOrEqual(1);
    const [weak] = (await embed("Does the cat like Grenoble, trains or Paris?")) as [number[]];
    const all = await store.query({ indexName, queryVector: weak });
    const least = all.at(-1)?.score as number;
    const better = await store.query({ indexName, queryVector: weak, minScore: least + 1e-9 });
    expect(better.map(({ id }) => id)).toEqual(all.filter(({ score }) => score > least).map(({ id }) => id));
  });

  test("filters in any way, and finds a rare one among more than a search answers", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 1_100 }, (_, index) => [`n${index}`, `Report ${index} on the harbour of Brest.`]),
    );
    await fill(many, (id, text) => ({ text, tags: id === "n1099" ? ["rare", "harbour"] : ["harbour"] }));
    expect(await find("harbour Brest", { filter: { tags: { $all: ["rare"] } } })).toEqual(["n1099"]);
    expect(await find("harbour Brest", { filter: { tags: "rare" } })).toEqual(["n1099"]);
    expect(await find("harbour Brest", { filter: { tags: { $size: 3 } } })).toEqual([]);
    expect(await find("harbour Brest", { topK: 5 })).toHaveLength(5);
    expect((await store.describeIndex({ indexName })).count).toBe(1_100);
  });

  describe("each filter takes what it takes from given vectors", () => {
    /** The same specs, asked without a text. */
    const asTexts = (): AnyVector => {
      const texts: Record<string, unknown> = {
        createIndex: () => store.createIndex({ indexName, dimension }),
        async upsert({ ids, metadata }: { ids: string[]; metadata: Record<string, unknown>[] }) {
          const vectors = await embed(...ids.map((id) => `text of ${id}`));
          return store.upsert({ indexName, ids, vectors, metadata });
        },
        query: ({ filter }: { filter?: SouvenirVectorFilter }) =>
          filter !== undefined &&
          typeof filter === "object" &&
          filter !== null &&
          Object.keys(filter).length === 0
            ? store.query({ indexName, filter: { nobody: { $exists: false } }, topK: 100 })
            : store.query({ indexName, topK: 100, ...(filter === undefined ? {} : { filter }) }),
      };
      return texts as unknown as AnyVector;
    };
    test.each(Object.entries(filters) as [string, VectorSpec][])("%s", (_, spec) => spec(asTexts()));
  });
});

describe("keeping", () => {
  test("the index is there after a restart", async () => {
    const path = join(folder, "memory.db");
    const first = new SouvenirVector({ path, embedder: false });
    await first.createIndex({ indexName, dimension });
    await first.upsert({
      indexName,
      ids: ["a"],
      vectors: await embed(notes.cat),
      metadata: [{ text: notes.cat }],
    });
    await first.close();
    const second = new SouvenirVector({ path, embedder: false });
    expect(await second.listIndexes()).toEqual([indexName]);
    expect(await second.describeIndex({ indexName })).toEqual({ dimension, count: 1, metric: "cosine" });
    const [queryVector] = (await embed("radiator")) as [number[]];
    expect((await second.query({ indexName, queryVector }))[0]?.id).toBe("a");
    await second.close();
  });

  test("texts and vectors of a model live in one store, each index by its dimension", async () => {
    const both = new SouvenirVector({ path: join(folder, "memory.db"), embedder: false });
    await both.createIndex({ indexName: "given", dimension: 3 });
    await both.upsert({ indexName: "given", ids: ["v"], vectors: [[1, 0, 0]] });
    await both.createIndex({ indexName, dimension });
    await both.upsert({ indexName, ids: ["t"], vectors: await embed(notes.cat) });
    expect(await both.listIndexes()).toEqual(["given", indexName]);
    await expect(both.createIndex({ indexName: "given", dimension })).rejects.toThrow(/given/);
    await both.deleteIndex({ indexName });
    expect(await both.listIndexes()).toEqual(["given"]);
    await both.close();
  });

  test("a long text is one row, found by its end, and gone as a whole", async () => {
    const long = `${"Nothing of note happened. 👩‍👩‍👧 ".repeat(3_000)}The password of the attic is Quokkaberry.`;
    expect(Buffer.byteLength(long)).toBeGreaterThan(100_000);
    await fill({ long, short: notes.cat });
    expect((await find("Quokkaberry"))[0]).toBe("long");
    const [queryVector] = (await embed("Quokkaberry")) as [number[]];
    expect((await store.query({ indexName, queryVector }))[0]?.metadata).toEqual({ text: long });
    expect((await store.describeIndex({ indexName })).count).toBe(2);
    await store.updateVector({
      indexName,
      id: "long",
      update: { vector: (await embed("Now short."))[0] as number[] },
    });
    // The field that held the text holds the new one.
    expect((await store.query({ indexName, filter: { text: "Now short." } })).map(({ id }) => id)).toEqual([
      "long",
    ]);
    await store.deleteVector({ indexName, id: "long" });
    expect((await memory.list({ namespace: "mastra-vector:notes" })).records.map(({ key }) => key)).toEqual([
      "short",
    ]);
  });

  test("updates change the text, the metadata or both", async () => {
    await fill(notes);
    await store.updateVector({ indexName, id: "cat", update: { metadata: { kind: "pet" } } });
    expect(await find("radiator", { filter: { kind: "pet" } })).toEqual(["cat"]);
    const [vector] = (await embed("The dog guards the yard.")) as [number[]];
    await store.updateVector({ indexName, filter: { kind: "pet" }, update: { vector } });
    expect(await find("radiator", { minScore: 0.2 })).toEqual([]);
    expect(await find("yard dog", { filter: { kind: "pet" } })).toEqual(["cat"]);
    await store.updateVector({ indexName, id: "gone", update: { metadata: {} } });
    expect((await store.describeIndex({ indexName })).count).toBe(3);
  });

  test("the same again is not another version", async () => {
    await fill(notes);
    await fill(notes);
    expect((await memory.stats()).versions).toBe(0);
    await fill({ ...notes, cat: "The cat moved out." });
    expect((await memory.stats()).versions).toBe(1);
  });

  test("deletes by ids and by filter, and replaces with deleteFilter", async () => {
    await fill(notes, (id, text) => ({ text, kind: id === "trip" ? "plan" : "fact" }));
    await store.deleteVectors({ indexName, ids: ["cat", "gone"] });
    await store.upsert({
      indexName,
      ids: ["order2"],
      vectors: await embed("The order QX-7781 came back."),
      metadata: [{ kind: "fact" }],
      deleteFilter: { kind: "fact" },
    });
    expect((await find("QX-7781"))[0]).toBe("order2");
    await store.deleteVectors({ indexName, filter: { kind: { $regex: "^pl" } } });
    expect((await store.describeIndex({ indexName })).count).toBe(1);
    await store.deleteIndex({ indexName });
    expect(await memory.namespaces()).toEqual([]);
  });

  test("messages that are saved again are there once, also when they are shorter", async () => {
    const messages = { indexName: "memory_messages_61" };
    await store.createIndex({ ...messages, dimension });
    const save = async (...texts: string[]) =>
      store.upsert({
        ...messages,
        vectors: await embed(...texts),
        metadata: texts.map(() => ({ message_id: "m1", thread_id: "t1", resource_id: "ada", role: "user" })),
      });
    await save("The first piece.", "The second piece.", "The third piece.");
    await save("The only piece.");
    const { records } = await memory.list({ namespace: "mastra-vector:memory_messages_61" });
    expect(records.map(({ key, value, thread, role }) => [key, value, thread, role])).toEqual([
      ["m1", "The only piece.", "t1", "user"],
    ]);
  });
});

describe("vectors of another origin", () => {
  test("are refused by an index of texts; copies of its own are known", async () => {
    await fill(notes);
    const foreign = Array.from({ length: dimension }, () => 0.1);
    await expect(store.query({ indexName, queryVector: foreign })).rejects.toThrow(/vector\.embedder/);
    await expect(store.upsert({ indexName, vectors: [foreign] })).rejects.toThrow(/vector\.embedder/);
    await expect(store.query({ indexName, queryVector: [1, 0] })).rejects.toThrow(/vector\.embedder/);
    const copy = JSON.parse(JSON.stringify((await embed("radiator"))[0])) as number[];
    expect((await store.query({ indexName, queryVector: copy }))[0]?.id).toBe("cat");
  });

  test("need a file", async () => {
    await expect(store.createIndex({ indexName: "given", dimension: 3 })).rejects.toMatchObject({
      code: "UNSUPPORTED",
    });
    const withFile = new SouvenirVector({ memory, path: join(folder, "vectors.db") });
    await withFile.createIndex({ indexName: "given", dimension: 3 });
    await withFile.close();
    expect(await memory.namespaces()).toEqual([]);
  });
});

test("writes and searches go on while the provider is down, and the memory embeds later", async () => {
  let down = true;
  const failing = await createMemory({
    path: ":memory:",
    embedder: {
      id: "failing",
      dimensions: 3,
      async embed(texts) {
        if (down) throw new Error("503");
        return texts.map(() => new Float32Array([1, 0, 0]));
      },
    },
  });
  store = new SouvenirVector({ memory: failing });
  await store.createIndex({ indexName, dimension });
  await store.upsert({
    indexName,
    ids: ["cat"],
    vectors: await embed(notes.cat),
    metadata: [{ text: notes.cat }],
  });
  expect(await find("radiator")).toEqual(["cat"]);
  down = false;
  await failing.flush();
  expect((await failing.stats()).vectors).toBe(1);
  await failing.close();
});

test("equal texts have equal vectors of length 1, and other texts others", async () => {
  const [a, again, other, empty] = (await embed("Été", "Été", "été", "")) as [
    number[],
    number[],
    number[],
    number[],
  ];
  expect(a).toEqual(again);
  expect(a).not.toBe(again);
  expect(a).not.toEqual(other);
  for (const vector of [a, other, empty]) expect(Math.hypot(...vector)).toBeCloseTo(1);
});

describe("somebody else at work in between", () => {
  const texts = { a: "The heron fishes in the reeds.", b: "The walrus sings in the bay." };
  const tagged = (id: string, text: string) => ({ text, stage: "draft", id });
  const publish = async () =>
    store.upsert({
      indexName,
      ids: ["a"],
      vectors: await embed("The heron sleeps."),
      metadata: [{ text: "The heron sleeps.", stage: "final" }],
    });

  test.each(["list", "get"] as const)("deletes by filter spare what fits no more, after %s", async (name) => {
    await fill(texts, tagged);
    const busy = new SouvenirVector({ memory: workBetween(memory, name, publish) });
    await busy.deleteVectors({ indexName, filter: { stage: "draft" } });
    expect(await store.query({ indexName, filter: { stage: "final" }, topK: 10 })).toMatchObject([
      { id: "a", metadata: { text: "The heron sleeps." } },
    ]);
    expect(await store.query({ indexName, filter: { stage: "draft" }, topK: 10 })).toEqual([]);
    await busy.close();
  });

  test.each(["list", "get"] as const)("updates by filter change what fits still, after %s", async (name) => {
    await fill(texts, tagged);
    const busy = new SouvenirVector({ memory: workBetween(memory, name, publish) });
    await busy.updateVector({
      indexName,
      filter: { stage: "draft" },
      update: { metadata: { text: "Checked.", stage: "checked" } },
    });
    const stages = await store.query({ indexName, filter: { stage: { $exists: true } }, topK: 10 });
    expect(stages.map(({ id, metadata }) => [id, metadata?.stage]).sort()).toEqual([
      ["a", "final"],
      ["b", "checked"],
    ]);
    await busy.close();
  });

  test("an update of one row keeps what somebody else has written", async () => {
    await fill(texts, tagged);
    const busy = new SouvenirVector({ memory: workBetween(memory, "get", publish) });
    const [vector] = await embed("The heron eats.");
    await busy.updateVector({ indexName, id: "a", update: { vector: vector as number[] } });
    expect(await store.query({ indexName, filter: { stage: "final" }, topK: 10 })).toMatchObject([
      { id: "a", metadata: { text: "The heron eats.", stage: "final" } },
    ]);
    await busy.close();
  });
});
