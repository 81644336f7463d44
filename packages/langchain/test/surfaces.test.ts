import { ConversationChain } from "@langchain/classic/chains";
import { VectorStoreRetrieverMemory } from "@langchain/classic/memory";
import { Document } from "@langchain/core/documents";
import { index, RecordManager } from "@langchain/core/indexing";
import {
  AIMessage,
  AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  RemoveMessage,
  SystemMessage,
  ToolMessage,
} from "@langchain/core/messages";
import { ChatPromptTemplate, MessagesPlaceholder } from "@langchain/core/prompts";
import { RunnableLambda, RunnableWithMessageHistory } from "@langchain/core/runnables";
import { MistralAIEmbeddings } from "@langchain/mistralai";
import { createMemory, type Memory, SouvenirError } from "@souvenir/core";
import { WordEmbeddings } from "@souvenir/test/langchain/embeddings";
import { createAgent } from "langchain";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  langchainEmbedder,
  langchainExtractor,
  type MemoryToolArtifact,
  memoryTools,
  SouvenirChatMessageHistory,
  SouvenirMemory,
  SouvenirRetriever,
  SouvenirVectorStore,
} from "../src/index.ts";
import { SouvenirStore } from "../src/store.ts";
import { type AgentSetting, openAgentSetting } from "./agent-setting.ts";

let setting: AgentSetting;
let memory: Memory;
beforeEach(async () => {
  setting = await openAgentSetting();
  memory = setting.memory;
});
afterEach(() => setting.close());
const fact = "I build with Rust, Axum, PostgreSQL and HTMX.";

describe("SouvenirRetriever", () => {
  test("a question over the limit of a query is asked by its beginning and its end", async () => {
    await setting.knows(fact);
    const question = `${"Many words that somebody pasted. ".repeat(2_000)}\n\nWhat do I build with?`;
    const [document] = await new SouvenirRetriever({ memory, namespace: "ada" }).invoke(question);
    expect(document?.pageContent).toBe(fact);
    const store = new SouvenirStore({ memory });
    await store.put(["ada"], "stack", { text: fact });
    expect((await store.search(["ada"], { query: question }))[0]?.value).toEqual({ text: fact });
    const vectors = new SouvenirVectorStore(new WordEmbeddings(), { memory, namespace: "docs" });
    await vectors.addDocuments([new Document({ pageContent: fact })]);
    expect((await vectors.similaritySearch(question, 1))[0]?.pageContent).toBe(fact);
  });

  test("documents with ids, scores and signals, traced", async () => {
    await setting.knows(fact);
    await memory.set({
      namespace: "ada",
      key: "tea",
      value: "Ada drinks tea",
      metadata: { source: "a.md", year: 2026 },
    });
    const retriever = new SouvenirRetriever({ memory, namespace: "ada", k: 2, tags: ["trace"] });
    const events: string[] = [];
    const documents = await retriever.invoke("Who drinks tea?", {
      callbacks: [
        {
          handleRetrieverStart: (_, query, __, ___, tags) => void events.push(`start ${query} ${tags}`),
          handleRetrieverEnd: (found) => void events.push(`end ${found.length}`),
        },
      ],
    });
    expect(documents.length).toBeGreaterThan(0);
    expect(documents.length).toBeLessThanOrEqual(2);
    const [first] = documents;
    expect(first?.id).toBe("tea");
    expect(first?.pageContent).toBe("Ada drinks tea");
    expect(first?.metadata).toMatchObject({ source: "a.md", year: 2026, namespace: "ada" });
    expect(first?.metadata.score).toBeGreaterThan(0);
    expect(first?.metadata.score).toBeLessThanOrEqual(1);
    expect(Object.keys(first?.metadata.signals ?? {}).sort()).toEqual([
      "context",
      "entity",
      "recency",
      "text",
      "vector",
    ]);
    expect(Number.isNaN(Date.parse(first?.metadata.createdAt ?? ""))).toBe(false);
    expect(events).toEqual(["start Who drinks tea? trace", `end ${documents.length}`]);
  });

  test("filters, a floor, nothing for nothing, and any chain", async () => {
    await memory.set({
      namespace: "ada",
      key: "a",
      value: "green tea",
      metadata: { kind: "x" },
      tags: ["t"],
    });
    await memory.set({ namespace: "ada", key: "b", value: "green tea, too", metadata: { kind: "y" } });
    const ids = async (fields: object, query = "green tea") =>
      (await new SouvenirRetriever({ memory, namespace: ["ada"], ...fields }).invoke(query)).map(
        ({ id }) => id,
      );
    expect(await ids({ where: { kind: "y" } })).toEqual(["b"]);
    expect(await ids({ memoryTags: ["t"] })).toEqual(["a"]);
    expect(await ids({ minScore: 1 })).toEqual([]);
    expect(await ids({}, "  ")).toEqual([]);
    expect(await ids({ namespace: "nobody" })).toEqual([]);
    expect(await ids({ namespace: () => "ada", k: 1 })).toHaveLength(1);
    const chain = new SouvenirRetriever({ memory, namespace: "ada" }).pipe(
      RunnableLambda.from((documents: { pageContent: string }[]) => documents.length),
    );
    expect(await chain.invoke("green tea")).toBe(2);
    for (const given of [{}, { memory: {} }, { memory: "./memory.db" }])
      expect(() => new SouvenirRetriever({ namespace: "ada", ...given } as never)).toThrow(SouvenirError);
  });

  test("what the store keeps unsearched is no document, and the store's marks are not metadata", async () => {
    const store = new SouvenirStore({ memory, index: { fields: ["text"] } });
    await store.put(["ada"], "a", { text: "green tea", kind: "x" });
    await store.put(["ada"], "b", { text: "green tea" }, false);
    const found = await new SouvenirRetriever({ memory, namespace: "ada", minScore: 0 }).invoke("green tea");
    expect(found.map(({ id }) => id)).toEqual(["a"]);
    expect(found[0]?.metadata.kind).toBe("x");
    expect(Object.keys(found[0]?.metadata ?? {})).not.toContain("$item");
  });
});

