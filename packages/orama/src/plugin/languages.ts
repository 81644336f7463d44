import { languages } from "../languages/index.ts";
import { PluginError } from "./plugin-error.ts";

/** Languages that Orama names and that are not known here: their words are matched as they are, or as those of others. */
const unknown = { bulgarian: "bg", sanskrit: "sa", serbian: "sr", slovenian: "sl" };
const codes: ReadonlyMap<string, string> = new Map([
  ...languages.map(({ name, code }) => [name, code] as const),
  ...Object.entries(unknown),
]);
const known: ReadonlySet<string> = new Set(codes.values());

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
