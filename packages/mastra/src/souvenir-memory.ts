import type { Mastra } from "@mastra/core/mastra";
import type {
  MastraDBMessage,
  MemoryConfig,
  MemoryConfigInternal,
  StorageThreadType,
} from "@mastra/core/memory";
import type {
  InputProcessor,
  InputProcessorOrWorkflow,
  OutputProcessor,
  OutputProcessorOrWorkflow,
} from "@mastra/core/processors";
import type { RequestContext } from "@mastra/core/request-context";
import { InMemoryStore, type MastraCompositeStore, type MemoryStorage } from "@mastra/core/storage";
import { Memory as MastraMemory } from "@mastra/memory";
import {
  checkOptions,
  type Embedder,
  given,
  type Memory,
  type MemoryRecord,
  namesOf,
  type Progress,
  SouvenirError,
} from "@souvenir/core";
import type { Answer, Given } from "./contract.ts";
import {
  foreign,
  pathOf,
  refuseForeign,
  type SouvenirMemoryOptions,
  type StockOptions,
  withDefaults,
} from "./memory-options.ts";
import { type AnyTool, memoryTools } from "./memory-tools.ts";
import { AgentRecall, recallOptionNames } from "./messages/agent-recall.ts";
import type { MessageHit } from "./messages/message-memory.ts";
import { RecallProcessor } from "./messages/recall-processor.ts";
import { type RecallSettings, recallSettings } from "./messages/recall-settings.ts";
import { ThreadIndex } from "./messages/thread-index.ts";
import { foundMessages, type Recall } from "./messages/turn-recall.ts";
import { SouvenirMemoryDomain } from "./storage/memory-domain.ts";
import { SouvenirStorage } from "./storage/souvenir-storage.ts";
import { StorageChoice } from "./storage-choice.ts";
import { SouvenirVector } from "./vector/souvenir-vector.ts";
import { repairedInstruction, repairWorkingMemory } from "./working-memory-prompt.ts";
import { MergedUpdates } from "./working-memory-tool.ts";

const optionNames = namesOf<SouvenirMemoryOptions>({
  id: true,
  storage: true,
  options: true,
  tools: true,
  mergeWorkingMemory: true,
  ...recallOptionNames,
});

/**
 * Memory for Mastra's agents that is a drop-in for `Memory` of `@mastra/memory`: threads, history, working memory,
 * observational memory and the routes of Mastra's server are its own; semantic recall is Souvenir's. One file, nothing
 * else to install or run.
 *
 * ```ts
 * const agent = new Agent({ …, model: "mistral/mistral-large-latest", memory: new SouvenirMemory() });
 * ```
 *
 * Nothing is opened before it is used, and no failure of the index or of the embedder reaches a run: it goes to the
 * logger and to `onError`, and a message whose embedding failed is embedded later.
 */
export class SouvenirMemory extends MastraMemory {
  readonly #recall: AgentRecall;
  readonly #index: ThreadIndex;
  readonly #tools: Record<string, AnyTool>;
  readonly #mergedUpdates: MergedUpdates | undefined;
  /** The storage that was made here, if it was. */
  readonly #ownStorage: SouvenirStorage | undefined;
  #mastra: Mastra | undefined;
  readonly #choice: StorageChoice;

