// A chat that remembers between runs: node --conditions=@souvenir/source examples/ai-sdk/chat.ts [file] [user]
import { createInterface } from "node:readline";
import { createMistral } from "@ai-sdk/mistral";
import { withMemory } from "@souvenir/ai-sdk";
import { createMemory } from "@souvenir/core";
import { mistralEndpoint } from "@souvenir/test/mistral-stand-in/endpoint";
import { type ModelMessage, streamText } from "ai";

const [path = ".souvenir/chat.db", user = "me"] = process.argv.slice(2);
const endpoint = await mistralEndpoint();
const mistral = createMistral({ apiKey: endpoint.apiKey, baseURL: `${endpoint.serverURL}/v1` });
const memory = await createMemory({ path });
const model = withMemory(mistral("mistral-large-latest"), {
  memory,
  namespace: user,
  thread: new Date().toISOString(),
  onError: (error, { stage }) => console.error(`memory, ${stage}:`, error),
});

if (endpoint.isStandIn) console.log("No MISTRAL_API_KEY: a local stand-in answers instead of a model.");
const messages: ModelMessage[] = [];
process.stdout.write("> ");
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== "") {
    messages.push({ role: "user", content: line });
    const result = streamText({ model, messages, onError: ({ error }) => console.error(error) });
    for await (const text of result.textStream) process.stdout.write(text);
    messages.push(...(await result.responseMessages));
    process.stdout.write("\n");
  }
  process.stdout.write("> ");
}
process.stdout.write("\n");
await model.flush();
await memory.close();
await endpoint.close();
