import type { ChatBody, EmbeddingsBody, WirePart } from "./wire.ts";

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
  /** Called before each delta of a stream, from 0 on; the delta waits for it. */
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

export type ChatReply = ChatAnswer | Fault;
export type EmbeddingsReply = EmbeddingsAnswer | Fault;

/**
 * Replies in the order in which they are given, or a function that is asked for each request; `undefined` stands for
 * the stand-in's own answer.
 */
export type Script<Reply, Body> =
  | readonly Reply[]
  | ((body: Body) => Reply | undefined | Promise<Reply | undefined>);

export interface Scripts {
  chat?: Script<ChatReply, ChatBody>;
  embeddings?: Script<EmbeddingsReply, EmbeddingsBody>;
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
