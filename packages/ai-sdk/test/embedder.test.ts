import { createMistral } from "@ai-sdk/mistral";
import { createMistral as createMistral6 } from "@ai-sdk/mistral-6";
import type { EmbeddingModelV2 } from "@ai-sdk/provider";
import { createMemory } from "@souvenir/core";
import * as faults from "@souvenir/test/mistral-stand-in/faults";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { MockEmbeddingModelV3, MockEmbeddingModelV4 } from "ai/test";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AnyEmbeddingModel, aiSdkEmbedder } from "../src/index.ts";

let standIn: MistralStandIn;
beforeEach(async () => {
  standIn = await startMistralStandIn();
});
afterEach(() => standIn.close());

const settings = () => ({ apiKey: "key", baseURL: `${standIn.url}/v1` });
const mistral = () => createMistral(settings()).embeddingModel("mistral-embed");
const texts = (count: number) => Array.from({ length: count }, (_, index) => `Note ${index}`);
const vector = (text: string) => [text.length, 1];
const mock = { provider: "mock", modelId: "mock", maxEmbeddingsPerCall: 3, supportsParallelCalls: true };
const version2: EmbeddingModelV2<string> = {
  ...mock,
  specificationVersion: "v2",
  doEmbed: async ({ values }) => ({ embeddings: values.map(vector) }),
};
const models: [string, AnyEmbeddingModel][] = [
  ["v2", version2],
  [
    "v3",
    new MockEmbeddingModelV3({
      ...mock,
      doEmbed: async ({ values }) => ({ embeddings: values.map(vector), warnings: [] }),
    }),
  ],
  [
    "v4",
    new MockEmbeddingModelV4({
      ...mock,
      doEmbed: async ({ values }) => ({ embeddings: values.map(vector), warnings: [] }),
    }),
  ],
];

test.each(models)(
  "a model of specification %s embeds in calls that it accepts, in order",
  async (_, model) => {
    const embedder = aiSdkEmbedder(model, { dimensions: 2 });
    const input = ["a", "bb", "ccc", "dddd", "eeeee", "ffffff", "g"];
    expect(await embedder.embed(input, { kind: "document" })).toEqual(
      input.map((text) => Float32Array.from(vector(text))),
    );
    if (model instanceof MockEmbeddingModelV4)
      expect(model.doEmbedCalls.map(({ values }) => values.length)).toEqual([3, 3, 1]);
    expect(embedder.id).toBe("ai-sdk:mock:mock:2");
  },
);

test.each([
  ["7", mistral],
  ["6", () => createMistral6(settings()).embeddingModel("mistral-embed")],
])("Mistral of AI SDK %s embeds a memory and its queries", async (_, model) => {
  const memory = await createMemory({ path: ":memory:", embedder: aiSdkEmbedder(model()) });
  await memory.setMany(texts(70).map((value, index) => ({ namespace: "ada", key: `${index}`, value })));
  expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
  expect((await memory.stats()).vectors).toBe(70);
  expect(standIn.embeddingsRequests().every(({ body }) => body.input.length <= 32)).toBe(true);
  const { results, degraded } = await memory.search({ namespace: "ada", query: "Note 17" });
  expect(results[0]).toMatchObject({ key: "17", signals: { vector: expect.any(Number) } });
  expect(results[0]?.signals.vector).toBeGreaterThan(0.5);
  expect(degraded).toEqual([]);
  await memory.close();
});

describe("answers are checked", () => {
  const embed = (count = 3) => aiSdkEmbedder(mistral()).embed(texts(count), { kind: "document" });

  test("vectors out of order are put in order by their numbers", async () => {
    const right = await embed();
    standIn.script({ embeddings: [faults.outOfOrder()] });
    expect(await embed()).toEqual(right);
  });

  test.each([
    ["a vector is missing", faults.missingVector()],
    ["two have the same number", faults.allNumbered(0)],
    ["a number is no text's", faults.allNumbered(7)],
    ["a vector holds no number", faults.notANumber()],
  ])("%s", async (_, fault) => {
    standIn.script({ embeddings: [fault] });
    await expect(embed()).rejects.toMatchObject({ code: "EMBEDDER_FAILED" });
  });

  test("vectors of another length are the memory's to refuse, with the numbers", async () => {
    standIn.script({ embeddings: [{ ...faults.wrongDimension(7), times: Number.POSITIVE_INFINITY }] });
    const memory = await createMemory({ path: ":memory:", embedder: aiSdkEmbedder(mistral()) });
    await memory.set({ namespace: "ada", value: "Note" });
    await expect(memory.flush()).rejects.toThrow("expected vectors of 1024 numbers, got 7");
    expect((await memory.stats()).queue.embedding.misconfigured).toContain("give the embedder the number");
    await memory.close();
  });
});

describe("a call that fails", () => {
  test("says when to come back, and nothing of the text", async () => {
    standIn.script({ embeddings: [faults.rateLimited({ retryAfter: 3 }), faults.refused("my secret")] });
    const embedder = aiSdkEmbedder(mistral());
    await expect(embedder.embed(["a"], { kind: "query" })).rejects.toMatchObject({
      code: "EMBEDDER_FAILED",
      details: { status: 429, retryAfterMs: 3_000 },
    });
    const error = await embedder.embed(["my secret"], { kind: "query" }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "EMBEDDER_FAILED", details: { status: 400 } });
    expect(String(error)).not.toContain("secret");
  });

  test("because it is aborted rejects with the reason", async () => {
    standIn.script({ embeddings: [faults.hangs()] });
    const abort = new AbortController();
    const call = aiSdkEmbedder(mistral()).embed(["a"], { kind: "query", signal: abort.signal });
    abort.abort();
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("it is refused", () => {
  test.each([
    ["without a model", () => aiSdkEmbedder("mistral-embed" as never)],
    ["for a model of unknown length", () => aiSdkEmbedder(version2)],
    [
      "with a context that is none",
      () => aiSdkEmbedder(version2, { dimensions: 4, context: "next" as never }),
    ],
    ["with a length that is none", () => aiSdkEmbedder(version2, { dimensions: 0 })],
  ])("%s", (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });
});

test("providerOptions go with each call, and id and length are what the caller says", async () => {
  const model = createMistral(settings()).embeddingModel("codestral-embed");
  const providerOptions = { mistral: { outputDimension: 256 } };
  const asked = { dimensions: 256, providerOptions, id: "code-256", context: "previous" } as const;
  const embedder = aiSdkEmbedder(model, asked);
  const [first] = await embedder.embed(["const a = 1;"], { kind: "document" });
  expect(first).toHaveLength(256);
  expect([embedder.id, embedder.dimensions, embedder.context]).toEqual(["code-256", 256, "previous"]);
  expect(standIn.embeddingsRequests()[0]?.body.output_dimension).toBe(256);
});
