import type { Mistral } from "@mistralai/mistralai";
import {
  checkContext,
  checkInteger,
  checkOptions,
  type Embedder,
  estimateTokens,
  firstAbort,
  namesOf,
  SouvenirError,
} from "@souvenir/core";
import { type Batch, type Failure, planBatches, type RetryOptions, slots } from "@souvenir/core/provider";
import { type ClientOptions, clientOfCall, connectionNames, loadClient } from "./client.ts";
import { callMistral, isAboutText } from "./failure.ts";

/** Which model embeds, and how it is asked. */
export interface MistralEmbedderOptions extends ClientOptions<"embeddings">, RetryOptions {
  /** Default `mistral-embed`. */
  model?: string;
  /**
   * Numbers in a vector. Known for `mistral-embed` (1024, fixed) and `codestral-embed` (1536; 1 to 3072 on request);
   * needed for any other model, whose vectors are checked against it.
   */
  dimensions?: number;
  /** Numbers in a vector that the model is asked for, where it leaves the choice; `dimensions` for `codestral-embed`. */
  outputDimension?: number;
  /** What the numbers are, where the model leaves the choice: `"int8"` is a quarter of the answer. Default `"float"`. */
  outputDtype?: "float" | "int8";
  /** Texts in one request, 1 to 512. Default 128. */
  maxBatch?: number;
  /** Estimated tokens in one request. Default 16000, the API refuses more than 16384. */
  maxBatchTokens?: number;
  /** Longest piece of a text in UTF-16 code units; longer texts are embedded in pieces. Default 6000, about 2000 tokens of English. */
  maxCharacters?: number;
  /** `"previous"`: a turn of a conversation is embedded with the turn before it, see `Embedder.context`. Default `"none"`. */
  context?: Embedder["context"];
  /** Requests at once, 1 or more; queries do not wait for them. Default 4. */
  concurrency?: number;
}

const optionNames = namesOf<MistralEmbedderOptions>({
  model: true,
  dimensions: true,
  outputDimension: true,
  outputDtype: true,
  maxBatch: true,
  maxBatchTokens: true,
  maxCharacters: true,
  context: true,
  concurrency: true,
  ...connectionNames,
});

/**
 * Embeds with Mistral's models. Needs `MISTRAL_API_KEY`, `apiKey` or `client` at the first text, not before; the client's
 * modules are loaded by `createMemory()`.
 *
 * Texts go in batches by count and by tokens; what comes back is put in order and checked. Requests are tried again
 * when that may help (429 with its `Retry-After`, 408, 5xx, no connection) and not when it cannot.
 * @throws SouvenirError `INVALID_INPUT` for options that cannot work. `embed` rejects with `INVALID_INPUT` without a
 * key, and with `EMBEDDER_FAILED` otherwise: `details.retryAfterMs` says when to come back, `details.permanent` that the
 * one text of the call was refused for good, and `details.misconfigured` that nothing works until the configuration
 * changes: a memory's `flush()` then rejects with this error, and `stats()` shows it.
 */
