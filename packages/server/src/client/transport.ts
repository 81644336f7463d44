import { atSequence, firstAbort, SouvenirError, type SouvenirErrorCode } from "@souvenir/core";
import { sleep } from "@souvenir/core/provider";
import { inProgram } from "../api/names.ts";
import { sequenceHeader } from "../api/sequence.ts";
import type { WireError, WireErrorCode } from "../api/wire.ts";
import { toJson } from "./to-json.ts";

export interface TransportOptions {
  url: string;
  key: string | undefined;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  timeoutMs: number;
  retries: number;
  retryDelayMs: number;
}

export interface Call {
  method: "GET" | "POST" | "DELETE";
  path: string;
  query?: Record<string, unknown>;
  /** Sent as JSON. */
  body?: object;
  /** A body that is made already. */
  encoded?: { type: string; text: string };
  /** Whether doing it twice is the same as doing it once, so that it may be sent again after a broken connection. */
  repeatable: boolean;
  signal?: AbortSignal | undefined;
  /** Milliseconds; default the one of the client. `Infinity` for what takes as long as it takes. */
  timeoutMs?: number;
}

/** What only HTTP can get wrong, as core says it. */
const translated: Partial<Record<WireErrorCode, SouvenirErrorCode>> = {
  CONTRADICTION: "INVALID_INPUT",
  BODY_TOO_LARGE: "INVALID_INPUT",
  BODY_TOO_SLOW: "UNAVAILABLE",
  INTERNAL: "STORE_FAILED",
  METHOD_NOT_ALLOWED: "UNAVAILABLE",
  UNKNOWN_ROUTE: "UNAVAILABLE",
  UNSUPPORTED_MEDIA_TYPE: "UNAVAILABLE",
};
/** The server refused before it did anything, and will not for ever. */
const passing: readonly SouvenirErrorCode[] = ["RATE_LIMITED", "STORE_BUSY"];
/** Of Node's `fetch`: there was no connection yet, as while a server is started anew. */
const unconnected: readonly string[] = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"];
/** Seconds; a server that asks for a longer pause is not waited for. */
const longestPause = 5;

