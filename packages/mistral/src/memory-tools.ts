import type { Mistral } from "@mistralai/mistralai";
import {
  checkOptions,
  memoryToolSet,
  namesOf,
  type OnError,
  SouvenirError,
  type ToolMemory,
} from "@souvenir/core";

/** Which tools a model is given, for whose memory. */
export interface MemoryToolsOptions {
  /** What the tools read and write: a memory, here or on a server. */
  memory: ToolMemory;
  /** Whose memory. A model never says it. */
  namespace: string;
  /** The running conversation: of two memories that matter alike, its own comes first. */
  thread?: string;
  /** Memories that `recall` finds when the model names no number, 1 to 50. Default 8. */
  limit?: number;
  /** Asks the user about a call of `forget`. Without it, nothing is erased, and the model is told to ask the user. */
  approve?: (call: MemoryToolCall) => boolean | Promise<boolean>;
  /** Told what failed for another reason than the model's input. Default: the first of each kind is a warning of the process. */
  onError?: OnError;
}

/** A call as a model writes it: its arguments are JSON or what that says. */
export interface MemoryToolCall {
  name: string;
  arguments: unknown;
}

type ChatTool = NonNullable<Parameters<Mistral["chat"]["complete"]>[0]["tools"]>[number];
type Conversing = Parameters<Mistral["beta"]["conversations"]["start"]>[0];
type FunctionTool = Extract<ChatTool, { function: unknown }> &
  Extract<NonNullable<Conversing["tools"]>[number], { type: "function" }>;

/** What a tool answers, as the next request of `chat` or `agents` takes it. */
export interface ToolResultMessage {
  role: "tool";
  name: string;
  toolCallId: string;
  content: string;
}

/** What a tool answers, as the next `append` to a conversation takes it. */
export interface ToolResultEntry {
  type: "function.result";
  toolCallId: string;
  result: string;
}

/** Tools for a call, and what carries them out. */
export interface MemoryTools {
  /** For the `tools` of a request of chat, of an agent or of a conversation. */
  tools: FunctionTool[];
  /** Runs the calls of an assistant's message that are of these tools, in order; others are the caller's to answer. */
  run(
    calls: readonly { id?: string | undefined; function: MemoryToolCall }[] | null | undefined,
    options?: { signal?: AbortSignal },
  ): Promise<ToolResultMessage[]>;
  /** The same for the outputs of a conversation. */
  runOutputs(
    outputs: readonly object[] | null | undefined,
    options?: { signal?: AbortSignal },
  ): Promise<ToolResultEntry[]>;
}

const optionNames = namesOf<MemoryToolsOptions>({
  memory: true,
  namespace: true,
  thread: true,
  limit: true,
  approve: true,
  onError: true,
});

/**
 * `remember`, `recall`, `list` and `forget`, for a model that is to use its memory by itself. Running them never throws:
 * the model is told what it can mend.
 * @throws SouvenirError `INVALID_INPUT` for options that could never work
 */
export function memoryTools(options: MemoryToolsOptions): MemoryTools {
  const given = checkOptions(options, "memoryTools()", optionNames) as unknown as MemoryToolsOptions;
  const { memory, namespace, thread, limit, approve, onError } = given;
  if (typeof memory?.recall !== "function" || typeof memory.set !== "function")
    throw invalid("memory: expected a Memory: pass { memory: await createMemory() }");
  if (typeof namespace !== "string" || namespace === "")
    throw invalid("namespace: expected whose memory it is, a string that is not empty");
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= 50))
    throw invalid("limit: expected a whole number from 1 to 50");
  for (const [name, listener] of Object.entries({ approve, onError }))
    if (listener !== undefined && typeof listener !== "function")
      throw invalid(`${name}: expected a function`);

  /** What a call answers; `undefined` for another's. */
  async function answer(call: MemoryToolCall, signal: AbortSignal | undefined): Promise<string | undefined> {
    const tool = memoryToolSet.find(({ name }) => name === call.name);
    if (tool === undefined) return undefined;
    if (tool.needsApproval && !(await approve?.(call)))
      return "The user has not approved this: ask them first.";
    const input = parsed(call.arguments);
    return (await tool.run({ memory, namespace, thread, input, limit, signal, onError })).text;
  }

  return {
    tools: memoryToolSet.map(({ name, description, inputSchema }) => ({
      type: "function",
      function: { name, description, parameters: { ...inputSchema } },
    })),
    async run(calls, { signal } = {}) {
      const messages: ToolResultMessage[] = [];
      for (const { id = "", function: call } of calls ?? []) {
        const content = await answer(call, signal);
        if (content !== undefined) messages.push({ role: "tool", name: call.name, toolCallId: id, content });
      }
      return messages;
    },
    async runOutputs(outputs, { signal } = {}) {
      const entries: ToolResultEntry[] = [];
      for (const output of (outputs ?? []) as readonly (MemoryToolCall & Record<string, unknown>)[]) {
        const { toolCallId, type } = output;
        if (type !== "function.call" || typeof toolCallId !== "string") continue;
        const result = await answer(output, signal);
        if (result !== undefined) entries.push({ type: "function.result", toolCallId, result });
      }
      return entries;
    },
  };
}

/** What a model wrote; a text that is no JSON is refused by the tool, in words that the model can mend it by. */
function parsed(written: unknown): unknown {
  if (typeof written !== "string") return written;
  try {
    return JSON.parse(written === "" ? "{}" : written);
  } catch {
    return written;
  }
}

function invalid(message: string): SouvenirError {
  return new SouvenirError("INVALID_INPUT", `memoryTools(): ${message}`);
}