  /** @throws SouvenirError `INVALID_INPUT` for options that contradict each other or that this memory does not have */
  constructor(options: SouvenirMemoryOptions = {}) {
    const { id, storage, tools = false, mergeWorkingMemory: merges = false } = options;
    refuseForeign(options);
    checkOptions(options, "SouvenirMemory", optionNames);
    const path = pathOf(options);
    const recall = new AgentRecall(
      options,
      () => this.logger,
      () => this.storage.id,
    );
    // For what Mastra searches itself: observations, as texts in the same memory.
    const vector = new SouvenirVector({ memory: () => recall.memory.open() });
    super({
      ...given({ id, storage }),
      vector,
      embedder: vector.embedder,
      options: withDefaults(options.options ?? {}),
    } as StockOptions);
    this.#recall = recall;
    this.#choice = new StorageChoice(recall.messages);
    if (storage !== undefined) this.#choice.make();
    this.#index = new ThreadIndex(recall.messages, () => this.getMemoryStore());
    this.#mergedUpdates = merges ? new MergedUpdates(this) : undefined;
    this.#tools = memoryTools(tools, {
      recall,
      index: this.#index,
      deleteMessages: (ids) => this.deleteMessages(ids),
    });
    // Validates what every run will use.
    this.#settings(undefined);
    if (storage === undefined) {
      this.#ownStorage = new SouvenirStorage(given({ path }));
      super.setStorage(this.#ownStorage);
    }
    this.#checkObserving(storage ?? this.#ownStorage);
  }

  /** What the last turn recalled, and why; of one thread when it is named. Of the last 1000 threads. */
  lastRecall(of?: { resourceId: string; threadId: string }): Recall | undefined {
    return this.#recall.lastRecall(of);
  }

  /** The memory behind the index, opened if it is not yet. */
  openMemory(): Promise<Memory> {
    return this.#recall.memory.open();
  }

  /**
   * Erases everything of a resource: its threads and messages, their index, working memory, observations, and runs of
   * workflows.
   * @returns Threads and indexed messages that were erased
   */
  async forget(resourceId: string): Promise<{ threads: number; messages: number }> {
    const store = await this.getMemoryStore();
    await this.#choice.checkResource(resourceId);
    // The index first: what is gone from it cannot be recalled, whatever happens next.
    const messages = await this.#recall.messages.deleteResource(resourceId);
    const { threads } = await store.listThreads({ filter: { resourceId }, perPage: false });
    for (const { id } of threads) await super.deleteThread(id);
    if (store.supportsObservationalMemory) await store.clearObservationalMemory(null, resourceId);
    if (store instanceof SouvenirMemoryDomain) await store.deleteResource({ resourceId });
    else if ((await store.getResourceById({ resourceId })) !== null) {
      const now = new Date();
      const resource = { id: resourceId, workingMemory: "", metadata: {}, createdAt: now, updatedAt: now };
      await store.saveResource({ resource });
    }
    // Runs that wait for an answer hold what was said.
    const workflows = await this.storage.getStore("workflows");
    for (const run of (await workflows?.listWorkflowRuns({ resourceId }))?.runs ?? [])
      await workflows?.deleteWorkflowRunById(run);
    // A turn that ended meanwhile.
    await this.#recall.messages.deleteResource(resourceId);
    this.#recall.forgetRecalls({ resourceId });
    await super.settled();
    return { threads: threads.length, messages };
  }

  /**
   * Indexes the stored messages of a resource, or of all: for threads that were written without this memory, or after
   * an interrupted write. What is indexed already stays as it is.
   */
  async reindex(
    options: { resourceId?: string; onProgress?: (progress: Progress) => void; signal?: AbortSignal } = {},
  ): Promise<{ threads: number; messages: number }> {
    return this.#index.addAll(options);
  }

  /**
   * Moves the memory to another embedder, while it is in use: by default to the one that this memory was made with,
   * after it was made with another before. Called again, it goes on where it stopped.
   * @throws SouvenirError `INVALID_INPUT` without an embedder; `EMBEDDER_FAILED` when the provider fails for good
   */
  async reembed(
    options: { embedder?: Embedder; onProgress?: (progress: Progress) => void; signal?: AbortSignal } = {},
  ): Promise<{ embedded: number }> {
    const embedder = options.embedder ?? this.#recall.memory.embedder;
    if (embedder === undefined)
      throw new SouvenirError(
        "INVALID_INPUT",
        "reembed() needs the embedder to move to: reembed({ embedder })",
      );
    return (await this.openMemory()).reembed({ ...options, embedder });
  }

  /**
   * Resolves when everything that was said is indexed and embedded, as far as the provider takes it.
   * @param options - `timeoutMs`: how long it waits for each of the two, at most. Default a minute.
   */
  override async settled(options: { timeoutMs?: number } = {}): Promise<void> {
    await super.settled();
    try {
      await this.#recall.settled(options);
    } catch (error) {
      this.#recall.report(error, { stage: "store" });
    }
  }

  /** Closes the memory and the storage that were opened here; those that were given stay open. */
  async close(): Promise<void> {
    await super.settled();
    await this.#recall.conversation.flush();
    await this.#recall.memory.close();
    await this.#ownStorage?.close?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  override __registerMastra(mastra: Mastra): void {
    super.__registerMastra(mastra);
    this.#mastra = mastra;
    const storage = mastra.getStorage();
    if (storage !== undefined && !this.hasOwnStorage) this.setStorage(storage);
    this.#choice.make();
  }

  /** The storage in which Mastra keeps threads and messages. */
  override setStorage(storage: MastraCompositeStore): void {
    // Mastra offers this one where none was configured.
    const fallback = storage instanceof InMemoryStore && storage === this.#mastra?.getStorage();
    if (fallback && this.#ownStorage !== undefined) return;
    this.#checkObserving(storage);
    const { late } = this.#choice;
    if (late !== undefined && storage !== this.#ownStorage) this.#recall.report(late, { stage: "open" });
    this.#choice.make();
    super.setStorage(storage);
  }

  /** @throws SouvenirError `INVALID_INPUT` before the first run where the conversations are in a storage that Mastra has */
  protected override async getMemoryStore(): Promise<MemoryStorage> {
    await this.#choice.check();
    return super.getMemoryStore();
  }

  /** @throws SouvenirError `INVALID_INPUT`: vectors are those of the memory. */
  override setVector(): void {
    throw new SouvenirError("INVALID_INPUT", foreign("vector"));
  }

  /** @throws SouvenirError `INVALID_INPUT`: the embedder is that of the memory. */
  override setEmbedder(): void {
    throw new SouvenirError("INVALID_INPUT", foreign("embedder"));
  }

  override async getInputProcessors(
    configured: InputProcessorOrWorkflow[] = [],
    context?: RequestContext,
  ): Promise<InputProcessor[]> {
    const { mine, others } = await this.#withMine(configured, (all) =>
      super.getInputProcessors(all, context),
    );
    repairWorkingMemory(others);
    if (mine === undefined) return others;
    const at = others.findIndex(({ id }) => id === "memory-token-limiter" || id === "observational-memory");
    return at < 0 ? [...others, mine] : others.toSpliced(at, 0, mine);
  }

  override async getOutputProcessors(
    configured: OutputProcessorOrWorkflow[] = [],
    context?: RequestContext,
  ): Promise<OutputProcessor[]> {
    const { mine, others } = await this.#withMine(configured, (all) =>
      super.getOutputProcessors(all, context),
    );
    // After the history: what is indexed is stored.
    return mine === undefined ? others : [...others, mine];
  }

  override async getSystemMessage(args: Given<MastraMemory, "getSystemMessage">): Promise<string | null> {
    const instruction = await super.getSystemMessage(args);
    return instruction === null ? null : repairedInstruction(instruction);
  }

  override listTools(config?: MemoryConfigInternal): Record<string, AnyTool> {
    // As each run begins.
    this.#choice.make();
    const tools = super.listTools(config);
    this.#mergedUpdates?.applyTo(tools, config);
    return this.getMergedThreadConfig(config).readOnly ? tools : { ...this.#tools, ...tools };
  }

  /** With `vectorSearchString` the messages that are found, and those around them, and no others. */
  override async recall(args: Given<MastraMemory, "recall">): Answer<MastraMemory, "recall"> {
    const { vectorSearchString: query, threadId, resourceId: asked, threadConfig } = args;
    const settings = this.#settings(threadConfig);
    if (settings === undefined || !query?.trim()) {
      const { vectorSearchString: _, ...history } = args;
      return super.recall(history as typeof args);
    }
    const config = this.getMergedThreadConfig(threadConfig);
    if (settings.scope === "resource" && !asked)
      throw new SouvenirError(
        "INVALID_INPUT",
        'recall: a search through all threads of a resource needs resourceId; for one thread set semanticRecall.scope to "thread"',
      );
    const thread = asked
      ? await this.validateThreadIsOwnedByResource(threadId, asked, config)
      : await this.getThreadById({ threadId });
    const resourceId = asked ?? thread?.resourceId;
    const held = <Hit extends MemoryRecord>(hits: readonly MessageHit<Hit>[]) =>
      this.#index.held(resourceId as string, hits);
    const search = { resourceId: resourceId as string, threadId, query, settings, held };
    const messages = resourceId
      ? await foundMessages(this.#recall.messages, await this.getMemoryStore(), search)
      : [];
    return { messages, total: messages.length, page: 0, perPage: settings.topK, hasMore: false };
  }

  override async saveMessages(
    args: Given<MastraMemory, "saveMessages">,
  ): Answer<MastraMemory, "saveMessages"> {
    const saved = await super.saveMessages({ ...args, memoryConfig: withoutRecall(args.memoryConfig) });
    await this.#add(saved.messages, args.memoryConfig);
    return saved;
  }

  override async persistMessages(messages: MastraDBMessage[]): Promise<void> {
    await super.persistMessages(messages);
    await this.#add(messages);
  }

  override async updateMessages(
    args: Given<MastraMemory, "updateMessages">,
  ): Answer<MastraMemory, "updateMessages"> {
    // Those that may change hands leave their owner's index first.
    await this.#index.remove(args.messages.flatMap(({ id, resourceId }) => (resourceId ? [id] : [])));
    const updated = await super.updateMessages({ ...args, memoryConfig: withoutRecall(args.memoryConfig) });
    await this.#add(updated, args.memoryConfig);
    return updated;
  }

  override async deleteMessages(...args: Parameters<MastraMemory["deleteMessages"]>): Promise<void> {
    const ids = (Array.isArray(args[0]) ? args[0] : []).map((item) =>
      typeof item === "string" ? item : item?.id,
    );
    // The index first: what is gone from it cannot be recalled, whatever happens next.
    await this.#index.remove(ids.filter((id): id is string => typeof id === "string" && id !== ""));
    await super.deleteMessages(...args);
  }

  override async deleteThread(threadId: string): Promise<void> {
    const thread = await this.getThreadById({ threadId });
    if (thread?.resourceId) {
      await this.#recall.messages.deleteThread(thread.resourceId, threadId);
      this.#recall.forgetRecalls({ resourceId: thread.resourceId, threadId });
    }
    await super.deleteThread(threadId);
  }

  override async copyThread(
    args: Given<MastraMemory, "copyThread">,
    config?: MemoryConfigInternal,
  ): Answer<MastraMemory, "copyThread"> {
    const copied = await super.copyThread(args, withoutRecall(config));
    if (this.#settings(config) !== undefined) await this.#inStep(() => this.#index.addThread(copied.thread));
    return copied;
  }

  override async updateThreadResourceId(
    args: Given<MastraMemory, "updateThreadResourceId">,
  ): Promise<StorageThreadType> {
    const { threadId, resourceId, memoryConfig } = args;
    const before = await this.getThreadById({ threadId });
    // First, because nobody may find what is not theirs any more.
    if (before?.resourceId && before.resourceId !== resourceId)
      await this.#recall.messages.deleteThread(before.resourceId, threadId);
    let thread = before;
    try {
      thread = await super.updateThreadResourceId({ ...args, memoryConfig: withoutRecall(memoryConfig) });
      return thread;
    } finally {
      const owned = thread;
      if (owned !== null && this.#settings(memoryConfig) !== undefined)
        await this.#inStep(() => this.#index.addThread(owned));
    }
  }

  override async saveThread(args: Given<MastraMemory, "saveThread">): Promise<StorageThreadType> {
    const { id: threadId, resourceId } = args.thread;
    const owner = (await this.getThreadById({ threadId }))?.resourceId;
    // Its messages go with it.
    if (owner && resourceId && owner !== resourceId)
      await this.updateThreadResourceId({ ...args, threadId, resourceId });
    const thread = await super.saveThread(args);
    await this.#described(thread, args.thread.metadata, args.memoryConfig);
    return thread;
  }

  override async updateThread(args: Given<MastraMemory, "updateThread">): Promise<StorageThreadType> {
    const thread = await super.updateThread(args);
    await this.#described(thread, args.metadata, args.memoryConfig);
    return thread;
  }

  /** Mastra's own processors, and ours, which knows from them whether what is said in runs is stored. */
  async #withMine<Configured extends { id: string }, Processor extends { id: string }>(
    configured: readonly Configured[],
    get: (all: (Configured & RecallProcessor)[]) => Promise<Processor[]>,
  ): Promise<{ mine: RecallProcessor | undefined; others: Processor[] }> {
    let stores = false;
    // The user brought one.
    const mine = configured.some(({ id }) => id === "semantic-recall")
      ? undefined
      : new RecallProcessor({
          recall: this.#recall,
          optionsOf: (call) => {
            const recall = this.#settings(call);
            return { recall, store: recall !== undefined && !this.getMergedThreadConfig(call).readOnly };
          },
          storage: () => this.getMemoryStore(),
          storesRuns: () => stores,
          index: this.#index,
        });
    const others = await get([...configured, ...(mine === undefined ? [] : [mine])] as never);
    stores = [...configured, ...others].some(isHistory);
    return { mine, others };
  }

  #settings(call: MemoryConfig | MemoryConfigInternal | undefined): RecallSettings | undefined {
    return recallSettings(this.getMergedThreadConfig(call).semanticRecall);
  }

  /** Filters look at the metadata of threads. */
  async #described(
    thread: StorageThreadType,
    metadata: Record<string, unknown> | undefined,
    config: MemoryConfigInternal | undefined,
  ): Promise<void> {
    if (metadata !== undefined && this.#settings(config) !== undefined)
      await this.#inStep(() => this.#index.addThread(thread));
  }

  /** Indexes messages that were stored. */
  async #add(messages: readonly MastraDBMessage[], config?: MemoryConfigInternal): Promise<void> {
    if (this.#settings(config) === undefined || this.getMergedThreadConfig(config).readOnly) return;
    await this.#inStep(() => this.#index.add(messages));
  }

  /** What fails is reported: the messages are kept, and `reindex()` makes up for it. */
  async #inStep(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#recall.report(error, { stage: "store" });
    }
  }

  /** Mastra itself would say nothing, and keep nothing of the conversation. */
  #checkObserving(storage: MastraCompositeStore | undefined): void {
    const memory = storage?.stores?.memory;
    const observes = this.threadConfig.observationalMemory;
    const wanted = observes === true || (typeof observes === "object" && observes.enabled !== false);
    if (wanted && memory !== undefined && !memory.supportsObservationalMemory)
      throw new SouvenirError(
        "INVALID_INPUT",
        `observationalMemory: the storage "${storage?.id}" does not keep observations; leave out storage, or take one that does`,
      );
  }
}

/** Processors of Mastra that store what is said in a run. */
function isHistory({ id }: { id: string }): boolean {
  return id === "message-history" || id === "observational-memory";
}

function withoutRecall<Config extends MemoryConfig | MemoryConfigInternal>(
  config: Config | undefined,
): Config {
  return { ...config, semanticRecall: false } as Config;
}
