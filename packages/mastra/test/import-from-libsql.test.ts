import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import type { MemoryStorage } from "@mastra/core/storage";
import { LibSQLStore } from "@mastra/libsql";
import type { Progress } from "@souvenir/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { importFromLibsql, SouvenirStorage } from "../src/index.ts";
import { at, message, saved, thread } from "./storage-specs/spec.ts";

let folder: string;
let from: string;
let to: SouvenirStorage;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-mastra-"));
  from = join(folder, "mastra.db");
  to = new SouvenirStorage({ path: join(folder, "memory.db") });
});
afterEach(async () => {
  await to.close();
  await rm(folder, { recursive: true, force: true });
});

/** A file made by Mastra's own store. */
async function fill(fill: (memory: MemoryStorage) => Promise<unknown>): Promise<void> {
  const store = new LibSQLStore({ id: "libsql", url: `file:${from}` });
  await store.init();
  await fill((await store.getStore("memory")) as MemoryStorage);
  await store.close();
}

const target = () => to.stores.memory;

test("threads, messages, working memory and observations come over with ids and times", async () => {
  const rich = message("rich", 1, { role: "assistant", metadata: { topic: "Été" } });
  let observed = "";
  await fill(async (memory) => {
    await memory.saveThread({
      thread: thread({ metadata: { nested: { list: [1, null] } }, updatedAt: at(7) }),
    });
    await memory.saveMessages({ messages: [rich, message("b", 2), message("z", 2), message("a", 2)] });
    await memory.saveResource({
      resource: {
        id: "ada",
        workingMemory: '{"name":"Ada"}',
        metadata: { plan: 2 },
        createdAt: at(0),
        updatedAt: at(1),
      },
    });
    const { id } = await memory.initializeObservationalMemory({
      threadId: "t1",
      resourceId: "ada",
      scope: "thread",
      config: { model: "m" },
    });
    await memory.updateActiveObservations({
      id,
      observations: "* likes Lyon",
      tokenCount: 4,
      lastObservedAt: at(3),
    });
    await memory.updateBufferedObservations({
      id,
      chunk: {
        cycleId: "c1",
        observations: "* and Paris",
        tokenCount: 3,
        messageIds: ["b"],
        messageTokens: 9,
        lastObservedAt: at(4),
      },
    });
    await memory.createReflectionGeneration({
      currentRecord: (await memory.getObservationalMemory("t1", "ada")) as never,
      reflection: "short",
      tokenCount: 2,
    });
    observed = id;
  });
  expect(await importFromLibsql({ from, to })).toEqual({
    threads: 1,
    messages: 4,
    resources: 1,
    observations: 2,
    existing: 0,
    ownerless: 0,
  });
  expect(await target().getThreadById({ threadId: "t1" })).toMatchObject({
    title: "Plans",
    resourceId: "ada",
    createdAt: at(0),
    metadata: { nested: { list: [1, null] } },
  });
  const { messages } = await target().listMessages({ threadId: "t1" });
  expect(messages.map(({ id }) => id)).toEqual(["rich", "b", "z", "a"]);
  expect(messages[0]).toEqual(rich);
  expect(await target().getResourceById({ resourceId: "ada" })).toEqual({
    id: "ada",
    workingMemory: '{"name":"Ada"}',
    metadata: { plan: 2 },
    createdAt: at(0),
    updatedAt: at(1),
  });
  const history = await target().getObservationalMemoryHistory("t1", "ada");
  expect(history.map(({ activeObservations }) => activeObservations)).toEqual(["short", "* likes Lyon"]);
  expect(history[1]).toMatchObject({
    id: observed,
    lastObservedAt: at(3),
    totalTokensObserved: 4,
    config: { model: "m" },
    bufferedObservationChunks: [{ cycleId: "c1", lastObservedAt: at(4) }],
  });
});

