import type { EmbeddingsInterface } from "@langchain/core/embeddings";

type Kind = "document" | "query";

/**
 * Vectors that a caller already has, by `kind text`, for the embedder of the same embeddings when it is asked for their
 * text: LangChain's vector stores are given vectors, core asks its embedder for them.
 */
const given = new WeakMap<EmbeddingsInterface, Map<string, Float32Array>>();
let queriesSoFar = 0;

/** Until what it answers is called, this text has this vector. */
export function giveVector(
  embeddings: EmbeddingsInterface,
  kind: Kind,
  text: string,
  vector: ArrayLike<number>,
): () => void {
  const vectors = given.get(embeddings) ?? new Map<string, Float32Array>();
  given.set(embeddings, vectors.set(`${kind} ${text}`, Float32Array.from(vector)));
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
export function givenVector(
  embeddings: EmbeddingsInterface,
  kind: Kind,
  text: string,
): Float32Array | undefined {
  const vectors = given.get(embeddings);
  const exact = vectors?.get(`${kind} ${text}`);
  if (exact !== undefined || vectors === undefined || kind === "query") return exact;
  for (const [whole, vector] of vectors) if (whole.length > 6_000 && whole.includes(text)) return vector;
  return undefined;
}
