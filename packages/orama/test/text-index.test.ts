import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DocumentSet, TextIndex, tokenize } from "../src/index.ts";

const k1 = 1.2;
const b = 0.75;

/** BM25 the slow way: every document read for every word. */
function scoresByHand(texts: ReadonlyMap<number, string>, query: string): Map<number, number> {
  const terms = new Map([...texts].map(([doc, text]) => [doc, tokenize(text, { language: "en" })]));
  const average = [...terms.values()].reduce((sum, each) => sum + each.length, 0) / Math.max(1, texts.size);
  const scores = new Map<number, number>();
  const words = tokenize(query, { language: "en" });
  for (const term of new Set(words)) {
    const times = words.filter((other) => other === term).length;
    const containing = [...terms.values()].filter((each) => each.includes(term)).length;
    const idf =
      ((9 * times) / (8 + times)) * Math.log(1 + (texts.size - containing + 0.5) / (containing + 0.5));
    for (const [doc, each] of terms) {
      const frequency = each.filter((other) => other === term).length;
      if (frequency === 0) continue;
      const norm = k1 * (1 - b + (b * each.length) / average);
      scores.set(doc, (scores.get(doc) ?? 0) + (idf * frequency * (k1 + 1)) / (frequency + norm));
    }
  }
  return scores;
}

const word = fc.constantFrom("tulip", "granite", "walrus", "violin", "harbour", "maple", "cobalt", "swim");
const sentence = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(" "));

