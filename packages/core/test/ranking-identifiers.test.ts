import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultEmbedder, type Embedder, type Memory } from "../src/index.ts";
import { openMemory } from "./open-memory.ts";

const namespace = "identifiers";

/** An embedder to which texts without the identifier are the nearest. */
function contrary(identifier: RegExp): Embedder {
  const vector = (text: string, kind: string) => {
    const turned = kind === "document" && identifier.test(text) ? 1.2 : 0.1 + 0.001 * text.length;
    return Float32Array.of(Math.cos(turned), Math.sin(turned), 0.01);
  };
  return {
    id: "contrary",
    dimensions: 3,
    embed: async (texts, { kind }) => texts.map((text) => vector(text, kind)),
  };
}

async function found(memory: Memory, query: string): Promise<string[]> {
  const { results } = await memory.search({ namespace, query, limit: 20 });
  return results.map(({ value }) => value);
}

const longSentence =
  "and it took the whole afternoon because nobody at the desk knew which form had to be signed by whom before anything";

describe("a part of an identifier never outranks the whole", () => {
  test.each<[query: string, whole: string, ...parts: string[]]>([
    ["QRT58", "parcel QRT58", "Page 58 of the book", "QRT is a radio station", "58 and QRT"],
    ["inc-8813", "INC-8813 was closed", "8813 people came", "Apple Inc is large"],
    ["INC 8813", "INC-8813 was closed", "8813 people came", "Apple Inc is large"],
    ["inc8813", "INC 8813 was closed", "8813 people came", "Apple Inc is large"],
    ["Inc_8813", "inc/8813 was closed", "8813 people came", "Apple Inc is large"],
    ["INC #8813", "the case inc8813 was closed", "8813 people came", "Apple Inc is large"],
    ["user9", "user9 is locked", "nine users and 9 cups", "The user is new"],
    ["user 9", "user-9 is locked", "9 cups", "The user is new"],
    ["order ٨٨١٣", "order 8813 was shipped", "an order", "8813 people came"],
    ["INC-８８１３", "INC-8813 was closed", "8813 people came", "Apple Inc is large"],
    ["v3.8.1", "we run 3.8.1", "3 of us", "8 and 1", "v3 is old"],
    ["version 3.8.1", "we run v3.8.1", "version 3", "version 8 and 1"],
    ["XY-123-ZK", "the plate is XY 123 ZK", "123 people", "XY and ZK", "ZK 12"],
    ["xy 123 zk", "the plate is XY-123-ZK", "123 people", "XY", "ZK 12"],
    ["xy123zk", "the plate is XY-123-ZK", "123 people", "XY", "ZK 12"],
    ["+33 6 12 34 56 78", "call 06.12.34.56.78", "33 guests", "12 and 34", "56 and 78 and 6"],
    ["2025-00417", "order 2025/00417", "in 2025", "00417 is a code"],
    ["2025 00417", "order 2025-00417", "in 2025", "00417 is a code"],
    ["4970 1012 3456 7890", "card 4970-1012-3456-7890", "4970 stones", "1012 and 3456", "7890 steps"],
    ["FR76 3000 6000 0112", "iban FR7630006000 0112", "FR76 is a prefix", "3000 and 6000", "0112"],
    ["jane_doe42", "write to jane_doe42", "jane doe", "42", "doe42"],
    ["parseHTTP2Frame", "parseHTTP2Frame fails", "parse the frame", "HTTP2", "frame"],
    ["a.b7@example.org", "a.b7@example.org", "b7", "example.org", "example"],
  ])("%s", async (query, whole, ...parts) => {
    for (const embedder of [false, defaultEmbedder(), contrary(/afternoon/)] as const) {
      const memory = await openMemory(":memory:", { embedder });
      const wanted = `${longSentence} about ${whole}, ${longSentence}`;
      for (const value of [...parts, ...parts.map((part) => `${part}. ${part}!`), wanted])
        await memory.set({ namespace, value });
      await memory.flush();
      expect((await found(memory, query))[0], embedder === false ? "words" : embedder.id).toBe(wanted);
    }
  });

  test.each<[query: string, whole: string, ...parts: string[]]>([
    [
      "What is the state of ticket INC-8813?",
      "INC-8813 was closed by Anna",
      "The state of a ticket for 8813 people",
    ],
    ["Where is parcel QRT58?", "QRT58 arrived", "The parcel 58 is lost", "Where is the parcel of QRT?"],
    ["Who locked the account user9?", "Tom blocked user9", "the account 9 was locked", "the user locked it"],
    [
      "when did order 2025-00417 ship",
      "2025-00417 left",
      "the order did ship in 2025",
      "order 00417-A shipped",
    ],
    ["what did the release 3.8.1 fix", "3.8.1 solved it", "the release fixed 3 bugs", "release 3.8 fix"],
    [
      "Qui conduit la voiture XY-123-ZK ?",
      "XY-123-ZK est à Paul",
      "la voiture 123",
      "Qui conduit la voiture ?",
    ],
    ["Wer hat die Rechnung RE-3391 bezahlt?", "RE-3391: überwiesen", "Die Rechnung hat Eva bezahlt"],
  ])("nor does it in a question: %s", async (query, whole, ...parts) => {
    const memory = await openMemory(":memory:");
    const wanted = `${whole}, ${longSentence}`;
    for (const value of [...parts, wanted]) await memory.set({ namespace, value });
    expect((await found(memory, query))[0]).toBe(wanted);
  });

  const group = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."BCDFGKLMPQRSTVWXZ"), minLength: 2, maxLength: 4 }),
    fc.string({ unit: fc.constantFrom(..."123456789"), minLength: 2, maxLength: 4 }),
  );
  const isNumber = (text: string) => /\d/.test(text);
  const identifier = fc
    .array(group, { minLength: 2, maxLength: 3 })
    .filter((groups) => groups.every((each, at) => at === 0 || isNumber(each) !== isNumber(groups[at - 1]!)));
  const written = fc.record({
    separator: fc.constantFrom("", "-", "_", "/", " ", "."),
    small: fc.boolean(),
  });
  type Written = { separator: string; small: boolean };
  const write = (groups: string[], { separator, small }: Written) =>
    small ? groups.join(separator).toLowerCase() : groups.join(separator);

  test("however it is written", async () => {
    await fc.assert(
      fc.asyncProperty(identifier, written, written, async (groups, inMemory, inQuery) => {
        // Small letters after a number and a space are a word of their own: "12 of them".
        const form = inMemory.separator === " " ? { ...inMemory, small: false } : inMemory;
        const memory = await openMemory(":memory:");
        const wanted = `${longSentence} about ${write(groups, form)}, ${longSentence}`;
        for (const each of new Set(groups)) {
          await memory.set({ namespace, value: each });
          await memory.set({ namespace, value: `${each} again, ${each}` });
        }
        await memory.set({ namespace, value: groups.toReversed().join(" or ") });
        await memory.set({ namespace, value: wanted });
        expect((await found(memory, write(groups, inQuery)))[0]).toBe(wanted);
        await memory.close();
      }),
      { seed: 20261129, numRuns: 150 },
    );
  });
});
