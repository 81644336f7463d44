import type { StaticModel } from "@souvenir/static";
import type { Computer } from "../embedders/turn-context.ts";
import { inSlices, Slices, yieldToOthers } from "../event-loop.ts";
import { StoreKnownAt } from "../store/known-at.ts";
import type { EmbedderIdentity, NamespaceHead, NamespacePlace, Store } from "../store/store.ts";
import type { Logger } from "../types.ts";
import { type FollowOptions, follow } from "./index-follower.ts";
import { NamespaceIndex } from "./namespace-index.ts";

/** Indexes of fewer memories are built faster than a file is opened. */
const smallest = 500;
/** Fewer changes than this are followed faster than a snapshot is written. */
const worthSaving = 500;
/** While an index is in use it is saved after this many changes, and then at each growth by half. */
const savedInUse = 5_000;
/** A namespace that is only written to is opened after so many writes: the next process finds its index. */
const openedAfter = 1_000;
/** Namespaces whose writes are counted. */
const mostCounted = 10_000;
/** How long `close` takes for such snapshots of namespaces that are not open; the others are removed. */
const renewedInMs = 10_000;

interface Entry {
  index: NamespaceIndex;
  /** Catching up, one at a time; searches wait for it. */
  updating: Promise<void>;
  /** Sequence number of the snapshot on disk, 0 for none. */
  saved: number;
  /** One at a time. */
  saving: Promise<void> | undefined;
  /** Whether who asked last found it behind the store. */
  wasBehind: boolean;
}

/** An index of a namespace as it was known at a moment. */
interface Past {
  namespace: string;
  moment: number;
  index: NamespaceIndex;
  store: StoreKnownAt;
}

