import { join } from "node:path";
import { createMemory, type Embedder, type Memory } from "@souvenir/core";
import { dimensions, type Subject } from "./subject.ts";

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

const turnsInConversation = 50;
const firstTurn = Date.UTC(2026, 0, 1);

/**
 * Memories in one namespace of a file, each naming one of 500 projects and belonging to one of 100 groups.
 * @param options - `inConversations`: they are turns of a user and an assistant, a minute apart.
 */
export function souvenir(
  folder: string,
  { withVectors = true, inConversations = false }: { withVectors?: boolean; inConversations?: boolean } = {},
): Subject {
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
          ...(inConversations
            ? {
                thread: `conversation ${Math.floor(number / turnsInConversation)}`,
                role: number % 2 === 0 ? ("user" as const) : ("assistant" as const),
                createdAt: new Date(firstTurn + number * 60_000),
              }
            : {}),
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
