import type { CallMemory, Turn, TurnEnd } from "@souvenir/core";

/** Of the client's own options for one call, what is read here, and ours. */
interface CallOptions {
  signal?: AbortSignal | null | undefined;
  fetchOptions?: { signal?: AbortSignal | null | undefined } | undefined;
  souvenir?: CallMemory | undefined;
}

/** A call with memory: what to send, and the turn that it belongs to; `undefined` for none. */
export interface Begun<Request> {
  request: Request;
  turn: Turn | undefined;
}

/** Reads what is said in the events of a stream. */
export interface StreamReader<Event> {
  /** Answers how the call ended when this event is the last that says something. */
  add(event: Event): TurnEnd | undefined;
  /** How the call ended when no more events come. */
  broken(): TurnEnd;
}

/** How one endpoint of the API is told what was recalled, and tells what was said. */
export interface Endpoint<Request, Answer, Event> {
  begin(request: Request, given: unknown, signal: AbortSignal | undefined): Promise<Begun<Request>>;
  read(answer: Answer, request: Request): TurnEnd;
  reader(request: Request): StreamReader<Event>;
}

type Method<Request, Answer> = (request: Request, options?: CallOptions) => Promise<Answer>;

/** A method that answers at once, with memory around it. Answers and errors are the client's own. */
export function answering<Request, Answer>(
  endpoint: Endpoint<Request, Answer, never>,
  send: Method<Request, Answer>,
): Method<Request, Answer> {
  return async (request, options) => {
    const { begun, rest } = await begin(endpoint, request, options);
    const answer = await sent(send(begun.request, rest), begun.turn);
    await begun.turn?.end(endpoint.read(answer, request));
    return answer;
  };
}

/** A method that answers with a stream of events, with memory around it. */
export function streaming<Request, Event>(
  endpoint: Endpoint<Request, never, Event>,
  send: Method<Request, ReadableStream<Event>>,
): Method<Request, ReadableStream<Event>> {
  return async (request, options) => {
    const { begun, rest } = await begin(endpoint, request, options);
    const events = await sent(send(begun.request, rest), begun.turn);
    return begun.turn === undefined ? events : watched(events, begun.turn, endpoint.reader(request));
  };
}

/**
 * The same object, but for some members. Methods are bound to the real one, because the client has private members.
 */
export function withMembers<Target extends object>(target: Target, members: object): Target {
  return new Proxy(target, {
    get(own, name) {
      if (Object.hasOwn(members, name)) return Reflect.get(members, name);
      const member: unknown = Reflect.get(own, name, own);
      return typeof member === "function" && name !== "constructor" ? member.bind(own) : member;
    },
  });
}

/** Whether an answer is data for a program: `parse` takes a Zod schema, whose type is not `text`. */
export function isJsonFormat(format: unknown): boolean {
  return format != null && (format as { type?: unknown }).type !== "text";
}

async function begin<Request>(
  endpoint: Endpoint<Request, never, never>,
  request: Request,
  options: CallOptions = {},
): Promise<{ begun: Begun<Request>; rest: CallOptions }> {
  const { souvenir, ...rest } = options;
  const signal = rest.signal ?? rest.fetchOptions?.signal ?? undefined;
  return { begun: await endpoint.begin(request, souvenir, signal), rest };
}

/** The answer, or the client's own error: then the turn was broken off. */
async function sent<Answer>(answer: Promise<Answer>, turn: Turn | undefined): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    await turn?.end({ status: "failed" });
    throw error;
  }
}

/**
 * The same events; the turn is told how it ended with the last one that says something, after that was handed on, or
 * when the stream ends, dies or is left before.
 */
function watched<Event>(
  events: ReadableStream<Event>,
  turn: Turn,
  reader: StreamReader<Event>,
): ReadableStream<Event> {
  const broken = () => turn.end(reader.broken());
  const stream = events.pipeThrough(
    new TransformStream<Event, Event>({
      async transform(event, controller) {
        controller.enqueue(event);
        const end = reader.add(event);
        if (end !== undefined) await turn.end(end);
      },
      flush: broken,
      cancel: broken,
    }),
  );
  // It is one: `EventStream` adds methods to `ReadableStream` and no state, and callers may ask with `instanceof`.
  return Object.setPrototypeOf(stream, Object.getPrototypeOf(events)) as ReadableStream<Event>;
}
