import { AIMessage, type BaseMessage, HumanMessage, RemoveMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, InMemoryStore, MemorySaver, MessagesAnnotation, StateGraph } from "@langchain/langgraph";
import { textOf } from "@souvenir/test/mistral-stand-in/wire";
import {
  createAgent,
  createMiddleware,
  humanInTheLoopMiddleware,
  modelCallLimitMiddleware,
  summarizationMiddleware,
  toolStrategy,
} from "langchain";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  memoryTools,
  SouvenirChatMessageHistory,
  SouvenirMemory,
  SouvenirRetriever,
  toLabel,
  toolsToApprove,
} from "../src/index.ts";
import { type AnswerMark, type MemoryMiddlewareOptions, memoryMiddleware } from "../src/middleware.ts";
import { SouvenirStore } from "../src/store.ts";
import { type AgentSetting, fence, openAgentSetting } from "./agent-setting.ts";

let setting: AgentSetting;
beforeEach(async () => {
  setting = await openAgentSetting();
});
afterEach(() => setting.close());

const ada = { context: { userId: "ada" } };
const on = (thread_id: string) => ({ ...ada, configurable: { thread_id } });
const fact = "I build with Rust, Axum, PostgreSQL and HTMX.";
const question = "What do I build my web services with?";
const ask = (content: string, id?: string) => ({
  messages: [new HumanMessage({ content, ...(id === undefined ? {} : { id }) })],
});
const clock = tool(async () => "It is noon.", {
  name: "clock",
  description: "Tells the time",
  schema: z.object({}),
});
const callsClock = { toolCalls: [{ name: "clock", arguments: {} }] };
const agentWith = (options: MemoryMiddlewareOptions = {}, more: object = {}) =>
  createAgent({ model: setting.model, middleware: [setting.middleware(options)], ...more });

