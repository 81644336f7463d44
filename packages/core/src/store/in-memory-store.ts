import { SouvenirError } from "../errors.ts";
import type { Entity } from "../types.ts";
import { checkOptions } from "../validation.ts";
import { closedError } from "./closed-error.ts";
import { embedTask } from "./embed-task.ts";
import { copyRecord, copyVectors, InMemoryNamespace, type Item } from "./in-memory-namespace.ts";
import { InMemoryQueue } from "./in-memory-queue.ts";
import { checkHistory, keepsExisting, nextVersion } from "./record-versions.ts";
import type {
  Changes,
  EmbedderIdentity,
  EmbedderUse,
  ListPage,
  NamespaceHead,
  QueueCounts,
  QueueEntry,
  RecordFields,
  RecordWrite,
  Selection,
  Store,
  StoreCounts,
  StoredRecord,
  Task,
  VectorChanges,
  WriteOutcome,
} from "./store.ts";

/** Estimates for `counts`: a character in memory, and what a record costs besides its texts. */
const characterBytes = 2;
const recordBytes = 500;

/** The store without a file: for tests, for memories that end with the program, and where there is no disk. */
export class InMemoryStore implements Store {
  readonly #namespaces = new Map<string, InMemoryNamespace>();
  readonly #queue = new InMemoryQueue();
  readonly #embedders = new Map<string, EmbedderIdentity>();
  #current: EmbedderIdentity | null = null;
  #lastId = 0;
  #lastIncarnation = 0;
  /** No record expires before this moment. */
  #nextExpiry = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(options: Readonly<Record<string, never>> = {}) {
    checkOptions(options, "InMemoryStore", []);
  }

  async write(writes: readonly RecordWrite[]): Promise<WriteOutcome[]> {
    this.#checkOpen();
    // All that can fail comes first, so that nothing is written then.
    const copies = writes.map((write) => {
      checkHistory(write);
      return { ...copyRecord(write), history: (write.history ?? []).map(copyRecord) };
    });
    for (const { expiresAt } of copies)
      if (expiresAt !== null) this.#nextExpiry = Math.min(this.#nextExpiry, expiresAt);
    return copies.map((write) => this.#writeOne(write));
  }

  async touch(
    name: string,
    key: string,
    { expiresAt, version }: { expiresAt: number | null; version?: number },
  ): Promise<StoredRecord | undefined> {
    this.#checkOpen();
    const namespace = this.#namespaces.get(name);
    const item = namespace?.byKey(key);
    if (namespace === undefined || item === undefined) return undefined;
    if (version !== undefined && version !== item.record.version) return undefined;
    if (expiresAt !== null) this.#nextExpiry = Math.min(this.#nextExpiry, expiresAt);
    this.#change(namespace, item, { expiresAt });
    return copyRecord(item.record);
  }

  async erase(namespace: string, selection: Selection): Promise<number> {
    this.#checkOpen();
    const found = this.#namespaces.get(namespace);
    return found === undefined ? 0 : this.#erase(found, found.select(selection));
  }

  async eraseExpired(now: number): Promise<number> {
    this.#checkOpen();
    // Asked at each write: usually there is nothing to look through.
    if (now < this.#nextExpiry) return 0;
    this.#nextExpiry = Number.POSITIVE_INFINITY;
    let erased = 0;
    for (const namespace of this.#namespaces.values()) {
      erased += this.#erase(namespace, namespace.expired(now));
      this.#nextExpiry = Math.min(this.#nextExpiry, namespace.nextExpiry());
    }
    return erased;
  }

  async get(namespace: string, keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    this.#checkOpen();
    const found = this.#namespaces.get(namespace);
    return keys.map((key) => {
      const item = found?.byKey(key);
      return item === undefined ? undefined : copyRecord(item.record);
    });
  }

  async read(namespace: string, ids: readonly number[]): Promise<StoredRecord[]> {
    this.#checkOpen();
    const found = this.#namespaces.get(namespace);
    return ids.flatMap((id) => {
      const item = found?.item(id);
      return item === undefined ? [] : [copyRecord(item.record)];
    });
  }

  async list(namespace: string, page: ListPage): Promise<StoredRecord[]> {
    this.#checkOpen();
    return this.#namespaces.get(namespace)?.list(page) ?? [];
  }

  async tail(namespace: string, thread: string, limit: number): Promise<StoredRecord[]> {
    this.#checkOpen();
    return this.#namespaces.get(namespace)?.tail(thread, limit) ?? [];
  }

  async history(namespace: string, key: string): Promise<StoredRecord[]> {
    this.#checkOpen();
    const item = this.#namespaces.get(namespace)?.byKey(key);
    if (item === undefined) return [];
    const { id, sequence } = item.record;
    return item.history.map((fields) => ({ ...copyRecord(fields), id, namespace, sequence }));
  }

  async namespaces(): Promise<string[]> {
    this.#checkOpen();
    return [...this.#namespaces.keys()].sort();
  }

  async counts(namespace?: string): Promise<StoreCounts> {
    this.#checkOpen();
    const counts: StoreCounts = { namespaces: 0, records: 0, versions: 0, vectors: 0, bytes: 0 };
    for (const found of this.#namespaces.values()) {
      const counted = namespace === undefined || found.name === namespace;
      if (counted) counts.namespaces += 1;
      for (const item of found.items()) {
        counts.bytes += bytesOf(item);
        if (!counted) continue;
        counts.records += 1;
        counts.versions += item.history.length;
        counts.vectors += item.vectors.size;
      }
    }
    return counts;
  }

  async head(namespace: string): Promise<NamespaceHead | undefined> {
    this.#checkOpen();
    return this.#namespaces.get(namespace)?.head;
  }

  async changes(namespace: string, after: number, limit: number): Promise<Changes> {
    this.#checkOpen();
    const found = this.#namespaces.get(namespace);
    return found?.changes(after, limit) ?? { records: [], erased: [], sequence: after, complete: true };
  }

  async vectorChanges(
    namespace: string,
    embedder: string,
    after: number,
    limit: number,
    upTo?: number,
  ): Promise<VectorChanges> {
    this.#checkOpen();
    const found = this.#namespaces.get(namespace);
    return (
      found?.vectorChanges(embedder, after, limit, upTo) ?? { vectors: [], sequence: after, complete: true }
    );
  }

  async embedders(): Promise<EmbedderUse> {
    this.#checkOpen();
    const records = new Map<EmbedderIdentity | null, number>();
    const targets = new Set<EmbedderIdentity>();
    for (const { embedder, target, size } of this.#namespaces.values()) {
      records.set(embedder, (records.get(embedder) ?? 0) + size);
      if (target !== null) targets.add(target);
    }
    return {
      current: this.#current,
      inUse: Array.from(records, ([embedder, count]) => ({ embedder, records: count })),
      targets: [...targets],
    };
  }

  async adoptEmbedder(given: EmbedderIdentity): Promise<void> {
    this.#checkOpen();
    const embedder = this.#known(given);
    this.#current = embedder;
    for (const namespace of this.#namespaces.values()) {
      if (namespace.embedder !== null) continue;
      this.#queueMissing(namespace, embedder);
      namespace.embedder = embedder;
    }
  }

  async beginReembedding(given: EmbedderIdentity, namespace?: string): Promise<{ total: number }> {
    this.#checkOpen();
    const embedder = this.#known(given);
    this.#queue.retryFailed(embedTask(embedder));
    let total = 0;
    for (const other of this.#otherThan(embedder, namespace)) {
      this.#queueMissing(other, embedder);
      other.target = embedder;
      total += other.size;
    }
    return { total };
  }

  async finishReembedding(
    given: EmbedderIdentity,
    { namespace, force }: { namespace?: string; force: boolean },
  ): Promise<{ remaining: number; failed: number }> {
    this.#checkOpen();
    const embedder = this.#known(given);
    let remaining = 0;
    let failed = 0;
    for (const other of this.#otherThan(embedder, namespace)) {
      const waiting = this.#queue.counts(embedTask(embedder), other);
      failed += waiting.failed;
      remaining += waiting.pending + (force ? 0 : waiting.failed);
      // Created or written since the last `beginReembedding`, which has to be called again.
      if (other.target !== embedder) remaining += 1;
      else if (waiting.pending === 0 && (force || waiting.failed === 0)) this.#switch(other, embedder);
    }
    if (namespace === undefined && remaining === 0) this.#current = embedder;
    return { remaining, failed };
  }

  async claim(
    task: Task,
    options: { now: number; leaseMs: number; limit: number; early?: boolean },
  ): Promise<QueueEntry[]> {
    this.#checkOpen();
    return this.#queue.claim(task, options.early ? Number.POSITIVE_INFINITY : options.now, options);
  }

  async saveVectors(
    given: EmbedderIdentity,
    items: readonly { entry: QueueEntry; vectors: Float32Array[] }[],
  ): Promise<void> {
    this.#checkOpen();
    const embedder = this.#known(given);
    for (const { entry, vectors } of items) {
      if (!this.#queue.complete(embedTask(embedder), entry)) continue;
      const namespace = this.#namespaces.get(entry.namespace);
      const item = namespace?.item(entry.id);
      if (item !== undefined) namespace?.putVectors(item, embedder.id, copyVectors(vectors));
    }
  }

  async saveEntities(task: Task, items: readonly { entry: QueueEntry; entities: Entity[] }[]): Promise<void> {
    this.#checkOpen();
    for (const { entry, entities } of items) {
      if (!this.#queue.complete(task, entry)) continue;
      const namespace = this.#namespaces.get(entry.namespace);
      const item = namespace?.item(entry.id);
      if (namespace === undefined || item === undefined) continue;
      this.#change(namespace, item, { entities });
    }
  }

  async postpone(
    task: Task,
    entries: readonly QueueEntry[],
    outcome: { dueAt: number; error: string; failed: boolean },
  ): Promise<void> {
    this.#checkOpen();
    for (const entry of entries) this.#queue.postpone(task, entry, outcome);
  }

  async queue(task: Task, namespace?: string): Promise<QueueCounts> {
    this.#checkOpen();
    if (namespace === undefined) return this.#queue.counts(task);
    const found = this.#namespaces.get(namespace);
    return found === undefined
      ? { pending: 0, failed: 0, lastError: null, nextDue: null }
      : this.#queue.counts(task, found);
  }

  /** Keeps nothing: a snapshot would live no longer than the index that it was made of. */
  async saveSnapshot(): Promise<void> {
    this.#checkOpen();
  }
  async loadSnapshot(): Promise<undefined> {
    this.#checkOpen();
  }
  async staleSnapshots(): Promise<string[]> {
    this.#checkOpen();
    return [];
  }
  async removeStaleSnapshots(): Promise<void> {
    this.#checkOpen();
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #checkOpen(): void {
    if (this.#closed) throw closedError();
  }

  #writeOne(write: RecordWrite & { history: RecordFields[] }): WriteOutcome {
    const namespace = this.#ensureNamespace(write.namespace);
    const before = namespace.byKey(write.key)?.record;
    if (before !== undefined && keepsExisting(before, write))
      return { record: copyRecord(before), written: false };
    if (before === undefined) this.#lastId += 1;
    const record: StoredRecord = {
      ...nextVersion(before, write),
      id: before?.id ?? this.#lastId,
      sequence: namespace.nextSequence(),
    };
    const item = namespace.put(record);
    if (before === undefined) item.history = write.history;
    else item.history.push(before);
    this.#queueWork(namespace, item, write, before?.value !== record.value);
    return { record: copyRecord(record), written: true };
  }

  /** Changes a record that stays of its version. */
  #change(namespace: InMemoryNamespace, item: Item, change: Partial<RecordFields>): void {
    const changed = copyRecord({ ...item.record, ...change });
    namespace.put({ ...changed, sequence: namespace.nextSequence() });
    namespace.announceVectors(item);
  }

  /** Vectors of an unchanged text stay, and are announced again. */
  #queueWork(
    namespace: InMemoryNamespace,
    item: Item,
    { tasks, now }: RecordWrite,
    textChanged: boolean,
  ): void {
    if (textChanged) {
      namespace.dropVectors(item);
      // What is being made of the old text must not be stored with the new one.
      this.#queue.erase(item.record.id);
      for (const embedder of [namespace.embedder, namespace.target])
        if (embedder !== null) this.#queue.add(embedTask(embedder), namespace, item.record, now);
    } else {
      namespace.announceVectors(item);
    }
    for (const task of tasks) this.#queue.add(task, namespace, item.record, now);
  }

  #ensureNamespace(name: string): InMemoryNamespace {
    let namespace = this.#namespaces.get(name);
    if (namespace === undefined) {
      this.#lastIncarnation += 1;
      namespace = new InMemoryNamespace(name, this.#lastIncarnation, this.#current);
      this.#namespaces.set(name, namespace);
    }
    return namespace;
  }

  #erase(namespace: InMemoryNamespace, ids: readonly number[]): number {
    for (const id of ids) this.#queue.erase(id);
    namespace.erase(ids);
    // A namespace lives as long as it holds a record.
    if (namespace.size === 0) this.#namespaces.delete(namespace.name);
    return ids.length;
  }

  *#otherThan(embedder: EmbedderIdentity, name: string | undefined): Generator<InMemoryNamespace> {
    for (const namespace of this.#namespaces.values())
      if (namespace.embedder !== embedder && (name === undefined || namespace.name === name)) yield namespace;
  }

  #queueMissing(namespace: InMemoryNamespace, embedder: EmbedderIdentity): void {
    const task = embedTask(embedder);
    for (const { record, vectors } of namespace.items())
      if (!vectors.has(embedder.id) && !this.#queue.has(task, record.id))
        this.#queue.add(task, namespace, record, 0);
  }

  #switch(namespace: InMemoryNamespace, embedder: EmbedderIdentity): void {
    for (const item of namespace.items()) namespace.dropVectors(item, embedder.id);
    this.#queue.eraseOtherEmbedders(namespace, embedTask(embedder));
    namespace.embedder = embedder;
    namespace.target = null;
    namespace.nextSequence();
  }

  /** The one object for an embedder, so that two of them are the same when they are equal. */
  #known({ id, dimensions }: EmbedderIdentity): EmbedderIdentity {
    let embedder = this.#embedders.get(id);
    if (embedder === undefined) {
      embedder = Object.freeze({ id, dimensions });
      this.#embedders.set(id, embedder);
    }
    if (embedder.dimensions !== dimensions) {
      throw new SouvenirError(
        "EMBEDDER_MISMATCH",
        `the store knows embedder "${id}" with ${embedder.dimensions} dimensions, and it now has ${dimensions}: give the changed embedder an id of its own`,
        { details: { embedder: id, stored: embedder.dimensions, given: dimensions } },
      );
    }
    return embedder;
  }
}

function bytesOf({ record, history, vectors }: Item): number {
  let bytes = 0;
  for (const { key, value, tags, metadata, entities } of [record, ...history])
    bytes +=
      recordBytes +
      characterBytes * (key.length + value.length + JSON.stringify([tags, metadata, entities]).length);
  for (const stored of vectors.values()) for (const vector of stored.vectors) bytes += vector.byteLength;
  return bytes;
}
