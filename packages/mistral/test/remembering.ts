import { Mistral } from "@mistralai/mistralai";
import {
  type ConversationMemory,
  createMemory,
  type Memory,
  type RecallInput,
  type RememberInput,
} from "@souvenir/core";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import type { ChatBody } from "@souvenir/test/mistral-stand-in/wire";
import { type WithMemory, type WithMemoryOptions, withMemory } from "../src/index.ts";

export const model = "mistral-small-latest";
export function user(content: string): { role: "user"; content: string } {
  return { role: "user", content };
}
export function assistant(content: string): { role: "assistant"; content: string } {
  return { role: "assistant", content };
}
export function system(content: string): { role: "system"; content: string } {
  return { role: "system", content };
}
export const fence = "<souvenir-memories>";

/** A stand-in, a real memory that counts its calls, and clients of both. */
export interface Setting {
  standIn: MistralStandIn;
  memory: Memory;
  /** Calls that the memory got, in order. */
  recalls: RecallInput[];
  stores: RememberInput[];
  /** What `onError` was told. */
  errors: { error: unknown; stage: string }[];
  plain: Mistral;
  withMemory(options?: Partial<WithMemoryOptions>): WithMemory<Mistral>;
  /** Gives a namespace this memory among a dozen that have nothing to do with it. */
  knows(namespace: string, fact: string): Promise<unknown>;
  /** The turns of a thread, as "role: text". */
  thread(namespace: string, thread?: string): Promise<string[]>;
  /** The bodies of the chat requests so far. */
  bodies(): ChatBody[];
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

export async function openSetting(): Promise<Setting> {
  const standIn = await startMistralStandIn();
  const memory = await createMemory({ path: ":memory:", embedder: false });
  const plain = new Mistral({ apiKey: "key", serverURL: standIn.url });
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
    delete: (input) => memory.delete(input),
  };
  return {
    standIn,
    memory,
    recalls,
    stores,
    errors,
    plain,
    withMemory: (options = {}) =>
      withMemory(plain, {
        // So that a busy machine changes nothing; those about the deadline have their own.
        deadlineMs: 120_000,
        memory: counted,
        namespace: "ada",
        onError: (error, { stage }) => errors.push({ error, stage }),
        ...options,
      }),
    knows: (namespace, fact) =>
      memory.setMany([...unrelated, fact].map((value) => ({ namespace, value, role: "user" }))),
    async thread(namespace, thread = "default") {
      const { records } = await memory.list({ namespace, thread, limit: 1_000 });
      return records.map(({ role, value }) => `${role}: ${value}`);
    },
    bodies: () => standIn.chatRequests().map(({ body }) => body),
    async close() {
      await memory.close();
      await standIn.close();
    },
  };
}
