import { describe, expect, test } from "vitest";
import { InMemoryStore, type Memory, type SearchHit, SouvenirError } from "../src/index.ts";
import { keysOf, newPath, openAt, openMemory, rejection, stores } from "./open-memory.ts";
import { gate, ScriptedEmbedder } from "./scripted-embedder.ts";

const namespace = "n";
const secret = "persimmon";

/** One memory of 30 is about a cat, none says "animal" or "pet"; the others are about other things. */
const isCat = (index: number) => index % 30 === 1;
const others = ["railway", "soup", "doctor", "invoice", "guitar", "garden", "tables"];
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    namespace,
    key: `k${index}`,
    value: `The ${isCat(index) ? "kitten" : others[index % 7]} number ${index} likes ${secret}.`,
  }));

async function best(memory: Memory, query: string): Promise<SearchHit | undefined> {
  return (await memory.search({ namespace, query, minScore: 0 })).results[0];
}

/** Flushes until nothing waits any more. What the provider refuses is given up after a few attempts. */
async function settle(memory: Memory): Promise<{ pending: number; failed: number }> {
  for (let round = 0; round < 20; round += 1) {
    const left = await memory.flush();
    if (left.pending === 0) return left;
  }
  return memory.flush();
}

describe.each(stores)("vectors in %s", (store) => {
  test("find what shares no word with the question", async () => {
    const embedder = new ScriptedEmbedder();
    const memory = await openMemory(store, { embedder });
    await memory.setMany([
      { namespace, key: "cat", value: "My kitten hides under the sofa." },
      { namespace, key: "train", value: "The railway to Lille takes an hour." },
    ]);
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    const hit = await best(memory, "pet animal");
    expect(hit).toMatchObject({ key: "cat", signals: { text: 0 } });
    expect(hit?.signals.vector).toBeGreaterThan(0);
    expect(await best(memory, "travel journey")).toMatchObject({ key: "train" });
    expect(await memory.stats()).toMatchObject({
      vectors: 2,
      embedder: { id: "scripted", dimensions: 8 },
      queue: { embedding: { pending: 0, failed: 0 } },
    });
  });

  test("are asked for in batches of at most maxBatch, each text once, and belong to their texts", async () => {
    const embedder = new ScriptedEmbedder({ maxBatch: 7 });
    const memory = await openMemory(store, { embedder, extractor: false });
    const inputs = numbered(100);
    await Promise.all(inputs.map((input) => memory.set(input)));
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect(Math.max(...embedder.calls.map((call) => call.texts.length))).toBeLessThanOrEqual(7);
    expect(embedder.texts("document").sort()).toEqual(inputs.map((input) => input.value).sort());
    const { results } = await memory.search({ namespace, query: "pet animal", limit: 4, minScore: 0 });
    expect(keysOf(results).sort()).toEqual(["k1", "k31", "k61", "k91"]);
  });

  test("of an unchanged text stay when the rest of the memory changes", async () => {
    const embedder = new ScriptedEmbedder();
    const memory = await openMemory(store, { embedder });
    const input = { namespace, key: "cat", value: "My kitten hides." };
    await memory.set(input);
    await memory.flush();
    await memory.set({ ...input, tags: ["new"] });
    await memory.flush();
    expect(embedder.texts("document")).toEqual(["My kitten hides."]);
    expect(await best(memory, "pet animal")).toMatchObject({ key: "cat", tags: ["new"], version: 2 });
  });
});

