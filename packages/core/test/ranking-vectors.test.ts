import { describe, expect, test } from "vitest";
import type { Embedder } from "../src/index.ts";
import { openMemory } from "./open-memory.ts";

const namespace = "vectors";

/** Seeded uniform numbers in [0, 1) (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Numbers in the letters of memories, and in those of questions: no word of one is like one of the other. */
const inMemories = (number: number) => `${number}`.replace(/\d/g, (figure) => "abcdefghij"[Number(figure)]!);
const inQuestions = (number: number) => `${number}`.replace(/\d/g, (figure) => "qrstuvwxyz"[Number(figure)]!);
const numberIn = (text: string) =>
  Number(Array.from(text, (letter) => "abcdefghijqrstuvwxyz".indexOf(letter) % 10).join(""));

/**
 * A random direction for each number that a text names; unrelated ones have the cosine `background` on average, which is
 * what is common to all.
 */
function randomEmbedder(dimensions: number, background = 0): Embedder {
  const vectorOf = (text: string) => {
    const random = randomNumbers(1_000_003 * numberIn(text) + dimensions);
    const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const own = Float32Array.from({ length: dimensions }, gaussian);
    const scale = Math.sqrt(1 - background) / Math.hypot(...own);
    return Float32Array.of(...own.map((number) => number * scale), Math.sqrt(background));
  };
  return {
    id: `random-${dimensions}-${background}`,
    dimensions: dimensions + 1,
    embed: async (texts) => texts.map(vectorOf),
  };
}

describe("a memory with the vector of the question is found", () => {
  test.each([1, 2, 3, 4, 6, 8, 16, 64])("in %i dimensions, whatever their number", async (dimensions) => {
    for (const background of [0, 0.6])
      for (const count of [1, 2, 10, 60, 300, 2_000]) {
        const memory = await openMemory(":memory:", { embedder: randomEmbedder(dimensions, background) });
        const tags = (at: number) => (at % 3 === 0 ? ["third"] : []);
        await memory.setMany(
          Array.from({ length: count }, (_, at) => ({
            namespace,
            key: `${at}`,
            value: inMemories(at),
            tags: tags(at),
          })),
        );
        await memory.flush();
        for (const wanted of [0, Math.floor(count / 6) * 3, count - 1])
          for (const filter of [{}, tags(wanted).length > 0 ? { tags: ["third"] } : {}]) {
            const { results } = await memory.search({
              namespace,
              query: inQuestions(wanted),
              minScore: 0,
              // In one dimension half of all memories have the same vector.
              limit: dimensions === 1 ? 1_000 : 10,
              ...filter,
            });
            const where = `${wanted} of ${count}, background ${background}`;
            const found = results.find(({ key }) => key === `${wanted}`);
            // In two, so many are as near as the rounding of what is stored.
            if (dimensions > 2 || count < 2_000) expect(found, where).toBeDefined();
            // Nothing is nearer, but for the rounding to 12 bits a number.
            if (dimensions > 2) expect(results[0]?.key, where).toBe(`${wanted}`);
          }
        await memory.close();
      }
  });
});

/** A question, and memories that have the given cosines with it and nothing else in common. */
function embedderOf(cosines: ReadonlyMap<string, number>): Embedder {
  const texts = [...cosines.keys()];
  const unit = (at: number) => Float32Array.from({ length: 8 }, (_, place) => (place === at ? 1 : 0));
  return {
    id: "given",
    dimensions: 8,
    embed: async (asked, { kind }) =>
      asked.map((text) => {
        const cosine = cosines.get(text);
        if (kind === "query" || cosine === undefined) return unit(0);
        const vector = unit(1 + texts.indexOf(text)).map((number) => number * Math.sqrt(1 - cosine ** 2));
        vector[0] = cosine;
        return vector;
      }),
  };
}

describe("what is found does not depend on the cosines of unrelated texts that an embedder uses to have", () => {
  test.each([
    [0, 0.4],
    [0.15, 0.42],
    [0.15, 0.55],
    [0.6, 0.76],
    [0.8, 0.92],
  ])(
    "%f for unrelated texts, %f for the related one: alone, of two, of three",
    async (unrelated, related) => {
      for (const others of [0, 1, 2]) {
        const cosines = new Map([["the answer", related]]);
        for (let at = 0; at < others; at++) cosines.set(`other ${at}`, unrelated + 0.02 * at);
        const memory = await openMemory(":memory:", { embedder: embedderOf(cosines) });
        for (const value of cosines.keys()) await memory.set({ namespace, value });
        await memory.flush();
        const { results } = await memory.search({ namespace, query: "gibt es etwas" });
        expect(results[0]?.value, `${others} others`).toBe("the answer");
      }
    },
  );

  test.each([2, 3, 5])(
    "a memory that is kept %i times comes first as if it were kept once",
    async (times) => {
      for (const others of [0, 1, 2]) {
        const cosines = new Map([["the answer", 0.42]]);
        for (let at = 0; at < others; at++) cosines.set(`other ${at}`, 0.15 + 0.02 * at);
        const found = async (kept: number) => {
          const memory = await openMemory(":memory:", { embedder: embedderOf(cosines) });
          for (let at = 0; at < kept; at++) await memory.set({ namespace, value: "the answer" });
          for (const value of cosines.keys())
            if (value !== "the answer") await memory.set({ namespace, value });
          await memory.flush();
          const { results } = await memory.search({ namespace, query: "gibt es etwas" });
          return results.slice(0, kept).map(({ value }) => value);
        };
        for (const kept of [1, times]) expect(await found(kept)).toEqual(Array(kept).fill("the answer"));
      }
    },
  );
});
