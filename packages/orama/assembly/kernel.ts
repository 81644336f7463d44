// The inner loops of the vector index, in AssemblyScript: a strict subset of TypeScript that compiles to WebAssembly.
// Every function works on addresses in the memory that the caller imports. `src/vectors/plain-kernel.ts` holds the same
// functions in TypeScript, equal to the last bit: change both or neither.

/** Rows of a page, and of a group within it. The codes of a group are interleaved: byte 0 of its 16 rows, byte 1, … */
const PAGE_ROWS: i32 = 256;
const GROUP_ROWS: i32 = 16;

/** The two first stages of the Walsh-Hadamard transform, which stay inside four floats. */
function butterflyOfFour(vector: usize, end: usize): void {
  const negateOdd = i32x4(0, 0x80000000, 0, 0x80000000);
  const negateUpper = i32x4(0, 0, 0x80000000, 0x80000000);
  for (let at = vector; at < end; at += 16) {
    const lanes = v128.load(at);
    const pairs = f32x4.add(
      v128.shuffle<f32>(lanes, lanes, 0, 0, 2, 2),
      v128.xor(v128.shuffle<f32>(lanes, lanes, 1, 1, 3, 3), negateOdd),
    );
    const four = f32x4.add(
      v128.shuffle<f32>(pairs, pairs, 0, 1, 0, 1),
      v128.xor(v128.shuffle<f32>(pairs, pairs, 2, 3, 2, 3), negateUpper),
    );
    v128.store(at, four);
  }
}

/** One stage, between values that are `half` bytes apart. */
function butterfly(vector: usize, end: usize, half: usize): void {
  for (let block = vector; block < end; block += half << 1) {
    for (let at = block; at < block + half; at += 16) {
      const a = v128.load(at);
      const b = v128.load(at + half);
      v128.store(at, f32x4.add(a, b));
      v128.store(at + half, f32x4.sub(a, b));
    }
  }
}

/** Two stages in one pass over memory: `half` and twice `half` bytes apart. The roundings are those of two stages. */
function butterflyTwice(vector: usize, end: usize, half: usize): void {
  for (let block = vector; block < end; block += half << 2) {
    for (let at = block; at < block + half; at += 16) {
      const second = at + half;
      const third = second + half;
      const fourth = third + half;
      const a = v128.load(at);
      const b = v128.load(second);
      const c = v128.load(third);
      const d = v128.load(fourth);
      const abPlus = f32x4.add(a, b);
      const abMinus = f32x4.sub(a, b);
      const cdPlus = f32x4.add(c, d);
      const cdMinus = f32x4.sub(c, d);
      v128.store(at, f32x4.add(abPlus, cdPlus));
      v128.store(second, f32x4.add(abMinus, cdMinus));
      v128.store(third, f32x4.sub(abPlus, cdPlus));
      v128.store(fourth, f32x4.sub(abMinus, cdMinus));
    }
  }
}

/** The Walsh-Hadamard transform in place, not normalised, of `size` floats: a power of two, 4 or more. */
function hadamard(vector: usize, size: i32): void {
  const bytes = (<usize>size) << 2;
  const end = vector + bytes;
  butterflyOfFour(vector, end);
  let half: usize = 16;
  for (; half << 1 < bytes; half <<= 2) butterflyTwice(vector, end, half);
  if (half < bytes) butterfly(vector, end, half);
}

/**
 * Rotates a vector in place: `passes` times, multiply by that pass's factors, then transform `block` floats, at the
 * beginning in even passes and at the end in odd ones.
 * @param factors `[passes][length]` floats.
 * @param length Floats of the vector: a multiple of 32.
 */
export function rotate(vector: usize, factors: usize, length: i32, block: i32, passes: i32): void {
  const bytes = (<usize>length) << 2;
  const tail = (<usize>(length - block)) << 2;
  for (let pass = 0; pass < passes; pass++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(vector + at, f32x4.mul(v128.load(vector + at), v128.load(factors + at)));
    }
    factors += bytes;
    hadamard((pass & 1) === 0 ? vector : vector + tail, block);
  }
}

/** Turns four coordinates into integers: times `scale`, to the nearest. */
function toIntegers(vector: usize, scale: v128): v128 {
  const scaled = f32x4.mul(v128.load(vector), scale);
  return i32x4.trunc_sat_f32x4_s(f32x4.floor(f32x4.add(scaled, f32x4.splat(0.5))));
}

/**
 * Quantises a vector that is not all zeros to integers v from -2047 to 2047, the largest coordinate at the end of that
 * range, in two parts, v = 16 × high + low.
 * @param length Floats of the vector: a multiple of 32.
 * @param high `[length]` int8.
 * @param low Half bytes, 0 to 15: byte b of each 16 holds value b of 32 in its lower, value 16 + b in its upper half.
 */
