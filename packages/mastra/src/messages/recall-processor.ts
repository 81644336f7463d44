import { type MastraDBMessage, type MemoryConfig, parseMemoryRequestContext } from "@mastra/core/memory";
import { SpanType } from "@mastra/core/observability";
import type {
  ProcessInputArgs,
  ProcessInputResult,
  ProcessInputStepArgs,
  ProcessInputStepResult,
  ProcessLLMRequestArgs,
  ProcessLLMRequestResult,
  ProcessOutputResultArgs,
  ProcessOutputStepArgs,
  Processor,
  ProcessorMessageResult,
} from "@mastra/core/processors";
import type { MemoryStorage } from "@mastra/core/storage";
import { contentWithBlock, SouvenirError, type Turn, textOf } from "@souvenir/core";
import type { AgentRecall, Run } from "./agent-recall.ts";
import type { RecallSettings } from "./recall-settings.ts";
import { spokenIn, turnMessage } from "./spoken.ts";
import type { ThreadIndex } from "./thread-index.ts";

/** Names the block among the system messages of a run, so that no other is touched. */
export const blockTag = "souvenir";

/** How one run is to be remembered. */
export interface RunOptions {
  /** What to recall; `undefined`: nothing. */
  recall: RecallSettings | undefined;
  /** Whether to keep what is said. */
  store: boolean;
}

export interface RecallProcessorParts {
  recall: AgentRecall;
  /** By the options of the call. Asked when the processor runs, because agents may share a request context. */
  optionsOf: (call: MemoryConfig | undefined) => RunOptions;
  /** The storage that keeps what is said in runs, or that has at least the messages around those that are found. */
  storage?: () => Promise<MemoryStorage | undefined>;
  /** Whether Mastra keeps a run in it. */
  storesRuns?: () => boolean;
  /** Knows which of the messages that are found the storage still holds. */
  index?: ThreadIndex;
}

/** How the option is called, by the provider that a model says it is of. */
const cacheKeyNames: Readonly<Record<string, string>> = {
  mistral: "prompt_cache_key",
  "mistral.chat": "promptCacheKey",
};

const spanNames: Readonly<Record<string, string>> = { input: "recall", output: "store", outputStep: "step" };

type Arguments = Pick<ProcessInputArgs, "messageList" | "requestContext" | "abortSignal">;

interface Begun {
  run: Run;
  turn: Turn;
}

/** The turns that begin with a list of messages and end with it. */
const turns = new WeakMap<object, Begun>();

/**
 * Recalls before a run and keeps what was said after it, in the place of Mastra's `semantic-recall`. Nothing in here
 * rejects: without memory, the run goes on.
 */
export class RecallProcessor implements Processor<"semantic-recall"> {
  readonly id = "semantic-recall";
  readonly name = "Souvenir";
  readonly spanType: SpanType.MEMORY_OPERATION = SpanType.MEMORY_OPERATION;
  readonly #parts: RecallProcessorParts;

  constructor(parts: RecallProcessorParts) {
    this.#parts = parts;
  }

  readonly spanName = (phase: string): string => `souvenir: ${spanNames[phase] ?? "prompt"}`;
  readonly spanAttributes = (phase: string): { operationType: "recall" | "save" } => ({
    operationType: phase.startsWith("output") ? "save" : "recall",
  });

  async processInput(args: ProcessInputArgs): Promise<ProcessInputResult> {
    const { messageList, tracingContext } = args;
    messageList.clearSystemMessages(blockTag);
    const begun = await this.#begin(args);
    if (begun === undefined) return messageList;
    const { run, turn } = begun;
    turns.set(messageList, begun);
    this.#parts.recall.tell(run);
    // A system message until the prompt is made, so that the agent's own processors see it and may take it out.
    if (turn.recalled.text !== "") messageList.addSystem(turn.recalled.text, blockTag);
    const { degraded = [], tookMs, memories = [] } = run.recalled ?? {};
    tracingContext?.currentSpan?.update({
      attributes: {
        operationType: "recall",
        semanticRecallEnabled: true,
        vectorResultCount: memories.length,
      },
      metadata: {
        souvenir: { degraded, tookMs, memories: memories.map(({ text: _text, ...why }) => why) },
      },
    });
    return messageList;
  }

  /** Names the conversation to Mistral's prompt cache, where the caller does not. */
  processInputStep({
    messageList,
    model,
    providerOptions,
  }: ProcessInputStepArgs): ProcessInputStepResult | undefined {
    const key = turns.get(messageList)?.turn.promptCacheKey;
    // Mastra's router passes on what it is given as it stands; models of the AI SDK have a name of their own for it.
    const name = cacheKeyNames[model.provider];
    const given = providerOptions?.mistral;
    if (key === undefined || name === undefined || given?.[name] !== undefined) return undefined;
    return { providerOptions: { ...providerOptions, mistral: { ...given, [name]: key } } };
  }

