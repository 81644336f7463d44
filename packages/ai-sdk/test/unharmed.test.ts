import { createMistral } from "@ai-sdk/mistral";
import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { ChatReply } from "@souvenir/test/mistral-stand-in/reply";
import {
  generateText,
  isStepCount,
  Output,
  simulateStreamingMiddleware,
  streamText,
  wrapLanguageModel,
  wrapProvider,
} from "ai";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { memoryMiddleware, withMemory } from "../src/index.ts";
import { calls, openSetting, type Setting, tools } from "./setting.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
});
afterEach(() => setting.close());

/** Remembers what a server answered, byte for byte, so that it can answer so again. */
function recorder() {
  const recorded: { status: number; headers: [string, string][]; body: Uint8Array }[] = [];
  let replaying = 0;
  return {
    record: async (input: string | URL | Request, init?: RequestInit) => {
      const response = await fetch(input, init);
      const body = new Uint8Array(await response.clone().arrayBuffer());
      recorded.push({ status: response.status, headers: [...response.headers], body });
      return response;
    },
    replay: async () => {
      const { status, headers, body } = recorded[replaying++]!;
      // In small pieces, as a network delivers them.
      const pieces = Array.from({ length: Math.ceil(body.length / 37) }, (_, index) =>
        body.slice(index * 37, index * 37 + 37),
      );
      return new Response(ReadableStream.from(pieces), { status, headers });
    },
    rewind: () => {
      replaying = 0;
    },
  };
}

const thinking = { type: "thinking", thinking: [{ type: "text", text: "Red or green?" }] };
const scripts: Record<string, ChatReply[]> = {
  "a text": [{ content: "Apples are red. Or green." }],
  "thinking and text": [
    { content: [thinking, { type: "text", text: "Green" }, { type: "text", text: "." }] },
  ],
  "a tool loop": [calls("weather", "weather"), calls("weather"), { content: "12 °C." }],
  "a tool of the client's": [{ content: "Where are you?", ...calls("location") }],
  "an answer cut off": [{ content: "Apples are", finishReason: "length" }],
  "no words": [{ content: "" }],
  "an error at the end": [{ content: "Apples", finishReason: "error" }],
  "a malformed chunk": [{ content: "Apples are red", breakOff: { afterDeltas: 2, how: "malformed" } }],
  "a stream without an end": [{ content: "Apples are red", breakOff: { afterDeltas: 2, how: "end" } }],
};

/** Everything that a caller can see, without what the SDK makes up itself. */
const visible = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, member) =>
      [
        "timestamp",
        "performance",
        "callId",
        "id",
        "messageId",
        "approvalId",
        "date",
        "toolMetadata",
        // Where the request goes, and not what is asked.
        "prompt_cache_key",
      ].includes(key)
        ? undefined
        : member,
    ) ?? "null",
  );

describe.each(Object.entries(scripts))("with an empty memory %s", (name, replies) => {
  const settings = { prompt: "Tell me about apples", tools, stopWhen: isStepCount(5), maxRetries: 0 };

  test("arrives from streamText as without it, part by part", async () => {
    const { record, replay, rewind } = recorder();
    setting.standIn.script({ chat: replies });
    const model = (fetch: typeof replay | typeof record) =>
      createMistral({ apiKey: "key", baseURL: `${setting.standIn.url}/v1`, fetch })("mistral-large-latest");
    const run = async (model: Parameters<typeof streamText>[0]["model"]) => {
      const result = streamText({ ...settings, model, include: { rawChunks: true }, onError: () => {} });
      const parts = await Array.fromAsync(result.stream);
      return visible({
        parts,
        steps: await result.steps.then((steps) => steps, String),
        end: await result.finishReason.then((reason) => reason, String),
      });
    };
    await run(model(record));
    const plain = await run(model(replay));
    rewind();
    const remembered = await run(withMemory(model(replay), { memory: setting.counted, namespace: "ada" }));
    expect(remembered).toEqual(plain);
    expect((plain as { parts: unknown[] }).parts.length).toBeGreaterThan(3);
    expect(setting.recalls).toHaveLength(1);
  });

  test("arrives from generateText as without it", async () => {
    if (replies.some((reply) => "breakOff" in reply)) return expect(name).toMatch(/chunk|stream/);
    const { record, replay, rewind } = recorder();
    setting.standIn.script({ chat: replies });
    const model = (fetch: typeof replay | typeof record) =>
      createMistral({ apiKey: "key", baseURL: `${setting.standIn.url}/v1`, fetch })("mistral-large-latest");
    const run = async (model: Parameters<typeof generateText>[0]["model"]) => {
      const result = await generateText({
        ...settings,
        model,
        include: { requestBody: true, responseBody: true },
      });
      return visible({ steps: result.steps, usage: result.usage, content: result.content });
    };
    await run(model(record));
    const plain = await run(model(replay));
    rewind();
    expect(await run(withMemory(model(replay), { memory: setting.counted, namespace: "ada" }))).toEqual(
      plain,
    );
  });
});

