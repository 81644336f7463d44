import type { Steps } from "@souvenir/orama";
import type { Likeness, StaticModel } from "@souvenir/static";
import type { Windows } from "./context.ts";
import { tellingWeight } from "./query-terms.ts";
import type { RankingTerms } from "./ranking-index.ts";

/** How alike the words of a question and the words of memories are, one by one. */
export interface SoftWords {
  /** Of the memory alone, 0 to 1. */
  own: Float64Array;
  /** Of the memory with the turns beside it, which count less, 0 to 1. */
  inContext: Float64Array;
  /** Of the memory alone, the same words left out, 0 to 1. */
  otherWords: Float64Array;
}

/** Words of a question that are compared at most: the most telling ones. */
const mostTerms = 24;
/** Words that are no more alike than this have nothing in common. */
const leastAlike = 0.35;
/** A word of a turn beside a memory counts so much of one of its own. */
const besideShare = 0.7;

/** Terms of texts that are looked at between two steps. */
const stepTerms = 65_536;

/**
 * For each term of a question its best cosine among the terms of a memory, averaged with the weights of the terms and their
 * rarity in the namespace (the soft cardinality of translation models: Berger and Lafferty, "Information Retrieval as
 * Statistical Translation", 1999, with cosines in place of probabilities). All 0 when nothing of the question is read.
 * @param windows - Those of the memories that are looked at.
 * @param hasWhole - An identifier of the question was found in one piece: its parts say nothing beside it.
 */
export function* softWords(
  query: string,
  model: StaticModel | undefined,
  terms: RankingTerms,
  windows: Windows,
  hasWhole: boolean,
): Steps<SoftWords> {
  const { texts, words } = windows;
  const own = new Float64Array(words.length);
  const inContext = new Float64Array(words.length);
  const otherWords = new Float64Array(words.length);
  if (model === undefined) return { own, inContext, otherWords };
  const asked = askedTerms(query, model, terms, hasWhole);
  let total = 0;
  for (const { weight } of asked) total += weight;
  const likeness = yield* likenessOf(
    Uint32Array.from(asked, ({ id }) => id),
    texts,
    { model, terms },
  );
  yield;
  for (const [at, { id, weight }] of asked.entries()) {
    const [start, end] = [at * texts.length, (at + 1) * texts.length];
    const best = likeness.best.subarray(start, end);
    const others = likeness.others.subarray(start, end);
    // A number means itself, and none that looks like it.
    if (/\p{N}/u.test(model.term(id))) {
      for (let text = 0; text < best.length; text++) if ((best[text] as number) < 1) best[text] = 0;
      others.fill(0);
    }
    const share = weight / total;
    add(own, best, share);
    addInContext(inContext, best, windows, share);
    add(otherWords, others, share);
  }
  return { own, inContext, otherWords };
}

/** See `StaticModel`: in steps, because texts may be long. */
function* likenessOf(
  ids: Uint32Array,
  texts: Uint32Array,
  { model, terms }: { model: StaticModel; terms: RankingTerms },
): Steps<Likeness> {
  const best = new Float32Array(ids.length * texts.length);
  const others = new Float32Array(best.length);
  for (let from = 0; from < texts.length; ) {
    yield;
    let to = from;
    for (let count = 0; to < texts.length && count < stepTerms; to++)
      count += terms.countOf(texts[to] as number);
    const part = model.likeness(ids, terms.listsOf(texts.subarray(from, to)), leastAlike);
    const count = to - from;
    for (let at = 0; at < ids.length; at++) {
      best.set(part.best.subarray(at * count, (at + 1) * count), at * texts.length + from);
      others.set(part.others.subarray(at * count, (at + 1) * count), at * texts.length + from);
    }
    from = to;
  }
  return { best, others };
}

/** What is written together and has figures, in scripts that write words apart. */
const withFigures =
  /[^\s\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]*\p{N}[^\s\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]*/gu;

function askedTerms(
  query: string,
  model: StaticModel,
  terms: RankingTerms,
  hasWhole: boolean,
): { id: number; weight: number }[] {
  const words = hasWhole ? query.replace(withFigures, " ") : query;
  return Array.from(new Set(model.read(words)))
    .map((id) => ({ id, weight: model.weight(id) * tellingWeight(terms.having(id), terms.size) }))
    .sort((left, right) => right.weight - left.weight || left.id - right.id)
    .slice(0, mostTerms);
}

function add(sums: Float64Array, best: Float32Array, share: number): void {
  for (let place = 0; place < sums.length; place++)
    sums[place] = (sums[place] as number) + share * (best[place] as number);
}

function addInContext(
  sums: Float64Array,
  best: Float32Array,
  { start, beside }: Windows,
  share: number,
): void {
  for (let place = 0; place < sums.length; place++) {
    let most = best[place] as number;
    for (let at = start[place] as number; at < (start[place + 1] as number); at++)
      most = Math.max(most, besideShare * (best[beside[at] as number] as number));
    sums[place] = (sums[place] as number) + share * most;
  }
}
