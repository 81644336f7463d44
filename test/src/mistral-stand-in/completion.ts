import { answerFrom, questionOf } from "./answer.ts";
import { countTokens } from "./embed.ts";
import { factsIn } from "./facts.ts";
import type { Prompt } from "./prompt-cache.ts";
import type { ChatAnswer, ScriptedToolCall } from "./reply.ts";
import { fill, namesIn } from "./structured.ts";
import {
  type ChatBody,
  textOf,
  type WireFunctionTool,
  type WireMessage,
  type WirePart,
  type WireToolCall,
} from "./wire.ts";

/** A finished answer of the stand-in, before it is sent as JSON or as a stream. */
export interface Completion {
  id: string;
  model: string;
  created: number;
  choices: Choice[];
  usage: Record<string, unknown>;
}

interface Choice {
  /** One message, or with server-side tools several. */
  messages: WireMessage[];
  serverSide: boolean;
  finishReason: string;
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
    if (format.json_schema.name === "facts") return { content: JSON.stringify(factsIn(question)) };
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

  make(body: ChatBody, answer: ChatAnswer, prompt: Prompt): Completion {
    const number = ++this.#answers;
    const choices = Array.from({ length: body.n ?? answer.choices?.length ?? 1 }, (_, index) => {
      const scripted = answer.choices?.[index];
      const said = this.#choice(scripted ?? answer);
      const [only] = said.messages;
      if (!scripted && !said.serverSide && index > 0 && typeof only?.content === "string")
        only.content += ` (choice ${index})`;
      return said;
    });
    const completion = countTokens(
      choices.flatMap(({ messages }) => messages.map(({ content }) => textOf(content))).join("\n"),
    );
    return {
      id: `${idPrefix}${number}`,
      model: body.model,
      created: Math.floor(Date.now() / 1_000),
      choices,
      usage: {
        prompt_tokens: prompt.tokens,
        completion_tokens: completion,
        total_tokens: prompt.tokens + completion,
        prompt_tokens_details: { cached_tokens: prompt.cachedTokens },
      },
    };
  }

  /** Calls with ids: nine letters and digits, different for each. */
  calls(scripted: readonly ScriptedToolCall[] = []): WireToolCall[] {
    return scripted.map((call, position) => this.#call(call, position));
  }

  #choice({ content, toolCalls, finishReason, messages }: ChatAnswer): Choice {
    if (messages) return { messages, serverSide: true, finishReason: finishReason ?? "stop" };
    const calls = this.calls(toolCalls);
    const message: WireMessage = {
      role: "assistant",
      content: content ?? (toolCalls ? "" : null),
      tool_calls: calls.length > 0 ? calls : null,
    };
    return {
      messages: [message],
      serverSide: false,
      finishReason: finishReason ?? (toolCalls ? "tool_calls" : "stop"),
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
    choices: choices.map(({ messages, serverSide, finishReason }, index) => ({
      index,
      finish_reason: finishReason,
      ...(serverSide ? { messages } : { message: { ...messages[0], prefix: false } }),
    })),
  };
}

/** The chunks of the stream: the role, pieces of the text, then the end with `finish_reason` and `usage`. */
export function* toChunks(
  { id, model, created, choices, usage }: Completion,
  how: Pick<ChatAnswer, "interleaved" | "splitArguments" | "splitParts"> = {},
): Generator<Record<string, unknown>> {
  const { interleaved = false } = how;
  const chunk = (index: number, delta: Record<string, unknown>, end: string | null, total?: unknown) => ({
    id,
    object: "chat.completion.chunk",
    created,
    model,
    choices: [{ index, delta, finish_reason: end }],
    ...(total === undefined ? {} : { usage: total }),
  });
  const runs = choices.map(({ messages, serverSide, finishReason }, index) => {
    const deltas = messages.map((message, position) =>
      deltasOf(message, how).map((delta) => ({
        ...delta,
        ...(serverSide ? { index: position } : {}),
      })),
    );
    const all = interleaved ? inTurns(deltas) : deltas.flat();
    return all.map((delta, position) => ({
      index,
      delta,
      end: position === all.length - 1 ? finishReason : null,
    }));
  });
  const all = interleaved ? inTurns(runs) : runs.flat();
  for (const [position, { index, delta, end }] of all.entries())
    yield chunk(index, delta, end, position === all.length - 1 ? usage : undefined);
}

/** One message as deltas: its role first, the tool calls whole in the last one unless their arguments are split. */
function deltasOf(
  message: WireMessage,
  { splitArguments = false, splitParts = false }: Pick<ChatAnswer, "splitArguments" | "splitParts">,
): Record<string, unknown>[] {
  const calls = message.tool_calls ?? [];
  const id = message.tool_call_id ? { tool_call_id: message.tool_call_id } : {};
  const deltas: Record<string, unknown>[] = [{ role: message.role, content: "", ...id }];
  const { content } = message;
  const parts = splitParts && Array.isArray(content) ? content.flatMap(inWords) : content;
  for (const piece of pieces(parts)) deltas.push({ content: piece });
  if (splitArguments) deltas.push(...calls.flatMap(inPieces));
  deltas.push(calls.length > 0 && !splitArguments ? { content: "", tool_calls: calls } : { content: "" });
  return deltas;
}

/** The call with the first half of its arguments, then the other half under the same `index`, without id and name. */
function inPieces({
  id,
  type,
  index,
  function: { name, arguments: given },
}: WireToolCall): Record<string, unknown>[] {
  const written = typeof given === "string" ? given : JSON.stringify(given);
  const half = Math.ceil(written.length / 2);
  return [
    { tool_calls: [{ id, type, index, function: { name, arguments: written.slice(0, half) } }] },
    { tool_calls: [{ index, function: { name: "", arguments: written.slice(half) } }] },
  ];
}

function inTurns<Item>(lists: readonly Item[][]): Item[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, position) =>
    lists.flatMap((list) => list.slice(position, position + 1)),
  ).flat();
}

/** Words of a text; the parts of a list whole. */
export function pieces(content: string | readonly WirePart[] | null | undefined): (string | WirePart[])[] {
  return typeof content === "string" ? wordsOf(content) : (content ?? []).map((part) => [part]);
}

/** A part of text or thinking word by word, each in a part of its own; thinking is closed by the last. */
export function inWords(part: WirePart): WirePart[] {
  if (part.type === "text" && typeof part.text === "string")
    return wordsOf(part.text).map((text) => ({ type: "text", text }));
  if (part.type !== "thinking" || !Array.isArray(part.thinking)) return [part];
  return wordsOf(textOf(part.thinking as WirePart[])).map((text, index, words) => ({
    type: "thinking",
    thinking: [{ type: "text", text }],
    ...(index === words.length - 1 ? { closed: true } : {}),
  }));
}

function wordsOf(text: string): string[] {
  return text.match(/\s*\S+\s*/g) ?? [];
}

function toolToCall({
  messages,
  tools,
  tool_choice: choice,
}: Pick<ChatBody, "messages" | "tools" | "tool_choice">): WireFunctionTool | undefined {
  if (choice === "none" || !tools) return undefined;
  const functions = tools.filter((tool): tool is WireFunctionTool => tool.function !== undefined);
  const turn = messages.findLastIndex(({ role }) => role === "user");
  if (messages.slice(turn + 1).some(({ role }) => role === "tool")) return undefined;
  if (typeof choice === "object")
    return functions.find((tool) => tool.function.name === choice.function.name);
  return functions[0];
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
