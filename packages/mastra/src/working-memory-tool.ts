import type { MemoryConfigInternal } from "@mastra/core/memory";
import type { Memory } from "@mastra/memory";
import { retryConflicts } from "@souvenir/core";
import type { AnyTool } from "./memory-tools.ts";
import { seenWorkingMemory } from "./seen-working-memory.ts";
import { mergeWorkingMemory } from "./working-memory.ts";

/** By both ways to deliver working memory. */
const names = ["updateWorkingMemory", "setWorkingMemory"];

/** Makes Mastra's tool of working memory merge its updates into what is known, one update after another. */
export class MergedUpdates {
  readonly #memory: Memory;
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Replaces the tool among others. With a schema, Mastra's own merges. */
  applyTo(tools: Record<string, AnyTool>, call: MemoryConfigInternal | undefined): void {
    if (this.#memory.getMergedThreadConfig(call).workingMemory?.schema !== undefined) return;
    for (const name of names) {
      const tool = tools[name];
      if (tool?.execute !== undefined)
        tools[name] = Object.assign(Object.create(Object.getPrototypeOf(tool)), tool, {
          execute: this.#merging(tool.execute, call),
        });
    }
  }

  #merging(
    execute: NonNullable<AnyTool["execute"]>,
    call: MemoryConfigInternal | undefined,
  ): NonNullable<AnyTool["execute"]> {
    return (input, context) => {
      const { threadId, resourceId } = context.agent ?? {};
      if (typeof input?.memory !== "string" || threadId === undefined) return execute(input, context);
      const scope = this.#memory.getMergedThreadConfig(call).workingMemory?.scope ?? "resource";
      // One after another here; of what other processes write in between, Souvenir's storage tells.
      return this.#oneByOne(`${scope} ${scope === "resource" ? resourceId : threadId}`, () =>
        retryConflicts(async () => {
          const { stored, template } = await this.#known(threadId, resourceId, call);
          const memory = mergeWorkingMemory(stored ?? template, input.memory);
          return seenWorkingMemory.run({ text: stored }, () => execute({ ...input, memory }, context));
        }),
      );
    };
  }

  /** What is known, and the template, whose fields are there to be filled. */
  async #known(
    threadId: string,
    resourceId: string | undefined,
    call: MemoryConfigInternal | undefined,
  ): Promise<{ stored: string | null; template: string }> {
    const config = call === undefined ? {} : { memoryConfig: call };
    const scope = { threadId, ...(resourceId === undefined ? {} : { resourceId }), ...config };
    const stored = await this.#memory.getWorkingMemory(scope);
    const template = (await this.#memory.getWorkingMemoryTemplate(config))?.content;
    return { stored, template: typeof template === "string" ? template : "" };
  }

  async #oneByOne<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const turn = (this.#running.get(key) ?? Promise.resolve()).then(work, work);
    this.#running.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#running.get(key) === turn) this.#running.delete(key);
    }
  }
}
