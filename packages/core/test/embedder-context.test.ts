import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  createMemory,
  defaultEmbedder,
  type Embedder,
  InMemoryStore,
  type Memory,
  type Store,
} from "../src/index.ts";
import { sqliteStore } from "../src/store/sqlite-store.ts";
import { keysOf, newPath, openMemory, rejection, setClock, stores } from "./open-memory.ts";
import { gate, ScriptedEmbedder } from "./scripted-embedder.ts";

const namespace = "n";
const thread = "t";
const dimensions = 8;

/** A vector that tells its text from every other one, near enough. */
function vectorOf(text: string): Float32Array {
  const vector = new Float32Array(dimensions).fill(1);
  for (let place = 0; place < text.length; place += 1) {
    const at = (text.charCodeAt(place) * 7 + place) % dimensions;
    vector[at] = ((vector[at] as number) * 31 + text.charCodeAt(place)) % 251;
  }
  return vector;
}

interface Hashing extends Embedder {
  texts: string[];
}

/** Keeps the texts that it was given. */
function hashing(options: { computed?: boolean; context?: Embedder["context"] } = {}): Hashing {
  const { computed = false, context = "previous" } = options;
  const texts: string[] = [];
  return {
    id: "hashing",
    dimensions,
    texts,
    ...(context === undefined ? {} : { context }),
    ...(computed
      ? {
          compute(text: string, { kind }: { kind: string }) {
            if (kind === "document") texts.push(text);
            return vectorOf(text);
          },
        }
      : {}),
    async embed(given, { kind }) {
      if (kind === "document") texts.push(...given);
      return given.map(vectorOf);
    },
  };
}

/** What is to be embedded of each memory, by its key: worked out from what the memory lists. */
async function textsToBe(memory: Memory): Promise<Map<string, string>> {
  const { records } = await memory.list({ namespace, limit: 1000 });
  const said = (record: { value: string; role?: string }) =>
    (record.role === "Anna" || record.role === "Ben") && !record.value.startsWith(`${record.role}:`)
      ? `${record.role}: ${record.value}`
      : record.value;
  const last = new Map<string, (typeof records)[number]>();
  const texts = new Map<string, string>();
  for (const record of records) {
    if (record.thread === undefined) {
      texts.set(record.key, record.value);
      continue;
    }
    const previous = last.get(record.thread);
    last.set(record.thread, record);
    const short = previous !== undefined && previous.value.length <= 300;
    texts.set(record.key, short ? `${said(record)}\n${said(previous)}` : said(record));
  }
  return texts;
}

/** The vectors of what is found, by key: those in the store, or for an embedder that computes those in the index. */
async function storedVectors(memory: Memory, store: Store): Promise<Map<string, number[]>> {
  const { records } = await memory.list({ namespace, limit: 1000 });
  const { vectors } = await store.vectorChanges(namespace, "hashing?context=previous", 0, 1e6);
  const byId = new Map(vectors.map(({ id, vectors: own }) => [id, own]));
  const found = await store.get(namespace, keysOf(records));
  return new Map(
    found.map((record) => [record?.key ?? "", byId.get(record?.id ?? 0)?.flatMap((own) => [...own]) ?? []]),
  );
}

const questions = ["axes", "of", "the index", "tell where", "each vector", "points", "to", "exactly"];

/** What the index compares, seen through the cosines of some questions. */
async function cosines(memory: Memory): Promise<Map<string, number[]>> {
  const seen = new Map<string, number[]>();
  for (const query of questions) {
    const { results } = await memory.search({ namespace, query, limit: 1000, minScore: 0 });
    for (const { key, reasons } of results)
      seen.set(key, [...(seen.get(key) ?? []), reasons.cosine ?? Number.NaN]);
  }
  return seen;
}

async function opened(kind: string): Promise<{ store: Store; again: () => Promise<Store>; path?: string }> {
  if (kind === ":memory:") {
    const store = new InMemoryStore();
    return { store, again: async () => store };
  }
  const path = await newPath();
  return { store: sqliteStore({ path }), again: async () => sqliteStore({ path }), path };
}

const say = (memory: Memory, key: string, value: string, second: number, more: object = {}) =>
  memory.set({ namespace, key, value, thread, role: "Anna", createdAt: second * 1_000, ...more });

