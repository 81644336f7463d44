import type { RankingIndex } from "./ranking-index.ts";

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

/** The turns that explain other turns, with the share of each of their words that counts there. */
export interface Windows {
  /** What stands beside document `i` of the list are entries `start[i]` to `start[i + 1]`. */
  start: Uint32Array;
  neighbours: Uint32Array;
  /** 0 to 1. */
  shares: Float32Array;
}

/**
 * What stands beside each document in its thread, and how much of it counts there. A turn of a dialogue is a fragment:
 * what it is about was often said just before. So a turn borrows the words of its neighbours, fewer with distance, until
 * turn and loan together are as long as a self-contained text. An answer takes over its question.
 * @param context Share of a neighbour's words, 0 to 1.
 */
export function contextWindows(documents: Uint32Array, index: RankingIndex, context: number): Windows {
  const start = new Uint32Array(documents.length + 1);
  if (context === 0 || index.threads.size === 0)
    return { start, neighbours: new Uint32Array(0), shares: new Float32Array(0) };
  const { text, threads } = index;
  const neighbours = new Uint32Array(documents.length * 2 * radius);
  const shares = new Float32Array(neighbours.length);
  let used = 0;
  for (let place = 0; place < documents.length; place++) {
    const document = documents[place] as number;
    const thread = threads.threadOf(document);
    let room = thread === undefined ? 0 : selfContainedWords - text.lengthOf(document);
    if (thread !== undefined && room > 0) {
      const turns = threads.turns(thread);
      const position = threads.position(document);
      for (let step = 1, worth = 1; step <= radius && room > 0; step++, worth *= decay) {
        const before = turns[position - step];
        const after = turns[position + step];
        if (before === undefined && after === undefined) break;
        const words = lengthOf(before) + lengthOf(after);
        const share = Math.min(worth, room / Math.max(1, words));
        room -= share * words;
        if (before !== undefined) {
          const gain = step === 1 && index.asks(before) ? questionGain : 1;
          neighbours[used] = before;
          shares[used++] = share * Math.min(1, context * gain);
        }
        if (after !== undefined) {
          neighbours[used] = after;
          shares[used++] = share * context;
        }
      }
    }
    start[place + 1] = used;
  }
  return { start, neighbours: neighbours.subarray(0, used), shares: shares.subarray(0, used) };

  function lengthOf(document: number | undefined): number {
    return document === undefined ? 0 : text.lengthOf(document);
  }
}
