import { questionOf } from "../long-text.ts";
import { namesOf } from "../names-of.ts";
import { turnOptions } from "../option-names.ts";
import type { Message, RecallResult } from "../types.ts";
import { checkFlag, checkInteger, checkObject, checkOptions, invalid } from "../validation.ts";
import { digest, textOf } from "./content.ts";
import { withoutControlText } from "./control-text.ts";
import { Failures, type TurnFailure } from "./failures.ts";
import { inTime } from "./in-time.ts";
import { withBlock } from "./placement.ts";
import { type Reading, readTurn, type TurnMessage } from "./reading.ts";
import { checkScopeOptions, type ResolvedCall, resolveCall, type Scope } from "./scope.ts";
import type { ConversationMemory, ConversationOptions, Recalled, Turn, TurnCall, TurnEnd } from "./turn.ts";

/** The names of `ConversationOptions`, for `checkOptions`. */
export const conversationOptionNames: readonly (keyof ConversationOptions<unknown>)[] = namesOf<
  ConversationOptions<unknown>
>({
  memory: true,
  namespace: true,
  thread: true,
  recall: true,
  store: true,
  ...turnOptions,
});

/** Turns whose recall is kept while they go on, in calls and in milliseconds since the last. */
const turnsKept = 1_000;
const turnMs = 10 * 60_000;

/** Stands for the name of a conversation that the provider has not named yet; is never stored. */
const unnamed = "(not named yet)";
/** Of a call in which the user says nothing: results of tools, for a conversation that the provider keeps. */
const silent: Reading = { id: "", index: -1, before: [], said: [], question: "", visible: [] };

interface OpenTurn {
  recalled: Promise<Recalled>;
  usedAt: number;
  /** Memory took longer than a call of the turn may wait. */
  late?: boolean;
}

/** Of each memory, the turns that go on: all who wrap a model for one call share them. The longest unused first. */
const openTurns = new WeakMap<object, Map<string, OpenTurn>>();

/**
 * Recalls once and stores once for each turn of the conversations that pass through. A turn is one thing that the user
 * says, with all calls of the model that it takes to answer it. What it knows is in the memory: the user's words are
 * stored before the model is asked, and each call completes them by what it adds.
 */
export class Conversation<Call = undefined> {
  readonly #options: ConversationOptions<Call>;
  readonly #failures: Failures;
  readonly #writes = new Set<Promise<unknown>>();

  /** @throws SouvenirError `INVALID_INPUT` */
  constructor(options: ConversationOptions<Call>) {
    checkConversation(options);
    this.#options = options;
    this.#failures = new Failures(options.onError);
  }

  /**
   * Stores what the user said and recalls what matters for it. `undefined` when the call goes on without memory: nobody
   * said anything, it wants none, or its scope is wrong, of which `onError` is told. Never rejects.
   */
  async begin(input: TurnCall<Call>): Promise<Turn | undefined> {
    let resolved: ResolvedCall | undefined;
    let reading: Reading | undefined;
    try {
      resolved = await this.#resolved(input);
      if (resolved === undefined) return undefined;
      reading = (await this.#reading(input)) ?? (input.kept === undefined ? undefined : silent);
      if (reading === undefined) return undefined;
      if (resolved.thread === unnamed) resolved = { ...resolved, thread: provisional(reading) };
      if (resolved.thread === input.kept?.id) reading = { ...reading, seen: resolved.thread };
    } catch (error) {
      this.report(error, { stage: "scope" });
      return undefined;
    }
    return this.#begun(input, resolved, reading);
  }

  /** What would be recalled for a call, and its messages with that. Stores nothing. @throws as `recall` of the memory does */
  async inspect(input: TurnCall<Call>): Promise<{ turn: Turn; messages: TurnMessage[] }> {
    const call = await this.#resolved(input);
    if (!call?.recall) throw invalid("inspect", "a call that recalls: this one would be made without");
    const reading = await this.#reading(input);
    if (reading === undefined) throw invalid("messages", "a message of the user");
    const recalled = await this.#recall(
      await this.#memory(input.call),
      call,
      reading,
      input.signal ?? undefined,
    );
    const turn = this.#turn(input, { ...call, store: false }, reading, recalled, await cacheKey(call));
    return { turn, messages: turn.withRecalled(await messagesOf(input)) };
  }

