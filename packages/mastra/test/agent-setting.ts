import { Agent, type AgentConfig } from "@mastra/core/agent";
import { noopLogger } from "@mastra/core/logger";
import { createMemory, type Memory } from "@souvenir/core";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { type ChatBody, textOf } from "@souvenir/test/mistral-stand-in/wire";
import { SouvenirMemory, type SouvenirMemoryOptions } from "../src/index.ts";
import { mistralEmbedderAt } from "./stand-in-embedder.ts";

export const fence = "<souvenir-memories>";

export interface Failure {
  error: unknown;
  stage: string;
}

/** Mastra's own agent and router model over HTTP, against the stand-in, with a memory that embeds there too. */
export interface AgentSetting {
  standIn: MistralStandIn;
  core: Memory;
  memory: SouvenirMemory;
  agent: Agent;
  errors: Failure[];
  model: { id: `mistral/${string}`; url: string; apiKey: string };
  /** One turn with `generate`; the answer. */
  say(thread: string, text: string, options?: { resource?: string; memory?: object }): Promise<string>;
  /** The turns of a thread in the index, as "role: text". */
  indexed(thread: string, resource?: string): Promise<string[]>;
  bodies(): ChatBody[];
  /** What the last chat request says beside the history: its system text, and the user's last words. */
  told(): string;
  close(): Promise<void>;
}

export const ada = "ada@example.com";

export async function openAgentSetting(
  options: Partial<SouvenirMemoryOptions> & {
    agent?: Omit<Partial<AgentConfig>, "model">;
    core?: Memory;
  } = {},
): Promise<AgentSetting> {
  const { agent: agentOptions, core: given, ...memoryOptions } = options;
  const standIn = await startMistralStandIn();
  const errors: Failure[] = [];
  const core = given ?? (await createMemory({ path: ":memory:", embedder: mistralEmbedderAt(standIn.url) }));
  const memory = new SouvenirMemory({
    memory: core,
    // So that a busy machine changes nothing; those about the deadline have their own.
    deadlineMs: 120_000,
    onError: (error, { stage }) => errors.push({ error, stage }),
    ...memoryOptions,
  });
  const model = { id: "mistral/mistral-small-latest", url: `${standIn.url}/v1`, apiKey: "key" } as const;
  const agent = new Agent({
    id: "assistant",
    name: "assistant",
    instructions: "Answer in one sentence.",
    model,
    memory,
    ...agentOptions,
  } as AgentConfig);
  // Failures that tests bring about fill the output.
  agent.__setLogger(noopLogger);
  const bodies = () => standIn.chatRequests().map(({ body }) => body);
  return {
    standIn,
    core,
    memory,
    agent,
    errors,
    model,
    async say(thread, text, { resource = ada, memory: callOptions } = {}) {
      const scope = { thread, resource, ...(callOptions === undefined ? {} : { options: callOptions }) };
      return (await agent.generate(text, { memory: scope })).text;
    },
    async indexed(thread, resource = ada) {
      const { records } = await core.list({ namespace: resource, thread, limit: 1_000 });
      return records.map(({ role, value }) => `${role}: ${value}`);
    },
    bodies,
    told() {
      const messages = bodies().at(-1)?.messages ?? [];
      const last = messages.findLastIndex(({ role }) => role === "user");
      return messages
        .filter(({ role }, index) => role === "system" || index === last)
        .map(({ content }) => textOf(content))
        .join("\n");
    },
    async close() {
      await memory.settled();
      await memory.close();
      await core.close();
      await standIn.close();
    },
  };
}
