// What a user writes, without a cast. Compiled only: with TypeScript 5.9 and 7, by types.test.ts.
import { createMistral as createMistralV4 } from "@ai-sdk/mistral";
import { createMistral as createMistralV3 } from "@ai-sdk/mistral-6";
import { Agent } from "@mastra/core/agent";
import { ModelRouterEmbeddingModel } from "@mastra/core/llm";
import { Mastra } from "@mastra/core/mastra";
import type { MastraMemory } from "@mastra/core/memory";
import { LibSQLStore } from "@mastra/libsql";
import { Memory } from "@mastra/memory";
import { createMemory } from "@souvenir/core";
import {
  importFromLibsql,
  mastraEmbedder,
  namespaceOf,
  type Recall,
  resourceOf,
  SouvenirMemory,
  SouvenirRecall,
  SouvenirStorage,
  SouvenirVector,
} from "@souvenir/mastra";
import { z } from "zod";

const core = await createMemory({ path: "memory.db", embedder: mastraEmbedder("mistral/mistral-embed") });
const plain = new SouvenirMemory();
export const memories: MastraMemory[] = [
  plain,
  new SouvenirMemory({ path: "memory.db" }),
  new SouvenirMemory({ memory: core }),
  new SouvenirMemory({ path: "m.db", memory: async () => core }),
  new SouvenirMemory({ embedder: "mistral/mistral-embed" }),
  new SouvenirMemory({ embedder: createMistralV3().embeddingModel("mistral-embed") }),
  new SouvenirMemory({ embedder: createMistralV4().embeddingModel("mistral-embed") }),
  new SouvenirMemory({ embedder: new ModelRouterEmbeddingModel("mistral/mistral-embed") }),
  new SouvenirMemory({ embedder: false, storage: new LibSQLStore({ id: "l", url: ":memory:" }) }),
];

const memory = new SouvenirMemory({
  id: "souvenir",
  path: "memory.db",
  tokenBudget: 500,
  deadlineMs: 1_000,
  tools: ["recall", "forget"],
  mergeWorkingMemory: true,
  onError: (error, { stage, resourceId }) => void [error, stage, resourceId],
  onRecall: (recall: Recall) => void recall.memories.map(({ score, signals }) => [score, signals?.text]),
  options: {
    lastMessages: 20,
    semanticRecall: {
      topK: 6,
      messageRange: { before: 1, after: 2 },
      scope: "resource",
      threshold: 0.2,
      filter: { project: { $in: ["a", "b"] }, role: "user" },
    },
    workingMemory: { enabled: true, schema: z.object({ name: z.string().optional() }) },
    observationalMemory: { scope: "resource", observation: { messageTokens: 10_000 } },
    generateTitle: true,
  },
});
const agent = new Agent({
  id: "assistant",
  name: "assistant",
  instructions: "Be brief.",
  model: "mistral/mistral-large-latest",
  memory,
});
new Mastra({ agents: { agent }, memory: { memory } }).getAgent("agent");
const scope = { thread: "monday", resource: "ada" };
const result = await agent.generate("Hi", { memory: { ...scope, options: { readOnly: true } } });
export const text: string = result.text;
const stream = await agent.stream("Hi", { memory: scope });
for await (const part of stream.textStream) part.at(0);

const found = await memory.recall({ threadId: "monday", resourceId: "ada", vectorSearchString: "x" });
export const ids: string[] = found.messages.map(({ id }) => id);
export const why: string[] | undefined = memory.lastRecall({ resourceId: "ada", threadId: "monday" })
  ?.memories[0]?.reasons?.terms;
export const gone: number = (await memory.forget("ada")).messages;
await memory.reindex({ resourceId: "ada", onProgress: ({ done }) => void done });
await memory.reembed({ embedder: mastraEmbedder("openai/text-embedding-3-small") });
await memory.settled();
await using scoped = new SouvenirMemory({ path: ":memory:" });
export const namespaces: string[] = await (await scoped.openMemory()).namespaces();
export const resource: string | undefined = resourceOf(namespaceOf("ada@example.com"));

const recall = new SouvenirRecall({ memory: core, topK: 5, scope: "thread", readOnly: false });
const own = new Agent({
  id: "own",
  name: "own",
  instructions: "",
  model: "mistral/mistral-small-latest",
  memory: new Memory({ storage: new SouvenirStorage({ path: "memory.db" }) }),
  inputProcessors: [recall],
  outputProcessors: [recall],
});
await own.generate("Hi", { memory: scope });

const vector = new SouvenirVector({ memory: core });
const stock = new Memory({
  storage: new SouvenirStorage({ path: "memory.db" }),
  vector,
  embedder: vector.embedder,
  options: { semanticRecall: true },
});
await stock.listThreads({ filter: { resourceId: "ada" } });
export const imported: number = (
  await importFromLibsql({ from: "file:./mastra.db", to: new SouvenirStorage({ path: "memory.db" }) })
).messages;
