// Where programs come from: what LangGraph's InMemoryStore takes, and how it scores.

import { AsyncBatchedStore, InMemoryStore } from "@langchain/langgraph-checkpoint";
import { createMemory, type ListInput, type Memory, type SearchInput, SouvenirError } from "@souvenir/core";
import { WordEmbeddings } from "@souvenir/test/langchain/embeddings";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { langchainEmbedder } from "../src/embedder.ts";
import { SouvenirStore, type SouvenirStoreOptions, toLabel } from "../src/store.ts";

let memory: Memory;
const stores: SouvenirStore[] = [];
beforeEach(async () => {
  memory = await createMemory({ path: ":memory:", embedder: false });
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  await memory.close();
});

function storeOf(options: SouvenirStoreOptions = {}): SouvenirStore {
  const store = new SouvenirStore({ path: ":memory:", ...options });
  stores.push(store);
  return store;
}

describe.each([
  ["a memory of its own", () => storeOf()],
  ["a memory with the usual limits", () => new SouvenirStore({ memory })],
])("in %s", (_, open) => {
  test("items of any size, depth, key and field", async () => {
    const store = open();
    const kept = async (key: string, value: Record<string, unknown>, index?: false) => {
      await store.put(["n"], key, value, index);
      expect((await store.get(["n"], key))?.value).toEqual(value);
    };
    let deep: Record<string, unknown> = { end: true };
    for (let level = 0; level < 100; level += 1) deep = { deep };
    const lines = Array.from({ length: 20_000 }, (_, line) => `export const value${line} = ${line};`);
    await kept("", { text: "an empty key" });
    await kept("%", { n: 1 });
    await kept("%%", { n: 2 });
    await kept("empty", { text: "", blank: " \n" });
    await kept("nothing", {});
    await kept("deep", deep);
    await kept("file", { content: lines, created_at: "2026-11-29T00:00:00.000Z" });
    await kept("text", { text: "a line of text ".repeat(20_000) });
    await kept("blob", { blob: "x".repeat(2_000_000) }, false);
    await kept("marked", { $item: { text: "milk" }, kind: "drink", text: "milk" });
    expect((await store.get(["n"], ""))?.value).toEqual({ text: "an empty key" });
    const keys = (await store.search(["n"], { limit: 100 })).map(({ key }) => key);
    expect(keys).toEqual(["", "%", "%%", "empty", "nothing", "deep", "file", "text", "blob", "marked"]);
    expect((await store.search(["n"], { query: "value7" }))[0]?.key).toBe("file");
    for (const query of ["", "milk"])
      for (const filter of [{ $item: { text: "milk" } }, { "$item.text": "milk", kind: "drink" }])
        expect((await store.search(["n"], { query, filter })).map(({ key }) => key)).toEqual(["marked"]);
    expect(
      (await store.search(["n"], { query: "file", filter: { created_at: { $gt: "2026" } } })).map(
        ({ key }) => key,
      ),
    ).toEqual(["file"]);
    for (const key of keys) await store.delete(["n"], key);
    expect(await store.listNamespaces()).toEqual([]);
  });

  test("halves of surrogate pairs are replaced, wherever they are", async () => {
    const store = open();
    await store.put(["n\ud800"], "k\ud800", { "a\ud800": "b\udfff", text: "tea \ud83d", ok: "😀 \\ud800" });
    const value = { "a\ufffd": "b\ufffd", text: "tea \ufffd", ok: "😀 \\ud800" };
    expect((await store.get(["n\ud800"], "k\ud800"))?.value).toEqual(value);
    for (const filter of [{ ok: "😀 \\ud800" }, { "a\ud800": "b\udfff" }])
      for (const query of ["", "tea \ud83d"])
        expect(await store.search(["n\ud800"], { query, filter })).toMatchObject([{ value }]);
    await store.delete(["n\ud800"], "k\ud800");
    expect(await store.search(["n\ud800"])).toEqual([]);
  });
});

