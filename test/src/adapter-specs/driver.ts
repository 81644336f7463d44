import type { Memory } from "@souvenir/core";

/**
 * What an adapter is to the suite: its framework's real client with the adapter around it, made over a stand-in and a
 * memory. A driver translates and decides nothing: where a row can be kept by the driver alone, the row proves nothing.
 */
export interface AdapterDriver {
  /**
   * An agent as an application of the framework has it, without retries of its own. Throws, or rejects with, what the
   * adapter says of wrong options.
   */
  make(given: AgentGiven): Agent | Promise<Agent>;
  /**
   * The name in the memory of the thread that a row calls so, where a framework's threads are not each user's own but one
   * list for all. Default: as it is called.
   */
  threadIn?(scope: { namespace: string; thread: string }): string;
}

export interface AgentGiven {
  /** Origin of the stand-in, without `/v1`. */
  url: string;
  /** What the adapter is given as memory. Absent: the framework alone, to compare with. */
  memory?: Memory | undefined;
  /**
   * Options of the adapter, by the names that all adapters share (`namespace`, `thread`, `recall`, `store`, `limit`,
   * `tokenBudget`, `deadlineMs`, `placement`, `clean`, `partialAnswers`, `onError`, `onRecall`, `clock`), and wrong ones:
   * they reach the adapter as they are.
   */
  options: Readonly<Record<string, unknown>>;
  /** The system message. */
  instructions?: string | undefined;
  /** Tools that the framework runs by itself, or the driver in a loop where the framework does not. */
  tools?: readonly SuiteTool[] | undefined;
  /** What the framework's own logger warns of, for adapters that tell their failures there when nobody listens. */
  onWarning?: ((message: string) => void) | undefined;
  /** `true`: the adapter's tools with which a model remembers and recalls, beside the others. */
  memoryTools?: boolean | undefined;
}

export interface SuiteTool {
  name: string;
  description: string;
  /** JSON schema of an object. */
  parameters: Record<string, unknown>;
  run(input: Record<string, unknown>): string | Promise<string>;
}

export interface Agent {
  /**
   * One request of the application: the conversation as it has it by now, whose last message is the user's. Where the
   * framework keeps the conversation itself, the driver makes its thread that one (adds what is new, takes away what was
   * edited) and sends the rest. Rejects with the model's error.
   */
  ask(request: AgentRequest): Promise<AgentAnswer>;
  /** The same as a stream: pieces of the text as they arrive. Throws the model's error; leaving the loop ends the request. */
  stream(request: AgentRequest): AsyncIterable<string>;
  /** Waits until what is being stored is stored: the adapter's `flush` or `settled`, with its bound where it has one. */
  settled(timeoutMs?: number): Promise<unknown>;
  close?(): Promise<void>;
}

export interface AgentRequest {
  messages: readonly SuiteMessage[];
  /**
   * Whose memory and which conversation (`namespace`, `thread`), and what else a call may say of its memory (`recall`,
   * `store`), in the way of the framework: `souvenir` of the call, a run's context, resource and thread. Wrong names and
   * values reach the adapter as they are.
   */
  scope: Readonly<Record<string, unknown>>;
  /** What the run says of itself, for templates such as `{user_id}`. */
  values?: Readonly<Record<string, unknown>>;
  signal?: AbortSignal;
  /** The answer is JSON of this schema (structured output). */
  schema?: Record<string, unknown>;
  /** The caller's own key for the provider's prompt cache. */
  promptCacheKey?: string;
  /** So many choices are asked for. */
  choices?: number;
}

export type SuiteMessage =
  | { role: "user" | "assistant"; content: string | readonly SuitePart[] }
  | { role: "system"; content: string };

export type SuitePart =
  | { type: "text"; text: string }
  | { type: "thinking"; text: string }
  /** A picture as bytes, of type `image/png`. */
  | { type: "image"; bytes: Uint8Array<ArrayBuffer> }
  /** A document at an address. */
  | { type: "document"; url: string };

export interface AgentAnswer {
  /** What the assistant says in the end. */
  text: string;
  /** Of structured output. */
  data?: unknown;
  /** What was recalled, as the framework's own metadata of the answer tells it; absent where it has no place for that. */
  recalled?: readonly { key: string; text: string; score: number; date: string }[] | undefined;
}
