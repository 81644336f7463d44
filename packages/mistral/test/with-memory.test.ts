import { AsyncLocalStorage } from "node:async_hooks";
import { Mistral } from "@mistralai/mistralai";
import { wholeMessages } from "@souvenir/core";
import { eventually } from "@souvenir/test/eventually";
import * as faults from "@souvenir/test/mistral-stand-in/faults";
import { textOf } from "@souvenir/test/mistral-stand-in/wire";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { withMemory } from "../src/index.ts";
import { assistant, fence, model, openSetting, type Setting, system, user } from "./remembering.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
});
afterEach(() => setting.close());

const stack = "My stack is Rust, Axum, PostgreSQL and HTMX.";
const question = user("Which database is in my stack?");
const knowsStack = () => setting.knows(stack);
const contents = (at: number) => setting.bodies()[at]!.messages.map(({ content }) => textOf(content));

describe("the client", () => {
  test("is of the same type, and the given one is not changed", async () => {
    const { plain } = setting;
    const client = setting.withMemory();
    const typed: Mistral = client;
    expect(typed).toBeInstanceOf(Mistral);
    expect(client.constructor).toBe(Mistral);
    expect(client.chat.constructor).toBe(plain.chat.constructor);
    expect(client.chat).toBe(client.chat);
    expect(client.chat).not.toBe(plain.chat);
    expect((await client.models.list()).data).not.toHaveLength(0);
    await knowsStack();
    await plain.chat.complete({ model, messages: [question] });
    expect(contents(0)).toEqual([question.content]);
    expect(setting.recalls).toHaveLength(0);
  });

  test("sends what the plain client sends when there is nothing to recall", async () => {
    const request = {
      model,
      messages: [system("Be brief."), question],
      temperature: 0.2,
      n: 2,
      promptCacheKey: "a",
    };
    await setting.plain.chat.complete(request);
    await setting.withMemory().chat.complete(request);
    expect(setting.bodies()[1]).toEqual(setting.bodies()[0]);
    await setting.withMemory().chat.complete({ ...request, promptCacheKey: null });
    await setting.withMemory().chat.complete({ ...request, promptCacheKey: undefined });
    expect(setting.bodies()[3]!.prompt_cache_key).toMatch(/^souvenir-/);
    expect(setting.bodies()[2]).toMatchObject({ prompt_cache_key: null });
    expect(setting.recalls).toHaveLength(3);
  });

  test("never touches the caller's request", async () => {
    await knowsStack();
    const messages = [system("Be brief."), question].map((message) => Object.freeze(message));
    const request = Object.freeze({ model, messages: Object.freeze(messages) as typeof messages });
    await setting.withMemory().chat.complete(request);
    await setting.withMemory({ placement: "system" }).chat.complete(request);
    expect(contents(0)[1]).toContain(fence);
    expect(contents(1)[0]).toContain(fence);
    expect(setting.errors).toEqual([]);
  });

  test("returns the response and rejects with the error of the SDK", async () => {
    const client = setting.withMemory();
    setting.standIn.script({ chat: [faults.rateLimited({ retryAfter: 1 })] });
    await expect(client.chat.complete({ model, messages: [question] })).rejects.toMatchObject({
      name: "SDKError",
      statusCode: 429,
    });
    setting.standIn.script({ chat: [faults.serverError()] });
    await expect(client.chat.stream({ model, messages: [question] })).rejects.toMatchObject({
      statusCode: 500,
    });
    expect(await setting.thread()).toEqual([`user: ${question.content}`]);
    expect(await client.chat.complete({ model, messages: [question] })).toMatchObject({
      model,
      object: "chat.completion",
    });
  });
});

