import { answerFrom, questionOf } from "./answer.ts";
import { countTokens } from "./embed.ts";
import type { ChatAnswer, ScriptedToolCall } from "./reply.ts";
import { fill, namesIn } from "./structured.ts";
import { type ChatBody, textOf, type WirePart, type WireToolCall } from "./wire.ts";

/** A finished answer of the stand-in, before it is sent as JSON or as a stream. */
export interface Completion {
  id: string;
  model: string;
  created: number;
  choices: { content: string | WirePart[] | null; toolCalls: WireToolCall[]; finishReason: string }[];
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

/** All ids of answers begin with this; see `answeredByStandIn`. */
export const idPrefix = "stand-in-";

/**
 * The stand-in's own answer: the first offered tool is called once a turn; JSON when the request wants JSON; else the
 * sentence of the prompt that fits the question best.
 */
export function ownAnswer(body: ChatBody): ChatAnswer {
  const tool = toolToCall(body);
  const question = questionOf(body.messages);
  if (tool) {
    const material = { text: question, names: namesIn(question) };
    return {
      toolCalls: [
        { name: tool.function.name, arguments: asRecord(fill(tool.function.parameters ?? {}, material)) },
      ],
    };
  }
  const answer = answerFrom(body.messages);
  const format = body.response_format;
  if (format?.type === "json_schema" && format.json_schema) {
    return {
      content: JSON.stringify(fill(format.json_schema.schema, { text: answer, names: namesIn(question) })),
    };
  }
  return { content: format?.type === "json_object" ? JSON.stringify({ answer }) : answer };
}

/** Numbers the answers of one stand-in, so that ids are different and the same in each run. */
export class Completions {
  #answers = 0;
  #calls = 0;

  make(body: ChatBody, answer: ChatAnswer): Completion {
    const number = ++this.#answers;
    const content = answer.content ?? (answer.toolCalls ? "" : null);
    const finishReason = answer.finishReason ?? (answer.toolCalls ? "tool_calls" : "stop");
    const choices = Array.from({ length: body.n ?? 1 }, (_, index) => ({
      content: index > 0 && typeof content === "string" ? `${content} (choice ${index})` : content,
      toolCalls: (answer.toolCalls ?? []).map((call, position) => this.#call(call, position)),
      finishReason,
    }));
    const prompt = countTokens(body.messages.map((message) => textOf(message.content)).join("\n"));
    const completion = choices.reduce((sum, choice) => sum + countTokens(textOf(choice.content)), 0);
    return {
      id: `${idPrefix}${number}`,
      model: body.model,
      created: Math.floor(Date.now() / 1_000),
      choices,
      usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
    };
  }

  #call(call: ScriptedToolCall, index: number): WireToolCall {
    this.#calls++;
    const id = call.id ?? `call${String(this.#calls).padStart(5, "0")}`;
    const written = typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments);
    return { id, type: "function", index, function: { name: call.name, arguments: written } };
  }
}

/** The JSON answer, with every field that any of the clients requires. */
export function toJson({ id, model, created, choices, usage }: Completion): Record<string, unknown> {
  return {
    id,
    object: "chat.completion",
    created,
    model,
    usage,
    choices: choices.map(({ content, toolCalls, finishReason }, index) => ({
      index,
      finish_reason: finishReason,
      message: {
        role: "assistant",
        content,
        tool_calls: toolCalls.length > 0 ? toolCalls : null,
        prefix: false,
      },
    })),
  };
}

/** The chunks of the stream: the role, pieces of the text, then the end with `finish_reason` and `usage`. */
export function* toChunks({
  id,
  model,
  created,
  choices,
  usage,
}: Completion): Generator<Record<string, unknown>> {
  const chunk = (index: number, delta: Record<string, unknown>, end: string | null, total?: unknown) => ({
    id,
    object: "chat.completion.chunk",
    created,
    model,
    choices: [{ index, delta, finish_reason: end }],
    ...(total === undefined ? {} : { usage: total }),
  });
  for (const [index, { content, toolCalls, finishReason }] of choices.entries()) {
    yield chunk(index, { role: "assistant", content: "" }, null);
    for (const piece of pieces(content)) yield chunk(index, { content: piece }, null);
    const last = toolCalls.length > 0 ? { content: "", tool_calls: toolCalls } : { content: "" };
    yield chunk(index, last, finishReason, index === choices.length - 1 ? usage : undefined);
  }
}

function pieces(content: string | WirePart[] | null): (string | WirePart[])[] {
  if (typeof content === "string") return content.match(/\s*\S+\s*/g) ?? [];
  return (content ?? []).map((part) => [part]);
}

function toolToCall({
  messages,
  tools,
  tool_choice: choice,
}: ChatBody): NonNullable<ChatBody["tools"]>[number] | undefined {
  if (choice === "none" || !tools) return undefined;
  const turn = messages.findLastIndex(({ role }) => role === "user");
  if (messages.slice(turn + 1).some(({ role }) => role === "tool")) return undefined;
  if (typeof choice === "object") return tools.find((tool) => tool.function.name === choice.function.name);
  return tools[0];
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
