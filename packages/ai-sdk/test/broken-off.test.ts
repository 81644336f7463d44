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
      expect([setting.recalls.length, setting.stores.length]).toEqual([1, 1]);
      expect(setting.errors).toEqual([]);
    },
  );

  test("by the caller's signal keeps what the user said and closes the socket", async () => {
    setting.standIn.script({
      chat: [{ ...half, beforeDelta: (index) => (index === 3 ? never : undefined) }],
    });
    const abort = new AbortController();
    const onAbort = vi.fn();
    const result = streamText({ model: setting.withMemory(), prompt, abortSignal: abort.signal, onAbort });
    for await (const piece of result.textStream) if (piece === "are ") abort.abort();
    expect(onAbort).toHaveBeenCalledOnce();
    await kept(userOnly);
    expect([setting.recalls.length, setting.stores.length]).toEqual([1, 1]);
    await eventually(() => expect(setting.standIn.requests[0]?.closedEarly).toBe(true));
  });

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
    expect(setting.stores).toHaveLength(1);
  });

  test("and is read no further keeps what the user said when asked to", async () => {
    setting.standIn.script({ chat: [half] });
    const model = setting.withMemory();
    const { stream } = await model.doStream({
      prompt: [{ role: "user", content: [{ type: "text", text: prompt }] }],
    });
    const reader = stream.getReader();
    await reader.read();
    await model.flush();
    expect(await setting.thread()).toEqual(userOnly);
    while (!(await reader.read()).done);
    expect(await setting.thread()).toEqual(whole);
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
    expect(new Set(setting.prompts()).size).toBe(1);
    expect(setting.prompts()).toHaveLength(2);
  });

  test("and asked again by the user is one turn", async () => {
    setting.standIn.script({ chat: [{ ...half, breakOff: { afterDeltas: 3, how: "die" } }, half] });
    const model = setting.withMemory();
    await read(streamText({ model, prompt, onError: () => {} }));
    await kept(userOnly);
    await read(streamText({ model, prompt }));
    await kept(whole);
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
    expect(await setting.thread("bob")).toEqual(userOnly);
  });

  test("and may be tried again is kept when the next turn shows it, or by flush", async () => {
    setting.standIn.script({
      chat: [{ ...faults.serverError(), headers: { "retry-after-ms": "1" }, times: 3 }],
    });
    const model = setting.withMemory();
    await expect(generateText({ model, prompt })).rejects.toMatchObject({ name: "AI_RetryError" });
    expect(setting.stores).toHaveLength(0);
    await model.flush();
    expect(await setting.thread()).toEqual(userOnly);
    expect(setting.stores).toHaveLength(1);
  });

  test("because it is aborted while the model thinks keeps what the user said", async () => {
    setting.standIn.script({ chat: [{ wait: never }] });
    const abort = new AbortController();
    const call = generateText({ model: setting.withMemory(), prompt, abortSignal: abort.signal });
    await eventually(() => expect(setting.bodies()).toHaveLength(1));
    abort.abort();
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
    expect(await setting.thread()).toEqual(userOnly);
    expect([setting.recalls.length, setting.stores.length]).toEqual([1, 1]);
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

describe("memory that fails", () => {
  const broken = new Error("the disk is gone");

  test("costs no answer, and is reported", async () => {
    setting.standIn.script({ chat: [half, half] });
    const memory = { recall: () => Promise.reject(broken), remember: () => Promise.reject(broken) };
    const model = setting.withMemory({ memory });
    expect((await generateText({ model, prompt })).text).toBe("Apples are red");
    expect(await read(streamText({ model, prompt }))).toBe("Apples are red");
    await model.flush();
    expect(setting.errors.map(({ stage, error }) => [stage, error])).toEqual([
      ["recall", broken],
      ["store", broken],
      ["recall", broken],
      ["store", broken],
    ]);
  });

  test("is not asked again in the same turn", async () => {
    const recall = vi.fn(() => Promise.reject(broken));
    const model = setting.withMemory({ memory: { recall, remember: setting.counted.remember } });
    setting.standIn.script({ chat: [{ ...faults.serverError(), headers: { "retry-after-ms": "1" } }, half] });
    await generateText({ model, prompt });
    expect(recall).toHaveBeenCalledOnce();
  });

  test("is given up at its deadline", async () => {
    setting.standIn.script({ chat: [half] });
    const memory = { recall: () => new Promise<never>(() => {}), remember: setting.counted.remember };
    const { text } = await generateText({ model: setting.withMemory({ memory, deadlineMs: 20 }), prompt });
    expect(text).toBe("Apples are red");
    expect(setting.errors).toMatchObject([{ stage: "recall", error: { name: "TimeoutError" } }]);
  });

  test("and a listener that fails too cost no answer", async () => {
    setting.standIn.script({ chat: [half] });
    const onError = () => {
      throw new Error("listener");
    };
    const memory = { recall: () => Promise.reject(broken), remember: () => Promise.reject(broken) };
    expect((await generateText({ model: setting.withMemory({ memory, onError }), prompt })).text).toBe(
      "Apples are red",
    );
  });
});

describe("storing", () => {
  test("holds up no token and not the finish part, only the end of the stream", async () => {
    const gate = Promise.withResolvers<void>();
    const remember = vi.fn(() => gate.promise.then(() => ({ stored: 2 })));
    setting.standIn.script({ chat: [half] });
    const memory = { recall: setting.counted.recall, remember };
    const { stream } = await setting.withMemory({ memory }).doStream({
      prompt: [{ role: "user", content: [{ type: "text", text: prompt }] }],
    });
    const reader = stream.getReader();
    let part = await reader.read();
    while (part.value?.type !== "finish") part = await reader.read();
    await eventually(() => expect(remember).toHaveBeenCalledOnce());
    let closed = false;
    const end = reader.read().then(() => {
      closed = true;
    });
    await new Promise(setImmediate);
    expect(closed).toBe(false);
    gate.resolve();
    await end;
  });

  test("that is slow holds the end up to the deadline only, and flush waits for it", async () => {
    const gate = Promise.withResolvers<void>();
    let stored = false;
    const remember = () =>
      gate.promise.then(() => {
        stored = true;
        return { stored: 2 };
      });
    setting.standIn.script({ chat: [half] });
    const memory = { recall: setting.counted.recall, remember };
    const model = setting.withMemory({ memory, deadlineMs: 20 });
    await generateText({ model, prompt });
    expect(stored).toBe(false);
    const flushed = model.flush();
    gate.resolve();
    await flushed;
    expect(stored).toBe(true);
  });

  test("is left to waitUntil where there is one", async () => {
    const gate = Promise.withResolvers<void>();
    const waiting: Promise<unknown>[] = [];
    setting.standIn.script({ chat: [half, half] });
    const memory = {
      recall: setting.counted.recall,
      remember: (input: Parameters<typeof setting.counted.remember>[0]) =>
        gate.promise.then(() => setting.counted.remember(input)),
    };
    const model = setting.withMemory({ memory, waitUntil: (promise) => void waiting.push(promise) });
    await generateText({ model, prompt });
    await streamText({ model, prompt: "And pears?" }).consumeStream();
    expect(waiting).toHaveLength(2);
    expect(setting.stores).toHaveLength(0);
    gate.resolve();
    await Promise.all(waiting);
    expect(setting.stores).toHaveLength(2);
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

  test("can keep the user's words only, or what a function makes of them", async () => {
    setting.standIn.script({ chat: [half, half, half] });
    await generateText({ model: setting.withMemory({ store: "user" }), prompt });
    expect(await setting.thread()).toEqual(userOnly);
    const redacted = setting.withMemory({
      namespace: "bob",
      store: (messages) =>
        messages.map((message) => ({ ...message, content: String(message.content).replace("apples", "…") })),
    });
    await generateText({ model: redacted, prompt });
    expect(await setting.thread("bob")).toEqual(["user: Tell me about …", "assistant: Apples are red"]);
    await generateText({ model: setting.withMemory({ namespace: "eve", store: () => [] }), prompt });
    expect(await setting.memory.namespaces()).toEqual(["ada", "bob"]);
  });

  test("takes no reasoning, no tool payload and none of what was recalled", async () => {
    await setting.memory.set({ namespace: "ada", value: "Ada prefers green apples." });
    const thinking = { type: "thinking", thinking: [{ type: "text", text: "Red or green?" }] };
    setting.standIn.script({
      chat: [{ content: [thinking, { type: "text", text: "Green" }, { type: "text", text: "." }] }],
    });
    await read(streamText({ model: setting.withMemory(), prompt }));
    await kept([`user: ${prompt}`, "assistant: Green."]);
  });
});

test("turns that are left open are kept when they are let go", async () => {
  let now = 0;
  const model = setting.withMemory({ clock: () => now });
  setting.standIn.script({ chat: [{ toolCalls: [{ name: "a", arguments: {} }] }, half] });
  await generateText({ model, prompt });
  expect(setting.stores).toHaveLength(0);
  now = 11 * 60_000;
  await generateText({ model, prompt: "Another", providerOptions: { souvenir: { thread: "2" } } });
  await model.flush();
  expect(await setting.thread()).toEqual(userOnly);
});

test("a rejection of another provider that cannot be tried again ends the turn", async () => {
  const inner = new MockLanguageModelV4({ doGenerate: () => Promise.reject(new Error("no")) });
  const model = withMemory(inner, { memory: setting.counted, namespace: "ada" });
  await expect(generateText({ model, prompt })).rejects.toThrow("no");
  expect(await setting.thread()).toEqual(userOnly);
});
