import { wholeMessages } from "@souvenir/core";
import * as faults from "@souvenir/test/mistral-stand-in/faults";
import {
  generateText,
  isStepCount,
  jsonSchema,
  type ModelMessage,
  Output,
  streamText,
  wrapLanguageModel,
} from "ai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { memoryMiddleware } from "../src/index.ts";
import { calls, fence, openSetting, type Setting, tools } from "./setting.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
  await setting.memory.set({ namespace: "ada", value: "Ada prefers her weather in Celsius, for Brest." });
});
afterEach(() => setting.close());

type Model = Parameters<typeof generateText>[0]["model"];
interface Call {
  model: Model;
  messages: ModelMessage[];
  tools?: typeof tools;
  maxRetries?: number;
  steps?: number;
  providerOptions?: NonNullable<Parameters<typeof generateText>[0]["providerOptions"]>;
}
const question = "What is the weather in Brest?";
const user = (content: string): ModelMessage => ({ role: "user", content });
const assistant = (content: string): ModelMessage => ({ role: "assistant", content });

async function generated({ steps = 10, ...call }: Call) {
  const { text, responseMessages } = await generateText({ ...call, stopWhen: isStepCount(steps) });
  return { text, messages: [...call.messages, ...responseMessages] };
}

async function streamed({ steps = 10, ...call }: Call) {
  const result = streamText({ ...call, stopWhen: isStepCount(steps), onError: () => {} });
  await result.consumeStream();
  return { text: await result.text, messages: [...call.messages, ...(await result.responseMessages)] };
}

const counts = () => [setting.recalls.length, setting.stores.length];

