import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createMemory,
  defaultEmbedder,
  embeddingModelEmbedder,
  httpEmbedder,
  httpReranker,
  InMemoryStore,
  type Memory,
  SouvenirError,
} from "../src/index.ts";
import { sqliteStore } from "../src/store/sqlite-store.ts";
import { contents, newPath, openMemory, rejection } from "./open-memory.ts";

const namespace = "n";
const message = { role: "user", content: "What was said." };

/** A call that is right, and one more member of what it is given, by the name of the call. */
type Call = (memory: Memory, more: object) => Promise<unknown>;
const calls: Record<string, Call> = {
  set: (memory, more) => memory.set({ namespace, key: "new", value: "v", ...more }),
  "an item of setMany": (memory, more) => memory.setMany([{ namespace, value: "v", ...more }]),
  setMany: (memory, more) => memory.setMany([{ namespace, value: "v" }], more),
  get: (memory, more) => memory.get({ namespace, key: "known", ...more }),
  touch: (memory, more) => memory.touch({ namespace, key: "known", expiresAt: 4e12, ...more }),
  list: (memory, more) => memory.list({ namespace, ...more }),
  delete: (memory, more) => memory.delete({ namespace, key: "known", ...more }),
  clear: (memory, more) => memory.clear({ namespace, ...more }),
  history: (memory, more) => memory.history({ namespace, key: "known", ...more }),
  search: (memory, more) => memory.search({ namespace, query: "v", ...more }),
  entities: (memory, more) => memory.entities({ namespace, ...more }),
  remember: (memory, more) => memory.remember({ namespace, thread: "t", messages: [message], ...more }),
  "a message of remember": (memory, more) =>
    memory.remember({ namespace, thread: "t", messages: [{ ...message, ...more }] }),
  recall: (memory, more) => memory.recall({ namespace, query: "v", ...more }),
  "exclude of recall": (memory, more) => memory.recall({ namespace, query: "v", exclude: { ...more } }),
  stats: (memory, more) => memory.stats({ ...more }),
  flush: (memory, more) => memory.flush({ ...more }),
  reembed: (memory, more) => memory.reembed({ embedder: defaultEmbedder(), ...more }),
  namespaces: (memory, more) => memory.namespaces({ ...more }),
  scrub: (memory, more) => memory.scrub({ ...more }),
  cancelReembed: (memory, more) => (memory.cancelReembed as (given: object) => Promise<unknown>)(more),
  export: async (memory, more) => {
    for await (const _ of memory.export({ ...more })) return;
  },
  "a record of import": (memory, more) => memory.import([{ namespace, key: "new", value: "v", ...more }]),
  "an earlier version in import": async (memory, more) => {
    const record = await memory.set({ namespace, key: "gone", value: "v" });
    await memory.delete({ namespace, key: "gone" });
    const history = [{ ...record, ...more }];
    return memory.import([{ ...record, version: 2, history } as never]);
  },
  import: (memory, more) => memory.import([{ namespace, value: "v" }], more),
  createMemory: (_, more) => createMemory({ path: ":memory:", ...more }),
  "limits of createMemory": (_, more) => createMemory({ path: ":memory:", limits: more }),
  "ranking of createMemory": (_, more) => createMemory({ path: ":memory:", ranking: more }),
  embeddingModelEmbedder: async (_, more) =>
    embeddingModelEmbedder({} as never, { id: "m", dimensions: 2, ...more }),
  httpEmbedder: async (_, more) => httpEmbedder({ url: "http://localhost", model: "m", ...more }),
  httpReranker: async (_, more) => httpReranker({ url: "http://localhost", model: "m", ...more }),
  InMemoryStore: async (_, more) => new InMemoryStore({ ...more }),
  SqliteStore: async (_, more) => sqliteStore({ path: ":memory:", ...more }),
};

let memory: Memory;
beforeEach(async () => {
  memory = await openMemory(":memory:");
  await memory.set({ namespace, key: "known", value: "What is known.", tags: ["a"], metadata: { a: 1 } });
});
afterEach(() => memory.close());

async function refusal(attempt: () => Promise<unknown>): Promise<string> {
  const before = await contents(memory);
  const error = await rejection(attempt());
  expect(SouvenirError.is(error), String(error)).toBe(true);
  expect((error as SouvenirError).code).toBe("INVALID_INPUT");
  expect(await contents(memory)).toEqual(before);
  return (error as Error).message;
}

describe.each(Object.entries(calls))("%s", (_, call) => {
  test("refuses a name that it does not have", async () => {
    expect(await refusal(() => call(memory, { colour: "red" }))).toMatch(/there is no option "colour"/);
    expect(await refusal(() => call(memory, { colour: null }))).toMatch(/there is no option "colour"/);
  });

  test("takes an undefined one for none", async () => {
    await call(memory, { colour: undefined });
  });
});

