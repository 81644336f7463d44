import type { MastraVector } from "@mastra/core/vector";

/** One promise of `MastraVector`, on a store that is empty. */
// biome-ignore lint/suspicious/noExplicitAny: stores differ in the type of their filters
export type AnyVector = MastraVector<any>;
export type VectorSpec = (store: AnyVector) => Promise<void>;

/** An index of three numbers with these rows. */
export async function filled(
  store: AnyVector,
  rows: Record<string, { vector?: number[]; metadata?: Record<string, unknown> }>,
  indexName = "docs",
): Promise<void> {
  await store.createIndex({ indexName, dimension: 3 });
  await store.upsert({
    indexName,
    ids: Object.keys(rows),
    vectors: Object.values(rows).map(({ vector }) => vector ?? [1, 0, 0]),
    metadata: Object.values(rows).map(({ metadata }) => metadata ?? {}),
  });
}

export async function ids(
  store: AnyVector,
  filter?: Record<string, unknown>,
  indexName = "docs",
): Promise<string[]> {
  const found = await store.query({
    indexName,
    queryVector: [1, 0, 0],
    topK: 100,
    ...(filter === undefined ? {} : { filter }),
  });
  return found.map(({ id }) => id).sort();
}
