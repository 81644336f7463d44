import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { AIMessage, type BaseMessage, type SystemMessage } from "@langchain/core/messages";
import {
  Conversation,
  type ConversationOptions,
  checkOptions,
  conversationOptionNames,
  type MemorySource,
  type RecalledForAnswer,
  recalledForAnswer,
  StreamedContent,
  type Turn,
} from "@souvenir/core";
import { type AgentMiddleware, createMiddleware } from "langchain";
import { z } from "zod/v4";
import { isSummary, marked, told, typeOf, withBlockIn } from "./messages.ts";
import {
  callOf,
  memoryFor,
  type NamespaceInput,
  type PerRun,
  type RunScope,
  scopeOptionsOf,
  valuesOf,
} from "./scope.ts";

export type { CallMemory, MemorySource, RecalledMemory, StorePolicy } from "@souvenir/core";
export type { AnswerMark } from "./messages.ts";
export type { NamespaceInput, PerRun, RunScope } from "./scope.ts";

/** How an agent uses memory. */
export interface MemoryMiddlewareOptions
  extends Omit<ConversationOptions<RunScope>, "memory" | "namespace" | "thread"> {
  /** Default: the memory of the agent's own store, when that is a `SouvenirStore`. */
  memory?: MemorySource;
  /**
   * Whose memory. Default: `userId` or `user_id` of the run's context, else of its `configurable`. A run without one goes
   * on without memory, and `onError` is told.
   */
  namespace?: PerRun<NamespaceInput>;
  /** The conversation that turns belong to. Default: `thread_id` or `threadId`, found alike, else `default`. */
  thread?: PerRun<string>;
  /** Of the middleware: two in one agent need different ones. Default `SouvenirMemory`. */
  name?: string;
}

/** What the middleware reads of a run's context; an agent may have a context of its own beside it. */
export type MemoryContext = z.ZodObject<{
  [Name in (typeof contextNames)[number]]: z.ZodOptional<z.ZodUnknown>;
}>;

/** Of `souvenir`, see `CallMemory`: what this run does otherwise than the options say. */
const contextNames = ["userId", "user_id", "threadId", "thread_id", "souvenir"] as const;

/** What a custom stream gets once a turn when something was recalled. */
export interface RecallEvent extends RecalledForAnswer {
  type: "memory";
  /** In words, such as "recalled 2 memories". */
  text: string;
}

/** What `memoryMiddleware()` gives to `createAgent()`. */
export type MemoryMiddleware = AgentMiddleware<undefined, MemoryContext, unknown, readonly []> & {
  /** Waits until all that is being stored is stored, for at most so long. Answers how many writes still go on. */
  flush(options?: { timeoutMs?: number }): Promise<{ pending: number }>;
};

/**
 * Long-term memory for `createAgent`. Each call of the model sees what is relevant to the user's message as a fenced
 * block of reference data after that message; the messages of the thread stay as they are. What the user said is kept
 * before the model is asked, and what the assistant says after: JSON answers and thinking are not. When memory fails, the
 * agent goes on without it and `onError` is told. An agent that a tool runs recalls only: its prompt is a model's, and
 * nobody said it.
 *
 * ```ts
 * const agent = createAgent({ model, tools, middleware: [memoryMiddleware({ memory })] });
 * await agent.invoke({ messages }, { context: { userId: "ada" }, configurable: { thread_id: "monday" } });
 * ```
 * @throws SouvenirError `INVALID_INPUT` for a wrong or unknown option
 */