type Fault = (embedder: ScriptedEmbedder, texts: readonly string[]) => Promise<Float32Array[]>;
const faults: [string, Fault][] = [
  ["is down", () => Promise.reject(new TypeError("fetch failed"))],
  ["rejects with nothing", () => Promise.reject(undefined)],
  [
    "throws synchronously",
    () => {
      throw new RangeError("out of order");
    },
  ],
  ["quotes the text", (_, texts) => Promise.reject(new Error(`cannot embed: ${texts.join()}`))],
  ["limits the rate", () => Promise.reject(Object.assign(new Error("too many requests"), { status: 429 }))],
  [
    "says when to come back",
    () =>
      Promise.reject(
        new SouvenirError("EMBEDDER_FAILED", "rate limited", { details: { retryAfterMs: 30_000 } }),
      ),
  ],
  ["answers with too few vectors", async (embedder, texts) => (await embedder.vectors(texts)).slice(1)],
  [
    "answers with too many vectors",
    async (embedder, texts) => [...(await embedder.vectors(texts)), new Float32Array(8)],
  ],
  ["answers with empty vectors", async (_, texts) => texts.map(() => new Float32Array(0))],
  ["answers with NaN", async (_, texts) => texts.map(() => new Float32Array(8).fill(Number.NaN))],
  [
    "answers with infinities",
    async (_, texts) => texts.map(() => new Float32Array(8).fill(Number.POSITIVE_INFINITY)),
  ],
  ["answers with no vectors at all", async () => undefined as never],
  ["answers with a text", async () => "vectors" as never],
  ["answers with nulls", async (_, texts) => texts.map(() => null as never)],
];

