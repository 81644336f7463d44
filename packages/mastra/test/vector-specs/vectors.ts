import { expect } from "vitest";
import { hostile } from "../storage-specs/spec.ts";
import { filled, ids, type VectorSpec } from "./spec.ts";

export const ranksByCosine: VectorSpec = async (store) => {
  await filled(store, {
    far: { vector: [0, 0, 7] },
    near: { vector: [9, 1, 0] },
    same: { vector: [2, 0, 0] },
  });
  const found = await store.query({ indexName: "docs", queryVector: [1, 0, 0] });
  expect(found.map(({ id }) => id)).toEqual(["same", "near", "far"]);
  expect(found.map(({ score }) => score)).toEqual([
    expect.closeTo(1),
    expect.closeTo(9 / Math.hypot(9, 1)),
    expect.closeTo(0),
  ]);
};

export const scoresAreNeverNegative: VectorSpec = async (store) => {
  await filled(store, { opposite: { vector: [-1, 0, 0] }, zero: { vector: [0, 0, 0] } });
  const found = await store.query({ indexName: "docs", queryVector: [1, 0, 0] });
  expect(found.map(({ score }) => score)).toEqual([0, 0]);
};

export const topKLimits: VectorSpec = async (store) => {
  const rows = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [`v${index}`, { vector: [30, index, 0] }]),
  );
  await filled(store, rows);
  const top = async (topK?: number) =>
    (
      await store.query({
        indexName: "docs",
        queryVector: [1, 0, 0],
        ...(topK === undefined ? {} : { topK }),
      })
    ).map(({ id }) => id);
  expect(await top(3)).toEqual(["v0", "v1", "v2"]);
  expect(await top()).toHaveLength(10);
  expect(await top(100)).toHaveLength(30);
  for (const topK of [0, -1, 1.5]) await expect(top(topK)).rejects.toThrow();
};

export const answersVectorsWhenAsked: VectorSpec = async (store) => {
  await filled(store, { a: { vector: [0.25, -0.5, 0.75] } });
  const query = { indexName: "docs", queryVector: [1, 0, 0] };
  expect((await store.query(query))[0]?.vector).toBeUndefined();
  expect((await store.query({ ...query, includeVector: true }))[0]?.vector).toEqual([0.25, -0.5, 0.75]);
};

export const answersMetadataAsGiven: VectorSpec = async (store) => {
  const metadata = {
    text: "Été",
    nested: { list: [1, null, { deep: true }] },
    empty: {},
    none: null,
    zero: 0,
  };
  await filled(store, { a: { metadata }, b: {} });
  const found = await store.query({ indexName: "docs", queryVector: [1, 0, 0] });
  expect(found.find(({ id }) => id === "a")?.metadata).toEqual(metadata);
  expect(found.find(({ id }) => id === "b")?.metadata).toEqual({});
};

export const answersIds: VectorSpec = async (store) => {
  await store.createIndex({ indexName: "docs", dimension: 3 });
  const given = await store.upsert({ indexName: "docs", vectors: [[1, 0, 0]], ids: ["mine"] });
  const made = await store.upsert({
    indexName: "docs",
    vectors: [
      [1, 0, 0],
      [0, 1, 0],
    ],
  });
  expect(given).toEqual(["mine"]);
  expect(new Set(made).size).toBe(2);
  expect(await ids(store)).toEqual(["mine", ...made].sort());
};

export const sameIdReplaces: VectorSpec = async (store) => {
  await filled(store, { a: { vector: [1, 0, 0], metadata: { old: 1 } } });
  await filled(store, { a: { vector: [0, 1, 0], metadata: { fresh: 2 } } });
  const found = await store.query({ indexName: "docs", queryVector: [0, 1, 0] });
  expect(found).toEqual([{ id: "a", score: expect.closeTo(1), metadata: { fresh: 2 } }]);
};

export const wrongVectorsReject: VectorSpec = async (store) => {
  await filled(store, { a: {} });
  const upsert = (vectors: number[][], rest: object = {}) =>
    store.upsert({ indexName: "docs", vectors, ...rest });
  await expect(
    upsert([
      [1, 0, 0],
      [1, 0],
    ]),
  ).rejects.toThrow();
  await expect(upsert([])).rejects.toThrow();
  await expect(upsert([[1, 0, 0]], { ids: ["x", "y"] })).rejects.toThrow();
  await expect(upsert([[1, 0, 0]], { metadata: [{}, {}] })).rejects.toThrow();
  await expect(store.query({ indexName: "docs", queryVector: [1, 0] })).rejects.toThrow();
  await expect(store.query({ indexName: "docs", queryVector: [Number.NaN, 0, 0] })).rejects.toThrow();
  expect(await ids(store)).toEqual(["a"]);
};

