import { EMBEDDING_MODELS, ModelRouterEmbeddingModel } from "@mastra/core/llm";
import {
  checkOptions,
  type Embedder,
  type EmbeddingModel,
  type EmbeddingProviderOptions,
  embeddingModelEmbedder,
  knownDimensions,
  namesOf,
  SouvenirError,
} from "@souvenir/core";

/** An embedding model of the AI SDK, of specification 2, 3 or 4. */
export type AnyEmbeddingModel = EmbeddingModel & { readonly specificationVersion: string };
export type { EmbeddingProviderOptions };

/** `maxBatch` is what the model says by default, and not over 64; `maxCharacters` 6000. */
export interface MastraEmbedderOptions extends Pick<Embedder, "maxBatch" | "maxCharacters" | "context"> {
  /**
   * Numbers in a vector. Known for the models of Mistral, OpenAI, Google and Cohere in common use; else needed. Says what
   * to expect; to ask the provider for another length, use its `providerOptions` too.
   */
  dimensions?: number;
  /**
   * Names the vectors. Default: provider, model and dimensions. Change it with anything else that changes vectors, such
   * as `providerOptions`.
   */
  id?: string;
  /** Passed on with each call. */
  providerOptions?: EmbeddingProviderOptions;
}

/** A router accepts 2048 texts a call; providers do not. */
const defaultBatch = 64;

const optionNames = namesOf<MastraEmbedderOptions>({
  dimensions: true,
  id: true,
  providerOptions: true,
  maxBatch: true,
  maxCharacters: true,
  context: true,
});

/**
 * An embedding model as Mastra takes it, as an embedder of Souvenir: a router's name (`"mistral/mistral-embed"`), a
 * `ModelRouterEmbeddingModel`, or a model of the AI SDK, of specification 2, 3 or 4. A router's model reads its key
 * from the environment at once.
 *
 * Failed calls are tried again by the memory's queue.
 * @throws SouvenirError `INVALID_INPUT` for a model that is not one, or whose length of vectors is not known. `embed`
 * rejects with `EMBEDDER_FAILED`; `details.retryAfterMs` says when to come back.
 */
export function mastraEmbedder(
  model: string | AnyEmbeddingModel,
  options: MastraEmbedderOptions = {},
): Embedder {
  checkOptions(options, "mastraEmbedder", optionNames);
  const embedding: AnyEmbeddingModel =
    typeof model === "string" ? new ModelRouterEmbeddingModel(model) : model;
  if (typeof embedding !== "object" || typeof embedding?.doEmbed !== "function")
    throw new SouvenirError(
      "INVALID_INPUT",
      'mastraEmbedder() needs an embedding model: "mistral/mistral-embed", or mistral.embeddingModel("mistral-embed")',
    );
  const { provider, modelId } = embedding;
  const dimensions =
    options.dimensions ??
    knownDimensions(modelId) ??
    EMBEDDING_MODELS.find(({ id }) => id === modelId)?.dimensions;
  if (dimensions === undefined || !Number.isInteger(dimensions) || dimensions < 1)
    throw new SouvenirError(
      "INVALID_INPUT",
      `the length of the vectors of "${modelId}" is not known here: pass mastraEmbedder(model, { dimensions }), a positive integer`,
      { details: { model: modelId } },
    );
  return embeddingModelEmbedder(embedding, {
    id: options.id ?? `mastra:${provider}:${modelId}:${dimensions}`,
    dimensions,
    providerOptions: options.providerOptions,
    maxBatch: options.maxBatch ?? defaultBatch,
    maxCharacters: options.maxCharacters,
    context: options.context,
  });
}

/** Mistral's embedder where `MISTRAL_API_KEY` is set; `undefined`, for the built-in embedder, where it is not. */
export function defaultEmbedder(): Embedder | undefined {
  return process.env.MISTRAL_API_KEY ? mastraEmbedder("mistral/mistral-embed") : undefined;
}
