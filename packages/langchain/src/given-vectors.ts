import type { EmbeddingsInterface } from "@langchain/core/embeddings";

/**
 * Vectors that a caller already has, handed to the embedder of the same embeddings when it is asked for their text:
 * LangChain's vector stores are given vectors, core asks its embedder for them.
 */
interface Given {
  documents: Map<string, Float32Array>;
  queries: Map<string, Float32Array>;
}

const given = new WeakMap<EmbeddingsInterface, Given>();
let queriesSoFar = 0;

/** Until `release` is called, the document of this text has this vector. */
export function giveDocument(
  embeddings: EmbeddingsInterface,
  text: string,
  vector: ArrayLike<number>,
): { release(): void } {
  const { documents } = tables(embeddings);
  documents.set(text, Float32Array.from(vector));
  return { release: () => void documents.delete(text) };
}

/** A query that has this vector until `release`, and no word, so that nothing but the vector is compared. */
export function giveQuery(
  embeddings: EmbeddingsInterface,
  vector: ArrayLike<number>,
): { query: string; release(): void } {
  const { queries } = tables(embeddings);
  queriesSoFar += 1;
  // Digits out of the private use area of Unicode, which has no words.
  const query = [...String(queriesSoFar)]
    .map((digit) => String.fromCodePoint(0xe000 + Number(digit)))
    .join("");
  queries.set(query, Float32Array.from(vector));
  return { query, release: () => void queries.delete(query) };
}

/** The vector that was given for a text, or for the text that it is a piece of. */
export function givenVector(
  embeddings: EmbeddingsInterface,
  text: string,
  kind: "document" | "query",
): Float32Array | undefined {
  const tables = given.get(embeddings);
  if (tables === undefined) return undefined;
  if (kind === "query") return tables.queries.get(text);
  const exact = tables.documents.get(text);
  if (exact !== undefined) return exact;
  for (const [whole, vector] of tables.documents)
    if (whole.length > 6_000 && whole.includes(text)) return vector;
  return undefined;
}

function tables(embeddings: EmbeddingsInterface): Given {
  const found = given.get(embeddings) ?? { documents: new Map(), queries: new Map() };
  given.set(embeddings, found);
  return found;
}
