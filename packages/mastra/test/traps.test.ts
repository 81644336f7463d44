// The traps of Mastra's contracts: what its processors, stores and callers do that one would not expect. Output hooks that
// see the assistant only, turns that are signals, and text that closes its wrapper are in agent.test.ts.

import { createMistral as createMistralV4 } from "@ai-sdk/mistral";
import { createMistral as createMistralV3 } from "@ai-sdk/mistral-6";
import type { MastraDBMessage } from "@mastra/core/memory";
import { InMemoryStore, MastraCompositeStore, MemoryStorage } from "@mastra/core/storage";
import { createTool } from "@mastra/core/tools";
import { createMemory } from "@souvenir/core";
import { rateLimited, serverError } from "@souvenir/test/mistral-stand-in/faults";
import { textOf } from "@souvenir/test/mistral-stand-in/wire";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { SouvenirMemory } from "../src/index.ts";
import { type AgentSetting, ada, fence, openAgentSetting } from "./agent-setting.ts";
import { mistralEmbedderAt } from "./stand-in-embedder.ts";

let setting: AgentSetting;
beforeEach(async () => {
  setting = await openAgentSetting();
});
afterEach(async () => {
  await setting.close();
});

const hazelnuts = "I am allergic to hazelnuts.";
const question = "What am I allergic to?";
const scope = (thread: string, options: object = {}) => ({ memory: { thread, resource: ada, ...options } });

test("3: one of thread and resource alone is refused by Mastra, a thread of another resource too", async () => {
  await setting.say("monday", hazelnuts);
  await expect(setting.agent.generate("Hi", { memory: { thread: "monday" } as never })).rejects.toThrow(
    /resourceId/,
  );
  await expect(setting.say("monday", "Hi", { resource: "bob" })).rejects.toThrow(/resource/);
  expect(await setting.core.namespaces()).toEqual([ada]);
});

describe("4: readOnly, also when it is an option of the call", () => {
  test("recalls and keeps nothing", async () => {
    await setting.say("monday", hazelnuts);
    const before = await setting.core.stats();
    expect(await setting.say("tuesday", question, { memory: { readOnly: true } })).toBe(hazelnuts);
    expect((await setting.core.stats()).records).toBe(before.records);
    await setting.memory.settled();
    expect(await setting.indexed("tuesday")).toEqual([]);
  });

  test("offers no tool", () => {
    const memory = new SouvenirMemory({ path: ":memory:", tools: true });
    expect(Object.keys(memory.listTools())).toEqual(["remember", "recall", "list", "forget"]);
    expect(memory.listTools({ readOnly: true })).toEqual({});
  });
});

test("5: resolving the processors asks nobody and opens nothing", async () => {
  let opened = 0;
  const memory = new SouvenirMemory({
    path: ":memory:",
    memory: () => {
      opened += 1;
      return setting.core;
    },
  });
  const [input, output] = [await memory.getInputProcessors(), await memory.getOutputProcessors()];
  expect(input.map(({ id }) => id)).toEqual(["memory-input-filter", "message-history", "semantic-recall"]);
  expect(output.map(({ id }) => id)).toEqual(["message-history", "semantic-recall"]);
  expect(opened).toBe(0);
  expect(setting.standIn.requests).toEqual([]);
});

test("6: a memory that fails costs no answer and no history, and says so", async () => {
  const errors: string[] = [];
  const broken = await openAgentSetting({
    path: ":memory:",
    memory: () => Promise.reject(new Error("the disk is gone")),
    onError: (_, { stage }) => errors.push(stage),
  });
  expect(await broken.say("monday", hazelnuts)).toBe("Noted.");
  const stream = await broken.agent.stream(question, scope("monday"));
  expect(await stream.text).toBe(hazelnuts);
  expect(stream.error).toBeUndefined();
  // What the user said is stored before the model is asked, what it answered after.
  expect(errors).toEqual(["recall", "store", "store", "recall", "store", "store"]);
  const { messages } = await broken.memory.recall({ threadId: "monday", resourceId: ada });
  expect(messages).toHaveLength(4);
  await broken.close();
});

