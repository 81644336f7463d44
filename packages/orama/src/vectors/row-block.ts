import { GROUP_ROWS, type Kernel, PAGE_ROWS, PAGE_SHIFT } from "./kernel.ts";
import type { QuantisedQuery } from "./quantised-query.ts";
import type { Rotation } from "./rotation.ts";

/** Rows of one call of a dot product. */
const BATCH_ROWS = 1024;

/** Where things lie in a block: addresses of the room for a vector and a query, then offsets within a page. */
export interface BlockLayout {
  readonly factors: number;
  readonly table: number;
  readonly query: number;
  readonly addresses: number;
  readonly sums: number;
  readonly pages: number;
  readonly high: number;
  readonly low: number;
  readonly estimateFactors: number;
  readonly scoreFactors: number;
  readonly estimates: number;
  readonly pageBytes: number;
}

/**
 * The layout of a block: one vector (float32) at 0, the rotation's factors, a query's table and integers, a batch of
 * addresses and of sums, then pages of 256 rows. A page holds the 1-bit codes (`length` / 8 bytes a row, 16 rows
 * interleaved), the high bytes (`length` a row), the low half bytes (`length` / 2), and of each row the two factors
 * (float32) and the estimate for the latest query (uint16).
 */
export function layoutOf(rotation: Rotation): BlockLayout {
  const { length } = rotation;
  const factors = length * 4;
  const table = factors + rotation.factors.byteLength;
  const query = table + length * 4;
  const addresses = query + length * 2;
  const sums = addresses + BATCH_ROWS * 4;
  const high = (PAGE_ROWS * length) / 8;
  const low = high + PAGE_ROWS * length;
  const estimateFactors = low + (PAGE_ROWS * length) / 2;
  const scoreFactors = estimateFactors + PAGE_ROWS * 4;
  const estimates = scoreFactors + PAGE_ROWS * 4;
  return {
    factors,
    table,
    query,
    addresses,
    sums,
    pages: sums + BATCH_ROWS * 4,
    high,
    low,
    estimateFactors,
    scoreFactors,
    estimates,
    pageBytes: estimates + PAGE_ROWS * 2,
  };
}

/** Quantised rows in one linear memory of at most 2 GiB, which grows by pages, in place where the engine can. */
export class RowBlock {
  #kernel: Kernel;
  readonly #rotation: Rotation;
  readonly #layout: BlockLayout;
  #pageCount = 0;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #floats: Float32Array<ArrayBuffer> = new Float32Array(0);
  #estimates: Uint16Array<ArrayBuffer> = new Uint16Array(0);
  /** `[BATCH_ROWS]` */
  #addresses: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #sums: Int32Array<ArrayBuffer> = new Int32Array(0);

  constructor(kernel: Kernel, rotation: Rotation, layout: BlockLayout) {
    this.#kernel = kernel;
    this.#rotation = rotation;
    this.#layout = layout;
    // With the first page, which comes next.
    this.#grow(layout.pages + layout.pageBytes);
    this.#floats.set(rotation.factors, layout.factors / 4);
  }

  get pageCount(): number {
    return this.#pageCount;
  }

  /** @throws RangeError when there is no more memory; the block is then as it was. */
  addPage(): void {
    this.#grow(this.#layout.pages + (this.#pageCount + 1) * this.#layout.pageBytes);
    this.#pageCount++;
  }

