import type { MemoryConfig } from "@mastra/core/memory";
import { checkOptions, namesOf } from "@souvenir/core";
import { AgentRecall, type AgentRecallOptions, recallOptionNames } from "./agent-recall.ts";
import { RecallProcessor, type RunOptions } from "./recall-processor.ts";
import { type RecallSettings, recallSettings, type SemanticRecallConfig } from "./recall-settings.ts";
import type { Recall } from "./turn-recall.ts";

/** What a processor recalls for an agent. */
export interface SouvenirRecallOptions
  extends AgentRecallOptions,
    Partial<Omit<RecallSettings, "messageRange">> {
  /** `true`: recalls and keeps nothing. Default false. */
  readOnly?: boolean;
}

const optionNames = namesOf<SouvenirRecallOptions>({
  ...recallOptionNames,
  topK: true,
  scope: true,
  threshold: true,
  filter: true,
  readOnly: true,
});

/**
 * Recall for an agent that keeps its history elsewhere, or not at all: `inputProcessors: [recall]` finds what matters
 * before a run, `outputProcessors: [recall]` keeps what was said after it. Thread and resource are those of the call,
 * `agent.generate(text, { memory: { thread, resource } })`; without both there is no memory.
 *
 * `readOnly` and `semanticRecall` of a call are honoured, but for `messageRange`: only what is found is recalled, because
 * the messages around it are elsewhere. An agent with a `SouvenirMemory` has all this already.
 */
export class SouvenirRecall extends RecallProcessor {
  readonly #recall: AgentRecall;

  /** @throws SouvenirError `INVALID_INPUT` */
  constructor(options: SouvenirRecallOptions = {}) {
    checkOptions(options, "SouvenirRecall", optionNames);
    const { topK, scope, threshold, filter, readOnly = false } = options;
    const recall = new AgentRecall(options);
    const given = Object.entries({ topK, scope, threshold, filter }).filter(
      ([, value]) => value !== undefined,
    );
    const optionsOf = (call: MemoryConfig | undefined): RunOptions => {
      const settings = recallSettings(merged(Object.fromEntries(given), call?.semanticRecall));
      return { recall: settings, store: !readOnly && call?.readOnly !== true };
    };
    super({ recall, optionsOf });
    this.#recall = recall;
    // Validates what every run will use.
    optionsOf(undefined);
  }

  /** What the last turn recalled, and why; of one thread when it is named. Of the last 1000 threads. */
  lastRecall(of?: { resourceId: string; threadId: string }): Recall | undefined {
    return this.#recall.lastRecall(of);
  }

  /** Resolves when everything that was said is embedded, as far as the provider takes it. */
  async settled(limits: { timeoutMs?: number } = {}): Promise<void> {
    await this.#recall.settled(limits);
  }

  /** Closes the memory if it was opened here; one that was given stays open. */
  async close(): Promise<void> {
    await this.#recall.memory.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function merged(own: object, call: SemanticRecallConfig): SemanticRecallConfig {
  if (call === false) return false;
  return { topK: 4, messageRange: 0, ...own, ...(call === true ? {} : call) };
}
