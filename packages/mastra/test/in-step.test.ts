import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MastraDBMessage } from "@mastra/core/memory";
import { InMemoryStore } from "@mastra/core/storage";
import { createMemory, type Memory } from "@souvenir/core";
import { workBetween } from "@souvenir/test/between";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { namespaceOf, resourceOf, SouvenirMemory, SouvenirStorage } from "../src/index.ts";

let core: Memory;
let memory: SouvenirMemory;
const errors: unknown[] = [];
beforeEach(async () => {
  core = await createMemory({ path: ":memory:", embedder: false });
  memory = new SouvenirMemory({ memory: core, onError: (error) => errors.push(error) });
});
afterEach(async () => {
  await memory.close();
  await core.close();
  expect(errors.splice(0)).toEqual([]);
});

let minute = 0;
function message(id: string, text: string, threadId: string, resourceId?: string): MastraDBMessage {
  return {
    id,
    role: "user",
    threadId,
    ...(resourceId === undefined ? {} : { resourceId }),
    createdAt: new Date(Date.UTC(2026, 0, 1, 0, minute++)),
    content: { format: 2, parts: [{ type: "text", text }] },
  };
}

async function thread(id: string, resourceId: string, ...texts: string[]): Promise<void> {
  await memory.createThread({ threadId: id, resourceId });
  const messages = texts.map((text, n) => message(`${id}-${n}`, text, id, resourceId));
  await memory.saveMessages({ messages });
}

async function indexed(resourceId: string): Promise<string[]> {
  const { records } = await core.list({ namespace: namespaceOf(resourceId), limit: 1_000 });
  return records.map(({ thread: of, value }) => `${of}: ${value}`);
}

async function found(text: string, threadId: string, resourceId: string): Promise<unknown[]> {
  const { messages } = await memory.recall({ threadId, resourceId, vectorSearchString: text });
  return messages.map(({ content }) =>
    content.parts.map((part) => ("text" in part ? part.text : "")).join(" "),
  );
}

describe("namespaces", () => {
  test("a resource id is its namespace, and any text survives there and back", () => {
    expect(namespaceOf("ada@example.com")).toBe("ada@example.com");
    const resource = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.stringMatching(/^%{0,3}mastra-vector:[a-z]{0,3}$/),
    );
    fc.assert(
      fc.property(resource, (id) => {
        expect(resourceOf(namespaceOf(id))).toBe(id);
        expect(namespaceOf(id).startsWith("mastra-vector:")).toBe(false);
      }),
      { seed: 20261125, numRuns: 500 },
    );
    expect(resourceOf("mastra-vector:docs")).toBeUndefined();
  });

  test("hostile resource and thread ids keep apart", async () => {
    const ids = ["a", "a/b", "a%2Fb", "A", "á", "mastra-vector:x", "%mastra-vector:x", "'; DROP--", "a b"];
    for (const id of ids) await thread(`thread of ${id}`, id, `The secret word is ${id}.`);
    for (const id of ids) {
      expect(await indexed(id)).toEqual([`thread of ${id}: The secret word is ${id}.`]);
      expect(await found("secret word", `thread of ${id}`, id)).toEqual([`The secret word is ${id}.`]);
    }
  });
});