describe("tools", () => {
  test("an agent remembers, recalls, lists and forgets, for the user of the run", async () => {
    const agent = createAgent({ model: setting.model, tools: memoryTools({ memory }) });
    const run = async (name: string, parameters: object, userId = "ada") => {
      setting.standIn.script({
        chat: [{ toolCalls: [{ name, arguments: { ...parameters } }] }, { content: "Done." }],
      });
      const result = await agent.invoke(
        { messages: [{ role: "user", content: "Go" }] },
        { configurable: { user_id: userId } },
      );
      const message = result.messages.find((each) => each.getType() === "tool") as ToolMessage;
      return { text: message.text, artifact: message.artifact as MemoryToolArtifact };
    };
    const { key } = (await run("remember", { text: "Ada drinks tea", tags: null })).artifact;
    await run("remember", { text: "Ada drinks tea" });
    await run("remember", { text: "Bob drinks coffee" }, "bob");
    const found = await run("recall", { query: "What does Ada drink?" });
    expect(found.text).toContain("<souvenir-memories>");
    expect(found.artifact.memories).toMatchObject([
      { key, text: "Ada drinks tea", score: expect.any(Number) },
    ]);
    expect((await run("recall", { query: "coffee" })).artifact).toEqual({ memories: [] });
    await run("remember", { text: "Ada drinks coffee now", key });
    expect((await run("list", {})).artifact.memories).toMatchObject([{ key, text: "Ada drinks coffee now" }]);
    expect((await run("forget", { keys: [key] }, "bob")).artifact).toEqual({ deleted: 0 });
    expect((await run("forget", { keys: [key] })).artifact).toEqual({ deleted: 1 });
    expect(await memory.namespaces()).toEqual(["bob"]);
  });

  test("they never throw: the model is told to go on without, or what is wrong with what it wrote", async () => {
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    const failing = { recall: () => Promise.reject(new Error("disk")) } as unknown as Memory;
    const [, recall] = memoryTools({ memory: failing, namespace: "ada", onError });
    expect(await recall?.invoke({ query: "x" })).toContain("not available");
    const [, nobody] = memoryTools({ memory, onError });
    expect(await nobody?.invoke({ query: "x" })).toContain("not available");
    expect(errors).toHaveLength(2);
    const [remember] = memoryTools({ memory, namespace: ["users", "ada@example.com"], onError });
    expect(await remember?.invoke({ text: "tea \ud83d" })).toContain("Remembered");
    expect(await remember?.invoke({ text: "  " })).toContain("not empty");
    expect(await memory.namespaces()).toEqual(["users/ada@example.com"]);
    expect(errors).toHaveLength(2);
    expect(() => memoryTools({ memory, limit: 0 })).toThrow("limit");
  });

  test("the memory of the agent's own store, and every surface reads the same", async () => {
    const store = new SouvenirStore({ memory });
    setting.standIn.script({
      chat: [{ toolCalls: [{ name: "remember", arguments: { text: fact } }] }, { content: "Done." }],
    });
    const agent = createAgent({ model: setting.model, tools: memoryTools(), store });
    await agent.invoke(
      { messages: [{ role: "user", content: "Keep it" }] },
      { configurable: { user_id: "ada" } },
    );
    expect((await store.search(["ada"]))[0]?.value).toEqual({ text: fact });
    const retriever = new SouvenirRetriever({ memory, namespace: "{user_id}" });
    const [document] = await retriever.invoke("What do I build with?", { configurable: { user_id: "ada" } });
    expect(document?.pageContent).toBe(fact);
    const next = createAgent({ model: setting.model, store, middleware: [setting.middleware()] });
    await next.invoke(
      { messages: [{ role: "user", content: "What do I build with?" }] },
      { context: { userId: "ada" } },
    );
    expect(setting.questions().at(-1)).toContain(fact);
  });
});

