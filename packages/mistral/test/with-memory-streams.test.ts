import { EventStream } from "@mistralai/mistralai/lib/event-streams.js";
import { eventually } from "@souvenir/test/eventually";
import * as faults from "@souvenir/test/mistral-stand-in/faults";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { assistant, fence, model, openSetting, type Setting, user } from "./remembering.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
});
afterEach(() => setting.close());

const messages = [user("Tell me about apples")];
type Chunk = { data: { choices: { delta: { content?: unknown }; finishReason: string | null }[] } };
const textOf = ({ data }: Chunk) => String(data.choices[0]?.delta.content ?? "");

async function read(
  stream: AsyncIterable<Chunk>,
  until: (chunk: Chunk, text: string) => boolean = () => false,
) {
  let text = "";
  for await (const chunk of stream) {
    text += textOf(chunk);
    if (until(chunk, text)) break;
  }
  return text;
}

describe("a stream", () => {
  test("brings the events of the plain client, and is of its class", async () => {
    setting.standIn.script({ chat: [{ content: "Apples are red. " }, { content: "Apples are red. " }] });
    const plain = await Array.fromAsync(await setting.plain.chat.stream({ model, messages }));
    const stream = await setting.withMemory().chat.stream({ model, messages });
    expect(stream).toBeInstanceOf(EventStream);
    const events = await Array.fromAsync(stream);
    const comparable = (list: typeof plain) =>
      list.map(({ data }) => ({ ...data, id: "", created: 0, usage: data.usage !== undefined }));
    expect(comparable(events)).toEqual(comparable(plain));
    expect(await setting.thread("ada")).toEqual([
      "user: Tell me about apples",
      "assistant: Apples are red. ",
    ]);
  });

  test("hands on each token before anything is stored", async () => {
    const gate = Promise.withResolvers<void>();
    const remember = vi.fn(() => gate.promise.then(() => ({ stored: 2 })));
    setting.standIn.script({ chat: [{ content: "Apples are red" }] });
    const client = setting.withMemory({
      memory: { recall: async () => ({ text: "", memories: [], degraded: [] }), remember },
    });
    const reader = (await client.chat.stream({ model, messages })).getReader();
    let text = "";
    let finished = false;
    while (!finished) {
      const { value } = await reader.read();
      text += textOf(value!);
      finished = value!.data.choices[0]!.finishReason !== null;
    }
    expect(text).toBe("Apples are red");
    await eventually(() => expect(remember).toHaveBeenCalledOnce());
    const end = reader.read();
    gate.resolve();
    expect((await end).done).toBe(true);
    expect(remember).toHaveBeenCalledOnce();
  });

  test("delivers its first token while the model still works", async () => {
    const gate = Promise.withResolvers<void>();
    setting.standIn.script({
      chat: [{ content: "Apples are red", beforeDelta: (index) => (index === 2 ? gate.promise : undefined) }],
    });
    const reader = (await setting.withMemory().chat.stream({ model, messages })).getReader();
    await reader.read();
    expect(textOf((await reader.read()).value!)).toBe("Apples ");
    gate.resolve();
    for (let done = false; !done; ) done = (await reader.read()).done;
    expect(await setting.thread("ada")).toHaveLength(2);
  });

  test("can be split and piped like any other", async () => {
    setting.standIn.script({ chat: [{ content: "Apples are red" }] });
    const [left, right] = (await setting.withMemory().chat.stream({ model, messages })).tee();
    expect(await Promise.all([read(left), read(right)])).toEqual(["Apples are red", "Apples are red"]);
    expect(setting.stores).toHaveLength(1);
  });

  test("with several choices is kept with the first", async () => {
    setting.standIn.script({ chat: [{ content: "Red." }] });
    for await (const _ of await setting.withMemory().chat.stream({ model, messages, n: 3 }));
    expect(await setting.thread("ada")).toEqual(["user: Tell me about apples", "assistant: Red."]);
  });

  test("of thinking and text is kept without the thinking", async () => {
    const thinking = { type: "thinking", thinking: [{ type: "text", text: "Red or green?" }] };
    setting.standIn.script({
      chat: [{ content: [thinking, { type: "text", text: "Red" }, { type: "text", text: "." }] }],
    });
    for await (const _ of await setting.withMemory().chat.stream({ model, messages }));
    expect((await setting.thread("ada")).at(-1)).toBe("assistant: Red.");
  });

  test("of JSON is recalled for, and kept without the answer", async () => {
    await setting.knows("ada", "Apples are green in Normandy.");
    const client = setting.withMemory();
    const text = await read(
      await client.chat.parseStream({ model, messages, responseFormat: z.object({ colour: z.string() }) }),
    );
    expect(JSON.parse(text)).toHaveProperty("colour");
    expect(JSON.stringify(setting.bodies()[0])).toContain(fence);
    expect(await setting.thread("ada")).toEqual(["user: Tell me about apples"]);
  });
});