describe("the index follows the threads", () => {
  test("saveMessages, also for messages that do not name their resource", async () => {
    // Mastra's own store takes them.
    const other = new SouvenirMemory({ memory: core, storage: new InMemoryStore() });
    await other.createThread({ threadId: "t", resourceId: "ada" });
    await other.saveMessages({ messages: [message("m", "The key is blue.", "t")] });
    expect(await indexed("ada")).toEqual(["t: The key is blue."]);
    await other.deleteMessages(["m"]);
    expect(await indexed("ada")).toEqual([]);
  });

  test("saveMessages without recall, or read only, indexes nothing", async () => {
    await memory.createThread({ threadId: "t", resourceId: "ada" });
    const save = (id: string, memoryConfig: object) =>
      memory.saveMessages({ messages: [message(id, "The key is blue.", "t", "ada")], memoryConfig });
    await save("m1", { semanticRecall: false });
    await save("m2", { readOnly: true });
    expect(await indexed("ada")).toEqual([]);
    expect(await memory.reindex()).toEqual({ threads: 1, messages: 2 });
    expect(await indexed("ada")).toHaveLength(2);
  });

  test("updateMessages: the new words are found, nothing is left of the old ones", async () => {
    await thread("t", "ada", "The key is blue.", "The door is oak.");
    await memory.updateMessages({
      messages: [
        { id: "t-0", content: { format: 2, parts: [{ type: "text", text: "The key is emerald." }] } },
      ],
    });
    expect(await indexed("ada")).toEqual(["t: The key is emerald.", "t: The door is oak."]);
    expect(await found("key", "t", "ada")).toContain("The key is emerald.");
    expect(await core.history({ namespace: "ada", key: "t-0" })).toEqual([]);
    expect(await found("blue", "t", "ada")).not.toContain("The key is blue.");
  });

  test("a message that is edited while it is indexed is indexed as it is in the end", async () => {
    const storage = new InMemoryStore();
    const plain = new SouvenirMemory({ memory: core, storage });
    const edit = () =>
      plain.updateMessages({
        messages: [{ id: "t-0", content: { parts: [{ type: "text", text: "The walrus sings" }] } }] as never,
      });
    const busy = new SouvenirMemory({ memory: workBetween(core, "get", edit), storage });
    await plain.createThread({ threadId: "t", resourceId: "ada" });
    await busy.saveMessages({ messages: [message("t-0", "The heron fishes", "t", "ada")] });
    expect(await indexed("ada")).toEqual(["t: The walrus sings"]);
  });

  test("updateMessages that gives a message to another resource leaves nothing with the first", async () => {
    await thread("t", "ada", "The key is blue.");
    await thread("u", "bob");
    await memory.updateMessages({ messages: [{ id: "t-0", threadId: "u", resourceId: "bob" }] });
    expect(await indexed("ada")).toEqual([]);
    expect(await indexed("bob")).toEqual(["u: The key is blue."]);
  });

  test("deleteMessages and deleteThread", async () => {
    await thread("t", "ada", "The key is blue.", "The door is oak.");
    await thread("u", "ada", "The roof is slate.");
    await memory.deleteMessages(["t-0"]);
    expect(await indexed("ada")).toEqual(["t: The door is oak.", "u: The roof is slate."]);
    await memory.deleteThread("t");
    expect(await indexed("ada")).toEqual(["u: The roof is slate."]);
    await expect(memory.deleteMessages([])).resolves.toBeUndefined();
    await expect(memory.deleteMessages([""])).rejects.toThrow();
  });

  test("cloneThread: the copy is found under its own ids, also for another resource", async () => {
    await thread("t", "ada", "The key is blue.");
    const { thread: copy, clonedMessages } = await memory.cloneThread({
      sourceThreadId: "t",
      resourceId: "bob",
    });
    expect(await indexed("bob")).toEqual([`${copy.id}: The key is blue.`]);
    const { records } = await core.list({ namespace: "bob" });
    expect(records.map(({ key }) => key)).toEqual(clonedMessages.map(({ id }) => id));
    await memory.deleteThread(copy.id);
    expect(await indexed("bob")).toEqual([]);
    expect(await indexed("ada")).toEqual(["t: The key is blue."]);
  });

  test("updateThreadResourceId: the thread moves, and its former owner finds nothing of it", async () => {
    await thread("t", "ada", "The key is blue.");
    await thread("u", "ada", "The roof is slate.");
    await memory.updateThreadResourceId({ threadId: "t", resourceId: "bob" });
    expect(await indexed("ada")).toEqual(["u: The roof is slate."]);
    expect(await indexed("bob")).toEqual(["t: The key is blue."]);
    expect(await found("key", "u", "ada")).not.toContain("The key is blue.");
    expect(await found("key", "t", "bob")).toEqual(["The key is blue."]);
    await expect(memory.updateThreadResourceId({ threadId: "none", resourceId: "bob" })).rejects.toThrow();
  });

  test("reindex makes up for threads that were written without this memory", async () => {
    const store = await memory.storage.getStore("memory");
    for (let n = 0; n < 3; n += 1) {
      const at = new Date();
      await store?.saveThread({
        thread: { id: `t${n}`, resourceId: "ada", title: "", createdAt: at, updatedAt: at },
      });
      await store?.saveMessages({
        messages: Array.from({ length: 250 }, (_, m) =>
          message(`t${n}-${m}`, `Note ${m} of ${n}`, `t${n}`, "ada"),
        ),
      });
    }
    const progress: number[] = [];
    expect(
      await memory.reindex({ onProgress: ({ done, total }) => progress.push(done / (total ?? 0)) }),
    ).toEqual({
      threads: 3,
      messages: 750,
    });
    expect(progress).toEqual([1 / 3, 2 / 3, 1]);
    expect((await core.stats()).records).toBe(750);
    expect((await core.stats()).versions).toBe(0);
    await memory.reindex({ resourceId: "ada" });
    expect((await core.stats()).versions).toBe(0);
  });
});

