import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { staticEmbedder } from "../src/index.ts";
import { probes } from "./probes.ts";
import { slowReader } from "./slow-reader.ts";

const embedder = staticEmbedder();
await embedder.load();
const model = embedder.model!;
const vocabulary = Array.from({ length: model.size }, (_, id) => model.term(id));
const slowly = slowReader(vocabulary);
const termsOf = (text: string) => model.read(text).map((id) => model.term(id));

/** Text of the kinds that the rules tell apart, one run into another. */
const mixedText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...vocabulary.filter((_, id) => id % 97 === 0)),
      fc.constantFrom(" ", "'", "’", "_", "-", ".", "\u0301", "\u0327", "\n", "İ", "ß", "ﬁ", "Ⅳ", "Σ", "ς"),
      fc.string({
        unit: fc.integer({ min: 0x20, max: 0x24f }).map((code) => String.fromCodePoint(code)),
        maxLength: 8,
      }),
      fc.string({
        unit: fc.integer({ min: 0x370, max: 0x6ff }).map((code) => String.fromCodePoint(code)),
        maxLength: 6,
      }),
      fc.string({
        unit: fc.integer({ min: 0x3040, max: 0x30ff }).map((code) => String.fromCodePoint(code)),
        maxLength: 14,
      }),
      fc.string({
        unit: fc.integer({ min: 0x4e00, max: 0x5fff }).map((code) => String.fromCodePoint(code)),
        maxLength: 14,
      }),
      fc.string({ unit: fc.constantFrom(..."eariotnslcu"), maxLength: 24 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("reading", () => {
  test("is what the rules say", () => {
    fc.assert(
      // What the table of characters does not know is a test of its own.
      fc.property(mixedText, (text) => {
        expect(termsOf(text)).toEqual(slowly(text.replace(/\p{Cn}/gu, " ")));
      }),
      { seed: 20261129, numRuns: 3_000 },
    );
  });

  test("each term has one number", () => {
    expect(new Set(vocabulary).size).toBe(213_416);
  });

  test("every term that can be a word is read as itself", () => {
    const words = vocabulary.filter((term) => /^[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*$/u.test(term));
    const folded = words.filter((term) => term.toLowerCase().normalize("NFKC") === term);
    expect(folded.length).toBeGreaterThan(200_000);
    expect(folded.filter((term) => termsOf(term).join(" ") !== term)).toEqual([]);
  });

  test("takes any string, and makes a vector of length 1 or none", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.string({ unit: "grapheme" }),
        (any, text) => {
          for (const each of [any, text, `${any}\ud83d`, `\udc00${text}`]) {
            const vector = embedder.compute(each);
            if (model.read(each).length === 0) expect(vector).toBeUndefined();
            else expect(Math.hypot(...vector!)).toBeCloseTo(1, 6);
          }
        },
      ),
      { seed: 20261129, numRuns: 1_000 },
    );
  });

  test.each(["", " \n\t", "😀 🎉", "...", "\ud800", "\u0301\u0301"])(
    "nothing is read of %j",
    async (text) => {
      expect(embedder.compute(text)).toBeUndefined();
      expect(await embedder.embed([text])).toEqual([new Float32Array(256)]);
    },
  );

  test("characters newer than Unicode 14 part words, whatever the engine knows", () => {
    const kawi = String.fromCodePoint(0x11f04); // Unicode 15
    const capitalLambda = "\ua7dc"; // Unicode 16, whose lower case is older
    const outlinedA = String.fromCodePoint(0x1ccd6); // Unicode 16, "A" in NFKC
    for (const newer of [kawi, capitalLambda, outlinedA])
      expect(termsOf(`été${newer}dog`)).toEqual(["été", "dog"]);
  });

  test("a mark on a letter is read until no language would write it", () => {
    expect(termsOf("e\u0301te\u0301")).toEqual(["été"]);
    expect(termsOf(`e\u0301${"\u0300\u0316".repeat(5_000)}`)).toEqual(
      termsOf(`e\u0301${"\u0300\u0316".repeat(15)}`),
    );
  });
});

describe("time grows with the length of a text and no faster", () => {
  const hostile: [string, (length: number) => string][] = [
    ["one endless word", (length) => "a".repeat(length)],
    ["an endless word that no piece begins", (length) => "ъ".repeat(length)],
    ["an endless word in no order", (length) => "qzxvkjw".repeat(length / 7)],
    ["combining marks in the wrong order", (length) => `e${"\u0301\u0316".repeat(length / 2)}`],
    ["letters with marks", (length) => "e\u0301\u0316".repeat(length / 3)],
    ["apostrophes", (length) => "a'".repeat(length / 2)],
    ["parts that are no terms", (length) => "zqxé'".repeat(length / 5)],
    ["Chinese characters", (length) => "龘靐齉".repeat(length / 3)],
    ["characters that become many", (length) => "\ufdfa".repeat(length / 18)],
    ["halves of surrogate pairs", (length) => "\ud83d".repeat(length)],
    ["letters beyond the basic plane", (length) => "𝒜𐐷".repeat(length / 4)],
    ["spaces", (length) => " ".repeat(length)],
  ];
  /** Milliseconds of the processor, which others that want it do not lengthen; the best of some runs. */
  const cost = (text: string, runs: number) => {
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < runs; run++) {
      // The text that was read last is known.
      model.read("");
      const start = process.cpuUsage();
      model.read(text);
      const { user, system } = process.cpuUsage(start);
      best = Math.min(best, (user + system) / 1000);
    }
    return best;
  };

  test.each(hostile)("%s", (_, make) => {
    const part = cost(make(2 ** 16), 2);
    const whole = cost(make(2 ** 20), 1);
    // 16 times as long; with the square it would be 256 times.
    expect(whole).toBeLessThan(64 * Math.max(part, 1));
  });
});

test("texts do not change each other, however calls are divided", async () => {
  const texts = probes.map(({ text }) => text);
  const together = await embedder.embed(texts);
  const alone = texts.map((text) => embedder.compute(text) ?? new Float32Array(256));
  const reversed = (await staticEmbedder().embed(texts.toReversed())).toReversed();
  const parts = (
    await Promise.all([texts.slice(0, 7), texts.slice(7)].map((part) => embedder.embed(part)))
  ).flat();
  for (const other of [alone, reversed, parts]) expect(other).toEqual(together);
});