describe("the block", () => {
  test("is in the call of the model alone: neither in the answer's messages, nor in the checkpoint", async () => {
    await setting.knows(fact);
    const checkpointer = new MemorySaver();
    const result = await agentWith({}, { checkpointer }).invoke(ask(question), on("t"));
    expect(setting.questions()[0]).toContain(fact);
    expect(Object.keys(result)).toEqual(["messages"]);
    expect(result.messages[0]?.content).toBe(question);
    const saved = JSON.stringify((await checkpointer.getTuple(on("t")))?.checkpoint.channel_values);
    expect(saved).not.toContain(fence);
  });

  test("in the system message leaves its parts as they are", async () => {
    await setting.knows(fact);
    const extra = createMiddleware({
      name: "Parts",
      wrapModelCall: (request, handler) =>
        handler({ ...request, systemMessage: request.systemMessage.concat("Be kind.") }),
    });
    const own = setting.middleware({ placement: "system" });
    const made = { model: setting.model, systemPrompt: "You are brief." };
    await createAgent({ ...made, middleware: [own] }).invoke(ask(question), ada);
    await createAgent({ ...made, middleware: [extra, own] }).invoke(ask(question), ada);
    const [plain, more] = setting.bodies().map(({ messages }) => textOf(messages[0]?.content));
    expect(plain).toMatch(/^You are brief\.\s*<souvenir-memories>\n/);
    expect(more).toMatch(/^You are brief\.\s*Be kind\.\s*<souvenir-memories>/);
    expect(setting.questions()).toEqual([question, question]);
  });

  test("follows the user's words in a message of parts", async () => {
    await setting.knows(fact);
    const content = [
      { type: "text", text: question },
      { type: "image_url", image_url: "data:image/png;base64,AAAA" },
    ];
    await agentWith().invoke({ messages: [new HumanMessage({ content })] }, ada);
    const sent = setting.bodies()[0]?.messages[0]?.content as { type: string; text?: string }[];
    expect(sent.map(({ type }) => type)).toEqual(["text", "image_url", "text"]);
    expect(sent[2]?.text).toContain(fact);
  });

  test("a stream has the model's tokens alone, and a custom event and the answer say what was recalled", async () => {
    await setting.knows(fact);
    setting.standIn.script({ chat: [callsClock, { content: "With Rust." }] });
    const agent = agentWith({}, { tools: [clock] });
    const tokens: string[] = [];
    const events: unknown[] = [];
    const answers: BaseMessage[] = [];
    for await (const [mode, chunk] of await agent.stream(ask(question), {
      ...ada,
      streamMode: ["messages", "custom", "values"],
    })) {
      if (mode === "custom") events.push(chunk);
      else if (mode === "messages") tokens.push((chunk[0] as BaseMessage).text);
      else answers.splice(0, 1, (chunk as { messages: BaseMessage[] }).messages.at(-1) as BaseMessage);
    }
    expect(tokens.join("")).not.toContain(fence);
    const memory = {
      key: expect.any(String),
      text: fact,
      score: expect.any(Number),
      date: expect.any(String),
    };
    expect(events).toMatchObject([
      { type: "memory", text: expect.stringMatching(/^recalled \d+ memor/), recalled: [memory] },
    ]);
    const { souvenir } = answers[0]!.response_metadata as { souvenir?: AnswerMark };
    expect(souvenir?.recalled?.[0]).toEqual(memory);
  });

  test("of two middlewares stand both, with names of their own", async () => {
    await setting.knows(fact);
    await setting.knows("The team builds mobile apps with Kotlin.", "team");
    const team = { name: "TeamMemory", namespace: "team", store: false } as const;
    for (const placement of ["user", "system"] as const) {
      const middleware = [setting.middleware({ placement }), setting.middleware({ ...team, placement })];
      const agent = createAgent({ model: setting.model, systemPrompt: "You are brief.", middleware });
      await agent.invoke(ask("What do we build with, the team and I?"), on(placement));
      const sent = JSON.stringify(setting.bodies().at(-1));
      expect(sent.split(fence)).toHaveLength(3);
      expect(sent).toContain(fact);
      expect(sent).toContain("Kotlin");
    }
    expect(await setting.thread({ namespace: "team" })).toEqual([]);
    expect(() =>
      createAgent({
        model: setting.model,
        middleware: [setting.middleware(), setting.middleware()] as never,
      }),
    ).toThrow(/multiple times/);
  });
});

