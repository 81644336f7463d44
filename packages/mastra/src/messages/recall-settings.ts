import type { MemoryConfig } from "@mastra/core/memory";
import { SouvenirError } from "@souvenir/core";
import { metadataFilter } from "../vector/filter.ts";

export type SemanticRecallConfig = MemoryConfig["semanticRecall"];
type Settings = Exclude<SemanticRecallConfig, boolean | undefined>;

/** Mastra's `semanticRecall` with its defaults. */
export interface RecallSettings {
  /** Messages that are found, at most, 1 to 100. Default 4. */
  topK: number;
  /** Messages of the same thread around each that is found. Default 1 and 1. */
  messageRange: { before: number; after: number };
  /** Threads that are searched: those of the resource, or the running one. Default `resource`. */
  scope: "resource" | "thread";
  /**
   * Score that a message needs, 0 to 1. Default: the floor of the memory's ranking. It is a score of Souvenir, of words,
   * names and vectors together, and no cosine: what was tuned for another store needs to be looked at again.
   */
  threshold?: number;
  /**
   * In Mastra's filter language, on the metadata of messages and of their threads, and on `message_id`, `thread_id`,
   * `resource_id`, `role` and `created_at`.
   */
  filter?: NonNullable<Settings["filter"]>;
}

/**
 * What `semanticRecall` asks for, `undefined` when it is off.
 * @throws SouvenirError `INVALID_INPUT` for a value out of range, and for options that mean nothing here
 */
export function recallSettings(config: SemanticRecallConfig): RecallSettings | undefined {
  if (config === undefined || config === false) return undefined;
  const given: Partial<Settings> = config === true ? {} : config;
  for (const name of ["indexName", "indexConfig"] as const)
    if (given[name] !== undefined)
      throw invalid(name, "leave it out: the memory has one index for each resource and tunes it itself");
  const { topK = 4, messageRange = 1, scope = "resource", threshold, filter } = given;
  const range =
    typeof messageRange === "number" ? { before: messageRange, after: messageRange } : { ...messageRange };
  checkInteger("topK", topK, 1, 100);
  checkInteger("messageRange", range.before, 0, 100);
  checkInteger("messageRange", range.after, 0, 100);
  if (scope !== "resource" && scope !== "thread") throw invalid("scope", 'expected "resource" or "thread"');
  if (threshold !== undefined && !(threshold >= 0 && threshold <= 1))
    throw invalid("threshold", "expected a score from 0 to 1");
  metadataFilter(filter);
  return {
    topK,
    messageRange: range,
    scope,
    ...(threshold === undefined ? {} : { threshold }),
    ...(filter === undefined || filter === null ? {} : { filter }),
  };
}

function checkInteger(name: string, value: unknown, least: number, most: number): void {
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most)
    throw invalid(name, `expected a whole number from ${least} to ${most}`);
}

function invalid(name: string, what: string): SouvenirError {
  return new SouvenirError("INVALID_INPUT", `semanticRecall.${name}: ${what}`, { details: { option: name } });
}