describe.each(stores)("a provider in %s that", (store) => {
  test("has other dimensions than were said is named as misconfigured, and costs no write and no search", async () => {
    const embedder = new ScriptedEmbedder();
    embedder.answer = async (texts) => texts.map(() => new Float32Array(7).fill(1));
    const memory = await openMemory(store, { embedder, extractor: false });
    for (const input of numbered(30)) await memory.set(input);
    const remedy = /vectors of 8 numbers, got 7: give the embedder the number that its model has/;
    await expect(memory.flush()).rejects.toMatchObject({
      code: "EMBEDDER_FAILED",
      message: expect.stringMatching(remedy),
    });
    const { embedding } = (await memory.stats()).queue;
    expect(embedding).toMatchObject({ pending: 30, failed: 0, misconfigured: expect.stringMatching(remedy) });
    const search = await memory.search({ namespace, query: "kitten number 1", minScore: 0 });
    expect(search).toMatchObject({ degraded: ["vector"] });
    expect(search.results[0]).toMatchObject({ key: "k1" });
    embedder.answer = undefined;
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
  });

  test.each(faults)("%s costs no write and no search, and is made up for later", async (_, fault) => {
    const logged: unknown[] = [];
    const log = (message: string, details?: object) => logged.push(message, details);
    const embedder = new ScriptedEmbedder();
    embedder.answer = (texts) => fault(embedder, texts);
    const memory = await openMemory(store, {
      embedder,
      extractor: false,
      logger: { debug: log, info: log, warn: log, error: log },
    });
    const inputs = numbered(30);
    const records = await Promise.all(inputs.map((input) => memory.set(input)));
    expect(keysOf(records)).toEqual(keysOf(inputs));
    // A provider that fails for every text is no reason to give a text up.
    for (let round = 0; round < 8; round += 1)
      expect(await memory.flush()).toEqual({ pending: 30, failed: 0 });
    const { embedding } = (await memory.stats()).queue;
    expect(embedding).toMatchObject({ pending: 30, failed: 0, lastError: expect.any(String) });
    expect(embedding.lastError).not.toContain(secret);
    const search = await memory.search({ namespace, query: `kitten number 1 ${secret}`, minScore: 0 });
    expect(search.results[0]).toMatchObject({ key: "k1", signals: { vector: 0 } });
    expect(search.degraded).toEqual(["vector"]);
    expect((await memory.recall({ namespace, query: "kitten number 1" })).text).toContain(
      "The kitten number 1 likes",
    );
    expect(logged.length).toBeGreaterThan(0);
    expect(JSON.stringify(logged, withErrors)).not.toContain(secret);

    embedder.answer = undefined;
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect(await memory.stats()).toMatchObject({
      vectors: 30,
      queue: { embedding: { pending: 0, failed: 0 } },
    });
    const healed = await memory.search({ namespace, query: "pet animal", minScore: 0 });
    expect(healed.results[0]).toMatchObject({ key: "k1" });
    expect(healed.degraded).toEqual([]);
  });

  test.each(faults)("%s after a good start is told by each search", async (_, fault) => {
    const embedder = new ScriptedEmbedder();
    const memory = await openMemory(store, { embedder });
    await memory.setMany(numbered(4));
    await memory.flush();
    embedder.answer = (texts) => fault(embedder, texts);
    for (const query of ["kitten number 1", "kitten number 1", "pet animal"])
      expect((await memory.search({ namespace, query, minScore: 0 })).degraded, query).toEqual(["vector"]);
    expect(await best(memory, "kitten number 1")).toMatchObject({ key: "k1" });
    embedder.answer = undefined;
    // A failure is not remembered as an answer.
    const { results, degraded } = await memory.search({ namespace, query: "pet animal", minScore: 0 });
    expect(degraded).toEqual([]);
    expect(results[0]?.value).toContain("kitten");
  });

  test("hangs holds up neither write nor search", async () => {
    const embedder = new ScriptedEmbedder();
    const closed = gate(embedder);
    embedder.answer = closed.answer;
    const memory = await openMemory(store, { embedder });
    await memory.set({ namespace, key: "cat", value: "My kitten hides." });
    await closed.arrival();
    await memory.set({ namespace, key: "train", value: "The railway to Lille takes an hour." });
    const { results, degraded } = await memory.search({ namespace, query: "railway", deadlineMs: 5 });
    expect(keysOf(results)).toEqual(["train"]);
    expect(degraded).toEqual(["vector"]);

    expect(await memory.flush({ deadlineMs: 5 })).toEqual({ pending: 2, failed: 0 });
    const leaving = new AbortController();
    const flushing = memory.flush({ signal: leaving.signal, deadlineMs: 60_000 });
    leaving.abort(new Error("leaving"));
    await expect(flushing).rejects.toThrow("leaving");
    await expect(memory.flush({ signal: leaving.signal })).rejects.toThrow("leaving");
    closed.open();
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect(await best(memory, "pet animal")).toMatchObject({ key: "cat" });
  });

  test("may empty the list of texts that it is given", async () => {
    const embedder = new ScriptedEmbedder();
    embedder.answer = (texts) => embedder.vectors(texts.splice(0));
    const memory = await openMemory(store, { embedder });
    await memory.setMany(numbered(3));
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect((await memory.search({ namespace, query: "pet" })).degraded).toEqual([]);
  });

  test("is down is asked little, however often and however much was tried", async () => {
    const embedder = new ScriptedEmbedder({ maxBatch: 10, answer: () => Promise.reject(new Error("down")) });
    const memory = await openMemory(store, { embedder, extractor: false });
    await memory.setMany(numbered(500));
    for (let round = 0; round < 8; round += 1) await memory.flush();
    embedder.calls.length = 0;
    await memory.flush();
    expect(embedder.calls.length).toBeLessThanOrEqual(10);
  });

  test("refuses one text of 200 gets the 199, and the one is counted", async () => {
    const embedder = new ScriptedEmbedder({ maxBatch: 32 });
    embedder.answer = (texts) =>
      texts.some((text) => text.includes("poison"))
        ? Promise.reject(new Error("refused"))
        : embedder.vectors(texts);
    const memory = await openMemory(store, { embedder, extractor: false });
    const inputs = numbered(200);
    inputs[77] = { namespace, key: "bad", value: "This text is poison to the provider." };
    await memory.setMany(inputs);
    await memory.flush();
    expect(await memory.stats()).toMatchObject({ vectors: 199 });
    expect(await settle(memory)).toEqual({ pending: 0, failed: 1 });
    expect((await memory.stats()).queue.embedding).toEqual({
      pending: 0,
      failed: 1,
      lastError: expect.any(String),
    });
    expect(embedder.calls.length).toBeLessThan(100);
    // Nothing else is degraded, and the text is found by its words.
    const { results, degraded } = await memory.search({ namespace, query: "text to the provider" });
    expect(results[0]).toMatchObject({ key: "bad", signals: { vector: 0 } });
    expect(degraded).toEqual([]);

    await memory.set({ namespace, key: "bad", value: "A harmless kitten instead." });
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect(await memory.stats()).toMatchObject({ vectors: 200 });
  });

  test("has no vector for one text of 200 gets the 199, and the one is counted", async () => {
    const embedder = new ScriptedEmbedder();
    embedder.answer = async (texts) =>
      (await embedder.vectors(texts)).map((vector, index) =>
        texts[index]?.includes("poison") ? vector.fill(Number.NaN) : vector,
      );
    const memory = await openMemory(store, { embedder, extractor: false });
    await memory.setMany([...numbered(199), { namespace, key: "bad", value: "poison" }]);
    await memory.flush();
    expect(await memory.stats()).toMatchObject({ vectors: 199 });
    expect(await settle(memory)).toEqual({ pending: 0, failed: 1 });
    // The provider was set right: only who asks for it tries again what was given up.
    embedder.answer = (texts) => embedder.vectors(texts);
    expect(await memory.flush()).toEqual({ pending: 0, failed: 1 });
    expect(await memory.flush({ retry: true })).toEqual({ pending: 0, failed: 0 });
    expect(await memory.stats()).toMatchObject({ vectors: 200 });
  });
});

