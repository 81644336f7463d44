import type { MemoryStorage } from "@mastra/core/storage";
import { type Logger, SouvenirError } from "@souvenir/core";
import { memoryAt, type OpenedMemory, type SourceOptions } from "./memory-source.ts";
import { MessageMemory } from "./message-memory.ts";
import { type Recall, recallForTurn, type TurnQuery } from "./turn-recall.ts";

export type MemoryStage = "open" | "recall" | "store" | "tool";

export interface AgentRecallOptions extends SourceOptions {
  /** Tokens of the recalled block at most, estimated. Default 1000. */
  tokenBudget?: number;
  /** Milliseconds that the embedding of a question may take; recall goes on without it. Default 2000. */
  deadlineMs?: number;
  /** Told what goes wrong in here, beside Mastra's logger. The agent itself goes on. */
  onError?: (error: unknown, event: { stage: MemoryStage; resourceId?: string; threadId?: string }) => void;
  /** Told once a turn what was recalled. */
  onRecall?: (recall: Recall) => void;
}

/** Turns whose recall can be read afterwards. */
const recallsKept = 1_000;

/** What the processors, the memory and its tools share: one memory, what it recalled last, and where errors go. */
export class AgentRecall {
  readonly messages: MessageMemory;
  readonly memory: OpenedMemory;
  readonly #options: AgentRecallOptions;
  readonly #logger: () => Logger | undefined;
  readonly #recalls = new Map<string, Recall>();
  #last: Recall | undefined;

  /** @throws SouvenirError `INVALID_INPUT` */
  constructor(
    options: AgentRecallOptions,
    logger: () => Logger | undefined = () => undefined,
    storageId?: () => string | undefined,
  ) {
    const { tokenBudget, deadlineMs } = options;
    for (const [name, value] of Object.entries({ tokenBudget, deadlineMs }))
      if (value !== undefined && !(Number.isInteger(value) && value >= 1))
        throw new SouvenirError("INVALID_INPUT", `${name}: expected a whole number from 1`);
    this.#options = options;
    this.#logger = logger;
    this.memory = memoryAt(options, {
      logger: {
        warn: (message, details) => this.#logger()?.warn?.(message, details),
        error: (message, details) => this.#logger()?.error?.(message, details),
      },
      onMismatch: (error) => this.report(error, { stage: "open" }),
    });
    this.messages = new MessageMemory(() => this.memory.open(), storageId);
  }

  /** What a turn should know. Keeps it for `lastRecall()`. */
  async recall(
    turn: Omit<TurnQuery, "tokenBudget" | "deadlineMs" | "onError" | "storage"> & {
      storage?: MemoryStorage | undefined;
    },
  ): Promise<Recall> {
    const { tokenBudget = 1_000, deadlineMs = 2_000, onRecall } = this.#options;
    const { resourceId, threadId, storage, ...rest } = turn;
    const recall = await recallForTurn(this.messages, {
      ...rest,
      resourceId,
      threadId,
      ...(storage === undefined ? {} : { storage }),
      tokenBudget,
      deadlineMs,
      onError: (error) => this.report(error, { stage: "recall", resourceId, threadId }),
    });
    this.#last = recall;
    const key = recallKey(recall);
    this.#recalls.delete(key);
    this.#recalls.set(key, recall);
    if (this.#recalls.size > recallsKept) this.#recalls.delete(this.#recalls.keys().next().value as string);
    try {
      onRecall?.(recall);
    } catch (error) {
      this.report(error, { stage: "recall", resourceId, threadId });
    }
    return recall;
  }

  /** The last recall, of one thread when it is named. */
  lastRecall(of?: { resourceId: string; threadId: string }): Recall | undefined {
    return of === undefined ? this.#last : this.#recalls.get(recallKey(of));
  }

  /** What was recalled is gone too. */
  forgetRecalls(of: { resourceId: string; threadId?: string }): void {
    const matches = (recall: Recall) =>
      recall.resourceId === of.resourceId && (of.threadId === undefined || recall.threadId === of.threadId);
    for (const [key, recall] of this.#recalls) if (matches(recall)) this.#recalls.delete(key);
    if (this.#last !== undefined && matches(this.#last)) this.#last = undefined;
  }

  /** Never throws. */
  report(error: unknown, event: { stage: MemoryStage; resourceId?: string; threadId?: string }): void {
    try {
      const { name, code } = error as { name?: string; code?: string };
      // Messages of providers may quote what was said; ours never do.
      const reason = SouvenirError.is(error) ? error.message : (code ?? name ?? "unknown");
      this.#logger()?.warn?.(`memory (${event.stage}): ${reason}`, { stage: event.stage });
      this.#options.onError?.(error, event);
    } catch {
      // A listener that throws must not cost the user an answer.
    }
  }
}

function recallKey({ resourceId, threadId }: { resourceId: string; threadId: string }): string {
  return JSON.stringify([resourceId, threadId]);
}
