import type { NamespacePlace } from "./namespace-head.ts";

/** Indexes of namespaces, as a cache: what is gone of it is made again. */
export interface SnapshotStore {
  /**
   * Keeps the index of a namespace, as a cache, instead of the one before. Not kept: one that was made before the last
   * erasure, or is older than the one that is there, or not of this store's history. Answers false then.
   * @param pieces - Its bytes, each piece valid until the next is asked for. Called before this method returns, or not at
   * all: the index changes afterwards.
   */
  saveSnapshot(
    namespace: string,
    at: NamespacePlace,
    pieces: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<boolean>;
  /**
   * The bytes that were saved, in order, in pieces of any length. The next piece may overwrite the last one. Only what
   * this store vouches for: made of this very store, at a point that its history went through. It may be older than an
   * erasure, which `changes` tells.
   */
  loadSnapshot(namespace: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Namespaces whose snapshot is older than their last erasure: it may hold what was erased. */
  staleSnapshots(): Promise<string[]>;
  /** Removes snapshots that may hold what was erased, and what a killed process left of others. */
  removeStaleSnapshots(): Promise<void>;
  /**
   * Has `renew` called, and waits for it, whenever the store is about to remove what is left of erased records: who keeps
   * snapshots writes anew those that are stale, and the store removes the others.
   */
  beforeScrub(renew: () => Promise<void>): void;
}
