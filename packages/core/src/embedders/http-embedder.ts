import { SouvenirError } from "../errors.ts";
import { namesOf } from "../names-of.ts";
import { type Batch, planBatches } from "../provider/batches.ts";
import { addressOf, type EndpointOptions, endpointNames, headersOf } from "../provider/endpoint.ts";
import type { Failure, Provider } from "../provider/failure.ts";
import { postJson } from "../provider/post-json.ts";
import { callProvider, checkRetries } from "../provider/retry.ts";
import { slots } from "../provider/slots.ts";
import { firstAbort } from "../queue/first-abort.ts";
import type { Embedder } from "../types.ts";
import { checkFlag, checkInteger, checkOptions, checkText, invalid } from "../validation.ts";
import { checkContext, harmless, pieces } from "./embed.ts";
import { vectorsOfAnswer } from "./embeddings-answer.ts";
import { knownDimensions } from "./known-dimensions.ts";

/** A server of embeddings, and what its model wants. */
export interface HttpEmbedderOptions extends EndpointOptions {
  /** What the model wants before a question, as `"query: "` for E5. Default: nothing. */
  queryPrefix?: string;
  /** What it wants before a text that is searched, as `"passage: "` for E5. Default: nothing. */
  documentPrefix?: string;
  /** Numbers in a vector, 1 to 65536. Default: as many as the server gives for a word, asked when the memory is opened. */
  dimensions?: number;
  /** Asks the server to shorten its vectors to `dimensions`, which few models can. Default false. */
  requestDimensions?: boolean;
  /** Texts in one request, 1 to 4096. Default 32. */
  maxBatch?: number;
  /** Longest piece of a text in UTF-16 code units; longer texts are embedded in pieces. Default 6000. */
  maxCharacters?: number;
  /** `"previous"`: a turn of a conversation is embedded with the turn before it, see `Embedder.context`. Default `"none"`. */
  context?: Embedder["context"];
}

const optionNames = namesOf<HttpEmbedderOptions>({
  ...endpointNames,
  queryPrefix: true,
  documentPrefix: true,
  dimensions: true,
  requestDimensions: true,
  maxBatch: true,
  maxCharacters: true,
  context: true,
});

/** A text that is refused for its length is cut in two down to this. */
const shortest = 32;

/**
 * Embeds with any server that has OpenAI's endpoint for embeddings: Ollama, TEI, vLLM, LM Studio, llama.cpp and most
 * providers. Nothing is sent before the first text, or `load()` where `dimensions` are not given.
 *
 * Requests are tried again when that may help (429 with its `Retry-After`, 408, 5xx, no connection). A request that is too
 * long is halved; a text that is too long by itself is embedded in two parts, and has their mean.
 * @throws SouvenirError `INVALID_INPUT` for options that cannot work. `embed` rejects with `EMBEDDER_FAILED`:
 * `details.retryAfterMs` says when to come back, `details.permanent` that the one text of the call was refused for good,
 * and `details.misconfigured` that nothing works until the configuration changes (a key, an address, a model, the number of
 * dimensions): a memory's `flush()` then rejects with this error, and `stats()` shows it.
 */
