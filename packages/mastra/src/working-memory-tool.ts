import type { MemoryConfigInternal } from "@mastra/core/memory";
import type { Memory } from "@mastra/memory";
import type { AnyTool } from "./memory-tools.ts";
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
      return this.#oneByOne(`${scope} ${scope === "resource" ? resourceId : threadId}`, async () => {
        const memory = mergeWorkingMemory(await this.#known(threadId, resourceId, call), input.memory);
        return execute({ ...input, memory }, context);
      });
    };
  }

  /** What is known, or the template, so that its fields are there to be filled. */
  async #known(
    threadId: string,
    resourceId: string | undefined,
    call: MemoryConfigInternal | undefined,
  ): Promise<string> {
    const config = call === undefined ? {} : { memoryConfig: call };
    const scope = { threadId, ...(resourceId === undefined ? {} : { resourceId }), ...config };
    const known =
      (await this.#memory.getWorkingMemory(scope)) ??
      (await this.#memory.getWorkingMemoryTemplate(config))?.content;
    return typeof known === "string" ? known : "";
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
