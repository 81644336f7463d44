// An agent that decides itself what to remember: node --conditions=@souvenir/source examples/ai-sdk/agent.ts "…" "…"
import { createInterface } from "node:readline/promises";
import { createMistral } from "@ai-sdk/mistral";
import { memoryTools } from "@souvenir/ai-sdk";
import { createMemory } from "@souvenir/core";
import { mistralEndpoint } from "@souvenir/test/mistral-stand-in/endpoint";
import { type ModelMessage, ToolLoopAgent } from "ai";

const asked = process.argv.slice(2);
const requests =
  asked.length > 0 ? asked : ["Remember that my bakery opens at 6:30.", "When does my bakery open?"];
const endpoint = await mistralEndpoint();
const mistral = createMistral({ apiKey: endpoint.apiKey, baseURL: `${endpoint.serverURL}/v1` });
const memory = await createMemory({ path: process.env.SOUVENIR_PATH ?? ".souvenir/agent.db" });

const agent = new ToolLoopAgent({
  model: mistral("mistral-large-latest"),
  instructions: "Remember what matters with your tools, and look there before you say that you do not know.",
  // The scope is ours: nothing that the model writes changes whose memory it is.
  tools: memoryTools({ memory, namespace: "camille" }),
});

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`  ${question} [y/N] `);
  terminal.close();
  return answer.trim().toLowerCase() === "y";
}

/** One request, with the user's approval where a tool needs it. */
async function run(prompt: string): Promise<string> {
  const messages: ModelMessage[] = [{ role: "user", content: prompt }];
  for (;;) {
    const { text, content, steps, responseMessages } = await agent.generate({ messages });
    for (const { toolName, output } of steps.flatMap(({ toolResults }) => toolResults))
      console.log(`  ${toolName} → ${JSON.stringify(output)}`);
    const waiting = content.filter((part) => part.type === "tool-approval-request");
    if (waiting.length === 0) return text;
    messages.push(...responseMessages);
    for (const { approvalId, toolCall } of waiting) {
      const approved = await ask(`${toolCall.toolName} ${JSON.stringify(toolCall.input)}?`);
      messages.push({ role: "tool", content: [{ type: "tool-approval-response", approvalId, approved }] });
    }
  }
}

if (endpoint.isStandIn) console.log("No MISTRAL_API_KEY: a local stand-in answers instead of a model.");
for (const request of requests) console.log(`> ${request}\n${await run(request)}`);
await memory.close();
await endpoint.close();