describe("whose memory", () => {
  test("of the user that the context names, else configurable, else of a function or a label path", async () => {
    const agent = agentWith();
    await agent.invoke(ask("I am two."), { context: { userId: "two" } });
    await agent.invoke(ask("I am three."), { configurable: { user_id: "three", thread_id: "t" } });
    await agent.invoke(ask("I am four."), { context: { user_id: 4 }, configurable: { user_id: "five" } });
    await agent.invoke(ask("I am six."), { context: { souvenir: { namespace: "six", thread: "chosen" } } });
    await agentWith({
      namespace: ({ context }) => ["memories", (context as { tenant: string }).tenant],
      thread: () => "chosen",
    }).invoke(ask("I am seven."), { context: { tenant: "seven@example.com" } as never });
    expect(await setting.memory.namespaces()).toEqual(
      ["4", "memories/seven@example.com", "six", "three", "two"].sort(),
    );
    expect(await setting.thread({ namespace: "six", thread: "chosen" })).toHaveLength(2);
    expect(setting.errors).toEqual([]);
  });

  test("names of the application's own are not ours, and without a user nothing is recalled or kept", async () => {
    const own = { namespace: "kube-system", thread: "main", user: "ada" };
    const result = await agentWith().invoke(ask(fact), { context: own as never, configurable: own });
    expect(result.messages.at(-1)?.text).toBe("Noted.");
    await agentWith().invoke(ask(fact), { context: { userId: { name: "ada" } } });
    expect(await setting.memory.namespaces()).toEqual([]);
    expect(setting.errors.map(({ stage }) => stage)).toEqual(["scope", "scope"]);
  });

  test("a user's id is one label, whatever is in it, the same for the store and in a template", async () => {
    const store = new SouvenirStore({ memory: setting.memory });
    const ids = ["ada", "ada/private", "ada%2Fprivate", "ada.b:c", "ada%", "{user_id}", "ada%2Eb"];
    const [name, path] = ["all/{user_id}", ["all", "{userId}"]];
    for (const [place, userId] of ids.entries()) {
      const run = { context: { userId }, configurable: { thread_id: "t" } };
      await agentWith().invoke(ask(`My number is ${place}.`), run);
      await agentWith({ namespace: name }).invoke(ask(`My number is ${place}.`), run);
      await agentWith({ namespace: path, store: "user" }).invoke(ask("Again I say something."), run);
      expect((await store.search([toLabel(userId)])).map(({ value }) => value.text)[0]).toBe(
        `My number is ${place}.`,
      );
      expect(await store.search(["all", toLabel(userId)])).toHaveLength(3);
    }
    expect(await setting.memory.namespaces()).toHaveLength(ids.length * 2);
    expect(setting.errors).toEqual([]);
  });

  test("a template that nothing fills is refused everywhere", async () => {
    const path = ["memories", "{langgraph_user_id}"];
    await agentWith({ namespace: path }).invoke(ask(fact), ada);
    await agentWith({ namespace: () => path }).invoke(ask(fact), ada);
    const [remember] = memoryTools({ memory: setting.memory, namespace: path });
    expect(await remember?.invoke({ text: "Tea." }, ada)).toContain("not available");
    const retriever = new SouvenirRetriever({ memory: setting.memory, namespace: path });
    await expect(retriever.invoke("tea")).rejects.toThrow("{langgraph_user_id}");
    for (const make of [SouvenirMemory, SouvenirChatMessageHistory])
      expect(() => new make({ memory: setting.memory, namespace: path, sessionId: "s" })).toThrow(path[1]);
    expect(await setting.memory.namespaces()).toEqual([]);
    expect(setting.errors.map(({ stage }) => stage)).toEqual(["scope", "scope"]);
  });

  test("a context of the agent's own with other types is no trouble", async () => {
    await agentWith({}, { contextSchema: z.object({ userId: z.number() }) }).invoke(ask(fact), {
      context: { userId: 42 },
    });
    expect(await setting.memory.namespaces()).toEqual(["42"]);
  });

  test("the memory of the agent's own store", async () => {
    const store = new SouvenirStore({ memory: setting.memory });
    const stages: string[] = [];
    const middleware = [memoryMiddleware({ onError: (_, { stage }) => stages.push(stage) })];
    await createAgent({ model: setting.model, store, middleware }).invoke(ask(fact), ada);
    expect((await store.search(["ada"])).map(({ value }) => value.text)).toEqual([fact, "Noted."]);
    expect(stages).toEqual([]);
    const other = createAgent({ model: setting.model, store: new InMemoryStore(), middleware });
    expect((await other.invoke(ask(fact), ada)).messages).toHaveLength(2);
    expect(stages).toContain("store");
  });

  test("options that could be no scope are refused", () => {
    for (const wrong of [
      { namespace: "" },
      { namespace: [] },
      { namespace: {} },
      { thread: "" },
      { thread: {} },
    ])
      for (const make of [memoryMiddleware, memoryTools])
        expect(() => make({ memory: setting.memory, ...wrong } as never)).toThrow(Object.keys(wrong)[0]);
  });
});

