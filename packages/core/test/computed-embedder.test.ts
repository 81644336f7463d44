import { describe, expect, test } from "vitest";
import { createMemory, defaultEmbedder, type Embedder, type Memory } from "../src/index.ts";
import { sqliteStore } from "../src/store/sqlite-store.ts";
import { keysOf, newPath, openAt, openMemory, rejection, stores } from "./open-memory.ts";
import { conceptVector, ScriptedEmbedder } from "./scripted-embedder.ts";

const namespace = "n";
const dimensions = 8;

/** Like `ScriptedEmbedder`, and its vectors can be computed. Counts both ways. */
class ComputedEmbedder extends ScriptedEmbedder {
  computed: string[] = [];

  constructor({ id = "computed", ...options }: ConstructorParameters<typeof ScriptedEmbedder>[0] = {}) {
    super({ id, ...options });
  }

  compute(text: string): Float32Array | undefined {
    this.computed.push(text);
    return conceptVector(text, this.dimensions);
  }
}

const others = ["railway", "soup", "doctor", "invoice", "guitar", "garden", "tables"];
const inputs = (count: number, name = namespace) =>
  Array.from({ length: count }, (_, index) => ({
    namespace: name,
    key: `k${index}`,
    value: `The ${index === 7 || index === 19 ? "kitten" : others[index % 7]} number ${index}.`,
  }));

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

/** What a store keeps for an embedder beside its records. */
async function kept(path: string, embedder: Embedder): Promise<{ vectors: number; queued: number }> {
  const store = sqliteStore({ path });
  try {
    const { vectors } = await store.vectorChanges(namespace, embedder.id, 0, 1e6);
    const { pending, failed } = await store.queue(`embed:${embedder.id}`);
    return { vectors: vectors.length, queued: pending + failed };
  } finally {
    await store.close();
  }
}

