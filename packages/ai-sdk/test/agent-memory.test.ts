import { generateText, isStepCount, jsonSchema, Output, streamText, ToolLoopAgent } from "ai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AgentMemoryOptions, agentMemory } from "../src/index.ts";
import { calls, fence, openSetting, type Setting, tools } from "./setting.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
  await setting.memory.set({ namespace: "ada", value: "Ada prefers her weather in Celsius, for Brest." });
});
afterEach(() => setting.close());

const prompt = "What is the weather in Brest?";
const helper = (options: Partial<AgentMemoryOptions> = {}) =>
  agentMemory({
    memory: setting.counted,
    namespace: "ada",
    onError: (error, { stage }) => setting.errors.push({ error, stage }),
    ...options,
  });
const counts = () => [setting.recalls.length, setting.stores.length];

test("an agent recalls before its first step and keeps the turn when the run ends", async () => {
  setting.standIn.script({ chat: [calls("weather"), calls("weather", "weather"), { content: "12 °C." }] });
  const agent = new ToolLoopAgent({ model: setting.plain, tools, ...helper() });
  const { responseMessages } = await agent.generate({ prompt });
  expect(counts()).toEqual([1, 1]);
  expect(setting.prompts()[0]).toContain(fence);
  expect(new Set(setting.prompts()).size).toBe(1);
  expect(JSON.stringify(responseMessages)).not.toContain(fence);
  expect(await setting.thread()).toEqual([`user: ${prompt}`, "assistant: 12 °C."]);
});

test("a streaming agent too", async () => {
  setting.standIn.script({ chat: [calls("weather"), { content: "12 °C." }] });
  const agent = new ToolLoopAgent({ model: setting.plain, tools, ...helper() });
  const result = await agent.stream({ prompt });
  await result.consumeStream();
  expect(counts()).toEqual([1, 1]);
  expect(await setting.thread()).toEqual([`user: ${prompt}`, "assistant: 12 °C."]);
});

test("generateText and streamText take it with a scope in runtimeContext", async () => {
  setting.standIn.script({ chat: [{ content: "12 °C." }, { content: "13 °C." }] });
  const memory = helper({ namespace: () => undefined });
  const runtimeContext = { souvenir: { namespace: "ada", thread: "1" } };
  await generateText({ model: setting.plain, prompt, runtimeContext, ...memory });
  await streamText({
    model: setting.plain,
    prompt,
    runtimeContext: { souvenir: { namespace: "bob" } },
    ...memory,
  }).consumeStream();
  expect(await setting.thread("ada", "1")).toEqual([`user: ${prompt}`, "assistant: 12 °C."]);
  expect(await setting.thread("bob")).toEqual([`user: ${prompt}`, "assistant: 13 °C."]);
  expect(setting.prompts()[1]).toBe(prompt);
  expect(counts()).toEqual([2, 2]);
});

test("placement: system puts the block behind the instructions of all steps", async () => {
  setting.standIn.script({ chat: [calls("weather"), { content: "12 °C." }] });
  const agent = new ToolLoopAgent({
    model: setting.plain,
    tools,
    instructions: "Be brief.",
    ...helper({ placement: "system" }),
  });
  await agent.generate({ prompt });
  for (const { messages } of setting.bodies())
    expect(messages[0]?.content).toMatch(/^Be brief\.\n\n<souvenir-memories>/);
});

describe("a run", () => {
  test("without a scope is made without memory, and reported once", async () => {
    await generateText({ model: setting.plain, prompt, ...helper({ namespace: () => undefined }) });
    expect(counts()).toEqual([0, 0]);
    expect(setting.errors).toMatchObject([{ stage: "scope", error: { code: "INVALID_INPUT" } }]);
  });

  test("with an object as its answer is kept without it", async () => {
    const schema = jsonSchema<{ city: string }>({ type: "object", properties: { city: { type: "string" } } });
    setting.standIn.script({ chat: [{ content: '{"city":"Brest"}' }] });
    const { output } = await generateText({
      model: setting.plain,
      prompt,
      output: Output.object({ schema }),
      ...helper(),
    });
    expect(output).toEqual({ city: "Brest" });
    expect(await setting.thread()).toEqual([`user: ${prompt}`]);
  });

  test("that a limit of steps ends is kept with the user's words", async () => {
    setting.standIn.script({ chat: [calls("weather")] });
    await generateText({ model: setting.plain, prompt, tools, stopWhen: isStepCount(1), ...helper() });
    expect(await setting.thread()).toEqual([`user: ${prompt}`]);
  });

  test("that waits for the client is not over", async () => {
    setting.standIn.script({ chat: [calls("location")] });
    const memory = helper();
    await generateText({ model: setting.plain, prompt, tools, ...memory });
    expect(setting.stores).toHaveLength(0);
    await memory.flush();
    expect(await setting.thread()).toEqual([`user: ${prompt}`]);
  });

  test("that is aborted is kept with the user's words", async () => {
    const never = new Promise<void>(() => {});
    setting.standIn.script({
      chat: [{ content: "It is late", beforeDelta: (index) => (index === 2 ? never : undefined) }],
    });
    const abort = new AbortController();
    const { textStream } = streamText({
      model: setting.plain,
      prompt,
      abortSignal: abort.signal,
      ...helper(),
    });
    for await (const _ of textStream) abort.abort();
    expect(await setting.thread()).toEqual([`user: ${prompt}`]);
  });

  test("that fails is kept by flush", async () => {
    setting.standIn.script({ chat: [{ fault: "status", status: 401 }] });
    const memory = helper();
    await expect(generateText({ model: setting.plain, prompt, ...memory })).rejects.toMatchObject({
      statusCode: 401,
    });
    await memory.flush();
    expect(await setting.thread()).toEqual([`user: ${prompt}`]);
  });
});
