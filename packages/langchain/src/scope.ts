import {
  filled,
  type Memory,
  type MemorySource,
  memoryOpener,
  type PerCall,
  type ScopeOptions,
  SouvenirError,
} from "@souvenir/core";
import { isTemplate, type LabelPath, namespaceOf } from "./labels.ts";

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
 * Where core finds the scope of a run, filled with `valuesOf` it: the namespace as given, else the user; the conversation
 * by the same rule, else none is named.
 * @throws SouvenirError `INVALID_INPUT` for what could be the scope of no run
 */
export function scopeOptionsOf({
  namespace = "{user_id}",
  thread = (run) => {
    const found = named(threadNames, run);
    return found === undefined ? undefined : toText(found, "thread");
  },
}: {
  namespace?: PerRun<NamespaceInput>;
  thread?: PerRun<string>;
}): ScopeOptions<RunScope> {
  return {
    namespace:
      typeof namespace === "function" ? async (run) => foundOf(await namespace(run)) : textOf(namespace),
    thread: typeof thread === "function" ? thread : toText(thread, "thread"),
  };
}

function foundOf(found: NamespaceInput | undefined): string | undefined {
  if (found === undefined || found === "") return undefined;
  return Array.isArray(found) ? namespaceOf(found) : toText(found, "namespace");
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

/**
 * What keeps its items in a Souvenir memory, of any copy of this package: the part of the store that LangGraph's own
 * wrapper holds.
 */
export interface HoldsMemory {
  readonly lg_name: "SouvenirStore";
  openMemory(): Promise<Memory>;
}

/**
 * The Souvenir store behind what a graph calls its store: in nodes, tools and hooks that is LangGraph's own wrapper,
 * which passes on `get`, `put`, `search` and `delete` only. `undefined` for a store of another kind.
 */
export function holderOf(store: unknown): HoldsMemory | undefined {
  for (const candidate of [store, (store as { store?: unknown } | null | undefined)?.store])
    if ((candidate as { lg_name?: unknown } | null | undefined)?.lg_name === "SouvenirStore")
      return candidate as HoldsMemory;
  return undefined;
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
export function valuesOf(run: RunScope): Record<string, unknown> {
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

function named(names: readonly string[], { context, configurable }: RunScope): unknown {
  const said = [context, configurable].flatMap((place) =>
    names.map((name) => Object(place)[name] as unknown),
  );
  const found = said.find((value) => value !== undefined && value !== null && value !== "");
  return typeof found === "string" ? found.toWellFormed() : found;
}
