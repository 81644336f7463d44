import type { DocumentSet, TextIndex, VectorIndex } from "@souvenir/orama";
import type { TermLists } from "@souvenir/static";

/** What ranking asks of the full-text index. */
export type RankingText = Pick<TextIndex, "analyze" | "search" | "maxScore" | "lengthOf">;

/** What ranking asks of the vector index. */
export type RankingVectors = Pick<VectorIndex, "size" | "search" | "score">;

/** The terms of a static model that documents have: what soft words are compared with. */
export interface RankingTerms {
  /** Documents that have terms. */
  readonly size: number;
  /** How many different terms a document has. */
  countOf(document: number): number;
  /** The terms of some documents, one after the other. */
  listsOf(documents: Uint32Array): TermLists;
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
