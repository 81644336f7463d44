import * as faults from "@souvenir/test/mistral-stand-in/faults";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type MistralChatOptions, mistralChat } from "../src/index.ts";

let standIn: MistralStandIn;
beforeAll(async () => {
  standIn = await startMistralStandIn();
});
afterEach(() => {
  standIn.reset();
  vi.unstubAllEnvs();
});
afterAll(() => standIn.close());

const chat = (options: MistralChatOptions = {}) =>
  mistralChat({ apiKey: "key", serverURL: standIn.url, ...options });
const { signal } = new AbortController();

test("asks one message, and answers what came with its tokens and whether it was cut off", async () => {
  standIn.script({ chat: [{ content: "Brioche." }, { content: "Brioche and", finishReason: "length" }] });
  const model = chat();
  expect(model.id).toBe("mistral-small-latest");
  const whole = await model.ask("Which bread?", { signal });
  expect(whole).toMatchObject({ text: "Brioche.", truncated: false });
  expect(whole.inputTokens).toBeGreaterThan(0);
  expect(whole.outputTokens).toBeGreaterThan(0);
  expect(
    await chat({ model: "mistral-large-latest", maxAnswerTokens: 3 }).ask("And?", { signal }),
  ).toMatchObject({
    text: "Brioche and",
    truncated: true,
  });
  expect(standIn.chatRequests().map(({ body }) => body)).toMatchObject([
    {
      model: "mistral-small-latest",
      max_tokens: 1000,
      messages: [{ role: "user", content: "Which bread?" }],
    },
    { model: "mistral-large-latest", max_tokens: 3, messages: [{ role: "user", content: "And?" }] },
  ]);
});

test.each([
  ["refuses the key", () => faults.unauthorized(), /status 401; check the API key/],
  ["has its rate limit reached", () => faults.rateLimited({ retryAfter: 1 }), /status 429 .*rate limit/],
  ["fails", () => faults.serverError(), /status 500 .*works again later/],
  ["closes the connection", () => faults.connectionLost(), /no answer/],
  ["takes too long", () => faults.hangs(), /no answer \(TimeoutError\)/],
  ["says nothing", () => ({ content: " " }), /without a text/],
])("a model that %s is a failure that says so, asked once", async (_, fault, message) => {
  standIn.script({ chat: [fault()] });
  await expect(chat({ timeoutMs: 300 }).ask("Which bread?", { signal })).rejects.toMatchObject({
    code: "MODEL_FAILED",
    message: expect.stringMatching(message),
  });
  expect(standIn.chatRequests()).toHaveLength(1);
});

test("whoever asked may stop it, and without a key it says where one comes from", async () => {
  standIn.script({ chat: [faults.hangs()] });
  const stop = new AbortController();
  const asked = chat().ask("Which bread?", { signal: stop.signal });
  await standIn.nextRequest();
  stop.abort(new Error("enough"));
  await expect(asked).rejects.toThrow("enough");
  vi.stubEnv("MISTRAL_API_KEY", "");
  await expect(mistralChat().ask("Which bread?", { signal })).rejects.toMatchObject({
    code: "INVALID_INPUT",
    message: expect.stringContaining("console.mistral.ai"),
  });
  expect(() => chat({ maxAnswerTokens: 0 })).toThrow(/maxAnswerTokens/);
  expect(() => mistralChat({ temperature: 0 } as never)).toThrow(/temperature/);
});
