import type { Steps } from "@souvenir/orama";
import type { StaticModel } from "@souvenir/static";
import { textsOf, type Windows } from "./context.ts";
import { withPlaces } from "./places.ts";
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

/** Terms of a question that are looked at between two steps. */
const together = 4;

interface AskedTerm {
  id: number;
  weight: number;
}

/**
 * For each term of a question its best cosine among the terms of a memory, averaged with the weights of the terms and their
 * rarity in the namespace (the soft cardinality of translation models: Berger and Lafferty, "Information Retrieval as
 * Statistical Translation", 1999, with cosines in place of probabilities). `undefined` when nothing of the question is read.
 * @param windows - Texts by place; the first `count` are the memories that are looked at.
 */
export function* softWords(
  query: string,
  model: StaticModel,
  terms: RankingTerms,
  windows: Pick<Windows, "texts" | "start" | "beside">,
  count: number,
): Steps<SoftWords | undefined> {
  const asked = askedTerms(query, model, terms);
  if (asked.length === 0) return undefined;
  let total = 0;
  for (const { weight } of asked) total += weight;
  const texts = distinctTerms(textsOf(windows, count), terms);
  const { ids } = texts;
  const own = new Float64Array(count);
  const inContext = new Float64Array(count);
  const otherWords = new Float64Array(count);
  const best = new Float32Array(texts.start.length - 1);
  const bestOther = new Float32Array(best.length);
  yield;
  const cosines = model.cosines(
    Uint32Array.from(asked, ({ id }) => id),
    ids,
  );
  for (const [at, { id, weight }] of asked.entries()) {
    if (at % together === 0) yield;
    const alike = likenesses(id, ids, model, cosines.subarray(at * ids.length, (at + 1) * ids.length));
    const share = weight / total;
    bestOf(texts, alike, ids.indexOf(id), best, bestOther);
    add(own, best, share);
    addInContext(inContext, best, windows, share);
    add(otherWords, bestOther, share);
  }
  return { own, inContext, otherWords };
}

/** The different terms of some texts; those of text `i` are entries `start[i]` to `start[i + 1]` of `places` among them. */
interface DistinctTerms {
  ids: Uint32Array;
  start: Uint32Array;
  places: Uint32Array;
}

function distinctTerms(texts: Uint32Array, terms: RankingTerms): DistinctTerms {
  const start = new Uint32Array(texts.length + 1);
  for (let text = 0; text < texts.length; text++)
    start[text + 1] = (start[text] as number) + terms.countOf(texts[text] as number);
  const places = new Uint32Array(start.at(-1) as number);
  for (let text = 0; text < texts.length; text++)
    terms.copy(texts[text] as number, places, start[text] as number);
  const ids = new Uint32Array(places.length);
  const known = withPlaces(ids, ({ give }) => {
    let last = 0;
    for (let at = 0; at < places.length; at++) {
      const place = give(places[at] as number);
      places[at] = place;
      if (place >= last) last = place + 1;
    }
    return last;
  });
  return { ids: ids.subarray(0, known), start, places };
}

/**
 * How alike a term is to others, by its cosines, which are overwritten: 0 where they say nothing. A number means itself, and
 * none that looks like it.
 */
function likenesses(
  id: number,
  others: Uint32Array,
  model: StaticModel,
  cosines: Float32Array,
): Float32Array {
  const isNumber = /\p{N}/u.test(model.term(id));
  for (let at = 0; at < cosines.length; at++)
    if (others[at] === id) cosines[at] = 1;
    else if (isNumber || (cosines[at] as number) < leastAlike) cosines[at] = 0;
  return cosines;
}

function askedTerms(query: string, model: StaticModel, terms: RankingTerms): AskedTerm[] {
  const ids = new Set(model.read(query));
  return Array.from(ids, (id) => ({
    id,
    weight: model.weight(id) * tellingWeight(terms.having(id), terms.size),
  }))
    .sort((left, right) => right.weight - left.weight || left.id - right.id)
    .slice(0, mostTerms);
}

/** @param itself - The place of the term that they are like, which `bestOther` leaves out; -1 where it is not among them. */
function bestOf(
  { start, places }: DistinctTerms,
  alike: Float32Array,
  itself: number,
  best: Float32Array,
  bestOther: Float32Array,
): void {
  for (let text = 0; text < best.length; text++) {
    let most = 0;
    let hasItself = false;
    for (let at = start[text] as number; at < (start[text + 1] as number); at++) {
      const place = places[at] as number;
      if (place === itself) hasItself = true;
      else if ((alike[place] as number) > most) most = alike[place] as number;
    }
    bestOther[text] = most;
    best[text] = hasItself ? 1 : most;
  }
}

function add(sums: Float64Array, best: Float32Array, share: number): void {
  for (let place = 0; place < sums.length; place++)
    sums[place] = (sums[place] as number) + share * (best[place] as number);
}

function addInContext(
  sums: Float64Array,
  best: Float32Array,
  { start, beside }: Pick<Windows, "start" | "beside">,
  share: number,
): void {
  for (let place = 0; place < sums.length; place++) {
    let most = best[place] as number;
    for (let at = start[place] as number; at < (start[place + 1] as number); at++)
      most = Math.max(most, besideShare * (best[beside[at] as number] as number));
    sums[place] = (sums[place] as number) + share * most;
  }
}
