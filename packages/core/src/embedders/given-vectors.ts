type Kind = "document" | "query";

/**
 * Vectors that a caller already has, by `kind text`, for the embedder of the same source when it is asked for their text:
 * vector stores of frameworks are given vectors, a memory asks its embedder for them.
 */
const given = new WeakMap<object, Map<string, Float32Array>>();
let queriesSoFar = 0;

/** Until what it answers is called, this text has this vector. */
export function giveVector(source: object, kind: Kind, text: string, vector: ArrayLike<number>): () => void {
  const vectors = given.get(source) ?? new Map<string, Float32Array>();
  given.set(source, vectors.set(`${kind} ${text}`, Float32Array.from(vector)));
  return () => void vectors.delete(`${kind} ${text}`);
}

/** A query of its own without a word, so that nothing but its vector is compared. */
export function wordlessQuery(): string {
  queriesSoFar += 1;
  // Digits out of the private use area of Unicode, which has no words.
  const digits = [...String(queriesSoFar)].map((digit) => String.fromCodePoint(0xe000 + Number(digit)));
  return digits.join("");
}

/** The vector that was given for a text, or for the text that it is a piece of. */
export function givenVector(source: object, kind: Kind, text: string): Float32Array | undefined {
  const vectors = given.get(source);
  const exact = vectors?.get(`${kind} ${text}`);
  if (exact !== undefined || vectors === undefined || kind === "query") return exact;
  for (const [whole, vector] of vectors) if (whole.length > 6_000 && whole.includes(text)) return vector;
  return undefined;
}
