export { AttributeIndex, type AttributeValue } from "./attributes/attribute-index.ts";
export type { Range } from "./attributes/sorted-values.ts";
export { DocumentSet } from "./document-set.ts";
export { type FrozenPart, frozen, frozenStrings } from "./frozen-part.ts";
export { ForwardLists } from "./lists/forward-lists.ts";
export { giveBack, unpackingStrings } from "./packing.ts";
export type { PluginTextOptions } from "./plugin/index-component.ts";
export { type IndexContents, IndexReader } from "./plugin/index-sections.ts";
export type { KeptProperty } from "./plugin/kept-property.ts";
export { createTokenizer } from "./plugin/orama-tokenizer.ts";
export { indexOf, type PluginOptions, souvenirPlugin } from "./plugin/plugin.ts";
export { PluginError } from "./plugin/plugin-error.ts";
export type { RankedDocument, RankedIndex, Ranker, RankerQuestion } from "./plugin/ranker.ts";
export { search } from "./plugin/search.ts";
export type { SouvenirIndex } from "./plugin/souvenir-index.ts";
export { createView, type Presence, type View, type ViewOptions } from "./plugin/view.ts";
export { decodeSnapshot, encodeSnapshot, freezeSnapshot, readSnapshot } from "./snapshot.ts";
export { SnapshotError, type SnapshotErrorCode } from "./snapshot-error.ts";
export type { Steps } from "./steps.ts";
export {
  type Bm25Parameters,
  defaultBm25,
  inverseDocumentFrequency,
  termSaturation,
} from "./text/bm25.ts";
export { ComparedText, type ComparedWord } from "./text/compared-text.ts";
export type { Language, LatinLanguage } from "./text/language-codes.ts";
export type { MatchOptions } from "./text/query-plan.ts";
export type { QueryTerm } from "./text/query-term.ts";
export { frequenciesIn, type Occurrences } from "./text/term-documents.ts";
export {
  type FieldTexts,
  TextIndex,
  type TextIndexOptions,
  type TextQuestion,
  type TextSearchOptions,
} from "./text/text-index.ts";
export { type TokenizeOptions, tokenize } from "./text/tokenizer.ts";
export type { Ranking as TextRanking } from "./text/top-documents.ts";
export { MAXIMUM_DIMENSIONS as maximumDimensions } from "./vectors/limits.ts";
export { VectorIndex, type VectorIndexOptions, type VectorIndexReader } from "./vectors/vector-index.ts";
