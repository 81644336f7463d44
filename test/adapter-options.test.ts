import { createMemory, type Memory } from "@souvenir/core";
import { afterAll, expect, test } from "vitest";
import * as aiSdk from "../packages/ai-sdk/src/index.ts";
import * as langchain from "../packages/langchain/src/index.ts";
import { memoryMiddleware } from "../packages/langchain/src/middleware.ts";
import { SouvenirStore } from "../packages/langchain/src/store.ts";
import * as mastra from "../packages/mastra/src/index.ts";
import { connectMemory } from "../packages/server/src/client/index.ts";
import { createApp } from "../packages/server/src/http/app.ts";
import { createMemoryServer } from "../packages/server/src/mcp/memory-server.ts";

const memory: Memory = await createMemory({ path: ":memory:", embedder: false });
afterAll(() => memory.close());
const scope = { memory, namespace: "ada" };
const embeddings = { embedQuery: async () => [1, 0], embedDocuments: async () => [[1, 0]] };
const model = { provider: "p", modelId: "m", doEmbed: async () => ({ embeddings: [] }) };

/** Each constructor, the options that it needs, and a name for one of its options as others call it. */
const constructors: [name: string, given: string, meant: string, make: (more: object) => unknown][] = [
  ["langchain memoryMiddleware", "topK", "limit", (more) => memoryMiddleware({ ...scope, ...more })],
  ["langchain memoryTools", "maxResults", "limit", (more) => langchain.memoryTools({ ...scope, ...more })],
  ["SouvenirStore", "file", "path", (more) => new SouvenirStore({ ...more })],
  [
    "SouvenirVectorStore",
    "threshold",
    "minScore",
    (more) => new langchain.SouvenirVectorStore(embeddings as never, { memory, ...more }),
  ],
  ["SouvenirRetriever", "filter", "where", (more) => new langchain.SouvenirRetriever({ ...scope, ...more })],
  [
    "SouvenirChatMessageHistory",
    "session",
    "sessionId",
    (more) => new langchain.SouvenirChatMessageHistory({ ...scope, sessionId: "s", ...more }),
  ],
  [
    "langchainEmbedder",
    "batchSize",
    "maxBatch",
    (more) => langchain.langchainEmbedder(embeddings as never, { dimensions: 2, ...more }),
  ],
  [
    "ai-sdk memoryMiddleware",
    "maxTokens",
    "tokenBudget",
    (more) => aiSdk.memoryMiddleware({ ...scope, ...more }),
  ],
  ["agentMemory", "timeoutMs", "deadlineMs", (more) => aiSdk.agentMemory({ ...scope, ...more })],
  ["ai-sdk memoryTools", "userId", "namespace", (more) => aiSdk.memoryTools({ memory, ...more } as never)],
  [
    "aiSdkEmbedder",
    "dims",
    "dimensions",
    (more) => aiSdk.aiSdkEmbedder(model as never, { ...more, id: "m" }),
  ],
  [
    "SouvenirMemory of Mastra",
    "maxTokens",
    "tokenBudget",
    (more) => new mastra.SouvenirMemory({ path: ":memory:", ...more }),
  ],
  ["SouvenirStorage", "file", "path", (more) => new mastra.SouvenirStorage({ path: ":memory:", ...more })],
  ["SouvenirVector", "file", "path", (more) => new mastra.SouvenirVector({ path: ":memory:", ...more })],
  [
    "SouvenirRecall",
    "readonly",
    "readOnly",
    (more) => new mastra.SouvenirRecall({ path: ":memory:", ...more }),
  ],
  [
    "mastraEmbedder",
    "batchSize",
    "maxBatch",
    (more) => mastra.mastraEmbedder(model as never, { dimensions: 2, ...more }),
  ],
  ["connectMemory", "apiKey", "key", (more) => connectMemory({ url: "http://127.0.0.1:1", ...more })],
  ["createApp", "maxBodyBytes", "bodyBytes", (more) => createApp(memory, { ...more })],
  ["createMemoryServer", "user", "namespace", (more) => createMemoryServer({ memory, ...more } as never)],
];

test.each(constructors)("%s: %s is answered with %s", (_, given, meant, make) => {
  expect(() => make({ [given]: "x" })).toThrow(
    expect.objectContaining({
      code: "INVALID_INPUT",
      message: expect.stringContaining(`there is no option "${given}"; did you mean "${meant}"?`),
    }),
  );
});
