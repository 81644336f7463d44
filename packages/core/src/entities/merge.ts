import type { Entity } from "../types.ts";
import { canonicalName } from "./canonical.ts";

/** Entities of one memory at most; what comes later is left out. */
const most = 256;

/** Both lists without repetition. Of two names for one thing the earlier list's name and type stay. */
export function mergeEntities(first: readonly Entity[], second: readonly Entity[]): Entity[] {
  const merged = new Map<string, Entity>();
  for (const { name, type } of [...first, ...second]) {
    if (merged.size === most) break;
    const canonical = canonicalName(name);
    if (!merged.has(canonical)) merged.set(canonical, { name, type });
  }
  return [...merged.values()];
}
