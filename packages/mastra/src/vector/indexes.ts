import type { CompiledFilter, Metadata } from "@souvenir/core";
import type { VectorHit, VectorMetric, VectorQuery, VectorRow, WhichRows } from "@souvenir/core/sqlite";

/** Indexes by name: of vectors that callers give, or of texts that vectors of the own embedder stand for. */
export interface Indexes {
  describe(name: string): Promise<{ dimension: number; metric: VectorMetric; count: number }>;
  query(name: string, query: VectorQuery): Promise<VectorHit[]>;
  /** Puts rows; what passes `instead` goes. */
  put(name: string, rows: readonly VectorRow[], instead?: CompiledFilter): Promise<void>;
  /** Changes the vector, the metadata or both. Nothing there, nothing done. */
  update(
    name: string,
    which: WhichRows,
    change: { vector?: readonly number[]; metadata?: Metadata },
  ): Promise<void>;
  remove(name: string, which: WhichRows): Promise<void>;
  hasRow(name: string, id: string): Promise<boolean>;
}
