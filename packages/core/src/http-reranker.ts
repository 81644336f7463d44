import { SouvenirError } from "./errors.ts";
import { namesOf } from "./names-of.ts";
import { addressOf, type EndpointOptions, endpointNames, headersOf } from "./provider/endpoint.ts";
import type { Provider } from "./provider/failure.ts";
import { postJson } from "./provider/post-json.ts";
import { callProvider, checkRetries } from "./provider/retry.ts";
import { slots } from "./provider/slots.ts";
import type { Reranker } from "./types.ts";
import { checkInteger, checkOptions, checkText } from "./validation.ts";

/** A server of a reranking model. */
export interface HttpRerankerOptions extends EndpointOptions {
  /** Characters of a text that are sent at most, from its beginning. Default 4000. */
  maxCharacters?: number;
}

const optionNames = namesOf<HttpRerankerOptions>({ ...endpointNames, maxCharacters: true });

/** Statuses of a server that has another endpoint, or wants other names. */
const otherForm = [400, 404, 405, 422];

/**
 * A reranker at any server with the `/rerank` endpoint that TEI, Jina, Cohere and vLLM share. Which of its two forms the
 * server has (`documents`, or TEI's `texts`) is learnt with the first question. `url`, `model`, `apiKey` and what is tried
 * again are as for `httpEmbedder`; one more attempt is the default, because a search waits.
 * @throws SouvenirError `INVALID_INPUT` for options that cannot work. `rerank` rejects with `RERANKER_FAILED`.
 */
export function httpReranker(options: HttpRerankerOptions): Reranker {
  const where = "httpReranker";
  checkOptions(options, where, optionNames);
  const url = addressOf(options.url, "rerank", where);
  const model = checkText(options.model, `${where}.model`, 512);
  const { maxCharacters = 4_000, concurrency = 4, retries = 1, retryDelayMs = 100 } = options;
  checkInteger(maxCharacters, `${where}.maxCharacters`, 1, 1_000_000);
  checkRetries(options);
  const inSlot = slots(checkInteger(concurrency, `${where}.concurrency`, 1, 1_000));
  const provider: Provider = {
    code: "RERANKER_FAILED",
    model,
    name: `reranking model "${model}" at ${new URL(url).host}`,
    checkKey: "check apiKey",
    checkAddress: `check url (${new URL(url).pathname} was asked for) and the name of the model`,
    unknownModel: ["model_not_found"],
    tooLong: [],
  };
  type Form = [address: string, body: (query: string, texts: string[]) => object];
  const forms: Form[] = [
    [url, (query, documents) => ({ model, query, documents })],
    [
      new URL(options.url).pathname === "/" ? new URL("/rerank", url).href : url,
      (query, texts) => ({ query, texts, truncate: true }),
    ],
  ];
  let known: Form | undefined;

  async function ask([address, body]: Form, query: string, texts: string[], signal?: AbortSignal) {
    const answer = await callProvider(
      provider,
      async (either) =>
        postJson(address, body(query, texts), { headers: await headersOf(options), signal: either }),
      { ...options, retries, retryDelayMs, signal },
    );
    return scoresOf(answer, texts.length, provider);
  }

  return {
    id: `http:${model}`,
    rerank(query, given, { signal } = {}) {
      const texts = given.map((text) => text.slice(0, maxCharacters).toWellFormed());
      return inSlot(async () => {
        const [first, second] = forms as [Form, Form];
        if (known !== undefined) return ask(known, query, texts, signal);
        try {
          const scores = await ask(first, query, texts, signal);
          known = first;
          return scores;
        } catch (error) {
          if (!SouvenirError.is(error) || !otherForm.includes(error.details.status as number)) throw error;
          const scores = await ask(second, query, texts, signal).catch(() => {
            throw error;
          });
          known = second;
          return scores;
        }
      });
    },
  };
}

/** `{ results: [{ index, relevance_score }] }` of most, `[{ index, score }]` of TEI, `{ data: […] }` of Voyage. */
function scoresOf(answer: unknown, count: number, provider: Provider): number[] {
  const wrong = (what: string) =>
    new SouvenirError(provider.code, `${provider.name} answered with ${what}`, {
      details: { model: provider.model },
    });
  const { results, data } = (answer ?? {}) as { results?: unknown; data?: unknown };
  const list = [answer, results, data].find((each) => Array.isArray(each));
  if (list === undefined) throw wrong(`something else than scores: ${provider.checkAddress}`);
  const scores = new Map<number, number>();
  for (const item of list as unknown[]) {
    const { index, relevance_score, score = relevance_score } = (item ?? {}) as Record<string, unknown>;
    if (typeof index !== "number" || !(index >= 0 && index < count) || !Number.isInteger(index))
      throw wrong(`the index ${index}, which is no text's`);
    if (typeof score !== "number" || !Number.isFinite(score))
      throw wrong(`no finite score for text ${index}`);
    scores.set(index, score);
  }
  if (scores.size !== count) throw wrong(`scores for ${scores.size} of ${count} texts`);
  return Array.from({ length: count }, (_, at) => scores.get(at) as number);
}
