import { ESTIMATE_ONE, TABLE_MAXIMUM } from "./kernel.ts";

/** A query, quantised for both stages of a search. */
export interface QuantisedQuery {
  /** `[length / 4][16]` bytes for `scan`: entry b of group g is Σ ±q over four coordinates, minus where b has a bit. */
  readonly table: Uint8Array;
  /** What the table's entries of one code sum to for a cosine of 0. */
  readonly centre: number;
  /** What turns such a sum, centred and times a row's factor, into `scan`'s fixed point. */
  readonly step: number;
  /** Standard deviation of an estimated cosine that comes from rounding the table. */
  readonly tableDeviation: number;
  /** `[length]` integers for the dot products. */
  readonly values: Int16Array;
  /** Σ values. */
  readonly sum: number;
  /** 1 / ‖values‖. */
  readonly score: number;
  /** The most that the low parts of a row change its cosine, divided by the row's score factor; see `lowMargin`. */
  readonly margin: number;
}

/** @param query A rotated unit vector: `[length]`, a multiple of 32. */
export function quantiseQuery(query: Float32Array): QuantisedQuery {
  const length = query.length;
  let largest = 0;
  let largestGroup = 0;
  let magnitudes = 0;
  for (let at = 0; at < length; at += 4) {
    let group = 0;
    for (let index = at; index < at + 4; index++) {
      const magnitude = Math.abs(query[index]!);
      group += magnitude;
      if (magnitude > largest) largest = magnitude;
    }
    magnitudes += group;
    if (group > largestGroup) largestGroup = group;
  }
  const tableScale = TABLE_MAXIMUM / (2 * largestGroup);
  // A dot product with an int8 row stays below 2³¹ by the inequality of Cauchy and Schwarz: ‖row‖ ≤ 128 √length.
  const scale = Math.min(32767 / largest, (0.99 * 2 ** 31) / (128 * Math.sqrt(length)));
  const values = new Int16Array(length);
  let sum = 0;
  let absoluteSum = 0;
  let squares = 0;
  for (let at = 0; at < length; at++) {
    const value = Math.round(query[at]! * scale);
    values[at] = value;
    sum += value;
    absoluteSum += Math.abs(value);
    squares += value * value;
  }
  const norm = Math.sqrt(squares);
  return {
    table: signTable(query, tableScale),
    centre: Math.fround(magnitudes * tableScale),
    step: Math.fround(ESTIMATE_ONE / tableScale),
    // length / 4 roundings of variance 1/12, times a row's factor, which is about √(π/2) / √length.
    tableDeviation: Math.sqrt(Math.PI / 96) / tableScale,
    values,
    sum,
    score: 1 / norm,
    margin: lowMargin(absoluteSum, norm) / norm,
  };
}

/**
 * How far Σ q × (low - 7.5) can be from 0, with low from 0 to 15: never more than 7.5 Σ|q|, and for the spread-out
 * errors that the rotation sees to, more than 45 ‖q‖ with a probability of 2 exp(-18) (Hoeffding, JASA 1963).
 */
function lowMargin(absoluteSum: number, norm: number): number {
  return Math.min(7.5 * absoluteSum, 45 * norm);
}

function signTable(query: Float32Array, scale: number): Uint8Array {
  const table = new Uint8Array(query.length * 4);
  const signed = new Float64Array(16);
  for (let at = 0; at < query.length; at += 4) {
    const a = query[at]!;
    const b = query[at + 1]!;
    const c = query[at + 2]!;
    const d = query[at + 3]!;
    const offset = Math.abs(a) + Math.abs(b) + Math.abs(c) + Math.abs(d);
    signed[0] = a + b + c + d;
    for (let bits = 1; bits < 16; bits++) {
      const lowest = 31 - Math.clz32(bits & -bits);
      signed[bits] = signed[bits & (bits - 1)]! - 2 * query[at + lowest]!;
    }
    for (let bits = 0; bits < 16; bits++) {
      const entry = Math.round((signed[bits]! + offset) * scale);
      table[at * 4 + bits] = Math.min(TABLE_MAXIMUM, Math.max(0, entry));
    }
  }
  return table;
}
