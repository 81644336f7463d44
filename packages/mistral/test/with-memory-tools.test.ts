import type { Mistral } from "@mistralai/mistralai";
import { textOf } from "@souvenir/test/mistral-stand-in/wire";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { assistant, fence, model, openSetting, type Setting, user } from "./remembering.ts";

type Request = Parameters<Mistral["chat"]["complete"]>[0];
type Messages = Request["messages"];
type AssistantMessage = Extract<Messages[number], { role: "assistant" }>;

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
  await setting.knows("ada", "Ada prefers her weather in Celsius, for Brest.");
});
afterEach(() => setting.close());

const tools: NonNullable<Request["tools"]> = [
  {
    type: "function",
    function: { name: "look_up", parameters: { type: "object", properties: { query: { type: "string" } } } },
  },
];
const asks = (...names: string[]) => ({ toolCalls: names.map((name) => ({ name, arguments: {} })) });
const question = user("What is the weather in Brest?");

async function complete(client: Mistral, messages: Messages): Promise<AssistantMessage> {
  const { choices } = await client.chat.complete({ model, messages, tools });
  return { ...choices[0]!.message!, role: "assistant" };
}

async function stream(client: Mistral, messages: Messages): Promise<AssistantMessage> {
  let content = "";
  const toolCalls: NonNullable<AssistantMessage["toolCalls"]> = [];
  for await (const { data } of await client.chat.stream({ model, messages, tools })) {
    const { delta } = data.choices[0]!;
    if (typeof delta.content === "string") content += delta.content;
    toolCalls.push(...(delta.toolCalls ?? []));
  }
  return { role: "assistant", content, toolCalls };
}

/** What every program with tools does: call, run the tools, call again, until there is an answer. */
async function loop(client: Mistral, call: typeof complete, messages: Messages): Promise<Messages> {
  for (;;) {
    const message = await call(client, messages);
    messages = [...messages, message];
    if (!message.toolCalls?.length) return messages;
    for (const { id, function: called } of message.toolCalls)
      messages.push({ role: "tool", toolCallId: id!, name: called.name, content: "12 degrees" });
  }
}

describe.each([
  ["complete", complete],
  ["stream", stream],
] as const)("a tool loop with %s", (_, call) => {
  test("of several steps costs one recall and one store, and all steps see the same block", async () => {
    setting.standIn.script({
      chat: [asks("look_up"), asks("look_up", "look_up"), asks("look_up"), { content: "12 °C in Brest." }],
    });
    await loop(setting.withMemory(), call, [question]);
    expect(setting.bodies()).toHaveLength(4);
    expect([setting.recalls.length, setting.stores.length]).toEqual([1, 1]);
    const blocks = setting.bodies().map(({ messages }) => textOf(messages[0]!.content));
    expect(blocks[0]).toContain(fence);
    expect(new Set(blocks).size).toBe(1);
    expect(await setting.thread("ada")).toEqual([`user: ${question.content}`, "assistant: 12 °C in Brest."]);
  });

  test("in each turn of a conversation costs one recall and one store a turn", async () => {
    const client = setting.withMemory();
    let messages: Messages = [];
    for (const text of ["What is the weather in Brest?", "And in Nantes?", "And in Brest again?"]) {
      setting.standIn.script({ chat: [asks("look_up"), { content: `It rains: ${text}` }] });
      messages = await loop(client, call, [...messages, user(text)]);
    }
    expect([setting.recalls.length, setting.stores.length]).toEqual([3, 3]);
    expect(await setting.thread("ada")).toHaveLength(6);
    expect(setting.standIn.chatRequests().every(({ status }) => status === 200)).toBe(true);
  });

  test("that ends with a call is kept when the next request shows it", async () => {
    setting.standIn.script({
      chat: [asks("send_mail"), { content: "?" }, { content: "Hello." }, { content: "Bye." }],
    });
    const client = setting.withMemory();
    const first = [user("Good morning"), assistant("Good morning!"), user("Mail Bob about the weather")];
    const message = await call(client, first);
    expect(setting.stores).toHaveLength(0);
    const result = {
      role: "tool" as const,
      toolCallId: message.toolCalls![0]!.id!,
      name: "send_mail",
      content: "sent",
    };
    const next = [...first, message, result, assistant("Done."), user("Hello again")];
    await client.chat.complete({ model, messages: next }, { souvenir: { thread: "another", store: false } });
    expect(setting.stores).toHaveLength(0);
    await call(client, next);
    expect(await setting.thread("ada")).toEqual([
      "user: Mail Bob about the weather",
      "user: Hello again",
      "assistant: Hello.",
    ]);
    await call(client, [...next, assistant("Hello."), user("Bye")]);
    expect(setting.stores).toHaveLength(3);
  });
});

test("instructions that change between the steps do not make another turn of it", async () => {
  setting.standIn.script({ chat: [asks("look_up"), { content: "12 °C in Brest." }] });
  const client = setting.withMemory();
  const history = [user("Hello"), assistant("Hi"), question];
  const message = await complete(client, [{ role: "system", content: "Step 1" }, ...history]);
  const result = {
    role: "tool" as const,
    toolCallId: message.toolCalls![0]!.id!,
    name: "look_up",
    content: "12",
  };
  await complete(client, [{ role: "system", content: "Step 2" }, ...history, message, result]);
  expect([setting.recalls.length, setting.stores.length]).toEqual([1, 1]);
});

test("the same words in two namespaces and two threads at the same time are three turns", async () => {
  await setting.knows("bob", "Bob prefers his weather in Fahrenheit, for Boston.");
  const client = setting.withMemory();
  const scopes = [
    { namespace: "ada", thread: "one" },
    { namespace: "ada", thread: "two" },
    { namespace: "bob", thread: "one" },
  ];
  const histories: Messages[] = [];
  for (const souvenir of scopes) {
    setting.standIn.script({ chat: [asks("look_up")] });
    const { choices } = await client.chat.complete({ model, messages: [question], tools }, { souvenir });
    const message = { ...choices[0]!.message!, role: "assistant" as const };
    const toolCallId = message.toolCalls![0]!.id!;
    histories.push([question, message, { role: "tool", toolCallId, name: "look_up", content: "12" }]);
  }
  expect(setting.recalls).toMatchObject(scopes);
  for (const [at, souvenir] of scopes.entries()) {
    setting.standIn.script({ chat: [{ content: `Answer ${at}.` }] });
    await client.chat.complete({ model, messages: histories[at]!, tools }, { souvenir });
  }
  expect([setting.recalls.length, setting.stores.length]).toEqual([3, 3]);
  for (const [at, { namespace, thread }] of scopes.entries())
    expect(await setting.thread(namespace, thread)).toEqual([
      `user: ${question.content}`,
      `assistant: Answer ${at}.`,
    ]);
  const blocks = setting
    .bodies()
    .map(({ messages }) => /Celsius|Fahrenheit/.exec(textOf(messages[0]!.content))?.[0]);
  expect(blocks).toEqual(["Celsius", "Celsius", "Fahrenheit", "Celsius", "Celsius", "Fahrenheit"]);
});
