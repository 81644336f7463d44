/** What went wrong, in a word that code can test. The union is closed: new codes come with a new minor version. */
export type SouvenirErrorCode =
  /** An argument is missing, of the wrong type, out of range or over a limit. Nothing was changed. */
  | "INVALID_INPUT"
  /** The key, namespace or file asked for does not exist. */
  | "NOT_FOUND"
  /**
   * The memory is not of the version that the call names in `ifVersion`; `details.current` is the version that it is of,
   * 0 when there is none. Nothing of the call was done.
   */
  | "VERSION_CONFLICT"
  /**
   * The text holds what this memory does not keep: see `safety`. `details.kinds` says how often it has what, and
   * `details.where`; never the text. Nothing of the call was done.
   */
  | "CONTENT_BLOCKED"
  /** The store holds vectors of another embedder than the one given. */
  | "EMBEDDER_MISMATCH"
  /** An embedder failed or returned something that is not one finite vector of the right length for each text. */
  | "EMBEDDER_FAILED"
  /** A reranker failed or returned something that is not one finite number for each text. */
  | "RERANKER_FAILED"
  /** An entity extractor failed or returned something that is not a list of entities. */
  | "EXTRACTOR_FAILED"
  /** A moderator failed or returned something that is not a list of categories for each text. */
  | "MODERATOR_FAILED"
  /** A chat model that was asked failed, took too long or said nothing. */
  | "MODEL_FAILED"
  /** The file is damaged, or is not a Souvenir store. */
  | "STORE_CORRUPT"
  /** The file was written by a newer version of Souvenir. */
  | "STORE_TOO_NEW"
  /** The file is encrypted and no key was given, or the key could not be had. Nothing was changed. */
  | "ENCRYPTION_KEY_MISSING"
  /** The file is encrypted with another key than the one given. Nothing was changed. */
  | "ENCRYPTION_KEY_WRONG"
  /** A key was given and the file is in plain text. Nothing was changed. */
  | "NOT_ENCRYPTED"
  /** The disk, or the size limit of the store, is full. The write was rolled back. */
  | "STORE_FULL"
  /** Another process held the file for longer than the busy timeout. The write was rolled back. */
  | "STORE_BUSY"
  /** The file was deleted, or another was put in its place, while it was open. What was acknowledged before is in the old one. */
  | "STORE_REPLACED"
  /** The memory was opened with `readOnly`, or its file or file system cannot be written to. */
  | "READ_ONLY"
  /** The file cannot be opened, read or written for another reason; see `cause`. */
  | "STORE_FAILED"
  /** The memory was closed. */
  | "CLOSED"
  /** Memory took longer than a call of a model may wait for it: the call went on without. */
  | "DEADLINE_EXCEEDED"
  /** This runtime, or a memory on a server, lacks something that the call needs. */
  | "UNSUPPORTED"
  /** A memory on a server: the key is missing, unknown, expired or revoked. */
  | "UNAUTHORIZED"
  /** A memory on a server: the key may not do this, or not in this namespace, whether or not that exists. */
  | "FORBIDDEN"
  /** A memory on a server: too many requests for this key; `details.retryAfterSeconds` says when to come again. */
  | "RATE_LIMITED"
  /** A memory on a server: it cannot be reached, or what answers is not Souvenir. */
  | "UNAVAILABLE";

const helpPage = "https://github.com/souvenir-memory/souvenir/blob/main/docs/troubleshooting.md";
const marker = Symbol.for("souvenir.error");

/**
 * The one error class of Souvenir. The message says what was expected, what came and what to do next, and never
 * contains the text of a memory.
 */
export class SouvenirError extends Error {
  override readonly name = "SouvenirError";
  readonly code: SouvenirErrorCode;
  /** Address of what is known about errors of this code, and of what to do. */
  readonly help: string;
  /** Numbers, names and ids that belong to the failure; never the text of a memory. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: SouvenirErrorCode,
    message: string,
    options: { details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.help = `${helpPage}#${code.toLowerCase()}`;
    this.details = Object.freeze({ ...options.details });
    Object.defineProperty(this, marker, { value: true });
  }

  /** True for a `SouvenirError` of any copy of this package. */
  static is(error: unknown): error is SouvenirError {
    return typeof error === "object" && error !== null && marker in error;
  }
}
