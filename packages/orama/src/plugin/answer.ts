import { type AnyDocument, components } from "@orama/orama";
import { DocumentSet } from "../document-set.ts";
import { defaultBm25 } from "../text/bm25.ts";
import type { Ranking } from "../text/top-documents.ts";
import { languageCode } from "./languages.ts";
import { PluginError } from "./plugin-error.ts";
import { rank } from "./rank.ts";
import { rankedBy } from "./ranked-by.ts";
import type { SouvenirIndex } from "./souvenir-index.ts";
import { matchText, searchText, type TextRequest } from "./text-search.ts";
import type { VectorMatches } from "./vector-node.ts";

/** The parameters of the three modes that decide what is found. */
export interface AnswerParams {
  mode?: string;
  term?: string;
  properties?: "*" | readonly string[];
  boost?: Readonly<Record<string, number>>;
  exact?: boolean;
  tolerance?: number;
  threshold?: number | null;
  relevance?: { k?: number; b?: number };
  where?: Readonly<Record<string, unknown>>;
  vector?: { value: ArrayLike<number>; property: string };
  /** Default 0.8, as in Orama. */
  similarity?: number;
  /** Default 0.5 each, as in Orama. */
  hybridWeights?: { text?: number; vector?: number };
}

const defaultSimilarity = 0.8;
const defaultShare = 0.5;

export interface Answer {
  /** The best of the matched documents, or all. */
  ranking: Ranking;
  matched: DocumentSet;
  count: number;
}

export interface AnswerContext {
  store: SouvenirIndex;
  /** Text properties to search. */
  properties: readonly string[];
  language: string | undefined;
  documentOf(id: number): AnyDocument | undefined;
  /** Documents needed; all when undefined. */
  limit: number | undefined;
}

export function answerOf(params: AnswerParams, context: AnswerContext): Answer {
  const { where = {}, mode = "fulltext" } = params;
  const { store, language } = context;
  store.settle();
  const filtered = Object.keys(where).length > 0;
  const accept = store.acceptable(filtered ? store.documentsWhere(where, language) : undefined);
  switch (mode) {
    case "fulltext":
      if (!params.term && params.properties === undefined)
        return answerWithoutTerm(context, filtered ? where : undefined, accept);
      return answerText(context, textRequest(params, context, accept));
    case "vector": {
      const { documents, scores } = matchVectors(context.store, params, accept);
      return best(documents, scores, context.limit);
    }
    case "hybrid":
      return answerBoth(context, params, accept);
    default:
      throw new PluginError("INVALID_SEARCH_MODE", `Invalid search mode "${mode}".`);
  }
}

function textRequest(
  params: AnswerParams,
  context: AnswerContext,
  accept: DocumentSet | undefined,
): TextRequest {
  return {
    term: params.term ?? "",
    properties: context.properties,
    boosts: params.boost ?? {},
    exact: params.exact ?? false,
    tolerance: params.tolerance,
    threshold: params.threshold ?? 1,
    bm25: { k1: params.relevance?.k ?? defaultBm25.k1, b: params.relevance?.b ?? defaultBm25.b },
    language: languageCode(context.language),
    accept,
  };
}

/** All documents that pass the filter; a filter by place alone ranks them by distance. */
function answerWithoutTerm(
  { store }: AnswerContext,
  where: Readonly<Record<string, unknown>> | undefined,
  accept: DocumentSet | undefined,
): Answer {
  const places = where === undefined ? null : components.index.searchByGeoWhereClause(store, where as never);
  if (places !== null) return whole(rankingOf(places));
  const documents = accept ?? store.documents.live;
  return whole({ documents: documents.toArray(), scores: new Float64Array(documents.count) });
}

function answerText({ store, documentOf, limit }: AnswerContext, request: TextRequest): Answer {
  if (request.exact && request.term !== "") {
    return whole(withWords(searchText(store, request), request, documentOf));
  }
  const ranked = rankedBy(store, request);
  if (ranked !== undefined) return whole(ranked);
  if (limit === undefined || request.threshold < 1) return whole(searchText(store, request));
  const ranking = searchText(store, { ...request, limit });
  const matched = matchText(store, request);
  return { ranking, matched, count: matched.count };
}

