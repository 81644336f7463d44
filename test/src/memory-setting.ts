import {
  createMemory,
  type Memory,
  type RecallInput,
  type RememberInput,
  type SetInput,
} from "@souvenir/core";
import { type MistralStandIn, startMistralStandIn } from "./mistral-stand-in/stand-in.ts";
import { type ChatBody, textOf } from "./mistral-stand-in/wire.ts";

/** The tag that begins what was recalled, in a prompt. */
export const fence = "<souvenir-memories>";

/** A stand-in over HTTP, and a real memory that counts the calls of what is put over both. */
export interface MemorySetting {
  standIn: MistralStandIn;
  /** The memory itself. */
  memory: Memory;
  /** The same memory, counted: what is tested is given this one. */
  counted: Memory;
  /** Calls of `recall`, or of `search`, that the memory got, in order. */
  recalls: RecallInput[];
  /** Calls of `remember`. */
  stores: RememberInput[];
  /** Lists that were given to `setMany`. */
  lists: SetInput[][];
  /** What `onError` was told. */
  errors: { error: unknown; stage: string }[];
  /** Options for what is tested: a deadline that a busy machine does not miss, and a listener that fills `errors`. */
  options: { deadlineMs: number; onError(error: unknown, event: { stage: string }): void };
  /** The memory with other methods in the place of its own. */
  memoryWith(methods: Partial<Memory>): Memory;
  /** Gives a namespace this memory among a dozen that have nothing to do with it. */
  knows(fact: string, namespace?: string): Promise<unknown>;
  /** The turns of a thread, as "role: text". */
  thread(scope?: { namespace?: string; thread?: string }): Promise<string[]>;
  /** The bodies of the chat requests so far. */
  bodies(): ChatBody[];
  /** The text of the last user message of each chat request so far. */
  questions(): string[];
  /** The texts that were sent in system messages of the last request. */
  system(): string;
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

/** What looks memories up, replaced by one function: an adapter may use either. */
export function looking(how: (input: never) => unknown): Partial<Memory> {
  return { recall: how, search: how } as Partial<Memory>;
}

/** What stores what was said, replaced likewise. */
export function storing(how: (input: never) => unknown): Partial<Memory> {
  return { remember: how, setMany: how } as Partial<Memory>;
}

/** @param given - Another memory than one in memory without vectors. */
export async function openMemorySetting(given?: Memory): Promise<MemorySetting> {
  const standIn = await startMistralStandIn();
  const memory = given ?? (await createMemory({ path: ":memory:", embedder: false }));
  const recalls: MemorySetting["recalls"] = [];
  const stores: MemorySetting["stores"] = [];
  const lists: MemorySetting["lists"] = [];
  const errors: MemorySetting["errors"] = [];
  const memoryWith = (methods: Partial<Memory>): Memory =>
    new Proxy(memory, {
      get(target, name) {
        const value: unknown = Object.hasOwn(methods, name)
          ? Reflect.get(methods, name)
          : Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  const bodies = () => standIn.chatRequests().map(({ body }) => body);
  return {
    standIn,
    memory,
    counted: memoryWith({
      recall(input) {
        recalls.push(input);
        return memory.recall(input);
      },
      search(input) {
        recalls.push(input as RecallInput);
        return memory.search(input);
      },
      remember(input) {
        stores.push(input);
        return memory.remember(input);
      },
      setMany(inputs, options) {
        const list = [...(inputs as Iterable<SetInput>)];
        lists.push(list);
        return memory.setMany(list, options);
      },
    }),
    recalls,
    stores,
    lists,
    errors,
    options: {
      deadlineMs: 120_000,
      onError: (error, { stage }) => void errors.push({ error, stage }),
    },
    memoryWith,
    knows: (fact, namespace = "ada") =>
      memory.setMany([...unrelated, fact].map((value) => ({ namespace, value, role: "user" }))),
    async thread({ namespace = "ada", thread = "default" } = {}) {
      const { records } = await memory.list({ namespace, thread, limit: 1_000 });
      return records.map(({ role, value }) => `${role}: ${value}`);
    },
    bodies,
    questions: () =>
      bodies().map(({ messages }) => textOf(messages.findLast(({ role }) => role === "user")?.content)),
    system: () =>
      (bodies().at(-1)?.messages ?? [])
        .filter(({ role }) => role === "system")
        .map(({ content }) => textOf(content))
        .join("\n"),
    async close() {
      await memory.close();
      await standIn.close();
    },
  };
}