describe("BM25", () => {
  test("search returns the best documents of a slow scorer, with its scores", () => {
    fc.assert(
      fc.property(
        fc.array(sentence, { minLength: 1, maxLength: 40 }),
        sentence,
        fc.integer({ min: 0, max: 12 }),
        fc.array(fc.nat(60)),
        fc.boolean(),
        (texts, query, limit, accepted, filtered) => {
          const index = new TextIndex();
          texts.forEach((text, doc) => {
            index.add(doc, text, { language: "en" });
          });
          const accept = filtered ? new DocumentSet(accepted) : undefined;
          const expected = [...scoresByHand(new Map(texts.entries()), query)]
            .filter(([doc]) => accept?.has(doc) ?? true)
            .sort((x, y) => (Math.abs(y[1] - x[1]) > 1e-9 ? y[1] - x[1] : x[0] - y[0]));
          const found = index.search(query, { limit, accept, language: "en", expand: false });
          expect(found.documents.length).toBe(Math.min(limit, expected.length));
          found.scores.forEach((score, at) => {
            expect(score).toBeCloseTo(expected[at]![1], 9);
            const scored = expected.find(([doc]) => doc === found.documents[at]);
            expect(score).toBeCloseTo(scored![1], 9);
          });
          const all = Uint32Array.from(texts.keys());
          const scores = index.score(query, all, { language: "en", expand: false });
          found.documents.forEach((doc, at) => {
            expect(scores[doc]).toBe(found.scores[at]);
          });
        },
      ),
      { seed: 20261123, numRuns: 400 },
    );
  });

  test("a larger collection, where most documents are skipped, ranks alike", () => {
    const random = generator(7);
    const texts = new Map<number, string>();
    const index = new TextIndex();
    for (let doc = 0; doc < 3000; doc++) {
      const text = Array.from(
        { length: 5 + random(30) },
        () => `w${letters(Math.floor(random(2000) ** 2 / 2000))}`,
      ).join(" ");
      texts.set(doc, text);
      index.add(doc, text, { language: "en" });
    }
    for (let round = 0; round < 30; round++) {
      const words = round % 10 === 0 ? 150 : 8;
      const query = Array.from(
        { length: words },
        () => `w${letters(Math.floor(random(2000) ** 2 / 2000))}`,
      ).join(" ");
      const expected = [...scoresByHand(texts, query).values()].sort((x, y) => y - x).slice(0, 10);
      const { scores } = index.search(query, { limit: 10, language: "en", expand: false });
      expect(scores.length).toBe(expected.length);
      scores.forEach((score, at) => {
        expect(score).toBeCloseTo(expected[at]!, 9);
      });
    }
  });

  test("of a long question only the most telling words may count", () => {
    const index = new TextIndex();
    for (let doc = 0; doc < 20; doc++) index.add(doc, "harbour maple");
    index.add(20, "walrus");
    index.add(21, "violin");
    const query = "harbour walrus maple violin";
    const options = { limit: 30, language: "en" };
    const found = index.search(query, { ...options, mostTerms: 2 });
    expect([...found.documents]).toEqual([20, 21]);
    expect([...found.scores]).toEqual([...index.search("walrus violin", options).scores]);
    expect(index.search(query, { ...options, mostTerms: 4 }).documents).toHaveLength(22);
  });

  test("no document exceeds the maximal score of a question, and a perfect one comes near it", () => {
    const index = new TextIndex();
    index.add(1, "walrus ".repeat(50));
    index.add(2, "a walrus and a violin");
    index.add(3, "granite");
    const highest = index.maxScore("walrus violin");
    for (const score of index.search("walrus violin").scores) expect(score).toBeLessThan(highest);
    expect(index.search("walrus").scores[0]! / index.maxScore("walrus")).toBeGreaterThan(0.85);
    expect(index.maxScore("walrus unicorns")).toBeGreaterThan(index.maxScore("walrus"));
    expect(index.maxScore("")).toBe(0);
  });

  test("fields have their own lengths and boosts", () => {
    const index = new TextIndex({ fields: ["title", "body"] });
    index.add(1, { title: "violin", body: "a walrus in the harbour" });
    index.add(2, { title: "walrus", body: "a violin in the harbour" });
    index.add(3, { body: "harbour" });
    expect([...index.search("violin", { boosts: { title: 3 } }).documents]).toEqual([1, 2]);
    expect([...index.search("violin", { boosts: { body: 3 } }).documents]).toEqual([2, 1]);
    expect([...index.search("violin", { fields: ["body"] }).documents]).toEqual([2]);
    expect([...index.search("violin", { boosts: { title: 0 } }).documents]).toEqual([2]);
    expect(index.lengthOf(2, "title")).toBe(1);
    expect(index.averageLength("title")).toBe(1);
    expect([...index.matchingEveryWord("violin harbour")]).toEqual([2]);
    expect(() => index.search("violin", { fields: ["subtitle"] })).toThrow(RangeError);
    expect(() => index.search("violin", { boosts: { title: Number.NaN } })).toThrow(RangeError);
  });

  test("parameters out of range are refused", () => {
    expect(() => new TextIndex({ k1: Number.NaN })).toThrow(RangeError);
    expect(() => new TextIndex({ b: 1.5 })).toThrow(RangeError);
    const index = new TextIndex();
    expect(() => index.add(-1, "x")).toThrow(RangeError);
    expect(() => index.add(0.5, "x")).toThrow(RangeError);
    expect(() => index.search("x", { limit: -1 })).toThrow(RangeError);
  });
});

