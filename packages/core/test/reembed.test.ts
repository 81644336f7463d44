import { describe, expect, test } from "vitest";
import { createMemory, type Memory, type Progress } from "../src/index.ts";
import { contents, keysOf, newPath, openAt, openMemory, rejection, stores } from "./open-memory.ts";
import { gate, ScriptedEmbedder } from "./scripted-embedder.ts";

const namespace = "n";
/** Two memories of 40 are about a cat. */
const others = ["railway", "soup", "doctor", "invoice", "guitar", "garden", "tables"];
const inputs = (count: number, name = namespace) =>
  Array.from({ length: count }, (_, index) => ({
    namespace: name,
    key: `k${index}`,
    value: `The ${index === 7 || index === 19 ? "kitten" : others[index % 7]} number ${index}.`,
  }));
const old = (options: object = {}) => new ScriptedEmbedder({ id: "old-model", ...options });
const next = (options: object = {}) => new ScriptedEmbedder({ id: "new-model", dimensions: 9, ...options });

/** A memory with vectors of the old model. */
async function embedded(memory: Memory, count = 40, ...names: string[]): Promise<Memory> {
  for (const name of names.length > 0 ? names : [namespace]) await memory.setMany(inputs(count, name));
  expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
  return memory;
}

/** By meaning: the question shares no word with them. */
async function findsCats(memory: Memory, name = namespace): Promise<boolean> {
  const { results, degraded } = await memory.search({
    namespace: name,
    query: "pet animal",
    limit: 2,
    minScore: 0,
  });
  return degraded.length === 0 && keysOf(results).sort().join() === "k19,k7";
}

describe("a store opened with another embedder", () => {
  test("is refused with both names and the call that helps, and stays as it is", async () => {
    const path = await newPath();
    const first = await embedded(await openAt(path, { embedder: old() }));
    const before = await contents(first);
    await first.close();
    const error = await rejection(createMemory({ path, embedder: next() }));
    expect(error).toMatchObject({ code: "EMBEDDER_MISMATCH" });
    const { message } = error as Error;
    for (const part of ["old-model", "new-model", "8", "9", "reembed"]) expect(message).toContain(part);
    const again = await openAt(path, { embedder: old() });
    expect(await contents(again)).toEqual(before);
    expect(await findsCats(again)).toBe(true);
  });

  test("is refused when only the dimension differs", async () => {
    const path = await newPath();
    const first = await embedded(await openAt(path, { embedder: old() }));
    await first.close();
    const error = await rejection(createMemory({ path, embedder: old({ dimensions: 4 }) }));
    expect(error).toMatchObject({ code: "EMBEDDER_MISMATCH", message: expect.stringMatching(/8.*4/) });
  });

  test("is accepted when the store holds no memory any more", async () => {
    const path = await newPath();
    const first = await embedded(await openAt(path, { embedder: old() }));
    await first.clear({ namespace });
    await first.close();
    const second = await embedded(await openAt(path, { embedder: next() }));
    expect(await findsCats(second)).toBe(true);
    expect(await second.stats()).toMatchObject({ embedder: { id: "new-model", dimensions: 9 } });
  });
});

