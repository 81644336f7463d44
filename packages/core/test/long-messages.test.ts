import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Memory, type Message, partOf, questionOf, splitText, wholeMessages } from "../src/index.ts";
import { openMemory, setClock, stores } from "./open-memory.ts";

const namespace = "ada";
const thread = "t";
const bytes = (text: string) => new TextEncoder().encode(text).length;
const user = (content: string): Message => ({ role: "user", content });
const assistant = (content: string): Message => ({ role: "assistant", content });
const paragraph = (n: number) => `Paragraph ${n} tells of harbours. Ships came in by night.\n\n`;
/** Some 110 KiB, four memories. The one fact in it stands in the middle. */
const report = `${Array.from({ length: 1_000 }, (_, n) => paragraph(n)).join("")}The captain is Zephyrine Okonkwo.\n\n${Array.from({ length: 1_000 }, (_, n) => paragraph(n + 1_000)).join("")}`;

async function recordsOf(memory: Memory) {
  return (await memory.list({ namespace, thread, limit: 1_000 })).records;
}
async function messagesOf(memory: Memory): Promise<string[]> {
  return wholeMessages(await recordsOf(memory)).map(({ role, value }) => `${role}: ${value}`);
}

describe("splitting a text", () => {
  test("loses nothing, says nothing twice, and fills the parts at least by half", () => {
    const piece = fc.oneof(
      fc.constantFrom("\n\n", "\n", " ", ". ", "。", "👩‍👩‍👧", "é", "e\u0301", "ก", "🇫🇷", "x"),
      fc.string({ unit: "grapheme", maxLength: 12 }),
      fc.lorem({ maxCount: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 120 }), fc.integer({ min: 64, max: 256 }), (pieces, most) => {
        const text = pieces.join("").toWellFormed();
        const parts = splitText(text, most);
        expect(parts.every((part) => bytes(part) <= most && part.isWellFormed() && part.trim() !== "")).toBe(
          true,
        );
        const blank = new RegExp(`\\s{${Math.floor(most / 8)}}`, "u");
        if (text.trim() !== "" && !blank.test(text)) expect(parts.join("")).toBe(text);
        else expect(parts.join("").replace(/\s/gu, "")).toBe(text.replace(/\s/gu, ""));
      }),
      { seed: 20_261_125, numRuns: 2_000 },
    );
  });

  test.each([
    [
      "no earlier than at half of a part",
      "One.\n\nTwo. Three. Four. Five.",
      24,
      ["One.\n\nTwo. Three. Four. ", "Five."],
    ],
    [
      "a paragraph before a sentence",
      "One two three.\n\nFour. Five. Six.",
      24,
      ["One two three.\n\n", "Four. Five. Six."],
    ],
    ["after a sentence", "Un deux trois. Quatre cinq six", 20, ["Un deux trois. ", "Quatre cinq six"]],
    [
      "after a sentence without spaces",
      "港に船が着いた。船長は眠っている。",
      30,
      ["港に船が着いた。", "船長は眠っている。"],
    ],
    ["after a line", "const a = 1\nconst b = 2\n", 14, ["const a = 1\n", "const b = 2\n"]],
    ["after a word", "one two three four five", 12, ["one two ", "three four ", "five"]],
    ["between graphemes", "👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 40, ["👩‍👩‍👧👩‍👩‍👧", "👩‍👩‍👧"]],
    [
      "between code points when there is nothing else",
      `e${"\u0301".repeat(5)}`,
      5,
      ["e\u0301\u0301", "\u0301\u0301", "\u0301"],
    ],
    ["so that white space does not stand alone", "one two three four  ", 18, ["one two three ", "four  "]],
    [
      "leaving out what only fills a part",
      `one${" ".repeat(40)}two`,
      16,
      [`one${" ".repeat(13)}`, "           two"],
    ],
  ])("cuts %s", (_, text, most, expected) => {
    expect(splitText(text, most)).toEqual(expected);
  });

  test("of ten megabytes takes little time", () => {
    const parts = splitText("word ".repeat(2_000_000), 32_768);
    expect(parts.join("")).toHaveLength(10_000_000);
  });
});

