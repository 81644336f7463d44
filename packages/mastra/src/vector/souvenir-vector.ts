import { MastraVector, type QueryResult } from "@mastra/core/vector";
import type { Memory } from "@souvenir/core";
import { type PairedEmbedder, pairedEmbedder } from "./paired-embedder.ts";

export interface SouvenirVectorOptions {
  /** Default `souvenir`. */
  id?: string;
  /** File for vectors that callers give; the one of the memory fits. Default `./.souvenir/memory.db`. */
  path?: string;
  /** An open memory, which keeps and searches the texts that `embedder` has read. */
  memory?: Memory | (() => Memory | Promise<Memory>);
}

/**
 * A vector store of Mastra in Souvenir.
 *
 * - Vectors that a caller gives, of any model and dimension, are kept in `path` and compared exactly.
 * - With `memory`: `new Memory({ vector, embedder: vector.embedder })`. That embedder calls no provider and cannot fail;
 *   this store knows the text behind each of its vectors, and lets the memory index it and search it, by words, entities
 *   and the memory's own vectors.
 */
export class SouvenirVector extends MastraVector {
  /** The embedder that belongs to `memory`, to be used with this store only. */
  readonly embedder: PairedEmbedder = pairedEmbedder();

  constructor({ id = "souvenir" }: SouvenirVectorOptions = {}) {
    super({ id });
  }
  query(): Promise<QueryResult[]> {
    throw new Error("comes next");
  }
  upsert(): Promise<string[]> {
    throw new Error("comes next");
  }
  createIndex(): Promise<void> {
    throw new Error("comes next");
  }
  listIndexes(): Promise<string[]> {
    throw new Error("comes next");
  }
  describeIndex(): Promise<{ dimension: number; count: number }> {
    throw new Error("comes next");
  }
  deleteIndex(): Promise<void> {
    throw new Error("comes next");
  }
  updateVector(): Promise<void> {
    throw new Error("comes next");
  }
  deleteVector(): Promise<void> {
    throw new Error("comes next");
  }
  deleteVectors(): Promise<void> {
    throw new Error("comes next");
  }
}
