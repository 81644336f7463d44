import { createMemory, type Memory, type RecallInput, type RememberInput } from "@souvenir/core";
import type { ScriptedToolCall } from "../mistral-stand-in/reply.ts";
import { type MistralStandIn, startMistralStandIn } from "../mistral-stand-in/stand-in.ts";
import { type ChatBody, textOf } from "../mistral-stand-in/wire.ts";
import type {
  AdapterDriver,
  Agent,
  AgentAnswer,
  AgentGiven,
  AgentRequest,
  SuiteMessage,
  SuitePart,
  SuiteTool,
} from "./driver.ts";

export const fence = "<souvenir-memories>";
/** Whose memory and which conversation, where a row does not care. */
export const ada = { namespace: "ada", thread: "monday" } as const;

export const fact = "My sister Zoé studies chemistry in Kraków.";
export const question = "What does my sister study in Kraków?";
export const weather: SuiteTool = {
  name: "weather",
  description: "The weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } } },
  run: () => "Twelve degrees.",
};
/** What the stand-in is scripted to call. */
export function call(id = "abcDEF123"): ScriptedToolCall {
  return { name: "weather", arguments: { city: "Brest" }, id };
}
/** What the stand-in is scripted to say, one after the other. */
export function answers(...texts: string[]): { content: string }[] {
  return texts.map((content) => ({ content }));
}
export type SettingGiven = Partial<Omit<AgentGiven, "url">>;

/** A stand-in, a real memory that counts its calls, and agents of one adapter over both. A row has its own. */
export interface AdapterSetting {
  standIn: MistralStandIn;
  /** The memory itself; what agents are given counts its calls. */
  memory: Memory;
  /** Calls that the memory got from the adapter, in order. */
  recalls: RecallInput[];
  stores: RememberInput[];
  /** What `onError` was told. */
  errors: { error: unknown; stage: string }[];
  /** An agent with memory. Options are added to those of the suite, `memory: undefined` makes it one without. */
  agent(given?: SettingGiven): Promise<Agent>;
  /** The memory with other methods in the place of its own. */
  memoryWith(methods: Partial<Memory>): Memory;
  /** Gives a namespace this memory among a dozen that have nothing to do with it. */
  knows(fact: string, namespace?: string): Promise<unknown>;
  /** The turns of a thread, as "role: text". */
  thread(scope?: { namespace: string; thread: string }): Promise<string[]>;
  /** The bodies of the chat requests so far. */
  bodies(): ChatBody[];
  /** The text of the last user message of each chat request so far. */
  questions(): string[];
  /** The texts that were sent in system messages of the last request. */
  system(): string;
  close(): Promise<void>;
}

/** One promise of an adapter. */
export type AdapterSpec = (setting: AdapterSetting) => Promise<void>;

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

export async function openSetting(driver: AdapterDriver): Promise<AdapterSetting> {
  const standIn = await startMistralStandIn();
  const memory = await createMemory({ path: ":memory:", embedder: false });
  const recalls: RecallInput[] = [];
  const stores: RememberInput[] = [];
  const errors: AdapterSetting["errors"] = [];
  const agents: Agent[] = [];
  const memoryWith = (methods: Partial<Memory>): Memory =>
    new Proxy(memory, {
      get(target, name) {
        const value: unknown = Object.hasOwn(methods, name)
          ? Reflect.get(methods, name)
          : Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  const counted = memoryWith({
    recall(input) {
      recalls.push(input);
      return memory.recall(input);
    },
    remember(input) {
      stores.push(input);
      return memory.remember(input);
    },
  });
  const bodies = () => standIn.chatRequests().map(({ body }) => body);
  return {
    standIn,
    memory,
    recalls,
    stores,
    errors,
    memoryWith,
    async agent({ options, ...given } = {}) {
      const agent = await driver.make({
        url: standIn.url,
        memory: counted,
        options: {
          // So that a busy machine changes nothing; rows about the deadline have their own.
          deadlineMs: 120_000,
          onError: (error: unknown, { stage }: { stage: string }) => errors.push({ error, stage }),
          ...options,
        },
        ...given,
      });
      agents.push(agent);
      return agent;
    },
    knows: (fact, namespace = ada.namespace) =>
      memory.setMany([...unrelated, fact].map((value) => ({ namespace, value, role: "user" }))),
    async thread({ namespace, thread } = ada) {
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
      for (const agent of agents) await agent.close?.();
      await memory.close();
      await standIn.close();
    },
  };
}

export function user(content: string | readonly SuitePart[]): SuiteMessage {
  return { role: "user", content };
}

export function assistant(content: string): SuiteMessage {
  return { role: "assistant", content };
}

/** A conversation as an application keeps it: what each has said so far. */
export class Talk {
  readonly messages: SuiteMessage[];
  readonly #agent: Agent;
  readonly #request: Omit<AgentRequest, "messages">;

  constructor(
    agent: Agent,
    request: Partial<Omit<AgentRequest, "messages">> = {},
    messages: SuiteMessage[] = [],
  ) {
    this.#agent = agent;
    this.#request = { scope: ada, ...request };
    this.messages = messages;
  }

  async say(content: Parameters<typeof user>[0]): Promise<AgentAnswer> {
    this.messages.push(user(content));
    return this.answer();
  }

  /** Asks for an answer to the messages as they are. */
  async answer(): Promise<AgentAnswer> {
    const answer = await this.#agent.ask({ ...this.#request, messages: this.messages });
    this.messages.push(assistant(answer.text));
    await this.#agent.settled();
    return answer;
  }
}

/** All of a stream, and what is stored after it. */
export async function streamed(agent: Agent, request: AgentRequest): Promise<string> {
  let text = "";
  for await (const piece of agent.stream(request)) text += piece;
  await agent.settled();
  return text;
}

/** One request, and what is stored after it. */
export async function asked(
  agent: Agent,
  request: Partial<AgentRequest> & Pick<AgentRequest, "messages">,
): Promise<AgentAnswer> {
  const answer = await agent.ask({ scope: ada, ...request });
  await agent.settled();
  return answer;
}
