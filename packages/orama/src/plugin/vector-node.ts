import { DocumentSet } from "../document-set.ts";
import { VectorIndex } from "../vectors/vector-index.ts";

/** A vector property, as Orama's own search addresses it. */
export class VectorNode {
  /** Numbers of a vector. */
  readonly size: number;
  readonly index: VectorIndex;

  constructor(size: number, index: VectorIndex = new VectorIndex({ dimensions: size })) {
    this.size = size;
    this.index = index;
  }

  /** A vector of zeros has no direction: the document is kept, and no vector search finds it. */
  add(doc: number, value: ArrayLike<number>): void {
    const vector = Float32Array.from(value);
    if (vector.some((number) => number !== 0)) this.index.add(doc, [vector]);
  }

  remove(doc: number): void {
    this.index.remove(doc);
  }

  /** All documents with at least the similarity, a cosine, best first. */
  find(
    value: ArrayLike<number>,
    similarity: number,
    accept?: ReadonlySet<number> | DocumentSet,
  ): [document: number, score: number][] {
    const query = Float32Array.from(value);
    if (!query.some((number) => number !== 0)) return [];
    const accepted = accept === undefined || accept instanceof DocumentSet ? accept : new DocumentSet(accept);
    let limit = Math.min(firstLimit, this.index.size);
    for (;;) {
      const { documents, scores } = this.index.search(query, { limit, accept: accepted });
      const complete = documents.length < limit || limit >= this.index.size || scores.at(-1)! < similarity;
      if (!complete) {
        limit = Math.min(limit * 8, this.index.size);
        continue;
      }
      const found: [number, number][] = [];
      for (let at = 0; at < documents.length && scores[at]! >= similarity; at++) {
        found.push([documents[at]!, scores[at]!]);
      }
      return found;
    }
  }
}

/** Results asked for at first; more while all of them are similar enough. */
const firstLimit = 1000;
