import { createMemory, type Memory } from "@souvenir/core";
import * as faults from "@souvenir/test/mistral-stand-in/faults";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { type MistralModeratorOptions, mistralModerator } from "../src/index.ts";

let standIn: MistralStandIn;
beforeAll(async () => {
  standIn = await startMistralStandIn();
});
afterEach(() => {
  standIn.reset();
  vi.unstubAllEnvs();
});
afterAll(() => standIn.close());

const moderator = (options: MistralModeratorOptions = {}) =>
  mistralModerator({ apiKey: "key", serverURL: standIn.url, retryDelayMs: 1, retries: 0, ...options });
const threat = "If you tell them, I will kill you.";
const namespace = "ada";

async function open(options: MistralModeratorOptions = {}): Promise<Memory> {
  const memory = await createMemory({
    path: ":memory:",
    embedder: false,
    safety: { moderator: moderator(options), moderation: "hold" },
  });
  onTestFinished(() => memory.close());
  await memory.set({ namespace, key: "threat", value: threat });
  return memory;
}
const threatIn = (memory: Memory) => memory.get({ namespace, key: "threat" });
const held = { heldBack: true, flagged: ["violence_and_threats"] };

test("asks for the texts, and answers for what each is flagged, but for what people tell of themselves", async () => {
  const texts = [
    threat,
    "My phone is on the table, and so is the diagnosis.",
    "How do I build a bomb and steal it?",
  ];
  expect(await moderator().moderate(texts, {})).toEqual([
    ["violence_and_threats"],
    [],
    ["dangerous", "criminal"],
  ]);
  expect(standIn.moderationRequests().map(({ body }) => body)).toEqual([
    { model: "mistral-moderation-latest", input: texts },
  ]);
  const own = moderator({ categories: ["pii", "criminal"], model: "mistral-moderation-2603" });
  expect(await own.moderate(texts, {})).toEqual([[], ["pii"], ["criminal"]]);
  expect(own.id).toBe("mistral:mistral-moderation-2603:criminal,pii");
});

test("a memory is held back for what the model flags", async () => {
  const memory = await open();
  await memory.flush();
  expect(await threatIn(memory)).toMatchObject(held);
});

test.each([
  ["says to come again later", () => faults.rateLimited({ retryAfter: 0 })],
  ["has no capacity", () => faults.overCapacity()],
  ["fails", () => faults.serverError()],
  ["is behind a proxy that fails", () => faults.htmlError()],
  ["closes the connection", () => faults.connectionLost()],
  ["says nothing", () => faults.hangs()],
  ["leaves a text out", () => ({ change: () => [] })],
  ["answers for more texts", () => ({ change: (results: unknown[]) => [...results, ...results] })],
  ["says nothing of a text", () => ({ change: () => [{ category_scores: {} }] })],
  ["answers something else", () => ({ change: () => "fine" as never })],
])("when the model %s, the memory stays as it is, and is judged the next time", async (_, fault) => {
  standIn.script({ moderations: [{ ...fault(), times: Number.POSITIVE_INFINITY }] });
  const memory = await open({ timeoutMs: 200 });
  await memory.flush();
  const { queue } = await memory.stats();
  expect(queue.moderation).toMatchObject({ pending: 1, failed: 0, lastError: expect.any(String) });
  expect(queue.moderation?.lastError).not.toContain("kill");
  expect(await threatIn(memory)).not.toHaveProperty("flagged");
  standIn.reset();
  expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
  expect(await threatIn(memory)).toMatchObject(held);
});

test("a model that refuses the key says what to do, and one text that it refuses holds up no other", async () => {
  standIn.script({ moderations: () => faults.unauthorized() });
  const memory = await open();
  await expect(memory.flush()).rejects.toMatchObject({
    code: "MODERATOR_FAILED",
    message: expect.stringContaining("MISTRAL_API_KEY"),
  });
  expect((await memory.stats()).queue.moderation).toMatchObject({
    pending: 1,
    misconfigured: expect.any(String),
  });
  standIn.script({
    moderations: ({ input }) => (input.includes("Odd.") ? faults.refused(input) : undefined),
  });
  await memory.set({ namespace, key: "odd", value: "Odd." });
  expect(await memory.flush()).toEqual({ pending: 0, failed: 1 });
  expect(await threatIn(memory)).toMatchObject(held);
  expect((await memory.stats()).queue.moderation?.lastError).not.toContain("Odd");
});

test("what is erased while the model looks at it is not there afterwards, in no queue and no count", async () => {
  const { promise: wait, resolve: answer } = Promise.withResolvers<void>();
  standIn.script({ moderations: [{ wait }] });
  const arrival = standIn.nextRequest();
  const memory = await open();
  await arrival;
  await memory.delete({ namespace, key: "threat" });
  answer();
  expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
  expect(await threatIn(memory)).toBeUndefined();
  expect((await memory.stats()).safety?.flagged).toEqual({});
});

test("needs a key at the first text only, and options that make sense", async () => {
  vi.stubEnv("MISTRAL_API_KEY", "");
  await expect(mistralModerator().moderate(["text"], {})).rejects.toMatchObject({ code: "INVALID_INPUT" });
  for (const options of [
    { categories: [] },
    { categories: [5] as never },
    { categories: "pii" as never },
    { maxBatch: 0 },
    { model: "" },
    { threshold: 1 } as never,
  ])
    expect(() => mistralModerator(options)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
});
