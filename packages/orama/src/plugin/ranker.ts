import type { AttributeIndex } from "../attributes/attribute-index.ts";
import type { DocumentSet } from "../document-set.ts";
import type { Steps } from "../steps.ts";
import type { TextIndex } from "../text/text-index.ts";
import type { VectorIndex } from "../vectors/vector-index.ts";

/** A question to a database, as its ranker gets it. */
export interface RankerQuestion {
  term: string;
  /** Of a hybrid search, `[dimensions]`. */
  vector?: Float32Array | undefined;
  /** The only documents to return, those that pass a `where`. Default: all. */
  accept?: DocumentSet | undefined;
  /** Documents that are wanted, 1 or more. */
  limit: number;
  /** The property of the vector. Default: the only one that there is. */
  property?: string | undefined;
  /** What a caller adds who knows the ranker, and asks it by `indexOf(db).ranking(question)`. */
  context?: unknown;
}

/** A document and how well it answers: more is better. */
export interface RankedDocument {
  document: number;
  score: number;
}

/** What a ranker reads of the index of a database; see `SouvenirIndex`. */
export interface RankedIndex {
  /** The documents that exist, by their numbers. Not to be changed. */
  readonly live: DocumentSet;
  /** The words of all string properties, each a field by its path. */
  readonly text: TextIndex;
  /** The values of all other properties, each a field by its path. */
  readonly attributes: AttributeIndex;
  /** The vectors of a property; `undefined` when it is none of vectors. */
  vectors(property: string): VectorIndex | undefined;
}

/**
 * Puts the documents of a database in order for a question, best first, in the place of BM25 and of the sum of text and
 * vectors: `souvenirPlugin({ rank })`. It reads the components of the index (`index.text`, `index.vectors`,
 * `index.attributes`, `index.live`), and whatever it brings itself: times, neighbours, speakers. What it does not
 * return is not found.
 *
 * It is asked for every search with a term, in full-text and hybrid mode, but for those that ask for Orama's own way of
 * matching: `exact`, `tolerance`, `boost`, `threshold`, `relevance`, or some of the properties only.
 */
export type Ranker = (question: RankerQuestion, index: RankedIndex) => Steps<RankedDocument[]>;
