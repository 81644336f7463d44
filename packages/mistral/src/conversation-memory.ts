import {
  checkOptions,
  type Memory,
  type Message,
  namesOf,
  questionOf,
  type SearchHit,
  SouvenirError,
} from "@souvenir/core";
import { type Outcome, wantsJson } from "./answer.ts";
import { type MistralChatRequest, readTurn, type Turn, textOf, turnKey, withBlock } from "./turn.ts";

/** What is kept of a conversation: the user's and the assistant's words, the user's only, or nothing. */
export type StorePolicy = "turns" | "user" | false;

/** A value, or a function that finds it for each call, for example in an `AsyncLocalStorage`. */
export type PerCall<Value> =
  | Value
  | ((request: MistralChatRequest) => Value | undefined | Promise<Value | undefined>);

export interface WithMemoryOptions {
  memory: Pick<Memory, "recall" | "remember">;
  /** Whose memory: a user, a tenant, an agent. A call without one is made without memory, and `onError` is told. */
  namespace?: PerCall<string>;
  /** The conversation that turns belong to. Default `"default"`. */
  thread?: PerCall<string>;
  /** Memories in a prompt at most, 1 to 100. Default 8. */
  limit?: number;
  /** Tokens of the recalled block at most, estimated. Default 1000. */
  tokenBudget?: number;
  /**
   * Milliseconds that recall may hold a call up. Default 2000; three quarters of it are for embedding the query. When
   * they are over, the call goes on without memory.
   */
  deadlineMs?: number;
  /**
   * Where the block goes: at the head of the turn's user message, which leaves the prompt's cached beginning as it is
   * and gives recalled text no authority, or into the leading system message. Default `"user"`.
   */
  placement?: "user" | "system";
  /** Default `"turns"`. */
  store?: StorePolicy;
  /** Told what goes wrong in here. The call itself goes on. */
  onError?: (error: unknown, event: { stage: "scope" | "recall" | "store"; namespace?: string }) => void;
  /** Told once a turn what was recalled. `text` is what the model is given, `""` for nothing. */
  onRecall?: (event: {
    namespace: string;
    thread: string;
    text: string;
    memories: SearchHit[];
    tookMs: number;
  }) => void;
  /** Milliseconds since 1970. Default `Date.now`. */
  clock?: () => number;
}

/** For one call: `client.chat.complete(request, { souvenir: { namespace: "ada" } })`. */
export interface CallMemory {
  namespace?: string;
  thread?: string;
  /** `false`: no memories in this prompt. */
  recall?: boolean;
  /** `false`: nothing of this call is kept. */
  store?: StorePolicy;
}

const callNames = namesOf<CallMemory>({ namespace: true, thread: true, recall: true, store: true });

/** One call of the model, with memory around it. */
export interface RememberedCall<Request> {
  /** What to send. */
  request: Request;
  /** To be told once how it ended. Never rejects. */
  finish(outcome: Outcome): Promise<void>;
}

interface Scope {
  namespace: string;
  thread: string;
}

/** A turn that is not over: the block that all its steps share, and whether it waits for a tool. */
interface OpenTurn extends Scope {
  turn: Turn;
  openedAt: number;
  block?: Promise<string>;
  /** Set while a tool works: the policy to keep the user's words by, should no answer ever come. */
  held: StorePolicy;
}

const openTurnsKept = 1_000;
const openTurnMs = 10 * 60_000;

/** Recalls once and stores once for each turn of the conversations that pass through one client. */
export class ConversationMemory {
  readonly #options: WithMemoryOptions;
  readonly #clock: () => number;
  /** By namespace, thread and turn; the oldest first. */
  readonly #open = new Map<string, OpenTurn>();

  constructor(options: WithMemoryOptions) {
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
  }

