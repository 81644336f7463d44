import { TermModel } from "../embedders/term-model.ts";
import type { VectorKeeper } from "../embedders/vector-keeper.ts";
import type { Extraction } from "../queue/extraction.ts";
import type { Ranking } from "../ranking/ranking.ts";
import type { Store } from "../store/store.ts";
import type { Embedder, Limits, Logger, Reranker } from "../types.ts";
import { IndexCache } from "./index-cache.ts";
import { Searcher } from "./searcher.ts";

/** What answers questions about a namespace: a `Searcher` of this thread, or those of others. */
export type Finding = Pick<
  Searcher,
  "search" | "list" | "pinned" | "ids" | "withdrawn" | "threads" | "superseding" | "entities"
>;

/** What is told of changes to it: the `IndexCache` of this thread, or those of others. */
export type Indexes = Pick<IndexCache, "refresh" | "caughtUp" | "renew" | "close">;

export interface OpenSearchOptions {
  store: Store;
  vectors: VectorKeeper;
  embedder: Embedder | false;
  extraction: Extraction;
  ranking: Ranking;
  limits: Limits;
  clock: () => number;
  logger: Logger;
  reranker: Reranker | undefined;
  /** Whether snapshots of indexes are written. */
  saves: boolean;
  /** Called when an index saw changes that may have come from another process. */
  onChanges: () => void;
}

/** The indexes of a store, and what is asked of them. Nothing is read before the first question. */
export function openSearch(options: OpenSearchOptions): { indexes: IndexCache; searcher: Searcher } {
  const { store, vectors, embedder, logger, limits, saves, onChanges } = options;
  const terms = new TermModel(embedder, logger);
  const indexes = new IndexCache({
    store,
    logger,
    saves,
    capacity: limits.openNamespaces,
    // A memory without an embedder may be given one by reembed().
    withVectors: (identity) => vectors.main !== undefined || vectors.knows(identity),
    prepare: async () => {
      await vectors.prepare();
      await terms.prepare();
    },
    readTerms: () => terms.model,
    read: (identity) => vectors.readAs(identity),
    computer: (identity) => vectors.computer(identity),
    onChanges,
  });
  return { indexes, searcher: new Searcher({ ...options, indexes, terms }) };
}
