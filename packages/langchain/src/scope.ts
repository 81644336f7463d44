import {
  filled,
  type Memory,
  type MemorySource,
  memoryOpener,
  type PerCall,
  type ScopeOptions,
  SouvenirError,
} from "@souvenir/core";
import { isTemplate, type LabelPath, namespaceOf, toLabel } from "./labels.ts";
import { holderOf } from "./source.ts";

/**
 * Whose memory: a Souvenir namespace, or a label path as the LangGraph store has it. `{user_id}` in either is filled with
 * what the run's context or `configurable` says of it, as one label.
 */
export type NamespaceInput = string | LabelPath;

/** What a run knows about itself, in middleware, tools and retrievers. */
export interface RunScope {
  context?: unknown;
  configurable?: unknown;
  store?: unknown;
}

/** A value, or a function that finds it for each run. */
export type PerRun<Value> = PerCall<Value, RunScope>;

const userNames = ["userId", "user_id"] as const;
const threadNames = ["thread_id", "threadId"] as const;

/**
 * The namespace of a run: as given, else the user that the context names, else the one that `configurable` names.
 * @throws SouvenirError `INVALID_INPUT` without one: nothing stands in for it
 */
export async function namespaceFor(
  given: PerRun<NamespaceInput> | undefined,
  run: RunScope,
): Promise<string> {
  if (given !== undefined && typeof given !== "function") return filled(textOf(given), valuesOf(run));
  const found = await given?.(run);
  if (found !== undefined && found !== "")
    return Array.isArray(found) ? namespaceOf(found) : toText(found, "namespace");
  const user = given === undefined ? named(userNames, run) : undefined;
  if (user === undefined)
    throw new SouvenirError(
      "INVALID_INPUT",
      "without a namespace there is no memory: pass { namespace }, or userId in the run's context or configurable",
    );
  return namespaceOf([toLabel(user)]);
}

/** The conversation of a run, by the same rule: `thread_id` or `threadId`. `undefined`: it names none. */
async function threadFor(given: PerRun<string> | undefined, run: RunScope): Promise<string | undefined> {
  if (typeof given === "function") return given(run);
  return given === undefined ? named(threadNames, run) : filled(given, valuesOf(run));
}

/** What a run says of its memory: `souvenir: { namespace, thread, recall, store }` of its context, else of `configurable`. */
export function callOf({ context, configurable }: RunScope): unknown {
  const of = (place: unknown) => (Object(place) as { souvenir?: unknown }).souvenir;
  return of(context) === undefined ? of(configurable) : of(context);
}

/**
 * A namespace where no run could say what a `{name}` in it is.
 * @throws SouvenirError `INVALID_INPUT` for anything but a namespace or a label path
 */
export function toNamespace(given: unknown): string {
  return filled(textOf(given));
}

/**
 * Where core finds the scope of a run.
 * @throws SouvenirError `INVALID_INPUT` for what could be the scope of no run
 */
export function scopeOptionsOf({
  namespace,
  thread,
}: {
  namespace?: PerRun<NamespaceInput>;
  thread?: PerRun<string>;
}): ScopeOptions<RunScope> {
  if (namespace !== undefined && typeof namespace !== "function") textOf(namespace);
  if (thread !== undefined && typeof thread !== "function") toText(thread, "thread");
  return { namespace: (run) => namespaceFor(namespace, run), thread: (run) => threadFor(thread, run) };
}

/** The memory that was given, else the one of the run's own store. */
export function memoryFor(source: MemorySource | undefined): (run: RunScope) => Promise<Memory> {
  if (source !== undefined) return memoryOpener(source);
  return async ({ store }) => {
    const holder = holderOf(store);
    if (holder === undefined)
      throw new SouvenirError(
        "INVALID_INPUT",
        "memory: pass { memory }, or give the agent or graph a SouvenirStore as its store",
      );
    return holder.openMemory();
  };
}

/** The namespace as text, with the templates that are in it. */
function textOf(given: unknown): string {
  if (Array.isArray(given) && given.length > 0)
    return given
      .map((label) => (isTemplate(label) ? label.replaceAll("/", "%2F") : namespaceOf([label])))
      .join("/");
  return toText(given, "namespace");
}

/**
 * A name of the application's own. Lone surrogates, which no file can hold, are replaced.
 * @throws SouvenirError `INVALID_INPUT` for anything but a text that is not empty, or a number
 */
export function toText(given: unknown, name: string): string {
  const text = typeof given === "number" && Number.isFinite(given) ? String(given) : given;
  if (typeof text === "string" && text !== "") return text.toWellFormed();
  throw new SouvenirError("INVALID_INPUT", `${name}: expected a text that is not empty`);
}

/** What fills `{name}`: the context before `configurable`, a user and a thread under each of their names. */
function valuesOf(run: RunScope): Record<string, unknown> {
  const said = Object.entries({ ...Object(run.configurable), ...dropped(Object(run.context)) });
  const both = [userNames, threadNames].flatMap((names) => names.map((name) => [name, named(names, run)]));
  return dropped(Object.fromEntries([...said, ...both]));
}

/** Without what says nothing. */
function dropped(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
  );
}

function named(names: readonly string[], { context, configurable }: RunScope): string | undefined {
  for (const place of [context, configurable])
    for (const name of names) {
      const value = (Object(place) as Record<string, unknown>)[name];
      if (value !== undefined && value !== null && value !== "") return toText(value, name);
    }
  return undefined;
}
