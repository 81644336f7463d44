import type { SouvenirError } from "@souvenir/core";
import { type MemoryRecord, partOf, questionOf, wholeMessages } from "@souvenir/core";
import { expect } from "vitest";
import type { MemorySpec } from "./spec.ts";

const namespace = "ada";

export const findsAtOnce: MemorySpec = async (memory) => {
  await memory.set({ namespace, key: "db", value: "The web shop stores its orders in PostgreSQL." });
  await memory.set({ namespace, key: "dog", value: "Rex is afraid of thunder." });
  const { results, degraded, tookMs } = await memory.search({
    namespace,
    query: "Where are orders of the shop stored?",
  });
  expect(results[0]).toMatchObject({ key: "db", namespace, version: 1 });
  expect(Object.keys(results[0]?.signals ?? {}).sort()).toEqual([
    "context",
    "entity",
    "recency",
    "text",
    "vector",
  ]);
  expect(results[0]?.reasons.terms).toContain("orders");
  expect(results[0]?.score).toBeGreaterThan(0);
  expect(results[0]?.score).toBeLessThanOrEqual(1);
  expect(degraded).toEqual([]);
  expect(tookMs).toBeGreaterThanOrEqual(0);
  expect((await memory.search({ namespace: "bob", query: "orders shop" })).results).toEqual([]);
};

export const findsWhileTyping: MemorySpec = async (memory) => {
  // At one moment: of few, the newer one would come first.
  await memory.setMany([
    { namespace, key: "dog", value: "Rex is afraid of thunder." },
    { namespace, key: "tea", value: "The tea is in the tin." },
  ]);
  const keys = async (query: string, prefix: boolean) =>
    (await memory.search({ namespace, query, prefix })).results.map(({ key }) => key);
  for (const query of ["th", "thun", "afraid of th"]) expect((await keys(query, true))[0]).toBe("dog");
  const { results } = await memory.search({ namespace, query: "thun", minScore: 0.2 });
  expect(results.map(({ key }) => key)).not.toContain("tea");
};

export const pages: MemorySpec = async (memory) => {
  for (let version = 1; version <= 6; version++)
    await memory.set({ namespace: "team/a", key: "k", value: `Version ${version}.` });
  for (const name of ["team/b", "team/c", "tea", "other"])
    await memory.set({ namespace: name, value: "One." });
  const versions: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await memory.history({
      namespace: "team/a",
      key: "k",
      limit: 2,
      ...(cursor === undefined ? {} : { cursor }),
    });
    expect(page.records.length).toBeLessThanOrEqual(2);
    for (const { version } of page.records) versions.push(version);
    cursor = page.cursor;
  } while (cursor !== undefined);
  expect(versions).toEqual([1, 2, 3, 4, 5]);
  expect(await memory.history({ namespace: "team/a", key: "none", limit: 2 })).toEqual({ records: [] });

  expect(await memory.namespaces({ prefix: "team/" })).toEqual(["team/a", "team/b", "team/c"]);
  expect(await memory.namespaces({ prefix: "" })).toHaveLength(5);
  const names: string[] = [];
  do {
    const page: { namespaces: string[]; cursor?: string } = await memory.namespaces({
      prefix: "te",
      limit: 3,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const name of page.namespaces) names.push(name);
    cursor = page.cursor;
  } while (cursor !== undefined);
  expect(names).toEqual(["tea", "team/a", "team/b", "team/c"]);
  for (const limit of [0, 1.5, 100_000]) {
    const refused = { code: "INVALID_INPUT" };
    await expect(memory.namespaces({ limit })).rejects.toMatchObject(refused);
    await expect(memory.history({ namespace: "team/a", key: "k", limit })).rejects.toMatchObject(refused);
  }
};

