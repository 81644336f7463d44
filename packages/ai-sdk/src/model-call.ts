import type { LanguageModelMiddleware } from "ai";

/** A member of the middleware, of whichever version of the SDK is installed: 6 and 7 differ in names only. */
export type Hook<Name extends "transformParams" | "wrapStream"> = NonNullable<LanguageModelMiddleware[Name]>;

/** What a call of a model is made with. */
export type CallOptions = Parameters<Hook<"transformParams">>[0]["params"];

/** The options of a call as the middleware sees them, for functions that find its namespace or thread. */
export type ModelCall = Pick<CallOptions, "prompt" | "providerOptions" | "headers">;
