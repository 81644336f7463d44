import { Mistral } from "@mistralai/mistralai";
import type { Memory } from "@souvenir/core";
import type { AdapterDriver, Agent, AgentRequest, SuiteMessage, SuitePart, SuiteTool } from "./driver.ts";

type Request = Parameters<Mistral["chat"]["complete"]>[0];
type Message = Request["messages"][number];
type Completion = Awaited<ReturnType<Mistral["chat"]["complete"]>>;
type Chunk = Extract<Extract<Message, { role: "user" }>["content"], unknown[]>[number];
interface ToolCall {
  id: string;
  index: number;
  name: string;
  arguments: string;
}

/** What one call of the client takes beside the request. */
export interface PlainCall {
  souvenir?: unknown;
  values?: Readonly<Record<string, unknown>>;
  signal?: AbortSignal;
}

/** What an adapter of the plain client makes of it. */
export interface PlainChat {
  chat: {
    complete(request: Request, call: PlainCall): Promise<Completion>;
    stream(request: Request, call: PlainCall): ReturnType<Mistral["chat"]["stream"]>;
  };
  flush?(given?: { timeoutMs: number }): Promise<unknown>;
}

/** Tools of memory, as the adapter renders them for the client. */
export type PlainTools = (memory: Memory, scope: Readonly<Record<string, unknown>>) => readonly SuiteTool[];

/** The plain client, whose tools run in a loop that the application writes by hand. */
export function plainClientDriver(
  withMemory: (client: Mistral, options: { memory: Memory } & Readonly<Record<string, unknown>>) => PlainChat,
  memoryTools?: PlainTools,
): AdapterDriver {
  return {
    make({ url, memory, options, instructions, tools: own = [], memoryTools: wanted }): Agent {
      const plain = new Mistral({ apiKey: "key", serverURL: url });
      const client: PlainChat = memory === undefined ? plain : withMemory(plain, { memory, ...options });
      const toolsOf = ({ scope }: AgentRequest): readonly SuiteTool[] =>
        wanted && memory && memoryTools ? [...own, ...memoryTools(memory, scope)] : own;
      return {
        async ask(request) {
          const tools = toolsOf(request);
          const body = bodyOf(request, instructions, tools);
          for (;;) {
            const response = await client.chat.complete(body, callOf(request));
            const calls = callsOf(response);
            if (calls.length === 0) {
              const text = textOf(response);
              return { text, ...(request.schema ? { data: JSON.parse(text) } : {}) };
            }
            body.messages.push(...(await stepOf(textOf(response), calls, tools)));
          }
        },
        async *stream(request) {
          const tools = toolsOf(request);
          const body = bodyOf(request, instructions, tools);
          for (;;) {
            const calls: ToolCall[] = [];
            let said = "";
            for await (const { data } of await client.chat.stream(body, callOf(request))) {
              const [choice] = data.choices;
              if (choice?.index !== 0) continue;
              const { delta } = choice;
              if (delta.role === "tool") continue;
              const piece = textIn(delta.content);
              said += piece;
              if (piece !== "") yield piece;
              if (delta.index === undefined || delta.index === null) addCalls(calls, delta.toolCalls ?? []);
            }
            if (calls.length === 0) return;
            body.messages.push(...(await stepOf(said, calls, tools)));
          }
        },
        async settled(timeoutMs) {
          await client.flush?.(timeoutMs === undefined ? undefined : { timeoutMs });
        },
      };
    },
  };
}

function bodyOf(
  { messages, schema, promptCacheKey, choices }: AgentRequest,
  instructions: string | undefined,
  tools: readonly SuiteTool[],
): Request {
  return {
    model: "mistral-small-latest",
    messages: [
      ...(instructions === undefined ? [] : [{ role: "system" as const, content: instructions }]),
      ...messages.map(toMessage),
    ],
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, parameters }) => ({
            type: "function" as const,
            function: { name, description, parameters },
          })),
        }),
    ...(schema
      ? {
          responseFormat: {
            type: "json_schema" as const,
            jsonSchema: { name: "answer", schemaDefinition: schema },
          },
        }
      : {}),
    ...(promptCacheKey === undefined ? {} : { promptCacheKey }),
    ...(choices === undefined ? {} : { n: choices }),
  };
}

/** Without memory the client knows nothing of `souvenir`, and sends nothing of what it does not know. */
function callOf({ scope, values, signal }: AgentRequest): PlainCall {
  return {
    souvenir: scope,
    ...(values === undefined ? {} : { values }),
    ...(signal === undefined ? {} : { signal }),
  };
}

function toMessage({ role, content }: SuiteMessage): Message {
  const parts = typeof content === "string" ? content : content.map(toChunk);
  return { role, content: parts } as Message;
}

function toChunk(part: SuitePart): Chunk {
  switch (part.type) {
    case "text":
      return part;
    case "thinking":
      return { type: "thinking", thinking: [{ type: "text", text: part.text }] };
    case "image":
      return {
        type: "image_url",
        imageUrl: `data:image/png;base64,${Buffer.from(part.bytes).toString("base64")}`,
      };
    case "document":
      return { type: "document_url", documentUrl: part.url };
  }
}

function textIn(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((part: { type?: string; text?: string }) => (part.type === "text" ? part.text : ""))
    .join("");
}

/** With tools of the server the answer is the last of several messages. */
function textOf({ choices: [choice] }: Completion): string {
  return textIn((choice?.message ?? choice?.messages?.findLast(({ role }) => role === "assistant"))?.content);
}

function callsOf({ choices: [choice] }: Completion): ToolCall[] {
  const calls: ToolCall[] = [];
  addCalls(calls, choice?.message?.toolCalls ?? []);
  return calls;
}

/** A delta may bring the rest of a call's arguments. */
function addCalls(
  calls: ToolCall[],
  deltas: readonly {
    id?: string | undefined;
    index?: number | undefined;
    function: { name: string; arguments: unknown };
  }[],
): void {
  for (const { id = "null", index = calls.length, function: called } of deltas) {
    const known = calls.find((call) => call.index === index);
    const written =
      typeof called.arguments === "string" ? called.arguments : JSON.stringify(called.arguments);
    if (known && id === "null") known.arguments += written;
    else calls.push({ id, index: known ? calls.length : index, name: called.name, arguments: written });
  }
}

/** The assistant's message with its calls, and what the tools answer. */
async function stepOf(
  text: string,
  calls: readonly ToolCall[],
  tools: readonly SuiteTool[],
): Promise<Message[]> {
  const results = calls.map(async ({ id, name, arguments: given }) => ({
    role: "tool" as const,
    toolCallId: id,
    name,
    content:
      (await tools.find((tool) => tool.name === name)?.run(JSON.parse(given))) ?? "There is no such tool.",
  }));
  return [
    {
      role: "assistant",
      content: text,
      toolCalls: calls.map(({ id, name, arguments: given }) => ({
        id,
        function: { name, arguments: given },
      })),
    },
    ...(await Promise.all(results)),
  ];
}
