import { EventStream } from "@mistralai/mistralai/lib/event-streams.js";
import { eventually } from "@souvenir/test/eventually";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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
    expect(await setting.thread()).toEqual(["user: Tell me about apples", "assistant: Apples are red. "]);
  });

  test("can be split and piped like any other", async () => {
    setting.standIn.script({ chat: [{ content: "Apples are red" }] });
    const [left, right] = (await setting.withMemory().chat.stream({ model, messages })).tee();
    expect(await Promise.all([read(left), read(right)])).toEqual(["Apples are red", "Apples are red"]);
    expect(await setting.thread()).toHaveLength(2);
  });

  test("of JSON is recalled for, and kept without the answer", async () => {
    await setting.knows("Apples are green in Normandy.");
    const client = setting.withMemory();
    const text = await read(
      await client.chat.parseStream({ model, messages, responseFormat: z.object({ colour: z.string() }) }),
    );
    expect(JSON.parse(text)).toHaveProperty("colour");
    expect(JSON.stringify(setting.bodies()[0])).toContain(fence);
    expect(await setting.thread()).toEqual(["user: Tell me about apples"]);
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
      await eventually(async () => expect(await setting.thread()).toEqual(["user: Tell me about apples"]));
      expect(setting.errors).toEqual([]);
    },
  );

  test("after the answer was complete keeps the answer", async () => {
    setting.standIn.script({ chat: [half] });
    await read(
      await setting.withMemory().chat.stream({ model, messages }),
      ({ data }) => data.choices[0]!.finishReason !== null,
    );
    expect(await setting.thread()).toEqual(["user: Tell me about apples", "assistant: Apples are red"]);
  });

  test.each([
    ["without a history", messages],
    ["with a history", [user("Hello"), assistant("Hi"), ...messages]],
  ])("and tried again is one turn, %s", async (_, history) => {
    setting.standIn.script({ chat: [{ ...half, breakOff: { afterDeltas: 3, how: "die" } }, half] });
    const client = setting.withMemory();
    await expect(read(await client.chat.stream({ model, messages: history }))).rejects.toThrow("terminated");
    await eventually(async () => expect(await setting.thread()).toHaveLength(1));
    await read(await client.chat.stream({ model, messages: history }));
    expect(await setting.thread()).toEqual(["user: Tell me about apples", "assistant: Apples are red"]);
    expect(setting.recalls).toHaveLength(1);
  });
});
