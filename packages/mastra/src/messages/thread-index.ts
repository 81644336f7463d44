import type { MastraDBMessage, StorageThreadType } from "@mastra/core/memory";
import type { MemoryStorage } from "@mastra/core/storage";
import type { Progress } from "@souvenir/core";
import type { MessageMemory } from "./message-memory.ts";

/** Messages read at once. */
const messagePage = 200;
const threadPage = 100;

/** Keeps the index of what was said in step with the threads of a storage. */
export class ThreadIndex {
  readonly #messages: MessageMemory;
  readonly #storage: () => Promise<MemoryStorage>;

  constructor(messages: MessageMemory, storage: () => Promise<MemoryStorage>) {
    this.#messages = messages;
    this.#storage = storage;
  }

  /** Indexes stored messages. */
  async add(messages: readonly MastraDBMessage[]): Promise<void> {
    const store = await this.#storage();
    for (const [resourceId, mine] of await this.byResource(messages))
      for (const [threadId, said] of Map.groupBy(mine, (message) => message.threadId)) {
        const thread = threadId === undefined ? null : await store.getThreadById({ threadId });
        await this.#messages.store(resourceId, said, thread?.metadata ?? {});
      }
  }

  /** Indexes a whole thread. @returns Its messages */
  async addThread({ id, resourceId, metadata }: StorageThreadType): Promise<number> {
    if (!resourceId) return 0;
    const store = await this.#storage();
    let count = 0;
    for (let page = 0; ; page += 1) {
      const { messages, hasMore } = await store.listMessages({
        threadId: id,
        page,
        perPage: messagePage,
        orderBy: { field: "createdAt", direction: "ASC" },
      });
      await this.#messages.store(resourceId, messages, metadata ?? {});
      count += messages.length;
      if (!hasMore) return count;
    }
  }

  /** Indexes the threads of a resource, or of all. */
  async addAll(options: {
    resourceId?: string;
    onProgress?: (progress: Progress) => void;
    signal?: AbortSignal;
  }): Promise<{ threads: number; messages: number }> {
    const { resourceId, onProgress, signal } = options;
    const store = await this.#storage();
    let [threads, messages] = [0, 0];
    for (let page = 0; ; page += 1) {
      const listed = await store.listThreads({
        ...(resourceId === undefined ? {} : { filter: { resourceId } }),
        page,
        perPage: threadPage,
        orderBy: { field: "createdAt", direction: "ASC" },
      });
      for (const thread of listed.threads) {
        signal?.throwIfAborted();
        messages += await this.addThread(thread);
        threads += 1;
        onProgress?.({ done: threads, total: listed.total });
      }
      if (!listed.hasMore) return { threads, messages };
    }
  }

  /** Takes messages out of the index. Called before the storage forgets whose they are. */
  async remove(messageIds: readonly string[]): Promise<void> {
    if (messageIds.length === 0) return;
    const { messages } = await (await this.#storage()).listMessagesById({ messageIds: [...messageIds] });
    for (const [resourceId, mine] of await this.byResource(messages))
      await this.#messages.deleteMessages(
        resourceId,
        mine.map(({ id }) => id),
      );
  }

  /** Messages by the resource that they or their threads belong to; those of nobody are left out. */
  async byResource(messages: readonly MastraDBMessage[]): Promise<Map<string, MastraDBMessage[]>> {
    const store = await this.#storage();
    const found = new Map<string, MastraDBMessage[]>();
    const owners = new Map<string, string | undefined>();
    for (const message of messages) {
      const { threadId } = message;
      if (!message.resourceId && threadId !== undefined && !owners.has(threadId))
        owners.set(threadId, (await store.getThreadById({ threadId }))?.resourceId);
      const resourceId = message.resourceId || owners.get(threadId ?? "");
      if (!resourceId) continue;
      const mine = found.get(resourceId);
      if (mine === undefined) found.set(resourceId, [message]);
      else mine.push(message);
    }
    return found;
  }
}
