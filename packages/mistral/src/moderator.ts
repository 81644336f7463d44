import { checkInteger, checkOptions, type Moderator, namesOf, SouvenirError } from "@souvenir/core";
import type { RetryOptions } from "@souvenir/core/provider";
import { type ClientOptions, clientOfCall, connectionNames } from "./client.ts";
import { callMistral, isAboutText } from "./failure.ts";

/** Which model judges, for what, and how it is asked. */
export interface MistralModeratorOptions extends ClientOptions<"classifiers">, RetryOptions {
  /** Default `mistral-moderation-latest`. */
  model?: string;
  /**
   * Categories that count, as the API names them. Default: all but `pii`, `health`, `financial` and `law`, which are what
   * people tell an assistant of themselves.
   */
  categories?: readonly string[];
  /** Texts in one request, 1 to 512. Default 16. */
  maxBatch?: number;
}

const optionNames = namesOf<MistralModeratorOptions>({
  model: true,
  categories: true,
  maxBatch: true,
  ...connectionNames,
});
const everyday: ReadonlySet<string> = new Set(["pii", "health", "financial", "law"]);

/**
 * Has Mistral's moderation judge what a memory keeps: `createMemory({ safety: { moderator: mistralModerator() } })`. Core
 * asks it from the queue, after the write.
 * @throws SouvenirError `INVALID_INPUT`; `moderate` rejects with `INVALID_INPUT` without a key, and with `MODERATOR_FAILED`
 * when the model fails or answers with something else than a judgement for each text.
 */
export function mistralModerator(options: MistralModeratorOptions = {}): Moderator {
  checkOptions(options, "mistralModerator()", optionNames);
  const { model = "mistral-moderation-latest", categories } = options;
  const isList = categories === undefined || (Array.isArray(categories) && categories.length > 0);
  if (!isList || categories?.some((name) => typeof name !== "string" || name === ""))
    throw new SouvenirError(
      "INVALID_INPUT",
      'mistralModerator(): categories: expected names as in ["selfharm"]; leave it out for the usual ones',
    );
  const wanted = categories === undefined ? undefined : new Set(categories);
  const client = clientOfCall(options, "mistralModerator()");

  return {
    id: `mistral:${model}${wanted === undefined ? "" : `:${[...wanted].sort().join(",")}`}`,
    maxBatch: checkInteger(options.maxBatch ?? 16, "maxBatch", 1, 512),
    async moderate(texts, { signal }) {
      const { results } = await callMistral(
        async (call) => {
          const { classifiers } = await client(call.signal);
          return classifiers.moderate({ model, inputs: [...texts] }, call);
        },
        {
          ...options,
          signal,
          code: "MODERATOR_FAILED",
          model,
          details: (failure) => (isAboutText(failure) && texts.length === 1 ? { permanent: true } : {}),
        },
      );
      // Results have no number: fewer or more of them could be of any text.
      if (results.length !== texts.length || results.some((each) => each.categories === undefined))
        throw new SouvenirError(
          "MODERATOR_FAILED",
          `Mistral model "${model}" did not judge each of ${texts.length} texts`,
          { details: { model, texts: texts.length, results: results.length } },
        );
      return results.map(({ categories: judged = {} }) =>
        Object.entries(judged).flatMap(([name, isFlagged]) =>
          isFlagged && (wanted === undefined ? !everyday.has(name) : wanted.has(name)) ? [name] : [],
        ),
      );
    },
  };
}