const anyText = fc.oneof(
  fc.constantFrom("Where is the key?", "In the attic.", "Anna: Fine.", "Yes", "我们明天见"),
  fc
    .integer({ min: 0, max: 3 })
    .map((number) => `It is number ${number}. ${"Long. ".repeat(number % 3 === 0 ? 60 : 0)}`),
);
const anyKey = fc.integer({ min: 0, max: 5 }).map((number) => `k${number}`);
const anyThread = fc.constantFrom<(string | undefined)[]>("t", "t", "u", undefined);
const anyStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("set" as const),
      key: anyKey,
      value: anyText,
      thread: anyThread,
      role: fc.constantFrom<(string | undefined)[]>("Anna", "Ben", "user", undefined),
      second: fc.integer({ min: 1, max: 6 }),
      expires: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("move" as const),
      key: anyKey,
      second: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), key: anyKey }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("deleteThread" as const), thread: fc.constantFrom("t", "u") }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("remember" as const),
      ids: fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 }),
      text: anyText,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("later" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("search" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("flush" as const) }) },
);

describe.each(stores)("whatever order of writes led to it, in %s", (kind) => {
  test.each([
    ["stored", false],
    ["computed", true],
  ])("%s vectors are those of what is there", async (_, computed) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 4, maxLength: 30 }), async (steps) => {
        const { store, again } = await opened(kind);
        const clock = setClock();
        let memory = await createMemory({ store, embedder: hashing({ computed }), extractor: false, clock });
        try {
          for (const step of steps) {
            clock.now += 10;
            if (step.do === "set") {
              const { key, value, thread: of, role, second, expires } = step;
              await memory.set({
                namespace,
                key,
                value,
                createdAt: second * 1_000,
                ...(of === undefined ? {} : { thread: of }),
                ...(role === undefined ? {} : { role }),
                ...(expires ? { expiresAt: clock.now + 1_000_000 } : {}),
              });
            } else if (step.do === "move") {
              const there = await memory.get({ namespace, key: step.key });
              const { value, thread: of, role } = there ?? {};
              if (value !== undefined)
                await memory.set({
                  namespace,
                  key: step.key,
                  value,
                  createdAt: step.second * 1_000,
                  ...(of === undefined ? {} : { thread: of }),
                  ...(role === undefined ? {} : { role: role === "Anna" ? "Ben" : role }),
                });
            } else if (step.do === "delete") await memory.delete({ namespace, key: step.key });
            else if (step.do === "deleteThread") await memory.delete({ namespace, thread: step.thread });
            else if (step.do === "remember")
              await memory.remember({
                namespace,
                thread,
                messages: step.ids.map((id) => ({
                  role: "user",
                  id: `m${id}`,
                  content: `${step.text} ${id}`,
                })),
              });
            else if (step.do === "later") clock.now += 500_000;
            else if (step.do === "search") await memory.search({ namespace, query: "key" });
            else await memory.flush();
          }
          await memory.namespaces();
          expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
          const texts = await textsToBe(memory);
          const rounded = (found: Map<string, number[]>) =>
            new Map([...found].map(([key, numbers]) => [key, numbers.map((number) => number.toFixed(6))]));
          if (!computed) {
            const due = new Map([...texts].map(([key, text]) => [key, [...vectorOf(text)]]));
            expect(await storedVectors(memory, store)).toEqual(due);
          }
          // What an index followed is what it is when it is built from nothing.
          const followed = rounded(await cosines(memory));
          expect([...followed.keys()].sort()).toEqual([...texts.keys()].sort());
          if (kind === ":memory:") {
            const fresh = await createMemory({
              store,
              embedder: hashing({ computed }),
              extractor: false,
              clock,
            });
            expect(rounded(await cosines(fresh))).toEqual(followed);
          } else {
            await memory.close();
            memory = await createMemory({
              store: await again(),
              embedder: hashing({ computed }),
              extractor: false,
              clock,
            });
            expect(rounded(await cosines(memory))).toEqual(followed);
          }
        } finally {
          await memory.close();
        }
      }),
      // Each run in a file syncs it many times.
      { seed: 20261130, numRuns: kind === ":memory:" ? 60 : 12 },
    );
  });
});

/** By meaning: the question shares no word with the answer. */
async function findsCat(memory: Memory): Promise<boolean> {
  const { results, degraded } = await memory.search({ namespace, query: "animal", limit: 2, minScore: 0 });
  return degraded.length === 0 && keysOf(results).includes("cat");
}

/** A model of concepts, with a context. */
const model = (context: Embedder["context"], more: object = {}) =>
  Object.assign(new ScriptedEmbedder(more), { context });

