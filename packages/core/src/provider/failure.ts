import { SouvenirError, type SouvenirErrorCode } from "../errors.ts";

/** What is worth knowing about a request that failed. Never the body: errors of providers repeat the input. */
export interface Failure {
  /** HTTP status, absent when no answer came. */
  status?: number;
  /** The provider's own code, for example Mistral's `3210` for too many tokens. */
  code?: string;
  type?: string;
  /** Milliseconds that the server asks to wait. */
  retryAfterMs?: number;
  /** Whether the same request may succeed later. */
  temporary: boolean;
  /** The request has too many texts, or a text that is too long. */
  tooLong?: true;
  /** Name of the client's error class. */
  name: string;
}

/** Who is called, for errors that say what to do. */
export interface Provider {
  /** Of the errors. */
  code: SouvenirErrorCode;
  model: string;
  /** What messages begin with, such as `Mistral model "mistral-embed"`. */
  name: string;
  /** What to check when the key is refused. */
  checkKey: string;
  /** What to check when there is nothing at the address. */
  checkAddress: string;
  /** The provider's codes for a model that does not exist. */
  unknownModel: readonly string[];
  /** The provider's codes for too many texts, or one that is too long. */
  tooLong: readonly string[];
}

/** How servers say that a request or a text of it is too long, with statuses of many kinds. */
const tellsOfLength =
  /\btoo (?:long|large|many|big)\b|\bmaximum (?:of|context|allowed|input|number)|context[ _](?:length|size|window)|\bless than \d+ tokens|\bbatch size\b/i;

/**
 * Reads an error of a provider's client, or of `postJson`, by its fields, not its class: two copies of a client in one
 * program are common.
 * @param now - Milliseconds since 1970, for a `Retry-After` that is a date.
 */
export function readFailure(error: unknown, now: number, codes: Pick<Provider, "tooLong">): Failure {
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
  const { code, type } = parse(body);
  if (typeof code === "string" || typeof code === "number") failure.code = String(code);
  if (typeof type === "string") failure.type = type;
  const mayBeLong = statusCode === 400 || statusCode === 422 || statusCode === 500;
  const isLong =
    codes.tooLong.includes(failure.code ?? "") || (typeof body === "string" && tellsOfLength.test(body));
  if (statusCode === 413 || (mayBeLong && isLong)) failure.tooLong = true;
  failure.temporary =
    failure.tooLong !== true && (statusCode === 408 || statusCode === 429 || statusCode >= 500);
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
  provider: Provider,
  failure: Failure,
  error: unknown,
  details: Record<string, unknown> = {},
): SouvenirError {
  const { status, code, type, retryAfterMs, tooLong, name } = failure;
  const what = status === undefined ? `no answer (${name})` : `status ${status}${type ? ` ${type}` : ""}`;
  return new SouvenirError(provider.code, `${provider.name}: ${what}; ${remedy(provider, failure)}`, {
    details: {
      model: provider.model,
      ...(status === undefined ? {} : { status }),
      ...(code === undefined ? {} : { code }),
      ...(type === undefined ? {} : { type }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(tooLong === undefined ? {} : { tooLong }),
      ...(isMisconfigured(provider, failure) ? { misconfigured: true } : {}),
      ...details,
    },
    ...(status === undefined ? { cause: error } : {}),
  });
}

/** Whether it will fail until somebody changes the configuration: a key or a model that is refused, a wrong address. */
function isMisconfigured({ unknownModel }: Provider, { status, code = "" }: Failure): boolean {
  return status === 401 || status === 403 || status === 404 || unknownModel.includes(code);
}

function remedy(provider: Provider, { status, code = "", temporary, tooLong: long }: Failure): string {
  if (status === 401 || status === 403) return provider.checkKey;
  if (provider.unknownModel.includes(code)) return "check the name of the model";
  if (status === 404) return provider.checkAddress;
  if (status === 429) return "the rate limit is reached: it works again later, or with a higher limit";
  if (long) return "a text is too long for the model";
  if (status !== undefined && status >= 400 && status < 500 && !temporary)
    return "the request was refused: check the model and its options, and whether a text is unusable";
  if (status !== undefined && status < 400)
    return `the answer was not what the API documents: ${provider.checkAddress}`;
  return "the provider or the network is down: it works again later";
}

function fieldsOf(error: unknown): Record<string, unknown> {
  return typeof error === "object" && error !== null ? (error as Record<string, unknown>) : {};
}

/** OpenAI's errors are inside `error`. */
function parse(body: unknown): Record<string, unknown> {
  if (typeof body !== "string") return {};
  try {
    const parsed = fieldsOf(JSON.parse(body));
    return "code" in parsed || "type" in parsed ? parsed : fieldsOf(parsed.error);
  } catch {
    return {};
  }
}
