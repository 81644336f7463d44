import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemory, type Memory, type MemoryOptions } from "@souvenir/core";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { mistralFacts } from "../src/index.ts";

let standIn: MistralStandIn;
beforeAll(async () => {
  standIn = await startMistralStandIn();
});
afterEach(() => standIn.reset());
afterAll(() => standIn.close());

const namespace = "ada";
const minute = 60_000;
let now = 0;

async function opened(path = ":memory:", more: Partial<MemoryOptions["facts"]> = {}, batch = true) {
  if (now === 0) now = Date.parse("2026-08-12T10:00:00.000Z");
  const extractor = mistralFacts({ apiKey: "key", serverURL: standIn.url, batch });
  const options = { path, embedder: false, clock: () => now } as const;
  const memory = await createMemory({ ...options, facts: { extractor, ...more } });
  onTestFinished(() => memory.close());
  return memory;
}

async function newPath() {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-batch-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "memory.db");
}

const say = (memory: Memory, content: string, thread = "t") =>
  memory.remember({ namespace, thread, messages: [{ role: "user", content }] });
/** As the hours pass in which nothing is said. */
const idle = async (memory: Memory, ms = 11 * minute) => {
  now += ms;
  await memory.flush();
};
const jobs = () =>
  standIn.requests.filter(({ method, path }) => method === "POST" && path === "/v1/batch/jobs");
const factsOf = async (memory: Memory) => (await memory.facts({ namespace })).facts.map(({ value }) => value);
const pendingOf = async (memory: Memory) => (await memory.stats()).queue.facts?.pending;

test("conversations that are over are one job, and their facts come when it is done", async () => {
  const memory = await opened();
  await say(memory, "I work at Company Beta.", "a");
  await say(memory, "I live in Lyon.", "b");
  await say(memory, "Nothing new.", "c");
  await idle(memory);
  expect(standIn.chatRequests()).toEqual([]);
  expect(jobs().map(({ body }) => body)).toMatchObject([
    {
      ...{ model: "mistral-small-latest", endpoint: "/v1/chat/completions", timeout_hours: 24 },
      requests: [0, 1, 2].map((place) => ({
        custom_id: `${place}`,
        body: {
          temperature: 0,
          prompt_cache_key: "souvenir-facts-1",
          response_format: { type: "json_schema" },
        },
      })),
    },
  ]);
  expect([await factsOf(memory), await pendingOf(memory)]).toEqual([[], 3]);
  await idle(memory, minute);
  // It is not done yet.
  expect([await factsOf(memory), await pendingOf(memory)]).toEqual([[], 3]);
  await idle(memory, minute);
  expect((await factsOf(memory)).sort()).toEqual(["I live in Lyon.", "I work at Company Beta."]);
  const stats = await memory.stats();
  expect([stats.queue.facts?.pending, stats.facts?.usage.extract.calls]).toEqual([0, 3]);
  expect(stats.facts?.usage.extract.inputTokens).toBeGreaterThan(0);
  const [fact] = (await memory.facts({ namespace })).facts;
  expect(fact?.sources[0]?.quote).toBe(fact?.value);
  const before = standIn.requests.length;
  await idle(memory);
  expect(standIn.requests.length).toBe(before);
  expect(await memory.runs({ namespace })).toHaveLength(2);
});

test.each([true, false])("a job goes on after a restart; its results inline: %s", async (inline) => {
  const path = await newPath();
  standIn.script({ batches: [{ inline }] });
  {
    await using memory = await opened(path);
    await say(memory, "I work at Company Beta.");
    await idle(memory);
  }
  now += 5 * minute;
  const next = await opened(path);
  await idle(next, minute);
  await idle(next, minute);
  expect(await factsOf(next)).toEqual(["I work at Company Beta."]);
  expect(jobs()).toHaveLength(1);
  expect(standIn.chatRequests()).toEqual([]);
  await idle(next);
  expect(await factsOf(next)).toEqual(["I work at Company Beta."]);
});

