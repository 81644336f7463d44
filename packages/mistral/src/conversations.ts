import type { Mistral } from "@mistralai/mistralai";
import {
  type Conversation,
  contentWithBlock,
  StreamedContent,
  type Turn,
  type TurnEnd,
} from "@souvenir/core";
import { addContent } from "./chat.ts";
import { type Endpoint, isJsonFormat, type StreamReader } from "./endpoint.ts";
import type { ConversationRequest, MistralRequest } from "./requests.ts";

type Conversations = Mistral["beta"]["conversations"];
type Append = Parameters<Conversations["append" | "appendStream"]>[0];
type Start = Parameters<Conversations["start" | "startStream"]>[0];

type Entry = Exclude<Start["inputs"], string>[number];
/** What the requests have in common. */
type Body = Pick<Start, "inputs" | "completionArgs"> &
  Partial<Pick<Start, "instructions" | "agentId" | "metadata">>;

/** What is read of an answer. */
interface ConversationAnswer {
  conversationId: string;
  outputs: readonly { type?: string | undefined; id?: string | undefined; content?: unknown }[];
}

interface ConversationEvent {
  data: { type: string };
}

/** Members of the events that say something. */
interface EventData {
  type: string;
  conversationId: string;
  id: string;
  outputIndex: number;
  contentIndex: number;
  content: unknown;
}

/**
 * `beta.conversations`: the API keeps the conversation and requests have what is new in it. Its thread is its id, unless
 * the caller names another.
 * @param name - Of the member that the body of the request stands in; `undefined`: the request is the body.
 */
export function conversationEndpoint(
  conversation: Conversation<MistralRequest>,
  part: Conversations,
  placement: "user" | "system" | undefined,
  name?: string,
): Endpoint<ConversationRequest, ConversationAnswer, ConversationEvent> {
  const bodyOf = (request: ConversationRequest) =>
    ((name === undefined ? request : Reflect.get(request, name)) ?? {}) as Body & { fromEntryId?: string };
  return {
    async begin(request, given, signal) {
      const body = bodyOf(request);
      const { conversationId } = request as Partial<Append>;
      const inputs = entriesOf(body.inputs);
      let earlier: Entry[] = [];
      const messages = async () => {
        if (conversationId !== undefined && body.fromEntryId !== undefined)
          earlier = await historyUpTo(part, conversationId, body.fromEntryId, signal);
        return [...earlier, ...inputs].map(toMessage);
      };
      const turn = await conversation.begin({
        messages,
        kept: body.fromEntryId === undefined && conversationId !== undefined ? { id: conversationId } : {},
        call: request,
        given,
        values: body.metadata ?? {},
        signal,
      });
      if (turn === undefined || turn.recalled.text === "") return { request, turn };
      const sent = withRecalled(body, turn, turn.index - earlier.length, placement);
      return { request: (name === undefined ? sent : { ...request, [name]: sent }) as typeof request, turn };
    },
    read({ conversationId, outputs }, request) {
      const calls = outputs.some(({ type }) => type === "function.call");
      return {
        messages: outputs.filter(({ type }) => type === "message.output"),
        status: calls ? "continues" : "answered",
        structured: wantsJson(bodyOf(request)),
        thread: conversationId,
      };
    },
    reader: (request) => new ConversationReader(wantsJson(bodyOf(request))),
  };
}

/** Puts the messages of a stream together, each by its id. */
class ConversationReader implements StreamReader<ConversationEvent> {
  readonly #structured: boolean;
  readonly #messages = new Map<string, { place: number; streamed: StreamedContent }>();
  #thread: string | undefined;
  #calls = false;

  constructor(structured: boolean) {
    this.#structured = structured;
  }

  add(event: ConversationEvent): TurnEnd | undefined {
    const data = event.data as EventData;
    switch (data.type) {
      case "conversation.response.started":
        this.#thread = data.conversationId;
        return undefined;
      case "message.output.delta": {
        const message = this.#messages.get(data.id) ?? {
          place: data.outputIndex,
          streamed: new StreamedContent(),
        };
        this.#messages.set(data.id, message);
        const { content } = data;
        const pieces = typeof content === "string" ? content : [content];
        addContent(message.streamed, pieces, String(data.contentIndex));
        return undefined;
      }
      case "function.call.delta":
        this.#calls = true;
        return undefined;
      case "conversation.response.done":
        return this.#end(this.#calls ? "continues" : "answered");
      case "conversation.response.error":
        return this.broken();
      default:
        return undefined;
    }
  }

  broken(): TurnEnd {
    return this.#end("failed");
  }

  #end(status: NonNullable<TurnEnd["status"]>): TurnEnd {
    const messages = [...this.#messages]
      .sort(([, left], [, right]) => left.place - right.place)
      .map(([id, { streamed }]) => ({ id, content: streamed.text }));
    return { messages, status, structured: this.#structured, thread: this.#thread };
  }
}

/**
 * A body with the block: in the instructions of a conversation that begins without an agent, where that place is wanted,
 * for they would stand for the agent's own; else after the user's words.
 * @param index - Of the turn's user message among the inputs; negative when it was said before.
 */
function withRecalled(
  body: Body,
  { recalled }: Turn,
  index: number,
  placement: "user" | "system" | undefined,
): Body {
  const { text } = recalled;
  if (placement === "system" && "model" in body && body.agentId == null)
    return { ...body, instructions: contentWithBlock(body.instructions ?? "", text) as string };
  const { inputs } = body;
  if (typeof inputs === "string") return { ...body, inputs: contentWithBlock(inputs, text) as string };
  const entry = inputs?.[index] as { content?: unknown } | undefined;
  if (entry === undefined) return body;
  const changed = { ...entry, content: contentWithBlock(entry.content, text) } as Entry;
  return { ...body, inputs: inputs.with(index, changed) };
}

function entriesOf(inputs: Body["inputs"] | undefined): readonly Entry[] {
  return typeof inputs === "string" ? [{ role: "user", content: inputs }] : (inputs ?? []);
}

/** An entry as chat has it: calls and results of tools are nobody's words. */
function toMessage(entry: Entry): { role: string; content?: unknown } {
  const { type = "message.input", ...said } = entry as { type?: string; role?: string; content?: unknown };
  if (type === "message.input") return { role: said.role ?? "user", content: said.content };
  return type === "message.output" ? { role: "assistant", content: said.content } : { role: "tool" };
}

/** What a branch of a conversation begins with. */
async function historyUpTo(
  part: Conversations,
  conversationId: string,
  entryId: string,
  signal: AbortSignal | undefined,
): Promise<Entry[]> {
  const { entries } = await part.getHistory({ conversationId }, signal === undefined ? {} : { signal });
  return entries.slice(0, entries.findIndex(({ id }) => id === entryId) + 1) as Entry[];
}

function wantsJson({ completionArgs }: Body): boolean {
  return isJsonFormat(completionArgs?.responseFormat);
}
