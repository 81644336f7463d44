import type {
  DeleteInput,
  RecallInput,
  RecallResult,
  RememberInput,
  Sequenced,
} from "../inputs-and-answers.ts";
import type { OnError } from "./failures.ts";
import type { Placement } from "./placement.ts";
import type { TurnMessage } from "./reading.ts";
import type { Scope, ScopeOptions, StorePolicy } from "./scope.ts";

/** What a conversation needs of a memory; `delete` where conversations begin whose names are known only later. */
export interface ConversationMemory {
  /** What is relevant to a question; see `Memory.recall`. */
  recall(input: RecallInput): Promise<RecallResult>;
  /** Stores what was said; see `Memory.remember`. */
  remember(input: RememberInput): Promise<{ stored: number } & Sequenced>;
  /** Erases memories; see `Memory.delete`. */
  delete?(input: DeleteInput): Promise<{ deleted: number } & Sequenced>;
}

/** How turns are recalled for and kept: the same in each adapter. */
export interface TurnOptions {
  /** Memories in a prompt at most, 1 to 100. Default 8. */
  limit?: number;
  /** Tokens of the recalled block at most. Default 1000. */
  tokenBudget?: number;
  /** `false`: what is pinned does not stand first in the block, whatever is asked. Default `true`. */
  profile?: boolean;
  /**
   * Milliseconds that memory may hold a call up: before the model is asked, and after its last word. Default 2000. When
   * they are over, the call goes on, and what is being stored is stored in the background.
   */
  deadlineMs?: number;
  /** Where the block goes. Default `"user"`: after the words of the turn's user message. */
  placement?: Placement;
  /** Leaves out of a message what nobody said. Default: `withoutControlText`. */
  clean?: (text: string) => string;
  /** `true`: what an answer said before it was broken off is kept, with `truncated` in its metadata. Default `false`. */
  partialAnswers?: boolean;
  /** Told what goes wrong in here; the call itself goes on. Default: the first of each kind is a warning of the process. */
  onError?: OnError;
  /** Told once a turn what was recalled, also when it was nothing. */
  onRecall?: (recalled: Recalled & Scope) => void;
  /** Takes over waiting for what is being stored: `after` of Next.js, `context.waitUntil` of an edge runtime. */
  waitUntil?: (promise: Promise<unknown>) => void;
  /** Milliseconds since 1970. Default `Date.now`. */
  clock?: () => number;
}

/** `Call` is what functions for namespace, thread and memory are given. */
export interface ConversationOptions<Call> extends TurnOptions, ScopeOptions<Call> {
  /** The memory of all calls, the promise of it, or what gives the one of a call. */
  memory:
    | ConversationMemory
    | Promise<ConversationMemory>
    | ((call: Call) => ConversationMemory | Promise<ConversationMemory>);
}

/** What was recalled for a turn. */
export interface Recalled extends RecallResult {
  /** Names the turn; the same in each of its calls. */
  turn: string;
  /** Milliseconds. */
  tookMs: number;
}

/** How a call of the model ended. */
export interface TurnEnd {
  /** What the assistant said, in order; `id` where the provider names messages. Default: nothing. */
  messages?: readonly {
    content?: unknown;
    id?: string | undefined;
    metadata?: Record<string, unknown>;
  }[];
  /**
   * `answered`: the turn is over. `continues`: the model waits for a tool. `failed`: it was broken off, by an error or by
   * the caller, and may be tried again. Default `answered`.
   */
  status?: "answered" | "continues" | "failed";
  /** Whether the answer stopped at a limit of tokens. */
  truncated?: boolean;
  /** Whether the answer is data for a program, which nobody said: it is not kept. */
  structured?: boolean;
  /** What the provider has named the conversation that began with this turn: see `TurnCall.kept`. */
  thread?: string | undefined;
}

/** One call of a model, with memory around it. */
export interface Turn extends Scope {
  /** Names the turn: all steps of a tool loop, and a retry, have the same. */
  readonly id: string;
  /** The user's words that memories were looked for with. */
  readonly question: string;
  readonly recalled: Recalled;
  /** Where the turn's user message is among the messages; -1 when the user says nothing new. */
  readonly index: number;
  /** Names the conversation to a provider that caches prompts, without saying whose it is. */
  readonly promptCacheKey: string;
  /** The messages with what was recalled, in its place. */
  withRecalled<SomeMessage extends TurnMessage>(messages: readonly SomeMessage[]): SomeMessage[];
  /**
   * To be told how the call ended. Settles when that is stored, within the deadline. Never rejects. After `continues` it
   * may be told again, of what was said before and since; that it failed, and whatever comes later, is of no effect.
   */
  end(how?: TurnEnd): Promise<void>;
}

/** Of one call. */
export interface TurnCall<Call> {
  /** What the model is to be sent, or a function that finds out, asked only when the call is made with memory. */
  messages: readonly TurnMessage[] | (() => Promise<readonly TurnMessage[]>);
  /**
   * The provider keeps the conversation. With its `id`, the messages are only what is new in it, possibly no word of the
   * user; without, it begins with this turn, and `TurnEnd.thread` says its name. That is the thread where neither the
   * call nor the options say one; until it is known, the user's words are kept in a thread of their own.
   */
  kept?: { id?: string };
  /** For functions of the options. */
  call: Call;
  /** What came with the call, unchecked: see `CallMemory`. */
  given?: unknown;
  /** What the run says of itself, for `{user_id}` in a namespace. */
  values?: Readonly<Record<string, unknown>>;
  /** Names the turn where the provider keeps the conversation and messages alone do not tell turns apart. */
  turnId?: string;
  /**
   * Names the turn of a call that names no thread: all such calls share one, and what goes on there at once cannot be
   * told apart by what was said before.
   */
  runId?: string;
  signal?: AbortSignal | null | undefined;
}

/** A turn of one conversation, for a program that asks a model itself. */
export interface BeginTurnInput extends TurnOptions {
  /** Whose conversation: the unit of isolation, 1 to 512 UTF-8 bytes. */
  namespace: string;
  /** Default `"default"`. */
  thread?: string;
  /** What the model is to be sent: the conversation up to the user's message, of any provider with role and content. */
  messages: readonly TurnMessage[];
  /** `false`: nothing is recalled. Default `true`. */
  recall?: boolean;
  /** What is kept. Default `"turns"`. */
  store?: StorePolicy;
  /** Names the turn, where the messages alone do not tell it from another. */
  turnId?: string;
  /** Ends the call, which rejects with the reason of it. Default: none. */
  signal?: AbortSignal;
}
