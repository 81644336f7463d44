import { type Memory, SouvenirError } from "@souvenir/core";
import { type LabelPath, namespaceOf } from "./labels.ts";
import { holderOf, type MemorySource, opener } from "./source.ts";

/** Whose memory: a Souvenir namespace as it stands, or a label path as the LangGraph store has it. */
export type NamespaceInput = string | LabelPath;

/** What a run knows about itself, in hooks and in tools. */
export interface RunScope {
  context?: unknown;
  configurable?: unknown;
  store?: unknown;
}

/** A value, or a function that finds it for each run. `undefined` means: none, so nothing is recalled or kept. */
export type PerRun<Value> = Value | ((run: RunScope) => Value | undefined | Promise<Value | undefined>);

const namesOfNamespace = ["namespace", "userId", "user_id"] as const;
const namesOfThread = ["thread", "threadId", "thread_id"] as const;

/**
 * The namespace of a run: as given, else `namespace`, `userId` or `user_id` of the context, else of `configurable`.
 * Nothing stands in for a missing one.
 */
export async function namespaceFor(
  given: PerRun<NamespaceInput> | undefined,
  run: RunScope,
): Promise<string | undefined> {
  const found = given === undefined ? named(namesOfNamespace, run) : await resolve(given, run);
  if (found === undefined || found === null || found === "") return undefined;
  return toNamespace(found);
}

/** The conversation of a run, by the same rule: `thread`, `threadId` or `thread_id`; else `default`. */
export async function threadFor(given: PerRun<string> | undefined, run: RunScope): Promise<string> {
  const found = given === undefined ? named(namesOfThread, run) : await resolve(given, run);
  return typeof found === "string" && found !== "" ? found : "default";
}

/** @throws SouvenirError `INVALID_INPUT` for anything but a namespace or a label path */
export function toNamespace(given: unknown): string {
  if (Array.isArray(given)) return namespaceOf(given);
  if (typeof given === "string" && given !== "") return given;
  if (typeof given === "number" && Number.isFinite(given)) return String(given);
  throw new SouvenirError("INVALID_INPUT", "namespace: expected a string that is not empty, or a label path");
}

/** The memory that was given, else the one of the run's own store. */
export function memoryFor(source: MemorySource | undefined): (run: RunScope) => Promise<Memory> {
  if (source !== undefined) return opener(source);
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

export const missingNamespace =
  "without a namespace there is no memory: pass { namespace }, or userId in the run's context or configurable";

function named(names: readonly string[], { context, configurable }: RunScope): unknown {
  for (const place of [context, configurable]) {
    if (typeof place !== "object" || place === null) continue;
    for (const name of names) {
      const value = (place as Record<string, unknown>)[name];
      if (value !== undefined && value !== null && value !== "") return value;
    }
  }
  return undefined;
}

function resolve<Value>(given: PerRun<Value>, run: RunScope): Value | undefined | Promise<Value | undefined> {
  return typeof given === "function"
    ? (given as (run: RunScope) => Value | undefined | Promise<Value | undefined>)(run)
    : given;
}
