import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Worker } from "node:worker_threads";
import { search } from "@orama/orama";
import { createMemory, type Embedder, type Memory, type MemoryOptions, type SetInput } from "@souvenir/core";
import { expect, onTestFinished, test } from "vitest";
import { memorySuite } from "./src/memory-suite.ts";

async function openIn(options: MemoryOptions = {}): Promise<{ memory: Memory; path: string }> {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-workers-"));
  const path = join(folder, "memory.db");
  const memory = await createMemory({ path, workers: 2, ...options });
  onTestFinished(async () => {
    await memory.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { memory, path };
}

memorySuite("createMemory with workers", async () => {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-workers-"));
  return {
    memory: await createMemory({ path: join(folder, "memory.db"), workers: 2 }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
});

/** The threads that are started from now on. */
function threadsStarted(): Worker[] {
  const started: Worker[] = [];
  const note = (worker: Worker) => started.push(worker);
  process.on("worker", note);
  onTestFinished(() => void process.off("worker", note));
  return started;
}

const scope = { namespace: "ada" };

/** An embedder that is asked: of two words that it knows, each has a direction. */
function asked(calls: string[] = []): Embedder {
  return {
    id: "two-words",
    dimensions: 2,
    async embed(texts, { kind, signal }) {
      signal?.throwIfAborted();
      calls.push(...texts.map((text) => `${kind}: ${text}`));
      return texts.map((text) =>
        Float32Array.of(/car|auto/.test(text) ? 1 : 0.01, /sea|boat/.test(text) ? 1 : 0.01),
      );
    },
  };
}

test("questions to a model are embedded in the thread of the program, and found by meaning in another", async () => {
  const calls: string[] = [];
  const { memory } = await openIn({ embedder: asked(calls) });
  await memory.setMany([
    { ...scope, key: "one", value: "An auto for two." },
    { ...scope, key: "other", value: "A boat for two." },
  ]);
  await memory.flush();
  const { results, degraded } = await memory.search({ ...scope, query: "my car" });
  expect(degraded).toEqual([]);
  expect(results[0]).toMatchObject({ key: "one", signals: { vector: expect.closeTo(1, 1) } });
  expect(calls).toContain("query: my car");
});

test("a model that fails, or is late, is told of, and words are found without it", async () => {
  const warnings: string[] = [];
  const working = asked();
  const { memory } = await openIn({
    logger: { warn: (message) => warnings.push(message) },
    embedder: {
      ...working,
      async embed(texts, options) {
        if (options.kind === "document") return working.embed(texts, options);
        if (texts[0]?.includes("late"))
          await new Promise((end) => options.signal?.addEventListener("abort", end));
        throw new Error("no model");
      },
    },
  });
  await memory.set({ ...scope, key: "one", value: "An auto for two." });
  await memory.flush();
  for (const query of ["auto", "late auto"])
    expect(await memory.search({ ...scope, query, deadlineMs: 50 })).toMatchObject({
      results: [{ key: "one" }],
      degraded: ["vector"],
    });
  expect(warnings).toContain("the query was not embedded; the search went on without vectors");
});

test("a reranker and an extractor of the program are asked, and its clock decides what has expired", async () => {
  let now = Date.UTC(2026, 0, 1);
  const { memory } = await openIn({
    clock: () => now,
    extractor: {
      id: "capitals",
      extract: (text) => Array.from(text.matchAll(/[A-Z]{3,}/g), ([name]) => ({ name, type: "code" })),
    },
    reranker: { id: "longest", rerank: async (_, texts) => texts.map((text) => text.length) },
  });
  const words: SetInput[] = [
    { ...scope, key: "short", value: "The ABC of boats" },
    { ...scope, key: "long", value: "The boats of the harbour, and more" },
    { ...scope, key: "over", value: "The boats of yesterday", expiresAt: now + 60_000 },
  ];
  await memory.setMany(words);
  const keys = async (query: string) =>
    (await memory.search({ ...scope, query, minScore: 0 })).results.map(({ key }) => key);
  expect(await keys("boats")).toEqual(["long", "over", "short"]);
  now += 60_000;
  expect(await keys("boats")).toEqual(["long", "short"]);
  expect(await memory.entities(scope)).toEqual([{ name: "ABC", type: "code", count: 1 }]);
  const { results } = await memory.search({ ...scope, query: "ABC", minScore: 0 });
  expect(results.find(({ key }) => key === "short")?.signals.entity).toBeGreaterThan(0);
});

test("a search that is aborted ends with the reason, and others go on", async () => {
  const { memory } = await openIn();
  await memory.set({ ...scope, key: "one", value: "A boat for two." });
  const stop = new AbortController();
  const search = memory.search({ ...scope, query: "boat", signal: stop.signal });
  stop.abort(new Error("enough"));
  await expect(search).rejects.toThrow("enough");
  expect((await memory.search({ ...scope, query: "boat", explain: true })).results[0]).toMatchObject({
    key: "one",
    contributions: { constant: expect.any(Number) },
  });
});

test("a namespace given to another embedder is searched by that one, and one that computes is refused", async () => {
  const calls: string[] = [];
  const { memory } = await openIn();
  await memory.setMany([
    { ...scope, key: "one", value: "An auto for two." },
    { ...scope, key: "other", value: "A boat for two." },
  ]);
  expect((await memory.search({ ...scope, query: "boat" })).results[0]?.key).toBe("other");
  await memory.reembed({ embedder: asked(calls) });
  expect((await memory.search({ ...scope, query: "my car" })).results[0]?.key).toBe("one");
  expect(calls).toContain("query: my car");
  const computing: Embedder = { ...asked(), id: "here", compute: () => Float32Array.of(1, 0) };
  const refused = { code: "UNSUPPORTED", message: expect.stringContaining('embedder "here" computes') };
  await expect(
    memory.reembed({
      embedder: { ...computing, embed: async (texts) => texts.map(() => Float32Array.of(1, 0)) },
    }),
  ).rejects.toMatchObject(refused);
});

test("a thread that ends is replaced: what it was asked is answered by the next", async () => {
  const threads = threadsStarted();
  const errors: string[] = [];
  const { memory } = await openIn({ logger: { error: (message) => errors.push(message) } });
  for (const namespace of ["ada", "bob"]) {
    await memory.set({ namespace, key: "one", value: "A boat for two." });
    expect((await memory.search({ namespace, query: "boat" })).results).toHaveLength(1);
  }
  expect(threads).toHaveLength(2);
  const searching = ["ada", "bob"].map((namespace) => memory.search({ namespace, query: "boat" }));
  await threads[0]?.terminate();
  expect((await Promise.all(searching)).map(({ results }) => results.length)).toEqual([1, 1]);
  expect((await memory.search({ namespace: "ada", query: "boat" })).results).toHaveLength(1);
  expect(threads).toHaveLength(3);
  expect(errors).toEqual(["a thread that searches has ended; another one takes its place"]);
});

test("a call that ends two threads is not tried in a third", async () => {
  const threads = threadsStarted();
  let end = false;
  const { memory } = await openIn({
    workers: 1,
    embedder: {
      ...asked(),
      async embed(texts, options) {
        // In the midst of the call.
        if (options.kind === "query" && end) await threads.at(-1)?.terminate();
        return asked().embed(texts, options);
      },
    },
  });
  await memory.set({ ...scope, key: "one", value: "A boat for two." });
  end = true;
  await expect(memory.search({ ...scope, query: "boat" })).rejects.toMatchObject({
    code: "STORE_FAILED",
    message: expect.stringContaining("ended 2 times over one call"),
  });
  end = false;
  expect((await memory.search({ ...scope, query: "boat" })).results).toHaveLength(1);
});

test("closing saves the indexes, one file a namespace, and ends the threads", async () => {
  const threads = threadsStarted();
  const { memory, path } = await openIn();
  for (const namespace of ["ada", "bob"]) {
    await memory.setMany(
      Array.from({ length: 600 }, (_, number) => ({
        namespace,
        key: `${number}`,
        value: `Boat number ${number}.`,
      })),
    );
    expect((await memory.search({ namespace, query: "boat number 7" })).results[0]?.key).toBe("7");
  }
  const ended = threads.map((thread) => new Promise((resolve) => thread.once("exit", resolve)));
  const last = memory.search({ namespace: "ada", query: "boat" }).catch((error: unknown) => error);
  await memory.close();
  await Promise.all(ended);
  // Answered, or told that the memory is closed.
  expect(await last).toMatchObject({});
  expect(await readdir(`${path}.index`)).toHaveLength(2);
  await using again = await createMemory({ path, workers: 1 });
  expect((await again.search({ namespace: "bob", query: "boat number 7" })).results[0]?.key).toBe("7");
  await again.delete({ namespace: "bob", key: "7" });
  await again.scrub();
  expect(await readdir(`${path}.index`)).toHaveLength(2);
});

test("what is erased is found no more, and what another process writes is found", async () => {
  const { memory, path } = await openIn();
  await using other = await createMemory({ path });
  await other.set({ ...scope, key: "one", value: "A boat for two." });
  const found = async () => (await memory.search({ ...scope, query: "boat" })).results.map(({ key }) => key);
  expect(await found()).toEqual(["one"]);
  await memory.delete({ ...scope, key: "one" });
  expect(await found()).toEqual([]);
});

test("Orama's functions read an index in the thread of the program, which follows", async () => {
  const { memory } = await openIn();
  await memory.set({ ...scope, key: "one", value: "A boat for two." });
  const database = await memory.orama("ada");
  expect((await search(database, { term: "boat" })).count).toBe(1);
  await memory.delete({ ...scope, key: "one" });
  expect((await search(database, { term: "boat" })).count).toBe(0);
});

test("what threads cannot have is refused, with what to do", async () => {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-workers-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "memory.db");
  for (const [options, message] of [
    [{ path: ":memory:" }, "a path of a file, which each of them can read"],
    [{ path, workers: 1.5 }, "a whole number from 0 to 256"],
    [{ path, workers: -1 }, "a whole number from 0 to 256"],
    [
      {
        path,
        embedder: {
          ...asked(),
          id: "here",
          compute: () => Float32Array.of(1, 0),
          embed: async (texts: string[]) => texts.map(() => Float32Array.of(1, 0)),
        },
      },
      'embedder "here" computes its vectors',
    ],
  ] as const)
    await expect(createMemory({ workers: 2, ...(options as MemoryOptions) })).rejects.toMatchObject({
      message: expect.stringContaining(message),
    });
});

test("a program that has nothing else to do ends, though its threads are there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-workers-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const program = `import { createMemory } from "@souvenir/core";
const memory = await createMemory({ path: ${JSON.stringify(join(folder, "memory.db"))}, workers: 1 });
await memory.set({ namespace: "ada", key: "one", value: "A boat for two." });
process.stdout.write(String((await memory.search({ namespace: "ada", query: "boat" })).results.length));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@souvenir/source", "--input-type=module", "--eval", program],
    { cwd: import.meta.dirname },
  );
  expect(stdout).toBe("1");
});
