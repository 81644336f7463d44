import type { DocumentSet } from "@souvenir/orama";
import { radius } from "./context.ts";
import type { RankingThreads } from "./ranking-index.ts";

/** Documents evenly spread over a set, ascending, at most `count`: the same ones for the same set. */
export function sampleOf(documents: DocumentSet, count: number): Uint32Array {
  if (documents.count <= count) return documents.toArray();
  const { words } = documents;
  const end = words.length * 32;
  const sample = new Uint32Array(count);
  let used = 0;
  let next = 0;
  for (let i = 0; i < count; i++) {
    next = Math.max(next, Math.floor((i * end) / count));
    while (next < end && !documents.has(next)) next++;
    if (next === end) break;
    sample[used++] = next++;
  }
  return sample.subarray(0, used);
}

/** The documents of some lists and, of the first list's best, their neighbours in the thread; ascending, each once. */
export function withNeighbours(
  lists: readonly Uint32Array[],
  expanded: Uint32Array,
  threads: RankingThreads,
  accept: DocumentSet | undefined,
): Uint32Array {
  const beside: number[] = [];
  if (threads.size > 0) {
    for (const document of expanded) {
      const thread = threads.threadOf(document);
      if (thread === undefined) continue;
      const turns = threads.turns(thread);
      const position = threads.position(document);
      const last = Math.min(turns.length - 1, position + radius);
      for (let at = Math.max(0, position - radius); at <= last; at++) {
        const turn = turns[at] as number;
        if (accept === undefined || accept.has(turn)) beside.push(turn);
      }
    }
  }
  return sortedUnion([...lists, Uint32Array.from(beside)]);
}

/** All numbers of some lists, ascending, each once. */
export function sortedUnion(lists: readonly Uint32Array[]): Uint32Array {
  let length = 0;
  for (const list of lists) length += list.length;
  const all = new Uint32Array(length);
  let used = 0;
  for (const list of lists) {
    all.set(list, used);
    used += list.length;
  }
  all.sort();
  let unique = 0;
  for (let i = 0; i < length; i++) if (i === 0 || all[i] !== all[i - 1]) all[unique++] = all[i] as number;
  return all.subarray(0, unique);
}
