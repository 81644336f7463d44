export {
  type AnyEmbeddingModel,
  type EmbeddingProviderOptions,
  type MastraEmbedderOptions,
  mastraEmbedder,
} from "./embedder.ts";
export {
  type ImportedFromLibsql,
  type ImportFromLibsqlOptions,
  importFromLibsql,
} from "./import/import-from-libsql.ts";
export type { SouvenirMemoryOptions } from "./memory-options.ts";
export type { AgentRecallOptions, MemoryStage } from "./messages/agent-recall.ts";
export type { MemorySource, SourceOptions } from "./messages/memory-source.ts";
export type { RecallSettings } from "./messages/recall-settings.ts";
export { SouvenirRecall, type SouvenirRecallOptions } from "./messages/souvenir-recall.ts";
export type { Recall, RecalledMessage } from "./messages/turn-recall.ts";
export { namespaceOf, resourceOf } from "./resources.ts";
export { SouvenirMemory } from "./souvenir-memory.ts";
export { SouvenirStorage, type SouvenirStorageOptions } from "./storage/souvenir-storage.ts";
export type { PairedEmbedder } from "./vector/paired-embedder.ts";
export {
  type SouvenirQuery,
  SouvenirVector,
  type SouvenirVectorFilter,
  type SouvenirVectorOptions,
} from "./vector/souvenir-vector.ts";
