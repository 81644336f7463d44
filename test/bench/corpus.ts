import { createRequire } from "node:module";

/** Seeded texts and vectors: every subject of a run sees the same. */
export interface Corpus {
  text(document: number): string;
  vector(document: number): Float32Array;
  query(number: number): { text: string; vector: Float32Array };
}

const vocabularySize = 50_000;
const clusters = 1_000;
const wordsInText = 30;
const wordsInQuery = 8;

/** Mulberry32 (Tommy Ettinger, public domain): a small generator whose sequence follows from its seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Real English words with Zipf frequencies (exponent 1), and clustered unit vectors. */
export function createCorpus({ seed, dimensions }: { seed: number; dimensions: number }): Corpus {
  const all = createRequire(import.meta.url)("an-array-of-english-words") as string[];
  const random = randomOf(seed);
  const words = Array.from(
    { length: vocabularySize },
    () => all[Math.floor(random() * all.length)] as string,
  );
  const cumulative = new Float64Array(vocabularySize);
  let sum = 0;
  for (let rank = 0; rank < vocabularySize; rank += 1) {
    sum += 1 / (rank + 1);
    cumulative[rank] = sum;
  }
  const word = (next: () => number): string => {
    const target = next() * sum;
    let low = 0;
    let high = vocabularySize - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] as number) < target) low = middle + 1;
      else high = middle;
    }
    return words[low] as string;
  };
  const centres = Array.from({ length: clusters }, (_, cluster) =>
    gaussian(randomOf(seed + 1 + cluster), dimensions),
  );
  const near = (next: () => number): Float32Array => {
    const centre = centres[Math.floor(next() * clusters)] as Float32Array;
    const noise = gaussian(next, dimensions);
    let squares = 0;
    for (let index = 0; index < dimensions; index += 1) {
      const value = (centre[index] as number) + 0.8 * (noise[index] as number);
      noise[index] = value;
      squares += value * value;
    }
    const length = Math.sqrt(squares);
    for (let index = 0; index < dimensions; index += 1) noise[index] = (noise[index] as number) / length;
    return noise;
  };
  const sentence = (next: () => number, length: number) => Array.from({ length }, () => word(next)).join(" ");
  const documentSeed = (document: number) => Math.imul(document + 1, 0x9e3779b1) ^ seed;
  return {
    text: (document) => sentence(randomOf(documentSeed(document)), wordsInText),
    vector: (document) => near(randomOf(documentSeed(document) ^ 0x5bd1e995)),
    query: (number) => ({
      text: sentence(randomOf(documentSeed(-2 - number)), wordsInQuery),
      vector: near(randomOf(documentSeed(-2 - number) ^ 0x5bd1e995)),
    }),
  };
}

/** Box and Muller (1958). */
function gaussian(next: () => number, length: number): Float32Array {
  const numbers = new Float32Array(length);
  for (let index = 0; index < length; index += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    numbers[index] = radius * Math.cos(angle);
    if (index + 1 < length) numbers[index + 1] = radius * Math.sin(angle);
  }
  return numbers;
}