export function quantise(vector: usize, length: i32, high: usize, low: usize): void {
  const end = vector + ((<usize>length) << 2);
  let largest = f32x4.splat(0);
  for (let at = vector; at < end; at += 16) largest = f32x4.max(largest, f32x4.abs(v128.load(at)));
  const maximum = max(
    max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
    max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
  );
  const scale = f32x4.splat(<f32>2047 / maximum);
  const lowest = i16x8.splat(15);
  for (; vector < end; vector += 128) {
    const a = i16x8.narrow_i32x4_s(toIntegers(vector, scale), toIntegers(vector + 16, scale));
    const b = i16x8.narrow_i32x4_s(toIntegers(vector + 32, scale), toIntegers(vector + 48, scale));
    const c = i16x8.narrow_i32x4_s(toIntegers(vector + 64, scale), toIntegers(vector + 80, scale));
    const d = i16x8.narrow_i32x4_s(toIntegers(vector + 96, scale), toIntegers(vector + 112, scale));
    v128.store(high, i8x16.narrow_i16x8_s(i16x8.shr_s(a, 4), i16x8.shr_s(b, 4)));
    v128.store(high, i8x16.narrow_i16x8_s(i16x8.shr_s(c, 4), i16x8.shr_s(d, 4)), 16);
    const first = i8x16.narrow_i16x8_u(v128.and(a, lowest), v128.and(b, lowest));
    const second = i8x16.narrow_i16x8_u(v128.and(c, lowest), v128.and(d, lowest));
    v128.store(low, v128.or(first, i16x8.shl(second, 4)));
    high += 32;
    low += 16;
  }
}

/**
 * Completes a row from its two parts: writes the interleaved 1-bit code (1 for negative), Σ|v| as a factor that turns a
 * sum of signed query coordinates into a cosine, ‖v‖ / Σ|v|, and one that does so for a dot product, 1 / ‖v‖. A row of
 * zeros gets the factors NaN and infinity.
 */
export function seal(
  high: usize,
  low: usize,
  length: i32,
  code: usize,
  estimateFactor: usize,
  scoreFactor: usize,
): void {
  const nibble = i8x16.splat(15);
  const ones = i16x8.splat(1);
  let magnitudes = i32x4.splat(0);
  // Unsigned lanes hold the squares of 4,096 values: 2 × 2047² × 4096 / 8 < 2³².
  let squares = i32x4.splat(0);
  for (let at = 0; at < length; at += 32) {
    const lows = v128.load(low);
    for (let half = 0; half < 2; half++) {
      const highs = v128.load(high);
      const bits = i8x16.bitmask(highs);
      store<u8>(code, bits & 0xff);
      store<u8>(code, bits >>> 8, 16);
      const rest = half === 0 ? v128.and(lows, nibble) : v128.and(i16x8.shr_u(lows, 4), nibble);
      const a = i16x8.add(i16x8.shl(i16x8.extend_low_i8x16_s(highs), 4), i16x8.extend_low_i8x16_u(rest));
      const b = i16x8.add(i16x8.shl(i16x8.extend_high_i8x16_s(highs), 4), i16x8.extend_high_i8x16_u(rest));
      const both = i16x8.add(i16x8.abs(a), i16x8.abs(b));
      magnitudes = i32x4.add(magnitudes, i32x4.dot_i16x8_s(both, ones));
      squares = i32x4.add(squares, i32x4.add(i32x4.dot_i16x8_s(a, a), i32x4.dot_i16x8_s(b, b)));
      high += 16;
      code += GROUP_ROWS << 1;
    }
    low += 16;
  }
  const norm = Math.sqrt(
    <f64>(<u32>i32x4.extract_lane(squares, 0)) +
      <f64>(<u32>i32x4.extract_lane(squares, 1)) +
      <f64>(<u32>i32x4.extract_lane(squares, 2)) +
      <f64>(<u32>i32x4.extract_lane(squares, 3)),
  );
  store<f32>(estimateFactor, <f32>(norm / <f64>sumOfLanes(magnitudes)));
  store<f32>(scoreFactor, <f32>(1 / norm));
}

/** Turns 4 table sums into fixed-point estimates; NaN, the mark of a free row, into 0. */
function estimate(sums: v128, factors: v128, centre: v128, step: v128): v128 {
  const scaled = f32x4.mul(f32x4.mul(f32x4.sub(f32x4.convert_i32x4_u(sums), centre), factors), step);
  return i32x4.trunc_sat_f32x4_s(f32x4.max(f32x4.add(scaled, f32x4.splat(32768)), f32x4.splat(1)));
}

