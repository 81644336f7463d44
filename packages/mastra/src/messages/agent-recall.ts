import type { MastraDBMessage } from "@mastra/core/memory";
import type { MemoryStorage } from "@mastra/core/storage";
import {
  Conversation,
  type ConversationMemory,
  Failures,
  given,
  inTime,
  type Logger,
  type OnError,
  type Placement,
  SouvenirError,
  type TurnFailure,
  type TurnStage,
} from "@souvenir/core";
import { namespaceOf, resourceOf } from "../resources.ts";
import { memoryAt, type SourceMemory, type SourceOptions } from "./memory-source.ts";
import { MessageMemory, type MessageQuery } from "./message-memory.ts";
import type { RecallSettings } from "./recall-settings.ts";
import { said } from "./spoken.ts";
import { type Recall, recallForTurn } from "./turn-recall.ts";

/** At which stage memory failed. */
export type MemoryStage = TurnStage | "open";

/** What an agent recalls, and into how much room. */
export interface AgentRecallOptions extends SourceOptions {
  /** Tokens of the recalled block at most, estimated. Default 1000. */
  tokenBudget?: number;
  /**
   * Milliseconds that memory may hold a run up: before the model is asked, and after its last word. Default 2000. When
   * they are over, the run goes on without it.
   */
  deadlineMs?: number;
  /**
   * Where the block goes: after the words of the user's last message, which leaves what the provider has cached as it
   * is, or in a system message. Default `"user"`.
   */
  placement?: Placement;
  /** Told what goes wrong in here, beside Mastra's logger. The agent itself goes on. */
  onError?: (error: unknown, event: { stage: MemoryStage; resourceId?: string; threadId?: string }) => void;
  /** Told once a turn what was recalled. */
  onRecall?: (recall: Recall) => void;
}

interface MemoryFailure {
  stage: MemoryStage;
  resourceId?: string | undefined;
  threadId?: string | undefined;
}

/** The names of `AgentRecallOptions`, for `checkOptions`. */
export const recallOptionNames: Record<keyof AgentRecallOptions, true> = {
  path: true,
  memory: true,
  embedder: true,
  tokenBudget: true,
  deadlineMs: true,
  placement: true,
  onError: true,
  onRecall: true,
};

/** One run of an agent. */
export interface Run {
  resourceId: string;
  threadId: string;
  /** What to recall; `undefined`: nothing. */
  settings: RecallSettings | undefined;
  /** What is said in it so far. */
  said: () => MastraDBMessage[];
  /** Whether Mastra keeps that: its history does when the run is over. */
  over: boolean;
  /** Keeps it in the index; `undefined`: nothing of this run. */
  index: ((messages: readonly MastraDBMessage[]) => Promise<void>) | undefined;
  /** Ids of the messages that the model sees. */
  visible: readonly string[];
  storage: MemoryStorage | undefined;
  held: MessageQuery["held"];
  recalled?: Recall;
}

/** How long `settled()` waits at most, in milliseconds: a memory on a server may never answer. */
const settledMs = 60_000;
/** Turns whose recall can be read afterwards. */
const recallsKept = 1_000;

/** What the processors, the memory and its tools share: one memory, what it recalled last, and where errors go. */
export class AgentRecall {
  readonly messages: MessageMemory;
  readonly memory: SourceMemory;
  readonly conversation: Conversation<Run>;
  readonly placement: Placement;
  readonly #options: AgentRecallOptions;
  readonly #logger: () => Logger | undefined;
  readonly #failures: Failures;
  /** Oldest first. */
  readonly #recalls = new Map<string, Recall>();

