/**
 * Why a snapshot cannot be used. Build the index anew from the documents in each case.
 * `FOREIGN`: these bytes are something else. `VERSION`: written by another version of this package. `DAMAGED`: cut off or
 * changed since.
 */
export type SnapshotErrorCode = "FOREIGN" | "VERSION" | "DAMAGED";

const marker: symbol = Symbol.for("souvenir.orama.snapshot-error");

/** A snapshot that cannot be read: damaged, cut off, or of another version. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
  readonly code: SnapshotErrorCode;

  constructor(code: SnapshotErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, marker, { value: true });
  }

  /** True for a `SnapshotError` of any copy of this package. */
  static is(error: unknown): error is SnapshotError {
    return typeof error === "object" && error !== null && marker in error;
  }
}
