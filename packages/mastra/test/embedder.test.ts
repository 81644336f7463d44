import { createMistral } from "@ai-sdk/mistral";
import { createMistral as createMistral6 } from "@ai-sdk/mistral-6";
import { createMemory } from "@souvenir/core";
import * as faults from "@souvenir/test/mistral-stand-in/faults";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { defaultEmbedder } from "../src/embedder.ts";
import { type AnyEmbeddingModel, mastraEmbedder } from "../src/index.ts";
import { routerModelAt } from "./stand-in-embedder.ts";

let standIn: MistralStandIn;
beforeEach(async () => {
  standIn = await startMistralStandIn();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await standIn.close();
});

const settings = () => ({ apiKey: "key", baseURL: `${standIn.url}/v1` });
const texts = (count: number) => Array.from({ length: count }, (_, index) => `Note ${index}`);
const models: [string, (model?: string) => AnyEmbeddingModel][] = [
  ["Mastra's router, specification 2", (model) => routerModelAt(standIn.url, model)],
  ["AI SDK, specification 3", (model = "mistral-embed") => createMistral6(settings()).embeddingModel(model)],
  ["AI SDK, specification 4", (model = "mistral-embed") => createMistral(settings()).embeddingModel(model)],
];

describe.each(models)("%s", (_, model) => {
  test("embeds a memory and its queries, in calls that Mistral accepts", async () => {
    const memory = await createMemory({ path: ":memory:", embedder: mastraEmbedder(model()) });
    await memory.setMany(texts(150).map((value, index) => ({ namespace: "ada", key: `${index}`, value })));
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect((await memory.stats()).vectors).toBe(150);
    expect(standIn.embeddingsRequests().every(({ body }) => body.input.length <= 64)).toBe(true);
    const { results, degraded } = await memory.search({ namespace: "ada", query: "Note 17" });
    expect([results[0]?.key, degraded]).toEqual(["17", []]);
    await memory.close();
  });

  const embed = (count = 3) => mastraEmbedder(model()).embed(texts(count), { kind: "document" });

  test("puts vectors in order by their numbers", async () => {
    const right = await embed();
    standIn.script({ embeddings: [faults.outOfOrder()] });
    expect(await embed()).toEqual(right);
  });

  test.each([
    ["a vector is missing", faults.missingVector()],
    ["two have the same number", faults.allNumbered(0)],
    ["a number is no text's", faults.allNumbered(7)],
    ["a vector holds no number", faults.notANumber()],
  ])("rejects when %s", async (_, fault) => {
    standIn.script({ embeddings: [fault] });
    await expect(embed()).rejects.toMatchObject({ code: "EMBEDDER_FAILED" });
  });

  test("leaves vectors of another length to the memory, which refuses them", async () => {
    standIn.script({ embeddings: [{ ...faults.wrongDimension(7), times: Number.POSITIVE_INFINITY }] });
    const memory = await createMemory({ path: ":memory:", embedder: mastraEmbedder(model()) });
    await memory.set({ namespace: "ada", value: "Note" });
    await expect(memory.flush()).rejects.toThrow("expected vectors of 1024 numbers, got 7");
    expect((await memory.stats()).queue.embedding.misconfigured).toContain("give the embedder the number");
    await memory.close();
  });

  test("says when to come back, and nothing of the text", async () => {
    standIn.script({ embeddings: [faults.rateLimited({ retryAfter: 3 }), faults.refused("my secret")] });
    const embedder = mastraEmbedder(model());
    await expect(embedder.embed(["a"], { kind: "query" })).rejects.toMatchObject({
      code: "EMBEDDER_FAILED",
      details: { status: 429, retryAfterMs: 3_000 },
    });
    const error = await embedder.embed(["my secret"], { kind: "query" }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "EMBEDDER_FAILED", details: { status: 400 } });
    expect(String(error)).not.toContain("secret");
  });

  test("rejects with the reason when it is aborted", async () => {
    standIn.script({ embeddings: [faults.hangs()] });
    const abort = new AbortController();
    const call = mastraEmbedder(model()).embed(["a"], { kind: "query", signal: abort.signal });
    abort.abort();
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  });

  test("embeds nothing without a request", async () => {
    expect(await mastraEmbedder(model()).embed([], { kind: "document" })).toEqual([]);
    expect(standIn.embeddingsRequests()).toEqual([]);
  });
});

test("the vectors are named after provider, model and length, or as the caller says", () => {
  expect(mastraEmbedder(routerModelAt(standIn.url)).id).toBe("mastra:mistral:mistral-embed:1024");
  const model = createMistral(settings()).embeddingModel("codestral-embed");
  expect(mastraEmbedder(model).dimensions).toBe(1536);
  expect(mastraEmbedder(model, { dimensions: 256, id: "code-256" })).toMatchObject({
    id: "code-256",
    dimensions: 256,
  });
  expect(mastraEmbedder(model, { context: "previous" }).context).toBe("previous");
});

test("providerOptions go with each call", async () => {
  const model = createMistral(settings()).embeddingModel("codestral-embed");
  const providerOptions = { mistral: { outputDimension: 256 } };
  const embedder = mastraEmbedder(model, { dimensions: 256, providerOptions });
  expect((await embedder.embed(["const a = 1;"], { kind: "document" }))[0]).toHaveLength(256);
  expect(standIn.embeddingsRequests()[0]?.body.output_dimension).toBe(256);
});

test("by default Mistral embeds where its key is set, and the built-in embedder where it is not", () => {
  vi.stubEnv("MISTRAL_API_KEY", "");
  expect(defaultEmbedder()).toBeUndefined();
  vi.stubEnv("MISTRAL_API_KEY", "key");
  expect(defaultEmbedder()).toMatchObject({ id: "mastra:mistral:mistral-embed:1024", dimensions: 1024 });
});

test.each([
  ["without a model", () => mastraEmbedder(undefined as never)],
  ["for what is no embedding model", () => mastraEmbedder({ embed: () => [] } as never)],
  ["for a model of unknown length", () => mastraEmbedder(routerModelAt(standIn.url, "mistral-other"))],
  ["with a length that is none", () => mastraEmbedder(routerModelAt(standIn.url), { dimensions: 0 })],
])("it is refused %s", (_, make) => {
  expect(make).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
});