async function conversation(memory: Memory): Promise<Memory> {
  await say(memory, "a", "Where is the invoice?", 1);
  await say(memory, "cat", "The kitten sleeps on it.", 2, { role: "Ben" });
  await say(memory, "c", "Then we leave it there.", 3);
  return memory;
}
const together = [
  "Anna: Where is the invoice?",
  "Ben: The kitten sleeps on it.\nAnna: Where is the invoice?",
  "Anna: Then we leave it there.\nBen: The kitten sleeps on it.",
];
const alone = ["Where is the invoice?", "The kitten sleeps on it.", "Then we leave it there."];

describe.each(stores)("an embedder that reads the turn before, in %s", (kind) => {
  test("is given a turn with who said it and what was said before, and anything else as it is", async () => {
    const embedder = model("previous", { maxCharacters: 700 });
    const memory = await conversation(await openMemory(kind, { embedder }));
    await memory.set({ namespace, key: "note", value: "A note.", role: "Anna" });
    await say(memory, "user", "And so?", 4, { role: "user" });
    await say(memory, "named", "Ben: Nothing.", 5, { role: "Ben" });
    await say(memory, "long", "x".repeat(301), 6);
    await say(memory, "after long", "Ah.", 7);
    await say(memory, "pieces", "One sentence. ".repeat(60), 8);
    await memory.flush();
    const [note, user, named, long, after, ...pieces] = embedder.texts("document").slice(3);
    expect(embedder.texts("document").slice(0, 3)).toEqual(together);
    expect([note, user, named, long, after]).toEqual([
      "A note.",
      "And so?\nAnna: Then we leave it there.",
      "Ben: Nothing.\nAnd so?",
      `Anna: ${"x".repeat(301)}\nBen: Nothing.`,
      "Anna: Ah.",
    ]);
    expect(pieces.length).toBe(2);
    expect(pieces.join("")).toBe("One sentence. ".repeat(60));
    await memory.search({ namespace, query: "And so?" });
    expect(embedder.texts("query")).toEqual(["And so?"]);
  });

  test("reads a turn alone that is not longer than it takes, and too long with the turn before", async () => {
    const embedder = model("previous", { maxCharacters: 30 });
    await (await conversation(await openMemory(kind, { embedder }))).flush();
    expect(embedder.texts("document")).toEqual([
      "Anna: Where is the invoice?",
      "Ben: The kitten sleeps on it.",
      "Anna: Then we leave it there.",
    ]);
  });

  test("by default reads each text by itself", async () => {
    for (const context of [undefined, "none"] as const) {
      const embedder = model(context);
      await (await conversation(await openMemory(kind, { embedder }))).flush();
      expect(embedder.texts("document")).toEqual(alone);
    }
  });

  test("is given the next turn again when one is edited, comes late, goes or moves, and no other", async () => {
    const embedder = model("previous");
    const memory = await conversation(await openMemory(kind, { embedder }));
    const again = async () => {
      expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
      return embedder.calls.splice(0).flatMap(({ texts }) => texts);
    };
    await again();
    await say(memory, "a", "Where is the bill?", 1);
    expect(await again()).toEqual([
      "Anna: Where is the bill?",
      "Ben: The kitten sleeps on it.\nAnna: Where is the bill?",
    ]);
    await say(memory, "late", "Look there.", 1.5);
    expect((await again()).sort()).toEqual([
      "Anna: Look there.\nAnna: Where is the bill?",
      "Ben: The kitten sleeps on it.\nAnna: Look there.",
    ]);
    await memory.delete({ namespace, key: "late" });
    expect(await again()).toEqual(["Ben: The kitten sleeps on it.\nAnna: Where is the bill?"]);
    await say(memory, "cat", "The kitten sleeps on it.", 9, { role: "Ben" });
    expect((await again()).sort()).toEqual([
      "Anna: Then we leave it there.\nAnna: Where is the bill?",
      "Ben: The kitten sleeps on it.\nAnna: Then we leave it there.",
    ]);
    // What changes nothing that is read costs nothing.
    await say(memory, "a", "Where is the bill?", 1, { tags: ["asked"] });
    await memory.touch({ namespace, key: "c", expiresAt: Date.now() + 1e9 });
    expect(await again()).toEqual([]);
  });

  test("of a turn whose neighbour was erased has no vector until it has read it again", async () => {
    const embedder = model("previous");
    const { store, path } = await opened(kind);
    const memory = await createMemory({ store, embedder });
    onTestFinished(() => memory.close());
    await conversation(memory);
    await memory.flush();
    const [both] = await embedder.vectors(together.slice(1, 2));
    const isInFile = async () => {
      if (path === undefined) return false;
      const files = await readdir(dirname(path));
      const contents = await Promise.all(files.map((name) => readFile(join(dirname(path), name))));
      return contents.some((bytes) => bytes.includes(new Uint8Array((both as Float32Array).buffer)));
    };
    expect(await isInFile()).toBe(path !== undefined);
    const id = "scripted?context=previous";
    const vectorsOf = async (key: string) => {
      const [record] = await store.get(namespace, [key]);
      const { vectors } = await store.vectorChanges(namespace, id, 0, 100);
      return vectors.find((found) => found.id === record?.id)?.vectors.length;
    };
    const cosineOf = async (key: string) => {
      const { results } = await memory.search({ namespace, query: "kitten", minScore: 0 });
      return results.find((hit) => hit.key === key)?.reasons.cosine;
    };
    expect([await vectorsOf("cat"), typeof (await cosineOf("cat"))]).toEqual([1, "number"]);
    const answer = embedder.answer;
    embedder.answer = (texts, { kind: asked }) =>
      asked === "query" ? embedder.vectors(texts) : Promise.reject(new Error("down"));
    await memory.delete({ namespace, key: "a" });
    expect([await vectorsOf("cat"), await cosineOf("cat")]).toEqual([0, undefined]);
    expect([await vectorsOf("c"), typeof (await cosineOf("c"))]).toEqual([1, "number"]);
    await memory.scrub();
    expect(await isInFile()).toBe(false);
    embedder.answer = answer;
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect(embedder.texts("document").at(-1)).toBe("Ben: The kitten sleeps on it.");
    expect([await vectorsOf("cat"), typeof (await cosineOf("cat"))]).toEqual([1, "number"]);
  });

  test("does not keep what it made of a turn that was erased meanwhile", async () => {
    const embedder = model("previous");
    const { store } = await opened(kind);
    const memory = await createMemory({ store, embedder });
    onTestFinished(() => memory.close());
    await say(memory, "a", "Where is the invoice?", 1);
    await memory.flush();
    const waiting = gate(embedder);
    embedder.answer = waiting.answer;
    await say(memory, "cat", "The kitten sleeps on it.", 2, { role: "Ben" });
    expect(await waiting.arrival()).toEqual(together.slice(1, 2));
    await memory.delete({ namespace, key: "a" });
    embedder.answer = undefined;
    waiting.open();
    await memory.flush();
    const { vectors } = await store.vectorChanges(namespace, "scripted?context=previous", 0, 100);
    const [own] = await embedder.vectors(["Ben: The kitten sleeps on it."]);
    expect(vectors.map((found) => found.vectors)).toEqual([[own]]);
  });

  test("takes another context over by itself, and searches go on", async () => {
    const { store, again } = await opened(kind);
    if (kind === ":memory:") store.close = async () => undefined;
    const first = await createMemory({ store, embedder: model(undefined) });
    await conversation(first);
    await first.flush();
    await first.close();
    const embedder = model("previous");
    const waiting = gate(embedder);
    embedder.answer = (texts, options) =>
      options.kind === "query" ? embedder.vectors(texts) : waiting.answer(texts, options);
    // Half way, and once more.
    const killed = await createMemory({ store: await again(), embedder });
    await waiting.arrival();
    expect(await findsCat(killed)).toBe(true);
    expect(await killed.stats()).toMatchObject({
      reembedding: { from: "scripted", to: "scripted?context=previous", done: 0, total: 3 },
      queue: { embedding: { pending: 3 } },
    });
    await killed.close();
    embedder.answer = undefined;
    waiting.open();
    embedder.calls.length = 0;
    const second = await createMemory({ store: await again(), embedder });
    expect(await findsCat(second)).toBe(true);
    expect(await second.flush()).toEqual({ pending: 0, failed: 0 });
    expect((await second.stats()).reembedding).toBeUndefined();
    expect(await second.stats()).toMatchObject({ vectors: 3, embedder: { id: "scripted?context=previous" } });
    expect(embedder.texts("document").sort()).toEqual(together.toSorted());
    expect(await findsCat(second)).toBe(true);
    await second.close();
    // And back.
    const back = model("none");
    const third = await createMemory({ store: await again(), embedder: back });
    expect(await findsCat(third)).toBe(true);
    await third.flush();
    expect(back.texts("document").sort()).toEqual(alone.toSorted());
    expect(await third.stats()).toMatchObject({ vectors: 3, embedder: { id: "scripted" } });
    await third.close();
  });

  test("waits for a provider that is down, and takes the context over when it works", async () => {
    const { store, again } = await opened(kind);
    if (kind === ":memory:") store.close = async () => undefined;
    const first = await createMemory({ store, embedder: model(undefined) });
    await conversation(first);
    await first.flush();
    await first.close();
    const embedder = model("previous");
    embedder.answer = (texts, { kind: asked }) =>
      asked === "query" ? embedder.vectors(texts) : Promise.reject(new Error("down"));
    const memory = await createMemory({ store: await again(), embedder });
    expect(await memory.flush()).toEqual({ pending: 3, failed: 0 });
    await say(memory, "d", "Good.", 4);
    expect(await findsCat(memory)).toBe(true);
    expect((await memory.stats()).reembedding).toBeDefined();
    embedder.answer = undefined;
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect((await memory.stats()).reembedding).toBeUndefined();
    expect(await memory.stats()).toMatchObject({ vectors: 4 });
    await memory.close();
  });

  test("can be given with reembed(), and gives way to it", async () => {
    const { store, again } = await opened(kind);
    if (kind === ":memory:") store.close = async () => undefined;
    const memory = await conversation(await createMemory({ store, embedder: model(undefined) }));
    await memory.flush();
    expect(await memory.reembed({ embedder: model("previous") })).toEqual({ embedded: 3 });
    expect(await memory.stats()).toMatchObject({ vectors: 3, embedder: { id: "scripted?context=previous" } });
    expect(await findsCat(memory)).toBe(true);
    await memory.close();
    // A move that a provider holds up is no reason to wait.
    const down = model("none", { answer: () => Promise.reject(new Error("down")) });
    const reopened = await createMemory({ store: await again(), embedder: down });
    const other = model("previous", { id: "other" });
    expect(await reopened.reembed({ embedder: other })).toEqual({ embedded: 3 });
    expect(await reopened.stats()).toMatchObject({ vectors: 3, embedder: { id: "other?context=previous" } });
    expect(other.texts("document").sort()).toEqual(together.toSorted());
    expect(await findsCat(reopened)).toBe(true);
    await reopened.close();
  });
});

