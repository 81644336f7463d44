import { BaseListChatMessageHistory } from "@langchain/core/chat_history";
import type { BaseMessage } from "@langchain/core/messages";
import { checkOptions, type MemorySource, memoryOpener, namesOf, recordsOf } from "@souvenir/core";
import { type NamespaceInput, toNamespace, toText } from "./scope.ts";
import { threadsOf, toMemories, toMessages } from "./stored-messages.ts";

/** Which conversation of which memory it is. */
export interface SouvenirChatMessageHistoryInput {
  /** A memory, or the promise of one. */
  memory: MemorySource;
  /** Whose conversations: the unit of isolation, as in the other parts of this package. */
  namespace: NamespaceInput;
  /** The conversation: a thread of the namespace. */
  sessionId: string;
}

const optionNames = namesOf<SouvenirChatMessageHistoryInput>({
  memory: true,
  namespace: true,
  sessionId: true,
});

/**
 * The whole list of a conversation's messages, in order, with tool calls, content parts and artifacts; thinking is not
 * kept. What was said is found by `search` and `recall` of the namespace, too. Failures are thrown.
 */
export class SouvenirChatMessageHistory extends BaseListChatMessageHistory {
  lc_namespace: string[] = ["souvenir", "chat_history"];
  readonly #memory: ReturnType<typeof memoryOpener>;
  readonly #namespace: string;
  readonly #sessionId: string;

  static override lc_name(): string {
    return "SouvenirChatMessageHistory";
  }

  constructor(fields: SouvenirChatMessageHistoryInput) {
    super();
    checkOptions(fields, "SouvenirChatMessageHistory", optionNames);
    this.#memory = memoryOpener(fields.memory);
    this.#namespace = toNamespace(fields.namespace);
    this.#sessionId = toText(fields.sessionId, "sessionId");
  }

  override async getMessages(): Promise<BaseMessage[]> {
    const memory = await this.#memory();
    const [spoken, unspoken] = threadsOf(this.#sessionId).map((thread) =>
      Array.fromAsync(recordsOf(memory, { namespace: this.#namespace, thread, limit: 1_000 })),
    );
    return toMessages((await spoken) ?? [], (await unspoken) ?? []);
  }

  override async addMessage(message: BaseMessage): Promise<void> {
    await this.addMessages([message]);
  }

  /** All or none, up to 1000 messages; of long ones less. */
  override async addMessages(messages: BaseMessage[]): Promise<void> {
    const inputs = messages.flatMap((message) =>
      toMemories(message, this.#sessionId).map((kept) => ({ ...kept, namespace: this.#namespace })),
    );
    if (inputs.length > 0) await (await this.#memory()).setMany(inputs);
  }

  override async clear(): Promise<void> {
    const memory = await this.#memory();
    for (const thread of threadsOf(this.#sessionId))
      await memory.delete({ namespace: this.#namespace, thread });
  }
}
