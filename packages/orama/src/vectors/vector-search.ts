import type { DocumentSet } from "../document-set.ts";
import type { DocumentRows } from "./document-rows.ts";
import { ESTIMATE_ONE, ESTIMATE_ZERO } from "./kernel.ts";
import type { QuantisedQuery } from "./quantised-query.ts";
import type { QuantisedRows } from "./quantised-rows.ts";
import { kthLargest } from "./select.ts";

export interface VectorSearchOptions {
  /** The most documents to return: an integer, 0 or more. */
  readonly limit: number;
  /**
   * How many of them are the best ones, as the class promises; those after them are near, and may leave out some that are
   * nearer. Fewer save time where the best are few and the rest is equally far. Default: `limit`.
   */
  readonly certain?: number | undefined;
  /** Only these documents. Default: all. */
  readonly accept?: DocumentSet | undefined;
}

/** Documents by falling score, those of equal score by rising number. */
export interface VectorMatches {
  /** `[matches]` */
  readonly documents: Uint32Array;
  /** `[matches]`, cosines from -1 to 1. */
  readonly scores: Float32Array;
}

/** Up to so many rows are all scored: that is as fast as a scan, and exact. */
const DIRECT_ROWS = 2048;
/** The same with a filter, as a share of all rows. */
const DIRECT_SHARE = 1 / 10;
/** Rows scored first, to learn what score the last match has at least. */
const FIRST_ROWS = 1024;
/**
 * Then every row is scored whose estimate is at most so many standard deviations below that score. A match is missed
 * when its own estimate is further off: 0.8 % of the last ones, fewer of the better ones. Measured recall@10 for random
 * vectors, the hardest: 0.990 at 2.2, 0.996 at 2.4, 0.997 at 2.6.
 */
const DEVIATIONS = 2.4;

/** Estimates are counted in buckets of 16. */
const BUCKET_SHIFT = 4;
const BUCKETS = 65536 >>> BUCKET_SHIFT;

/**
 * The search in three stages: estimate all rows from 1-bit codes, score those that may be matches from 8 of their 12
 * bits, and those that still may be from all 12. Which rows go on depends on the rows alone, not on their order.
 */
export class VectorSearch {
  readonly #rows: QuantisedRows;
  readonly #documents: DocumentRows;
  #histogram: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  /** `[candidates]`: rows, their scores, and how far these may be from the exact ones. */
  #candidates: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #scores: Float64Array<ArrayBuffer> = new Float64Array(0);
  #margins: Float64Array<ArrayBuffer> = new Float64Array(0);
  /** `[candidates]`, room for `kthLargest`. */
  #best: Float64Array<ArrayBuffer> = new Float64Array(0);

  constructor(rows: QuantisedRows, documents: DocumentRows) {
    this.#rows = rows;
    this.#documents = documents;
  }

  /** The best `limit` documents of those in `accept` for a query of length 1 / `scale`, the first `certain` for sure. */
  search(
    vector: Float32Array,
    scale: number,
    { limit, certain = limit, accept }: VectorSearchOptions,
  ): VectorMatches {
    if (limit === 0 || this.#documents.rows === 0 || accept?.count === 0)
      return { documents: new Uint32Array(0), scores: new Float32Array(0) };
    const query = this.#rows.setQuery(vector, scale);
    const count = this.#collect(query, limit, Math.min(certain, limit), accept);
    return this.#rank(query, count, limit);
  }

  /** The best cosine of each document, NaN for one that has no vector. @returns `[documents]` */
  score(vector: Float32Array, scale: number, documents: Uint32Array): Float32Array {
    const scores = new Float32Array(documents.length).fill(Number.NaN);
    if (this.#documents.rows === 0) return scores;
    const query = this.#rows.setQuery(vector, scale);
    let count = 0;
    for (const document of documents) count = this.#takeRows(document, count);
    this.#rows.scoreExact(query, this.#candidates, count, this.#scores);
    let next = 0;
    for (let index = 0; index < documents.length; index++) {
      this.#documents.forEach(documents[index]!, () => {
        const score = this.#scores[next++]!;
        if (!(scores[index]! >= score)) scores[index] = score;
      });
    }
    return scores;
  }

