import {
  checkOptions,
  checkTools,
  type MemoryToolName,
  memoryToolSet,
  namesOf,
  type OnError,
  SouvenirError,
  type ToolAnswer,
  type ToolMemory,
} from "@souvenir/core";
import { jsonSchema, type Schema } from "ai";

/** Whose memory the tools work on. */
export type ToolScope = {
  namespace: string;
  /** The running conversation: of two memories that matter alike, its own comes first. */
  thread?: string;
};

/** Which tools a model is given, for whose memory. */
export interface MemoryToolsOptions {
  /** What the tools read and write: a memory, here or on a server. */
  memory: ToolMemory;
  /** Memories that `recall` finds when the model names no number, 1 to 50. Default 8. */
  limit?: number;
  /** Told what failed for another reason than the model's input. Default: the first of each kind is a warning of the process. */
  onError?: OnError;
}

/** What a tool answers: `text` is what the model gets to see, the rest is for the program. */
export type MemoryToolOutput = { text: string } & NonNullable<ToolAnswer["output"]>;

/** A tool as all versions of the SDK take it. */
export interface RenderedTool<Scope> {
  title: string;
  description: string;
  inputSchema: Schema<Record<string, unknown>>;
  contextSchema?: Schema<Scope>;
  needsApproval: boolean;
  /** Does what the model asked for. */
  execute(
    input: Record<string, unknown>,
    call: { context?: Scope; abortSignal?: AbortSignal },
  ): Promise<MemoryToolOutput>;
  /** The answer as the model reads it. */
  toModelOutput(answer: { output: MemoryToolOutput }): { type: "text"; value: string };
}

/** `Scope` is what each tool gets with a call: a `ToolScope`, or nothing in particular when it has one. */
export type MemoryTools<Scope = Record<string, unknown>> = Record<MemoryToolName, RenderedTool<Scope>>;

const optionNames = namesOf<MemoryToolsOptions & ToolScope>({
  memory: true,
  limit: true,
  onError: true,
  namespace: true,
  thread: true,
});

const scopeSchema = jsonSchema<ToolScope>(
  {
    type: "object",
    properties: { namespace: { type: "string", minLength: 1 }, thread: { type: "string", minLength: 1 } },
    required: ["namespace"],
  },
  {
    validate: (given) => {
      try {
        return { success: true, value: scopeOf(given) };
      } catch (error) {
        return { success: false, error: error as Error };
      }
    },
  },
);

/**
 * Tools with which a model remembers, recalls, lists and forgets by itself, for `generateText`, `streamText` and
 * `ToolLoopAgent`. What the model writes never decides whose memory it is.
 *
 * Without `namespace` each call brings its scope: `toolsContext: { remember: scope, recall: scope, list: scope, forget:
 * scope }` with `scope = { namespace, thread? }`. With `namespace` the tools have that scope.
 *
 * `remember` answers after the memory is stored. `forget` waits for the user's approval. A tool without a scope fails,
 * and nothing is read or written.
 * @throws SouvenirError `INVALID_INPUT`
 */
export function memoryTools(options: MemoryToolsOptions & ToolScope): MemoryTools;
export function memoryTools(options: MemoryToolsOptions): MemoryTools<ToolScope>;
export function memoryTools(
  options: MemoryToolsOptions & Partial<ToolScope>,
): MemoryTools | MemoryTools<ToolScope> {
  checkOptions(options, "memoryTools", optionNames);
  checkTools(options);
  const { memory, limit, onError } = options;
  // Also when it is undefined: a user who is not known is no reason to take the scope from elsewhere.
  const own = "namespace" in options ? scopeOf(options) : undefined;
  const tools = memoryToolSet.map(({ name, title, description, inputSchema, needsApproval, run }) => {
    const rendered: RenderedTool<ToolScope> = {
      title,
      description,
      inputSchema: jsonSchema<Record<string, unknown>>(inputSchema as Parameters<typeof jsonSchema>[0]),
      // The SDK refuses a call whose context is missing; its version 6 knows no context, and leaves that to us.
      ...(own === undefined ? { contextSchema: scopeSchema } : {}),
      needsApproval,
      async execute(input, { context, abortSignal: signal }) {
        const scope = own ?? scopeOf(context);
        const { text, output, error } = await run({ memory, ...scope, input, limit, signal, onError });
        if (error !== undefined) throw new Error(text, { cause: error });
        return { text, ...output };
      },
      toModelOutput: ({ output: { text } }) => ({ type: "text", value: text }),
    };
    return [name, rendered];
  });
  return Object.fromEntries(tools) as MemoryTools<ToolScope>;
}

function scopeOf(given: unknown): ToolScope {
  const { namespace, thread } = Object(given) as Partial<ToolScope>;
  if (
    typeof namespace !== "string" ||
    namespace === "" ||
    !(thread === undefined || typeof thread === "string")
  )
    throw new SouvenirError(
      "INVALID_INPUT",
      "a memory tool was called without a namespace: pass toolsContext with { namespace } for each tool, or memoryTools({ memory, namespace })",
    );
  return { namespace, ...(thread === undefined ? {} : { thread }) };
}
