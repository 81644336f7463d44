import { type MastraDBMessage, MessageList } from "@mastra/core/agent";
import type { StorageThreadType } from "@mastra/core/memory";
import type {
  MemoryStorage,
  ObservationalMemoryRecord,
  PruneOptions,
  PruneResult,
  RetentionTablesDescriptor,
  StorageCloneThreadInput,
  StorageCopyThreadOutput,
  StorageListMessagesByResourceIdInput,
  StorageListMessagesInput,
  StorageListMessagesOutput,
  StorageListThreadsInput,
  StorageListThreadsOutput,
  StorageResourceType,
  TableRetentionPolicy,
} from "@mastra/core/storage";
import { given, SouvenirError } from "@souvenir/core";
import { condition, type RecordTable, type SqliteConnection } from "@souvenir/core/sqlite";
import type { Given } from "../contract.ts";
import { checkSeen, seenWorkingMemory } from "../seen-working-memory.ts";
import { checkId, invalid, toTime } from "../values.ts";
import { inOrder, listMessages, listThreads } from "./listing.ts";
import { type MessageUpdate, toMessage, updatedMessage } from "./message-content.ts";
import { deleteObservations, ObservationDomain, observationOwner, stored } from "./observation-domain.ts";
import { messages, observations, resources, type StoredMessage, threads } from "./records.ts";
import { erase, prune } from "./retention.ts";

/** What another storage kept. */
export interface Restored {
  threads?: readonly StorageThreadType[];
  messages?: readonly MastraDBMessage[];
  resources?: readonly StorageResourceType[];
  observations?: readonly ObservationalMemoryRecord[];
}

/**
 * Threads, messages, resources and observational memory in a Souvenir file. Writes resolve when they are on disk, whole
 * or not at all; what was deleted is gone from the file. Messages with the same time are in order of arrival.
 */
export class SouvenirMemoryDomain extends ObservationDomain {
  static override readonly retentionTables: RetentionTablesDescriptor = {
    messages: { table: "mastra_messages", column: "created_at", indexed: true, anchorType: "epoch-ms" },
    resources: { table: "mastra_resources", column: "created_at", indexed: true, anchorType: "epoch-ms" },
    threads: { table: "mastra_threads", column: "created_at", indexed: true, anchorType: "epoch-ms" },
  };
  override readonly supportsPartialThreadUpdate = true;

  override async init(): Promise<void> {
    await this.file.open();
  }

  close(): Promise<void> {
    return this.file.close();
  }

  async dangerouslyClearAll(): Promise<void> {
    const tables = [messages, threads, resources, observations];
    await erase(this.file, (db) => tables.reduce((erased, table) => erased + table.remove(db), 0));
  }

  /**
   * Puts what is not there yet as it is, with its ids and times, in one write; nothing else is touched.
   * @returns How many of each were not there
   */
  async restore(rows: Restored): Promise<{ [Kind in keyof Required<Restored>]: number }> {
    const db = await this.file.open();
    const add = <Item extends { id: string }>(
      table: RecordTable<Item>,
      items: readonly Item[] = [],
    ): number => {
      const missing = items.filter(({ id }) => table.get(db, id) === undefined);
      for (const item of missing) table.put(db, item);
      return missing.length;
    };
    return db.transaction(() => ({
      threads: add(threads, rows.threads),
      messages: add(
        messages,
        rows.messages?.map((message) => complete(message, this.clock())),
      ),
      resources: add(resources, rows.resources),
      observations: add(observations, rows.observations?.map(stored)),
    }));
  }

  override prune(
    policies: Record<string, TableRetentionPolicy>,
    options?: PruneOptions,
  ): Promise<PruneResult[]> {
    const tables = SouvenirMemoryDomain.retentionTables;
    return prune({ file: this.file, clock: this.clock, domain: "memory", tables }, policies, options);
  }