  /** Puts the block in its place in the prompt, which no history sees. */
  processLLMRequest({ prompt, messageList }: ProcessLLMRequestArgs): ProcessLLMRequestResult {
    const block = messageList?.getSystemMessages(blockTag)[0]?.content;
    if (this.#parts.recall.placement === "system" || typeof block !== "string") return undefined;
    const words = messageList?.get.input
      .db()
      .map(spokenIn)
      .findLast((spoken) => spoken?.role === "user")?.text;
    const own = prompt.findLastIndex(
      ({ role, content }) => role === "user" && words !== undefined && textOf(content).includes(words),
    );
    const at = own < 0 ? prompt.findLastIndex(({ role }) => role === "user") : own;
    const user = prompt[at];
    if (user === undefined) return undefined;
    const placed = { ...user, content: contentWithBlock(user.content, block) } as typeof user;
    return {
      prompt: prompt.with(at, placed).filter(({ role, content }) => role !== "system" || content !== block),
    };
  }

  /** What is said before a tool is called is kept before it runs: it may run for long, or for ever. */
  async processOutputStep({
    messageList,
    toolCalls = [],
  }: ProcessOutputStepArgs): Promise<Awaited<ProcessorMessageResult>> {
    const begun = turns.get(messageList);
    const messages = answersOf(messageList);
    if (toolCalls.length > 0 && messages.length > 0) await begun?.turn.end({ messages, status: "continues" });
    return messageList;
  }

  async processOutputResult(args: ProcessOutputResultArgs): Promise<Awaited<ProcessorMessageResult>> {
    const { messageList, result, tracingContext } = args;
    // A run that was resumed began elsewhere.
    const begun = turns.get(messageList) ?? (await this.#begin(args, false));
    turns.delete(messageList);
    if (begun !== undefined) begun.run.over = true;
    await begun?.turn.end({
      messages: answersOf(messageList),
      status: result?.finishReason === "error" ? "failed" : "answered",
    });
    tracingContext?.currentSpan?.update({
      attributes: { operationType: "save", messageCount: begun?.run.said().length ?? 0 },
    });
    return messageList;
  }

  async #begin(args: Arguments, begins = true): Promise<Begun | undefined> {
    const { recall } = this.#parts;
    const { messageList, abortSignal } = args;
    let scope: ReturnType<typeof scopeOf>;
    try {
      scope = scopeOf(args);
      if (scope === undefined) return undefined;
      const { readOnly } = scope.call ?? {};
      if (readOnly !== undefined && typeof readOnly !== "boolean")
        throw new SouvenirError("INVALID_INPUT", "readOnly: expected true or false");
      const options = this.#parts.optionsOf(scope.call);
      const run = await this.#run(args, scope, options, begins);
      const turn = await recall.conversation.begin({
        messages: messageList.get.all.db().map(turnMessage),
        call: run,
        given: { recall: begins && options.recall !== undefined, store: options.store },
        signal: abortSignal,
      });
      return turn === undefined ? undefined : { run, turn };
    } catch (error) {
      recall.report(error, { stage: "scope", resourceId: scope?.resourceId, threadId: scope?.threadId });
      return undefined;
    }
  }

  async #run(
    { messageList }: Arguments,
    scope: RunScope,
    options: RunOptions,
    begins: boolean,
  ): Promise<Run> {
    const { recall, index } = this.#parts;
    const storesRuns = this.#parts.storesRuns?.() ?? false;
    const { resourceId, threadId, threadMetadata } = scope;
    const storage = await this.#parts.storage?.();
    const over = !(begins && storesRuns);
    return {
      resourceId,
      threadId,
      settings: options.recall,
      visible: messageList.get.all.db().map(({ id }) => id),
      storage,
      held: index && ((hits) => index.held(resourceId, hits)),
      said: () =>
        withoutRepeats([
          ...messageList.get.input.db().filter((message) => messageList.isNewMessage(message)),
          ...messageList.get.response.db(),
        ]).map((message) => ({ ...message, threadId, resourceId })),
      over,
      index: options.store
        ? (messages) => recall.messages.store(resourceId, messages, threadMetadata, storesRuns)
        : undefined,
    };
  }
}

interface RunScope {
  resourceId: string;
  threadId: string;
  threadMetadata: Record<string, unknown> | undefined;
  call: MemoryConfig | undefined;
}

function answersOf(messageList: Arguments["messageList"]): { content: string }[] {
  const texts = messageList.get.response.db().flatMap((message) => spokenIn(message)?.text ?? []);
  return texts.map((content) => ({ content }));
}

/** Whose turn it is: by the memory of the run, or, in an agent without one, by what its caller said. */
function scopeOf({ messageList, requestContext }: Arguments): RunScope | undefined {
  const context = parseMemoryRequestContext(requestContext);
  const info = messageList.serialize().memoryInfo;
  const threadId = context?.thread?.id ?? info?.threadId;
  const resourceId = context?.resourceId ?? info?.resourceId;
  if (!threadId || !resourceId) return undefined;
  const call = context?.memoryConfig as MemoryConfig | undefined;
  return { resourceId, threadId, threadMetadata: context?.thread?.metadata, call };
}

/** A run that is aborted hands its partial answer on twice, under two ids. */
function withoutRepeats(messages: readonly MastraDBMessage[]): MastraDBMessage[] {
  const answers = new Set<string>();
  return messages.filter((message) => {
    const spoken = spokenIn(message);
    if (spoken === undefined) return false;
    if (spoken.role !== "assistant") return true;
    const repeated = answers.has(spoken.text);
    answers.add(spoken.text);
    return !repeated;
  });
}
