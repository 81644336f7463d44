import {
  checkOptions,
  type Embedder,
  type EmbeddingProviderOptions,
  embeddingModelEmbedder,
  knownDimensions,
  namesOf,
  SouvenirError,
} from "@souvenir/core";
import type { EmbeddingModel } from "ai";

/** An embedding model of the AI SDK, of any version of the specification. */
export type AnyEmbeddingModel = Exclude<EmbeddingModel, string>;

/** What an embedding model does not say of itself. */
export interface AiSdkEmbedderOptions {
  /**
   * Numbers in a vector. Known for the models of Mistral, OpenAI, Google and Cohere in common use; needed for any
   * other. Says what to expect; to ask the provider for another length, use its `providerOptions` too.
   */
  dimensions?: number;
  /**
   * Names the vectors. Default: provider, model and dimensions. Change it with anything else that changes vectors, such
   * as `providerOptions`.
   */
  id?: string;
  /** Passed on with each call. */
  providerOptions?: EmbeddingProviderOptions;
  /** Longest piece of a text in UTF-16 code units; longer texts are embedded in pieces. Default 6000. */
  maxCharacters?: number;
  /** `"previous"`: a turn of a conversation is embedded with the turn before it, see `Embedder.context`. Default `"none"`. */
  context?: Embedder["context"];
}

const optionNames = namesOf<AiSdkEmbedderOptions>({
  dimensions: true,
  id: true,
  providerOptions: true,
  maxCharacters: true,
  context: true,
});

/**
 * Any embedding model of the AI SDK as an embedder of Souvenir: `createMemory({ embedder:
 * aiSdkEmbedder(mistral.embeddingModel("mistral-embed")) })`.
 *
 * Texts go in calls that the model accepts, side by side where it allows that. Where the answer numbers its vectors
 * their order is checked, and set right. Failed calls are tried again by the memory's queue.
 * @throws SouvenirError `INVALID_INPUT` for a model that is not one, or whose length of vectors is not known. `embed`
 * rejects with `EMBEDDER_FAILED`; `details.retryAfterMs` says when to come back.
 */
export function aiSdkEmbedder(model: AnyEmbeddingModel, options: AiSdkEmbedderOptions = {}): Embedder {
  checkOptions(options, "aiSdkEmbedder", optionNames);
  if (typeof model !== "object" || typeof model?.doEmbed !== "function")
    throw new SouvenirError(
      "INVALID_INPUT",
      'aiSdkEmbedder() needs an embedding model, such as mistral.embeddingModel("mistral-embed")',
    );
  const { provider, modelId } = model;
  const dimensions = options.dimensions ?? knownDimensions(modelId);
  if (dimensions === undefined || !Number.isInteger(dimensions) || dimensions < 1)
    throw new SouvenirError(
      "INVALID_INPUT",
      `the length of the vectors of "${modelId}" is not known here: pass aiSdkEmbedder(model, { dimensions }), a positive integer`,
      { details: { model: modelId } },
    );
  return embeddingModelEmbedder(model, {
    id: options.id ?? `ai-sdk:${provider}:${modelId}:${dimensions}`,
    dimensions,
    providerOptions: options.providerOptions,
    maxCharacters: options.maxCharacters,
    context: options.context,
  });
}