/** Of the documents those with all words of the term as they are written, in one property. As Orama does it. */
function withWords(
  { documents, scores }: Ranking,
  { term, properties }: TextRequest,
  documentOf: (id: number) => AnyDocument | undefined,
): Ranking {
  const words = term
    .trim()
    .split(/\s+/)
    .map(
      (word) =>
        new RegExp(
          `(?<![\\p{L}\\p{N}_])${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\p{L}\\p{N}_])`,
          "u",
        ),
    );
  const passes = documents.map((id) => {
    const document = documentOf(id);
    if (document === undefined) return 0;
    const texts = Object.values(
      components.getDocumentProperties(document, [...properties]) as Record<string, unknown>,
    );
    return texts.some((text) => typeof text === "string" && words.every((word) => word.test(text))) ? 1 : 0;
  });
  return {
    documents: documents.filter((_, at) => passes[at] === 1),
    scores: scores.filter((_, at) => passes[at] === 1),
  };
}

function matchVectors(
  store: SouvenirIndex,
  { vector, similarity = defaultSimilarity }: AnswerParams,
  accept: DocumentSet | undefined,
): VectorMatches {
  if (vector === undefined || !("value" in vector) || !("property" in vector)) {
    throw new PluginError("INVALID_VECTOR_INPUT", "vector is an object with a value and a property.");
  }
  const { value, property } = vector;
  const node = store.vectorNodes.get(property);
  if (node === undefined)
    throw new PluginError("UNKNOWN_VECTOR_PROPERTY", `Unknown vector property "${property}".`);
  if (value.length !== node.size) {
    throw new PluginError(
      "INVALID_INPUT_VECTOR",
      `Vectors of "${property}" have ${node.size} numbers, the one given has ${value.length}.`,
    );
  }
  return node.match(value, similarity, accept);
}

/** Sums of the two scores, each divided by the best of its kind and multiplied by its weight. */
function answerBoth(context: AnswerContext, params: AnswerParams, accept: DocumentSet | undefined): Answer {
  const { text = defaultShare, vector = defaultShare } = params.hybridWeights ?? {};
  if (!(text >= 0 && vector >= 0 && Number.isFinite(text + vector))) {
    throw new PluginError("INVALID_HYBRID_WEIGHTS", "hybridWeights are numbers of 0 or more.");
  }
  const ranked =
    vector > 0 && text > 0 && params.vector !== undefined && params.term
      ? rankedBy(context.store, textRequest(params, context, accept), params.vector)
      : undefined;
  if (ranked !== undefined) return whole(ranked);
  const matched = new DocumentSet();
  const parts: { documents: Uint32Array; scores: ArrayLike<number>; factor: number }[] = [];
  const add = (
    { documents, scores }: { documents: Uint32Array; scores: ArrayLike<number> },
    weight: number,
  ): void => {
    let highest = 0;
    for (let at = 0; at < scores.length; at++) highest = Math.max(highest, scores[at]!);
    parts.push({ documents, scores, factor: highest > 0 ? weight / highest : weight });
    matched.addAll(documents);
  };
  if (vector > 0) add(matchVectors(context.store, params, accept), vector);
  if (text > 0 && params.term) add(searchText(context.store, textRequest(params, context, accept)), text);
  const documents = matched.toArray();
  const sums = new Float64Array((documents.at(-1) ?? 0) + 1);
  for (const { documents: found, scores, factor } of parts) {
    for (let at = 0; at < found.length; at++) sums[found[at]!] = sums[found[at]!]! + scores[at]! * factor;
  }
  return best(
    documents,
    Float64Array.from(documents, (doc) => sums[doc]!),
    context.limit,
  );
}

function best(documents: Uint32Array, scores: ArrayLike<number>, limit: number | undefined): Answer {
  return {
    ranking: rank(documents, scores, limit ?? documents.length),
    matched: new DocumentSet(documents),
    count: documents.length,
  };
}

function rankingOf(entries: readonly (readonly [number, number])[]): Ranking {
  return {
    documents: Uint32Array.from(entries, ([doc]) => doc),
    scores: Float64Array.from(entries, ([, score]) => score),
  };
}

function whole(ranking: Ranking): Answer {
  return { ranking, matched: new DocumentSet(ranking.documents), count: ranking.documents.length };
}
