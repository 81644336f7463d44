import { type FrozenPart, thawed } from "../frozen-part.ts";
import { DocumentRows } from "./document-rows.ts";
import { MAXIMUM_DIMENSIONS, MAXIMUM_DOCUMENT } from "./limits.ts";
import { QuantisedRows, type RowOptions } from "./quantised-rows.ts";
import { type VectorMatches, VectorSearch, type VectorSearchOptions } from "./vector-search.ts";
import { freezeVectors, VectorsReader } from "./vector-snapshot.ts";

export type { VectorMatches, VectorSearchOptions } from "./vector-search.ts";

/** How vectors are indexed. */
export interface VectorIndexOptions extends RowOptions {
  /** Numbers of a vector: an integer from 1 to 4096. */
  readonly dimensions: number;
}

/** Makes an index of the parts that `save` returned, given one after another. */
export interface VectorIndexReader {
  /** Takes the next part, which is copied. @throws SnapshotError */
  take(part: Uint8Array): void;
  /** @throws SnapshotError when parts are missing. */
  end(): VectorIndex;
}

/**
 * Cosine similarity search over the vectors of documents, in memory: `dimensions` × 1.63 bytes a vector. Lengths of
 * vectors do not matter. Scores are those of coordinates rounded to 12 bits; the ten best of a search are, to 99 % and
 * more, those of an exact one, and what they are does not depend on the order of earlier calls.
 *
 * Documents are integers from 0 to 2³¹ - 1; memory grows with the highest (4 bytes each). Memory of removed documents is
 * overwritten and reused, not given back; `save` and `load` leave behind the pages of 256 vectors that are empty.
 */
export class VectorIndex {
  readonly dimensions: number;
  readonly #rows: QuantisedRows;
  readonly #documents: DocumentRows;
  readonly #search: VectorSearch;

  /** @throws RangeError when `dimensions` is not an integer from 1 to 4096. */
  constructor(options: VectorIndexOptions) {
    const { dimensions } = options;
    if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > MAXIMUM_DIMENSIONS) {
      throw new RangeError(`dimensions is an integer from 1 to ${MAXIMUM_DIMENSIONS}, not ${dimensions}.`);
    }
    this.dimensions = dimensions;
    this.#rows = new QuantisedRows(dimensions, options);
    this.#documents = new DocumentRows();
    this.#search = new VectorSearch(this.#rows, this.#documents);
  }

  /** Documents that have a vector. */
  get size(): number {
    return this.#documents.documents;
  }

  /** Bytes of memory for vectors and their documents. */
  get bytes(): number {
    return this.#rows.bytes + this.#documents.bytes;
  }

  /** Whether a document has a vector. */
  has(doc: number): boolean {
    return this.#documents.has(doc);
  }

  /**
   * Gives a document its vectors, instead of those it had.
   * @param vectors One or more, `[vectors][dimensions]`; copied.
   * @throws TypeError for what is not a `Float32Array`; RangeError for no vector, one of another length, with NaN or an
   * infinity, or all zeros, for a document number out of range, and when memory is full. Nothing has changed then.
   */
  add(doc: number, vectors: readonly Float32Array[]): void {
    if (!Number.isInteger(doc) || doc < 0 || doc > MAXIMUM_DOCUMENT) {
      throw new RangeError(`A document number is an integer from 0 to ${MAXIMUM_DOCUMENT}, not ${doc}.`);
    }
    if (vectors.length === 0)
      throw new RangeError("A document needs one vector at least: remove it instead.");
    const scales = vectors.map((vector) => this.#scaleOf(vector));
    this.#rows.reserve(vectors.length);
    this.#documents.reserve(doc, this.#rows.end + vectors.length);
    this.remove(doc);
    for (let index = 0; index < vectors.length; index++) {
      this.#documents.add(doc, this.#rows.write(vectors[index]!, scales[index]!));
    }
  }

  /** Removes a document and overwrites its vectors. Returns false when it had none. */
  remove(doc: number): boolean {
    if (!this.#documents.has(doc)) return false;
    this.#documents.remove(doc, (row) => this.#rows.release(row));
    return true;
  }

  /**
   * The documents whose best vector has the highest cosine with `query`, best first, equal ones by number.
   * @throws TypeError or RangeError for a query that `add` would refuse, and for a `limit` or
   * `certain` that is no integer from 0.
   */
  search(query: Float32Array, options: VectorSearchOptions): VectorMatches {
    checkCount(options.limit, "limit");
    if (options.certain !== undefined) checkCount(options.certain, "certain");
    return this.#search.search(query, this.#scaleOf(query), options);
  }

  /**
   * The cosine of `query` with the best vector of each document, the same as `search` returns.
   * @returns `[documents]`, from -1 to 1; NaN for a document that has no vector.
   * @throws TypeError or RangeError for a query that `add` would refuse.
   */
  score(query: Float32Array, documents: Uint32Array): Float32Array {
    return this.#search.score(query, this.#scaleOf(query), documents);
  }

  /**
   * The index as `[2 + pages]` buffers, little-endian; `load` takes them in the same order. Pages are of 256 vectors.
   */
  save(): Uint8Array[] {
    return this.freeze().map(thawed);
  }

  /** The same, made while they are read: the index may change meanwhile. */
  freeze(): FrozenPart[] {
    return freezeVectors({ dimensions: this.dimensions, rows: this.#rows, documents: this.#documents });
  }

  /**
   * The index that `save` was called on. The parts are copied.
   * @param parts With no checksum of their own: `encodeSnapshot` adds one.
   * @param options As for the constructor.
   * @throws SnapshotError for parts that no `save` of this version returned, or not all of them.
   */
  static load(parts: readonly Uint8Array[], options: RowOptions = {}): VectorIndex {
    const reader = VectorIndex.reader(options);
    for (const part of parts) reader.take(part);
    return reader.end();
  }

  /** As `load`, for parts that are not all there at once. */
  static reader(options: RowOptions = {}): VectorIndexReader {
    const reader = new VectorsReader((dimensions) => {
      const index = new VectorIndex({ ...options, dimensions });
      return { index, dimensions, rows: index.#rows, documents: index.#documents };
    });
    return { take: (part) => reader.take(part), end: () => reader.end().index };
  }

  /** 1 / the length of a vector, which is checked. */
  #scaleOf(vector: Float32Array): number {
    if (!(vector instanceof Float32Array)) throw new TypeError("A vector is a Float32Array.");
    if (vector.length !== this.dimensions) {
      throw new RangeError(`A vector of this index has ${this.dimensions} numbers, not ${vector.length}.`);
    }
    const squares = sumOfSquares(vector);
    if (!Number.isFinite(squares))
      throw new RangeError("A vector has finite numbers only, no NaN or infinity.");
    if (squares === 0) throw new RangeError("A vector of zeros has no direction.");
    return 1 / Math.sqrt(squares);
  }
}

function checkCount(count: number, name: string): void {
  if (!Number.isInteger(count) || count < 0)
    throw new RangeError(`${name} is an integer from 0, not ${count}.`);
}

/** Squares of float32 numbers neither overflow nor vanish in float64. */
function sumOfSquares(vector: Float32Array): number {
  let even = 0;
  let odd = 0;
  const pairs = vector.length & ~1;
  for (let at = 0; at < pairs; at += 2) {
    even += vector[at]! * vector[at]!;
    odd += vector[at + 1]! * vector[at + 1]!;
  }
  if (pairs < vector.length) even += vector[pairs]! * vector[pairs]!;
  return even + odd;
}