test("with an empty memory the request is the same, byte for byte, but for its key of the prompt cache", async () => {
  const requests: unknown[] = [];
  const keys: unknown[] = [];
  const fetched = async (input: string | URL | Request, init?: RequestInit) => {
    const { prompt_cache_key: key, ...body } = JSON.parse(String(init?.body));
    keys.push(key);
    requests.push({ input, body: JSON.stringify(body), headers: init?.headers });
    return await fetch(input, init);
  };
  const model = createMistral({ apiKey: "key", baseURL: `${setting.standIn.url}/v1`, fetch: fetched })(
    "mistral-large-latest",
  );
  const call = {
    instructions: "Be brief.",
    prompt: "Tell me about apples",
    providerOptions: { souvenir: { namespace: "ada", thread: "7" }, mistral: { safePrompt: true } },
  };
  await generateText({ ...call, model });
  await generateText({ ...call, model: withMemory(model, { memory: setting.counted }) });
  expect(requests[1]).toEqual(requests[0]);
  expect(keys).toEqual([undefined, expect.stringMatching(/^souvenir-[0-9a-f]{32}$/)]);
});

test("any sequence of parts passes in order and unchanged, whatever happens after it", async () => {
  const part: fc.Arbitrary<LanguageModelV4StreamPart> = fc.oneof(
    fc.record({ type: fc.constant("text-delta" as const), id: fc.constant("1"), delta: fc.string() }),
    fc.record({ type: fc.constant("reasoning-delta" as const), id: fc.constant("1"), delta: fc.string() }),
    fc.record({ type: fc.constant("error" as const), error: fc.string() }),
    fc.record({ type: fc.constant("raw" as const), rawValue: fc.json() }),
    fc.record({
      type: fc.constant("tool-call" as const),
      toolCallId: fc.string(),
      toolName: fc.string(),
      input: fc.json(),
    }),
    fc.constant({
      type: "finish" as const,
      finishReason: { unified: "stop" as const, raw: "stop" },
      usage: {
        inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
        outputTokens: { total: 1, text: 1, reasoning: 0 },
      },
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part), fc.string({ minLength: 1 }), async (parts, text) => {
      const inner = {
        ...setting.plain,
        specificationVersion: "v4" as const,
        doStream: async () => ({ stream: ReadableStream.from(parts) }),
      };
      const model = withMemory(inner as never, { memory: setting.counted, namespace: "ada" });
      const { stream } = await model.doStream({
        prompt: [{ role: "user", content: [{ type: "text", text }] }],
      });
      const seen = await Array.fromAsync(stream);
      expect(seen.length).toBe(parts.length);
      for (const [index, each] of seen.entries())
        if (each.type === "finish")
          expect({ ...each, providerMetadata: undefined }).toEqual({
            ...parts[index],
            providerMetadata: undefined,
          });
        else expect(each).toBe(parts[index]);
    }),
    { seed: 20261123, numRuns: 60 },
  );
});

describe("what was recalled is on", () => {
  const expected = {
    souvenir: {
      turn: expect.stringMatching(/^[0-9a-f]{32}$/),
      recallMs: expect.any(Number),
      recalled: [
        {
          key: "colour",
          score: expect.any(Number),
          text: "Ada prefers green apples.",
          date: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/),
        },
      ],
    },
  };
  beforeEach(async () => {
    await setting.memory.set({ namespace: "ada", key: "colour", value: "Ada prefers green apples." });
  });

  test("the result of generateText", async () => {
    const { providerMetadata } = await generateText({
      model: setting.withMemory(),
      prompt: "Which apples do I prefer?",
    });
    expect(providerMetadata).toEqual(expected);
  });

  test("the finish part and the result of streamText", async () => {
    const result = streamText({ model: setting.withMemory(), prompt: "Which apples do I prefer?" });
    const parts = await Array.fromAsync(result.stream);
    expect(parts.find(({ type }) => type === "finish-step")).toMatchObject({ providerMetadata: expected });
    expect(await result.providerMetadata).toEqual(expected);
  });
});

