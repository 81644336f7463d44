import { type BaseMessage, HumanMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, InMemoryStore, MemorySaver } from "@langchain/langgraph";
import { SouvenirError, wholeMessages } from "@souvenir/core";
import {
  createAgent,
  createMiddleware,
  humanInTheLoopMiddleware,
  modelCallLimitMiddleware,
  summarizationMiddleware,
} from "langchain";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { memoryMiddleware } from "../src/middleware.ts";
import { SouvenirStore } from "../src/store.ts";
import { type AgentSetting, fence, openAgentSetting } from "./agent-setting.ts";

let setting: AgentSetting;
beforeEach(async () => {
  setting = await openAgentSetting();
});
afterEach(() => setting.close());

const ada = { context: { userId: "ada" } };
const fact = "I build with Rust, Axum, PostgreSQL and HTMX.";
const question = "What do I build my web services with?";
function ask(content: string) {
  return { messages: [new HumanMessage(content)] };
}
const clock = tool(async () => "It is noon.", {
  name: "clock",
  description: "Tells the time",
  schema: z.object({}),
});

describe("one turn", () => {
  test("what was said in one thread is known in the next", async () => {
    const agent = createAgent({ model: setting.model, middleware: [setting.middleware()] });
    await agent.invoke(ask(fact), { ...ada, configurable: { thread_id: "monday" } });
    const result = await agent.invoke(ask(question), { ...ada, configurable: { thread_id: "tuesday" } });
    expect(result.messages.at(-1)?.text).toContain("Rust, Axum, PostgreSQL and HTMX");
    expect(await setting.thread("ada", "monday")).toEqual([`user: ${fact}`, "assistant: Noted."]);
    expect((await setting.thread("ada", "tuesday"))[0]).toBe(`user: ${question}`);
    expect(setting.errors).toEqual([]);
  });

  test("the block is at the end of a system message that stays a text, and nowhere else", async () => {
    await setting.knows("ada", fact);
    const agent = createAgent({
      model: setting.model,
      systemPrompt: "You are brief.",
      middleware: [setting.middleware()],
    });
    const result = await agent.invoke(ask(question), ada);
    const [body] = setting.bodies();
    expect(body?.messages.map(({ role }) => role)).toEqual(["system", "user"]);
    expect(body?.messages[0]?.content).toMatch(/^You are brief\.\n\n<souvenir-memories>\n/);
    expect(body?.messages[0]?.content).toContain(fact);
    expect(body?.messages[1]?.content).toBe(question);
    expect(JSON.stringify(result.messages)).not.toContain(fence);
    expect(await setting.thread("ada")).toEqual([
      `user: ${question}`,
      `assistant: ${result.messages.at(-1)?.text}`,
    ]);
  });

  test("a prompt of parts keeps its parts", async () => {
    await setting.knows("ada", fact);
    const extra = createMiddleware({
      name: "Parts",
      wrapModelCall: (request, handler) =>
        handler({ ...request, systemMessage: request.systemMessage.concat("Be kind.") }),
    });
    const agent = createAgent({ model: setting.model, middleware: [extra, setting.middleware()] });
    await agent.invoke(ask(question), ada);
    expect(setting.systems()[0]).toContain("Be kind.");
    expect(setting.systems()[0]).toContain(fact);
  });

  test("nothing relevant adds nothing", async () => {
    const agent = createAgent({ model: setting.model, middleware: [setting.middleware()] });
    await agent.invoke(ask("Hello there"), ada);
    expect(setting.bodies()[0]?.messages.map(({ role }) => role)).toEqual(["user"]);
  });

  test("all calls of a tool loop see one recall, and the final answer alone is kept", async () => {
    await setting.knows("ada", fact);
    setting.standIn.script({
      chat: [
        { content: "Let me look.", toolCalls: [{ name: "clock", arguments: {} }] },
        { toolCalls: [{ name: "clock", arguments: {} }] },
        { content: "With Rust, at noon." },
      ],
    });
    const agent = createAgent({ model: setting.model, tools: [clock], middleware: [setting.middleware()] });
    await agent.invoke(ask(question), ada);
    expect(setting.recalls).toHaveLength(1);
    const systems = setting.systems();
    expect(systems).toHaveLength(3);
    expect(new Set(systems).size).toBe(1);
    expect(systems[0]).toContain(fact);
    expect(await setting.thread("ada")).toEqual([`user: ${question}`, "assistant: With Rust, at noon."]);
  });

  test("a message of parts is remembered by its text, thinking is not", async () => {
    setting.standIn.script({
      chat: [
        {
          content: [
            { type: "thinking", thinking: [{ type: "text", text: "secret thoughts" }] },
            { type: "text", text: "A cat." },
          ],
        },
      ],
    });
    const agent = createAgent({ model: setting.model, middleware: [setting.middleware()] });
    const content = [
      { type: "text", text: "What is this?" },
      { type: "image_url", image_url: "data:image/png;base64,AAAA" },
    ];
    await agent.invoke({ messages: [new HumanMessage({ content })] }, ada);
    expect(await setting.thread("ada")).toEqual(["user: What is this?", "assistant: A cat."]);
  });
});

