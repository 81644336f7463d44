import { components, type Tokenizer } from "@orama/orama";
import { tokenize } from "../text/tokenizer.ts";
import { languageCode } from "./languages.ts";

/**
 * The tokenizer of this package as a `tokenizer` component of Orama, for any index. It keeps no cache of what it has seen
 * under `normalizationCache`, so the memory of a server does not grow with the queries.
 *
 * @param options `language`: as ISO 639-1 code or as Orama names it. Default: detected for each text.
 */
export function createTokenizer(options: { language?: string | undefined } = {}): Tokenizer {
  languageCode(options.language);
  const tokenizer: Tokenizer = {
    language: options.language ?? "english",
    normalizationCache: new Map(),
    tokenize: (raw, language) =>
      typeof raw === "string"
        ? tokenize(raw, { language: languageCode(options.language ?? language) })
        : [raw],
  };
  ours.add(tokenizer);
  return tokenizer;
}

const ours = new WeakSet<Tokenizer>();

/** What makes the words, when it is neither Orama's own nor that of this package. */
export function customTokenizer(tokenizer: Tokenizer): Tokenizer | undefined {
  const stock = (tokenizer as { normalizeToken?: unknown }).normalizeToken;
  return ours.has(tokenizer) || stock === components.tokenizer.normalizeToken ? undefined : tokenizer;
}

/** The string properties that Orama's own tokenizer was told to take as one word each. */
export function wholeProperties(tokenizer: Tokenizer): ReadonlySet<string> {
  const { tokenizeSkipProperties } = tokenizer as { tokenizeSkipProperties?: ReadonlySet<string> };
  return customTokenizer(tokenizer) === undefined ? (tokenizeSkipProperties ?? new Set()) : new Set();
}

/** The language of a database; `undefined` for `english`, which is also that of one for which none was said. */
export function fixedLanguage({ language }: Tokenizer): string | undefined {
  return language === "english" ? undefined : language;
}
