// The memory behind Mastra's own server: the routes that Studio and the clients use.
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Agent } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import { type HonoBindings, type HonoVariables, MastraServer } from "@mastra/hono";
import { SouvenirMemory } from "@souvenir/mastra";
import { mistralEndpoint } from "@souvenir/test/mistral-stand-in/endpoint";
import { Hono } from "hono";

const { serverURL, apiKey, close } = await mistralEndpoint();
const memory = new SouvenirMemory({ path: process.argv[2] ?? "server.db", embedder: false });
const assistant = new Agent({
  id: "assistant",
  name: "assistant",
  instructions: "Answer in one sentence.",
  model: { id: "mistral/mistral-small-latest", url: `${serverURL}/v1`, apiKey },
  memory,
});
const mastra = new Mastra({ agents: { assistant }, logger: false });
const app = new Hono<{ Bindings: HonoBindings; Variables: HonoVariables }>();
await new MastraServer({ app, mastra }).init();
const server = serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 0), hostname: "127.0.0.1" });
await new Promise<void>((resolve) => server.once("listening", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;

async function call<Answer>(path: string, body?: object): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(
    url + path,
    body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) },
  );
  return (await response.json()) as Answer;
}

const turn = (thread: string, content: string) => ({
  messages: [{ role: "user", content }],
  memory: { thread, resource: "ada" },
});
await call("/agents/assistant/generate", turn("monday", "The boiler was serviced by Ms Rousseau."));
const { text } = await call<{ text: string }>(
  "/agents/assistant/generate",
  turn("friday", "Who serviced the boiler?"),
);
console.log(text);

const { threads } = await call<{ threads: { id: string }[] }>(
  "/memory/threads?agentId=assistant&resourceId=ada",
);
console.log(
  "threads:",
  threads
    .map(({ id }) => id)
    .sort()
    .join(", "),
);
const { results } = await call<{ results: { content: string; threadId: string }[] }>(
  "/memory/search?agentId=assistant&resourceId=ada&searchQuery=boiler",
);
for (const { threadId, content } of results) console.log(`found in ${threadId}: ${content}`);

await new Promise((resolve) => server.close(resolve));
await memory.close();
await close();
