import {
  checkOptions,
  type FactExtractor,
  factsByModel,
  namesOf,
  SouvenirError,
  textOf,
} from "@souvenir/core";

/** What is used of a language model of the AI SDK, of any version of the specification. */
export interface FactLanguageModel {
  readonly provider: string;
  readonly modelId: string;
  /** One answer of the model. */
  doGenerate(options: {
    prompt: (
      | { role: "system"; content: string }
      | { role: "user"; content: { type: "text"; text: string }[] }
    )[];
    responseFormat: { type: "json"; schema: Record<string, unknown>; name: string };
    maxOutputTokens: number;
    temperature: number;
    abortSignal: AbortSignal;
  }): PromiseLike<{ content: unknown; finishReason: unknown; usage: unknown }>;
}

/** How a model is asked for facts. */
export interface AiSdkFactsOptions {
  /** Tokens of an answer at most, 500 to 32000. Default 4000. */
  maxAnswerTokens?: number;
}

const optionNames = namesOf<AiSdkFactsOptions>({ maxAnswerTokens: true });

/**
 * Finds facts with any language model of the AI SDK that has structured output: `createMemory({ facts: { extractor:
 * aiSdkFacts(mistral("mistral-small-latest")) } })`.
 * @throws SouvenirError `INVALID_INPUT` for a model that is not one. `extract` rejects with `EXTRACTOR_FAILED` for an
 * answer of another shape or one that was cut off, and with the model's own error otherwise.
 */
export function aiSdkFacts(model: FactLanguageModel, options: AiSdkFactsOptions = {}): FactExtractor {
  checkOptions(options, "aiSdkFacts", optionNames);
  if (typeof model?.doGenerate !== "function")
    throw new SouvenirError(
      "INVALID_INPUT",
      'aiSdkFacts: expected a language model of the AI SDK, such as mistral("mistral-small-latest")',
    );
  return factsByModel({
    id: `ai-sdk:${model.provider}:${model.modelId}`,
    name: `${model.provider} ${model.modelId}`,
    where: "aiSdkFacts",
    ...options,
    async ask({ instructions, prompt, schema, maxAnswerTokens, signal }, used) {
      used.calls += 1;
      const { content, finishReason, usage } = await model.doGenerate({
        prompt: [
          { role: "system", content: instructions },
          { role: "user", content: [{ type: "text", text: prompt }] },
        ],
        responseFormat: { type: "json", schema, name: "facts" },
        maxOutputTokens: maxAnswerTokens,
        temperature: 0,
        abortSignal: signal,
      });
      // Later versions of the specification tell how tokens are made up, and have a reason of the provider's own.
      const { inputTokens, outputTokens } = Object(usage) as Record<string, unknown>;
      const total = (tokens: unknown): unknown => Object(tokens).total ?? tokens;
      return {
        answer: textOf(content),
        inputTokens: total(inputTokens),
        outputTokens: total(outputTokens),
        truncated: (Object(finishReason).unified ?? finishReason) === "length",
      };
    },
  });
}
