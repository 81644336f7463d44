import type { IndexStats, QueryResult } from "@mastra/core/vector";
import type { Metadata } from "@souvenir/core";
import type { MetadataFilter } from "./filter.ts";

export interface VectorRow {
  id: string;
  vector: readonly number[];
  metadata: Metadata;
}

export interface IndexQuery {
  /** Without one, what passes the filter, with score 0. */
  vector: readonly number[] | undefined;
  topK: number;
  filter: MetadataFilter | undefined;
  includeVector: boolean;
  minScore: number | undefined;
}

/** Indexes by name: of vectors that callers give, or of texts that vectors of the own embedder stand for. */
export interface Indexes {
  describe(name: string): Promise<IndexStats>;
  query(name: string, query: IndexQuery): Promise<QueryResult[]>;
  /** Puts rows; what passes `instead` goes. */
  put(name: string, rows: readonly VectorRow[], instead?: MetadataFilter): Promise<void>;
  /** Changes the vector, the metadata or both of one id, or of all that pass a filter. Nothing there, nothing done. */
  update(
    name: string,
    which: { id: string } | { filter: MetadataFilter },
    change: { vector?: readonly number[]; metadata?: Metadata },
  ): Promise<void>;
  remove(name: string, which: { ids: readonly string[] } | { filter: MetadataFilter }): Promise<void>;
  hasRow(name: string, id: string): Promise<boolean>;
}