describe.each(stores)("an embedder that computes, in %s", (store) => {
  test("has a memory found by meaning in the next call, and nothing waits for it", async () => {
    const embedder = new ComputedEmbedder();
    const memory = await openMemory(store, { embedder });
    embedder.calls.length = 0;
    await memory.setMany(inputs(40));
    expect(await memory.stats()).toMatchObject({
      vectors: 40,
      queue: { embedding: { pending: 0, failed: 0 } },
    });
    expect(await findsCats(memory)).toBe(true);
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    await memory.set({ namespace, key: "k7", value: "The guitar after all." });
    await memory.set({ namespace, key: "new", value: "A kitten with whiskers." });
    await memory.set({ namespace, key: "k19", value: inputs(20)[19]?.value ?? "", tags: ["same text"] });
    await memory.delete({ namespace, key: "k1" });
    const { results } = await memory.search({ namespace, query: "pet animal", limit: 2, minScore: 0 });
    expect(keysOf(results).sort()).toEqual(["k19", "new"]);
    expect(await memory.stats({ namespace })).toMatchObject({ records: 40, vectors: 40 });
    expect(embedder.calls).toEqual([]);
  });

  test("answers a question that has no time at all", async () => {
    const memory = await openMemory(store, { embedder: new ComputedEmbedder() });
    await memory.setMany(inputs(40));
    const { degraded } = await memory.search({ namespace, query: "pet animal", deadlineMs: 0 });
    expect(degraded).toEqual([]);
  });

  test("computes a long text in pieces", async () => {
    const embedder = Object.assign(new ComputedEmbedder(), { maxCharacters: 60 });
    const memory = await openMemory(store, { embedder });
    await memory.setMany(inputs(40));
    const value = `${"Invoices are due at the end of the month. ".repeat(3)}The whiskers of the kitten.`;
    await memory.set({ namespace, key: "long", value });
    expect(embedder.computed.every((text) => text.length <= 60)).toBe(true);
    const { results } = await memory.search({ namespace, query: "pet animal", minScore: 0 });
    const cosineOf = (key: string) => results.find((hit) => hit.key === key)?.reasons.cosine ?? -1;
    expect(cosineOf("long")).toBe(Math.max(...results.map(({ key }) => cosineOf(key))));
  });

  test("may have no vector for a text, or fail for it, which costs nothing else", async () => {
    const embedder = new ComputedEmbedder();
    embedder.compute = (text) => {
      if (text.includes("railway")) return undefined;
      if (text.includes("soup")) throw new Error(`cannot compute ${text}`);
      if (text.includes("doctor")) return new Float32Array(dimensions).fill(Number.NaN);
      return conceptVector(text, dimensions);
    };
    const warnings: unknown[] = [];
    const logger = { warn: (...given: unknown[]) => void warnings.push(given) };
    const memory = await openMemory(store, { embedder, logger });
    await memory.setMany(inputs(40));
    expect(await findsCats(memory)).toBe(true);
    const { results } = await memory.search({ namespace, query: "soup number 8", limit: 1 });
    expect(keysOf(results)).toEqual(["k8"]);
    expect(warnings.length).toBeGreaterThan(0);
    expect(JSON.stringify(warnings)).not.toContain("soup");
  });

  test("that cannot be loaded at first is used from when it can", async () => {
    let works = false;
    const embedder = Object.assign(new ComputedEmbedder(), {
      load: () => (works ? Promise.resolve() : Promise.reject(new Error("no network"))),
    });
    const memory = await openMemory(store, { embedder });
    await memory.setMany(inputs(40));
    const { degraded, results } = await memory.search({ namespace, query: "kitten number 7" });
    expect(degraded).toEqual(["vector"]);
    expect(keysOf(results)).toContain("k7");
    works = true;
    await memory.search({ namespace, query: "kitten number 7" });
    await expect.poll(() => findsCats(memory)).toBe(true);
  });

  test.each([
    ["computes", (embedder: ComputedEmbedder) => (embedder.compute = () => new Float32Array(5).fill(1)), "5"],
    ["embeds", (embedder: ComputedEmbedder) => (embedder.answer = async () => [new Float32Array(6)]), "6"],
  ])("that %s vectors of another dimension is refused", async (_, spoil, told) => {
    const embedder = new ComputedEmbedder({ id: "two minds" });
    spoil(embedder);
    const error = await rejection(openMemory(store, { embedder }));
    expect(error).toMatchObject({ code: "INVALID_INPUT" });
    for (const part of ["two minds", told, `${dimensions}`]) expect((error as Error).message).toContain(part);
    const memory = await openMemory(store, { embedder: new ScriptedEmbedder() });
    await memory.setMany(inputs(3));
    expect(await rejection(memory.reembed({ embedder }))).toMatchObject({ code: "INVALID_INPUT" });
    expect((await memory.stats()).reembedding).toBeUndefined();
  });

  const kinds: [string, (id: string) => ScriptedEmbedder][] = [
    ["asked", (id) => new ScriptedEmbedder({ id, maxBatch: 7 })],
    ["computed", (id) => new ComputedEmbedder({ id })],
  ];
  test.each(kinds.flatMap(([from, one]) => kinds.map(([to, other]) => [from, to, one, other] as const)))(
    "reembed from one that is %s to one that is %s",
    async (_, __, one, other) => {
      const [former, latter] = [one("former"), other("latter")];
      const memory = await openMemory(store, { embedder: former });
      await memory.setMany(inputs(40));
      await memory.flush();
      expect(await findsCats(memory)).toBe(true);
      expect(await memory.reembed({ embedder: latter })).toEqual({ embedded: 40 });
      const stats = await memory.stats();
      expect(stats).toMatchObject({
        vectors: 40,
        embedder: { id: "latter" },
        queue: { embedding: { pending: 0, failed: 0 } },
      });
      expect(stats.reembedding).toBeUndefined();
      former.calls.length = 0;
      expect(await findsCats(memory)).toBe(true);
      await memory.set({ namespace, key: "k7", value: "The guitar after all." });
      await memory.set({ namespace: "later", key: "new", value: "A kitten with whiskers." });
      await memory.flush();
      const { results } = await memory.search({ namespace, query: "pet animal", minScore: 0 });
      expect(results[0]?.key).toBe("k19");
      const changed = results.find(({ key }) => key === "k7");
      expect(changed?.signals.vector ?? 0).toBeLessThan(results[0]?.signals.vector ?? 0);
      expect(await memory.stats()).toMatchObject({ records: 41, vectors: 41 });
      expect(former.calls).toEqual([]);
    },
  );
});

