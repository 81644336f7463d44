/**
 * What went wrong. `NOT_LOADED`: the data were asked for before `load()` had brought them. `UNREACHABLE`: they could not
 * be read or fetched; see `cause`. `FOREIGN`: these bytes are something else. `VERSION`: they belong to another version of
 * this package. `DAMAGED`: cut off or changed. `INVALID_INPUT`: an option or argument of the wrong kind.
 */
export type StaticModelErrorCode =
  | "NOT_LOADED"
  | "UNREACHABLE"
  | "FOREIGN"
  | "VERSION"
  | "DAMAGED"
  | "INVALID_INPUT";

const marker: symbol = Symbol.for("souvenir.static.model-error");

/** Data that cannot be read, or are none of this model. */
export class StaticModelError extends Error {
  override readonly name = "StaticModelError";
  readonly code: StaticModelErrorCode;

  constructor(code: StaticModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, marker, { value: true });
  }

  /** True for a `StaticModelError` of any copy of this package. */
  static is(error: unknown): error is StaticModelError {
    return typeof error === "object" && error !== null && marker in error;
  }
}
