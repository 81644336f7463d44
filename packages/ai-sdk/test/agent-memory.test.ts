import { generateText, streamText, ToolLoopAgent } from "ai";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
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
test("generateText and streamText take it with a scope in runtimeContext, and ToolLoopAgent", async () => {
  setting.standIn.script({ chat: [{ content: "12 °C." }, { content: "13 °C." }, { content: "14 °C." }] });
  const memory = helper({ namespace: () => undefined });
  const runtimeContext = { souvenir: { namespace: "ada", thread: "1" } };
  await generateText({ model: setting.plain, prompt, runtimeContext, ...memory });
  await streamText({
    model: setting.plain,
    prompt,
    runtimeContext: { souvenir: { namespace: "bob" } },
    ...memory,
  }).consumeStream();
  const providerOptions = { souvenir: { namespace: "ada", thread: "2" } };
  const agent = new ToolLoopAgent({ model: setting.plain, tools, providerOptions, ...memory });
  const { responseMessages, providerMetadata } = await agent.generate({ prompt });
  expect(JSON.stringify(responseMessages)).not.toContain(fence);
  expect(providerMetadata?.souvenir).toMatchObject({
    recalled: expect.arrayContaining([
      expect.objectContaining({ text: "Ada prefers her weather in Celsius, for Brest." }),
    ]),
  });
  expect(await setting.thread({ thread: "1" })).toEqual([`user: ${prompt}`, "assistant: 12 °C."]);
  expect(await setting.thread({ namespace: "bob" })).toEqual([`user: ${prompt}`, "assistant: 13 °C."]);
  expect(await setting.thread({ thread: "2" })).toEqual([`user: ${prompt}`, "assistant: 14 °C."]);
  expect(setting.questions()[1]).toBe(prompt);
});

test("the agent's own prepareStep comes first, and what it says holds", async () => {
  setting.standIn.script({ chat: [calls("weather"), { content: "12 °C." }] });
  const steps: number[] = [];
  const memory = helper({
    prepareStep: async ({ stepNumber, messages }) => {
      steps.push(stepNumber);
      if (stepNumber === 0) return { temperature: 0.25, activeTools: ["weather"] };
      // A step that sends other messages: the block is in them all the same.
      return { messages: [...messages], model: setting.other, instructions: "Be brief." };
    },
  });
  await new ToolLoopAgent({ model: setting.plain, tools, ...memory }).generate({ prompt });
  const [first, second] = setting.bodies();
  expect(steps).toEqual([0, 1]);
  expect(first).toMatchObject({ model: "mistral-large-latest", temperature: 0.25 });
  expect(first?.tools).toHaveLength(1);
  expect(second).toMatchObject({
    model: "mistral-small-latest",
    messages: [{ content: "Be brief." }, {}, {}, {}],
  });
  expect(new Set(setting.questions()).size).toBe(1);
  expect(setting.questions()[0]).toContain(fence);
  expect(setting.recalls).toHaveLength(1);
  expect(await setting.thread()).toEqual([`user: ${prompt}`, "assistant: 12 °C."]);
});

test("a model that is named is one of the default provider", async () => {
  const { plain } = setting;
  vi.stubGlobal("AI_SDK_DEFAULT_PROVIDER", {
    languageModel: (name: string) => (name === "large" ? plain : undefined),
  });
  await generateText({ model: "large", prompt, ...helper() });
  vi.unstubAllGlobals();
  expect(setting.questions()[0]).toContain(fence);
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

test("a run without a scope is made without memory, and reported", async () => {
  await generateText({ model: setting.plain, prompt, ...helper({ namespace: () => undefined }) });
  expect([setting.recalls.length, setting.stores.length]).toEqual([0, 0]);
  expect(setting.errors).toMatchObject([{ stage: "scope", error: { code: "INVALID_INPUT" } }]);
  // Nothing is another scope than that of the options.
  await generateText({ model: setting.plain, prompt, runtimeContext: { souvenir: null }, ...helper() });
  expect([setting.recalls.length, setting.stores.length]).toEqual([0, 0]);
});