describe.each(stores)("reembed in %s", (store) => {
  test("moves every memory to the new model, and forgets the old vectors", async () => {
    const [one, other] = [old(), next()];
    const memory = await embedded(await openMemory(store, { embedder: one }));
    expect(await memory.reembed({ embedder: other })).toEqual({ embedded: 40 });
    expect(await memory.stats()).toMatchObject({ vectors: 40, embedder: { id: "new-model", dimensions: 9 } });
    expect((await memory.stats()).reembedding).toBeUndefined();
    expect(other.texts("document").sort()).toEqual(
      inputs(40)
        .map(({ value }) => value)
        .sort(),
    );
    one.calls.length = 0;
    expect(await findsCats(memory)).toBe(true);
    expect(other.texts("query")).toEqual(["pet animal"]);
    await memory.set({ namespace: "later", key: "k", value: "My kitten hides." });
    await memory.flush();
    expect(one.calls).toEqual([]);
    expect(other.texts("document")).toContain("My kitten hides.");
  });

  test("serves searches from the old vectors until the new ones are complete, and takes writes meanwhile", async () => {
    const [one, other] = [old(), next()];
    const memory = await embedded(await openMemory(store, { embedder: one }));
    const closed = gate(other);
    other.answer = closed.answer;
    const done = memory.reembed({ embedder: other });
    await closed.arrival();
    expect(await findsCats(memory)).toBe(true);
    expect(one.texts("query")).toEqual(["pet animal"]);
    expect(other.texts("query")).toEqual([]);
    expect((await memory.stats()).reembedding).toEqual({
      from: "old-model",
      to: "new-model",
      done: 0,
      total: 40,
    });

    await memory.set({ namespace, key: "written", value: "Tomatoes grow in the garden." });
    await memory.set({ namespace, key: "k1", value: "A recipe for soup." });
    await memory.delete({ namespace, key: "k3" });
    await memory.set({ namespace: "new namespace", key: "k", value: "The doctor knows my allergy." });
    expect((await memory.search({ namespace, query: "tomatoes" })).results[0]).toMatchObject({
      key: "written",
    });

    closed.open();
    await done;
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect(await memory.stats()).toMatchObject({ records: 41, vectors: 41, embedder: { id: "new-model" } });
    one.calls.length = 0;
    const first = async (name: string, query: string) =>
      (await memory.search({ namespace: name, query, minScore: 0 })).results[0]?.key;
    expect(await first(namespace, "flowers seeds")).toBe("written");
    expect(await first(namespace, "dinner meal")).toBe("k1");
    expect(await first("new namespace", "health medicine")).toBe("k");
    expect(one.calls).toEqual([]);
  });

  test("tells its progress up to the whole", async () => {
    const memory = await embedded(await openMemory(store, { embedder: old() }));
    const steps: Progress[] = [];
    await memory.reembed({ embedder: next({ maxBatch: 3 }), onProgress: (step) => steps.push(step) });
    expect(steps.length).toBeGreaterThan(2);
    expect(steps.at(-1)).toEqual({ done: 40, total: 40 });
    for (const [index, step] of steps.entries()) {
      expect(step.total).toBe(40);
      expect(step.done).toBeGreaterThanOrEqual(steps[index - 1]?.done ?? 0);
    }
  });

  test("stops when aborted, leaves the old vectors in place, and goes on where it was", async () => {
    const other = next({ maxBatch: 2 });
    const memory = await embedded(await openMemory(store, { embedder: old() }));
    const controller = new AbortController();
    const reason = new Error("not today");
    const stopped = memory.reembed({
      embedder: other,
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    expect(await rejection(stopped)).toBe(reason);
    const before = other.texts("document").length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(40);
    expect(await findsCats(memory)).toBe(true);
    expect((await memory.stats()).embedder?.id).toBe("old-model");
    await memory.reembed({ embedder: other });
    expect(other.texts("document").sort()).toEqual(
      inputs(40)
        .map(({ value }) => value)
        .sort(),
    );
    expect(await findsCats(memory)).toBe(true);
    expect((await memory.stats()).embedder?.id).toBe("new-model");
  });

  test("sends nothing more after an abort, whatever happens then, until it is called again", async () => {
    const other = next({ maxBatch: 2 });
    const memory = await embedded(await openMemory(store, { embedder: old() }));
    const stop = new AbortController();
    let sent = 0;
    other.answer = (texts) => {
      sent += texts.length;
      if (sent === 20) stop.abort();
      return other.vectors(texts);
    };
    expect(await rejection(memory.reembed({ embedder: other, signal: stop.signal }))).toBe(
      stop.signal.reason,
    );
    const before = other.texts("document").length;
    expect(before).toBeLessThan(40);
    for (let index = 0; index < 5; index += 1)
      await memory.set({ namespace, key: `later ${index}`, value: "Tomatoes grow in the garden." });
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    await memory.search({ namespace, query: "tomatoes" });
    expect(other.texts("document")).toHaveLength(before);
    expect((await memory.stats()).reembedding).toMatchObject({
      from: "old-model",
      to: "new-model",
      total: 45,
    });
    await memory.reembed({ embedder: other });
    expect(await findsCats(memory)).toBe(true);
    expect((await memory.stats()).embedder?.id).toBe("new-model");
  });

  test("of a memory without vectors sends nothing more after an abort either", async () => {
    const other = next({ maxBatch: 2 });
    const memory = await openMemory(store, { embedder: false });
    await memory.setMany(inputs(40));
    const stop = new AbortController();
    const options = { embedder: other, signal: stop.signal, onProgress: () => stop.abort() };
    expect(await rejection(memory.reembed(options))).toBe(stop.signal.reason);
    const before = other.texts("document").length;
    expect(before).toBeLessThan(40);
    await memory.set({ namespace, key: "later", value: "Tomatoes grow in the garden." });
    await memory.flush();
    await memory.search({ namespace, query: "tomatoes" });
    expect(other.texts("document")).toHaveLength(before);
    expect(await memory.cancelReembed()).toEqual({ cancelled: 1 });
    expect((await memory.search({ namespace, query: "pet animal" })).degraded).toEqual([]);
    expect(await memory.stats()).toMatchObject({ vectors: 0, embedder: null });
  });

  test.each(["aborted", "failed"])("that was %s can be cancelled, and all is as before", async (how) => {
    const other = next({ maxBatch: 2 });
    const memory = await embedded(await openMemory(store, { embedder: old() }), 40, namespace, "second");
    const stop = new AbortController();
    let calls = 0;
    other.answer = (texts) => {
      calls += 1;
      if (calls === 6 && how === "aborted") stop.abort();
      if (calls >= 6 && how === "failed") return Promise.reject(new Error("down"));
      return other.vectors(texts);
    };
    await rejection(memory.reembed({ embedder: other, signal: stop.signal }));
    other.answer = undefined;
    other.calls.length = 0;
    expect(await memory.cancelReembed()).toEqual({ cancelled: 2 });
    expect(await memory.cancelReembed()).toEqual({ cancelled: 0 });
    const stats = await memory.stats();
    expect(stats).toMatchObject({
      vectors: 80,
      embedder: { id: "old-model" },
      queue: { embedding: { pending: 0, failed: 0 } },
    });
    expect(stats.reembedding).toBeUndefined();
    await memory.set({ namespace, key: "later", value: "Tomatoes grow in the garden." });
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect(await findsCats(memory)).toBe(true);
    expect(await findsCats(memory, "second")).toBe(true);
    expect(other.calls).toEqual([]);
    // Nothing of the first attempt is left: all is sent again.
    expect(await memory.reembed({ embedder: other })).toEqual({ embedded: 81 });
    expect(other.texts("document")).toHaveLength(81);
    expect(await findsCats(memory)).toBe(true);
  });

  test("that is under way ends when it is cancelled", async () => {
    const other = next({ maxBatch: 2 });
    const closed = gate(other);
    other.answer = closed.answer;
    const memory = await embedded(await openMemory(store, { embedder: old() }));
    const ended = rejection(memory.reembed({ embedder: other }));
    await closed.arrival();
    const before = other.texts("document").length;
    expect(await memory.cancelReembed()).toEqual({ cancelled: 1 });
    expect(await ended).toMatchObject({ name: "AbortError" });
    closed.open();
    await memory.flush();
    expect(other.texts("document")).toHaveLength(before);
    expect(await findsCats(memory)).toBe(true);
  });

  test("stops at once when aborted while the provider hangs", async () => {
    const other = next();
    const closed = gate(other);
    other.answer = closed.answer;
    const memory = await embedded(await openMemory(store, { embedder: old() }));
    const controller = new AbortController();
    const stopped = rejection(memory.reembed({ embedder: other, signal: controller.signal }));
    await closed.arrival();
    const reason = new Error("not today");
    controller.abort(reason);
    expect(await stopped).toBe(reason);
    expect(await findsCats(memory)).toBe(true);
    closed.open();
    await memory.reembed({ embedder: other });
    expect(await findsCats(memory)).toBe(true);
  });

  test("does nothing when aborted before", async () => {
    const other = next();
    const memory = await embedded(await openMemory(store, { embedder: old() }));
    const reason = new Error("not today");
    expect(await rejection(memory.reembed({ embedder: other, signal: AbortSignal.abort(reason) }))).toBe(
      reason,
    );
    expect(other.calls).toEqual([]);
    expect((await memory.stats()).reembedding).toBeUndefined();
  });

  test("fails with a provider that fails, and the old vectors go on", async () => {
    const other = next({ answer: () => Promise.reject(new Error("down")) });
    const memory = await embedded(await openMemory(store, { embedder: old() }));
    const error = await rejection(memory.reembed({ embedder: other }));
    expect(error).toMatchObject({ code: "EMBEDDER_FAILED" });
    expect((error as Error).message).toMatch(/new-model.*40.*reembed\(\)/);
    expect(await findsCats(memory)).toBe(true);
    expect(await memory.stats()).toMatchObject({ vectors: 40, embedder: { id: "old-model" } });
    other.answer = undefined;
    await memory.reembed({ embedder: other });
    expect(await memory.stats()).toMatchObject({ vectors: 40, embedder: { id: "new-model" } });
    expect(await findsCats(memory)).toBe(true);
  });

  test("is not held up by one text that the new model refuses", async () => {
    const other = next();
    other.answer = (texts) =>
      texts.some((text) => text.includes("number 8."))
        ? Promise.reject(new Error("refused"))
        : other.vectors(texts);
    const memory = await embedded(await openMemory(store, { embedder: old() }));
    expect(await memory.reembed({ embedder: other })).toEqual({ embedded: 39 });
    expect(await memory.stats()).toMatchObject({
      vectors: 39,
      embedder: { id: "new-model" },
      queue: { embedding: { failed: 1 } },
    });
    expect(await findsCats(memory)).toBe(true);
    expect((await memory.search({ namespace, query: "soup number 8" })).results[0]).toMatchObject({
      key: "k8",
    });
    // Asked for again, it gets another chance.
    other.answer = undefined;
    expect(await memory.reembed({ embedder: other })).toEqual({ embedded: 1 });
    expect(await memory.stats()).toMatchObject({
      vectors: 40,
      queue: { embedding: { pending: 0, failed: 0 } },
    });
  });

  test("of one namespace leaves the others with their model", async () => {
    const [one, other] = [old(), next()];
    const memory = await embedded(await openMemory(store, { embedder: one }), 20, "moved", "stays");
    expect(await memory.reembed({ embedder: other, namespace: "moved" })).toEqual({ embedded: 20 });
    expect(other.texts("document")).toHaveLength(20);
    one.calls.length = 0;
    expect(await findsCats(memory, "moved")).toBe(true);
    expect([one.texts("query"), other.texts("query")]).toEqual([[], ["pet animal"]]);
    expect(await findsCats(memory, "stays")).toBe(true);
    expect([one.texts("query"), other.texts("query")]).toEqual([["pet animal"], ["pet animal"]]);
    await memory.setMany(
      ["moved", "stays"].map((name) => ({ namespace: name, key: "garden", value: "Tomatoes and seeds." })),
    );
    await memory.flush();
    expect(one.texts("document")).toEqual(["Tomatoes and seeds."]);
    expect(other.texts("document").at(-1)).toBe("Tomatoes and seeds.");
    expect(await memory.reembed({ embedder: other })).toEqual({ embedded: 21 });
    expect(await memory.stats()).toMatchObject({ records: 42, vectors: 42, embedder: { id: "new-model" } });
  });

  test("with the model that is there already has nothing to do", async () => {
    const one = old();
    const memory = await embedded(await openMemory(store, { embedder: one }));
    one.calls.length = 0;
    expect(await memory.reembed({ embedder: one })).toEqual({ embedded: 0 });
    expect(one.calls).toEqual([]);
  });

  test("of an empty memory chooses the model of what comes", async () => {
    const [one, other] = [old(), next()];
    const memory = await openMemory(store, { embedder: one });
    expect(await memory.reembed({ embedder: other })).toEqual({ embedded: 0 });
    await embedded(memory);
    expect(await findsCats(memory)).toBe(true);
    expect(one.calls).toEqual([]);
  });

  test("gives vectors to a memory that had none", async () => {
    const memory = await openMemory(store, { embedder: false });
    await memory.setMany(inputs(40));
    expect(await memory.reembed({ embedder: next() })).toEqual({ embedded: 40 });
    expect(await findsCats(memory)).toBe(true);
    expect(await memory.stats()).toMatchObject({ vectors: 40, embedder: { id: "new-model" } });
  });
});

describe("reembed in a file", () => {
  test("is finished by the next process when the first was closed in the middle", async () => {
    const path = await newPath();
    const other = next({ maxBatch: 2 });
    const first = await embedded(await openAt(path, { embedder: old() }));
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const interrupted = rejection(first.reembed({ embedder: other, onProgress: () => begin() }));
    await begun;
    const closed = gate(other);
    other.answer = closed.answer;
    await closed.arrival();
    await first.close();
    expect(await interrupted).toMatchObject({ code: "CLOSED" });
    closed.open();
    other.answer = undefined;
    const saved = await (async () => {
      const second = await openAt(path, { embedder: old() });
      expect(await findsCats(second)).toBe(true);
      const { reembedding } = await second.stats();
      expect(reembedding).toMatchObject({ from: "old-model", to: "new-model", total: 40 });
      other.calls.length = 0;
      await second.reembed({ embedder: other });
      expect(await findsCats(second)).toBe(true);
      expect(await second.stats()).toMatchObject({ vectors: 40, embedder: { id: "new-model" } });
      await second.close();
      return reembedding?.done ?? 0;
    })();
    expect(saved).toBeGreaterThan(0);
    expect(other.texts("document")).toHaveLength(40 - saved);
    const third = await openAt(path, { embedder: next() });
    expect(await findsCats(third)).toBe(true);
    await third.close();
    expect(await rejection(createMemory({ path, embedder: old() }))).toMatchObject({
      code: "EMBEDDER_MISMATCH",
    });
  });

  test("that a process which is gone had begun waits for somebody to go on or to cancel it", async () => {
    const path = await newPath();
    const other = next({ maxBatch: 2 });
    const first = await embedded(await openAt(path, { embedder: old() }));
    const stop = new AbortController();
    await rejection(first.reembed({ embedder: other, signal: stop.signal, onProgress: () => stop.abort() }));
    await first.close();
    other.calls.length = 0;
    const second = await openAt(path, { embedder: old() });
    await second.set({ namespace, key: "later", value: "Tomatoes grow in the garden." });
    expect(await second.flush()).toEqual({ pending: 0, failed: 0 });
    expect((await second.stats()).reembedding).toMatchObject({ to: "new-model", total: 41 });
    expect(await second.cancelReembed()).toEqual({ cancelled: 1 });
    expect((await second.stats()).reembedding).toBeUndefined();
    expect(await findsCats(second)).toBe(true);
    expect(other.calls).toEqual([]);
  });

  test("works on a store opened without an embedder, whatever its vectors are", async () => {
    const path = await newPath();
    const first = await embedded(await openAt(path, { embedder: old() }));
    await first.close();
    const second = await openAt(path, { embedder: false });
    expect((await second.search({ namespace, query: "pet animal", minScore: 0 })).degraded).toEqual([]);
    expect(await second.reembed({ embedder: next() })).toEqual({ embedded: 40 });
    expect(await findsCats(second)).toBe(true);
    await second.close();
    expect(await findsCats(await openAt(path, { embedder: next() }))).toBe(true);
  });

  test("of one namespace leaves a store that opens with either model and says what it cannot use", async () => {
    const path = await newPath();
    const first = await embedded(await openAt(path, { embedder: old() }), 20, "moved", "stays");
    await first.reembed({ embedder: next(), namespace: "moved" });
    await first.close();
    for (const [embedder, usable, other] of [
      [old(), "stays", "moved"],
      [next(), "moved", "stays"],
    ] as const) {
      const warnings: string[] = [];
      const memory = await openAt(path, { embedder, logger: { warn: (message) => warnings.push(message) } });
      expect(warnings.join()).toContain("reembed");
      expect(await findsCats(memory, usable)).toBe(true);
      const { results, degraded } = await memory.search({ namespace: other, query: "kitten number 7" });
      expect(degraded).toEqual(["vector"]);
      expect(keysOf(results)).toContain("k7");
      await memory.close();
    }
  });

  test("is seen by another process that has the file open", async () => {
    const path = await newPath();
    const first = await embedded(await openAt(path, { embedder: old() }));
    const second = await openAt(path, { embedder: old() });
    expect(await findsCats(second)).toBe(true);
    await first.reembed({ embedder: next() });
    const { results, degraded } = await second.search({ namespace, query: "kitten number 7", minScore: 0 });
    expect(results[0]).toMatchObject({ key: "k7", signals: { vector: 0 } });
    expect(degraded).toEqual(["vector"]);
    await second.set({ namespace, key: "garden", value: "Tomatoes grow in the garden." });
    await first.flush();
    expect((await first.search({ namespace, query: "flowers seeds", minScore: 0 })).results[0]).toMatchObject(
      { key: "garden" },
    );
  });
});

describe.each(stores)("two things at once in %s", (store) => {
  test("a second call for the same model, with an embedder of its own, lets both end", async () => {
    const memory = await embedded(await openMemory(store, { embedder: old() }));
    const [first, second] = [next(), next({ maxBatch: 2 })];
    const opening = gate(first);
    first.answer = opening.answer;
    const one = memory.reembed({ embedder: first });
    await opening.arrival();
    const two = memory.reembed({ embedder: second });
    opening.open();
    await Promise.all([one, two]);
    expect(await findsCats(memory)).toBe(true);
    expect((await memory.stats()).embedder?.id).toBe("new-model");
  });

  test("a second call with the same embedder sends no text twice, and goes on when the first is aborted", async () => {
    const memory = await embedded(await openMemory(store, { embedder: old() }));
    const other = next({ maxBatch: 2 });
    const stop = new AbortController();
    let sent = 0;
    other.answer = (texts) => {
      sent += texts.length;
      if (sent === 20) stop.abort();
      return other.vectors(texts);
    };
    const one = rejection(memory.reembed({ embedder: other, signal: stop.signal }));
    const two = memory.reembed({ embedder: other });
    expect(await one).toBe(stop.signal.reason);
    await two;
    expect(other.texts("document")).toHaveLength(40);
    expect(await findsCats(memory)).toBe(true);
  });

  test("a query that was embedded for the old model is not compared with the vectors of the new one", async () => {
    const former = old();
    const memory = await embedded(await openMemory(store, { embedder: former }));
    const opening = gate(former);
    former.answer = opening.answer;
    const found = findsCats(memory);
    await opening.arrival();
    const other = next();
    await memory.reembed({ embedder: other });
    opening.open();
    expect(await found).toBe(true);
    expect(other.texts("query")).toEqual(["pet animal"]);
  });
});
