import { PostgresStore } from "@langchain/langgraph-checkpoint-postgres/store";
import { PgVector } from "@mastra/pg";
import type { PgvectorPeer } from "../pgvector-peer.ts";

type Embed = (texts: string[]) => Promise<Float32Array[]>;

/** LangGraph's store, with its default index (HNSW). It embeds by itself. */
export async function langGraphStore(
  connectionString: string,
  { dimensions, embed }: { dimensions: number; embed: Embed },
): Promise<PgvectorPeer> {
  const store = PostgresStore.fromConnString(connectionString, {
    index: {
      dims: dimensions,
      fields: ["text"],
      embed: async (texts: string[]) => (await embed(texts)).map((vector) => Array.from(vector)),
    },
  });
  await store.setup();
  return {
    add: (items) =>
      store.batch(
        items.map(({ number, text }) => ({ namespace: ["ada"], key: String(number), value: { text } })),
      ),
    search: ({ text }) => store.search(["ada"], { query: text, limit: 10 }),
    close: () => store.stop(),
  };
}

/** Mastra's vector store, with its default index. It is given vectors, and keeps the texts as metadata. */
export async function mastraVector(
  connectionString: string,
  { dimensions, embed }: { dimensions: number; embed: Embed },
): Promise<PgvectorPeer> {
  const vectors = new PgVector({ id: "bench", connectionString });
  const indexName = "bench";
  await vectors.createIndex({ indexName, dimension: dimensions, metric: "cosine" });
  return {
    add: (items) =>
      vectors.upsert({
        indexName,
        ids: items.map(({ number }) => String(number)),
        vectors: items.map(({ vector }) => Array.from(vector)),
        metadata: items.map(({ text }) => ({ text, namespace: "ada" })),
      }),
    async search({ text }) {
      const [queryVector] = await embed([text]);
      return vectors.query({
        indexName,
        queryVector: Array.from(queryVector as Float32Array),
        topK: 10,
        filter: { namespace: "ada" },
      });
    },
    close: () => vectors.disconnect(),
  };
}