describe("a stream that is broken off", () => {
  const half = { content: "Apples are red" };

  test.each(["die", "end", "malformed"] as const)(
    "by the provider (%s) keeps what the user said, never half an answer",
    async (how) => {
      setting.standIn.script({ chat: [{ ...half, breakOff: { afterDeltas: 3, how } }] });
      const stream = await setting.withMemory().chat.stream({ model, messages });
      const seen: string[] = [];
      const reading = read(stream, (chunk) => seen.push(textOf(chunk)) > 99);
      if (how === "end") await reading;
      else await expect(reading).rejects.toThrow();
      expect(seen.join("")).toBe("Apples are ");
      await eventually(async () =>
        expect(await setting.thread("ada")).toEqual(["user: Tell me about apples"]),
      );
      expect(setting.errors).toEqual([]);
    },
  );

  test("by the caller's signal closes the socket", async () => {
    setting.standIn.script({
      chat: [{ ...half, beforeDelta: (index) => (index === 2 ? new Promise(() => {}) : undefined) }],
    });
    const abort = new AbortController();
    const stream = await setting.withMemory().chat.stream({ model, messages }, { signal: abort.signal });
    const reading = read(stream, (_, text) => {
      if (text === "Apples ") abort.abort();
      return false;
    });
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
    await eventually(async () => expect(await setting.thread("ada")).toEqual(["user: Tell me about apples"]));
    await eventually(() => expect(setting.standIn.requests[0]!.closedEarly).toBe(true));
  });

  test("by leaving the loop closes the socket, and is stored when the loop is left", async () => {
    setting.standIn.script({
      chat: [{ ...half, beforeDelta: (index) => (index === 3 ? new Promise(() => {}) : undefined) }],
    });
    const text = await read(
      await setting.withMemory().chat.stream({ model, messages }),
      (_, text) => text === "Apples are ",
    );
    expect(text).toBe("Apples are ");
    expect(await setting.thread("ada")).toEqual(["user: Tell me about apples"]);
    await eventually(() => expect(setting.standIn.requests[0]!.closedEarly).toBe(true));
  });

  test("after the answer was complete keeps the answer", async () => {
    setting.standIn.script({ chat: [half] });
    await read(
      await setting.withMemory().chat.stream({ model, messages }),
      ({ data }) => data.choices[0]!.finishReason !== null,
    );
    expect(await setting.thread("ada")).toEqual(["user: Tell me about apples", "assistant: Apples are red"]);
    expect(setting.stores).toHaveLength(1);
  });

  test.each([
    ["without a history", messages],
    ["with a history", [user("Hello"), assistant("Hi"), ...messages]],
  ])("and tried again is one turn, %s", async (_, history) => {
    setting.standIn.script({ chat: [{ ...half, breakOff: { afterDeltas: 3, how: "die" } }, half] });
    const client = setting.withMemory();
    await expect(read(await client.chat.stream({ model, messages: history }))).rejects.toThrow("terminated");
    await eventually(async () => expect(await setting.thread("ada")).toHaveLength(1));
    await read(await client.chat.stream({ model, messages: history }));
    expect(await setting.thread("ada")).toEqual(["user: Tell me about apples", "assistant: Apples are red"]);
    expect(setting.recalls).toHaveLength(1);
  });

  test("before it began keeps nothing, for the caller will try again", async () => {
    setting.standIn.script({ chat: [faults.connectionLost()] });
    const client = setting.withMemory();
    await expect(client.chat.stream({ model, messages })).rejects.toMatchObject({ name: "ConnectionError" });
    expect(setting.stores).toHaveLength(0);
  });
});
