import type { Mistral } from "@mistralai/mistralai";
import { EventStream } from "@mistralai/mistralai/lib/event-streams.js";
import * as faults from "@souvenir/test/mistral-stand-in/faults";
import { textOf } from "@souvenir/test/mistral-stand-in/wire";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { memoryTools, type WithMemory } from "../src/index.ts";
import { fence, model, openSetting, type Setting } from "./remembering.ts";

const fact = "My sister Zoé studies chemistry in Kraków.";
const question = "What does my sister study in Kraków?";

let setting: Setting;
let client: WithMemory<Mistral>;
beforeEach(async () => {
  setting = await openSetting();
  client = setting.withMemory();
});
afterEach(() => setting.close());

const asked = () => setting.standIn.conversationRequests().map(({ body }) => body);
const prompts = () =>
  asked().map(({ inputs }) => (typeof inputs === "string" ? inputs : JSON.stringify(inputs)));
const says = (...texts: string[]) =>
  setting.standIn.script({ conversations: texts.map((content) => ({ content })) });
const append = (conversationId: string, inputs: string) =>
  client.beta.conversations.append({ conversationId, conversationAppendRequest: { inputs } });
async function read(stream: AsyncIterable<{ data: object }>): Promise<string[]> {
  const types: string[] = [];
  for await (const { data } of stream) types.push((data as { type: string }).type);
  return types;
}
const everything = async () => (await setting.memory.list({ namespace: "ada", limit: 100 })).records.length;