  /** Goes on in the memory of another kernel. @throws RangeError when there is no more; the block is then as it was. */
  moveTo(kernel: Kernel): void {
    kernel.grow(this.#bytes.length);
    new Uint8Array(kernel.buffer).set(this.#bytes);
    this.#kernel = kernel;
    this.#view();
  }

  /** Rotates `vector` × `scale`. The result, `[length]`, is a view that the next call overwrites. */
  rotate(vector: Float32Array, scale: number): Float32Array {
    const { length, block, passes } = this.#rotation;
    const rotated = this.#floats.subarray(0, length);
    for (let at = 0; at < vector.length; at++) rotated[at] = vector[at]! * scale;
    rotated.fill(0, vector.length);
    this.#kernel.rotate(0, this.#layout.factors, length, block, passes);
    return rotated;
  }

  /** Writes `vector`, whose length is 1 / `scale`, to a row. */
  write(row: number, vector: Float32Array, scale: number): void {
    this.rotate(vector, scale);
    this.#kernel.quantise(0, this.#rotation.length, this.#high(row), this.#low(row));
    this.seal(row);
  }

  /** Derives the code and the factors of a row from its high and low parts. Returns false when they are all zeros. */
  seal(row: number): boolean {
    const { estimateFactors, scoreFactors } = this.#layout;
    this.#kernel.seal(
      this.#high(row),
      this.#low(row),
      this.#rotation.length,
      this.#code(row),
      this.#factor(row, estimateFactors),
      this.#factor(row, scoreFactors),
    );
    return Number.isFinite(this.#scoreFactor(row));
  }

  /** Overwrites a row with zeros, so that nothing of it is left and `scan` marks it as free. */
  erase(row: number): void {
    const { length } = this.#rotation;
    this.#bytes.fill(0, this.#high(row), this.#high(row) + length);
    this.#bytes.fill(0, this.#low(row), this.#low(row) + length / 2);
    this.seal(row);
  }

  /** The high and low parts of a page of rows, `[256][length]` and `[256][length / 2]` bytes: a view until `addPage`. */
  codes(page: number): Uint8Array<ArrayBuffer> {
    const start = this.#layout.pages + page * this.#layout.pageBytes;
    return this.#bytes.subarray(start + this.#layout.high, start + this.#layout.estimateFactors);
  }

  /** Takes the query of the following `scan`, `dotHigh` and `dotLow`. */
  setQuery(query: QuantisedQuery): void {
    this.#bytes.set(query.table, this.#layout.table);
    new Int16Array(this.#kernel.buffer, this.#layout.query, query.values.length).set(query.values);
  }

  /** Estimates the cosine of the query with rows 0 to `rows` - 1. */
  scan(rows: number, query: QuantisedQuery): void {
    const { pages, pageBytes, table, estimateFactors, estimates } = this.#layout;
    const padded = Math.ceil(rows / GROUP_ROWS) * GROUP_ROWS;
    this.#kernel.scan(
      pages,
      pageBytes,
      padded,
      this.#rotation.length,
      table,
      estimateFactors,
      estimates,
      query.centre,
      query.step,
    );
  }

  /** The estimates of the rows of one page from the latest `scan`: a view, stale after `addPage`. */
  estimates(page: number): Uint16Array<ArrayBuffer> {
    const start = (this.#layout.pages + page * this.#layout.pageBytes + this.#layout.estimates) / 2;
    return this.#estimates.subarray(start, start + PAGE_ROWS);
  }

  /** The estimate of a row from the latest `scan`. */
  estimateOf(row: number): number {
    return this.#estimates[((this.#page(row) + this.#layout.estimates) >>> 1) + (row & (PAGE_ROWS - 1))]!;
  }

  /**
   * The rows below `rows` whose estimate is from `lowest` to `highest`.
   * @param out `[…]`, from `start`: row numbers, each plus `base`. @returns Where they end.
   */
  collect(
    rows: number,
    lowest: number,
    highest: number,
    base: number,
    out: Uint32Array,
    start: number,
  ): number {
    const { addresses, pages, pageBytes, estimates } = this.#layout;
    const found = this.#addresses;
    let end = start;
    for (let first = 0; first < rows; first += PAGE_ROWS) {
      const page = pages + (first >>> PAGE_SHIFT) * pageBytes + estimates;
      const inPage = Math.min(PAGE_ROWS, rows - first);
      const count = this.#kernel.collect(page, inPage, lowest, highest, base + first, addresses);
      for (let index = 0; index < count; index++) out[end++] = found[index]!;
    }
    return end;
  }

  /**
   * Cosines of the query with `rows[from]` to `rows[to - 1]`, each less `base`, from their high parts alone, and how far
   * each may be from the exact one.
   */
  scoreHigh(
    query: QuantisedQuery,
    rows: Uint32Array,
    from: number,
    to: number,
    base: number,
    scores: Float64Array,
    margins: Float64Array,
  ): void {
    const middle = 7.5 * query.sum; // a low part is 0 to 15
    for (let first = from; first < to; first += BATCH_ROWS) {
      const count = Math.min(BATCH_ROWS, to - first);
      const sums = this.#dotHigh(rows, first, count, base);
      for (let index = 0; index < count; index++) {
        const factor = this.#scoreFactor(rows[first + index]! - base);
        scores[first + index] = (16 * sums[index]! + middle) * factor * query.score;
        margins[first + index] = query.margin * factor;
      }
    }
  }

  /** The same from both parts, rounded to float32 and kept in -1 to 1. */
  scoreExact(
    query: QuantisedQuery,
    rows: Uint32Array,
    from: number,
    to: number,
    base: number,
    scores: Float64Array,
  ): void {
    for (let first = from; first < to; first += BATCH_ROWS) {
      const count = Math.min(BATCH_ROWS, to - first);
      const high = this.#dotHigh(rows, first, count, base);
      for (let index = 0; index < count; index++) scores[first + index] = 16 * high[index]!;
      const low = this.#dotLow(rows, first, count, base);
      for (let index = 0; index < count; index++) {
        const factor = this.#scoreFactor(rows[first + index]! - base) * query.score;
        const cosine = Math.fround((scores[first + index]! + low[index]!) * factor);
        scores[first + index] = Math.max(-1, Math.min(1, cosine));
      }
    }
  }

  /** Dot products of the query with the high parts of at most `BATCH_ROWS` rows: a view until the next call. */
  #dotHigh(rows: Uint32Array, first: number, count: number, base: number): Int32Array {
    const { query, addresses, sums, pages, high } = this.#layout;
    const { length } = this.#rotation;
    this.#writeAddresses(rows, first, count, base, pages + high, length);
    this.#kernel.dotHigh(addresses, count, query, length, sums);
    return this.#sums;
  }

  /** The same with the low parts. */
  #dotLow(rows: Uint32Array, first: number, count: number, base: number): Int32Array {
    const { query, addresses, sums, pages, low } = this.#layout;
    const { length } = this.#rotation;
    this.#writeAddresses(rows, first, count, base, pages + low, length / 2);
    this.#kernel.dotLow(addresses, count, query, length, sums);
    return this.#sums;
  }

  #writeAddresses(
    rows: Uint32Array,
    first: number,
    count: number,
    base: number,
    start: number,
    rowBytes: number,
  ): void {
    const batch = this.#addresses;
    const { pageBytes } = this.#layout;
    for (let index = 0; index < count; index++) {
      const row = rows[first + index]! - base;
      batch[index] = start + (row >>> PAGE_SHIFT) * pageBytes + (row & (PAGE_ROWS - 1)) * rowBytes;
    }
  }