  /** Waits until all that is being stored is stored, for at most so long. Answers how many writes still go on. */
  async flush(limits: { timeoutMs?: number } = {}): Promise<{ pending: number }> {
    const { timeoutMs = 10_000 } = checkOptions(limits, "flush", ["timeoutMs"]) as typeof limits;
    checkInteger(timeoutMs, "timeoutMs", 0, 2 ** 31 - 1);
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        over = true;
        resolve();
      }, timeoutMs);
    });
    while (this.#writes.size > 0 && !over) await Promise.race([Promise.all(this.#writes), late]);
    clearTimeout(timer);
    return { pending: this.#writes.size };
  }

  /** Tells of a failure that must not cost the user an answer. Never throws. */
  report(error: unknown, event: TurnFailure): void {
    this.#failures.report(error, event);
  }

  #resolved({ given, call, values, kept }: TurnCall<Call>): Promise<ResolvedCall | undefined> {
    const thread = kept === undefined ? undefined : (kept.id ?? unnamed);
    return resolveCall(this.#options, given, call, values, thread);
  }

  async #reading(input: TurnCall<Call>): Promise<Reading | undefined> {
    return readTurn(await messagesOf(input), this.#options.clean ?? withoutControlText);
  }

  async #begun(input: TurnCall<Call>, call: ResolvedCall, reading: Reading): Promise<Turn> {
    const { deadlineMs = 2_000 } = this.#options;
    const { signal } = input;
    const nothing: Recalled = { turn: reading.id, text: "", memories: [], degraded: [], tookMs: 0 };
    const { namespace, thread } = call;
    const key = this.#turnKey(call, reading);
    let memory: ConversationMemory | undefined;
    let recalled = nothing;
    let stage: "recall" | "store" = call.store === false ? "recall" : "store";
    /** Whether what the user said is kept. */
    let writing: Promise<boolean> | undefined;
    const [promptCacheKey] = await Promise.all([
      cacheKey(call),
      // One deadline for both.
      inTime(
        async (within) => {
          memory = await this.#memory(input.call);
          // Who was kept waiting for nothing is not kept waiting again in the same turn.
          const late = openTurns.get(memory)?.get(key)?.late ?? false;
          let asking: Promise<void> | undefined;
          if (call.recall && reading.index >= 0 && !late) {
            stage = "recall";
            asking = this.#recallOnce(memory, call, reading, within)
              .then((found) => {
                recalled = found;
              })
              .catch((error: unknown) => {
                if (!within.aborted) this.report(error, { stage: "recall", namespace, thread });
              })
              .then(() => {
                stage = "store";
              });
            // Asked first: in the memory, the question would speak for what stands beside it. But no recall that hangs
            // holds the user's words up for long.
            await inTime(() => asking as Promise<void>, Math.ceil(deadlineMs / 2), "recall").catch(() => {});
          }
          writing = this.#tracked(
            this.#write(memory, call, reading, [], input).then(
              () => true,
              (error: unknown) => {
                this.report(error, { stage: "store", namespace, thread });
                return false;
              },
            ),
          );
          if (late) return;
          await writing;
          await asking;
        },
        deadlineMs,
        "memory",
        signal,
      ).catch((error: unknown) => {
        // A call that its caller ended is no failure.
        if (signal?.aborted) return;
        if (memory !== undefined)
          this.#turnsOf(memory).set(key, {
            recalled: Promise.resolve(nothing),
            usedAt: this.#now(),
            late: true,
          });
        this.report(error, { stage, namespace, thread });
      }),
    ]);
    return this.#turn(input, call, reading, recalled, promptCacheKey, writing);
  }

  #turn(
    input: TurnCall<Call>,
    call: ResolvedCall,
    reading: Reading,
    recalled: Recalled,
    promptCacheKey: string,
    writing?: Promise<boolean>,
  ): Turn {
    const { placement = "user" } = this.#options;
    const { namespace, thread } = call;
    const { id, index, question } = reading;
    let ending: Promise<void> | undefined;
    // Where one call is several of the model, as where a framework says only what a run said.
    let goesOn = true;
    return {
      id,
      namespace,
      thread,
      question,
      recalled,
      index,
      promptCacheKey,
      withRecalled: (messages) =>
        recalled.text === "" ? [...messages] : withBlock(messages, index, recalled.text, placement),
      end: (how = {}) => {
        const end = () => this.#end(input, call, reading, how, writing);
        if (ending === undefined || (goesOn && how.status !== "failed")) ending = ending?.then(end) ?? end();
        goesOn &&= how.status === "continues";
        return ending;
      },
    };
  }

  async #end(
    input: TurnCall<Call>,
    call: ResolvedCall,
    reading: Reading,
    how: TurnEnd,
    writing: Promise<boolean> | undefined,
  ): Promise<void> {
    const { status = "answered", truncated = false, structured = false, messages = [] } = how;
    const { partialAnswers = false, deadlineMs = 2_000 } = this.#options;
    const { namespace, thread } = call;
    const cut = truncated || status === "failed";
    const spoken = structured || (status === "failed" && !partialAnswers) ? [] : messages;
    const answers = spoken.flatMap(({ content, id, metadata }): Message[] => {
      const text = this.#cleaned(content);
      if (text.trim() === "") return [];
      const about = { ...metadata, ...(cut ? { truncated: true } : {}) };
      return [
        {
          role: "assistant",
          content: text,
          ...(id === undefined ? {} : { id }),
          ...(Object.keys(about).length === 0 ? {} : { metadata: about }),
        },
      ];
    });
    const named = how.thread !== undefined && thread === provisional(reading) ? how.thread : undefined;
    const write = (async () => {
      try {
        // What the user said may still be on its way, when the deadline was over before.
        const saidIsKept = (await writing) ?? false;
        const memory = await this.#memory(input.call);
        // One that failed is asked again; one whose conversation the provider keeps goes on without the user's words.
        if (status === "answered" || (input.kept !== undefined && status !== "failed"))
          openTurns.get(memory)?.delete(this.#turnKey(call, reading));
        const place = named === undefined ? call : { ...call, thread: named };
        if (answers.length > 0 || named !== undefined)
          await this.#write(memory, place, reading, answers, input, saidIsKept && named === undefined);
        if (named !== undefined) await memory.delete?.({ namespace, thread });
      } catch (error) {
        this.report(error, { stage: "store", namespace, thread });
      }
    })();
    await this.#awaited(this.#tracked(write), deadlineMs, { stage: "store", namespace, thread });
  }

  /** Holds the call up until the write is done, for no longer than the deadline; or leaves that to `waitUntil`. */
  async #awaited(write: Promise<void>, deadlineMs: number, event: TurnFailure): Promise<void> {
    const { waitUntil } = this.#options;
    try {
      if (waitUntil !== undefined) return waitUntil(write);
    } catch (error) {
      // Outside of a request, for example: then nobody else waits.
      this.report(error, event);
    }
    await inTime(() => write, deadlineMs, "storing").catch((error) => this.report(error, event));
  }

  /** What was said in the turn so far, and its answers. What is known already is not written again. */
  async #write(
    memory: ConversationMemory,
    { namespace, thread, named, store }: ResolvedCall,
    { id, before, said }: Reading,
    answers: readonly Message[],
    { turnId, runId, kept }: TurnCall<Call>,
    saidIsKept = false,
  ): Promise<void> {
    if (store === false) return;
    const wanted = (list: readonly Message[]) =>
      store === "user" ? list.filter(({ role }) => role === "user") : [...list];
    // What goes on is put at the end of its thread, where it is not there yet.
    const goesOn = kept?.id !== undefined;
    // What a function made of the words cannot be told by what was said before.
    const run = named ? undefined : runId;
    const name = turnId ?? run ?? (typeof store === "function" && !goesOn ? id : undefined);
    // Words that are kept say where the answer belongs: others may have said more in the thread meanwhile.
    const earlier = saidIsKept && name === undefined && !goesOn ? said : [];
    let messages = wanted([...said.slice(earlier.length), ...answers]);
    if (typeof store === "function") messages = await store(messages, { namespace, thread });
    if (messages.every(({ content }) => textOf(content).trim() === "")) return;
    const place =
      name !== undefined ? { turnId: name } : goesOn ? {} : { before: wanted([...before, ...earlier]) };
    await memory.remember({ namespace, thread, messages, ...place });
  }

  /** What matters for the turn: asked for once, the same for all its calls. */
  async #recallOnce(
    memory: ConversationMemory,
    call: ResolvedCall,
    reading: Reading,
    signal: AbortSignal,
  ): Promise<Recalled> {
    const now = this.#now();
    const turns = this.#turnsOf(memory);
    for (const [key, { usedAt }] of turns) {
      if (turns.size < turnsKept && now - usedAt < turnMs) break;
      turns.delete(key);
    }
    const key = this.#turnKey(call, reading);
    const recalled = turns.get(key)?.recalled ?? this.#recall(memory, call, reading, signal);
    turns.delete(key);
    turns.set(key, { recalled, usedAt: now });
    try {
      return await recalled;
    } catch (error) {
      turns.delete(key);
      throw error;
    }
  }

  #turnsOf(memory: ConversationMemory): Map<string, OpenTurn> {
    const turns = openTurns.get(memory) ?? new Map<string, OpenTurn>();
    openTurns.set(memory, turns);
    return turns;
  }

  #now(): number {
    return (this.#options.clock ?? Date.now)();
  }

  /** For `flush`. */
  #tracked<Result>(write: Promise<Result>): Promise<Result> {
    this.#writes.add(write);
    void write.finally(() => this.#writes.delete(write));
    return write;
  }

  async #recall(
    memory: ConversationMemory,
    { namespace, thread }: ResolvedCall,
    { id, question, said, visible, seen }: Reading,
    signal: AbortSignal | undefined,
  ): Promise<Recalled> {
    const { limit, tokenBudget, profile = true, deadlineMs = 2_000, onRecall } = this.#options;
    const start = performance.now();
    const last = said.findLast(({ content }) => content !== "");
    const found =
      question.trim() === ""
        ? { text: "", memories: [], degraded: [] }
        : await memory.recall({
            namespace,
            thread,
            query: questionOf(question),
            profile,
            exclude: {
              texts: visible,
              after: last?.content as string,
              ...(seen === undefined ? {} : { thread: seen }),
            },
            deadlineMs: Math.ceil(deadlineMs * 0.75),
            ...(signal === undefined ? {} : { signal }),
            ...(limit === undefined ? {} : { limit }),
            ...(tokenBudget === undefined ? {} : { tokenBudget }),
          });
    const recalled = { ...checkRecalled(found), turn: id, tookMs: performance.now() - start };
    const told = (error: unknown) => this.report(error, { stage: "listener", namespace, thread });
    try {
      // A listener may be asynchronous, whatever its type says.
      const listened: unknown = onRecall?.({ ...recalled, namespace, thread });
      if (listened instanceof Promise) listened.catch(told);
    } catch (error) {
      told(error);
    }
    return recalled;
  }

  async #memory(call: Call): Promise<ConversationMemory> {
    const { memory } = this.#options;
    return checkMemory(await (typeof memory === "function" ? memory(call) : memory));
  }

  #turnKey({ namespace, thread, store }: ResolvedCall, { id }: Reading): string {
    const { limit, tokenBudget, profile } = this.#options;
    // A call on the side (a title, a classification) that keeps nothing does not end the turn that it looks at.
    return JSON.stringify([namespace, thread, id, store === false, limit, tokenBudget, profile]);
  }

  #cleaned(content: unknown): string {
    return (this.#options.clean ?? withoutControlText)(textOf(content));
  }
}

