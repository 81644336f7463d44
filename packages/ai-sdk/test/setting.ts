import { createMistral } from "@ai-sdk/mistral";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import {
  type ConversationMemory,
  createMemory,
  type Memory,
  type RecallInput,
  type RememberInput,
} from "@souvenir/core";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { type ChatBody, textOf } from "@souvenir/test/mistral-stand-in/wire";
import { jsonSchema, type Tool, tool } from "ai";
import { type MemoryControls, type MemoryMiddlewareOptions, withMemory } from "../src/index.ts";

export const fence = "<souvenir-memories>";

/** A stand-in, a real memory that counts its calls, and models of both. */
export interface Setting {
  standIn: MistralStandIn;
  memory: Memory;
  /** The same memory, counted. */
  counted: ConversationMemory;
  /** Calls that the memory got, in order. */
  recalls: RecallInput[];
  stores: RememberInput[];
  /** What `onError` was told. */
  errors: { error: unknown; stage: string }[];
  plain: LanguageModelV4;
  /** Another model of the same provider. */
  other: LanguageModelV4;
  withMemory(options?: Partial<MemoryMiddlewareOptions>): LanguageModelV4 & MemoryControls;
  /** The turns of a thread, as "role: text". */
  thread(namespace?: string, thread?: string): Promise<string[]>;
  /** The bodies of the chat requests so far. */
  bodies(): ChatBody[];
  /** The text of the last user message of each request so far. */
  prompts(): string[];
  close(): Promise<void>;
}

export async function openSetting(): Promise<Setting> {
  const standIn = await startMistralStandIn();
  const memory = await createMemory({ path: ":memory:", embedder: false });
  const mistral = createMistral({ apiKey: "key", baseURL: `${standIn.url}/v1` });
  const plain = mistral("mistral-large-latest");
  const recalls: RecallInput[] = [];
  const stores: RememberInput[] = [];
  const errors: Setting["errors"] = [];
  const counted: ConversationMemory = {
    recall(input) {
      recalls.push(input);
      return memory.recall(input);
    },
    remember(input) {
      stores.push(input);
      return memory.remember(input);
    },
  };
  const bodies = () => standIn.chatRequests().map(({ body }) => body);
  return {
    standIn,
    memory,
    counted,
    recalls,
    stores,
    errors,
    plain,
    other: mistral("mistral-small-latest"),
    withMemory: (options = {}) =>
      withMemory(plain, {
        memory: counted,
        namespace: "ada",
        // So that a busy machine changes nothing; those about the deadline have their own.
        deadlineMs: 120_000,
        onError: (error, { stage }) => errors.push({ error, stage }),
        ...options,
      }),
    async thread(namespace = "ada", thread = "default") {
      const { records } = await memory.list({ namespace, thread, limit: 1_000 });
      return records.map(({ role, value }) => `${role}: ${value}`);
    },
    bodies,
    prompts: () =>
      bodies().map(({ messages }) => textOf(messages.findLast(({ role }) => role === "user")?.content)),
    async close() {
      await memory.close();
      await standIn.close();
    },
  };
}

/** Tools that the SDK runs, and one that it leaves to the client. */
export const tools: {
  weather: Tool<{ city?: string }, string>;
  location: Tool<Record<string, never>, string>;
} = {
  weather: tool({
    description: "The weather in a city",
    inputSchema: jsonSchema<{ city?: string }>({ type: "object", properties: { city: { type: "string" } } }),
    execute: async () => "12 degrees",
  }),
  location: tool({
    description: "Where the user is, as the browser knows it",
    inputSchema: jsonSchema<Record<string, never>>({ type: "object", properties: {} }),
    outputSchema: jsonSchema<string>({ type: "string" }),
  }),
};

/** A model's answer that calls these tools. */
export function calls(...names: (keyof typeof tools)[]): {
  toolCalls: { name: string; arguments: Record<string, unknown> }[];
} {
  return { toolCalls: names.map((name) => ({ name, arguments: {} })) };
}
