import { createMistral } from "@ai-sdk/mistral-6";
import { eventually } from "@souvenir/test/eventually";
import { generateText, jsonSchema, Output, stepCountIs, streamText, tool, wrapLanguageModel } from "ai-6";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type MemoryMiddlewareOptions, memoryMiddleware, memoryTools } from "../src/index.ts";
import { calls, fence, openSetting, type Setting } from "./setting.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
  await setting.memory.set({ namespace: "ada", value: "Ada prefers her weather in Celsius, for Brest." });
});
afterEach(() => setting.close());

const prompt = "What is the weather in Brest?";
const weather = tool({
  description: "The weather in a city",
  inputSchema: jsonSchema<{ city?: string }>({ type: "object", properties: { city: { type: "string" } } }),
  execute: async () => "12 degrees",
});

function model(options: Partial<MemoryMiddlewareOptions> = {}) {
  const middleware = memoryMiddleware({ memory: setting.counted, namespace: "ada", ...options });
  return wrapLanguageModel({
    model: createMistral({ apiKey: "key", baseURL: `${setting.standIn.url}/v1` })("mistral-large-latest"),
    // Version 6 knows the same functions under another version of the specification.
    middleware: middleware as unknown as Parameters<typeof wrapLanguageModel>[0]["middleware"],
  });
}

describe("with AI SDK 6 a turn costs one recall and is kept once", () => {
  test("of generateText, with several steps", async () => {
    setting.standIn.script({ chat: [calls("weather", "weather"), calls("weather"), { content: "12 °C." }] });
    const { text } = await generateText({
      model: model(),
      prompt,
      tools: { weather },
      stopWhen: stepCountIs(5),
    });
    expect(text).toBe("12 °C.");
    expect(setting.recalls).toHaveLength(1);
    expect(setting.questions()[0]).toContain(fence);
    expect(new Set(setting.questions()).size).toBe(1);
    expect(await setting.thread()).toEqual([`user: ${prompt}`, "assistant: 12 °C."]);
  });

  test("of streamText, with several steps, and what was recalled is on its result", async () => {
    setting.standIn.script({ chat: [calls("weather"), { content: "12 °C." }] });
    const result = streamText({ model: model(), prompt, tools: { weather }, stopWhen: stepCountIs(5) });
    await result.consumeStream();
    expect(await result.providerMetadata).toMatchObject({
      souvenir: { recalled: [{ text: expect.stringContaining("Celsius") }] },
    });
    expect(setting.recalls).toHaveLength(1);
    expect(await setting.thread()).toEqual([`user: ${prompt}`, "assistant: 12 °C."]);
  });

  test("of an object, which is not kept", async () => {
    setting.standIn.script({ chat: [{ content: '{"city":"Brest"}' }] });
    const schema = jsonSchema<{ city: string }>({ type: "object", properties: { city: { type: "string" } } });
    const { output } = await generateText({ model: model(), prompt, output: Output.object({ schema }) });
    expect(output).toEqual({ city: "Brest" });
    expect(await setting.thread()).toEqual([`user: ${prompt}`]);
  });

  test("of a stream that dies, without half an answer", async () => {
    setting.standIn.script({ chat: [{ content: "It is 12 °C", breakOff: { afterDeltas: 3, how: "die" } }] });
    const result = streamText({ model: model(), prompt, onError: () => {} });
    await Promise.resolve(result.consumeStream()).catch(() => {});
    await eventually(async () => expect(await setting.thread()).toEqual([`user: ${prompt}`]));
  });
});

test("with AI SDK 6 tools work with a scope of their own, and refuse to work without", async () => {
  setting.standIn.script({
    chat: [
      { toolCalls: [{ name: "remember", arguments: { text: "Ada's colour is teal." } }] },
      { content: "Noted." },
      { toolCalls: [{ name: "remember", arguments: { text: "Ada's colour is red." } }] },
      { content: "I could not." },
    ],
  });
  const run = (tools: unknown) =>
    generateText({
      model: model({ store: false }),
      prompt: "Teal!",
      tools: tools as { remember: typeof weather },
      stopWhen: stepCountIs(3),
    });
  await run(memoryTools({ memory: setting.memory, namespace: "tools" }));
  await run(memoryTools({ memory: setting.memory }));
  const { records } = await setting.memory.list({ namespace: "tools" });
  expect(records.map(({ value }) => value)).toEqual(["Ada's colour is teal."]);
  expect(JSON.stringify(setting.bodies().at(-1)?.messages.at(-1))).toContain("without a namespace");
});
