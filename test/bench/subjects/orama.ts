import { create, insertMultiple, search } from "@orama/orama";
import { dimensions, type Subject } from "./subject.ts";

/** Stock Orama in memory; similarity 0, because its default of 0.8 hides nearly everything. */
export function stockOrama(): Subject {
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
