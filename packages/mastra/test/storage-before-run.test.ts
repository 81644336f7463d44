// A memory at the top of a module is used before the agent that has it ran: which storage is meant?
import { Agent } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import type { MastraCompositeStore } from "@mastra/core/storage";
import { LibSQLStore } from "@mastra/libsql";
import { createMemory } from "@souvenir/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SouvenirMemory, type SouvenirMemoryOptions, SouvenirStorage } from "../src/index.ts";
import { type AgentSetting, ada, openAgentSetting } from "./agent-setting.ts";

let setting: AgentSetting;
let libsql: MastraCompositeStore;
const core = await createMemory({ path: ":memory:", embedder: false });

function application(options: SouvenirMemoryOptions = {}) {
  const memory = new SouvenirMemory({ memory: core, ...options });
  const agent = new Agent({ id: "a", name: "a", instructions: "", model: setting.model, memory });
  const mastra = new Mastra({ agents: { agent }, storage: libsql, logger: false });
  return { memory, agent: mastra.getAgent("agent") };
}
const stored = async () => {
  const domain = (await libsql.getStore("memory")) ?? expect.unreachable();
  return (await domain.listMessages({ threadId: "monday", perPage: false })).messages.length;
};

beforeEach(async () => {
  setting = await openAgentSetting();
  libsql = new LibSQLStore({ id: "main", url: ":memory:" });
  const { agent } = application();
  await agent.generate("I am allergic to hazelnuts.", { memory: { thread: "monday", resource: ada } });
  expect(await stored()).toBe(2);
});
afterEach(async () => {
  await core.clear({ namespace: ada });
  await setting.close();
});

const refused = expect.objectContaining({
  code: "INVALID_INPUT",
  message: expect.stringMatching(/"main".*new SouvenirMemory\(\{ storage \}\).*agent\.getMemory\(\)/),
});

test("direct calls refuse, and say how to give the storage", async () => {
  const { memory, agent } = application();
  await expect(memory.forget(ada)).rejects.toEqual(refused);
  await expect(memory.listThreads({ filter: { resourceId: ada } })).rejects.toEqual(refused);
  await expect(memory.createThread({ threadId: "tuesday", resourceId: ada })).rejects.toEqual(refused);
  await expect(memory.deleteThread("monday")).rejects.toEqual(refused);
  await expect(memory.reindex()).rejects.toEqual(refused);
  expect([await stored(), (await core.list({ namespace: ada })).records.length]).toEqual([2, 2]);
  await agent.getMemory();
  expect(await memory.forget(ada)).toEqual({ threads: 1, messages: 2 });
  expect(await stored()).toBe(0);
});

test("with the storage, or known to Mastra, they work at once", async () => {
  const { memory } = application({ storage: libsql });
  expect((await memory.listThreads({})).total).toBe(1);
  const registered = new SouvenirMemory({ memory: core });
  new Mastra({ memory: { registered }, storage: libsql, logger: false });
  expect(await registered.forget(ada)).toEqual({ threads: 1, messages: 2 });
  expect(await stored()).toBe(0);
});

test("only one of many users is in another storage", async () => {
  const own = new SouvenirStorage({ path: ":memory:" });
  const memory = new SouvenirMemory({ memory: core, storage: own });
  await memory.createThread({ threadId: "bob's", resourceId: ada });
  const later = new Date(Date.now() + 60_000);
  const content = { format: 2 as const, parts: [{ type: "text" as const, text: "I moved." }] };
  await memory.saveMessages({
    messages: [{ id: "m", role: "user", threadId: "bob's", resourceId: ada, createdAt: later, content }],
  });
  const { memory: direct } = application();
  // The last message of the namespace is in a storage like its own; others are not.
  await expect(direct.forget(ada)).rejects.toEqual(refused);
});

test("an agent without Mastra, and what others keep in the memory, are no reason to refuse", async () => {
  const memory = new SouvenirMemory({ memory: core });
  const agent = new Agent({ id: "b", name: "b", instructions: "", model: setting.model, memory });
  const scope = { memory: { thread: "alone", resource: ada } };
  expect((await agent.generate("What am I allergic to?", scope)).text).toContain("hazelnuts");
  await core.clear({ namespace: ada });
  await core.set({ namespace: ada, key: "k", value: "Kept by another framework." });
  expect(await application().memory.forget(ada)).toEqual({ threads: 0, messages: 1 });
});

test("what was written too early is told when Mastra gives its storage", async () => {
  await core.clear({ namespace: ada });
  const told: unknown[] = [];
  const { memory, agent } = application({ onError: (error) => told.push(error) });
  await memory.createThread({ threadId: "early", resourceId: ada });
  await agent.generate("Hello.", { memory: { thread: "monday", resource: ada } });
  expect(told).toEqual([expect.objectContaining({ message: expect.stringContaining("in its own file") })]);
});