describe("one of many calls", () => {
  test("that is refused in a run does not fail its neighbours", async () => {
    const store = storeOf();
    const inRun = new AsyncBatchedStore(store);
    inRun.start();
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const outcomes = await Promise.allSettled([
      inRun.put(["n"], "first", { n: 1 }),
      inRun.put(["n"], "circular", circular),
      inRun.get(["n"], "first"),
      inRun.search(["n"], { filter: { n: { $near: 1 } } }),
      inRun.put(["n", "x".repeat(600)], "path", { n: 3 }),
      inRun.put(["n"], "last", { n: 2 }),
      inRun.search(["n"], { limit: 1.5 }),
      inRun.search(["n"]),
    ]);
    expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual([
      true,
      false,
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
    expect(outcomes[2]).toMatchObject({ value: { value: { n: 1 } } });
    expect(outcomes[7]).toMatchObject({ value: [{ key: "first" }, { key: "last" }] });
    await inRun.stop();
    for (const one of [inRun, store]) expect(SouvenirStore.of(one)).toBe(store);
    // Configs of runs, which hold the store, are written down.
    expect(() => JSON.stringify([store, inRun])).not.toThrow();
  });

  test("that is refused in a batch of one's own: nothing is done", async () => {
    const store = storeOf();
    const batch = store.batch([
      { namespace: ["n"], key: "first", value: { n: 1 } },
      { namespace: [], key: "none", value: { n: 2 } },
    ]);
    await expect(batch).rejects.toThrow("Namespace cannot be empty");
    expect(await store.search([])).toEqual([]);
  });
});

test("what is listed and found can be written back, in a run too", async () => {
  const store = storeOf();
  const inRun = new AsyncBatchedStore(store);
  inRun.start();
  for (const text of ["ada@example.com", "urn:x", "50%", "%2E", "{user_id}", "a/b"])
    await store.put(["users", toLabel(text)], "k", { text });
  await store.put(["users", "ada@example.com"], "k", { text: "the same" });
  const before = await store.listNamespaces();
  expect(before).toHaveLength(6);
  for (const item of await inRun.search(["users"]))
    await inRun.put(item.namespace, item.key, { again: true });
  for (const path of before) await inRun.put(path, "k", { again: true });
  expect(await store.listNamespaces()).toEqual(before);
  expect(await store.search([], { filter: { again: true } })).toHaveLength(6);
  await inRun.stop();
});

test("a template that nobody filled in is no namespace: all users would share it", async () => {
  const store = storeOf();
  for (const path of [["memories", "{user_id}"], ["{langgraph_user_id}"], ["a", "user-{userId}"]]) {
    await expect(store.put(path, "k", { n: 1 })).rejects.toThrow(/template/);
    await expect(store.search(path)).rejects.toThrow(/template/);
    await expect(store.get(path, "k")).rejects.toThrow(/template/);
  }
  await store.put(["{}", "{ a }"], "k", { n: 1 });
  await store.put(["memories", toLabel("{user_id}")], "k", { n: 2 });
  expect(await memory.namespaces()).toEqual([]);
  expect(await store.search([])).toHaveLength(2);
});

describe("options of a search", () => {
  test("a limit that is no number of items is refused, null is none", async () => {
    const store = storeOf();
    for (let n = 0; n < 20; n += 1) await store.put(["n"], `k${n}`, { n });
    for (const query of ["", "k"]) {
      const found = (options: object) => store.search(["n"], { query, ...options });
      expect(await found({ limit: null, offset: null, filter: null })).toHaveLength(10);
      expect(await found({ limit: Number.POSITIVE_INFINITY })).toHaveLength(20);
      for (const wrong of ["5", 1.5, -1, Number.NaN, true]) {
        await expect(found({ limit: wrong })).rejects.toThrow(/limit: expected/);
        await expect(found({ offset: wrong })).rejects.toThrow(/offset: expected/);
      }
    }
    await expect(store.listNamespaces({ maxDepth: 1.5 })).rejects.toThrow(/maxDepth/);
    await expect(store.search(["n"], { limt: 5 } as never)).rejects.toThrow(/did you mean "limit"/);
    await expect(store.search(["n"], { query: 5 as never })).rejects.toThrow(/query/);
    await expect(store.search(["n"], { filter: [] as never })).rejects.toThrow(/filter/);
  });

  test("filters are combined", async () => {
    const store = storeOf();
    for (let n = 0; n < 6; n += 1)
      await store.put(["n"], `k${n}`, { n, text: `number ${n}`, even: n % 2 === 0 });
    const found = async (filter: Record<string, unknown>) => {
      const plain = (await store.search(["n"], { filter })).map(({ value }) => value.n);
      const ranked = await store.search(["n"], { filter, query: "number" });
      expect(ranked.map(({ value }) => value.n).sort()).toEqual(plain);
      return plain;
    };
    expect(await found({ $and: [{ n: { $gt: 1 } }, { even: true }] })).toEqual([2, 4]);
    expect(await found({ $or: [{ n: 1 }, { n: { $gte: 4 } }], even: false })).toEqual([1, 5]);
    expect(await found({ $not: { n: { $gt: 1 } } })).toEqual([0, 1]);
    expect(await found({ $nor: [{ even: true }, { n: 5 }] })).toEqual([1, 3]);
    expect(await found({ n: { $not: { $gte: 1, $lt: 5 } } })).toEqual([0, 5]);
    expect(await found({ $and: [] })).toHaveLength(6);
    expect(await found({ $or: [] })).toEqual([]);
    await expect(found({ $and: { n: 1 } })).rejects.toThrow(/\$and: expected a list/);
    await expect(found({ n: { $or: [1, 2] } })).rejects.toThrow(/\$or/);
  });

  test.each([20, 40])(
    "a filter opens no index of a small namespace, and a question only those where something passes: %i of them",
    async (count) => {
      const asked: string[] = [];
      const counted = new Proxy(memory, {
        get(target, name) {
          if (name === "list")
            return (input: ListInput) => {
              if (input.where !== undefined) asked.push(`list ${input.namespace}`);
              return target.list(input);
            };
          if (name === "search")
            return (input: SearchInput) => {
              asked.push(`search ${input.namespace}`);
              return target.search(input);
            };
          const value: unknown = Reflect.get(target, name);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
      const store = new SouvenirStore({ memory: counted });
      for (let n = 0; n < count; n += 1) await store.put(["users", `u${n}`], "k", { text: `tea ${n}`, n });
      await store.batch(
        Array.from({ length: 250 }, (_, n) => ({ namespace: ["many"], key: `k${n}`, value: { n } })),
      );
      expect(await store.search(["users"], { filter: { n: count - 1 } })).toHaveLength(1);
      expect(asked).toEqual([]);
      expect(await store.search(["users"], { filter: { n: { $in: [3, 5] } }, query: "tea" })).toHaveLength(2);
      expect(asked).toEqual(["search users/u3", "search users/u5"]);
      expect(await store.search(["many"], { filter: { n: { $gte: 240 } } })).toHaveLength(10);
      expect(asked.slice(2)).toEqual(["list many"]);
    },
  );
});

describe("embeddings of its own", () => {
  const texts = ["lemon tree", "old town", "green river", "yellow moon", "blue lemon", "town hall"];
  const items = texts.map((text, at) => ({
    namespace: ["n"],
    key: `k${at}`,
    value: {
      title: text,
      note: texts[(at + 2) % 6],
      lines: [texts[(at + 3) % 6], "a longer line that is the same"],
    },
  }));
  const fields = ["title", "note", "lines[*]"];

  test("each text has a vector, and an item is as near as its nearest, as in InMemoryStore", async () => {
    const embeddings = new WordEmbeddings();
    const reference = new InMemoryStore({ index: { dims: 256, embeddings: embeddings as never, fields } });
    const store = storeOf({ index: { dims: 256, embeddings, fields } });
    await reference.batch(items);
    await store.batch(items);
    for (const query of ["old lemon", "town", "the same line"]) {
      const cosines = new Map<string, number>();
      for (const { key, score } of await reference.search(["n"], { query }))
        cosines.set(key, score as number);
      const near = await store.search(["n"], { query, mode: "vector" });
      expect(near).toHaveLength(6);
      for (const { key, score } of near)
        expect(score).toBeCloseTo(Math.max(0, cosines.get(key) as number), 3);
      // Words in common raise it, so that what vectors do not tell is found too.
      for (const { key, score } of await store.search(["n"], { query }))
        expect(score).toBeGreaterThanOrEqual((cosines.get(key) as number) - 1e-3);
    }
    expect(embeddings.texts).toContain("a longer line that is the same");
    // Where all texts have one vector, nothing but a blank line stands between them.
    const together = new SouvenirStore({ memory, index: { fields: ["title", "note"] } });
    await together.put(["n"], "k", { title: "lemon", note: "tree" });
    expect((await memory.get({ namespace: "n", key: "k" }))?.value).toBe("lemon\n\ntree");
    const [first, second] = await store.search(["n"], { query: "old town" });
    expect([first?.score, second?.score]).toEqual([1, 1]);
  });

  test("an item that is not indexed asks no model for a vector or names, in whatever memory it is", async () => {
    const embeddings = new WordEmbeddings();
    const read: string[] = [];
    const given = await createMemory({
      path: ":memory:",
      embedder: langchainEmbedder(embeddings, { dimensions: 256 }),
      extractor: {
        id: "noting",
        async extract(text) {
          read.push(text);
          return [];
        },
      },
    });
    const stores = [storeOf({ index: { embeddings, dims: 256 } }), new SouvenirStore({ memory: given })];
    for (const store of stores) {
      await store.put(["n"], "file", { content: "lemon" }, false);
      await store.put(["n"], "none", { content: "lemon" }, []);
      await (await store.openMemory()).flush();
    }
    expect([embeddings.texts, read]).toEqual([[], []]);
    await stores[1]?.put(["n"], "file", { content: "lemon" });
    await given.flush();
    expect([embeddings.texts.length, read]).toEqual([1, ["lemon"]]);
    await given.close();
  });

  test("what has nothing in common with the question is exactly 0 near, and what has no vector is not lost", async () => {
    // Of more numbers than one, so that what the index keeps of them is rounded.
    const vectors = new Map([
      ["match", [1, 0, 0]],
      ["other", [0, 0.6, 0.8]],
      ["silent", [0, 0, 0]],
    ]);
    const embed = async (texts: string[]) => texts.map((text) => vectors.get(text) ?? [0, 0, 0]);
    const store = storeOf({ index: { embed, dims: 3, fields: ["text"] } });
    for (const text of vectors.keys()) await store.put(["n"], text, { text });
    const found = await store.search(["n"], { query: "match" });
    expect(found.map(({ key, score }) => [key, score])).toEqual([
      ["match", 1],
      ["other", 0],
      ["silent", 0],
    ]);
    const silent = await store.search(["n"], { query: "silent", mode: "vector" });
    expect(silent.map(({ key, score }) => [key, score])).toEqual([["silent", 0]]);
  });

  test("the modes of LangGraph's other stores", async () => {
    const embeddings = new WordEmbeddings();
    const store = storeOf({ index: { embed: (all) => embeddings.embedDocuments(all), dims: 256, fields } });
    await store.batch(items);
    await store.put(["n"], "unseen", { title: "lemon" }, false);
    const keys = async (options: object) =>
      (await store.search(["n"], { query: "lemon", ...options })).map(({ key }) => key).sort();
    const lemons = ["k0", "k1", "k2", "k3", "k4"].filter((key) =>
      JSON.stringify(items.find((item) => item.key === key)?.value).includes("lemon"),
    );
    expect(await keys({ mode: "text" })).toEqual(
      [...new Set([...lemons, "k5"])].filter((key) => {
        const item = items.find((one) => one.key === key);
        return JSON.stringify(item?.value).includes("lemon");
      }),
    );
    expect(await keys({ mode: "vector" })).not.toContain("unseen");
    expect(await keys({ mode: "hybrid", vectorWeight: 0.9 })).toHaveLength(6);
    expect(await keys({ mode: "vector", similarityThreshold: 0.99 })).toEqual([]);
    expect(await keys({ mode: "auto" })).toContain("unseen");
    const { indexConfig } = store;
    expect(indexConfig).toMatchObject({ dims: 256, fields });
    expect(await indexConfig?.embeddings.embedQuery("x")).toHaveLength(256);
    const words = storeOf();
    expect(words.indexConfig).toBeUndefined();
    for (const mode of ["vector", "hybrid"] as const)
      await expect(words.search(["n"], { query: "x", mode })).rejects.toThrow(/not configured/);
    await expect(words.search(["n"], { query: "x", mode: "best" as never })).rejects.toThrow(
      /Unknown search mode/,
    );
    for (const index of [{ filds: ["a"] }, { distanceType: "l2" }, { embeddings: 5 }])
      expect(() => storeOf({ index: index as never })).toThrow(SouvenirError);
    expect(() => new SouvenirStore({ memory, index: { dims: 256 } })).toThrow(SouvenirError);
    expect(() => storeOf({ ttl: { defaultTTL: 1 } as never })).toThrow(/defaultTtl/);
  });
});