export const numbersThatAreNoneReject: VectorSpec = async (store) => {
  await filled(store, { a: {} });
  for (const number of [Number.NaN, Number.POSITIVE_INFINITY])
    await expect(
      store.upsert({
        indexName: "docs",
        ids: ["b", "c"],
        vectors: [
          [1, 0, 0],
          [1, number, 0],
        ],
      }),
    ).rejects.toThrow();
  expect(await ids(store)).toEqual(["a"]);
};

export const dimensionErrorsSayBoth: VectorSpec = async (store) => {
  await filled(store, { a: {} });
  await expect(store.query({ indexName: "docs", queryVector: [1, 0] })).rejects.toThrow(/3.*2/s);
};

export const updatesById: VectorSpec = async (store) => {
  await filled(store, { a: { vector: [1, 0, 0], metadata: { kept: 1 } }, b: {} });
  await store.updateVector({ indexName: "docs", id: "a", update: { vector: [0, 1, 0] } });
  const [first] = await store.query({ indexName: "docs", queryVector: [0, 1, 0] });
  expect(first).toMatchObject({ id: "a", metadata: { kept: 1 }, score: expect.closeTo(1) });
  await store.updateVector({ indexName: "docs", id: "a", update: { metadata: { only: 2 } } });
  const [second] = await store.query({ indexName: "docs", queryVector: [0, 1, 0] });
  expect(second).toEqual({ id: "a", metadata: { only: 2 }, score: expect.closeTo(1) });
  await store.updateVector({ indexName: "docs", id: "gone", update: { metadata: {} } });
  expect(await ids(store)).toEqual(["a", "b"]);
};

export const updatesByFilter: VectorSpec = async (store) => {
  await filled(store, {
    a: { metadata: { user: "ada", n: 1 } },
    b: { metadata: { user: "ada", n: 2 } },
    c: { metadata: { user: "bob" } },
  });
  await store.updateVector({
    indexName: "docs",
    filter: { user: "ada" },
    update: { metadata: { state: "old" } },
  });
  expect(await ids(store, { state: "old" })).toEqual(["a", "b"]);
  expect(await ids(store, { user: "bob" })).toEqual(["c"]);
};

export const unclearUpdatesReject: VectorSpec = async (store) => {
  await filled(store, { a: { metadata: { kept: 1 } } });
  const update = (rest: object) =>
    store.updateVector({ indexName: "docs", update: { metadata: {} }, ...rest } as never);
  await expect((async () => update({}))()).rejects.toThrow();
  await expect((async () => update({ filter: {} }))()).rejects.toThrow();
  await expect((async () => update({ id: "a", filter: { kept: 1 } }))()).rejects.toThrow();
  await expect((async () => update({ id: "a", update: {} }))()).rejects.toThrow();
  expect(await ids(store, { kept: 1 })).toEqual(["a"]);
};

export const updateOfWrongLengthRejects: VectorSpec = async (store) => {
  await filled(store, { a: {} });
  await expect(
    store.updateVector({ indexName: "docs", id: "a", update: { vector: [1, 0] } }),
  ).rejects.toThrow();
  expect(await ids(store)).toEqual(["a"]);
};

export const deletesVectors: VectorSpec = async (store) => {
  await filled(store, {
    a: {},
    b: {},
    c: { metadata: { user: "ada" } },
    d: { metadata: { user: "ada" } },
    e: { metadata: { user: "bob" } },
  });
  await store.deleteVector({ indexName: "docs", id: "a" });
  await store.deleteVector({ indexName: "docs", id: "gone" });
  expect(await ids(store)).toEqual(["b", "c", "d", "e"]);
  await store.deleteVectors({ indexName: "docs", ids: ["b", "gone"] });
  await store.deleteVectors({ indexName: "docs", filter: { user: "ada" } });
  expect(await ids(store)).toEqual(["e"]);
  expect((await store.describeIndex({ indexName: "docs" })).count).toBe(1);
};

export const unclearDeletionsReject: VectorSpec = async (store) => {
  await filled(store, { a: {} });
  for (const rest of [
    {},
    { ids: [] },
    { filter: {} },
    { filter: { $and: [] } },
    { ids: ["a"], filter: { x: 1 } },
  ])
    await expect((async () => store.deleteVectors({ indexName: "docs", ...rest }))()).rejects.toThrow();
  expect(await ids(store)).toEqual(["a"]);
};

export const deleteFilterReplaces: VectorSpec = async (store) => {
  await filled(store, {
    old1: { metadata: { source: "a.pdf" } },
    old2: { metadata: { source: "a.pdf" } },
    other: { metadata: { source: "b.pdf" } },
  });
  await store.upsert({
    indexName: "docs",
    ids: ["new", "old2"],
    vectors: [
      [1, 0, 0],
      [0, 1, 0],
    ],
    metadata: [{ source: "a.pdf" }, { source: "a.pdf", again: true }],
    deleteFilter: { source: "a.pdf" },
  });
  expect(await ids(store)).toEqual(["new", "old2", "other"]);
  expect(await ids(store, { again: true })).toEqual(["old2"]);
};