describe("exact, prefix, typo, infix", () => {
  const index = new TextIndex();
  index.add(1, "Die Krankenversicherung zahlt die Brille", { language: "de" });
  index.add(2, "Sie spielt Klavier", { language: "de" });
  index.add(3, "Klaviere sind schwer", { language: "de" });
  index.add(4, "The receipts are in the kitchen drawer", { language: "en" });

  test("a word with an exact match is never expanded", () => {
    expect(index.match("Klavier").map(({ kind }) => kind)).toEqual(["exact"]);
    expect([...index.search("Klavier").documents]).toEqual([2, 3]);
  });

  test("a word without one is found by its beginning, by a slip, or inside a compound", () => {
    expect(index.match("Kranken")[0]).toMatchObject({
      kind: "prefix",
      count: 1,
      lists: [{ documents: Uint32Array.of(1) }],
    });
    expect(index.match("kitchne")[0]).toMatchObject({
      kind: "typo",
      count: 1,
      lists: [{ documents: Uint32Array.of(4) }],
    });
    expect(index.match("reciepts")[0]).toMatchObject({
      kind: "typo",
      count: 1,
      lists: [{ documents: Uint32Array.of(4) }],
    });
    expect(index.match("Versicherung")[0]).toMatchObject({
      kind: "infix",
      count: 1,
      lists: [{ documents: Uint32Array.of(1) }],
    });
    expect(index.match("Versicherung", { expand: false })).toEqual([]);
    expect(index.match("1999")).toEqual([]);
  });

  test("an inexact match is worth less than an exact one", () => {
    const other = new TextIndex();
    other.add(1, "violins");
    other.add(2, "violinist");
    other.add(3, "granite");
    const [exact, inexact] = [other.match("violin")[0]!, other.match("graniet")[0]!];
    expect(exact.kind).toBe("exact");
    expect(inexact.kind).toBe("typo");
    expect(inexact.weight).toBeLessThan(exact.weight);
  });

  test("function words alone are searched, among others they are not", () => {
    const other = new TextIndex();
    other.add(1, "to be or not to be");
    other.add(2, "a violin");
    expect([...other.search("to be or not to be").documents]).toEqual([1]);
    expect([...other.search("the violin that is not to be").documents]).toEqual([2]);
  });

  test("the languages of documents and questions are told", () => {
    const mixed = new TextIndex();
    mixed.add(1, "Je suis allergique à la pénicilline");
    mixed.add(2, "I am allergic to penicillin");
    mixed.add(3, "私はピーナッツ");
    expect([1, 2, 3, 4].map((doc) => mixed.languageOf(doc))).toEqual(["fr", "en", undefined, undefined]);
    expect(mixed.languageOfQuery("What allergies do I have?")).toBe("en");
    expect(mixed.languageOfQuery("Quelles sont mes allergies ?")).toBe("fr");
    expect(mixed.languageOfQuery("penicillin", "de")).toBe("de");
    mixed.remove(1);
    expect(mixed.languageOf(1)).toBe(undefined);
    const loaded = TextIndex.load(mixed.save());
    expect([1, 2, 3].map((doc) => loaded.languageOf(doc))).toEqual([undefined, "en", undefined]);
  });

  test("among words that differ in accents, the one asked for comes first", () => {
    const french = new TextIndex();
    french.add(1, "Le péché de la pomme", { language: "fr" });
    french.add(2, "La pêche de la pomme", { language: "fr" });
    expect([...french.search("une pêche").documents]).toEqual([2, 1]);
    expect([...french.search("les péchés").documents]).toEqual([1, 2]);
    expect([...french.search("peche").documents]).toEqual([1, 2]);
    expect(french.lengthOf(1)).toBe(2);
  });

  test("languages that were told differently still meet", () => {
    const mixed = new TextIndex();
    mixed.add(1, "Nos voyages en Italie", { language: "fr" });
    mixed.add(2, "voyages", { language: "en" });
    mixed.add(3, "viajes", { language: "es" });
    expect([...mixed.search("voyage").documents].sort()).toEqual([1, 2]);
    expect([...mixed.search("voyages", { language: "de" }).documents].sort()).toEqual([1, 2]);
    expect([...mixed.search("viajes", { language: "fr" }).documents]).toEqual([3]);
  });
});

