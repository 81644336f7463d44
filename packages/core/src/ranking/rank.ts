import type { Steps } from "@souvenir/orama";
import type { Signal } from "../types.ts";
import { type Evidence, evidenceOf, type RankingQuery, spare } from "./evidence.ts";
import { type Reasons, reasonsOf } from "./explain.ts";
import { weigh } from "./model.ts";
import type { Ranking } from "./ranking.ts";
import type { RankingIndex } from "./ranking-index.ts";
import { portion } from "./shares.ts";

export interface RankedDocument {
  document: number;
  /** The probability that it is relevant, 0 to 1. */
  score: number;
  /** What each signal says, 0 to 1, before weights. */
  signals: Record<Signal, number>;
  /** Why it was found. */
  readonly reasons: Reasons;
  /** What each feature adds to the log-odds of the score, and what it says; see `Assessment`. */
  readonly contributions: Record<string, number>;
  readonly values: Record<string, number>;
}

/**
 * Ranks the documents of a namespace for a query, best first; equal scores in order of arrival. A function of the contents
 * of the namespace and of the query alone.
 *
 * In steps, between which others run, and the index has to stay as it is: who finds it changed begins anew.
 */
export function* rank(query: RankingQuery, index: RankingIndex, ranking: Ranking): Steps<RankedDocument[]> {
  const evidence = yield* evidenceOf(query, index, ranking);
  if (evidence === undefined) return [];
  const { logOdds, contributions, values } = weigh(evidence, ranking);
  return Array.from(evidence.documents, (document, place) => {
    const recency = recencyOf(query.now - (evidence.createdAt[place] as number), ranking.recencyHalfLifeMs);
    const raised =
      recency === undefined ? 0 : Math.log((1 + ranking.recency * recency) / (1 + ranking.recency));
    return { place, document, score: 1 / (1 + Math.exp(-logOdds(place) - raised)), recency, raised };
  })
    .filter(({ score }) => score >= query.minScore)
    .sort((left, right) => right.score - left.score || left.document - right.document)
    .slice(0, query.limit + spare)
    .map(({ place, recency, raised, ...found }) => ({
      ...found,
      signals: { ...signalsOf(place, evidence), recency: recency ?? 0 },
      // Worked out when they are read: more are ranked than are shown.
      get reasons() {
        return reasonsOf(place, evidence);
      },
      get contributions() {
        return recency === undefined ? contributions(place) : { ...contributions(place), recency: raised };
      },
      get values() {
        return values(place);
      },
    }));
}

/** Weight of a memory `ageMs` old, 0 to 1: 1 when new, halved every `halfLifeMs`. `undefined` where age does not matter. */
function recencyOf(ageMs: number, halfLifeMs: number): number | undefined {
  return halfLifeMs === Number.POSITIVE_INFINITY ? undefined : 2 ** (-Math.max(0, ageMs) / halfLifeMs);
}

/** A vector that stands out by so many standard deviations is as near as can be. */
const surelyNear = 8;

function signalsOf(place: number, evidence: Evidence): Record<Exclude<Signal, "recency">, number> {
  const { own, inContext, possible, speaker, entity, nearness } = evidence;
  return {
    text: portion(own[place] as number, possible),
    context: portion((inContext[place] as number) - (own[place] as number), possible),
    entity: Math.max(speaker[place] as number, entity[place] as number),
    vector: portion(nearness[place] as number, surelyNear),
  };
}
