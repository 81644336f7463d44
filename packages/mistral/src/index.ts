export type { CallMemory, PerCall, StorePolicy } from "@souvenir/core";
export type { RetryOptions } from "@souvenir/core/provider";
export {
  type ChatModel,
  type MistralChatOptions,
  type ModelAnswer,
  mistralChat,
} from "./answering.ts";
export { type MistralEmbedderOptions, mistralEmbedder } from "./embedder.ts";
export { type MistralExtractorOptions, mistralExtractor } from "./extractor.ts";
export { type MistralFactsOptions, mistralFacts } from "./facts.ts";
export {
  type MemoryToolCall,
  type MemoryTools,
  type MemoryToolsOptions,
  memoryTools,
  type ToolResultEntry,
  type ToolResultMessage,
} from "./memory-tools.ts";
export { type MistralModeratorOptions, mistralModerator } from "./moderator.ts";
export type { ChatRequest, ConversationRequest, MistralRequest } from "./requests.ts";
export {
  type ClientMemory,
  type MistralClient,
  type WithCallMemory,
  type WithMemory,
  type WithMemoryOptions,
  withMemory,
} from "./with-memory.ts";
