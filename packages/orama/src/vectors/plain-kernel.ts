import { GROUP_ROWS, type Kernel, PAGE_ROWS, QUANTISED_MAXIMUM } from "./kernel.ts";

/**
 * The kernel in TypeScript, for runtimes that may not compile WebAssembly or have no SIMD. float32 sums and products
 * are exact in float64 before they are rounded once, so every result equals that of `assembly/kernel.ts`.
 */
export class PlainKernel implements Kernel {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #floats: Float32Array<ArrayBuffer> = new Float32Array(0);
  readonly #limit: number;
  readonly #rotating: Kernel | undefined;

  /**
   * @param limit The most bytes the memory will be asked to hold.
   * @param rotating A faster kernel, which many may share: vectors are rotated in its memory, from address 0.
   */
  constructor(limit: number, rotating?: Kernel) {
    this.#limit = limit;
    this.#rotating = rotating;
  }

  get buffer(): ArrayBuffer {
    return this.#bytes.buffer;
  }

  grow(bytes: number): void {
    if (bytes <= this.#bytes.length) return;
    const wanted = Math.max(bytes, Math.min(this.#limit, this.#bytes.length * 2));
    const grown = new Uint8Array(Math.ceil(wanted / 4) * 4);
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#floats = new Float32Array(grown.buffer);
  }

  rotate(vector: number, factors: number, length: number, block: number, passes: number): void {
    const values = this.#floats;
    const first = vector >>> 2;
    const rotating = this.#rotating;
    if (rotating !== undefined) {
      rotating.grow((length + length * passes) * 4);
      const there = new Float32Array(rotating.buffer, 0, length + length * passes);
      const own = values.subarray(first, first + length);
      there.set(own);
      there.set(values.subarray(factors >>> 2, (factors >>> 2) + length * passes), length);
      rotating.rotate(0, length * 4, length, block, passes);
      own.set(there.subarray(0, length));
      return;
    }
    let scale = factors >>> 2;
    for (let pass = 0; pass < passes; pass++) {
      for (let at = first; at < first + length; at++) values[at] = values[at]! * values[scale++]!;
      hadamard(values, (pass & 1) === 0 ? first : first + length - block, block);
    }
  }

  quantise(vector: number, length: number, high: number, low: number): void {
    const bytes = this.#bytes;
    const floats = this.#floats;
    const values = vector >>> 2;
    let largest = 0;
    for (let at = values; at < values + length; at++) largest = Math.max(largest, Math.abs(floats[at]!));
    const scale = Math.fround(QUANTISED_MAXIMUM / largest);
    for (let at = 0; at < length; at += 32) {
      for (let index = at; index < at + 16; index++) {
        const first = Math.floor(Math.fround(Math.fround(floats[values + index]! * scale) + 0.5));
        const second = Math.floor(Math.fround(Math.fround(floats[values + index + 16]! * scale) + 0.5));
        bytes[high + index] = first >> 4;
        bytes[high + index + 16] = second >> 4;
        bytes[low + (at >>> 1) + (index & 15)] = (first & 15) | ((second & 15) << 4);
      }
    }
  }

  seal(
    high: number,
    low: number,
    length: number,
    code: number,
    estimateFactor: number,
    scoreFactor: number,
  ): void {
    const bytes = this.#bytes;
    let magnitudes = 0;
    let squares = 0;
    for (let at = 0; at < length; at += 8) {
      let signs = 0;
      for (let index = at; index < at + 8; index++) {
        const pair = bytes[low + (index >>> 5) * 16 + (index & 15)]!;
        const value = ((bytes[high + index]! << 24) >> 20) + ((index & 16) === 0 ? pair & 15 : pair >>> 4);
        if (value < 0) signs |= 1 << (index - at);
        magnitudes += Math.abs(value);
        squares += value * value;
      }
      bytes[code + (at >>> 3) * GROUP_ROWS] = signs;
    }
    const norm = Math.sqrt(squares);
    this.#floats[estimateFactor >>> 2] = norm / magnitudes;
    this.#floats[scoreFactor >>> 2] = 1 / norm;
  }

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
  ): void {
    const bytes = this.#bytes;
    const columns = length >>> 3;
    const lookup = byteTable(bytes, table, columns);
    const sums = new Int32Array(GROUP_ROWS);
    for (let row = 0; row < rows; row += GROUP_ROWS) {
      const page = pages + Math.floor(row / PAGE_ROWS) * pageBytes;
      const inPage = row % PAGE_ROWS;
      let code = page + inPage * columns;
      sums.fill(0);
      for (let column = 0; column < columns; column++, code += GROUP_ROWS) {
        for (let lane = 0; lane < GROUP_ROWS; lane++) {
          sums[lane] = sums[lane]! + lookup[(column << 8) | bytes[code + lane]!]!;
        }
      }
      const factor = new Float32Array(this.buffer, page + factors + inPage * 4, GROUP_ROWS);
      const out = new Uint16Array(this.buffer, page + estimates + inPage * 2, GROUP_ROWS);
      for (let lane = 0; lane < GROUP_ROWS; lane++)
        out[lane] = estimate(sums[lane]!, factor[lane]!, centre, step);
    }
  }

  collect(
    estimates: number,
    rows: number,
    lowest: number,
    highest: number,
    first: number,
    out: number,
  ): number {
    const values = new Uint16Array(this.buffer, estimates, rows);
    const found = new Uint32Array(this.buffer, out, rows);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      if (values[row]! >= lowest && values[row]! <= highest) found[count++] = first + row;
    }
    return count;
  }

  dotHigh(addresses: number, count: number, query: number, length: number, out: number): void {
    const rows = new Uint32Array(this.buffer, addresses, count);
    const sums = new Int32Array(this.buffer, out, count);
    const factors = new Int16Array(this.buffer, query, length);
    const values = new Int8Array(this.buffer);
    for (let index = 0; index < count; index++) {
      const row = rows[index]!;
      let sum = 0;
      for (let at = 0; at < length; at++) sum = (sum + values[row + at]! * factors[at]!) | 0;
      sums[index] = sum;
    }
  }

  dotLow(addresses: number, count: number, query: number, length: number, out: number): void {
    const rows = new Uint32Array(this.buffer, addresses, count);
    const sums = new Int32Array(this.buffer, out, count);
    const factors = new Int16Array(this.buffer, query, length);
    const bytes = this.#bytes;
    for (let index = 0; index < count; index++) {
      let row = rows[index]!;
      let sum = 0;
      for (let at = 0; at < length; at += 32, row += 16) {
        for (let byte = 0; byte < 16; byte++) {
          const pair = bytes[row + byte]!;
          sum = (sum + (pair & 15) * factors[at + byte]! + (pair >>> 4) * factors[at + 16 + byte]!) | 0;
        }
      }
      sums[index] = sum;
    }
  }
}

/**
 * The Walsh-Hadamard transform in place, not normalised, of the `size` values from `start`: a power of two, 64 at least.
 * Two of its steps at a time, so that half as much is written and read again; the sums and their order are the same.
 */
function hadamard(values: Float32Array, start: number, size: number): void {
  let half = 1;
  for (; half * 2 < size; half *= 4) {
    for (let block = start; block < start + size; block += half * 4) {
      for (let at = block; at < block + half; at++) {
        const a = values[at]!;
        const b = values[at + half]!;
        const c = values[at + half * 2]!;
        const d = values[at + half * 3]!;
        const first = Math.fround(a + b);
        const second = Math.fround(a - b);
        const third = Math.fround(c + d);
        const fourth = Math.fround(c - d);
        values[at] = first + third;
        values[at + half] = second + fourth;
        values[at + half * 2] = first - third;
        values[at + half * 3] = second - fourth;
      }
    }
  }
  if (half === size) return;
  for (let at = start; at < start + half; at++) {
    const a = values[at]!;
    const b = values[at + half]!;
    values[at] = a + b;
    values[at + half] = a - b;
  }
}

/** `[columns][256]`: the sum of the two entries of the 4-bit table for each byte of code. */
function byteTable(bytes: Uint8Array, table: number, columns: number): Uint8Array {
  const sums = new Uint8Array(columns * 256);
  for (let column = 0; column < columns; column++) {
    const entry = table + column * 32;
    for (let code = 0; code < 256; code++) {
      sums[(column << 8) | code] = bytes[entry + (code & 15)]! + bytes[entry + 16 + (code >>> 4)]!;
    }
  }
  return sums;
}

function estimate(sum: number, factor: number, centre: number, step: number): number {
  const scaled = Math.fround(Math.fround(Math.fround(sum - centre) * factor) * step);
  const shifted = Math.max(Math.fround(scaled + 32768), 1); // NaN, the mark of a free row, stays NaN
  return shifted >= 65535 ? 65535 : Math.trunc(shifted) || 0;
}
