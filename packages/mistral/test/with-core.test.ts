import { createMemory, type Memory, type MemoryOptions } from "@souvenir/core";
import * as faults from "@souvenir/test/mistral-stand-in/faults";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mistralEmbedder, mistralExtractor } from "../src/index.ts";

let standIn: MistralStandIn;
let memory: Memory;
beforeEach(async () => {
  standIn = await startMistralStandIn();
});
afterEach(async () => {
  await memory.close();
  await standIn.close();
});

async function open(options: MemoryOptions = {}): Promise<void> {
  const embedder = mistralEmbedder({ apiKey: "key", serverURL: standIn.url, retries: 0 });
  memory = await createMemory({ path: ":memory:", embedder, ...options });
}
const set = (value: string, key: string = value) => memory.set({ namespace: "ada", key, value });
const found = async (query: string) => {
  const { results, degraded } = await memory.search({ namespace: "ada", query });
  return {
    keys: results.map(({ key }) => key),
    vectors: results.map(({ signals }) => signals.vector),
    degraded,
  };
};

test("memories get their vectors from Mistral, in batches, and are found by them", async () => {
  await open();
  await memory.setMany(
    Array.from({ length: 300 }, (_, index) => ({
      namespace: "ada",
      key: `${index}`,
      value: `Note ${index} on databases`,
    })),
  );
  expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
  expect((await memory.stats()).vectors).toBe(300);
  expect(standIn.embeddingsRequests().length).toBeLessThan(12);
  const { keys, vectors, degraded } = await found("Note 17 on databases");
  expect(keys[0]).toBe("17");
  expect(vectors[0]).toBeGreaterThan(0.5);
  expect(degraded).toEqual([]);
});

test("a provider that is down costs no write and no search, and the vectors come when it is back", async () => {
  await open();
  standIn.script({ embeddings: [{ ...faults.overCapacity(), times: Number.POSITIVE_INFINITY }] });
  await set("The database is PostgreSQL.");
  await memory.flush();
  expect(await found("database")).toMatchObject({
    keys: ["The database is PostgreSQL."],
    degraded: ["vector"],
  });
  expect((await memory.stats()).queue.embedding).toMatchObject({ pending: 1, failed: 0 });
  expect((await memory.stats()).queue.embedding.lastError).toContain("503");
  standIn.reset();
  expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
  expect(await found("database")).toMatchObject({ degraded: [] });
});

test("a text that Mistral refuses is given up, alone, and leaves nothing of itself in messages", async () => {
  await open();
  standIn.script({
    embeddings: ({ input }) =>
      input.includes("the poisoned text") ? faults.refused("the poisoned text") : undefined,
  });
  for (let index = 0; index < 40; index++)
    await set(index === 23 ? "the poisoned text" : `harmless ${index}`);
  for (let round = 0; round < 10 && (await memory.flush()).pending > 0; round++);
  const { queue, vectors } = await memory.stats();
  expect({ vectors, ...queue.embedding }).toMatchObject({ vectors: 39, pending: 0, failed: 1 });
  expect(queue.embedding.lastError).not.toContain("poisoned");
  expect((await found("poisoned")).keys[0]).toBe("the poisoned text");
});

test("a memory longer than the model takes is embedded in pieces", async () => {
  await open();
  const long = `${"The weather in Brest is mild. ".repeat(1_000)} The database is PostgreSQL.`;
  await memory.set({ namespace: "ada", key: "long", value: long });
  expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
  const inputs = standIn.embeddingsRequests().flatMap(({ body }) => body.input);
  expect(inputs.length).toBeGreaterThan(4);
  expect(Math.max(...inputs.map((text) => text.length))).toBeLessThanOrEqual(6_000);
  expect(standIn.requests.every(({ status }) => status === 200)).toBe(true);
  expect((await found("PostgreSQL database")).keys).toEqual(["long"]);
});

test("entities come from the model after the write, and survive its failures", async () => {
  const extractor = mistralExtractor({ apiKey: "key", serverURL: standIn.url, retries: 0 });
  await open({ extractor, embedder: false });
  standIn.script({
    chat: ({ messages }) =>
      JSON.stringify(messages).includes("Zoltrix")
        ? { content: JSON.stringify({ entities: [{ name: "Zoltrix", type: "product" }] }) }
        : undefined,
  });
  standIn.script({ chat: [{ ...faults.serverError(), times: 2 }] });
  await set("we run zoltrix... I mean Zoltrix, at home");
  for (let round = 0; round < 5 && (await memory.flush()).pending > 0; round++);
  expect(await memory.entities({ namespace: "ada", type: "product" })).toContainEqual({
    name: "Zoltrix",
    type: "product",
    count: 1,
  });
});

test.each([
  ["no key", undefined, []],
  ["a wrong key", "key", [{ ...faults.unauthorized(), times: Number.POSITIVE_INFINITY }]],
  [
    "a key that may not embed",
    "key",
    [{ fault: "status" as const, status: 403, body: {}, times: Number.POSITIVE_INFINITY }],
  ],
  [
    "an unknown model",
    "key",
    [
      {
        fault: "status" as const,
        status: 400,
        body: { type: "invalid_model", code: "1500" },
        times: Number.POSITIVE_INFINITY,
      },
    ],
  ],
])(
  "with %s, writes and words work, flush and stats say what to do, and a correction is enough",
  async (_, apiKey, embeddings) => {
    vi.stubEnv("MISTRAL_API_KEY", "");
    standIn.script({ embeddings });
    const options = { serverURL: standIn.url, retries: 0, ...(apiKey === undefined ? {} : { apiKey }) };
    await open({ embedder: mistralEmbedder(options) });
    await set("The database is PostgreSQL.");
    const remedy = /MISTRAL_API_KEY|name of the model/;
    for (let round = 0; round < 3; round += 1) await expect(memory.flush()).rejects.toThrow(remedy);
    expect((await memory.stats()).queue.embedding).toMatchObject({
      pending: 1,
      failed: 0,
      misconfigured: expect.stringMatching(remedy),
    });
    expect(await found("database")).toMatchObject({ keys: ["The database is PostgreSQL."] });
    standIn.reset();
    vi.stubEnv("MISTRAL_API_KEY", "key");
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect((await memory.stats()).queue.embedding).toEqual({ pending: 0, failed: 0 });
    vi.unstubAllEnvs();
  },
);
