import type {
  LanguageModelV2,
  LanguageModelV3,
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Middleware,
  LanguageModelV4StreamPart,
  SharedV4ProviderMetadata,
} from "@ai-sdk/provider";
import { checkOptions, namesOf } from "@souvenir/core";
import { wrapLanguageModel } from "ai";
import { type InspectInput, type Inspection, inspectCall } from "./inspect.ts";
import { type Outcome, outcomeOfError, outcomeOfResult, StreamedAnswer } from "./outcome.ts";
import { resolveCall, type Scope, type ScopeOptions } from "./scope.ts";
import { type RememberedCall, TurnMemory, type TurnMemoryOptions } from "./turn-memory.ts";

/** The options of a call as the middleware sees them, for functions that find its namespace or thread. */
export type ModelCall = Pick<LanguageModelV4CallOptions, "prompt" | "providerOptions" | "headers">;

export interface MemoryMiddlewareOptions extends TurnMemoryOptions, ScopeOptions<ModelCall> {}

/** What the middleware and a model with memory have besides. */
export interface MemoryControls {
  /**
   * Stores the user's words of turns that have no answer yet, and waits for all that is being stored. For the end of a
   * request or of the process; `{ namespace, thread }` leaves other conversations alone.
   */
  flush(scope?: Partial<Scope>): Promise<void>;
  /** What would be recalled for these messages, and the messages that the model would get. Changes nothing. */
  inspect(input: InspectInput): Promise<Inspection>;
}

/** Middleware for `wrapLanguageModel` and `wrapProvider`. */
export type MemoryMiddleware = LanguageModelV4Middleware & MemoryControls;

const optionNames = namesOf<MemoryMiddlewareOptions>({
  memory: true,
  limit: true,
  tokenBudget: true,
  deadlineMs: true,
  placement: true,
  onError: true,
  waitUntil: true,
  clock: true,
  namespace: true,
  thread: true,
  recall: true,
  store: true,
});

/**
 * Memory for any model of the AI SDK: what is relevant gets into the prompt, and what was said is kept.
 *
 * A turn is one user message with all calls that it takes to answer it. It costs one recall, whose block is the same in
 * all its calls, and is kept once, when it is over: not while tools work, never with half an answer, and without
 * answers in JSON. A turn whose last word was a tool call is kept when the next request shows it, or by `flush`. When
 * memory fails, the call goes on without it and `onError` is told.
 *
 * Place it outside of middleware that rewrites the answer (`extractReasoningMiddleware`), and, with `placement:
 * "system"`, after `defaultInstructionsMiddleware`, which leaves its instructions out when there are some.
 */
export function memoryMiddleware(options: MemoryMiddlewareOptions): MemoryMiddleware {
  checkOptions(options, "memoryMiddleware", optionNames);
  const memory = new TurnMemory(options);
  // The SDK hands the object that `transformParams` returns to the other two functions.
  const calls = new WeakMap<object, RememberedCall>();

  async function begin(params: LanguageModelV4CallOptions): Promise<RememberedCall | undefined> {
    try {
      const scope = await resolveCall(options, params.providerOptions?.souvenir, params);
      return scope && (await memory.begin(params.prompt, scope, params.abortSignal));
    } catch (error) {
      memory.report(error, { stage: "scope" });
      return undefined;
    }
  }

  return {
    specificationVersion: "v4",

    async transformParams({ params }) {
      const call = await begin(params);
      if (!call) return params;
      const { turn, recalled } = call;
      const prompt =
        recalled.text === "" ? params.prompt : memory.withRecalled(params.prompt, turn, recalled);
      const transformed = { ...params, prompt };
      calls.set(transformed, call);
      return transformed;
    },

    async wrapGenerate({ doGenerate, params }) {
      const call = calls.get(params);
      if (!call) return await doGenerate();
      const result = await orFinish(call, params, doGenerate);
      await call.finish(spoken(outcomeOfResult(result), params));
      const providerMetadata = withMetadata(result.providerMetadata, call);
      return providerMetadata ? { ...result, providerMetadata } : result;
    },

    async wrapStream({ doStream, params }) {
      const call = calls.get(params);
      if (!call) return await doStream();
      const result = await orFinish(call, params, doStream);
      return { ...result, stream: result.stream.pipeThrough(remembering(call, params)) };
    },

    flush: (scope) => memory.flush(scope),
    inspect: (input) => inspectCall(memory, options, input),
  };
}

/** A model with memory: `wrapLanguageModel({ model, middleware: memoryMiddleware(options) })`. */
export function withMemory(
  model: LanguageModelV2 | LanguageModelV3 | LanguageModelV4,
  options: MemoryMiddlewareOptions,
): LanguageModelV4 & MemoryControls {
  const middleware = memoryMiddleware(options);
  const { flush, inspect } = middleware;
  return Object.assign(wrapLanguageModel({ model, middleware }), { flush, inspect });
}

async function orFinish<Result>(
  call: RememberedCall,
  { abortSignal }: LanguageModelV4CallOptions,
  ask: () => PromiseLike<Result>,
): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    await call.finish(outcomeOfError(error, abortSignal));
    throw error;
  }
}

/** The same parts. How the stream ended is told once: with its `finish` part, or when it closes, dies or is left. */
function remembering(
  call: RememberedCall,
  params: LanguageModelV4CallOptions,
): TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart> {
  const answer = new StreamedAnswer();
  let ending: Promise<void> | undefined;
  const end = (outcome: Outcome): Promise<void> => {
    ending ??= call.finish(spoken(outcome, params));
    return ending;
  };
  return new TransformStream({
    transform(part, controller) {
      const providerMetadata = part.type === "finish" ? withMetadata(part.providerMetadata, call) : undefined;
      controller.enqueue(providerMetadata ? ({ ...part, providerMetadata } as typeof part) : part);
      const outcome = answer.add(part);
      // Not awaited here, but before the stream closes: the last part is not held up, and a serverless function lives.
      if (outcome) void end(outcome);
    },
    flush: () => end({ kind: "unanswered" }),
    cancel: () => end({ kind: "unanswered" }),
  });
}

/** An answer in JSON is data for a program: it was not said. */
function spoken(outcome: Outcome, { responseFormat }: LanguageModelV4CallOptions): Outcome {
  return responseFormat?.type === "json" && outcome.kind === "answered" ? { ...outcome, text: "" } : outcome;
}

/** `undefined` when nothing was recalled: then results stay as they are. */
function withMetadata(
  given: SharedV4ProviderMetadata | undefined,
  { turn, recalled }: RememberedCall,
): SharedV4ProviderMetadata | undefined {
  if (recalled.memories.length === 0) return undefined;
  return {
    ...given,
    souvenir: {
      turnKey: turn.key,
      recallMs: Math.round(recalled.tookMs),
      recalled: recalled.memories.map(({ key, score, signals }) => ({ key, score, signals: { ...signals } })),
    },
  };
}
