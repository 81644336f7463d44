import { SouvenirError } from "../errors.ts";
import type { Entity } from "../types.ts";
import { checkOptions } from "../validation.ts";
import { closedError } from "./closed-error.ts";
import { embedTask, reembedTask } from "./embed-task.ts";
import { contextChanges, isWithdrawn, placeInThread, readsPrevious } from "./embedder-context.ts";
import { isSummary, withoutSource } from "./fact-mark.ts";
import { copyRecord, copyVectors, InMemoryNamespace, type Item } from "./in-memory-namespace.ts";
import { InMemoryQueue } from "./in-memory-queue.ts";
import { InMemorySources } from "./in-memory-sources.ts";
import { checkHistory, isOver, keepsExisting, lastExpiry, newest, nextVersion } from "./record-versions.ts";
import { neededEmbeddings } from "./reembedding.ts";
import { pinned, supersededBy, withoutSuperseded } from "./standing.ts";
import type {
  Assignment,
  AssignmentPage,
  Changes,
  ClaimOptions,
  EmbedderAssignment,
  EmbedderIdentity,
  EmbedderUse,
  Erased,
  ListPage,
  LookedOver,
  NamespaceHead,
  Postponement,
  QueueCounts,
  QueueEntry,
  RecordFields,
  RecordTouch,
  RecordWrite,
  Selection,
  Store,
  StoreCounts,
  StoredRecord,
  Task,
  VectorChanges,
  WriteOutcome,
} from "./store.ts";
import {
  checkInPlace,
  checkSource,
  checkThreadUnchanged,
  checkVersion,
  queueConflict,
} from "./version-conflict.ts";

/** Estimates for `counts`: a character in memory, and what a record costs besides its texts. */
const characterBytes = 2;
const recordBytes = 500;

