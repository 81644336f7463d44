import type {
  ChatBody,
  ConversationBody,
  EmbeddingsBody,
  ModerationBody,
  WireEntry,
  WireMessage,
  WirePart,
} from "./wire.ts";

/** What any reply can have. */
export interface Timing {
  /** The reply waits for this, so that a test decides when it comes. */
  wait?: Promise<unknown>;
  /** Milliseconds before the reply, for demonstrations of a slow provider. */
  delayMs?: number;
  /** How many requests get this reply. Default 1; `Infinity` for all. */
  times?: number;
}

/** An answer that is not one. */
export interface Fault extends Timing {
  fault: "status" | "hang" | "drop";
  /** For `status`. */
  status?: number;
  headers?: Record<string, string>;
  /** Sent as JSON; a string is sent as HTML. */
  body?: unknown;
}

export interface ScriptedToolCall {
  name: string;
  arguments: Record<string, unknown> | string;
  /** Default: nine letters and digits, different for each call. */
  id?: string;
}

export interface ChatAnswer extends Timing {
  fault?: undefined;
  content?: string | WirePart[] | null;
  toolCalls?: ScriptedToolCall[];
  /** Default `tool_calls` with tool calls, else `stop`. */
  finishReason?: string;
  /**
   * The steps of server-side tools and the answer, in `choices[].messages` instead of `choices[].message`: the
   * assistant with tool calls, `tool` with results, the assistant with the answer. In a stream each is a run of deltas
   * with its `index`; the role stands in the first delta of each.
   */
  messages?: WireMessage[];
  /** What each choice says, when a request wants several; without it they say the same, numbered. */
  choices?: Pick<ChatAnswer, "content" | "toolCalls" | "finishReason" | "messages">[];
  /** In a stream the deltas of several choices or messages take turns. Default: one after the other. */
  interleaved?: boolean;
  /** In a stream the arguments of a tool call come in pieces, as GLM models send them. */
  splitArguments?: boolean;
  /** In a stream the text and the thinking of a list of parts come word by word. Default: each part whole. */
  splitParts?: boolean;
  /** Called before each delta (or event) of a stream, from 0 on; the delta waits for it. See `Gate`. */
  beforeDelta?: (index: number) => Promise<void> | void;
  /** Ends a stream early, after so many deltas: the socket dies, the stream ends cleanly, or a line is not JSON. */
  breakOff?: { afterDeltas: number; how: "die" | "end" | "malformed" };
}

export interface EmbeddingItem {
  object: "embedding";
  index: number;
  embedding?: (number | null)[];
}

export interface EmbeddingsAnswer extends Timing {
  fault?: undefined;
  /** Makes a wrong answer of the right one. */
  change?: (data: EmbeddingItem[]) => EmbeddingItem[];
}

/** What is said of one text. */
export interface ModerationResult {
  categories?: Record<string, boolean>;
  category_scores?: Record<string, number>;
}

export interface ModerationAnswer extends Timing {
  fault?: undefined;
  /** Makes a wrong answer of the right one. */
  change?: (results: ModerationResult[]) => unknown[];
}

/** An answer of a conversation: `content` and `toolCalls` as in chat, or `outputs` entry by entry. */
export interface ConversationAnswer
  extends Omit<ChatAnswer, "messages" | "choices" | "interleaved" | "finishReason" | "splitParts"> {
  /** Takes the place of `content` and `toolCalls`; ids and times are made where an entry has none. */
  outputs?: WireEntry[];
  /** A stream that ends with `conversation.response.error` after so many events; nothing is kept of the answer. */
  errorEvent?: { afterEvents: number; message: string; code: number };
}

/** What a conversation is asked: the body, and the whole of the prompt as chat would have it. */
export interface ConversationAsked {
  action: "start" | "append" | "restart";
  body: ConversationBody;
  messages: WireMessage[];
}

export type ChatReply = ChatAnswer | Fault;
export type ConversationReply = ConversationAnswer | Fault;
export type EmbeddingsReply = EmbeddingsAnswer | Fault;
export type ModerationReply = ModerationAnswer | Fault;

/**
 * Replies in the order in which they are given, or a function that is asked for each request; `undefined` stands for
 * the stand-in's own answer.
 */
export type Script<Reply, Body> =
  | readonly Reply[]
  | ((body: Body) => Reply | undefined | Promise<Reply | undefined>);

/** What becomes of a batch job. */
export interface BatchReply extends Timing {
  /** How it ends. Default `SUCCESS`. */
  status?: "SUCCESS" | "FAILED" | "TIMEOUT_EXCEEDED" | "CANCELLED";
  /** Whether results come with the job when they are asked for, and not in a file only. Default true. */
  inline?: boolean;
}

export interface Scripts {
  /** Of `POST /v1/batch/jobs`; the requests of a job are answered by `chat`. */
  batches?: Script<BatchReply, unknown>;
  /** Of `/v1/chat/completions` and of `/v1/agents/completions`. */
  chat?: Script<ChatReply, ChatBody>;
  conversations?: Script<ConversationReply, ConversationAsked>;
  embeddings?: Script<EmbeddingsReply, EmbeddingsBody>;
  moderations?: Script<ModerationReply, ModerationBody>;
}

/** The replies that wait for one route. */
export class Replies<Reply extends Timing, Body> {
  #queue: { reply: Reply; left: number }[] = [];
  #standing: ((body: Body) => Reply | undefined | Promise<Reply | undefined>) | undefined;

  /** A list joins the queue; a function takes the place of the function before. */
  add(script: Script<Reply, Body>): void {
    if (typeof script === "function") this.#standing = script;
    else this.#queue.push(...script.map((reply) => ({ reply, left: reply.times ?? 1 })));
  }

  clear(): void {
    this.#queue = [];
    this.#standing = undefined;
  }

  async next(body: Body): Promise<Reply | undefined> {
    const first = this.#queue[0];
    if (!first) return await this.#standing?.(body);
    first.left--;
    if (first.left <= 0) this.#queue.shift();
    return first.reply;
  }
}