describe("a conversation", () => {
  test("with a checkpointer each turn is kept once, also when the thread is summarised", async () => {
    const agent = createAgent({
      model: setting.model,
      checkpointer: new MemorySaver(),
      middleware: [
        setting.middleware(),
        summarizationMiddleware({ model: setting.model, trigger: { messages: 4 }, keep: { messages: 1 } }),
      ],
    });
    const config = { ...ada, configurable: { thread_id: "t" } };
    const said = ["I have a cat.", "She is called Minou.", "She likes fish.", "She sleeps a lot."];
    for (const text of said) await agent.invoke(ask(text), config);
    const users = (await setting.thread("ada", "t")).filter((line) => line.startsWith("user: "));
    expect(users).toEqual(said.map((text) => `user: ${text}`));
    expect(await setting.thread("ada", "t")).toHaveLength(8);
  });

  test("a caller who passes the growing history stores each message once", async () => {
    const agent = createAgent({ model: setting.model, middleware: [setting.middleware()] });
    let messages: BaseMessage[] = ask("I have a cat.").messages;
    for (const next of ["She is called Minou.", "She likes fish."]) {
      const result = await agent.invoke({ messages }, ada);
      messages = [...result.messages, new HumanMessage(next)];
    }
    await agent.invoke({ messages }, ada);
    expect((await setting.thread("ada")).filter((line) => line.startsWith("user"))).toEqual([
      "user: I have a cat.",
      "user: She is called Minou.",
      "user: She likes fish.",
    ]);
    expect(await setting.thread("ada")).toHaveLength(6);
  });

  test("what the thread says anyway is not recalled", async () => {
    const agent = createAgent({
      model: setting.model,
      checkpointer: new MemorySaver(),
      middleware: [setting.middleware()],
    });
    const config = { ...ada, configurable: { thread_id: "t" } };
    await agent.invoke(ask(fact), config);
    await agent.invoke(ask(question), config);
    expect(setting.systems().join("")).not.toContain(fence);
  });

  test("the private state is small and the block is not in the checkpoint", async () => {
    await setting.knows("ada", fact);
    const checkpointer = new MemorySaver();
    const agent = createAgent({ model: setting.model, checkpointer, middleware: [setting.middleware()] });
    const config = { ...ada, configurable: { thread_id: "t" } };
    const result = await agent.invoke(ask(question), config);
    expect(Object.keys(result)).toEqual(["messages"]);
    const saved = JSON.stringify((await checkpointer.getTuple(config))?.checkpoint.channel_values);
    expect(saved).not.toContain(fence);
    expect(JSON.stringify(JSON.parse(saved)._SouvenirMemory).length).toBeLessThan(300);
  });
});

