// For stores of other frameworks: texts with a vector each, their cosines, and limits of a call.
import { expect, test } from "vitest";
import { createMemory, type Embedder } from "../src/index.ts";

const namespace = "ada";
/** Counts letters. */
const letters = (text: string): Float32Array => {
  const vector = new Float32Array(26);
  for (const letter of text.toLowerCase().match(/[a-z]/g) ?? [])
    vector[letter.charCodeAt(0) - 97] = (vector[letter.charCodeAt(0) - 97] as number) + 1;
  return vector;
};

test("a text in parts is as near as its nearest part, and a hit says how near", async () => {
  const asked: string[] = [];
  const embedder: Embedder = {
    id: "letters",
    dimensions: 26,
    maxCharacters: 12,
    parts: (text) => text.split("|"),
    embed: async (texts) => {
      asked.push(...texts);
      return texts.map(letters);
    },
  };
  const memory = await createMemory({ path: ":memory:", embedder });
  await memory.set({ namespace, key: "parts", value: "aaa|bbb|cccccccccc dddddd" });
  await memory.set({ namespace, key: "whole", value: "aaabbb" });
  await memory.flush();
  expect(asked.sort()).toEqual(["aaa", "aaabbb", "bbb", "cccccccccc ", "dddddd"]);
  const { results } = await memory.search({ namespace, query: "bb", minScore: 0 });
  const cosines = Object.fromEntries(results.map(({ key, reasons }) => [key, reasons.cosine]));
  expect(cosines.parts).toBeCloseTo(1, 3);
  expect(cosines.whole).toBeCloseTo(Math.SQRT1_2, 3);
  await memory.close();
  const words = await createMemory({ path: ":memory:", embedder: false });
  await words.set({ namespace, value: "aaa" });
  expect((await words.search({ namespace, query: "aaa" })).results[0]?.reasons).not.toHaveProperty("cosine");
  await words.close();
});

test("limits of a call stand in for those that nobody set", async () => {
  const large = { namespace, value: "text ".repeat(10_000), metadata: { long: "x".repeat(20_000) } };
  const limits = { valueBytes: 100_000, metadataBytes: Number.POSITIVE_INFINITY };
  const memory = await createMemory({ path: ":memory:", embedder: false });
  await expect(memory.setMany([large])).rejects.toThrow(/limits/);
  await expect(memory.setMany([large], { limits: { valueBytes: 100_000 } })).rejects.toThrow(/metadataBytes/);
  await expect(memory.setMany([large], { limits: { valueBites: 1 } as never })).rejects.toThrow(/valueBytes/);
  const [record] = await memory.setMany([large], { limits });
  expect(record).toMatchObject({ metadata: large.metadata });
  await memory.close();
  const strict = await createMemory({ path: ":memory:", embedder: false, limits: { metadataBytes: 100 } });
  await expect(strict.setMany([large], { limits })).rejects.toThrow(/at most 100 bytes/);
  await strict.close();
});