describe("a turn", () => {
  test("that is answered in JSON is kept without the answer", async () => {
    const client = setting.withMemory();
    const schema = z.object({ database: z.string() });
    await knowsStack();
    const parsed = await client.chat.parse({ model, messages: [question], responseFormat: schema });
    expect(parsed.choices![0]!.message!.parsed).toEqual({ database: stack });
    expect(contents(0)[0]).toContain(fence);
    await client.chat.complete({
      model,
      messages: [user("And my framework?")],
      responseFormat: { type: "json_object" },
    });
    expect(await setting.thread()).toEqual([`user: ${question.content}`, "user: And my framework?"]);
    await client.chat.complete({
      model,
      messages: [user("In plain text?")],
      responseFormat: { type: "text" },
    });
    expect((await setting.thread()).at(-1)).toMatch(/^assistant: /);
  });

  test("with an answer that was cut is marked, and one that failed has no answer", async () => {
    setting.standIn.script({
      chat: [
        { content: "It is Post", finishReason: "length" },
        { content: "It i", finishReason: "error" },
      ],
    });
    const client = setting.withMemory();
    await client.chat.complete({ model, messages: [question] });
    await client.chat.complete({ model, messages: [user("Sure?")] });
    const { records } = await setting.memory.list({ namespace: "ada" });
    expect(records.map(({ value, metadata }) => [value, metadata])).toEqual([
      [question.content, {}],
      ["It is Post", { truncated: true }],
      ["Sure?", {}],
    ]);
  });

  test("that failed is recalled for anew after ten minutes", async () => {
    let now = 0;
    const client = setting.withMemory({ clock: () => now });
    const fail = async () => {
      setting.standIn.script({ chat: [faults.serverError()] });
      await expect(client.chat.complete({ model, messages: [question] })).rejects.toThrow();
      return setting.recalls.length;
    };
    expect([await fail(), await fail()]).toEqual([1, 1]);
    now += 11 * 60_000;
    expect(await fail()).toBe(2);
  });

  test("of a long message asks memory with its beginning and its end", async () => {
    const long = `${stack} ${"padding ".repeat(20_000)} Which database?`;
    await setting.withMemory({ store: false }).chat.complete({ model, messages: [user(long)] });
    const { query } = setting.recalls[0]!;
    expect(query.length).toBeLessThan(2_100);
    expect(query.startsWith(stack)).toBe(true);
    expect(query.endsWith("Which database?")).toBe(true);
    expect(setting.errors).toEqual([]);
  });
});

describe("the scope", () => {
  test("can be found by functions, for example in an AsyncLocalStorage", async () => {
    const current = new AsyncLocalStorage<{ user: string; chat: string }>();
    const client = setting.withMemory({
      namespace: () => current.getStore()?.user,
      thread: async () => current.getStore()?.chat,
    });
    await current.run({ user: "eve", chat: "7" }, () =>
      client.chat.complete({ model, messages: [question] }),
    );
    expect(await setting.thread({ namespace: "eve", thread: "7" })).toHaveLength(2);
    await client.chat.complete({ model, messages: [question] });
    expect(setting.errors).toMatchObject([{ stage: "scope", error: { code: "INVALID_INPUT" } }]);
    expect(await setting.memory.namespaces()).toEqual(["eve"]);
  });

  test("of a thousand interleaved turns of two users is never crossed", async () => {
    const namespaces = ["ada@example.org", "bob/../ada@example.org"];
    const client = setting.withMemory({ namespace: undefined as never });
    const words = ["aardvark", "bumblebee"];
    for (const [at, namespace] of namespaces.entries()) {
      await setting.memory.setMany(
        Array.from({ length: 500 }, (_, index) => ({
          namespace,
          value: `The code of item${1_000 + 2 * index + at} is ${words[at]}.`,
        })),
      );
    }
    const turn = async (number: number) => {
      const at = number % 2;
      const messages = [user(`Which code has item${1_000 + number}?`)];
      const souvenir = { namespace: namespaces[at]!, thread: `${number % 50}` };
      const options = number % 3 === 0 ? { souvenir } : { souvenir, timeoutMs: 60_000 };
      if (number % 4 < 2)
        return (await client.chat.complete({ model, messages }, options)).choices[0]!.message!.content;
      let text = "";
      for await (const { data } of await client.chat.stream({ model, messages }, options))
        text += data.choices[0]!.delta.content;
      return text;
    };
    for (let start = 0; start < 1_000; start += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => turn(start + index)));
      for (const [index, answer] of answers.entries())
        expect(answer).toBe(`The code of item${1_000 + start + index} is ${words[index % 2]}.`);
    }
    for (const [at, namespace] of namespaces.entries()) {
      const records = await Array.fromAsync(setting.memory.export({ namespace }));
      expect(records).toHaveLength(1_500);
      expect(records.filter(({ value }) => value.includes(words[1 - at]!))).toEqual([]);
    }
    for (const { messages } of setting.bodies()) {
      const text = textOf(messages[0]!.content);
      expect(words.filter((word) => text.includes(word))).toHaveLength(1);
    }
    expect([setting.recalls.length, setting.stores.length, setting.errors.length]).toEqual([1_000, 2_000, 0]);
  });
});