  /** Fills `#candidates` with every row that may be among the matches, scored from 8 bits. Returns how many. */
  #collect(query: QuantisedQuery, limit: number, certain: number, accept: DocumentSet | undefined): number {
    const { rows, documents } = this.#documents;
    const accepted = accept === undefined ? rows : (accept.count * rows) / documents;
    if (accepted <= Math.max(DIRECT_ROWS, limit, accept === undefined ? 0 : rows * DIRECT_SHARE)) {
      const count = accept === undefined ? this.#takeAll() : this.#takeDocuments(accept);
      return this.#scoreFrom(query, 0, count);
    }
    this.#rows.scan(query);
    this.#countEstimates(accept);
    const top = this.#bucketOf(Math.max(FIRST_ROWS, limit * 4));
    const first = this.#scoreFrom(query, 0, this.#takeEstimates(top, BUCKETS, 0));
    const least = this.#leastScore(first, certain, 0);
    const lowest = Math.min(top, Math.max(1, this.#lowestBucket(query, least)));
    const second = this.#scoreFrom(query, first, this.#takeEstimates(lowest, top, first));
    const better = this.#leastScore(second, certain, 0);
    if (better === Number.NEGATIVE_INFINITY) return second;
    const error = Math.min(0, this.#meanError(second, better));
    const further = Math.min(lowest, Math.max(1, this.#lowestBucket(query, better + error)));
    return this.#scoreFrom(query, second, this.#takeEstimates(further, lowest, second));
  }

  /**
   * How much the estimates of the best rows exceed their scores, on average. Rows that are near each other have errors in
   * common: where all are estimated too low, those that are missing must be looked for further down.
   */
  #meanError(count: number, least: number): number {
    let sum = 0;
    let rows = 0;
    for (let at = 0; at < count; at++) {
      if (this.#scores[at]! < least) continue;
      const estimate = (this.#rows.estimateOf(this.#candidates[at]!) - ESTIMATE_ZERO) / ESTIMATE_ONE;
      sum += estimate - this.#scores[at]!;
      rows++;
    }
    return rows === 0 ? 0 : sum / rows;
  }

  /**
   * The bucket of the lowest estimate that a row may have whose cosine is `score` or more. The error of an estimate has
   * standard deviation √(1 - f²) / f × √(1 - score²) / √(length - 1), where f = √(2/π) is the cosine between a vector
   * and its signs (Gao and Long, SIGMOD 2024, theorem 3.2).
   */
  #lowestBucket(query: QuantisedQuery, score: number): number {
    if (score === Number.NEGATIVE_INFINITY) return 1;
    const codeVariance = ((Math.PI / 2 - 1) * Math.max(0, 1 - score * score)) / (this.#rows.length - 1);
    const deviation = Math.sqrt(codeVariance + query.tableDeviation ** 2);
    return Math.floor(ESTIMATE_ZERO + ESTIMATE_ONE * (score - DEVIATIONS * deviation)) >> BUCKET_SHIFT;
  }

  /** Counts the estimates by bucket, and clears those of documents that are not accepted. */
  #countEstimates(accept: DocumentSet | undefined): void {
    if (this.#histogram.length === 0) this.#histogram = new Uint32Array(BUCKETS); // small indexes need none
    const histogram = this.#histogram.fill(0);
    const documentOf = this.#documents.documentOf;
    const words = accept?.words;
    this.#rows.forEachPage((estimates, first, rows) => {
      if (words !== undefined) {
        for (let row = 0; row < rows; row++) {
          const document = documentOf[first + row]!; // past the end of `words` where the row is free
          const accepted = ((words[document >>> 5] ?? 0) >>> (document & 31)) & 1;
          estimates[row] = estimates[row]! * accepted; // a branch would be guessed wrong half the time
        }
      }
      for (let row = 0; row < rows; row++) {
        const bucket = estimates[row]! >>> BUCKET_SHIFT;
        histogram[bucket] = histogram[bucket]! + 1;
      }
    });
  }

  /** The highest bucket that has, with those above it, `wanted` rows; 1 when there are not so many. */
  #bucketOf(wanted: number): number {
    let bucket = BUCKETS;
    let count = 0;
    while (bucket > 1 && count < wanted) count += this.#histogram[--bucket]!;
    return bucket;
  }

  /** Puts the rows of buckets `from` to `to` - 1 at `start` and after. Returns where they end. */
  #takeEstimates(from: number, to: number, start: number): number {
    let end = start;
    for (let bucket = from; bucket < to; bucket++) end += this.#histogram[bucket]!;
    if (end === start) return end;
    this.#reserve(end);
    return this.#rows.collect(from << BUCKET_SHIFT, (to << BUCKET_SHIFT) - 1, this.#candidates, start);
  }

  #takeAll(): number {
    const { end } = this.#rows;
    this.#reserve(this.#documents.rows);
    let count = 0;
    for (let row = 0; row < end; row++) if (!this.#documents.isFree(row)) this.#candidates[count++] = row;
    return count;
  }

  #takeDocuments(accept: DocumentSet): number {
    let count = 0;
    accept.forEach((document) => {
      count = this.#takeRows(document, count);
    });
    return count;
  }

