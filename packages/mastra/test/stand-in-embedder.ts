import { ModelRouterEmbeddingModel } from "@mastra/core/llm";
import type { Embedder } from "@souvenir/core";
import { mastraEmbedder } from "../src/index.ts";

/** Mastra's router embedder, as an embedder of Souvenir, at a stand-in. */
export function mistralEmbedderAt(url: string): Embedder {
  return mastraEmbedder(routerModelAt(url));
}

export function routerModelAt(url: string, model = "mistral-embed"): ModelRouterEmbeddingModel {
  return new ModelRouterEmbeddingModel({ id: `mistral/${model}`, url: `${url}/v1`, apiKey: "key" });
}
