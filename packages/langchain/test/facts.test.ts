import { ChatMistralAI } from "@langchain/mistralai";
import { createMemory } from "@souvenir/core";
import { factsIn } from "@souvenir/test/mistral-stand-in/facts";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { langchainFacts } from "../src/index.ts";

let standIn: MistralStandIn;
beforeEach(async () => {
  standIn = await startMistralStandIn();
});
afterEach(() => standIn.close());

const namespace = "ada";

function chatModel() {
  const { url: serverURL } = standIn;
  const model = "mistral-small-latest";
  return new ChatMistralAI({ apiKey: "key", serverURL, model, maxRetries: 0, maxTokens: 2_000 });
}

async function opened() {
  const memory = await createMemory({
    path: ":memory:",
    embedder: false,
    facts: { extractor: langchainFacts(chatModel()) },
  });
  onTestFinished(() => memory.close());
  await memory.set({ namespace, role: "user", value: "I now work at Company Beta." });
  return memory;
}

test("a chat model of LangChain finds facts, and what it cost is counted", async () => {
  const memory = await opened();
  standIn.script({
    chat: ({ tools, messages }) => ({
      toolCalls: [
        { name: tools?.[0]?.function?.name ?? "", arguments: factsIn(String(messages.at(-1)?.content)) },
      ],
    }),
  });
  const { runs } = await memory.consolidate();
  expect((await memory.facts({ namespace })).facts.map(({ value }) => value)).toEqual([
    "I now work at Company Beta.",
  ]);
  expect(runs[0]?.usage.inputTokens).toBe(standIn.chatRequests()[0]?.prompt?.tokens);
});

test("what is no list of facts ends visible", async () => {
  const memory = await opened();
  standIn.script({ chat: [{ content: "I would rather chat.", times: 2 }] });
  expect(await memory.consolidate()).toMatchObject({ runs: [], failed: 1 });
});

test("a window that would cost more than it may is not asked about", async () => {
  const extractor = langchainFacts(chatModel());
  const turn = {
    text: "I now work at Company Beta.",
    role: "user",
    at: "2026-01-02T03:04:05.000Z",
    quotable: true,
  };
  const { signal } = new AbortController();
  const asking = extractor.extract({ turns: [turn], known: [] }, { signal, maxTokens: 1_000 });
  await expect(asking).rejects.toMatchObject({ code: "EXTRACTOR_FAILED", details: { permanent: true } });
  expect(standIn.chatRequests()).toEqual([]);
  expect(extractor.usage).toEqual({ calls: 0, inputTokens: 0, outputTokens: 0 });
});

test("what is no model is refused", () => {
  expect(() => langchainFacts({} as never)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
});
