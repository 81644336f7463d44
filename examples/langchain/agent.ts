// An agent that knows the user in a new thread: `createAgent` with the memory middleware.
import { HumanMessage } from "@langchain/core/messages";
import { ChatMistralAI } from "@langchain/mistralai";
import { createMemory } from "@souvenir/core";
import { memoryMiddleware } from "@souvenir/langchain/middleware";
import { mistralEndpoint } from "@souvenir/test/mistral-stand-in/endpoint";
import { createAgent } from "langchain";

const { serverURL, apiKey, isStandIn, close } = await mistralEndpoint();
const memory = await createMemory({ path: process.argv[2] ?? "agent.db" });
const agent = createAgent({
  model: new ChatMistralAI({ model: "mistral-small-latest", apiKey, serverURL }),
  systemPrompt: "You are a helpful assistant. Answer in one sentence.",
  middleware: [memoryMiddleware({ memory, onError: (error) => console.error(error) })],
});

async function say(thread: string, text: string): Promise<void> {
  console.log(`\n[${thread}] ${text}`);
  const stream = await agent.stream(
    { messages: [new HumanMessage(text)] },
    {
      context: { userId: "ada@example.com" },
      configurable: { thread_id: thread },
      streamMode: ["custom", "messages"],
    },
  );
  for await (const [mode, chunk] of stream) {
    if (mode === "custom") console.log(`  (${(chunk as { text: string }).text})`);
    else process.stdout.write(chunk[0].text);
  }
  console.log(isStandIn ? " (stand-in, not a model)" : "");
}

await say("monday", "I am vegetarian, and I am allergic to hazelnuts.");
await say("monday", "On Friday my sister Léa comes for dinner.");
// Another thread, without a message of the first.
await say("thursday", "What am I allergic to?");
await memory.close();
await close();
