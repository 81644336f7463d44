import { DocumentSet } from "../document-set.ts";
import type { VectorIndex } from "../vectors/vector-index.ts";
import type { LiveDocuments } from "./live-documents.ts";
import { rank } from "./rank.ts";

/** Documents and their cosines, in no particular order. */
export interface VectorMatches {
  documents: Uint32Array;
  scores: Float32Array;
}

/** Results asked for at first. More are worked out one by one. */
const firstLimit = 1000;

/** A cosine of 1 in float32, some roundings later. */
const equal = 1 - 2 ** -20;

/** The same vector has the cosine 1, whatever was lost when it was worked out. In place. */
function whole(scores: Float32Array): Float32Array {
  for (let at = 0; at < scores.length; at++) if (scores[at]! > equal) scores[at] = 1;
  return scores;
}

/** A vector property, as Orama's own search addresses it. */
export class VectorNode {
  /** Numbers of a vector. */
  readonly size: number;
  readonly index: VectorIndex;
  readonly #documents: LiveDocuments;

  readonly #isPart: boolean;

  /** @param isPart Whether the index knows more documents than there are. */
  constructor(index: VectorIndex, documents: LiveDocuments, isPart = false) {
    this.size = index.dimensions;
    this.index = index;
    this.#documents = documents;
    this.#isPart = isPart;
  }

  /** A vector of zeros has no direction: the document is kept, and no vector search finds it. */
  add(doc: number, value: ArrayLike<number>): void {
    const vector = Float32Array.from(value);
    if (vector.some((number) => number !== 0)) this.index.add(doc, [vector]);
  }

  remove(doc: number): void {
    this.index.remove(doc);
  }

  /** Every document with at least the similarity, a cosine. */
  match(value: ArrayLike<number>, similarity: number, accept: DocumentSet | undefined): VectorMatches {
    const query = Float32Array.from(value);
    if (!query.some((number) => number !== 0)) {
      return { documents: new Uint32Array(0), scores: new Float32Array(0) };
    }
    const first = this.index.search(query, { limit: firstLimit, accept });
    whole(first.scores);
    if (first.documents.length < firstLimit || first.scores.at(-1)! < similarity) {
      const end = first.scores.findIndex((score) => score < similarity);
      return end < 0
        ? first
        : { documents: first.documents.subarray(0, end), scores: first.scores.subarray(0, end) };
    }
    const documents = (accept ?? this.#documents.live).toArray();
    const scores = whole(this.index.score(query, documents));
    // NaN, for documents without a vector, is not similar.
    return {
      documents: documents.filter((_, at) => scores[at]! >= similarity),
      scores: scores.filter((score) => score >= similarity),
    };
  }

  /** The same best first, for Orama. */
  find(
    value: ArrayLike<number>,
    similarity: number,
    ids?: ReadonlySet<number>,
  ): [document: number, score: number][] {
    const all = this.#isPart ? this.#documents.live : undefined;
    const accept = ids === undefined ? all : new DocumentSet(ids);
    const { documents, scores } = this.match(value, similarity, accept);
    const best = rank(documents, scores, documents.length);
    return Array.from(best.documents, (doc, at) => [doc, best.scores[at]!]);
  }
}
