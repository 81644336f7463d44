import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** Texts with what is read from them, and the vectors that the model's makers computed in Python: zeros where nothing is read. */
export const probes: readonly { text: string; terms: string[] }[] = JSON.parse(
  readFileSync(new URL("probes.json", import.meta.url), "utf8"),
);

const bytes = readFileSync(new URL("probes.f32", import.meta.url));
const expected = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));

/** SHA-256 of all vectors of the probes one after another, as little-endian float32: the same in every runtime. */
export const vectorsHash = "d43655d124532e75faf4cb64915b126b7b3e7d9c751318bee9e3eb6a92708787";

/** How far any number of these vectors, one for each probe, is from what it should be. */
export function largestDeviation(vectors: readonly ArrayLike<number>[]): number {
  if (vectors.length !== probes.length)
    throw new Error(`${vectors.length} vectors for ${probes.length} probes`);
  let largest = 0;
  for (const [probe, vector] of vectors.entries())
    for (let at = 0; at < 256; at++)
      largest = Math.max(largest, Math.abs(vector[at]! - expected[probe * 256 + at]!));
  return largest;
}

export function hashOf(vectors: readonly Iterable<number>[]): string {
  const hash = createHash("sha256");
  for (const vector of vectors) hash.update(new Uint8Array(Float32Array.from(vector).buffer));
  return hash.digest("hex");
}
