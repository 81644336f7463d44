import { type Conversation, StreamedContent, type TurnEnd } from "@souvenir/core";
import { type Endpoint, isJsonFormat, type StreamReader } from "./endpoint.ts";
import type { ChatRequest, MistralRequest } from "./requests.ts";

interface Said {
  role?: string | null | undefined;
  content?: unknown;
  toolCalls?: readonly unknown[] | null | undefined;
}

/** What is read of an answer. Of several choices, the first counts. */
interface ChatAnswer {
  choices?: readonly {
    index: number;
    finishReason: string | null;
    message?: Said | undefined;
    /** With tools that the server runs: their calls and results, and what the assistant says between. */
    messages?: readonly Said[] | undefined;
  }[];
}

interface ChatEvent {
  data: {
    choices: readonly {
      index: number;
      finishReason: string | null;
      delta: Said & { index?: number | null | undefined };
    }[];
  };
}

/** `chat` and `agents`: requests with all messages of the conversation. */
export function chatEndpoint(
  conversation: Conversation<MistralRequest>,
): Endpoint<ChatRequest, ChatAnswer, ChatEvent> {
  return {
    async begin(request, given, signal) {
      const { messages: said, metadata, promptCacheKey } = request;
      const values = metadata ?? {};
      const turn = await conversation.begin({ messages: said, call: request, given, values, signal });
      if (turn === undefined) return { request, turn };
      const key = promptCacheKey === undefined ? turn.promptCacheKey : promptCacheKey;
      return { request: { ...request, messages: turn.withRecalled(said), promptCacheKey: key }, turn };
    },
    read({ choices }, request) {
      const choice = choices?.find(({ index }) => index === 0);
      const messages = choice?.messages ?? [choice?.message ?? {}];
      return endOf(messages, choice?.finishReason ?? "error", request);
    },
    reader: (request) => new ChatReader(request),
  };
}

/** Puts the messages of the first choice of a stream together. */
class ChatReader implements StreamReader<ChatEvent> {
  readonly #request: ChatRequest;
  readonly #messages = new Map<number, Said & { streamed: StreamedContent; toolCalls: unknown[] }>();
  #last = 0;

  constructor(request: ChatRequest) {
    this.#request = request;
  }

  add({ data }: ChatEvent): TurnEnd | undefined {
    for (const { index, delta, finishReason } of data.choices) {
      if (index !== 0) continue;
      this.#add(delta);
      if (finishReason !== null) return endOf(this.#whole(), finishReason, this.#request);
    }
    return undefined;
  }

  broken(): TurnEnd {
    return endOf(this.#whole(), "error", this.#request);
  }

  #add({ index, role, content, toolCalls }: ChatEvent["data"]["choices"][number]["delta"]): void {
    const current = this.#messages.get(this.#last);
    // Without a number, another speaker begins another message.
    const other = current !== undefined && role != null && role !== (current.role ?? "assistant");
    this.#last = index ?? (other ? this.#last + 1 : this.#last);
    const message = this.#messages.get(this.#last) ?? {
      role: role ?? "assistant",
      streamed: new StreamedContent(),
      toolCalls: [],
    };
    this.#messages.set(this.#last, message);
    addContent(message.streamed, content);
    message.toolCalls.push(...(toolCalls ?? []));
  }

  #whole(): Said[] {
    return [...this.#messages]
      .sort(([left], [right]) => left - right)
      .map(([, { role, streamed, toolCalls }]) => ({ role, content: streamed.text, toolCalls }));
  }
}

/** Adds a piece of content, a text or parts, to what was said. @param id - Of the text, where there are several. */
export function addContent(streamed: StreamedContent, content: unknown, id?: string): void {
  if (typeof content === "string") streamed.addText(content, id);
  else if (Array.isArray(content))
    for (const part of content as { type?: unknown; text?: unknown }[])
      if (part.type === "text" && typeof part.text === "string") streamed.addText(part.text, id);
      else streamed.addPart(String(part.type));
}

function endOf(messages: readonly Said[], finishReason: string, request: ChatRequest): TurnEnd {
  const waits = finishReason === "tool_calls" || (messages.at(-1)?.toolCalls?.length ?? 0) > 0;
  return {
    messages: messages.filter(({ role }) => (role ?? "assistant") === "assistant"),
    status: finishReason === "error" ? "failed" : waits ? "continues" : "answered",
    truncated: finishReason === "length" || finishReason === "model_length",
    structured: isJsonFormat(request.responseFormat),
  };
}
