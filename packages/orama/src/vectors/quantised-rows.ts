import { PAGE_ROWS } from "./kernel.ts";
import { PlainKernel } from "./plain-kernel.ts";
import { type QuantisedQuery, quantiseQuery } from "./quantised-query.ts";
import { createRotation, type Rotation } from "./rotation.ts";
import { type BlockLayout, layoutOf, RowBlock } from "./row-block.ts";
import { WasmKernel } from "./wasm-kernel.ts";

/** Largest memory of a block: addresses stay positive as signed 32-bit integers. */
const WASM_BLOCK_BYTES = 2 ** 30;
/** The plain kernel copies a block to grow it, so its blocks are small. */
const PLAIN_BLOCK_BYTES = 2 ** 26;
/** Room for a vector and the factors of its rotation. */
const SHARED_BYTES = 2 ** 18;

/**
 * Rows of so many numbers in all stay with the plain kernel: to make a memory for WebAssembly takes longer than to look at
 * them, and there may be many small indexes.
 */
const FEW_NUMBERS = 16_384;

export interface RowOptions {
  /** Never WebAssembly. Default false: WebAssembly where the runtime can compile it. */
  readonly forcePlain?: boolean | undefined;
  /** Largest memory of a block, in bytes; at least one page is allowed. Default 1 GiB (plain: 64 MiB). */
  readonly blockBytes?: number | undefined;
}

interface FrozenPages {
  readonly waiting: Set<number>;
  readonly copies: Map<number, Uint8Array>;
}

/** Quantised vectors by row: a dense integer from 0, reused after `release`. Rows live in blocks of equal capacity. */
export class QuantisedRows {
  readonly #rotation: Rotation;
  readonly #options: RowOptions;
  readonly #layout: BlockLayout;
  readonly #blocks: RowBlock[] = [];
  readonly #free: number[] = [];
  #blockRows = 0;
  /** There are few rows, and their block is still to be moved to WebAssembly. */
  #isSmall = false;
  #end = 0;
  /** The query that all blocks have, and the vector it was made of. */
  #latest: { vector: Float32Array; query: QuantisedQuery } | undefined;
  /** Pages that are still to be read as they were. Held by who reads them. */
  #frozen: WeakRef<FrozenPages>[] = [];

  constructor(dimensions: number, options: RowOptions) {
    this.#rotation = createRotation(dimensions);
    this.#layout = layoutOf(this.#rotation);
    this.#options = options;
  }

  /** Coordinates of a rotated vector: a multiple of 32. */
  get length(): number {
    return this.#rotation.length;
  }

  /** One more than the highest row that was ever in use. */
  get end(): number {
    return this.#end;
  }

