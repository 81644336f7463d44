import type { Steps } from "@souvenir/orama";
import { timeFit } from "../time/time.ts";
import type { Signal } from "../types.ts";
import { clamp } from "./calibration.ts";
import { type Reasons, reasonsOf } from "./explain.ts";
import { fuse, recencyOf } from "./fusion.ts";
import type { Ranking } from "./ranking.ts";
import type { RankingIndex } from "./ranking-index.ts";
import { type RankingQuery, type Scene, spare, survey } from "./scene.ts";
import { observe, textLeadOf, topical } from "./vector-observation.ts";
import { absoluteNearness, certaintyOf, leadOf, nearnessInContext } from "./vector-signal.ts";
import type { Trust } from "./vector-trust.ts";

export interface RankedDocument {
  document: number;
  /** 0 to 1, comparable between queries. */
  score: number;
  /** What each signal says, 0 to 1, before weights. */
  signals: Record<Signal, number>;
  /** Why it was found. */
  readonly reasons: Reasons;
}

/** Fewer memories than this say nothing about an embedder. */
const enoughToLearn = 40;
/** How sure one can be of a document that has nothing but the time in common with the query. */
const timeCertainty = 0.3;
/**
 * How near a memory must be to the query to be found by that alone, and to be possible beside others that were found; in
 * units of how near chance brings the nearest. Vectors that single out a memory are doubted less, and so is each of few
 * memories: the fewer there are, the likelier it is that one is meant.
 */
const outstanding = 1.3;
const possible = 0.6;
const benefitOfLead = 0.4;
const benefitOfFew = 0.65;
/** So many memories are not few any more; of fewer than some nothing can be said but for what is surely alike. */
const many = 100;
const some = 7;
/** Up to the first cosine texts have nothing in common, whatever others have, and from the second on they surely have. */
const likeness = { ofMany: [0.15, 0.35], ofFew: [0.09, 0.35] } as const;
/** How well likenesses of words (typos, beginnings, parts) meet a query by chance, where no word of it is met exactly. */
const chanceLikeness = 0.15;
/** A document with at least this share of the best one's score can be the first or latest that is asked for. */
const comparable = 0.6;

interface Judged {
  place: number;
  score: number;
  timeFit: number;
}

/**
 * Ranks the documents of a namespace for a query, best first; equal scores in order of arrival.
 *
 * A score is how well a document does among the candidates (0 to 1, the fusion of the signals) times how sure it is that
 * the best candidate has to do with the query at all (0 to 1). So 0 means that nothing matches, whatever the query, and
 * the order is that of the fusion.
 *
 * In steps, between which others run, and the index has to stay as it is: who finds it changed begins anew.
 */
export function* rank(query: RankingQuery, index: RankingIndex, ranking: Ranking): Steps<RankedDocument[]> {
  if (index.live.count === 0) return [];
  const scene = yield* survey(query, index, ranking);
  const trust = trustIn(query, index, ranking, scene);
  const judged = judge(query, index, ranking, scene, trust);
  if (scene.time?.order !== undefined) preferByAge(judged, scene, index, ranking.time * scene.focus);
  return judged
    .filter(({ score }) => score >= query.minScore && (score > 0 || query.zeroScores))
    .sort((left, right) => right.score - left.score || left.place - right.place)
    .slice(0, query.limit + spare)
    .map(({ place, score, timeFit: fit }) => ({
      document: scene.documents[place] as number,
      score,
      signals: signalsOf(place, query, index, ranking, scene),
      // Worked out when it is read: more are ranked than are shown.
      get reasons() {
        return reasonsOf(place, scene, fit);
      },
    }));
}

function judge(
  query: RankingQuery,
  index: RankingIndex,
  ranking: Ranking,
  scene: Scene,
  trust: Trust,
): Judged[] {
  const { documents, candidates, windows, words, evidence, vector, expected, time, onlyTime } = scene;
  const textCertainty = (place: number) => {
    const met = expected === 0 ? 0 : clamp((evidence.inContext[place] as number) / expected);
    return evidence.met[place] === 1 ? met : met * clamp((met - chanceLikeness) / chanceLikeness);
  };
  let bestText = 0;
  for (const place of candidates) bestText = Math.max(bestText, textCertainty(place));
  // Likenesses of words that find nothing by themselves do not put in order what vectors find.
  const bestWords = bestText < query.minScore ? 0 : largest(words, candidates);
  const compared = vector?.compared ?? 0;
  const fewness = clamp((compared - 2) / (some - 2)) * clamp(1 - compared / many);
  const between = (end: 0 | 1) =>
    likeness.ofMany[end] + (likeness.ofFew[end] - likeness.ofMany[end]) * fewness;
  const [leastCosine, surelyAlike] = [between(0), between(1)];
  // An identifier means itself, whatever is near to it.
  const trusted = trust.credibility * (scene.unknownIdentifier ? 1 - scene.focus : 1);
  const nearCertainty = (cosine: number, threshold: number) =>
    vector === undefined ? 0 : trusted * certaintyOf(cosine, vector, { threshold, leastCosine, surelyAlike });
  const benefit = Math.max(benefitOfLead * trust.leading, benefitOfFew * fewness);
  const nearest = nearCertainty(vector?.nearestCosines[0] ?? 0, outstanding - benefit);
  // Among few memories one is always nearest, for no reason; it must not outweigh words then.
  const few = (index.vectors?.size ?? 0) < enoughToLearn;
  const share = few ? trust.share * nearest : trust.share;
  const weights = {
    // Nothing is near to "what did I do yesterday?" for what it says, and little to "what happened in May?".
    vector: onlyTime ? 0 : bestWords > 0 ? share * (1 - scene.identified) : time?.period ? nearest : 1,
    time: time?.period === undefined ? 0 : ranking.time * scene.focus,
    recency: ranking.recencyHalfLifeMs === Number.POSITIVE_INFINITY ? 0 : ranking.recency,
  };
  const certainty = Math.max(either(bestText, nearest), onlyTime ? timeCertainty : 0);
  const nearness =
    vector === undefined ? undefined : nearnessInContext(windows, candidates, vector, trust.leading);
  const judged: Judged[] = [];
  for (const place of candidates) {
    const createdAt = index.createdAt(documents[place] as number);
    const cosine = vector?.cosines[place] ?? Number.NaN;
    const fit = time === undefined ? 0 : timeFit(createdAt, time);
    // A document that has nothing to do with the query is not found because another one has.
    const own = either(textCertainty(place), nearCertainty(cosine, possible - benefit));
    if (own < query.minScore && !(onlyTime && fit > 0.5)) continue;
    const fused = fuse(
      {
        words: bestWords === 0 ? 0 : (words[place] as number) / bestWords,
        vector: nearness?.[place] ?? Number.NaN,
        time: fit,
        recency: recencyOf(query.now - createdAt, ranking.recencyHalfLifeMs),
      },
      weights,
    );
    judged.push({ place, score: certainty * fused, timeFit: fit });
  }
  return judged;
}

