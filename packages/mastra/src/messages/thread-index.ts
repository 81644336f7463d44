import type { MastraDBMessage, StorageThreadType } from "@mastra/core/memory";
import type { MemoryStorage } from "@mastra/core/storage";
import type { MemoryRecord, Progress } from "@souvenir/core";
import type { MessageHit, MessageMemory } from "./message-memory.ts";
import { spokenIn } from "./spoken.ts";

/** Messages read at once. */
const messagePage = 200;
const threadPage = 100;

/** Edits of the same messages that are met while they are indexed. */
const rounds = 100;

/** What the index has of a message, and of whom it is. */
const said = ({ threadId, resourceId, role, content }: MastraDBMessage): string =>
  JSON.stringify([threadId, resourceId, role, content]);

/** Keeps the index of what was said in step with the threads of a storage. */
export class ThreadIndex {
  readonly #messages: MessageMemory;
  readonly #storage: () => Promise<MemoryStorage>;

  constructor(messages: MessageMemory, storage: () => Promise<MemoryStorage>) {
    this.#messages = messages;
    this.#storage = storage;
  }

  /** Indexes stored messages, as the storage has them when it is done: somebody else may have edited them meanwhile. */
  async add(messages: readonly MastraDBMessage[]): Promise<void> {
    const messageIds = messages.map(({ id }) => id);
    let indexed = messages;
    for (let round = 0; round < rounds; round++) {
      await this.#add(indexed);
      const { messages: now } = await (await this.#storage()).listMessagesById({ messageIds });
      const before = new Map(indexed.map((message) => [message.id, said(message)]));
      const edited = now.filter((message) => before.get(message.id) !== said(message));
      if (edited.length === 0) return;
      indexed = edited;
    }
  }

  async #add(messages: readonly MastraDBMessage[]): Promise<void> {
    const store = await this.#storage();
    for (const [resourceId, mine] of await this.byResource(messages))
      for (const [threadId, spoken] of Map.groupBy(mine, (message) => message.threadId)) {
        const thread = threadId === undefined ? null : await store.getThreadById({ threadId });
        await this.#messages.store(resourceId, spoken, thread?.metadata ?? {});
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

  /**
   * Those of the hits of a resource that the storage holds as the index has them, and for this resource still. What was
   * deleted, edited or handed over behind the index's back is put right in it. Hits of other origin pass.
   */
  async held<Hit extends MemoryRecord>(
    resourceId: string,
    hits: readonly MessageHit<Hit>[],
  ): Promise<MessageHit<Hit>[]> {
    const messageIds = hits.filter(({ hit }) => this.#messages.isStored(hit)).map(({ id }) => id);
    if (messageIds.length === 0) return [...hits];
    const store = await this.#storage();
    const { messages } = await store.listMessagesById({ messageIds });
    const threadIds = new Set(messages.flatMap(({ threadId }) => threadId || []));
    const threads = await Promise.all([...threadIds].map((threadId) => store.getThreadById({ threadId })));
    const owners = new Map(
      threads.flatMap((thread) => (thread?.resourceId ? [[thread.id, thread.resourceId]] : [])),
    );
    const mine = new Map<string, MastraDBMessage>();
    for (const message of messages) {
      const owner = owners.get(message.threadId ?? "") ?? message.resourceId;
      if (owner === resourceId && (message.resourceId || owner) === resourceId) mine.set(message.id, message);
    }
    const current = ({ id, hit }: MessageHit<Hit>): boolean => {
      if (!messageIds.includes(id)) return true;
      const message = mine.get(id);
      return message !== undefined && spokenIn(message)?.text.includes(hit.value) === true;
    };
    const stale = hits.filter((hit) => !current(hit)).map(({ id }) => id);
    if (stale.length > 0) {
      await this.#messages.deleteMessages(resourceId, stale);
      await this.add(messages.filter(({ id }) => stale.includes(id)));
    }
    return hits.filter(current);
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
    const owners = new Map<string, string | undefined>();
    for (const { threadId, resourceId } of messages)
      if (!resourceId && threadId !== undefined && !owners.has(threadId))
        owners.set(threadId, (await store.getThreadById({ threadId }))?.resourceId);
    const found = Map.groupBy(
      messages,
      ({ threadId, resourceId }) => resourceId || owners.get(threadId ?? "") || "",
    );
    found.delete("");
    return found;
  }
}
