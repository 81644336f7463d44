import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, insertMultiple, search } from "@orama/orama";
import { createMemory, type Embedder, type Memory } from "@souvenir/core";
import MiniSearch from "minisearch";
import type { Corpus } from "./corpus.ts";

export const dimensions = 1024;
const batch = 1_000;

export type Mode = "hybrid" | "filter 1 %" | "facets" | "text";

/** Something that stores texts with vectors and finds them. */
export interface Subject {
  readonly modes: readonly Mode[];
  ingest(corpus: Corpus, size: number): Promise<void>;
  search(query: { text: string; vector: Float32Array }, mode: Mode): Promise<unknown>;
  /** Closes and opens again from disk, up to the first result; only for those that persist. */
  reopen?(): Promise<void>;
  close(): Promise<void>;
}

/** Vectors by text, as a provider would give them, without its latency. */
function lookupEmbedder(): Embedder & { learn(text: string, vector: Float32Array): void } {
  const vectors = new Map<string, Float32Array>();
  return {
    id: `bench-${dimensions}`,
    dimensions,
    maxBatch: 256,
    learn: (text, vector) => vectors.set(text, vector),
    async embed(texts) {
      return texts.map((text) => {
        const vector = vectors.get(text);
        if (vector === undefined) throw new Error("the benchmark did not give this text a vector");
        return vector;
      });
    },
  };
}

/** @param folder - Where the file is; a new one is made and removed without it. */
export function souvenir({
  withVectors = true,
  folder,
}: {
  withVectors?: boolean;
  folder?: string;
} = {}): Subject {
  const home = folder ?? mkdtempSync(join(tmpdir(), "souvenir-bench-"));
  const namespace = "bench";
  let embedder = lookupEmbedder();
  const open = () =>
    createMemory({ path: join(home, "memory.db"), embedder: withVectors ? embedder : false });
  let memory: Memory | undefined;
  return {
    modes: ["hybrid", "filter 1 %", "facets"],
    async ingest(corpus, size) {
      memory ??= await open();
      for (let start = 0; start < size; start += batch) {
        const documents = Array.from({ length: Math.min(batch, size - start) }, (_, index) => start + index);
        for (const document of documents) embedder.learn(corpus.text(document), corpus.vector(document));
        await memory.setMany(
          documents.map((document) => ({
            namespace,
            key: `m${document}`,
            value: corpus.text(document),
            metadata: { group: document % 100 },
            entities: [{ name: `Project${document % 500}`, type: "product" }],
          })),
        );
        if (withVectors) await memory.flush();
        // The provider's side is not ours to keep in memory.
        const next = lookupEmbedder();
        embedder.learn = next.learn;
        embedder.embed = next.embed;
      }
    },
    async search({ text, vector }, mode) {
      memory ??= await open();
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
    async reopen() {
      await memory?.close();
      embedder = lookupEmbedder();
      memory = await open();
    },
    async close() {
      await memory?.close();
      if (folder === undefined) rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Stock Orama in memory; similarity 0, because its default of 0.8 hides nearly everything. */
export function stockOrama(): Subject {
  const database = create({ schema: { text: "string", vector: `vector[${dimensions}]` } as const });
  return {
    modes: ["hybrid"],
    async ingest(corpus, size) {
      for (let start = 0; start < size; start += batch) {
        const documents = Array.from({ length: Math.min(batch, size - start) }, (_, index) => ({
          text: corpus.text(start + index),
          vector: Array.from(corpus.vector(start + index)),
        }));
        await insertMultiple(database, documents, batch);
      }
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

export function miniSearch(): Subject {
  const index = new MiniSearch({ fields: ["text"] });
  return {
    modes: ["text"],
    async ingest(corpus, size) {
      for (let document = 0; document < size; document += 1)
        index.add({ id: document, text: corpus.text(document) });
    },
    async search({ text }) {
      return index.search(text).slice(0, 10);
    },
    async close() {},
  };
}

export const subjects: Record<string, () => Subject> = {
  souvenir: () => souvenir(),
  "souvenir, embedder: false": () => souvenir({ withVectors: false }),
  "stock Orama 3.1.18": stockOrama,
  "MiniSearch 7.2.0": miniSearch,
};
