import { join } from "node:path";
import { Agent, type AgentConfig } from "@mastra/core/agent";
import { ModelRouterEmbeddingModel } from "@mastra/core/llm";
import type { Memory } from "@mastra/memory";
import type { AnyEmbeddingModel } from "../../packages/mastra/src/index.ts";

/** What is compared. Both get the same embedding model, and a file. */
export const subjects = ["@mastra/memory + @mastra/libsql", "@souvenir/mastra"] as const;
export type Subject = (typeof subjects)[number];

export interface OpenSubject {
  memory: Memory;
  /** Waits until everything that was said is indexed, as far as the provider took it. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const semanticRecall = { topK: 10, messageRange: 0, scope: "resource" as const };

/** Loads only what the subject needs: the built package, or its sources with their condition. */
export async function openSubject(
  subject: Subject,
  folder: string,
  model: AnyEmbeddingModel,
  dimensions: number,
): Promise<OpenSubject> {
  if (subject === "@souvenir/mastra") {
    const built = !process.execArgv.some((option) => option.endsWith("@souvenir/source"));
    const { mastraEmbedder, SouvenirMemory } = (await import(
      built ? "../../packages/mastra/dist/index.mjs" : "../../packages/mastra/src/index.ts"
    )) as typeof import("../../packages/mastra/src/index.ts");
    const memory = new SouvenirMemory({
      path: join(folder, "souvenir.db"),
      embedder: mastraEmbedder(model, { dimensions }),
      options: { semanticRecall },
    });
    return { memory, settled: () => memory.settled(), close: () => memory.close() };
  }
  const { LibSQLStore, LibSQLVector } = await import("@mastra/libsql");
  const { Memory } = await import("@mastra/memory");
  const url = `file:${join(folder, "libsql.db")}`;
  const storage = new LibSQLStore({ id: "store", url });
  const vector = new LibSQLVector({ id: "vector", url });
  const memory = new Memory({
    storage,
    vector,
    embedder: model as ModelRouterEmbeddingModel,
    options: { semanticRecall },
  });
  return {
    memory,
    settled: () => memory.settled(),
    async close() {
      await memory.settled();
      await storage.close();
    },
  };
}

/** `mistral-embed` at a stand-in, through Mastra's router. */
export function embeddingModelAt(url: string): ModelRouterEmbeddingModel {
  return new ModelRouterEmbeddingModel({ id: "mistral/mistral-embed", url: `${url}/v1`, apiKey: "key" });
}

export function agentAt(url: string, memory?: Memory): Agent {
  return new Agent({
    id: "bench",
    name: "bench",
    instructions: "Be brief.",
    model: { id: "mistral/mistral-small-latest", url: `${url}/v1`, apiKey: "key" },
    ...(memory === undefined ? {} : { memory }),
  } as AgentConfig);
}
