// A classic ConversationChain: its buffer is kept, and from then on it remembers across conversations.
import { ConversationChain } from "@langchain/classic/chains";
import { BufferMemory } from "@langchain/classic/memory";
import { ChatPromptTemplate, MessagesPlaceholder } from "@langchain/core/prompts";
import { ChatMistralAI } from "@langchain/mistralai";
import { createMemory } from "@souvenir/core";
import { SouvenirChatMessageHistory, SouvenirMemory } from "@souvenir/langchain";
import { mistralEndpoint } from "@souvenir/test/mistral-stand-in/endpoint";

const { serverURL, apiKey, isStandIn, close } = await mistralEndpoint();
const llm = new ChatMistralAI({ model: "mistral-small-latest", apiKey, serverURL });
const prompt = ChatPromptTemplate.fromMessages([
  ["system", "You are a helpful assistant. Answer in one sentence."],
  new MessagesPlaceholder("history"),
  ["human", "{input}"],
]);

// Before: a memory that ends with the process.
const buffer = new BufferMemory({ memoryKey: "history", returnMessages: true });
const before = new ConversationChain({ llm, prompt, memory: buffer });
await before.invoke({ input: "Our fiscal year ends on 30 June." });
await before.invoke({ input: "The auditor is Mrs Okafor." });

// The messages so far, as a conversation of the user.
const memory = await createMemory({ path: process.argv[2] ?? "migrated.db" });
const namespace = "ada@example.com";
const history = new SouvenirChatMessageHistory({ memory, namespace, sessionId: "old" });
await history.addMessages(await buffer.chatHistory.getMessages());
console.log(`${(await history.getMessages()).length} messages kept`);

// After: another line at the place of the buffer. This conversation is new, and knows the old one.
const after = new ConversationChain({
  llm,
  prompt,
  memory: new SouvenirMemory({ memory, namespace, sessionId: "new", returnMessages: true }),
});
for (const input of ["Who is the auditor?", "When does our fiscal year end?"]) {
  const { response } = await after.invoke({ input });
  console.log(`\n? ${input}\n${response}${isStandIn ? " (stand-in, not a model)" : ""}`);
}
await memory.close();
await close();
