import { TextIndex } from "@souvenir/orama";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultEmbedder, type Embedder } from "../src/index.ts";
import type { Windows } from "../src/ranking/context.ts";
import { expectedScore } from "../src/ranking/query-terms.ts";
import { termFrequencies, textEvidence } from "../src/ranking/text-evidence.ts";
import { keysOf, openMemory } from "./open-memory.ts";

const namespace = "relevance";
const seed = 20261123;

const memories = [
  "Je suis allergique à la pénicilline depuis l'enfance.",
  "My dog Biscuit is afraid of thunder.",
  "The Kubernetes cluster runs in Frankfurt, in eu-central-1.",
  "Meine Schwester wohnt in Leipzig und arbeitet als Tierärztin.",
  "The invoice template is invoice-2024.docx.",
  "Rosa prefers window seats on trains.",
  "We moved the release to March 3rd.",
  "My favourite restaurant is Chez Léon in Lyon.",
  "El coche está en el taller hasta el jueves.",
  "PostgreSQL 16 is our main database; Redis only caches.",
  "I run every Tuesday evening along the canal.",
  "The wifi password is on the fridge.",
  "Mon fils Hugo joue du violoncelle.",
  "Our accountant is called Brigitte Morel.",
  "私の趣味は写真です。",
  "The meeting with Acme was cancelled.",
  "My passport expires in 2029.",
  "The heating is serviced every October.",
];
const unrelated = [
  "What is the boiling point of tungsten?",
  "Who wrote Hamlet?",
  "Quelle est la distance entre la Terre et Neptune ?",
  "Wie hoch ist der Kilimandscharo?",
  "How do volcanoes form?",
  "¿Quién pintó el Guernica?",
  "Explain quantum chromodynamics",
  "Qual è la capitale della Mongolia?",
  "光合成とは何ですか？",
  "How many moons does Jupiter have?",
  "best chess openings for beginners",
  "What year did the Berlin Wall fall?",
  "Tell me a joke about penguins",
  "xyzzy plugh",
  "!!!",
];
/** A word of a question that is one letter from a word of a memory is taken for a slip: "hoch" for "coche". */
const slips: Record<string, string> = {
  "Wie hoch ist der Kilimandscharo?": "El coche está en el taller hasta el jueves.",
};
const related: [string, string][] = [
  ["What is my dog called?", "Biscuit"],
  ["À quoi suis-je allergique ?", "pénicilline"],
  ["Where does the cluster run?", "Frankfurt"],
  ["Wo wohnt meine Schwester?", "Leipzig"],
  ["When does my passport expire?", "passport"],
  ["Which database do we use?", "PostgreSQL"],
  ["¿Dónde está el coche?", "coche"],
  ["Who is our accountant?", "Brigitte"],
  ["pasport", "passport"],
  ["De quel instrument joue Hugo ?", "violoncelle"],
  ["趣味は何ですか", "趣味"],
];

const filled = async (embedder: Embedder | false = false) => {
  const memory = await openMemory(":memory:", { embedder });
  await memory.setMany(memories.map((value, at) => ({ namespace, key: `m${at}`, value })));
  await memory.flush();
  return memory;
};

/** In a namespace so small something of a question is found at times: with a score that says so. */
const doubtful = 0.3;

test("nothing relevant returns nothing that is not doubtful", async () => {
  const memory = await filled();
  for (const query of unrelated)
    expect(
      (await memory.search({ namespace, query, minScore: doubtful })).results.map(({ value }) => value),
      query,
    ).toEqual(query in slips ? [slips[query]] : []);
});

test("what a message tells before it asks is no question", async () => {
  const memory = await filled();
  for (const told of [
    "Ticket QRT-5555 is open.",
    "票据 QRT-5555 已打开。",
    "My plate is XB-4711-K; I paid 12 euros.",
  ])
    expect(
      (await memory.search({ namespace, query: `${told} Where is the wifi password?` })).results[0]?.value,
      told,
    ).toBe("The wifi password is on the fridge.");
  expect((await memory.search({ namespace, query: "Where is ticket QRT-5555?" })).results).toEqual([]);
});

test("of a time in which nothing was told something else is asked", async () => {
  const memory = await openMemory(":memory:", {
    embedder: defaultEmbedder(),
    clock: () => Date.UTC(2026, 10, 20),
  });
  for (const value of ["We have rented a house in Corsica.", "Rex is afraid of thunder."])
    await memory.set({ namespace, value });
  const { results } = await memory.search({ namespace, query: "Where do we spend our holidays in August?" });
  expect(results[0]?.value).toBe("We have rented a house in Corsica.");
});

