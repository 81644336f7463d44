import {
  BaseMemory,
  getInputValue,
  getOutputValue,
  type InputValues,
  type MemoryVariables,
  type OutputValues,
} from "@langchain/core/memory";
import { type BaseMessage, getBufferString, HumanMessage, SystemMessage } from "@langchain/core/messages";
import {
  Conversation,
  checkOptions,
  type Memory,
  type MemorySource,
  memoryOpener,
  namesOf,
  newestMessages,
  type TurnOptions,
} from "@souvenir/core";
import { told } from "./messages.ts";
import { type NamespaceInput, toNamespace, toText } from "./scope.ts";
import { toMessage } from "./stored-messages.ts";

/** Which memory a chain uses, and under which names. */
export interface SouvenirMemoryInput
  extends Pick<TurnOptions, "limit" | "tokenBudget" | "deadlineMs" | "onError" | "onRecall"> {
  /** A memory, or the promise of one. */
  memory: MemorySource;
  /** Whose conversations: the unit of isolation, as in the other parts of this package. */
  namespace: NamespaceInput;
  /** The conversation. Default `default`. */
  sessionId?: string;
  /** Of the prompt. Default `history`, as `ConversationChain` has it. */
  memoryKey?: string;
  /** Of what the chain is asked with. Default: the only one that it has. */
  inputKey?: string;
  /** Of what it answers. Default: the only one that it has. */
  outputKey?: string;
  /** Messages instead of a text, for a chat prompt. Default false. */
  returnMessages?: boolean;
  /** Messages of the running conversation, the newest. Default 10; 0: none. */
  turns?: number;
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
  deadlineMs: true,
  onError: true,
  onRecall: true,
});

/** Messages that say where a turn belongs when it is kept. */
const beforeATurn = 8;

/**
 * Memory for classic chains (`ConversationChain`, `LLMChain`): what is relevant of earlier conversations as a fenced
 * block, then the newest messages of this one. A chain says what was said when it has its answer: what the user says is
 * kept then, too.
 */
export class SouvenirMemory extends BaseMemory {
  readonly #fields: SouvenirMemoryInput;
  readonly #memoryKey: string;
  readonly #memory: () => Promise<Memory>;
  readonly #scope: { namespace: string; thread: string };
  readonly #conversation: Conversation;

  constructor(fields: SouvenirMemoryInput) {
    super();
    checkOptions(fields, "SouvenirMemory", optionNames);
    const { memory, namespace, sessionId = "default", ...rest } = fields;
    const { memoryKey = "history", inputKey, outputKey, returnMessages, turns, ...how } = rest;
    this.#memoryKey = memoryKey;
    this.#fields = fields;
    this.#memory = memoryOpener(memory);
    this.#scope = { namespace: toNamespace(namespace), thread: toText(sessionId, "sessionId") };
    this.#conversation = new Conversation({
      ...how,
      memory: this.#memory,
      namespace: () => this.#scope.namespace,
      thread: () => this.#scope.thread,
    });
  }

  get memoryKeys(): string[] {
    return [this.#memoryKey];
  }

  override async loadMemoryVariables(values: InputValues): Promise<MemoryVariables> {
    const { returnMessages = false, turns = 10, inputKey } = this.#fields;
    let recent: BaseMessage[] = [];
    let block = "";
    try {
      recent = await this.#newest(turns);
      const question = query(values, inputKey);
      if (question.trim() !== "") {
        const messages = [...recent, new HumanMessage(question)].map(told);
        const asked = { messages, call: undefined, given: { store: false } };
        block = (await this.#conversation.begin(asked))?.recalled.text ?? "";
      }
    } catch (error) {
      this.#conversation.report(error, { stage: "recall", ...this.#scope });
    }
    if (returnMessages)
      return { [this.#memoryKey]: [...(block === "" ? [] : [new SystemMessage(block)]), ...recent] };
    const spoken = getBufferString(recent);
    return { [this.#memoryKey]: [block, spoken].filter((part) => part !== "").join("\n\n") };
  }

  override async saveContext(inputs: InputValues, outputs: OutputValues): Promise<void> {
    try {
      const said = new HumanMessage(String(getInputValue(inputs, this.#fields.inputKey)));
      const answer = String(getOutputValue(outputs, this.#fields.outputKey));
      const messages = [...(await this.#newest(beforeATurn)), said].map(told);
      const turn = await this.#conversation.begin({ messages, call: undefined, given: { recall: false } });
      await turn?.end({ messages: [{ content: answer }] });
    } catch (error) {
      this.#conversation.report(error, { stage: "store", ...this.#scope });
    }
  }

  /** Erases this conversation; other conversations of the namespace stay. */
  async clear(): Promise<void> {
    await (await this.#memory()).delete(this.#scope);
  }

  async #newest(count: number): Promise<BaseMessage[]> {
    return (await newestMessages(await this.#memory(), this.#scope, count)).map((record) =>
      toMessage(record),
    );
  }
}

/** What the user says: the named input, else the only one, else all that is text. */
function query(values: InputValues, inputKey: string | undefined): string {
  if (inputKey !== undefined) return String(values[inputKey] ?? "");
  return Object.values(values)
    .filter((value) => typeof value === "string")
    .join("\n");
}
