import { inSlices, Slices } from "../event-loop.ts";
import type { EmbedderIdentity, NamespaceHead, Store } from "../store/store.ts";
import type { Logger } from "../types.ts";
import { NamespaceIndex } from "./namespace-index.ts";

/** Records read at once while an index catches up; the event loop runs in between. */
const pageSize = 500;
/** Fewer changes than this are replayed faster than a snapshot is written. */
const worthSaving = 500;
/** While an index is in use it is saved after this many changes, and then at each growth by half. */
const savedInUse = 5_000;
/** An index in use is saved again so long after an erasure made its snapshot stale, in milliseconds at least … */
const savedAgainMs = 10_000;
/** … and in times of what the last save took, because saving holds everything up. */
const savedAgainPause = 50;

interface Entry {
  index: NamespaceIndex;
  /** Catching up, one at a time; searches wait for it. */
  updating: Promise<void>;
  /** Sequence number of the snapshot on disk, 0 for none. */
  snapshot: number;
  /** How long the last save took, in milliseconds. */
  saveMs: number;
  /** Will save it again after an erasure. */
  savingAgain?: ReturnType<typeof setTimeout> | undefined;
}

export interface IndexCacheOptions {
  store: Store;
  /** Indexes kept open. */
  capacity: number;
  logger: Logger;
  /** False: vectors are not loaded, and searches do without them. */
  withVectors: (embedder: EmbedderIdentity) => boolean;
  /** What gives the vectors of a text, for an embedder that computes and can do so in this process. */
  computer: (embedder: EmbedderIdentity) => ((text: string) => Float32Array[]) | undefined;
  /** Called when an index saw changes that may have come from another process. */
  onChanges: () => void;
}

/**
 * The indexes of the namespaces in use, least recently used out first. An index is opened from its snapshot, or built
 * from the store, and brought to the store's sequence number before each use: so it sees what any process wrote.
 */
export class IndexCache {
  readonly #options: IndexCacheOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #opening = new Map<string, Promise<Entry | undefined>>();
  readonly #saving = new Set<Promise<void>>();

  constructor(options: IndexCacheOptions) {
    this.#options = options;
  }

  /** The index of a namespace with everything committed before the call, `undefined` for an empty namespace. */
  async get(namespace: string): Promise<NamespaceIndex | undefined> {
    for (;;) {
      const found = await this.#options.store.head(namespace);
      if (found === undefined) {
        this.#entries.delete(namespace);
        return undefined;
      }
      const head = { ...found, embedder: this.#usable(found.embedder) };
      const entry = await this.#entry(namespace, head);
      if (entry === undefined) continue;
      if (entry.index.isCurrent(head)) return entry.index;
      entry.updating = entry.updating.then(
        () => this.#update(namespace, entry, head),
        () => this.#update(namespace, entry, head),
      );
      try {
        await entry.updating;
      } catch (error) {
        // Half an update is no index.
        this.#entries.delete(namespace);
        throw error;
      }
      // Also when another namespace took its place meanwhile: two that take turns would never get to an answer.
      if (entry.index.isCurrent(head)) return entry.index;
    }
  }

  /** The namespace was written to: an open index catches up in the background, so that the next search need not. */
  refresh(namespace: string): void {
    if (!this.#entries.has(namespace)) return;
    this.get(namespace).catch((error: unknown) => {
      this.#options.logger.warn?.("an index could not catch up and will try again at the next search", {
        error,
      });
    });
  }

  /** Saves what changed since the last snapshots, and forgets the indexes. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#opening.values());
    const entries = [...this.#entries];
    this.#entries.clear();
    await Promise.allSettled(entries.map(([, entry]) => entry.updating));
    const stale = new Set(await this.#options.store.staleSnapshots());
    for (const [namespace, entry] of entries)
      this.#save(namespace, entry, stale.has(namespace) ? 1 : worthSaving);
    await Promise.allSettled(this.#saving);
    await this.#options.store.removeStaleSnapshots();
  }

  /** The embedder as this process can use it: one that computes and cannot here has no vectors. */
  #usable(embedder: EmbedderIdentity | null): EmbedderIdentity | null {
    if (embedder === null || !this.#options.withVectors(embedder)) return null;
    const { id, dimensions, computed } = embedder;
    return computed && this.#options.computer(embedder) === undefined ? { id, dimensions } : embedder;
  }

