import { execFile } from "node:child_process";
import { chmod } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { createMemory, defaultEmbedder, type Embedder, type Memory } from "../src/index.ts";
import { beginReembedding, finishReembedding } from "../src/store/reembedding.ts";
import { sqliteStore } from "../src/store/sqlite-store.ts";
import { keysOf, newPath, openAt, rejection } from "./open-memory.ts";
import { ScriptedEmbedder } from "./scripted-embedder.ts";

const namespace = "camille";
const present = defaultEmbedder().id;
const formerId = "souvenir-offline-256-v1";
/** The question shares no word with any of them. */
const question = "Which doctor looks after the children?";
const texts: Record<string, string> = {
  doctor: "Our pediatrician is Dr. Moreau.",
  bicycle: "My bicycle has a flat tyre.",
  rent: "The rent is due on Friday.",
  soup: "Leek soup was on the stove.",
};
const inputs = (name = namespace) =>
  Object.entries(texts).map(([key, value]) => ({ namespace: name, key, value }));

const openDefault = (path: string, more = {}) => openAt(path, { embedder: undefined as never, ...more });

async function findsByMeaning(memory: Memory, name = namespace): Promise<boolean> {
  const { results, degraded } = await memory.search({ namespace: name, query: question });
  return degraded.length === 0 && keysOf(results)[0] === "doctor";
}

test("a memory without options finds by meaning at once, in a fresh folder, and nothing waits", async () => {
  const memory = await openDefault(await newPath());
  for (const input of inputs()) await memory.set(input);
  expect(await findsByMeaning(memory)).toBe(true);
  expect(await memory.stats()).toMatchObject({
    embedder: { id: present, dimensions: 256 },
    vectors: 4,
    queue: { embedding: { pending: 0, failed: 0 } },
  });
  await memory.set({ namespace, key: "doctor", value: "The plumber is called Anna." });
  await memory.set({ namespace, key: "later", value: "The children's physician moved to Lyon." });
  expect(keysOf((await memory.search({ namespace, query: question })).results)[0]).toBe("later");
});

test("a text of which nothing is read has no vector, and is found by its words", async () => {
  const memory = await openDefault(":memory:");
  for (const input of inputs()) await memory.set(input);
  await memory.set({ namespace, key: "smile", value: "🙂" });
  expect(await findsByMeaning(memory)).toBe(true);
  expect((await memory.search({ namespace, query: "🙂" })).degraded).toEqual([]);
});

describe("the built-in embedder is brought in", () => {
  const run = async (...given: string[]) => {
    const program = fileURLToPath(new URL("default-embedder/loads.ts", import.meta.url));
    const all = ["--conditions=@souvenir/source", program, ...given];
    return JSON.parse((await promisify(execFile)(process.execPath, all)).stdout);
  };

  test("by the first search, and not by opening a memory", async () => {
    expect(await run(await newPath())).toMatchObject({
      opened: 0,
      searched: expect.toSatisfy((count: number) => count > 0),
      meant: "doctor",
      degraded: [],
      warnings: [],
    });
  });

  test("never with embedder: false", async () => {
    expect(await run(await newPath(), "false")).toMatchObject({ opened: 0, searched: 0, degraded: [] });
  });

  test("or else words are searched, and the answer, the log and stats() say so", async () => {
    const outcome = await run(await newPath(), "missing");
    expect(outcome).toMatchObject({
      meant: null,
      named: "bicycle",
      degraded: ["vector"],
      flushed: { pending: 0, failed: 0 },
      queue: { pending: 0, failed: 0 },
    });
    const remedy = /no such package.*staticEmbedder\(\{ data \}\).*embedder: false/;
    expect(outcome.warnings[0]).toMatch(remedy);
    expect(outcome.queue.misconfigured).toMatch(remedy);
  });
});

/** What former versions left: vectors that were stored, or computed where they were needed. */
const formers: [string, () => Embedder][] = [
  ["stored", () => new ScriptedEmbedder({ id: formerId })],
  [
    "computed",
    () => {
      const embedder = new ScriptedEmbedder({ id: formerId });
      return Object.assign(embedder, {
        compute: (text: string) =>
          Float32Array.from({ length: embedder.dimensions }, (_, at) => text.length + at),
      });
    },
  ],
];

async function formerStore(embedder: Embedder, namespaces = 1): Promise<string> {
  const path = await newPath();
  await using memory = await createMemory({ path, embedder });
  for (let number = 0; number < namespaces; number++)
    await memory.setMany(number === 0 ? inputs() : [inputs(`n${number}`)[0]!]);
  await memory.flush();
  return path;
}

