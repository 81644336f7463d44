import { optionNames } from "../option-names.ts";
import { checkInteger, checkObject, checkOptions, invalid } from "../validation.ts";
import type { FactOptions } from "./fact-extractor.ts";

/** @throws SouvenirError `INVALID_INPUT` */
export function checkFactOptions(given: FactOptions): FactOptions {
  checkOptions(given, "facts", optionNames.factOptions);
  const { extractor, tokensPerDay, idleMs, windowTokens } = given;
  checkObject(extractor, "facts.extractor");
  if (typeof extractor.extract !== "function")
    throw invalid("facts.extractor", "a FactExtractor, such as mistralFacts()", extractor);
  if (typeof extractor.id !== "string" || extractor.id === "")
    throw invalid("facts.extractor.id", "a name", extractor.id);
  checkObject(extractor.usage, "facts.extractor.usage");
  if (tokensPerDay !== undefined)
    checkInteger(tokensPerDay, "facts.tokensPerDay", 0, Number.MAX_SAFE_INTEGER);
  if (idleMs !== undefined) checkInteger(idleMs, "facts.idleMs", 0, 30 * 86_400_000);
  if (windowTokens !== undefined) checkInteger(windowTokens, "facts.windowTokens", 100, 100_000);
  return given;
}
