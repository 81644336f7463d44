import { expect } from "vitest";
import { filled, ids, type VectorSpec } from "./spec.ts";

export const describesIndex: VectorSpec = async (store) => {
  await store.createIndex({ indexName: "docs", dimension: 3 });
  expect(await store.describeIndex({ indexName: "docs" })).toEqual({
    dimension: 3,
    count: 0,
    metric: "cosine",
  });
  await filled(store, { a: {}, b: {} });
  expect((await store.describeIndex({ indexName: "docs" })).count).toBe(2);
};

export const createIndexIsRepeatable: VectorSpec = async (store) => {
  await filled(store, { a: {} });
  await Promise.all(
    [1, 2, 3].map(() => store.createIndex({ indexName: "docs", dimension: 3, metric: "cosine" })),
  );
  expect(await ids(store)).toEqual(["a"]);
};

export const concurrentCreationMakesOne: VectorSpec = async (store) => {
  await Promise.all(Array.from({ length: 10 }, () => store.createIndex({ indexName: "docs", dimension: 3 })));
  expect(await store.listIndexes()).toEqual(["docs"]);
};

export const otherDimensionRejects: VectorSpec = async (store) => {
  await filled(store, { a: {} });
  await expect(store.createIndex({ indexName: "docs", dimension: 4 })).rejects.toThrow(/dimension|numbers/);
  expect((await store.describeIndex({ indexName: "docs" })).dimension).toBe(3);
};

export const impossibleDimensionsReject: VectorSpec = async (store) => {
  for (const dimension of [0, -1, 1.5, Number.NaN])
    await expect(store.createIndex({ indexName: "docs", dimension })).rejects.toThrow();
  expect(await store.listIndexes()).toEqual([]);
};

export const unknownMetricRejects: VectorSpec = async (store) => {
  await expect(
    store.createIndex({ indexName: "docs", dimension: 3, metric: "manhattan" as "cosine" }),
  ).rejects.toThrow(/metric/);
};

export const otherMetricRejects: VectorSpec = async (store) => {
  await filled(store, { a: {} });
  await expect(store.createIndex({ indexName: "docs", dimension: 3, metric: "euclidean" })).rejects.toThrow(
    /metric/,
  );
};

export const indexesOfSeveralDimensions: VectorSpec = async (store) => {
  await filled(store, { a: {} });
  await store.createIndex({ indexName: "memory_messages_5", dimension: 5 });
  await store.upsert({ indexName: "memory_messages_5", ids: ["a"], vectors: [[0, 0, 0, 0, 1]] });
  expect((await store.listIndexes()).sort()).toEqual(["docs", "memory_messages_5"]);
  expect((await store.describeIndex({ indexName: "memory_messages_5" })).dimension).toBe(5);
  const found = await store.query({ indexName: "memory_messages_5", queryVector: [0, 0, 0, 0, 2] });
  expect(found[0]?.score).toBeCloseTo(1);
};

export const deletesIndex: VectorSpec = async (store) => {
  await filled(store, { a: {} });
  await filled(store, { b: {} }, "other");
  await store.deleteIndex({ indexName: "docs" });
  await store.deleteIndex({ indexName: "absent" });
  expect(await store.listIndexes()).toEqual(["other"]);
  expect(await ids(store, undefined, "other")).toEqual(["b"]);
  await store.createIndex({ indexName: "docs", dimension: 3 });
  expect(await ids(store)).toEqual([]);
};

export const unknownIndexRejects: VectorSpec = async (store) => {
  const indexName = "absent";
  await expect(store.query({ indexName, queryVector: [1, 0, 0] })).rejects.toThrow();
  await expect(store.upsert({ indexName, vectors: [[1, 0, 0]] })).rejects.toThrow();
  await expect(store.describeIndex({ indexName })).rejects.toThrow();
  await expect(store.deleteVector({ indexName, id: "a" })).rejects.toThrow();
  await expect(store.updateVector({ indexName, id: "a", update: { metadata: {} } })).rejects.toThrow();
};

export const hostileIndexNames: VectorSpec = async (store) => {
  for (const indexName of ["a-b.c/d", "'; DROP TABLE mastra_vectors; --", "ïndex 日本", "select"]) {
    await filled(store, { [indexName]: {} }, indexName);
    expect(await ids(store, undefined, indexName)).toEqual([indexName]);
  }
  expect(await store.listIndexes()).toHaveLength(4);
};