async function used(path: string): Promise<{ embedders: unknown; stored: number }> {
  const store = sqliteStore({ path });
  try {
    const { current, inUse, targets } = await store.embedders();
    const { vectors } = await store.vectorChanges(namespace, formerId, 0, 1e6);
    return {
      embedders: [current, ...inUse, ...targets].map((found) => found?.id).sort(),
      stored: vectors.length,
    };
  } finally {
    await store.close();
  }
}

describe.each(formers)("a store of the former built-in embedder whose vectors were %s", (_, former) => {
  test("moves to the present one by itself, and is searched by meaning meanwhile", async () => {
    const path = await formerStore(former());
    const memory = await openDefault(path);
    expect(await findsByMeaning(memory)).toBe(true);
    await memory.set({ namespace: "new", key: "doctor", value: texts.doctor as string });
    expect(await findsByMeaning(memory, "new")).toBe(true);
    await expect.poll(() => used(path)).toEqual({ embedders: [present, present], stored: 0 });
    expect(await findsByMeaning(memory)).toBe(true);
    expect((await memory.stats()).reembedding).toBeUndefined();
    await memory.close();
    expect(await findsByMeaning(await openDefault(path))).toBe(true);
  });

  test("that was killed half way moves on", async () => {
    const path = await formerStore(former(), 350);
    const store = sqliteStore({ path });
    const identity = { id: present, dimensions: 256, computed: true } as const;
    const killedAfter = (slices: number) => async () => {
      slices -= 1;
      if (slices === 0) throw new Error("killed");
    };
    // Some namespaces have switched, some are targeted, some are neither.
    await expect(beginReembedding(store, identity, { between: killedAfter(2) })).rejects.toThrow("killed");
    await expect(
      finishReembedding(store, identity, { force: true, between: killedAfter(1) }),
    ).rejects.toThrow("killed");
    expect((await store.embedders()).inUse.map((found) => found?.id).sort()).toEqual([formerId, present]);
    await store.close();
    const memory = await openDefault(path);
    for (const name of [namespace, "n1", "n150", "n349"])
      expect(await findsByMeaning(memory, name)).toBe(true);
    await expect.poll(() => used(path)).toEqual({ embedders: [present, present], stored: 0 });
  });

  test("is searched by meaning where it can only be read", async () => {
    const path = await formerStore(former());
    const before = await used(path);
    expect(await findsByMeaning(await openDefault(path, { readOnly: true }))).toBe(true);
    await chmod(path, 0o400);
    await chmod(dirname(path), 0o500);
    try {
      expect(await findsByMeaning(await openDefault(path, { readOnly: true }))).toBe(true);
    } finally {
      await chmod(dirname(path), 0o700);
      await chmod(path, 0o600);
    }
    expect(await used(path)).toEqual(before);
  });

  test("is refused to another embedder, with what to do", async () => {
    const path = await formerStore(former());
    const other = new ScriptedEmbedder({ id: "other" });
    const error = await rejection(openAt(path, { embedder: other }));
    expect(error).toMatchObject({
      code: "EMBEDDER_MISMATCH",
      message: expect.stringMatching(/open it without an embedder.*reembed/),
    });
    const memory = await openDefault(path);
    expect(await memory.reembed({ embedder: other })).toEqual({ embedded: 4 });
    await memory.close();
    expect((await used(path)).embedders).toEqual(["other", "other"]);
    expect(await rejection(openDefault(path))).toMatchObject({ code: "EMBEDDER_MISMATCH" });
  });

  test("goes on to the embedder that somebody has begun to move it to", async () => {
    const path = await formerStore(former());
    const store = sqliteStore({ path });
    await beginReembedding(store, { id: "other", dimensions: 8 });
    await store.close();
    const memory = await openDefault(path);
    expect(await findsByMeaning(memory)).toBe(true);
    await memory.reembed({ embedder: new ScriptedEmbedder({ id: "other" }) });
    await memory.close();
    expect((await used(path)).embedders).toEqual(["other", "other"]);
  });
});

test("the embedder that is given with data of its own opens former stores, too", async () => {
  const path = await formerStore(new ScriptedEmbedder({ id: formerId }));
  const memory = await openAt(path, { embedder: defaultEmbedder() });
  expect(await findsByMeaning(memory)).toBe(true);
  await expect.poll(() => used(path)).toEqual({ embedders: [present, present], stored: 0 });
});