describe("SouvenirVectorStore", () => {
  const open = () => new SouvenirVectorStore(new WordEmbeddings(), { path: ":memory:" });

  test("documents in and out, replaced and deleted by id, with scores", async () => {
    const store = open();
    const metadata = { source: "a.md", loc: { from: 1 }, tags: ["x"] };
    const ids = await store.addDocuments([
      new Document({ pageContent: "Ada drinks green tea", metadata }),
      new Document({ pageContent: "The train leaves at nine", metadata: { source: "b.md" }, id: "train" }),
    ]);
    expect(ids[1]).toBe("train");
    const [best] = await store.similaritySearch("Which tea does Ada drink?", 1);
    expect(best).toMatchObject({ id: ids[0], pageContent: "Ada drinks green tea", metadata });
    const scored = await store.similaritySearchWithScore("train at nine", 2);
    expect(scored.map(([{ id }]) => id)).toEqual(["train", ids[0]]);
    expect(scored[0]?.[1]).toBeGreaterThan(scored[1]?.[1] as number);
    for (const [, score] of scored) expect(score >= 0 && score <= 1).toBe(true);
    await store.addDocuments([new Document({ pageContent: "The bus leaves at ten" })], { ids: ["train"] });
    expect((await store.similaritySearch("leaves", 10)).map(({ pageContent }) => pageContent).sort()).toEqual(
      ["Ada drinks green tea", "The bus leaves at ten"],
    );
    await store.delete({ ids: ["train"] });
    expect(await store.similaritySearch("leaves", 10)).toHaveLength(1);
    await store.delete({ deleteAll: true });
    expect(await store.similaritySearch("tea", 10)).toEqual([]);
    await expect(store.delete()).rejects.toThrow(SouvenirError);
    await expect(store.addDocuments([new Document({ pageContent: "x" })], { ids: [] })).rejects.toThrow(
      SouvenirError,
    );
    expect(await store.addDocuments([])).toEqual([]);
    await store.close();
  });

  test("filters, factories, retrievers of both kinds", async () => {
    const store = await SouvenirVectorStore.fromTexts(
      ["green tea", "green apples", "green frogs", "red apples"],
      [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }],
      new WordEmbeddings(),
      { path: ":memory:", namespace: ["docs", "a"] },
    );
    const texts = (found: { pageContent: string }[]) => found.map(({ pageContent }) => pageContent);
    expect(texts(await store.similaritySearch("green", 4, { n: { gte: 2 } })).sort()).toEqual([
      "green apples",
      "green frogs",
      "red apples",
    ]);
    expect(texts(await store.similaritySearch("green", 4, ({ metadata }) => metadata.n === 3))).toEqual([
      "green frogs",
    ]);
    expect(await store.asRetriever({ k: 2, filter: { n: 4 } }).invoke("apples")).toMatchObject([
      { pageContent: "red apples" },
    ]);
    expect(await store.asRetriever(3).invoke("apples")).toHaveLength(3);
    expect(await store.asRetriever({ k: 2, searchType: "mmr" }).invoke("apples")).toHaveLength(2);
    const same = await SouvenirVectorStore.fromTexts(["one", "two"], { all: true }, new WordEmbeddings(), {
      path: ":memory:",
    });
    expect((await same.similaritySearch("two", 2)).map(({ metadata }) => metadata)).toEqual([
      { all: true },
      { all: true },
    ]);
    await Promise.all([store.close(), same.close()]);
  });

  test("vectors that were made elsewhere, and search by a vector alone", async () => {
    const store = open();
    const unit = (place: number) => Array.from({ length: 256 }, (_, index) => (index === place ? 1 : 0));
    const documents = ["east", "north", "south"].map((pageContent) => new Document({ pageContent }));
    const ids = await store.addVectors([unit(1), unit(2), unit(3)], documents, { ids: ["e", "n", "s"] });
    expect(ids).toEqual(["e", "n", "s"]);
    const found = await store.similaritySearchVectorWithScore(unit(2), 1);
    expect(found.map(([{ pageContent }]) => pageContent)).toEqual(["north"]);
    expect((await store.similaritySearchVectorWithScore(unit(3), 1))[0]?.[0].id).toBe("s");
    const between = unit(2).map((number, index) => number + (unit(3)[index] as number));
    const scores = (await store.similaritySearchVectorWithScore(between, 3)).map(([{ id }, score]) => [
      id,
      score,
    ]);
    expect(scores.map(([id]) => id)).toEqual(["n", "s", "e"]);
    for (const [at, cosine] of [Math.SQRT1_2, Math.SQRT1_2, 0].entries())
      expect(scores[at]?.[1]).toBeCloseTo(cosine, 3);
    expect((store.embeddings as WordEmbeddings).texts).toEqual([]);
    await expect(store.addVectors([], documents)).rejects.toThrow(SouvenirError);
    const foreign = new SouvenirVectorStore(new WordEmbeddings(), { memory });
    await expect(foreign.addVectors([unit(1)], [new Document({ pageContent: "x" })])).rejects.toThrow(
      /embeds with/,
    );
    await expect(foreign.similaritySearchVectorWithScore(unit(1), 1)).rejects.toThrow(SouvenirError);
    await store.close();
  });

  test("what other vector stores take: any size, nothing said, any id, halves of surrogate pairs", async () => {
    for (const store of [open(), new SouvenirVectorStore(new WordEmbeddings(), { memory })]) {
      const long = `${"many words of a page ".repeat(4_000)} and a quince`;
      const ids = await store.addDocuments(
        [
          new Document({ pageContent: "", metadata: { n: 1 } }),
          new Document({ pageContent: long, metadata: { all: "x".repeat(30_000) } }),
          new Document({ pageContent: "tea \ud800", metadata: { "a\udfff": "b\ud800" } }),
        ],
        { ids: ["", "%", "k\ud800"] },
      );
      expect(ids).toEqual(["", "%", "k\ufffd"]);
      expect((await store.similaritySearch("quince", 1))[0]?.pageContent).toBe(long);
      expect(await store.similaritySearch("tea \ud800", 1)).toMatchObject([
        { id: "k\ufffd", pageContent: "tea \ufffd", metadata: { "a\ufffd": "b\ufffd" } },
      ]);
      await store.delete({ ids: ["", "%", "k\ud800"] });
      expect(await store.similaritySearch("tea", 5)).toEqual([]);
      await store.close();
    }
  });

  test("the indexing API", async () => {
    const store = open();
    const manager = new MemoryRecordManager();
    const texts = (names: string[]) =>
      names.map((name) => new Document({ pageContent: `The page ${name}`, metadata: { source: name } }));
    const options = { cleanup: "full" as const, sourceIdKey: "source" };
    const sync = (names: string[]) =>
      index({ docsSource: texts(names), recordManager: manager, vectorStore: store, options });
    expect(await sync(["a", "b", "c"])).toMatchObject({ numAdded: 3 });
    expect(await sync(["a", "b"])).toMatchObject({ numAdded: 0, numSkipped: 2, numDeleted: 1 });
    expect((await store.similaritySearch("page", 10)).map(({ metadata }) => metadata.source).sort()).toEqual([
      "a",
      "b",
    ]);
    await store.close();
  });

  test("behind the classic retriever memory", async () => {
    const store = open();
    const classic = new VectorStoreRetrieverMemory({
      vectorStoreRetriever: store.asRetriever(1),
      memoryKey: "history",
    });
    await classic.saveContext({ input: "My cat is called Minou" }, { output: "Noted." });
    await classic.saveContext({ input: "The train leaves at nine" }, { output: "Noted." });
    const { history } = await classic.loadMemoryVariables({ input: "What is my cat called?" });
    expect(history).toContain("Minou");
    await store.close();
  });
});