describe("runs", () => {
  test("without a thread are told apart by run: each keeps what it said, once", async () => {
    const agent = agentWith({}, { tools: [clock] });
    const said = Array.from({ length: 6 }, (_, place) => `The number of my locker ${place} is ${place * 7}.`);
    setting.standIn.script({
      chat: ({ messages }) =>
        messages.at(-1)?.role === "tool"
          ? {
              content: `Noted: ${textOf(messages.find(({ role }) => role === "user")?.content).slice(0, 30)}`,
            }
          : { content: "Let me see.", ...callsClock },
    });
    await Promise.all(
      [...said, "Good morning.", "Good morning."].map((text) => agent.invoke(ask(text), ada)),
    );
    const thread = await setting.thread();
    expect(thread.filter((line) => line.startsWith("user: The")).toSorted()).toEqual(
      said.map((text) => `user: ${text}`),
    );
    expect(thread.filter((line) => line === "user: Good morning.")).toHaveLength(2);
    expect(thread.filter((line) => line === "assistant: Let me see.")).toHaveLength(8);
    expect(thread).toHaveLength(24);
  });

  test.each([{}, { configurable: { thread_id: "own" } }])(
    "that a tool starts recall, and keep nothing, with %o: their prompt is a model's",
    async (config) => {
      await setting.knows(fact);
      const inner = agentWith({}, { checkpointer: new MemorySaver() });
      const research = tool(
        async ({ task }) => (await inner.invoke(ask(task), config)).messages.at(-1)?.text ?? "",
        { name: "research", description: "Asks another agent", schema: z.object({ task: z.string() }) },
      );
      const task = "Find out what the user builds web services with.";
      setting.standIn.script({
        chat: [
          { toolCalls: [{ name: "research", arguments: { task } }] },
          { content: "Rust, says the memory." },
          { content: "You build with Rust." },
        ],
      });
      const agent = agentWith({}, { tools: [research], checkpointer: new MemorySaver() });
      await agent.invoke(ask("What is my stack?"), on("t"));
      expect(setting.questions()[1]).toContain(task);
      expect(setting.questions()[1]).toContain(fact);
      const { records } = await setting.memory.list({ namespace: "ada", limit: 1_000 });
      const spoken = records.filter(({ thread }) => thread !== undefined).map(({ value }) => value);
      expect(spoken).toEqual(["What is my stack?", "You build with Rust."]);
    },
  );

  test("of an agent that is a node of a graph keep what the user said to the graph", async () => {
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("agent", agentWith().graph as never)
      .addEdge("__start__", "agent" as never)
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke(ask(fact), { configurable: { thread_id: "t", user_id: "ada" } });
    expect(await setting.thread({ thread: "t" })).toEqual([`user: ${fact}`, "assistant: Noted."]);
  });

  test("that were interrupted go on, here or in another process, and are one turn", async () => {
    await setting.knows(fact);
    for (const elsewhere of [false, true]) {
      setting.standIn.script({ chat: [callsClock, { content: "At noon, with Rust." }] });
      const checkpointer = new MemorySaver();
      const make = () =>
        createAgent({
          model: setting.model,
          tools: [clock],
          checkpointer,
          middleware: [setting.middleware(), humanInTheLoopMiddleware({ interruptOn: { clock: true } })],
        });
      const agent = make();
      const config = on(`t${elsewhere}`);
      const paused = await agent.invoke(ask(question), config);
      expect("__interrupt__" in paused).toBe(true);
      expect(await setting.thread({ thread: `t${elsewhere}` })).toEqual([`user: ${question}`]);
      const resumed = elsewhere ? make() : agent;
      await resumed.invoke(new Command({ resume: { decisions: [{ type: "approve" }] } }), config);
      expect(await setting.thread({ thread: `t${elsewhere}` })).toEqual([
        `user: ${question}`,
        "assistant: At noon, with Rust.",
      ]);
      expect(setting.questions().at(-1)).toContain(fact);
    }
  });
});

