import { expect, test } from "vitest";
import { kinshipOf } from "../src/ranking/kinship.ts";
import { NamespaceIndex } from "../src/search/namespace-index.ts";
import type { StoredRecord } from "../src/store/store.ts";

const dimensions = 32;

/** Numbers from -1 to 1, the same for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
}

/** Memories of four topics, each of which has a thread or a name of its own. */
function filled(
  kin: "threads" | "names" | "none",
  vectorOf: (topic: number, next: () => number) => number[],
) {
  const index = new NamespaceIndex(1);
  index.useEmbedder({ id: "test", dimensions });
  const next = numbers(7);
  const records = Array.from({ length: 80 }, (_, at) => ({ id: at + 1, topic: Math.floor(at / 20) }));
  for (const { id, topic } of records)
    index.put({
      id,
      key: `m${id}`,
      value: `Text ${id}.`,
      createdAt: id,
      updatedAt: id,
      expiresAt: null,
      thread: kin === "threads" ? `t${topic}` : null,
      role: null,
      tags: [],
      metadata: {},
      entities: kin === "names" && id % 7 === 0 ? [{ name: `Project ${topic}`, type: "product" }] : [],
    } as unknown as StoredRecord);
  for (const { id, topic } of records) index.putVectors(id, [Float32Array.from(vectorOf(topic, next))]);
  return index;
}

const ofTopic = (topic: number, next: () => number) =>
  Array.from({ length: dimensions }, (_, at) => next() + (at % 4 === topic ? 1 : 0));
const ofNothing = (_: number, next: () => number) => Array.from({ length: dimensions }, () => next());

test.each(["threads", "names"] as const)("vectors that mean something bring kin by %s together", (kin) => {
  const { sum, count } = filled(kin, ofTopic).trust.kinship;
  expect(count).toBeGreaterThanOrEqual(kin === "threads" ? 32 : 4);
  expect(sum / count).toBeGreaterThan(1);
});

test("vectors that mean nothing do not", () => {
  const { sum, count } = filled("threads", ofNothing).trust.kinship;
  expect(Math.abs(sum / Math.sqrt(count))).toBeLessThan(2);
});

test("without kin nothing is learnt, and without others nothing can be compared", () => {
  const alone = filled("none", ofTopic);
  expect(alone.trust.kinship).toEqual({ sum: 0, count: 0 });
  const vector = Float32Array.from(ofTopic(0, numbers(1)));
  expect(kinshipOf(0, vector, [], alone)).toBeNaN();
  const empty = new NamespaceIndex(1);
  expect(kinshipOf(0, vector, ["project 0"], empty)).toBeNaN();
});

test("is kept with the index", async () => {
  const index = filled("threads", ofTopic);
  const pieces = index.save();
  const loaded = await NamespaceIndex.load(
    (async function* () {
      yield* pieces;
    })(),
  );
  expect(loaded.trust.kinship).toEqual(index.trust.kinship);
});