describe("whose memory", () => {
  test("from the context, from configurable, from a function, as a label path", async () => {
    const agent = createAgent({ model: setting.model, middleware: [setting.middleware()] });
    await agent.invoke(ask("I am one."), { context: { namespace: "one" } });
    await agent.invoke(ask("I am two."), { context: { userId: "two" } });
    await agent.invoke(ask("I am three."), { configurable: { user_id: "three", thread_id: "t" } });
    await agent.invoke(ask("I am four."), { context: { userId: "four" }, configurable: { user_id: "five" } });
    const chosen = createAgent({
      model: setting.model,
      contextSchema: z.object({ tenant: z.string() }),
      middleware: [
        setting.middleware({
          namespace: ({ context }) => ["memories", (context as { tenant: string }).tenant],
          thread: () => "chosen",
        }),
      ],
    });
    await chosen.invoke(ask("I am six."), { context: { tenant: "six@example.com" } });
    expect(await setting.memory.namespaces()).toEqual(
      ["four", "memories/six@example.com", "one", "three", "two"].sort(),
    );
    expect(await setting.thread("memories/six@example.com", "chosen")).toHaveLength(2);
    expect(setting.errors).toEqual([]);
  });

  test("without a namespace nothing is recalled or kept, and the agent answers", async () => {
    const agent = createAgent({ model: setting.model, middleware: [setting.middleware()] });
    const result = await agent.invoke(ask(fact));
    expect(result.messages.at(-1)?.text).toBe("Noted.");
    expect(await setting.memory.namespaces()).toEqual([]);
    expect(setting.errors.map(({ stage }) => stage)).toEqual(["scope"]);
    expect(SouvenirError.is(setting.errors[0]?.error)).toBe(true);
  });

  test("a context of the agent's own with other types is no trouble", async () => {
    const agent = createAgent({
      model: setting.model,
      contextSchema: z.object({ userId: z.number() }),
      middleware: [setting.middleware()],
    });
    await agent.invoke(ask(fact), { context: { userId: 42 } });
    expect(await setting.memory.namespaces()).toEqual(["42"]);
  });

  test("the memory of the agent's own store", async () => {
    const store = new SouvenirStore({ memory: setting.memory });
    const agent = createAgent({ model: setting.model, store, middleware: [memoryMiddleware()] });
    await agent.invoke(ask(fact), ada);
    expect((await store.search(["ada"])).map(({ value }) => value.text)).toEqual([fact, "Noted."]);
    const stage: string[] = [];
    const other = createAgent({
      model: setting.model,
      store: new InMemoryStore(),
      middleware: [memoryMiddleware({ onError: (_, event) => stage.push(event.stage) })],
    });
    expect((await other.invoke(ask(fact), ada)).messages).toHaveLength(2);
    expect(stage).toEqual(["scope"]);
  });
});

