import { checkOptions, type Memory, namesOf, type SearchHit, SouvenirError } from "@souvenir/core";
import { type Tool, tool } from "ai";
import { z } from "zod";

/** Whose memory the tools work on. */
export type ToolScope = {
  namespace: string;
  thread?: string;
};

export interface MemoryToolsOptions {
  memory: Pick<Memory, "set" | "recall" | "delete">;
  /** Memories that `recall` finds at most, 1 to 100. Default 8. */
  limit?: number;
}

/** What `recall` found. */
export type RecalledMemory = Pick<SearchHit, "key" | "value" | "createdAt" | "score">;
type RecallOutput = { text: string; memories: RecalledMemory[] };

/** `Scope` is what each tool gets with a call: a `ToolScope`, or nothing in particular when it has one. */
export type MemoryTools<Scope = Record<string, unknown>> = {
  remember: Tool<{ text: string; tags?: string[] | undefined }, { key: string }, Scope>;
  recall: Tool<{ query: string }, RecallOutput, Scope>;
  forget: Tool<{ keys: string[] }, { deleted: number }, Scope>;
};

const scopeSchema = z.object({ namespace: z.string().min(1), thread: z.string().min(1).optional() });
const rememberSchema = z.object({
  text: z
    .string()
    .min(1)
    .max(2_000)
    .describe("One fact, as a sentence that is understood without the conversation"),
  tags: z.array(z.string().min(1).max(64)).max(8).optional().describe("Words to file it under"),
});
const recallSchema = z.object({
  query: z.string().min(1).max(1_000).describe("What to look for, in natural language"),
});
const forgetSchema = z.object({
  keys: z.array(z.string().min(1).max(512)).min(1).max(100).describe("Keys of memories, as recall gave them"),
});

const optionNames = namesOf<MemoryToolsOptions & ToolScope>({
  memory: true,
  limit: true,
  namespace: true,
  thread: true,
});

/**
 * Tools with which a model remembers, recalls and forgets by itself, for `generateText`, `streamText` and
 * `ToolLoopAgent`. What the model writes never decides whose memory it is.
 *
 * Without `namespace` each call brings its scope: `toolsContext: { remember: scope, recall: scope, forget: scope }`
 * with `scope = { namespace, thread? }`. With `namespace` the tools have that scope.
 *
 * `remember` answers after the memory is stored. `forget` waits for the user's approval. A tool without a scope fails,
 * and nothing is read or written.
 */
export function memoryTools(options: MemoryToolsOptions & ToolScope): MemoryTools;
export function memoryTools(options: MemoryToolsOptions): MemoryTools<ToolScope>;
export function memoryTools(
  options: MemoryToolsOptions & Partial<ToolScope>,
): MemoryTools | MemoryTools<ToolScope> {
  checkOptions(options, "memoryTools", optionNames);
  if ("namespace" in options) return toolsOf(options, () => checkScope(options));
  const { remember, recall, forget } = toolsOf(options, checkScope);
  // The SDK refuses a call whose context is missing; its version 6 knows no context, and leaves that to us.
  return {
    remember: { ...remember, contextSchema: scopeSchema },
    recall: { ...recall, contextSchema: scopeSchema },
    forget: { ...forget, contextSchema: scopeSchema },
  } as MemoryTools<ToolScope>;
}

type AnyContext = Record<string, unknown>;

function toolsOf(
  { memory, limit }: MemoryToolsOptions,
  scopeOf: (context: unknown) => ToolScope,
): MemoryTools {
  return {
    remember: tool<z.infer<typeof rememberSchema>, { key: string }, AnyContext>({
      description:
        "Stores a fact for later conversations: a preference, a decision, a name, a date. Use it when the user asks to remember something, or says what will matter again.",
      inputSchema: rememberSchema,
      async execute({ text, tags }, call) {
        const { namespace, thread } = scopeOf(call.context);
        const { key } = await memory.set({
          namespace,
          value: text,
          role: "assistant",
          ...(tags === undefined ? {} : { tags }),
          ...(thread === undefined ? {} : { metadata: { thread } }),
        });
        return { key };
      },
    }),
    recall: tool<z.infer<typeof recallSchema>, RecallOutput, AnyContext>({
      description:
        "Looks into the memory of earlier conversations. Use it when the answer may depend on what the user said before.",
      inputSchema: recallSchema,
      async execute({ query }, call) {
        const { namespace, thread } = scopeOf(call.context);
        const { text, memories } = await memory.recall({
          namespace,
          query,
          ...(thread === undefined ? {} : { thread }),
          ...(limit === undefined ? {} : { limit }),
          ...(call.abortSignal === undefined ? {} : { signal: call.abortSignal }),
        });
        return {
          text,
          memories: memories.map(({ key, value, createdAt, score }) => ({ key, value, createdAt, score })),
        };
      },
      toModelOutput: ({ output: { text, memories } }) => ({
        type: "text",
        value:
          text === ""
            ? "No memory fits."
            : `${text}\nTheir keys, in the same order: ${JSON.stringify(memories.map(({ key }) => key))}`,
      }),
    }),
    forget: tool<z.infer<typeof forgetSchema>, { deleted: number }, AnyContext>({
      description:
        "Erases memories for good. Use it only when the user asks for it; the user has to approve.",
      inputSchema: forgetSchema,
      needsApproval: true,
      execute: ({ keys }, call) => memory.delete({ namespace: scopeOf(call.context).namespace, keys }),
    }),
  };
}

function checkScope(given: unknown): ToolScope {
  const { success, data } = scopeSchema.safeParse(given);
  if (!success)
    throw new SouvenirError(
      "INVALID_INPUT",
      "a memory tool was called without a namespace: pass toolsContext with { namespace } for each tool, or memoryTools({ memory, namespace })",
    );
  return { namespace: data.namespace, ...(data.thread === undefined ? {} : { thread: data.thread }) };
}
