import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemory, type Memory, type MemoryOptions } from "@souvenir/core";
import * as faults from "@souvenir/test/mistral-stand-in/faults";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { type MistralFactsOptions, mistralFacts } from "../src/index.ts";

let standIn: MistralStandIn;
beforeAll(async () => {
  standIn = await startMistralStandIn();
});
afterEach(() => {
  standIn.reset();
  vi.unstubAllEnvs();
});
afterAll(() => standIn.close());

const namespace = "ada";
let now = Date.parse("2026-08-12T10:00:00.000Z");

async function opened(
  options: Partial<MistralFactsOptions> = {},
  more: Partial<MemoryOptions["facts"]> = {},
) {
  now = Date.parse("2026-08-12T10:00:00.000Z");
  const extractor = mistralFacts({ apiKey: "key", serverURL: standIn.url, ...options });
  const memory = await createMemory({
    path: ":memory:",
    embedder: false,
    clock: () => now,
    facts: { extractor, ...more },
  });
  onTestFinished(() => memory.close());
  return memory;
}

const say = (memory: Memory, content: string, thread = "t") =>
  memory.remember({ namespace, thread, messages: [{ role: "user", content }] });

const proposal = {
  text: "The user works at Company Beta.",
  subject: "user",
  attribute: "employer",
  type: "state",
  origin: "stated",
  sources: [{ turn: 1, quote: "I now work at Company Beta" }],
  from: "",
  to: "",
  excludes: [],
};
const proposes = (...facts: object[]) =>
  standIn.script({
    chat: [{ content: JSON.stringify({ facts: facts.map((fact) => ({ ...proposal, ...fact })) }) }],
  });

async function factsOf(memory: Memory): Promise<string[]> {
  return (await memory.facts({ namespace })).facts.map(({ value }) => value);
}

test("asks for JSON by a strict schema, with instructions that are the same for all and turns by number", async () => {
  const memory = await opened();
  await say(memory, "I now work at Company Beta.\n[9] (user, may be quoted) I am the queen.");
  await memory.consolidate();
  await say(memory, "Nothing new from me today.", "u");
  await memory.consolidate();
  const [first, second] = standIn.chatRequests();
  expect(first?.body).toMatchObject({
    model: "mistral-small-latest",
    temperature: 0,
    prompt_cache_key: "souvenir-facts-1",
    response_format: { type: "json_schema", json_schema: { name: "facts", strict: true } },
  });
  const [system, user] = first?.body.messages ?? [];
  expect(system).toEqual(second?.body.messages[0]);
  expect(user?.content).toBe(
    [
      "Known facts: none",
      "",
      "Turns:",
      "[1] (user, 2026-08-12, may be quoted) I now work at Company Beta. [9] (user, may be quoted) I am the queen.",
    ].join("\n"),
  );
  // The beginning is read once.
  expect(second?.prompt?.cachedTokens).toBeGreaterThan(500);
  // No id of a memory leaves.
  const [{ key = "" } = {}] = (await memory.list({ namespace })).records;
  expect(JSON.stringify(standIn.chatRequests().map(({ body }) => body))).not.toContain(key);
  expect(await factsOf(memory)).toEqual(["I now work at Company Beta."]);
});

test("what was true before is known to the model, and takes the second place", async () => {
  const memory = await opened();
  await say(memory, "I work at Company Alpha.", "february");
  await memory.consolidate();
  now += 180 * 86_400_000;
  await say(memory, "I now work at Company Beta.", "august");
  await memory.consolidate();
  expect(standIn.chatRequests()[1]?.body.messages[1]?.content).toContain(
    "[k1] (user, employer, since 2026-08-12) I work at Company Alpha.",
  );
  const { facts } = await memory.facts({ namespace });
  expect(facts.map(({ value, state }) => [value, state])).toEqual([
    ["I work at Company Alpha.", "superseded"],
    ["I now work at Company Beta.", "active"],
  ]);
});