describe("SouvenirChatMessageHistory", () => {
  const open = (sessionId = "s", namespace = "ada") =>
    new SouvenirChatMessageHistory({ memory, namespace, sessionId });

  test("messages come back as they were, in order, with tool calls, parts and artifacts", async () => {
    const history = open();
    const calls = [{ name: "clock", args: { zone: "UTC" }, id: "abc123def", type: "tool_call" as const }];
    const messages: BaseMessage[] = [
      new SystemMessage("Be brief."),
      new HumanMessage({ content: "What time is it?", id: "h1", name: "Ada" }),
      new AIMessage({
        content: "",
        tool_calls: calls,
        usage_metadata: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
      }),
      new ToolMessage({
        content: "noon",
        tool_call_id: "abc123def",
        artifact: { at: [12] },
        status: "success",
      }),
      new AIMessage({ content: "It is noon.", response_metadata: { model: "m" } }),
      new HumanMessage({
        content: [
          { type: "text", text: "And this?" },
          { type: "image_url", image_url: "data:," },
        ],
      }),
    ];
    await history.addMessages(messages);
    const back = await open().getMessages();
    expect(back.map((message) => message.getType())).toEqual(messages.map((message) => message.getType()));
    expect(back.map(({ content }) => content)).toEqual(messages.map(({ content }) => content));
    expect((back[2] as AIMessage).tool_calls).toEqual(calls);
    expect((back[2] as AIMessage).usage_metadata).toMatchObject({ total_tokens: 3 });
    expect((back[3] as ToolMessage).artifact).toEqual({ at: [12] });
    expect((back[3] as ToolMessage).tool_call_id).toBe("abc123def");
    expect(back[1]).toMatchObject({ id: "h1", name: "Ada" });
    expect(back[4]?.response_metadata).toEqual({ model: "m" });
    await history.addUserMessage("Thanks");
    await history.addAIMessage("You are welcome");
    expect((await history.getMessages()).map(({ text }) => text).slice(-2)).toEqual([
      "Thanks",
      "You are welcome",
    ]);
  });

  test("thinking is not kept, a streamed message is a whole one, a removal is refused", async () => {
    const history = open();
    const thinking = { type: "thinking", thinking: [{ type: "text", text: "hmm" }] };
    await history.addMessages([
      new AIMessage({ content: [thinking as never, { type: "text", text: "A cat." }] }),
      new AIMessageChunk({ content: "streamed", tool_call_chunks: [] }),
    ]);
    const [first, second] = await history.getMessages();
    expect(first?.content).toEqual([{ type: "text", text: "A cat." }]);
    expect(second).toBeInstanceOf(AIMessage);
    expect(second).not.toHaveProperty("tool_call_chunks");
    await setting.model.invoke([...(await history.getMessages()), new HumanMessage("Go on")]);
    await expect(
      history.addMessages([new HumanMessage("x"), new RemoveMessage({ id: "y" })]),
    ).rejects.toThrow(SouvenirError);
    expect(await history.getMessages()).toHaveLength(2);
  });

  test("a conversation without a name is refused, and a name of any text is one", async () => {
    for (const sessionId of [null, "", {}]) expect(() => open(sessionId as never)).toThrow(SouvenirError);
    await open("half \ud83d").addUserMessage("Half of a smile: \ud83d");
    expect((await open("half \ud83d").getMessages()).map(({ text }) => text)).toEqual([
      "Half of a smile: \ufffd",
    ]);
  });

  test("conversations and users are apart, clearing one leaves the others", async () => {
    await open("a").addUserMessage("in a");
    await open("b").addUserMessage("in b");
    await open("a", "bob").addUserMessage("bob in a");
    await open("a").clear();
    expect(await open("a").getMessages()).toEqual([]);
    expect((await open("b").getMessages()).map(({ text }) => text)).toEqual(["in b"]);
    expect((await open("a", "bob").getMessages()).map(({ text }) => text)).toEqual(["bob in a"]);
  });

  test("what was said is found, what tools answered is not", async () => {
    await open().addMessages([
      new HumanMessage("My cat is called Minou"),
      new ToolMessage({ content: "Minou Minou Minou", tool_call_id: "a" }),
    ]);
    const { results } = await memory.search({ namespace: "ada", query: "Minou", minScore: 0 });
    expect(results.map(({ value }) => value)).toEqual(["My cat is called Minou"]);
  });

  test("a turn of another part of Souvenir is a message, a long list is whole, failures are thrown", async () => {
    await memory.remember({
      namespace: "ada",
      thread: "s",
      messages: [
        { role: "user", content: "Hello" },
        { role: "assistant", content: "Good day" },
      ],
    });
    expect((await open().getMessages()).map((message) => message.getType())).toEqual(["human", "ai"]);
    await open("long").addMessages(Array.from({ length: 2_500 }, (_, n) => new HumanMessage(`message ${n}`)));
    const texts = (await open("long").getMessages()).map(({ text }) => text);
    expect(texts).toEqual(Array.from({ length: 2_500 }, (_, n) => `message ${n}`));
    const broken = new SouvenirChatMessageHistory({
      memory: () => Promise.reject(new Error("disk")),
      namespace: "ada",
      sessionId: "s",
    });
    await expect(broken.addUserMessage("x")).rejects.toThrow("disk");
    await expect(broken.getMessages()).rejects.toThrow("disk");
  });

  test("messages over the limits of a memory come back whole, among others, and what was said in them is found", async () => {
    const text = `${"One paragraph of many.\n\n".repeat(2_000)}The captain is Zephyrine. 👩‍👩‍👧\n\n${"Another.\n\n".repeat(3_000)}`;
    const output = JSON.stringify({ rows: Array.from({ length: 3_000 }, (_, n) => `row ${n} "é\\`) });
    const messages: BaseMessage[] = [
      new SystemMessage("Be brief. ".repeat(4_000)),
      new HumanMessage("Hello."),
      new HumanMessage({ content: text, id: "h1", name: "Ada" }),
      new AIMessage({ content: "", tool_calls: [{ name: "rows", args: { file: text }, id: "abc123def" }] }),
      new ToolMessage({ content: output, tool_call_id: "abc123def", artifact: { output } }),
      new AIMessage(text),
      new HumanMessage({
        content: [
          { type: "text", text },
          { type: "image_url", image_url: `data:image/png;base64,${"iVBOR".repeat(20_000)}` },
        ],
      }),
    ];
    await open().addMessages(messages);
    await open().addUserMessage("Who is the captain?");
    const back = await open().getMessages();
    expect(back.map((message) => message.getType())).toEqual([
      ...messages.map((message) => message.getType()),
      "human",
    ]);
    expect(back.map(({ content }) => content).slice(0, -1)).toEqual(messages.map(({ content }) => content));
    expect(back[2]).toMatchObject({ id: "h1", name: "Ada" });
    expect((back[3] as AIMessage).tool_calls?.[0]?.args).toEqual({ file: text });
    expect((back[4] as ToolMessage).artifact).toEqual({ output });
    const { results } = await memory.search({ namespace: "ada", query: "Zephyrine", minScore: 0 });
    expect(results[0]?.value).toContain("The captain is Zephyrine.");
    const others = await memory.recall({ namespace: "ada", query: "Zephyrine", exclude: { texts: [text] } });
    expect(others.text).not.toContain("Zephyrine");
    await open().clear();
    expect((await memory.stats()).records).toBe(0);
  });

  test("with RunnableWithMessageHistory", async () => {
    const prompt = ChatPromptTemplate.fromMessages([
      ["system", "Be brief."],
      new MessagesPlaceholder("history"),
      ["human", "{input}"],
    ]);
    const chain = new RunnableWithMessageHistory({
      runnable: prompt.pipe(setting.model),
      getMessageHistory: (sessionId: string) => open(sessionId),
      inputMessagesKey: "input",
      historyMessagesKey: "history",
    });
    const config = { configurable: { sessionId: "chain" } };
    await chain.invoke({ input: fact }, config);
    const answer = await chain.invoke({ input: "What do I build with?" }, config);
    expect(answer.text).toContain("Rust");
    expect(await open("chain").getMessages()).toHaveLength(4);
  });
});

