import { DocumentSet } from "../document-set.ts";
import type { Bm25Parameters } from "../text/bm25.ts";
import type { MatchOptions } from "../text/query-plan.ts";
import type { Ranking } from "../text/top-documents.ts";
import { PluginError } from "./plugin-error.ts";
import type { SouvenirIndex } from "./souvenir-index.ts";

export interface TextRequest {
  term: string;
  /** Properties to search. */
  properties: readonly string[];
  boosts: Readonly<Record<string, number>>;
  /** Whether words must be in the text as they are, without expansion. */
  exact: boolean;
  /** As in `MatchOptions`. */
  tolerance: number | undefined;
  /** Share of the documents with some of the words that is returned beside those with all of them, 0 to 1. */
  threshold: number;
  bm25: Bm25Parameters;
  /** ISO 639-1 code. */
  language: string | undefined;
  accept: DocumentSet | undefined;
  /** Results at most. Default: all. */
  limit?: number | undefined;
}

/** Every document of the answer, or the best of them with `limit`. Best first. */
export function searchText(store: SouvenirIndex, request: TextRequest): Ranking {
  const { text } = store;
  const { term, accept, threshold, bm25 } = request;
  const options = matchOptions(store, request);
  if (term === "") return unscored(documentsWithText(store, request));
  const limit = Math.min(request.limit ?? text.size, text.size);
  if (threshold >= 1) return text.search(term, { ...options, accept, bm25, limit });
  const full = text.matchingEveryWord(term, options);
  if (accept !== undefined) full.intersect(accept);
  if (threshold <= 0) return text.search(term, { ...options, accept: full, bm25, limit });
  const all = text.search(term, { ...options, accept, bm25, limit: text.size });
  if (full.count === 0) return all;
  let partial = Math.ceil((all.documents.length - full.count) * threshold);
  const kept = all.documents.map((doc) => (full.has(doc) || partial-- > 0 ? 1 : 0));
  return {
    documents: all.documents.filter((_, at) => kept[at] === 1).subarray(0, limit),
    scores: all.scores.filter((_, at) => kept[at] === 1).subarray(0, limit),
  };
}

/** Every document of the answer, without an order. Only for a threshold of 1. */
export function matchText(store: SouvenirIndex, request: TextRequest): DocumentSet {
  if (request.term === "") return documentsWithText(store, request);
  return store.text.matching(request.term, { ...matchOptions(store, request), accept: request.accept });
}

function matchOptions(store: SouvenirIndex, request: TextRequest): MatchOptions {
  const { boosts, exact, tolerance, language } = request;
  const properties = textsAmong(store, request.properties);
  for (const property of properties) {
    const boost = Object.hasOwn(boosts, property) ? boosts[property]! : 1;
    if (!(boost > 0))
      throw new PluginError(
        "INVALID_BOOST_VALUE",
        "Boost value must be a number greater than, or less than 0.",
      );
  }
  // Of all texts alike, the index keeps its last plan: it is asked twice for an answer.
  const some = properties.length < store.text.fields.length || Object.keys(boosts).length > 0;
  const where = some ? { fields: properties, boosts } : {};
  if (exact) return { ...where, expand: false, language };
  return { ...where, prefix: true, tolerance, language };
}

/** Strings that the maker of the database keeps, or that are values, have no words. */
function textsAmong({ text }: SouvenirIndex, properties: readonly string[]): string[] {
  return properties.filter((property) => text.fields.includes(property));
}

function documentsWithText(store: SouvenirIndex, { properties, accept }: TextRequest): DocumentSet {
  const documents = new DocumentSet();
  for (const property of textsAmong(store, properties))
    documents.union(store.text.documentsWithText(property));
  return accept === undefined ? documents : documents.intersect(accept);
}

function unscored(documents: DocumentSet): Ranking {
  return { documents: documents.toArray(), scores: new Float64Array(documents.count) };
}