  async getThreadById({
    threadId,
    resourceId,
  }: Given<MemoryStorage, "getThreadById">): Promise<StorageThreadType | null> {
    const thread = threads.get(await this.file.open(), threadId);
    return thread === undefined || (resourceId !== undefined && thread.resourceId !== resourceId)
      ? null
      : thread;
  }

  async saveThread({ thread }: { thread: StorageThreadType }): Promise<StorageThreadType> {
    const db = await this.file.open();
    await db.transaction(() => threads.put(db, thread));
    return thread;
  }

  async updateThread({
    id,
    title,
    metadata,
  }: Given<MemoryStorage, "updateThread">): Promise<StorageThreadType> {
    const seen = seenWorkingMemory.getStore();
    const db = await this.file.open();
    return db.transaction(() => {
      const thread = existingThread(db, id);
      checkSeen(seen, thread.metadata?.workingMemory, { threadId: id });
      return this.#putChanged(db, thread, {
        ...given({ title }),
        // The rest of the metadata was read by Mastra outside of this transaction, and may be old.
        ...(metadata === undefined
          ? {}
          : { metadata: seen === undefined ? metadata : { workingMemory: metadata.workingMemory } }),
      });
    });
  }

  /** Reads, changes and writes in one transaction, also against other processes. */
  override async updateThreadMetadata({
    id,
    resourceId,
    update,
  }: Given<MemoryStorage, "updateThreadMetadata">): Promise<StorageThreadType | null> {
    const db = await this.file.open();
    return db.transaction(() => {
      const thread = threads.get(db, id);
      if (thread === undefined || (resourceId !== undefined && thread.resourceId !== resourceId)) return null;
      const metadata = update(thread);
      return metadata === undefined ? thread : this.#putChanged(db, thread, { metadata });
    });
  }

  override async updateThreadResourceId({
    threadId,
    resourceId,
  }: Given<MemoryStorage, "updateThreadResourceId">): Promise<StorageThreadType> {
    checkId(resourceId, "resourceId");
    const db = await this.file.open();
    return db.transaction(() => {
      const thread = existingThread(db, threadId, `Thread "${threadId}" not found`);
      if (thread.resourceId === resourceId) return thread;
      db.run("UPDATE mastra_messages SET resource = ? WHERE thread = ?", resourceId, threadId);
      return this.#putChanged(db, thread, { resourceId });
    });
  }

  async deleteThread({ threadId }: { threadId: string }): Promise<void> {
    await erase(
      this.file,
      (db) =>
        messages.remove(db, [condition("thread = ?", threadId)]) +
        threads.remove(db, [condition("id = ?", threadId)]) +
        // What was observed in the thread tells of it too.
        deleteObservations(db, observationOwner(threadId, "")),
    );
  }

  async listThreads(args: StorageListThreadsInput): Promise<StorageListThreadsOutput> {
    this.validatePaginationInput(args.page ?? 0, args.perPage ?? 100);
    this.validateMetadataKeys(args.filter?.metadata);
    return listThreads(await this.file.open(), this.parseOrderBy(args.orderBy), args);
  }

  override async copyThread(args: StorageCloneThreadInput): Promise<StorageCopyThreadOutput> {
    const { sourceThreadId, newThreadId = crypto.randomUUID(), resourceId, title, metadata, options } = args;
    checkId(newThreadId, "newThreadId");
    const db = await this.file.open();
    return db.transaction(() => {
      const source = existingThread(db, sourceThreadId, `Source thread with id ${sourceThreadId} not found`);
      if (threads.get(db, newThreadId) !== undefined)
        throw invalid("newThreadId", `an id that is free: Thread with id ${newThreadId} already exists`);
      const rows = copied(db, sourceThreadId, options);
      const now = new Date(this.clock());
      const lastMessageId = rows.at(-1)?.id;
      const owner = resourceId || source.resourceId;
      const newTitle = title || (source.title ? `Clone of ${source.title}` : undefined);
      const thread: StorageThreadType = {
        id: newThreadId,
        resourceId: owner,
        ...given({ title: newTitle }),
        metadata: { ...metadata, clone: { sourceThreadId, clonedAt: now, ...given({ lastMessageId }) } },
        createdAt: now,
        updatedAt: now,
      };
      threads.put(db, thread);
      const messageIdMap: Record<string, string> = {};
      for (const row of rows) {
        const id = crypto.randomUUID();
        messageIdMap[row.id] = id;
        messages.put(db, { ...row, id, threadId: newThreadId, resourceId: owner });
      }
      return { thread, messageIdMap };
    });
  }

  async listMessages(args: StorageListMessagesInput): Promise<StorageListMessagesOutput> {
    const { threadId, resourceId } = args;
    const ids = [threadId].flat();
    if (ids.length === 0 || ids.some((id) => typeof id !== "string" || id.trim() === ""))
      throw invalid(
        "threadId",
        "an id or several: threadId must be a non-empty string or array of non-empty strings",
      );
    const { direction } = this.parseOrderBy(args.orderBy, "ASC");
    const scope = { threads: [...new Set(ids)], resource: resourceId || undefined };
    return listMessages(await this.file.open(), scope, direction, args);
  }

  override async listMessagesByResourceId(
    args: StorageListMessagesByResourceIdInput,
  ): Promise<StorageListMessagesOutput> {
    if (typeof args.resourceId !== "string" || args.resourceId.trim() === "")
      throw invalid("resourceId", "a text that is not empty");
    const { direction } = this.parseOrderBy(args.orderBy, "ASC");
    return listMessages(await this.file.open(), { resource: args.resourceId }, direction, args);
  }

  async listMessagesById({ messageIds }: { messageIds: string[] }): Promise<{ messages: MastraDBMessage[] }> {
    const found = messagesById(await this.file.open(), messageIds);
    return { messages: inOrder(found, "ASC").map(toMessage) };
  }

  async saveMessages(given: Given<MemoryStorage, "saveMessages">): Promise<{ messages: MastraDBMessage[] }> {
    if (given.messages.length === 0) return given;
    const now = this.clock();
    const db = await this.file.open();
    await db.transaction(() => {
      const touched = new Set<string>();
      for (const message of given.messages) {
        const before = messages.get(db, message.id)?.threadId;
        if (before !== undefined) touched.add(before);
        messages.put(db, complete(message, now));
        touched.add(message.threadId as string);
      }
      for (const thread of touched) touch(db, thread, now);
    });
    return { messages: new MessageList().add(given.messages, "memory").get.all.db() };
  }

  async updateMessages(given: { messages: MessageUpdate[] }): Promise<MastraDBMessage[]> {
    if (given.messages.length === 0) return [];
    const now = this.clock();
    const db = await this.file.open();
    return db.transaction(() =>
      given.messages.flatMap((update) => {
        const before = messages.get(db, update.id);
        if (before === undefined) return [];
        const after = updatedMessage(before, update);
        messages.put(db, after);
        touch(db, before.threadId as string, now);
        if (after.threadId !== before.threadId) touch(db, after.threadId as string, now + 1);
        return [toMessage(after)];
      }),
    );
  }

  override async deleteMessages(messageIds: string[]): Promise<void> {
    if (messageIds.length === 0) return;
    const now = this.clock();
    await erase(this.file, (db) => {
      const found = messagesById(db, messageIds);
      for (const { id } of found) messages.remove(db, [condition("id = ?", id)]);
      for (const thread of new Set(found.map(({ threadId }) => threadId))) touch(db, thread as string, now);
      return found.length;
    });
  }

  override async getResourceById({
    resourceId,
  }: Given<MemoryStorage, "getResourceById">): Promise<StorageResourceType | null> {
    return resources.get(await this.file.open(), resourceId) ?? null;
  }

  override async saveResource({ resource }: { resource: StorageResourceType }): Promise<StorageResourceType> {
    await erase(this.file, (db) => putResource(db, resource));
    return resource;
  }

  override async updateResource({
    resourceId,
    workingMemory,
    metadata,
  }: Given<MemoryStorage, "updateResource">): Promise<StorageResourceType> {
    const seen = seenWorkingMemory.getStore();
    const db = await this.file.open();
    const { resource } = await db.transaction(
      () => {
        const now = this.clock();
        const before = resources.get(db, resourceId);
        checkSeen(seen, before?.workingMemory, { resourceId });
        const resource: StorageResourceType = {
          ...(before ?? { id: resourceId, createdAt: new Date(now) }),
          ...given({ workingMemory }),
          metadata: { ...before?.metadata, ...metadata },
          updatedAt: new Date(Math.max(now, (before?.updatedAt.getTime() ?? 0) + 1)),
        };
        return { resource, erased: putResource(db, resource) };
      },
      { erased: ({ erased }) => erased > 0 },
    );
    return resource;
  }

  /** Erases a resource with its working memory; its threads stay. Mastra's contract has no such call. */
  async deleteResource({ resourceId }: { resourceId: string }): Promise<void> {
    await erase(this.file, (db) => resources.remove(db, [condition("id = ?", resourceId)]));
  }

  /** Metadata is merged, the rest replaced. */
  #putChanged(
    db: SqliteConnection,
    thread: StorageThreadType,
    change: Partial<StorageThreadType>,
  ): StorageThreadType {
    const changed: StorageThreadType = {
      ...thread,
      ...change,
      ...(change.metadata === undefined ? {} : { metadata: { ...thread.metadata, ...change.metadata } }),
      updatedAt: new Date(Math.max(this.clock(), thread.updatedAt.getTime() + 1)),
    };
    threads.put(db, changed);
    return changed;
  }
}

