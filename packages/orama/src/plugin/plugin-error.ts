/** An error with the code that Orama uses for the same fault, such as `UNKNOWN_FILTER_PROPERTY`. */
export class PluginError extends Error {
  override readonly name = "PluginError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