test("called again it adds what is new and changes nothing", async () => {
  await fill((memory) => saved(memory, message("a", 1), message("b", 2)));
  await importFromLibsql({ from: `file:${from}`, to });
  await target().updateThread({ id: "t1", title: "Renamed here" });
  await target().saveMessages({ messages: [message("a", 1, { text: "edited here" })] });
  await fill((memory) => saved(memory, message("c", 3)));
  expect(await importFromLibsql({ from: pathToFileURL(from), to })).toMatchObject({
    threads: 0,
    messages: 1,
    existing: 3,
  });
  const { messages } = await target().listMessages({ threadId: "t1" });
  expect(messages.map(({ content }) => content.content)).toEqual(["edited here", "text of b", "text of c"]);
  expect((await target().getThreadById({ threadId: "t1" }))?.title).toBe("Renamed here");
});

test("broken off it goes on where it was, and says how far it is", async () => {
  await fill((memory) =>
    saved(memory, ...Array.from({ length: 1_200 }, (_, index) => message(`m${index}`, index))),
  );
  const controller = new AbortController();
  const stop = ({ done }: Progress) => {
    if (done > 500) controller.abort();
  };
  await expect(importFromLibsql({ from, to, signal: controller.signal, onProgress: stop })).rejects.toThrow();
  expect((await target().listMessages({ threadId: "t1", perPage: 1 })).total).toBe(500);
  const seen: Progress[] = [];
  const second = await importFromLibsql({ from, to, onProgress: (progress) => seen.push(progress) });
  expect(second).toMatchObject({ messages: 700, existing: 501 });
  expect(seen.map(({ done }) => done)).toEqual([1, 501, 1_001, 1_201]);
  expect(seen.every(({ total }) => total === 1_201)).toBe(true);
});

test("old files: no owner on messages, bare texts, JSON as text, missing tables", async () => {
  const database = new DatabaseSync(from);
  database.exec(`
    CREATE TABLE mastra_threads (id TEXT PRIMARY KEY, resourceId TEXT, title TEXT, metadata TEXT, createdAt TEXT, updatedAt TEXT);
    CREATE TABLE mastra_messages (id TEXT PRIMARY KEY, thread_id TEXT, content TEXT, role TEXT, type TEXT, createdAt TEXT);
    INSERT INTO mastra_threads VALUES ('t1', 'ada', '', '{"a":1}', '2024-01-01T00:00:00.000Z', '2024-01-02T00:00:00.000Z');
    INSERT INTO mastra_messages VALUES ('m1', 't1', 'a bare text', 'user', 'text', '2024-01-01T00:00:00.000Z');
    INSERT INTO mastra_messages VALUES ('m2', 'gone', 'of nobody', 'user', 'text', 'not a date');
  `);
  database.close();
  expect(await importFromLibsql({ from, to })).toEqual({
    threads: 1,
    messages: 1,
    resources: 0,
    observations: 0,
    existing: 0,
    ownerless: 1,
  });
  const { messages } = await target().listMessages({ threadId: "t1" });
  expect(messages[0]).toMatchObject({
    resourceId: "ada",
    content: { parts: [{ type: "text", text: "a bare text" }] },
  });
  expect((await target().getThreadById({ threadId: "t1" }))?.metadata).toEqual({ a: 1 });
});

test("the file is only read, and others may have it open", async () => {
  const store = new LibSQLStore({ id: "libsql", url: `file:${from}` });
  await store.init();
  const memory = (await store.getStore("memory")) as MemoryStorage;
  await saved(memory, message("a", 1));
  expect(await importFromLibsql({ from, to })).toMatchObject({ messages: 1 });
  await saved(memory, message("b", 2));
  expect(await importFromLibsql({ from, to })).toMatchObject({ messages: 1, existing: 2 });
  await store.close();
});

test("files that are none are refused, and nothing is written", async () => {
  await expect(importFromLibsql({ from, to })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await writeFile(from, "not a database");
  await expect(importFromLibsql({ from, to })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  const other = join(folder, "other.db");
  const database = new DatabaseSync(other);
  database.exec("CREATE TABLE users (id TEXT)");
  database.close();
  await expect(importFromLibsql({ from: other, to })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  await target().saveThread({ thread: thread() });
  await expect(importFromLibsql({ from: join(folder, "memory.db"), to })).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
  expect((await target().listThreads({})).total).toBe(1);
});