describe("when memory fails", () => {
  const broken = (part: "recall" | "remember", failure: () => Promise<never>) => ({
    memory: {
      recall: async () => ({ text: "", memories: [], degraded: [] }),
      remember: async () => ({ stored: 0 }),
      [part]: failure,
    },
  });

  test("an abort during recall ends the call at once", async () => {
    const recall = vi.fn(() => new Promise<never>(() => {}));
    const client = setting.withMemory({ ...broken("recall", recall), deadlineMs: 60_000 });
    const abort = new AbortController();
    const call = client.chat.complete({ model, messages: [question] }, { signal: abort.signal });
    await eventually(() => expect(recall).toHaveBeenCalled());
    abort.abort();
    await expect(call).rejects.toMatchObject({ name: "RequestAbortedError" });
    expect(setting.errors).toEqual([]);
  });
});

test("what was recalled is told once a turn", async () => {
  await knowsStack();
  const told: unknown[] = [];
  const client = setting.withMemory({
    onRecall: (event) => told.push(event),
    limit: 3,
    tokenBudget: 500,
    deadlineMs: 100_000,
  });
  await client.chat.complete({ model, messages: [question] });
  expect(told).toMatchObject([
    {
      namespace: "ada",
      thread: "default",
      text: expect.stringContaining(stack),
      memories: [{ value: stack }],
      tookMs: expect.any(Number),
    },
  ]);
  expect(contents(0)[0]).toContain((told[0] as { text: string }).text);
  expect(setting.recalls[0]).toMatchObject({ limit: 3, tokenBudget: 500, deadlineMs: 75_000 });
});

test.each([
  ["no client", undefined, {}, /client.*new Mistral/],
  ["something else as client", { chat: {} }, {}, /client.*new Mistral/],
  ["no options", undefined, undefined, /memory.*createMemory/],
  ["no memory", undefined, { namespace: "ada" }, /memory.*createMemory/],
  ["a namespace that is empty", undefined, { memory: {}, namespace: "" }, /namespace.*not empty/],
])("%s is refused at once", (name, client, options, message) => {
  const given = name === "no client" ? undefined : (client ?? setting.plain);
  expect(() => withMemory(given as never, options as never)).toThrow(
    expect.objectContaining({ code: "INVALID_INPUT", message: expect.stringMatching(message) }),
  );
});

describe("a message over the limits of a memory", () => {
  const pasted = `${"One paragraph of many.\n\n".repeat(2_000)}The captain is Zephyrine.\n\n${"Another one.\n\n".repeat(2_000)}`;

  test("is kept whole, once, and not repeated to a model that sees it", async () => {
    const answer = `Read. ${"An answer at length. ".repeat(3_000)}`;
    setting.standIn.script({ chat: [{ content: answer }] });
    const client = setting.withMemory();
    const captain = user("Who is the captain, Zephyrine?");
    await client.chat.complete({ model, messages: [user(pasted)] });
    await client.chat.complete({ model, messages: [user(pasted), assistant(answer), captain] });
    expect(contents(1).join("\n")).not.toContain(fence);
    const { records } = await setting.memory.list({ namespace: "ada", thread: "default", limit: 1_000 });
    expect(records.length).toBeGreaterThan(6);
    const kept = wholeMessages(records);
    expect(kept.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant"]);
    expect([kept[0]?.value, kept[1]?.value]).toEqual([pasted, answer]);
    await client.chat.complete({ model, messages: [captain] }, { souvenir: { thread: "new" } });
    expect(contents(2)[0]).toContain("Zephyrine");
    expect(setting.errors).toEqual([]);
  });

  test.each([
    ["beginning", `${question.content}\n\n${pasted}`],
    ["end", `${pasted}\n\n${question.content}`],
  ])("is looked up by its %s", async (_, content) => {
    await knowsStack();
    await setting.withMemory().chat.complete({ model, messages: [user(content)] });
    expect(contents(0)[0]).toContain("PostgreSQL");
    expect(setting.errors).toEqual([]);
  });
});