test("6: listeners that throw cost nothing", async () => {
  const listening = await openAgentSetting({
    onRecall: () => {
      throw new Error("listener");
    },
    onError: () => {
      throw new Error("another");
    },
  });
  await listening.say("monday", hazelnuts);
  expect(await listening.say("tuesday", question)).toBe(hazelnuts);
  await listening.close();
});

describe("7: turns that fail", () => {
  test("a model error keeps what the user said, as the history does, and nothing of the error", async () => {
    const { standIn, agent, memory } = setting;
    standIn.script({ chat: [{ ...serverError(), times: 10 }] });
    const stream = await agent.stream(hazelnuts, { ...scope("monday"), modelSettings: { maxRetries: 0 } });
    await stream.consumeStream();
    await memory.settled();
    const { messages } = await memory.recall({ threadId: "monday", resourceId: ada });
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
    expect(await setting.indexed("monday")).toEqual([`user: ${hazelnuts}`]);
    expect(setting.errors).toEqual([]);
  });

  test("an aborted turn is kept once, with the part of the answer that came", async () => {
    const { standIn, agent, memory } = setting;
    const abort = new AbortController();
    let seen = "";
    // The stream waits until what came before was read.
    const sent = "one two three four five six seven eight nine ten";
    const beforeDelta = (index: number) => (index < 6 ? undefined : new Promise<void>(() => {}));
    standIn.script({ chat: [{ content: sent, beforeDelta }] });
    const stream = await agent.stream("Count, please.", { ...scope("monday"), abortSignal: abort.signal });
    for await (const text of stream.textStream) {
      seen += text;
      if (seen.includes("four")) abort.abort();
    }
    await memory.settled();
    const { messages } = await memory.recall({ threadId: "monday", resourceId: ada });
    const answers = messages.filter(({ role }) => role === "assistant");
    const turns = (await setting.indexed("monday")).map((turn) => turn.trim());
    expect(turns).toEqual(["user: Count, please.", `assistant: ${seen.trim()}`]);
    expect(answers.map(({ id }) => id)).toContain(
      (await setting.core.list({ namespace: ada })).records.at(-1)?.key,
    );
    expect(setting.errors).toEqual([]);
  });
});

test("8: the same messages saved in both ways, and again, are indexed once", async () => {
  await setting.say("monday", hazelnuts);
  const { messages } = await setting.memory.recall({ threadId: "monday", resourceId: ada });
  for (let time = 0; time < 3; time += 1) await setting.memory.saveMessages({ messages });
  await setting.memory.settled();
  expect(await setting.core.stats()).toMatchObject({ records: 2, vectors: 2, versions: 0 });
});

test("9: two memories with embedders of one dimension do not share vectors", async () => {
  const embedder = (id: string, at: number) => ({
    id,
    dimensions: 4,
    embed: async (texts: string[]) =>
      texts.map(() => Float32Array.from([0, 1, 2, 3], (n) => Number(n === at))),
  });
  const texts: Record<string, string[]> = { left: [], right: [] };
  for (const [name, at] of [["left", 0] as const, ["right", 1] as const]) {
    const inner = embedder(name, at);
    const core = await createMemory({
      path: ":memory:",
      embedder: {
        ...inner,
        embed: (given) => {
          texts[name]?.push(...given);
          return inner.embed(given);
        },
      },
    });
    const other = await openAgentSetting({ core });
    await other.say("monday", hazelnuts);
    await other.memory.settled();
    await other.close();
  }
  expect(texts.left).toContain(hazelnuts);
  expect(texts.right?.toSorted()).toEqual(texts.left?.toSorted());
});

describe("10 and 11: a provider that fails at first, or says 429", () => {
  test("costs no turn, and what was said is embedded later", async () => {
    const { standIn, core, memory } = setting;
    standIn.script({ embeddings: [{ ...rateLimited({ retryAfterMs: 1 }), times: 20 }] });
    expect(await setting.say("monday", hazelnuts)).toBe("Noted.");
    expect(await setting.say("tuesday", question)).toBe(hazelnuts);
    expect(memory.lastRecall()?.degraded).toEqual(["vector"]);
    const { queue } = await core.stats();
    expect(queue.embedding.pending).toBeGreaterThan(0);
    standIn.reset();
    await memory.settled();
    expect(await core.stats()).toMatchObject({ vectors: 4, queue: { embedding: { pending: 0, failed: 0 } } });
    expect(await setting.say("wednesday", question)).toBe(hazelnuts);
    expect(memory.lastRecall()?.degraded).toEqual([]);
  });
});

