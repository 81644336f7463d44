import type { BaseMessageLike } from "@langchain/core/messages";
import {
  type AskedEntitiesOptions,
  askedEntities,
  checkOptions,
  type EntityExtractor,
  given,
  namesOf,
  SouvenirError,
} from "@souvenir/core";

/** What is needed of a LangChain chat model. */
export interface StructuredChatModel {
  withStructuredOutput(
    schema: Record<string, unknown>,
    config?: { name?: string },
  ): {
    invoke(
      input: BaseMessageLike[],
      options?: { tags?: string[]; callbacks?: []; signal?: AbortSignal },
    ): Promise<unknown>;
  };
}

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
  if (typeof model?.withStructuredOutput !== "function")
    throw new SouvenirError(
      "INVALID_INPUT",
      "langchainExtractor: expected a chat model with structured output",
    );
  const { types, instructions, schema, read } = askedEntities(options);
  const { model: name } = model as { model?: unknown };
  const names = [model.constructor.name, ...(typeof name === "string" ? [name] : []), types.join(",")];
  const id = options.id ?? `langchain:${names.join(":")}`;
  const structured = model.withStructuredOutput(schema, { name: "entities" });
  return {
    id,
    async extract(text, { signal }) {
      const messages: BaseMessageLike[] = [
        ["system", instructions],
        ["human", text],
      ];
      // The queue may run inside of an agent's run, whose stream is the user's.
      const quiet = { tags: ["nostream"], callbacks: [] as [] };
      const answer = await structured.invoke(messages, { ...quiet, ...given({ signal }) });
      const entities = read(answer, text);
      if (entities !== undefined) return entities;
      throw new SouvenirError("EXTRACTOR_FAILED", `"${id}" did not answer with a list of entities`, {
        details: { extractor: id },
      });
    },
  };
}