/**
 * Estimates the cosine of a query with every row from the rows' 1-bit codes: for each four bits of a code one entry of
 * a table of the query, looked up for 16 rows at once (André, Kermarrec and Le Scouarnec, VLDB 2015).
 * @param pages Address of the first page; the others follow at `pageBytes`.
 * @param rows Rows in all, a multiple of 16.
 * @param length Bits of a code: a multiple of 32.
 * @param table `[length / 4][16]` bytes, none over 31.
 * @param factors Where in a page its `[256]` floats are that an estimate is multiplied with.
 * @param estimates Where in a page its `[256]` uint16 results go: 32768 + `step` × cosine, at least 1; 0 if free.
 */
export function scan(
  pages: usize,
  pageBytes: usize,
  rows: i32,
  length: i32,
  table: usize,
  factors: usize,
  estimates: usize,
  centre: f32,
  step: f32,
): void {
  const nibble = i8x16.splat(15);
  const centres = f32x4.splat(centre);
  const steps = f32x4.splat(step);
  const codeEnd = (<usize>length) << 1; // 16 rows × length / 8 bytes
  for (let row = 0; row < rows; row += GROUP_ROWS) {
    const page = pages + <usize>(row / PAGE_ROWS) * pageBytes;
    const inPage = <usize>(row & (PAGE_ROWS - 1));
    let code = page + (inPage >> 4) * codeEnd;
    const end = code + codeEnd;
    let entry = table;
    let lower = i16x8.splat(0);
    let upper = i16x8.splat(0);
    while (code < end) {
      // Eight entries of at most 31 fit a byte, so sums are widened once for four bytes of code.
      let codes = v128.load(code);
      let sums = i8x16.add(
        i8x16.swizzle(v128.load(entry), v128.and(codes, nibble)),
        i8x16.swizzle(v128.load(entry, 16), v128.and(i16x8.shr_u(codes, 4), nibble)),
      );
      codes = v128.load(code, 16);
      sums = i8x16.add(sums, i8x16.swizzle(v128.load(entry, 32), v128.and(codes, nibble)));
      sums = i8x16.add(sums, i8x16.swizzle(v128.load(entry, 48), v128.and(i16x8.shr_u(codes, 4), nibble)));
      codes = v128.load(code, 32);
      sums = i8x16.add(sums, i8x16.swizzle(v128.load(entry, 64), v128.and(codes, nibble)));
      sums = i8x16.add(sums, i8x16.swizzle(v128.load(entry, 80), v128.and(i16x8.shr_u(codes, 4), nibble)));
      codes = v128.load(code, 48);
      sums = i8x16.add(sums, i8x16.swizzle(v128.load(entry, 96), v128.and(codes, nibble)));
      sums = i8x16.add(sums, i8x16.swizzle(v128.load(entry, 112), v128.and(i16x8.shr_u(codes, 4), nibble)));
      lower = i16x8.add(lower, i16x8.extend_low_i8x16_u(sums));
      upper = i16x8.add(upper, i16x8.extend_high_i8x16_u(sums));
      code += 64;
      entry += 128;
    }
    const factor = page + factors + (inPage << 2);
    const first = estimate(i32x4.extend_low_i16x8_u(lower), v128.load(factor), centres, steps);
    const second = estimate(i32x4.extend_high_i16x8_u(lower), v128.load(factor, 16), centres, steps);
    const third = estimate(i32x4.extend_low_i16x8_u(upper), v128.load(factor, 32), centres, steps);
    const fourth = estimate(i32x4.extend_high_i16x8_u(upper), v128.load(factor, 48), centres, steps);
    const out = page + estimates + (inPage << 1);
    v128.store(out, i16x8.narrow_i32x4_u(first, second));
    v128.store(out, i16x8.narrow_i32x4_u(third, fourth), 16);
  }
}

/**
 * Lists the rows of one page whose estimate is in a range.
 * @param estimates `[rows]` uint16, with room up to a multiple of 8.
 * @param first Number of the page's first row.
 * @param out `[rows]` uint32.
 * @returns How many there are.
 */
export function collect(estimates: usize, rows: i32, lowest: i32, highest: i32, first: i32, out: usize): i32 {
  const low = i16x8.splat(<i16>lowest);
  const high = i16x8.splat(<i16>highest);
  const start = out;
  for (let row = 0; row < rows; row += 8) {
    const values = v128.load(estimates + ((<usize>row) << 1));
    let bits = i16x8.bitmask(v128.and(i16x8.ge_u(values, low), i16x8.le_u(values, high)));
    if (rows - row < 8) bits &= (1 << (rows - row)) - 1;
    for (; bits !== 0; bits &= bits - 1) {
      store<u32>(out, first + row + ctz(bits));
      out += 4;
    }
  }
  return <i32>((out - start) >> 2);
}

