import {
  Conversation,
  type ConversationOptions,
  checkOptions,
  conversationOptionNames,
  recalledForAnswer,
  SouvenirError,
  StreamedContent,
  type Turn,
  type TurnCall,
  type TurnEnd,
} from "@souvenir/core";
import { type LanguageModelMiddleware, type ProviderMetadata, wrapLanguageModel } from "ai";
import { type InspectInput, type Inspection, inspectCall } from "./inspect.ts";
import type { CallOptions, Hook, ModelCall } from "./model-call.ts";

type StreamPart =
  Awaited<ReturnType<Hook<"wrapStream">>>["stream"] extends ReadableStream<infer Part> ? Part : never;
type SpecificationVersion = NonNullable<LanguageModelMiddleware["specificationVersion"]>;
/** A model that `wrapLanguageModel` takes. */
export type AnyLanguageModel = Parameters<typeof wrapLanguageModel>[0]["model"];

/** How calls of a model use memory. */
export interface MemoryMiddlewareOptions extends ConversationOptions<ModelCall> {}

/** What the middleware and a model with memory have besides. */
export interface MemoryControls {
  /** Waits for what is being stored, for the end of a request or of the process. Answers how many writes still go on. */
  flush: Conversation["flush"];
  /** What would be recalled for these messages, and the messages that the model would get. Changes nothing. */
  inspect(input: InspectInput): Promise<Inspection>;
}

/** Middleware for `wrapLanguageModel` and `wrapProvider`. */
export type MemoryMiddleware = LanguageModelMiddleware & MemoryControls;

/**
 * Memory for any model of the AI SDK: what is relevant gets into the prompt, and what was said is kept.
 *
 * A turn is one user message with all calls that it takes to answer it. It costs one recall, whose block is the same in
 * all its calls. The user's words are kept before the model is asked, answers when they are complete, answers in JSON
 * never. A call says whose memory it is with `providerOptions: { souvenir: CallMemory }`, of which no provider sees
 * anything. When memory fails, the call goes on without it and `onError` is told.
 *
 * Place it outside of middleware that rewrites the answer (`extractReasoningMiddleware`), and, with `placement:
 * "system"`, after `defaultInstructionsMiddleware`, which leaves its instructions out when there are some.
 * @throws SouvenirError `INVALID_INPUT`
 */
export function memoryMiddleware(options: MemoryMiddlewareOptions): MemoryMiddleware {
  checkOptions(options, "memoryMiddleware", conversationOptionNames);
  const conversation = new Conversation<ModelCall>(options);
  return {
    ...middlewareOf(conversation, (params, given) => ({ call: params, given })),
    flush: (limits) => conversation.flush(limits),
    inspect: (input) => inspectCall(conversation, input),
  };
}

/**
 * A model with memory: `wrapLanguageModel({ model, middleware: memoryMiddleware(options) })`.
 * @throws SouvenirError `INVALID_INPUT`
 */
export function withMemory(
  model: AnyLanguageModel,
  options: MemoryMiddlewareOptions,
): ReturnType<typeof wrapLanguageModel> & MemoryControls {
  if (typeof Object(model).doGenerate !== "function" && typeof Object(model).doStream !== "function")
    throw new SouvenirError(
      "INVALID_INPUT",
      'withMemory() needs a model of a provider, such as mistral("mistral-large-latest") of @ai-sdk/mistral; for a name, pass gateway("mistral/mistral-large-latest") of ai',
    );
  const middleware = memoryMiddleware(options);
  const { flush, inspect } = middleware;
  return Object.assign(wrapLanguageModel({ model, middleware }), { flush, inspect });
}

/** What a call said of its memory, for a middleware within one that has taken it out of the options. */
const saidOf = new WeakMap<object, unknown>();

/**
 * The calls of a model as those of a conversation.
 * @param about - Of a call; `given` is what its options say of memory.
 */
