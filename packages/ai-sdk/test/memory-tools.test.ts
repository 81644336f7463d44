import { generateText, isStepCount, type ModelMessage, streamText, ToolLoopAgent } from "ai";
import { afterEach, beforeEach, expect, test } from "vitest";
import { memoryTools } from "../src/index.ts";
import { openSetting, type Setting } from "./setting.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
});
afterEach(() => setting.close());

const call = (name: string, input: Record<string, unknown>) => ({ toolCalls: [{ name, arguments: input }] });
const options = { namespace: "ada", thread: "7" };
const toolsContext = { remember: options, recall: options, list: options, forget: options };
const stopWhen = isStepCount(5);
const all = (namespace = "ada") => setting.memory.list({ namespace }).then(({ records }) => records);

test("a model remembers a fact and recalls it in another conversation", async () => {
  const tools = memoryTools({ memory: setting.memory });
  setting.standIn.script({
    chat: [
      call("remember", { text: "Ada's favourite colour is teal.", tags: ["taste"] }),
      { content: "I will remember that." },
      call("recall", { query: "Ada's favourite colour" }),
      { content: "Teal." },
    ],
  });
  const first = await generateText({
    model: setting.plain,
    tools,
    toolsContext,
    stopWhen,
    prompt: "I love teal.",
  });
  const [record] = await all();
  expect(record).toMatchObject({
    value: "Ada's favourite colour is teal.",
    tags: ["taste"],
  });
  expect(first.steps[0]?.toolResults[0]?.output).toEqual({
    text: expect.stringContaining(`${record?.key}`),
    key: record?.key,
    version: 1,
  });
  const second = await generateText({
    model: setting.plain,
    tools,
    toolsContext,
    stopWhen,
    prompt: "My colour?",
  });
  expect(second.steps[0]?.toolResults[0]?.output).toMatchObject({
    memories: [{ key: record?.key, text: "Ada's favourite colour is teal.", score: expect.any(Number) }],
  });
  const seen = setting.bodies().at(-1)?.messages.at(-1);
  expect(seen).toMatchObject({
    role: "tool",
    content: expect.stringMatching(/^<souvenir-memories>[\s\S]*teal/),
  });
  expect(seen?.content).toContain(JSON.stringify([record?.key]));
});

test("recall that finds nothing says so", async () => {
  const tools = memoryTools({ memory: setting.memory, namespace: "ada" });
  setting.standIn.script({ chat: [call("recall", { query: "shoes" }), { content: "?" }] });
  await generateText({ model: setting.plain, tools, stopWhen, prompt: "My shoe size?" });
  expect(setting.bodies().at(-1)?.messages.at(-1)?.content).toBe("No memory fits.");
});

test("forget waits for approval, and then erases within the scope only", async () => {
  for (const namespace of ["ada", "bob"])
    await setting.memory.set({ namespace, key: "colour", value: "Teal." });
  const tools = memoryTools({ memory: setting.memory, namespace: "ada" });
  setting.standIn.script({ chat: [call("forget", { keys: ["colour"] }), { content: "Forgotten." }] });
  const messages: ModelMessage[] = [{ role: "user", content: "Forget my colour." }];
  const asked = await generateText({ model: setting.plain, tools, stopWhen, messages });
  const request = asked.content.find((part) => part.type === "tool-approval-request");
  expect(request?.toolCall).toMatchObject({ toolName: "forget", input: { keys: ["colour"] } });
  expect(await all()).toHaveLength(1);
  messages.push(...asked.responseMessages, {
    role: "tool",
    content: [{ type: "tool-approval-response", approvalId: request!.approvalId, approved: true }],
  });
  const { text } = await generateText({ model: setting.plain, tools, stopWhen, messages });
  expect(text).toBe("Forgotten.");
  expect([(await all()).length, (await all("bob")).length]).toEqual([0, 1]);
});

