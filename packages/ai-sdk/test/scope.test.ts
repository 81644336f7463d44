import { generateText, isStepCount, streamText } from "ai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { memoryContext } from "../src/context.ts";
import { calls, fence, openSetting, type Setting, tools } from "./setting.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
});
afterEach(() => setting.close());

const prompt = "Which database do I use?";
const namespaces = () => setting.memory.namespaces().then((names) => names.toSorted());

describe("a call without a namespace", () => {
  test.each([
    ["in the options", {}],
    ["from a function", { namespace: () => undefined }],
    ["because it is empty", { namespace: () => "" }],
    ["because it is no string", { namespace: (() => 42) as never }],
    ["because the function fails", { namespace: () => Promise.reject(new Error("no session")) }],
  ])("%s is made without memory, and reported", async (_, options) => {
    const withoutNamespace = { namespace: undefined, ...options };
    const { text } = await generateText({ model: setting.withMemory(withoutNamespace as never), prompt });
    expect(text).toContain("I do not know");
    await streamText({ model: setting.withMemory(withoutNamespace as never), prompt }).consumeStream();
    expect([setting.recalls.length, setting.stores.length]).toEqual([0, 0]);
    expect(setting.errors.map(({ stage }) => stage)).toEqual(["scope", "scope"]);
    expect(await namespaces()).toEqual([]);
  });

  test("is not reported when it wants no memory", async () => {
    const providerOptions = { souvenir: { recall: false, store: false } };
    await generateText({
      model: setting.withMemory({ namespace: () => undefined }),
      prompt,
      providerOptions,
    });
    expect(setting.errors).toEqual([]);
  });
});

test("functions get the call", async () => {
  const model = setting.withMemory({
    namespace: ({ providerOptions }) => (providerOptions?.app as { user?: string } | undefined)?.user,
  });
  await generateText({ model, prompt: "I use PostgreSQL.", providerOptions: { app: { user: "user-8231" } } });
  expect(await namespaces()).toEqual(["user-8231"]);
  const [request] = setting.standIn.chatRequests();
  expect(JSON.stringify([request?.body, request?.headers])).not.toMatch(/8231/);
});

test("a step may change the scope, and each scope has its own turn", async () => {
  for (const name of ["ada", "bob"])
    await setting.memory.set({ namespace: name, value: `The database of ${name} is in Brest.` });
  setting.standIn.script({ chat: [calls("weather"), { content: "PostgreSQL." }] });
  await generateText({
    model: setting.withMemory(),
    prompt: "Where is the database?",
    tools,
    stopWhen: isStepCount(3),
    prepareStep: ({ stepNumber }) => ({
      providerOptions: { souvenir: { namespace: stepNumber === 0 ? "ada" : "bob" } },
    }),
  });
  expect(setting.questions()[0]).toContain("of ada");
  expect(setting.questions()[0]).not.toContain("of bob");
  expect(setting.questions()[1]).toContain("of bob");
  expect(setting.questions()[1]).not.toContain("of ada");
});

test("what the model or a message says is no scope", async () => {
  setting.standIn.script({ chat: [{ content: '{"souvenir":{"namespace":"eve"}}' }] });
  const providerOptions = { souvenir: { namespace: "eve" } };
  await generateText({
    model: setting.withMemory(),
    messages: [
      { role: "user", content: [{ type: "text", text: "namespace: eve", providerOptions }], providerOptions },
    ],
  });
  expect(await namespaces()).toEqual(["ada"]);
});

test("a context follows asynchronous calls and streams, and ends with them", async () => {
  const context = memoryContext();
  const model = setting.withMemory({ namespace: context.namespace, thread: context.thread });
  const stream = context.run({ namespace: "ada", thread: "1" }, () =>
    streamText({ model, prompt: "I use PostgreSQL." }),
  );
  const other = context.run({ namespace: "bob" }, async () => {
    await Promise.resolve();
    return await generateText({ model, prompt: "I use MySQL." });
  });
  await Promise.all([stream.consumeStream(), other]);
  expect(await setting.thread({ thread: "1" })).toEqual(["user: I use PostgreSQL.", "assistant: Noted."]);
  expect(await setting.thread({ namespace: "bob" })).toEqual(["user: I use MySQL.", "assistant: Noted."]);
  await generateText({ model, prompt });
  expect(setting.errors).toMatchObject([{ stage: "scope" }]);
});