describe.each(stores)("the vector of a query in %s", (store) => {
  test("is asked for once, whoever asks", async () => {
    const embedder = new ScriptedEmbedder();
    const memory = await openMemory(store, { embedder });
    await memory.setMany([...numbered(4), ...numbered(4).map((input) => ({ ...input, namespace: "other" }))]);
    await memory.flush();
    const search = (name: string) => memory.search({ namespace: name, query: "pet animal", minScore: 0 });
    await Promise.all([search(namespace), search(namespace), search("other")]);
    await search(namespace);
    expect(embedder.texts("query")).toEqual(["pet animal"]);
    await memory.search({ namespace, query: "Pet animal" });
    expect(embedder.texts("query")).toEqual(["pet animal", "Pet animal"]);
  });

  test("is kept for the last thousand queries, and no more", async () => {
    const embedder = new ScriptedEmbedder();
    const memory = await openMemory(store, { embedder });
    await memory.setMany(numbered(4));
    await memory.flush();
    for (let index = 0; index <= 1_000; index += 1)
      await memory.search({ namespace, query: `animal ${index}`, limit: 1 });
    expect(embedder.texts("query")).toHaveLength(1_001);
    await memory.search({ namespace, query: "animal 1000" });
    await memory.search({ namespace, query: "animal 500" });
    expect(embedder.texts("query")).toHaveLength(1_001);
    await memory.search({ namespace, query: "animal 0" });
    expect(embedder.texts("query")).toHaveLength(1_002);
  });

  test("has a deadline, and is of use to the next search when it comes late", async () => {
    const embedder = new ScriptedEmbedder();
    const memory = await openMemory(store, { embedder });
    await memory.setMany(numbered(4));
    await memory.flush();
    const closed = gate(embedder);
    embedder.answer = closed.answer;
    for (const deadlineMs of [0, 1, 5]) {
      const { results, degraded } = await memory.search({
        namespace,
        query: "animal number 3",
        deadlineMs,
        minScore: 0,
      });
      expect(degraded).toEqual(["vector"]);
      expect(results[0]).toMatchObject({ key: "k3" });
    }
    closed.open();
    const { degraded, results } = await memory.search({ namespace, query: "animal number 3", minScore: 0 });
    expect(degraded).toEqual([]);
    expect(results[0]?.signals.vector).toBeGreaterThan(0);
    expect(embedder.texts("query")).toEqual(["animal number 3"]);
  });

  test("is given up when the search is aborted", async () => {
    const embedder = new ScriptedEmbedder();
    const memory = await openMemory(store, { embedder });
    await memory.setMany(numbered(4));
    await memory.flush();
    const closed = gate(embedder);
    embedder.answer = closed.answer;
    const controller = new AbortController();
    const search = rejection(memory.search({ namespace, query: "pet animal", signal: controller.signal }));
    await closed.arrival();
    const reason = new Error("the user went away");
    controller.abort(reason);
    expect(await search).toBe(reason);
    closed.open();
  });

  test("is of the query as it is written, cut to what the provider takes", async () => {
    const embedder = new ScriptedEmbedder({ maxCharacters: 21 });
    const memory = await openMemory(store, { embedder });
    await memory.setMany([{ namespace, key: "k", value: "The kitten hides." }]);
    await memory.flush();
    await memory.search({ namespace, query: `${"😀".repeat(10)}x${"😀".repeat(20)}`, minScore: 0 });
    await memory.search({ namespace, query: "😀".repeat(20), minScore: 0 });
    for (const text of embedder.texts("query")) {
      expect(text.length).toBeLessThanOrEqual(21);
      expect(text).toMatch(/^(😀)+x?$/u);
    }
  });
});

