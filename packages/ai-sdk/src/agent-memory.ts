import { checkOptions, namesOf } from "@souvenir/core";
import type { ModelMessage } from "ai";
import type { AnyMessage } from "./messages.ts";
import { type Outcome, outcome } from "./outcome.ts";
import { type ResolvedCall, resolveCall, type ScopeOptions } from "./scope.ts";
import { TurnMemory, type TurnMemoryOptions } from "./turn-memory.ts";

/** What a function for namespace or thread gets: the context of the run. */
export interface AgentCall {
  runtimeContext: Record<string, unknown>;
}

export interface AgentMemoryOptions extends TurnMemoryOptions, ScopeOptions<AgentCall> {}

interface StepEvent {
  stepNumber: number;
  messages: ModelMessage[];
  instructions: Instructions | undefined;
  runtimeContext: Record<string, unknown>;
}
type SystemMessage = Extract<ModelMessage, { role: "system" }>;
type Instructions = string | SystemMessage | SystemMessage[];
interface StartEvent {
  callId: string;
  messages: ModelMessage[];
  runtimeContext: Record<string, unknown>;
  output?: unknown;
}
interface EndEvent {
  callId: string;
  text: string;
  finishReason: string;
  finalStep: { toolCalls: readonly { toolCallId: string }[]; toolResults: readonly { toolCallId: string }[] };
}

/** For `ToolLoopAgent`, `generateText` and `streamText`: `new ToolLoopAgent({ model, ...agentMemory(options) })`. */
export interface AgentMemory {
  prepareStep(
    event: StepEvent,
  ): Promise<{ messages?: ModelMessage[]; instructions?: Instructions } | undefined>;
  onStart(event: StartEvent): Promise<void>;
  onEnd(event: EndEvent): Promise<void>;
  onAbort(event: { callId: string }): Promise<void>;
}

interface Run {
  messages: AnyMessage[];
  call: ResolvedCall;
  /** Whether the answer is an object. */
  json: boolean;
}

/** Runs that never end (they failed) are forgotten after so many others. */
const runsKept = 1_000;

const optionNames = namesOf<AgentMemoryOptions>({
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
 * Memory for a whole run of an agent, where the model itself is not wrapped: recall before the first step, whose block
 * stays for all steps and out of the saved history, and one store when the run has ended.
 *
 * Scope comes from `runtimeContext.souvenir` (`{ namespace, thread?, recall?, store? }`), else from the options. Use
 * this or `memoryMiddleware` for a model, not both.
 */
export function agentMemory(options: AgentMemoryOptions): AgentMemory & { flush: TurnMemory["flush"] } {
  checkOptions(options, "agentMemory", optionNames);
  const memory = new TurnMemory(options);
  const runs = new Map<string, Run>();

  async function scopeOf(runtimeContext: Record<string, unknown>): Promise<ResolvedCall | undefined> {
    return await resolveCall(options, runtimeContext?.souvenir, { runtimeContext });
  }

  async function end(callId: string, how: (run: Run) => Outcome): Promise<void> {
    const run = runs.get(callId);
    runs.delete(callId);
    if (!run) return;
    // The beginning of the turn again: it is known by its messages, and recalled for already.
    const begun = await memory.begin(run.messages, { ...run.call, recall: false });
    await begun?.finish(how(run));
  }

  return {
    async onStart({ callId, messages, runtimeContext, output }) {
      // What is wrong with the scope, the first step reports.
      const call = await scopeOf(runtimeContext).catch(() => undefined);
      if (!call) return;
      runs.set(callId, { messages, call, json: await wantsJson(output) });
      if (runs.size > runsKept) runs.delete(runs.keys().next().value as string);
    },

    async prepareStep({ stepNumber, messages, instructions, runtimeContext }) {
      // What the first step changes stays for the later ones.
      if (stepNumber > 0) return undefined;
      try {
        const call = await scopeOf(runtimeContext);
        const begun = call && (await memory.begin(messages, call));
        if (!begun || begun.recalled.text === "") return undefined;
        if (options.placement !== "system")
          return { messages: memory.withRecalled(messages, begun.turn, begun.recalled) };
        return { instructions: joined(instructions, begun.recalled.text) };
      } catch (error) {
        memory.report(error, { stage: "scope" });
        return undefined;
      }
    },

    async onEnd({ callId, text, finishReason, finalStep }) {
      const results = new Set(finalStep.toolResults.map(({ toolCallId }) => toolCallId));
      const waits = finalStep.toolCalls.some(({ toolCallId }) => !results.has(toolCallId));
      // With all results there, a limit of steps ended the run.
      const limited = finishReason === "tool-calls" && !waits;
      await end(callId, ({ json }) =>
        limited ? { kind: "unanswered" } : outcome(json ? "" : text, finishReason, waits),
      );
    },

    onAbort: ({ callId }) => end(callId, () => ({ kind: "unanswered" })),

    flush: (scope) => memory.flush(scope),
  };
}

async function wantsJson(output: unknown): Promise<boolean> {
  if (typeof output !== "object" || output === null || !("responseFormat" in output)) return false;
  const format = (await output.responseFormat) as { type?: unknown } | undefined;
  return format?.type === "json";
}

function joined(instructions: Instructions | undefined, block: string): Instructions {
  if (instructions === undefined) return block;
  if (typeof instructions === "string") return `${instructions}\n\n${block}`;
  return [
    ...(Array.isArray(instructions) ? instructions : [instructions]),
    { role: "system", content: block },
  ];
}
