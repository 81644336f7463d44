import type { Mistral } from "@mistralai/mistralai";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fence, model, openSetting, type Setting } from "./remembering.ts";

type Messages = Parameters<Mistral["chat"]["complete"]>[0]["messages"];

let setting: Setting;
beforeAll(async () => {
  setting = await openSetting();
  await setting.knows("Ada's question about apples is about the colour of apples.");
});
afterAll(() => setting.close());

/** A tool loop: an assistant message with calls, and their results. */
const toolStep = fc.integer({ min: 1, max: 3 }).map((count): Messages => {
  const ids = Array.from({ length: count }, (_, index) => `abcdEFG0${index}`);
  return [
    {
      role: "assistant",
      content: "",
      toolCalls: ids.map((id) => ({ id, function: { name: "look", arguments: {} } })),
    },
    ...ids.map((toolCallId) => ({ role: "tool" as const, toolCallId, name: "look", content: "found" })),
  ];
});
const system: fc.Arbitrary<Messages> = fc.constantFrom(
  [],
  [{ role: "system", content: "Be brief." }],
  [{ role: "system", content: [{ type: "text", text: "Be brief." }] }],
  [
    { role: "system", content: "Be brief." },
    { role: "system", content: "Be kind." },
  ],
);
const question: fc.Arbitrary<Messages[number]> = fc.constantFrom(
  { role: "user", content: "What about apples?" },
  { role: "user", content: [{ type: "text", text: "What about apples?" }] },
  {
    role: "user",
    content: [
      { type: "image_url", imageUrl: "data:," },
      { type: "text", text: "What about apples?" },
    ],
  },
);
const answer: Messages[number] = { role: "assistant", content: "Yes." };
const earlier = fc
  .array(fc.tuple(question, fc.array(toolStep, { maxLength: 2 })), { maxLength: 3 })
  .map((turns): Messages => turns.flatMap(([asked, steps]) => [asked, ...steps.flat(), answer]));
const greeting: fc.Arbitrary<Messages> = fc.constantFrom([], [answer]);
const end = fc.oneof(
  fc.constant<Messages>([]),
  toolStep,
  fc.tuple(toolStep, toolStep).map((steps): Messages => steps.flat()),
  fc.constant<Messages>([{ role: "assistant", content: "Apples are", prefix: true }]),
);

test.each(["user", "system"] as const)(
  "every legal history stays legal with the block in the %s message",
  async (placement) => {
    const client = setting.withMemory({ placement, store: false });
    await fc.assert(
      fc.asyncProperty(
        system,
        greeting,
        earlier,
        question,
        end,
        async (head, hello, history, asked, tail) => {
          setting.standIn.reset();
          const messages: Messages = [...head, ...hello, ...history, asked, ...tail];
          await client.chat.complete({ model, messages });
          await setting.plain.chat.complete({ model, messages });
          const [remembered, plain] = setting.bodies().map((body) => body.messages);
          const added = remembered!.length - plain!.length;
          expect(added).toBe(placement === "system" && head.length === 0 ? 1 : 0);
          const blocks = remembered!.map((message) => JSON.stringify(message).split(fence).length - 1);
          expect(blocks.reduce((sum, count) => sum + count)).toBe(1);
          const where = placement === "system" ? 0 : remembered!.findLastIndex(({ role }) => role === "user");
          expect(blocks[where]).toBe(1);
          expect(remembered!.slice(added).filter((_, index) => index + added !== where)).toEqual(
            plain!.filter((_, index) => index + added !== where),
          );
        },
      ),
      { seed: 20261122, numRuns: 100 },
    );
    expect(setting.errors).toEqual([]);
  },
);

test("messages without a user's text get no block", async () => {
  const client = setting.withMemory();
  const before = setting.recalls.length;
  await client.chat.complete({
    model,
    messages: [{ role: "system", content: "Say something about apples." }],
  });
  await client.chat.complete({
    model,
    messages: [{ role: "user", content: [{ type: "image_url", imageUrl: "data:," }] }],
  });
  await client.chat.complete({ model, messages: [{ role: "user", content: null }] });
  expect(setting.recalls).toHaveLength(before);
});

test("an illegal history is refused by the API, and not repaired in silence", async () => {
  const messages: Messages = [{ role: "user", content: "Apples?" }, answer];
  await expect(setting.withMemory().chat.complete({ model, messages })).rejects.toMatchObject({
    statusCode: 400,
  });
});
