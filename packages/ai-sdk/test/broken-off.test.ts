import { eventually } from "@souvenir/test/eventually";
import * as faults from "@souvenir/test/mistral-stand-in/faults";
import { generateText, streamText } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withMemory } from "../src/index.ts";
import { openSetting, type Setting } from "./setting.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
});
afterEach(() => setting.close());

const prompt = "Tell me about apples";
const half = { content: "Apples are red" };
const userOnly = [`user: ${prompt}`];
const whole = [`user: ${prompt}`, "assistant: Apples are red"];
const never = new Promise<void>(() => {});
const kept = (lines: string[]) => eventually(async () => expect(await setting.thread()).toEqual(lines));

/** The text that arrives, whatever happens then. */
async function read(
  result: { textStream: AsyncIterable<string> },
  onError: (error: unknown) => void = () => {},
) {
  let text = "";
  try {
    for await (const piece of result.textStream) text += piece;
  } catch (error) {
    onError(error);
  }
  return text;
}

describe("a stream that is broken off", () => {
  test.each(["die", "end", "malformed"] as const)(
    "by the provider (%s) keeps what the user said, never half an answer",
    async (how) => {
      setting.standIn.script({ chat: [{ ...half, breakOff: { afterDeltas: 3, how } }] });
      const errors: unknown[] = [];
      const result = streamText({
        model: setting.withMemory(),
        prompt,
        onError: ({ error }) => void errors.push(error),
      });
      expect(await read(result, (error) => errors.push(error))).toBe("Apples are ");
      expect(errors.length > 0).toBe(how !== "end");
      await kept(userOnly);
      expect(setting.recalls).toHaveLength(1);
      expect(setting.errors).toEqual([]);
    },
  );

  test("by a consumer of the model that goes away keeps what the user said", async () => {
    setting.standIn.script({
      chat: [{ ...half, beforeDelta: (index) => (index === 3 ? never : undefined) }],
    });
    const { stream } = await setting.withMemory().doStream({
      prompt: [{ role: "user", content: [{ type: "text", text: prompt }] }],
    });
    for await (const part of stream) if (part.type === "text-delta" && part.delta === "are ") break;
    await kept(userOnly);
    await eventually(() => expect(setting.standIn.requests[0]?.closedEarly).toBe(true));
  });

  test("after the answer was complete keeps the answer", async () => {
    setting.standIn.script({ chat: [half] });
    const { stream } = await setting.withMemory().doStream({
      prompt: [{ role: "user", content: [{ type: "text", text: prompt }] }],
    });
    for await (const part of stream) if (part.type === "finish") break;
    await kept(whole);
  });

  test("and is tried again by the SDK is one turn, with the same block", async () => {
    await setting.memory.set({ namespace: "ada", value: "Ada prefers green apples." });
    setting.standIn.script({ chat: [{ ...half, breakOff: { afterDeltas: 3, how: "malformed" } }, half] });
    const result = streamText({
      model: setting.withMemory(),
      prompt,
      streamRetries: 0,
      onError: () => ({ retry: true }),
    });
    await result.consumeStream();
    await kept(whole);
    expect(setting.recalls).toHaveLength(1);
    expect(new Set(setting.questions()).size).toBe(1);
    expect(setting.questions()).toHaveLength(2);
  });
});

describe("a call that fails", () => {
  test("for good reaches the caller unchanged, and keeps what the user said", async () => {
    setting.standIn.script({ chat: [{ ...faults.unauthorized(), times: 3 }] });
    const plain = await generateText({ model: setting.plain, prompt }).catch((error: unknown) => error);
    const call = generateText({ model: setting.withMemory(), prompt });
    await expect(call).rejects.toMatchObject({
      name: "AI_APICallError",
      statusCode: 401,
      message: (plain as Error).message,
    });
    expect(await setting.thread()).toEqual(userOnly);
    const errors: unknown[] = [];
    await streamText({
      model: setting.withMemory({ namespace: "bob" }),
      prompt,
      onError: ({ error }) => void errors.push(error),
    }).consumeStream();
    expect(errors).toMatchObject([{ name: "AI_APICallError", statusCode: 401 }]);
    expect(await setting.thread({ namespace: "bob" })).toEqual(userOnly);
  });

  test("because it is aborted while memory is slow ends at once", async () => {
    const abort = new AbortController();
    const recall = vi.fn(() => new Promise<never>(() => {}));
    const memory = { recall, remember: setting.counted.remember };
    const model = setting.withMemory({ memory, deadlineMs: 60_000 });
    const call = generateText({ model, prompt, abortSignal: abort.signal });
    await eventually(() => expect(recall).toHaveBeenCalledOnce());
    abort.abort();
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
    expect(setting.bodies()).toHaveLength(0);
  });
});

