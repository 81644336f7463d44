import { sampleOf } from "./candidates.ts";
import type { RankingIndex } from "./ranking-index.ts";

/** Turns on each side that are kin. */
const turnsBeside = 2;
/** A name is telling that at most this share of the memories have. */
const tellingShare = 0.05;
/** Memories that share the most telling name and are looked at. */
const namesakes = 4;
/** Memories that show how near any two are, at most and at least. */
const mostOthers = 64;
const fewestOthers = 16;

/**
 * How much nearer a memory is to its kin, the turns beside it and memories that share a telling name, than to others, in
 * standard errors: 0 on average for vectors that mean nothing, clearly more for others. NaN without kin, or among too few
 * memories.
 * @param vector - Of the document.
 * @param names - Canonical names of the entities that it names.
 */
export function kinshipOf(
  document: number,
  vector: Float32Array,
  names: Iterable<string>,
  index: RankingIndex,
): number {
  const { vectors } = index;
  if (vectors === undefined || vectors.size < fewestOthers) return Number.NaN;
  const kin = new Set([...turnsOf(document, index), ...namesakesOf(names, index)]);
  kin.delete(document);
  if (kin.size === 0) return Number.NaN;
  const near = (documents: Iterable<number>) =>
    vectors.score(vector, Uint32Array.from(documents).sort()).filter((cosine) => !Number.isNaN(cosine));
  const cosines = near(kin);
  const others = near(sampleOf(index.live, mostOthers).filter((each) => each !== document && !kin.has(each)));
  if (cosines.length === 0 || others.length < fewestOthers) return Number.NaN;
  const mean = meanOf(others);
  const deviation = Math.sqrt(meanOf(others.map((cosine) => (cosine - mean) ** 2)));
  return deviation === 0 ? Number.NaN : ((meanOf(cosines) - mean) / deviation) * Math.sqrt(cosines.length);
}

function turnsOf(document: number, { threads }: RankingIndex): readonly number[] {
  const place = threads.placeOf(document);
  if (place === undefined) return [];
  const { turns, position } = place;
  return turns.slice(Math.max(0, position - turnsBeside), position + turnsBeside + 1);
}

function namesakesOf(names: Iterable<string>, index: RankingIndex): Uint32Array {
  const sets = Array.from(names, (name) => index.naming(name))
    .filter(({ count }) => count > 1 && count <= Math.max(namesakes, tellingShare * index.live.count))
    .sort((left, right) => left.count - right.count);
  return sets[0] === undefined ? new Uint32Array(0) : sampleOf(sets[0], namesakes);
}

function meanOf(numbers: Float32Array): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum / numbers.length;
}
