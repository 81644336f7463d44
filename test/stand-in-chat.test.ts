import { Mistral } from "@mistralai/mistralai";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Gate } from "./src/mistral-stand-in/gate.ts";
import { billedTokens } from "./src/mistral-stand-in/prompt-cache.ts";
import { type MistralStandIn, startMistralStandIn } from "./src/mistral-stand-in/stand-in.ts";
import type { WireMessage } from "./src/mistral-stand-in/wire.ts";

const model = "mistral-small-2603";
const user = (content: string) => ({ role: "user" as const, content });
const hello = { model, messages: [user("Where does tea grow?")] };
let standIn: MistralStandIn;
let client: Mistral;
beforeAll(async () => {
  standIn = await startMistralStandIn();
  client = new Mistral({ apiKey: "key", serverURL: standIn.url });
});
afterEach(() => standIn.reset());
afterAll(() => standIn.close());

async function choicesOf(
  request: Parameters<Mistral["chat"]["stream"]>[0],
  options?: Parameters<Mistral["chat"]["stream"]>[1],
) {
  const choices = [];
  for await (const { data } of await client.chat.stream(request, options)) choices.push(...data.choices);
  return choices;
}

describe("tools that the server runs", () => {
  const messages: WireMessage[] = [
    {
      role: "assistant",
      content: "Let me look.",
      tool_calls: [{ id: "abcDEF123", function: { name: "web_search", arguments: "{}" } }],
    },
    { role: "tool", tool_call_id: "abcDEF123", content: "Assam, India." },
    { role: "assistant", content: "Tea grows in India." },
  ];
  const request = { ...hello, tools: [{ type: "web_search" as const }] };

  test("answer as a list of messages and without a message", async () => {
    standIn.script({ chat: [{ messages }] });
    const { choices } = await client.chat.complete(request);
    expect(choices).toMatchObject([
      {
        finishReason: "stop",
        messages: [
          { role: "assistant", toolCalls: [{ id: "abcDEF123" }] },
          { role: "tool", toolCallId: "abcDEF123", content: "Assam, India." },
          { role: "assistant", content: "Tea grows in India." },
        ],
      },
    ]);
    expect(choices[0]!.message).toBeUndefined();
  });

  test("stream each message as a run of deltas with its role and index", async () => {
    standIn.script({ chat: [{ messages }] });
    const choices = await choicesOf(request);
    const of = (index: number) =>
      choices.filter(({ delta }) => delta.index === index).map(({ delta }) => delta);
    expect([0, 1, 2].map((index) => of(index)[0])).toMatchObject([
      { role: "assistant" },
      { role: "tool", toolCallId: "abcDEF123" },
      { role: "assistant" },
    ]);
    const texts = [0, 1, 2].map((index) =>
      of(index)
        .map(({ content }) => content)
        .join(""),
    );
    expect(texts).toEqual(["Let me look.", "Assam, India.", "Tea grows in India."]);
    expect(of(0).at(-1)).toMatchObject({ toolCalls: [{ id: "abcDEF123" }] });
    expect(choices.map(({ finishReason }) => finishReason).filter(Boolean)).toEqual(["stop"]);
  });

  test("may stream in turns, so that only the index says whose words they are", async () => {
    standIn.script({ chat: [{ messages, interleaved: true }] });
    const indexes = (await choicesOf(request)).map(({ delta }) => delta.index);
    expect(indexes.slice(0, 6)).toEqual([0, 1, 2, 0, 1, 2]);
  });
});

describe("one answer in parts", () => {
  test("parts of a list come whole, or word by word with the thinking closed by its last", async () => {
    const content = [
      { type: "thinking", thinking: [{ type: "text", text: "Assam or Ceylon." }] },
      { type: "text", text: "In India." },
    ];
    standIn.script({ chat: [{ content }, { content, splitParts: true }] });
    const deltas = async () => (await choicesOf(hello)).map(({ delta }) => delta.content);
    expect(await deltas()).toMatchObject(["", ...content.map((part) => [part]), ""]);
    expect(await deltas()).toMatchObject([
      "",
      [{ type: "thinking", thinking: [{ text: "Assam " }] }],
      [{ type: "thinking", thinking: [{ text: "or " }] }],
      [{ type: "thinking", thinking: [{ text: "Ceylon." }], closed: true }],
      [{ type: "text", text: "In " }],
      [{ type: "text", text: "India." }],
      "",
    ]);
  });

  test("words come before the tool call, whose arguments may come in pieces", async () => {
    const toolCalls = [
      { name: "look_up", arguments: { query: "tea" }, id: "abcDEF123" },
      { name: "look_up", arguments: { query: "milk" }, id: "abcDEF124" },
    ];
    standIn.script({ chat: [{ content: "Let me look.", toolCalls, splitArguments: true }] });
    const choices = await choicesOf(hello);
    expect(
      choices.map(({ delta }) => (typeof delta.content === "string" ? delta.content : "")).join(""),
    ).toBe("Let me look.");
    const calls = choices.flatMap(({ delta }) => delta.toolCalls ?? []);
    expect(calls.map(({ id, index }) => [id, index])).toEqual([
      ["abcDEF123", 0],
      ["null", 0],
      ["abcDEF124", 1],
      ["null", 1],
    ]);
    expect(`${calls[2]!.function.arguments}${calls[3]!.function.arguments}`).toBe('{"query":"milk"}');
    expect(choices.at(-1)!.finishReason).toBe("tool_calls");
  });

  test("several choices say different things, in turns when they are interleaved", async () => {
    const choices = [{ content: "one two" }, { content: "un deux" }];
    standIn.script({ chat: [{ choices }, { choices, interleaved: true }] });
    const answer = await client.chat.complete({ ...hello, n: 2 });
    expect(answer.choices.map(({ message }) => message!.content)).toEqual(["one two", "un deux"]);
    const deltas = (await choicesOf({ ...hello, n: 2 })).map(({ index, delta }) => [index, delta.content]);
    expect(deltas.slice(2, 6)).toEqual([
      [0, "one "],
      [1, "un "],
      [0, "two"],
      [1, "deux"],
    ]);
  });
});

