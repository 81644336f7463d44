import type { Language } from "../text/language.ts";

/** Languages as Orama names them. Serbian, Slovenian, Bulgarian and Sanskrit have no stemmer here. */
const codes: ReadonlyMap<string, Language> = new Map<string, Language>([
  ["arabic", "ar"],
  ["armenian", "hy"],
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
  ["spanish", "es"],
  ["swedish", "sv"],
  ["tamil", "ta"],
  ["turkish", "tr"],
  ["ukrainian", "uk"],
]);

/** ISO 639-1 code of a language that is given as a code or as Orama names it. */
export function languageCode(language: string | undefined): string | undefined {
  return language === undefined ? undefined : (codes.get(language.toLowerCase()) ?? language);
}
