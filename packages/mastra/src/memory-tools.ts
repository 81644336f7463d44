import { createTool, type ToolAction } from "@mastra/core/tools";
import {
  type MemoryRecord,
  type MemoryToolName,
  memoryToolSet,
  recallBlock,
  SouvenirError,
  type ToolMemory,
} from "@souvenir/core";
import type { AgentRecall } from "./messages/agent-recall.ts";
import { messageIdOf } from "./messages/message-memory.ts";
import type { ThreadIndex } from "./messages/thread-index.ts";
import { namespaceOf } from "./resources.ts";

/** A tool as `Memory.listTools()` gives it. */
// biome-ignore lint/suspicious/noExplicitAny: Mastra's own type of a tool of any input.
export type AnyTool = ToolAction<any, any, any>;

export interface MemoryToolsParts {
  recall: AgentRecall;
  /** Knows which of the messages that are found the storage still holds. */
  index: ThreadIndex;
  /** Erases messages, in the index and in the storage. */
  deleteMessages: (ids: string[]) => Promise<void>;
}

/**
 * The tools of core for Mastra's agents, those that were asked for: of the resource that the agent speaks with, never of
 * one that the model names. They never throw.
 * @throws SouvenirError `INVALID_INPUT` for a name that is none
 */
export function memoryTools(
  wanted: boolean | readonly MemoryToolName[],
  parts: MemoryToolsParts,
): Record<string, AnyTool> {
  const all = memoryToolSet.map(({ name }) => name);
  const names = wanted === true ? all : wanted === false ? [] : wanted;
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new SouvenirError("INVALID_INPUT", `tools: there are ${all.join(", ")}`);
  const chosen = memoryToolSet.filter(({ name }) => names.includes(name));
  return Object.fromEntries(chosen.map((tool) => [tool.name, toolOf(tool, parts)]));
}

function toolOf(tool: (typeof memoryToolSet)[number], parts: MemoryToolsParts): AnyTool {
  return createTool({
    id: tool.name,
    description: tool.description,
    inputSchema: tool.inputSchema as NonNullable<AnyTool["inputSchema"]>,
    requireApproval: tool.needsApproval,
    execute: async (input, { agent, abortSignal }) => {
      const { resourceId, threadId: thread } = agent ?? {};
      if (!resourceId) return "There is no memory without a resource. Go on without it.";
      const { text } = await tool.run({
        memory: memoryOf(resourceId, parts),
        namespace: namespaceOf(resourceId),
        thread,
        input,
        signal: abortSignal,
        onError: (error) => parts.recall.report(error, { stage: "tool", resourceId, threadId: thread }),
      });
      return text;
    },
  }) as AnyTool;
}

/** The memory of a resource, as far as the storage still holds its messages; what is erased in it is erased there too. */
function memoryOf(resourceId: string, { recall, index, deleteMessages }: MemoryToolsParts): ToolMemory {
  const { messages } = recall;
  const open = () => recall.memory.open();
  return {
    get: async (input) => (await open()).get(input),
    set: async (input) => (await open()).set(input),
    pin: async (input) => (await open()).pin(input),
    unpin: async (input) => (await open()).unpin(input),
    async recall({ query, limit = 8, tokenBudget = 1_000, signal }) {
      const { hits, degraded } = await messages.search({
        resourceId,
        query,
        limit,
        signal,
        held: (found) => index.held(resourceId, found),
      });
      return {
        ...recallBlock(
          hits.map(({ hit }) => hit),
          tokenBudget,
        ),
        degraded,
      };
    },
    async list(input) {
      const { records, ...rest } = await (await open()).list(input);
      const shown = await index.held(
        resourceId,
        records.map((hit) => ({ id: messageIdOf(hit), hit })),
      );
      return { records: shown.map(({ hit }) => hit), ...rest };
    },
    async delete(input) {
      const memory = await open();
      const keys = "keys" in input ? input.keys : "key" in input ? [input.key] : [];
      const records: MemoryRecord[] = [];
      for (const key of keys) {
        const record = await memory.get({ namespace: input.namespace, key });
        if (record !== undefined && messages.isStored(record)) records.push(record);
      }
      // The index first: it says whether this is what was meant.
      const deleted = await memory.delete(input);
      if (deleted.deleted > 0 && records.length > 0)
        await deleteMessages([...new Set(records.map(messageIdOf))]);
      return deleted;
    },
  };
}
