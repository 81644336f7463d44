import { optionNames } from "../option-names.ts";
import type { FactMark } from "../store/fact-mark.ts";
import type { MemoryRecord } from "../types.ts";
import { checkInteger, checkOptions, checkText, invalid } from "../validation.ts";
import { keptFactTypes } from "./dispose.ts";
import type { FactSource, KeptFactType } from "./fact-extractor.ts";

const states: readonly unknown[] = ["active", "superseded", "proposed", "merged"];
/** Bytes of what names something, and of a quote. */
const longest = { name: 1_024, quote: 8_192 };
const mostSources = 64;

/**
 * What a fact of an export says of itself, and whether it is in no search; `undefined` for other memories.
 * @throws SouvenirError `INVALID_INPUT`
 */
export function readFact(given: Partial<MemoryRecord>): { fact: FactMark; isWithdrawn: boolean } | undefined {
  const { kind, subject, attribute, type, sources, origin, state = "active", mergedInto, run } = given;
  if (kind === undefined) return undefined;
  if (kind !== "fact") throw invalid("kind", '"fact", or no kind', kind);
  if (!keptFactTypes.includes(type as KeptFactType))
    throw invalid("type", `one of ${keptFactTypes.join(", ")}`, type);
  if (origin !== "stated" && origin !== "inferred") throw invalid("origin", "stated or inferred", origin);
  if (!states.includes(state)) throw invalid("state", `one of ${states.join(", ")}`, state);
  if ((state === "merged") !== (mergedInto !== undefined))
    throw invalid("mergedInto", "the key of another fact, of one that is merged", mergedInto);
  if (!Array.isArray(sources) || sources.length === 0 || sources.length > mostSources)
    throw invalid("sources", `1 to ${mostSources} memories that it rests on`, sources);
  return {
    isWithdrawn: type === "summary" || state === "proposed" || state === "merged",
    fact: {
      subject: checkText(subject, "subject", longest.name),
      ...(attribute === undefined ? {} : { attribute: checkText(attribute, "attribute", longest.name) }),
      ...{ type: type as KeptFactType, origin },
      run: checkText(run, "run", 2 * longest.name),
      sources: sources.map(readSource),
      ...(mergedInto === undefined ? {} : { mergedInto: checkText(mergedInto, "mergedInto", longest.name) }),
    },
  };
}

function readSource(given: unknown, place: number): FactSource {
  const where = `sources[${place}]`;
  const { key, version, quote, run } = checkOptions(given, where, optionNames.source);
  return {
    key: checkText(key, `${where}.key`, longest.name),
    version: checkInteger(version, `${where}.version`, 1, Number.MAX_SAFE_INTEGER),
    quote: checkText(quote, `${where}.quote`, longest.quote),
    ...(run === undefined ? {} : { run: checkText(run, `${where}.run`, 2 * longest.name) }),
  };
}
