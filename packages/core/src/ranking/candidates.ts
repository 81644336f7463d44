import type { DocumentSet } from "@souvenir/orama";
import { radius } from "./context.ts";
import type { RankingThreads } from "./ranking-index.ts";
import { withPlaces } from "./text-places.ts";

/** The accepted ones of the documents of some lists and of the neighbours of others in the thread; ascending, each once. */
export function withNeighbours(
  lists: readonly Iterable<number>[],
  expanded: Uint32Array,
  threads: RankingThreads,
  accept: DocumentSet | undefined,
): Uint32Array {
  const all = new Set<number>();
  for (const list of lists) for (const document of list) all.add(document);
  for (const document of expanded) {
    const { turns, position } = threads.placeOf(document) ?? { turns: [], position: 0 };
    for (const turn of turns.slice(Math.max(0, position - radius), position + radius + 1)) all.add(turn);
  }
  const found = Uint32Array.from(all).sort();
  return accept === undefined ? found : found.filter((document) => accept.has(document));
}

/** Adds to some documents those of a sample, and says where these stand. */
export function withSample(
  found: Uint32Array,
  sample: Uint32Array,
): { documents: Uint32Array; places: Uint32Array } {
  return withPlaces(new Uint32Array(found.length + sample.length), ({ give, known }) => {
    for (const document of found) give(document);
    const places = sample.map((document) => give(document));
    return { documents: known(), places };
  });
}