  /** Bytes of the pages that hold rows. */
  get bytes(): number {
    let pages = 0;
    for (const block of this.#blocks) pages += block.pageCount;
    return this.#blocks.length * this.#layout.pages + pages * this.#layout.pageBytes;
  }

  /** Makes room for `count` more rows. @throws RangeError when there is no memory for them; nothing is lost then. */
  reserve(count: number): void {
    this.#growTo(this.#end + Math.max(0, count - this.#free.length));
  }

  /** Writes a vector of length 1 / `scale` to a free row, and returns which. `reserve` comes first. */
  write(vector: Float32Array, scale: number): number {
    const row = this.#free.pop() ?? this.#end++;
    this.#beforeChange(row);
    this.#blockOf(row).write(row % this.#blockRows, vector, scale);
    return row;
  }

  /** Reads pages once each, as they are now, whatever becomes of their rows meanwhile: a view until the next call. */
  freezePages(pages: Iterable<number>): (page: number) => Uint8Array {
    const frozen: FrozenPages = { waiting: new Set(pages), copies: new Map() };
    this.#frozen.push(new WeakRef(frozen));
    return (page) => {
      const copy = frozen.copies.get(page);
      frozen.copies.delete(page);
      frozen.waiting.delete(page);
      return copy ?? this.page(page);
    };
  }

  #beforeChange(row: number): void {
    if (this.#frozen.length === 0) return;
    const page = Math.floor(row / PAGE_ROWS);
    this.#frozen = this.#frozen.filter((reference) => {
      const frozen = reference.deref();
      if (frozen?.waiting.delete(page)) frozen.copies.set(page, this.page(page).slice());
      return frozen !== undefined && frozen.waiting.size > 0;
    });
  }

  /** The codes of a page of rows: a view, stale after `reserve`, which `appendPage` takes. */
  page(index: number): Uint8Array {
    const first = index * PAGE_ROWS;
    return this.#blockOf(first).codes((first % this.#blockRows) / PAGE_ROWS);
  }

  /** Bytes of the codes of a page. */
  get codeBytes(): number {
    return PAGE_ROWS * this.length * 1.5;
  }

  /** Adds a page of codes, of which `rows` are in use, after the others, which must be full. `seal` all of them next. */
  appendPage(codes: Uint8Array, rows: number): void {
    this.#growTo(this.#end + rows);
    this.page(this.#end / PAGE_ROWS).set(codes);
    this.#end += rows;
  }

  /** Makes a row of `appendPage` one that is found. Returns false when it is all zeros. */
  seal(row: number): boolean {
    return this.#blockOf(row).seal(row % this.#blockRows);
  }

  /** Erases a row and gives it back. */
  release(row: number): void {
    this.#beforeChange(row);
    this.#blockOf(row).erase(row % this.#blockRows);
    this.#free.push(row);
  }

  /** Makes a vector of length 1 / `scale` the query of what follows. There must be a row. */
  setQuery(vector: Float32Array, scale: number): QuantisedQuery {
    // A question is asked several times, of different documents.
    if (this.#latest !== undefined && areEqual(this.#latest.vector, vector)) return this.#latest.query;
    const query = quantiseQuery(this.#blocks[0]!.rotate(vector, scale));
    for (const block of this.#blocks) block.setQuery(query);
    this.#latest = { vector: vector.slice(), query };
    return query;
  }

  /** Estimates the cosine of the query with every row; `forEachPage` shows them. */
  scan(query: QuantisedQuery): void {
    for (let index = 0; index < this.#blocks.length; index++) {
      const rows = Math.min(this.#blockRows, this.#end - index * this.#blockRows);
      if (rows > 0) this.#blocks[index]!.scan(rows, query);
    }
  }

  /** Visits the estimates of all rows, 256 at most at a time, `[rows]` from row `first`; free rows have 0. */
  forEachPage(visit: (estimates: Uint16Array, first: number, rows: number) => void): void {
    for (let index = 0; index < this.#blocks.length; index++) {
      const block = this.#blocks[index]!;
      for (let page = 0; page < block.pageCount; page++) {
        const first = index * this.#blockRows + page * PAGE_ROWS;
        const rows = Math.min(PAGE_ROWS, this.#end - first);
        if (rows <= 0) return;
        visit(block.estimates(page), first, rows);
      }
    }
  }

  /** What the latest `scan` estimated for a row. */
  estimateOf(row: number): number {
    return this.#blockOf(row).estimateOf(row % this.#blockRows);
  }

  /** Puts the rows whose estimate is from `lowest` to `highest` at `start` of `out`. Returns where they end. */
  collect(lowest: number, highest: number, out: Uint32Array, start: number): number {
    let end = start;
    for (let index = 0; index < this.#blocks.length; index++) {
      const base = index * this.#blockRows;
      const rows = Math.min(this.#blockRows, this.#end - base);
      if (rows > 0) end = this.#blocks[index]!.collect(rows, lowest, highest, base, out, end);
    }
    return end;
  }

  /** Cosines of the query with rows from their high parts, and how exact they are. @param rows `[count]`. */
  scoreHigh(
    query: QuantisedQuery,
    rows: Uint32Array,
    count: number,
    scores: Float64Array,
    margins: Float64Array,
  ): void {
    this.#forEachRun(rows, count, (block, from, to, base) => {
      block.scoreHigh(query, rows, from, to, base, scores, margins);
    });
  }

  /** Cosines of the query with rows, as exact as the rows are. @param rows `[count]`. */
  scoreExact(query: QuantisedQuery, rows: Uint32Array, count: number, scores: Float64Array): void {
    this.#forEachRun(rows, count, (block, from, to, base) => {
      block.scoreExact(query, rows, from, to, base, scores);
    });
  }

  /** Cuts a list of rows where the block changes. */
  #forEachRun(
    rows: Uint32Array,
    count: number,
    visit: (block: RowBlock, from: number, to: number, base: number) => void,
  ): void {
    let from = 0;
    while (from < count) {
      const index = Math.floor(rows[from]! / this.#blockRows);
      let to = from + 1;
      if (this.#blocks.length === 1) to = count;
      else while (to < count && Math.floor(rows[to]! / this.#blockRows) === index) to++;
      visit(this.#blocks[index]!, from, to, index * this.#blockRows);
      from = to;
    }
  }

  #growTo(end: number): void {
    if (this.#isSmall && end * this.length > FEW_NUMBERS) {
      const kernel = WasmKernel.create(this.#limit(WASM_BLOCK_BYTES));
      if (kernel !== undefined) this.#blocks[0]!.moveTo(kernel);
      this.#isSmall = false;
    }
    let missing = Math.ceil(end / PAGE_ROWS);
    for (const block of this.#blocks) missing -= block.pageCount;
    for (; missing > 0; missing--) {
      let last = this.#blocks.at(-1);
      if (last === undefined || last.pageCount * PAGE_ROWS === this.#blockRows) {
        last = this.#createBlock(end);
        this.#blocks.push(last);
      }
      last.addPage();
    }
  }

  #blockOf(row: number): RowBlock {
    return this.#blocks[Math.floor(row / this.#blockRows)]!;
  }

  /** @param end One more than the highest row that there is to be. */
  #createBlock(end: number): RowBlock {
    const shared = this.#options.forcePlain ? undefined : sharedKernel();
    const limit = this.#limit(shared === undefined ? PLAIN_BLOCK_BYTES : WASM_BLOCK_BYTES);
    this.#isSmall = shared !== undefined && this.#blocks.length === 0 && end * this.length <= FEW_NUMBERS;
    const kernel = this.#isSmall || shared === undefined ? undefined : WasmKernel.create(limit);
    this.#latest = undefined;
    this.#blockRows = Math.floor((limit - this.#layout.pages) / this.#layout.pageBytes) * PAGE_ROWS;
    return new RowBlock(kernel ?? new PlainKernel(limit, shared), this.#rotation, this.#layout);
  }

  /** Largest memory of a block. */
  #limit(usual: number): number {
    const least = this.#layout.pages + this.#layout.pageBytes;
    return Math.max(least, Math.min(this.#options.blockBytes ?? usual, WASM_BLOCK_BYTES));
  }
}

let shared: WasmKernel | undefined;

/** One for all small blocks of the process; undefined where there is no WebAssembly. */
function sharedKernel(): WasmKernel | undefined {
  shared ??= WasmKernel.create(SHARED_BYTES);
  return shared;
}

function areEqual(left: Float32Array, right: Float32Array): boolean {
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false;
  return true;
}
