import { type Memory, type Message, questionOf, type RecallResult, SouvenirError } from "@souvenir/core";
import {
  type AnyMessage,
  digest,
  keyOfBeginning,
  readTurn,
  type Turn,
  textOf,
  withBlock,
} from "./messages.ts";
import type { Outcome } from "./outcome.ts";
import type { ResolvedCall, Scope, StorePolicy } from "./scope.ts";

export interface MemoryEvent {
  stage: "scope" | "recall" | "store";
  namespace?: string;
}

export interface TurnMemoryOptions {
  memory: Pick<Memory, "recall" | "remember">;
  /** Memories in a prompt at most, 1 to 100. Default 8. */
  limit?: number;
  /** Tokens of the recalled block at most, estimated. Default 1000. */
  tokenBudget?: number;
  /**
   * Milliseconds that memory may hold a call up: recall before the model is asked, storing after its last word. Default
   * 2000. When they are over, the call goes on without memories, and storing goes on in the background.
   */
  deadlineMs?: number;
  /**
   * Where the block goes: a text part at the head of the turn's user message, which leaves the prompt's cached
   * beginning as it is and gives recalled text no authority, or into the leading system message. Default `"user"`.
   */
  placement?: "user" | "system";
  /** Told what goes wrong in here. The call itself goes on. */
  onError?: (error: unknown, event: MemoryEvent) => void;
  /** Takes over waiting for what is being stored: `after` of Next.js, `context.waitUntil` of an edge runtime. */
  waitUntil?: (promise: Promise<unknown>) => void;
  /** Milliseconds since 1970. Default `Date.now`. */
  clock?: () => number;
}

/** What was recalled for a turn. */
export interface Recalled extends RecallResult {
  /** Milliseconds. */
  tookMs: number;
}

/** One call of the model, with memory around it. */
export interface RememberedCall {
  turn: Turn;
  recalled: Recalled;
  /** To be told once how it ended. Settles when that is stored, within the deadline. Never rejects. */
  finish(outcome: Outcome): Promise<void>;
}

/** A turn, from its first call until its conversation goes on. */
interface OpenTurn extends Scope {
  turn: Turn;
  usedAt: number;
  recalled?: Promise<Recalled>;
  store: StorePolicy;
  /** `open`: an answer may still come. `kept`: the user's words are stored, an answer may still come. */
  state: "open" | "kept" | "answered";
  /** The last answer, that a new one is not to be told of. */
  answer?: string;
  /** The name under which it is stored, once it is. */
  turnId?: string;
  /** Writes of one turn follow one another. */
  writes: Promise<void>;
}

const turnsKept = 1_000;
const turnMs = 10 * 60_000;
/** The SDK tries a failed call again within this time. */
const retryMs = 60_000;
const nothing: Recalled = { text: "", memories: [], tookMs: 0 };

/** Recalls once and stores once for each turn of the conversations that pass through. */
export class TurnMemory {
  readonly #options: TurnMemoryOptions;
  readonly #clock: () => number;
  /** By namespace, thread and turn; the longest unused first. */
  readonly #turns = new Map<string, OpenTurn>();
  readonly #writes = new Set<Promise<void>>();

  /** @throws SouvenirError `INVALID_INPUT` */
  constructor(options: TurnMemoryOptions) {
    checkOptions(options);
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
  }

