import { AIMessage, type BaseMessage, HumanMessage, SystemMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { MemorySaver } from "@langchain/langgraph";
import { ChatMistralAI } from "@langchain/mistralai";
import type { AdapterDriver, AgentRequest, SuiteMessage, SuitePart } from "@souvenir/test/adapter-suite";
import { type AnyAgentMiddleware, createAgent, humanInTheLoopMiddleware } from "langchain";
import { memoryTools as toolsOf, toolsToApprove } from "../src/index.ts";
import { type AnswerMark, memoryMiddleware } from "../src/middleware.ts";

/** An agent whose application keeps the conversation and sends all of it. */
export const langchainDriver: AdapterDriver = {
  make({ url, memory, options, instructions, tools = [], memoryTools = false }) {
    const middleware = memory === undefined ? undefined : memoryMiddleware({ memory, ...options });
    const approval = humanInTheLoopMiddleware({ interruptOn: toolsToApprove });
    const own = tools.map(({ name, description, parameters, run }) =>
      tool((input) => run(input as Record<string, unknown>), { name, description, schema: parameters }),
    );
    const agentFor = ({ schema, choices }: AgentRequest) => {
      const offered = memory && memoryTools ? toolsOf({ memory }) : [];
      const used: AnyAgentMiddleware[] = [
        ...(middleware ? [middleware] : []),
        ...(memoryTools ? [approval] : []),
      ];
      return createAgent({
        model: new ChatMistralAI({
          apiKey: "key",
          serverURL: url,
          maxRetries: 0,
          ...(choices === undefined ? {} : { numCompletions: choices }),
        }),
        tools: [...own, ...offered],
        middleware: used,
        checkpointer: new MemorySaver(),
        ...(instructions === undefined ? {} : { systemPrompt: instructions }),
        ...(schema === undefined ? {} : { responseFormat: schema }),
      });
    };
    return {
      async ask(request) {
        const { messages, structuredResponse } = (await agentFor(request).invoke(
          { messages: request.messages.map(toMessage) },
          configOf(request),
        )) as { messages: BaseMessage[]; structuredResponse?: unknown };
        const last = messages.at(-1) as BaseMessage;
        const { souvenir: own } = last.response_metadata as { souvenir?: AnswerMark };
        return { text: last.text, data: structuredResponse, recalled: own?.recalled };
      },
      async *stream(request) {
        const stream = await agentFor(request).stream(
          { messages: request.messages.map(toMessage) },
          { ...configOf(request), streamMode: "messages" },
        );
        for await (const [message] of stream as AsyncIterable<[BaseMessage]>)
          if (message.getType() === "ai" && message.text !== "") yield message.text;
      },
      settled: async (timeoutMs) => middleware?.flush(timeoutMs === undefined ? {} : { timeoutMs }),
    };
  },
};

function configOf({ scope, values, signal }: AgentRequest) {
  return {
    context: { ...values, souvenir: scope },
    configurable: { thread_id: crypto.randomUUID() },
    ...(signal === undefined ? {} : { signal }),
  };
}

function toMessage({ role, content }: SuiteMessage): BaseMessage {
  const parts = (typeof content === "string" ? content : content.map(toPart)) as string;
  if (role === "user") return new HumanMessage(parts);
  return role === "assistant" ? new AIMessage(parts) : new SystemMessage(parts);
}

function toPart(part: SuitePart): object {
  switch (part.type) {
    case "text":
      return part;
    case "thinking":
      return { type: "thinking", thinking: [{ type: "text", text: part.text }] };
    case "image":
      return {
        type: "image_url",
        image_url: `data:image/png;base64,${Buffer.from(part.bytes).toString("base64")}`,
      };
    case "document":
      return { type: "document_url", document_url: part.url };
  }
}