/** @throws SouvenirError `NOT_FOUND` */
function existingThread(
  db: SqliteConnection,
  id: string,
  message: string = `Thread with id ${id} not found`,
): StorageThreadType {
  const thread = threads.get(db, id);
  if (thread !== undefined) return thread;
  throw new SouvenirError("NOT_FOUND", message, { details: { threadId: id, status: 404 } });
}

/** A thread that changed is newer than it was, also when the clock stands still. */
function touch(db: SqliteConnection, id: string, now: number): void {
  db.run("UPDATE mastra_threads SET updated_at = max(?, updated_at + 1) WHERE id = ?", now, id);
}

function messagesById(db: SqliteConnection, ids: readonly string[]): StoredMessage[] {
  return [...new Set(ids)].flatMap((id) => messages.get(db, id) ?? []);
}

/** With what older programs leave out. */
function complete(message: MastraDBMessage, now: number): StoredMessage {
  const { id, threadId, resourceId, role = "user", createdAt } = message;
  if (!threadId || !resourceId)
    throw invalid(
      "message",
      "a threadId and a resourceId, without which nobody owns the message; pass both to the agent",
      { id },
    );
  return { ...message, role, createdAt: createdAt ?? new Date(now) };
}

/** Of a thread, in order of time, what a copy of it has. */
function copied(
  db: SqliteConnection,
  thread: string,
  { messageLimit, messageFilter }: NonNullable<StorageCloneThreadInput["options"]> = {},
): StoredMessage[] {
  const { startDate, endDate, messageIds = [] } = messageFilter ?? {};
  const where = [condition("thread = ?", thread)];
  if (startDate) where.push(condition("created_at >= ?", toTime(startDate, "startDate")));
  if (endDate) where.push(condition("created_at <= ?", toTime(endDate, "endDate")));
  if (messageIds.length > 0)
    where.push(condition("id IN (SELECT value FROM json_each(?))", JSON.stringify(messageIds)));
  const found = messages.list(db, { where, order: "created_at, place" });
  return messageLimit && messageLimit > 0 ? found.slice(-messageLimit) : found;
}

/** Says how many working memories it emptied: that is meant to erase them. */
function putResource(db: SqliteConnection, resource: StorageResourceType): number {
  const emptied = !resource.workingMemory && Boolean(resources.get(db, resource.id)?.workingMemory);
  resources.put(db, resource);
  return emptied ? 1 : 0;
}