export function mistralEmbedder(options: MistralEmbedderOptions = {}): Embedder {
  checkOptions(options, "mistralEmbedder()", optionNames);
  const { model = "mistral-embed", outputDtype } = options;
  const { dimensions, requested } = dimensionsOf(model, options);
  const asked = {
    ...(requested ? { outputDimension: dimensions } : {}),
    ...(outputDtype === undefined ? {} : { outputDtype }),
  };
  const maxBatch = checkInteger(options.maxBatch ?? 128, "maxBatch", 1, 512);
  const maxBatchTokens = checkInteger(options.maxBatchTokens ?? 16_000, "maxBatchTokens", 1, 16_384);
  const maxCharacters = checkInteger(options.maxCharacters ?? 6_000, "maxCharacters", 1, 1_000_000);
  const context = checkContext(options.context, "context");
  const inSlot = slots(checkInteger(options.concurrency ?? 4, "concurrency", 1, 1_000));
  if (outputDtype !== undefined && outputDtype !== "float" && outputDtype !== "int8")
    throw invalid(`outputDtype must be "float" or "int8": other numbers are no vector`, { outputDtype });
  const client = clientOfCall(options, "mistralEmbedder()");

  async function request(
    texts: readonly string[],
    { start, end }: Batch,
    signal?: AbortSignal,
  ): Promise<Float32Array[]> {
    const inputs = texts.slice(start, end);
    const details = (failure: Failure) => refusal(failure, start, inputs.length, texts.length);
    const response = await callMistral(
      async (call) => {
        const { embeddings } = await client(call.signal);
        return embeddings.create({ model, inputs, ...asked }, call);
      },
      { ...options, signal, code: "EMBEDDER_FAILED", model, details },
    );
    return inOrder(response, inputs.length, dimensions, model);
  }

  /** Halves what is too much for one request: tokens are only estimated before. */
  async function requestOrHalve(
    texts: readonly string[],
    batch: Batch,
    signal?: AbortSignal,
  ): Promise<Float32Array[]> {
    try {
      return await request(texts, batch, signal);
    } catch (error) {
      const count = batch.end - batch.start;
      if (count === 1 || !SouvenirError.is(error) || error.details.tooLong !== true) throw error;
      const middle = batch.start + (count >> 1);
      const left = await requestOrHalve(texts, { start: batch.start, end: middle }, signal);
      const right = await requestOrHalve(texts, { start: middle, end: batch.end }, signal);
      return [...left, ...right];
    }
  }

  return {
    id: `mistral:${model}:${dimensions}${outputDtype === "int8" ? ":int8" : ""}`,
    dimensions,
    maxBatch,
    maxCharacters,
    ...(context === undefined ? {} : { context }),
    async load() {
      if (options.client === undefined) await loadClient();
    },
    async embed(texts, { kind, signal }) {
      const batches = planBatches(texts.map(estimateTokens), maxBatch, maxBatchTokens);
      // The first failure ends the call; what the other requests would bring is not waited for.
      const failure = new AbortController();
      const either = signal ? firstAbort(signal, failure.signal) : failure.signal;
      const run = kind === "query" ? (work: () => Promise<Float32Array[]>) => work() : inSlot;
      try {
        const work = batches.map((batch) => run(() => requestOrHalve(texts, batch, either)));
        return (await Promise.all(work)).flat();
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    },
  };
}

function dimensionsOf(
  model: string,
  { dimensions, outputDimension }: MistralEmbedderOptions,
): { dimensions: number; requested: boolean } {
  for (const [name, value] of Object.entries({ dimensions, outputDimension }))
    if (value !== undefined) checkInteger(value, name, 1, 65_536);
  const given = outputDimension ?? dimensions;
  if (dimensions !== undefined && dimensions !== given)
    throw invalid("dimensions and outputDimension must be the same: leave one out", { dimensions, given });
  if (/^mistral-embed(-2312)?$/.test(model)) {
    if (given !== undefined && given !== 1_024)
      throw invalid(`the vectors of ${model} have 1024 numbers, got ${given}: leave it out`, { given });
    return { dimensions: 1_024, requested: false };
  }
  const choosing = /^codestral-embed(-2505)?$/.test(model);
  if (choosing && given !== undefined) checkInteger(given, "dimensions", 1, 3_072);
  const known = given ?? (choosing ? 1_536 : undefined);
  if (known === undefined)
    throw invalid(`the length of the vectors of "${model}" is not known here: pass { dimensions }`, {
      model,
    });
  return { dimensions: known, requested: outputDimension !== undefined || (choosing && given !== undefined) };
}

/** A single text that is refused stays refused; with several in the request, nobody knows which it was. */
function refusal(failure: Failure, index: number, inputs: number, texts: number): Record<string, unknown> {
  if (!isAboutText(failure) || inputs !== 1) return {};
  return texts === 1 ? { permanent: true, index } : { index };
}

type EmbeddingResponse = Awaited<ReturnType<Mistral["embeddings"]["create"]>>;

/** The vectors in the order of the texts. The API numbers them; nothing promises that they come sorted. */
function inOrder(
  { data }: EmbeddingResponse,
  count: number,
  dimensions: number,
  model: string,
): Float32Array[] {
  const wrong = (what: string, details: Record<string, unknown>) =>
    new SouvenirError("EMBEDDER_FAILED", `Mistral model "${model}" answered with ${what}`, {
      details: { model, ...details },
    });
  if (data.length !== count)
    throw wrong(`${data.length} vectors for ${count} texts`, { expected: count, received: data.length });
  const vectors: Float32Array[] = new Array(count);
  for (const [position, { index = position, embedding }] of data.entries()) {
    if (!Number.isInteger(index) || index < 0 || index >= count || vectors[index] !== undefined)
      throw wrong(`the index ${index}, which is no text's or another vector's`, { index });
    if (!embedding) throw wrong(`nothing for text ${index}`, { index });
    if (embedding.length !== dimensions)
      throw wrong(
        `vectors of ${embedding.length} numbers, expected ${dimensions}: pass the right { dimensions }`,
        {
          expected: dimensions,
          received: embedding.length,
        },
      );
    const vector = Float32Array.from(embedding);
    if (!vector.every(Number.isFinite))
      throw wrong(`a number that is not finite for text ${index}`, { index });
    vectors[index] = vector;
  }
  return vectors;
}

function invalid(message: string, details: Record<string, unknown>): SouvenirError {
  return new SouvenirError("INVALID_INPUT", `mistralEmbedder(): ${message}`, { details });
}
