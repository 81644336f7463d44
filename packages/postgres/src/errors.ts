import { SouvenirError, type SouvenirErrorCode } from "@souvenir/core";

/** PostgreSQL's five characters for what went wrong (postgresql.org/docs/current/errcodes-appendix.html), or Node's word. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}

/** Two transactions were in each other's way: the same once more finds its way. */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  // serialization_failure, deadlock_detected
  return code === "40001" || code === "40P01";
}

/** The connection is gone, or was never there: nothing is known of what was sent last. */
export function isLost(error: unknown): boolean {
  if (SouvenirError.is(error)) return false;
  const code = codeOf(error);
  // What the server says as it ends a connection, or refuses one while it starts or stops; Node's words for the same.
  if (code !== undefined) return /^(?:57P0[123]|08...|E[A-Z]+)$/.test(code);
  return (
    error instanceof Error &&
    /^(?:Connection terminated|Client has encountered a connection error|Query read timeout|timeout exceeded)/i.test(
      error.message,
    )
  );
}

/**
 * What PostgreSQL or the way to it says, as an error that says what to do. Its details may quote a row: neither they nor
 * anything else but code and message is kept.
 */
export function postgresError(error: unknown): unknown {
  if (SouvenirError.is(error)) return error;
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  const make = (kind: SouvenirErrorCode, message: string, details: Record<string, unknown> = {}) =>
    new SouvenirError(kind, `PostgreSQL: ${message}`, {
      details: { postgres: code ?? null, ...details },
      cause: Object.assign(new Error(text), code === undefined ? {} : { code }),
    });
  if (isLost(error))
    return make(
      "STORE_FAILED",
      "it cannot be reached, or the connection broke: check that it runs, and try again",
      { unreachable: true },
    );
  if (isConflict(error))
    return make(
      "STORE_BUSY",
      "others changed the same at the same time, again and again; nothing was written: try again",
    );
  switch (code) {
    case undefined:
      return error;
    case "55P03":
    case "57014":
      return make("STORE_BUSY", "another transaction kept a lock for long; nothing was written: try again");
    case "53100":
      return make("STORE_FULL", "its disk is full; nothing was written: make room and try again");
    case "53300":
      return make(
        "STORE_BUSY",
        "it has no connection left: raise max_connections, or connect through a pooler",
      );
    case "25006":
      return make("READ_ONLY", "it takes reads only, as a standby does: connect to the primary");
    case "28000":
    case "28P01":
      return make("STORE_FAILED", "it refused the user or the password: check the connection string");
    case "3D000":
      return make("STORE_FAILED", "there is no such database: create it, or check the connection string");
    case "42501":
      return make(
        "STORE_FAILED",
        "the role may not do this: make it the owner of the schema, or grant it the rights",
      );
    case "54000":
      return make(
        "INVALID_INPUT",
        "a key, thread or namespace is too long for an index: keep them under 2,600 bytes",
      );
    case "3F000":
    case "42P01":
    case "42703":
      return make("STORE_CORRUPT", "tables of the schema are missing or changed: restore it from a backup");
    case "XX001":
    case "XX002":
      return make("STORE_CORRUPT", "it found damaged data: restore it from a backup");
    default:
      return make("STORE_FAILED", `it failed with code ${code}`);
  }
}
