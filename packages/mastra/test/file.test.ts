// What the file of the storage and of the vectors keeps, whatever happens to the programs that use it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { Mastra } from "@mastra/core";
import { InMemoryStore, MastraCompositeStore } from "@mastra/core/storage";
import { createMemory } from "@souvenir/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SouvenirStorage, SouvenirVector } from "../src/index.ts";
import { at, message, saved, thread } from "./storage-specs/spec.ts";

let folder: string;
let path: string;
const open: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-mastra-"));
  path = join(folder, "memory.db");
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await rm(folder, { recursive: true, force: true });
});

function storageAt(file = path, options: object = {}): SouvenirStorage {
  const storage = new SouvenirStorage({ path: file, ...options });
  open.push(storage);
  return storage;
}

function vectorAt(file = path): SouvenirVector {
  const vector = new SouvenirVector({ path: file, embedder: false });
  open.push(vector);
  return vector;
}

function startWriter(name: string, count: number): { child: ReturnType<typeof spawn>; said: string[] } {
  const script = fileURLToPath(new URL("./writer.ts", import.meta.url));
  const args = ["--conditions=@souvenir/source", script, path, name, String(count)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const said: string[] = [];
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => said.push(line));
  return { child, said };
}

describe("opening and closing", () => {
  test("making a store opens nothing", async () => {
    const storage = storageAt();
    vectorAt();
    expect(existsSync(path)).toBe(false);
    await storage.init();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("what was kept is there again", async () => {
    const first = storageAt();
    await saved(first.stores.memory, message("a", 1));
    await first.close();
    expect((await storageAt().stores.memory.listMessages({ threadId: "t1" })).total).toBe(1);
  });

  test("closing twice is harmless, and what comes afterwards is refused", async () => {
    const storage = storageAt();
    await storage.stores.memory.saveThread({ thread: thread() });
    const last = storage.stores.memory.saveMessages({ messages: [message("a", 1)] });
    await last;
    await storage.close();
    await storage.close();
    const late = storage.stores.memory.getThreadById({ threadId: "t1" });
    await expect(late).rejects.toMatchObject({ code: "CLOSED" });
    const vector = vectorAt();
    await vector.close();
    await vector.close();
    await expect(vector.createIndex({ indexName: "docs", dimension: 3 })).rejects.toMatchObject({
      code: "CLOSED",
    });
  });

  test("a file of another program is refused and left as it is", async () => {
    const database = new DatabaseSync(path);
    database.exec("CREATE TABLE mastra_threads (id TEXT)");
    database.close();
    const before = await readFile(path);
    await expect(storageAt().init()).rejects.toMatchObject({ code: "STORE_CORRUPT" });
    expect(await readFile(path)).toEqual(before);
    await writeFile(path, "not a database at all");
    await expect(storageAt().init()).rejects.toMatchObject({ code: "STORE_CORRUPT" });
  });

  test("tables of a later version are refused, and the memory itself still opens", async () => {
    await storageAt().init();
    const database = new DatabaseSync(path);
    database.exec("UPDATE mastra_schema SET version = 99");
    database.close();
    await expect(storageAt().init()).rejects.toMatchObject({ code: "STORE_TOO_NEW" });
    const memory = await createMemory({ path, embedder: false });
    open.push(memory);
    await memory.set({ namespace: "ada", value: "still here" });
  });

  test("options that are none are refused", () => {
    expect(() => new SouvenirStorage({ path: "" })).toThrow(/path/);
    expect(() => new SouvenirVector({ path: 3 as never })).toThrow(/path/);
  });
});

describe("one file for everything", () => {
  test("the memory, the storage and the vectors share it, whoever comes first", async () => {
    const storage = storageAt();
    await saved(storage.stores.memory, message("a", 1));
    const memory = await createMemory({ path, embedder: false });
    open.push(memory);
    await memory.set({ namespace: "ada", key: "k", value: "likes Lyon" });
    const vector = vectorAt();
    await vector.createIndex({ indexName: "docs", dimension: 3 });
    await vector.upsert({ indexName: "docs", ids: ["v"], vectors: [[1, 0, 0]] });
    expect(await memory.namespaces()).toEqual(["ada"]);
    expect((await storage.stores.memory.listMessages({ threadId: "t1" })).total).toBe(1);
    expect((await vector.describeIndex({ indexName: "docs" })).count).toBe(1);
    await memory.clear({ namespace: "ada" });
    expect((await vector.describeIndex({ indexName: "docs" })).count).toBe(1);
  });

  test("many writers of one process at once: nobody is told that the file is busy", async () => {
    const memory = await createMemory({ path, embedder: false });
    open.push(memory);
    const storages = [storageAt(), storageAt()];
    const vectors = [vectorAt(), vectorAt()];
    await storages[0]?.stores.memory.saveThread({ thread: thread() });
    await vectors[0]?.createIndex({ indexName: "docs", dimension: 3 });
    const works = Array.from({ length: 60 }, (_, index) => [
      memory.set({ namespace: "ada", key: `k${index}`, value: `text ${index}` }),
      storages[index % 2]?.stores.memory.saveMessages({ messages: [message(`m${index}`, index)] }),
      storages[(index + 1) % 2]?.stores.memory.updateResource({
        resourceId: "ada",
        metadata: { [`f${index}`]: 1 },
      }),
      vectors[index % 2]?.upsert({ indexName: "docs", ids: [`v${index}`], vectors: [[1, index, 0]] }),
      storages[index % 2]?.stores.memory.deleteMessages([`m${index - 30}`]),
    ]).flat();
    await Promise.all(works);
    const [storage] = storages as [SouvenirStorage];
    expect(
      Object.keys((await storage.stores.memory.getResourceById({ resourceId: "ada" }))?.metadata ?? {}),
    ).toHaveLength(60);
    for (const vector of vectors) expect((await vector.describeIndex({ indexName: "docs" })).count).toBe(60);
    expect((await memory.stats()).records).toBe(60);
  });
});

describe("several processes", () => {
  test("two write at once, and each sees what the other wrote", async () => {
    const vector = vectorAt();
    await vector.createIndex({ indexName: "docs", dimension: 3 });
    await vector.upsert({ indexName: "docs", ids: ["mine"], vectors: [[1, 0, 0]] });
    const found = async () =>
      (await vector.query({ indexName: "docs", queryVector: [1, 0, 0], topK: 500 })).length;
    expect(await found()).toBe(1);
    const writers = [startWriter("left", 40), startWriter("right", 40)];
    const storage = storageAt();
    await Promise.all(
      writers.map(async ({ child }, writer) => {
        for (let index = 0; index < 20; index += 1)
          await saved(storage.stores.memory, message(`here-${writer}-${index}`, index));
        if (child.exitCode === null) await once(child, "exit");
        expect(child.exitCode).toBe(0);
      }),
    );
    for (const name of ["left", "right"])
      expect((await storage.stores.memory.listMessages({ threadId: name, perPage: 1 })).total).toBe(80);
    expect((await storage.stores.memory.listMessages({ threadId: "t1", perPage: 1 })).total).toBe(40);
    const shared = await storage.stores.memory.getResourceById({ resourceId: "shared" });
    expect(Object.keys(shared?.metadata ?? {})).toHaveLength(80);
    expect(await found()).toBe(81);
    // What another handle takes away is not found any more either.
    const other = vectorAt();
    await other.deleteVectors({ indexName: "docs", filter: { name: "left" } });
    expect(await found()).toBe(41);
    await other.deleteIndex({ indexName: "docs" });
    await other.createIndex({ indexName: "docs", dimension: 3 });
    expect(await found()).toBe(0);
  });

  test("a killed program loses nothing that it was told is kept", async () => {
    for (const round of [1, 2, 3]) {
      const name = `round${round}`;
      const { child, said } = startWriter(name, 100_000);
      const enough = new Promise<void>((resolve) => {
        (child.stdout as NodeJS.ReadableStream).on("data", () => {
          if (said.length >= 15 * round) resolve();
        });
      });
      await enough;
      child.kill("SIGKILL");
      await once(child, "exit");
      const { memory } = storageAt().stores;
      const vector = vectorAt();
      const { messages } = await memory.listMessages({ threadId: name, perPage: false });
      const ids = new Set(messages.map(({ id }) => id));
      expect(said.length).toBeGreaterThanOrEqual(15 * round);
      for (const id of said) expect([id, ids.has(id)]).toEqual([id, true]);
      // Two that were saved together are there together.
      for (const id of ids) if (!id.endsWith("-answer")) expect(ids.has(`${id}-answer`)).toBe(true);
      const shared = (await memory.getResourceById({ resourceId: "shared" }))?.metadata ?? {};
      const vectors = await vector.query({ indexName: "docs", filter: { name }, topK: 100_000 });
      const kept = new Set(vectors.map(({ id }) => id));
      for (const id of said) expect([id, shared[id], kept.has(id)]).toEqual([id, true, true]);
    }
  });
});

describe("erasure", () => {
  async function bytesOfFiles(): Promise<Buffer> {
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const read = files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name)));
    return Buffer.concat(await Promise.all(read));
  }
  const secret = "Quokkaberrytrubshawe";

  /** As it happens when the last one closes the file, and a while after an erasure. */
  async function scrub(): Promise<void> {
    const core = await createMemory({ path, embedder: false });
    expect((await core.scrub()).scrubbed).toBeGreaterThan(0);
    await core.close();
  }

  test.each<[string, (storage: SouvenirStorage) => Promise<unknown>]>([
    ["a message", ({ stores }) => stores.memory.deleteMessages(["secret"])],
    ["a thread", ({ stores }) => stores.memory.deleteThread({ threadId: "secret" })],
    ["everything", ({ stores }) => stores.memory.dangerouslyClearAll()],
    ["what is old", (storage) => storage.prune({ retention: { memory: { messages: { maxAge: "1d" } } } })],
  ])("%s that was deleted is nowhere in the files", async (_, erase) => {
    const storage = storageAt();
    const filler = Array.from({ length: 60 }, (_, index) =>
      message(`m${index}`, index, { text: "x".repeat(500) }),
    );
    await saved(storage.stores.memory, ...filler.slice(0, 30));
    await saved(
      storage.stores.memory,
      message("secret", 5, { threadId: "secret", text: `${secret} `.repeat(100) }),
    );
    await saved(storage.stores.memory, ...filler.slice(30));
    expect((await bytesOfFiles()).includes(secret)).toBe(true);
    await erase(storage);
    await scrub();
    expect((await bytesOfFiles()).includes(secret)).toBe(false);
  });

  test("observations, working memory and vectors too", async () => {
    const { memory } = storageAt().stores;
    const vector = vectorAt();
    const record = await memory.initializeObservationalMemory({
      threadId: "t1",
      resourceId: "ada",
      scope: "thread",
      config: {},
    });
    await memory.updateActiveObservations({
      id: record.id,
      observations: secret,
      tokenCount: 1,
      lastObservedAt: at(1),
    });
    await memory.updateResource({ resourceId: "ada", workingMemory: secret });
    await vector.createIndex({ indexName: "docs", dimension: 3 });
    await vector.upsert({
      indexName: "docs",
      ids: ["v"],
      vectors: [[1, 0, 0]],
      metadata: [{ text: secret }],
    });
    expect((await bytesOfFiles()).includes(secret)).toBe(true);
    await memory.clearObservationalMemory("t1", "ada");
    await memory.updateResource({ resourceId: "ada", workingMemory: "" });
    await vector.deleteVector({ indexName: "docs", id: "v" });
    await scrub();
    expect((await bytesOfFiles()).includes(secret)).toBe(false);
  });
});

