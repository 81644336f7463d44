// `httpEmbedder` against a local server that does to it what servers do, over real HTTP.
import { createMemory, type HttpEmbedderOptions, httpEmbedder, SouvenirError } from "@souvenir/core";
import {
  changed,
  type ModelServer,
  type ModelServerOptions,
  refuse,
  send,
  startModelServer,
  type Turn,
} from "@souvenir/test/model-server";
import { describe, expect, onTestFinished, test } from "vitest";

const document = { kind: "document" } as const;
const texts = ["I like tea.", "It rains in Brest.", "My dentist is Dr. Weber."];

async function serve(options: ModelServerOptions = {}): Promise<ModelServer> {
  const server = await startModelServer(options);
  onTestFinished(() => server.close());
  return server;
}

const embedderOf = (server: ModelServer, options: Partial<HttpEmbedderOptions> = {}) =>
  httpEmbedder({ url: server.url, model: "m", dimensions: 64, retryDelayMs: 1, ...options });

async function failure(work: Promise<unknown>): Promise<SouvenirError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!SouvenirError.is(error)) throw new Error(`expected a SouvenirError, got ${error}`);
  for (const text of texts) expect(error.message).not.toContain(text);
  return error;
}

const sizes = ({ requests }: ModelServer) => requests.map(({ body }) => (body.input as string[]).length);
const plain = (vectors: Float32Array[]) => vectors.map((vector) => [...vector]);