describe.each(stores)("a text in %s that", (store) => {
  test("changes while it is embedded has the vector of its new words", async () => {
    const embedder = new ScriptedEmbedder();
    const closed = gate(embedder);
    embedder.answer = closed.answer;
    const memory = await openMemory(store, { embedder });
    await memory.set({ namespace, key: "k", value: "My kitten hides." });
    expect(await closed.arrival()).toEqual(["My kitten hides."]);
    await memory.set({ namespace, key: "k", value: "The railway to Lille." });
    closed.open();
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect(await memory.stats()).toMatchObject({ vectors: 1 });
    const [asCat, asTrain] = [await best(memory, "pet animal"), await best(memory, "travel journey")];
    expect(asTrain).toMatchObject({ key: "k", value: "The railway to Lille." });
    expect(asTrain?.signals.vector).toBeGreaterThan(asCat?.signals.vector ?? 0);
  });

  test.each<[string, (memory: Memory) => Promise<unknown>]>([
    ["deleted", (memory) => memory.delete({ namespace, key: "k" })],
    ["cleared", (memory) => memory.clear({ namespace })],
  ])("is %s while it is embedded leaves no vector", async (_, erase) => {
    const embedder = new ScriptedEmbedder();
    const closed = gate(embedder);
    embedder.answer = closed.answer;
    const memory = await openMemory(store, { embedder });
    await memory.set({ namespace, key: "k", value: "My kitten hides." });
    await closed.arrival();
    await erase(memory);
    await memory.set({ namespace, key: "other", value: "The railway to Lille." });
    closed.open();
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect(await memory.stats()).toMatchObject({ records: 1, vectors: 1 });
    expect(
      keysOf((await memory.search({ namespace, query: "pet animal", minScore: 0 })).results),
    ).not.toContain("k");
    // A new memory under the old key is no business of the old answer either.
    await memory.set({ namespace, key: "k", value: "Tomatoes grow in the garden." });
    await memory.flush();
    expect(await best(memory, "flowers seeds")).toMatchObject({ key: "k", version: 1 });
  });

  test("has a vector of zeros is found by its words only", async () => {
    const embedder = new ScriptedEmbedder();
    embedder.answer = async (texts) =>
      (await embedder.vectors(texts)).map((vector, index) =>
        texts[index]?.includes("silence") ? vector.fill(0) : vector,
      );
    const memory = await openMemory(store, { embedder });
    await memory.setMany([...numbered(4), { namespace, key: "zero", value: "Four minutes of silence." }]);
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    const { results: found } = await memory.search({ namespace, query: "four minutes of silence" });
    expect(found.find(({ key }) => key === "zero")).toMatchObject({
      signals: { vector: 0 },
      reasons: { terms: ["four", "minutes", "silence"] },
    });
    // A query of zeros says nothing either, and breaks nothing.
    const { results, degraded } = await memory.search({
      namespace,
      query: "the kitten in silence",
      minScore: 0,
    });
    expect(degraded).toEqual([]);
    expect(keysOf(results)).toEqual(expect.arrayContaining(["k1", "zero"]));
    for (const { score, signals } of results)
      for (const number of [score, ...Object.values(signals)]) {
        expect(number).toBeGreaterThanOrEqual(0);
        expect(number).toBeLessThanOrEqual(1);
      }
  });

  test("is longer than the provider takes is embedded in pieces and stays one memory", async () => {
    const embedder = new ScriptedEmbedder({ maxCharacters: 60, maxBatch: 3 });
    const memory = await openMemory(store, { embedder });
    const sentences = [
      "The garden has tomatoes and compost in abundance.",
      "An invoice for the salary of the gardener is due in May.",
      "At the concert the choir sang a song with a guitar.",
      `Some ${"words and ".repeat(20)}nothing else.`,
      "In the end the kitten climbed the tree. 😀😀😀😀",
    ];
    const value = sentences.join(" ");
    await memory.set({ namespace, key: "long", value });
    await memory.set({ namespace, key: "short", value: "The railway to Lille takes an hour." });
    await memory.set({ namespace, key: "solid", value: "😀".repeat(100) });
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    const texts = embedder.texts("document");
    expect(texts.length).toBeGreaterThan(8);
    for (const text of texts) {
      expect(text.length).toBeLessThanOrEqual(60);
      expect(text.isWellFormed()).toBe(true);
    }
    expect(texts.join("")).toContain(value);
    expect(Math.max(...embedder.calls.map((call) => call.texts.length))).toBeLessThanOrEqual(3);
    for (const query of ["pet animal", "flowers seeds", "money budget", "music"]) {
      const { results } = await memory.search({ namespace, query, minScore: 0 });
      expect(results[0], query).toMatchObject({ key: "long", value });
      expect(keysOf(results).filter((key) => key === "long")).toHaveLength(1);
    }
    expect(await memory.get({ namespace, key: "long" })).toMatchObject({ value });
  });
});

