import type { DocumentSet } from "@souvenir/orama";
import { radius } from "./context.ts";
import type { RankingThreads } from "./ranking-index.ts";

/** Every so many-th document of a set, ascending, at most `count`: the same ones for the same set. */
export function sampleOf(documents: DocumentSet, count: number): Uint32Array {
  if (documents.count <= count) return documents.toArray();
  const sample = new Uint32Array(count);
  return sample.subarray(0, takeEvery(documents.count / count, documents.words, sample));
}

/** Takes the documents that stand at multiples of `step`; returns how many. */
function takeEvery(step: number, words: Uint32Array, sample: Uint32Array): number {
  let used = 0;
  let passed = 0;
  for (let at = 0; at < words.length && used < sample.length; at++) {
    let bits = words[at] as number;
    const held = bitsIn(bits);
    if (passed + held <= used * step) {
      passed += held;
      continue;
    }
    for (; bits !== 0; bits &= bits - 1) {
      if (passed++ >= used * step) sample[used++] = at * 32 + (31 - Math.clz32(bits & -bits));
      if (used === sample.length) break;
    }
  }
  return used;
}

function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
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
      const place = threads.placeOf(document);
      if (place === undefined) continue;
      const { turns, position } = place;
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
function sortedUnion(lists: readonly Uint32Array[]): Uint32Array {
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