/** How far the vectors are trusted, and what this question adds to what is known of them. */
function trustIn(query: RankingQuery, index: RankingIndex, ranking: Ranking, scene: Scene): Trust {
  const { vector, words, candidates } = scene;
  if (vector === undefined) return { share: 0, credibility: 0, leading: 0 };
  if (ranking.vector !== "learned") return { share: ranking.vector, credibility: 1, leading: 0 };
  const inOrder = bestPlaces(words, candidates, topical);
  const textLead = textLeadOf(scene, inOrder);
  const known = index.vectors?.size ?? 0;
  if (known < enoughToLearn) return index.trust.current(Number.NaN, textLead);
  if (query.accept !== undefined || inOrder.length === 0 || known < index.live.count / 2)
    return index.trust.current(leadOf(vector), textLead);
  return index.trust.observe(query.text, observe(scene, vector, inOrder), textLead);
}

/**
 * "The first time", "currently": of the documents that answer about as well, the earliest or latest is preferred. Those of
 * one moment, such as a collection that was brought in at once, are neither.
 */
function preferByAge(judged: Judged[], scene: Scene, index: RankingIndex, weight: number): void {
  let best = 0;
  for (const { score } of judged) best = Math.max(best, score);
  const createdAt = (each: Judged) => index.createdAt(scene.documents[each.place] as number);
  const sign = scene.time?.order === "earliest" ? 1 : -1;
  const answers = judged.filter(({ score }) => score >= comparable * best);
  answers.sort((left, right) => sign * (createdAt(left) - createdAt(right)) || left.place - right.place);
  const [first, last] = [answers[0], answers.at(-1)];
  if (first !== last && createdAt(first as Judged) === createdAt(last as Judged)) return;
  for (const each of judged) each.score /= 1 + weight;
  let moment = 0;
  for (const [position, each] of answers.entries()) {
    if (position > 0 && createdAt(each) !== createdAt(answers[position - 1] as Judged)) moment = position;
    each.timeFit = 1 - moment / answers.length;
    each.score *= 1 + weight * each.timeFit;
  }
}

function signalsOf(
  place: number,
  query: RankingQuery,
  index: RankingIndex,
  ranking: Ranking,
  { documents, evidence, expected, names, vector }: Scene,
): Record<Signal, number> {
  const document = documents[place] as number;
  const own = evidence.own[place] as number;
  const inContext = evidence.inContext[place] as number;
  const share = (value: number) => (expected === 0 ? 0 : clamp(value / expected));
  let most = 0;
  for (const { weight } of [...names.speakers, ...names.entities]) most += weight;
  let named = 0;
  for (const name of [...names.speakers, ...names.entities])
    if (name.documents.has(document)) named += name.weight;
  return {
    text: share(own),
    context: share(inContext - own),
    entity: most === 0 ? 0 : named / most,
    vector: vector === undefined ? 0 : absoluteNearness(vector.cosines[place] as number, vector),
    recency:
      ranking.recencyHalfLifeMs === Number.POSITIVE_INFINITY
        ? 0
        : recencyOf(query.now - index.createdAt(document), ranking.recencyHalfLifeMs),
  };
}

/** The certainty of two independent reasons together. */
function either(first: number, second: number): number {
  return 1 - (1 - first) * (1 - second);
}

/** The places with the largest values above 0, at most `count`, best first; of equals the earlier ones. */
function bestPlaces(values: Float64Array, places: Uint32Array, count: number): number[] {
  const sorted = new Float64Array(places.length);
  for (let i = 0; i < places.length; i++) sorted[i] = values[places[i] as number] as number;
  sorted.sort();
  const least = sorted[Math.max(0, sorted.length - count)] ?? 0;
  const best = places.filter((place) => {
    const value = values[place] as number;
    return value > 0 && value >= least;
  });
  return Array.from(best)
    .sort((left, right) => (values[right] as number) - (values[left] as number) || left - right)
    .slice(0, count);
}

function largest(values: Float64Array, places: Uint32Array): number {
  let best = 0;
  for (const place of places) best = Math.max(best, values[place] as number);
  return best;
}