describe.each([
  ["generateText", generated],
  ["streamText", streamed],
] as const)("a turn of %s", (_, run) => {
  test("costs one recall and one store, and the model sees the memory before the user's words", async () => {
    setting.standIn.script({ chat: [{ content: "12 °C." }] });
    const { text } = await run({ model: setting.withMemory(), messages: [user(question)] });
    expect(text).toBe("12 °C.");
    expect(counts()).toEqual([1, 1]);
    expect(setting.bodies()[0]?.messages).toMatchObject([
      {
        role: "user",
        content: [{ text: expect.stringMatching(/^<souvenir-memories>[\s\S]*Celsius/) }, { text: question }],
      },
    ]);
    expect(await setting.thread()).toEqual([`user: ${question}`, "assistant: 12 °C."]);
  });

  test("with several steps and parallel calls costs one of each, and all steps see the same block", async () => {
    setting.standIn.script({
      chat: [calls("weather"), calls("weather", "weather"), calls("weather"), { content: "12 °C in Brest." }],
    });
    await run({ model: setting.withMemory(), messages: [user(question)], tools });
    expect(setting.bodies()).toHaveLength(4);
    expect(counts()).toEqual([1, 1]);
    expect(setting.prompts()[0]).toContain(fence);
    expect(new Set(setting.prompts()).size).toBe(1);
    expect(await setting.thread()).toEqual([`user: ${question}`, "assistant: 12 °C in Brest."]);
    expect(setting.standIn.chatRequests().every(({ status }) => status === 200)).toBe(true);
  });

  test("with a tool of the client's is held until its result comes with the next request", async () => {
    setting.standIn.script({ chat: [calls("location"), { content: "12 °C in Brest." }] });
    const model = setting.withMemory();
    const { messages } = await run({ model, messages: [user(question)], tools });
    expect(counts()).toEqual([1, 0]);
    const call = messages.at(-1) as Extract<ModelMessage, { role: "assistant" }>;
    const part = (call.content as { type: string; toolCallId: string }[]).find(
      ({ type }) => type === "tool-call",
    );
    const result: ModelMessage = {
      role: "tool",
      content: [
        {
          type: "tool-result",
          toolCallId: part!.toolCallId,
          toolName: "location",
          output: { type: "text", value: "Brest" },
        },
      ],
    };
    await run({ model, messages: [...messages, result], tools });
    expect(counts()).toEqual([1, 1]);
    expect(new Set(setting.prompts()).size).toBe(1);
    expect(await setting.thread()).toEqual([`user: ${question}`, "assistant: 12 °C in Brest."]);
  });

  test("in each turn of a conversation costs one of each", async () => {
    const model = setting.withMemory();
    let messages: ModelMessage[] = [];
    for (const text of [question, "And in Nantes?", "And in Brest again?"]) {
      setting.standIn.script({ chat: [calls("weather"), { content: `It rains: ${text}` }] });
      ({ messages } = await run({ model, messages: [...messages, user(text)], tools }));
    }
    expect(counts()).toEqual([3, 3]);
    expect(await setting.thread()).toHaveLength(6);
    expect(setting.standIn.chatRequests().every(({ status }) => status === 200)).toBe(true);
  });

  test.each([
    ["429", () => faults.rateLimited({ retryAfterMs: 1 })],
    ["500", () => ({ ...faults.serverError(), headers: { "retry-after-ms": "1" } })],
  ])("that is tried again after %s costs one of each, with the same block", async (_, fault) => {
    setting.standIn.script({ chat: [{ ...fault(), times: 2 }, { content: "12 °C." }] });
    await run({ model: setting.withMemory(), messages: [user(question)] });
    expect(setting.bodies()).toHaveLength(3);
    expect(counts()).toEqual([1, 1]);
    expect(new Set(setting.prompts()).size).toBe(1);
    expect(setting.prompts()[0]?.split(fence)).toHaveLength(2);
    expect(await setting.thread()).toEqual([`user: ${question}`, "assistant: 12 °C."]);
  });

  test("that ends with a tool call, because the run may take no more steps, is kept by the next turn", async () => {
    setting.standIn.script({ chat: [calls("weather"), { content: "Bye." }] });
    const model = setting.withMemory();
    const { messages } = await run({ model, messages: [user(question)], tools, steps: 1 });
    expect(counts()).toEqual([1, 0]);
    await run({ model, messages: [...messages, assistant("12 °C."), user("Thank you and good bye.")] });
    expect(await setting.thread()).toEqual([
      `user: ${question}`,
      "user: Thank you and good bye.",
      "assistant: Bye.",
    ]);
    expect(counts()).toEqual([2, 2]);
  });

  test("that ends with a tool call is kept by flush", async () => {
    setting.standIn.script({ chat: [calls("weather"), calls("weather")] });
    const model = setting.withMemory();
    await run({ model, messages: [user(question)], tools, steps: 1 });
    await run({
      model,
      messages: [user("What about Nantes?")],
      tools,
      steps: 1,
      providerOptions: { souvenir: { thread: "2" } },
    });
    await model.flush({ thread: "2" });
    expect([await setting.thread(), await setting.thread("ada", "2")]).toEqual([
      [],
      ["user: What about Nantes?"],
    ]);
    await model.flush();
    await model.flush();
    expect(await setting.thread()).toEqual([`user: ${question}`]);
    expect(counts()).toEqual([2, 2]);
  });

  test("with an object as its answer is unharmed, and kept without it", async () => {
    const schema = jsonSchema<{ city: string }>({
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
      additionalProperties: false,
    });
    setting.standIn.script({ chat: [calls("weather"), { content: '{"city":"Brest"}' }] });
    const call = {
      model: setting.withMemory(),
      messages: [user(question)],
      tools,
      stopWhen: isStepCount(5),
      output: Output.object({ schema }),
    };
    const output = run === generated ? (await generateText(call)).output : await streamText(call).output;
    expect(output).toEqual({ city: "Brest" });
    expect(counts()).toEqual([1, 1]);
    expect(setting.bodies()[1]?.response_format?.type).toBe("json_schema");
    expect(await setting.thread()).toEqual([`user: ${question}`]);
  });

  test("with a picture is recalled for by its words, and kept without the picture", async () => {
    setting.standIn.script({ chat: [{ content: "Rain in Brest." }, { content: "Snow." }] });
    const picture = (last: number): ModelMessage => ({
      role: "user",
      content: [
        { type: "file", mediaType: "image/png", data: new Uint8Array([137, 80, 78, 71, last]) },
        { type: "text", text: "Is this the weather in Brest?" },
      ],
    });
    const model = setting.withMemory();
    await run({ model, messages: [picture(1)] });
    expect(setting.bodies()[0]?.messages[0]?.content).toMatchObject([
      { type: "text", text: expect.stringContaining(fence) },
      { type: "image_url" },
      { type: "text", text: "Is this the weather in Brest?" },
    ]);
    expect(setting.recalls[0]?.query).toBe("Is this the weather in Brest?");
    expect(await setting.thread()).toEqual([
      "user: Is this the weather in Brest?",
      "assistant: Rain in Brest.",
    ]);
    await run({ model, messages: [picture(2)], providerOptions: { souvenir: { store: "user" } } });
    expect(counts()).toEqual([2, 2]);
  });

  test("of a picture alone is not recalled for, and its answer is kept", async () => {
    setting.standIn.script({ chat: [{ content: "A lighthouse near Brest." }] });
    const data = new Uint8Array([137, 80, 78, 71]);
    const content = [{ type: "file" as const, mediaType: "image/png", data }];
    await run({ model: setting.withMemory(), messages: [{ role: "user", content }] });
    expect(counts()).toEqual([0, 1]);
    expect(await setting.thread()).toEqual(["assistant: A lighthouse near Brest."]);
  });

  test("is answered anew with what is known by then, and replaces the answer before", async () => {
    setting.standIn.script({
      chat: [{ content: "I do not know." }, { content: "12 °C." }, { content: "Bye." }],
    });
    const model = setting.withMemory();
    await run({ model, messages: [user(question)] });
    await setting.memory.set({
      namespace: "ada",
      value: "The thermometer in Brest shows the weather: 12 °C.",
    });
    await run({ model, messages: [user(question)] });
    expect(setting.prompts()[1]).toContain("12 °C");
    expect(setting.prompts()[1]).not.toContain("I do not know");
    expect(await setting.thread()).toEqual([`user: ${question}`, "assistant: 12 °C."]);
  });

  test("of the same words in another place of the conversation is another turn", async () => {
    setting.standIn.script({ chat: [{ content: "First?" }, { content: "Second?" }, { content: "Third?" }] });
    const model = setting.withMemory();
    for (const text of ["yes", "go on", "yes"]) await run({ model, messages: [user(text)] });
    expect(await setting.thread()).toEqual([
      "user: yes",
      "assistant: First?",
      "user: go on",
      "assistant: Second?",
      "user: yes",
      "assistant: Third?",
    ]);
  });

  test("that is cut off for length is kept, and marked", async () => {
    setting.standIn.script({ chat: [{ content: "It is twelve deg", finishReason: "length" }] });
    await run({ model: setting.withMemory(), messages: [user(question)] });
    const { records } = await setting.memory.list({ namespace: "ada", thread: "default" });
    expect(records.map(({ value, metadata }) => [value, metadata])).toEqual([
      [question, {}],
      ["It is twelve deg", { truncated: true }],
    ]);
  });

  test("that asks a side question with the same words keeps one turn", async () => {
    setting.standIn.script({ chat: [calls("weather"), { content: "Weather" }, { content: "12 °C." }] });
    const model = setting.withMemory();
    const { messages } = await run({ model, messages: [user(question)], tools, steps: 1 });
    const aside = { providerOptions: { souvenir: { recall: false, store: false } } };
    await run({ model, messages: [user(question)], ...aside });
    expect(setting.prompts()[1]).toBe(question);
    await run({ model, messages, tools });
    expect(counts()).toEqual([1, 1]);
    expect(await setting.thread()).toEqual([`user: ${question}`, "assistant: 12 °C."]);
  });

  test("asks nothing of memory when the options and the call say so", async () => {
    const model = setting.withMemory({ recall: false, store: false });
    await run({ model, messages: [user(question)] });
    expect(counts()).toEqual([0, 0]);
    await run({ model, messages: [user(question)], providerOptions: { souvenir: { recall: true } } });
    expect(counts()).toEqual([1, 0]);
  });
});