test("12: filters hold in agent runs, on the metadata of threads", async () => {
  const at = (id: string, project: string) => ({ thread: { id, metadata: { project } } });
  await setting.agent.generate("The budget is 20 euros.", scope("a", at("a", "shop")));
  await setting.agent.generate("The budget is 90 euros.", scope("b", at("b", "garden")));
  const ask = async (filter: object) => {
    const semanticRecall = { topK: 9, messageRange: 0, filter };
    await setting.say("c", "What is the budget?", { memory: { semanticRecall, readOnly: true } });
    return setting.memory.lastRecall()?.memories.map(({ threadId }) => threadId);
  };
  expect(new Set(await ask({ project: "shop" }))).toEqual(new Set(["a"]));
  expect(new Set(await ask({ project: { $in: ["garden"] }, role: "user" }))).toEqual(new Set(["b"]));
  expect(new Set(await ask({ project: { $regex: "^SH", $options: "i" } }))).toEqual(new Set(["a"]));
  expect(await ask({ $and: [{ project: "shop" }, { thread_id: "b" }] })).toEqual([]);
  // Renamed later.
  await setting.memory.updateThread({ id: "a", metadata: { project: "kitchen" } });
  expect(await ask({ project: "shop" })).toEqual([]);
  expect(new Set(await ask({ project: "kitchen" }))).toEqual(new Set(["a"]));
  const thread = await setting.memory.getThreadById({ threadId: "b" });
  if (thread !== null)
    await setting.memory.saveThread({ thread: { ...thread, metadata: { project: "attic" } } });
  expect(new Set(await ask({ project: "attic" }))).toEqual(new Set(["b"]));
  expect(setting.errors).toEqual([]);
});

test("13: embedding models of any specification, and chat models too", async () => {
  const options = { baseURL: `${setting.standIn.url}/v1`, apiKey: "key" };
  const models = [
    createMistralV3(options).embeddingModel("mistral-embed"),
    createMistralV4(options).embeddingModel("mistral-embed"),
  ];
  expect(models.map(({ specificationVersion }) => specificationVersion)).toEqual(["v3", "v4"]);
  for (const embedder of models) {
    const memory = new SouvenirMemory({ path: ":memory:", embedder });
    await memory.saveThread({ thread: threadOf("monday") });
    await memory.saveMessages({ messages: [messageOf("m1", hazelnuts)] });
    const found = await memory.recall({ threadId: "monday", resourceId: ada, vectorSearchString: question });
    expect(found.messages.map(({ id }) => id)).toEqual(["m1"]);
    await memory.settled();
    expect((await (await memory.openMemory()).stats()).vectors).toBe(1);
    await memory.close();
  }
});

test("17: options that mean nothing are refused at once", () => {
  const refused = (options: ConstructorParameters<typeof SouvenirMemory>[0]) => () =>
    new SouvenirMemory(options);
  const range = { topK: 4, messageRange: 1 };
  for (const options of [
    { vector: {} as never },
    { embedderOptions: {} },
    { memory: setting.core, embedder: false as const },
    { memory: {} as never },
    { embedder: {} as never },
    { tokenBudget: 0 },
    { tools: ["search_memory" as "recall"] },
    { onError: "log" as never },
    { placement: "before" as "user" },
    { options: { semanticRecall: { ...range, topK: 0 } } },
    { options: { semanticRecall: { ...range, threshold: 2 } } },
    { options: { semanticRecall: { ...range, indexName: "mine" } } },
    { options: { semanticRecall: { ...range, indexConfig: { type: "hnsw" as const } } } },
    { options: { semanticRecall: { ...range, filter: { a: { $near: "b" } } } } },
  ])
    expect(refused({ ...options } as never), JSON.stringify(Object.keys(options))).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT" }),
    );
});

