export type { CallMemory, PerCall, StorePolicy, WithMemoryOptions } from "./conversation-memory.ts";
export { type MistralEmbedderOptions, mistralEmbedder } from "./embedder.ts";
export { type MistralExtractorOptions, mistralExtractor } from "./extractor.ts";
export type { RetryOptions } from "./retry.ts";
export type { MistralChatRequest } from "./turn.ts";
export { type CallOptions, type ChatWithMemory, type WithMemory, withMemory } from "./with-memory.ts";