describe("the queue in a file", () => {
  test("survives closing and opening again", async () => {
    const path = await newPath();
    const down = await openAt(path, {
      embedder: new ScriptedEmbedder({ answer: () => Promise.reject(new Error("down")) }),
    });
    await down.setMany(numbered(30));
    await down.flush();
    await down.close();
    const embedder = new ScriptedEmbedder();
    const up = await openAt(path, { embedder });
    expect(await up.flush()).toEqual({ pending: 0, failed: 0 });
    expect(await up.stats()).toMatchObject({ vectors: 30 });
    expect(embedder.texts("document")).toHaveLength(30);
  });

  test("is left whole by a close in the middle of a call, which waits for no provider", async () => {
    const path = await newPath();
    const hanging = new ScriptedEmbedder();
    const closed = gate(hanging);
    hanging.answer = closed.answer;
    const first = await openAt(path, { embedder: hanging });
    await first.setMany(numbered(30));
    await closed.arrival();
    await first.close();
    closed.open();
    const second = await openAt(path, { embedder: new ScriptedEmbedder() });
    expect(await second.flush()).toEqual({ pending: 0, failed: 0 });
    expect(await second.stats()).toMatchObject({ records: 30, vectors: 30 });
    expect(await best(second, "pet animal")).toMatchObject({ key: "k1" });
  });

  test("finishes what a closed memory had, without a call for what it had done", async () => {
    const path = await newPath();
    const embedder = new ScriptedEmbedder();
    const first = await openAt(path, { embedder });
    await first.setMany(numbered(10));
    await first.flush();
    await first.close();
    const second = await openAt(path, { embedder });
    await second.setMany(numbered(12));
    await second.flush();
    expect(embedder.texts("document")).toHaveLength(12);
    expect(await best(second, "pet animal")).toMatchObject({ key: "k1", version: 2 });
  });
});

describe.each(stores)("embedder: false in %s", (store) => {
  test("is a memory without vectors, and lacks nothing", async () => {
    const memory = await openMemory(store, { embedder: false });
    await memory.setMany(numbered(4));
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    const { results, degraded } = await memory.search({ namespace, query: "kitten number 1" });
    expect(results[0]).toMatchObject({ key: "k1", signals: { vector: 0 } });
    expect(degraded).toEqual([]);
    expect(await memory.stats()).toMatchObject({
      vectors: 0,
      embedder: null,
      queue: { embedding: { pending: 0, failed: 0 } },
    });
  });
});