describe("agents", () => {
  test("complete with their model, instructions and tools", async () => {
    const agent = await client.beta.agents.create({
      model,
      name: "Guide",
      instructions: "Tea grows in Assam.",
    });
    const messages = hello.messages;
    const answer = await client.agents.complete({ agentId: agent.id, messages });
    expect(answer).toMatchObject({ model, choices: [{ message: { content: "Tea grows in Assam." } }] });
    let streamed = "";
    for await (const { data } of await client.agents.stream({ agentId: agent.id, messages }))
      streamed += data.choices[0]!.delta.content ?? "";
    expect(streamed).toBe("Tea grows in Assam.");
    expect(standIn.agentRequests()[0]!.body).toMatchObject({ agent_id: agent.id });
  });

  test("refuse an unknown agent, a model, and a wrong order", async () => {
    const agent = await client.beta.agents.create({ model, name: "Guide" });
    await expect(
      client.agents.complete({ agentId: "ag_other", messages: hello.messages }),
    ).rejects.toMatchObject({
      statusCode: 404,
    });
    const messages = [...hello.messages, { role: "assistant" as const, content: "Hi" }];
    await expect(client.agents.complete({ agentId: agent.id, messages })).rejects.toMatchObject({
      statusCode: 400,
    });
    const response = await fetch(`${standIn.url}/v1/agents/completions`, {
      method: "POST",
      headers: { authorization: "Bearer key" },
      body: JSON.stringify({ agent_id: agent.id, messages: hello.messages, model }),
    });
    expect(response.status).toBe(422);
  });
});

describe("the prompt cache", () => {
  const long = "The tea of Assam is strong and likes milk. ".repeat(30);
  const count = async (messages: ReturnType<typeof user>[], promptCacheKey?: string) => {
    const key = promptCacheKey === undefined ? {} : { promptCacheKey };
    const { usage } = await client.chat.complete({ model, messages, ...key });
    return (usage.prompt_tokens_details as { cached_tokens: number }).cached_tokens;
  };

  test("counts whole blocks of 64 tokens from the start, for one key", async () => {
    expect(await count([user(long)], "ada")).toBe(0);
    const again = await count([user(long), user("And Ceylon?")], "ada");
    expect(again % 64).toBe(0);
    expect(again).toBeGreaterThan(300 - 64);
    expect(again).toBeLessThan(standIn.chatRequests()[0]!.prompt!.tokens + 1);
    expect(await count([user(long)], "bob")).toBe(0);
    expect(await count([user(long)])).toBe(0);
    expect(await count([user(long)])).toBeGreaterThan(0);
    expect(await count([user(`!${long}`)], "ada")).toBe(0);
    expect(await count([user("Short.")], "ada")).toBe(0);
  });

  test("makes a tenth of the price of what is cached, and streams tell it too", async () => {
    await client.chat.complete({ model, messages: [user(long)], promptCacheKey: "ada" });
    const request = { model, messages: [user(long)], promptCacheKey: "ada" };
    let usage: Record<string, unknown> | undefined;
    for await (const { data } of await client.chat.stream(request)) usage = data.usage ?? usage;
    const prompts = standIn.chatRequests().map(({ prompt }) => prompt!);
    expect(JSON.stringify(usage)).toContain(`:${prompts[1]!.cachedTokens}`);
    expect(billedTokens(prompts)).toBeCloseTo(
      prompts[0]!.tokens + prompts[1]!.tokens - 0.9 * prompts[1]!.cachedTokens,
      6,
    );
  });
});

describe("a test that decides when things happen", () => {
  test("sees what has arrived, goes away, and the server sees that", async () => {
    const gate = new Gate();
    standIn.script({ chat: [{ content: "one two three", beforeDelta: gate.beforeDelta }] });
    const stopping = new AbortController();
    const arrival = standIn.nextRequest();
    const reading = choicesOf(hello, { signal: stopping.signal });
    const request = await arrival;
    expect(request.body).toMatchObject({ model });
    gate.let(2);
    await gate.reached(2);
    stopping.abort();
    await expect(reading).rejects.toThrow();
    await request.closed;
    expect(request.closedEarly).toBe(true);
    gate.open();
  });
});
