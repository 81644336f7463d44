// Talks to an agent until it is killed. Says on standard output which turns were acknowledged.
import { Agent } from "@mastra/core/agent";
import { SouvenirMemory } from "../../src/index.ts";

const [, , path = "", url = "", round = "0"] = process.argv;
const agent = new Agent({
  id: "talker",
  name: "talker",
  instructions: "",
  model: { id: "mistral/mistral-small-latest", url, apiKey: "key" },
  memory: new SouvenirMemory({ path, embedder: false }),
});
process.stdout.write("ready\n");
for (let turn = 0; ; turn += 1) {
  const name = `r${round}t${turn}`;
  await agent.generate(`The code of ${name} is kept.`, {
    memory: { thread: `thread-${turn % 3}`, resource: "ada" },
  });
  process.stdout.write(`${name}\n`);
}