describe("a conversation", () => {
  test("is kept in a thread of its id, and known in the next one", async () => {
    says("How nice for her.", "Yes.");
    const { conversationId } = await client.beta.conversations.start({ model, inputs: fact });
    await append(conversationId, "Is that far?");
    expect(await setting.thread({ namespace: "ada", thread: conversationId })).toEqual([
      `user: ${fact}`,
      "assistant: How nice for her.",
      "user: Is that far?",
      "assistant: Yes.",
    ]);
    expect(await everything()).toBe(4);
    const { outputs } = await client.beta.conversations.start({ model, inputs: question });
    expect(outputs).toMatchObject([{ content: fact }]);
    // What the server has already is not told again.
    expect(prompts()[1]).toBe("Is that far?");
    expect(prompts()[2]).toMatch(new RegExp(`^${question.replace("?", "\\?")}\n\n${fence}`));
    expect([setting.recalls.length, setting.errors.length]).toEqual([3, 0]);
  });

  test("sends what the plain client sends when there is nothing to recall, and never touches the request", async () => {
    const request = Object.freeze({
      model,
      instructions: "Be brief.",
      inputs: Object.freeze([Object.freeze({ role: "user" as const, content: question })]) as never,
      completionArgs: { temperature: 0.2 },
    });
    await setting.plain.beta.conversations.start(request);
    await client.beta.conversations.start(request);
    expect(asked()[1]).toEqual(asked()[0]);
    await setting.knows(fact);
    await client.beta.conversations.start(request, { souvenir: { thread: "t" } });
    await setting.withMemory({ placement: "system" }).beta.conversations.start(request);
    expect(prompts()[2]).toContain(fence);
    expect(asked()[3]).toMatchObject({ instructions: expect.stringMatching(/^Be brief\.\n\n<souvenir/) });
    expect(prompts()[3]).not.toContain(fence);
    // Not beside an agent, whose own instructions these would replace; an append has none.
    const agent = await setting.plain.beta.agents.create({ model, name: "Ada's" });
    const other = setting.withMemory({ placement: "system" }).beta.conversations;
    const { conversationId } = await other.start({ agentId: agent.id, inputs: question });
    expect([prompts()[4], asked()[4]!.instructions]).toEqual([expect.stringContaining(fence), undefined]);
    const conversationAppendRequest = { inputs: `${question} Again?` };
    await other.append({ conversationId, conversationAppendRequest }, { souvenir: { thread: "new" } });
    expect(prompts()[5]).toContain(fence);
    expect(setting.errors).toEqual([]);
  });

  test("keeps the user's words before the model is asked, and once when it is asked again", async () => {
    let known = 0;
    setting.standIn.script({
      conversations: [faults.serverError(), faults.connectionLost()],
    });
    await expect(client.beta.conversations.start({ model, inputs: fact })).rejects.toThrow();
    await expect(client.beta.conversations.startStream({ model, inputs: fact })).rejects.toThrow();
    expect(await everything()).toBe(1);
    setting.standIn.script({
      conversations: async () => {
        known = await everything();
        return { content: "How nice." };
      },
    });
    const { conversationId } = await client.beta.conversations.start({ model, inputs: fact });
    expect(known).toBe(1);
    expect(await setting.thread({ namespace: "ada", thread: conversationId })).toEqual([
      `user: ${fact}`,
      "assistant: How nice.",
    ]);
    expect(await everything()).toBe(2);
    setting.standIn.script({ conversations: [faults.unauthorized()] });
    await expect(append(conversationId, "Is that far?")).rejects.toMatchObject({ statusCode: 401 });
    await append(conversationId, "Is that far?");
    expect((await setting.thread({ namespace: "ada", thread: conversationId })).slice(2)).toEqual([
      "user: Is that far?",
      "assistant: How nice.",
    ]);
  });

  test("with functions is one turn, whose results need no words of the user", async () => {
    setting.standIn.script({
      conversations: [
        { content: "Let me look.", toolCalls: [{ name: "weather", arguments: {} }] },
        { content: "Twelve degrees." },
      ],
    });
    const { conversationId, outputs } = await client.beta.conversations.start({
      model,
      inputs: "How warm is it?",
    });
    const call = outputs.find((output) => output.type === "function.call");
    // Another process, or a wrapper for each request: nothing is known but what is in the memory.
    await setting.withMemory().beta.conversations.append({
      conversationId,
      conversationAppendRequest: {
        inputs: [
          { type: "function.result", toolCallId: (call as { toolCallId: string }).toolCallId, result: "12" },
        ],
      },
    });
    expect(await setting.thread({ namespace: "ada", thread: conversationId })).toEqual([
      "user: How warm is it?",
      "assistant: Let me look.",
      "assistant: Twelve degrees.",
    ]);
    expect(setting.recalls).toHaveLength(1);
  });

  test("keeps nothing of tools that the server runs, of thinking and of answers in JSON", async () => {
    setting.standIn.script({
      conversations: [
        {
          outputs: [
            { type: "tool.execution", name: "web_search", arguments: "{}", info: { found: "secret" } },
            {
              type: "message.output",
              content: [
                { type: "thinking", thinking: [{ type: "text", text: "Hm." }] },
                { type: "text", text: "har" },
                { type: "tool_reference", tool: "web_search", title: "A page" },
                { type: "text", text: "bour" },
              ],
            },
          ],
        },
      ],
    });
    const { conversationId } = await client.beta.conversations.start({ model, inputs: "What is a port?" });
    expect(await setting.thread({ namespace: "ada", thread: conversationId })).toEqual([
      "user: What is a port?",
      "assistant: harbour",
    ]);
    await client.beta.conversations.append({
      conversationId,
      conversationAppendRequest: {
        inputs: "As data, please.",
        completionArgs: { responseFormat: { type: "json_object" } },
      },
    });
    expect((await setting.thread({ namespace: "ada", thread: conversationId })).slice(2)).toEqual([
      "user: As data, please.",
    ]);
  });

  test("is restarted as a branch: a thread of its own, or in the caller's the place of what followed", async () => {
    says("Noted.", "Nantes it is.", "Bordeaux it is.", "Lyon it is.");
    const souvenir = { thread: "mine" };
    const { conversationId, outputs } = await client.beta.conversations.start(
      { model, inputs: "I want to find a town to live in." },
      { souvenir },
    );
    await client.beta.conversations.append(
      { conversationId, conversationAppendRequest: { inputs: "Let it be Nantes, by the river Loire." } },
      { souvenir },
    );
    const fromEntryId = (outputs[0] as { id: string }).id;
    const restart = (inputs: string, options = {}) =>
      client.beta.conversations.restart(
        { conversationId, conversationRestartRequest: { fromEntryId, inputs } },
        options,
      );
    await restart("Let it be Bordeaux, by the Garonne.", { souvenir });
    expect(await setting.thread({ namespace: "ada", thread: "mine" })).toEqual([
      "user: I want to find a town to live in.",
      "assistant: Noted.",
      "user: Let it be Bordeaux, by the Garonne.",
      "assistant: Bordeaux it is.",
    ]);
    const branch = await restart("Let it be Lyon, by the Rhône.");
    expect(await setting.thread({ namespace: "ada", thread: branch.conversationId })).toEqual([
      "user: Let it be Lyon, by the Rhône.",
      "assistant: Lyon it is.",
    ]);
    const requests = setting.standIn.requests.length;
    says("Without.");
    await restart("Without memory.", { souvenir: { recall: false, store: false } });
    expect(setting.standIn.requests).toHaveLength(requests + 1);
    // From the user's own message: it is answered again.
    const { entries } = await client.beta.conversations.getHistory({ conversationId });
    says("Nantes, then.");
    await client.beta.conversations.restart(
      { conversationId, conversationRestartRequest: { fromEntryId: entries[2]!.id!, inputs: [] } },
      { souvenir },
    );
    expect((await setting.thread({ namespace: "ada", thread: "mine" })).slice(2)).toEqual([
      "user: Let it be Nantes, by the river Loire.",
      "assistant: Nantes, then.",
    ]);
    expect(setting.errors).toEqual([]);
  });

  test("answers with the client's own streams, and keeps each message of them", async () => {
    await setting.knows(fact);
    const script = () =>
      setting.standIn.script({
        conversations: [
          {
            outputs: [
              { type: "message.output", content: "Let me look." },
              { type: "tool.execution", name: "web_search", arguments: "{}" },
              {
                type: "message.output",
                content: [
                  { type: "text", text: "Chemistry" },
                  { type: "text", text: "." },
                ],
              },
            ],
          },
        ],
      });
    script();
    const plain = await read(await setting.plain.beta.conversations.startStream({ model, inputs: question }));
    script();
    const stream = await client.beta.conversations.startStream({ model, inputs: question });
    expect(stream).toBeInstanceOf(EventStream);
    expect(await read(stream)).toEqual(plain);
    expect(prompts()[1]).toContain(fact);
    const data = await client.beta.conversations.list({});
    const threads = await Promise.all(data.map(({ id }) => setting.thread({ namespace: "ada", thread: id })));
    expect(threads.filter((said) => said.length > 0)).toEqual([
      [`user: ${question}`, "assistant: Let me look.", "assistant: Chemistry."],
    ]);
  });

  test.each(["appendStream", "restartStream"] as const)("keeps what %s says", async (method) => {
    says("Hello.", "Four already!");
    const souvenir = { thread: "mine" };
    const { conversationId, outputs } = await client.beta.conversations.start(
      { model, inputs: "Good morning." },
      { souvenir },
    );
    const inputs = "Minka is four.";
    const fromEntryId = (outputs[0] as { id: string }).id;
    await read(
      method === "appendStream"
        ? await client.beta.conversations.appendStream(
            { conversationId, conversationAppendStreamRequest: { inputs } },
            { souvenir },
          )
        : await client.beta.conversations.restartStream(
            { conversationId, conversationRestartStreamRequest: { inputs, fromEntryId } },
            { souvenir },
          ),
    );
    expect(await setting.thread({ namespace: "ada", thread: "mine" })).toEqual([
      "user: Good morning.",
      "assistant: Hello.",
      "user: Minka is four.",
      "assistant: Four already!",
    ]);
  });

  test.each([
    ["the server's error", { errorEvent: { afterEvents: 2, message: "no", code: 500 } }],
    ["the end of the connection", { breakOff: { afterDeltas: 2, how: "die" as const } }],
  ])("whose stream breaks off by %s keeps what the user said", async (_, how) => {
    setting.standIn.script({ conversations: [{ content: "one two three", ...how }] });
    await read(await client.beta.conversations.startStream({ model, inputs: fact })).catch(() => undefined);
    await client.souvenir.flush();
    const { records } = await setting.memory.list({ namespace: "ada" });
    expect(records.map(({ value }) => value)).toEqual([fact]);
    expect(setting.errors).toEqual([]);
  });

  test("lets a model use its memory by itself", async () => {
    const tools = memoryTools({ memory: setting.memory, namespace: "ada" });
    setting.standIn.script({
      conversations: [
        { toolCalls: [{ name: "remember", arguments: { text: fact } }] },
        {
          toolCalls: [
            { name: "recall", arguments: { query: question } },
            { name: "other", arguments: {} },
          ],
        },
        { content: "Chemistry." },
      ],
    });
    const { conversationId, outputs } = await client.beta.conversations.start({
      model,
      inputs: "Remember it.",
      tools: tools.tools,
    });
    const inputs = await tools.runOutputs(outputs);
    expect(inputs).toMatchObject([{ type: "function.result", result: expect.stringMatching(/^Remembered/) }]);
    const next = await client.beta.conversations.append({
      conversationId,
      conversationAppendRequest: { inputs },
    });
    // The other tool is the caller's.
    expect(await tools.runOutputs(next.outputs)).toMatchObject([{ result: expect.stringContaining(fact) }]);
  });
});

describe("agents", () => {
  test("get the block, and what they say is kept", async () => {
    await setting.knows(fact);
    const agent = await client.beta.agents.create({ model, name: "Ada's", instructions: "Be brief." });
    const request = { agentId: agent.id, messages: [{ role: "user" as const, content: question }] };
    const { choices } = await client.agents.complete(request);
    expect(choices[0]?.message?.content).toBe(fact);
    await read(
      await client.agents.stream({ ...request, agentId: agent.id }, { souvenir: { thread: "two" } }),
    );
    for (const { body } of setting.standIn.agentRequests()) {
      expect(textOf(body.messages[0]?.content)).toContain(fence);
      expect(body.prompt_cache_key).toMatch(/^souvenir-/);
    }
    const said = [`user: ${question}`, `assistant: ${fact}`];
    expect([await setting.thread(), await setting.thread({ namespace: "ada", thread: "two" })]).toEqual([
      said,
      said,
    ]);
  });
});
