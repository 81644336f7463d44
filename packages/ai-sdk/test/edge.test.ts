import { EdgeVM } from "@edge-runtime/vm";
import { edgeBundle } from "@souvenir/test/edge-bundle";
import { expect, test } from "vitest";

/** What runs at the edge: the package, `ai`, the provider and a memory, in one file and without Node. */
const program = `
import { createMistral } from "@ai-sdk/mistral";
import { createMemory } from "@souvenir/core";
import { aiSdkEmbedder, memoryTools, withMemory } from "@souvenir/ai-sdk";
import { generateText, streamText } from "ai";

globalThis.handle = async (fetch) => {
  const memory = await createMemory({ path: ":memory:" });
  const mistral = createMistral({ apiKey: "key", baseURL: "https://api.mistral.ai/v1", fetch });
  const model = withMemory(mistral("mistral-large-latest"), { memory, namespace: "ada" });
  await generateText({ model, prompt: "My bakery is called Le Fournil." });
  const { text } = streamText({ model, prompt: "What is my bakery called?" });
  await text;
  const { records } = await memory.list({ namespace: "ada" });
  const { degraded } = await memory.search({ namespace: "ada", query: "bakery" });
  const queue = await memory.flush();
  const tools = Object.keys(memoryTools({ memory, namespace: "ada" }));
  return { degraded, queue, values: records.map(({ value }) => value), tools, embedder: aiSdkEmbedder(mistral.embeddingModel("mistral-embed")).id };
};
`;

const code = await edgeBundle(program, import.meta.url);

test("nothing in it asks for Node", () => {
  expect(code).not.toMatch(/(?:require|from|import)\s*\(?\s*["'`]node:/);
});

test("a conversation is remembered in an edge runtime", async () => {
  const vm = new EdgeVM({ initialCode: code });
  const outcome = await vm.evaluate(`handle(async (url, { body }) => {
    globalThis.bodies = [...(globalThis.bodies ?? []), body];
    const shared = { id: "1", created: 1, model: "m" };
    if (JSON.parse(body).stream) {
      const delta = { role: "assistant", content: "Le Fournil." };
      const chunk = { ...shared, choices: [{ index: 0, delta, finish_reason: "stop" }] };
      const events = "data: " + JSON.stringify(chunk) + "\\n\\ndata: [DONE]\\n\\n";
      return new Response(events, { headers: { "content-type": "text/event-stream" } });
    }
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    const message = { role: "assistant", content: "Noted." };
    const answer = { ...shared, object: "chat.completion", usage, choices: [{ index: 0, finish_reason: "stop", message }] };
    return new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } });
  })`);
  const [, second] = vm.evaluate("bodies") as string[];
  expect(outcome).toEqual({
    values: ["My bakery is called Le Fournil.", "Noted.", "What is my bakery called?", "Le Fournil."],
    // The data of the built-in embedder lie beside a module, and this is none.
    degraded: ["vector"],
    queue: { pending: 0, failed: 0 },
    tools: ["remember", "recall", "list", "forget"],
    embedder: "ai-sdk:mistral.embedding:mistral-embed:1024",
  });
  expect(second).toContain("Le Fournil");
  expect(vm.evaluate("[typeof process, typeof Buffer, typeof AsyncLocalStorage]")).toEqual([
    "undefined",
    "undefined",
    "undefined",
  ]);
});