  async #entry(namespace: string, head: NamespaceHead): Promise<Entry | undefined> {
    const found = this.#entries.get(namespace);
    if (found?.index.canFollow(head)) {
      // Most recently used last.
      this.#entries.delete(namespace);
      this.#entries.set(namespace, found);
      return found;
    }
    let opening = this.#opening.get(namespace);
    if (opening === undefined) {
      opening = this.#open(namespace, head).finally(() => this.#opening.delete(namespace));
      this.#opening.set(namespace, opening);
    }
    return opening;
  }

  async #open(namespace: string, head: NamespaceHead): Promise<Entry> {
    const entry = (await this.#load(namespace, head)) ?? {
      index: new NamespaceIndex(head.incarnation),
      updating: Promise.resolve(),
      snapshot: 0,
      saveMs: 0,
    };
    this.#entries.set(namespace, entry);
    while (this.#entries.size > this.#options.capacity) {
      const [oldest, evicted] = this.#entries.entries().next().value as [string, Entry];
      this.#entries.delete(oldest);
      this.#save(oldest, evicted, worthSaving);
    }
    return entry;
  }

  async #load(namespace: string, head: NamespaceHead): Promise<Entry | undefined> {
    const pieces = await this.#options.store.loadSnapshot(namespace);
    if (pieces === undefined) return undefined;
    try {
      const index = await NamespaceIndex.load(pieces);
      if (!index.canFollow(head)) return undefined;
      return { index, updating: Promise.resolve(), snapshot: index.sequence, saveMs: 0 };
    } catch (error) {
      this.#options.logger.warn?.(
        "a snapshot is damaged or of another version; the index is built from the store",
        {
          error,
        },
      );
      return undefined;
    }
  }

  async #update(namespace: string, entry: Entry, head: NamespaceHead): Promise<void> {
    const { store } = this.#options;
    const { index } = entry;
    if (index.isCurrent(head)) return;
    const before = index.sequence;
    index.useEmbedder(head.embedder);
    const compute = head.embedder?.computed ? this.#options.computer(head.embedder) : undefined;
    // Vectors that are computed come with their records, unless the embedder is new to the index.
    const withRecords = compute !== undefined && index.vectorSequence === before;
    const slices = new Slices();
    let sequence = before;
    for (let complete = false; !complete; ) {
      const changes = await store.changes(namespace, sequence, pageSize);
      for (const id of changes.erased) index.erase(id);
      for (const record of changes.records) {
        index.put(record);
        if (withRecords) index.putVectors(record.id, compute(record.value));
        if (slices.over) await slices.next();
      }
      sequence = changes.sequence;
      complete = changes.complete;
      if (slices.over) await slices.next();
    }
    await inSlices(index.settling());
    // Not before: whoever finds the number takes all that it stands for to be in the index.
    index.sequence = sequence;
    if (withRecords) index.vectorSequence = sequence;
    while (compute !== undefined && index.vectorSequence < index.sequence) {
      const changes = await store.changes(namespace, index.vectorSequence, pageSize);
      for (const { id, value, sequence } of changes.records) {
        // What has changed since comes again, with its record.
        if (sequence <= index.sequence) index.putVectors(id, compute(value));
        if (slices.over) await slices.next();
      }
      index.vectorSequence = Math.min(changes.sequence, index.sequence);
    }
    for (let complete = head.embedder === null || compute !== undefined; !complete; ) {
      const id = head.embedder?.id ?? "";
      // Not further than the records, so that no vector comes before its record.
      const changes = await store.vectorChanges(
        namespace,
        id,
        index.vectorSequence,
        pageSize,
        index.sequence,
      );
      for (const { id: record, vectors } of changes.vectors) {
        index.putVectors(record, vectors);
        release(vectors);
        if (slices.over) await slices.next();
      }
      index.vectorSequence = changes.sequence;
      complete = changes.complete;
      if (slices.over) await slices.next();
    }
    if (index.sequence !== before) this.#options.onChanges();
    if (head.erased > entry.snapshot && entry.snapshot > 0) {
      // It holds what was erased. More erasures are likely to follow.
      entry.savingAgain ??= setTimeout(
        () => {
          entry.savingAgain = undefined;
          if (this.#entries.get(namespace) === entry) this.#save(namespace, entry, 1);
        },
        Math.max(savedAgainMs, savedAgainPause * entry.saveMs),
      );
      (entry.savingAgain as { unref?: () => void }).unref?.();
    }
    if (entry.savingAgain === undefined)
      this.#save(namespace, entry, Math.max(savedInUse, entry.snapshot / 2));
  }

  /** Writes a snapshot when at least `changes` came since the last one. The search that caused it does not wait. */
  #save(namespace: string, entry: Entry, changes: number): void {
    const { index } = entry;
    if (index.sequence - entry.snapshot < changes) return;
    clearTimeout(entry.savingAgain);
    entry.savingAgain = undefined;
    entry.snapshot = index.sequence;
    const start = performance.now();
    const saving: Promise<void> = this.#options.store
      .saveSnapshot(namespace, { incarnation: index.incarnation, sequence: index.sequence }, index.save())
      .catch((error: unknown) => {
        this.#options.logger.warn?.("a snapshot could not be saved; the next start builds the index anew", {
          error,
        });
      })
      .finally(() => this.#saving.delete(saving));
    entry.saveMs = performance.now() - start;
    this.#saving.add(saving);
  }
}

/** Gives memory back at once: to the collector vectors are small objects, and it comes late. */
function release(vectors: readonly Float32Array[]): void {
  for (const { buffer } of vectors as readonly Float32Array<ArrayBuffer>[])
    if (!buffer.detached) buffer.transfer(0);
}
