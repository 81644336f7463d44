/** Rows of a page of a block: the unit in which memory is laid out. */
export const PAGE_ROWS = 256;
export const PAGE_SHIFT = 8;
/** Rows whose 1-bit codes are interleaved, so that one SIMD instruction looks up the same bits of all of them. */
export const GROUP_ROWS = 16;
/** Largest value of a quantised coordinate: 12 bits with the sign. */
export const QUANTISED_MAXIMUM = 2047;
/** Highest entry of the table that `scan` takes: eight of them still fit a byte. */
export const TABLE_MAXIMUM = 31;
/** What `scan` writes for a cosine of 0, and how much it adds for a cosine of 1. A free row gets 0. */
export const ESTIMATE_ZERO = 32768;
export const ESTIMATE_ONE = 16384;

/**
 * The inner loops of the index over one linear memory. Addresses are byte offsets in `buffer`, aligned to 16 for
 * vectors, tables and pages. Both implementations return the same bits; `assembly/kernel.ts` documents the loops.
 */
export interface Kernel {
  /** The memory. Another object after `grow`. */
  readonly buffer: ArrayBuffer;
  /** Makes the memory at least `bytes` long; new bytes are zero. Throws a RangeError when the system has no more. */
  grow(bytes: number): void;
  /** Rotates the float32 vector at `vector` in place; see `Rotation`. */
  rotate(vector: number, factors: number, length: number, block: number, passes: number): void;
  /** Quantises the rotated float32 vector at `vector` to its `high` (int8) and `low` (half byte) parts. */
  quantise(vector: number, length: number, high: number, low: number): void;
  /** Writes the 1-bit code and the two float32 factors of a row whose parts are there; NaN for a row of zeros. */
  seal(
    high: number,
    low: number,
    length: number,
    code: number,
    estimateFactor: number,
    scoreFactor: number,
  ): void;
  /** Estimates the cosine of the query behind `table` with the first `rows` rows (a multiple of 16). */
  scan(
    pages: number,
    pageBytes: number,
    rows: number,
    length: number,
    table: number,
    factors: number,
    estimates: number,
    centre: number,
    step: number,
  ): void;
  /** Lists the rows of one page whose estimates are in a range, counted from `first`, as uint32; returns how many. */
  collect(
    estimates: number,
    rows: number,
    lowest: number,
    highest: number,
    first: number,
    out: number,
  ): number;
  /** int16 query × int8 rows at `addresses` (uint32), to int32 at `out`. */
  dotHigh(addresses: number, count: number, query: number, length: number, out: number): void;
  /** int16 query × 4-bit rows at `addresses` (uint32), to int32 at `out`. */
  dotLow(addresses: number, count: number, query: number, length: number, out: number): void;
}
