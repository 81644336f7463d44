import { type MemorySetting, openMemorySetting } from "../memory-setting.ts";
import type { ScriptedToolCall } from "../mistral-stand-in/reply.ts";
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

export { fence, looking, storing } from "../memory-setting.ts";

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
export interface AdapterSetting extends MemorySetting {
  /** An agent with memory. Options are added to those of the suite, `memory: undefined` makes it one without. */
  agent(given?: SettingGiven): Promise<Agent>;
}

/** One promise of an adapter. */
export type AdapterSpec = (setting: AdapterSetting) => Promise<void>;

export async function openSetting(driver: AdapterDriver): Promise<AdapterSetting> {
  const base = await openMemorySetting();
  const agents: Agent[] = [];
  return {
    ...base,
    async agent({ options, ...given } = {}) {
      const { url } = base.standIn;
      const all = { url, memory: base.counted, options: { ...base.options, ...options }, ...given };
      const agent = await driver.make(all);
      agents.push(agent);
      return agent;
    },
    thread({ namespace = "ada", thread = "default" } = ada) {
      return base.thread({ namespace, thread: driver.threadIn?.({ namespace, thread }) ?? thread });
    },
    async close() {
      for (const agent of agents) await agent.close?.();
      await base.close();
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
