import type { DocumentSet, QueryTerm } from "@souvenir/orama";
import type { RankingIndex, RankingText } from "../ranking/ranking-index.ts";
import { fold } from "../text/fold.ts";
import { type TimePreference, timeFit } from "./time.ts";

/** Words of a query that match so little of what is expected say nothing. */
const nothing = 0.15;

/**
 * Whether a query asks for nothing but a time, as "what happened yesterday?" does.
 * @param terms - Words of the query that are in memories.
 */
export function asksForTimeOnly(
  time: TimePreference,
  terms: readonly QueryTerm[],
  text: RankingText,
): boolean {
  if (!terms.some((term) => !isOfTime(term, time))) return true;
  const expected = text.maxScore(time.rest);
  if (expected === 0) return true;
  const [best] = text.search(time.rest, { limit: 1 }).scores;
  return best === undefined || best / expected < nothing;
}

/** Terms without the likenesses of words that name the time: "pasada" of "la semana pasada" is no "pastilla". */
export function withoutLikenessesOfTime(
  terms: readonly QueryTerm[],
  time: TimePreference,
): readonly QueryTerm[] {
  return terms.filter((term) => term.kind === "exact" || !isOfTime(term, time));
}

/** A year and more. */
const yearLength = 365 * 86_400_000;

/** Terms without what dates of all kinds have, the bare numbers and units of a day or month: "2024" of "February 2024". */
export function withoutNumbersOfTime(
  terms: readonly QueryTerm[],
  time: TimePreference,
): readonly QueryTerm[] {
  if (time.period === undefined || time.period.to - time.period.from >= yearLength) return terms;
  const isNumber = ({ word, identifier }: QueryTerm) =>
    identifier === "whole" || /^(?:\p{N}+|\p{Script=Han})$/u.test(word);
  return terms.filter((term) => !isNumber(term) || !isOfTime(term, time));
}

function isOfTime({ word }: QueryTerm, { rest }: TimePreference): boolean {
  return !rest.includes(fold(word));
}

/** The latest documents of the period, at most `count`. */
export function documentsInTime(
  time: TimePreference,
  index: RankingIndex,
  accept: DocumentSet | undefined,
  count: number,
): Uint32Array {
  const found: number[] = [];
  for (const document of accept ?? index.live)
    if (timeFit(index.createdAt(document), time) > 0.5) found.push(document);
  return Uint32Array.from(found.sort((a, b) => index.createdAt(b) - index.createdAt(a)).slice(0, count));
}

/** Of the documents that are ranked, which is the earliest or latest: 1 for it, 0 for the last in this order. */
export function orderOf(createdAt: Float64Array, time: TimePreference | undefined): Float64Array {
  const order = new Float64Array(createdAt.length);
  if (time?.order === undefined) return order;
  const moments = [...new Set(createdAt)].sort((left, right) => left - right);
  if (moments.length < 2) return order;
  const places = new Map(moments.map((moment, at) => [moment, at / (moments.length - 1)]));
  return createdAt.map((moment) => {
    const late = places.get(moment) as number;
    return time.order === "latest" ? late : 1 - late;
  });
}
