export type { MemorySource } from "@souvenir/core";
export { SouvenirChatMessageHistory, type SouvenirChatMessageHistoryInput } from "./chat-history.ts";
export { SouvenirMemory, type SouvenirMemoryInput } from "./classic-memory.ts";
export { type LangchainEmbedderOptions, langchainEmbedder } from "./embedder.ts";
export { type LangchainExtractorOptions, langchainExtractor } from "./extractor.ts";
export { type LangchainFactsOptions, langchainFacts } from "./facts.ts";
export { fromLabel, type LabelPath, namespaceOf, pathOf, toLabel } from "./labels.ts";
export { type RetrievedMetadata, SouvenirRetriever, type SouvenirRetrieverInput } from "./retriever.ts";
export type { NamespaceInput, PerRun, RunScope } from "./scope.ts";
export type { StructuredChatModel } from "./structured.ts";
export {
  type MemoryToolArtifact,
  type MemoryToolsOptions,
  memoryTools,
  toolsToApprove,
} from "./tools.ts";
export { type DocumentFilter, SouvenirVectorStore, type SouvenirVectorStoreConfig } from "./vector-store.ts";
