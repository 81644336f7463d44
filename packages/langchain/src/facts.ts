import type { BaseMessageLike } from "@langchain/core/messages";
import {
  askedFacts,
  checkOptions,
  estimateTokens,
  type FactExtractor,
  namesOf,
  SouvenirError,
} from "@souvenir/core";

/** What is needed of a LangChain chat model. */
export interface FactChatModel {
  withStructuredOutput(
    schema: Record<string, unknown>,
    config: { name: string; includeRaw: true },
  ): {
    invoke(
      input: BaseMessageLike[],
      options: { tags: string[]; callbacks: []; signal: AbortSignal },
    ): Promise<{ raw: unknown; parsed: unknown }>;
  };
}

export interface LangchainFactsOptions {
  /** Names the model. Default: from the class and the model. */
  id?: string;
}

const optionNames = namesOf<LangchainFactsOptions>({ id: true });

/**
 * Finds facts with any LangChain chat model that has structured output: `createMemory({ facts: { extractor:
 * langchainFacts(model) } })`. Its tokens never reach a user's stream. How long an answer may be is for the model's own
 * options: give it a `maxTokens`.
 * @throws SouvenirError `INVALID_INPUT` for a model that is not one. `extract` rejects with `EXTRACTOR_FAILED` for an
 * answer of another shape, and with the model's own error otherwise.
 */
export function langchainFacts(model: FactChatModel, options: LangchainFactsOptions = {}): FactExtractor {
  checkOptions(options, "langchainFacts", optionNames);
  if (typeof model?.withStructuredOutput !== "function")
    throw new SouvenirError("INVALID_INPUT", "langchainFacts: expected a chat model with structured output");
  const { model: name } = model as { model?: unknown };
  const id =
    options.id ??
    ["langchain", model.constructor.name, ...(typeof name === "string" ? [name] : [])].join(":");
  const structured = model.withStructuredOutput(askedFacts.schema, { name: "facts", includeRaw: true });
  const usage = { calls: 0, inputTokens: 0, outputTokens: 0 };
  return {
    id,
    get usage() {
      return { ...usage };
    },
    async extract(window, { signal }) {
      const prompt = askedFacts.prompt(window);
      const messages: BaseMessageLike[] = [
        ["system", askedFacts.instructions],
        ["human", prompt],
      ];
      usage.calls += 1;
      // The queue may run inside of an agent's run, whose stream is the user's.
      const { raw, parsed } = await structured.invoke(messages, {
        tags: ["nostream"],
        callbacks: [],
        signal,
      });
      const { input_tokens: input, output_tokens: output } = Object(Object(raw).usage_metadata);
      // A model that does not tell: as much as it was asked.
      usage.inputTokens += Number(input) || estimateTokens(askedFacts.instructions + prompt);
      usage.outputTokens += Number(output) || 0;
      const proposals = askedFacts.read(parsed);
      if (proposals !== undefined) return proposals;
      throw new SouvenirError("EXTRACTOR_FAILED", `"${id}" did not answer with a list of facts`, {
        details: { extractor: id, permanent: true },
      });
    },
  };
}
