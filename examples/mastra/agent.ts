// An agent that keeps a profile of its user, and knows in a new thread what was said in another.
import { Agent } from "@mastra/core/agent";
import { ModelRouterEmbeddingModel } from "@mastra/core/llm";
import { SouvenirMemory } from "@souvenir/mastra";
import { mistralEndpoint } from "@souvenir/test/mistral-stand-in/endpoint";

const { serverURL, apiKey, isStandIn, close } = await mistralEndpoint();
const provider = { url: `${serverURL}/v1`, apiKey };

const memory = new SouvenirMemory({
  path: process.argv[2] ?? "agent.db",
  // With MISTRAL_API_KEY set, and Mistral's own server, this is the default.
  embedder: new ModelRouterEmbeddingModel({ id: "mistral/mistral-embed", ...provider }),
  options: { workingMemory: { enabled: true, template: "# User\n- **Name**: \n- **Allergies**: " } },
  mergeWorkingMemory: true,
  onRecall: ({ memories }) => console.log(`  (recalled ${memories.length} messages)`),
});
const agent = new Agent({
  id: "assistant",
  name: "assistant",
  instructions: "You are a helpful assistant. Answer in one sentence.",
  model: { id: "mistral/mistral-small-latest", ...provider },
  memory,
});

async function say(thread: string, text: string): Promise<void> {
  console.log(`\n[${thread}] ${text}`);
  const stream = await agent.stream(text, { memory: { thread, resource: "ada@example.com" } });
  for await (const part of stream.textStream) process.stdout.write(part);
  console.log(isStandIn ? " (stand-in, not a model)" : "");
}

await say("monday", "I am Ada, vegetarian, and I am allergic to hazelnuts.");
await say("monday", "On Friday my sister Léa comes for dinner.");
// Another thread, without a message of the first.
await say("thursday", "Who comes for dinner on Friday?");

const [best] = memory.lastRecall()?.memories ?? [];
console.log(`\nFound by: ${JSON.stringify(best?.reasons)}, score ${best?.score?.toFixed(2)}`);
const profile = await memory.getWorkingMemory({ threadId: "thursday", resourceId: "ada@example.com" });
console.log(`Working memory:\n${profile}`);
await memory.settled();
await memory.close();
await close();
