import type { Tokenizer } from "@orama/orama";
import { tokenize } from "../text/tokenizer.ts";
import { languageCode } from "./languages.ts";

/**
 * The tokenizer of this package as a `tokenizer` component of Orama, for any index. It keeps no cache of what it has seen
 * under `normalizationCache`, so the memory of a server does not grow with the queries.
 *
 * @param options `language`: as ISO 639-1 code or as Orama names it. Default: detected for each text.
 */
export function createTokenizer(options: { language?: string | undefined } = {}): Tokenizer {
  return {
    language: options.language ?? "english",
    normalizationCache: new Map(),
    tokenize: (raw, language) =>
      typeof raw === "string"
        ? tokenize(raw, { language: languageCode(options.language ?? language) })
        : [raw],
  };
}