  /** @throws SouvenirError `INVALID_INPUT` */
  constructor(
    options: AgentRecallOptions,
    logger: () => Logger | undefined = () => undefined,
    storageId?: () => string | undefined,
  ) {
    const { tokenBudget = 1_000, deadlineMs = 2_000, placement = "user" } = options;
    for (const name of ["onError", "onRecall"] as const)
      if (options[name] !== undefined && typeof options[name] !== "function")
        throw new SouvenirError("INVALID_INPUT", `${name}: expected a function`, {
          details: { option: name },
        });
    this.#options = options;
    this.#logger = logger;
    this.#failures = new Failures(options.onError as OnError | undefined);
    this.placement = placement;
    this.conversation = new Conversation<Run>({
      memory: (run) => this.#memoryOf(run),
      namespace: ({ resourceId }) => namespaceOf(resourceId),
      thread: ({ threadId }) => threadId,
      clean: said,
      // As Mastra's history does.
      partialAnswers: true,
      tokenBudget,
      deadlineMs,
      placement,
      onError: (error, { stage, namespace, thread }) =>
        this.report(error, { stage, resourceId: namespace && resourceOf(namespace), threadId: thread }),
    });
    this.memory = memoryAt(options, {
      logger: {
        warn: (message, details) => this.#logger()?.warn?.(message, details),
        error: (message, details) => this.#logger()?.error?.(message, details),
      },
      onMismatch: (error) => this.report(error, { stage: "open" }),
    });
    this.messages = new MessageMemory(() => this.memory.open(), storageId);
  }

  /** What the conversation machine sees of the memory in a run: Mastra's messages under their ids. */
  #memoryOf(run: Run): ConversationMemory {
    const { resourceId, threadId, settings, visible, storage, held } = run;
    return {
      remember: async () => {
        const messages = run.said();
        if (!run.over) await storage?.saveMessages({ messages });
        // The storage first: what it does not hold is dropped from the index by whoever looks.
        await run.index?.(messages);
        return { stored: messages.length };
      },
      recall: async ({ query, exclude, tokenBudget = 1_000, deadlineMs, signal }) => {
        const { texts = [] } = (exclude ?? {}) as { texts?: readonly string[] };
        const { hits, ...recall } = await recallForTurn(this.messages, {
          resourceId,
          threadId,
          query,
          // The machine does not ask where nothing is to be recalled.
          settings: settings as RecallSettings,
          visible: { ids: visible, texts },
          storage,
          held,
          tokenBudget,
          deadlineMs,
          signal,
          onError: (error) => this.report(error, { stage: "recall", resourceId, threadId }),
        });
        run.recalled = recall;
        return { ...recall, memories: hits };
      },
    };
  }

  /** Waits until what was said is indexed and embedded, as far as the provider takes it, for no longer than a while. */
  async settled({ timeoutMs = settledMs }: { timeoutMs?: number } = {}): Promise<void> {
    await this.conversation.flush({ timeoutMs });
    await inTime(async () => (await this.memory.open()).flush(), timeoutMs, "settled()");
  }

  /** Keeps what a run recalled for `lastRecall()`, and tells of it. */
  tell({ recalled }: Run): void {
    if (recalled === undefined) return;
    const { resourceId, threadId } = recalled;
    const key = recallKey(recalled);
    this.#recalls.delete(key);
    this.#recalls.set(key, recalled);
    if (this.#recalls.size > recallsKept) this.#recalls.delete(this.#recalls.keys().next().value as string);
    // A listener may be asynchronous, whatever its type says.
    const heard = (async () => this.#options.onRecall?.(recalled))();
    heard.catch((error: unknown) => this.report(error, { stage: "listener", resourceId, threadId }));
  }

  /** The last recall, of one thread when it is named. */
  lastRecall(of?: { resourceId: string; threadId: string }): Recall | undefined {
    return of === undefined ? [...this.#recalls.values()].at(-1) : this.#recalls.get(recallKey(of));
  }

  /** What was recalled is gone too. */
  forgetRecalls(of: { resourceId: string; threadId?: string }): void {
    for (const [key, { resourceId, threadId }] of this.#recalls)
      if (resourceId === of.resourceId && (of.threadId ?? threadId) === threadId) this.#recalls.delete(key);
  }

  /** To the logger and the listener; without either, the first of each kind is a warning of the process. */
  report(error: unknown, event: MemoryFailure): void {
    const logger = this.#logger();
    const { stage } = event;
    const { name, code } = Object(error) as { name?: string; code?: string };
    // Messages of providers may quote what was said; ours never do.
    const reason = SouvenirError.is(error) ? error.message : (code ?? name ?? "unknown");
    logger?.warn?.(`memory (${stage}): ${reason}`, { stage });
    if (logger === undefined || this.#options.onError !== undefined)
      this.#failures.report(error, given(event) as TurnFailure);
  }
}

function recallKey({ resourceId, threadId }: { resourceId: string; threadId: string }): string {
  return JSON.stringify([resourceId, threadId]);
}