describe.each(stores)("a message over the limit of a memory, in %s", (store) => {
  test("is kept whole, as neighbours, each saying which part it is, and found by what stands in it", async () => {
    const memory = await openMemory(store);
    const messages = [
      user("Here is the report."),
      { ...user(report), metadata: { file: "report.txt" } },
      assistant("Thank you."),
    ];
    const { stored } = await memory.remember({ namespace, thread, messages });
    const records = await recordsOf(memory);
    expect(records).toHaveLength(stored);
    const parts = records.slice(1, -1);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.map(({ value }) => value).join("")).toBe(report);
    expect(parts.map(partOf)).toEqual(parts.map((_, index) => ({ part: index + 1, parts: parts.length })));
    for (const { role, metadata, value } of parts) {
      expect(role).toBe("user");
      expect(metadata).toMatchObject({ file: "report.txt" });
      expect(value.endsWith("\n\n")).toBe(true);
    }
    expect(await messagesOf(memory)).toEqual(messages.map(({ role, content }) => `${role}: ${content}`));
    const { results } = await memory.search({ namespace, query: "Who is Zephyrine?" });
    expect(results[0]?.value).toContain("The captain is Zephyrine Okonkwo.");
    expect((await memory.list({ namespace, where: { "souvenir.part": 2 } })).records).toHaveLength(1);
  });

  test.each([
    ["with a turnId", { turnId: "7" }],
    ["without one", {}],
  ])("is stored once however often it comes, %s", async (_, named) => {
    const memory = await openMemory(store);
    const turn = { namespace, thread, messages: [user(report), assistant("Read.")], ...named };
    const { stored } = await memory.remember(turn);
    expect(stored).toBeGreaterThan(3);
    expect(await memory.remember(turn)).toEqual({ stored: 0 });
    await memory.remember({ namespace, thread, messages: [user("Next."), assistant("Yes?")] });
    expect(await memory.remember(turn)).toEqual({ stored: 0 });
    expect(await messagesOf(memory)).toHaveLength(4);
  });

  test("of a growing history is known", async () => {
    const memory = await openMemory(store);
    const history = [user(report), assistant("Read."), user("Who is the captain?"), assistant(report)];
    const { stored } = await memory.remember({ namespace, thread, messages: history.slice(0, 2) });
    expect(await memory.remember({ namespace, thread, messages: history })).toEqual({ stored });
    expect(await messagesOf(memory)).toEqual(history.map(({ role, content }) => `${role}: ${content}`));
  });

  test("alone is kept again when it is said again after something else, as a short one is", async () => {
    const memory = await openMemory(store);
    for (const message of [user(report), assistant("Again, please?"), user(report), user(report)])
      await memory.remember({ namespace, thread, messages: [message] });
    expect(await messagesOf(memory)).toEqual([
      `user: ${report}`,
      "assistant: Again, please?",
      `user: ${report}`,
    ]);
  });

  test("that is told anew shorter or longer leaves nothing of its earlier words", async () => {
    const clock = setClock();
    const memory = await openMemory(store, { clock });
    const tell = (content: string) =>
      memory.remember({ namespace, thread, turnId: "7", messages: [user(content), assistant("Noted.")] });
    await tell("A short report.");
    clock.now += 1_000;
    await memory.remember({ namespace, thread, messages: [user("Something else.")] });
    clock.now += 1_000;
    for (const content of [report, report.slice(0, 40_000), "A short report.", report]) {
      await tell(content);
      const messages = await messagesOf(memory);
      expect(messages).toHaveLength(3);
      expect(messages[0]).toBe(`user: ${content}`);
      expect(messages).toContain("user: Something else.");
    }
  });

  test("leaves no room for a mark of the caller's that could be taken for ours", async () => {
    const memory = await openMemory(store);
    const metadata = { souvenir: { part: 1, parts: 2 } };
    await expect(
      memory.remember({ namespace, thread, messages: [{ ...user("Brest."), metadata }] }),
    ).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringContaining("messages[0].metadata.souvenir"),
    });
  });

  test("is not recalled while the model sees it", async () => {
    const memory = await openMemory(store);
    await memory.remember({ namespace, thread, messages: [user(report)] });
    const ask = { namespace, query: "Who is the captain, Zephyrine?", tokenBudget: 100_000 };
    expect((await memory.recall(ask)).text).toContain("Zephyrine Okonkwo");
    const exclude = { texts: ["Hello.", `  ${report.replaceAll("\n\n", "\n")}`] };
    expect(await memory.recall({ ...ask, exclude })).toEqual({ text: "", memories: [], degraded: [] });
    // A memory of its own that only happens to stand in there is one that the caller did not exclude.
    await memory.set({ namespace, key: "own", value: "The captain is Zephyrine Okonkwo." });
    expect((await memory.recall({ ...ask, exclude })).memories.map(({ key }) => key)).toEqual(["own"]);
  });
});

describe("a question over the limit of a query", () => {
  const filler = "Many words about the weather of last week. ".repeat(400);

  test.each([
    ["at its beginning", `What does Zephyrine sail?\n\n${filler}`],
    ["at its end", `${filler}\n\nWhat does Zephyrine sail?`],
  ])("recalls by what is asked %s", async (_, query) => {
    const memory = await openMemory(":memory:");
    await memory.set({ namespace, value: "Zephyrine sails a ketch." });
    expect((await memory.recall({ namespace, query: questionOf(query) })).text).toContain("ketch");
  });

  test("is refused by search and recall", async () => {
    const memory = await openMemory(":memory:");
    for (const call of ["search", "recall"] as const)
      await expect(memory[call]({ namespace, query: filler })).rejects.toMatchObject({
        code: "INVALID_INPUT",
      });
  });

  test("fits, is cut between words, and a short one stays as it is", () => {
    expect(questionOf(" Who? ")).toBe("Who?");
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(" ", "\n", "👩‍👩‍👧", "語"), fc.lorem()), { maxLength: 400 }),
        fc.integer({ min: 16, max: 9_000 }),
        (pieces, most) => {
          const text = pieces.join("").trim();
          const question = questionOf(text, most);
          expect(bytes(question)).toBeLessThanOrEqual(most);
          expect(question.length).toBeLessThanOrEqual(2_001);
          expect(question.isWellFormed()).toBe(true);
          if (text.length <= 2_000 && bytes(text) <= most) expect(question).toBe(text);
        },
      ),
      { seed: 20_261_125, numRuns: 300 },
    );
    expect(
      questionOf("abcdefghij ".repeat(300))
        .split(/\s/u)
        .every((word) => word === "abcdefghij"),
    ).toBe(true);
  });
});

test.each(["x", "A sentence. And another one.", "x\n\n", ""])(
  "a text that ends in more white space than a part has room for comes to an end: %j",
  (text) => {
    for (const space of [" ", "\n", "\t ", "\u3000"]) {
      const parts = splitText(text + space.repeat(5_000), 100);
      expect(parts.join("").trimEnd()).toBe(text.trimEnd());
      expect(parts.every((part) => part.trim() !== "")).toBe(true);
    }
  },
);
