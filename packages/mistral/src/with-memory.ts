import type { Mistral } from "@mistralai/mistralai";
import { checkOptions, namesOf, SouvenirError } from "@souvenir/core";
import { type Outcome, readAnswer, StreamedAnswer } from "./answer.ts";
import { type CallMemory, ConversationMemory, type WithMemoryOptions } from "./conversation-memory.ts";
import type { MistralChatRequest } from "./turn.ts";

type Chat = Mistral["chat"];
type Call<Method extends (request: never, options?: never) => unknown> = (
  request: Parameters<Method>[0],
  options?: CallOptions,
) => ReturnType<Method>;
type Events = Awaited<ReturnType<Chat["stream"]>>;
type RequestOptions = NonNullable<Parameters<Chat["complete"]>[1]>;

/** The client's own options for one call, and ours. */
export type CallOptions = RequestOptions & { souvenir?: CallMemory };

/** The chat methods, which also take `{ souvenir: { … } }` among their options. */
export interface ChatWithMemory {
  complete: Call<Chat["complete"]>;
  stream: Call<Chat["stream"]>;
  parse: Call<Chat["parse"]>;
  parseStream: Call<Chat["parseStream"]>;
}

/** A client of the same type whose chat remembers. */
export type WithMemory<Client> = Client & { readonly chat: ChatWithMemory };

const optionNames = namesOf<WithMemoryOptions>({
  memory: true,
  namespace: true,
  thread: true,
  limit: true,
  tokenBudget: true,
  deadlineMs: true,
  placement: true,
  store: true,
  onError: true,
  onRecall: true,
  clock: true,
});

/**
 * Gives the plain Mistral client a memory: `chat.complete`, `stream`, `parse` and `parseStream` get what is relevant
 * into their prompt, and what was said is kept. Everything else of the client, its types and its errors stay as they
 * are; the given client is not changed.
 *
 * A turn is one user message with all calls it takes to answer it. It costs one recall, and is kept once, when it is
 * over: not while the model waits for tools, never with half an answer, and without answers in JSON. A turn that ends
 * with a tool call is kept when the next request shows it. When memory fails, the call goes on without it and `onError`
 * is told.
 *
 * Not covered: `client.agents`, `client.fim`, `client.beta.conversations` and the standalone functions of the SDK.
 * @throws SouvenirError `INVALID_INPUT` for something else than a client or a memory
 */
export function withMemory<Client extends Pick<Mistral, "chat">>(
  client: Client,
  options: WithMemoryOptions,
): WithMemory<Client> {
  if (typeof client?.chat?.complete !== "function")
    throw invalid("client: expected a client of @mistralai/mistralai, new Mistral({ apiKey })");
  if (options !== undefined) checkOptions(options, "withMemory()", optionNames);
  if (typeof options?.memory?.recall !== "function" || typeof options.memory.remember !== "function")
    throw invalid("memory: expected a Memory: pass { memory: await createMemory() }");
  let chat: Chat | undefined;
  return new Proxy(client, {
    get(target, name) {
      if (name !== "chat") return ownMember(target, name);
      chat ??= chatWithMemory(target.chat, new ConversationMemory(options));
      return chat;
    },
  }) as WithMemory<Client>;
}

function invalid(message: string): SouvenirError {
  return new SouvenirError("INVALID_INPUT", `withMemory(): ${message}`);
}

function chatWithMemory(chat: Chat, memory: ConversationMemory): Chat {
  const methods: ChatWithMemory = {
    complete: (request, options) =>
      answer(memory, request, options, (sent, rest) => chat.complete(sent, rest)),
    parse: (request, options) => answer(memory, request, options, (sent, rest) => chat.parse(sent, rest)),
    stream: (request, options) => events(memory, request, options, (sent, rest) => chat.stream(sent, rest)),
    parseStream: (request, options) =>
      events(memory, request, options, (sent, rest) => chat.parseStream(sent, rest)),
  };
  return new Proxy(chat, {
    get: (target, name) =>
      Object.hasOwn(methods, name) ? Reflect.get(methods, name) : ownMember(target, name),
  });
}

/** A member of the real object. Methods are bound to it, because the client has private members. */
function ownMember(target: object, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name, target);
  return typeof member === "function" && name !== "constructor" ? member.bind(target) : member;
}

async function answer<Request extends MistralChatRequest, Response extends Parameters<typeof readAnswer>[0]>(
  memory: ConversationMemory,
  request: Request,
  options: CallOptions | undefined,
  send: (request: Request, options: RequestOptions | undefined) => Promise<Response>,
): Promise<Response> {
  const { souvenir, rest } = split(options);
  const call = await memory.begin(request, souvenir, signalOf(rest));
  const response = await send(call.request, rest);
  await call.finish(readAnswer(response));
  return response;
}

async function events<Request extends MistralChatRequest>(
  memory: ConversationMemory,
  request: Request,
  options: CallOptions | undefined,
  send: (request: Request, options: RequestOptions | undefined) => Promise<Events>,
): Promise<Events> {
  const { souvenir, rest } = split(options);
  const call = await memory.begin(request, souvenir, signalOf(rest));
  return tapped(await send(call.request, rest), call.finish);
}

/**
 * The same events, and `finish` is told the outcome once: with the last chunk of the answer, after it was handed on, or
 * when the stream ends, dies or is left before that.
 */
function tapped(events: Events, finish: (outcome: Outcome) => Promise<void>): Events {
  const answer = new StreamedAnswer();
  let ending: Promise<void> | undefined;
  const end = (outcome: Outcome): Promise<void> => {
    ending ??= finish(outcome);
    return ending;
  };
  const watched = events.pipeThrough(
    new TransformStream({
      async transform(event: { data: Parameters<StreamedAnswer["add"]>[0] }, controller) {
        controller.enqueue(event);
        const outcome = answer.add(event.data);
        if (outcome) await end(outcome);
      },
      flush: () => end({ kind: "unanswered" }),
      cancel: () => end({ kind: "unanswered" }),
    }),
  );
  // It is one: `EventStream` adds methods to `ReadableStream` and no state, and callers may ask with `instanceof`.
  return Object.setPrototypeOf(watched, Object.getPrototypeOf(events)) as Events;
}

function split(options: CallOptions | undefined): {
  souvenir: CallMemory | undefined;
  rest: RequestOptions | undefined;
} {
  if (!options) return { souvenir: undefined, rest: undefined };
  const { souvenir, ...rest } = options;
  return { souvenir, rest };
}

function signalOf(options: RequestOptions | undefined): AbortSignal | null | undefined {
  return options?.signal ?? options?.fetchOptions?.signal;
}
