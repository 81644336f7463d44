import {
  type AskedEntitiesOptions,
  askedEntities,
  checkOptions,
  type EntityExtractor,
  namesOf,
  SouvenirError,
} from "@souvenir/core";
import { askStructured, checkModel, modelName, type StructuredChatModel } from "./structured.ts";

/** How a model is asked for entities. */
export interface LangchainExtractorOptions extends AskedEntitiesOptions {
  /** Names the model and its instructions. Default: from the class, the model and the types. */
  id?: string;
}

const optionNames = namesOf<LangchainExtractorOptions>({ id: true, types: true, maxEntities: true });

/**
 * Finds entities with any LangChain chat model that has structured output. Each name must stand in the text, so that
 * nothing is invented. Core runs it from the queue, after the write; its tokens never reach a user's stream.
 * @throws SouvenirError `extract` rejects with `EXTRACTOR_FAILED` for an answer of another shape, and with the model's
 * own error otherwise.
 */
export function langchainExtractor(
  model: StructuredChatModel,
  options: LangchainExtractorOptions = {},
): EntityExtractor {
  checkOptions(options, "langchainExtractor", optionNames);
  checkModel(model, "langchainExtractor");
  const { types, read, ...asked } = askedEntities(options);
  const { id = modelName(model, types.join(",")) } = options;
  return {
    id,
    async extract(text, { signal }) {
      const { parsed } = await askStructured(model, "entities", { ...asked, prompt: text, signal });
      const entities = read(parsed, text);
      if (entities !== undefined) return entities;
      throw new SouvenirError("EXTRACTOR_FAILED", `"${id}" did not answer with a list of entities`, {
        details: { extractor: id },
      });
    },
  };
}
