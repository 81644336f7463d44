import { errorBody } from "./api-error.ts";
import type { EmbeddingsAnswer, Fault } from "./reply.ts";

/** 429. `retryAfter` in seconds, or an HTTP date; `retryAfterMs` in milliseconds; without either no hint is sent. */
export function rateLimited(hint: { retryAfter?: number | string; retryAfterMs?: number } = {}): Fault {
  const headers: Record<string, string> = {};
  if (hint.retryAfter !== undefined) headers["retry-after"] = String(hint.retryAfter);
  if (hint.retryAfterMs !== undefined) headers["retry-after-ms"] = String(hint.retryAfterMs);
  const body = errorBody("Rate limit exceeded", "rate_limited", "1300");
  return { fault: "status", status: 429, headers, body };
}

export function serverError(): Fault {
  return {
    fault: "status",
    status: 500,
    body: errorBody("Internal server error", "internal_server_error", "3000"),
  };
}

export function overCapacity(): Fault {
  const body = errorBody("Service tier capacity exceeded", "service_tier_capacity_exceeded", "3505");
  return { fault: "status", status: 503, body };
}

export function unauthorized(): Fault {
  return { fault: "status", status: 401, body: { detail: "Unauthorized" } };
}

/** 400 for a text that the model will not take. Like the real API, it repeats the text. */
export function refused(input: unknown): Fault {
  const body = errorBody(`Invalid input: ${JSON.stringify(input)}`, "invalid_request_prompt", "3200");
  return { fault: "status", status: 400, body };
}

/** What a proxy in between answers. */
export function htmlError(status = 502): Fault {
  return { fault: "status", status, body: `<html><body><h1>${status} Bad Gateway</h1></body></html>` };
}

/** The request is read and never answered. */
export function hangs(): Fault {
  return { fault: "hang" };
}

/** The connection is closed without an answer. */
export function connectionLost(): Fault {
  return { fault: "drop" };
}

export function wrongDimension(dimensions: number): EmbeddingsAnswer {
  return {
    change: (data) =>
      data.map((item) => ({ ...item, embedding: new Array<number>(dimensions).fill(dimensions ** -0.5) })),
  };
}

export function outOfOrder(): EmbeddingsAnswer {
  return { change: (data) => data.toReversed() };
}

export function missingVector(): EmbeddingsAnswer {
  return { change: (data) => data.slice(0, -1) };
}

/** Every item claims to be the vector of this one text. */
export function allNumbered(index: number): EmbeddingsAnswer {
  return { change: (data) => data.map((item) => ({ ...item, index })) };
}

/** One item without its vector. */
export function emptyItem(): EmbeddingsAnswer {
  return {
    change: ([first, ...rest]) => (first ? [{ object: "embedding", index: first.index }, ...rest] : []),
  };
}

/** The first vector holds something that is not a number. JSON writes it as `null`. */
export function notANumber(): EmbeddingsAnswer {
  return {
    change: ([first, ...rest]) =>
      first ? [{ ...first, embedding: [Number.NaN, ...(first.embedding ?? []).slice(1)] }, ...rest] : [],
  };
}