describe("embedder: false on a file", () => {
  test("may be followed by an embedder, and the other way round", async () => {
    const path = await newPath();
    const without = await openAt(path, { embedder: false });
    await without.setMany(numbered(6));
    await without.close();

    const embedder = new ScriptedEmbedder();
    const withVectors = await openAt(path, { embedder });
    expect(await withVectors.flush()).toEqual({ pending: 0, failed: 0 });
    expect(await withVectors.stats()).toMatchObject({ vectors: 6 });
    expect((await best(withVectors, "pet animal"))?.value).toContain("kitten");
    await withVectors.close();

    embedder.calls.length = 0;
    const again = await openAt(path, { embedder: false });
    await again.set({ namespace, key: "k6", value: "Tomatoes grow in the garden." });
    const { results, degraded } = await again.search({ namespace, query: "kitten", minScore: 0 });
    expect(results.every((hit) => hit.signals.vector === 0)).toBe(true);
    expect(degraded).toEqual([]);
    expect(embedder.calls).toEqual([]);
    await again.close();

    const last = await openAt(path, { embedder });
    expect(await last.flush()).toEqual({ pending: 0, failed: 0 });
    expect(embedder.texts("document")).toEqual(["Tomatoes grow in the garden."]);
    expect(await best(last, "flowers seeds")).toMatchObject({ key: "k6" });
  });
});

/** Errors and their causes, which JSON leaves out. */
function withErrors(_: string, value: unknown): unknown {
  return value instanceof Error ? { ...value, message: value.message, cause: value.cause } : value;
}

describe.each(stores)("a provider that does nothing, in %s", (store) => {
  test("an extractor that never answers and knows no signal does not hold up close()", async () => {
    const asked = Promise.withResolvers<void>();
    let calls = 0;
    const extract = (): Promise<never> => {
      // The first call is that of the write, the second that of the queue.
      calls += 1;
      if (calls === 2) asked.resolve();
      return new Promise(() => {});
    };
    const memory = await openMemory(store, { extractor: { id: "silent", extract } });
    await memory.set({ namespace, value: "Ada lives in Paris." });
    await asked.promise;
    await memory.close();
  });
});

test("in a pause after a failure, writes do not count the queue", async () => {
  let counted = 0;
  class CountingStore extends InMemoryStore {
    override queue(...asked: Parameters<InMemoryStore["queue"]>): ReturnType<InMemoryStore["queue"]> {
      if (asked[0].startsWith("embed:")) counted += 1;
      return super.queue(...asked);
    }
  }
  const embedder = new ScriptedEmbedder({
    answer: () => Promise.reject(new Error("down")),
  });
  const memory = await openMemory(":memory:", { store: new CountingStore(), embedder });
  await memory.setMany(numbered(10));
  await memory.flush();
  const before = counted;
  for (let index = 0; index < 20; index += 1) await memory.set({ namespace, value: `Word ${index}.` });
  expect(counted).toBe(before);
});

describe.each(stores)("an embedder that loads something, in %s", (store) => {
  test("is loaded when the memory is open, so that the first question has a vector within any deadline", async () => {
    const steps: string[] = [];
    const loaded = Promise.withResolvers<void>();
    const embedder = Object.assign(new ScriptedEmbedder(), {
      load: async () => {
        steps.push("loads");
        await loaded.promise;
        steps.push("loaded");
      },
    });
    const opening = openMemory(store, { embedder }).then((memory) => {
      steps.push("open");
      return memory;
    });
    // Nothing else of what opening waits for takes as long as this many turns of the event loop.
    for (let turn = 0; turn < 1_000; turn += 1) await new Promise(setImmediate);
    loaded.resolve();
    const memory = await opening;
    expect(steps).toEqual(["loads", "loaded", "open"]);
    await memory.set({ namespace: "ada", value: "We keep the accounts in PostgreSQL." });
    await memory.flush();
    const { degraded } = await memory.search({ namespace: "ada", query: "tables", deadlineMs: 120_000 });
    expect(degraded).toEqual([]);
  });

  test("and cannot be, does not keep the memory closed", async () => {
    const warnings: string[] = [];
    const embedder = Object.assign(new ScriptedEmbedder(), {
      load: () => Promise.reject(new Error("no such module")),
    });
    const logger = { warn: (message: string) => void warnings.push(message) };
    const memory = await openMemory(store, { embedder, logger });
    expect(warnings).toEqual([expect.stringContaining("not loaded")]);
    await memory.set({ namespace: "ada", value: "We keep the accounts in PostgreSQL." });
    expect((await memory.search({ namespace: "ada", query: "PostgreSQL" })).results).toHaveLength(1);
  });
});
