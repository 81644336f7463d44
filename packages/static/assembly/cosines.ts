// The loops of `cosines`, in AssemblyScript: a strict subset of TypeScript that compiles to WebAssembly. Every function works
// on addresses in the memory that the caller imports. `src/cosine-loops.ts` holds the same functions in TypeScript, equal to
// the last bit: change both or neither.

/** Bytes of a number for each of the eight terms that are looked at together. */
const LANES: usize = 32;
const SUBSPACES: i32 = 32;
const CENTROIDS: i32 = 256;
const WIDTH: i32 = 8;

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

/**
 * The cosines of eight terms to others.
 * @param codes `[count][32]` bytes: the centroids of each of the others.
 * @param scales `[count]` floats: what their centroids are multiplied with.
 * @param table What `products` wrote.
 * @param out Floats: those of the first term, and those of each further one `stride` bytes behind.
 */
export function cosines(
  codes: usize,
  scales: usize,
  count: i32,
  table: usize,
  out: usize,
  stride: usize,
): void {
  const one = f32x4.splat(1);
  for (let index = 0; index < count; index++) {
    let lower = f32x4.splat(0);
    let upper = f32x4.splat(0);
    let entries = table;
    for (const end = codes + SUBSPACES; codes < end; codes++) {
      const entry = entries + <usize>load<u8>(codes) * LANES;
      lower = f32x4.add(lower, v128.load(entry));
      upper = f32x4.add(upper, v128.load(entry, 16));
      entries += <usize>CENTROIDS * LANES;
    }
    const scale = v128.load32_splat(scales);
    lower = f32x4.min(f32x4.mul(lower, scale), one);
    upper = f32x4.min(f32x4.mul(upper, scale), one);
    let to = out;
    v128.store_lane<f32>(to, lower, 0);
    to += stride;
    v128.store_lane<f32>(to, lower, 1);
    to += stride;
    v128.store_lane<f32>(to, lower, 2);
    to += stride;
    v128.store_lane<f32>(to, lower, 3);
    to += stride;
    v128.store_lane<f32>(to, upper, 0);
    to += stride;
    v128.store_lane<f32>(to, upper, 1);
    to += stride;
    v128.store_lane<f32>(to, upper, 2);
    to += stride;
    v128.store_lane<f32>(to, upper, 3);
    scales += 4;
    out += 4;
  }
}