export const filters: MemorySpec = async (memory) => {
  for (const [key, budget] of [
    ["a", 10],
    ["b", 20],
    ["c", 30],
  ] as const)
    await memory.set({
      namespace,
      key,
      value: `The bakery order number ${key}.`,
      entities: budget > 10 ? [{ name: "Rex", type: "person" }] : [],
      tags: budget > 10 ? ["large", "paid"] : ["paid"],
      metadata: { budget, deep: { level: budget / 10 } },
      createdAt: Date.UTC(2026, 0, budget),
      ...(key === "c" ? { thread: "t" } : {}),
    });
  const found = async (filter: object) => {
    const { results } = await memory.search({ namespace, query: "bakery order", ...filter });
    return results.map(({ key }) => key).sort();
  };
  expect(await found({})).toEqual(["a", "b", "c"]);
  expect(await found({ tags: ["large", "paid"] })).toEqual(["b", "c"]);
  expect(await found({ where: { budget: { gte: 20 }, not: { "deep.level": 3 } } })).toEqual(["b"]);
  expect(await found({ where: { or: [{ budget: 10 }, { budget: { in: [30] } }] } })).toEqual(["a", "c"]);
  expect(await found({ since: new Date(Date.UTC(2026, 0, 20)), until: Date.UTC(2026, 0, 30) })).toEqual([
    "b",
  ]);
  expect(await found({ thread: "t" })).toEqual(["c"]);
  expect(await found({ entities: ["rex"] })).toEqual(["b", "c"]);
  expect(await found({ limit: 1 })).toHaveLength(1);
  expect(await found({ minScore: 1 })).toEqual([]);
  const { records } = await memory.list({ namespace, tags: ["large"], where: { budget: { lt: 30 } } });
  expect(records.map(({ key }) => key)).toEqual(["b"]);
};

export const countsFacets: MemorySpec = async (memory) => {
  for (const n of [1, 2, 3])
    await memory.set({ namespace, value: `Order ${n} of PostgreSQL manuals.`, tags: n > 1 ? ["book"] : [] });
  const { facets } = await memory.search({ namespace, query: "PostgreSQL manuals", facets: true });
  expect(facets?.tags).toEqual([{ tag: "book", count: 2 }]);
  expect(facets?.entities).toContainEqual({ name: "PostgreSQL", type: "product", count: 3 });
  expect((await memory.search({ namespace, query: "PostgreSQL" })).facets).toBeUndefined();
  expect(await memory.entities({ namespace, type: "product", prefix: "post", limit: 1 })).toEqual([
    { name: "PostgreSQL", type: "product", count: 3 },
  ]);
};

export const listsByPages: MemorySpec = async (memory) => {
  await memory.setMany(
    Array.from({ length: 7 }, (_, n) => ({
      namespace,
      key: `k${n}`,
      value: `Note ${n}.`,
      createdAt: 1000 + n,
    })),
  );
  const keys: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await memory.list({ namespace, limit: 3, ...(cursor === undefined ? {} : { cursor }) });
    keys.push(...page.records.map(({ key }) => key));
    cursor = page.cursor;
    pages++;
  } while (cursor !== undefined);
  expect(keys).toEqual(["k0", "k1", "k2", "k3", "k4", "k5", "k6"]);
  expect(pages).toBe(3);
  const newest = await memory.list({ namespace, order: "newest", limit: 2 });
  expect(newest.records.map(({ key }) => key)).toEqual(["k6", "k5"]);
  await expect(memory.list({ namespace, order: "up" as never })).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
};

export const remembersTurnsOnce: MemorySpec = async (memory) => {
  const turn = {
    namespace,
    thread: "t",
    messages: [
      { role: "user", content: "My dog is called Rex.", createdAt: new Date(1000), metadata: { app: "x" } },
      { role: "assistant", content: [{ type: "text", text: "Hello Rex!" }, { type: "image_url" }] },
      { role: "assistant", content: null },
      { role: "tool", content: undefined },
    ],
  };
  expect(await memory.remember(turn)).toEqual({ stored: 2 });
  expect(await memory.remember(turn)).toEqual({ stored: 0 });
  const { records } = await memory.list({ namespace, thread: "t" });
  expect(records.map(({ role, value }) => [role, value])).toEqual([
    ["user", "My dog is called Rex."],
    ["assistant", "Hello Rex!"],
  ]);
  expect(records[0]).toMatchObject({ createdAt: "1970-01-01T00:00:01.000Z", metadata: { app: "x" } });
  const named = { ...turn, turnId: "7", messages: [{ role: "user", content: "Rex is brown." }] };
  expect(await memory.remember(named)).toEqual({ stored: 1 });
  expect(await memory.remember({ ...named, messages: [{ role: "user", content: "Rex is black." }] })).toEqual(
    {
      stored: 1,
    },
  );
  expect((await memory.list({ namespace, thread: "t" })).records).toHaveLength(3);
};

