import { createHash } from "node:crypto";
import { HTTPClient, Mistral } from "@mistralai/mistralai";
import { estimateTokens, textOf } from "@souvenir/core";
import { callProvider } from "@souvenir/core/provider";
import { answeredByStandIn } from "../src/mistral-stand-in/stand-in.ts";
import type { Finished, Reply } from "./finished.ts";
import type { ChatMessage } from "./prompt.ts";
import { type Spending, Stopped } from "./spending.ts";

export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  /** Tokens of the answer at most. */
  maxTokens: number;
}

/** Asks a model once for each request, ever: answers are kept. */
export type Ask = (
  request: ChatRequest,
  about: {
    /** For people who read the file. */
    about: string;
    /** Whether the answer is worth keeping. Default: always. */
    keep?: (text: string) => boolean;
  },
) => Promise<Reply>;

export interface AskOptions {
  apiKey: string;
  /** Origin without `/v1`. Default: Mistral's. */
  serverURL?: string | undefined;
  /** Where requests go, as it stands in their keys: answers of one place are none of another. */
  endpoint: string;
  /** Attempts after the first one. */
  retries: number;
  finished: Finished;
  spending: Spending;
  /** Ends what runs, at once. */
  signal: AbortSignal;
}

/** What a message has around its text. */
const tokensOfMessage = 16;

/**
 * @returns A function that rejects with `Stopped` when the budget is spent or the run was stopped, with a `SouvenirError`
 * (`details.misconfigured` when nothing works until a key, a model or an address changes) when the model does not answer.
 */
export function asker(options: AskOptions): Ask {
  const { finished, spending } = options;
  const running = new Map<string, Promise<Reply>>();
  return (request, { about, keep = () => true }) => {
    const key = keyOf(options.endpoint, request);
    const before = running.get(key) ?? finished.get(key);
    if (before !== undefined) return Promise.resolve(before);
    const reply = call(request, options, spending).then((reply) => {
      if (keep(reply.text)) finished.add({ key, about, reply });
      return reply;
    });
    const done = reply.finally(() => running.delete(key));
    running.set(key, done);
    return done;
  };
}

/** Of all that an answer depends on. */
function keyOf(endpoint: string, request: ChatRequest): string {
  return createHash("sha256")
    .update(JSON.stringify([endpoint, request.model, request.messages, request.maxTokens]))
    .digest("hex");
}

async function call(
  { model, messages, maxTokens }: ChatRequest,
  { apiKey, serverURL, retries, signal }: AskOptions,
  spending: Spending,
): Promise<Reply> {
  const inputTokens = messages.reduce(
    (sum, { content }) => sum + estimateTokens(content) + tokensOfMessage,
    0,
  );
  const attempt = async (signal: AbortSignal): Promise<Reply> => {
    const reservation = spending.begin(model, inputTokens, maxTokens);
    const started = performance.now();
    try {
      const client = new Mistral({
        apiKey,
        // The signal itself: what the client makes of it may be lost to garbage collection.
        httpClient: new HTTPClient({ fetcher: (sent) => fetch(sent, { signal }) }),
        ...(serverURL === undefined ? {} : { serverURL }),
      });
      const answer = await client.chat.complete(
        { model, messages, maxTokens, temperature: 0, randomSeed: 1 },
        { signal, retries: { strategy: "none" } },
      );
      const { promptTokens = 0, completionTokens = 0 } = answer.usage;
      const usage = {
        inputTokens: promptTokens,
        outputTokens: completionTokens,
        cachedTokens: cachedOf(answer.usage),
      };
      spending.end(reservation, usage);
      const [choice] = answer.choices;
      return {
        ...usage,
        text: textOf(choice?.message?.content ?? "").trim(),
        tookMs: performance.now() - started,
        model: answer.model,
        standIn: answeredByStandIn(answer),
        cutShort: choice?.finishReason === "length" || choice?.finishReason === "model_length",
      };
    } catch (error) {
      const status = (error as { statusCode?: unknown }).statusCode;
      spending.end(reservation, typeof status === "number" ? "refused" : "unanswered");
      throw error;
    }
  };
  try {
    return await callProvider(
      {
        code: "EXTRACTOR_FAILED",
        model,
        name: `Mistral model "${model}"`,
        checkKey: "check the API key (MISTRAL_API_KEY) and what it may use",
        checkAddress: "check --server-url (without /v1) and the name of the model",
        unknownModel: ["1500"],
        tooLong: ["3210"],
      },
      attempt,
      { retries, retryDelayMs: 1_000, maxRetryDelayMs: 120_000, timeoutMs: 300_000, signal },
    );
  } catch (error) {
    const cause = (error as { cause?: unknown }).cause;
    throw cause instanceof Stopped ? cause : error;
  }
}

/** The client has no name for it, and passes it on as it is on the wire. */
function cachedOf(usage: Record<string, unknown>): number {
  const { cached_tokens: cached } = (usage.prompt_tokens_details ?? {}) as { cached_tokens?: unknown };
  return typeof cached === "number" ? cached : 0;
}
