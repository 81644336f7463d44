import { Mistral } from "@mistralai/mistralai";
import type { ConversationEvents } from "@mistralai/mistralai/models/components/conversationevents.js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { unknownAnswer } from "./src/mistral-stand-in/answer.ts";
import * as faults from "./src/mistral-stand-in/faults.ts";
import { Gate } from "./src/mistral-stand-in/gate.ts";
import { type MistralStandIn, startMistralStandIn } from "./src/mistral-stand-in/stand-in.ts";
import type { WireEntry } from "./src/mistral-stand-in/wire.ts";

const model = "mistral-small-2603";
let standIn: MistralStandIn;
let client: Mistral;
beforeAll(async () => {
  standIn = await startMistralStandIn();
  client = new Mistral({ apiKey: "key", serverURL: standIn.url });
});
afterEach(() => standIn.reset());
afterAll(() => standIn.close());

const weather = {
  type: "function" as const,
  function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
};

async function all<Item>(stream: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
const textsOf = (entries: readonly object[]) => entries.map((entry) => "content" in entry && entry.content);

describe("a conversation", () => {
  test("starts, continues with what was said before, and tells its history", async () => {
    const first = await client.beta.conversations.start({ model, inputs: "I moved to Nantes." });
    expect(first).toMatchObject({
      object: "conversation.response",
      conversationId: expect.stringMatching(/^conv_[0-9a-f]{32}$/),
      outputs: [
        { type: "message.output", role: "assistant", content: "Noted.", model, id: expect.any(String) },
      ],
      usage: { promptTokens: expect.any(Number) },
    });
    const { conversationId } = first;
    const second = await client.beta.conversations.append({
      conversationId,
      conversationAppendRequest: { inputs: "Where did I move to?" },
    });
    expect(second.conversationId).toBe(conversationId);
    expect(textsOf(second.outputs)).toEqual(["I moved to Nantes."]);
    expect(second.usage.promptTokens).toBeGreaterThan(first.usage.promptTokens);

    const { entries } = await client.beta.conversations.getHistory({ conversationId });
    expect(entries.map(({ type }) => type)).toEqual([
      "message.input",
      "message.output",
      "message.input",
      "message.output",
    ]);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(4);
    const { messages } = await client.beta.conversations.getMessages({ conversationId });
    expect(textsOf(messages)).toEqual([
      "I moved to Nantes.",
      "Noted.",
      "Where did I move to?",
      "I moved to Nantes.",
    ]);
  });

  test("restarts from an entry as another conversation; the first stays as it was", async () => {
    const first = await client.beta.conversations.start({ model, inputs: "I moved to Nantes." });
    const { conversationId } = first;
    await client.beta.conversations.append({
      conversationId,
      conversationAppendRequest: { inputs: "My dog is called Rex." },
    });
    const other = await client.beta.conversations.restart({
      conversationId,
      conversationRestartRequest: { fromEntryId: first.outputs[0]!.id!, inputs: "What is my dog called?" },
    });
    expect(other.conversationId).not.toBe(conversationId);
    expect(textsOf(other.outputs)).toEqual([unknownAnswer]);
    const history = (id: string) => client.beta.conversations.getHistory({ conversationId: id });
    expect((await history(other.conversationId)).entries).toHaveLength(4);
    expect((await history(conversationId)).entries).toHaveLength(4);
    await expect(
      client.beta.conversations.restart({
        conversationId,
        conversationRestartRequest: { fromEntryId: "msg_other", inputs: "?" },
      }),
    ).rejects.toMatchObject({ statusCode: 404 });
  });

  test("is described, listed, deleted, and then unknown", async () => {
    const settings = { model, instructions: "Be brief.", name: "Ada", metadata: { user: "ada" } };
    const { conversationId } = await client.beta.conversations.start({ ...settings, inputs: "Hello" });
    await client.beta.conversations.start({ model, inputs: "Another" });
    expect(await client.beta.conversations.get({ conversationId })).toMatchObject({
      ...settings,
      object: "conversation",
      id: conversationId,
      createdAt: expect.any(Date),
    });
    expect(await client.beta.conversations.list()).toHaveLength(2);
    expect(await client.beta.conversations.list({ pageSize: 1, page: 1 })).toHaveLength(1);
    await client.beta.conversations.delete({ conversationId });
    for (const call of [
      () => client.beta.conversations.get({ conversationId }),
      () => client.beta.conversations.getHistory({ conversationId }),
      () => client.beta.conversations.delete({ conversationId }),
      () =>
        client.beta.conversations.append({ conversationId, conversationAppendRequest: { inputs: "Hello" } }),
    ]) {
      await expect(call()).rejects.toMatchObject({ statusCode: 404 });
    }
  });

  test("that is not stored cannot be continued", async () => {
    const { conversationId } = await client.beta.conversations.start({
      model,
      inputs: "Hello",
      store: false,
    });
    await expect(
      client.beta.conversations.append({ conversationId, conversationAppendRequest: { inputs: "?" } }),
    ).rejects.toMatchObject({ statusCode: 404 });
  });

  test("asks for a function, and takes its result before anything else", async () => {
    const inputs = "What is the weather in Brest?";
    const { conversationId, outputs } = await client.beta.conversations.start({
      model,
      inputs,
      tools: [weather],
    });
    expect(outputs).toMatchObject([
      { type: "function.call", name: "weather", toolCallId: expect.stringMatching(/^[a-zA-Z0-9]{9}$/) },
    ]);
    const append = (
      input: Parameters<typeof client.beta.conversations.append>[0]["conversationAppendRequest"],
    ) => client.beta.conversations.append({ conversationId, conversationAppendRequest: input });
    await expect(append({ inputs: "Hello?" })).rejects.toMatchObject({ statusCode: 400 });
    const result = { type: "function.result" as const, toolCallId: "callwrong", result: "Rain." };
    await expect(append({ inputs: [result] })).rejects.toMatchObject({ statusCode: 400 });
    const toolCallId = (outputs[0] as { toolCallId: string }).toolCallId;
    const answer = await append({ inputs: [{ ...result, toolCallId }] });
    expect(textsOf(answer.outputs)).toEqual(["Rain."]);
  });

  test("waits for a confirmation, and takes it for the call that waits only", async () => {
    const call = { type: "function.call", tool_call_id: "abcDEF123", name: "pay", arguments: "{}" } as const;
    standIn.script({ conversations: [{ outputs: [{ ...call, confirmation_status: "pending" }] }] });
    const { conversationId } = await client.beta.conversations.start({ model, inputs: "Pay." });
    const confirm = (toolCallId: string) =>
      client.beta.conversations.append({
        conversationId,
        conversationAppendRequest: { toolConfirmations: [{ toolCallId, confirmation: "allow" }] },
      });
    await expect(confirm("abcDEF124")).rejects.toMatchObject({ statusCode: 400 });
    standIn.script({ conversations: [{ content: "Paid." }] });
    expect(textsOf((await confirm("abcDEF123")).outputs)).toEqual(["Paid."]);
    const { entries } = await client.beta.conversations.getHistory({ conversationId });
    expect(entries[1]).toMatchObject({ type: "function.call", confirmationStatus: "allowed" });
  });

  test("of an agent takes the agent's model and instructions", async () => {
    const agent = await client.beta.agents.create({
      model,
      name: "Guide",
      instructions: "You live in Brest.",
    });
    const { conversationId, outputs } = await client.beta.conversations.start({
      agentId: agent.id,
      inputs: "Where do you live?",
    });
    expect(outputs).toMatchObject([{ content: "You live in Brest.", agentId: agent.id, model }]);
    expect(await client.beta.conversations.get({ conversationId })).toMatchObject({ agentId: agent.id });
    await expect(
      client.beta.conversations.start({ agentId: "ag_other", inputs: "Hello" }),
    ).rejects.toMatchObject({ statusCode: 404 });
  });
});

const steps = [
  {
    type: "tool.execution",
    name: "web_search",
    arguments: '{"query":"tea"}',
    info: { result: "Tea grows in Assam." },
  },
  {
    type: "agent.handoff",
    previous_agent_id: "ag_1",
    previous_agent_name: "Search",
    next_agent_id: "ag_2",
    next_agent_name: "Writer",
  },
  {
    type: "message.output",
    content: [
      { type: "thinking", thinking: [{ type: "text", text: "Assam is in India." }] },
      { type: "text", text: "Tea grows in India." },
      { type: "tool_reference", tool: "web_search", title: "Tea", url: "https://example.com" },
    ],
  },
  { type: "function.call", tool_call_id: "abcDEF123", name: "weather", arguments: '{"city":"Assam"}' },
] as const satisfies WireEntry[];

describe("entries of each kind", () => {
  test("in JSON and in the history", async () => {
    standIn.script({ conversations: [{ outputs: [...steps] }] });
    const { conversationId, outputs, usage } = await client.beta.conversations.start({
      model,
      inputs: "Tea?",
    });
    expect(outputs).toMatchObject([
      { type: "tool.execution", name: "web_search", info: { result: "Tea grows in Assam." } },
      { type: "agent.handoff", previousAgentName: "Search", nextAgentName: "Writer" },
      {
        type: "message.output",
        content: [{ type: "thinking" }, { type: "text" }, { type: "tool_reference" }],
      },
      { type: "function.call", toolCallId: "abcDEF123" },
    ]);
    expect(usage.connectors).toEqual({ web_search: 1 });
    const { entries } = await client.beta.conversations.getHistory({ conversationId });
    expect(entries.slice(1)).toEqual(outputs);
  });

  test("as events, and the history has them too", async () => {
    standIn.script({ conversations: [{ outputs: [...steps], splitArguments: true }] });
    const events = await all(await client.beta.conversations.startStream({ model, inputs: "Tea?" }));
    expect(runs(events)).toEqual([
      "conversation.response.started",
      "tool.execution.started",
      "tool.execution.delta",
      "tool.execution.done",
      "agent.handoff.started",
      "agent.handoff.done",
      "message.output.delta",
      "function.call.delta",
      "conversation.response.done",
    ]);
    expect(events.every(({ event, data }) => event === data.type)).toBe(true);
    const said = events.flatMap(({ data }) => (data.type === "message.output.delta" ? [data] : []));
    expect(said.map(({ content }) => (typeof content === "string" ? content : "")).join("")).toBe(
      "Tea grows in India.",
    );
    expect(said[0]).toMatchObject({
      outputIndex: 2,
      contentIndex: 0,
      content: { type: "thinking", thinking: [{ type: "text", text: "Assam " }] },
    });
    expect(said.at(-1)!.content).toMatchObject({ type: "tool_reference", title: "Tea" });
    const calls = events.flatMap(({ data }) => (data.type === "function.call.delta" ? [data] : []));
    expect(calls.map(({ arguments: given }) => given).join("")).toBe('{"city":"Assam"}');
    expect(events.at(-1)!.data).toMatchObject({ usage: { connectors: { web_search: 1 } } });
    const started = events[0]!.data as { conversationId: string };
    const { entries } = await client.beta.conversations.getHistory(started);
    expect(entries.map(({ type }) => type)).toEqual(["message.input", ...steps.map(({ type }) => type)]);
  });

  test("as events of a continued and of a restarted conversation", async () => {
    const first = await client.beta.conversations.start({ model, inputs: "I moved to Nantes." });
    const { conversationId } = first;
    const continued = await all(
      await client.beta.conversations.appendStream({
        conversationId,
        conversationAppendStreamRequest: { inputs: "Where did I move to?" },
      }),
    );
    const restarted = await all(
      await client.beta.conversations.restartStream({
        conversationId,
        conversationRestartStreamRequest: {
          inputs: "Where did I move to?",
          fromEntryId: first.outputs[0]!.id!,
        },
      }),
    );
    for (const events of [continued, restarted]) expect(spoken(events)).toBe("I moved to Nantes.");
    expect(continued[0]!.data).toMatchObject({ conversationId });
    expect(restarted[0]!.data).not.toMatchObject({ conversationId });
  });
});

const runs = (events: readonly ConversationEvents[]) =>
  events.map(({ event }) => event).filter((event, index, list) => event !== list[index - 1]);
const spoken = (events: readonly ConversationEvents[]) =>
  events
    .map(({ data }) =>
      data.type === "message.output.delta" && typeof data.content === "string" ? data.content : "",
    )
    .join("");

describe("what goes wrong", () => {
  test.each([
    ["401", faults.unauthorized(), 401],
    ["429", faults.rateLimited(), 429],
    ["500", faults.serverError(), 500],
  ])("%s, once", async (_, fault, statusCode) => {
    standIn.script({ conversations: [fault] });
    const start = () => client.beta.conversations.start({ model, inputs: "Hello" });
    await expect(start()).rejects.toMatchObject({ statusCode });
    await expect(start()).resolves.toBeDefined();
    expect(await client.beta.conversations.list()).toHaveLength(1);
  });

  test("an error among the events; nothing is kept of that answer", async () => {
    const { conversationId } = await client.beta.conversations.start({ model, inputs: "Hello." });
    standIn.script({
      conversations: [
        { content: "one two three", errorEvent: { afterEvents: 2, message: "Overloaded", code: 3505 } },
      ],
    });
    const events = await all(
      await client.beta.conversations.appendStream({
        conversationId,
        conversationAppendStreamRequest: { inputs: "Again." },
      }),
    );
    expect(spoken(events)).toBe("one ");
    expect(events.at(-1)!.data).toMatchObject({
      type: "conversation.response.error",
      message: "Overloaded",
      code: 3505,
    });
    expect((await client.beta.conversations.getHistory({ conversationId })).entries).toHaveLength(2);
  });

  test("a stream that dies has delivered what came before; the conversation is as it was", async () => {
    standIn.script({ conversations: [{ content: "one two", breakOff: { afterDeltas: 2, how: "die" } }] });
    const seen: ConversationEvents[] = [];
    const reading = (async () => {
      for await (const event of await client.beta.conversations.startStream({ model, inputs: "Hello" }))
        seen.push(event);
    })();
    await expect(reading).rejects.toThrow("terminated");
    expect(spoken(seen)).toBe("one ");
    expect(await client.beta.conversations.list()).toEqual([]);
  });

  test("a reader that goes away half way is seen", async () => {
    const gate = new Gate();
    standIn.script({ conversations: [{ content: "one two", beforeDelta: gate.beforeDelta }] });
    const arrival = standIn.nextRequest();
    const stopping = new AbortController();
    gate.let(2);
    const stream = await client.beta.conversations.startStream(
      { model, inputs: "Hello" },
      { signal: stopping.signal },
    );
    const reading = all(stream);
    await gate.reached(2);
    stopping.abort();
    await expect(reading).rejects.toThrow();
    const request = await arrival;
    await request.closed;
    expect(request.closedEarly).toBe(true);
    gate.open();
  });
});

describe("refuses", () => {
  const input = { type: "message.input", role: "user", content: "Hello" };
  const call = { type: "function.call", tool_call_id: "abcDEF123", name: "weather", arguments: "{}" };
  const result = { type: "function.result", tool_call_id: "abcDEF123", result: "Rain." };

  async function post(path: string, body: unknown): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${standIn.url}${path}`, {
      method: "POST",
      headers: { authorization: "Bearer key" },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  }

  test.each([
    ["neither a model nor an agent", { inputs: "Hello" }, 422],
    ["no inputs", { model }, 422],
    ["a field of ours", { model, inputs: "Hello", souvenir: {} }, 422],
    ["a prompt cache key", { model, inputs: "Hello", prompt_cache_key: "a" }, 422],
    ["an entry with a field of ours", { model, inputs: [{ ...input, metadata: {} }] }, 422],
    ["an entry with an id", { model, inputs: [{ ...input, id: "msg_1" }] }, 422],
    ["a step of the server", { model, inputs: [steps[0]] }, 422],
    ["an entry of a system", { model, inputs: [{ ...input, role: "system" }] }, 422],
    ["an answer at the end", { model, inputs: [input, { type: "message.output", content: "Hi" }] }, 400],
    ["a call without a result", { model, inputs: [input, call, input] }, 400],
    ["a result without a call", { model, inputs: [input, result] }, 400],
  ])("%s", async (_, body, status) => {
    expect((await post("/v1/conversations", body)).status).toBe(status);
  });

  test("tools and instructions in what continues a conversation", async () => {
    const { conversationId } = await client.beta.conversations.start({ model, inputs: "Hello" });
    for (const more of [{ tools: [weather] }, { instructions: "Be brief." }, { model }]) {
      const answer = await post(`/v1/conversations/${conversationId}`, { inputs: "Hello", ...more });
      expect(answer).toMatchObject({
        status: 422,
        body: { message: { detail: [{ type: "extra_forbidden", loc: ["body", Object.keys(more)[0]] }] } },
      });
    }
  });

  test("and accepts a call with its result, and an entry that names no type", async () => {
    const inputs = [{ role: "user", content: "Rain?" }, call, result];
    expect((await post("/v1/conversations", { model, inputs })).status).toBe(200);
  });
});
