import { createMistral } from "@ai-sdk/mistral";
import type {
  AdapterDriver,
  AdapterSkips,
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
import { type MemoryControls, memoryTools, withMemory } from "../src/index.ts";

type Options = Parameters<typeof withMemory>[1];

/** `generateText` and `streamText` with the provider of Mistral, whose model is wrapped. */
export const aiSdkDriver: AdapterDriver = {
  make({ url, memory, options, instructions, tools = [], memoryTools: wanted }) {
    const plain = createMistral({ apiKey: "key", baseURL: `${url}/v1` })("mistral-small-latest");
    const remembering =
      memory === undefined ? undefined : withMemory(plain, { memory, ...options } as unknown as Options);
    const model: LanguageModel = remembering ?? plain;
    const callOf = ({ messages, scope, schema, promptCacheKey }: AgentRequest) => ({
      model,
      messages: messages.map(toMessage),
      maxRetries: 0,
      stopWhen: isStepCount(5),
      ...(instructions === undefined ? {} : { instructions }),
      tools: {
        ...Object.fromEntries(tools.map(toTool)),
        ...(wanted && memory ? memoryTools({ memory, ...(scope as { namespace: string }) }) : {}),
      } as ToolSet,
      providerOptions: {
        // Without memory the options are nobody's, and none of the provider's.
        ...(remembering ? { souvenir: scope as Record<string, string> } : {}),
        ...(promptCacheKey === undefined ? {} : { mistral: { promptCacheKey } }),
      },
      ...(schema === undefined ? {} : { output: Output.object({ schema: jsonSchema(schema) }) }),
    });
    return {
      async ask({ signal, ...request }) {
        const result = await generateText({ ...callOf(request), ...(signal && { abortSignal: signal }) });
        const { recalled } = (result.providerMetadata?.souvenir ?? {}) as { recalled?: Recalled[] };
        return {
          text: result.text,
          recalled,
          ...(request.schema === undefined ? {} : { data: result.output }),
        };
      },
      async *stream({ signal, ...request }) {
        const leaving = new AbortController();
        signal?.addEventListener("abort", () => leaving.abort(signal.reason), { once: true });
        try {
          const call = { ...callOf(request), abortSignal: leaving.signal, onError: () => undefined };
          for await (const part of streamText(call).fullStream) {
            if (part.type === "text-delta") yield part.text;
            if (part.type === "error") throw part.error;
            if (part.type === "abort") throw new DOMException("The stream was aborted", "AbortError");
          }
        } finally {
          leaving.abort();
        }
      },
      settled: async (timeoutMs) =>
        (remembering as { flush?: Flush } | undefined)?.flush?.(
          timeoutMs === undefined ? undefined : { timeoutMs },
        ),
    };
  },
};

const onlyMessage = "the SDK's provider reads choices[].message alone, and refuses an answer without";
const oneChoice = "the SDK asks for one choice, and has no place for several";

export const aiSdkSkips: AdapterSkips = {
  keepsTheFirstOfInterleavedChoices: oneChoice,
  keepsAnswersOfServerSideTools: onlyMessage,
  keepsStreamedAnswersOfServerSideTools: onlyMessage,
  tellsInterleavedMessagesApart: onlyMessage,
};

type Flush = (options?: { timeoutMs: number }) => ReturnType<MemoryControls["flush"]>;
interface Recalled {
  key: string;
  text: string;
  score: number;
  date: string;
}

function toTool({ name, description, parameters, run }: SuiteTool): [string, ToolSet[string]] {
  const inputSchema = jsonSchema<Record<string, unknown>>(parameters);
  return [name, tool({ description, inputSchema, execute: async (input) => run(input) })];
}

function toMessage({ role, content }: SuiteMessage): ModelMessage {
  return {
    role,
    content: typeof content === "string" ? content : content.map(toPart),
  } as ModelMessage;
}

function toPart(part: SuitePart): object {
  switch (part.type) {
    case "text":
      return part;
    case "thinking":
      return { type: "reasoning", text: part.text };
    case "image":
      return { type: "image", image: part.bytes.buffer, mediaType: "image/png" };
    case "document":
      return { type: "file", data: new URL(part.url), mediaType: "application/pdf" };
  }
}