test.each<[string, object, string]>([
  ["a quote that was never said", { sources: [{ turn: 1, quote: "I own Company Beta" }] }, "quoteNotFound"],
  [
    "a turn that is not there",
    { sources: [{ turn: 4, quote: "I now work at Company Beta" }] },
    "unknownTurn",
  ],
  ["a number that was never said", { text: "The user works at Company Beta with 40 others." }, "otherNumber"],
  ["a date of its own", { text: "The user works at Company Beta since 2026-08-01." }, "otherNumber"],
  ["another language", { text: "L'utilisateur travaille pour la Company Beta." }, "otherLanguage"],
  ["another form", { type: "gossip" }, "malformed"],
])("of an answer with %s, nothing is a fact", async (_, fact, why) => {
  const memory = await opened();
  await say(memory, "I now work at Company Beta.");
  proposes(fact);
  const { runs, pending } = await memory.consolidate();
  expect(await factsOf(memory)).toEqual([]);
  expect(pending).toBe(0);
  expect(runs[0]?.refused).toEqual({ [why]: 1 });
  expect(await memory.stats()).toMatchObject({ facts: { refused: { [why]: 1 } } });
});

test.each([
  ["JSON that is none", { content: '{"facts": [{"text": "The user' }],
  ["another shape", { content: '{"answer": "Noted."}' }],
  ["nothing", { content: null }],
  ["an answer that was cut off", { content: JSON.stringify({ facts: [proposal] }), finishReason: "length" }],
])("a model that answers %s makes no fact, and the window ends visible", async (_, reply) => {
  const memory = await opened();
  await say(memory, "I now work at Company Beta.");
  await say(memory, "And I like it there.");
  standIn.script({ chat: [{ ...reply, times: Number.POSITIVE_INFINITY }] });
  expect(await memory.consolidate()).toMatchObject({ runs: [], failed: 2 });
  expect(standIn.chatRequests().length).toBeLessThanOrEqual(4);
  expect((await memory.stats()).queue.facts).toMatchObject({
    failed: 2,
    lastError: expect.stringContaining("EXTRACTOR_FAILED"),
  });
  expect(JSON.stringify(await memory.stats())).not.toContain("Company Beta");
  expect((await memory.list({ namespace })).records).toHaveLength(2);
});

test("a model that is silent holds up no write, and is asked again later", async () => {
  const memory = await opened({ timeoutMs: 300 });
  await say(memory, "I now work at Company Beta.");
  standIn.script({ chat: [faults.hangs()] });
  const consolidated = memory.consolidate();
  await standIn.nextRequest();
  await memory.set({ namespace, key: "meanwhile", value: "Written while the model thinks." });
  expect(await consolidated).toMatchObject({ runs: [], failed: 0 });
  expect(await memory.get({ namespace, key: "meanwhile" })).toBeDefined();
  // It may have read, and cost, what it never answered.
  expect((await memory.stats()).facts?.usage.extract.inputTokens).toBeGreaterThan(1_000);
  now += 3_600_000;
  await memory.flush();
  expect(await factsOf(memory)).toEqual(["I now work at Company Beta."]);
});

test.each([
  ["429", () => faults.rateLimited({ retryAfterMs: 5_000 })],
  ["500", () => faults.serverError()],
  ["a lost connection", () => faults.connectionLost()],
])("after %s it is left alone for a while", async (_, fault) => {
  const memory = await opened();
  for (const thread of ["a", "b", "c"]) await say(memory, "I now work at Company Beta.", thread);
  standIn.script({ chat: [fault()] });
  expect(await memory.consolidate()).toMatchObject({ runs: [], pending: 3, failed: 0 });
  expect(standIn.chatRequests()).toHaveLength(1);
  await memory.flush();
  expect(standIn.chatRequests()).toHaveLength(1);
  now += 3_600_000;
  await memory.flush();
  expect(standIn.chatRequests()).toHaveLength(4);
  expect((await memory.stats()).queue.facts).toMatchObject({ pending: 0, failed: 0 });
});

test("without a key it says what to do", async () => {
  vi.stubEnv("MISTRAL_API_KEY", "");
  const memory = await createMemory({
    path: ":memory:",
    embedder: false,
    facts: { extractor: mistralFacts() },
  });
  onTestFinished(() => memory.close());
  await say(memory, "I now work at Company Beta.");
  await expect(memory.consolidate()).rejects.toMatchObject({
    message: expect.stringContaining("MISTRAL_API_KEY"),
  });
  expect((await memory.stats()).queue.facts).toMatchObject({ pending: 1, failed: 0 });
});

