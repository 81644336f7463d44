import type {
  EmbeddingModelV2,
  EmbeddingModelV3,
  EmbeddingModelV4,
  SharedV4ProviderOptions,
} from "@ai-sdk/provider";
import { type Embedder, SouvenirError } from "@souvenir/core";

/** An embedding model of the AI SDK, of any version of the specification. */
export type AnyEmbeddingModel = EmbeddingModelV2<string> | EmbeddingModelV3 | EmbeddingModelV4;

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
  providerOptions?: SharedV4ProviderOptions;
  /** Longest piece of a text in UTF-16 code units; longer texts are embedded in pieces. Default 6000. */
  maxCharacters?: number;
}

/** From the providers' documentation. */
const knownDimensions: Readonly<Record<string, number>> = {
  "mistral-embed": 1024,
  "codestral-embed": 1536,
  "text-embedding-3-small": 1536,
  "text-embedding-3-large": 3072,
  "text-embedding-ada-002": 1536,
  "gemini-embedding-001": 3072,
  "text-embedding-004": 768,
  "embed-v4.0": 1536,
  "embed-multilingual-v3.0": 1024,
  "embed-english-v3.0": 1024,
};

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
  if (typeof model !== "object" || typeof model?.doEmbed !== "function")
    throw new SouvenirError(
      "INVALID_INPUT",
      'aiSdkEmbedder() needs an embedding model, such as mistral.embeddingModel("mistral-embed")',
    );
  const { provider, modelId } = model;
  const known = Object.hasOwn(knownDimensions, modelId) ? knownDimensions[modelId] : undefined;
  const dimensions = options.dimensions ?? known;
  if (dimensions === undefined || !Number.isInteger(dimensions) || dimensions < 1)
    throw new SouvenirError(
      "INVALID_INPUT",
      `the length of the vectors of "${modelId}" is not known here: pass aiSdkEmbedder(model, { dimensions }), a positive integer`,
      { details: { model: modelId } },
    );

  async function call(values: string[], abortSignal?: AbortSignal): Promise<Float32Array[]> {
    const request = {
      values,
      ...(abortSignal === undefined ? {} : { abortSignal }),
      ...(options.providerOptions === undefined ? {} : { providerOptions: options.providerOptions }),
    };
    try {
      const { embeddings, response } = await (model as EmbeddingModelV4).doEmbed(request);
      return inOrder(embeddings, response?.body, values.length, `${provider} ${modelId}`);
    } catch (error) {
      if (abortSignal?.aborted || SouvenirError.is(error)) throw error;
      throw failure(error, modelId);
    }
  }

  return {
    id: options.id ?? `ai-sdk:${provider}:${modelId}:${dimensions}`,
    dimensions,
    maxCharacters: options.maxCharacters ?? 6_000,
    async embed(texts, { signal }) {
      const size = Math.max(1, (await model.maxEmbeddingsPerCall) ?? texts.length);
      const batches: string[][] = [];
      for (let start = 0; start < texts.length; start += size) batches.push(texts.slice(start, start + size));
      if (await model.supportsParallelCalls)
        return (await Promise.all(batches.map((batch) => call(batch, signal)))).flat();
      const vectors: Float32Array[][] = [];
      for (const batch of batches) vectors.push(await call(batch, signal));
      return vectors.flat();
    },
  };
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
