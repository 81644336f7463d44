export { type AgentCall, type AgentMemory, type AgentMemoryOptions, agentMemory } from "./agent-memory.ts";
export { type AiSdkEmbedderOptions, type AnyEmbeddingModel, aiSdkEmbedder } from "./embedder.ts";
export { type AiSdkFactsOptions, aiSdkFacts, type FactLanguageModel } from "./facts.ts";
export type { InspectInput, Inspection } from "./inspect.ts";
export {
  type AnyLanguageModel,
  type MemoryControls,
  type MemoryMiddleware,
  type MemoryMiddlewareOptions,
  memoryMiddleware,
  withMemory,
} from "./memory-middleware.ts";
export {
  type MemoryToolOutput,
  type MemoryTools,
  type MemoryToolsOptions,
  memoryTools,
  type RenderedTool,
  type ToolScope,
} from "./memory-tools.ts";
export type { ModelCall } from "./model-call.ts";
export { type AnyRerankingModel, type RerankingModelOptions, rerankingModelReranker } from "./reranker.ts";
