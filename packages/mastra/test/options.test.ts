import { Agent } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import { InMemoryStore } from "@mastra/core/storage";
import { LibSQLStore } from "@mastra/libsql";
import { Memory } from "@mastra/memory";
import { Observability, TestExporter } from "@mastra/observability";
import { createMemory } from "@souvenir/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SouvenirMemory, SouvenirRecall, SouvenirStorage } from "../src/index.ts";
import { type AgentSetting, ada, fence, openAgentSetting } from "./agent-setting.ts";

let setting: AgentSetting;
async function reopen(options: Parameters<typeof openAgentSetting>[0]): Promise<void> {
  await setting.close();
  setting = await openAgentSetting(options);
}
beforeEach(async () => {
  setting = await openAgentSetting();
});
afterEach(async () => {
  await setting.close();
  expect(setting.errors).toEqual([]);
});

const hazelnuts = "I am allergic to hazelnuts.";
const question = "What am I allergic to?";
const scope = (thread: string) => ({ memory: { thread, resource: ada } });

describe("tools", () => {
  const call = (name: string, args: object) => ({ toolCalls: [{ name, arguments: args as never }] });

  test("recall looks in the memory of the resource, and nowhere else", async () => {
    await reopen({ tools: ["recall"] });
    const plain = { chat: [{ content: "Noted." }] };
    setting.standIn.script(plain);
    await setting.say("monday", hazelnuts);
    setting.standIn.script(plain);
    await setting.say("tuesday", "I am allergic to penicillin.", { resource: "bob" });
    const ask = call("recall", { query: "allergic" });
    setting.standIn.script({ chat: [ask, { content: "Hazelnuts." }] });
    await setting.say("wednesday", question, { memory: { semanticRecall: false } });
    const results = setting
      .bodies()
      .at(-1)
      ?.messages.filter(({ role }) => role === "tool");
    expect(results).toHaveLength(1);
    const found = String(results?.[0]?.content);
    expect(found).toMatch(/- \[\d{4}-\d\d-\d\d, user\] I am allergic to hazelnuts\./);
    expect(found).not.toContain("penicillin");
  });

  test("remember keeps a fact, which list and recall show beside the messages", async () => {
    await reopen({ tools: true });
    const { remember, list } = setting.memory.listTools();
    const context = { agent: { threadId: "monday", resourceId: ada } } as never;
    const fact = "Ada prefers trains.";
    expect(await remember?.execute?.({ text: fact, key: "travel" }, context)).toContain("travel");
    expect(await list?.execute?.({}, context)).toContain(fact);
    await setting.say("tuesday", "How do I prefer to travel, by trains?");
    expect(setting.told()).toContain(fact);
  });

  test("forget waits for approval, then erases one message, of this resource only", async () => {
    await reopen({ tools: true });
    new Mastra({ agents: { assistant: setting.agent }, storage: new InMemoryStore(), logger: false });
    const save = (id: string, resourceId: string) =>
      setting.memory.saveMessages({
        messages: [
          {
            id,
            role: "user",
            threadId: `of ${resourceId}`,
            resourceId,
            createdAt: new Date(),
            content: { format: 2, parts: [{ type: "text", text: hazelnuts }] },
          },
        ],
      });
    for (const resourceId of [ada, "bob"]) {
      await setting.memory.createThread({ threadId: `of ${resourceId}`, resourceId });
      await save(`m-${resourceId}`, resourceId);
    }
    const forget = async (id: string) => {
      setting.standIn.script({ chat: [call("forget", { keys: [id] }), { content: "Done." }] });
      const run = await setting.agent.generate("Forget it.", scope(`with ${id}`));
      expect(run.finishReason).toBe("suspended");
      expect(await setting.core.get({ namespace: ada, key: `m-${ada}` })).toBeDefined();
      const { runId, suspendPayload } = run;
      await setting.agent.approveToolCallGenerate({
        runId: runId as string,
        toolCallId: suspendPayload.toolCallId,
      });
      const [result] =
        setting
          .bodies()
          .at(-1)
          ?.messages.filter(({ role }) => role === "tool") ?? [];
      return String(result?.content);
    };
    expect(await forget("m-bob")).toContain("Nothing was erased");
    expect(await forget(`m-${ada}`)).toContain("Erased 1");
    expect(await setting.core.get({ namespace: ada, key: `m-${ada}` })).toBeUndefined();
    expect(await setting.core.get({ namespace: "bob", key: "m-bob" })).toBeDefined();
    const { messages } = await setting.memory.recall({ threadId: `of ${ada}`, resourceId: ada });
    expect(messages).toEqual([]);
  });
});

