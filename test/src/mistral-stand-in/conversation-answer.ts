import { inWords } from "./completion.ts";
import { stored } from "./conversations.ts";
import { countTokens } from "./embed.ts";
import type { ConversationAnswer } from "./reply.ts";
import { type StoredEntry, textOf, type WireEntry, type WireToolCall } from "./wire.ts";

/** The entries of an answer: the scripted ones, or words and then calls. */
export function outputsOf(
  { content, outputs }: ConversationAnswer,
  calls: readonly WireToolCall[],
  by: { model: string; agent_id?: string },
): StoredEntry[] {
  const words: WireEntry[] =
    content || calls.length === 0 ? [{ type: "message.output", content: content ?? "" }] : [];
  const entries = outputs ?? [
    ...words,
    ...calls.map(
      ({ id, function: called }): WireEntry => ({ type: "function.call", tool_call_id: id, ...called }),
    ),
  ];
  return entries.map((entry) => {
    if (entry.type === "message.output") return stored({ role: "assistant", ...by, ...entry });
    return stored(entry.type === "agent.handoff" ? entry : { ...by, ...entry });
  });
}

/** What the answer cost. Tools of the server are counted apart. */
export function usageOf(promptTokens: number, outputs: readonly StoredEntry[]): Record<string, unknown> {
  const connectors: Record<string, number> = {};
  let completion = 0;
  for (const entry of outputs) {
    if (entry.type === "tool.execution") connectors[entry.name] = (connectors[entry.name] ?? 0) + 1;
    if (entry.type === "message.output") completion += countTokens(textOf(entry.content));
  }
  const ran = Object.keys(connectors).length > 0;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completion,
    total_tokens: promptTokens + completion,
    ...(ran ? { connector_tokens: 0, connectors } : {}),
  };
}

/** The events of a stream: started, those of each entry, done. */
export function* eventsOf(
  conversationId: string,
  outputs: readonly StoredEntry[],
  usage: Record<string, unknown>,
  { splitArguments = false, errorEvent }: Pick<ConversationAnswer, "splitArguments" | "errorEvent">,
): Generator<Record<string, unknown>> {
  const all = [
    { type: "conversation.response.started", conversation_id: conversationId },
    ...outputs.flatMap((entry, index) => eventsOfEntry(entry, index, splitArguments)),
    { type: "conversation.response.done", usage },
  ];
  const created_at = new Date().toISOString();
  for (const { type, ...event } of all.slice(0, errorEvent?.afterEvents))
    yield { type, created_at, ...event };
  if (errorEvent) {
    const { message, code } = errorEvent;
    yield { type: "conversation.response.error", created_at, message, code };
  }
}

function eventsOfEntry(
  entry: StoredEntry,
  output_index: number,
  splitArguments: boolean,
): Record<string, unknown>[] {
  const { id, model, agent_id } = entry as StoredEntry & { model?: string; agent_id?: string };
  const place = { output_index, id };
  const by = { ...(model ? { model } : {}), ...(agent_id ? { agent_id } : {}) };
  switch (entry.type) {
    case "message.output": {
      const { content } = entry;
      const parts = typeof content === "string" ? [{ type: "text", text: content }] : content;
      return parts.flatMap((part, content_index) =>
        inWords(part).map((piece) => ({
          type: "message.output.delta",
          ...place,
          content_index,
          ...by,
          role: "assistant",
          content: piece.type === "text" ? piece.text : piece,
        })),
      );
    }
    case "function.call": {
      const { tool_call_id, name, confirmation_status } = entry;
      const written = typeof entry.arguments === "string" ? entry.arguments : JSON.stringify(entry.arguments);
      const asks = confirmation_status ? { confirmation_status } : {};
      return inParts(written, splitArguments).map((piece) => ({
        type: "function.call.delta",
        ...place,
        ...by,
        name,
        tool_call_id,
        arguments: piece,
        ...asks,
      }));
    }
    case "tool.execution": {
      const { name, arguments: given, info = {} } = entry;
      const tool = { name, function: entry.function ?? name };
      return [
        { type: "tool.execution.started", ...place, ...by, ...tool, arguments: "" },
        ...inParts(given, true).map((piece) => ({
          type: "tool.execution.delta",
          ...place,
          ...tool,
          arguments: piece,
        })),
        { type: "tool.execution.done", ...place, ...tool, info },
      ];
    }
    case "agent.handoff": {
      const { previous_agent_id, previous_agent_name, next_agent_id, next_agent_name } = entry;
      return [
        { type: "agent.handoff.started", ...place, previous_agent_id, previous_agent_name },
        { type: "agent.handoff.done", ...place, next_agent_id, next_agent_name },
      ];
    }
    default:
      return [];
  }
}

function inParts(text: string, split: boolean): string[] {
  const half = Math.ceil(text.length / 2);
  return split && half < text.length ? [text.slice(0, half), text.slice(half)] : [text];
}
