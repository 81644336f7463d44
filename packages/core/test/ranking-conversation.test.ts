import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asksQuestion, speakerNames } from "../src/analysis/speaker.ts";
import type { Memory, SearchHit, SetInput } from "../src/index.ts";
import { keysOf, openMemory } from "./open-memory.ts";

const namespace = "conversation";
const start = Date.UTC(2026, 0, 1);

/** Turns of one conversation, a minute apart. */
function conversation(
  thread: string,
  turns: readonly (readonly [role: string, value: string])[],
): SetInput[] {
  return turns.map(([role, value], at) => ({
    namespace,
    key: `${thread}${at}`,
    value,
    thread,
    role,
    createdAt: start + at * 60_000,
  }));
}

async function find(memory: Memory, query: string, limit = 10): Promise<SearchHit[]> {
  return (await memory.search({ namespace, query, limit })).results;
}

const holiday = conversation("a", [
  ["Lena", "Good to see you again, how was the summer?"],
  ["Omar", "Long. We spent three weeks in a cabin by a lake in Finland."],
  ["Lena", "What did the kids do there all day?"],
  ["Omar", "They caught perch with a neighbour and smoked them."],
  ["Lena", "My own summer was mostly paperwork."],
  ["Omar", "You should take a real break in autumn."],
]);

describe("a turn is found through the turns beside it", () => {
  test("an answer through its question", async () => {
    const memory = await openMemory(":memory:");
    await memory.setMany(holiday);
    await memory.setMany(
      Array.from({ length: 30 }, (_, at) => ({
        namespace,
        key: `note${at}`,
        value: `Invoice ${at} was sent to the bank.`,
      })),
    );
    const hits = await find(memory, "What did the kids do in Finland?");
    expect(keysOf(hits).slice(0, 3)).toContain("a3");
    const answer = hits.find(({ key }) => key === "a3") as SearchHit;
    expect(answer.signals.text).toBe(0);
    expect(answer.signals.context).toBeGreaterThan(0);
    expect(answer.reasons.contextTerms).toEqual(expect.arrayContaining(["kids", "finland"]));
    expect(answer.reasons.neighbours[0]).toBe("a2");
  });

  test("not without a thread, and not when context is switched off", async () => {
    const memory = await openMemory(":memory:");
    await memory.setMany(holiday.map(({ thread: _, ...turn }) => turn));
    expect(keysOf(await find(memory, "What did the kids do in Finland?"))).not.toContain("a3");
    const without = await openMemory(":memory:", { ranking: { context: 0 } });
    await without.setMany(holiday);
    expect(keysOf(await find(without, "What did the kids do in Finland?"))).not.toContain("a3");
  });

  test("a text that stands for itself borrows nothing", async () => {
    const memory = await openMemory(":memory:");
    const long = Array.from({ length: 300 }, (_, at) => `word${at}`).join(" ");
    await memory.setMany(
      conversation("l", [
        ["user", "The submarine is yellow."],
        ["assistant", long],
      ]),
    );
    const hits = await find(memory, "submarine");
    expect(keysOf(hits)[0]).toBe("l0");
    expect(hits.slice(1).map(({ signals }) => signals.context)).toEqual(hits.slice(1).map(() => 0));
  });

  test("the order of arrival makes no difference", async () => {
    const queries = [
      "What did the kids do in Finland?",
      "perch",
      "Who was in the cabin?",
      "a break in autumn",
    ];
    const answers = async (turns: readonly SetInput[]) => {
      const memory = await openMemory(":memory:");
      for (const turn of turns) await memory.set(turn);
      const found = [];
      for (const query of queries)
        for (const { key, score, signals } of await find(memory, query))
          found.push([query, key, score, signals]);
      return found;
    };
    const expected = await answers(holiday);
    expect(expected.length).toBeGreaterThan(8);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(holiday, { minLength: holiday.length }), async (turns) => {
        const found = await answers(turns);
        // Sums of another order differ in the last bits.
        const rounded = (_: string, value: unknown) =>
          typeof value === "number" ? Number(value.toPrecision(9)) : value;
        const byKey = (all: typeof expected) => all.map((each) => JSON.stringify(each, rounded)).sort();
        expect(byKey(found)).toEqual(byKey(expected));
      }),
      { seed: 20261123, numRuns: 10 },
    );
  });

  test("a turn that was deleted explains nothing any more, and the turns around it become neighbours", async () => {
    const memory = await openMemory(":memory:");
    await memory.setMany(holiday);
    await memory.delete({ namespace, keys: ["a1", "a2"] });
    expect(await find(memory, "What did the kids do in Finland?")).toEqual([]);
    const [hit] = (await find(memory, "the perch of the neighbour")).filter(({ key }) => key === "a0");
    expect(hit?.reasons.neighbours).toEqual(["a3"]);
  });

  test("turns of another conversation explain nothing", async () => {
    const memory = await openMemory(":memory:");
    await memory.setMany(holiday.slice(0, 3));
    await memory.setMany(conversation("b", [["Omar", "They caught perch with a neighbour."]]));
    expect(keysOf(await find(memory, "What did the kids do in Finland?"))).not.toContain("b0");
  });
});

describe("a question about somebody prefers what they said", () => {
  test.each([
    ["by role", (name: string, text: string): Partial<SetInput> => ({ role: name, value: text })],
    ["by the name at the head of the text", (name: string, text: string) => ({ value: `${name}: ${text}` })],
  ])("%s", async (_, turn) => {
    const memory = await openMemory(":memory:");
    const say = [
      ["Priya", "My favourite season is spring, everything blooms."],
      ["Jonas", "My favourite season is winter, because of skiing."],
      ["Priya", "And for food I like anything with aubergine."],
      ["Jonas", "I eat bread with everything."],
    ] as const;
    await memory.setMany(
      say.map(([name, text], at) => ({
        namespace,
        key: `${name}${at}`,
        thread: "p",
        createdAt: start + at * 1000,
        value: text,
        ...turn(name, text),
      })),
    );
    expect((await find(memory, "What is the favourite season of Jonas?"))[0]?.key).toBe("Jonas1");
    expect((await find(memory, "What is the favourite season of Priya?"))[0]?.key).toBe("Priya0");
    expect((await find(memory, "What is the favourite season of Priya?"))[0]?.reasons.entities).toContain(
      "priya",
    );
  });

  test("names at the head of a text", () => {
    expect(speakerNames("Caroline: hello", null)).toEqual(["caroline"]);
    expect(speakerNames("Jean-Luc Moreau: salut", "user")).toEqual(
      expect.arrayContaining(["jean-luc moreau", "moreau", "user"]),
    );
    expect(speakerNames("山田：こんにちは、", undefined)).toEqual(["山田"]);
    expect(speakerNames("see also: the appendix", null)).toEqual([]);
    expect(speakerNames("http://example.org: down", null)).toEqual([]);
    expect(speakerNames("", "")).toEqual([]);
  });

  test("questions in several scripts", () => {
    for (const text of [
      "Really?",
      "Vraiment ?",
      "本当？",
      "حقا؟",
      "Τι είναι αυτό;",
      'He asked "why?"',
      "ok? ",
    ])
      expect(asksQuestion(text), text).toBe(true);
    for (const text of ["No.", "a; b", "What? No.", "", "const a = 1;"])
      expect(asksQuestion(text), text).toBe(false);
  });
});