describe("SouvenirMemory", () => {
  test("in a classic chain: what was said in one conversation is known in the next", async () => {
    const chain = (sessionId: string) =>
      new ConversationChain({
        llm: setting.model,
        memory: new SouvenirMemory({ memory, namespace: "ada", sessionId }),
      });
    const monday = chain("monday");
    await monday.invoke({ input: fact });
    await monday.invoke({ input: "Hello again." });
    await chain("tuesday").invoke({ input: "What do I build with?" });
    const prompts = setting.bodies().map(({ messages }) => String(messages[0]?.content));
    expect(prompts[1]).toContain(`Human: ${fact}\nAI: Noted.`);
    expect(prompts[2]).toContain("<souvenir-memories>");
    expect(prompts[2]).toContain(fact);
    expect(await setting.thread({ thread: "monday" })).toHaveLength(4);
  });

  test("long messages are whole, count as one, and a long question is looked up", async () => {
    const classic = new SouvenirMemory({ memory, namespace: "ada", returnMessages: true, turns: 3 });
    const text = "One paragraph of many.\n\n".repeat(60_000);
    await memory.set({ namespace: "ada", value: fact });
    for (const n of [1, 2]) await classic.saveContext({ input: `${n} ${text}` }, { output: `answer ${n}` });
    const { history } = await classic.loadMemoryVariables({ input: `What do I build with?\n\n${text}` });
    const [block, ...recent] = history as BaseMessage[];
    expect(block?.text).toContain(fact);
    expect(recent.map((message) => [message.getType(), message.text])).toEqual([
      ["ai", "answer 1"],
      ["human", `2 ${text}`],
      ["ai", "answer 2"],
    ]);
  });

  test("keys, messages, clearing", async () => {
    const classic = new SouvenirMemory({
      memory,
      namespace: "ada",
      memoryKey: "chat",
      inputKey: "question",
      outputKey: "answer",
      returnMessages: true,
      turns: 2,
    });
    expect(classic.memoryKeys).toEqual(["chat"]);
    expect(await classic.loadMemoryVariables({ question: "Hi" })).toEqual({ chat: [] });
    for (const n of [1, 2])
      await classic.saveContext(
        { question: `question ${n}`, other: "x" },
        { answer: `answer ${n}`, more: 1 },
      );
    const { chat } = await classic.loadMemoryVariables({ question: "zebra" });
    expect((chat as BaseMessage[]).slice(-2).map((message) => [message.getType(), message.text])).toEqual([
      ["human", "question 2"],
      ["ai", "answer 2"],
    ]);
    await classic.saveContext({ question: "same" }, { answer: "same" });
    await classic.saveContext({ question: "same" }, { answer: "same" });
    expect(await setting.thread()).toHaveLength(8);
    await classic.clear();
    expect(await setting.thread()).toEqual([]);
  });

  test("a memory that fails never fails the chain", async () => {
    const stages: string[] = [];
    const classic = new SouvenirMemory({
      memory: () => Promise.reject(new Error("disk")),
      namespace: "ada",
      onError: (_, { stage }) => stages.push(stage),
    });
    const chain = new ConversationChain({ llm: setting.model, memory: classic });
    expect((await chain.invoke({ input: fact })).response).toBe("Noted.");
    expect(stages).toEqual(["recall", "store"]);
  });
});