describe("an embedder that computes, in a file", () => {
  test("keeps neither vectors nor a queue there, and needs neither when it is opened again", async () => {
    const path = await newPath();
    const memory = await openAt(path, { embedder: new ComputedEmbedder() });
    await memory.setMany(inputs(1_200));
    expect(await findsCats(memory)).toBe(true);
    await memory.close();
    expect(await kept(path, new ComputedEmbedder())).toEqual({ vectors: 0, queued: 0 });
    const again = new ComputedEmbedder();
    const reopened = await openAt(path, { embedder: again });
    await reopened.set({ namespace, key: "k7", value: "The guitar after all." });
    await reopened.set({ namespace, key: "new", value: "A kitten with whiskers." });
    const { results } = await reopened.search({ namespace, query: "pet animal", limit: 2, minScore: 0 });
    expect(keysOf(results).sort()).toEqual(["k19", "new"]);
    // The others came with the snapshot.
    expect(again.computed.length).toBeLessThan(10);
  });

  test("sees what another process writes, and serves one that has none", async () => {
    const path = await newPath();
    const first = await openAt(path, { embedder: new ComputedEmbedder() });
    const second = await openAt(path, { embedder: new ComputedEmbedder() });
    await first.setMany(inputs(40));
    expect(await findsCats(second)).toBe(true);
    await second.set({ namespace, key: "k7", value: "The guitar after all." });
    await second.set({ namespace, key: "k5", value: "A kitten with whiskers." });
    const { results } = await first.search({ namespace, query: "pet animal", limit: 2, minScore: 0 });
    expect(keysOf(results).sort()).toEqual(["k19", "k5"]);

    const without = await openAt(path, { embedder: false });
    const plain = await without.search({ namespace, query: "kitten number", minScore: 0 });
    expect(plain.degraded).toEqual([]);
    expect(plain.results.every(({ signals }) => signals.vector === 0)).toBe(true);
    await without.set({ namespace, key: "k6", value: "Another kitten of an animal lover." });
    const later = await first.search({ namespace, query: "pet animal", limit: 3, minScore: 0 });
    expect(keysOf(later.results)).toContain("k6");
  });

  test("of another process is told to one that was not given it", async () => {
    const path = await newPath();
    const former = new ScriptedEmbedder({ id: "former" });
    const first = await openAt(path, { embedder: former });
    await first.setMany(inputs(40));
    await first.flush();
    const second = await openAt(path, { embedder: new ScriptedEmbedder({ id: "former" }) });
    await first.reembed({ embedder: new ComputedEmbedder() });
    const { results, degraded } = await second.search({ namespace, query: "kitten number 7", minScore: 0 });
    expect(degraded).toEqual(["vector"]);
    expect(results[0]).toMatchObject({ key: "k7", signals: { vector: 0 } });
    await second.reembed({ embedder: new ComputedEmbedder() });
    expect(await findsCats(second)).toBe(true);
  });

  test("takes over a store whose vectors of the same embedder were stored or still queued", async () => {
    const path = await newPath();
    const { compute: _compute, ...asked } = defaultEmbedder();
    const first = await openAt(path, { embedder: asked });
    await first.setMany(inputs(1_500));
    await first.flush();
    await first.search({ namespace, query: "kitten" });
    asked.embed = () => new Promise(() => undefined);
    await first.setMany(inputs(30, "queued"));
    await first.close();
    expect(await kept(path, asked)).toMatchObject({ vectors: 1_500 });

    // Killed half way: the first process ends before it has erased all of them.
    const second = await createMemory({ path });
    expect(await second.stats()).toMatchObject({
      vectors: 1_530,
      queue: { embedding: { pending: 0 } },
    });
    const ask = async (memory: Memory, name: string) =>
      (await memory.search({ namespace: name, query: "kittens", limit: 2 })).results
        .map(({ signals, key }) => [key, signals.vector > 0])
        .sort();
    const found = await ask(second, "queued");
    expect(found).toEqual([
      ["k19", true],
      ["k7", true],
    ]);
    await second.close();
    const third = await openAt(path, { embedder: defaultEmbedder() });
    expect(await ask(third, "queued")).toEqual(found);
    await expect.poll(() => kept(path, asked)).toEqual({ vectors: 0, queued: 0 });
    // Back to a program that does not compute it: everything is embedded again.
    await third.close();
    const { compute: _again, ...former } = defaultEmbedder();
    const fourth = await openAt(path, { embedder: former });
    expect(await fourth.flush()).toEqual({ pending: 0, failed: 0 });
    expect(await kept(path, former)).toMatchObject({ vectors: 1_500 });
    expect(await ask(fourth, "queued")).toEqual(found);
  });

  test("reembed to one, interrupted, is finished by calling again", async () => {
    const path = await newPath();
    const first = await openAt(path, { embedder: new ScriptedEmbedder({ id: "former" }) });
    await first.setMany([...inputs(40), ...inputs(40, "second")]);
    await first.flush();
    const stop = new AbortController();
    const reason = new Error("killed");
    const interrupted = first.reembed({
      embedder: new ComputedEmbedder(),
      signal: stop.signal,
      onProgress: () => stop.abort(reason),
    });
    expect(await rejection(interrupted)).toBe(reason);
    expect(await findsCats(first)).toBe(true);
    await first.close();
    const second = await openAt(path, { embedder: new ScriptedEmbedder({ id: "former" }) });
    expect(await findsCats(second, "second")).toBe(true);
    expect((await second.stats()).reembedding).toMatchObject({ from: "former", to: "computed" });
    expect(await second.reembed({ embedder: new ComputedEmbedder() })).toEqual({ embedded: 80 });
    expect(await findsCats(second)).toBe(true);
    await second.close();
    expect(await findsCats(await openAt(path, { embedder: new ComputedEmbedder() }), "second")).toBe(true);
  });
});
