// Mastra's own Memory and agent, with Souvenir as their storage and vector store.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent } from "@mastra/core/agent";
import { Memory } from "@mastra/memory";
import { createMemory, type Memory as SouvenirCore } from "@souvenir/core";
import { rateLimited } from "@souvenir/test/mistral-stand-in/faults";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { textOf } from "@souvenir/test/mistral-stand-in/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SouvenirStorage, SouvenirVector } from "../src/index.ts";
import { mistralEmbedderAt, routerModelAt } from "./stand-in-embedder.ts";
import { message } from "./storage-specs/spec.ts";

let folder: string;
let standIn: MistralStandIn;
let core: SouvenirCore;
let storage: SouvenirStorage;
let vector: SouvenirVector;
let memory: Memory;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-mastra-"));
  const path = join(folder, "memory.db");
  standIn = await startMistralStandIn();
  core = await createMemory({ path, embedder: mistralEmbedderAt(standIn.url) });
  storage = new SouvenirStorage({ path });
  vector = new SouvenirVector({ memory: core, path });
  memory = new Memory({
    storage,
    vector,
    embedder: vector.embedder,
    options: { semanticRecall: { topK: 3, messageRange: 0, scope: "resource" }, lastMessages: 2 },
  });
});
afterEach(async () => {
  await memory.settled();
  await vector.close();
  await storage.close();
  await core.close();
  await standIn.close();
  await rm(folder, { recursive: true, force: true });
});

function agentWith(used: Memory): Agent {
  return new Agent({
    id: "assistant",
    name: "assistant",
    instructions: "Answer in one sentence.",
    model: { id: "mistral/mistral-small-latest", url: `${standIn.url}/v1`, apiKey: "key" },
    memory: used,
  });
}
const prompt = () =>
  (standIn.chatRequests().at(-1)?.body.messages ?? []).map(({ content }) => textOf(content)).join("\n");

test("an agent recalls across threads by a word that has no meaning, and never across resources", async () => {
  const agent = agentWith(memory);
  await agent.generate("The spare key is under QX-7781.", { memory: { thread: "monday", resource: "ada" } });
  for (let turn = 0; turn < 4; turn += 1)
    await agent.generate(`Small talk number ${turn}.`, { memory: { thread: "monday", resource: "ada" } });
  await agent.generate("What about QX-7781?", { memory: { thread: "tuesday", resource: "ada" } });
  expect(prompt()).toContain("The spare key is under QX-7781.");
  await agent.generate("What about QX-7781?", { memory: { thread: "bobs", resource: "bob" } });
  expect(prompt()).not.toContain("spare key");
});

test("search over REST, which asks recall(), finds it too", async () => {
  await agentWith(memory).generate("The spare key is under QX-7781.", {
    memory: { thread: "one", resource: "ada" },
  });
  await memory.createThread({ resourceId: "ada", threadId: "two" });
  const search = { threadId: "two", resourceId: "ada", vectorSearchString: "QX-7781" };
  const { messages } = await memory.recall(search);
  expect(messages.map(({ role, threadId }) => [role, threadId])).toContainEqual(["user", "one"]);
});

test("a turn works while the provider refuses to embed, and is indexed when it does again", async () => {
  standIn.script({ embeddings: [{ ...rateLimited({ retryAfterMs: 1 }), times: 3 }] });
  const agent = agentWith(memory);
  await agent.generate("The spare key is under QX-7781.", { memory: { thread: "one", resource: "ada" } });
  await agent.generate("What about QX-7781?", { memory: { thread: "two", resource: "ada" } });
  expect(prompt()).toContain("The spare key is under QX-7781.");
  while ((await core.stats()).queue.embedding.pending > 0) await core.flush();
  expect((await core.stats({ namespace: "mastra-vector:memory_messages_61" })).vectors).toBe(4);
});

test("what is deleted is not found any more; what is edited is found by its new words", async () => {
  await memory.saveThread({
    thread: { id: "t1", resourceId: "ada", title: "", createdAt: new Date(), updatedAt: new Date() },
  });
  await memory.saveMessages({
    messages: [
      message("a", 1, { text: "The code is Quokkaberry." }),
      message("b", 2, { text: "Lyon is lovely." }),
    ],
  });
  await memory.saveMessages({ messages: [message("a", 1, { text: "The code is Quokkaberry." })] });
  const count = async () => (await vector.describeIndex({ indexName: "memory_messages_61" })).count;
  const recall = async (text: string) => {
    const [queryVector] = (await vector.embedder.doEmbed({ values: [text] })).embeddings as [number[]];
    const query = {
      indexName: "memory_messages_61",
      queryVector,
      filter: { resource_id: "ada" },
      minScore: 0.3,
    };
    return (await vector.query(query)).map(({ metadata }) => metadata?.message_id);
  };
  expect([await count(), (await recall("Quokkaberry"))[0]]).toEqual([2, "a"]);
  await memory.updateMessages({ messages: [message("a", 1, { text: "The code is Snickersnack." })] });
  await memory.settled();
  expect(await recall("Quokkaberry")).not.toContain("a");
  expect((await recall("Snickersnack"))[0]).toBe("a");
  await memory.deleteMessages(["a"]);
  await memory.settled();
  expect(await count()).toBe(1);
  expect(await recall("Snickersnack")).not.toContain("a");
  await memory.deleteThread("t1");
  await memory.settled();
  expect(await count()).toBe(0);
});

test("with an embedder of its own, Mastra's Memory keeps its vectors in the file", async () => {
  const plain = new Memory({
    storage,
    vector,
    embedder: routerModelAt(standIn.url),
    options: { semanticRecall: { topK: 2, messageRange: 0 }, lastMessages: 1 },
  });
  const agent = agentWith(plain);
  await agent.generate("My dog is called Rex.", { memory: { thread: "monday", resource: "ada" } });
  await agent.generate("What is my dog called?", { memory: { thread: "tuesday", resource: "ada" } });
  expect(prompt()).toContain("My dog is called Rex.");
  expect(await vector.describeIndex({ indexName: "memory_messages_1024" })).toMatchObject({
    dimension: 1024,
    count: 4,
  });
  expect(await core.namespaces()).toEqual([]);
  await plain.settled();
});
