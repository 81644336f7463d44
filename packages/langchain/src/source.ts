import { type Memory, SouvenirError } from "@souvenir/core";

/** A memory, or how to open one. A function is called at the first use. */
export type MemorySource = Memory | Promise<Memory> | (() => Memory | Promise<Memory>);

/** Opens at the first call. What fails to open is tried again at the next. */
export function opener(source: MemorySource): () => Promise<Memory> {
  if (!isSource(source))
    throw new SouvenirError(
      "INVALID_INPUT",
      "memory: expected a memory of createMemory(), or how to open one",
    );
  let opening: Promise<Memory> | undefined;
  return () => {
    opening ??= Promise.resolve(typeof source === "function" ? source() : source).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
}

/** Also on a server, and of another copy of this package. */
function isSource(source: unknown): boolean {
  if (typeof source === "function") return true;
  if (typeof source !== "object" || source === null) return false;
  return ["then", "search", "recall", "remember"].some((name) => name in source);
}

/** A store that keeps its items in a Souvenir memory, of any copy of this package. */
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
