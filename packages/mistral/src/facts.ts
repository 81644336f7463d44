import {
  askedFacts,
  checkOptions,
  estimateTokens,
  type FactExtractor,
  namesOf,
  SouvenirError,
  textOf,
} from "@souvenir/core";
import { type ClientOptions, clientOfCall } from "./client.ts";
import { callMistral, isAboutText } from "./failure.ts";

export interface MistralFactsOptions extends ClientOptions<"chat"> {
  /** Default `mistral-small-latest`. */
  model?: string;
  /** Milliseconds for one answer. Default 60000. What fails is asked again by core, later and within its budget. */
  timeoutMs?: number;
  /** Tokens of an answer at most, 500 to 32000. Default 4000. */
  maxAnswerTokens?: number;
}

const optionNames = namesOf<MistralFactsOptions>({
  model: true,
  timeoutMs: true,
  maxAnswerTokens: true,
  client: true,
  apiKey: true,
  serverURL: true,
});
/** The same for all conversations and users: it names the prompt's beginning, which has nothing of theirs. */
const promptCacheKey = "souvenir-facts-1";
const shortestAnswer = 500;

/**
 * Finds facts with a Mistral model and structured output. Core asks it in the background and disposes of what it proposes.
 * @throws SouvenirError `extract` rejects with `INVALID_INPUT` without a key, and with `EXTRACTOR_FAILED` when the model
 * fails, answers with something else than the schema asks for, or its answer is cut off.
 */
export function mistralFacts(options: MistralFactsOptions = {}): FactExtractor {
  checkOptions(options, "mistralFacts()", optionNames);
  const { model = "mistral-small-latest", maxAnswerTokens = 4_000, timeoutMs = 60_000 } = options;
  if (!Number.isInteger(maxAnswerTokens) || maxAnswerTokens < shortestAnswer || maxAnswerTokens > 32_000)
    throw new SouvenirError(
      "INVALID_INPUT",
      `mistralFacts(): maxAnswerTokens: expected an integer from ${shortestAnswer} to 32000`,
    );
  const client = clientOfCall(options, "mistralFacts()");
  const usage = { calls: 0, inputTokens: 0, outputTokens: 0 };
  const about = (why: string) =>
    new SouvenirError("EXTRACTOR_FAILED", `Mistral model "${model}" ${why}`, {
      details: { model, permanent: true },
    });

  return {
    id: `mistral:${model}`,
    get usage() {
      return { ...usage };
    },
    async extract(window, { signal, maxTokens }) {
      const content = askedFacts.prompt(window);
      const question = estimateTokens(content) + instructionTokens;
      const maxAnswer = Math.min(maxAnswerTokens, maxTokens - question);
      if (maxAnswer < shortestAnswer)
        throw about(`is left ${maxTokens} tokens, which are too few for a question of ${question}`);
      const request = {
        model,
        temperature: 0,
        maxTokens: maxAnswer,
        promptCacheKey,
        messages: [
          { role: "system" as const, content: askedFacts.instructions },
          { role: "user" as const, content },
        ],
        responseFormat: {
          type: "json_schema" as const,
          jsonSchema: { name: "facts", strict: true, schemaDefinition: askedFacts.schema },
        },
      };
      const answer = await callMistral(
        async (call) => {
          const { chat } = await client(call.signal);
          usage.calls += 1;
          return chat.complete(request, call).catch((error: unknown) => {
            // What was never answered may have been read, and paid for, all the same.
            if (typeof Object(error).statusCode !== "number") usage.inputTokens += question;
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
      usage.inputTokens += answer.usage.promptTokens || question;
      usage.outputTokens += answer.usage.completionTokens ?? 0;
      const choice = answer.choices[0];
      if (choice?.finishReason === "length")
        throw about("answered with more than it may: the answer was cut off");
      const proposals = askedFacts.read(textOf(choice?.message?.content));
      if (proposals === undefined) throw about("did not answer with the JSON that was asked for");
      return proposals;
    },
  };
}

/** The schema is a part of the question too, for some models. */
const instructionTokens =
  estimateTokens(askedFacts.instructions) + estimateTokens(JSON.stringify(askedFacts.schema));
