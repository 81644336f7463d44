import { afterEach, beforeEach, expect, test } from "vitest";
import { type MemoryToolsOptions, memoryTools } from "../src/index.ts";
import { model, openSetting, type Setting, user } from "./remembering.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
});
afterEach(() => setting.close());

const tools = (options: Partial<MemoryToolsOptions> = {}) =>
  memoryTools({ memory: setting.memory, namespace: "ada", ...options });
const call = (name: string, given: unknown) => [{ id: "abcDEF123", function: { name, arguments: given } }];

test("a model remembers and recalls by itself, in a loop over the client", async () => {
  const { tools: offered, run } = tools();
  setting.standIn.script({
    chat: [
      { toolCalls: [{ name: "remember", arguments: { text: "Ada likes green tea." } }] },
      {
        toolCalls: [
          { name: "recall", arguments: { query: "tea" } },
          { name: "other", arguments: {} },
        ],
      },
    ],
  });
  const messages: Parameters<typeof setting.plain.chat.complete>[0]["messages"] = [user("I like green tea.")];
  const results: unknown[] = [];
  for (let step = 0; step < 2; step++) {
    const { choices } = await setting.plain.chat.complete({ model, messages, tools: offered });
    const message = choices[0]!.message!;
    const answers = await run(message.toolCalls);
    results.push(...answers);
    messages.push({ ...message, role: "assistant" }, ...answers);
  }
  // What another tool is called for is the caller's to answer.
  expect(results).toMatchObject([
    { role: "tool", name: "remember", content: expect.stringMatching(/^Remembered/) },
    { role: "tool", name: "recall", content: expect.stringContaining("Ada likes green tea.") },
  ]);
});

test("nothing is erased unless the user approves", async () => {
  const { key } = await setting.memory.set({ namespace: "ada", value: "Ada likes green tea." });
  const asked: unknown[] = [];
  const forget = (options: Partial<MemoryToolsOptions>) =>
    tools(options).run(call("forget", JSON.stringify({ keys: [key] })));
  expect((await forget({}))[0]!.content).toContain("ask them first");
  const answers = [false, true];
  const approve = async (given: unknown) => {
    asked.push(given);
    return answers.shift()!;
  };
  expect((await forget({ approve }))[0]!.content).toContain("ask them first");
  expect(await setting.memory.get({ namespace: "ada", key })).toBeDefined();
  expect((await forget({ approve }))[0]!.content).toContain("Erased 1");
  expect(asked[0]).toEqual({ name: "forget", arguments: JSON.stringify({ keys: [key] }) });
});

test.each([
  ["no JSON", "{"],
  ["no object", "5"],
  ["what it may not say", '{"text":"x","namespace":"bob"}'],
  ["nothing", ""],
])("a model that writes %s is told so", async (_, written) => {
  const [answer] = await tools().run(call("remember", written));
  expect(answer).toMatchObject({
    toolCallId: "abcDEF123",
    content: expect.stringMatching(/remember|text|namespace/),
  });
  expect(await setting.memory.namespaces()).toEqual([]);
});

test.each([
  { namespace: "" },
  { namespace: undefined as never },
  { memory: {} as never },
  { limit: 51 },
  { approve: true as never },
  { user: "ada" } as never,
])("options %j are refused", (options) => {
  expect(() => tools(options)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
});

test("what would be sent can be seen, and waiting for what is stored ends", async () => {
  await setting.knows("My stack is Rust, Axum, PostgreSQL and HTMX.");
  const remember = () => new Promise<never>(() => undefined);
  const recall: Setting["memory"]["recall"] = (input) => setting.memory.recall(input);
  const client = setting.withMemory({ memory: { recall, remember }, deadlineMs: 200 });
  const request = { model, messages: [user("Which database is in my stack?")] };
  const { turn, messages } = await client.souvenir.inspect(request, { souvenir: { thread: "t" } });
  expect(turn.recalled.memories[0]?.value).toContain("PostgreSQL");
  expect(messages[0]?.content).toContain("PostgreSQL");
  expect(setting.bodies()).toEqual([]);
  await client.chat.complete(request);
  expect(await client.souvenir.flush({ timeoutMs: 1 })).toEqual({ pending: 2 });
});
