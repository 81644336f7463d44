import {
  Conversation,
  type ConversationOptions,
  checkOptions,
  conversationOptionNames,
} from "@souvenir/core";
import { gateway, type LanguageModel, type PrepareStepFunction, type ToolSet, wrapLanguageModel } from "ai";
import { type AnyLanguageModel, middlewareOf } from "./memory-middleware.ts";

/** What a function for namespace or thread gets: the context of the run. */
export interface AgentCall {
  runtimeContext: Record<string, unknown>;
}

/** How an agent uses memory. */
export interface AgentMemoryOptions extends ConversationOptions<AgentCall> {
  /** Your own, for each step before memory: the `prepareStep` of `agentMemory` would take its place. */
  prepareStep?(event: Parameters<PrepareStepFunction<ToolSet>>[0]): ReturnType<PrepareStepFunction<ToolSet>>;
}

interface StepEvent {
  model: LanguageModel;
  runtimeContext?: Record<string, unknown>;
}

/** For `ToolLoopAgent`, `generateText` and `streamText`: `new ToolLoopAgent({ model, ...agentMemory(options) })`. */
export interface AgentMemory {
  /** For `prepareStep` of an agent: puts what was recalled into the messages of the step. */
  prepareStep(event: StepEvent): Promise<{ model: LanguageModel }>;
  /** Waits for what is being stored. Answers how many writes still go on. */
  flush: Conversation["flush"];
}

/**
 * Memory for all steps of an agent, whichever models it uses, as `memoryMiddleware` is for one model.
 *
 * Scope comes from `runtimeContext.souvenir` (`{ namespace, thread?, recall?, store? }`), else from
 * `providerOptions.souvenir`, else from the options, in which `{user_id}` is `runtimeContext.user_id`.
 * @throws SouvenirError `INVALID_INPUT`
 */
export function agentMemory({ prepareStep, ...options }: AgentMemoryOptions): AgentMemory {
  checkOptions({ prepareStep, ...options }, "agentMemory", [...conversationOptionNames, "prepareStep"]);
  const conversation = new Conversation<AgentCall>(options);
  return {
    async prepareStep(event) {
      const own = await prepareStep?.(event as Parameters<PrepareStepFunction<ToolSet>>[0]);
      const runtimeContext = event.runtimeContext ?? {};
      const middleware = middlewareOf(conversation, (_, given) => ({
        call: { runtimeContext },
        given: runtimeContext.souvenir === undefined ? given : runtimeContext.souvenir,
        values: runtimeContext,
      }));
      return { ...own, model: wrapLanguageModel({ model: resolved(own?.model ?? event.model), middleware }) };
    },
    flush: (limits) => conversation.flush(limits),
  };
}

/** A name stands for a model of the default provider, as everywhere in the SDK. */
function resolved(model: LanguageModel): AnyLanguageModel {
  if (typeof model !== "string") return model;
  return (globalThis.AI_SDK_DEFAULT_PROVIDER ?? gateway).languageModel(model);
}
