import { LargestValues } from "../lists/largest-values.ts";
import type { Ranking } from "../text/top-documents.ts";

/** The best of scored documents, highest score first, equal ones in ascending order of documents. */
export function rank(documents: Uint32Array, scores: ArrayLike<number>, limit: number): Ranking {
  const largest = new LargestValues(Math.min(limit, documents.length));
  for (let at = 0; at < documents.length; at++) largest.offer(scores[at]!);
  const { least } = largest;
  const places = new Uint32Array(documents.length);
  let size = 0;
  for (let at = 0; at < documents.length; at++) if (scores[at]! >= least) places[size++] = at;
  const order = places
    .subarray(0, size)
    .sort((a, b) => scores[b]! - scores[a]! || documents[a]! - documents[b]!)
    .subarray(0, limit);
  return {
    documents: Uint32Array.from(order, (place) => documents[place]!),
    scores: Float64Array.from(order, (place) => scores[place]!),
  };
}
