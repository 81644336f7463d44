import { type Message, SouvenirError } from "@souvenir/core";

/** A value, or a function that finds it for each call, for example in an `AsyncLocalStorage`. */
export type PerCall<Call, Value> =
  | Value
  | ((call: Call) => Value | undefined | PromiseLike<Value | undefined>);

/** For one call: `providerOptions: { souvenir: { namespace: "ada", thread: "42" } }`. JSON only. */
export type CallMemory = {
  /** Whose memory. */
  namespace?: string;
  /** The conversation. */
  thread?: string;
  /** `false`: no memories in this prompt. */
  recall?: boolean;
  /** `false`: nothing of this call is kept; `"user"`: the user's words only. `true`: as the options say. */
  store?: "turns" | "user" | boolean;
};

export interface Scope {
  namespace: string;
  thread: string;
}

/**
 * What is kept of a turn: the user's and the assistant's words, the user's only, nothing, or what a function makes of
 * the messages (to redact them, or to drop some).
 */
export type StorePolicy =
  | "turns"
  | "user"
  | false
  | ((messages: Message[], scope: Scope) => Message[] | PromiseLike<Message[]>);

/** What a call is made with: its scope, and what it leaves out. */
export interface ResolvedCall extends Scope {
  recall: boolean;
  store: StorePolicy;
}

export interface ScopeOptions<Call> {
  /** Whose memory: a user, a tenant, an agent. Without one, a call is made without memory, and `onError` is told. */
  namespace?: PerCall<Call, string>;
  /** The conversation that turns belong to. Default `"default"`. */
  thread?: PerCall<Call, string>;
  /** `false`: nothing is recalled unless a call asks for it. Default `true`. */
  recall?: boolean;
  /** What is kept. Default `"turns"`. */
  store?: StorePolicy;
}

const checks: Record<keyof CallMemory, (value: unknown) => boolean> = {
  namespace: (value) => typeof value === "string" && value !== "",
  thread: (value) => typeof value === "string" && value !== "",
  recall: (value) => typeof value === "boolean",
  store: (value) => typeof value === "boolean" || value === "turns" || value === "user",
};

/**
 * The scope of a call: what the call says, else the options. `undefined` when the call wants no memory at all.
 * @param given - What came with the call, unchecked. A mistake in it never falls back to another scope.
 * @throws SouvenirError `INVALID_INPUT` without a namespace
 */
export async function resolveCall<Call>(
  options: ScopeOptions<Call>,
  given: unknown,
  call: Call,
): Promise<ResolvedCall | undefined> {
  const own = checkCall(given);
  const recall = own.recall ?? options.recall ?? true;
  const configured = options.store ?? "turns";
  const store = own.store === undefined || own.store === true ? configured : own.store;
  if (!recall && store === false) return undefined;
  const namespace = own.namespace ?? (await resolve(options.namespace, call));
  if (namespace === undefined || namespace === "")
    throw new SouvenirError(
      "INVALID_INPUT",
      "a call without a namespace is made without memory: pass namespace to the options or { souvenir: { namespace } } with the call, or { souvenir: { recall: false, store: false } } when that is meant",
    );
  if (typeof namespace !== "string") throw invalid("namespace", namespace);
  const thread = own.thread ?? (await resolve(options.thread, call)) ?? "default";
  if (typeof thread !== "string" || thread === "") throw invalid("thread", thread);
  return { namespace, thread, recall, store };
}

function checkCall(given: unknown): CallMemory {
  if (given === undefined || given === null) return {};
  if (typeof given !== "object") throw invalid("souvenir", given);
  for (const [name, value] of Object.entries(given)) {
    // A misspelt "namespace" must not mean somebody else's.
    if (!Object.hasOwn(checks, name)) throw invalid(`souvenir.${name}`, value);
    if (value !== undefined && !checks[name as keyof CallMemory](value))
      throw invalid(`souvenir.${name}`, value);
  }
  return given as CallMemory;
}

function resolve<Call>(given: PerCall<Call, string> | undefined, call: Call): unknown {
  return typeof given === "function" ? given(call) : given;
}

function invalid(name: string, value: unknown): SouvenirError {
  return new SouvenirError(
    "INVALID_INPUT",
    `${name} is not what a call may say (namespace and thread: non-empty strings; recall: boolean; store: "turns", "user" or boolean), so it is made without memory`,
    { details: { name, type: typeof value } },
  );
}
