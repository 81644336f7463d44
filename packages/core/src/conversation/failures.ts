import { SouvenirError } from "../errors.ts";

/** Where in a turn something went wrong: finding whose memory it is, recalling, storing, a tool, or the caller's own listener. */
export type TurnStage = "scope" | "recall" | "store" | "tool" | "listener";

/** What memory could not do in a turn, and at which stage. */
export interface TurnFailure {
  stage: TurnStage;
  namespace?: string;
  thread?: string;
}

/** Is told what memory could not do in a call of a model. */
export type OnError = (error: unknown, event: TurnFailure) => void;

/**
 * Where failures of memory go that must not cost the user an answer: to the listener, or, without one, the first of each
 * kind to `process.emitWarning`. Never throws.
 */
export class Failures {
  readonly #onError: OnError | undefined;
  readonly #told = new Set<string>();

  constructor(onError: OnError | undefined) {
    this.#onError = onError;
  }

  /** Tells a failure to `onError`, or warns once of each kind. */
  report(error: unknown, event: TurnFailure): void {
    if (this.#onError === undefined) {
      this.#warn(error, event);
      return;
    }
    try {
      // A listener may be asynchronous, whatever its type says.
      const told: unknown = this.#onError(error, event);
      if (told instanceof Promise)
        told.catch((failure: unknown) => this.#warn(failure, { stage: "listener" }));
    } catch (failure) {
      this.#warn(failure, { stage: "listener" });
    }
  }

  #warn(error: unknown, { stage }: TurnFailure): void {
    const code = SouvenirError.is(error) ? error.code : nameOf(error);
    const kind = `${stage} ${code}`;
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    // Messages of providers may quote what was said; ours never do.
    const reason = SouvenirError.is(error) ? error.message : code;
    const { process } = globalThis as { process?: { emitWarning?: (text: string, type: object) => void } };
    process?.emitWarning?.(
      `${reason} (in "${stage}"; the call went on without it. This is said once: pass onError to be told of each)`,
      { type: "SouvenirWarning", code },
    );
  }
}

function nameOf(error: unknown): string {
  const { name, code } = Object(error) as { name?: unknown; code?: unknown };
  return [code, name].find((each) => typeof each === "string") ?? "Error";
}