  /** `undefined` when there is no user message. */
  async begin(
    messages: readonly AnyMessage[],
    { recall, store, ...scope }: ResolvedCall,
    signal?: AbortSignal,
  ): Promise<RememberedCall | undefined> {
    const turn = await readTurn(messages);
    if (!turn) return undefined;
    const open = this.#open(scope, turn, store);
    await this.#settleOthers(open, messages);
    if (recall) open.recalled ??= this.recall(scope, messages, turn, open.answer);
    // Whoever aborts is not kept waiting: the model's own rejection is what the caller gets to see.
    const recalled = recall && open.recalled ? await unlessAborted(open.recalled, signal) : nothing;
    return { turn, recalled, finish: (outcome) => this.#finish(open, outcome) };
  }

  /** The messages as they go to the model. */
  withRecalled<SomeMessage extends AnyMessage>(
    messages: readonly SomeMessage[],
    turn: Turn,
    { text }: RecallResult,
  ): SomeMessage[] {
    return withBlock(messages, turn, text, this.#options.placement ?? "user");
  }

  /** What matters for a turn, nothing when memory fails or is too slow. */
  async recall(
    { namespace, thread }: Scope,
    messages: readonly AnyMessage[],
    turn: Turn,
    earlierAnswer?: string,
  ): Promise<Recalled> {
    if (turn.text.trim() === "") return nothing;
    const { memory, limit, tokenBudget, deadlineMs = 2_000 } = this.#options;
    const start = performance.now();
    try {
      const deadline = AbortSignal.timeout(deadlineMs);
      const texts = messages.map(({ content }) => textOf(content));
      const recalled = memory.recall({
        namespace,
        thread,
        query: questionOf(turn.text),
        // An answer that the caller asks to have again is not told to the model as a memory.
        exclude: { texts: [...texts, earlierAnswer ?? ""].filter((text) => text !== "") },
        deadlineMs: Math.ceil(deadlineMs * 0.75),
        signal: deadline,
        ...(limit === undefined ? {} : { limit }),
        ...(tokenBudget === undefined ? {} : { tokenBudget }),
      });
      const { text, memories } = await rejectOnAbort(recalled, deadline);
      return { text, memories, tookMs: performance.now() - start };
    } catch (error) {
      this.report(error, { stage: "recall", namespace });
      return nothing;
    }
  }

  /** Stores the user's words of turns that are still open, and waits for all that is being stored. */
  async flush(scope?: Partial<Scope>): Promise<void> {
    for (const open of this.#turns.values()) {
      if (scope?.namespace !== undefined && scope.namespace !== open.namespace) continue;
      if (scope?.thread !== undefined && scope.thread !== open.thread) continue;
      if (open.state === "open") void this.#keep(open);
    }
    while (this.#writes.size > 0) await Promise.all(this.#writes);
  }

  report(error: unknown, event: MemoryEvent): void {
    try {
      this.#options.onError?.(error, event);
    } catch {
      // A listener that throws must not cost the user an answer.
    }
  }

  #open(scope: Scope, turn: Turn, store: StorePolicy): OpenTurn {
    const now = this.#clock();
    for (const [key, open] of this.#turns) {
      if (this.#turns.size <= turnsKept && now - open.usedAt < turnMs) break;
      this.#turns.delete(key);
      if (open.state === "open") void this.#keep(open);
    }
    // A call on the side (a title, a classification) that keeps nothing must not end the turn that it looks at.
    const key = JSON.stringify([scope.namespace, scope.thread, turn.key, store === false]);
    const known = this.#turns.get(key);
    const open: OpenTurn = known ?? {
      ...scope,
      turn,
      usedAt: now,
      store,
      state: "open",
      writes: Promise.resolve(),
    };
    // The same words once more, after their answer or long after a failure: what is known now counts.
    if (open.state === "answered" || (turn.last && now - open.usedAt > retryMs)) delete open.recalled;
    if (open.state !== "kept") open.state = "open";
    open.usedAt = now;
    this.#turns.delete(key);
    this.#turns.set(key, open);
    return open;
  }

  /**
   * The conversation goes on: what was answered is done with, and a turn that the history shows without our having seen
   * its end (a tool call was its last word, or a failure) is kept as far as it got.
   */
  async #settleOthers(current: OpenTurn, messages: readonly AnyMessage[]): Promise<void> {
    for (const [key, other] of this.#turns) {
      if (other === current || other.namespace !== current.namespace || other.thread !== current.thread)
        continue;
      if (other.state !== "answered") {
        if (other.turn.length >= current.turn.length) continue;
        if ((await keyOfBeginning(messages, other.turn.length)) !== other.turn.key) continue;
        if (other.state === "open") void this.#keep(other);
      }
      this.#turns.delete(key);
    }
  }

  async #finish(open: OpenTurn, outcome: Outcome): Promise<void> {
    if (outcome.kind === "continues") return;
    // Kept already: a second attempt failed too.
    if (outcome.kind === "unanswered")
      return open.state === "kept" ? undefined : await this.#awaited(this.#keep(open));
    const { text: content, truncated } = outcome;
    open.state = "answered";
    const metadata = truncated ? { metadata: { truncated } } : {};
    const write = this.#store(open, content === "" ? undefined : { role: "assistant", content, ...metadata });
    const recalled = await open.recalled;
    // An answer that is a memory word for word does not take that memory's place the next time.
    open.answer = recalled?.memories.some(({ value }) => value.trim() === content.trim()) ? "" : content;
    await this.#awaited(write);
  }

  #keep(open: OpenTurn): Promise<void> {
    open.state = "kept";
    return this.#store(open);
  }

  #store(open: OpenTurn, answer?: Message): Promise<void> {
    const { store } = open;
    const write = open.writes.then(() => this.#write(open, store, answer));
    open.writes = write;
    this.#writes.add(write);
    return write.finally(() => this.#writes.delete(write));
  }

  async #write(open: OpenTurn, store: StorePolicy, answer: Message | undefined): Promise<void> {
    if (store === false) return;
    const { namespace, thread, turn } = open;
    try {
      const said: Message[] = turn.text.trim() === "" ? [] : [{ role: "user", content: turn.text }];
      if (answer && store !== "user") said.push(answer);
      const messages = typeof store === "function" ? await store(said, { namespace, thread }) : said;
      if (messages.every(({ content }) => !content)) return;
      // Without a history the same words may be another turn, unless the answer is the same too.
      open.turnId ??= turn.first && answer ? await digest([turn.key, answer.content]) : turn.key;
      await this.#options.memory.remember({ namespace, thread, messages, turnId: open.turnId });
    } catch (error) {
      this.report(error, { stage: "store", namespace });
    }
  }

  /** Holds the call up until the write is done, for no longer than the deadline; or leaves that to `waitUntil`. */
  async #awaited(write: Promise<void>): Promise<void> {
    const { waitUntil, deadlineMs = 2_000 } = this.#options;
    if (waitUntil) {
      try {
        return waitUntil(write);
      } catch (error) {
        this.report(error, { stage: "store" });
      }
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([write, late]);
    clearTimeout(timer);
  }
}

/** What is wrong for good is said at once, and not to `onError` with each call. */
function checkOptions({ memory, placement = "user", deadlineMs = 2_000 }: TurnMemoryOptions): void {
  if (typeof memory?.recall !== "function" || typeof memory.remember !== "function")
    throw new SouvenirError(
      "INVALID_INPUT",
      "memory must be a Memory: pass { memory: await createMemory() }",
    );
  if (placement !== "user" && placement !== "system")
    throw new SouvenirError("INVALID_INPUT", 'placement must be "user" or "system"', {
      details: { placement },
    });
  // The longest time of a timer.
  if (!(deadlineMs >= 0 && deadlineMs < 2 ** 31))
    throw new SouvenirError("INVALID_INPUT", "deadlineMs must be milliseconds, 0 or more", {
      details: { deadlineMs },
    });
}

function unlessAborted(recalled: Promise<Recalled>, signal: AbortSignal | undefined): Promise<Recalled> {
  return signal ? rejectOnAbort(recalled, signal).catch(() => nothing) : recalled;
}

function rejectOnAbort<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