describe("as a storage of Mastra", () => {
  test("other domains come from the default storage, retention prunes by age", async () => {
    const day = 86_400_000;
    const storage = storageAt(path, {
      id: "mine",
      default: new InMemoryStore(),
      retention: { memory: { messages: { maxAge: "2d", batchSize: 2 }, threads: { maxAge: "9d" } } },
      clock: () => at(0).getTime() + 5 * day,
    });
    expect([storage.id, storage.name]).toEqual(["mine", "SouvenirStorage"]);
    expect(await storage.getStore("workflows")).toBeDefined();
    const minutes = [0, 1, 2, 3, 4 * 1_440];
    await saved(storage.stores.memory, ...minutes.map((minute) => message(`m${minute}`, minute)));
    const results = await storage.prune();
    expect(results.map(({ deleted, done }) => [deleted, done])).toEqual([
      [4, true],
      [0, true],
    ]);
    expect((await storage.stores.memory.listMessages({ threadId: "t1" })).total).toBe(1);
  });

  test("its memory is a part of a composed store, which closes it", async () => {
    const { memory } = storageAt().stores;
    const composed = new MastraCompositeStore({
      id: "composed",
      default: new InMemoryStore(),
      domains: { memory },
    });
    const mastra = new Mastra({ storage: composed, logger: false });
    const store = await mastra.getStorage()?.getStore("memory");
    await store?.saveThread({ thread: thread() });
    await mastra.shutdown();
    await expect(memory.getThreadById({ threadId: "t1" })).rejects.toMatchObject({ code: "CLOSED" });
    expect(await storageAt().stores.memory.getThreadById({ threadId: "t1" })).not.toBeNull();
  });
});
