import { TextIndex } from "@souvenir/orama";
import { describe, expect, test } from "vitest";
import { analyzeQuery } from "../src/analysis/analyzed-query.ts";

const now = Date.UTC(2026, 4, 20, 12);
const day = 86_400_000;

function indexOf(...texts: string[]): { text: TextIndex; latest(): number } {
  const text = new TextIndex();
  for (const [document, each] of texts.entries()) text.add(document, each);
  return { text, latest: () => now };
}

function analyzed(query: string, ...texts: string[]) {
  return analyzeQuery(query, now, indexOf(...texts), { entities: [] });
}

describe("a question is taken apart once", () => {
  test("into words, those that stand nowhere among them", () => {
    const { words, terms } = analyzed("When did Ada plant the zucchini?", "Ada planted tomatoes");
    expect(words).toEqual([
      { word: "ada", position: 0, found: true },
      { word: "plant", position: 1, found: true },
      { word: "zucchini", position: 2, found: false },
    ]);
    expect(new Set(terms.map(({ position }) => position))).toEqual(new Set([0, 1]));
  });

  test("a part of an identifier that was found is found with it", () => {
    const { words } = analyzed("INC-8813", "The ticket INC-8813 was closed");
    expect(words.every(({ found }) => found)).toBe(true);
  });

  test("into names: of entities, of words with a capital, of words that are searched", () => {
    const { names, entities } = analyzeQuery("Did Zoé call mum from Acme?", now, indexOf("Zoé called"), {
      entities: ["acme"],
    });
    expect(entities).toEqual(["acme"]);
    expect(names).toEqual(expect.arrayContaining(["zoe", "acme"]));
  });

  test("into a time and what is left of the question without it", () => {
    const { time } = analyzed("Qu'est-ce que j'ai mangé hier ?", "J'ai mangé une pomme");
    expect(time?.period).toEqual({ from: Date.UTC(2026, 4, 19), to: Date.UTC(2026, 4, 20) });
    expect(time?.rest).not.toContain("hier");
    expect(analyzed("Who eats apples?", "apples").time).toBeUndefined();
  });

  test("the time of memories that ended long ago is theirs", () => {
    const past = { ...indexOf("I ate"), latest: () => now - 300 * day };
    const { time } = analyzeQuery("What did I eat last week?", now, past, { entities: [] });
    expect(time?.period?.to).toBeLessThan(now - 290 * day);
  });

  test.each([
    ["Where do I live?", "en"],
    ["Où est-ce que j'habite ?", "fr"],
    ["Wo wohne ich eigentlich?", "de"],
    ["Где я живу?", "ru"],
    ["Де ти живеш і чому?", "uk"],
    ["Πού μένω;", "el"],
    ["أين أسكن؟", "ar"],
    ["איפה אני גר?", "he"],
    ["मैं कहाँ रहता हूँ?", "hi"],
    ["私はどこに住んでいますか？", "ja"],
    ["我住在哪里？", "zh"],
    ["나는 어디에 살아요?", "ko"],
    ["ฉันอยู่ที่ไหน", "th"],
    ["42?", "en"],
  ])("%s is in %s", (query, language) => {
    expect(analyzed(query, "I live in Ghent").language ?? "en").toBe(language);
  });

  test("a question ends with a question mark of any script", () => {
    for (const query of ["Who?", "Πού μένω;", "أين أسكن؟", "我住在哪里？"])
      expect(analyzed(query, "x").isQuestion).toBe(true);
    expect(analyzed("I live in Ghent.", "x").isQuestion).toBe(false);
  });

  test("and begins, or in scripts without spaces goes on, with a word that asks", () => {
    for (const query of [
      "where do I live",
      "où est-ce que j'habite",
      "wo wohne ich",
      "где я живу",
      "我住在哪里",
    ])
      expect(analyzed(query, "x").isQuestion, query).toBe(true);
    for (const query of ["I know where", "j'habite à Gand", "我住在北京"])
      expect(analyzed(query, "x").isQuestion, query).toBe(false);
  });

  test("of a word that is still typed the beginning is met", () => {
    const index = indexOf("The universe is large");
    const { terms } = analyzeQuery("the univ", now, index, { entities: [], prefix: true });
    expect(terms.map(({ kind }) => kind)).toContain("begun");
  });
});