describe("changes", () => {
  test("a document that is added again replaces itself, and a removed one leaves no trace", () => {
    const index = new TextIndex();
    index.add(7, "walrus");
    index.add(7, "violin");
    expect(index.size).toBe(1);
    expect(index.search("walrus").documents.length).toBe(0);
    expect(index.remove(7)).toBe(true);
    expect(index.remove(7)).toBe(false);
    expect(index.has(7)).toBe(false);
    expect([index.size, index.averageLength(), index.lengthOf(7)]).toEqual([0, 0, 0]);
    expect(index.search("violin").documents.length).toBe(0);
    expect(Buffer.concat(index.save()).includes(Buffer.from("violin", "utf16le"))).toBe(false);
  });

  test("100,000 random changes, saved and loaded in between, equal an index of what is left", () => {
    const random = generator(20261123);
    const vocabulary = Array.from({ length: 800 }, (_, at) => letters(at * 37 + 11));
    const texts = new Map<number, string>();
    let index = new TextIndex();
    const queries = Array.from({ length: 12 }, () =>
      Array.from({ length: 4 }, () => vocabulary[random(vocabulary.length)]).join(" "),
    );
    for (let change = 1; change <= 100_000; change++) {
      const doc = random(1500);
      if (random(3) === 0) {
        expect(index.remove(doc)).toBe(texts.delete(doc));
      } else {
        const text = Array.from(
          { length: random(8) },
          () => vocabulary[Math.floor(random(800) ** 2 / 800)],
        ).join(" ");
        texts.set(doc, text);
        index.add(doc, text, { language: "en" });
      }
      if (change % 9973 === 0) {
        if (random(2) === 0) index = TextIndex.load(index.save());
        expectEqual(index, fresh(texts), queries);
      }
    }
    expectEqual(TextIndex.load(index.save()), fresh(texts), queries);
  });
});

function fresh(texts: ReadonlyMap<number, string>): TextIndex {
  const index = new TextIndex();
  for (const [doc, text] of texts) index.add(doc, text, { language: "en" });
  return index;
}

function expectEqual(index: TextIndex, other: TextIndex, queries: readonly string[]): void {
  expect(index.size).toBe(other.size);
  expect(index.averageLength()).toBe(other.averageLength());
  for (const query of queries) {
    const options = { limit: 1000, language: "en" };
    expect(index.search(query, options)).toEqual(other.search(query, options));
    expect(index.match(query).map(({ terms, weight }) => ({ terms, weight }))).toEqual(
      other.match(query).map(({ terms, weight }) => ({ terms, weight })),
    );
    expect(index.maxScore(query)).toBe(other.maxScore(query));
  }
}

/** Integers from 0 to below `end` (Steele and Vigna's mulberry32). */
function generator(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  };
}

/** A word of consonants, which no stemmer changes. */
function letters(number: number): string {
  let rest = number;
  let letters = "";
  for (let at = 0; at < 5; at++) {
    letters += "bcfghjkmpqrvwxz"[rest % 15];
    rest = Math.floor(rest / 15);
  }
  return letters;
}

describe("a question taken apart", () => {
  const texts = [
    "Wir haben gestern die Wohnung in Hamburg gesehen und gleich gemietet.",
    "Die Kinder gehen nicht gern in diese Schule.",
    "We have seen the house by the sea, and we liked it.",
    "Мы переехали в новый дом у моря.",
  ];
  const indexOf = () => {
    const index = new TextIndex();
    for (const [at, text] of texts.entries()) index.add(at, text);
    return index;
  };

  test.each([
    ["Wo ist die Wohnung, die wir haben?", "de", 2],
    ["Where is the house that we have seen?", "en", 1],
    ["Где наш новый дом и что мы купили?", "ru", 1],
    ["Où est la maison que nous avons vue ?", "fr", 0],
  ])("%s: how many documents are in its language", (question, language, count) => {
    expect(indexOf().analyze(question)).toMatchObject({ language, inLanguage: count });
  });

  test("a document that is removed is in no language", () => {
    const index = indexOf();
    index.remove(1);
    expect(index.analyze("Wo ist die Wohnung, die wir haben?").inLanguage).toBe(1);
  });

  test.each([
    ["the state of INC-4471", "inc4471", false],
    ["the state of INC 4471", "inc4471", true],
    ["what was in May 2023", "may2023", true],
  ])("%s: an identifier in several words is told apart", (question, word, spaced) => {
    expect(indexOf().analyze(question).identifiers).toContainEqual({ word, found: false, spaced });
  });
});
