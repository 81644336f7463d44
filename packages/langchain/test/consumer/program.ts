// What a user writes, without a cast. Compiled only: with TypeScript 5.9 and 7, by types.test.ts.
import type { BaseMessage } from "@langchain/core/messages";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { RunnableWithMessageHistory } from "@langchain/core/runnables";
import { tool } from "@langchain/core/tools";
import { type LangGraphRunnableConfig, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ChatMistralAI, MistralAIEmbeddings } from "@langchain/mistralai";
import { createMemory } from "@souvenir/core";
import {
  langchainEmbedder,
  langchainExtractor,
  memoryTools,
  SouvenirChatMessageHistory,
  SouvenirMemory,
  SouvenirRetriever,
  SouvenirVectorStore,
  toolsToApprove,
} from "@souvenir/langchain";
import { type AnswerMark, type CallMemory, memoryMiddleware } from "@souvenir/langchain/middleware";
import { SouvenirStore } from "@souvenir/langchain/store";
import { createAgent, humanInTheLoopMiddleware, summarizationMiddleware } from "langchain";
import { z } from "zod";

const model = new ChatMistralAI();
const embeddings = new MistralAIEmbeddings();
const memory = await createMemory({
  embedder: langchainEmbedder(embeddings),
  extractor: langchainExtractor(model),
});

const store = new SouvenirStore({
  path: "store.db",
  index: { embeddings, dims: 1024, fields: ["text"] },
  ttl: { defaultTtl: 60 },
});
await store.put(["a"], "k", { text: "x" }, ["text"], { ttl: 5 });
const item = await store.get(["a"], "k");
export const text: string = item?.value.text;
const [found] = await store.search(["a"], { query: "x", filter: { n: { $gte: 1 } }, entities: ["Paris"] });
export const score: number | undefined = found?.score;

const plain = createAgent({ model, store, tools: memoryTools(), middleware: [memoryMiddleware()] });
await plain.invoke({ messages: [{ role: "user", content: "x" }] });
await plain.invoke({ messages: [{ role: "user", content: "x" }] }, { context: { userId: "ada" } });
const only: CallMemory = { namespace: "ada", store: false };
await plain.invoke({ messages: [{ role: "user", content: "x" }] }, { context: { souvenir: only } });

const clock = tool(() => "noon", { name: "clock", description: "Tells the time", schema: z.object({}) });
const agent = createAgent({
  model,
  store,
  tools: [clock, ...memoryTools({ memory, namespace: ({ context }) => ["users", String(context)] })],
  contextSchema: z.object({ tenant: z.string() }),
  middleware: [
    memoryMiddleware({
      memory,
      namespace: () => "team",
      name: "Team",
      onError: (error, { stage }) => void [error, stage],
    }),
    memoryMiddleware({ memory, thread: "t", store: "user", limit: 3, placement: "system" }),
    humanInTheLoopMiddleware({ interruptOn: toolsToApprove }),
    summarizationMiddleware({ model }),
  ],
  responseFormat: z.object({ answer: z.string() }),
});
const result = await agent.invoke({ messages: [] }, { context: { tenant: "t", userId: "ada" } });
export const answer: string = result.structuredResponse.answer;
export const messages: BaseMessage[] = result.messages;
const { souvenir } = (messages.at(-1)?.response_metadata ?? {}) as { souvenir?: AnswerMark };
export const shown: string[] | undefined = souvenir?.recalled?.map(({ date, text }) => `${date} ${text}`);
const remembering = memoryMiddleware({ memory, namespace: ["memories", "{user_id}"] });
createAgent({ model, middleware: [remembering] });
export const { pending } = await remembering.flush({ timeoutMs: 1_000 });

export const graph = new StateGraph(MessagesAnnotation)
  .addNode("node", async (_, config: LangGraphRunnableConfig) => {
    await SouvenirStore.of(config.store).put(["a"], "k", { n: 1 }, false);
    return { messages: [] };
  })
  .addEdge(START, "node")
  .compile({ store });

const retriever = new SouvenirRetriever({
  memory,
  namespace: ["users", "ada"],
  k: 3,
  where: { n: { gte: 1 } },
});
const [document] = await retriever.invoke("x");
export const relevance: number | undefined = document?.metadata.score;
export const sequence = retriever
  .pipe((documents) => ({ input: documents.map(({ pageContent }) => pageContent).join() }))
  .pipe(ChatPromptTemplate.fromTemplate("{input}"))
  .pipe(model);

const vectors = await SouvenirVectorStore.fromTexts(["x"], [{ n: 1 }], embeddings, {
  memory,
  namespace: "docs",
});
export const ids: string[] = await vectors.addDocuments([{ pageContent: "x", metadata: {} }], { ids: ["a"] });
await vectors.similaritySearch("x", 2, { n: { gt: 1 } });
await vectors.similaritySearch("x", 2, ({ metadata }) => metadata.n === 1);
await vectors.delete({ ids });
export const documents = await vectors.asRetriever({ k: 2, filter: { n: 1 } }).invoke("x");

export const chat = new RunnableWithMessageHistory({
  runnable: ChatPromptTemplate.fromTemplate("{input}").pipe(model),
  getMessageHistory: (sessionId: string) =>
    new SouvenirChatMessageHistory({ memory, namespace: "ada", sessionId }),
  inputMessagesKey: "input",
});
export const classic = new SouvenirMemory({
  memory,
  namespace: "ada",
  memoryKey: "chat",
  returnMessages: true,
});