  /** Puts the rows of a document at `start` and after. Returns where they end. */
  #takeRows(document: number, start: number): number {
    let end = start;
    this.#documents.forEach(document, (row) => {
      this.#reserve(end + 1);
      this.#candidates[end++] = row;
    });
    return end;
  }

  #scoreFrom(query: QuantisedQuery, start: number, end: number): number {
    const rows = this.#candidates.subarray(start, end);
    const scores = this.#scores.subarray(start, end);
    this.#rows.scoreHigh(query, rows, end - start, scores, this.#margins.subarray(start, end));
    return end;
  }

  /** The `limit`-th best score of a document, less so many margins; -∞ when there are fewer documents. */
  #leastScore(count: number, limit: number, marginCount: number): number {
    const scores = this.#scores;
    const margins = this.#margins;
    const best = this.#best;
    if (this.#documents.rows === this.#documents.documents) {
      for (let at = 0; at < count; at++) best[at] = scores[at]! - marginCount * margins[at]!;
      return kthLargest(best, count, limit);
    }
    const bestOf = new Map<number, number>();
    for (let at = 0; at < count; at++) {
      const document = this.#documents.documentOf[this.#candidates[at]!]!;
      keepLarger(bestOf, document, scores[at]! - marginCount * margins[at]!);
    }
    let documents = 0;
    for (const score of bestOf.values()) best[documents++] = score;
    return kthLargest(best, documents, limit);
  }

  /** Scores exactly what may be among the best, and orders it. */
  #rank(query: QuantisedQuery, count: number, limit: number): VectorMatches {
    const kept = this.#keepFrom(this.#leastScore(count, limit, 1), count);
    this.#rows.scoreExact(query, this.#candidates, kept, this.#scores);
    const { documentOf } = this.#documents;
    if (this.#documents.rows === this.#documents.documents) {
      const documents = new Uint32Array(kept);
      for (let at = 0; at < kept; at++) documents[at] = documentOf[this.#candidates[at]!]!;
      return ranked(documents, this.#scores, limit);
    }
    const bestOf = new Map<number, number>();
    for (let at = 0; at < kept; at++) {
      keepLarger(bestOf, documentOf[this.#candidates[at]!]!, this.#scores[at]!);
    }
    return ranked(Uint32Array.from(bestOf.keys()), Float64Array.from(bestOf.values()), limit);
  }

  /** Keeps the candidates that may have the score `least`; returns how many. */
  #keepFrom(least: number, count: number): number {
    let kept = 0;
    for (let at = 0; at < count; at++) {
      if (this.#scores[at]! + this.#margins[at]! >= least) this.#candidates[kept++] = this.#candidates[at]!;
    }
    return kept;
  }

  #reserve(count: number): void {
    if (count <= this.#candidates.length) return;
    const capacity = Math.max(count, Math.ceil(this.#candidates.length * 1.5), 64);
    const candidates = new Uint32Array(capacity);
    candidates.set(this.#candidates);
    const scores = new Float64Array(capacity);
    scores.set(this.#scores);
    const margins = new Float64Array(capacity);
    margins.set(this.#margins);
    this.#candidates = candidates;
    this.#scores = scores;
    this.#margins = margins;
    this.#best = new Float64Array(capacity);
  }
}

function keepLarger(bestOf: Map<number, number>, document: number, score: number): void {
  const best = bestOf.get(document);
  if (best === undefined || best < score) bestOf.set(document, score);
}

function ranked(documents: Uint32Array, scores: Float64Array, limit: number): VectorMatches {
  const places = documents.map((_, at) => at);
  const order = places
    .sort((a, b) => scores[b]! - scores[a]! || documents[a]! - documents[b]!)
    .subarray(0, limit);
  return {
    documents: order.map((at) => documents[at]!),
    scores: Float32Array.from(order, (at) => scores[at]!),
  };
}
