import * as faults from "@souvenir/test/mistral-stand-in/faults";
import { generateText, isStepCount, type ModelMessage, streamText, wrapLanguageModel } from "ai";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { memoryMiddleware, withMemory } from "../src/index.ts";
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

describe.each([
  ["generateText", generated],
  ["streamText", streamed],
] as const)("a turn of %s", (_, run) => {
  test("with a tool of the client's goes on with its result, in the next request", async () => {
    setting.standIn.script({ chat: [calls("location"), { content: "12 °C in Brest." }] });
    const model = setting.withMemory();
    const { messages } = await run({ model, messages: [user(question)], tools });
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
    expect(setting.recalls).toHaveLength(1);
    expect(new Set(setting.questions()).size).toBe(1);
    expect(await setting.thread()).toEqual([`user: ${question}`, "assistant: 12 °C in Brest."]);
  });

  test.each([
    ["429", () => faults.rateLimited({ retryAfterMs: 1 })],
    ["500", () => ({ ...faults.serverError(), headers: { "retry-after-ms": "1" } })],
  ])("that the SDK tries again after %s is one, with the same block", async (_, fault) => {
    setting.standIn.script({ chat: [{ ...fault(), times: 2 }, { content: "12 °C." }] });
    await run({ model: setting.withMemory(), messages: [user(question)] });
    expect(setting.bodies()).toHaveLength(3);
    expect(setting.recalls).toHaveLength(1);
    expect(new Set(setting.questions()).size).toBe(1);
    expect(setting.questions()[0]?.split(fence)).toHaveLength(2);
    expect(await setting.thread()).toEqual([`user: ${question}`, "assistant: 12 °C."]);
  });

  test("that asks a side question with the same words is one", async () => {
    setting.standIn.script({ chat: [calls("weather"), { content: "Weather" }, { content: "12 °C." }] });
    const model = setting.withMemory();
    const { messages } = await run({ model, messages: [user(question)], tools, steps: 1 });
    const aside = { providerOptions: { souvenir: { recall: false, store: false } } };
    await run({ model, messages: [user(question)], ...aside });
    expect(setting.questions()[1]).toBe(question);
    await run({ model, messages, tools });
    expect(setting.recalls).toHaveLength(1);
    expect(await setting.thread()).toEqual([`user: ${question}`, "assistant: 12 °C."]);
  });

  test("asks nothing of memory when the options and the call say so", async () => {
    const model = setting.withMemory({ recall: false, store: false });
    await run({ model, messages: [user(question)] });
    expect([setting.recalls.length, setting.stores.length]).toEqual([0, 0]);
    await run({ model, messages: [user(question)], providerOptions: { souvenir: { recall: true } } });
    expect([setting.recalls.length, setting.stores.length]).toEqual([1, 0]);
  });
});

test("of two middlewares the block of the inner one replaces that of the outer one", async () => {
  const options = { memory: setting.counted, namespace: "ada" };
  const model = wrapLanguageModel({
    model: setting.plain,
    middleware: [memoryMiddleware(options), memoryMiddleware({ ...options, store: false })],
  });
  await generateText({ model, prompt: question });
  expect(setting.questions()[0]?.split(fence)).toHaveLength(2);
  expect(setting.stores[0]?.messages[0]).toEqual({ role: "user", content: question });
});

test.each([
  ["nothing between them", {}],
  // Other middleware copies the parameters, or the prompt.
  [
    "one that copies the parameters",
    { transformParams: async ({ params }: { params: object }) => ({ ...params }) },
  ],
] as const)(
  "of two middlewares, with %s, the inner one goes by what the call says of its memory too",
  async (_, between) => {
    const options = { memory: setting.counted, namespace: "ada" };
    const model = wrapLanguageModel({
      model: setting.plain,
      middleware: [memoryMiddleware(options), between as never, memoryMiddleware(options)],
    });
    const providerOptions = { souvenir: { namespace: "bob" } };
    await generateText({ model, prompt: question, providerOptions });
    expect([...setting.stores, ...setting.recalls].map(({ namespace }) => namespace)).not.toContain("ada");
    expect(await setting.thread({ namespace: "bob" })).toHaveLength(2);
  },
);

test("identical calls at the same time share one recall and are stored as one turn", async () => {
  const model = setting.withMemory();
  await Promise.all([1, 2, 3].map(() => generateText({ model, prompt: question })));
  expect(setting.recalls).toHaveLength(1);
  expect(new Set(setting.questions()).size).toBe(1);
  expect(await setting.thread()).toHaveLength(2);
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
    "assistant: One moment.",
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

test.each([undefined, null, "mistral/mistral-large-latest", {}])(
  "%j is no model, and refused at once",
  (model) => {
    expect(() => withMemory(model as never, { memory: setting.memory, namespace: "ada" })).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT", message: expect.stringContaining("mistral(") }),
    );
  },
);

test("what the call says of memory reaches no provider, such as a gateway, which sends all options on", async () => {
  const doGenerate = vi.fn(setting.plain.doGenerate.bind(setting.plain));
  const gateway = { ...setting.plain, specificationVersion: "v4" as const, provider: "gateway", doGenerate };
  const souvenirs = [
    {},
    { namespace: "bob", thread: "7" },
    { namespace: 42 },
    { recall: false, store: false },
  ];
  const model = withMemory(gateway as never, {
    memory: setting.memory,
    namespace: "ada",
    onError: () => {},
  });
  for (const souvenir of souvenirs) {
    await generateText({ model, prompt: question, providerOptions: { souvenir } });
    await generateText({
      model,
      prompt: question,
      providerOptions: { souvenir, gateway: { order: ["mistral"] } },
    });
  }
  expect(doGenerate.mock.calls.map(([{ providerOptions }]) => providerOptions)).toEqual(
    souvenirs.flatMap(() => [undefined, { gateway: { order: ["mistral"] } }]),
  );
});