test.each(["user", "system"] as const)(
  "every shape of history is legal for Mistral, with the block in the %s message",
  async (placement) => {
    await setting.memory.set({ namespace: "ada", value: "Ada prefers green apples." });
    const model = setting.withMemory({ placement });
    const text = (value: string) => [{ type: "text" as const, text: value }];
    const question = { role: "user" as const, content: text("Which apples do I prefer?") };
    const call = { type: "tool-call" as const, toolCallId: "abcdefghi", toolName: "weather", input: {} };
    const result = {
      type: "tool-result" as const,
      toolCallId: "abcdefghi",
      toolName: "weather",
      output: { type: "text" as const, value: "rain" },
    };
    const toolStep = [
      { role: "assistant" as const, content: [call] },
      { role: "tool" as const, content: [result] },
    ];
    const system = { role: "system" as const, content: "Be brief." };
    const assistant = { role: "assistant" as const, content: text("Hello.") };
    const before = [
      [],
      [system],
      [system, system],
      [{ role: "user" as const, content: text("Hi") }, assistant],
    ];
    const after = [
      [],
      toolStep,
      [...toolStep, ...toolStep],
      [{ role: "assistant" as const, content: text("You prefer") }],
    ];
    for (const beginning of before)
      for (const end of after) {
        const prompt = Object.freeze([...beginning, question, ...end]);
        const frozen = structuredClone(prompt);
        await model.doGenerate({ prompt: prompt as never });
        expect(prompt).toEqual(frozen);
      }
    expect(setting.standIn.chatRequests().map(({ status }) => status)).toEqual(new Array(16).fill(200));
    expect(setting.bodies().every((body) => JSON.stringify(body).includes("green apples"))).toBe(true);
  },
);

describe("together with", () => {
  test("simulated streaming, inside and outside, a turn costs one of each", async () => {
    for (const inside of [true, false]) {
      const memory = memoryMiddleware({ memory: setting.counted, namespace: `${inside}` });
      const simulate = simulateStreamingMiddleware();
      const middleware = inside ? [memory, simulate] : [simulate, memory];
      const model = wrapLanguageModel({ model: setting.plain, middleware });
      setting.standIn.script({ chat: [{ content: "Apples are red" }] });
      expect(await streamText({ model, prompt: "Tell me about apples" }).text).toBe("Apples are red");
      expect(await setting.thread({ namespace: `${inside}` })).toEqual([
        "user: Tell me about apples",
        "assistant: Apples are red",
      ]);
    }
    expect(setting.recalls).toHaveLength(2);
  });

  test("wrapProvider, all models of a provider remember", async () => {
    const provider = wrapProvider({
      provider: createMistral({ apiKey: "key", baseURL: `${setting.standIn.url}/v1` }),
      languageModelMiddleware: memoryMiddleware({ memory: setting.counted, namespace: "ada" }),
    });
    await generateText({
      model: provider.languageModel("mistral-large-latest"),
      prompt: "Ada prefers green apples.",
    });
    const { text } = await generateText({
      model: provider.languageModel("ministral-8b-latest"),
      prompt: "Which apples does Ada prefer?",
    });
    expect(text).toContain("green apples");
  });

  test("Output.json and Output.choice nothing of the answer is kept", async () => {
    setting.standIn.script({ chat: [{ content: '{"result":"red"}' }] });
    const { output } = await generateText({
      model: setting.withMemory(),
      prompt: "Red or green?",
      output: Output.choice({ options: ["red", "green"] }),
    });
    expect(output).toBe("red");
    setting.standIn.script({ chat: [{ content: '{"colour":"red"}' }] });
    await generateText({
      model: setting.withMemory(),
      prompt: "Red, then?",
      output: Output.object({ schema: z.object({ colour: z.string() }) }),
    });
    expect(await setting.thread()).toEqual(["user: Red or green?", "user: Red, then?"]);
  });
});