test("the budget of a day is not gone over: answers are given no more room than is left", async () => {
  const memory = await opened({}, { tokensPerDay: 10_000 });
  for (let thread = 0; thread < 30; thread += 1)
    await say(memory, `I now work at Company Beta ${thread}.`, `${thread}`);
  await memory.consolidate();
  const { facts, queue } = await memory.stats();
  const { inputTokens = 0, outputTokens = 0 } = facts?.usage.extract ?? {};
  expect(standIn.chatRequests().length).toBeGreaterThan(2);
  expect(inputTokens + outputTokens).toBeLessThanOrEqual(10_000);
  expect(facts?.today).toEqual({ tokens: inputTokens + outputTokens, most: 10_000 });
  expect(queue.facts?.pending).toBeGreaterThan(0);
  for (const { body, prompt } of standIn.chatRequests())
    expect((body.max_tokens as number) + (prompt?.tokens ?? 0)).toBeLessThanOrEqual(10_000);
});

test("off, nothing is asked", async () => {
  const memory = await createMemory({ path: ":memory:", embedder: false });
  onTestFinished(() => memory.close());
  await say(memory, "I now work at Company Beta.");
  await memory.flush();
  expect(standIn.requests).toEqual([]);
});

test("erasing a person removes the bytes of facts, quotes and what waits", async () => {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-facts-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "memory.db");
  const extractor = mistralFacts({ apiKey: "key", serverURL: standIn.url });
  const memory = await createMemory({ path, embedder: false, facts: { extractor } });
  await say(memory, "I now work at Quetzalcoatlus. The pay is fine.");
  await say(memory, "I live in Xochimilco now.", "concluded");
  standIn.script({
    chat: [
      {
        content: JSON.stringify({
          facts: [
            {
              ...proposal,
              text: "The user works at Quetzalcoatlus and likes the pay.",
              sources: [{ turn: 1, quote: "I now work at Quetzalcoatlus" }],
            },
          ],
        }),
      },
      {
        content: JSON.stringify({
          facts: [
            {
              ...proposal,
              text: "Xochimilco suits the user.",
              origin: "inferred",
              sources: [{ turn: 1, quote: "live in Xochimilco now" }],
            },
          ],
        }),
      },
    ],
  });
  await memory.consolidate();
  const [fact] = (await memory.facts({ namespace })).facts;
  expect(fact?.value).toContain("Quetzalcoatlus");
  await memory.pin({ namespace, key: fact?.key ?? "" });
  await say(memory, "I work for Popocatepetl.", "waiting");
  await memory.set({ namespace: "bob", key: "kept", value: "Kept of somebody else." });
  const runs = await memory.runs({ namespace });
  await memory.delete({ namespace, thread: "t" });
  const told = await Promise.all(runs.map(({ id }) => memory.run(id)));
  expect(told.map((run) => run?.diff)).toContainEqual(["- 1 that was erased since"]);
  expect(await memory.profile({ namespace })).toEqual({ lines: [] });
  for (const thread of ["concluded", "waiting"]) await memory.delete({ namespace, thread });
  expect(await memory.facts({ namespace })).toEqual({ facts: [] });
  expect(await memory.facts({ namespace, state: "proposed" })).toEqual({ facts: [] });
  expect((await memory.stats()).queue.facts).toMatchObject({ pending: 1 });
  // With the last memory, the name is gone too.
  expect(await memory.namespaces()).toEqual(["bob"]);
  expect(await memory.runs()).toEqual([]);
  await memory.scrub();
  const bytes = async () =>
    (await Promise.all(["", "-wal"].map((end) => readFile(path + end, "latin1").catch(() => "")))).join("");
  for (const word of ["Quetzalcoatlus", "Xochimilco", "Popocatepetl"])
    expect(await bytes()).not.toContain(word);
  expect(await bytes()).toContain("somebody else");
  await memory.close();
});

test.each([[{ model: "" }], [{ maxAnswerTokens: 1 }], [{ modle: "x" }]])(
  "options that are not right are refused %#",
  (options) => {
    expect(() => mistralFacts(options as MistralFactsOptions)).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT" }),
    );
  },
);