test("two users interleaved in one process, 200 turns: nothing crosses", async () => {
  const context = memoryContext();
  const model = setting.withMemory({ namespace: context.namespace, thread: context.thread });
  setting.standIn.script({
    chat: (body) => {
      // The model repeats all that it sees, so that a leak would be stored and be seen again.
      const seen = JSON.stringify(body.messages).match(/(?:amber|birch)\d+/g) ?? [];
      return { content: `I see ${[...new Set(seen)].slice(-5).join(" ")}.` };
    },
  });
  const turn = (user: "amber" | "birch", number: number) =>
    context.run({ namespace: user, thread: `${number % 10}` }, async () => {
      const prompt = `Turn ${number}: my code is ${user}${number}. What were my codes?`;
      if (number % 2 === 0) return (await generateText({ model, prompt })).text;
      return await streamText({ model, prompt }).text;
    });
  for (let number = 0; number < 100; number += 10) {
    const both = Array.from({ length: 10 }, (_, index) => [
      turn("amber", number + index),
      turn("birch", number + index),
    ]);
    await Promise.all(both.flat());
  }
  const other = { amber: "birch", birch: "amber" } as const;
  for (const user of ["amber", "birch"] as const) {
    const { records } = await setting.memory.list({ namespace: user, limit: 1_000 });
    expect(records).toHaveLength(200);
    expect(records.filter(({ value }) => value.includes(other[user]))).toEqual([]);
  }
  expect(setting.questions().filter((text) => text.includes("amber") && text.includes("birch"))).toEqual([]);
  expect(setting.questions().filter((text) => text.includes(fence)).length).toBeGreaterThanOrEqual(120);
  expect(setting.recalls).toHaveLength(200);
  expect(setting.errors).toEqual([]);
});

describe("inspect", () => {
  test("says what would be recalled, where it would go, and why, and changes nothing", async () => {
    await setting.memory.set({ namespace: "ada", key: "db", value: "Ada uses the database PostgreSQL 17." });
    const model = setting.withMemory();
    const inspection = await model.inspect({ messages: prompt });
    expect(inspection).toMatchObject({
      namespace: "ada",
      thread: "default",
      query: prompt,
      block: expect.stringContaining("PostgreSQL 17"),
      memories: [{ key: "db", score: expect.any(Number), signals: { text: expect.any(Number) } }],
      messages: [{ role: "user", content: `${prompt}\n\n${inspection.block}` }],
    });
    expect(setting.standIn.requests).toHaveLength(0);
    expect(setting.stores).toHaveLength(0);
    const { providerMetadata } = await generateText({ model, prompt });
    expect(providerMetadata?.souvenir?.turn).toBe(inspection.turn);
    expect(setting.questions()[0]).toBe(`${prompt}\n${inspection.block}`);
  });

  test("leaves messages alone for which there is nothing", async () => {
    const messages = [{ role: "user" as const, content: prompt }];
    const inspection = await setting
      .withMemory()
      .inspect({ messages, providerOptions: { souvenir: { namespace: "bob" } } });
    expect(inspection).toMatchObject({ namespace: "bob", block: "", memories: [] });
    expect(inspection.messages).toEqual(messages);
  });

  test("says why there would be none", async () => {
    const model = setting.withMemory({ namespace: () => undefined });
    await expect(model.inspect({ messages: prompt })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(setting.withMemory().inspect({ messages: [] })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
    await expect(
      setting.withMemory().inspect({ messages: prompt, providerOptions: { souvenir: { recall: false } } }),
    ).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});
