import { strict as assert } from "node:assert";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createMemory, type Embedder, type Memory, type SetInput } from "@souvenir/core";

export interface ChurnOptions {
  /** Random inserts, updates and removes. */
  changes: number;
  seed: number;
  /** An empty folder. */
  folder: string;
  /** After each comparison. */
  onCheck?: (done: number) => void;
}

const namespace = "churn";
const start = Date.UTC(2026, 0, 1);
const words = Array.from({ length: 300 }, (_, at) => `word${at.toString(36)}x`);
const names = ["Ada Lovelace", "Alan Turing", "Grace Hopper", "PostgreSQL", "Redis", "Marseille"];

/** Mulberry32 (Tommy Ettinger): integers from 0 to below `end`. */
function generator(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  };
}

/** A vector that follows from the letters of a text. */
const embedder: Embedder = {
  id: "churn-32",
  dimensions: 32,
  maxBatch: 256,
  async embed(texts) {
    return texts.map((text) => {
      const random = generator([...text].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) | 0);
      return Float32Array.from({ length: 32 }, () => random(2_001) - 1_000.5);
    });
  },
};

/**
 * Changes memories at random, closes and opens the file at random points, and compares what the index that grew with the
 * changes (and was saved, loaded and brought up to date in between) answers with an index that is built anew from the
 * store.
 * @throws AssertionError at the first difference.
 */
export async function churn({ changes, seed, folder, onCheck }: ChurnOptions): Promise<void> {
  const random = generator(seed);
  const pick = <Value>(values: readonly Value[]) => values[random(values.length)] as Value;
  const path = join(folder, "churned.db");
  // How far vectors are trusted is learnt from what an index has seen. It is fixed here: contents are compared.
  const ranking = { vector: 0.5 };
  const open = (file: string) => createMemory({ path: file, embedder, ranking, clock: () => start + 1e10 });
  const sentence = () =>
    Array.from({ length: 1 + random(12) }, () => words[Math.floor(random(300) ** 2 / 300)]).join(" ");
  const keys = Math.max(50, Math.floor(changes / 20));
  const input = (): SetInput => ({
    namespace,
    key: `k${random(keys)}`,
    value: `${sentence()} ${random(3) === 0 ? pick(names) : ""} ${sentence()}${random(4) === 0 ? "?" : "."}`,
    createdAt: new Date(start + random(1_000) * 60_000),
    tags: random(2) === 0 ? [pick(["a", "b", "__proto__"])] : [],
    metadata: { group: random(10), deep: { list: [random(3), null, "x"] } },
    ...(random(2) === 0 ? { thread: `t${random(20)}` } : {}),
    ...(random(10) === 0 ? { expiresAt: new Date(start + random(3) * 1e10) } : {}),
  });

  let memory = await open(path);
  // An index is there from the beginning, and follows.
  await memory.set(input());
  await memory.search({ namespace, query: "word" });
  const checks = 8;
  let nextCheck = Math.floor(changes / checks);
  for (let done = 0; done < changes; ) {
    const batch = 1 + random(40);
    done += batch;
    if (random(4) === 0)
      await memory.delete({ namespace, keys: Array.from({ length: batch }, () => `k${random(keys)}`) });
    else await memory.setMany(Array.from({ length: batch }, input));
    if (random(60) === 0) await memory.search({ namespace, query: sentence() });
    if (done < nextCheck && done < changes) continue;
    nextCheck += Math.floor(changes / checks);
    await memory.flush();
    await memory.search({ namespace, query: sentence() });
    await memory.close();
    const anew = join(folder, `anew-${done}`);
    await mkdir(anew);
    // Without the folder of snapshots.
    await cp(path, join(anew, "churned.db"));
    const questions = Array.from({ length: 12 }, sentence);
    memory = await open(path);
    const fresh = await open(join(anew, "churned.db"));
    assert.deepEqual(await answers(memory, questions), await answers(fresh, questions));
    onCheck?.(done);
    await fresh.close();
  }
  await memory.close();
}

/** Everything that the index says. */
async function answers(memory: Memory, questions: readonly string[]): Promise<unknown[]> {
  const said: unknown[] = [];
  const ask = async (query: string, filter: object) => {
    const { results, facets } = await memory.search({ namespace, query, limit: 30, facets: true, ...filter });
    said.push(
      results.map(({ key, score, signals, reasons }) => ({ key, score, signals, reasons })),
      facets,
    );
  };
  for (const [at, query] of questions.entries()) {
    await ask(query, {});
    await ask(query, { where: { group: at % 10 } });
    await ask(query, { tags: ["__proto__"] });
    await ask(`What did ${names[at % names.length]} say?`, { thread: `t${at}` });
  }
  said.push(await memory.entities({ namespace }));
  return said;
}
