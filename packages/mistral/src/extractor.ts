import {
  askedEntities,
  checkOptions,
  type EntityExtractor,
  namesOf,
  SouvenirError,
  textOf,
} from "@souvenir/core";
import type { RetryOptions } from "@souvenir/core/provider";
import { type ClientOptions, clientOfCall, connectionNames } from "./client.ts";
import { callMistral, isAboutText } from "./failure.ts";

/** Which model finds entities, and how it is asked. */
export interface MistralExtractorOptions extends ClientOptions<"chat">, RetryOptions {
  /** Default `ministral-8b-latest`. */
  model?: string;
  /** The types that entities may have, each with what it means. Default: those of the offline extractor. */
  types?: Readonly<Record<string, string>>;
  /** Entities of one text at most, 1 to 200. Default 50. */
  maxEntities?: number;
}

const optionNames = namesOf<MistralExtractorOptions>({
  model: true,
  types: true,
  maxEntities: true,
  ...connectionNames,
});
/**
 * Finds entities with a Mistral model and structured output, also one that thinks first. Each name must stand in the
 * text, so that nothing is invented. Core runs it from the queue, after the write.
 * @throws SouvenirError `extract` rejects with `INVALID_INPUT` without a key, and with `EXTRACTOR_FAILED` when the
 * model fails or answers with something else than the schema asks for.
 */
export function mistralExtractor(options: MistralExtractorOptions = {}): EntityExtractor {
  checkOptions(options, "mistralExtractor()", optionNames);
  const { model = "ministral-8b-latest", types, maxEntities } = options;
  const asked = askedEntities({ types, maxEntities });
  const client = clientOfCall(options, "mistralExtractor()");
  const request = (content: string) => ({
    model,
    temperature: 0,
    maxTokens: 8_000,
    messages: [
      { role: "system" as const, content: asked.instructions },
      { role: "user" as const, content },
    ],
    responseFormat: {
      type: "json_schema" as const,
      jsonSchema: { name: "entities", strict: true, schemaDefinition: asked.schema },
    },
  });

  return {
    id: `mistral:${model}:${asked.types.join(",")}`,
    async extract(text, { signal }) {
      const { choices } = await callMistral(
        async (call) => (await client(call.signal)).chat.complete(request(text), call),
        {
          ...options,
          signal,
          code: "EXTRACTOR_FAILED",
          model,
          details: (failure) => (isAboutText(failure) ? { permanent: true } : {}),
        },
      );
      const entities = asked.read(textOf(choices[0]?.message?.content), text);
      if (entities !== undefined) return entities;
      throw new SouvenirError(
        "EXTRACTOR_FAILED",
        `Mistral model "${model}" did not answer with the JSON that was asked for`,
        { details: { model } },
      );
    },
  };
}
