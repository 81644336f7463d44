export { type AgentCall, type AgentMemory, type AgentMemoryOptions, agentMemory } from "./agent-memory.ts";
export { type AiSdkEmbedderOptions, type AnyEmbeddingModel, aiSdkEmbedder } from "./embedder.ts";
export type { InspectInput, Inspection } from "./inspect.ts";
export {
  type MemoryControls,
  type MemoryMiddleware,
  type MemoryMiddlewareOptions,
  type ModelCall,
  memoryMiddleware,
  withMemory,
} from "./memory-middleware.ts";
export {
  type MemoryTools,
  type MemoryToolsOptions,
  memoryTools,
  type RecalledMemory,
  type ToolScope,
} from "./memory-tools.ts";
export type { CallMemory, PerCall, Scope, ScopeOptions, StorePolicy } from "./scope.ts";
export type { MemoryEvent, TurnMemoryOptions } from "./turn-memory.ts";