export function httpEmbedder(options: HttpEmbedderOptions): Embedder {
  const where = "httpEmbedder";
  checkOptions(options, where, optionNames);
  const url = addressOf(options.url, "embeddings", where);
  const model = checkText(options.model, `${where}.model`, 512);
  const prefixes = {
    query: checkPrefix(options.queryPrefix, "queryPrefix"),
    document: checkPrefix(options.documentPrefix, "documentPrefix"),
  };
  const { requestDimensions = false, maxBatch = 32, maxCharacters = 6_000, concurrency = 4 } = options;
  let dimensions =
    options.dimensions === undefined
      ? knownDimensions(model)
      : checkInteger(options.dimensions, `${where}.dimensions`, 1, 65_536);
  const context = checkContext(options.context, `${where}.context`);
  checkRetries(options);
  checkFlag(requestDimensions, `${where}.requestDimensions`);
  if (requestDimensions && dimensions === undefined)
    throw invalid(`${where}.dimensions`, "a number, because requestDimensions asks for so many", dimensions);
  checkInteger(maxBatch, `${where}.maxBatch`, 1, 4_096);
  checkInteger(maxCharacters, `${where}.maxCharacters`, 1, 1_000_000);
  const inSlot = slots(checkInteger(concurrency, `${where}.concurrency`, 1, 1_000));
  const provider: Provider = {
    code: "EMBEDDER_FAILED",
    model,
    name: `embedding model "${model}" at ${new URL(url).host}`,
    checkKey: "check apiKey",
    checkAddress: `check url (${new URL(url).pathname} was asked for) and the name of the model`,
    unknownModel: ["model_not_found"],
    tooLong: ["context_length_exceeded"],
  };

  async function request(input: string[], failing: FailureOf, signal?: AbortSignal): Promise<Float32Array[]> {
    const answer = await callProvider(
      provider,
      async (either) => {
        const asked = {
          model,
          input,
          encoding_format: "float",
          ...(requestDimensions ? { dimensions } : {}),
        };
        return postJson(url, asked, { headers: await headersOf(options), signal: either });
      },
      { ...options, signal, details: failing },
    );
    const vectors = vectorsOfAnswer(answer, input.length, dimensions, provider);
    dimensions ??= vectors[0]?.length;
    return vectors;
  }

  /** Halves what is too long: requests, then a text by itself. */
  async function requestOrHalve(
    input: string[],
    last: boolean,
    signal?: AbortSignal,
  ): Promise<Float32Array[]> {
    // Alone, a text that is refused will be refused again.
    const failing = ({ tooLong, status }: Failure) =>
      last && input.length === 1 && (tooLong || status === 422) ? { permanent: true } : {};
    try {
      return await request(input, failing, signal);
    } catch (error) {
      if (!SouvenirError.is(error) || error.details.tooLong !== true) throw error;
      if (input.length > 1) {
        const middle = input.length >> 1;
        const first = await requestOrHalve(input.slice(0, middle), last, signal);
        return [...first, ...(await requestOrHalve(input.slice(middle), last, signal))];
      }
      const [text = ""] = input;
      const parts =
        text.length < 2 * shortest ? [text] : pieces(text, { maxCharacters: Math.ceil(text.length / 2) });
      if (parts.length < 2) throw error;
      const vectors: Float32Array[] = [];
      for (const part of parts) vectors.push(...(await requestOrHalve([part], last, signal)));
      return [meanOf(vectors, parts)];
    }
  }

  return {
    id: `http:${[model, ...(requestDimensions ? [dimensions] : []), ...prefixNames(prefixes)].join(":")}`,
    get dimensions() {
      // Not known before `load()`; a memory waits for it.
      return dimensions as number;
    },
    maxBatch,
    maxCharacters,
    ...(context === undefined ? {} : { context }),
    async load() {
      if (dimensions !== undefined) return;
      try {
        await request([prefixes.document + harmless], () => ({}));
      } catch (error) {
        if (!SouvenirError.is(error)) throw error;
        const message = `${error.message}. It was asked how long its vectors are: with { dimensions } a memory opens without that`;
        throw new SouvenirError(error.code, message, { details: error.details, cause: error });
      }
    },
    async embed(texts, { kind, signal }) {
      signal?.throwIfAborted();
      const inputs = texts.map((text) => prefixes[kind] + text);
      const batches = planBatches(
        inputs.map(() => 1),
        maxBatch,
        maxBatch,
      );
      // The first failure ends the call; what the other requests would bring is not waited for.
      const failure = new AbortController();
      const either = signal ? firstAbort(signal, failure.signal) : failure.signal;
      const run = kind === "query" ? (work: () => Promise<Float32Array[]>) => work() : inSlot;
      const work = ({ start, end }: Batch) =>
        requestOrHalve(inputs.slice(start, end), inputs.length === 1, either);
      try {
        return (await Promise.all(batches.map((batch) => run(() => work(batch))))).flat();
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    },
  };
}

type FailureOf = (failure: Failure) => Record<string, unknown>;

function checkPrefix(prefix: unknown, name: string): string {
  if (prefix === undefined) return "";
  if (typeof prefix !== "string") throw invalid(`httpEmbedder.${name}`, "a text", prefix);
  return prefix;
}

/** Prefixes change vectors, so they are part of the id; without any, the id is the model's name alone. */
function prefixNames({ query, document }: { query: string; document: string }): string[] {
  return query === "" && document === "" ? [] : [JSON.stringify([query, document])];
}

/** The mean of the vectors of a text's parts by their lengths, of length 1. */
function meanOf(vectors: readonly Float32Array[], parts: readonly string[]): Float32Array {
  const mean = new Float32Array(vectors[0]?.length ?? 0);
  for (const [part, vector] of vectors.entries())
    for (let at = 0; at < mean.length; at++)
      mean[at] = (mean[at] as number) + (vector[at] as number) * (parts[part]?.length ?? 0);
  let squares = 0;
  for (const number of mean) squares += number ** 2;
  const length = Math.sqrt(squares);
  // Zeros say nothing, and stay zeros.
  return length === 0 ? mean : mean.map((number) => number / length);
}
