import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EdgeVM } from "@edge-runtime/vm";
import { build } from "tsdown";
import { afterAll, beforeAll, expect, test } from "vitest";

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

let folder: string;
let code: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-edge-"));
  const [bundle] = await build({
    config: false,
    entry: { edge: "virtual:program" },
    outDir: folder,
    format: "iife",
    platform: "browser",
    dts: false,
    silent: true,
    logLevel: "silent",
    noExternal: [/.*/],
    inlineOnly: false,
    inputOptions: { resolve: { conditionNames: ["@souvenir/source", "edge-light", "import", "default"] } },
    plugins: [
      {
        name: "program",
        resolveId(id: string) {
          if (id === "virtual:program") return fileURLToPath(new URL("program.ts", import.meta.url));
          // Loaded when a memory in a file is opened, and a file of its own in any bundle that can be split.
          return id.endsWith("/sqlite-store.ts") ? { id: "sqlite-store", external: true } : undefined;
        },
        load: (id: string) => (id.endsWith("program.ts") ? program : undefined),
      },
    ],
  } as Parameters<typeof build>[0]);
  const chunk = bundle?.chunks.find((each) => each.type === "chunk" && each.isEntry);
  code = await readFile(join(folder, chunk!.fileName), "utf8");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

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