test("17: observational memory over a storage that does not keep observations is refused at construction", () => {
  class Plain extends (MemoryStorage as unknown as new () => object) {}
  const domain = new Plain() as unknown as MemoryStorage;
  const storage = new MastraCompositeStore({ id: "plain", domains: { memory: domain } });
  const options = { observationalMemory: true };
  expect(() => new SouvenirMemory({ path: ":memory:", storage, options })).toThrow(/observationalMemory/);
  const memory = new SouvenirMemory({ path: ":memory:", options });
  expect(() => memory.setStorage(storage)).toThrow(/observationalMemory/);
  expect(() => new SouvenirMemory({ path: ":memory:", options, storage: new InMemoryStore() })).not.toThrow();
});

test("15: the block has a bound of its own, beside a history that is bounded in tokens", async () => {
  await setting.close();
  setting = await openAgentSetting({ tokenBudget: 200, options: { messageHistory: { maxTokens: 300 } } });
  for (let turn = 0; turn < 12; turn += 1)
    await setting.say("monday", `Hazelnut note ${turn}: ${"they grow on shrubs and trees ".repeat(6)}`);
  await setting.say("monday", "Where do hazelnuts grow?");
  const recall = setting.memory.lastRecall();
  expect(Buffer.byteLength(recall?.text ?? "")).toBeLessThanOrEqual(600);
  expect(recall?.memories.length).toBeGreaterThan(0);
  expect(setting.told()).toContain(fence);
});

test("16: a stored tool call is recalled as text, never as a call", async () => {
  const weather = createTool({
    id: "weather",
    description: "The weather of a town",
    inputSchema: z.object({ town: z.string() }),
    execute: async () => ({ sky: "SECRET-TOOL-OUTPUT" }),
  });
  await setting.close();
  setting = await openAgentSetting({ agent: { tools: { weather } } });
  setting.standIn.script({
    chat: [
      { toolCalls: [{ name: "weather", arguments: { town: "Lyon" } }] },
      { content: "It rains in Lyon today." },
    ],
  });
  expect(await setting.say("monday", "What is the weather in Lyon?")).toBe("It rains in Lyon today.");
  expect(await setting.indexed("monday")).toEqual([
    "user: What is the weather in Lyon?",
    "assistant: It rains in Lyon today.",
  ]);
  setting.standIn.script({ chat: [{ content: "Rain." }] });
  await setting.say("tuesday", "Does it rain in Lyon?");
  const body = setting.bodies().at(-1);
  expect(body?.messages.every(({ role, tool_calls }) => role !== "tool" && !tool_calls?.length)).toBe(true);
  expect(body?.messages.map(({ content }) => textOf(content)).join()).not.toContain("SECRET-TOOL-OUTPUT");
  expect(setting.told()).toContain("It rains in Lyon today.");
});

test("an embedder that changed: words go on finding, and reembed() finishes the move", async () => {
  const { mkdtemp, rm } = await import("node:fs/promises");
  const { tmpdir } = await import("node:os");
  const folder = await mkdtemp(`${tmpdir()}/souvenir-mastra-`);
  const path = `${folder}/memory.db`;
  const first = await openAgentSetting({
    core: await createMemory({ path, embedder: mistralEmbedderAt(setting.standIn.url) }),
  });
  await first.say("monday", hazelnuts);
  await first.close();
  const errors: unknown[] = [];
  const other = { ...mistralEmbedderAt(setting.standIn.url), id: "another" };
  const memory = new SouvenirMemory({ path, embedder: other, onError: (error) => errors.push(error) });
  const search = () => memory.recall({ threadId: "monday", resourceId: ada, vectorSearchString: question });
  expect((await search()).messages[0]?.content.content).toBe(hazelnuts);
  expect(errors).toMatchObject([{ code: "EMBEDDER_MISMATCH" }]);
  expect(await memory.reembed()).toEqual({ embedded: 2 });
  expect((await (await memory.openMemory()).stats()).embedder?.id).toBe("another");
  expect((await search()).messages[0]?.content.content).toBe(hazelnuts);
  await memory.close();
  await rm(folder, { recursive: true });
});

function threadOf(id: string, resourceId = ada) {
  return { id, resourceId, title: "", createdAt: new Date(), updatedAt: new Date(), metadata: {} };
}

function messageOf(id: string, text: string, threadId = "monday"): MastraDBMessage {
  const parts = [{ type: "text" as const, text }];
  return {
    id,
    role: "user",
    threadId,
    resourceId: ada,
    createdAt: new Date(),
    content: { format: 2, parts },
  };
}
