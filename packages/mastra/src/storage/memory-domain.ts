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
import type { SqliteConnection } from "@souvenir/core/sqlite";
import { checkSeen, seenWorkingMemory } from "../seen-working-memory.ts";
import { checkId, invalid } from "../values.ts";
import { byTime, toMessage, toMessageRow } from "./message-rows.ts";
import {
  copiedRows,
  type MessageUpdate,
  messageById,
  messagesById,
  putMessage,
  updatedRow,
} from "./message-table.ts";
import { listMessages } from "./messages.ts";
import {
  deleteObservations,
  insertRecord,
  ObservationDomain,
  observationOwner,
} from "./observation-domain.ts";
import { getResource, putResource, resourceValues } from "./resources.ts";
import { erase, prune } from "./retention.ts";
import { existingThread, getThread, listThreads, putThread, threadValues, touchThread } from "./threads.ts";

/** What a method of Mastra's contract is called with. */
type Given<Name extends keyof MemoryStorage> = MemoryStorage[Name] extends (
  given: infer Value,
  ...rest: never[]
) => unknown
  ? Value
  : never;

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
    await erase(this.file, (db) => {
      let erased = 0;
      for (const table of ["messages", "threads", "resources", "observations"])
        erased += db.run(`DELETE FROM mastra_${table}`).changes;
      return erased;
    });
  }

  /**
   * Puts what is not there yet as it is, with its ids and times, in one write; nothing else is touched.
   * @returns How many of each were not there
   */
  async restore({
    threads = [],
    messages = [],
    resources = [],
    observations = [],
  }: Restored): Promise<{ [Kind in keyof Required<Restored>]: number }> {
    const now = this.clock();
    const row = (id: string, put: (db: SqliteConnection) => unknown) => ({ id, put });
    // Checked before anything is written.
    const rows = {
      threads: threads.map((thread) => {
        const values = threadValues(thread);
        return row(thread.id, (db) => putThread(db, values));
      }),
      messages: messages.map((message) => {
        const values = toMessageRow(message, now);
        return row(message.id, (db) => putMessage(db, values));
      }),
      resources: resources.map((resource) => {
        const values = resourceValues(resource);
        return row(resource.id, (db) => putResource(db, values));
      }),
      observations: observations.map((record) => row(record.id, (db) => insertRecord(db, record))),
    };
    const db = await this.file.open();
    return db.transaction(() => {
      const counts = { threads: 0, messages: 0, resources: 0, observations: 0 };
      for (const kind of Object.keys(counts) as (keyof typeof counts)[])
        for (const { id, put } of rows[kind]) {
          if (db.get(`SELECT 1 FROM mastra_${kind} WHERE id = ?`, id) !== undefined) continue;
          put(db);
          counts[kind] += 1;
        }
      return counts;
    });
  }

  override prune(
    policies: Record<string, TableRetentionPolicy>,
    options?: PruneOptions,
  ): Promise<PruneResult[]> {
    const tables = SouvenirMemoryDomain.retentionTables;
    return prune({ file: this.file, clock: this.clock, domain: "memory", tables }, policies, options);
  }

  async getThreadById({ threadId, resourceId }: Given<"getThreadById">): Promise<StorageThreadType | null> {
    const thread = getThread(await this.file.open(), threadId);
    return resourceId !== undefined && thread?.resourceId !== resourceId ? null : thread;
  }

  async saveThread({ thread }: { thread: StorageThreadType }): Promise<StorageThreadType> {
    const values = threadValues(thread);
    const db = await this.file.open();
    await db.transaction(() => putThread(db, values));
    return thread;
  }

  async updateThread({ id, title, metadata }: Given<"updateThread">): Promise<StorageThreadType> {
    const seen = seenWorkingMemory.getStore();
    const db = await this.file.open();
    return db.transaction(() => {
      const thread = existingThread(db, id);
      checkSeen(seen, thread.metadata?.workingMemory, { threadId: id });
      return this.#putChanged(db, thread, {
        ...(title === undefined ? {} : { title }),
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
  }: Given<"updateThreadMetadata">): Promise<StorageThreadType | null> {
    const db = await this.file.open();
    return db.transaction(() => {
      const thread = getThread(db, id);
      if (thread === null || (resourceId !== undefined && thread.resourceId !== resourceId)) return null;
      const metadata = update(thread);
      return metadata === undefined ? thread : this.#putChanged(db, thread, { metadata });
    });
  }

  override async updateThreadResourceId({
    threadId,
    resourceId,
  }: Given<"updateThreadResourceId">): Promise<StorageThreadType> {
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
        db.run("DELETE FROM mastra_messages WHERE thread = ?", threadId).changes +
        db.run("DELETE FROM mastra_threads WHERE id = ?", threadId).changes +
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
      if (getThread(db, newThreadId) !== null)
        throw invalid("newThreadId", `an id that is free: Thread with id ${newThreadId} already exists`);
      const rows = copiedRows(db, sourceThreadId, options);
      const now = new Date(this.clock());
      const lastMessageId = rows.at(-1)?.id;
      const owner = resourceId || source.resourceId;
      const newTitle = title || (source.title ? `Clone of ${source.title}` : undefined);
      const thread: StorageThreadType = {
        id: newThreadId,
        resourceId: owner,
        ...(newTitle === undefined ? {} : { title: newTitle }),
        metadata: {
          ...metadata,
          clone: {
            sourceThreadId,
            clonedAt: now,
            ...(lastMessageId === undefined ? {} : { lastMessageId }),
          },
        },
        createdAt: now,
        updatedAt: now,
      };
      putThread(db, threadValues(thread));
      const messageIdMap: Record<string, string> = {};
      for (const row of rows) {
        const id = crypto.randomUUID();
        messageIdMap[row.id] = id;
        putMessage(db, { ...row, id, thread: newThreadId, resource: owner });
      }
      return { thread, messageIdMap };
    });
  }

  async listMessages(args: StorageListMessagesInput): Promise<StorageListMessagesOutput> {
    const { threadId, resourceId } = args;
    const threads = [threadId].flat();
    if (threads.length === 0 || threads.some((id) => typeof id !== "string" || id.trim() === ""))
      throw invalid(
        "threadId",
        "an id or several: threadId must be a non-empty string or array of non-empty strings",
      );
    const { direction } = this.parseOrderBy(args.orderBy, "ASC");
    const scope = { threads: [...new Set(threads)], resource: resourceId || undefined };
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
    const db = await this.file.open();
    return { messages: messagesById(db, messageIds).sort(byTime("ASC")).map(toMessage) };
  }

  async saveMessages({ messages }: Given<"saveMessages">): Promise<{ messages: MastraDBMessage[] }> {
    if (messages.length === 0) return { messages };
    const now = this.clock();
    const rows = messages.map((message) => toMessageRow(message, now));
    const db = await this.file.open();
    await db.transaction(() => {
      const threads = new Set<string>();
      for (const row of rows) {
        const before = messageById(db, row.id);
        if (before !== undefined) threads.add(before.thread);
        threads.add(row.thread);
        putMessage(db, row);
      }
      for (const thread of threads) touchThread(db, thread, now);
    });
    return { messages: new MessageList().add(messages, "memory").get.all.db() };
  }

  async updateMessages({ messages }: { messages: MessageUpdate[] }): Promise<MastraDBMessage[]> {
    if (messages.length === 0) return [];
    const now = this.clock();
    const db = await this.file.open();
    return db.transaction(() =>
      messages.flatMap((update) => {
        const before = messageById(db, update.id);
        if (before === undefined) return [];
        const after = updatedRow(before, update);
        putMessage(db, after);
        touchThread(db, before.thread, now);
        if (after.thread !== before.thread) touchThread(db, after.thread, now + 1);
        return [toMessage(after)];
      }),
    );
  }

  override async deleteMessages(messageIds: string[]): Promise<void> {
    if (messageIds.length === 0) return;
    const now = this.clock();
    await erase(this.file, (db) => {
      const rows = messagesById(db, messageIds);
      for (const { id } of rows) db.run("DELETE FROM mastra_messages WHERE id = ?", id);
      for (const thread of new Set(rows.map((row) => row.thread))) touchThread(db, thread, now);
      return rows.length;
    });
  }

  override async getResourceById({
    resourceId,
  }: Given<"getResourceById">): Promise<StorageResourceType | null> {
    return getResource(await this.file.open(), resourceId);
  }

  override async saveResource({ resource }: { resource: StorageResourceType }): Promise<StorageResourceType> {
    const values = resourceValues(resource);
    await erase(this.file, (db) => putResource(db, values));
    return resource;
  }

  override async updateResource({
    resourceId,
    workingMemory,
    metadata,
  }: Given<"updateResource">): Promise<StorageResourceType> {
    const seen = seenWorkingMemory.getStore();
    const db = await this.file.open();
    const { resource } = await db.transaction(
      () => {
        const now = this.clock();
        const before = getResource(db, resourceId);
        checkSeen(seen, before?.workingMemory, { resourceId });
        const resource: StorageResourceType = {
          ...(before ?? { id: resourceId, createdAt: new Date(now) }),
          ...(workingMemory === undefined ? {} : { workingMemory }),
          metadata: { ...before?.metadata, ...metadata },
          updatedAt: new Date(Math.max(now, (before?.updatedAt.getTime() ?? 0) + 1)),
        };
        return { resource, erased: putResource(db, resourceValues(resource)) };
      },
      { erased: ({ erased }) => erased > 0 },
    );
    return resource;
  }

  /** Erases a resource with its working memory; its threads stay. Mastra's contract has no such call. */
  async deleteResource({ resourceId }: { resourceId: string }): Promise<void> {
    await erase(this.file, (db) => db.run("DELETE FROM mastra_resources WHERE id = ?", resourceId).changes);
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
    putThread(db, threadValues(changed));
    return changed;
  }
}