describe("search through recall()", () => {
  test("only what is found, with scores; the history does not mix in", async () => {
    await thread(
      "t",
      "ada",
      "The key is blue.",
      ...Array.from({ length: 12 }, (_, n) => `Filler number ${n}.`),
    );
    const result = await memory.recall({
      threadId: "t",
      resourceId: "ada",
      vectorSearchString: "Which colour has the key?",
      perPage: 10,
      threadConfig: { semanticRecall: { topK: 1, messageRange: 0 } },
    });
    expect(result.messages.map(({ id }) => id)).toEqual(["t-0"]);
    expect(result).toMatchObject({ total: 1, page: 0, hasMore: false });
    expect(result.messages[0]?.content.metadata).toMatchObject({ souvenir: { score: expect.any(Number) } });
    // Without a question, the history, as ever.
    const history = await memory.recall({ threadId: "t", resourceId: "ada" });
    expect(history.messages).toHaveLength(10);
  });

  test("messageRange adds what stands beside", async () => {
    await thread("t", "ada", "Before.", "The key is blue.", "After.", "Later.");
    const { messages } = await memory.recall({
      threadId: "t",
      resourceId: "ada",
      vectorSearchString: "key blue",
      threadConfig: { semanticRecall: { topK: 1, messageRange: { before: 1, after: 2 } } },
    });
    expect(messages.map(({ id }) => id)).toEqual(["t-0", "t-1", "t-2", "t-3"]);
  });

  test("scope, and whose thread it is", async () => {
    await thread("t", "ada", "The key is blue.");
    await thread("u", "ada", "The key is red.");
    await thread("v", "bob", "The key is green.");
    const threadConfig = { semanticRecall: { topK: 9, messageRange: 0, scope: "thread" as const } };
    const only = await memory.recall({ threadId: "u", vectorSearchString: "key", threadConfig });
    expect(only.messages.map(({ id }) => id)).toEqual(["u-0"]);
    expect((await found("key", "t", "ada")).toSorted()).toEqual(["The key is blue.", "The key is red."]);
    await expect(found("key", "v", "ada")).rejects.toThrow(/resource/);
    await expect(memory.recall({ threadId: "t", vectorSearchString: "key" })).rejects.toThrow(/resourceId/);
  });
});

