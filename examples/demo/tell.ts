// The first process: an agent that is told things, until it is killed. tell.ts FILE
import { setTimeout as wait } from "node:timers/promises";
import { Mistral } from "@mistralai/mistralai";
import { createMemory } from "@souvenir/core";
import { withMemory } from "@souvenir/mistral";
import { mistralEndpoint } from "@souvenir/test/mistral-stand-in/endpoint";
import { earlierDays, today } from "./scenario.ts";

const [path] = process.argv.slice(2) as [string];
const { serverURL, apiKey } = await mistralEndpoint();
const memory = await createMemory({ path });
const namespace = "camille";

const dayMs = 24 * 60 * 60 * 1000;
for (const { daysAgo, user, assistant } of earlierDays) {
  const createdAt = new Date(Date.now() - daysAgo * dayMs);
  await memory.remember({
    namespace,
    thread: `day-${daysAgo}`,
    messages: [
      { role: "user", content: user, createdAt },
      { role: "assistant", content: assistant, createdAt },
    ],
  });
}

const mistral = withMemory(new Mistral({ serverURL, apiKey }), { memory, namespace, thread: "today" });
for (const content of today) {
  await mistral.chat.complete({ model: "mistral-small-latest", messages: [{ role: "user", content }] });
  process.stdout.write(`${content}\n`);
}
// Nothing is closed or flushed: what was said is on disk already.
process.stdout.write("DONE\n");
await wait(60_000);
