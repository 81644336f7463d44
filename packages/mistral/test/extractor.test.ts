import type { SouvenirError } from "@souvenir/core";
import * as faults from "@souvenir/test/mistral-stand-in/faults";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type MistralExtractorOptions, mistralExtractor } from "../src/index.ts";

let standIn: MistralStandIn;
beforeAll(async () => {
  standIn = await startMistralStandIn();
});
afterEach(() => {
  standIn.reset();
  vi.unstubAllEnvs();
});
afterAll(() => standIn.close());

const extractor = (options: MistralExtractorOptions = {}) =>
  mistralExtractor({ apiKey: "key", serverURL: standIn.url, retryDelayMs: 1, ...options });
const says = (content: unknown) =>
  standIn.script({ chat: [{ content: typeof content === "string" ? content : JSON.stringify(content) }] });
const text = "Zoé Martin moved from Kraków to ACME in May.";

test("asks the model for JSON by a schema, with the text as data", async () => {
  says({
    entities: [
      { name: "Zoé Martin", type: "person" },
      { name: "Kraków", type: "place" },
      { name: "ACME", type: "organization" },
    ],
  });
  expect(await extractor().extract(text, {})).toEqual([
    { name: "Zoé Martin", type: "person" },
    { name: "Kraków", type: "place" },
    { name: "ACME", type: "organization" },
  ]);
  expect(standIn.chatRequests()[0]!.body).toMatchObject({
    model: "ministral-8b-latest",
    temperature: 0,
    messages: [{ role: "system" }, { role: "user", content: text }],
    response_format: { type: "json_schema", json_schema: { name: "entities", strict: true } },
  });
});

test("takes what the stand-in makes of the schema by itself", async () => {
  const found = await extractor().extract("Yesterday Grace Hopper talked about COBOL.", {});
  expect(found).toEqual([
    { name: "Grace Hopper", type: "person" },
    { name: "COBOL", type: "person" },
  ]);
});

test("drops names that are not in the text, types that were not asked for, doubles and rubbish", async () => {
  says({
    entities: [
      { name: "zoé  martin", type: "person" },
      { name: "Zoé Martin", type: "person" },
      { name: "Marie Curie", type: "person" },
      { name: "May", type: "month" },
      { name: "", type: "person" },
      { name: 5, type: "person" },
      null,
      "Kraków",
      { name: "Kraków" },
    ],
  });
  expect(await extractor().extract(text, {})).toEqual([{ name: "zoé  martin", type: "person" }]);
});

test("keeps at most maxEntities, of the types that are wanted", async () => {
  says({
    entities: [
      { name: "Zoé Martin", type: "hero" },
      { name: "ACME", type: "hero" },
    ],
  });
  const heroes = extractor({ types: { hero: "somebody who saves the day" }, maxEntities: 1 });
  expect(heroes.id).toBe("mistral:ministral-8b-latest:hero");
  expect(await heroes.extract(text, {})).toEqual([{ name: "Zoé Martin", type: "hero" }]);
});

test.each([
  ["of a model that thinks", [{ type: "thinking", thinking: [{ type: "text", text: "{Zoé}?" }] }]],
  ["in pieces", [{ type: "text", text: "" }]],
])("takes the answer %s", async (_, before) => {
  const [left, right] = ['{"entities":[{"name":"ACME",', '"type":"organization"}]}'];
  const content = [...before, { type: "text", text: left }, { type: "text", text: right }];
  standIn.script({ chat: [{ content }] });
  expect(await extractor().extract(text, {})).toEqual([{ name: "ACME", type: "organization" }]);
});

test.each(["```json\n%\n```", "```\n%```", "Here you are:\n\n```json\n%\n```\nAnything else?", "Sure: %"])(
  "takes JSON that is wrapped as %j",
  async (wrapped) => {
    says(wrapped.replace("%", JSON.stringify({ entities: [{ name: "ACME", type: "organization" }] })));
    expect(await extractor().extract(text, {})).toEqual([{ name: "ACME", type: "organization" }]);
  },
);

test.each(["", "Here you are: {}", "[]", "null", '{"entities":"none"}', '{"entities":[{"name":"Zo'])(
  "refuses the answer %j",
  async (content) => {
    says(content);
    await expect(extractor().extract(text, {})).rejects.toMatchObject({ code: "EXTRACTOR_FAILED" });
  },
);

test("tries again what is worth it, and says nothing of the text when it fails", async () => {
  standIn.script({
    chat: [faults.rateLimited({ retryAfter: 0 }), faults.serverError(), { content: '{"entities":[]}' }],
  });
  expect(await extractor().extract(text, {})).toEqual([]);
  expect(standIn.requests).toHaveLength(3);
  standIn.reset();
  standIn.script({ chat: [faults.refused(text)] });
  const error = await Promise.resolve(extractor().extract(text, {})).catch(
    (reason: unknown) => reason as SouvenirError,
  );
  expect(error).toMatchObject({ code: "EXTRACTOR_FAILED", details: { status: 400, permanent: true } });
  expect(`${(error as SouvenirError).message} ${(error as SouvenirError).cause}`).not.toContain("Zoé");
});

test("needs a key at the first text only, and options that make sense", async () => {
  vi.stubEnv("MISTRAL_API_KEY", "");
  const withoutKey = mistralExtractor();
  await expect(withoutKey.extract(text, {})).rejects.toMatchObject({ code: "INVALID_INPUT" });
  expect(() => mistralExtractor({ types: {} })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  for (const options of [
    { maxEntities: 0 },
    { retries: Number.NaN },
    { timeoutMs: 1.5 },
    { model: 5 as never },
  ])
    expect(() => mistralExtractor(options)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
});
