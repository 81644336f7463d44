import type { BaseMessage } from "@langchain/core/messages";
import { type Memory, type Message, questionOf, type SearchHit, SouvenirError } from "@souvenir/core";
import { rejectOnAbort } from "./deadline.ts";
import {
  memoryFor,
  missingNamespace,
  type NamespaceInput,
  namespaceFor,
  type PerRun,
  type RunScope,
  threadFor,
} from "./scope.ts";
import type { MemorySource } from "./source.ts";
import { readAnswer, readTurn, type Turn, textOf } from "./turn.ts";

/** What is kept of a conversation: the user's and the assistant's words, the user's only, or nothing. */
export type StorePolicy = "turns" | "user" | false;

export interface RunMemoryOptions {
  /** Default: the memory of the agent's own store, when that is a `SouvenirStore`. */
  memory?: MemorySource;
  /**
   * Whose memory. Default: `namespace`, `userId` or `user_id` of the run's context, else of its `configurable`. A run
   * without one goes on without memory, and `onError` is told.
   */
  namespace?: PerRun<NamespaceInput>;
  /** The conversation that turns belong to. Default: `thread`, `threadId` or `thread_id`, found alike, else `default`. */
  thread?: PerRun<string>;
  /** Memories in the prompt at most, 1 to 100. Default 8. */
  limit?: number;
  /** Tokens of the recalled block at most, estimated. Default 1000. */
  tokenBudget?: number;
  /** Milliseconds that recalling, and that storing, may hold the agent up. Default 2000. */
  deadlineMs?: number;
  /** `false`: nothing is recalled. Default true. */
  recall?: boolean;
  /** Default `"turns"`. */
  store?: StorePolicy;
  /** Told what goes wrong in here. The agent itself goes on. */
  onError?: (error: unknown, event: { stage: "scope" | "recall" | "store"; namespace?: string }) => void;
  /** Told once a run what was recalled. `text` is what the model is given, `""` for nothing. */
  onRecall?: (event: { namespace: string; thread: string; text: string; memories: SearchHit[] }) => void;
}

export interface Run extends RunScope {
  writer?: ((chunk: unknown) => void) | null | undefined;
  signal?: AbortSignal | undefined;
}

/** One run of an agent, as far as memory is concerned. */
interface OpenRun {
  memory: Memory;
  namespace: string;
  thread: string;
  turn: Turn;
  block: string;
}

/** What goes into the agent's private state, and with it into its checkpoint. */
export interface RunMark {
  /** Names the run in this process. */
  run: string;
  /** `Turn.key`. */
  turn: string;
  /** Id of the assistant's last message before the run. */
  last?: string;
}

const openRunsKept = 1_000;

/** Recalls once and stores once for each run of an agent. Nothing in here rejects. */
export class RunMemory {
  readonly #options: RunMemoryOptions;
  readonly #memoryOf: (run: RunScope) => Promise<Memory>;
  /** The oldest first. A run that is resumed in another process is not here, and is read again. */
  readonly #open = new Map<string, OpenRun>();

  constructor(options: RunMemoryOptions) {
    this.#options = options;
    this.#memoryOf = memoryFor(options.memory);
  }

  /** Recalls for the turn that the messages end with, then keeps what the user said: no failure later loses it. */
  async begin(messages: readonly BaseMessage[], run: Run): Promise<RunMark | undefined> {
    const open = await this.#openRun(messages, run);
    if (open === undefined) return undefined;
    const name = crypto.randomUUID();
    this.#keep(name, open);
    await this.#store(open, spoken(open.turn));
    const last = open.turn.answersBefore.at(-1);
    return { run: name, turn: open.turn.key, ...(last === undefined ? {} : { last }) };
  }

  /** The block for the prompt, `""` when nothing is relevant. */
  async block(mark: RunMark | undefined, messages: readonly BaseMessage[], run: Run): Promise<string> {
    if (mark === undefined) return "";
    const known = this.#open.get(mark.run);
    if (known !== undefined) return known.block;
    const open = await this.#openRun(messages, run);
    if (open === undefined) return "";
    this.#keep(mark.run, open);
    return open.block;
  }

