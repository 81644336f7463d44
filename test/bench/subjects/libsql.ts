import { join } from "node:path";
import { LibSQLVector } from "@mastra/libsql";
import { dimensions, type Subject } from "./subject.ts";

/** The vectors of Mastra's default store, on a file, through its index. It has no full text. */
export function libSqlVector(folder: string): Subject {
  const vectors = new LibSQLVector({ id: "bench", url: `file:${join(folder, "vectors.db")}` });
  const indexName = "bench";
  let created: Promise<void> | undefined;
  return {
    modes: ["vector"],
    async add(items) {
      created ??= vectors.createIndex({ indexName, dimension: dimensions, metric: "cosine" });
      await created;
      await vectors.upsert({
        indexName,
        ids: items.map(({ number }) => `m${number}`),
        vectors: items.map(({ vector }) => Array.from(vector)),
        metadata: items.map(({ text }) => ({ text })),
      });
    },
    async search({ vector }) {
      return vectors.query({ indexName, queryVector: Array.from(vector), topK: 10 });
    },
    async close() {},
  };
}
