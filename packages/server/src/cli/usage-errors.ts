/** A command line that cannot be carried out. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Something that was asked for does not exist. Exit code 3. */
export class NotFoundError extends Error {
  override readonly name = "NotFoundError";
}