describe("streams and other middleware", () => {
  test("a stream has the model's tokens alone, and a custom event says what was recalled", async () => {
    await setting.knows("ada", fact);
    const agent = createAgent({ model: setting.model, middleware: [setting.middleware()] });
    const tokens: string[] = [];
    const events: unknown[] = [];
    for await (const [mode, chunk] of await agent.stream(ask(question), {
      ...ada,
      streamMode: ["messages", "custom"],
    })) {
      if (mode === "custom") events.push(chunk);
      else tokens.push((chunk[0] as { text: string }).text);
    }
    expect(tokens.join("")).toContain("Rust");
    expect(tokens.join("")).not.toContain(fence);
    expect(events).toMatchObject([{ type: "memory", text: expect.stringMatching(/^recalled \d+ memor/) }]);
    expect((events[0] as { keys: string[]; recalled: number }).keys).toHaveLength(
      (events[0] as { recalled: number }).recalled,
    );
    expect(await setting.thread("ada")).toHaveLength(2);
  });

  test("two of them, with names of their own, keep two memories", async () => {
    await setting.knows("ada", fact);
    await setting.knows("team", "The team builds mobile apps with Kotlin.");
    const agent = createAgent({
      model: setting.model,
      middleware: [
        setting.middleware(),
        setting.middleware({ name: "TeamMemory", namespace: "team", store: false }),
      ],
    });
    await agent.invoke(ask("What do we build with, the team and I?"), ada);
    expect(setting.systems()[0]?.split(fence)).toHaveLength(3);
    expect(await setting.thread("team")).toEqual([]);
    expect(() =>
      createAgent({
        model: setting.model,
        middleware: [setting.middleware(), setting.middleware()] as never,
      }),
    ).toThrow(/multiple times/);
  });

  test("an interrupted run is resumed, here or in another process, and kept once", async () => {
    await setting.knows("ada", fact);
    for (const elsewhere of [false, true]) {
      setting.standIn.script({
        chat: [{ toolCalls: [{ name: "clock", arguments: {} }] }, { content: "At noon, with Rust." }],
      });
      const checkpointer = new MemorySaver();
      const make = () =>
        createAgent({
          model: setting.model,
          tools: [clock],
          checkpointer,
          middleware: [setting.middleware(), humanInTheLoopMiddleware({ interruptOn: { clock: true } })],
        });
      const agent = make();
      const config = { ...ada, configurable: { thread_id: `t${elsewhere}` } };
      const paused = await agent.invoke(ask(question), config);
      expect("__interrupt__" in paused).toBe(true);
      expect(await setting.thread("ada", `t${elsewhere}`)).toEqual([`user: ${question}`]);
      const resumed = elsewhere ? make() : agent;
      await resumed.invoke(new Command({ resume: { decisions: [{ type: "approve" }] } }), config);
      expect(await setting.thread("ada", `t${elsewhere}`)).toEqual([
        `user: ${question}`,
        "assistant: At noon, with Rust.",
      ]);
      expect(setting.systems().at(-1)).toContain(fact);
    }
  });

  test("a structured answer is no speech", async () => {
    const agent = createAgent({
      model: setting.model,
      responseFormat: z.object({ language: z.string() }),
      middleware: [setting.middleware()],
    });
    const result = await agent.invoke(ask("Which language do I use?"), ada);
    expect(result.structuredResponse).toBeDefined();
    expect(await setting.thread("ada")).toEqual(["user: Which language do I use?"]);
  });

  test("a jump to the end keeps what the user said", async () => {
    const agent = createAgent({
      model: setting.model,
      tools: [clock],
      middleware: [setting.middleware(), modelCallLimitMiddleware({ runLimit: 1, exitBehavior: "end" })],
    });
    setting.standIn.script({ chat: [{ toolCalls: [{ name: "clock", arguments: {} }] }] });
    await agent.invoke(ask(fact), ada);
    expect((await setting.thread("ada"))[0]).toBe(`user: ${fact}`);
  });
});

