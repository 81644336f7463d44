export { createMemory } from "./create-memory.ts";
export {
  type EmbeddingModel,
  type EmbeddingModelOptions,
  type EmbeddingProviderOptions,
  embeddingModelEmbedder,
} from "./embedders/embedding-model.ts";
export { type OfflineEmbedderOptions, offlineEmbedder } from "./embedders/offline.ts";
export { canonicalName } from "./entities/canonical.ts";
export { offlineExtractor } from "./entities/offline-extractor.ts";
export { SouvenirError, type SouvenirErrorCode } from "./errors.ts";
export { defaultLimits } from "./limits.ts";
export { type MessagePart, partOf, questionOf, splitText, wholeMessages } from "./long-text.ts";
export { namesOf, optionNames } from "./option-names.ts";
export { defaultRanking, type Ranking } from "./ranking/ranking.ts";
export { type Recallable, recallBlock, withoutRecallBlocks } from "./recall-block.ts";
export { retryConflicts } from "./retry-conflicts.ts";
export { InMemoryStore } from "./store/in-memory-store.ts";
export type * from "./store/store.ts";
export { estimateTokens } from "./tokens.ts";
export type * from "./types.ts";
export { checkDefined, checkOptions } from "./validation.ts";