describe("models of LangChain", () => {
  test("embeddings over HTTP as an embedder", async () => {
    const embeddings = new MistralAIEmbeddings({
      apiKey: "key",
      serverURL: setting.standIn.url,
      maxRetries: 0,
    });
    const embedder = langchainEmbedder(embeddings);
    expect(embedder).toMatchObject({
      id: "langchain:MistralAIEmbeddings:mistral-embed:1024",
      dimensions: 1024,
    });
    expect(langchainEmbedder(embeddings, { context: "previous" }).context).toBe("previous");
    const own = await createMemory({ path: ":memory:", embedder });
    await own.set({ namespace: "ada", key: "k", value: "Ada drinks green tea" });
    expect(await own.flush()).toEqual({ pending: 0, failed: 0 });
    const { results, degraded } = await own.search({ namespace: "ada", query: "which tea" });
    expect([results[0]?.key, degraded]).toEqual(["k", []]);
    expect((await own.stats()).vectors).toBe(1);
    await own.close();
  });

  test("missing, short and broken vectors are refused", async () => {
    const answers: unknown[] = [
      [[1, 2]],
      [],
      [[]],
      [[1]],
      [[1, Number.NaN]],
      [[1, "2"]],
      undefined,
      [
        [1, 2],
        [3, 4],
      ],
    ];
    for (const [place, answer] of answers.entries()) {
      const embeddings = { embedDocuments: async () => answer as number[][], embedQuery: async () => [1] };
      const { embed } = langchainEmbedder(embeddings, { dimensions: 2 });
      const vectors = embed(["text"], { kind: "document" });
      if (place === 0) expect(await vectors).toEqual([Float32Array.of(1, 2)]);
      else await expect(vectors).rejects.toMatchObject({ code: "EMBEDDER_FAILED" });
      await expect(embed(["text"], { kind: "query" })).rejects.toMatchObject({ code: "EMBEDDER_FAILED" });
    }
    expect(() => langchainEmbedder({ embedDocuments: async () => [], embedQuery: async () => [] })).toThrow(
      /dimensions/,
    );
    expect(() => langchainEmbedder({} as never)).toThrow(SouvenirError);
  });

  test("a chat model as an extractor, whose names stand in the text", async () => {
    const entities = [
      { name: "Minou", type: "person" },
      { name: "Felix", type: "person" },
      { name: "minou", type: "person" },
      { name: "Lyon", type: "planet" },
      null,
    ];
    setting.standIn.script({ chat: () => ({ toolCalls: [{ name: "entities", arguments: { entities } }] }) });
    const extractor = langchainExtractor(setting.model);
    expect(await extractor.extract("Minou lives in Lyon", {})).toEqual([{ name: "Minou", type: "person" }]);
    setting.standIn.script({
      chat: () => ({ toolCalls: [{ name: "entities", arguments: { nothing: 1 } }] }),
    });
    await expect(extractor.extract("x", {})).rejects.toMatchObject({ code: "EXTRACTOR_FAILED" });
    expect(() => langchainExtractor({} as never)).toThrow(SouvenirError);
  });
});

/** What the indexing API remembers of earlier runs. */
class MemoryRecordManager extends RecordManager {
  override lc_namespace: string[] = ["test"];
  readonly #times = new Map<string, number>();
  #now = 0;
  override async createSchema(): Promise<void> {}
  override async getTime(): Promise<number> {
    this.#now += 1;
    return this.#now;
  }
  override async update(keys: string[]): Promise<void> {
    for (const key of keys) this.#times.set(key, this.#now);
  }
  override async exists(keys: string[]): Promise<boolean[]> {
    return keys.map((key) => this.#times.has(key));
  }
  override async listKeys({
    before = Number.POSITIVE_INFINITY,
  }: {
    before?: number;
  } = {}): Promise<string[]> {
    return [...this.#times].flatMap(([key, time]) => (time < before ? [key] : []));
  }
  override async deleteKeys(keys: string[]): Promise<void> {
    for (const key of keys) this.#times.delete(key);
  }
}