/** @throws SouvenirError `INVALID_INPUT` for a value that could never work */
function checkConversation<Call>(options: ConversationOptions<Call>): void {
  const { memory, limit, tokenBudget, deadlineMs, placement } = checkObject(
    options,
    "options",
  ) as unknown as ConversationOptions<Call>;
  checkScopeOptions(options);
  if (typeof memory !== "function" && !("then" in Object(memory))) checkMemory(memory);
  if (limit !== undefined) checkInteger(limit, "limit", 1, 100);
  if (tokenBudget !== undefined) checkInteger(tokenBudget, "tokenBudget", 1, 1_000_000);
  // The longest time of a timer.
  if (deadlineMs !== undefined) checkInteger(deadlineMs, "deadlineMs", 0, 2 ** 31 - 1);
  if (options.profile !== undefined) checkFlag(options.profile, "profile");
  if (placement !== undefined && placement !== "user" && placement !== "system")
    throw invalid("placement", '"user" or "system"', placement);
  const { partialAnswers } = options;
  if (partialAnswers !== undefined && typeof partialAnswers !== "boolean")
    throw invalid("partialAnswers", "true or false", partialAnswers);
  for (const name of ["clean", "onError", "onRecall", "waitUntil", "clock"] as const)
    if (options[name] !== undefined && typeof options[name] !== "function")
      throw invalid(name, "a function", options[name]);
}