function sumOfLanes(lanes: v128): i32 {
  return (
    i32x4.extract_lane(lanes, 0) +
    i32x4.extract_lane(lanes, 1) +
    i32x4.extract_lane(lanes, 2) +
    i32x4.extract_lane(lanes, 3)
  );
}

/**
 * Dot products of an int16 query with int8 rows.
 * @param addresses `[count]` uint32: where each row is.
 * @param length Values of a row: a multiple of 32.
 * @param out `[count]` int32. The caller sees to it that no sum leaves 32 bits.
 */
export function dotHigh(addresses: usize, count: i32, query: usize, length: i32, out: usize): void {
  let index = 0;
  for (; index + 4 <= count; index += 4) {
    const address = addresses + ((<usize>index) << 2);
    // Four rows at a time: their cache misses overlap.
    let a = <usize>load<u32>(address);
    let b = <usize>load<u32>(address, 4);
    let c = <usize>load<u32>(address, 8);
    let d = <usize>load<u32>(address, 12);
    let sumA = i32x4.splat(0);
    let sumB = i32x4.splat(0);
    let sumC = i32x4.splat(0);
    let sumD = i32x4.splat(0);
    const end = a + <usize>length;
    let factors = query;
    while (a < end) {
      const lower = v128.load(factors);
      const upper = v128.load(factors, 16);
      sumA = i32x4.add(sumA, i32x4.dot_i16x8_s(v128.load_ext<i8>(a), lower));
      sumA = i32x4.add(sumA, i32x4.dot_i16x8_s(v128.load_ext<i8>(a, 8), upper));
      sumB = i32x4.add(sumB, i32x4.dot_i16x8_s(v128.load_ext<i8>(b), lower));
      sumB = i32x4.add(sumB, i32x4.dot_i16x8_s(v128.load_ext<i8>(b, 8), upper));
      sumC = i32x4.add(sumC, i32x4.dot_i16x8_s(v128.load_ext<i8>(c), lower));
      sumC = i32x4.add(sumC, i32x4.dot_i16x8_s(v128.load_ext<i8>(c, 8), upper));
      sumD = i32x4.add(sumD, i32x4.dot_i16x8_s(v128.load_ext<i8>(d), lower));
      sumD = i32x4.add(sumD, i32x4.dot_i16x8_s(v128.load_ext<i8>(d, 8), upper));
      a += 16;
      b += 16;
      c += 16;
      d += 16;
      factors += 32;
    }
    const result = out + ((<usize>index) << 2);
    store<i32>(result, sumOfLanes(sumA));
    store<i32>(result, sumOfLanes(sumB), 4);
    store<i32>(result, sumOfLanes(sumC), 8);
    store<i32>(result, sumOfLanes(sumD), 12);
  }
  for (; index < count; index++) {
    const row = <usize>load<u32>(addresses + ((<usize>index) << 2));
    let sum = i32x4.splat(0);
    for (let at: usize = 0; at < <usize>length; at += 8) {
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load_ext<i8>(row + at), v128.load(query + (at << 1))));
    }
    store<i32>(out + ((<usize>index) << 2), sumOfLanes(sum));
  }
}

/**
 * Dot products of an int16 query with rows of 4-bit values (0 to 15). A row is groups of 16 bytes for 32 values: byte b
 * holds value b in its lower half and value 16 + b in its upper half. Arguments as in `dotHigh`.
 */
export function dotLow(addresses: usize, count: i32, query: usize, length: i32, out: usize): void {
  const nibble = i8x16.splat(15);
  for (let index = 0; index < count; index++) {
    const row = <usize>load<u32>(addresses + ((<usize>index) << 2));
    let even = i32x4.splat(0);
    let odd = i32x4.splat(0);
    for (let at: usize = 0; at < <usize>length >> 1; at += 16) {
      const values = v128.load(row + at);
      const factors = query + (at << 2);
      const first = v128.and(values, nibble);
      const second = v128.and(i16x8.shr_u(values, 4), nibble);
      even = i32x4.add(even, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(first), v128.load(factors)));
      odd = i32x4.add(odd, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(first), v128.load(factors, 16)));
      even = i32x4.add(even, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(second), v128.load(factors, 32)));
      odd = i32x4.add(odd, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(second), v128.load(factors, 48)));
    }
    store<i32>(out + ((<usize>index) << 2), sumOfLanes(i32x4.add(even, odd)));
  }
}