test.each<[call: string, given: string, meant: string]>([
  ["set", "ttl", "expiresAt"],
  ["set", "expires_at", "expiresAt"],
  ["set", "expireAt", "expiresAt"],
  ["set", "tag", "tags"],
  ["set", "text", "value"],
  ["set", "content", "value"],
  ["set", "vaule", "value"],
  ["set", "id", "key"],
  ["set", "user", "namespace"],
  ["set", "userId", "namespace"],
  ["set", "meta", "metadata"],
  ["set", "metdata", "metadata"],
  ["set", "created", "createdAt"],
  ["set", "timestamp", "createdAt"],
  ["an item of setMany", "session_id", "thread"],
  ["setMany", "progress", "onProgress"],
  ["touch", "ttl", "expiresAt"],
  ["list", "tag", "tags"],
  ["list", "filter", "where"],
  ["list", "offset", "cursor"],
  ["list", "sort", "order"],
  ["delete", "id", "key"],
  ["delete", "ids", "keys"],
  ["delete", "filter", "where"],
  ["clear", "namspace", "namespace"],
  ["search", "filter", "where"],
  ["search", "topK", "limit"],
  ["search", "top_k", "limit"],
  ["search", "k", "limit"],
  ["search", "q", "query"],
  ["search", "text", "query"],
  ["search", "threshold", "minScore"],
  ["search", "min_score", "minScore"],
  ["search", "timeoutMs", "deadlineMs"],
  ["search", "after", "since"],
  ["remember", "threadId", "thread"],
  ["remember", "message", "messages"],
  ["a message of remember", "text", "content"],
  ["a message of remember", "timestamp", "createdAt"],
  ["recall", "maxTokens", "tokenBudget"],
  ["recall", "topK", "limit"],
  ["exclude of recall", "ids", "keys"],
  ["flush", "timeout", "deadlineMs"],
  ["createMemory", "embeder", "embedder"],
  ["createMemory", "file", "path"],
  ["createMemory", "embeddings", "embedder"],
  ["limits of createMemory", "valueByte", "valueBytes"],
  ["ranking of createMemory", "halfLife", "recencyHalfLifeMs"],
  ["embeddingModelEmbedder", "batchSize", "maxBatch"],
  ["httpEmbedder", "batchSize", "maxBatch"],
])("%s: %s is answered with %s", async (call, given, meant) => {
  expect(await refusal(() => (calls[call] as Call)(memory, { [given]: 5 }))).toContain(
    `there is no option "${given}"; did you mean "${meant}"?`,
  );
});

test("all the names are told", async () => {
  expect(await refusal(() => memory.get({ namespace, key: "known", colour: 1 } as never))).toBe(
    'get: there is no option "colour"; there are namespace, key, minSequence',
  );
});

test("an operator of a filter is answered with the one that is near", async () => {
  for (const [given, meant] of [
    ["$gte", "gte"],
    ["equals", "eq"],
    ["contains", "in"],
  ] as const)
    expect(
      await refusal(() => memory.search({ namespace, query: "v", where: { a: { [given]: 1 } } as never })),
    ).toContain(`did you mean "${meant}"?`);
});

test("what is missing is nothing, and not null", async () => {
  expect(await refusal(() => memory.set({ namespace } as never))).toContain("got nothing");
  expect(await refusal(() => memory.search({ query: "v" } as never))).toContain("got nothing");
  expect(await refusal(() => memory.get(undefined as never))).toContain("got nothing");
  expect(await refusal(() => memory.get({ namespace, key: null } as never))).toContain("got null");
});

test("a whole record, a hit and an export can be imported", async () => {
  const other = await createMemory({ path: ":memory:" });
  const { results } = await memory.search({ namespace, query: "known" });
  expect(await other.import(results)).toEqual({ imported: 1, skipped: 0 });
  expect(await other.import(memory.export())).toEqual({ imported: 0, skipped: 1 });
  expect(await contents(other)).toEqual(await contents(memory));
  await other.close();
});

test("a misspelt option of a store makes no file", async () => {
  const path = await newPath();
  expect(() => sqliteStore({ path, storeByte: 5 } as never)).toThrow(/storeBytes/);
  const { access } = await import("node:fs/promises");
  expect(await rejection(access(path))).toMatchObject({ code: "ENOENT" });
});

test("messages as chat APIs have them are remembered", async () => {
  const messages = [
    { role: "user", content: "Where is the key?", name: "ada" },
    { role: "assistant", content: "Under the mat.", toolCalls: null, prefix: false },
    { role: "tool", content: "{}", toolCallId: "1", name: "look" },
  ];
  expect(await memory.remember({ namespace, thread: "t", messages })).toEqual({ stored: 2 });
});
