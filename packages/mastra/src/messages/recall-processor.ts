import { type MastraDBMessage, type MemoryConfig, parseMemoryRequestContext } from "@mastra/core/memory";
import { SpanType } from "@mastra/core/observability";
import type {
  ProcessInputArgs,
  ProcessInputResult,
  ProcessOutputResultArgs,
  Processor,
  ProcessorMessageResult,
} from "@mastra/core/processors";
import type { MemoryStorage } from "@mastra/core/storage";
import type { AgentRecall } from "./agent-recall.ts";
import type { RecallSettings } from "./recall-settings.ts";
import { spokenIn } from "./spoken.ts";
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

interface RunScope {
  resourceId: string;
  threadId: string;
  threadMetadata?: Record<string, unknown>;
  call: MemoryConfig | undefined;
}

export interface RecallProcessorParts {
  recall: AgentRecall;
  /** By the options of the call. Asked when the processor runs, because agents may share a request context. */
  optionsOf: (call: MemoryConfig | undefined) => RunOptions;
  /** For the messages around those that are found. */
  storage?: () => Promise<MemoryStorage | undefined>;
  /** Which of the messages that are found the storage still holds. */
  held?: ThreadIndex["held"];
}

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

  readonly spanName = (phase: string): string =>
    `souvenir: ${phase.startsWith("input") ? "recall" : "store"}`;
  readonly spanAttributes = (phase: string): { operationType: "recall" | "save" } => ({
    operationType: phase.startsWith("input") ? "recall" : "save",
  });

  async processInput(args: ProcessInputArgs): Promise<ProcessInputResult> {
    const { messageList, abortSignal, tracingContext } = args;
    const { recall, optionsOf, storage, held } = this.#parts;
    let scope: RunScope | undefined;
    try {
      messageList.clearSystemMessages(blockTag);
      scope = scopeOf(args);
      if (scope === undefined) return messageList;
      const settings = optionsOf(scope.call).recall;
      const query = settings === undefined ? "" : questionOf(messageList.get.input.db());
      if (settings === undefined || query === "") return messageList;
      const { resourceId, threadId } = scope;
      const found = await recall.recall({
        resourceId,
        threadId,
        query,
        settings,
        visible: messageList.get.all.db(),
        storage: await storage?.(),
        ...(held === undefined ? {} : { held: (hits) => held(resourceId, hits) }),
        ...(abortSignal === undefined ? {} : { signal: abortSignal }),
      });
      if (found.text !== "") messageList.addSystem(found.text, blockTag);
      tracingContext?.currentSpan?.update({
        attributes: {
          operationType: "recall",
          semanticRecallEnabled: true,
          vectorResultCount: found.memories.length,
        },
        metadata: {
          souvenir: {
            degraded: found.degraded,
            tookMs: found.tookMs,
            memories: found.memories.map(({ text: _text, ...why }) => why),
          },
        },
      });
    } catch (error) {
      // A run that its caller ended is no failure.
      if (!abortSignal?.aborted) this.#failed(error, "recall", scope);
    }
    return messageList;
  }

  async processOutputResult(args: ProcessOutputResultArgs): Promise<Awaited<ProcessorMessageResult>> {
    const { messageList, result, tracingContext } = args;
    let scope: RunScope | undefined;
    try {
      scope = scopeOf(args);
      if (scope === undefined || !this.#parts.optionsOf(scope.call).store) return messageList;
      const answers = messageList.get.response.db();
      // Mastra does not keep a turn that failed before the model said anything.
      if (result?.finishReason === "error" && answers.length === 0) return messageList;
      const { resourceId, threadId, threadMetadata } = scope;
      const said = withoutRepeats([
        ...messageList.get.input.db().filter((message) => messageList.isNewMessage(message)),
        ...answers,
      ]).map((message) => ({ ...message, threadId, resourceId }));
      await this.#parts.recall.messages.store(resourceId, said, threadMetadata);
      tracingContext?.currentSpan?.update({
        attributes: { operationType: "save", messageCount: said.length },
      });
    } catch (error) {
      this.#failed(error, "store", scope);
    }
    return messageList;
  }

  #failed(error: unknown, stage: "recall" | "store", scope: RunScope | undefined): void {
    const { resourceId, threadId } = scope ?? {};
    this.#parts.recall.report(error, {
      stage,
      ...(resourceId === undefined ? {} : { resourceId }),
      ...(threadId === undefined ? {} : { threadId }),
    });
  }
}

/** Whose turn it is: by the memory of the run, or, in an agent without one, by what its caller said. */
function scopeOf({
  messageList,
  requestContext,
}: Pick<ProcessInputArgs, "messageList" | "requestContext">): RunScope | undefined {
  const context = parseMemoryRequestContext(requestContext);
  const info = messageList.serialize().memoryInfo;
  const threadId = context?.thread?.id ?? info?.threadId;
  const resourceId = context?.resourceId ?? info?.resourceId;
  if (!threadId || !resourceId) return undefined;
  const threadMetadata = context?.thread?.metadata;
  return {
    resourceId,
    threadId,
    ...(threadMetadata === undefined ? {} : { threadMetadata }),
    call: context?.memoryConfig as MemoryConfig | undefined,
  };
}

/** What the user has said since the assistant last spoke. */
function questionOf(input: readonly MastraDBMessage[]): string {
  const texts: string[] = [];
  for (const message of input) {
    const spoken = spokenIn(message);
    if (spoken?.role === "assistant") texts.length = 0;
    else if (spoken !== undefined) texts.push(spoken.text);
  }
  return texts.join("\n");
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
