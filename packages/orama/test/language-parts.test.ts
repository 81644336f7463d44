import { describe, expect, test } from "vitest";
import { type Language, languages, partOf, wordsOf } from "../src/languages/index.ts";
import { latinLanguages } from "../src/text/language-codes.ts";

const parts = [
  "letters",
  "functionWords",
  "negation",
  "questionWords",
  "telling",
  "elisions",
  "stem",
  "months",
  "weekdays",
  "times",
  "kinship",
  "particles",
  "names",
  "orders",
] as const satisfies (keyof Language)[];

describe.each(languages.map((language) => [language.code, language] as const))("%s", (_, language) => {
  test.each(parts)("has %s, or says why not", (name) => {
    const part = language[name];
    const there = partOf<unknown>(part);
    if (there === undefined) expect((part as { missing: string }).missing).toMatch(/^.{15,}$/);
    else if (typeof there === "string") expect(there.trim()).not.toBe("");
    else if (typeof there === "object") expect(Object.keys(there as object)).not.toEqual([]);
    else expect(there).toBeTypeOf("function");
  });

  test("names each part that there is", () => {
    expect(Object.keys(language).sort()).toEqual(["code", "name", "script", ...parts].sort());
  });

  test("has twelve months and seven days", () => {
    const months = partOf(language.months);
    for (const names of [months?.long, months?.short])
      if (names !== undefined) expect(wordsOf(names)).toHaveLength(12);
    if (partOf(language.weekdays) !== undefined) expect(wordsOf(language.weekdays)).toHaveLength(7);
  });

  test("has no word twice in a list", () => {
    const { functionWords, negation, questionWords, telling, kinship, particles, names, orders } = language;
    const negating = partOf(negation)?.words;
    const lists = [functionWords, negating, questionWords, telling, kinship, particles].map(wordsOf);
    for (const list of lists) expect(list.filter((word, at) => list.indexOf(word) !== at)).toEqual([]);
    for (const [name, list] of Object.entries(partOf(orders) ?? {})) {
      const words = wordsOf(list);
      expect(
        words.filter((word, at) => words.indexOf(word) !== at),
        name,
      ).toEqual([]);
      expect(words.length, name).toBeGreaterThan(0);
    }
    for (const [name, list] of Object.entries(partOf(names) ?? {}))
      if (typeof list === "string") expect(list.trim(), name).not.toBe("");
  });

  test("has a stemmer that keeps something of every word", () => {
    const stem = partOf(language.stem);
    for (const word of stem === undefined ? [] : wordsOf(language.functionWords))
      expect(stem(word)).toBeTypeOf("string");
  });
});

test("each code and name is that of one language", () => {
  expect(new Set(languages.flatMap(({ code, name }) => [code, name])).size).toBe(2 * languages.length);
});

test("languages in Latin script keep the places that snapshots hold", () => {
  expect(latinLanguages.join(" ")).toBe("en fr de es it pt nl sv da no fi hu ro tr id pl cs ca ga lt vi");
});
