import {
  checkOptions,
  type FactExtractor,
  factsByModel,
  namesOf,
  SouvenirError,
  textOf,
} from "@souvenir/core";
import { type ClientOptions, clientOfCall } from "./client.ts";
import { batchJobs, promptCacheKey } from "./fact-batch.ts";
import { callMistral, isAboutText } from "./failure.ts";

/** Which model finds facts, and how it is asked. */
export interface MistralFactsOptions extends ClientOptions<"chat"> {
  /** Default `mistral-small-latest`. */
  model?: string;
  /** Milliseconds for one answer. Default 60000. What fails is asked again by core, later and within its budget. */
  timeoutMs?: number;
  /** Tokens of an answer at most, 500 to 32000. Default 4000. */
  maxAnswerTokens?: number;
  /**
   * Has conversations that are over read in Mistral's batch jobs: at half the price, outside of rate limits, within a day.
   * What `consolidate()` is asked for is read at once all the same. A `client` of your own needs its `batch` and `files`
   * for it. Default false.
   */
  batch?: boolean;
}

const optionNames = namesOf<MistralFactsOptions>({
  model: true,
  timeoutMs: true,
  maxAnswerTokens: true,
  batch: true,
  client: true,
  apiKey: true,
  serverURL: true,
});

/**
 * Finds facts with a Mistral model and structured output. Core asks it in the background and disposes of what it proposes.
 * @throws SouvenirError `extract` rejects with `INVALID_INPUT` without a key, and with `EXTRACTOR_FAILED` when the model
 * fails, answers with something else than the schema asks for, or its answer is cut off.
 */
export function mistralFacts(options: MistralFactsOptions = {}): FactExtractor {
  checkOptions(options, "mistralFacts()", optionNames);
  const { model = "mistral-small-latest", maxAnswerTokens, timeoutMs = 60_000, batch = false } = options;
  if (typeof batch !== "boolean")
    throw new SouvenirError("INVALID_INPUT", "mistralFacts(): batch: expected true or false");
  const client = clientOfCall(options, "mistralFacts()");
  return factsByModel({
    id: `mistral:${model}`,
    name: `Mistral model "${model}"`,
    where: "mistralFacts()",
    maxAnswerTokens,
    ...(batch ? { later: batchJobs({ model, client, timeoutMs }) } : {}),
    async ask({ instructions, prompt, schema, tokens, maxAnswerTokens: maxTokens, signal }, used) {
      const request = {
        model,
        temperature: 0,
        maxTokens,
        promptCacheKey,
        messages: [
          { role: "system" as const, content: instructions },
          { role: "user" as const, content: prompt },
        ],
        responseFormat: {
          type: "json_schema" as const,
          jsonSchema: { name: "facts", strict: true, schemaDefinition: schema },
        },
      };
      const { choices, usage } = await callMistral(
        async (call) => {
          const { chat } = await client(call.signal);
          used.calls += 1;
          return chat.complete(request, call).catch((error: unknown) => {
            // What was never answered may have been read, and paid for, all the same.
            if (typeof Object(error).statusCode !== "number") used.inputTokens += tokens;
            throw error;
          });
        },
        {
          retries: 0,
          timeoutMs,
          signal,
          code: "EXTRACTOR_FAILED",
          model,
          details: (failure) => (isAboutText(failure) ? { permanent: true } : {}),
        },
      );
      return {
        answer: textOf(choices[0]?.message?.content),
        inputTokens: usage.promptTokens,
        outputTokens: usage.completionTokens,
        truncated: choices[0]?.finishReason === "length",
      };
    },
  });
}
