import { SouvenirError } from "@souvenir/core";
import { inRequest } from "../api/names.ts";
import type { WireError, WireErrorCode } from "../api/wire.ts";

const statuses: Record<WireErrorCode, number> = {
  INVALID_INPUT: 400,
  CONTENT_BLOCKED: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  READ_ONLY: 403,
  NOT_FOUND: 404,
  UNKNOWN_ROUTE: 404,
  METHOD_NOT_ALLOWED: 405,
  BODY_TOO_SLOW: 408,
  EMBEDDER_MISMATCH: 409,
  VERSION_CONFLICT: 409,
  CONTRADICTION: 409,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  STORE_CORRUPT: 500,
  STORE_FAILED: 500,
  STORE_TOO_NEW: 500,
  ENCRYPTION_KEY_MISSING: 500,
  ENCRYPTION_KEY_WRONG: 500,
  NOT_ENCRYPTED: 500,
  UNSUPPORTED: 501,
  EMBEDDER_FAILED: 502,
  EXTRACTOR_FAILED: 502,
  MODERATOR_FAILED: 502,
  MODEL_FAILED: 502,
  RERANKER_FAILED: 502,
  CLOSED: 503,
  DEADLINE_EXCEEDED: 504,
  STORE_REPLACED: 503,
  STORE_BUSY: 503,
  UNAVAILABLE: 503,
  STORE_FULL: 507,
};

/** A refusal that only HTTP knows, or one of core's with headers of its own. */
export class HttpError extends Error {
  readonly code: WireErrorCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: WireErrorCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.code = code;
    this.headers = headers;
    this.details = details;
  }
}

/** The database of the store does not answer. */
const unreachable = new HttpError(
  "UNAVAILABLE",
  "the database of this server cannot be reached at the moment: try again",
  { "Retry-After": "1" },
);

/** What the memory says of these is for whoever opens its file. */
const ofTheStore: Partial<Record<WireErrorCode, string>> = {
  READ_ONLY: "the store of this server is open for reading only: nothing was written",
  STORE_FULL:
    "the disk or the size limit of the store is full: nothing was written; delete something, or make room",
  STORE_REPLACED:
    "the file of the store was deleted, or another was put in its place, while the server had it open: start the server again",
};

/** What is wrong with what was sent: the message begins with its name. */
const ofTheInput: ReadonlySet<string> = new Set(["INVALID_INPUT", "CONTENT_BLOCKED"]);
/** Of what is as described, and not possible beside another part of it or beside what is there. */
const contradictions =
  /^(?:(?:record|line) \d+: )?(?:history: |validTo: .*after|supersedes: .*other memories|minSequence: .*has reached)/;

/**
 * What the memory refuses, as whoever sent the request knows it.
 * @param names - What this request calls what the memory calls otherwise: `{ value: "content" }`.
 */
export function asAsked(error: unknown, names: Readonly<Record<string, string>> = {}): unknown {
  if (!SouvenirError.is(error) || !ofTheInput.has(error.code)) return error;
  const { where, index } = error.details;
  const place = typeof where === "string" ? where : "";
  const asked = place.replace(/^\w+/, (name) => names[name] ?? name);
  const message = inRequest(place === "" ? error.message : error.message.replace(place, () => asked));
  const code = contradictions.test(error.message) ? "CONTRADICTION" : error.code;
  return new HttpError(
    code,
    message.replace(/^record (\d+): /, "memories.$1."),
    {},
    {
      ...(place === "" ? {} : { where: inRequest(`${asked}:`).slice(0, -1) }),
      ...(error.details.kinds === undefined ? {} : { kinds: error.details.kinds }),
      ...(typeof index === "number" ? { index, stored: error.details.stored } : {}),
    },
  );
}

/** @returns Without the place of the file, which only whoever runs the server knows. */
function withoutPath({ message, details }: SouvenirError): string {
  const { path } = details;
  return typeof path === "string" ? message.replaceAll(path, "the store") : message;
}

/** Which memory it was and of which version it is now; 0: there is none. */
function conflictDetails({ namespace, key, expected, current }: Readonly<Record<string, unknown>>) {
  return { namespace, key, expected, current } as {
    namespace: string;
    key: string;
    expected: number;
    current: number;
  };
}

/** The answer to a failure. What a 500 says stays in the log: it may name files. */
export function toErrorAnswer(
  failure: unknown,
  requestId: string,
): { status: number; body: WireError; headers: Readonly<Record<string, string>> } {
  const isUnreachable = SouvenirError.is(failure) && failure.details.unreachable === true;
  const error = isUnreachable ? unreachable : failure;
  const known = error instanceof HttpError || SouvenirError.is(error);
  const code: WireErrorCode = known ? error.code : "INTERNAL";
  const status = statuses[code] ?? 500;
  const message =
    known && status !== 500
      ? SouvenirError.is(error)
        ? (ofTheStore[code] ?? withoutPath(error))
        : error.message
      : `the server failed; its log says why, for request ${requestId}`;
  const { stored, index, where, kinds } = known ? error.details : {};
  const conflict = known && code === "VERSION_CONFLICT" ? error.details : undefined;
  const details = {
    ...(conflict === undefined ? {} : conflictDetails(conflict)),
    ...(typeof stored === "number" ? { stored } : {}),
    ...(typeof index === "number" ? { index } : {}),
    ...(typeof where === "string" ? { where } : {}),
    ...(code === "CONTENT_BLOCKED" && kinds !== undefined ? { kinds: kinds as Record<string, number> } : {}),
  };
  return {
    status,
    body: { error: { code, message, ...(Object.keys(details).length === 0 ? {} : { details }) } },
    headers: {
      ...(code === "STORE_BUSY" ? { "Retry-After": "1" } : {}),
      ...(Number(conflict?.current) > 0 ? { ETag: `"${conflict?.current}"` } : {}),
      ...(error instanceof HttpError ? error.headers : {}),
    },
  };
}
