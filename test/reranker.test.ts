// Reranking: the contract in a memory, and `httpReranker` against servers of each form, over real HTTP.
import { type AnyRerankingModel, rerankingModelReranker } from "@souvenir/ai-sdk";
import {
  createMemory,
  type HttpRerankerOptions,
  httpReranker,
  type Memory,
  type MemoryOptions,
  type Reranker,
  SouvenirError,
} from "@souvenir/core";
import { type ModelServer, refuse, send, startModelServer, type Turn } from "@souvenir/test/model-server";
import { describe, expect, onTestFinished, test } from "vitest";

const namespace = "n";
const told = ["tea in the morning", "tea at noon", "tea in the evening", "coffee never", "tea at night"];

async function filled(options: MemoryOptions): Promise<Memory> {
  const memory = await createMemory({ path: ":memory:", embedder: false, ...options });
  onTestFinished(() => memory.close());
  await memory.setMany(told.map((value, at) => ({ namespace, key: `k${at}`, value })));
  return memory;
}

const keys = async (memory: Memory, more = {}) => {
  const { results, degraded } = await memory.search({ namespace, query: "tea", ...more });
  return { keys: results.map(({ key }) => key), scores: results.map(({ score }) => score), degraded };
};

/** By the alphabet, last first. */
const backwards = (seen: string[][] = []): Reranker => ({
  id: "backwards",
  async rerank(_, texts) {
    seen.push([...texts]);
    const sorted = texts.toSorted();
    return texts.map((text) => sorted.indexOf(text));
  },
});

describe("a reranker", () => {
  test("puts what was found in order, and scores stay in falling order", async () => {
    const [plain, seen] = [await keys(await filled({})), [] as string[][]];
    const memory = await filled({ reranker: backwards(seen) });
    const outcome = await keys(memory);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.toSorted()).toEqual(told.filter((text) => text.includes("tea")).toSorted());
    expect(outcome.keys).toEqual(["k0", "k2", "k1", "k4"]);
    expect(outcome).toMatchObject({ degraded: [], scores: plain.scores });
    expect((await keys(memory, { limit: 1 })).keys).toEqual(["k0"]);
    expect(outcome.keys).not.toEqual(plain.keys);
    expect((await memory.recall({ namespace, query: "tea", limit: 1 })).text).toContain("tea in the morning");
  });

  test("sees the best only, as many as are asked for", async () => {
    const seen: string[][] = [];
    const memory = await filled({ reranker: backwards(seen), ranking: { reranked: 2 } });
    const { keys: found } = await keys(memory);
    expect(seen[0]).toHaveLength(2);
    expect(found).toHaveLength(4);
    expect(new Set(found)).toEqual(new Set(["k0", "k1", "k2", "k4"]));
  });

  const failing: [string, Reranker["rerank"]][] = [
    ["fails", () => Promise.reject(new Error("tea in the morning"))],
    [
      "throws",
      () => {
        throw new Error("at once");
      },
    ],
    ["never answers", () => new Promise(() => undefined)],
    ["answers with too few", async () => [1]],
    ["answers with NaN", async (_, texts) => texts.map(() => Number.NaN)],
    ["answers with nothing", async () => undefined as never],
  ];
  test.each(failing)("that %s leaves the order as it is, within the deadline", async (_, rerank) => {
    const plain = await keys(await filled({}));
    const warnings: unknown[] = [];
    const logger = { warn: (...given: unknown[]) => void warnings.push(given) };
    const memory = await filled({ reranker: { id: "r", rerank }, logger });
    expect(await keys(memory, { deadlineMs: 50 })).toEqual({ ...plain, degraded: ["rerank"] });
    expect((await memory.recall({ namespace, query: "tea", deadlineMs: 50 })).degraded).toEqual(["rerank"]);
    expect(warnings.length).toBeGreaterThan(0);
    expect(JSON.stringify(warnings)).not.toContain("morning");
  });

  test("is told when the caller has had enough", async () => {
    const stop = new AbortController();
    let aborted = false;
    const memory = await filled({
      reranker: {
        id: "r",
        rerank: (_, __, { signal }) => {
          signal?.addEventListener("abort", () => (aborted = true));
          stop.abort(new Error("enough"));
          return new Promise(() => undefined);
        },
      },
    });
    await expect(memory.search({ namespace, query: "tea", signal: stop.signal })).rejects.toThrow("enough");
    expect(aborted).toBe(true);
  });

  test("does not bring back what is erased while it thinks, nor show what is written", async () => {
    let memory: Memory;
    const reranker: Reranker = {
      id: "r",
      async rerank(_, texts) {
        await memory.delete({ namespace, key: "k2" });
        await memory.set({ namespace, key: "k1", value: "no drink at all" });
        return texts.map((_, at) => -at);
      },
    };
    memory = await filled({ reranker });
    const { results } = await memory.search({ namespace, query: "tea" });
    expect(results.map(({ key }) => key)).not.toContain("k2");
    expect(results.find(({ key }) => key === "k1")?.value).toBe("tea at noon");
  });

  test("is not asked where there is nothing to put in order", async () => {
    const seen: string[][] = [];
    const memory = await filled({ reranker: backwards(seen) });
    await memory.search({ namespace, query: "coffee" });
    await memory.search({ namespace: "other", query: "tea" });
    expect(seen).toEqual([]);
  });

  test.each([[null], [{ id: "r" }], [{ id: "", rerank: () => [] }], ["cohere"]])(
    "%j is refused",
    async (given) => {
      await expect(createMemory({ path: ":memory:", reranker: given as never })).rejects.toMatchObject({
        code: "INVALID_INPUT",
      });
    },
  );
});

