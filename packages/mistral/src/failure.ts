import { SouvenirError, type SouvenirErrorCode } from "@souvenir/core";

/** What is worth knowing about a request that failed. Never the body: Mistral's errors repeat the input. */
export interface Failure {
  /** HTTP status, absent when no answer came. */
  status?: number;
  /** Mistral's own code, for example `3210` for too many tokens. */
  code?: string;
  type?: string;
  /** Milliseconds that the server asks to wait. */
  retryAfterMs?: number;
  /** Whether the same request may succeed later. */
  temporary: boolean;
  /** Name of the client's error class. */
  name: string;
}

/** The code for more tokens than a request, or a text of it, may have. */
export const tooManyTokens = "3210";
/** The same in words, where an answer has no code. */
const tellsOfTokens = /too many tokens|too many inputs|exceeds the max\w* (number )?of [\d,]* ?tokens/i;

/** The code for a model that does not exist. */
const unknownModel = "1500";

/** Whether it will fail until somebody changes the configuration: a key or a model that is refused, a wrong address. */
function isMisconfigured({ status, code }: Failure): boolean {
  return status === 401 || status === 403 || status === 404 || code === unknownModel;
}

/** Whether the text is at fault, so that the same text will be refused again, and not the request around it. */
export function isAboutText({ status, type, code }: Failure): boolean {
  return (
    (status === 400 || status === 413 || status === 422) &&
    (type === "invalid_request_prompt" || code === tooManyTokens)
  );
}

/**
 * Reads an error of the Mistral client by its fields, not its class: two copies of the client in one program are
 * common.
 * @param now - Milliseconds since 1970, for a `Retry-After` that is a date.
 */
export function readFailure(error: unknown, now: number): Failure {
  const { statusCode, headers, body, name } = fieldsOf(error);
  const failure: Failure = { temporary: false, name: typeof name === "string" ? name : "Error" };
  if (typeof statusCode !== "number") {
    // "terminated": the connection died while the answer was read.
    const died = error instanceof TypeError && /terminated|fetch failed/.test(error.message);
    failure.temporary =
      died || ["ConnectionError", "RequestTimeoutError", "TimeoutError"].includes(failure.name);
    return failure;
  }
  failure.status = statusCode;
  failure.temporary = statusCode === 408 || statusCode === 429 || statusCode >= 500;
  const { code, type, message } = parse(body);
  if (typeof code === "string" || typeof code === "number") failure.code = String(code);
  else if (statusCode === 413 || (statusCode === 400 && tellsOfTokens.test(String(message))))
    failure.code = tooManyTokens;
  if (typeof type === "string") failure.type = type;
  const wait = headers instanceof Headers ? readRetryAfter(headers, now) : undefined;
  if (wait !== undefined) failure.retryAfterMs = wait;
  return failure;
}

/** Milliseconds to wait by `retry-after-ms`, or by `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). */
export function readRetryAfter(headers: Headers, now: number): number | undefined {
  const milliseconds = headers.get("retry-after-ms");
  if (milliseconds !== null && /^\d+(\.\d+)?$/.test(milliseconds)) return Math.ceil(Number(milliseconds));
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1_000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * A failure as a `SouvenirError` that says what to do. Of an answer only status, code and type are kept; an error
 * without an answer (no connection) is the `cause`.
 */
export function failed(
  code: SouvenirErrorCode,
  model: string,
  failure: Failure,
  error: unknown,
  details: Record<string, unknown> = {},
): SouvenirError {
  const { status, code: mistralCode, type, retryAfterMs, name } = failure;
  const what = status === undefined ? `no answer (${name})` : `status ${status}${type ? ` ${type}` : ""}`;
  return new SouvenirError(code, `Mistral model "${model}": ${what}; ${remedy(failure)}`, {
    details: {
      model,
      ...(status === undefined ? {} : { status }),
      ...(mistralCode === undefined ? {} : { code: mistralCode }),
      ...(type === undefined ? {} : { type }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(isMisconfigured(failure) ? { misconfigured: true } : {}),
      ...details,
    },
    ...(status === undefined ? { cause: error } : {}),
  });
}

function remedy({ status, code, temporary }: Failure): string {
  if (status === 401 || status === 403) return "check the API key (MISTRAL_API_KEY) and what it may use";
  if (status === 404) return "check serverURL (without /v1) and the name of the model";
  if (status === 429) return "the rate limit is reached: it works again later, or with a higher limit";
  if (code === unknownModel) return "check the name of the model";
  if (code === tooManyTokens) return "a text is too long for the model";
  if (status !== undefined && status >= 400 && status < 500 && !temporary)
    return "the request was refused: check the model and its options, and whether a text is unusable";
  if (status !== undefined && status < 400)
    return "the answer was not what the API documents: check serverURL";
  return "the provider or the network is down: it works again later";
}

function fieldsOf(error: unknown): Record<string, unknown> {
  return typeof error === "object" && error !== null ? (error as Record<string, unknown>) : {};
}

function parse(body: unknown): Record<string, unknown> {
  if (typeof body !== "string") return {};
  try {
    return fieldsOf(JSON.parse(body));
  } catch {
    return {};
  }
}