  /** Keeps the answer, when there is one that was said aloud. */
  async finish(
    mark: RunMark | undefined,
    messages: readonly BaseMessage[],
    run: Run,
    speaks: boolean,
  ): Promise<void> {
    if (mark === undefined) return;
    const known = this.#open.get(mark.run);
    this.#open.delete(mark.run);
    if (!speaks || (this.#options.store ?? "turns") !== "turns") return;
    const answer = readAnswer(messages, ({ id }) => id !== undefined && id === mark.last);
    if (answer === undefined) return;
    const open = known ?? (await this.#openRun(messages, run, false));
    if (open === undefined) return;
    const message: Message = {
      role: "assistant",
      content: answer.text,
      ...(answer.truncated ? { metadata: { truncated: true } } : {}),
    };
    const { turn } = open;
    await this.#store(
      { ...open, turn: { ...turn, key: mark.turn } },
      turn.first ? [...spoken(turn), message] : [message],
      "answer",
    );
  }

  async #openRun(messages: readonly BaseMessage[], run: Run, recalls = true): Promise<OpenRun | undefined> {
    const { recall = true, store } = this.#options;
    try {
      const turn = recall || store !== false ? await readTurn(messages) : undefined;
      if (turn === undefined) return undefined;
      const namespace = await namespaceFor(this.#options.namespace, run);
      if (namespace === undefined) throw new SouvenirError("INVALID_INPUT", missingNamespace);
      const thread = await threadFor(this.#options.thread, run);
      const memory = await this.#inTime(this.#memoryOf(run), run);
      const open = { memory, namespace, thread, turn, block: "" };
      return recall && recalls ? { ...open, block: await this.#recall(open, messages, run) } : open;
    } catch (error) {
      this.#failed(error, "scope");
      return undefined;
    }
  }

  async #recall(open: OpenRun, messages: readonly BaseMessage[], run: Run): Promise<string> {
    const { limit, tokenBudget, deadlineMs = 2_000, onRecall } = this.#options;
    const { memory, namespace, thread, turn } = open;
    try {
      const recalled = memory.recall({
        namespace,
        thread,
        query: questionOf(turn.texts.join("\n")),
        exclude: { texts: messages.map(textOf).filter((text) => text !== "") },
        deadlineMs: Math.ceil(deadlineMs * 0.75),
        ...(limit === undefined ? {} : { limit }),
        ...(tokenBudget === undefined ? {} : { tokenBudget }),
      });
      const { text, memories } = await this.#inTime(recalled, run);
      if (memories.length > 0) {
        const recalledText = `recalled ${memories.length} ${memories.length === 1 ? "memory" : "memories"}`;
        run.writer?.({
          type: "memory",
          text: recalledText,
          recalled: memories.length,
          keys: memories.map(({ key }) => key),
        });
      }
      onRecall?.({ namespace, thread, text, memories });
      return text;
    } catch (error) {
      this.#failed(error, "recall", namespace);
      return "";
    }
  }

  async #store(open: OpenRun, messages: Message[], part = "user"): Promise<void> {
    const { memory, namespace, thread, turn } = open;
    if (this.#options.store === false) return;
    try {
      const stored = memory.remember({
        namespace,
        thread,
        messages,
        // Without a history the same words may be another turn: core tells those apart by what the thread says.
        ...(turn.first ? {} : { turnId: `${turn.key}-${part}` }),
      });
      await this.#inTime(stored, {});
    } catch (error) {
      this.#failed(error, "store", namespace);
    }
  }

  #inTime<Value>(work: Promise<Value>, { signal }: Run): Promise<Value> {
    const deadline = AbortSignal.timeout(this.#options.deadlineMs ?? 2_000);
    return rejectOnAbort(work, signal === undefined ? deadline : AbortSignal.any([deadline, signal]));
  }

  #keep(name: string, open: OpenRun): void {
    this.#open.set(name, open);
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= openRunsKept) break;
      this.#open.delete(oldest);
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

function spoken({ texts }: Turn): Message[] {
  return texts.map((content) => ({ role: "user", content }));
}
