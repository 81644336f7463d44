// Two users of one agent who never meet, and one of them who is forgotten.
import { Agent } from "@mastra/core/agent";
import { SouvenirMemory } from "@souvenir/mastra";
import { mistralEndpoint } from "@souvenir/test/mistral-stand-in/endpoint";

const { serverURL, apiKey, isStandIn, close } = await mistralEndpoint();
const memory = new SouvenirMemory({ path: process.argv[2] ?? "two-resources.db", embedder: false });
const agent = new Agent({
  id: "assistant",
  name: "assistant",
  instructions: "Answer in one sentence, from what you were told.",
  model: { id: "mistral/mistral-small-latest", url: `${serverURL}/v1`, apiKey },
  memory,
});

async function say(resource: string, thread: string, text: string): Promise<void> {
  const { text: answer } = await agent.generate(text, { memory: { thread, resource } });
  console.log(`${resource}: ${text}\n  ${answer}${isStandIn ? " (stand-in, not a model)" : ""}`);
}

await say("ada", "ada-1", "My cat is called Minou.");
await say("bob", "bob-1", "My cat is called Felix.");
await say("ada", "ada-2", "What is my cat called?");
await say("bob", "bob-2", "What is my cat called?");

const { threads, messages } = await memory.forget("bob");
console.log(`bob is forgotten: ${threads} threads, ${messages} messages`);
await say("bob", "bob-3", "What is my cat called?");
await say("ada", "ada-3", "What is my cat called?");
await memory.close();
await close();
