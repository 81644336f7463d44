import { latinLanguages, otherLanguages } from "../text/language.ts";
import { PluginError } from "./plugin-error.ts";

/**
 * Languages as Orama names them. Serbian, Slovenian, Bulgarian and Sanskrit have no stemmer here: their words are matched
 * as they are, or as the text shows itself to be of another language.
 */
const codes: ReadonlyMap<string, string> = new Map([
  ["arabic", "ar"],
  ["armenian", "hy"],
  ["bulgarian", "bg"],
  ["czech", "cs"],
  ["danish", "da"],
  ["dutch", "nl"],
  ["english", "en"],
  ["finnish", "fi"],
  ["french", "fr"],
  ["german", "de"],
  ["greek", "el"],
  ["hungarian", "hu"],
  ["indian", "hi"],
  ["indonesian", "id"],
  ["irish", "ga"],
  ["italian", "it"],
  ["lithuanian", "lt"],
  ["nepali", "ne"],
  ["norwegian", "no"],
  ["portuguese", "pt"],
  ["romanian", "ro"],
  ["russian", "ru"],
  ["sanskrit", "sa"],
  ["serbian", "sr"],
  ["slovenian", "sl"],
  ["spanish", "es"],
  ["swedish", "sv"],
  ["tamil", "ta"],
  ["turkish", "tr"],
  ["ukrainian", "uk"],
]);

const known: ReadonlySet<string> = new Set([...codes.values(), ...latinLanguages, ...otherLanguages]);

/**
 * ISO 639-1 code of a language that is given as a code or as Orama names it.
 * @throws PluginError `LANGUAGE_NOT_SUPPORTED`, as Orama does.
 */
export function languageCode(language: string | undefined): string | undefined {
  if (language === undefined) return undefined;
  const code = codes.get(language.toLowerCase()) ?? language.toLowerCase();
  if (known.has(code)) return code;
  throw new PluginError(
    "LANGUAGE_NOT_SUPPORTED",
    `Language "${language}" is not supported. Supported languages are: ${[...codes.keys(), ...known].join(", ")}.`,
  );
}
