import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMistral } from "@ai-sdk/mistral";
import { Agent } from "@mastra/core/agent";
import { LibSQLStore } from "@mastra/libsql";
import type { Memory } from "@souvenir/core";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { generateText, stepCountIs, streamText } from "ai";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { memoryTools, withMemory } from "../packages/ai-sdk/src/index.ts";
import { SouvenirStore } from "../packages/langchain/src/store.ts";
import { SouvenirMemory } from "../packages/mastra/src/index.ts";
import { connectMemory } from "../packages/server/src/client/index.ts";
import { type Served, serveFile } from "./src/served.ts";

// An adapter for a framework, with a memory on a server in another process: it cannot tell the difference.
let folder: string;
let served: Served;
let standIn: MistralStandIn;
let memory: Memory;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-remote-"));
  [served, standIn] = await Promise.all([serveFile(join(folder, "memory.db")), startMistralStandIn()]);
  memory = connectMemory({ url: served.url });
});
beforeEach(() => standIn.reset());
afterAll(async () => {
  await memory.close();
  await standIn.close();
  expect(await served.stop()).toBe(0);
  await rm(folder, { recursive: true, force: true });
});
const mistral = () => createMistral({ apiKey: "key", baseURL: `${standIn.url}/v1` })("mistral-large-latest");

test("withMemory remembers across conversations, streamed or not, and keeps users apart", async () => {
  const ada = withMemory(mistral(), { memory, namespace: "ada@example.com", thread: "1" });
  await generateText({ model: ada, prompt: "My bakery is called Le Fournil." });
  const again = withMemory(mistral(), { memory, namespace: "ada@example.com", thread: "2" });
  expect(await streamText({ model: again, prompt: "What is my bakery called?" }).text).toContain(
    "Le Fournil",
  );
  const bob = withMemory(mistral(), { memory, namespace: "bob@example.com" });
  expect((await generateText({ model: bob, prompt: "What is my bakery called?" })).text).not.toContain(
    "Le Fournil",
  );
  await Promise.all([ada.flush(), again.flush(), bob.flush()]);
  expect(await memory.namespaces()).toEqual(["ada@example.com", "bob@example.com"]);
  expect((await memory.list({ namespace: "ada@example.com", thread: "1" })).records).toHaveLength(2);
});

test("its tools store and find", async () => {
  const calls = [{ name: "remember", arguments: { text: "The alarm code changes on Fridays." } }];
  standIn.script({
    chat: ({ messages }) => (messages.at(-1)?.role === "tool" ? { content: "Noted." } : { toolCalls: calls }),
  });
  const tools = memoryTools({ memory, namespace: "tools" });
  await generateText({ model: mistral(), prompt: "Note it.", tools, stopWhen: stepCountIs(3) });
  const { results } = await memory.search({ namespace: "tools", query: "When does the alarm code change?" });
  expect(results[0]?.value).toBe("The alarm code changes on Fridays.");
});

test("Mastra, serverless: threads in a storage of its own over the network, the memory on the server", async () => {
  const url = `file:${join(folder, "mastra.db")}`;
  /** One request: a process of its own that knows nothing of the others. */
  const request = async (thread: string, text: string): Promise<string> => {
    const storage = new LibSQLStore({ id: "remote", url });
    const souvenir = new SouvenirMemory({ memory: connectMemory({ url: served.url }), storage });
    const agent = new Agent({
      id: "assistant",
      name: "assistant",
      instructions: "",
      model: { id: "mistral/mistral-small-latest", url: `${standIn.url}/v1`, apiKey: "key" },
      memory: souvenir,
    });
    const answer = await agent.generate(text, { memory: { thread, resource: "mastra-ada" } });
    await souvenir.close();
    await storage.close();
    return answer.text;
  };
  await request("1", "My boat is called Calypso.");
  expect(await request("2", "What is my boat called?")).toContain("Calypso");
  const storage = new LibSQLStore({ id: "remote", url });
  const souvenir = new SouvenirMemory({ memory, storage });
  expect(await souvenir.forget("mastra-ada")).toEqual({ threads: 2, messages: 4 });
  expect(await memory.namespaces()).not.toContain("mastra-ada");
  expect(await request("3", "What is my boat called?")).not.toContain("Calypso");
  await storage.close();
});

test("the store of LangGraph: items of a few and of many namespaces, found, filtered and deleted", async () => {
  const store = new SouvenirStore({ memory });
  for (const count of [3, 40]) {
    const path = (n: number) => [`graph${count}`, `user${n}`];
    await store.batch(
      Array.from({ length: count }, (_, n) => ({
        namespace: path(n),
        key: "",
        value: { text: `tea ${n}`, n },
      })),
    );
    expect(await store.search([`graph${count}`], { filter: { n: { $in: [1, 2] } } })).toMatchObject([
      { namespace: path(1), key: "", value: { text: "tea 1" } },
      { namespace: path(2) },
    ]);
    expect(await store.search([`graph${count}`], { query: "tea 2", limit: 1 })).toMatchObject([{ key: "" }]);
    for (let n = 0; n < count; n += 1) await store.delete(path(n), "");
    expect(await store.search([`graph${count}`])).toEqual([]);
  }
  // A server keeps to its own limits, and says so.
  const large = { lines: Array.from({ length: 5_000 }, (_, n) => `line ${n}`) };
  await expect(store.put(["graph"], "large", large, false)).rejects.toMatchObject({ code: "INVALID_INPUT" });
});
