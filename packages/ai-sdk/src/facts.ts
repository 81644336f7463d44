import {
  askedFacts,
  checkOptions,
  estimateTokens,
  type FactExtractor,
  namesOf,
  SouvenirError,
} from "@souvenir/core";

/** What is used of a language model of the AI SDK, of any version of the specification. */
export interface FactLanguageModel {
  readonly provider: string;
  readonly modelId: string;
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

export interface AiSdkFactsOptions {
  /** Tokens of an answer at most, 500 to 32000. Default 4000. */
  maxAnswerTokens?: number;
}

const optionNames = namesOf<AiSdkFactsOptions>({ maxAnswerTokens: true });
const shortestAnswer = 500;

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
  const { maxAnswerTokens = 4_000 } = options;
  if (!Number.isInteger(maxAnswerTokens) || maxAnswerTokens < shortestAnswer || maxAnswerTokens > 32_000)
    throw new SouvenirError(
      "INVALID_INPUT",
      `aiSdkFacts: maxAnswerTokens: expected an integer from ${shortestAnswer} to 32000`,
    );
  const id = `ai-sdk:${model.provider}:${model.modelId}`;
  const usage = { calls: 0, inputTokens: 0, outputTokens: 0 };
  const about = (why: string) =>
    new SouvenirError("EXTRACTOR_FAILED", `${model.provider} ${model.modelId} ${why}`, {
      details: { extractor: id, permanent: true },
    });
  return {
    id,
    get usage() {
      return { ...usage };
    },
    async extract(window, { signal, maxTokens }) {
      const prompt = askedFacts.prompt(window);
      const question = estimateTokens(askedFacts.instructions + JSON.stringify(askedFacts.schema) + prompt);
      const maxOutputTokens = Math.min(maxAnswerTokens, maxTokens - question);
      if (maxOutputTokens < shortestAnswer)
        throw about(`is left ${maxTokens} tokens, which are too few for a question of ${question}`);
      usage.calls += 1;
      const answer = await model.doGenerate({
        prompt: [
          { role: "system", content: askedFacts.instructions },
          { role: "user", content: [{ type: "text", text: prompt }] },
        ],
        responseFormat: { type: "json", schema: askedFacts.schema, name: "facts" },
        maxOutputTokens,
        temperature: 0,
        abortSignal: signal,
      });
      const { inputTokens, outputTokens } = Object(answer.usage) as Record<string, unknown>;
      usage.inputTokens += countOf(inputTokens) || question;
      usage.outputTokens += countOf(outputTokens);
      const { finishReason } = answer;
      const ended = typeof finishReason === "string" ? finishReason : Object(finishReason).unified;
      if (ended === "length") throw about("answered with more than it may: the answer was cut off");
      const parts = Array.isArray(answer.content)
        ? (answer.content as { type?: unknown; text?: unknown }[])
        : [];
      const text = parts.flatMap((part) => (part.type === "text" ? [String(part.text)] : [])).join("");
      const proposals = askedFacts.read(text);
      if (proposals === undefined) throw about("did not answer with the JSON that was asked for");
      return proposals;
    },
  };
}

/** Later versions of the specification tell how the tokens are made up. */
function countOf(tokens: unknown): number {
  const total: unknown = typeof tokens === "number" ? tokens : Object(tokens).total;
  return typeof total === "number" && total > 0 ? total : 0;
}
