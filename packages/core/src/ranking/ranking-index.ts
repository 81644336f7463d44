import type { DocumentSet, TextQuestion } from "@souvenir/orama";

/** See `MatchOptions`. */
interface RankingMatch {
  prefix?: boolean | undefined;
}

/** What ranking asks of the full-text index; see `TextIndex`. */
export interface RankingText {
  analyze(query: string, options?: RankingMatch): TextQuestion;
  /** Best documents by BM25, of the most telling terms where there are more. */
  search(
    query: string,
    options: RankingMatch & { limit: number; mostTerms?: number; accept?: DocumentSet | undefined },
  ): { documents: Uint32Array; scores: Float64Array };
  /** The sum of the weights of all words of the query, found or not, times k1 + 1. */
  maxScore(query: string, options?: RankingMatch): number;
  /** Words of a document. */
  lengthOf(document: number): number;
}

/** What ranking asks of the vector index; see `VectorIndex`. */
export interface RankingVectors {
  readonly size: number;
  search(
    query: Float32Array,
    options: { limit: number; certain?: number; accept?: DocumentSet | undefined },
  ): { documents: Uint32Array; scores: Float32Array };
  /** Cosines, NaN where a document has no vector. */
  score(query: Float32Array, documents: Uint32Array): Float32Array;
}

/** The terms of a static model that documents have: what soft words are compared with. */
export interface RankingTerms {
  /** Documents that have terms. */
  readonly size: number;
  /** How many different terms a document has. */
  countOf(document: number): number;
  /** Writes them to `at` and after. Returns where they end. */
  copy(document: number, target: Uint32Array, at: number): number;
  /** Documents that have a term. */
  having(term: number): number;
}

/** Who stands next to whom. */
export interface RankingThreads {
  /** Threads there are. */
  readonly size: number;
  placeOf(document: number): PlaceInThread | undefined;
}

export interface PlaceInThread {
  /** The documents of the thread in order. */
  turns: readonly number[];
  /** Where the document stands among them, from 0. */
  position: number;
}

/** The index of one namespace, as ranking sees it. */
export interface RankingIndex {
  readonly live: DocumentSet;
  readonly text: RankingText;
  readonly vectors: RankingVectors | undefined;
  readonly terms: RankingTerms;
  readonly threads: RankingThreads;
  /** Milliseconds since 1970. */
  createdAt(document: number): number;
  /** When the latest document was made, -∞ when there is none. */
  latest(): number;
  /** Whether a turn ends with a question; see `asksQuestion`. */
  asks(document: number): boolean;
  /** Turns of a speaker or role: by canonical name, or by one word of it; see `speakerNames`. */
  saidBy(name: string): DocumentSet;
  /** Documents that name an entity, by canonical name. */
  naming(name: string): DocumentSet;
}
