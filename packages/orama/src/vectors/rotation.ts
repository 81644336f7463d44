/** Every index uses the same rotation, or saved codes could not be read again. */
const SEED = 0x5eed1e55;

/**
 * The fixed random rotation that spreads what a vector says evenly over its coordinates before they are quantised,
 * whatever the model put where: signs at random, then a Walsh-Hadamard transform, repeated (Ailon and Chazelle, STOC
 * 2006; as random projection for 1-bit codes: Gao and Long, SIGMOD 2024). A length that is no power of two is rotated
 * by transforms of the largest power of two below it, at its beginning and its end in turn.
 */
export interface Rotation {
  /** Coordinates after the rotation: `dimensions` filled up with zeros to a multiple of 32, 64 at least. */
  readonly length: number;
  /** Size of one transform: a power of two, at most `length`. */
  readonly block: number;
  /** How many times signs and transform are applied. */
  readonly passes: number;
  /** `[passes][length]`: what a pass multiplies with, a random sign, and 1 / √block where it transforms. */
  readonly factors: Float32Array;
}

/** The rotation for vectors of so many numbers. Costs `passes` × `length` steps. */
export function createRotation(dimensions: number): Rotation {
  let length = Math.max(64, Math.ceil(dimensions / 32) * 32);
  let block = 64;
  while (block * 2 <= length) block *= 2;
  // The two transforms must overlap by a good part of themselves, or they mix too slowly.
  if (length > block && length >= block * 1.75) length = block *= 2;
  const passes = length === block ? 2 : 6;
  const factors = new Float32Array(passes * length);
  const random = mulberry32(SEED);
  const scale = 1 / Math.sqrt(block);
  for (let pass = 0; pass < passes; pass++) {
    const start = (pass & 1) === 0 ? 0 : length - block;
    for (let at = 0; at < length; at++) {
      const sign = random() < 0x80000000 ? 1 : -1;
      factors[pass * length + at] = at >= start && at < start + block ? sign * scale : sign;
    }
  }
  return { length, block, passes, factors };
}

/** Tommy Ettinger's mulberry32: 32 random bits a call. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