/** Sends requests to a server, again where that is safe, and turns what goes wrong into `SouvenirError`s. */
export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  async json<Answer>(call: Call): Promise<Answer> {
    return this.#send(call, async (response) => {
      const text = await response.text();
      try {
        const answer = JSON.parse(text) as Answer & object;
        const sequence = response.headers.get(sequenceHeader);
        return atSequence(answer, sequence === null ? undefined : Number(sequence));
      } catch (cause) {
        throw this.#notSouvenir(response, cause);
      }
    });
  }

  /** The body of the answer; the timeout is for its beginning. */
  async stream(call: Call): Promise<ReadableStream<Uint8Array>> {
    return this.#send(call, async (response) => {
      if (response.body === null) throw this.#notSouvenir(response);
      return response.body;
    });
  }

  /** For a request that did not arrive, or an answer that broke off. */
  unavailable(cause: unknown): SouvenirError {
    const { code } = ((cause as Error | undefined)?.cause ?? {}) as { code?: unknown };
    return new SouvenirError(
      "UNAVAILABLE",
      `the connection to ${this.#options.url} failed: look whether a server runs there (souvenir serve); the cause of this error says more`,
      { cause, details: { unsent: typeof code === "string" && unconnected.includes(code) } },
    );
  }

  async #send<Answer>(call: Call, read: (response: Response) => Promise<Answer>): Promise<Answer> {
    const { retries, retryDelayMs } = this.#options;
    const url = this.#options.url + call.path + queryString(call.query ?? {});
    const body =
      call.encoded ??
      (call.body === undefined ? undefined : { type: "application/json", text: toJson(call.body) });
    for (let attempt = 0; ; attempt++) {
      call.signal?.throwIfAborted();
      try {
        return await this.#attempt(call, url, body, read);
      } catch (error) {
        call.signal?.throwIfAborted();
        if (!SouvenirError.is(error) || attempt >= retries) throw error;
        const { retryAfterSeconds: after } = error.details;
        const seconds = typeof after === "number" ? after : (retryDelayMs * 2 ** attempt) / 1000;
        const lost = error.code === "UNAVAILABLE" && (call.repeatable || error.details.unsent === true);
        const again = lost || passing.includes(error.code);
        if (!again || seconds > longestPause) throw error;
        await sleep(seconds * 1000, call.signal);
      }
    }
  }

  async #attempt<Answer>(
    { method, signal, timeoutMs = this.#options.timeoutMs, body: asked, query }: Call,
    url: string,
    body: Call["encoded"],
    read: (response: Response) => Promise<Answer>,
  ): Promise<Answer> {
    const { key, fetch } = this.#options;
    const timeout = new AbortController();
    const timer = Number.isFinite(timeoutMs) ? setTimeout(() => timeout.abort(), timeoutMs) : undefined;
    try {
      const response = await fetch(url, {
        method,
        headers: {
          Accept: "application/json, application/x-ndjson",
          ...(body === undefined ? {} : { "Content-Type": body.type }),
          ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
          ...namespaceHeader(asked, query),
        },
        ...(body === undefined ? {} : { body: body.text }),
        // Followed, a redirection would turn a POST into a GET, or carry texts to another host.
        redirect: "manual",
        signal: signal === undefined ? timeout.signal : firstAbort(signal, timeout.signal),
      });
      return response.ok ? await read(response) : await this.#refuse(response);
    } catch (cause) {
      if (SouvenirError.is(cause)) throw cause;
      if (signal?.aborted) throw signal.reason;
      if (timeout.signal.aborted)
        throw new SouvenirError("UNAVAILABLE", `${this.#options.url} did not answer within ${timeoutMs} ms`, {
          details: { timeoutMs },
        });
      throw this.unavailable(cause);
    } finally {
      clearTimeout(timer);
    }
  }

  async #refuse(response: Response): Promise<never> {
    const answer = (await response.json().catch(() => undefined)) as Partial<WireError> | undefined;
    const { code, message, details } = answer?.error ?? {};
    if (typeof code !== "string" || typeof message !== "string") throw this.#notSouvenir(response);
    const after = Number(response.headers.get("retry-after"));
    const isInput = (translated[code] ?? code) === "INVALID_INPUT";
    throw new SouvenirError(
      translated[code] ?? (code as SouvenirErrorCode),
      isInput ? inProgram(message) : message,
      {
        details: {
          ...details,
          ...(isInput && typeof details?.where === "string" ? { where: inProgram(details.where) } : {}),
          status: response.status,
          ...(code === "UNKNOWN_ROUTE" ? { url: this.#options.url } : {}),
          ...(after > 0 ? { retryAfterSeconds: after } : {}),
        },
      },
    );
  }

  #notSouvenir({ status }: Response, cause?: unknown): SouvenirError {
    const { url } = this.#options;
    return new SouvenirError(
      "UNAVAILABLE",
      `what answers at ${url} (with status ${status}) is not a Souvenir server: check the address, and what stands between`,
      { details: { status }, cause },
    );
  }
}

/** For a proxy that gives all requests about a namespace to the same server: it does not read bodies. */
function namespaceHeader(...asked: readonly (object | undefined)[]): Record<string, string> {
  for (const { namespace } of asked.map((each) => Object(each) as { namespace?: unknown }))
    if (typeof namespace === "string" && namespace.isWellFormed())
      return { "X-Souvenir-Namespace": encodeURIComponent(namespace) };
  return {};
}

/** @throws SouvenirError `INVALID_INPUT` for text that is not well-formed, which a query cannot carry */
function queryString(query: Record<string, unknown>): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const text = String(value);
      if (!text.isWellFormed())
        throw new SouvenirError(
          "INVALID_INPUT",
          `${name}: expected well-formed Unicode (no lone surrogates)`,
        );
      return `${name}=${encodeURIComponent(text)}`;
    });
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
