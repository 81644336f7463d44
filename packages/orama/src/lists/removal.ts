import { DocumentSet } from "../document-set.ts";
import type { Steps } from "../steps.ts";
import type { ForwardLists } from "./forward-lists.ts";
import type { Postings } from "./postings.ts";

/** From so many documents of a list on, going through it once costs less than taking them out one by one. */
const fewDocuments = 8;
/** Entries that are looked at between two steps. */
const stepEntries = 2048;

/**
 * Takes documents out of the lists they are in. A list of which many go is gone through once, so that taking half of all
 * documents out costs a pass over all lists.
 * @param taken - Called once for each list, with how many documents it lost and how many are left.
 */
export function* removeFromLists(
  documents: Iterable<number>,
  forward: ForwardLists,
  postings: Postings,
  taken: (list: number, lost: number, left: number) => void,
): Steps {
  const removed = new DocumentSet();
  const listsOf: [doc: number, lists: Uint32Array][] = [];
  const lost = new Map<number, number>();
  let entries = 0;
  for (const doc of documents) {
    if (!forward.has(doc)) continue;
    const lists = forward.remove(doc);
    removed.add(doc);
    listsOf.push([doc, lists]);
    for (const list of lists) lost.set(list, (lost.get(list) ?? 0) + 1);
    entries += lists.length;
    if (entries < stepEntries) continue;
    entries = 0;
    yield;
  }
  for (const [doc, lists] of listsOf) {
    for (const list of lists) if (lost.get(list)! < fewDocuments) postings.remove(list, doc);
    entries += lists.length;
    if (entries < stepEntries) continue;
    entries = 0;
    yield;
  }
  for (const [list, count] of lost) {
    entries += 16 + (count < fewDocuments ? 0 : postings.count(list));
    taken(list, count, count < fewDocuments ? postings.count(list) : postings.removeAll(list, removed));
    if (entries < stepEntries) continue;
    entries = 0;
    yield;
  }
  yield* forward.compacting();
}