describe("storage", () => {
  const message = (memory: SouvenirMemory) => memory.createThread({ threadId: "t", resourceId: ada });
  const threads = async (storage: { getStore(name: "memory"): Promise<unknown> }) => {
    const store = (await storage.getStore("memory")) as {
      listThreads(args: object): Promise<{ total: number }>;
    };
    return (await store.listThreads({})).total;
  };

  test("ours by default, in the file of the memory", async () => {
    expect(setting.memory.storage).toBeInstanceOf(SouvenirStorage);
    expect(setting.memory.hasOwnStorage).toBe(false);
  });

  test("one that is given wins", async () => {
    const storage = new InMemoryStore();
    const memory = new SouvenirMemory({ path: ":memory:", storage });
    new Mastra({ storage: new SouvenirStorage({ path: ":memory:" }), memory: { memory }, logger: false });
    await message(memory);
    expect(await threads(storage)).toBe(1);
  });

  test("else the one of Mastra", async () => {
    const storage = new LibSQLStore({ id: "libsql", url: ":memory:" });
    const memory = new SouvenirMemory({ path: ":memory:" });
    const agent = new Agent({ id: "a", name: "a", instructions: "", model: setting.model, memory });
    new Mastra({ storage, agents: { agent }, logger: false });
    await agent.getMemory();
    await message(memory);
    expect(await threads(storage)).toBe(1);
  });

  test("but not what Mastra takes where none was configured, which forgets everything", async () => {
    const memory = new SouvenirMemory({ path: ":memory:" });
    const agent = new Agent({ id: "a", name: "a", instructions: "", model: setting.model, memory });
    const mastra = new Mastra({ agents: { agent }, logger: false });
    await agent.getMemory();
    expect(memory.storage).toBeInstanceOf(SouvenirStorage);
    await message(memory);
    expect(await threads(mastra.getStorage() as never)).toBe(0);
  });
});

test("the trace names what was recalled, and why", async () => {
  const exporter = new TestExporter();
  const observability = new Observability({
    configs: { test: { serviceName: "test", exporters: [exporter] } },
  });
  new Mastra({ agents: { assistant: setting.agent }, observability, logger: false });
  await setting.say("monday", hazelnuts);
  await setting.say("tuesday", question);
  await observability.getDefaultInstance()?.flush();
  const spans = exporter
    .getAllSpans()
    .filter(({ type, name }) => type === "memory_operation" && /^souvenir: (recall|store)/.test(name));
  expect(spans.map(({ name }) => name)).toEqual([
    "souvenir: recall",
    "souvenir: store",
    "souvenir: recall",
    "souvenir: store",
  ]);
  const [, stored, recalled] = spans;
  expect(stored?.attributes).toMatchObject({ operationType: "save", messageCount: 2 });
  expect(recalled?.attributes).toMatchObject({ operationType: "recall", vectorResultCount: 2 });
  expect(recalled?.metadata?.souvenir).toMatchObject({
    degraded: [],
    memories: [
      {
        threadId: "monday",
        score: expect.any(Number),
        signals: expect.any(Object),
        reasons: { terms: expect.any(Array) },
      },
      { threadId: "monday" },
    ],
  });
  // What was said is in the span's messages already; the explanation does not repeat it.
  expect(JSON.stringify(recalled?.metadata?.souvenir)).not.toContain("hazelnuts.");
});

describe("observational memory", () => {
  test("uses a Mistral model where none is named", () => {
    const configured = (observationalMemory: object | boolean) =>
      (
        new SouvenirMemory({
          path: ":memory:",
          options: { observationalMemory: observationalMemory as never },
        }).getMergedThreadConfig() as { observationalMemory?: object }
      ).observationalMemory;
    const small = "mistral/mistral-small-latest";
    expect(configured(true)).toEqual({ model: small });
    expect(configured({ scope: "resource" })).toEqual({ scope: "resource", model: small });
    expect(configured({ model: "mistral/mistral-large-latest" })).toEqual({
      model: "mistral/mistral-large-latest",
    });
    expect(configured({ observation: { model: "openai/gpt-5" } })).toEqual({
      observation: { model: "openai/gpt-5" },
      reflection: { model: small },
    });
    expect(configured(false)).toBe(false);
  });

  test("observes over our storage, and every turn is indexed all the same", async () => {
    const { model } = setting;
    await reopen({
      options: {
        observationalMemory: {
          model: { ...model, url: "http://127.0.0.1:9/v1" } as never,
          observation: { messageTokens: 100_000, bufferTokens: false },
        },
      },
    });
    await setting.say("monday", hazelnuts);
    expect(await setting.say("tuesday", question)).toBe(hazelnuts);
    await setting.memory.settled();
    expect(await setting.indexed("monday")).toEqual([`user: ${hazelnuts}`, "assistant: Noted."]);
    const { messages } = await setting.memory.recall({ threadId: "monday", resourceId: ada });
    expect(messages).toHaveLength(2);
  });

  test("what was observed is kept in our file, beside what is recalled", async () => {
    const observation = { messageTokens: 60, bufferTokens: false as const };
    // The model of a setting is known when it is open.
    const model = (() => setting.model) as never;
    await reopen({ options: { observationalMemory: { model, observation } } });
    const note = "Ada keeps bees, in Lyon";
    setting.standIn.script({
      chat: ({ messages }) =>
        /observ/i.test(JSON.stringify(messages[0]))
          ? { content: `<observations>\n* High: ${note}\n</observations>` }
          : undefined,
    });
    await setting.say("monday", `I keep bees in Lyon. ${"They fly far and wide. ".repeat(30)}`);
    expect(await setting.say("monday", "Where do I keep bees?")).toContain("Lyon");
    expect(setting.told()).toContain(note);
    expect(setting.told()).toContain(fence);
    await setting.memory.settled();
    const store = await setting.memory.storage.getStore("memory");
    expect((await store?.getObservationalMemory("monday", ada))?.activeObservations).toContain(note);
    expect(await setting.indexed("monday")).toHaveLength(4);
  });
});