export function memoryMiddleware(options: MemoryMiddlewareOptions = {}): MemoryMiddleware {
  checkOptions(options, "memoryMiddleware()", [...conversationOptionNames, "name"]);
  const { name = "SouvenirMemory", memory, namespace: _, thread: __, ...turns } = options;
  const conversation = new Conversation<RunScope>({
    ...turns,
    ...scopeOptionsOf(options),
    memory: memoryFor(memory),
  });
  const contextSchema = z.looseObject(
    Object.fromEntries(contextNames.map((each) => [each, z.unknown().optional()])),
  );

  const middleware = createMiddleware({
    name,
    contextSchema,
    wrapModelCall: async (request, handler) => {
      const { messages, runtime } = request;
      const turn = await conversation.begin({
        messages: messages.map(told),
        call: runtime,
        given: givenIn(runtime),
        values: valuesOf(runtime),
        ...placeOf(messages),
        signal: runtime.signal,
      });
      if (turn === undefined) return handler(request);
      const shown = recalledForAnswer(turn);
      const { length } = shown.recalled;
      // Once a turn: steps of a loop end with what a tool said.
      if (length > 0 && typeOf(messages.at(-1)) === "human") {
        const text = `recalled ${length} ${length === 1 ? "memory" : "memories"}`;
        try {
          runtime.writer?.({ type: "memory", text, ...shown } satisfies RecallEvent);
        } catch (error) {
          conversation.report(error, { stage: "listener", namespace: turn.namespace, thread: turn.thread });
        }
      }
      const sent = withBlock(request, turn, options.placement);
      let partial = new StreamedContent();
      if (options.partialAnswers) {
        const listener = BaseCallbackHandler.fromMethods({
          handleChatModelStart: () => {
            partial = new StreamedContent();
          },
          handleLLMNewToken: (token) => partial.addText(token),
        });
        sent.modelSettings = { ...sent.modelSettings, callbacks: [listener] };
      }
      let response: Awaited<ReturnType<typeof handler>>;
      try {
        response = await handler(sent);
      } catch (error) {
        await turn.end({ status: "failed", messages: [{ content: partial.text }] });
        throw error;
      }
      // With a response format that is met it is `{ structuredResponse, messages }`: data for a program.
      if (!AIMessage.isInstance(response)) {
        await turn.end({ structured: true });
        const { messages: data } = response as { messages?: BaseMessage[] };
        if (data === undefined) return response;
        const about = { ...(length === 0 ? {} : shown), structured: true };
        const messages = data.map((each) => (typeOf(each) === "ai" ? marked(each, about) : each));
        return { ...(response as object), messages } as typeof response;
      }
      const continues = (response.tool_calls?.length ?? 0) > 0;
      await turn.end({
        messages: [{ content: response.content }],
        status: continues ? "continues" : "answered",
        truncated: isTruncated(response),
      });
      return continues || length === 0 ? response : marked(response, shown);
    },
  });
  const flush = conversation.flush.bind(conversation);
  return Object.assign(middleware, { flush }) as unknown as MemoryMiddleware;
}

/** What the run says of its memory; nothing is kept of what a model says to an agent that it runs as a tool. */
function givenIn(run: RunScope): unknown {
  const given = callOf(run);
  const { checkpoint_ns: nested } = Object(run.configurable) as { checkpoint_ns?: string };
  // The nodes that the run is in, the outermost first: `tools:<id>|model_request:<id>`.
  const nodes = String(nested).split("|");
  if (!nodes.slice(0, -1).some((node) => /^tools(:|$)/.test(node))) return given;
  // What is no object is refused by whoever reads it.
  const says = given === undefined || (Object(given) === given && !Array.isArray(given));
  return says ? { ...(given as object), store: false } : given;
}

/**
 * LangGraph names each message once: runs without a thread are told apart by that of the user. A long loop may have
 * summed it up: what is said then goes on where the thread ends.
 */
function placeOf(messages: readonly BaseMessage[]): { runId?: string; kept?: { id: string } } {
  const last = messages.findLast((message) => typeOf(message) === "human" && !isSummary(message));
  if (last === undefined) return messages.some(isSummary) ? { kept: { id: "default" } } : {};
  return last.id === undefined ? {} : { runId: last.id };
}

function withBlock<Request extends { messages: BaseMessage[]; systemMessage: SystemMessage }>(
  request: Request,
  { recalled, index }: Turn,
  placement = "user",
): Request {
  if (recalled.text === "") return { ...request };
  const { systemMessage } = request;
  if (placement === "system") return { ...request, systemMessage: withBlockIn(systemMessage, recalled.text) };
  const messages = [...request.messages];
  messages[index] = withBlockIn(messages[index] as BaseMessage, recalled.text);
  return { ...request, messages };
}

function isTruncated({ response_metadata }: BaseMessage): boolean {
  const { finish_reason, stop_reason } = response_metadata as Record<string, unknown>;
  return /length|max_tokens/i.test(`${finish_reason} ${stop_reason}`);
}