export function middlewareOf<Call>(
  conversation: Conversation<Call>,
  about: (params: CallOptions, given: unknown) => Omit<TurnCall<Call>, "messages" | "signal">,
): LanguageModelMiddleware & { specificationVersion: SpecificationVersion } {
  // The SDK hands the object that `transformParams` returns to the other two functions.
  const turns = new WeakMap<object, Turn>();
  return {
    specificationVersion: "v4" as SpecificationVersion,

    async transformParams({ params, model }) {
      const { souvenir, ...others } = params.providerOptions ?? {};
      const said = souvenir === undefined ? (saidOf.get(params) ?? saidOf.get(params.prompt)) : souvenir;
      const call = about(params, said);
      const turn = await conversation.begin({
        ...call,
        messages: params.prompt,
        signal: params.abortSignal,
      });
      // Nothing that the caller gave is changed: the SDK and the caller use it again.
      const prompt = turn?.withRecalled(params.prompt) ?? [...params.prompt];
      const sent: CallOptions = { ...params, prompt };
      const providerOptions = withCacheKey(others, turn, model);
      if (Object.keys(providerOptions).length > 0) sent.providerOptions = providerOptions;
      else delete sent.providerOptions;
      for (const place of call.given === undefined ? [] : [sent, prompt]) saidOf.set(place, call.given);
      if (turn !== undefined) turns.set(sent, turn);
      return sent;
    },

    async wrapGenerate({ doGenerate, params }) {
      const turn = turns.get(params);
      if (turn === undefined) return await doGenerate();
      const result = await orFailed(turn, doGenerate);
      const { content, finishReason } = result;
      await turn.end(endOf(content, finishReason, content.some(isOpenCall), params));
      return withMetadata(result, turn);
    },

    async wrapStream({ doStream, params }) {
      const turn = turns.get(params);
      if (turn === undefined) return await doStream();
      const result = await orFailed(turn, doStream);
      return { ...result, stream: result.stream.pipeThrough(remembering(turn, params)) };
    },
  };
}

type ProviderOptions = NonNullable<CallOptions["providerOptions"]>;

/** With a name for the provider's cache of prompts, where it takes one and the caller gave none. */
function withCacheKey(
  options: ProviderOptions,
  turn: Turn | undefined,
  { provider }: { provider: string },
): ProviderOptions {
  const { mistral } = options;
  if (turn === undefined || provider !== "mistral.chat" || mistral?.promptCacheKey !== undefined)
    return options;
  return { ...options, mistral: { ...mistral, promptCacheKey: turn.promptCacheKey } };
}

async function orFailed<Result>(turn: Turn, ask: () => PromiseLike<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    await turn.end({ status: "failed" });
    throw error;
  }
}

/** The same parts. How the stream ended is told once: with its `finish` part, or when it closes, dies or is left. */
function remembering(turn: Turn, params: CallOptions): TransformStream<StreamPart, StreamPart> {
  const said = new StreamedContent();
  let waits = false;
  let failed = false;
  const end = (reason: unknown) => turn.end(endOf(said.text, failed ? "error" : reason, waits, params));
  return new TransformStream<StreamPart, StreamPart>({
    transform(part, controller) {
      controller.enqueue(part.type === "finish" ? withMetadata(part, turn) : part);
      if (part.type === "text-start") said.startText(part.id);
      else if (part.type === "text-delta") said.addText(part.delta, part.id);
      else if (part.type === "error") failed = true;
      // Not awaited here, but before the stream closes: the last part is not held up, and a serverless function lives.
      else if (part.type === "finish") void end(part.finishReason);
      else said.addPart(part.type);
      waits ||= isOpenCall(part);
    },
    flush: () => end("interrupted"),
    cancel: () => end("interrupted"),
  });
}

/** What the SDK executes and answers with another step. */
function isOpenCall(part: { type: string; providerExecuted?: boolean | undefined }): boolean {
  return part.type === "tool-approval-request" || (part.type === "tool-call" && !part.providerExecuted);
}

/** @param given - `{ unified, raw }`, or a string in models of specification v2. */
function endOf(content: unknown, given: unknown, waits: boolean, { responseFormat }: CallOptions): TurnEnd {
  const reason = Object(given).unified ?? given;
  const status =
    reason === "tool-calls" || (waits && reason === "stop")
      ? "continues"
      : reason === "error" || reason === "interrupted"
        ? "failed"
        : "answered";
  return {
    messages: [{ content }],
    status,
    truncated: reason === "length",
    structured: responseFormat?.type === "json",
  };
}

/** With what was recalled, so that an interface can show it; as it is when that was nothing. */
function withMetadata<Result extends { providerMetadata?: ProviderMetadata }>(
  result: Result,
  turn: Turn,
): Result {
  if (turn.recalled.memories.length === 0) return result;
  const souvenir = recalledForAnswer(turn);
  return { ...result, providerMetadata: { ...result.providerMetadata, souvenir } };
}
