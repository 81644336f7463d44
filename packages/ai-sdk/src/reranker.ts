import { checkOptions, namesOf, type Reranker, SouvenirError } from "@souvenir/core";

/** What is used of a reranking model of the AI SDK, of any version of the specification. */
export interface AnyRerankingModel {
  readonly provider: string;
  readonly modelId: string;
  /** Puts documents in order for a query. */
  doRerank(options: {
    documents: { type: "text"; values: string[] };
    query: string;
    topN?: number;
    abortSignal?: AbortSignal;
  }): PromiseLike<{ ranking: { index: number; relevanceScore: number }[] }>;
}

/** How a reranking model is asked. */
export interface RerankingModelOptions {
  /** Characters of a text that are sent at most, from its beginning. Default 4000. */
  maxCharacters?: number;
}

const optionNames = namesOf<RerankingModelOptions>({ maxCharacters: true });

/**
 * Any reranking model of the AI SDK as a reranker of Souvenir: `createMemory({ reranker:
 * rerankingModelReranker(cohere.reranking("rerank-v3.5")) })`.
 * @throws SouvenirError `INVALID_INPUT` for a model that is not one. `rerank` rejects with `RERANKER_FAILED`.
 */
export function rerankingModelReranker(
  model: AnyRerankingModel,
  options: RerankingModelOptions = {},
): Reranker {
  checkOptions(options, "rerankingModelReranker", optionNames);
  const { maxCharacters = 4_000 } = options;
  if (typeof model?.doRerank !== "function")
    throw new SouvenirError(
      "INVALID_INPUT",
      "rerankingModelReranker: expected a reranking model of the AI SDK, such as cohere.reranking(…)",
    );
  const name = `${model.provider} ${model.modelId}`;
  return {
    id: `ai-sdk:${model.provider}:${model.modelId}`,
    async rerank(query, texts, { signal } = {}) {
      const values = texts.map((text) => text.slice(0, maxCharacters).toWellFormed());
      const { ranking } = await model
        .doRerank({
          documents: { type: "text", values },
          query,
          topN: values.length,
          ...(signal === undefined ? {} : { abortSignal: signal }),
        })
        .then(undefined, (cause: unknown) => {
          signal?.throwIfAborted();
          // Never with the provider's message: it may quote the texts.
          throw new SouvenirError("RERANKER_FAILED", `${name} did not answer`, { cause });
        });
      const scores = new Map(ranking.map(({ index, relevanceScore }) => [index, relevanceScore]));
      return values.map((_, at) => scores.get(at) ?? Number.NaN);
    },
  };
}
