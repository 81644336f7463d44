import type { BaseMessage } from "@langchain/core/messages";
import { SystemMessage } from "@langchain/core/messages";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { checkOptions, namesOf } from "@souvenir/core";
import { type AgentMiddleware, createMiddleware } from "langchain";
import { z } from "zod/v4";
import { type Run, type RunMark, RunMemory, type RunMemoryOptions } from "./run-memory.ts";

export type { RunMemoryOptions, StorePolicy } from "./run-memory.ts";
export type { NamespaceInput, PerRun, RunScope } from "./scope.ts";
export type { MemorySource } from "./source.ts";

export interface MemoryMiddlewareOptions extends RunMemoryOptions {
  /** Of the middleware: two in one agent need different ones. Default `SouvenirMemory`. */
  name?: string;
}

/** What the middleware reads of a run's context; an agent may have a context of its own beside it. */
export type MemoryContext = z.ZodObject<{
  namespace: z.ZodOptional<z.ZodUnknown>;
  userId: z.ZodOptional<z.ZodUnknown>;
  user_id: z.ZodOptional<z.ZodUnknown>;
  thread: z.ZodOptional<z.ZodUnknown>;
  threadId: z.ZodOptional<z.ZodUnknown>;
  thread_id: z.ZodOptional<z.ZodUnknown>;
}>;

const optionNames = namesOf<MemoryMiddlewareOptions>({
  name: true,
  memory: true,
  namespace: true,
  thread: true,
  limit: true,
  tokenBudget: true,
  deadlineMs: true,
  recall: true,
  store: true,
  onError: true,
  onRecall: true,
});

/**
 * Long-term memory for `createAgent`. Before a run it finds what is relevant to the user's message; each call of the
 * model sees that as a fenced block of reference data at the end of the system message. What the user said is kept
 * before the model is asked, the answer after: intermediate steps, JSON answers and thinking are not. The messages of
 * the thread stay as they are. When memory fails, the agent goes on without it and `onError` is told.
 *
 * ```ts
 * const agent = createAgent({ model, tools, middleware: [memoryMiddleware({ memory })] });
 * await agent.invoke({ messages }, { context: { userId: "ada" }, configurable: { thread_id: "monday" } });
 * ```
 */
export function memoryMiddleware(
  options: MemoryMiddlewareOptions = {},
): AgentMiddleware<undefined, MemoryContext, unknown, readonly []> {
  checkOptions(options, "memoryMiddleware", optionNames);
  const { name = "SouvenirMemory" } = options;
  const memory = new RunMemory(options);
  const key = `_${name}`;
  const unknown = z.unknown().optional();
  const contextSchema: MemoryContext = z.looseObject({
    namespace: unknown,
    userId: unknown,
    user_id: unknown,
    thread: unknown,
    threadId: unknown,
    thread_id: unknown,
  }) as unknown as MemoryContext;
  const stateSchema = z.object({
    [key]: z.object({ run: z.string(), turn: z.string(), last: z.string().optional() }).nullable().optional(),
  });
  const markIn = (state: unknown): RunMark | undefined =>
    (state as Record<string, RunMark>)[key] ?? undefined;

  const middleware = createMiddleware({
    name,
    stateSchema,
    contextSchema,
    // A mark of an earlier run must not outlive it: it is overwritten also without a turn.
    beforeAgent: async (state, runtime) => ({
      [key]: (await memory.begin(messagesOf(state), runOf(runtime))) ?? null,
    }),
    wrapModelCall: async (request, handler) => {
      const { state } = request;
      const block = await memory.block(markIn(state), messagesOf(state), runOf(request.runtime));
      return handler(
        block === "" ? request : { ...request, systemMessage: withBlock(request.systemMessage, block) },
      );
    },
    afterAgent: async (state, runtime) => {
      // With a response format the last message is data for a program, and not speech.
      const speaks = (state as { structuredResponse?: unknown }).structuredResponse === undefined;
      await memory.finish(markIn(state), messagesOf(state), runOf(runtime), speaks);
    },
  });
  return middleware as unknown as AgentMiddleware<undefined, MemoryContext, unknown, readonly []>;
}

/** Hooks see only the members of the context that their middleware declares; the run's own configuration has all. */
function runOf(runtime: unknown): Run {
  const config: { context?: unknown } | undefined = AsyncLocalStorageProviderSingleton.getRunnableConfig();
  const run = runtime as Run;
  return { ...run, context: config?.context ?? run.context };
}

function messagesOf(state: unknown): readonly BaseMessage[] {
  return (state as { messages?: BaseMessage[] }).messages ?? [];
}

/** The system message with the block at its end: as one text, unless a part has more to it, such as a cache mark. */
function withBlock(message: SystemMessage, block: string): SystemMessage {
  const { content, additional_kwargs, response_metadata, id } = message;
  const fields = { additional_kwargs, response_metadata, ...(id === undefined ? {} : { id }) };
  const isText =
    typeof content === "string" ||
    content.every(
      (part) => part.type === "text" && Object.keys(part).every((name) => name === "type" || name === "text"),
    );
  if (!isText) return new SystemMessage({ ...fields, content: [...content, { type: "text", text: block }] });
  return new SystemMessage({
    ...fields,
    content: message.text === "" ? block : `${message.text}\n\n${block}`,
  });
}