  #scoreFactor(row: number): number {
    return this.#floats[this.#factor(row, this.#layout.scoreFactors) >>> 2]!;
  }

  #page(row: number): number {
    return this.#layout.pages + (row >>> PAGE_SHIFT) * this.#layout.pageBytes;
  }

  #high(row: number): number {
    return this.#page(row) + this.#layout.high + (row & (PAGE_ROWS - 1)) * this.#rotation.length;
  }

  #low(row: number): number {
    return this.#page(row) + this.#layout.low + ((row & (PAGE_ROWS - 1)) * this.#rotation.length) / 2;
  }

  #code(row: number): number {
    const inPage = row & (PAGE_ROWS - 1);
    const group = Math.floor(inPage / GROUP_ROWS);
    return this.#page(row) + group * this.#rotation.length * (GROUP_ROWS / 8) + (inPage % GROUP_ROWS);
  }

  #factor(row: number, offset: number): number {
    return this.#page(row) + offset + (row & (PAGE_ROWS - 1)) * 4;
  }

  #grow(bytes: number): void {
    this.#kernel.grow(bytes);
    if (this.#kernel.buffer !== this.#bytes.buffer) this.#view();
  }

  #view(): void {
    const { buffer } = this.#kernel;
    this.#bytes = new Uint8Array(buffer);
    this.#floats = new Float32Array(buffer);
    this.#estimates = new Uint16Array(buffer, 0, buffer.byteLength >>> 1);
    this.#addresses = new Uint32Array(buffer, this.#layout.addresses, BATCH_ROWS);
    this.#sums = new Int32Array(buffer, this.#layout.sums, BATCH_ROWS);
  }
}
