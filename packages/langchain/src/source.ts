import type { Memory } from "@souvenir/core";

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
