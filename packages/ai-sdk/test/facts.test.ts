import { createMistral } from "@ai-sdk/mistral";
import { createMistral as createMistral6 } from "@ai-sdk/mistral-6";
import { createMemory } from "@souvenir/core";
import * as faults from "@souvenir/test/mistral-stand-in/faults";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { aiSdkFacts, type FactLanguageModel } from "../src/index.ts";

let standIn: MistralStandIn;
beforeEach(async () => {
  standIn = await startMistralStandIn();
});
afterEach(() => standIn.close());

const namespace = "ada";
const models: [string, () => FactLanguageModel][] = [
  ["7", () => createMistral({ apiKey: "key", baseURL: `${standIn.url}/v1` })("mistral-small-latest")],
  ["6", () => createMistral6({ apiKey: "key", baseURL: `${standIn.url}/v1` })("mistral-small-latest")],
];

async function opened(model: FactLanguageModel) {
  const memory = await createMemory({
    path: ":memory:",
    embedder: false,
    facts: { extractor: aiSdkFacts(model) },
  });
  onTestFinished(() => memory.close());
  await memory.set({ namespace, role: "user", value: "I now work at Company Beta." });
  return memory;
}

test.each(models)(
  "a language model of the AI SDK %s finds facts, and what it cost is counted",
  async (_, model) => {
    const memory = await opened(model());
    const { runs } = await memory.consolidate();
    expect((await memory.facts({ namespace })).facts.map(({ value }) => value)).toEqual([
      "I now work at Company Beta.",
    ]);
    expect(runs[0]?.usage).toMatchObject({ calls: 1 });
    expect(runs[0]?.usage.inputTokens).toBe(standIn.chatRequests()[0]?.prompt?.tokens);
    expect(runs[0]?.usage.outputTokens).toBeGreaterThan(10);
    expect(standIn.chatRequests()[0]?.body).toMatchObject({
      temperature: 0,
      response_format: { type: "json_schema", json_schema: { name: "facts" } },
    });
  },
);

test.each(models)("with version %s, what is no list of facts, or cut off, ends visible", async (_, model) => {
  const memory = await opened(model());
  standIn.script({ chat: [{ content: "no JSON" }, { content: '{"facts":[]}', finishReason: "length" }] });
  expect(await memory.consolidate()).toMatchObject({ runs: [], failed: 1 });
  expect(standIn.chatRequests()).toHaveLength(2);
});

test.each(models)("with version %s, a key that is refused is told, and nothing is lost", async (_, model) => {
  const memory = await opened(model());
  standIn.script({ chat: [faults.unauthorized()] });
  await expect(memory.consolidate()).rejects.toMatchObject({
    code: "EXTRACTOR_FAILED",
    details: { misconfigured: true },
  });
  expect(await memory.consolidate()).toMatchObject({ pending: 0, failed: 0 });
});

test("what is no model is refused", () => {
  expect(() => aiSdkFacts({} as never)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  expect(() => aiSdkFacts((models[0] as (typeof models)[0])[1](), { maxAnswerTokens: 1 })).toThrow(
    expect.objectContaining({ code: "INVALID_INPUT" }),
  );
});