function checkMemory(memory: unknown): ConversationMemory {
  const { recall, remember } = Object(memory) as Partial<ConversationMemory>;
  if (typeof recall !== "function" || typeof remember !== "function")
    throw invalid("memory", "a Memory: pass { memory: await createMemory() }", memory);
  return memory as ConversationMemory;
}

/** What a memory answered, which may be anybody's: without a text there is nothing to tell the model. */
function checkRecalled(found: unknown): RecallResult {
  const { text, memories, profile, degraded } = Object(found) as Partial<RecallResult>;
  if (typeof text !== "string") throw invalid("recall() of the memory", "an answer with a text", found);
  return {
    text,
    memories: Array.isArray(memories) ? memories : [],
    ...(Array.isArray(profile) && profile.length > 0 ? { profile } : {}),
    degraded: Array.isArray(degraded) ? degraded : [],
  };
}

async function cacheKey({ namespace, thread }: Scope): Promise<string> {
  return `souvenir-${await digest([namespace, thread])}`;
}

function messagesOf<Call>({ messages }: TurnCall<Call>): Promise<readonly TurnMessage[]> {
  return Promise.resolve(typeof messages === "function" ? messages() : messages);
}

/** Where the words are kept that a conversation without a name begins with: the same when it is tried again. */
function provisional({ id }: Reading): string {
  return `conversation-${id}`;
}
