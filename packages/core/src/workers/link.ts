import { SouvenirError, type SouvenirErrorCode } from "../errors.ts";

/** An end of a channel between two threads: a `Worker`, or the port of the one inside. */
export interface Port {
  postMessage(message: Message): void;
  on(event: "message", listener: (message: Message) => void): unknown;
}

/** An error as another thread is told of it: there, a class of this one is unknown. */
interface Failure {
  name: string;
  message: string;
  code?: SouvenirErrorCode;
  details?: Record<string, unknown>;
  cause?: Failure;
}

type Message =
  | { call: number; name: string; given: unknown }
  | { tell: string; given: unknown }
  | { abort: number }
  | { answer: number; value: unknown }
  | { answer: number; failure: Failure };

/** What the other end may ask for. A call that is aborted there is of no interest any more. */
export type Answers = Record<string, (given: never, signal: AbortSignal) => unknown>;

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** Calls between two threads, in both directions. What is given and answered is copied: plain data and typed arrays. */
export class Link {
  readonly #port: Port;
  readonly #answers: Answers;
  readonly #waiting = new Map<number, Waiting>();
  readonly #answering = new Map<number, AbortController>();
  readonly #onBusy: (busy: boolean) => void;
  #last = 0;
  #ended: Error | undefined;

  /** @param onBusy - Called when the first call waits for its answer, and when the last has it. */
  constructor(port: Port, answers: Answers, onBusy: (busy: boolean) => void = () => undefined) {
    this.#port = port;
    this.#answers = answers;
    this.#onBusy = onBusy;
    port.on("message", (message) => void this.#hear(message));
  }

  /**
   * Asks the other end.
   * @throws what it throws, a `SouvenirError` with its code; the reason of the signal as soon as that is aborted
   */
  call<Answer>(name: string, given: unknown, signal?: AbortSignal): Promise<Answer> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    if (signal?.aborted) return Promise.reject(signal.reason);
    const call = ++this.#last;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const abort = () => {
      this.#port.postMessage({ abort: call });
      this.#settle(call)?.reject(signal?.reason);
    };
    this.#port.postMessage({ call, name, given });
    signal?.addEventListener("abort", abort, { once: true });
    this.#waiting.set(call, { resolve, reject });
    if (this.#waiting.size === 1) this.#onBusy(true);
    return promise.finally(() => signal?.removeEventListener("abort", abort)) as Promise<Answer>;
  }

  /** Tells the other end what it need not answer. */
  tell(name: string, given: unknown): void {
    if (this.#ended === undefined) this.#port.postMessage({ tell: name, given });
  }

  /** There is nobody at the other end any more: what waits for an answer is rejected. */
  end(error: Error): void {
    this.#ended = error;
    for (const answering of this.#answering.values()) answering.abort(error);
    for (const call of [...this.#waiting.keys()]) this.#settle(call)?.reject(error);
  }

  #settle(call: number): Waiting | undefined {
    const waiting = this.#waiting.get(call);
    if (waiting !== undefined && this.#waiting.delete(call) && this.#waiting.size === 0) this.#onBusy(false);
    return waiting;
  }

  async #hear(message: Message): Promise<void> {
    if ("abort" in message) this.#answering.get(message.abort)?.abort();
    else if ("tell" in message) this.#answers[message.tell]?.(message.given as never, never);
    else if ("call" in message) await this.#answer(message);
    else if ("failure" in message) this.#settle(message.answer)?.reject(errorOf(message.failure));
    else this.#settle(message.answer)?.resolve(message.value);
  }

  async #answer({ call: answer, name, given }: Extract<Message, { call: number }>): Promise<void> {
    const stop = new AbortController();
    this.#answering.set(answer, stop);
    try {
      const value = await this.#answers[name]?.(given as never, stop.signal);
      if (this.#ended === undefined && !stop.signal.aborted) this.#port.postMessage({ answer, value });
    } catch (error) {
      if (this.#ended === undefined && !stop.signal.aborted)
        this.#port.postMessage({ answer, failure: failureOf(error) });
    } finally {
      this.#answering.delete(answer);
    }
  }
}

const never = new AbortController().signal;

/** @param depth - Causes that are told of: one may be its own. */
function failureOf(error: unknown, depth = 3): Failure {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, cause } = error;
  return {
    name,
    message,
    ...(SouvenirError.is(error) ? { code: error.code, details: plain(error.details) } : {}),
    ...(cause instanceof Error && depth > 0 ? { cause: failureOf(cause, depth - 1) } : {}),
  };
}

function errorOf({ name, message, code, details, cause }: Failure): Error {
  const options = cause === undefined ? {} : { cause: errorOf(cause) };
  return code === undefined
    ? Object.assign(new Error(message, options), { name })
    : new SouvenirError(code, message, { ...options, ...(details === undefined ? {} : { details }) });
}

/** Details are numbers, names and ids; what else one of them is, is shown as text. */
function plain(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(details)) as Record<string, unknown>;
}