test("a turn that waits for approval is kept once, when it is over", async () => {
  await setting.memory.set({ namespace: "ada", key: "colour", value: "Ada's colour is teal." });
  const tools = memoryTools({ memory: setting.memory, namespace: "ada" });
  const model = setting.withMemory();
  setting.standIn.script({ chat: [call("forget", { keys: ["colour"] }), { content: "Forgotten." }] });
  const messages: ModelMessage[] = [{ role: "user", content: "Forget my colour." }];
  const asked = streamText({ model, tools, stopWhen, messages });
  const request = (await asked.content).find((part) => part.type === "tool-approval-request");
  messages.push(...(await asked.responseMessages), {
    role: "tool",
    content: [{ type: "tool-approval-response", approvalId: request!.approvalId, approved: true }],
  });
  await streamText({ model, tools, stopWhen, messages }).consumeStream();
  expect(await setting.thread()).toEqual(["user: Forget my colour.", "assistant: Forgotten."]);
  expect(setting.recalls).toHaveLength(1);
});

test.each([
  ["none at all", undefined],
  ["one without a namespace", { remember: { thread: "7" }, recall: {}, list: {}, forget: {} }],
  ["an empty namespace", { remember: { namespace: "" }, recall: options, list: options, forget: options }],
])("a tool with a wrong context (%s) fails, and nothing is stored", async (_, context) => {
  const tools = memoryTools({ memory: setting.memory });
  setting.standIn.script({ chat: [call("remember", { text: "Teal." }), { content: "Done." }] });
  const run = generateText({
    model: setting.plain,
    tools,
    toolsContext: context as never,
    stopWhen,
    prompt: "Teal!",
  });
  await expect(run).rejects.toMatchObject({ name: "AI_TypeValidationError" });
  expect(await setting.memory.namespaces()).toEqual([]);
});

test.each([
  ["a text that is too long", "remember", { text: "x".repeat(32_769) }],
  ["no text", "remember", {}],
  ["another namespace", "remember", { text: "Teal.", namespace: "bob" }],
  ["a limit that is none", "list", { limit: 0 }],
])("input that the schema does not allow (%s) is refused, and the model is told", async (_, name, input) => {
  const tools = memoryTools({ memory: setting.memory, namespace: "ada" });
  setting.standIn.script({ chat: [call(name, input), { content: "Sorry." }] });
  const { text, steps } = await generateText({ model: setting.plain, tools, stopWhen, prompt: "Go on." });
  expect(text).toBe("Sorry.");
  expect(steps[0]?.content.find((part) => part.type === "tool-error")).toBeDefined();
  expect(await setting.memory.namespaces()).toEqual([]);
});

test.each([
  ["no memory", { memory: undefined }],
  ["a memory that cannot erase", { memory: { get() {}, set() {}, recall() {}, list() {} } }],
  ["a limit that is none", { limit: 0 }],
  ["a namespace that is not known", { namespace: undefined }],
])("%s is refused at once", (_, options) => {
  expect(() => memoryTools({ memory: setting.memory, namespace: "ada", ...options } as never)).toThrow(
    expect.objectContaining({ code: "INVALID_INPUT" }),
  );
});

test("a failing memory is told to the model as a failed call, and why to the program", async () => {
  const full = new Error("the disk is full");
  const memory = setting.memoryWith({ set: () => Promise.reject(full) });
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const tools = memoryTools({ memory, namespace: "ada", onError });
  setting.standIn.script({ chat: [call("remember", { text: "Teal." }), { content: "I could not." }] });
  const { steps } = await generateText({ model: setting.plain, tools, stopWhen, prompt: "Teal!" });
  expect(steps[0]?.content.find((part) => part.type === "tool-error")?.error).toMatchObject({ cause: full });
  expect(JSON.stringify(setting.bodies().at(-1)?.messages.at(-1))).toContain("not available now");
  expect(errors).toEqual([full]);
});

test("an agent uses them", async () => {
  const agent = new ToolLoopAgent({
    model: setting.plain,
    tools: memoryTools({ memory: setting.memory }),
    toolsContext,
  });
  setting.standIn.script({
    chat: [call("remember", { text: "Ada's colour is teal." }), { content: "Noted." }],
  });
  expect((await agent.generate({ prompt: "Teal!" })).text).toBe("Noted.");
  expect((await all()).map(({ value }) => value)).toEqual(["Ada's colour is teal."]);
});
