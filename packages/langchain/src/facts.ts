import { checkOptions, type FactExtractor, factsByModel, namesOf } from "@souvenir/core";
import { askStructured, checkModel, modelName, type StructuredChatModel } from "./structured.ts";

/** How a model is asked for facts. */
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
export function langchainFacts(
  model: StructuredChatModel,
  options: LangchainFactsOptions = {},
): FactExtractor {
  checkOptions(options, "langchainFacts", optionNames);
  checkModel(model, "langchainFacts");
  const { id = modelName(model) } = options;
  return factsByModel({
    id,
    name: `"${id}"`,
    where: "langchainFacts",
    async ask(question, used) {
      used.calls += 1;
      const { raw, parsed } = await askStructured(model, "facts", question);
      const { input_tokens: inputTokens, output_tokens: outputTokens } = Object(Object(raw).usage_metadata);
      return { answer: parsed, inputTokens, outputTokens };
    },
  });
}
