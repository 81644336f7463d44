export { StreamedContent } from "./conversation/answer.ts";
export { beginTurn } from "./conversation/begin-turn.ts";
export { fileMarks, textOf } from "./conversation/content.ts";
export { withoutControlText } from "./conversation/control-text.ts";
export { Conversation, conversationOptionNames } from "./conversation/conversation.ts";
export { Failures, type OnError, type TurnFailure, type TurnStage } from "./conversation/failures.ts";
export { inTime } from "./conversation/in-time.ts";
export { contentWithBlock, type Placement } from "./conversation/placement.ts";
export type { TurnMessage } from "./conversation/reading.ts";
export {
  type CallMemory,
  filled,
  type PerCall,
  resolveCall,
  type Scope,
  type ScopeOptions,
  type StorePolicy,
} from "./conversation/scope.ts";
export { type RecalledForAnswer, type RecalledMemory, recalledForAnswer } from "./conversation/shown.ts";
export type {
  BeginTurnInput,
  ConversationMemory,
  ConversationOptions,
  Recalled,
  Turn,
  TurnCall,
  TurnEnd,
  TurnOptions,
} from "./conversation/turn.ts";
export { createMemory } from "./create-memory.ts";
export { type CompiledFilter, compileFilter, type FilterReading } from "./documents/compiled-filter.ts";
export { checkPaths, documentTexts } from "./documents/document-texts.ts";
export {
  type DocumentChange,
  type DocumentSearch,
  type DocumentSelection,
  Documents,
  type DocumentsOptions,
  type NamespacesUnder,
  recordsOf,
} from "./documents/documents.ts";
export { jsonCopy } from "./documents/exact-json.ts";
export {
  type DocumentInput,
  documentMark,
  documentOf,
  fieldsOf,
  fromKey,
  isSearched,
  separateTexts,
  toKey,
  unsearched,
  updatedAt,
} from "./documents/record.ts";
export { defaultEmbedder } from "./embedders/built-in.ts";
export { checkContext, checkedVectors } from "./embedders/embed.ts";
export {
  type EmbeddingModel,
  type EmbeddingModelOptions,
  type EmbeddingProviderOptions,
  embeddingModelEmbedder,
} from "./embedders/embedding-model.ts";
export { givenVector, giveVector, wordlessQuery } from "./embedders/given-vectors.ts";
export { type HttpEmbedderOptions, httpEmbedder } from "./embedders/http-embedder.ts";
export { knownDimensions } from "./embedders/known-dimensions.ts";
export type { EncryptionKey, EncryptionKeySource, EncryptionOptions } from "./encryption-key.ts";
export { canonicalName } from "./entities/canonical.ts";
export { offlineExtractor } from "./entities/offline-extractor.ts";
export { SouvenirError, type SouvenirErrorCode } from "./errors.ts";
export type { Refusal, Refused } from "./facts/dispose.ts";
export type {
  BatchedFacts,
  FactBatch,
  FactExtractor,
  FactOptions,
  FactOrigin,
  FactProposal,
  FactSource,
  FactTurn,
  FactType,
  FactUsage,
  FactWindow,
  KeptFactType,
  KnownFact,
} from "./facts/fact-extractor.ts";
export { given } from "./given.ts";
export { type HttpRerankerOptions, httpReranker } from "./http-reranker.ts";
export { defaultLimits } from "./limits.ts";
export { type MessagePart, partOf, questionOf, splitText, wholeMessages } from "./long-text.ts";
export { isMemoryFileHeader, memoryFileHeader, respelled } from "./memory-file.ts";
export { type MemorySource, memoryOpener, type OpenedMemory, openedMemory } from "./memory-source.ts";
export { atSequence } from "./min-sequence.ts";
export { namesOf } from "./names-of.ts";
export { newestMessages } from "./newest-messages.ts";
export { optionNames } from "./option-names.ts";
export { type AskedEntities, type AskedEntitiesOptions, askedEntities } from "./provider/asked-entities.ts";
export {
  type FactAnswer,
  type FactModel,
  type FactQuestion,
  factsByModel,
} from "./provider/facts-by-model.ts";
export { firstAbort } from "./queue/first-abort.ts";
export { defaultRanking, type Ranking } from "./ranking/ranking.ts";
export { type Recallable, recallBlock, withoutRecallBlocks } from "./recall-block.ts";
export { retryConflicts } from "./retry-conflicts.ts";
export type { ModerationAction, Moderator } from "./safety/moderator.ts";
export type {
  SafetyAction,
  SafetyCounts,
  SafetyOptions,
  SafetyRules,
  SafetyStats,
} from "./safety/safety-options.ts";
export type { Scanned } from "./safety/scanned.ts";
export type { SensitiveKind } from "./safety/sensitive.ts";
export type { MemoryDatabase, MemorySchema, OramaDocument, OramaOptions } from "./search/orama-view.ts";
export { InMemoryStore } from "./store/in-memory-store.ts";
export type * from "./store/store.ts";
export { estimateTokens } from "./tokens.ts";
export { type FactTool, type FactToolMemory, type FactToolName, factToolSet } from "./tools/fact-tools.ts";
export { inertJson } from "./tools/inert-json.ts";
export {
  checkTools,
  type MemoryTool,
  type MemoryToolName,
  memoryToolSet,
  type ToolAnswer,
  type ToolCall,
  type ToolMemory,
  type ToolMemoryRecord,
} from "./tools/memory-tools.ts";
export type { ToolProperty, ToolSchema } from "./tools/tool-input.ts";
export { isForeign, originOfRole, origins } from "./trust/origin.ts";
export type * from "./types.ts";
export { checkDate, checkDefined, checkInteger, checkOptions } from "./validation.ts";