describe("a context", () => {
  test("of an embedder that computes is taken over when a store is opened", async () => {
    const path = await newPath();
    const vectors = async (context: Embedder["context"]) => {
      const embedder = hashing({ computed: true, context });
      const memory = await createMemory({ path, embedder, extractor: false });
      if ((await memory.stats()).records === 0) await conversation(memory);
      await memory.flush();
      embedder.texts.length = 0;
      await memory.search({ namespace, query: "kitten" });
      const { embedder: used, reembedding } = await memory.stats();
      expect(reembedding).toBeUndefined();
      await memory.close();
      return { id: used?.id, texts: embedder.texts };
    };
    expect(await vectors("none")).toEqual({ id: "hashing", texts: alone });
    expect(await vectors("previous")).toEqual({ id: "hashing?context=previous", texts: together });
    expect(await vectors("none")).toEqual({ id: "hashing", texts: alone });
  });

  test("of the built-in embedder is an option of it", async () => {
    const memory = await openMemory(":memory:", { embedder: defaultEmbedder({ context: "previous" }) });
    await say(memory, "a", "Did you see the doctor?", 1);
    await say(memory, "b", "On Monday.", 2, { role: "Ben" });
    await say(memory, "c", "The tea is hot.", 3);
    const { results } = await memory.search({ namespace, query: "Arzt", minScore: 0 });
    const cosines = new Map(results.map(({ key, reasons }) => [key, reasons.cosine ?? 0]));
    expect(cosines.get("b")).toBeGreaterThan((cosines.get("c") ?? 1) + 0.2);
    expect(await memory.stats()).toMatchObject({
      embedder: { id: "souvenir-static-256-1?context=previous" },
    });
  });

  test("that does not exist is refused, and so is an id that looks like one", async () => {
    for (const embedder of [
      { ...hashing(), context: "next" as "previous" },
      { ...hashing(), id: "hashing?context=previous" },
    ])
      expect(await rejection(createMemory({ path: ":memory:", embedder }))).toMatchObject({
        code: "INVALID_INPUT",
      });
  });

  test("of another model is no way to open a store of one", async () => {
    const path = await newPath();
    const first = await createMemory({ path, embedder: model(undefined) });
    await conversation(first);
    await first.close();
    const other = Object.assign(hashing(), { id: "other" });
    expect(await rejection(createMemory({ path, embedder: other }))).toMatchObject({
      code: "EMBEDDER_MISMATCH",
    });
    const longer = Object.assign(model("previous", { dimensions: 9 }));
    expect(await rejection(createMemory({ path, embedder: longer }))).toMatchObject({
      code: "EMBEDDER_MISMATCH",
    });
  });
});
