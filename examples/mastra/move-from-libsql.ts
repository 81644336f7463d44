// A memory of @mastra/memory and @mastra/libsql moves into one file of Souvenir, with its threads and ids.
import { Agent } from "@mastra/core/agent";
import { LibSQLStore } from "@mastra/libsql";
import { Memory } from "@mastra/memory";
import { importFromLibsql, SouvenirMemory, SouvenirStorage } from "@souvenir/mastra";
import { mistralEndpoint } from "@souvenir/test/mistral-stand-in/endpoint";

const { serverURL, apiKey, isStandIn, close } = await mistralEndpoint();
const path = process.argv[2] ?? "moved.db";
const old = `file:${path}.libsql`;
const resource = "ada";
const agentWith = (memory: Memory): Agent =>
  new Agent({
    id: "assistant",
    name: "assistant",
    instructions: "Answer in one sentence.",
    model: { id: "mistral/mistral-small-latest", url: `${serverURL}/v1`, apiKey },
    memory,
  });

// What there was.
const workingMemory = { enabled: true, template: "- **Name**: ", agentManaged: false };
const libsql = new LibSQLStore({ id: "old", url: old });
const before = new Memory({ storage: libsql, options: { workingMemory } });
for (const text of ["My sister lives in Porto.", "My brother lives in Oslo."])
  await agentWith(before).generate(text, { memory: { thread: "family", resource } });
await before.updateWorkingMemory({
  threadId: "family",
  resourceId: resource,
  workingMemory: "- **Name**: Ada",
});
await libsql.close();

// The move. It may be broken off and called again.
const storage = new SouvenirStorage({ path });
const moved = await importFromLibsql({
  from: old,
  to: storage,
  onProgress: ({ done, total }) => console.log(`${done} of ${total} rows`),
});
const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
console.log(
  `moved ${plural(moved.threads, "thread")}, ${plural(moved.messages, "message")}, ${plural(moved.resources, "resource")}`,
);
const after = new SouvenirMemory({ path, storage, embedder: false, options: { workingMemory } });
const { messages } = await after.reindex();
console.log(`${messages} of ${moved.messages} messages indexed`);

const question = "Where does my sister live?";
const { text } = await agentWith(after).generate(question, { memory: { thread: "new", resource } });
console.log(`${question}\n  ${text}${isStandIn ? " (stand-in, not a model)" : ""}`);
console.log(`working memory: ${await after.getWorkingMemory({ threadId: "new", resourceId: resource })}`);
await after.close();
await storage.close();
await close();
