import { SouvenirError } from "../errors.ts";
import { namesOf } from "../names-of.ts";
import { readRetryAfter } from "../provider/failure.ts";
import type { Embedder, JsonValue } from "../types.ts";
import { checkOptions } from "../validation.ts";
import { checkContext } from "./embed.ts";

/** By provider, such as `{ mistral: { outputDimension: 256 } }`. */
export type EmbeddingProviderOptions = Record<string, Record<string, JsonValue>>;

/**
 * What is used of an embedding model of the AI SDK; versions 2, 3 and 4 of its specification all have it, and so do the
 * frameworks that build on it.
 */
export interface EmbeddingModel {
  readonly provider: string;
  readonly modelId: string;
  readonly maxEmbeddingsPerCall: number | PromiseLike<number | undefined> | undefined;
  readonly supportsParallelCalls: boolean | PromiseLike<boolean>;
  /** One vector for each value, in order. */
  doEmbed(options: {
    values: string[];
    abortSignal?: AbortSignal;
    providerOptions?: EmbeddingProviderOptions;
  }): PromiseLike<{
    embeddings: number[][];
    response?: { body?: unknown };
  }>;
}

/** What an embedding model does not say of itself. */
export interface EmbeddingModelOptions {
  /** Names the vectors in the store: another model wants another one, so that its vectors are not compared with these. */
  id: string;
  /** Numbers in a vector. */
  dimensions: number;
  /** Passed on with each call. Default: none. */
  providerOptions?: EmbeddingProviderOptions | undefined;
  /** Texts in one call at most, beside what the model says. Default: what the model says. */
  maxBatch?: number | undefined;
  /** Longest piece of a text in UTF-16 code units; longer texts are embedded in pieces. Default 6000. */
  maxCharacters?: number | undefined;
  /** `"previous"`: a turn of a conversation is embedded with the turn before it, see `Embedder.context`. Default `"none"`. */
  context?: Embedder["context"] | undefined;
}

const optionNames = namesOf<EmbeddingModelOptions>({
  id: true,
  dimensions: true,
  providerOptions: true,
  maxBatch: true,
  maxCharacters: true,
  context: true,
});

/**
 * An embedding model of the AI SDK as an embedder. Texts go in calls that the model accepts, side by side where it allows
 * that. Where the answer numbers its vectors their order is checked, and set right. Failed calls are not tried again here:
 * the memory's queue does that.
 *
 * `embed` rejects with a `SouvenirError` `EMBEDDER_FAILED` when the provider does not answer, or not with a vector for
 * each text.
 */
export function embeddingModelEmbedder(model: EmbeddingModel, options: EmbeddingModelOptions): Embedder {
  checkOptions(options, "embeddingModelEmbedder", optionNames);
  const { provider, modelId } = model;
  const { id, dimensions, providerOptions, maxBatch = Number.POSITIVE_INFINITY } = options;
  const context = checkContext(options.context, "context");

  async function call(values: string[], abortSignal?: AbortSignal): Promise<Float32Array[]> {
    try {
      const { embeddings, response } = await model.doEmbed({
        values,
        ...(abortSignal === undefined ? {} : { abortSignal }),
        ...(providerOptions === undefined ? {} : { providerOptions }),
      });
      return inOrder(embeddings, response?.body, values.length, `${provider} ${modelId}`);
    } catch (error) {
      if (abortSignal?.aborted || SouvenirError.is(error)) throw error;
      throw failure(error, modelId);
    }
  }

  return {
    id,
    dimensions,
    maxCharacters: options.maxCharacters ?? 6_000,
    ...(context === undefined ? {} : { context }),
    async embed(texts, { signal }) {
      const accepted = (await model.maxEmbeddingsPerCall) ?? texts.length;
      const most = Math.max(1, Math.min(maxBatch, accepted));
      const batches: string[][] = [];
      for (let start = 0; start < texts.length; start += most) batches.push(texts.slice(start, start + most));
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
  const retryAfterMs = responseHeaders && readRetryAfter(new Headers(responseHeaders), Date.now());
  return new SouvenirError("EMBEDDER_FAILED", `embedding model "${model}": ${what}`, {
    details: {
      model,
      ...(typeof statusCode === "number" ? { status: statusCode } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  });
}
