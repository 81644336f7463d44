// Every adapter works against a server: `connectMemory()` has the interface of `createMemory()`.
import { Mistral } from "@mistralai/mistralai";
import { withMemory } from "@souvenir/mistral";
import { connectMemory } from "@souvenir/server/client";
import { mistralEndpoint } from "@souvenir/test/mistral-stand-in/endpoint";

const { SOUVENIR_URL: url = "http://127.0.0.1:7077", SOUVENIR_KEY: key } = process.env;
const { serverURL, apiKey, isStandIn, close } = await mistralEndpoint();
const memory = connectMemory({ url, ...(key === undefined ? {} : { key }) });
const client = withMemory(new Mistral({ apiKey, serverURL }), {
  memory,
  namespace: "ada@example.com",
  onError: (error) => console.error(String(error)), // a model answers without its memory, and somebody has to know
});

async function say(thread: string, content: string): Promise<void> {
  const { choices } = await client.chat.complete(
    { model: "mistral-small-latest", messages: [{ role: "user", content }] },
    { souvenir: { thread } },
  );
  const note = isStandIn ? " (stand-in, not a model)" : "";
  console.log(`[${thread}] ${content}\n${choices[0]?.message?.content}${note}\n`);
}

await say("monday", "I am vegetarian, and I am allergic to hazelnuts.");
await say("thursday", "What am I allergic to?"); // another conversation, without a message of the first
await memory.close();
await close();
