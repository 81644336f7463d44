import type { IndexStats, QueryResult } from "@mastra/core/vector";
import type { CompiledFilter, Metadata } from "@souvenir/core";

export interface VectorRow {
  id: string;
  vector: readonly number[];
  metadata: Metadata;
}

/** Rows by their ids, or all that pass a filter. */
export type Which = { ids: readonly string[] } | { filter: CompiledFilter };

export interface IndexQuery {
  /** Without one, what passes the filter, with score 0. */
  vector: readonly number[] | undefined;
  topK: number;
  filter: CompiledFilter | undefined;
  includeVector: boolean;
  minScore: number | undefined;
}

/** Indexes by name: of vectors that callers give, or of texts that vectors of the own embedder stand for. */
export interface Indexes {
  describe(name: string): Promise<IndexStats>;
  query(name: string, query: IndexQuery): Promise<QueryResult[]>;
  /** Puts rows; what passes `instead` goes. */
  put(name: string, rows: readonly VectorRow[], instead?: CompiledFilter): Promise<void>;
  /** Changes the vector, the metadata or both. Nothing there, nothing done. */
  update(
    name: string,
    which: Which,
    change: { vector?: readonly number[]; metadata?: Metadata },
  ): Promise<void>;
  remove(name: string, which: Which): Promise<void>;
  hasRow(name: string, id: string): Promise<boolean>;
}
