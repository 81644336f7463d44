import { isDeepStrictEqual } from "node:util";
import type { MastraDBMessage } from "@mastra/core/memory";
import {
  type CompiledFilter,
  type Degradation,
  defaultLimits,
  given,
  type Memory,
  type MemoryRecord,
  type Metadata,
  questionOf,
  retryConflicts,
  type SearchHit,
  type SetInput,
  splitText,
} from "@souvenir/core";
import { namespaceOf } from "../resources.ts";
import { spokenIn } from "./spoken.ts";

/** What a search found: one message, by its best piece. */
export interface MessageHit<Hit extends MemoryRecord = SearchHit> {
  /** Id of the message. */
  id: string;
  hit: Hit;
}

export interface MessageQuery {
  resourceId: string;
  query: string;
  /** Messages at most, 1 to 1000. */
  limit: number;
  /** Only messages of this thread. */
  threadId?: string | undefined;
  filter?: CompiledFilter | undefined;
  /** 0 to 1. */
  threshold?: number | undefined;
  /** Messages that are known anyway. */
  except?: ((message: { id: string; value: string }) => boolean) | undefined;
  /** Those of them that may be shown. Where some may not, further ones are looked for. */
  held?:
    | (<Hit extends MemoryRecord>(hits: readonly MessageHit<Hit>[]) => Promise<MessageHit<Hit>[]>)
    | undefined;
  deadlineMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** Searches for one question, where a storage has lost what the index still has. */
const rounds = 3;
/** Messages that are looked at once some were found to be gone: many may be. */
const wideLook = 100;
/** Resources whose last message is looked at, to know in which storage it is. */
const resourcesLookedAt = 20;

/** Of the metadata of a thread, and of a message, in UTF-8 bytes of JSON; with more, none is kept. */
const metadataBytes = 6_144;
/** Written by Mastra for itself, and of no use in a filter. */
const ownMetadata = new Set(["workingMemory", "mastra", "signal", "modelId", "provider", "souvenir"]);
/** Messages looked up and written at once. */
const page = 200;

/**
 * The words of Mastra's messages in a Souvenir memory: each message that was said is one record under the message's id,
 * in the namespace of its resource and the thread of its thread. A message over the limit of a value is several records:
 * `id`, `id#2`, `id#3`.
 */
export class MessageMemory {
  readonly #open: () => Promise<Memory>;
  readonly #storageId: () => string | undefined;

  /** @param storageId - Names the storage whose messages these are; `undefined` for those that no storage is known to have */
  constructor(open: () => Promise<Memory>, storageId: () => string | undefined = () => undefined) {
    this.#open = open;
    this.#storageId = storageId;
  }

  /** Whether a message is one of the storage that the memory has now. Others keep theirs elsewhere, or nowhere. */
  isStored({ metadata }: Pick<MemoryRecord, "metadata">): boolean {
    const { storage_id: storageId } = metadata;
    return storageId !== undefined && storageId === this.#storageId();
  }

  /**
   * Names a storage that holds messages of the index and is not the one that the memory has now: of a resource, or,
   * looking at the last message of some, of any.
   */
  async otherStorage(resourceId?: string): Promise<string | undefined> {
    const memory = await this.#open();
    const own = this.#storageId();
    if (own === undefined) return undefined;
    const other = { storage_id: { exists: true, ne: own } };
    const namespaces =
      resourceId === undefined
        ? (await memory.namespaces({ limit: resourcesLookedAt })).namespaces
        : [namespaceOf(resourceId)];
    for (const namespace of namespaces) {
      const where = resourceId === undefined ? undefined : other;
      const { records } = await memory.list({ namespace, order: "newest", limit: 1, ...given({ where }) });
      const storageId = records[0]?.metadata.storage_id;
      if (typeof storageId === "string" && storageId !== own) return storageId;
    }
    return undefined;
  }

  /**
   * Indexes what is said in the messages of one resource; the same messages again change nothing. An edited message
   * leaves nothing of its earlier words, and one that says nothing any more is forgotten.
   * @param stored - Whether they are in a storage, which says from then on whether they are shown.
   */
  async store(
    resourceId: string,
    messages: readonly MastraDBMessage[],
    threadMetadata: Record<string, unknown> | undefined,
    stored = true,
  ): Promise<void> {
    const memory = await this.#open();
    const namespace = namespaceOf(resourceId);
    const storageId = stored ? this.#storageId() : undefined;
    for (let start = 0; start < messages.length; start += page) {
      const batch = messages.slice(start, start + page);
      await retryConflicts(async () => {
        const records = new Map<string, SetInput>();
        for (const message of batch)
          for (const record of recordsOf(message, namespace, { resourceId, storageId, threadMetadata }))
            records.set(record.key as string, { ...record, ifVersion: 0 });
        const ids = batch.map(({ id }) => id);
        for (const { key, value, thread, metadata, version } of await piecesOf(memory, namespace, ids)) {
          const record = records.get(key);
          if (record?.value !== value || record.thread !== thread)
            await memory.delete({ namespace, key, ifVersion: version });
          // Without the thread's metadata at hand, what is known of it stays.
          else if (threadMetadata === undefined || isDeepStrictEqual(metadata, record.metadata))
            records.delete(key);
          else records.set(key, { ...record, ifVersion: version });
        }
        if (records.size > 0) await memory.setMany([...records.values()]);
      });
    }
  }

