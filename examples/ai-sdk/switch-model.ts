// One memory, three models: node --conditions=@souvenir/source examples/ai-sdk/switch-model.ts
// OTHER_BASE_URL, OTHER_API_KEY and OTHER_MODEL name another provider; else its part is played by Mistral's endpoint,
// through a provider that knows nothing of Mistral.
import { createMistral } from "@ai-sdk/mistral";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { memoryMiddleware } from "@souvenir/ai-sdk";
import { createMemory } from "@souvenir/core";
import { mistralEndpoint } from "@souvenir/test/mistral-stand-in/endpoint";
import { generateText, wrapLanguageModel } from "ai";

const { OTHER_BASE_URL, OTHER_API_KEY, OTHER_MODEL = "mistral-small-latest" } = process.env;
const endpoint = await mistralEndpoint();
const mistral = createMistral({ apiKey: endpoint.apiKey, baseURL: `${endpoint.serverURL}/v1` });
const other = createOpenAICompatible({
  name: "other",
  baseURL: OTHER_BASE_URL ?? `${endpoint.serverURL}/v1`,
  apiKey: OTHER_API_KEY ?? endpoint.apiKey,
});
const memory = await createMemory({ path: process.env.SOUVENIR_PATH ?? ":memory:" });
const middleware = memoryMiddleware({ memory, namespace: "camille" });

const conversations = [
  { model: mistral("mistral-large-latest"), prompt: "My web shop runs on Rust, Axum and PostgreSQL." },
  { model: mistral("ministral-8b-latest"), prompt: "What database does my web shop run on?" },
  { model: other(OTHER_MODEL), prompt: "And which framework does my web shop run on?" },
];

if (endpoint.isStandIn) console.log("No MISTRAL_API_KEY: a local stand-in answers instead of a model.");
for (const [index, { model, prompt }] of conversations.entries()) {
  const { text } = await generateText({
    model: wrapLanguageModel({ model, middleware }),
    prompt,
    providerOptions: { souvenir: { thread: `conversation ${index}` } },
  });
  console.log(`${model.provider} ${model.modelId}\n> ${prompt}\n${text}\n`);
}
await memory.close();
await endpoint.close();
