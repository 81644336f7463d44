import { createMistral } from "@ai-sdk/mistral";
import type { JSONObject } from "@ai-sdk/provider";
import type { Memory } from "@souvenir/core";
import type {
  AdapterDriver,
  Agent,
  AgentAnswer,
  AgentRequest,
  SuiteMessage,
  SuitePart,
  SuiteTool,
} from "@souvenir/test/adapter-suite";
import {
  generateText,
  isStepCount,
  jsonSchema,
  type LanguageModel,
  type ModelMessage,
  Output,
  streamText,
  type ToolSet,
  tool,
} from "ai";
import {
  type AgentMemoryOptions,
  agentMemory,
  type MemoryMiddlewareOptions,
  memoryTools,
  withMemory,
} from "../src/index.ts";

/** What an adapter makes of a model for one request, and of what a request says of memory. */
interface Remembering {
  settings(request: AgentRequest): Record<string, unknown>;
  /** What `providerOptions.souvenir` is. */
  said(scope: AgentRequest["scope"]): AgentRequest["scope"] | undefined;
  flush(given?: { timeoutMs: number }): Promise<unknown>;
}

/** A model with memory around it, told of each call by `providerOptions.souvenir`. */
export const middlewareDriver: AdapterDriver = driver((model, memory, options) => {
  const remembering = withMemory(
    model as Parameters<typeof withMemory>[0],
    {
      memory,
      ...options,
    } as MemoryMiddlewareOptions,
  );
  return {
    settings: () => ({ model: remembering }),
    said: (scope) => scope,
    flush: (given) => remembering.flush(given),
  };
});

/** Memory in the settings of a run, told by `runtimeContext`. */
export const agentDriver: AdapterDriver = driver((_, memory, options) => {
  const { flush, ...hooks } = agentMemory({ memory, ...options } as AgentMemoryOptions);
  return {
    settings: ({ scope, values }) => ({ ...hooks, runtimeContext: { ...values, souvenir: scope } }),
    said: () => undefined,
    flush,
  };
});

function driver(
  adapter: (model: LanguageModel, memory: Memory, options: Readonly<Record<string, unknown>>) => Remembering,
): AdapterDriver {
  return {
    make({ url, memory, options, instructions, tools = [], memoryTools: wanted }): Agent {
      const model = createMistral({ apiKey: "key", baseURL: `${url}/v1` })("mistral-small-latest");
      const remembering = memory === undefined ? undefined : adapter(model, memory, options);
      const settingsOf = (request: AgentRequest) => {
        const { messages, scope, schema, promptCacheKey: key } = request;
        const souvenir = remembering?.said(scope) as JSONObject | undefined;
        const own = Object.fromEntries(tools.map((each) => [each.name, toTool(each)]));
        return {
          model,
          maxRetries: 0,
          stopWhen: isStepCount(10),
          allowSystemInMessages: true,
          messages: messages.map(toMessage),
          tools: {
            ...own,
            ...(wanted && memory ? memoryTools({ memory, ...(scope as { namespace: string }) }) : {}),
          } as ToolSet,
          providerOptions: {
            ...(souvenir === undefined ? {} : { souvenir }),
            ...(key === undefined ? {} : { mistral: { promptCacheKey: key } }),
          },
          ...(instructions === undefined ? {} : { instructions }),
          ...(schema === undefined ? {} : { output: Output.object({ schema: jsonSchema(schema) }) }),
          ...remembering?.settings(request),
        };
      };
      return {
        async ask(request): Promise<AgentAnswer> {
          const abortSignal = request.signal;
          const result = await generateText({
            ...settingsOf(request),
            ...(abortSignal === undefined ? {} : { abortSignal }),
          });
          return {
            text: result.text,
            ...(request.schema ? { data: result.output } : {}),
            recalled: result.providerMetadata?.souvenir?.recalled as AgentAnswer["recalled"],
          };
        },
        async *stream(request) {
          // Whoever leaves a stream of the SDK ends the request by its signal.
          const left = new AbortController();
          const abortSignal = AbortSignal.any([left.signal, ...(request.signal ? [request.signal] : [])]);
          const { stream } = streamText({ ...settingsOf(request), abortSignal, onError: () => {} });
          try {
            for await (const part of stream) {
              if (part.type === "text-delta") yield part.text;
              else if (part.type === "error") throw part.error;
            }
          } finally {
            left.abort();
          }
        },
        async settled(timeoutMs) {
          await remembering?.flush(timeoutMs === undefined ? undefined : { timeoutMs });
        },
      };
    },
  };
}

function toTool({ description, parameters, run }: SuiteTool) {
  return tool({
    description,
    inputSchema: jsonSchema<Record<string, unknown>>(parameters),
    execute: async (input) => run(input),
  });
}

function toMessage({ role, content }: SuiteMessage): ModelMessage {
  return { role, content: typeof content === "string" ? content : content.map(toPart) } as ModelMessage;
}

function toPart(part: SuitePart) {
  switch (part.type) {
    case "text":
      return part;
    case "thinking":
      return { type: "reasoning", text: part.text };
    case "image":
      return { type: "file", mediaType: "image/png", data: part.bytes };
    case "document":
      return { type: "file", mediaType: "application/pdf", data: new URL(part.url) };
  }
}
