import type { RankingIndex } from "./ranking-index.ts";
import { withPlaces } from "./text-places.ts";

/** Turns that are looked at on each side. */
export const radius = 4;
/**
 * Words that make a text self-contained. A shorter turn is filled up to it with the turns beside it, nearest first; a
 * longer one stands alone. Between half and twice of it rankings hardly differ.
 */
const selfContainedWords = 250;
/** What each step away from the turn is worth of the step before. */
const decay = 0.7;
/** How much more a question counts for the turn after it, its answer, than another neighbour. */
const questionGain = 2.5;

/** Documents with what they borrow from the turns beside them. */
export interface Windows {
  /** The documents, then all turns beside them that are not among the documents; each once. */
  texts: Uint32Array;
  /** What stands beside document `i` are entries `start[i]` to `start[i + 1]` of `beside` and `shares`. */
  start: Uint32Array;
  /** Places among the texts. */
  beside: Uint32Array;
  /** How much of the words of that text counts, 0 to 1. */
  shares: Float32Array;
  /** Words of each document with its loan. */
  words: Float64Array;
}

/**
 * What stands beside each document in its thread, and how much of it counts there. A turn of a dialogue is a fragment:
 * what it is about was often said just before. So a turn borrows the words of its neighbours, fewer with distance, until
 * turn and loan together are as long as a self-contained text. An answer takes over its question.
 * @param documents - Each once.
 * @param context - Share of a neighbour's words, 0 to 1.
 */
export function contextWindows(documents: Uint32Array, index: RankingIndex, context: number): Windows {
  const { text, threads } = index;
  const words = Float64Array.from(documents, (document) => text.lengthOf(document));
  const start = new Uint32Array(documents.length + 1);
  const beside = new Uint32Array(documents.length * 2 * radius);
  const shares = new Float32Array(beside.length);
  let used = 0;
  const texts = withPlaces(new Uint32Array(documents.length + beside.length), ({ give, known }) => {
    for (const document of documents) give(document);
    for (let i = 0; i < documents.length; i++) {
      if (context > 0) borrow(documents[i] as number, i, give);
      start[i + 1] = used;
    }
    return known();
  });
  return { texts, start, beside: beside.subarray(0, used), shares: shares.subarray(0, used), words };

  function borrow(document: number, i: number, placeOf: (text: number) => number): void {
    let room = selfContainedWords - (words[i] as number);
    if (room <= 0) return;
    const place = threads.placeOf(document);
    if (place === undefined) return;
    const { turns, position } = place;
    for (let step = 1, worth = 1; step <= radius && room > 0; step++, worth *= decay) {
      const before = turns[position - step];
      const after = turns[position + step];
      if (before === undefined && after === undefined) return;
      const wordsBefore = before === undefined ? 0 : text.lengthOf(before);
      const wordsAfter = after === undefined ? 0 : text.lengthOf(after);
      const share = Math.min(worth, room / Math.max(1, wordsBefore + wordsAfter));
      room -= share * (wordsBefore + wordsAfter);
      if (before !== undefined) {
        const gain = step === 1 && index.asks(before) ? questionGain : 1;
        lend(placeOf(before), share * Math.min(1, context * gain), wordsBefore, i);
      }
      if (after !== undefined) lend(placeOf(after), share * context, wordsAfter, i);
    }
  }

  function lend(place: number, share: number, count: number, i: number): void {
    beside[used] = place;
    shares[used++] = share;
    words[i] = (words[i] as number) + share * count;
  }
}