export interface IndexCacheOptions {
  store: Store;
  /** Indexes kept open. */
  capacity: number;
  logger: Logger;
  /** Whether snapshots are written. */
  saves: boolean;
  /** Called before an index is used: resolves when vectors can be computed, or when it is not worth waiting for. */
  prepare: () => Promise<void>;
  /** The embedder that this process uses for a namespace with a given one. */
  read: (embedder: EmbedderIdentity) => EmbedderIdentity;
  /** False: vectors are not loaded, and searches do without them. */
  withVectors: (embedder: EmbedderIdentity) => boolean;
  /** What gives vectors, for an embedder that computes and can do so in this process. */
  computer: (embedder: EmbedderIdentity) => Computer | undefined;
  /** What the terms of texts are read with, as soon as it is loaded. */
  readTerms: () => StaticModel | undefined;
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
  /** Writes of this process to namespaces that are not open. */
  readonly #written = new Map<string, number>();
  #past: Past | undefined;
  /** Making or following it, one at a time. */
  #updatingPast: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: IndexCacheOptions) {
    this.#options = options;
  }

  /** The index of a namespace with everything committed before the call, `undefined` for an empty namespace. */
  get(namespace: string): Promise<NamespaceIndex | undefined> {
    return this.#get(namespace, (entry, wasBehind) => {
      entry.wasBehind = wasBehind;
    });
  }

  /** @param onFound - Told whether the index had to catch up. */
  async #get(
    namespace: string,
    onFound: (entry: Entry, wasBehind: boolean) => void = () => undefined,
  ): Promise<NamespaceIndex | undefined> {
    for (let wasBehind = false; ; wasBehind = true) {
      const found = await this.#options.store.head(namespace);
      if (found === undefined) {
        this.#entries.get(namespace)?.index.abandon("emptied");
        this.#entries.delete(namespace);
        return undefined;
      }
      await this.#options.prepare();
      const head = { ...found, embedder: this.#usable(found.embedder) };
      const entry = await this.#entry(namespace, head);
      if (entry === undefined) continue;
      if (this.#isCurrent(entry, head)) {
        onFound(entry, wasBehind);
        return entry.index;
      }
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
      if (this.#isCurrent(entry, head)) {
        onFound(entry, true);
        return entry.index;
      }
    }
  }

  /**
   * The index of a namespace as it stands, for who works with it while `get` asks whether that is where the namespace stands.
   * What comes of it is of use when `get` answers the same index, and `changes` of it is what it was. `undefined` when it is
   * not open, or was found behind the last time: others are writing then, and the work would be for nothing.
   */
  present(namespace: string): NamespaceIndex | undefined {
    const entry = this.#entries.get(namespace);
    return entry?.wasBehind === false ? entry.index : undefined;
  }

  /**
   * The index of a namespace as it was known at a moment, and what reads its records; `undefined` for an empty namespace. It
   * is the present one with what has changed since put back. The last one is kept, and follows its namespace.
   */
  getKnownAt(namespace: string, moment: number): Promise<Past | undefined> {
    const found = this.#updatingPast.then(
      () => this.#getPast(namespace, moment),
      () => this.#getPast(namespace, moment),
    );
    this.#updatingPast = found.catch(() => undefined);
    return found;
  }

  async #getPast(namespace: string, moment: number): Promise<Past | undefined> {
    const { store, prepare } = this.#options;
    await prepare();
    const found = await store.head(namespace);
    if (found === undefined) {
      if (this.#past?.namespace === namespace) this.#past = undefined;
      return undefined;
    }
    const head = { ...found, embedder: this.#usable(found.embedder) };
    const last = this.#past;
    this.#past = undefined;
    const past =
      last?.namespace === namespace && last.moment === moment && last.index.canFollow(head)
        ? last
        : await this.#putBack(namespace, moment);
    if (past === undefined) return undefined;
    if (!past.index.isCurrent(head)) await this.#follow(past.index, { store: past.store, namespace, head });
    this.#past = past;
    return past;
  }

  /**
   * A copy of the present index, with what has changed since a moment as it was then; an empty one, to be told all that was
   * known, where that is the smaller part.
   */
  async #putBack(namespace: string, moment: number): Promise<Past | undefined> {
    const present = await this.get(namespace);
    if (present === undefined) return undefined;
    const store = new StoreKnownAt(this.#options.store, moment);
    if ((await inSlices(present.createdAfter(moment))) > present.size / 2)
      return { namespace, moment, index: new NamespaceIndex(present.incarnation), store };
    const index = await this.#copy(namespace);
    if (index === undefined) return undefined;
    const { incarnation, sequence, embedder } = index;
    index.startOver();
    const head = { incarnation, sequence, embedder, erased: 0, forgotten: 0, target: null };
    await this.#follow(index, { store: store.sinceThen(sequence), namespace, head });
    return { namespace, moment, index, store };
  }

  async #copy(namespace: string): Promise<NamespaceIndex | undefined> {
    for (;;) {
      const index = await this.get(namespace);
      if (index === undefined) return undefined;
      const entry = this.#entries.get(namespace);
      if (entry?.index !== index) continue;
      // Between two updates, in a slice of its own.
      const frozen = entry.updating.then(letShortWorkRun, letShortWorkRun).then(() => index.save());
      entry.updating = frozen.then(() => undefined);
      return NamespaceIndex.load(inTurns(await frozen));
    }
  }

  /** @param options - `onProgress`. Default: nothing. */
  #follow(
    index: NamespaceIndex,
    {
      onProgress = async () => undefined,
      ...options
    }: Pick<FollowOptions, "store" | "namespace" | "head"> & {
      onProgress?: () => Promise<void>;
    },
  ): Promise<void> {
    const { embedder } = options.head;
    const computer = embedder?.computed ? this.#options.computer(embedder) : undefined;
    return follow(index, { ...options, computer, model: this.#options.readTerms(), onProgress });
  }

  /**
   * A namespace was written to: an open index catches up in the background, so that the next search need not. One that
   * gets many writes is opened, so that who only writes leaves an index behind.
   */
  refresh(namespace: string, writes = 1): void {
    if (this.#closed) return;
    if (!this.#entries.has(namespace) && !this.#opening.has(namespace)) {
      if (writes === 0) return;
      const written = (this.#written.get(namespace) ?? 0) + writes;
      this.#written.delete(namespace);
      if (written < openedAfter) {
        this.#written.set(namespace, written);
        if (this.#written.size > mostCounted)
          this.#written.delete(this.#written.keys().next().value as string);
        return;
      }
    }
    this.#get(namespace).catch((error: unknown) => {
      if (this.#closed) return;
      this.#options.logger.warn?.("an index could not catch up and will try again at the next search", {
        error,
      });
    });
  }

  /** Where the open indexes stand. */
  places(): NamespacePlace[] {
    return Array.from(this.#entries.values(), ({ index: { incarnation, sequence } }) => ({
      incarnation,
      sequence,
    }));
  }

  /** Others have changed namespaces: those that are open catch up. */
  changed(incarnations: readonly number[]): void {
    for (const [namespace, { index }] of [...this.#entries])
      if (incarnations.includes(index.incarnation)) this.refresh(namespace, 0);
  }

  /**
   * To be called after an erasure: resolves when whoever reads an open index without asking the store, as a database of
   * `memory.orama` does, finds nothing of it any more.
   */
  async caughtUp(namespace: string): Promise<void> {
    if (this.#entries.get(namespace)?.index.isWatched === true) await this.get(namespace);
  }

  /**
   * Writes the snapshots anew that may hold what was erased: those that it cannot are for the store to remove.
   * @param stale - Of these namespaces. Default: all that the store has such a snapshot of.
   */
  async renew(stale?: readonly string[]): Promise<void> {
    if (!this.#closed) await this.#renew(Number.POSITIVE_INFINITY, stale);
  }

  /** Saves what changed since the last snapshots, and forgets the indexes. @param stale - As for `renew`. */
  async close(stale?: readonly string[]): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#opening.values());
    if (!this.#options.saves) {
      this.#entries.clear();
      return;
    }
    await this.#renew(renewedInMs, stale);
    for (const [namespace, entry] of [...this.#entries]) {
      try {
        // What came last too: who only writes has not asked for it.
        await this.get(namespace);
      } catch {
        continue;
      }
      await entry.saving;
      await this.#save(namespace, entry, worthSaving);
    }
    this.#entries.clear();
    while (this.#saving.size > 0) await Promise.allSettled(this.#saving);
  }

  /** The embedder as this process can use it: one that computes and cannot here has no vectors. */
  #usable(stored: EmbedderIdentity | null): EmbedderIdentity | null {
    if (stored === null || !this.#options.withVectors(stored)) return null;
    const embedder = this.#options.read(stored);
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
      saved: 0,
      saving: undefined,
      wasBehind: false,
    };
    this.#written.delete(namespace);
    this.#entries.get(namespace)?.index.abandon("replaced");
    this.#entries.set(namespace, entry);
    let over = this.#entries.size - this.#options.capacity;
    for (const [name, candidate] of this.#entries) {
      if (over <= 0) break;
      // What somebody reads has to follow erasures.
      if (candidate === entry || candidate.index.isWatched) continue;
      this.#entries.delete(name);
      if (isWorthSaving(candidate, worthSaving)) this.#saveLater(name, candidate);
      over--;
    }
    return entry;
  }

  async #load(namespace: string, head: NamespaceHead): Promise<Entry | undefined> {
    const pieces = await this.#options.store.loadSnapshot(namespace);
    if (pieces === undefined) return undefined;
    try {
      const index = await NamespaceIndex.load(pieces);
      if (!index.canFollow(head)) return undefined;
      return {
        index,
        updating: Promise.resolve(),
        saved: index.sequence,
        saving: undefined,
        wasBehind: false,
      };
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

  #isCurrent({ index }: Entry, head: NamespaceHead): boolean {
    return (
      index.isCurrent(head) &&
      (this.#options.readTerms() === undefined || index.termSequence >= head.sequence)
    );
  }

  async #update(namespace: string, entry: Entry, head: NamespaceHead): Promise<void> {
    const { index } = entry;
    if (this.#isCurrent(entry, head)) return;
    const before = index.sequence;
    await this.#follow(index, {
      store: this.#options.store,
      namespace,
      head,
      onProgress: async () => {
        const changes = Math.max(savedInUse, index.size / 2);
        if (!isWorthSaving(entry, changes)) return;
        // What is copied at once for a snapshot takes a slice of its own.
        await yieldToOthers();
        void this.#save(namespace, entry, changes);
      },
    });
    if (index.sequence !== before) this.#options.onChanges();
  }

  /**
   * Writes a snapshot when at least so many changes came since the last one. Nobody waits for it but who wants it, and the
   * index may change meanwhile.
   */
  async #save(namespace: string, entry: Entry, changes: number): Promise<void> {
    if (!this.#options.saves || !isWorthSaving(entry, changes)) return;
    const { index } = entry;
    const { incarnation, sequence } = index;
    const before = entry.saved;
    entry.saved = sequence;
    const saving: Promise<void> = this.#options.store
      .saveSnapshot(namespace, { incarnation, sequence }, () => index.save())
      .then((kept) => {
        if (!kept) entry.saved = before;
      })
      .catch((error: unknown) => {
        this.#options.logger.warn?.("a snapshot could not be saved; the next start builds the index anew", {
          error,
        });
      })
      .finally(() => {
        entry.saving = undefined;
        this.#saving.delete(saving);
      });
    entry.saving = saving;
    this.#saving.add(saving);
    await saving;
  }

  /** Of an index that is not used any more: between two updates, in a slice of its own. */
  #saveLater(namespace: string, entry: Entry): void {
    const { updating } = entry;
    const turn: Promise<void> = updating
      .then(letShortWorkRun, letShortWorkRun)
      .then(() => void this.#save(namespace, entry, worthSaving))
      .finally(() => this.#saving.delete(turn));
    entry.updating = turn;
    this.#saving.add(turn);
  }

  /** @param withinMs - For namespaces that are not open. */
  async #renew(withinMs: number, stale?: readonly string[]): Promise<void> {
    if (!this.#options.saves) return;
    const end = performance.now() + withinMs;
    try {
      for (const namespace of stale ?? (await this.#options.store.staleSnapshots())) {
        if (!this.#entries.has(namespace) && performance.now() > end) continue;
        await this.get(namespace);
        const entry = this.#entries.get(namespace);
        await entry?.saving;
        if (entry !== undefined) await this.#save(namespace, entry, 0);
      }
    } catch (error) {
      this.#options.logger.warn?.("a snapshot with erased text could not be written anew; it is removed", {
        error,
      });
    }
  }
}

/** Whether so many changes came since the last snapshot, and none is being written. */
function isWorthSaving({ index, saved, saving }: Entry, changes: number): boolean {
  return saving === undefined && index.size >= smallest && index.sequence - saved >= changes;
}

function letShortWorkRun(): Promise<void> {
  return yieldToOthers({ patient: true });
}

/** Pieces of an index, each made in a moment, while others have their turns. */
async function* inTurns(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const slices = new Slices({ patient: true });
  for (const piece of pieces) {
    yield piece;
    if (slices.over) await slices.next();
  }
}