describe("over HTTP", () => {
  async function serve(apiKey?: string): Promise<ModelServer> {
    const server = await startModelServer(apiKey === undefined ? {} : { apiKey });
    onTestFinished(() => server.close());
    return server;
  }
  const rerankerOf = (server: ModelServer, options: Partial<HttpRerankerOptions> = {}) =>
    httpReranker({ url: server.url, model: "m", retryDelayMs: 1, ...options });
  const question = "When is tea at noon?";

  test("the best comes first, with key and model", async () => {
    const server = await serve("secret");
    const memory = await filled({ reranker: rerankerOf(server, { apiKey: "secret" }) });
    const { results, degraded } = await memory.search({ namespace, query: question });
    expect([results[0]?.key, degraded]).toEqual(["k1", []]);
    expect(server.requests).toMatchObject([{ path: "/v1/rerank", body: { model: "m", query: question } }]);
  });

  test.each([
    ["", "/rerank"],
    ["/", "/rerank"],
    ["/rerank", "/rerank"],
    ["/models/7/rerank", "/models/7/rerank"],
  ])("the form of TEI is found by itself, at %j", async (path, expected) => {
    const server = await serve();
    const missing: Turn = refuse(path.length > 1 ? 422 : 404);
    server.turns.push(missing);
    const reranker = rerankerOf(server, { url: `${server.url}${path}` });
    const order = [0.2, 0.8];
    for (let question = 0; question < 2; question++)
      expect(
        (await reranker.rerank("tea noon", ["coffee", "tea noon"], {})).map((score) => score > 0.5),
      ).toEqual(order.map((score) => score > 0.5));
    expect(server.requests.map(({ path: asked }) => asked)).toEqual([expect.any(String), expected, expected]);
    expect(server.requests[2]?.body).toMatchObject({ texts: ["coffee", "tea noon"], truncate: true });
  });

  const answers: [string, unknown, number[] | RegExp][] = [
    [
      "scores of Cohere, Jina and vLLM",
      {
        results: [
          { index: 1, relevance_score: 0.9 },
          { index: 0, relevance_score: 0.1 },
        ],
      },
      [0.1, 0.9],
    ],
    [
      "scores of TEI",
      [
        { index: 1, score: 0.9 },
        { index: 0, score: -3 },
      ],
      [-3, 0.9],
    ],
    [
      "scores of Voyage",
      {
        data: [
          { index: 0, relevance_score: 0 },
          { index: 1, relevance_score: 1 },
        ],
      },
      [0, 1],
    ],
    ["half of them", { results: [{ index: 1, relevance_score: 0.9 }] }, /1 of 2/],
    ["a score that is none", { results: [{ index: 0 }, { index: 1 }] }, /no finite score/],
    [
      "a text that is none",
      {
        results: [
          { index: 0, relevance_score: 1 },
          { index: 2, relevance_score: 1 },
        ],
      },
      /index 2/,
    ],
    ["something else", { hello: 1 }, /something else/],
    ["a web page", "<html>", /status 200/],
  ];
  test.each(answers)("%s", async (_, body, expected) => {
    const server = await serve();
    server.turns.push((_, response) => send(response, 200, body));
    const work = rerankerOf(server).rerank("q", ["a", "b"], {});
    if (Array.isArray(expected)) expect(await work).toEqual(expected);
    else
      await expect(work).rejects.toMatchObject({
        code: "RERANKER_FAILED",
        message: expect.stringMatching(expected),
      });
  });

  test("a failure is tried once more, and one that lasts says what to do", async () => {
    const server = await serve("secret");
    server.turns.push(refuse(503));
    expect(await rerankerOf(server, { apiKey: "secret" }).rerank("q", ["a", "b"], {})).toHaveLength(2);
    const error = await rerankerOf(server, { apiKey: "wrong" })
      .rerank("q", ["a"], {})
      .catch((reason: unknown) => reason);
    expect(
      SouvenirError.is(error) && [error.code, error.details.status, error.details.misconfigured],
    ).toEqual(["RERANKER_FAILED", 401, true]);
  });
});

test("a reranking model of the AI SDK", async () => {
  const asked: unknown[] = [];
  const model: AnyRerankingModel = {
    provider: "cohere",
    modelId: "rerank-v3.5",
    async doRerank(options) {
      asked.push(options);
      const { values } = options.documents;
      return {
        ranking: values
          .map((text, index) => ({ index, relevanceScore: text.length + (text.includes("evening") ? 1 : 0) }))
          .toReversed(),
      };
    },
  };
  const reranker = rerankingModelReranker(model);
  expect(reranker.id).toBe("ai-sdk:cohere:rerank-v3.5");
  const memory = await filled({ reranker });
  expect((await keys(memory)).keys[0]).toBe("k2");
  expect(asked).toMatchObject([{ query: "tea", topN: 4, documents: { type: "text" } }]);
  const broken = rerankingModelReranker({ ...model, doRerank: async () => ({ ranking: [] }) });
  expect((await keys(await filled({ reranker: broken }))).degraded).toEqual(["rerank"]);
  const down = rerankingModelReranker({ ...model, doRerank: () => Promise.reject(new Error("tea")) });
  await expect(down.rerank("q", ["tea"], {})).rejects.toMatchObject({ code: "RERANKER_FAILED" });
  expect(() => rerankingModelReranker({} as AnyRerankingModel)).toThrow(/reranking model/);
});