test("of two middlewares the block of the inner one replaces that of the outer one", async () => {
  const options = { memory: setting.counted, namespace: "ada" };
  const model = wrapLanguageModel({
    model: setting.plain,
    middleware: [memoryMiddleware(options), memoryMiddleware({ ...options, store: false })],
  });
  await generateText({ model, prompt: question });
  expect(setting.prompts()[0]?.split(fence)).toHaveLength(2);
  expect(setting.stores[0]?.messages[0]).toEqual({ role: "user", content: question });
});

test("identical calls at the same time share one recall and are stored as one turn", async () => {
  const model = setting.withMemory();
  await Promise.all([1, 2, 3].map(() => generateText({ model, prompt: question })));
  expect(setting.recalls).toHaveLength(1);
  expect(new Set(setting.prompts()).size).toBe(1);
  expect(await setting.thread()).toHaveLength(2);
});

test("a question asked again long after it failed is looked up again, and in the same minute it is not", async () => {
  let now = 0;
  const model = setting.withMemory({ clock: () => now });
  setting.standIn.script({ chat: [{ ...faults.unauthorized(), times: 3 }] });
  for (const seconds of [0, 30, 120]) {
    now = seconds * 1_000;
    await expect(generateText({ model, prompt: question })).rejects.toThrow();
  }
  expect(setting.recalls).toHaveLength(2);
  expect(await setting.thread()).toEqual([`user: ${question}`]);
});

