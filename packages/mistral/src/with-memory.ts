import type { Mistral } from "@mistralai/mistralai";
import {
  type CallMemory,
  Conversation,
  type ConversationOptions,
  checkOptions,
  conversationOptionNames,
  type Placement,
  SouvenirError,
  type Turn,
  type TurnMessage,
} from "@souvenir/core";
import { chatEndpoint } from "./chat.ts";
import { conversationEndpoint } from "./conversations.ts";
import { answering, streaming, withMembers } from "./endpoint.ts";
import type { ChatRequest, MistralRequest } from "./requests.ts";

type Ask = (request: never, options?: never) => Promise<unknown>;

/** What a client has to have: that of Mistral, of Azure or of Google Cloud. */
export interface MistralClient {
  readonly chat: { complete: Ask; stream: Ask };
}

/** What `withMemory` takes. Functions for namespace, thread and memory are given the request. */
export type WithMemoryOptions = ConversationOptions<MistralRequest>;

/** Methods that also take `{ souvenir: { … } }` among their options. */
export type WithCallMemory<Part> = {
  [Name in keyof Part]: Part[Name] extends (request: infer Request, options?: infer Options) => infer Answer
    ? (request: Request, options?: Options & { souvenir?: CallMemory }) => Answer
    : Part[Name];
};

/** What the memory of a client can be asked. */
export interface ClientMemory {
  /** Waits until all that is being stored is stored, 10 seconds at most unless told otherwise. */
  flush(options?: { timeoutMs?: number }): Promise<{ pending: number }>;
  /** What would be recalled for a request of `chat` or `agents`, and its messages with that. Sends and stores nothing. */
  inspect(
    request: ChatRequest,
    options?: { souvenir?: CallMemory },
  ): Promise<{ turn: Turn; messages: TurnMessage[] }>;
}

/** A client of the same type whose conversations are remembered. */
export type WithMemory<Client extends MistralClient> = Client & {
  readonly chat: WithCallMemory<Client["chat"]>;
  readonly souvenir: ClientMemory;
} & (Client extends Pick<Mistral, "agents">
    ? { readonly agents: WithCallMemory<Client["agents"]> }
    : unknown) &
  (Client extends Pick<Mistral, "beta">
    ? { readonly beta: { readonly conversations: WithCallMemory<Client["beta"]["conversations"]> } }
    : unknown);

/**
 * Gives the plain Mistral client a memory: `chat`, `agents` and `beta.conversations` get what is relevant into their
 * prompts, and what is said is kept. Everything else of the client, its types and its errors stay as they are; the given
 * client is not changed.
 *
 * A turn is one thing that the user says, with all calls that it takes to answer it. It costs one recall; the user's
 * words are kept before the model is asked, and each answer when it is there. When memory fails, the call goes on
 * without it and `onError` is told.
 *
 * Not covered: `client.fim` and the standalone functions of the SDK.
 * @throws SouvenirError `INVALID_INPUT` for something else than a client, and for options that could never work
 */
export function withMemory<Client extends MistralClient>(
  client: Client,
  options: WithMemoryOptions,
): WithMemory<Client> {
  if (typeof client?.chat?.complete !== "function")
    throw new SouvenirError(
      "INVALID_INPUT",
      "withMemory(): client: expected a client of @mistralai/mistralai, new Mistral({ apiKey })",
    );
  const given = checkOptions(options ?? {}, "withMemory()", conversationOptionNames);
  const conversation = new Conversation<MistralRequest>(given as unknown as WithMemoryOptions);
  const { chat, agents, beta } = client as Pick<Mistral, "chat"> & Partial<Mistral>;
  const souvenir: ClientMemory = {
    flush: (options) => conversation.flush(options),
    inspect: (request, options) => {
      const { messages, metadata } = request;
      const values = metadata ?? {};
      return conversation.inspect({ messages, call: request, given: options?.souvenir, values });
    },
  };
  return withMembers(client, {
    souvenir,
    chat: completing(chat, conversation),
    ...(agents && { agents: completing(agents, conversation) }),
    ...(beta && {
      beta: withMembers(beta, {
        conversations: conversing(beta.conversations, conversation, given.placement as Placement),
      }),
    }),
  }) as WithMemory<Client>;
}

function completing(part: object, conversation: Conversation<MistralRequest>): object {
  const endpoint = chatEndpoint(conversation);
  return wrapped(part, {
    complete: [answering, endpoint],
    parse: [answering, endpoint],
    stream: [streaming, endpoint],
    parseStream: [streaming, endpoint],
  });
}

function conversing(
  part: Mistral["beta"]["conversations"],
  conversation: Conversation<MistralRequest>,
  placement: Placement | undefined,
): object {
  const endpoint = (body?: string) => conversationEndpoint(conversation, part, placement, body);
  return wrapped(part, {
    start: [answering, endpoint()],
    startStream: [streaming, endpoint()],
    append: [answering, endpoint("conversationAppendRequest")],
    appendStream: [streaming, endpoint("conversationAppendStreamRequest")],
    restart: [answering, endpoint("conversationRestartRequest")],
    restartStream: [streaming, endpoint("conversationRestartStreamRequest")],
  });
}

type Wrap = (endpoint: never, send: never) => unknown;

/** A part of the client whose methods, those of these that it has, go through an endpoint. */
function wrapped(part: object, methods: Readonly<Record<string, readonly [Wrap, object]>>): object {
  const members: Record<string, unknown> = {};
  for (const [name, [wrap, endpoint]] of Object.entries(methods)) {
    const method: unknown = Reflect.get(part, name);
    if (typeof method === "function") members[name] = wrap(endpoint as never, method.bind(part) as never);
  }
  return withMembers(part, members);
}