describe.each([
  ["no embedder", false as const],
  ["the built-in embedder", defaultEmbedder()],
])("with %s", (_, embedder) => {
  test("what is relevant comes first, and scores are between 0 and 1 in falling order", async () => {
    const memory = await filled(embedder);
    for (const [query, expected] of related) {
      const { results } = await memory.search({ namespace, query });
      expect(results[0]?.value, query).toContain(expected);
      const scores = results.map(({ score }) => score);
      expect(scores, query).toEqual(scores.toSorted((left, right) => right - left));
      for (const { score, signals } of results)
        for (const value of [score, ...Object.values(signals)]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
    }
  });

  test("the floor means the same for every query", async () => {
    const memory = await filled(embedder);
    for (const [query] of related) {
      const all = (await memory.search({ namespace, query, minScore: 0 })).results;
      const good = (await memory.search({ namespace, query, minScore: 0.3 })).results;
      expect(keysOf(all)).toEqual(expect.arrayContaining(keysOf(good)));
      for (const { score } of good) expect(score).toBeGreaterThanOrEqual(0.3);
    }
  });
});

test("a hit tells why it was found", async () => {
  const memory = await openMemory(":memory:");
  await memory.setMany(memories.map((value, at) => ({ namespace, key: `m${at}`, value })));
  const { results } = await memory.search({ namespace, query: "Which window seats does Rosa prefer?" });
  expect(results[0]?.reasons).toEqual({
    terms: ["window", "seats", "rosa", "prefer"],
    contextTerms: [],
    neighbours: [],
    entities: ["rosa"],
  });
});

describe("evidence of words", () => {
  const words = ["alder", "birch", "cedar", "durian", "elm", "fir"];
  const text = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 12 });

  test("is BM25 over the text with what it borrows", () => {
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 2, maxLength: 8 }),
        fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }),
        fc.array(fc.tuple(fc.nat(7), fc.nat(7), fc.double({ min: 0, max: 1, noNaN: true })), {
          maxLength: 12,
        }),
        (documents, query, loans) => {
          const index = new TextIndex();
          for (const [document, all] of documents.entries()) index.add(document, all.join(" "));
          const texts = Uint32Array.from(documents.keys());
          const borrowed = texts.reduce<[number, number][][]>((lists, document) => {
            const own = loans.filter(([to, from]) => to === document && from < documents.length);
            return [...lists, own.map(([, from, share]) => [from, share] as [number, number])];
          }, []);
          const flat = borrowed.flat();
          const sizes = borrowed.map((list) => list.length);
          const windows: Windows = {
            texts,
            start: Uint32Array.from([
              0,
              ...sizes.map((_, at) => sizes.slice(0, at + 1).reduce((a, b) => a + b, 0)),
            ]),
            beside: Uint32Array.from(flat, ([from]) => from),
            shares: Float32Array.from(flat, ([, share]) => share),
            words: Float64Array.from(documents, (all, document) =>
              (borrowed[document] ?? []).reduce(
                (sum, [from, share]) => sum + Math.fround(share) * (documents[from] as string[]).length,
                all.length,
              ),
            ),
          };
          const terms = index.match(query.join(" "));
          const evidence = textEvidence(texts, windows, termFrequencies(terms, texts), index, 7);
          for (const [document, all] of documents.entries()) {
            let expected = 0;
            for (const term of query) {
              const count = (words: readonly string[]) => words.filter((each) => each === term).length;
              const holders = documents.filter((each) => count(each) > 0).length;
              const idf = Math.log1p((documents.length - holders + 0.5) / (holders + 0.5));
              let frequency = count(all);
              for (const [from, share] of borrowed[document] ?? [])
                frequency += Math.fround(share) * count(documents[from] as string[]);
              const length = 0.25 + (0.75 * (windows.words[document] as number)) / 7;
              if (frequency > 0) expected += (idf * frequency * 2.2) / (frequency + 1.2 * length);
            }
            // Words of the query that no document has are met by likenesses, which this test leaves to the engine.
            if (terms.every(({ kind }) => kind === "exact"))
              expect(evidence.inContext[document]).toBeCloseTo(expected, 9);
            expect(evidence.inContext[document]).toBeGreaterThanOrEqual(0);
          }
        },
      ),
      { seed, numRuns: 200 },
    );
  });

  test("what is expected grows with the words of the query, and ever less", () => {
    const index = new TextIndex();
    for (const [document, word] of words.entries()) index.add(document, word);
    const expected = words.map((_, count) =>
      expectedScore(index.match(words.slice(0, count + 1).join(" ")), 0, 3),
    );
    const steps = expected.slice(1).map((value, at) => value - (expected[at] as number));
    for (const step of steps) expect(step).toBeGreaterThan(0);
    expect(steps).toEqual(steps.toSorted((left, right) => right - left));
    expect(expectedScore([], 0, 3)).toBe(0);
    expect(expectedScore([], 5, 3)).toBeGreaterThan(expectedScore([], 1, 3));
  });
});
