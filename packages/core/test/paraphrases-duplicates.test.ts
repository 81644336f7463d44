import { describe, expect, test } from "vitest";
import { withoutDuplicates } from "../src/paraphrases/duplicates.ts";
import { keysOf, openMemory } from "./open-memory.ts";

const namespace = "diversity";
const groups = (texts: readonly string[], count = 100) =>
  withoutDuplicates(texts, (text) => text, { count }).map(({ item, duplicates }) => [item, ...duplicates]);

describe("near-identical texts", () => {
  test.each([
    ["case and punctuation", "I love green tea.", "i love GREEN tea!!"],
    ["accents", "Le café est fermé.", "le cafe est ferme"],
    ["articles", "The user has a dog", "User has dog."],
    ["spelling", "My favourite colour is blue", "My favorite color is blue"],
    ["white space", "one  two\nthree", "one two three"],
    ["a script without spaces", "我喜欢绿茶。", "我喜欢绿茶"],
  ])("%s: say the same", (_, left, right) => {
    expect(groups([left, right])).toEqual([[left, right]]);
  });

  test.each([
    ["a number", "I paid 50 euros", "I paid 60 euros"],
    ["a negation", "I like coffee", "I do not like coffee"],
    ["a glued negation", "I can drink milk", "I can't drink milk"],
    ["a name", "My sister is Maria", "My sister is Marie"],
    ["a place", "In March I moved to Paris to work", "In March I moved to Lyon to work"],
    ["who did it", "Alice paid Bob", "Bob paid Alice"],
    ["who says it", "Joanna: Bye Nate!", "Nate: Bye Joanna!"],
    ["a negation in Chinese", "我每天早上都喜欢喝一杯绿茶", "我每天早上都不喜欢喝一杯绿茶"],
    ["a negation in Japanese", "わたしは魚を食べます", "わたしは魚を食べません"],
    ["a letter in Chinese", "我的姐姐住在北京市朝阳区", "我的姐姐住在南京市朝阳区"],
    ["a version", "we run release 12345678", "we run release 12345679"],
    ["a word more", "I like tea", "I like tea with milk"],
    ["nothing but signs", "!!!", "???"],
  ])("%s: say different things", (_, left, right) => {
    expect(groups([left, right])).toEqual([[left], [right]]);
  });

  test("the first stands for the others, and what comes after enough is only looked at as duplicate", () => {
    expect(groups(["a b", "c", "A, b.", "d", "C!"], 2)).toEqual([
      ["a b", "A, b."],
      ["c", "C!"],
    ]);
  });
});

describe("search", () => {
  test("repetitions do not fill the result, and the best one names the others", async () => {
    const memory = await openMemory(":memory:", { extractor: false });
    await memory.setMany([
      ...Array.from({ length: 30 }, (_, at) => ({
        namespace,
        key: `coffee${at}`,
        value: at % 2 === 0 ? "I drink coffee in the morning." : "I drink COFFEE in the morning!",
      })),
      { namespace, key: "beans", value: "The coffee beans come from a roastery in Nantes." },
      { namespace, key: "doctor", value: "My doctor says that coffee is bad for my stomach." },
      { namespace, key: "cups", value: "We have six coffee cups that my aunt painted." },
    ]);
    const { results } = await memory.search({ namespace, query: "coffee", limit: 10 });
    expect(keysOf(results).filter((key) => key.startsWith("coffee"))).toHaveLength(1);
    expect(keysOf(results)).toEqual(expect.arrayContaining(["beans", "doctor", "cups"]));
    const best = results.find(({ key }) => key.startsWith("coffee"));
    expect(best?.duplicates).toHaveLength(29);
    expect(results.filter(({ duplicates }) => duplicates !== undefined)).toHaveLength(1);
  });

  test("equal texts with other tags or metadata are other memories", async () => {
    const memory = await openMemory(":memory:", { extractor: false });
    await memory.setMany(
      Array.from({ length: 30 }, (_, page) => ({
        namespace,
        key: `page${page}`,
        value: "an empty page",
        metadata: { page },
      })),
    );
    const { results } = await memory.search({ namespace, query: "empty page", limit: 10 });
    expect(results).toHaveLength(10);
  });

  test("where there is room for all that was found, nothing is left out", async () => {
    const memory = await openMemory(":memory:", { extractor: false });
    await memory.setMany(
      ["a", "b", "c"].map((key) => ({ namespace, key, value: "The bicycle stands in the cellar." })),
    );
    const { results } = await memory.search({ namespace, query: "bicycle" });
    expect(keysOf(results).sort()).toEqual(["a", "b", "c"]);
    expect(results[0]?.duplicates).toHaveLength(2);
  });

  test("recall tells a thing once", async () => {
    const memory = await openMemory(":memory:", { extractor: false });
    await memory.setMany(
      Array.from({ length: 12 }, (_, at) => ({
        namespace,
        key: `k${at}`,
        value: at % 2 === 0 ? "The wifi password is on the fridge." : "the WIFI password is on the fridge",
      })),
    );
    const { memories } = await memory.recall({ namespace, query: "Where is the wifi password?" });
    expect(memories).toHaveLength(1);
  });
});
