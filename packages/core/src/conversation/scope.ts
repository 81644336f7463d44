import { SouvenirError } from "../errors.ts";
import type { Message } from "../inputs-and-answers.ts";
import { namesOf } from "../names-of.ts";
import { checkName, checkNamespace, checkOptions, invalid } from "../validation.ts";

/** A value, or a function that finds it for each call, for example in an `AsyncLocalStorage`. */
export type PerCall<Value, Call> =
  | Value
  | ((call: Call) => Value | undefined | PromiseLike<Value | undefined>);

/** Whose memory a turn is about. */
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

/** What one call says of its memory: `souvenir: { namespace: "ada", thread: "42" }` in the options of each framework. */
export type CallMemory = {
  /** Whose memory. */
  namespace?: string;
  /** The conversation. */
  thread?: string;
  /** `false`: no memories in this prompt. */
  recall?: boolean;
  /** `false`: nothing of this call is kept; `"user"`: the user's words only; `true`: as the options say. */
  store?: "turns" | "user" | boolean;
};

/** What a call is made with: its scope, and what it leaves out. */
export interface ResolvedCall extends Scope {
  /** Whether anybody named the thread. */
  named: boolean;
  recall: boolean;
  store: StorePolicy;
}

/** Whose memory it is and what of a conversation is kept: values, or functions of the call. */
export interface ScopeOptions<Call> {
  /**
   * Whose memory: a user, a tenant, an agent. `{user_id}` in it is filled with what the run says of `user_id`. A call
   * without a namespace is made without memory, and `onError` is told.
   */
  namespace?: PerCall<string, Call>;
  /** The conversation that turns belong to. Default `"default"`. */
  thread?: PerCall<string, Call>;
  /** `false`: nothing is recalled unless a call asks for it. Default `true`. */
  recall?: boolean;
  /** What is kept. Default `"turns"`. */
  store?: StorePolicy;
}

const callNames = namesOf<CallMemory>({ namespace: true, thread: true, recall: true, store: true });
const placeholder = /\{([\p{L}_][\p{L}\p{N}_.-]*)\}/gu;

/**
 * The scope of a call: what the call says, else the options. `undefined` when the call wants no memory at all.
 * @param given - What came with the call, unchecked. A mistake in it never falls back to another scope.
 * @param values - What the run says of itself, for `{user_id}` in the options.
 * @param otherwise - The thread when nothing names one.
 * @throws SouvenirError `INVALID_INPUT` without a namespace, and for anything that is not what a call may say
 */
export async function resolveCall<Call>(
  options: ScopeOptions<Call>,
  given: unknown,
  call: Call,
  values: Readonly<Record<string, unknown>> | undefined,
  otherwise = "default",
): Promise<ResolvedCall | undefined> {
  const own = checkCall(given);
  const recall = own.recall ?? options.recall ?? true;
  const configured = options.store ?? "turns";
  const store = own.store === undefined || own.store === true ? configured : own.store;
  if (!recall && store === false) return undefined;
  const namespace = own.namespace ?? (await find(options.namespace, call, values));
  if (namespace === undefined || namespace === "")
    throw new SouvenirError(
      "INVALID_INPUT",
      "a call without a namespace is made without memory: pass namespace to the options or { souvenir: { namespace } } with the call, or { souvenir: { recall: false, store: false } } when that is meant",
    );
  const thread = own.thread ?? (await find(options.thread, call, values));
  return {
    namespace: checkNamespace(namespace),
    thread: checkName(thread ?? otherwise, "thread", 512),
    named: thread !== undefined,
    recall,
    store,
  };
}

/** @throws SouvenirError `INVALID_INPUT` for options that could never be a scope */
export function checkScopeOptions<Call>({ namespace, thread, recall, store }: ScopeOptions<Call>): void {
  for (const [name, value] of Object.entries({ namespace, thread }))
    if (value !== undefined && typeof value !== "function" && (typeof value !== "string" || value === ""))
      throw invalid(name, "a string that is not empty, or a function that finds one", value);
  if (recall !== undefined && typeof recall !== "boolean") throw invalid("recall", "true or false", recall);
  const policies: unknown[] = [undefined, "turns", "user", false];
  if (!policies.includes(store) && typeof store !== "function")
    throw invalid("store", '"turns", "user", false or a function', store);
}

/**
 * A text with `{name}` in it filled from what a run says of itself. In what is filled in, `/` is written `%2F`, and a `%`
 * that would read as part of that `%25`, so that no user can choose another's place.
 * @throws SouvenirError `INVALID_INPUT` for a name that the run says nothing of
 */
export function filled(template: string, values: Readonly<Record<string, unknown>> = {}): string {
  return template.replace(placeholder, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if ((typeof value === "string" && value !== "") || typeof value === "number")
      return String(value).replace(/%(?=(?:25)*2F)|\//g, encodeURIComponent);
    throw new SouvenirError(
      "INVALID_INPUT",
      `namespace: nothing says what {${name}} is for this call: give it with the run, or pass a function that finds the namespace`,
      { details: { name } },
    );
  });
}

function checkCall(given: unknown): CallMemory {
  if (given === undefined) return {};
  // A misspelt "namespace" must not mean somebody else's.
  const { namespace, thread, recall, store } = checkOptions(given, "souvenir", callNames);
  // `{ namespace: session?.id }` without a session is nobody's, and not the namespace of the options.
  if (namespace === undefined && "namespace" in Object(given))
    throw invalid(
      "souvenir.namespace",
      "a string that is not empty; leave it out for the one of the options",
      namespace,
    );
  for (const [name, value] of Object.entries({ namespace, thread }))
    if (value !== undefined && (typeof value !== "string" || value === ""))
      throw invalid(`souvenir.${name}`, "a string that is not empty", value);
  if (recall !== undefined && typeof recall !== "boolean")
    throw invalid("souvenir.recall", "true or false", recall);
  if (store !== undefined && typeof store !== "boolean" && store !== "turns" && store !== "user")
    throw invalid("souvenir.store", '"turns", "user", true or false', store);
  return given as CallMemory;
}

async function find<Call>(
  given: PerCall<string, Call> | undefined,
  call: Call,
  values: Readonly<Record<string, unknown>> | undefined,
): Promise<unknown> {
  return typeof given === "function"
    ? await given(call)
    : given === undefined
      ? undefined
      : filled(given, values);
}
