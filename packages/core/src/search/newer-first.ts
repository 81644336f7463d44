import type { SearchHit } from "../types.ts";

/**
 * Hits with what takes the place of another before it: where the older one stood, which comes after it. The scores stay
 * where they are, so that the first has the best one. The same list where nothing is out of order.
 * @param hits - Best first.
 */
export function newerFirst(hits: readonly SearchHit[]): readonly SearchHit[] {
  if (hits.every(({ supersededBy }) => supersededBy === undefined)) return hits;
  const byKey = new Map(hits.map((hit) => [hit.key, hit]));
  const ordered = new Set<SearchHit>();
  for (const hit of hits) {
    // Each may have been taken the place of by the next, and in the end by the first again.
    const older = new Set<SearchHit>();
    for (let each: SearchHit | undefined = hit; each !== undefined && !older.has(each); ) {
      older.add(each);
      each = each.supersededBy === undefined ? undefined : byKey.get(each.supersededBy);
    }
    for (const each of [...older].reverse()) ordered.add(each);
  }
  return Array.from(ordered, (hit, place) => {
    const { score } = hits[place] as SearchHit;
    return hit.score === score ? hit : { ...hit, score };
  });
}
