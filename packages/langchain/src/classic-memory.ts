import {
  BaseMemory,
  getInputValue,
  getOutputValue,
  type InputValues,
  type MemoryVariables,
  type OutputValues,
} from "@langchain/core/memory";
import { type BaseMessage, getBufferString, SystemMessage } from "@langchain/core/messages";
import {
  checkOptions,
  type Memory,
  type MemoryRecord,
  namesOf,
  questionOf,
  textOf,
  wholeMessages,
} from "@souvenir/core";
import { type NamespaceInput, toNamespace } from "./scope.ts";
import { type MemorySource, opener } from "./source.ts";
import { toMessage } from "./stored-messages.ts";

export interface SouvenirMemoryInput {
  memory: MemorySource;
  namespace: NamespaceInput;
  /** The conversation. Default `default`. */
  sessionId?: string;
  /** Of the prompt. Default `history`, as `ConversationChain` has it. */
  memoryKey?: string;
  /** Default: the only one that the chain has. */
  inputKey?: string;
  outputKey?: string;
  /** Messages instead of a text, for a chat prompt. Default false. */
  returnMessages?: boolean;
  /** Messages of the running conversation, the newest. Default 10; 0: none. */
  turns?: number;
  /** Memories of other conversations at most, 0 to 100. Default 8. */
  limit?: number;
  /** Tokens of these at most, estimated. Default 1000. */
  tokenBudget?: number;
  humanPrefix?: string;
  aiPrefix?: string;
  /** Told what goes wrong in here. The chain itself goes on without memory. */
  onError?: (error: unknown, event: { stage: "recall" | "store" }) => void;
}

const optionNames = namesOf<SouvenirMemoryInput>({
  memory: true,
  namespace: true,
  sessionId: true,
  memoryKey: true,
  inputKey: true,
  outputKey: true,
  returnMessages: true,
  turns: true,
  limit: true,
  tokenBudget: true,
  humanPrefix: true,
  aiPrefix: true,
  onError: true,
});

/**
 * Memory for classic chains (`ConversationChain`, `LLMChain`): what is relevant of earlier conversations as a fenced
 * block, then the newest messages of this one.
 */
export class SouvenirMemory extends BaseMemory {
  readonly #fields: SouvenirMemoryInput;
  readonly #memory: () => Promise<Memory>;
  readonly #namespace: string;
  readonly #thread: string;

  constructor(fields: SouvenirMemoryInput) {
    super();
    checkOptions(fields, "SouvenirMemory", optionNames);
    this.#fields = fields;
    this.#memory = opener(fields.memory);
    this.#namespace = toNamespace(fields.namespace);
    this.#thread = fields.sessionId ?? "default";
  }

  get memoryKeys(): string[] {
    return [this.#memoryKey];
  }

  override async loadMemoryVariables(values: InputValues): Promise<MemoryVariables> {
    const { returnMessages = false, humanPrefix, aiPrefix } = this.#fields;
    let block = "";
    let recent: BaseMessage[] = [];
    try {
      const memory = await this.#memory();
      recent = (await this.#newest(memory)).map((record) => toMessage(record));
      block = await this.#recall(memory, query(values, this.#fields.inputKey), recent);
    } catch (error) {
      this.#failed(error, "recall");
    }
    if (returnMessages)
      return { [this.#memoryKey]: [...(block === "" ? [] : [new SystemMessage(block)]), ...recent] };
    const spoken = getBufferString(recent, humanPrefix ?? "Human", aiPrefix ?? "AI");
    return { [this.#memoryKey]: [block, spoken].filter((part) => part !== "").join("\n\n") };
  }

  override async saveContext(inputs: InputValues, outputs: OutputValues): Promise<void> {
    try {
      const messages = [
        { role: "user", content: String(getInputValue(inputs, this.#fields.inputKey)) },
        { role: "assistant", content: String(getOutputValue(outputs, this.#fields.outputKey)) },
      ];
      const memory = await this.#memory();
      const turnId = crypto.randomUUID();
      await memory.remember({ namespace: this.#namespace, thread: this.#thread, messages, turnId });
    } catch (error) {
      this.#failed(error, "store");
    }
  }

  /** Erases this conversation; other conversations of the namespace stay. */
  async clear(): Promise<void> {
    await (await this.#memory()).delete({ namespace: this.#namespace, thread: this.#thread });
  }

  get #memoryKey(): string {
    return this.#fields.memoryKey ?? "history";
  }

  async #newest(memory: Memory): Promise<MemoryRecord[]> {
    const { turns = 10 } = this.#fields;
    if (!(turns > 0)) return [];
    const records: MemoryRecord[] = [];
    let newest: MemoryRecord[] = [];
    let cursor: string | undefined;
    do {
      const page = await memory.list({
        namespace: this.#namespace,
        thread: this.#thread,
        order: "newest",
        limit: Math.min(1_000, Math.ceil(turns) + 1),
        ...(cursor === undefined ? {} : { cursor }),
      });
      records.unshift(...page.records.reverse());
      newest = wholeMessages(records);
      cursor = page.cursor;
      // One more than asked for: the first may be the end of a long message.
    } while (cursor !== undefined && newest.length <= turns);
    return newest.slice(-turns);
  }

  async #recall(memory: Memory, text: string, recent: readonly BaseMessage[]): Promise<string> {
    const { limit = 8, tokenBudget } = this.#fields;
    if (text.trim() === "" || limit === 0) return "";
    const { text: block } = await memory.recall({
      namespace: this.#namespace,
      thread: this.#thread,
      query: questionOf(text),
      limit,
      exclude: { texts: recent.map(({ content }) => textOf(content)).filter((each) => each !== "") },
      ...(tokenBudget === undefined ? {} : { tokenBudget }),
    });
    return block;
  }

  #failed(error: unknown, stage: "recall" | "store"): void {
    try {
      this.#fields.onError?.(error, { stage });
    } catch {
      // A listener that throws must not cost the user an answer.
    }
  }
}

/** What the user says: the named input, else the only one, else all that is text. */
function query(values: InputValues, inputKey: string | undefined): string {
  if (inputKey !== undefined) return String(values[inputKey] ?? "");
  return Object.values(values)
    .filter((value) => typeof value === "string")
    .join("\n");
}
