import type { MastraCompositeStore } from "@mastra/core/storage";
import type { Memory as MastraMemory } from "@mastra/memory";
import { type Memory, type MemoryToolName, SouvenirError } from "@souvenir/core";
import type { AgentRecallOptions } from "./messages/agent-recall.ts";

/** Of Mastra's own `Memory`, which does not export them. */
export type StockOptions = NonNullable<ConstructorParameters<typeof MastraMemory>[0]>;

/** Which memory an agent has, and what of it. */
export interface SouvenirMemoryOptions extends AgentRecallOptions {
  /** Default `Memory`, as with Mastra's own. */
  id?: string;
  /**
   * Threads, messages and working memory. Default: the one of the `Mastra` that owns the agent, else the file of the
   * memory. Mastra's stand-in for a storage that was not configured, which forgets everything, is not used.
   */
  storage?: MastraCompositeStore;
  /**
   * As for Mastra's `Memory`; semantic recall is on by default. Observational memory uses a Mistral model where none is
   * named.
   */
  options?: NonNullable<StockOptions["options"]>;
  /**
   * Tools for the agent: `true`, or names out of `remember`, `recall`, `list` and `forget`, which waits for approval. One
   * of Mastra's own with the same name goes first. Not offered where a call is `readOnly`. Default none.
   */
  tools?: boolean | readonly MemoryToolName[];
  /**
   * Updates of working memory in Markdown by the agent's tool change what they name and keep the rest. Default false:
   * an update replaces everything. (With a `schema`, Mastra itself merges.)
   */
  mergeWorkingMemory?: boolean;
}

/** Model of observational memory where none is named. */
const observer = "mistral/mistral-small-latest";

/** Mastra's options, with what is on by default here. */
export function withDefaults(options: NonNullable<StockOptions["options"]>): object {
  const { semanticRecall = { topK: 4, messageRange: 1, scope: "resource" } } = options;
  const { observationalMemory } = options as { observationalMemory?: boolean | Observing };
  return {
    ...options,
    semanticRecall,
    ...(observationalMemory === undefined ? {} : { observationalMemory: observed(observationalMemory) }),
  };
}

/** What is read of the options here; Mastra's own type, with its thousands of model names, is too much for a compiler. */
interface Observing {
  enabled?: boolean;
  model?: unknown;
  observation?: { model?: unknown };
  reflection?: { model?: unknown };
}

function observed(given: boolean | Observing): boolean | Observing {
  if (given === false) return false;
  if (given === true) return { model: observer };
  const { enabled, model, observation, reflection } = given;
  if (enabled === false || model !== undefined) return given;
  if (observation?.model === undefined && reflection?.model === undefined)
    return { ...given, model: observer };
  // One of the two is named: they may not stand beside a model for both.
  return {
    ...given,
    observation: { ...observation, model: observation?.model ?? observer },
    reflection: { ...reflection, model: reflection?.model ?? observer },
  };
}

/** The file that the storage shares with the memory. */
export function pathOf({ path, memory, storage }: SouvenirMemoryOptions): string | undefined {
  if (path !== undefined || memory === undefined) return path;
  const found = typeof memory === "object" ? (memory as Partial<Memory>).path : undefined;
  if (found === undefined && storage === undefined)
    throw new SouvenirError(
      "INVALID_INPUT",
      "this memory does not say in which file it is: pass the storage for threads and messages too, as storage or as path",
    );
  return found;
}

/** @throws SouvenirError `INVALID_INPUT` for what Mastra's `Memory` takes and this memory does not */
export function refuseForeign(options: object): void {
  for (const name of ["vector", "embedderOptions", "processors"])
    if ((options as Record<string, unknown>)[name] !== undefined)
      throw new SouvenirError("INVALID_INPUT", foreign(name), { details: { option: name } });
}

export function foreign(name: string): string {
  return `${name}: SouvenirMemory has its own index and embedder; leave it out (the embedder is the option "embedder" of the constructor), or use SouvenirVector behind Mastra's Memory`;
}