  /** What to send instead of `request`. Never rejects: without memory the request goes on as it is. */
  async begin<Request extends MistralChatRequest>(
    request: Request,
    call: CallMemory = {},
    signal?: AbortSignal | null,
  ): Promise<RememberedCall<Request>> {
    const untouched = { request, finish: async () => {} };
    try {
      checkOptions(call, "souvenir", callNames);
      const policy = call.store ?? this.#options.store ?? "turns";
      if (call.recall === false && policy === false) return untouched;
      const turn = await readTurn(request.messages);
      if (!turn) return untouched;
      const scope = await this.#scope(request, call);
      if (!scope) return untouched;
      const open = this.#openTurn(scope, turn);
      await this.#storeAbandoned(open, request);
      const block = call.recall === false ? "" : await unlessAborted(this.#block(open, request), signal);
      return {
        request: block ? withBlock(request, turn, block, this.#options.placement ?? "user") : request,
        finish: (outcome) => this.#finish(open, wantsJson(request) ? spokenPart(outcome) : outcome, policy),
      };
    } catch (error) {
      this.#failed(error, "scope");
      return untouched;
    }
  }

  async #scope(request: MistralChatRequest, call: CallMemory): Promise<Scope | undefined> {
    const namespace = call.namespace ?? (await resolve(this.#options.namespace, request));
    if (typeof namespace !== "string" || namespace === "") {
      const message =
        "a call without a namespace is made without memory: pass withMemory(client, { namespace }) or { souvenir: { namespace } } with the call, or { souvenir: { recall: false, store: false } } when that is meant";
      this.#failed(new SouvenirError("INVALID_INPUT", message), "scope");
      return undefined;
    }
    return { namespace, thread: call.thread ?? (await resolve(this.#options.thread, request)) ?? "default" };
  }

  #openTurn(scope: Scope, turn: Turn): OpenTurn {
    const now = this.#clock();
    for (const [key, { openedAt }] of this.#open) {
      if (this.#open.size <= openTurnsKept && now - openedAt < openTurnMs) break;
      this.#open.delete(key);
    }
    const key = keyOf(scope, turn.key);
    const known = this.#open.get(key);
    if (known) return known;
    const open: OpenTurn = { ...scope, turn, openedAt: now, held: false };
    this.#open.set(key, open);
    return open;
  }

  /** The block of the turn: asked for once, the same for all its steps, `""` when recall fails. */
  #block(open: OpenTurn, request: MistralChatRequest): Promise<string> {
    open.block ??= this.#recall(open, request);
    return open.block;
  }

  async #recall({ namespace, thread, turn }: OpenTurn, { messages }: MistralChatRequest): Promise<string> {
    const { memory, limit, tokenBudget, deadlineMs = 2_000, onRecall } = this.#options;
    const start = performance.now();
    const deadline = AbortSignal.timeout(deadlineMs);
    try {
      const recalled = memory.recall({
        namespace,
        thread,
        query: questionOf(turn.text),
        exclude: { texts: messages.map(({ content }) => textOf(content)).filter((text) => text !== "") },
        deadlineMs: Math.ceil(deadlineMs * 0.75),
        signal: deadline,
        ...(limit === undefined ? {} : { limit }),
        ...(tokenBudget === undefined ? {} : { tokenBudget }),
      });
      const { text, memories } = await rejectOnAbort(recalled, deadline);
      onRecall?.({ namespace, thread, text, memories, tookMs: performance.now() - start });
      return text;
    } catch (error) {
      this.#failed(error, "recall", namespace);
      return "";
    }
  }

  async #finish(open: OpenTurn, outcome: Outcome, policy: StorePolicy): Promise<void> {
    if (outcome.kind === "continues") {
      open.held = policy;
      return;
    }
    open.held = false;
    // A turn without an answer is kept open: the caller may try again.
    if (outcome.kind === "answered") this.#open.delete(keyOf(open, open.turn.key));
    if (policy === false) return;
    if (policy === "user" || outcome.kind === "unanswered" || outcome.text === "")
      return await this.#store(open);
    const { text: content, truncated } = outcome;
    await this.#store(open, {
      role: "assistant",
      content,
      ...(truncated ? { metadata: { truncated } } : {}),
    });
  }

  /** Keeps the user's words of turns that ended with a tool call and that this conversation has left behind. */
  async #storeAbandoned(current: OpenTurn, { messages }: MistralChatRequest): Promise<void> {
    for (const [key, other] of this.#open) {
      const sameConversation = other.namespace === current.namespace && other.thread === current.thread;
      if (other === current || other.held === false || !sameConversation) continue;
      if (other.turn.index >= current.turn.index) continue;
      if ((await turnKey(messages, other.turn.index)) !== other.turn.key) continue;
      this.#open.delete(key);
      await this.#store(other);
    }
  }

  async #store({ namespace, thread, turn }: OpenTurn, ...answer: Message[]): Promise<void> {
    try {
      await this.#options.memory.remember({
        namespace,
        thread,
        messages: [{ role: "user", content: turn.text }, ...answer],
        // Without a history the same words may be another turn: core tells those apart by what the thread says.
        ...(turn.first ? {} : { turnId: turn.key }),
      });
    } catch (error) {
      this.#failed(error, "store", namespace);
    }
  }

  #failed(error: unknown, stage: "scope" | "recall" | "store", namespace?: string): void {
    try {
      this.#options.onError?.(error, { stage, ...(namespace === undefined ? {} : { namespace }) });
    } catch {
      // A listener that throws must not cost the user an answer.
    }
  }
}

function keyOf({ namespace, thread }: Scope, turnKey: string): string {
  return JSON.stringify([namespace, thread, turnKey]);
}

function resolve<Value>(
  given: PerCall<Value> | undefined,
  request: MistralChatRequest,
): Value | undefined | Promise<Value | undefined> {
  return typeof given === "function"
    ? (given as (request: MistralChatRequest) => Value | undefined)(request)
    : given;
}

/** Of an answer in JSON nothing is kept as speech. */
function spokenPart(outcome: Outcome): Outcome {
  return outcome.kind === "answered" ? { kind: "answered", text: "", truncated: false } : outcome;
}

/** `""` at once when the caller aborts: the client then rejects by itself. */
function unlessAborted(block: Promise<string>, signal: AbortSignal | null | undefined): Promise<string> {
  return signal ? rejectOnAbort(block, signal).catch(() => "") : block;
}

function rejectOnAbort<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
