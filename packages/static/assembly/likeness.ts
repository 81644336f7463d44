// The loops of likeness, in AssemblyScript: a strict subset of TypeScript that compiles to WebAssembly. Every function works
// on addresses in the memory that the caller imports. `src/likeness-loops.ts` holds the same functions in TypeScript, equal
// to the last bit: change both or neither.

/** Bytes of a number for each of the eight terms that are looked at together. */
const LANES: usize = 32;
const SUBSPACES: i32 = 32;
const CENTROIDS: i32 = 256;
const WIDTH: i32 = 8;
/** Bytes of a vector, and of the centroids of a subspace. */
const VECTOR: usize = 1024;
const BOOK: usize = 8192;

/**
 * The products of eight directions with all centroids.
 * @param directions `[256][8]` floats.
 * @param codebooks `[32][256][8]` floats.
 * @param table `[32][256][8]` floats: for each centroid its product with its part of each direction.
 */
export function products(directions: usize, codebooks: usize, table: usize): void {
  for (let subspace = 0; subspace < SUBSPACES; subspace++) {
    for (let centroid = 0; centroid < CENTROIDS; centroid++) {
      let lower = f32x4.splat(0);
      let upper = f32x4.splat(0);
      let direction = directions;
      for (let offset = 0; offset < WIDTH; offset++) {
        const factor = v128.load32_splat(codebooks);
        lower = f32x4.add(lower, f32x4.mul(factor, v128.load(direction)));
        upper = f32x4.add(upper, f32x4.mul(factor, v128.load(direction, 16)));
        direction += LANES;
        codebooks += 4;
      }
      v128.store(table, lower);
      v128.store(table, upper, 16);
      table += LANES;
    }
    directions += <usize>WIDTH * LANES;
  }
}

/** Numbers up to 1; 0 for those below `least`. */
function counted(numbers: v128, least: v128): v128 {
  return v128.and(f32x4.min(numbers, f32x4.splat(1)), f32x4.ge(numbers, least));
}

/**
 * The cosines of eight terms to others, 0 for those below `least`.
 * @param codes `[count][32]` bytes: the centroids of each of the others.
 * @param scales `[count]` floats: what their centroids are multiplied with.
 * @param table What `products` wrote.
 * @param rows `[count][8]` floats.
 */
export function cosines(
  codes: usize,
  scales: usize,
  count: i32,
  table: usize,
  least: f32,
  rows: usize,
): void {
  const lowest = f32x4.splat(least);
  for (let index = 0; index < count; index++) {
    let lower = f32x4.splat(0);
    let upper = f32x4.splat(0);
    let entries = table;
    for (const end = codes + SUBSPACES; codes < end; codes++) {
      const entry = entries + <usize>load<u8>(codes) * LANES;
      lower = f32x4.add(lower, v128.load(entry));
      upper = f32x4.add(upper, v128.load(entry, 16));
      entries += BOOK;
    }
    const scale = v128.load32_splat(scales);
    v128.store(rows, counted(f32x4.mul(lower, scale), lowest));
    v128.store(rows, counted(f32x4.mul(upper, scale), lowest), 16);
    scales += 4;
    rows += LANES;
  }
}

/**
 * The largest numbers of texts, 0 at least: of all of their rows, and of those that are not above 1.
 * @param places `[entries]` uint32: the rows of the texts.
 * @param ends `[texts]` uint32: behind which entry those of a text end.
 * @param best `[texts][8]` floats, and `others`.
 */
export function largest(
  places: usize,
  ends: usize,
  texts: i32,
  rows: usize,
  best: usize,
  others: usize,
): void {
  const one = f32x4.splat(1);
  const first = places;
  for (let text = 0; text < texts; text++) {
    let lower = f32x4.splat(0);
    let upper = f32x4.splat(0);
    let otherLower = f32x4.splat(0);
    let otherUpper = f32x4.splat(0);
    const end = first + ((<usize>load<u32>(ends)) << 2);
    for (; places < end; places += 4) {
      const row = rows + <usize>load<u32>(places) * LANES;
      const a = v128.load(row);
      const b = v128.load(row, 16);
      lower = f32x4.max(lower, a);
      upper = f32x4.max(upper, b);
      otherLower = f32x4.max(otherLower, v128.and(a, f32x4.le(a, one)));
      otherUpper = f32x4.max(otherUpper, v128.and(b, f32x4.le(b, one)));
    }
    v128.store(best, f32x4.min(lower, one));
    v128.store(best, f32x4.min(upper, one), 16);
    v128.store(others, otherLower);
    v128.store(others, otherUpper, 16);
    ends += 4;
    best += LANES;
    others += LANES;
  }
}

/**
 * The sum of terms, each times its factor.
 * @param codes `[count][32]` bytes.
 * @param factors `[count]` floats.
 * @param vector `[256]` floats.
 */
export function sum(codes: usize, factors: usize, count: i32, codebooks: usize, vector: usize): void {
  for (let subspace = 0; subspace < SUBSPACES; subspace++) {
    let lower = f32x4.splat(0);
    let upper = f32x4.splat(0);
    let code = codes + subspace;
    let factor = factors;
    for (let index = 0; index < count; index++) {
      const centroid = codebooks + <usize>load<u8>(code) * LANES;
      const times = v128.load32_splat(factor);
      lower = f32x4.add(lower, f32x4.mul(times, v128.load(centroid)));
      upper = f32x4.add(upper, f32x4.mul(times, v128.load(centroid, 16)));
      code += SUBSPACES;
      factor += 4;
    }
    v128.store(vector, lower);
    v128.store(vector, upper, 16);
    vector += LANES;
    codebooks += BOOK;
  }
}

/**
 * The products of vectors with later ones.
 * @param vectors `[count][256]` floats.
 * @param dots `[count][count]` floats: the others are not written.
 */
export function dots(vectors: usize, count: i32, dots: usize): void {
  for (let one = 0; one < count; one++) {
    const left = vectors + <usize>one * VECTOR;
    for (let two = one + 1; two < count; two++) {
      const right = vectors + <usize>two * VECTOR;
      let a = f32x4.splat(0);
      let b = f32x4.splat(0);
      let c = f32x4.splat(0);
      let d = f32x4.splat(0);
      for (let at: usize = 0; at < VECTOR; at += 64) {
        a = f32x4.add(a, f32x4.mul(v128.load(left + at), v128.load(right + at)));
        b = f32x4.add(b, f32x4.mul(v128.load(left + at, 16), v128.load(right + at, 16)));
        c = f32x4.add(c, f32x4.mul(v128.load(left + at, 32), v128.load(right + at, 32)));
        d = f32x4.add(d, f32x4.mul(v128.load(left + at, 48), v128.load(right + at, 48)));
      }
      const lanes = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
      const even = f32x4.extract_lane(lanes, 0) + f32x4.extract_lane(lanes, 1);
      const odd = f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3);
      store<f32>(dots + ((<usize>(one * count + two)) << 2), even + odd);
    }
  }
}
