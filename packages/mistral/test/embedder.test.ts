import { Mistral } from "@mistralai/mistralai";
import { SouvenirError } from "@souvenir/core";
import { eventually } from "@souvenir/test/eventually";
import * as faults from "@souvenir/test/mistral-stand-in/faults";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type MistralEmbedderOptions, mistralEmbedder } from "../src/index.ts";

let standIn: MistralStandIn;
beforeAll(async () => {
  standIn = await startMistralStandIn({ apiKey: "secret-key" });
});
afterEach(() => {
  standIn.reset();
  vi.unstubAllEnvs();
});
afterAll(() => standIn.close());

const embedder = (options: MistralEmbedderOptions = {}) =>
  mistralEmbedder({ apiKey: "secret-key", serverURL: standIn.url, retryDelayMs: 1, ...options });
const document = { kind: "document" } as const;
const sizes = () => standIn.embeddingsRequests().map(({ body }) => body.input.length);
const failure = async (work: Promise<unknown>): Promise<SouvenirError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!SouvenirError.is(error)) throw new Error(`expected a SouvenirError, got ${error}`);
  return error;
};
const cosine = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, index) => sum + value * b[index]!, 0);

describe("vectors", () => {
  test("come one for each text, in order, and near for near texts", async () => {
    const [tea, rain, teas] = await embedder().embed(
      ["I like tea", "rain in Brest", "I like teas"],
      document,
    );
    expect(tea).toBeInstanceOf(Float32Array);
    expect(tea).toHaveLength(1024);
    expect(cosine(tea!, teas!)).toBeGreaterThan(cosine(tea!, rain!));
    expect(await embedder().embed([], document)).toEqual([]);
    expect(standIn.requests).toHaveLength(1);
  });

  test("go to their texts when the answer is out of order", async () => {
    const texts = ["one", "two", "three", "four"];
    const right = await embedder().embed(texts, document);
    standIn.script({ embeddings: [faults.outOfOrder()] });
    expect(await embedder().embed(texts, document)).toEqual(right);
  });

  test("have the dimension of the model, or the one asked for", async () => {
    expect(embedder()).toMatchObject({ id: "mistral:mistral-embed:1024", dimensions: 1024 });
    const code = embedder({ model: "codestral-embed" });
    expect(code).toMatchObject({ id: "mistral:codestral-embed:1536", dimensions: 1536 });
    const short = embedder({ model: "codestral-embed", dimensions: 256 });
    expect(short).toMatchObject({ id: "mistral:codestral-embed:256", dimensions: 256 });
    const [vector] = await short.embed(["fn main()"], document);
    expect(vector).toHaveLength(256);
    expect(standIn.embeddingsRequests()[0]!.body.output_dimension).toBe(256);
  });

  test("of turns read with the turn before are the memory's to ask for", () => {
    expect(embedder({ context: "previous" })).toMatchObject({
      id: "mistral:mistral-embed:1024",
      context: "previous",
    });
    expect(embedder().context).toBeUndefined();
    expect(() => embedder({ context: "next" as "previous" })).toThrow(/context.*previous/);
  });

  test("have as many numbers as the model is asked for, and integers where they are wanted", async () => {
    const small = embedder({ model: "codestral-embed", outputDimension: 64, outputDtype: "int8" });
    expect(small).toMatchObject({ id: "mistral:codestral-embed:64:int8", dimensions: 64 });
    const [vector] = await small.embed(["fn main()"], document);
    expect(vector!.every(Number.isInteger)).toBe(true);
    expect(standIn.embeddingsRequests()[0]!.body).toMatchObject({
      output_dimension: 64,
      output_dtype: "int8",
    });
    expect(await embedder({ model: "embed-9", outputDimension: 8 }).embed(["tea"], document)).toMatchObject([
      { length: 8 },
    ]);
    await embedder().embed(["tea"], document);
    expect(Object.keys(standIn.embeddingsRequests()[2]!.body).sort()).toEqual(["input", "model"]);
  });

  test("of an unknown model need a dimension, and are checked against it", async () => {
    expect(() => embedder({ model: "embed-9" })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    const right = embedder({ model: "embed-9", dimensions: 1024 });
    expect(await right.embed(["tea"], document)).toHaveLength(1);
    const error = await failure(embedder({ model: "embed-9", dimensions: 8 }).embed(["tea"], document));
    expect(error).toMatchObject({ code: "EMBEDDER_FAILED", details: { expected: 8, received: 1024 } });
  });

  test.each([
    ["a missing vector", faults.missingVector()],
    ["another dimension", faults.wrongDimension(7)],
    ["an item without a vector", faults.emptyItem()],
    ["something that is no number", faults.notANumber()],
    ["an index twice", faults.allNumbered(0)],
    ["an index of no text", faults.allNumbered(9)],
  ])("are refused with %s", async (_, fault) => {
    standIn.script({ embeddings: [fault] });
    const error = await failure(embedder().embed(["one", "two"], document));
    expect(error.code).toBe("EMBEDDER_FAILED");
    expect(error.details.permanent).toBeUndefined();
    expect(standIn.requests).toHaveLength(1);
  });
});

describe("batches", () => {
  test("hold at most maxBatch texts", async () => {
    const texts = Array.from({ length: 300 }, (_, index) => `text ${index}`);
    const vectors = await embedder().embed(texts, document);
    expect(sizes().toSorted()).toEqual([128, 128, 44]);
    const [alone] = await embedder().embed(["text 200"], document);
    expect(vectors[200]).toEqual(alone);
  });

  test("hold at most the tokens that a request may have", async () => {
    const texts = new Array(24).fill("word 7 ".repeat(1_000));
    expect(await embedder().embed(texts, document)).toHaveLength(24);
    expect(sizes().every((size) => size <= 6)).toBe(true);
    expect(standIn.embeddingsRequests().every(({ status }) => status === 200)).toBe(true);
  });

  test.each([
    ["a code", 400, { type: "invalid_request_prompt", code: "3210" }],
    [
      "words only",
      400,
      { type: "invalid_request_error", message: "Too many tokens in batch. Max is 16384.", code: null },
    ],
    ["a status of its own", 413, { message: "Payload Too Large" }],
  ])(
    "are halved when the server counts more tokens than we do, and says so by %s",
    async (_, status, body) => {
      standIn.script({
        embeddings: ({ input }) => (input.length > 3 ? { fault: "status", status, body } : {}),
      });
      const texts = ["a", "b", "c", "d", "e", "f", "g", "h"];
      const vectors = await embedder().embed(texts, document);
      expect(sizes()).toEqual([8, 4, 2, 2, 4, 2, 2]);
      standIn.reset();
      expect(vectors).toEqual(await embedder().embed(texts, document));
    },
  );

  test("run at most `concurrency` at once, while queries do not wait", async () => {
    const gates: PromiseWithResolvers<void>[] = [];
    standIn.script({
      embeddings: ({ input }) => {
        if (input[0] === "query") return {};
        const gate = Promise.withResolvers<void>();
        gates.push(gate);
        return { wait: gate.promise };
      },
    });
    const both = embedder({ concurrency: 2, maxBatch: 1 });
    const work = both.embed(["a", "b", "c", "d", "e"], document);
    await eventually(() => expect(gates).toHaveLength(2));
    await both.embed(["query"], { kind: "query" });
    expect(gates).toHaveLength(2);
    for (let done = 0; done < 5; done++) {
      await eventually(() => expect(gates.length).toBeGreaterThan(done));
      gates[done]!.resolve();
    }
    expect(await work).toHaveLength(5);
  });
});

describe("retries", () => {
  test.each([
    ["429 with Retry-After in seconds", faults.rateLimited({ retryAfter: 0 })],
    ["429 with retry-after-ms", faults.rateLimited({ retryAfterMs: 1 })],
    ["429 without a hint", faults.rateLimited()],
    ["500", faults.serverError()],
    ["503", faults.overCapacity()],
    ["an HTML page of a proxy", faults.htmlError()],
    ["a lost connection", faults.connectionLost()],
  ])("after %s", async (_, fault) => {
    standIn.script({ embeddings: [{ ...fault, times: 2 }] });
    expect(await embedder().embed(["tea"], document)).toHaveLength(1);
    expect(standIn.requests).toHaveLength(3);
  });

  test("after a timeout of one attempt", async () => {
    standIn.script({ embeddings: [faults.hangs()] });
    expect(await embedder({ timeoutMs: 500 }).embed(["tea"], document)).toHaveLength(1);
    // On a busy machine the second may come too late as well.
    expect(standIn.requests.length).toBeGreaterThanOrEqual(2);
  });

  test.each([
    ["401", faults.unauthorized(), 401],
    ["400", faults.refused("my secret text"), 400],
    ["422", { fault: "status", status: 422, body: { detail: [] } } as const, 422],
  ])("never after %s", async (_, fault, status) => {
    standIn.script({ embeddings: [{ ...fault, times: 9 }] });
    const error = await failure(embedder().embed(["my secret text", "tea"], document));
    expect(error).toMatchObject({ code: "EMBEDDER_FAILED", details: { status, model: "mistral-embed" } });
    expect(standIn.requests).toHaveLength(1);
    expect(`${error.message} ${JSON.stringify(error.details)} ${error.cause}`).not.toContain("secret");
  });

  test("end, and say what happened", async () => {
    standIn.script({ embeddings: [{ ...faults.overCapacity(), times: 9 }] });
    const error = await failure(embedder({ retries: 2 }).embed(["tea"], document));
    expect(error).toMatchObject({ code: "EMBEDDER_FAILED", details: { status: 503, code: "3505" } });
    expect(standIn.requests).toHaveLength(3);
  });

  test("do not wait longer than allowed, but tell how long to wait", async () => {
    standIn.script({ embeddings: [faults.rateLimited({ retryAfter: 3_600 })] });
    const error = await failure(embedder().embed(["tea"], document));
    expect(error.details).toMatchObject({ status: 429, retryAfterMs: 3_600_000 });
    expect(standIn.requests).toHaveLength(1);
  });

  test("are ours alone: those of the given client do not multiply them", async () => {
    const backoff = { initialInterval: 1, maxInterval: 1, exponent: 1, maxElapsedTime: 10_000 };
    const client = new Mistral({
      apiKey: "secret-key",
      serverURL: standIn.url,
      retryConfig: { strategy: "backoff", backoff, retryConnectionErrors: true },
    });
    standIn.script({ embeddings: [{ ...faults.serverError(), times: 9 }] });
    await failure(mistralEmbedder({ client, retries: 1, retryDelayMs: 1 }).embed(["tea"], document));
    expect(standIn.requests).toHaveLength(2);
  });

  test("stop at once when the signal says so, during a request and during a wait", async () => {
    const during = new AbortController();
    standIn.script({ embeddings: [faults.hangs()] });
    const request = embedder().embed(["tea"], { ...document, signal: during.signal });
    await eventually(() => expect(standIn.requests).toHaveLength(1));
    during.abort(new Error("enough"));
    await expect(request).rejects.toThrow("enough");
    await eventually(() => expect(standIn.requests[0]!.closedEarly).toBe(true));

    const waiting = new AbortController();
    standIn.script({ embeddings: [faults.rateLimited({ retryAfter: 15 })] });
    const retry = embedder().embed(["tea"], { ...document, signal: waiting.signal });
    await eventually(() => expect(standIn.requests[1]?.status).toBe(429));
    waiting.abort(new Error("enough"));
    await expect(retry).rejects.toThrow("enough");
    expect(standIn.requests).toHaveLength(2);
    await expect(embedder().embed(["tea"], { ...document, signal: AbortSignal.abort() })).rejects.toThrow();
  });
});

describe("a text that is refused", () => {
  const poison = {
    fault: "status",
    status: 400,
    body: { type: "invalid_request_prompt", code: "3210" },
  } as const;

  test("is named when it is alone", async () => {
    standIn.script({ embeddings: ({ input }) => (input.includes("bad") ? poison : {}) });
    const alone = await failure(embedder().embed(["bad"], document));
    expect(alone).toMatchObject({ code: "EMBEDDER_FAILED", details: { permanent: true, index: 0 } });
    const among = await failure(embedder().embed(["good", "fine", "bad", "best"], document));
    expect(among.details).toMatchObject({ index: 2 });
    expect(among.details.permanent).toBeUndefined();
  });

  test("is not called refused for good when the request around it is wrong", async () => {
    standIn.script({
      embeddings: [{ fault: "status", status: 400, body: { type: "invalid_model", code: "1500" } }],
    });
    const error = await failure(embedder().embed(["tea"], document));
    expect(error.details.permanent).toBeUndefined();
    expect(error.message).toContain("name of the model");
  });
});

describe("the key", () => {
  test("is asked for at the first text, with a remedy", async () => {
    vi.stubEnv("MISTRAL_API_KEY", "");
    const withoutKey = mistralEmbedder({ serverURL: standIn.url });
    const error = await failure(withoutKey.embed(["tea"], document));
    expect(error.code).toBe("INVALID_INPUT");
    expect(error.message).toContain("MISTRAL_API_KEY");
    expect(standIn.requests).toHaveLength(0);
    vi.stubEnv("MISTRAL_API_KEY", "secret-key");
    expect(await withoutKey.embed(["tea"], document)).toHaveLength(1);
  });

  test("never shows in an error", async () => {
    const error = await failure(embedder({ apiKey: "wrong-key" }).embed(["tea"], document));
    expect(error.details).toMatchObject({ status: 401 });
    expect(error.message).toContain("MISTRAL_API_KEY");
    expect(`${error.message} ${JSON.stringify(error.details)} ${error.cause}`).not.toContain("wrong-key");
  });

  test("can be a function, or belong to a client", async () => {
    expect(await embedder({ apiKey: async () => "secret-key" }).embed(["tea"], document)).toHaveLength(1);
    const client = new Mistral({ apiKey: "secret-key", serverURL: standIn.url });
    expect(await mistralEmbedder({ client }).embed(["tea"], document)).toHaveLength(1);
  });
});

test.each([
  { dimensions: 512 },
  { dimensions: Number.NaN, model: "embed-9" },
  { dimensions: 4_000, model: "codestral-embed" },
  { maxBatch: 513 },
  { maxBatch: 0 },
  { concurrency: 0 },
  { maxCharacters: 0.5 },
  { outputDimension: 4_000, model: "codestral-embed" },
  { outputDimension: 8, dimensions: 9, model: "embed-9" },
  { outputDtype: "binary" as never, model: "codestral-embed" },
  { retries: Number.NaN },
  { retries: -1 },
  { retries: "3" as never },
  { retryDelayMs: Number.NaN },
  { maxRetryDelayMs: Number.POSITIVE_INFINITY },
  { timeoutMs: 0 },
  { random: 0.5 as never },
  { model: "" },
  { apiKey: "" },
  { client: null as never },
])("refuses %j", (options) => {
  expect(() => mistralEmbedder(options)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
});