describe("a thread of checkpoints", () => {
  const say = (...texts: string[]) => setting.standIn.script({ chat: texts.map((content) => ({ content })) });

  test("is kept once, also when it is summarised", async () => {
    const agent = createAgent({
      model: setting.model,
      checkpointer: new MemorySaver(),
      middleware: [
        setting.middleware(),
        summarizationMiddleware({ model: setting.model, trigger: { messages: 4 }, keep: { messages: 1 } }),
      ],
    });
    const said = ["I have a cat.", "She is called Minou.", "She likes fish.", "She sleeps a lot."];
    for (const text of said) await agent.invoke(ask(text), on("t"));
    const users = (await setting.thread({ thread: "t" })).filter((line) => line.startsWith("user: "));
    expect(users).toEqual(said.map((text) => `user: ${text}`));
    expect(await setting.thread({ thread: "t" })).toHaveLength(8);
  });

  test("is kept also when a loop is so long that the user's words are summed up within it", async () => {
    await setting.knows(fact);
    setting.standIn.script({
      chat: ({ messages }) => {
        if (textOf(messages.at(-1)?.content).includes("Messages to summarize")) return { content: "A loop." };
        const steps = messages.filter(({ role }) => role === "tool").length;
        return steps < 2 ? { content: "Let me look.", ...callsClock } : { content: "It is noon, still." };
      },
    });
    const trigger = { messages: 4 };
    const agent = createAgent({
      model: setting.model,
      tools: [clock],
      middleware: [
        setting.middleware(),
        summarizationMiddleware({ model: setting.model, trigger, keep: { messages: 3 } }),
      ],
    });
    await agent.invoke(ask(question), on("t"));
    expect(setting.questions().at(-1)).not.toContain(question);
    expect(await setting.thread({ thread: "t" })).toEqual([
      `user: ${question}`,
      "assistant: Let me look.",
      "assistant: Let me look.",
      "assistant: It is noon, still.",
    ]);
    expect(setting.errors).toEqual([]);
  });

  test("is edited by messages that are taken out or replaced", async () => {
    const agent = agentWith({}, { checkpointer: new MemorySaver() });
    say("Noted.", "A nice town.", "A nice city.", "How far?");
    await agent.invoke(ask("I have some news for you.", "h1"), on("t"));
    const { messages } = await agent.invoke(ask("I moved to Nantes.", "h2"), on("t"));
    await agent.graph.updateState(on("t"), {
      messages: messages.slice(2).map(({ id }) => new RemoveMessage({ id: id as string })),
    });
    await agent.invoke(ask("I moved to Rennes.", "h3"), on("t"));
    const expected = [
      "user: I have some news for you.",
      "assistant: Noted.",
      "user: I moved to Rennes.",
      "assistant: A nice city.",
    ];
    expect(await setting.thread({ thread: "t" })).toEqual(expected);
    // The same id again: the reducer replaces the message.
    const state = await agent.graph.getState(on("t"));
    await agent.graph.updateState(on("t"), {
      messages: [new RemoveMessage({ id: state.values.messages.at(-1).id })],
    });
    await agent.invoke(ask("I moved to Brest, in the end.", "h3"), on("t"));
    expect((await setting.thread({ thread: "t" })).slice(2)).toEqual([
      "user: I moved to Brest, in the end.",
      "assistant: How far?",
    ]);
  });

  test("goes another way from an earlier checkpoint: the branch that is gone is not recalled", async () => {
    const agent = agentWith({}, { checkpointer: new MemorySaver() });
    say("Noted.", "A nice town.", "A nice city.");
    await agent.invoke(ask("I have some news for you."), on("t"));
    const fork = (await agent.graph.getState(on("t"))).config;
    await agent.invoke(ask("I moved to Nantes."), on("t"));
    await agent.invoke(ask("I moved to Rennes."), { ...ada, configurable: fork.configurable });
    expect(await setting.thread({ thread: "t" })).toEqual([
      "user: I have some news for you.",
      "assistant: Noted.",
      "user: I moved to Rennes.",
      "assistant: A nice city.",
    ]);
    const { results } = await setting.memory.search({ namespace: "ada", query: "Where did I move to?" });
    expect(results.map(({ value }) => value).join()).not.toContain("Nantes");
  });

  test.each([{}, { toolMessageContent: "Here it is, as you wanted it." }])(
    "keeps nothing of structured answers, in their turn and in the next: %o",
    async (how) => {
      const responseFormat = toolStrategy(z.object({ language: z.string() }), how);
      const agent = agentWith({}, { checkpointer: new MemorySaver(), responseFormat });
      for (const text of ["Which language do I use?", "And which one at home?"])
        expect(await agent.invoke(ask(text), on("t"))).toHaveProperty("structuredResponse");
      expect(await setting.thread({ thread: "t" })).toEqual([
        "user: Which language do I use?",
        "user: And which one at home?",
      ]);
    },
  );
});

