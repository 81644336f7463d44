import { EMBEDDING_MODELS, ModelRouterEmbeddingModel } from "@mastra/core/llm";
import { type Embedder, type JsonValue, SouvenirError } from "@souvenir/core";

/** By provider, such as `{ mistral: { outputDimension: 256 } }`. */
export type EmbeddingProviderOptions = Record<string, Record<string, JsonValue>>;

/** What is used of an embedding model of the AI SDK; versions 2, 3 and 4 of its specification all have it. */
export interface AnyEmbeddingModel {
  readonly specificationVersion: string;
  readonly provider: string;
  readonly modelId: string;
  readonly maxEmbeddingsPerCall: number | PromiseLike<number | undefined> | undefined;
  readonly supportsParallelCalls: boolean | PromiseLike<boolean>;
  doEmbed(options: {
    values: string[];
    abortSignal?: AbortSignal;
    providerOptions?: EmbeddingProviderOptions;
  }): PromiseLike<{
    embeddings: number[][];
    response?: { body?: unknown };
  }>;
}

export interface MastraEmbedderOptions {
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
  /** Texts in one call at most. Default: what the model says, and not over 64. */
  maxBatch?: number;
  /** Longest piece of a text in UTF-16 code units; longer texts are embedded in pieces. Default 6000. */
  maxCharacters?: number;
}

/** From the providers' documentation, beside those that Mastra lists. */
const knownDimensions: Readonly<Record<string, number>> = {
  "mistral-embed": 1024,
  "codestral-embed": 1536,
  "text-embedding-3-large": 3072,
  "gemini-embedding-001": 3072,
  "text-embedding-004": 768,
  "embed-v4.0": 1536,
  "embed-multilingual-v3.0": 1024,
  "embed-english-v3.0": 1024,
};

/** A router accepts 2048 texts a call; providers do not. */
const defaultBatch = 64;

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
  const embedding: AnyEmbeddingModel =
    typeof model === "string" ? new ModelRouterEmbeddingModel(model) : model;
  if (typeof embedding !== "object" || typeof embedding?.doEmbed !== "function")
    throw new SouvenirError(
      "INVALID_INPUT",
      'mastraEmbedder() needs an embedding model: "mistral/mistral-embed", or mistral.embeddingModel("mistral-embed")',
    );
  const { provider, modelId } = embedding;
  const dimensions = options.dimensions ?? dimensionsOf(modelId);
  if (dimensions === undefined || !Number.isInteger(dimensions) || dimensions < 1)
    throw new SouvenirError(
      "INVALID_INPUT",
      `the length of the vectors of "${modelId}" is not known here: pass mastraEmbedder(model, { dimensions }), a positive integer`,
      { details: { model: modelId } },
    );

  async function call(values: string[], abortSignal?: AbortSignal): Promise<Float32Array[]> {
    try {
      const { embeddings, response } = await embedding.doEmbed({
        values,
        ...(abortSignal === undefined ? {} : { abortSignal }),
        ...(options.providerOptions === undefined ? {} : { providerOptions: options.providerOptions }),
      });
      return inOrder(embeddings, response?.body, values.length, `${provider} ${modelId}`);
    } catch (error) {
      if (abortSignal?.aborted || SouvenirError.is(error)) throw error;
      throw failure(error, modelId);
    }
  }

  return {
    id: options.id ?? `mastra:${provider}:${modelId}:${dimensions}`,
    dimensions,
    maxCharacters: options.maxCharacters ?? 6_000,
    async embed(texts, { signal }) {
      const most =
        options.maxBatch ?? Math.min(defaultBatch, (await embedding.maxEmbeddingsPerCall) ?? defaultBatch);
      const batches: string[][] = [];
      for (let start = 0; start < texts.length; start += most) batches.push(texts.slice(start, start + most));
      if (await embedding.supportsParallelCalls)
        return (await Promise.all(batches.map((batch) => call(batch, signal)))).flat();
      const vectors: Float32Array[][] = [];
      for (const batch of batches) vectors.push(await call(batch, signal));
      return vectors.flat();
    },
  };
}

/** Mistral's embedder where `MISTRAL_API_KEY` is set; `undefined`, for the built-in offline embedder, where it is not. */
export function defaultEmbedder(): Embedder | undefined {
  return process.env.MISTRAL_API_KEY ? mastraEmbedder("mistral/mistral-embed") : undefined;
}

function dimensionsOf(modelId: string): number | undefined {
  if (Object.hasOwn(knownDimensions, modelId)) return knownDimensions[modelId];
  return EMBEDDING_MODELS.find(({ id }) => id === modelId)?.dimensions;
}

/** Providers drop the numbers of the vectors from their results, but hand on the answer in which they stand. */
function inOrder(embeddings: number[][], body: unknown, count: number, model: string): Float32Array[] {
  const wrong = (what: string) => new SouvenirError("EMBEDDER_FAILED", `${model} answered with ${what}`);
  if (!Array.isArray(embeddings) || embeddings.length !== count)
    throw wrong(`${Array.isArray(embeddings) ? embeddings.length : "no"} vectors for ${count} texts`);
  const numbers = numbersOf(body, count);
  const vectors: Float32Array[] = new Array(count);
  for (const [position, embedding] of embeddings.entries()) {
    const index = numbers?.[position] ?? position;
    if (!Number.isInteger(index) || index < 0 || index >= count || vectors[index] !== undefined)
      throw wrong(`the index ${index}, which is no text's or another vector's`);
    vectors[index] = Float32Array.from(embedding);
  }
  return vectors;
}

/** `data[].index` of an answer in the form that Mistral and OpenAI share. */
function numbersOf(body: unknown, count: number): number[] | undefined {
  const data = typeof body === "object" && body !== null && "data" in body ? body.data : undefined;
  if (!Array.isArray(data) || data.length !== count) return undefined;
  const numbers = data.map((item: { index?: unknown } | null) => item?.index);
  return numbers.every((number) => typeof number === "number") ? numbers : undefined;
}

/** Never with the provider's message: it may quote the text. */
function failure(error: unknown, model: string): SouvenirError {
  const { statusCode, responseHeaders, name } = (
    typeof error === "object" && error !== null ? error : {}
  ) as { statusCode?: unknown; responseHeaders?: Record<string, string>; name?: unknown };
  const what = typeof statusCode === "number" ? `status ${statusCode}` : `no answer (${String(name)})`;
  const retryAfterMs = retryAfter(responseHeaders);
  return new SouvenirError("EMBEDDER_FAILED", `embedding model "${model}": ${what}`, {
    details: {
      model,
      ...(typeof statusCode === "number" ? { status: statusCode } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  });
}

/** Milliseconds, from `retry-after-ms` or `retry-after` in seconds. */
function retryAfter(headers: Record<string, string> | undefined): number | undefined {
  const milliseconds = Number(headers?.["retry-after-ms"] ?? Number.NaN);
  if (Number.isFinite(milliseconds)) return milliseconds;
  const seconds = Number(headers?.["retry-after"] ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}