export const keepsLongMessagesWhole: MemorySpec = async (memory) => {
  const report = `${"A paragraph.\n\n".repeat(3_000)}The captain is Zephyrine.\n\n${"Another one.\n\n".repeat(3_000)}`;
  const messages = [
    { role: "user", content: report },
    { role: "assistant", content: "Read." },
  ];
  const { stored } = await memory.remember({ namespace, thread: "t", messages, turnId: "1" });
  expect(stored).toBeGreaterThan(2);
  expect(await memory.remember({ namespace, thread: "t", messages, turnId: "1" })).toEqual({ stored: 0 });
  const { records } = await memory.list({ namespace, thread: "t" });
  expect(records.slice(0, -1).map(partOf)).toEqual(
    Array.from({ length: stored - 1 }, (_, index) => ({ part: index + 1, parts: stored - 1 })),
  );
  expect(wholeMessages(records).map(({ value }) => value)).toEqual([report, "Read."]);
  const message = `${"Many words. ".repeat(2_000)}Who is the captain, Zephyrine?`;
  const question = questionOf(message);
  expect((await memory.recall({ namespace, query: question })).text).not.toBe("");
  expect(
    (await memory.recall({ namespace, query: question, exclude: { texts: [report] } })).text,
  ).not.toContain("Zephyrine");
  for (const call of ["search", "recall"] as const)
    await expect(memory[call]({ namespace, query: message })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  await expect(memory.set({ namespace, value: report })).rejects.toMatchObject({ code: "INVALID_INPUT" });
};

export const recallsABlock: MemorySpec = async (memory) => {
  await memory.set({ namespace, key: "db", value: "The web shop stores its orders in PostgreSQL." });
  const { text, memories } = await memory.recall({ namespace, query: "Where are the orders stored?" });
  expect(text).toContain("PostgreSQL");
  expect(memories.map(({ key }) => key)).toEqual(["db"]);
  expect(await memory.recall({ namespace, query: "Where are the orders stored?", exclude: ["db"] })).toEqual({
    text: "",
    memories: [],
    degraded: [],
  });
  const exclude = { texts: ["The web shop stores its orders in PostgreSQL."] };
  expect((await memory.recall({ namespace, query: "Where are the orders stored?", exclude })).text).toBe("");
  expect((await memory.recall({ namespace, query: "qwertzuiop" })).text).toBe("");
};

export const countsWhatItHolds: MemorySpec = async (memory) => {
  await memory.set({ namespace, key: "a", value: "One." });
  await memory.set({ namespace, key: "a", value: "Two." });
  await memory.set({ namespace: "bob", value: "Three." });
  expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
  expect(await memory.stats()).toMatchObject({
    namespaces: 2,
    records: 2,
    versions: 1,
    vectors: 2,
    embedder: { dimensions: 256 },
    queue: { embedding: { pending: 0, failed: 0 }, extraction: { pending: 0, failed: 0 } },
  });
  expect(await memory.stats({ namespace })).toMatchObject({ records: 1, versions: 1 });
  expect(await memory.stats({ namespace: "none" })).toMatchObject({ records: 0 });
};

export const exportsAndImports: MemorySpec = async (memory) => {
  await memory.set({ namespace, key: "a", value: "One, before.", expiresAt: Date.UTC(2099, 0, 1) });
  await memory.set({ namespace, key: "a", value: "One.", tags: ["t"], metadata: { n: 1 } });
  await memory.set({ namespace: "bob", key: "b", value: "Three.", thread: "t", role: "user" });
  const all = await Array.fromAsync(memory.export());
  expect(all.map(({ key, history }) => [key, history?.map(({ value }) => value)])).toEqual([
    ["a", ["One, before."]],
    ["b", undefined],
  ]);
  expect((await Array.fromAsync(memory.export({ namespace, history: false })))[0]).not.toHaveProperty(
    "history",
  );
  expect(await Array.fromAsync(memory.export({ namespace: "none" }))).toEqual([]);
  for await (const record of memory.export()) {
    expect(record.key).toBe("a");
    break;
  }

  expect(await memory.import(all)).toEqual({ imported: 0, skipped: 2 });
  for (const name of await memory.namespaces()) await memory.clear({ namespace: name });
  const steps: unknown[] = [];
  expect(await memory.import(all, { onProgress: (step) => steps.push(step) })).toEqual({
    imported: 2,
    skipped: 0,
  });
  expect(steps).toEqual([{ done: 2, total: 2 }]);
  expect(await Array.fromAsync(memory.export())).toEqual(all);

  async function* stream(): AsyncGenerator<Partial<MemoryRecord> & { namespace: string; value: string }> {
    yield { namespace: "carol", value: "As little as this." };
  }
  expect(await memory.import(stream())).toEqual({ imported: 1, skipped: 0 });
  expect(await memory.import([])).toEqual({ imported: 0, skipped: 0 });
  // What has expired nobody could read: it is counted as that, and nothing of it is stored.
  const over = { namespace: "over", key: "a", value: "It is over.", expiresAt: "2001-02-03T04:05:06Z" };
  const last = { namespace: "lasting", value: "It lasts." };
  expect(await memory.import([over, last])).toEqual({ imported: 1, skipped: 0, expired: 1 });
  expect(await memory.namespaces()).not.toContain("over");
};

export const importsManyOrSaysWhere: MemorySpec = async (memory) => {
  const records = Array.from({ length: 1200 }, (_, n) => ({ namespace, key: `k${n}`, value: `Note ${n}.` }));
  async function* stream() {
    yield* records;
    yield { namespace, key: "bad", value: "" };
  }
  const error: unknown = await memory.import(stream()).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "INVALID_INPUT", details: { index: 1200 } });
  // Whole batches before the one with the bad record, and it says how many records those have.
  const { records: stored } = await memory.stats();
  expect(stored).toBeGreaterThan(0);
  expect((error as SouvenirError).details.stored).toBe(stored);
  const exported = await Array.fromAsync(memory.export());
  expect(await memory.import(exported)).toEqual({ imported: 0, skipped: stored });
};

