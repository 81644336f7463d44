import { describe, expect, test } from "vitest";
import { type EntityExtractor, SouvenirError } from "../src/index.ts";
import { newPath, openAt, openMemory, rejection, setClock, stores } from "./open-memory.ts";
import { ScriptedEmbedder } from "./scripted-embedder.ts";

const namespace = "n";
const year = 365 * 24 * 3_600_000;
const texts = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    namespace,
    key: `k${index}`,
    value: `The kitten ${index}.`,
  }));

const remedy = "the key is missing: set EXAMPLE_KEY";
const misconfigurations: [string, () => unknown, RegExp][] = [
  [
    "says so",
    () => new SouvenirError("INVALID_INPUT", remedy, { details: { misconfigured: true } }),
    /set EXAMPLE_KEY/,
  ],
  ["answers 401", () => Object.assign(new Error("secret text"), { status: 401 }), /401.*key/],
  ["answers 403", () => Object.assign(new Error("secret text"), { statusCode: 403 }), /403.*key/],
  ["answers 404", () => Object.assign(new Error("secret text"), { status: 404 }), /404.*model/],
];

describe.each(stores)("a model in %s that cannot work as it is configured", (store) => {
  test.each(misconfigurations)(
    "and %s costs no write, and flush and stats say what to do",
    async (_, fault, told) => {
      const embedder = new ScriptedEmbedder({ maxBatch: 4, answer: () => Promise.reject(fault()) });
      const memory = await openMemory(store, { embedder });
      await memory.setMany(texts(20));
      for (let round = 0; round < 6; round += 1) {
        const error = await rejection(memory.flush());
        expect(error).toMatchObject({ code: "EMBEDDER_FAILED" });
        expect((error as Error).message).toMatch(told);
        expect((error as Error).message).not.toContain("secret");
      }
      const { embedding } = (await memory.stats()).queue;
      expect(embedding).toMatchObject({ pending: 20, failed: 0, misconfigured: expect.stringMatching(told) });
      await memory.set({ namespace, key: "later", value: "Tomatoes grow in the garden." });
      const { results, degraded } = await memory.search({ namespace, query: "tomatoes" });
      expect(results[0]).toMatchObject({ key: "later" });
      expect(degraded).toEqual(["vector"]);
      // One call a round is enough to know.
      embedder.calls.length = 0;
      await rejection(memory.flush());
      expect(embedder.texts("document").length).toBeLessThanOrEqual(16);

      embedder.answer = undefined;
      expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
      expect((await memory.stats()).queue.embedding).toEqual({ pending: 0, failed: 0 });
      expect((await memory.search({ namespace, query: "pet animal" })).degraded).toEqual([]);
    },
  );

  test("tells a re-embedding what to do", async () => {
    const other = new ScriptedEmbedder({
      id: "other",
      answer: () => Promise.reject(Object.assign(new Error("no"), { status: 401 })),
    });
    const memory = await openMemory(store, { embedder: new ScriptedEmbedder() });
    await memory.setMany(texts(20));
    await memory.flush();
    const error = await rejection(memory.reembed({ embedder: other }));
    expect(error).toMatchObject({ code: "EMBEDDER_FAILED", message: expect.stringMatching(/401.*key/) });
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
  });

  test("is told of an extractor too", async () => {
    let works = false;
    const extractor: EntityExtractor = {
      id: "model",
      extract: () =>
        works ? Promise.resolve([]) : Promise.reject(Object.assign(new Error("no"), { status: 401 })),
    };
    const memory = await openMemory(store, { extractor });
    await memory.setMany(texts(3));
    expect(await rejection(memory.flush())).toMatchObject({ message: expect.stringMatching(/401.*key/) });
    expect((await memory.stats()).queue.extraction).toMatchObject({
      pending: 3,
      misconfigured: expect.stringMatching(/key/),
    });
    works = true;
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
  });
});

test("a key that was missing is used by the next process, without anybody asking", async () => {
  const path = await newPath();
  const clock = setClock();
  const fault = () =>
    Promise.reject(new SouvenirError("INVALID_INPUT", remedy, { details: { misconfigured: true } }));
  const first = await openAt(path, { embedder: new ScriptedEmbedder({ answer: fault }), clock });
  await first.setMany(texts(20));
  for (let round = 0; round < 6; round += 1) await rejection(first.flush());
  await first.close();
  const second = await openAt(path, { embedder: new ScriptedEmbedder(), clock });
  await expect.poll(async () => (await second.stats()).queue.embedding.pending).toBe(0);
});

describe.each(stores)("a clock in %s that was a year ahead and is put right", (store) => {
  test.each(["waits for another attempt", "is held by a process that is gone", "was queued"])(
    "does not hold up what %s",
    async (how) => {
      const clock = setClock();
      const right = clock.now;
      clock.now += year;
      const embedder = new ScriptedEmbedder();
      if (how === "waits for another attempt") embedder.answer = () => Promise.reject(new Error("down"));
      if (how === "is held by a process that is gone") embedder.answer = () => new Promise(() => undefined);
      // The queue is worked off from the clock that is right.
      const path = store === ":memory:" ? store : await newPath();
      const first = await openAt(path, { embedder, clock });
      await first.setMany(texts(5));
      if (how === "waits for another attempt") await first.flush();
      if (how === "is held by a process that is gone") await first.flush({ deadlineMs: 5 });
      if (store === ":memory:") {
        clock.now = right;
        embedder.answer = undefined;
        if (how === "is held by a process that is gone") return;
        // A write wakes the queue.
        await first.set({ namespace, key: "later", value: "Tomatoes grow in the garden." });
        await expect.poll(async () => (await first.stats()).queue.embedding.pending).toBe(0);
        return;
      }
      await first.close();
      clock.now = right;
      const second = await openAt(path, { embedder: new ScriptedEmbedder(), clock });
      await expect.poll(async () => (await second.stats()).queue.embedding.pending).toBe(0);
    },
  );
});