test("what is asked for now is read now, and what a job says of it later is not taken again", async () => {
  const memory = await opened();
  await say(memory, "I work at Company Beta.", "a");
  await say(memory, "I live in Lyon.", "b");
  await idle(memory);
  await memory.consolidate();
  expect(await factsOf(memory)).toHaveLength(2);
  for (let time = 0; time < 3; time += 1) await idle(memory, 2 * minute);
  expect(await factsOf(memory)).toHaveLength(2);
  expect((await memory.runs({ namespace })).length).toBe(2);
});

test("what has changed since is read again, and what was erased makes no fact", async () => {
  const memory = await opened();
  for (const [key, value] of Object.entries({
    a: "I work at Company Beta.",
    b: "I live in Lyon.",
    c: "I live in Nice.",
  }))
    await memory.set({ namespace, key, thread: key, role: "user", value });
  await idle(memory);
  await memory.set({ namespace, key: "a", thread: "a", role: "user", value: "I work at Company Gamma." });
  await memory.delete({ namespace, key: "b" });
  for (let time = 0; time < 6; time += 1) await idle(memory);
  expect((await factsOf(memory)).sort()).toEqual(["I live in Nice.", "I work at Company Gamma."]);
  expect(await pendingOf(memory)).toBe(0);
});

test.each(["FAILED", "TIMEOUT_EXCEEDED", "CANCELLED"] as const)(
  "of a job that ends as %s each window is read by itself",
  async (status) => {
    const memory = await opened();
    standIn.script({ batches: [{ status }] });
    await say(memory, "I work at Company Beta.");
    await idle(memory);
    await idle(memory, minute);
    await idle(memory, minute);
    expect([await factsOf(memory), await pendingOf(memory)]).toEqual([["I work at Company Beta."], 0]);
    expect(standIn.chatRequests()).toHaveLength(1);
  },
);

test("an answer that is none is asked for again by itself, and the others of its job are taken", async () => {
  const memory = await opened();
  await say(memory, "I work at Company Beta.", "a");
  await say(memory, "I live in Lyon.", "b");
  await idle(memory);
  standIn.script({ chat: [{ content: "Sorry, no." }] });
  await idle(memory, minute);
  await idle(memory, minute);
  expect((await factsOf(memory)).sort()).toEqual(["I live in Lyon.", "I work at Company Beta."]);
  expect(standIn.chatRequests()).toHaveLength(1);
});

test("a provider that is away is asked later, and costs nothing", async () => {
  const memory = await opened(":memory:", { tokensPerDay: 15_000 });
  await say(memory, "I work at Company Beta.");
  standIn.script({ chat: [], batches: [{}] });
  await standIn.close();
  await idle(memory);
  const { queue, facts } = await memory.stats();
  expect([queue.facts?.lastError === undefined, facts?.today?.tokens]).toEqual([false, 0]);
  standIn = await startMistralStandIn({ port: Number(new URL(standIn.url).port) });
  for (let time = 0; time < 4; time += 1) await idle(memory, 11 * minute);
  expect(await factsOf(memory)).toEqual(["I work at Company Beta."]);
});

test("the budget of a day holds for jobs, and what was set aside and not used is given back", async () => {
  const memory = await opened(":memory:", { tokensPerDay: 15_000 });
  for (let thread = 0; thread < 5; thread += 1) await say(memory, "I work at Company Beta.", `${thread}`);
  await idle(memory);
  const [job] = jobs().map(({ body }) => body as { requests: unknown[] });
  expect(job?.requests.length).toBeGreaterThan(0);
  expect(job?.requests.length).toBeLessThan(5);
  expect((await memory.stats()).facts?.today?.tokens).toBeGreaterThan(5_000);
  await idle(memory, minute);
  await idle(memory, minute);
  expect((await memory.stats()).facts?.today?.tokens).toBeLessThanOrEqual(15_000);
  expect(await factsOf(memory)).toEqual(["I work at Company Beta."]);
});

test("without it nothing is handed over, and what it is given must be right", async () => {
  const memory = await opened(":memory:", {}, false);
  await say(memory, "I work at Company Beta.");
  await idle(memory);
  expect(jobs()).toEqual([]);
  expect(await factsOf(memory)).toEqual(["I work at Company Beta."]);
  expect(() => mistralFacts({ batch: "yes" as never })).toThrow(/batch/);
});