  /** The best messages for a question, best first, and the signals that could not take part. */
  async search(
    asked: MessageQuery,
  ): Promise<{ hits: MessageHit[]; degraded: Degradation[]; tookMs: number }> {
    const { resourceId, query, limit, threadId, filter, threshold, except, held, deadlineMs, signal } = asked;
    const memory = await this.#open();
    for (let round = 1; ; round += 1) {
      const wanted = round === 1 ? limit : Math.max(limit, wideLook);
      const { results, degraded, tookMs } = await memory.search({
        namespace: namespaceOf(resourceId),
        query: questionOf(query),
        heldBack: false,
        // Room for what is known anyway or said twice, and for what a filter may still refuse.
        limit: filter === undefined ? Math.min(1_000, wanted * 3 + 20) : 1_000,
        ...given({ thread: threadId, where: filter?.where, minScore: threshold, deadlineMs, signal }),
      });
      const found = new Map<string, MessageHit>();
      const repeated = new Set<string>();
      for (const hit of results) {
        const id = messageIdOf(hit);
        if (found.size === wanted) break;
        if (found.has(id) || repeated.has(hit.key) || filter?.matches(hit.metadata) === false) continue;
        if (except?.({ id, value: hit.value })) continue;
        for (const key of hit.duplicates ?? []) repeated.add(key);
        found.set(id, { id, hit });
      }
      const hits = held === undefined ? [...found.values()] : await held([...found.values()]);
      if (hits.length >= limit || hits.length === found.size || round === rounds)
        return { hits: hits.slice(0, limit), degraded, tookMs };
    }
  }

  /** What is pinned of a resource, in order. */
  async pinned(resourceId: string, held: MessageQuery["held"]): Promise<MessageHit<MemoryRecord>[]> {
    const memory = await this.#open();
    const namespace = namespaceOf(resourceId);
    const { lines } = await memory.profile({ namespace });
    if (lines.length === 0) return [];
    const records = await Promise.all(lines.map(({ key }) => memory.get({ namespace, key })));
    const hits = records.flatMap((hit) => (hit === undefined ? [] : [{ id: messageIdOf(hit), hit }]));
    return held === undefined ? hits : held(hits);
  }

  async deleteMessages(resourceId: string, messageIds: readonly string[]): Promise<void> {
    const memory = await this.#open();
    const namespace = namespaceOf(resourceId);
    for (let start = 0; start < messageIds.length; start += page) {
      const found = await piecesOf(memory, namespace, messageIds.slice(start, start + page));
      const keys = found.map(({ key }) => key);
      if (keys.length > 0) await memory.delete({ namespace, keys });
    }
  }

  async deleteThread(resourceId: string, threadId: string): Promise<number> {
    const memory = await this.#open();
    return (await memory.delete({ namespace: namespaceOf(resourceId), thread: threadId })).deleted;
  }

  async deleteResource(resourceId: string): Promise<number> {
    const memory = await this.#open();
    return (await memory.clear({ namespace: namespaceOf(resourceId) })).deleted;
  }
}

/** Id of the message that a record is, or is a piece of. Records of other origin stand for themselves. */
export function messageIdOf({ key, metadata }: Pick<MemoryRecord, "key" | "metadata">): string {
  return typeof metadata.message_id === "string" ? metadata.message_id : key;
}

function recordsOf(
  message: MastraDBMessage,
  namespace: string,
  of: {
    resourceId: string;
    storageId: string | undefined;
    threadMetadata: Record<string, unknown> | undefined;
  },
): SetInput[] {
  const { resourceId, storageId, threadMetadata } = of;
  const spoken = spokenIn(message);
  if (spoken === undefined) return [];
  const { id, threadId } = message;
  const time = new Date(message.createdAt);
  const createdAt = Number.isNaN(time.getTime()) ? undefined : time;
  return splitText(spoken.text, defaultLimits.valueBytes).map((value, place) => ({
    namespace,
    key: place === 0 ? id : `${id}#${place + 1}`,
    value,
    role: spoken.role,
    ...given({ thread: threadId, createdAt }),
    metadata: {
      ...fields(threadMetadata),
      ...fields(message.content?.metadata),
      message_id: id,
      resource_id: resourceId,
      role: spoken.role,
      ...given({ thread_id: threadId, storage_id: storageId, created_at: createdAt?.toISOString() }),
    },
  }));
}

/** What metadata says, as JSON, for filters. */
function fields(metadata: Record<string, unknown> | undefined): Metadata {
  if (metadata === undefined || metadata === null) return {};
  try {
    const said = Object.entries(metadata).filter(([name]) => !ownMetadata.has(name));
    const text = JSON.stringify(Object.fromEntries(said));
    return Buffer.byteLength(text) > metadataBytes ? {} : (JSON.parse(text) as Metadata);
  } catch {
    return {};
  }
}

/** What the memory has of these messages. */
async function piecesOf(
  memory: Memory,
  namespace: string,
  messageIds: readonly string[],
): Promise<MemoryRecord[]> {
  const found: MemoryRecord[] = [];
  for (const id of messageIds)
    for (let place = 1; ; place += 1) {
      const key = place === 1 ? id : `${id}#${place}`;
      const record = await memory.get({ namespace, key });
      if (record === undefined) break;
      found.push(record);
    }
  return found;
}