/** The store without a file: for tests, for memories that end with the program, and where there is no disk. */
export class InMemoryStore implements Store {
  readonly #namespaces = new Map<string, InMemoryNamespace>();
  readonly #queue = new InMemoryQueue();
  readonly #embedders = new Map<string, EmbedderIdentity>();
  #current: EmbedderIdentity | null = null;
  readonly #sources = new InMemorySources();
  #spent = { day: 0, tokens: 0 };
  #lastId = 0;
  #lastIncarnation = 0;
  /** No record expires before this moment. */
  #nextExpiry = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(options: Readonly<Record<string, never>> = {}) {
    checkOptions(options, "InMemoryStore", []);
  }

  async write(
    writes: readonly RecordWrite[],
    { ifThread, done }: Parameters<Store["write"]>[1] = {},
  ): Promise<WriteOutcome[]> {
    this.#checkOpen();
    // All that can fail comes first, so that nothing is written then.
    const copies = writes.map((write) => {
      checkHistory(write);
      return { ...copyRecord(write), history: (write.history ?? []).map(copyRecord) };
    });
    this.#checkVersions(copies);
    if (ifThread !== undefined) {
      const namespace = this.#namespaces.get(ifThread.namespace);
      const isChanged = (after: number) => namespace?.hasChanged(ifThread.thread, after) ?? false;
      checkThreadUnchanged(ifThread, namespace?.head, isChanged);
    }
    for (const entry of done?.entries ?? [])
      if (done !== undefined && !this.#queue.isThere(done.task, entry)) throw queueConflict(entry);
    for (const write of copies)
      for (const source of write.sources ?? [])
        checkSource(write, source, this.#namespaces.get(write.namespace)?.byKey(source.key)?.record);
    for (const entry of done?.entries ?? []) if (done !== undefined) this.#queue.complete(done.task, entry);
    for (const { expiresAt } of copies)
      if (expiresAt !== null) this.#nextExpiry = Math.min(this.#nextExpiry, expiresAt);
    return copies.map((write) => this.#writeOne(write));
  }

  async touch(
    name: string,
    key: string,
    { expiresAt, pinnedAt, version, ifVersion, now = Number.NEGATIVE_INFINITY }: RecordTouch,
  ): Promise<StoredRecord | undefined> {
    this.#checkOpen();
    const namespace = this.#namespaces.get(name);
    const any = namespace?.byKey(key);
    const item = any === undefined || isOver(any.record, now) ? undefined : any;
    checkVersion({ namespace: name, key, ifVersion }, item?.record.version ?? 0);
    if (namespace === undefined || item === undefined) return undefined;
    if (version !== undefined && version !== item.record.version) return undefined;
    if (expiresAt != null) this.#nextExpiry = Math.min(this.#nextExpiry, expiresAt);
    this.#change(namespace, item, {
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(pinnedAt === undefined ? {} : { metadata: pinned(item.record.metadata, pinnedAt) }),
    });
    if (expiresAt !== undefined) this.#expireDrawn(namespace, item.record.id);
    return copyRecord(item.record);
  }

  async erase(
    name: string,
    selection: Selection,
    {
      limit = Number.POSITIVE_INFINITY,
      now = Number.NEGATIVE_INFINITY,
    }: { limit?: number; now?: number } = {},
  ): Promise<Erased> {
    this.#checkOpen();
    const namespace = this.#namespaces.get(name);
    const bounded =
      selection === "all"
        ? { upTo: this.#lastId }
        : "thread" in selection || "keys" in selection
          ? { upTo: this.#lastId, ...selection }
          : selection;
    if ("key" in bounded) {
      const found = namespace?.byKey(bounded.key)?.record;
      const current = found === undefined || isOver(found, now) ? 0 : found.version;
      checkVersion({ namespace: name, key: bounded.key, ifVersion: bounded.ifVersion }, current);
    }
    if (namespace === undefined) return { erased: 0, changed: [] };
    const versions =
      "records" in bounded ? new Map(bounded.records.map((r) => [r.id, r.version])) : undefined;
    const ids = new Set<number>();
    const changed = new Set<number>();
    let [looked, erased, complete] = [0, 0, true];
    for (const record of namespace.select(bounded)) {
      if (ids.size === limit) {
        complete = false;
        break;
      }
      looked += 1;
      if (record === undefined || ids.has(record.id)) continue;
      const { id, version, sequence } = record;
      const isOther = versions !== undefined && versions.get(id) !== version;
      if (isOther || ("ids" in bounded && sequence > bounded.sequence)) {
        changed.add(id);
        continue;
      }
      ids.add(id);
      if (!isOver(record, now)) erased += 1;
    }
    this.#erase(namespace, [...ids]);
    return { erased, changed: [...changed], ...(complete ? {} : { rest: restOf(bounded, looked) }) };
  }

  async eraseExpired(
    now: number,
    { limit = Number.POSITIVE_INFINITY }: { limit?: number } = {},
  ): Promise<{ erased: number; complete: boolean }> {
    this.#checkOpen();
    // Asked at each write: usually there is nothing to look through.
    if (now < this.#nextExpiry) return { erased: 0, complete: true };
    let erased = 0;
    for (const namespace of this.#namespaces.values()) {
      erased += this.#erase(namespace, namespace.expired(now, limit - erased));
      if (erased === limit) return { erased, complete: false };
    }
    this.#nextExpiry = Number.POSITIVE_INFINITY;
    for (const namespace of this.#namespaces.values())
      this.#nextExpiry = Math.min(this.#nextExpiry, namespace.nextExpiry());
    return { erased, complete: true };
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

  async previous(
    namespace: string,
    ids: readonly number[],
  ): Promise<(Pick<StoredRecord, "value" | "role"> | undefined)[]> {
    this.#checkOpen();
    const found = this.#namespaces.get(namespace);
    return ids.map((id) => {
      const record = found?.previous(id);
      return record && { value: record.value, role: record.role };
    });
  }

  async history(
    namespace: string,
    key: string,
    { after = 0, limit }: { after?: number; limit?: number } = {},
  ): Promise<StoredRecord[]> {
    this.#checkOpen();
    const item = this.#namespaces.get(namespace)?.byKey(key);
    if (item === undefined) return [];
    const { id, sequence } = item.record;
    const page = item.history.filter(({ version }) => version > after).slice(0, limit);
    return page.map((fields) => ({ ...copyRecord(fields), id, namespace, sequence }));
  }

  async namespaces({
    prefix = "",
    after = "",
    limit,
  }: {
    prefix?: string;
    after?: string;
    limit?: number;
  } = {}): Promise<string[]> {
    this.#checkOpen();
    const names = [...this.#namespaces.keys()].filter((name) => name > after && name.startsWith(prefix));
    return names.sort().slice(0, limit);
  }

  async counts(namespace?: string): Promise<StoreCounts> {
    this.#checkOpen();
    const counts: StoreCounts = {
      namespaces: 0,
      records: 0,
      versions: 0,
      vectors: 0,
      bytes: 0,
      unscrubbed: 0,
    };
    for (const found of this.#namespaces.values()) {
      const counted = namespace === undefined || found.name === namespace;
      if (counted) counts.namespaces += 1;
      for (const item of found.items()) {
        counts.bytes += bytesOf(item);
        if (!counted) continue;
        counts.records += 1;
        counts.versions += item.history.length;
        if (found.embedder?.computed || item.vectors.has(found.embedder?.id ?? "")) counts.vectors += 1;
      }
    }
    return counts;
  }

  async head(namespace: string): Promise<NamespaceHead | undefined> {
    this.#checkOpen();
    return this.#namespaces.get(namespace)?.head;
  }

  async changes(
    namespace: string,
    after: number,
    limit: number,
    { updatedAfter }: { updatedAfter?: number } = {},
  ): Promise<Changes> {
    this.#checkOpen();
    const found = this.#namespaces.get(namespace);
    const changes = found?.changes(after, limit) ?? {
      ...{ records: [], erased: [], sequence: after, complete: true },
    };
    if (updatedAfter === undefined) return changes;
    return { ...changes, records: changes.records.filter(({ updatedAt }) => updatedAt > updatedAfter) };
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
    const inUse = new Set<EmbedderIdentity | null>();
    const targets = new Set<EmbedderIdentity>();
    for (const { embedder, target } of this.#namespaces.values()) {
      inUse.add(embedder);
      if (target !== null) targets.add(target);
    }
    return { current: this.#current, inUse: [...inUse], targets: [...targets] };
  }

  async declareEmbedder(given: EmbedderIdentity): Promise<void> {
    this.#checkOpen();
    this.#declared(given);
  }

  async adoptEmbedder(
    given: EmbedderIdentity,
    { ifUsedByAll = false }: { ifUsedByAll?: boolean } = {},
  ): Promise<void> {
    this.#checkOpen();
    const embedder = this.#declared(given);
    const isUsedByAll = [...this.#namespaces.values()].every((namespace) => namespace.embedder === embedder);
    if (isUsedByAll || !ifUsedByAll) this.#current = embedder;
  }

  async assignments({ of, namespace, after, limit }: AssignmentPage): Promise<Assignment[]> {
    this.#checkOpen();
    const found: Assignment[] = [];
    // In the order in which they were made.
    for (const { name, incarnation, embedder, target } of this.#namespaces.values()) {
      const isMeant =
        of === "moving"
          ? target !== null
          : of === "unembedded"
            ? embedder === null
            : embedder?.id !== of.otherThan.id;
      if (!isMeant || incarnation <= after || (namespace !== undefined && name !== namespace)) continue;
      found.push({ namespace: name, incarnation, embedder, target });
      if (found.length === limit) break;
    }
    return found;
  }

  async assign(
    seen: Assignment,
    { embedder, target }: Pick<Assignment, "embedder" | "target">,
  ): Promise<boolean> {
    this.#checkOpen();
    const namespace = this.#stillThere(seen);
    if (namespace?.embedder?.id !== seen.embedder?.id || namespace?.target?.id !== seen.target?.id)
      return false;
    if (namespace === undefined) return false;
    const before = namespace.embedder;
    namespace.embedder = embedder && this.#known(embedder);
    namespace.target = target && this.#known(target);
    if (namespace.embedder !== before) {
      if (embedder !== null) this.#queue.moveAll(namespace, reembedTask(embedder), embedTask(embedder));
      namespace.nextSequence();
    }
    this.#forgetOthers(namespace);
    return true;
  }

  async queueMissing(
    place: Pick<Assignment, "namespace" | "incarnation">,
    { embedder: given, task, after, limit }: Parameters<EmbedderAssignment["queueMissing"]>[1],
  ): Promise<LookedOver> {
    this.#checkOpen();
    const embedder = this.#known(given);
    const namespace = this.#stillThere(place);
    const page = namespace?.changes(after, limit);
    const { records = [], sequence = after, complete = true } = page ?? {};
    const { embedder: own, target } = namespace ?? {};
    if (namespace !== undefined && !embedder.computed && (own === embedder || target === embedder))
      for (const record of records) {
        if (namespace.item(record.id)?.vectors.has(embedder.id) || this.#queue.has(task, record.id)) continue;
        this.#queue.add(task, namespace, record, 0);
      }
    return { records: records.length, sequence, complete };
  }

  /** There is never anything to sweep: memory needs no slices. */
  async sweepEmbeddings(): Promise<{ complete: boolean }> {
    this.#checkOpen();
    return { complete: true };
  }

  async claim(task: Task, options: ClaimOptions): Promise<QueueEntry[]> {
    this.#checkOpen();
    return this.#queue.claim(task, options);
  }

  async nextDue(task: Task): Promise<number | null> {
    this.#checkOpen();
    return this.#queue.nextDue(task);
  }

  async saveVectors(
    given: EmbedderIdentity,
    items: readonly { entry: QueueEntry; vectors: Float32Array[] }[],
  ): Promise<void> {
    this.#checkOpen();
    const embedder = this.#known(given);
    for (const { entry, vectors } of items) {
      const asked = this.#queue.complete(embedTask(embedder), entry);
      if (!this.#queue.complete(reembedTask(embedder), entry) && !asked) continue;
      const namespace = this.#namespaces.get(entry.namespace);
      if (namespace?.embedder !== embedder && namespace?.target !== embedder) continue;
      const item = namespace.item(entry.id);
      if (item !== undefined) namespace.putVectors(item, embedder.id, copyVectors(vectors));
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

  async retryFailed(task: Task): Promise<void> {
    this.#checkOpen();
    this.#queue.retryFailed(task);
  }

  async postpone(task: Task, entries: readonly QueueEntry[], outcome: Postponement): Promise<void> {
    this.#checkOpen();
    for (const entry of entries) this.#queue.postpone(task, entry, outcome);
  }

  async spend({
    day,
    tokens,
    most,
  }: {
    day: number;
    tokens: number;
    most: number;
  }): Promise<number | undefined> {
    this.#checkOpen();
    const spent = Math.max(0, (this.#spent.day === day ? this.#spent.tokens : 0) + tokens);
    if (tokens > 0 && spent > most) return undefined;
    this.#spent = { day, tokens: spent };
    return spent;
  }

  /** How many entries of a task wait or were given up, of one namespace or of all. */
  async queue(task: Task, namespace?: string): Promise<QueueCounts> {
    this.#checkOpen();
    if (namespace === undefined) return this.#queue.counts(task);
    const found = this.#namespaces.get(namespace);
    return found === undefined ? { pending: 0, failed: 0, lastError: null } : this.#queue.counts(task, found);
  }

  /** Keeps nothing: a snapshot would live no longer than the index that it was made of. */
  async saveSnapshot(): Promise<boolean> {
    this.#checkOpen();
    return true;
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
  beforeScrub(): void {
    // It keeps no snapshots.
  }

  /** There are no bytes but those in use. */
  async scrub({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<{ scrubbed: number }> {
    this.#checkOpen();
    signal?.throwIfAborted();
    return { scrubbed: 0 };
  }

  async backup(): Promise<never> {
    this.#checkOpen();
    throw new SouvenirError(
      "UNSUPPORTED",
      "a memory that is in no file has none to copy: write what memory.export() gives to a file",
    );
  }

  /** Forgets all. A second call does nothing. */
  async close(): Promise<void> {
    this.#closed = true;
  }

  #checkOpen(): void {
    if (this.#closed) throw closedError();
  }

  /** As the writes would find them one after the other; nothing is written yet. */
  #checkVersions(writes: readonly RecordWrite[]): void {
    if (writes.every(({ ifVersion, inPlace }) => ifVersion === undefined && inPlace === undefined)) return;
    const written = new Map<string, StoredRecord>();
    for (const write of writes) {
      const place = JSON.stringify([write.namespace, write.key]);
      const found = written.get(place) ?? this.#namespaces.get(write.namespace)?.byKey(write.key)?.record;
      const existing = found === undefined || isOver(found, write.now) ? undefined : found;
      checkVersion(write, existing?.version ?? 0);
      checkInPlace(write, existing);
      if (existing === undefined || !keepsExisting(existing, write))
        written.set(place, { ...nextVersion(existing, write), id: 0, sequence: 0 });
    }
  }

  #writeOne(write: RecordWrite & { history: RecordFields[] }): WriteOutcome {
    const namespace = this.#ensureNamespace(write.namespace);
    const found = namespace.byKey(write.key)?.record;
    const over = found !== undefined && isOver(found, write.now);
    if (over) {
      const concerned = this.#nextTurns(namespace, [found.id]);
      const gone = [found.id, ...this.#retracted(namespace, found.id)];
      for (const id of gone) this.#queue.erase(id);
      this.#eraseNamed(namespace, gone);
      this.#embedAnew(namespace, concerned, write.now);
    }
    const before = over ? undefined : found;
    if (before !== undefined && keepsExisting(before, write))
      return { record: copyRecord(before), written: false };
    if (before === undefined) this.#lastId += 1;
    const record: StoredRecord = {
      ...nextVersion(before, write),
      id: before?.id ?? this.#lastId,
      sequence: namespace.nextSequence(),
    };
    const sources = (write.sources ?? []).flatMap(({ key }) => namespace.byKey(key)?.record ?? []);
    if (sources.length > 0) record.expiresAt = lastExpiry(sources);
    if (record.expiresAt !== null) this.#nextExpiry = Math.min(this.#nextExpiry, record.expiresAt);
    const item = namespace.put(record);
    if (before === undefined) item.history = write.history;
    else if (write.inPlace === undefined) item.history.push(before);
    item.history = [...newest(item.history, write.keepVersions ?? Number.POSITIVE_INFINITY)];
    namespace.names(record.id, supersededBy([record, ...item.history]));
    const textChanged = before?.value !== record.value;
    this.#queueWork(namespace, item, write, textChanged);
    this.#sources.link(
      record.id,
      sources.map(({ id }) => id),
    );
    if (before !== undefined && before.expiresAt !== record.expiresAt)
      this.#expireDrawn(namespace, record.id);
    if (before !== undefined && (textChanged || isWithdrawn(record)))
      this.#erase(namespace, this.#retracted(namespace, record.id));
    if (isReadWithPrevious(namespace)) {
      const { own, places } = contextChanges(before, record);
      const concerned = places.flatMap((place) => namespace.next(place) ?? []);
      this.#embedAnew(namespace, own ? [record.id, ...concerned] : concerned, write.now);
    }
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
    { tasks, later, now }: RecordWrite,
    textChanged: boolean,
  ): void {
    if (textChanged) {
      namespace.dropVectors(item);
      // What is being made of the old text must not be stored with the new one.
      this.#queue.erase(item.record.id);
      const { embedder, target } = namespace;
      for (const [wanted, taskOf] of [
        [embedder, embedTask],
        [target, reembedTask],
      ] as const)
        if (wanted !== null && !wanted.computed) this.#queue.add(taskOf(wanted), namespace, item.record, now);
      if (later !== undefined) this.#queue.add(later.task, namespace, item.record, later.dueAt);
    } else {
      namespace.announceVectors(item);
    }
    for (const task of tasks) this.#queue.add(task, namespace, item.record, now);
  }

  /**
   * A record says something else, or nothing any more: what was drawn from others too loses what it has of it. Answers what
   * was drawn from it alone or is nothing without it, and what was drawn from that.
   */
  #retracted(namespace: InMemoryNamespace, id: number): number[] {
    const { alone, others } = this.#sources.drop(id);
    const key = namespace.item(id)?.record.key ?? "";
    for (const other of others) {
      const item = namespace.item(other);
      if (item === undefined) continue;
      if (isSummary(item.record)) {
        this.#sources.link(other, []);
        alone.push(other);
        continue;
      }
      item.history = [];
      this.#change(namespace, item, { metadata: withoutSource(item.record.metadata, key) });
      this.#expireWithSources(namespace, other);
    }
    return alone.flatMap((record) => [record, ...this.#retracted(namespace, record)]);
  }

  /** What is drawn from a record expires with the last of its sources. */
  #expireDrawn(namespace: InMemoryNamespace, source: number): void {
    for (const record of this.#sources.drawnFrom(source)) this.#expireWithSources(namespace, record);
  }

  #expireWithSources(namespace: InMemoryNamespace, record: number): void {
    const item = namespace.item(record);
    const sources = this.#sources.of(record).flatMap((id) => namespace.item(id)?.record ?? []);
    const expiresAt = lastExpiry(sources);
    if (item === undefined || item.record.expiresAt === expiresAt) return;
    if (expiresAt !== null) this.#nextExpiry = Math.min(this.#nextExpiry, expiresAt);
    this.#change(namespace, item, { expiresAt });
  }

  /** The turns after records that are about to go, where they are read with them. */
  #nextTurns(namespace: InMemoryNamespace, ids: readonly number[]): number[] {
    if (!isReadWithPrevious(namespace)) return [];
    return ids.flatMap((id) => {
      const record = namespace.item(id)?.record;
      const place = record && placeInThread(record);
      return place === undefined ? [] : (namespace.next(place) ?? []);
    });
  }

  /** Turns are read otherwise than before, by embedders that read the turn before. */
  #embedAnew(namespace: InMemoryNamespace, ids: readonly number[], now: number): void {
    const { embedder, target } = namespace;
    for (const [reader, taskOf] of [
      [embedder, embedTask],
      [target, reembedTask],
    ] as const) {
      if (reader === null || !readsPrevious(reader)) continue;
      for (const id of new Set(ids)) {
        const item = namespace.item(id);
        if (item === undefined) continue;
        if (reader.computed || item.vectors.has(reader.id)) namespace.putVectors(item, reader.id, []);
        if (!reader.computed)
          this.#queue.add(taskOf(reader), namespace, { id, sequence: namespace.nextSequence() }, now);
      }
    }
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
    const concerned = this.#nextTurns(namespace, ids);
    const gone = new Set(ids);
    for (const id of ids) {
      for (const record of this.#retracted(namespace, id)) gone.add(record);
      this.#sources.link(id, []);
    }
    for (const id of gone) this.#queue.erase(id);
    this.#eraseNamed(namespace, [...gone]);
    // What runs did is about the others, and goes with the last of those.
    namespace.erase(namespace.runsAlone());
    this.#embedAnew(namespace, concerned, 0);
    // A namespace lives as long as it holds a record.
    if (namespace.size === 0) this.#namespaces.delete(namespace.name);
    return ids.length;
  }

  /** What takes the place of a record that is erased names it no more, in its earlier versions neither. */
  #eraseNamed(namespace: InMemoryNamespace, ids: readonly number[]): void {
    const keys = ids.flatMap((id) => namespace.item(id)?.record.key ?? []);
    namespace.erase(ids);
    for (const key of keys)
      for (const item of namespace.dropName(key)) {
        item.history = item.history.map((version) => ({
          ...version,
          metadata: withoutSuperseded(version.metadata, key),
        }));
        const metadata = withoutSuperseded(item.record.metadata, key);
        if (metadata !== item.record.metadata) this.#change(namespace, item, { metadata });
      }
  }

  #stillThere({ namespace: name, incarnation }: Pick<Assignment, "namespace" | "incarnation">) {
    const namespace = this.#namespaces.get(name);
    return namespace?.incarnation === incarnation ? namespace : undefined;
  }

  /** Vectors and queue entries of embedders that a namespace uses no more. */
  #forgetOthers(namespace: InMemoryNamespace): void {
    const { vectors, tasks } = neededEmbeddings(namespace);
    for (const item of namespace.items()) namespace.dropVectors(item, ...vectors);
    this.#queue.eraseOtherEmbedders(namespace, tasks);
  }

  /** The embedder, and whether it computes from now on. */
  #declared(given: EmbedderIdentity): EmbedderIdentity {
    const before = this.#known(given);
    if (before.computed === given.computed) return before;
    const { id, dimensions, computed } = given;
    const embedder = Object.freeze({ id, dimensions, ...(computed ? { computed } : {}) });
    this.#embedders.set(id, embedder);
    if (this.#current === before) this.#current = embedder;
    for (const namespace of this.#namespaces.values()) {
      if (namespace.target === before) namespace.target = embedder;
      // What was not stored has to be: as if it had never had an embedder.
      if (namespace.embedder === before) namespace.embedder = computed ? embedder : null;
      this.#forgetOthers(namespace);
    }
    return embedder;
  }

  /** The one object for an embedder, so that two of them are the same when they are equal. */
  #known({ id, dimensions, computed }: EmbedderIdentity): EmbedderIdentity {
    let embedder = this.#embedders.get(id);
    if (embedder === undefined) {
      embedder = Object.freeze({ id, dimensions, ...(computed ? { computed } : {}) });
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

function isReadWithPrevious({ embedder, target }: InMemoryNamespace): boolean {
  return [embedder, target].some((used) => used !== null && readsPrevious(used));
}

/** A selection without the first members of its list. */
function restOf(selection: Exclude<Selection, "all">, looked: number): Selection {
  if ("keys" in selection || "ids" in selection || "records" in selection)
    return { ...selection, from: (selection.from ?? 0) + looked };
  return selection;
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