describe("SouvenirRecall, for agents that keep their own memory", () => {
  test("beside Mastra's Memory", async () => {
    const recall = new SouvenirRecall({ memory: setting.core });
    const memory = new Memory({ storage: new InMemoryStore() });
    const agent = new Agent({
      id: "own",
      name: "own",
      instructions: "",
      model: setting.model,
      memory,
      inputProcessors: [recall],
      outputProcessors: [recall],
    });
    await agent.generate(hazelnuts, scope("monday"));
    expect((await agent.generate(question, scope("tuesday"))).text).toBe(hazelnuts);
    expect(recall.lastRecall()?.memories.map(({ text }) => text)).toEqual([hazelnuts, "Noted."]);
    await agent.generate("My dog is Rex.", { memory: { ...scope("x").memory, options: { readOnly: true } } });
    await recall.settled();
    expect((await setting.core.list({ namespace: ada })).records).toHaveLength(4);
    await recall.close();
  });

  test("in an agent without memory, and without a scope", async () => {
    const recall = new SouvenirRecall({ path: ":memory:", embedder: false, topK: 2, scope: "resource" });
    const agent = new Agent({
      id: "none",
      name: "none",
      instructions: "",
      model: setting.model,
      inputProcessors: [recall],
      outputProcessors: [recall],
    });
    await agent.generate(hazelnuts, scope("monday"));
    expect((await agent.generate(question, scope("tuesday"))).text).toBe(hazelnuts);
    expect((await agent.generate(question)).text).not.toBe(hazelnuts);
    await recall.close();
  });

  test("in the place of the recall of a SouvenirMemory, which then leaves it to it", async () => {
    const other = await createMemory({ path: ":memory:", embedder: false });
    const recall = new SouvenirRecall({ memory: other });
    await reopen({ agent: { inputProcessors: [recall], outputProcessors: [recall] } });
    await setting.say("monday", hazelnuts);
    expect(await setting.say("tuesday", question)).toBe(hazelnuts);
    expect(setting.told().split(fence)).toHaveLength(2);
    expect(await setting.core.namespaces()).toEqual([]);
    expect((await other.stats()).records).toBe(4);
    await other.close();
  });

  test("refuses what is out of range", () => {
    expect(() => new SouvenirRecall({ topK: 0 })).toThrow(/topK/);
    expect(() => new SouvenirRecall({ filter: { a: { $near: "b" } } as never })).toThrow(/near/);
  });
});

test("a subagent inherits the memory, under the resource that Mastra gives it", async () => {
  await setting.say("monday", hazelnuts);
  const instructions = "";
  const { model, memory } = setting;
  const helper = new Agent({ id: "helper", name: "helper", description: "Helps", instructions, model });
  const chief = new Agent({ id: "chief", name: "chief", instructions, model, memory, agents: { helper } });
  const prompt = "Find a recipe with walnuts.";
  setting.standIn.script({ chat: [{ toolCalls: [{ name: "agent-helper", arguments: { prompt } }] }] });
  await chief.generate("Ask the helper.", scope("tuesday"));
  await memory.settled();
  const others = (await setting.core.namespaces()).filter((name) => name !== ada);
  expect(others).toEqual([`${ada}-helper`]);
  expect((await setting.core.list({ namespace: others[0] as string })).records[0]?.value).toBe(prompt);
});