/** What fails takes nothing away. */
export const failingReplacementKeepsTheOld: VectorSpec = async (store) => {
  await filled(store, { old: { metadata: { source: "a.pdf" } } });
  await expect(
    store.upsert({ indexName: "docs", vectors: [[1, 0]], deleteFilter: { source: "a.pdf" } }),
  ).rejects.toThrow();
  expect(await ids(store)).toEqual(["old"]);
};

export const findsByMetadataAlone: VectorSpec = async (store) => {
  await filled(store, { a: { metadata: { user: "ada" } }, b: { metadata: { user: "bob" } } });
  const found = await store.query({ indexName: "docs", filter: { user: "ada" } });
  expect(found).toEqual([{ id: "a", score: 0, metadata: { user: "ada" } }]);
  await expect(store.query({ indexName: "docs" })).rejects.toThrow();
};

export const sparseVectorsReject: VectorSpec = async (store) => {
  await filled(store, { a: {} });
  const sparse = { indices: [1], values: [1] };
  const rest = { indexName: "docs", vectors: [[1, 0, 0]] };
  await expect(store.upsert({ ...rest, sparseVectors: [sparse] })).rejects.toThrow(/sparse/);
  await expect(
    store.query({ indexName: "docs", queryVector: [1, 0, 0], sparseVector: sparse }),
  ).rejects.toThrow(/sparse/);
};

export const manyVectors: VectorSpec = async (store) => {
  await store.createIndex({ indexName: "docs", dimension: 3 });
  const count = 1_500;
  await store.upsert({
    indexName: "docs",
    ids: Array.from({ length: count }, (_, index) => `v${index}`),
    vectors: Array.from({ length: count }, (_, index) => [
      Math.cos(index / count),
      Math.sin(index / count),
      0,
    ]),
    metadata: Array.from({ length: count }, (_, index) => ({ parity: index % 2 })),
  });
  expect((await store.describeIndex({ indexName: "docs" })).count).toBe(count);
  const found = await store.query({
    indexName: "docs",
    queryVector: [1, 0, 0],
    topK: 5,
    filter: { parity: 1 },
  });
  expect(found.map(({ id }) => id)).toEqual(["v1", "v3", "v5", "v7", "v9"]);
};

/** A rare match far from the query is found all the same. */
export const filtersBeforeItLimits: VectorSpec = async (store) => {
  const rows = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [
      `v${index}`,
      { vector: [1, index / 1_000, 0], metadata: { rare: index > 297 } },
    ]),
  );
  await filled(store, rows);
  const found = await store.query({
    indexName: "docs",
    queryVector: [1, 0, 0],
    topK: 2,
    filter: { rare: true },
  });
  expect(found.map(({ id }) => id)).toEqual(["v298", "v299"]);
};

export const concurrentUpsertsAllCount: VectorSpec = async (store) => {
  await store.createIndex({ indexName: "docs", dimension: 3 });
  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      store.upsert({ indexName: "docs", ids: [`v${index}`], vectors: [[1, index, 0]] }),
    ),
  );
  expect((await store.describeIndex({ indexName: "docs" })).count).toBe(40);
};

export const hostileIdsAndMetadata: VectorSpec = async (store) => {
  await filled(
    store,
    Object.fromEntries(hostile.map((name) => [`v ${name}`, { metadata: { name, [`key ${name}`]: 1 } }])),
  );
  for (const name of hostile) expect(await ids(store, { name })).toEqual([`v ${name}`]);
  for (const name of hostile) await store.deleteVector({ indexName: "docs", id: `v ${name}` });
  expect(await ids(store)).toEqual([]);
};

/** Saved again, chunked otherwise, without ids: as `Memory.saveMessages` does. */
export const messagesSavedAgainAreThereOnce: VectorSpec = async (store) => {
  const indexName = "memory_messages_3";
  await store.createIndex({ indexName, dimension: 3 });
  const save = (pieces: number) =>
    store.upsert({
      indexName,
      vectors: Array.from({ length: pieces }, () => [1, 0, 0]),
      metadata: Array.from({ length: pieces }, () => ({ message_id: "m1", thread_id: "t1" })),
    });
  await save(3);
  await save(1);
  expect(await ids(store, { message_id: "m1" }, indexName)).toEqual(["m1"]);
  await store.upsert({ indexName, ids: ["m1"], vectors: [[0, 1, 0]], metadata: [{ message_id: "m1" }] });
  expect((await store.describeIndex({ indexName })).count).toBe(1);
};