test("forget(resourceId) erases everything of a resource, down to the bytes of the file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-mastra-"));
  const path = join(folder, "memory.db");
  const options = { workingMemory: { enabled: true }, observationalMemory: true };
  const own = new SouvenirMemory({ path, embedder: false, options });
  const at = new Date();
  for (const [resourceId, secret] of [
    ["ada", "xylophone"],
    ["bob", "kingfisher"],
  ] as const) {
    await own.createThread({ threadId: `of ${resourceId}`, resourceId, title: `About ${secret}` });
    await own.saveMessages({
      messages: [
        { ...message(resourceId, `The ${secret} is mine.`, `of ${resourceId}`, resourceId), createdAt: at },
      ],
    });
    await own.updateWorkingMemory({
      threadId: `of ${resourceId}`,
      resourceId,
      workingMemory: `Owns a ${secret}`,
    });
  }
  expect(await own.forget("ada")).toEqual({ threads: 1, messages: 1 });
  expect(await own.getThreadById({ threadId: "of ada" })).toBeNull();
  expect(await own.getWorkingMemory({ threadId: "of ada", resourceId: "ada" })).toBeNull();
  expect(await own.getWorkingMemory({ threadId: "of bob", resourceId: "bob" })).toBe("Owns a kingfisher");
  expect(await (await own.openMemory()).namespaces()).toEqual(["bob"]);
  expect(await own.forget("nobody")).toEqual({ threads: 0, messages: 0 });
  await own.close();
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const bytes = await readFile(join(file.parentPath, file.name), "latin1");
    expect(bytes.indexOf("xylophone"), file.name).toBe(-1);
  }
  await rm(folder, { recursive: true });
});

test("a reopened file has it all, with one constructor argument", async () => {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-mastra-"));
  const path = join(folder, "memory.db");
  const first = new SouvenirMemory({ path });
  await first.createThread({ threadId: "t", resourceId: "ada", title: "Keys" });
  await first.saveMessages({ messages: [message("m", "The key is blue.", "t", "ada")] });
  await first.close();
  const second = new SouvenirMemory({ path });
  expect((await second.getThreadById({ threadId: "t" }))?.title).toBe("Keys");
  const { messages } = await second.recall({ threadId: "t", resourceId: "ada", vectorSearchString: "key" });
  expect(messages.map(({ id }) => id)).toEqual(["m"]);
  await second.close();
  const given = await createMemory({ path });
  const third = new SouvenirMemory({ memory: given });
  expect((await third.listThreads({ filter: { resourceId: "ada" } })).threads).toHaveLength(1);
  await third.close();
  expect(await given.namespaces()).toEqual(["ada"]);
  await given.close();
  await rm(folder, { recursive: true });
});

test.each(["resource", "thread"] as const)(
  "updates of the working memory of a %s meet from two processes",
  async (scope) => {
    const folder = await mkdtemp(join(tmpdir(), "souvenir-working-"));
    const template = Array.from({ length: 12 }, (_, n) => `- **Field ${n}**: `).join("\n");
    // Two of everything, as two processes have them.
    const open = () =>
      new SouvenirMemory({
        memory: core,
        storage: new SouvenirStorage({ path: join(folder, "mastra.db") }),
        mergeWorkingMemory: true,
        options: { workingMemory: { enabled: true, template, scope } },
      });
    const both = [open(), open()] as const;
    const agent = { threadId: "monday", resourceId: "ada" };
    await both[0].createThread(agent);
    await Promise.all(
      Array.from({ length: 12 }, (_, n) => {
        const memory = both[n % 2] as SouvenirMemory;
        const input = { memory: `- **Field ${n}**: value ${n}` };
        return memory.listTools().updateWorkingMemory?.execute?.(input, { agent, memory } as never);
      }),
    );
    const known = await both[0].getWorkingMemory(agent);
    for (let n = 0; n < 12; n++) expect(known).toContain(`- **Field ${n}**: value ${n}`);
    for (const each of both) await each.close();
    await rm(folder, { recursive: true, force: true });
  },
);
