import type { Entity } from "../types.ts";
import { canonicalName } from "./canonical.ts";

/** A stretch of the text, in UTF-16 units, that may be an entity. */
export interface Candidate {
  start: number;
  end: number;
  type: string;
}

/** Entities of one text at most. */
const mostInText = 64;
/** UTF-8 bytes of a name at most: what a memory accepts. */
const longest = 512;
const encoder = new TextEncoder();

function isAcceptable(name: string): boolean {
  if (name.length > longest || !name.isWellFormed()) return false;
  return name.length * 3 <= longest || encoder.encode(name).length <= longest;
}

/**
 * Entities of the candidates, in the order of the text. Where candidates overlap the longest wins, among equals the
 * earliest found; of two mentions with one canonical name the first stays.
 */
export function settle(text: string, candidates: readonly Candidate[]): Entity[] {
  if (candidates.length === 0) return [];
  const byLength = candidates.toSorted((left, right) => right.end - right.start - (left.end - left.start));
  const taken = new Uint8Array(text.length);
  const kept: Candidate[] = [];
  for (const candidate of byLength) {
    // What is taken is at least as long, so that it covers one end of whatever it overlaps.
    if (taken[candidate.start] === 1 || taken[candidate.end - 1] === 1) continue;
    taken.fill(1, candidate.start, candidate.end);
    kept.push(candidate);
  }
  kept.sort((left, right) => left.start - right.start);
  const entities = new Map<string, Entity>();
  for (const { start, end, type } of kept) {
    if (entities.size === mostInText) break;
    const name = text.slice(start, end);
    if (!isAcceptable(name)) continue;
    const key = canonicalName(name);
    if (!entities.has(key)) entities.set(key, { name, type });
  }
  return [...entities.values()];
}

/** Entities of one memory at most; what comes later is left out. */
const mostInMemory = 256;

/** Both lists without repetition. Of two names for one thing the earlier list's name and type stay. */
export function mergeEntities(first: readonly Entity[], second: readonly Entity[]): Entity[] {
  const merged = new Map<string, Entity>();
  for (const { name, type } of [...first, ...second]) {
    const canonical = canonicalName(name);
    if (merged.size < mostInMemory && !merged.has(canonical)) merged.set(canonical, { name, type });
  }
  return [...merged.values()];
}