describe("other middleware and tools", () => {
  test("a jump to the end keeps what the user said", async () => {
    const agent = createAgent({
      model: setting.model,
      tools: [clock],
      middleware: [setting.middleware(), modelCallLimitMiddleware({ runLimit: 1, exitBehavior: "end" })],
    });
    setting.standIn.script({ chat: [callsClock] });
    await agent.invoke(ask(fact), ada);
    expect((await setting.thread())[0]).toBe(`user: ${fact}`);
  });

  test("that answer with a command in the model's place are heeded", async () => {
    const detour = createMiddleware({
      name: "Detour",
      wrapModelCall: () => new Command({ update: { messages: [new AIMessage("Not today.")] } }) as never,
    });
    const agent = createAgent({ model: setting.model, middleware: [setting.middleware(), detour] });
    const { messages } = await agent.invoke(ask(fact), ada);
    expect(messages.at(-1)?.text).toBe("Not today.");
    expect((await setting.thread())[0]).toBe(`user: ${fact}`);
  });

  test("a tool that throws is a tool message, as without memory", async () => {
    const broken = tool(
      () => {
        throw new Error("tool trouble");
      },
      { name: "broken", description: "Breaks", schema: z.object({}) },
    );
    setting.standIn.script({
      chat: [{ toolCalls: [{ name: "broken", arguments: {} }] }, { content: "Sorry." }],
    });
    const result = await agentWith({}, { tools: [broken] }).invoke(ask("Break it"), ada);
    expect(result.messages.map((message) => message.getType())).toEqual(["human", "ai", "tool", "ai"]);
  });

  test("forgetting waits for the user, and what is rejected stays", async () => {
    for (const [decision, left] of [
      ["reject", 1],
      ["approve", 0],
    ] as const) {
      await setting.memory.set({ namespace: "ada", key: "cat", value: "Ada has a cat." });
      setting.standIn.script({
        chat: [{ toolCalls: [{ name: "forget", arguments: { keys: ["cat"] } }] }, { content: "Done." }],
      });
      const agent = createAgent({
        model: setting.model,
        tools: memoryTools({ memory: setting.memory }),
        checkpointer: new MemorySaver(),
        middleware: [humanInTheLoopMiddleware({ interruptOn: toolsToApprove })],
      });
      await agent.invoke(ask("Forget my cat"), on(decision));
      expect(await setting.memory.get({ namespace: "ada", key: "cat" })).toBeDefined();
      await agent.invoke(new Command({ resume: { decisions: [{ type: decision }] } }), on(decision));
      const { records } = await setting.memory.list({ namespace: "ada" });
      expect(records).toHaveLength(left);
    }
  });

  test("lone surrogates are repaired", async () => {
    setting.standIn.script({ chat: [{ content: "A broken \ud83d smile." }] });
    await agentWith().invoke(ask("Half of a smile: \ude00!"), on("t \ud83d"));
    const [said] = await setting.thread({ thread: "t \ufffd" });
    expect(said).toBe("user: Half of a smile: \ufffd!");
    expect(setting.errors).toEqual([]);
  });
});
