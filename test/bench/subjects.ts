import { join } from "node:path";
import { InMemoryStore } from "@langchain/langgraph-checkpoint";
import { create, insertMultiple, search } from "@orama/orama";
import { createMemory, type Embedder, type Memory } from "@souvenir/core";
import MiniSearch from "minisearch";

export const dimensions = 1024;

export type Mode = "hybrid" | "filter 1 %" | "facets" | "vector" | "text";

export interface Item {
  number: number;
  text: string;
  vector: Float32Array;
}

/** Something that stores texts with vectors and finds them. */
export interface Subject {
  readonly modes: readonly Mode[];
  /** Returns when all are stored; an index may be made later, when something is searched for the first time. */
  add(items: readonly Item[]): Promise<void>;
  search(query: { text: string; vector: Float32Array }, mode: Mode): Promise<unknown>;
  close(): Promise<void>;
}

export interface Entry {
  /** @param folder - Where it may keep files. */
  open(folder: string): Subject;
  /** Whether another process can open what it stored. */
  persists: boolean;
  /** Documents at most, and what stands against more. */
  largest?: { size: number; reason: string };
  /** Searches take so long that there are fewer of them, so that the whole ends. */
  slow?: boolean;
}

/** Vectors by text, as a provider would give them, without its latency. */
function lookupEmbedder(): Embedder & { learn(text: string, vector: Float32Array): void; forget(): void } {
  const vectors = new Map<string, Float32Array>();
  return {
    id: `bench-${dimensions}`,
    dimensions,
    maxBatch: 256,
    learn: (text, vector) => vectors.set(text, vector),
    forget: () => vectors.clear(),
    async embed(texts) {
      return texts.map((text) => {
        const vector = vectors.get(text);
        if (vector === undefined) throw new Error("the benchmark did not give this text a vector");
        return vector;
      });
    },
  };
}

/** Memories in one namespace of a file, each naming one of 500 projects and belonging to one of 100 groups. */
export function souvenir(folder: string, { withVectors = true }: { withVectors?: boolean } = {}): Subject {
  const namespace = "bench";
  const embedder = lookupEmbedder();
  let opening: Promise<Memory> | undefined;
  const open = () => {
    opening ??= createMemory({ path: join(folder, "memory.db"), embedder: withVectors ? embedder : false });
    return opening;
  };
  return {
    modes: ["hybrid", "filter 1 %", "facets"],
    async add(items) {
      const memory = await open();
      for (const { text, vector } of items) embedder.learn(text, vector);
      await memory.setMany(
        items.map(({ number, text }) => ({
          namespace,
          key: `m${number}`,
          value: text,
          metadata: { group: number % 100 },
          entities: [{ name: `Project${number % 500}`, type: "product" }],
        })),
      );
      if (withVectors) await memory.flush();
      // The provider's side is not ours to keep in memory.
      embedder.forget();
    },
    async search({ text, vector }, mode) {
      const memory = await open();
      embedder.learn(text, vector);
      const { results } = await memory.search({
        namespace,
        query: text,
        limit: 10,
        ...(mode === "filter 1 %" ? { where: { group: 7 } } : {}),
        ...(mode === "facets" ? { facets: true } : {}),
      });
      return results;
    },
    async close() {
      await (await opening)?.close();
    },
  };
}

/** Stock Orama in memory; similarity 0, because its default of 0.8 hides nearly everything. */
function stockOrama(): Subject {
  const database = create({ schema: { text: "string", vector: `vector[${dimensions}]` } as const });
  return {
    modes: ["hybrid"],
    async add(items) {
      const documents = items.map(({ text, vector }) => ({ text, vector: Array.from(vector) }));
      await insertMultiple(database, documents, items.length);
    },
    async search({ text, vector }) {
      return search(database, {
        mode: "hybrid",
        term: text,
        vector: { value: Array.from(vector), property: "vector" },
        similarity: 0,
        limit: 10,
      });
    },
    async close() {},
  };
}

/** LangGraph's store in memory, which ranks by vectors alone. */
function langGraph(): Subject {
  const vectors = new Map<string, Float32Array>();
  const embedQuery = async (text: string) => Array.from(vectors.get(text) as Float32Array);
  const embeddings = {
    embedQuery,
    embedDocuments: (texts: string[]) => Promise.all(texts.map(embedQuery)),
  };
  const store = new InMemoryStore({
    index: { dims: dimensions, embeddings: embeddings as never, fields: ["text"] },
  });
  return {
    modes: ["vector"],
    async add(items) {
      for (const { text, vector } of items) vectors.set(text, vector);
      await store.batch(
        items.map(({ number, text }) => ({ namespace: ["bench"], key: `m${number}`, value: { text } })),
      );
      vectors.clear();
    },
    async search({ text, vector }) {
      vectors.set(text, vector);
      return store.search(["bench"], { query: text, limit: 10 });
    },
    async close() {},
  };
}

function miniSearch(): Subject {
  const index = new MiniSearch({ fields: ["text"] });
  return {
    modes: ["text"],
    async add(items) {
      for (const { number, text } of items) index.add({ id: number, text });
    },
    async search({ text }) {
      return index.search(text).slice(0, 10);
    },
    async close() {},
  };
}

const memoryOf = { size: 100_000, reason: "would need tens of gigabytes of memory" };

export const subjects: Readonly<Record<string, Entry>> = {
  souvenir: { open: (folder) => souvenir(folder), persists: true },
  "souvenir, embedder: false": {
    open: (folder) => souvenir(folder, { withVectors: false }),
    persists: true,
  },
  "stock Orama 3.1.18": { open: stockOrama, persists: false, largest: memoryOf, slow: true },
  "LangGraph InMemoryStore 1.2.2": {
    open: langGraph,
    persists: false,
    largest: { size: 120_000, reason: "throws a RangeError from 130,000 items" },
    slow: true,
  },
  "MiniSearch 7.2.0": { open: miniSearch, persists: false, largest: memoryOf },
};