describe("what is sent", () => {
  test("goes to the endpoint, with prefixes, key and headers, and nothing before the first text", async () => {
    const server = await serve({ apiKey: "secret" });
    const options = { queryPrefix: "query: ", documentPrefix: "passage: ", headers: { "x-team": "a" } };
    const embedder = embedderOf(server, { ...options, apiKey: async () => "secret" });
    await embedder.load?.();
    expect(server.requests).toEqual([]);
    await embedder.embed(texts, document);
    await embedder.embed(["tea?"], { kind: "query" });
    expect(server.requests.map(({ path }) => path)).toEqual(["/v1/embeddings", "/v1/embeddings"]);
    expect(server.requests.map(({ body }) => body.input)).toEqual([
      texts.map((text) => `passage: ${text}`),
      ["query: tea?"],
    ]);
    expect(server.requests[0]?.body).toMatchObject({ model: "m" });
    expect(server.requests[0]?.body).not.toHaveProperty("dimensions");
    expect(server.requests[0]?.headers).toMatchObject({ authorization: "Bearer secret", "x-team": "a" });
  });

  test.each([
    ["", "/v1/embeddings"],
    ["/", "/v1/embeddings"],
    ["/v1", "/v1/embeddings"],
    ["/v1/", "/v1/embeddings"],
    ["/v1/embeddings", "/v1/embeddings"],
    ["/openai/deployments/e5/embeddings?api-version=1", "/openai/deployments/e5/embeddings?api-version=1"],
    ["/api/paas/v4", "/api/paas/v4/embeddings"],
  ])("of the address %j, to %s", async (path, asked) => {
    const server = await serve();
    await failure(embedderOf(server, { url: `${server.url}${path}` }).embed(["a"], document)).catch(
      () => undefined,
    );
    expect(server.requests[0]?.path).toBe(asked);
  });

  test("dimensions are asked for on request only", async () => {
    const server = await serve();
    await embedderOf(server, { requestDimensions: true }).embed(["a"], document);
    expect(server.requests[0]?.body).toMatchObject({ dimensions: 64 });
  });

  test("is named by model, prefixes and requested length, and not by the address", async () => {
    const id = (options: Partial<HttpEmbedderOptions>) =>
      httpEmbedder({ url: "http://localhost:1", model: "m", dimensions: 64, ...options }).id;
    const ids = [
      id({}),
      id({ model: "n" }),
      id({ queryPrefix: "query: " }),
      id({ documentPrefix: "query: " }),
      id({ requestDimensions: true }),
      id({ requestDimensions: true, dimensions: 32 }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(id({ url: "https://other.example/v1", apiKey: "k", maxBatch: 2 })).toBe(id({}));
  });
});

describe("an answer", () => {
  test("in base64 has the same vectors", async () => {
    const [float, base64] = [await serve(), await serve({ encoding: "base64" })];
    expect(plain(await embedderOf(base64).embed(texts, document))).toEqual(
      plain(await embedderOf(float).embed(texts, document)),
    );
  });

  test("tells how long vectors are where that was not said, when a memory is opened", async () => {
    const server = await serve({ dimensions: 96 });
    const embedder = httpEmbedder({ url: server.url, model: "m" });
    await using memory = await createMemory({ path: ":memory:", embedder });
    expect(server.requests).toHaveLength(1);
    await memory.set({ namespace: "n", value: "I like tea." });
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect(await memory.stats()).toMatchObject({ vectors: 1, embedder: { dimensions: 96 } });
    const other = await serve({ dimensions: 32 });
    await memory.reembed({ embedder: httpEmbedder({ url: other.url, model: "other" }) });
    expect(await memory.stats()).toMatchObject({ vectors: 1, embedder: { dimensions: 32 } });
  });

  test("that does not come then is an error with the way out", async () => {
    const server = await serve();
    await server.close();
    const embedder = httpEmbedder({ url: server.url, model: "m", retries: 0 });
    const error = await failure(createMemory({ path: ":memory:", embedder }));
    expect(error).toMatchObject({
      code: "EMBEDDER_FAILED",
      message: expect.stringContaining("{ dimensions }"),
    });
  });

  const wrong: [string, Turn, RegExp, boolean][] = [
    ["of other dimensions", changed((data) => data, 48), /48 numbers.*64.*dimensions/, true],
    [
      "of two lengths",
      changed((data) => data.map((each, at) => (at === 1 ? { ...each, embedding: [1] } : each))),
      /1 numbers/,
      true,
    ],
    [
      "with NaN",
      changed((data) => data.map((each) => ({ ...each, embedding: [Number.NaN, ...new Array(63).fill(1)] }))),
      /not finite/,
      false,
    ],
    [
      "with words for numbers",
      changed((data) => data.map((each) => ({ ...each, embedding: new Array(64).fill("1") }))),
      /not finite/,
      false,
    ],
    ["with half of them", changed((data) => data.slice(1)), /2 vectors for 3 texts/, false],
    ["with one too many", changed((data) => [...data, data[0]]), /4 vectors for 3 texts/, false],
    ["with a vector twice", changed((data) => data.map((each) => ({ ...each, index: 0 }))), /index 0/, false],
    [
      "with a number out of range",
      changed((data) => data.map((each) => ({ ...each, index: each.index + 1 }))),
      /index 3/,
      false,
    ],
    ["with nothing in it", changed((data) => data.map(({ index }) => ({ index }))), /no vector/, false],
    [
      "with an empty vector",
      changed((data) => data.map((each) => ({ ...each, embedding: [] }))),
      /no vector/,
      false,
    ],
    [
      "with base64 that is none",
      changed((data) => data.map((each) => ({ ...each, embedding: "%%%" }))),
      /no vector/,
      false,
    ],
    [
      "with base64 cut off",
      changed((data) => data.map((each) => ({ ...each, embedding: "AAAA" }))),
      /no vector/,
      false,
    ],
    [
      "that is something else",
      (_, response) => send(response, 200, { hello: 1 }),
      /something else.*url/,
      true,
    ],
    ["that is null", (_, response) => send(response, 200, "null"), /something else/, true],
    ["that is a web page", (_, response) => send(response, 200, "<html>"), /status 200.*url/, false],
  ];
  test.each(wrong)("%s is refused", async (_, turn, told, misconfigured) => {
    const server = await serve();
    server.turns.push(turn);
    const error = await failure(embedderOf(server).embed(texts, document));
    expect(error).toMatchObject({ code: "EMBEDDER_FAILED", message: expect.stringMatching(told) });
    expect(error.details.misconfigured === true).toBe(misconfigured);
    expect(server.requests).toHaveLength(1);
  });
});

describe("a request is tried again", () => {
  test.each([429, 408, 500, 502, 503])("after %s", async (status) => {
    const server = await serve();
    server.turns.push(refuse(status), refuse(status));
    expect(await embedderOf(server).embed(texts, document)).toHaveLength(3);
    expect(server.requests).toHaveLength(3);
  });

  test("when the connection breaks, before the answer and in it", async () => {
    const server = await serve();
    server.turns.push(
      (_, response) => response.destroy(),
      (_, response) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write('{"data": [');
        setImmediate(() => response.destroy());
      },
    );
    expect(await embedderOf(server).embed(texts, document)).toHaveLength(3);
    expect(server.requests).toHaveLength(3);
  });

  test("when nothing comes", async () => {
    const server = await serve();
    const silence: Turn = () => undefined;
    server.turns.push(silence);
    expect(await embedderOf(server, { timeoutMs: 50 }).embed(texts, document)).toHaveLength(3);
    server.turns.push(silence, silence);
    const error = await failure(embedderOf(server, { timeoutMs: 20, retries: 1 }).embed(texts, document));
    expect(error).toMatchObject({ code: "EMBEDDER_FAILED", message: expect.stringContaining("no answer") });
    expect(error.details.misconfigured).toBeUndefined();
  });

  test("after as long as the server asks for", async () => {
    const server = await serve();
    server.turns.push(refuse(429, {}, { "retry-after": "0" }), refuse(503, {}, { "retry-after-ms": "5" }));
    // Without these, the first wait would be an hour.
    const patient = embedderOf(server, {
      retryDelayMs: 3_600_000,
      maxRetryDelayMs: 3_600_000,
      random: () => 1,
    });
    expect(await patient.embed(texts, document)).toHaveLength(3);
    server.turns.push(refuse(429, {}, { "retry-after": "120" }));
    const error = await failure(embedderOf(server).embed(texts, document));
    expect(error.details).toMatchObject({ status: 429, retryAfterMs: 120_000 });
  });

  test.each([
    [400, {}, false],
    [401, {}, true],
    [403, {}, true],
    [404, {}, true],
    [400, { code: "model_not_found" }, true],
    [422, {}, false],
  ])("not after %s %j", async (status, error, misconfigured) => {
    const server = await serve();
    server.turns.push(refuse(status, error));
    const { details } = await failure(embedderOf(server).embed(texts, document));
    expect(details).toMatchObject({ status, model: "m" });
    expect(details.misconfigured === true).toBe(misconfigured);
    expect(server.requests).toHaveLength(1);
  });

  test("and given up at once when the caller has had enough", async () => {
    const server = await serve();
    const stop = new AbortController();
    const reason = new Error("enough");
    server.turns.push(() => stop.abort(reason));
    await expect(embedderOf(server).embed(texts, { ...document, signal: stop.signal })).rejects.toBe(reason);
  });
});

describe("what is too long", () => {
  test("goes in batches", async () => {
    const server = await serve();
    const many = Array.from({ length: 70 }, (_, at) => `text ${at}`);
    expect(await embedderOf(server, { maxBatch: 30 }).embed(many, document)).toHaveLength(70);
    expect(sizes(server).sort()).toEqual([10, 30, 30]);
  });

  test("is halved until the server takes it", async () => {
    const [server, whole] = [await serve({ maxInputs: 5 }), await serve({ maxInputs: 100 })];
    const many = Array.from({ length: 18 }, (_, at) => `text ${at}`);
    expect(plain(await embedderOf(server).embed(many, document))).toEqual(
      plain(await embedderOf(whole).embed(many, document)),
    );
    expect(sizes(server)).toEqual([18, 9, 4, 5, 9, 4, 5]);
  });

  test.each([
    [400, "This model's maximum context length is 512 tokens"],
    [413, ""],
    [413, "`inputs` must have less than 512 tokens. Given: 600"],
    [500, "input is too large to process. increase the physical batch size"],
    [400, "the input length exceeds the context length"],
    [400, "request (800 tokens) exceeds the available context size"],
  ])("is known by %s %j", async (status, message) => {
    const server = await serve();
    server.turns.push(refuse(status, { message }));
    expect(await embedderOf(server).embed(texts, document)).toHaveLength(3);
    expect(sizes(server)).toEqual([3, 1, 2]);
  });

  test("by itself is embedded in parts, and has one vector", async () => {
    const server = await serve({ maxCharacters: 300 });
    const long = "My dentist is Dr. Weber. ".repeat(40);
    const [vector, other] = (await embedderOf(server).embed([long, "I like tea."], document)) as [
      Float32Array,
      Float32Array,
    ];
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    const [near, tea] = (await embedderOf(server).embed(
      ["My dentist is Dr. Weber.", "I like tea."],
      document,
    )) as [Float32Array, Float32Array];
    const cosine = (one: Float32Array, two: Float32Array) =>
      one.reduce((sum, x, at) => sum + x * two[at]!, 0);
    expect(cosine(vector, near)).toBeGreaterThan(0.8);
    expect(other).toEqual(tea);
  });

  test("however short it is made is refused for good", async () => {
    const server = await serve({ maxCharacters: 5 });
    const { details } = await failure(
      embedderOf(server).embed(["My dentist is Dr. Weber. ".repeat(8)], document),
    );
    expect(details).toMatchObject({ permanent: true });
  });
});

describe("a memory", () => {
  test("waits for a server that is down, and for one that is set up wrong, and says what to do", async () => {
    const server = await serve({ apiKey: "right" });
    const wrongKey = embedderOf(server, { apiKey: "wrong" });
    await using memory = await createMemory({ path: ":memory:", embedder: wrongKey });
    await memory.set({ namespace: "n", key: "k", value: "My dentist is Dr. Weber." });
    const error = await failure(memory.flush());
    expect(error).toMatchObject({
      code: "EMBEDDER_FAILED",
      message: expect.stringContaining("check apiKey"),
    });
    expect((await memory.stats()).queue.embedding).toMatchObject({
      pending: 1,
      misconfigured: error.message,
    });
    const { results, degraded } = await memory.search({ namespace: "n", query: "dentist" });
    expect([results[0]?.key, degraded]).toEqual(["k", ["vector"]]);
  });

  test("finds with it by what the server's model knows", async () => {
    const server = await serve();
    await using memory = await createMemory({ path: ":memory:", embedder: embedderOf(server) });
    await memory.setMany(texts.map((value, at) => ({ namespace: "n", key: `k${at}`, value })));
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    const { results, degraded } = await memory.search({ namespace: "n", query: "my dentist" });
    expect(degraded).toEqual([]);
    expect(results[0]).toMatchObject({ key: "k2" });
    expect(results[0]?.signals.vector).toBeGreaterThan(0);
  });
});

test("a turn is sent with the turn before it where that is asked for", async () => {
  const server = await serve();
  const embedder = embedderOf(server, { context: "previous", documentPrefix: "passage: " });
  await using memory = await createMemory({ path: ":memory:", embedder });
  const say = (key: string, role: string, value: string, second: number) =>
    memory.set({ namespace: "n", thread: "t", key, role, value, createdAt: second * 1_000 });
  await say("a", "Anna", "Where is it?", 1);
  await say("b", "Ben", "In the attic.", 2);
  await say("c", "assistant", "Noted.", 3);
  await memory.flush();
  await memory.delete({ namespace: "n", key: "a" });
  await memory.flush();
  expect(server.requests.flatMap(({ body }) => body.input)).toEqual([
    "passage: Anna: Where is it?",
    "passage: Ben: In the attic.\nAnna: Where is it?",
    "passage: Noted.\nBen: In the attic.",
    "passage: Ben: In the attic.",
  ]);
});

const options: [string, object, RegExp][] = [
  ["no address", { url: undefined }, /url/],
  ["an address without http", { url: "localhost:8080" }, /url.*http/],
  ["no model", { model: undefined }, /model/],
  ["no dimensions to ask for", { dimensions: undefined, requestDimensions: true }, /dimensions/],
  ["dimensions that are none", { dimensions: 0 }, /dimensions/],
  ["a batch that is none", { maxBatch: 0 }, /maxBatch/],
  ["a context that is none", { context: "next" }, /context.*previous/],
  ["a prefix that is none", { queryPrefix: 5 }, /queryPrefix.*text/],
  ["a name of others", { baseURL: "http://x" }, /baseURL/],
];
test.each(options)("%s is refused", (_, given, told) => {
  expect(() =>
    httpEmbedder({ url: "http://localhost", model: "m", dimensions: 4, ...given } as HttpEmbedderOptions),
  ).toThrow(told);
});

const real = process.env.SOUVENIR_TEST_EMBEDDINGS_URL;
test("a real model finds across languages", async ({ skip }) => {
  if (real === undefined || real === "") return skip("SOUVENIR_TEST_EMBEDDINGS_URL is not set");
  const embedder = httpEmbedder({ url: real, model: "multilingual-e5-small" });
  await using memory = await createMemory({ path: ":memory:", embedder });
  const told = {
    doctor: "Our pediatrician is Dr. Moreau.",
    car: "Je conduis une vieille Volvo.",
    rent: "Die Miete ist am Freitag fällig.",
    soup: "En la cena comimos sopa de puerros.",
    piano: "Mia sorella suona il pianoforte.",
  };
  await memory.setMany(Object.entries(told).map(([key, value]) => ({ namespace: "n", key, value })));
  expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
  expect(await memory.stats()).toMatchObject({ vectors: 5, embedder: { dimensions: 384 } });
  const asked = {
    doctor: "Welcher Kinderarzt betreut uns?",
    car: "Which car do I drive?",
    piano: "Which instrument does my sister play?",
  };
  for (const [key, query] of Object.entries(asked)) {
    const { results, degraded } = await memory.search({ namespace: "n", query });
    expect(degraded).toEqual([]);
    expect(results[0]?.key, query).toBe(key);
  }
});