describe("failures", () => {
  const failing = (error: Error) => ({
    recall: () => Promise.reject(error),
    remember: () => Promise.reject(error),
  });

  test("a memory that fails, hangs, throws or cannot be opened never fails the agent", async () => {
    const error = new Error("the disk is gone");
    const hanging = () => new Promise<never>(() => {});
    const broken = [
      failing(error),
      { recall: hanging, remember: hanging },
      {
        recall: () => {
          throw error;
        },
        remember: () => {
          throw error;
        },
      },
      () => Promise.reject(error),
    ];
    for (const memory of broken) {
      const agent = createAgent({
        model: setting.model,
        middleware: [setting.middleware({ memory: memory as never, deadlineMs: 50 })],
      });
      const result = await agent.invoke(ask(fact), ada);
      expect(result.messages.at(-1)?.text).toBe("Noted.");
    }
    expect(setting.errors.length).toBeGreaterThanOrEqual(7);
  });

  test("listeners that throw are no trouble", async () => {
    const fail = () => {
      throw new Error("listener");
    };
    const agent = createAgent({
      model: setting.model,
      middleware: [setting.middleware({ onError: fail, onRecall: fail })],
    });
    expect((await agent.invoke(ask(fact), ada)).messages).toHaveLength(2);
  });

  test("a model that fails loses nothing of what the user said, and the error is the model's", async () => {
    setting.standIn.script({ chat: [{ fault: "status", status: 400, body: { message: "no" } }] });
    const agent = createAgent({ model: setting.model, middleware: [setting.middleware()] });
    await expect(agent.invoke(ask(fact), ada)).rejects.toThrow(/400|no/);
    expect(await setting.thread("ada")).toEqual([`user: ${fact}`]);
    await agent.invoke(ask(fact), ada);
    expect(await setting.thread("ada")).toEqual([`user: ${fact}`, "assistant: Noted."]);
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
    const agent = createAgent({ model: setting.model, tools: [broken], middleware: [setting.middleware()] });
    const result = await agent.invoke(ask("Break it"), ada);
    expect(result.messages.map((message) => message.getType())).toEqual(["human", "ai", "tool", "ai"]);
  });

  test("recall: false and store: false", async () => {
    await setting.knows("ada", fact);
    const agent = createAgent({
      model: setting.model,
      middleware: [setting.middleware({ recall: false, store: "user" })],
    });
    await agent.invoke(ask(question), ada);
    expect(setting.recalls).toEqual([]);
    expect(await setting.thread("ada")).toEqual([`user: ${question}`]);
    const silent = createAgent({ model: setting.model, middleware: [setting.middleware({ store: false })] });
    await silent.invoke(ask("What else do I build?"), ada);
    expect(setting.recalls).toHaveLength(1);
    expect(await setting.thread("ada")).toEqual([`user: ${question}`]);
  });
});

describe("a message over the limits of a memory", () => {
  const pasted = `${"One paragraph of many.\n\n".repeat(2_000)}The captain is Zephyrine.\n\n${"Another one.\n\n".repeat(2_000)}`;
  const captain = "Who is the captain, Zephyrine?";

  test("is kept whole, once, and not repeated to a model that sees it", async () => {
    const answer = `Read. ${"An answer at length. ".repeat(3_000)}`;
    setting.standIn.script({ chat: [{ content: answer }] });
    const agent = createAgent({
      model: setting.model,
      middleware: [setting.middleware()],
      checkpointer: new MemorySaver(),
    });
    const monday = { ...ada, configurable: { thread_id: "monday" } };
    await agent.invoke(ask(pasted), monday);
    await agent.invoke(ask(captain), monday);
    expect(setting.systems()[1]).not.toContain(fence);
    const { records } = await setting.memory.list({ namespace: "ada", thread: "monday", limit: 1_000 });
    expect(records.length).toBeGreaterThan(6);
    const kept = wholeMessages(records);
    expect(kept.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant"]);
    expect([kept[0]?.value, kept[1]?.value]).toEqual([pasted, answer]);
    await agent.invoke(ask(captain), { ...ada, configurable: { thread_id: "tuesday" } });
    expect(setting.systems()[2]).toContain("Zephyrine");
    expect(setting.errors).toEqual([]);
  });

  test.each([
    ["beginning", `${question}\n\n${pasted}`],
    ["end", `${pasted}\n\n${question}`],
  ])("is looked up by its %s", async (_, content) => {
    await setting.knows("ada", fact);
    const agent = createAgent({ model: setting.model, middleware: [setting.middleware()] });
    await agent.invoke(ask(content), ada);
    expect(setting.systems()[0]).toContain(fact);
    expect(setting.errors).toEqual([]);
  });
});
