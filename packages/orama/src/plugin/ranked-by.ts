import { runSteps } from "../steps.ts";
import { defaultBm25 } from "../text/bm25.ts";
import type { Ranking } from "../text/top-documents.ts";
import type { SouvenirIndex } from "./souvenir-index.ts";
import type { TextRequest } from "./text-search.ts";

/** What the ranker of a database answers; `undefined` when there is none, or Orama's own way of matching is asked for. */
export function rankedBy(
  store: SouvenirIndex,
  request: TextRequest,
  vector?: { value: ArrayLike<number>; property: string },
): Ranking | undefined {
  if (asksForMatching(store, request)) return undefined;
  const steps = store.ranking({
    term: request.term,
    accept: request.accept,
    limit: Math.max(1, request.limit ?? store.live.count),
    ...(vector === undefined ? {} : { vector: Float32Array.from(vector.value), property: vector.property }),
  });
  if (steps === undefined) return undefined;
  const ranked = runSteps(steps);
  return {
    documents: Uint32Array.from(ranked, ({ document }) => document),
    scores: Float64Array.from(ranked, ({ score }) => score),
  };
}

function asksForMatching(
  store: SouvenirIndex,
  { term, exact, tolerance = 0, threshold, boosts, bm25, properties }: TextRequest,
): boolean {
  return (
    term === "" ||
    exact ||
    tolerance > 0 ||
    threshold < 1 ||
    Object.keys(boosts).length > 0 ||
    bm25.k1 !== defaultBm25.k1 ||
    bm25.b !== defaultBm25.b ||
    !store.text.fields.every((field) => properties.includes(field))
  );
}
