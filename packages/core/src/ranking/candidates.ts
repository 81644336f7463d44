import type { DocumentSet } from "@souvenir/orama";
import { radius } from "./context.ts";
import type { RankingThreads } from "./ranking-index.ts";

/** The documents of some lists and, of the first list's best, their neighbours in the thread; ascending, each once. */
export function withNeighbours(
  lists: readonly Uint32Array[],
  expanded: Uint32Array,
  threads: RankingThreads,
  accept: DocumentSet | undefined,
): Uint32Array {
  const all = new Set<number>();
  for (const list of lists) for (const document of list) all.add(document);
  if (threads.size > 0) {
    for (const document of expanded) {
      const place = threads.placeOf(document);
      if (place === undefined) continue;
      const { turns, position } = place;
      const last = Math.min(turns.length - 1, position + radius);
      for (let at = Math.max(0, position - radius); at <= last; at++) {
        const turn = turns[at] as number;
        if (accept === undefined || accept.has(turn)) all.add(turn);
      }
    }
  }
  return Uint32Array.from(all).sort();
}

/** Adds to some documents, ascending, those of a sample, ascending, and says where these stand. */
export function withSample(
  found: Uint32Array,
  sample: Uint32Array,
): { documents: Uint32Array; places: Uint32Array } {
  const documents = new Uint32Array(found.length + sample.length);
  documents.set(found);
  let used = found.length;
  let at = 0;
  const places = sample.map((document) => {
    while (at < found.length && (found[at] as number) < document) at++;
    if (found[at] === document) return at;
    documents[used] = document;
    return used++;
  });
  return { documents: documents.subarray(0, used), places };
}