export const remembersOverlappingWindowsOnce: MemorySpec = async (memory) => {
  const talk = Array.from({ length: 10 }, (_, index) => ({
    role: index % 2 ? "assistant" : "user",
    content: `Message number ${index} of the talk.`,
  }));
  const stored: number[] = [];
  for (const [from, end] of [
    [0, 6],
    [4, 10],
    [3, 9],
    [0, 10],
    [8, 10],
  ])
    stored.push((await memory.remember({ namespace, thread: "t", messages: talk.slice(from, end) })).stored);
  expect(stored).toEqual([6, 4, 0, 0, 0]);
  const { records } = await memory.list({ namespace, thread: "t" });
  expect(records.map(({ value }) => value)).toEqual(talk.map(({ content }) => content));
};

export const replacesAnEditedBranch: MemorySpec = async (memory) => {
  const talk = [
    "Where is the ferry?",
    "At the pier.",
    "And the lighthouse?",
    "On the cape.",
    "Thank you.",
  ].map((content, index) => ({ role: index % 2 ? "assistant" : "user", content }));
  const remember = async (messages: typeof talk) =>
    (await memory.remember({ namespace, thread: "t", messages })).stored;
  const values = async () =>
    (await memory.list({ namespace, thread: "t" })).records.map(({ value }) => value);
  const found = async (query: string) =>
    (await memory.search({ namespace, query, minScore: 0 })).results.map(({ value }) => value);
  expect(await remember(talk)).toBe(5);
  const { records } = await memory.list({ namespace, thread: "t" });
  const edited = [...talk.slice(0, 2), { role: "user", content: "And the windmill?" }];
  expect(await remember(edited)).toBe(1);
  expect(await remember(edited)).toBe(0);
  expect(await values()).toEqual(edited.map(({ content }) => content));
  for (const { key, value } of records.slice(2)) {
    expect(await found(value)).not.toContain(value);
    const versions = await memory.history({ namespace, key });
    expect(versions.map((version) => version.value)).toContain(value);
  }
  expect(await memory.get({ namespace, key: records[4]?.key as string })).toBeUndefined();
  const answered = [...edited, { role: "assistant", content: "Behind the church." }];
  expect(await remember(answered)).toBe(1);
  expect(await values()).toEqual(answered.map(({ content }) => content));
};

export const knowsMessagesByTheirIds: MemorySpec = async (memory) => {
  const messages = ["yes", "yes", "no"].map((content, index) => ({ role: "user", content, id: `m${index}` }));
  expect(await memory.remember({ namespace, thread: "t", messages })).toEqual({ stored: 3 });
  for (const message of messages)
    expect(await memory.remember({ namespace, thread: "t", messages: [message] })).toEqual({ stored: 0 });
  const edited = messages.map((message) =>
    message.id === "m1" ? { ...message, content: "maybe" } : message,
  );
  expect(await memory.remember({ namespace, thread: "t", messages: edited })).toEqual({ stored: 1 });
  const { records } = await memory.list({ namespace, thread: "t" });
  expect(records.map(({ value, version }) => [value, version])).toEqual([
    ["yes", 1],
    ["maybe", 2],
    ["no", 1],
  ]);
};