describe("storing", () => {
  test("holds up no token and not the finish part, only the end of the stream", async () => {
    const gate = Promise.withResolvers<void>();
    const answers = vi.fn(() => gate.promise);
    const remember: typeof setting.counted.remember = async (input) => {
      if (input.messages.some(({ role }) => role === "assistant")) await answers();
      return setting.counted.remember(input);
    };
    setting.standIn.script({ chat: [half] });
    const memory = { recall: setting.counted.recall, remember };
    const { stream } = await setting.withMemory({ memory }).doStream({
      prompt: [{ role: "user", content: [{ type: "text", text: prompt }] }],
    });
    const reader = stream.getReader();
    let part = await reader.read();
    while (part.value?.type !== "finish") part = await reader.read();
    await eventually(() => expect(answers).toHaveBeenCalledOnce());
    let closed = false;
    const end = reader.read().then(() => {
      closed = true;
    });
    await new Promise(setImmediate);
    expect(closed).toBe(false);
    gate.resolve();
    await end;
  });

  test("is left to waitUntil where there is one", async () => {
    const gate = Promise.withResolvers<void>();
    const waiting: Promise<unknown>[] = [];
    setting.standIn.script({ chat: [half, half] });
    const remember: typeof setting.counted.remember = async (input) => {
      if (input.messages.some(({ role }) => role === "assistant")) await gate.promise;
      return setting.counted.remember(input);
    };
    const memory = { recall: setting.counted.recall, remember };
    const model = setting.withMemory({ memory, waitUntil: (promise) => void waiting.push(promise) });
    await generateText({ model, prompt });
    await streamText({
      model,
      prompt,
      providerOptions: { souvenir: { thread: "2" } },
    }).consumeStream();
    expect(await setting.thread()).toEqual(userOnly);
    gate.resolve();
    await Promise.all(waiting);
    expect([await setting.thread(), await setting.thread({ thread: "2" })]).toEqual([whole, whole]);
  });

  test("goes on when waitUntil is called outside of a request", async () => {
    setting.standIn.script({ chat: [half] });
    const waitUntil = () => {
      throw new Error("`after` was called outside a request scope");
    };
    await generateText({ model: setting.withMemory({ waitUntil }), prompt });
    expect(await setting.thread()).toEqual(whole);
    expect(setting.errors).toMatchObject([{ stage: "store" }]);
  });
});

test("texts of a stream that come interleaved are each kept in their place, before a tool of the provider's and after", async () => {
  const text = (id: string, ...deltas: string[]) =>
    deltas.map((delta) => ({ type: "text-delta" as const, id, delta }));
  const called = { toolCallId: "1", toolName: "search", input: "{}", providerExecuted: true };
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 1, text: 1, reasoning: 0 },
  };
  const parts = [
    { type: "text-start" as const, id: "a" },
    { type: "text-start" as const, id: "b" },
    ...text("b", "Mount"),
    ...text("a", "The har"),
    ...text("b", "ains."),
    ...text("a", "bour."),
    { type: "tool-call" as const, ...called },
    { type: "text-start" as const, id: "a" },
    ...text("a", "that is all"),
    { type: "finish" as const, finishReason: { unified: "stop" as const, raw: "stop" }, usage },
  ];
  const inner = new MockLanguageModelV4({ doStream: async () => ({ stream: ReadableStream.from(parts) }) });
  const { stream } = await withMemory(inner, { memory: setting.counted, namespace: "ada" }).doStream({
    prompt: [{ role: "user", content: [{ type: "text", text: prompt }] }],
  });
  expect(await Array.fromAsync(stream)).toEqual(parts);
  expect(await setting.thread()).toEqual([
    `user: ${prompt}`,
    "assistant: The harbour.\n\nMountains.\n\nthat is all",
  ]);
});

test("a rejection of any provider leaves what the user said", async () => {
  const inner = new MockLanguageModelV4({ doGenerate: () => Promise.reject(new Error("no")) });
  const model = withMemory(inner, { memory: setting.counted, namespace: "ada" });
  await expect(generateText({ model, prompt })).rejects.toThrow("no");
  expect(await setting.thread()).toEqual(userOnly);
});
