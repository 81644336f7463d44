import { type DynamicStructuredTool, tool } from "@langchain/core/tools";
import {
  checkInteger,
  checkOptions,
  Failures,
  given,
  type MemorySource,
  memoryToolSet,
  namesOf,
  type OnError,
  resolveCall,
  type ToolAnswer,
} from "@souvenir/core";
import {
  callOf,
  memoryFor,
  type NamespaceInput,
  type PerRun,
  type RunScope,
  scopeOptionsOf,
  valuesOf,
} from "./scope.ts";

/** Which tools a model is given, for whose memory. */
export interface MemoryToolsOptions {
  /** Default: the memory of the agent's own store, when that is a `SouvenirStore`. */
  memory?: MemorySource;
  /**
   * Whose memory. Default: `userId` or `user_id` of the run's context, else of its `configurable`. Never something that
   * the model writes.
   */
  namespace?: PerRun<NamespaceInput>;
  /** The running conversation. Default: `thread_id` or `threadId`, found alike. */
  thread?: PerRun<string>;
  /** Memories that `recall` finds when the model names no number, 1 to 50. Default 8. */
  limit?: number;
  /** Told what fails. The model is told that the memory is not available. Default: the first of each kind is a warning. */
  onError?: OnError;
}

/** What a program gets beside the text for the model. */
export type MemoryToolArtifact = NonNullable<ToolAnswer["output"]> & { error?: unknown };

const optionNames = namesOf<MemoryToolsOptions>({
  memory: true,
  namespace: true,
  thread: true,
  limit: true,
  onError: true,
});

/**
 * The tools that the user has to approve, for `humanInTheLoopMiddleware({ interruptOn: toolsToApprove })`: `forget`.
 * Without that middleware an agent erases when its model calls the tool.
 */
export const toolsToApprove: Record<string, { allowedDecisions: ("approve" | "reject")[] }> =
  Object.fromEntries(
    memoryToolSet
      .filter(({ needsApproval }) => needsApproval)
      .map(({ name }) => [name, { allowedDecisions: ["approve", "reject"] }]),
  );

/**
 * `remember`, `recall`, `list` and `forget` for an agent. The model gets a text, the program keys and scores as the
 * message's artifact. They never throw.
 * @throws SouvenirError `INVALID_INPUT` for a wrong or unknown option
 */
export function memoryTools(options: MemoryToolsOptions = {}): DynamicStructuredTool[] {
  checkOptions(options, "memoryTools()", optionNames);
  const { limit, onError } = options;
  if (limit !== undefined) checkInteger(limit, "limit", 1, 50);
  const memoryOf = memoryFor(options.memory);
  const scopeOptions = scopeOptionsOf(options);
  const failures = new Failures(onError);

  return memoryToolSet.map(({ name, description, inputSchema, run }) => {
    const answered = async (input: unknown, runtime: ToolRun = {}): Promise<[string, MemoryToolArtifact]> => {
      // In an agent the runtime has context and store; a plain `tool.invoke(input, config)` gives the configuration.
      const { context, store, configurable, signal }: ToolRun = { ...runtime.config, ...given(runtime) };
      const scope = { context, store, configurable };
      try {
        const call = await resolveCall(scopeOptions, callOf(scope), scope, valuesOf(scope));
        if (call === undefined) return ["This run goes without memory.", {}];
        const { namespace, thread } = call;
        const asked = { memory: await memoryOf(scope), namespace, thread, input, limit, signal, onError };
        const { text, output, error } = await run(asked);
        return [text, { ...output, ...given({ error }) }];
      } catch (error) {
        failures.report(error, { stage: "tool" });
        return ["The memory is not available now. Go on without it.", { error }];
      }
    };
    const fields = { name, description, schema: inputSchema, verboseParsingErrors: true };
    return tool(answered, { ...fields, responseFormat: "content_and_artifact" }) as DynamicStructuredTool;
  });
}

type ToolRun = RunScope & { signal?: AbortSignal; config?: RunScope & { signal?: AbortSignal } };
