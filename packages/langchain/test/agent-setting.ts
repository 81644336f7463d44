import { ChatMistralAI } from "@langchain/mistralai";
import { createMemory, type Memory, type RecallInput, type RememberInput } from "@souvenir/core";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { type ChatBody, textOf } from "@souvenir/test/mistral-stand-in/wire";
import { type MemoryMiddlewareOptions, memoryMiddleware } from "../src/middleware.ts";

export const fence = "<souvenir-memories>";

/** A stand-in over HTTP, the real model class, and a real memory that counts its calls. */
export interface AgentSetting {
  standIn: MistralStandIn;
  model: ChatMistralAI;
  memory: Memory;
  recalls: RecallInput[];
  stores: RememberInput[];
  errors: { error: unknown; stage: string }[];
  middleware(options?: MemoryMiddlewareOptions): ReturnType<typeof memoryMiddleware>;
  /** Gives a namespace this memory among a dozen that have nothing to do with it. */
  knows(namespace: string, fact: string): Promise<unknown>;
  /** The turns of a thread, as "role: text". */
  thread(namespace: string, thread?: string): Promise<string[]>;
  bodies(): ChatBody[];
  /** The last user message of each chat request so far. */
  questions(): string[];
  close(): Promise<void>;
}

const unrelated = [
  "The train to Lyon leaves at nine.",
  "Grandmother turns eighty next spring.",
  "Bicycle tyres need more air every month.",
  "Tuesday evenings are for choir practice.",
  "Both cats sleep under the piano.",
  "Our neighbour repairs old clocks.",
  "Swimming lessons start again after Easter.",
  "Onions make everybody cry except Paul.",
  "Night shifts end with a long breakfast.",
  "Every window got new curtains.",
  "Chess club moved upstairs.",
  "Snow fell on the first day of school.",
];

export async function openAgentSetting(): Promise<AgentSetting> {
  const standIn = await startMistralStandIn();
  const memory = await createMemory({ path: ":memory:", embedder: false });
  const model = new ChatMistralAI({ apiKey: "key", serverURL: standIn.url, maxRetries: 0 });
  const recalls: RecallInput[] = [];
  const stores: RememberInput[] = [];
  const errors: AgentSetting["errors"] = [];
  const counted = new Proxy(memory, {
    get(target, name) {
      if (name === "recall")
        return (input: RecallInput) => {
          recalls.push(input);
          return target.recall(input);
        };
      if (name === "remember")
        return (input: RememberInput) => {
          stores.push(input);
          return target.remember(input);
        };
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const bodies = () => standIn.chatRequests().map(({ body }) => body);
  return {
    standIn,
    model,
    memory,
    recalls,
    stores,
    errors,
    middleware: (options = {}) =>
      memoryMiddleware({
        memory: counted,
        // So that a busy machine changes nothing; those about the deadline have their own.
        deadlineMs: 120_000,
        onError: (error, { stage }) => errors.push({ error, stage }),
        ...options,
      }),
    knows: (namespace, fact) =>
      memory.setMany([...unrelated, fact].map((value) => ({ namespace, value, role: "user" }))),
    async thread(namespace, thread = "default") {
      const { records } = await memory.list({ namespace, thread, limit: 1_000 });
      return records.map(({ role, value }) => `${role}: ${value}`);
    },
    bodies,
    questions: () =>
      bodies().map(({ messages }) => textOf(messages.findLast(({ role }) => role === "user")?.content)),
    async close() {
      await memory.close();
      await standIn.close();
    },
  };
}