test("a message that the user adds while the agent works is a turn of its own", async () => {
  setting.standIn.script({ chat: [calls("weather"), { content: "Nantes, then." }] });
  await generateText({
    model: setting.withMemory(),
    messages: [user(question)],
    tools,
    stopWhen: isStepCount(3),
    prepareStep: ({ stepNumber, messages }) =>
      stepNumber === 1
        ? { messages: [...messages, assistant("One moment."), user("No, in Nantes!")] }
        : undefined,
  });
  expect(await setting.thread()).toEqual([
    `user: ${question}`,
    "user: No, in Nantes!",
    "assistant: Nantes, then.",
  ]);
});

test.each([
  ["no memory", {}],
  ["something else as memory", { memory: { recall: 1 } }],
  ["a placement that is none", { memory: { recall() {}, remember() {} }, placement: "end" }],
  ["a deadline that is none", { memory: { recall() {}, remember() {} }, deadlineMs: Number.NaN }],
])("%s is refused at once", (_, options) => {
  expect(() => memoryMiddleware(options as never)).toThrow(
    expect.objectContaining({ code: "INVALID_INPUT" }),
  );
});

test("a message over the limit of a query is looked up by its beginning and its end", async () => {
  const pasted = "Many words that somebody pasted. ".repeat(2_000);
  for (const prompt of [`The weather in Brest?\n\n${pasted}`, `${pasted}\n\nThe weather in Brest?`]) {
    await generateText({ model: setting.withMemory({ memory: setting.memory }), prompt });
    expect(setting.prompts().at(-1)).toContain("Celsius");
  }
  expect(setting.errors).toEqual([]);
});

test("messages over the limit of a memory are kept whole, once, and not repeated to a model that sees them", async () => {
  const pasted = `${"One paragraph of many.\n\n".repeat(2_000)}The captain is Zephyrine.\n\n${"Another one.\n\n".repeat(2_000)}`;
  const answer = `Read. ${"An answer at length. ".repeat(3_000)}`;
  setting.standIn.script({ chat: [{ content: answer }] });
  const messages: ModelMessage[] = [{ role: "user", content: pasted }];
  await generateText({ model: setting.withMemory(), messages });
  messages.push(
    { role: "assistant", content: answer },
    { role: "user", content: "Who is the captain, Zephyrine?" },
  );
  await generateText({ model: setting.withMemory(), messages });
  expect(setting.prompts().at(-1)).not.toContain("The captain is Zephyrine.");
  const { records } = await setting.memory.list({ namespace: "ada", thread: "default", limit: 1_000 });
  expect(records.length).toBeGreaterThan(6);
  const kept = wholeMessages(records);
  expect(kept.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant"]);
  expect([kept[0]?.value, kept[1]?.value]).toEqual([pasted, answer]);
  await generateText({
    model: setting.withMemory({ thread: "new" }),
    prompt: "Who is the captain, Zephyrine?",
  });
  expect(setting.prompts().at(-1)).toContain("Zephyrine");
  expect(setting.errors).toEqual([]);
});
