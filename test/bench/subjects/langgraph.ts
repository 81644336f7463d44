import { InMemoryStore } from "@langchain/langgraph-checkpoint";
import { dimensions, type Subject } from "./subject.ts";

/** LangGraph's store in memory, which ranks by vectors alone. */
export function langGraph(): Subject {
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
