import type { Evidence } from "./evidence.ts";

/** An option of `Ranking` that multiplies what a feature adds. */
export type FeatureOption = "vector" | "context" | "entity" | "time";

/**
 * One thing that is known of a memory and a question. A score is the sum of all, each times its weight in `model.json`; to
 * add a feature is to add a line here and to run `npm run rank:train`.
 */
export interface Feature {
  readonly name: string;
  readonly meaning: string;
  /** What its values are between. */
  readonly range: readonly [least: number, most: number];
  readonly option?: FeatureOption;
  /** It needs vectors or the terms of the static model: a memory without an embedder does without. */
  readonly ofMeaning?: true;
  /**
   * It is the same for all memories: it says how far a question can be answered at all, and does not change their order.
   */
  readonly ofQuestion?: true;
  value(evidence: Evidence, place: number): number;
}

const most = (value: number, limit: number): number => Math.min(limit, value);
const share = (value: number, of: number): number => (of > 0 ? Math.min(1, Math.max(0, value) / of) : 0);
const at = (values: ArrayLike<number>, place: number): number => values[place] as number;

const ownByBest = (e: Evidence, place: number) => share(at(e.own, place), e.bestOwn);
const contextByBest = (e: Evidence, place: number) => share(at(e.inContext, place), e.bestInContext);
const ownByPossible = (e: Evidence, place: number) => share(at(e.own, place), e.possible);
const contextByPossible = (e: Evidence, place: number) => share(at(e.inContext, place), e.possible);
const near = (e: Evidence, place: number) => at(e.nearness, place) / 4;
const few = (e: Evidence) => 1 / Math.sqrt(e.size);
const softContext = (e: Evidence, place: number) => e.soft?.inContext[place] ?? 0;

const single: readonly Feature[] = [
  {
    name: "words",
    meaning: "the words of the question in the memory, by those in the best one",
    range: [0, 1],
    value: ownByBest,
  },
  {
    name: "wordsRoot",
    meaning: "the root of words",
    range: [0, 1],
    value: (e, place) => Math.sqrt(ownByBest(e, place)),
  },
  {
    name: "wordsOfPossible",
    meaning: "the words of the question in the memory, by what a memory with all of them would have",
    range: [0, 1],
    value: ownByPossible,
  },
  {
    name: "wordsOfPossibleRoot",
    meaning: "the root of wordsOfPossible",
    range: [0, 1],
    value: (e, place) => Math.sqrt(ownByPossible(e, place)),
  },
  {
    name: "context",
    meaning: "the same as words, with what the memory borrows from the turns beside it",
    range: [0, 1],
    option: "context",
    value: contextByBest,
  },
  {
    name: "contextRoot",
    meaning: "the root of context",
    range: [0, 1],
    option: "context",
    value: (e, place) => Math.sqrt(contextByBest(e, place)),
  },
  {
    name: "contextOfPossible",
    meaning: "the same as wordsOfPossible, with what the memory borrows",
    range: [0, 1],
    option: "context",
    value: contextByPossible,
  },
  {
    name: "contextOfPossibleRoot",
    meaning: "the root of contextOfPossible",
    range: [0, 1],
    option: "context",
    value: (e, place) => Math.sqrt(contextByPossible(e, place)),
  },
  {
    name: "met",
    meaning: "the share of the words of the question that it has",
    range: [0, 1],
    value: (e, place) => at(e.met, place),
  },
  {
    name: "metInContext",
    meaning: "the same, with the turns beside it",
    range: [0, 1],
    option: "context",
    value: (e, place) => at(e.metInContext, place),
  },
  {
    name: "identifier",
    meaning: "the share of the identifiers of the question, such as numbers of tickets, that it has",
    range: [0, 1],
    value: (e, place) => at(e.identified, place),
  },
  {
    name: "otherIdentifier",
    meaning: "the question has identifiers, and it has none of them",
    range: [0, 1],
    value: (e, place) => Number(e.identifies && at(e.identified, place) === 0),
  },
  {
    name: "byUser",
    meaning: "it is a turn of the user",
    range: [0, 1],
    value: (e, place) => at(e.byUser, place),
  },
  {
    name: "speaker",
    meaning: "the question names who said it",
    range: [0, 1],
    option: "entity",
    value: (e, place) => at(e.speaker, place),
  },
  {
    name: "entity",
    meaning: "the share of the names of the question that it names",
    range: [0, 1],
    option: "entity",
    value: (e, place) => at(e.entity, place),
  },
  {
    name: "time",
    meaning: "how well its time fits the one that the question names",
    range: [0, 1],
    option: "time",
    value: (e, place) => at(e.time, place),
  },
  {
    name: "onlyTime",
    meaning: "the same, where the question asks for nothing but a time",
    range: [0, 1],
    option: "time",
    value: (e, place) => (e.onlyTime ? at(e.time, place) : 0),
  },
  {
    name: "order",
    meaning: "how near it is to the first or the latest, where the question asks for it, times context",
    range: [0, 1],
    option: "time",
    value: (e, place) => at(e.order, place) * contextByBest(e, place),
  },
  {
    name: "question",
    meaning: "it is a turn that asks something",
    range: [0, 1],
    value: (e, place) => at(e.asks, place),
  },
  {
    name: "length",
    meaning: "the logarithm of its number of words, divided by 5",
    range: [0, 3],
    value: (e, place) => Math.log1p(at(e.words, place)) / 5,
  },
  {
    name: "shortness",
    meaning: "the logarithm of its number of words, at most 20, divided by 3",
    range: [0, 1.02],
    value: (e, place) => Math.log1p(most(at(e.words, place), 20)) / 3,
  },
  {
    name: "near",
    meaning:
      "how far its vector stands out among those of other memories, in four of their standard deviations",
    range: [-3, 3],
    option: "vector",
    ofMeaning: true,
    value: near,
  },
  {
    name: "nearByBest",
    meaning: "the same, by the nearest memory",
    range: [0, 1],
    option: "vector",
    ofMeaning: true,
    value: (e, place) => share(at(e.nearness, place), e.bestNearness),
  },
  {
    name: "common",
    meaning: "how near its vector is to questions, whatever they ask, in four standard deviations",
    range: [-3, 3],
    option: "vector",
    ofMeaning: true,
    value: (e, place) => Math.max(-3, most(at(e.common, place) / 4, 3)),
  },
  {
    name: "nearBeside",
    meaning: "the mean of near over the turns beside it",
    range: [-3, 3],
    option: "vector",
    ofMeaning: true,
    value: (e, place) => at(e.besideNearness, place) / 4,
  },
  {
    name: "nearestBeside",
    meaning: "near of the nearest turn beside it",
    range: [-3, 3],
    option: "vector",
    ofMeaning: true,
    value: (e, place) => at(e.bestBesideNearness, place) / 4,
  },
  {
    name: "softWords",
    meaning: "the best likeness of each word of the question to a word of the memory",
    range: [0, 1],
    ofMeaning: true,
    value: (e, place) => e.soft?.own[place] ?? 0,
  },
  {
    name: "softContext",
    meaning: "the same, with the words of the turns beside it",
    range: [0, 1],
    ofMeaning: true,
    value: softContext,
  },
  {
    name: "softOthers",
    meaning: "the same as softWords, without the words themselves",
    range: [0, 1],
    ofMeaning: true,
    value: (e, place) => e.soft?.otherWords[place] ?? 0,
  },
  {
    name: "softWordsByBest",
    meaning: "softWords by the best memory",
    range: [0, 1],
    ofMeaning: true,
    value: (e, place) => share(e.soft?.own[place] ?? 0, e.bestSoft.own),
  },
  {
    name: "softContextByBest",
    meaning: "softContext by the best memory",
    range: [0, 1],
    ofMeaning: true,
    value: (e, place) => share(softContext(e, place), e.bestSoft.inContext),
  },
  {
    name: "softOthersByBest",
    meaning: "softOthers by the best memory",
    range: [0, 1],
    ofMeaning: true,
    value: (e, place) => share(e.soft?.otherWords[place] ?? 0, e.bestSoft.otherWords),
  },
  {
    name: "newer",
    meaning: "a newer one of the best memories says nearly the same",
    range: [0, 1],
    ofMeaning: true,
    value: (e, place) => at(e.newer, place),
  },
  {
    name: "newness",
    meaning: "how new it is among the best memories, where the question names no time",
    range: [0, 1],
    ofMeaning: true,
    value: (e, place) => (e.found.times === undefined ? at(e.recency, place) : 0),
  },
  {
    name: "bestContext",
    meaning: "contextOfPossible of the best memory",
    range: [0, 1],
    option: "context",
    ofQuestion: true,
    value: (e) => share(e.bestInContext, e.possible),
  },
  {
    name: "bestWords",
    meaning: "wordsOfPossible of the best memory",
    range: [0, 1],
    ofQuestion: true,
    value: (e) => share(e.bestOwn, e.possible),
  },
  {
    name: "unknown",
    meaning: "the share of the words of the question that no memory has",
    range: [0, 1],
    ofQuestion: true,
    value: (e) => e.unknown,
  },
  {
    name: "nothingKnown",
    meaning: "no memory has a word of the question: 1 by the number of its words",
    range: [0, 1],
    ofQuestion: true,
    value: (e) => (e.unknown === 1 ? 1 / Math.max(1, e.asked) : 0),
  },
  {
    name: "nothingNear",
    meaning:
      "no memory has a word of the question or one that is like it, and none is nearer than chance brings: 1 less half of the deviations of the nearest, and less twice softWords of the best memory",
    range: [0, 1],
    option: "vector",
    ofMeaning: true,
    ofQuestion: true,
    value: (e) =>
      e.unknown === 1 ? Math.max(0, 1 - Math.max(0, e.bestNearness) / 2 - 2 * e.bestSoft.own) : 0,
  },
  {
    name: "unknownIdentifier",
    meaning:
      "the share of the identifiers of the question that no memory has, by the number of its other words that memories have",
    range: [0, 1],
    ofQuestion: true,
    value: (e) => e.unknownIdentifiers,
  },
  {
    name: "bestTime",
    meaning: "time of the best memory, where the question asks for nothing but a time",
    range: [0, 1],
    option: "time",
    ofQuestion: true,
    value: (e) => (e.onlyTime ? e.bestTime : 0),
  },
  {
    name: "few",
    meaning: "1 by the root of the number of memories",
    range: [0, 1],
    ofQuestion: true,
    value: few,
  },
  {
    name: "size",
    meaning: "the logarithm of the number of memories, divided by 10",
    range: [0, 2],
    ofQuestion: true,
    value: (e) => Math.log1p(e.size) / 10,
  },
  {
    name: "bestNear",
    meaning: "near of the nearest memory",
    range: [0, 3],
    option: "vector",
    ofMeaning: true,
    ofQuestion: true,
    value: (e) => e.bestNearness / 4,
  },
  {
    name: "bestSoft",
    meaning: "softWords of the best memory",
    range: [0, 1],
    ofMeaning: true,
    ofQuestion: true,
    value: (e) => e.bestSoft.own,
  },
  {
    name: "bestSoftContext",
    meaning: "softContext of the best memory",
    range: [0, 1],
    ofMeaning: true,
    ofQuestion: true,
    value: (e) => e.bestSoft.inContext,
  },
  {
    name: "contextApart",
    meaning: "contextOfPossible of the best memory, less the mean of the nine after it",
    range: [0, 1],
    option: "context",
    ofQuestion: true,
    value: (e) => e.apart.inContext,
  },
  {
    name: "softApart",
    meaning: "softContext of the best memory, less the mean of the nine after it",
    range: [0, 1],
    ofMeaning: true,
    ofQuestion: true,
    value: (e) => e.apart.soft,
  },
  {
    name: "besideApart",
    meaning: "the largest nearBeside, less the mean of the nine after it, at most 1",
    range: [0, 1],
    option: "vector",
    ofMeaning: true,
    ofQuestion: true,
    value: (e) => most(e.apart.beside / 4, 1),
  },
  {
    name: "identifies",
    meaning: "the question has identifiers",
    range: [0, 1],
    ofQuestion: true,
    value: (e) => Number(e.identifies),
  },
  {
    name: "asked",
    meaning: "the logarithm of the number of words of the question, divided by 3",
    range: [0, 3],
    ofQuestion: true,
    value: (e) => Math.log1p(e.asked) / 3,
  },
  {
    name: "isQuestion",
    meaning: "it is written as a question",
    range: [0, 1],
    ofQuestion: true,
    value: (e) => Number(e.isQuestion),
  },
  {
    name: "otherLanguage",
    meaning: "the share of the memories that are not in the language of the question",
    range: [0, 1],
    ofQuestion: true,
    value: (e) => 1 - e.inLanguage,
  },
  {
    name: "bestAmount",
    meaning:
      "the logarithm of what the words of the question, with those of the turns beside it, give the best memory",
    range: [0, 10],
    option: "context",
    ofQuestion: true,
    value: (e) => Math.log1p(e.bestInContext),
  },
];

/**
 * What one thing says depends on another: in a namespace of few memories, or of another language, words tell less, of an
 * identifier vectors do, and of few memories of one thing the newest holds.
 */
const products: readonly (readonly [string, string])[] = [
  ["words", "near"],
  ["context", "near"],
  ["newer", "softContextByBest"],
  ["few", "newness"],
  ["few", "near"],
  ["few", "nearByBest"],
  ["few", "common"],
  ["few", "softWords"],
  ["few", "contextOfPossible"],
  ["few", "unknown"],
  ["few", "otherLanguage"],
  ["few", "bestNear"],
  ["few", "bestSoft"],
  ["few", "bestContext"],
  ["few", "bestWords"],
  ["few", "bestAmount"],
  ["identifies", "near"],
  ["identifies", "nearByBest"],
  ["identifies", "softWords"],
  ["few", "unknownIdentifier"],
  ["unknownIdentifier", "bestNear"],
  ["unknownIdentifier", "bestSoft"],
  ["unknownIdentifier", "bestContext"],
  ["otherLanguage", "near"],
  ["otherLanguage", "softOthers"],
  ["otherLanguage", "contextOfPossible"],
  ["otherLanguage", "unknown"],
  ["otherLanguage", "size"],
  ["otherLanguage", "bestSoft"],
  ["otherLanguage", "bestContext"],
];

function product([left, right]: readonly [string, string]): Feature {
  const [one, other] = [left, right].map(
    (name) => single.find((feature) => feature.name === name) as Feature,
  ) as [Feature, Feature];
  const option = one.option ?? other.option;
  return {
    name: `${left} × ${right}`,
    meaning: `${left} times ${right}`,
    range: [Math.min(0, other.range[0]) * one.range[1], one.range[1] * other.range[1]],
    ...(option === undefined ? {} : { option }),
    ...(one.ofMeaning || other.ofMeaning ? { ofMeaning: true } : {}),
    ...(one.ofQuestion && other.ofQuestion ? { ofQuestion: true } : {}),
    value: (evidence, place) => one.value(evidence, place) * other.value(evidence, place),
  };
}

export const features: readonly Feature[] = [...single, ...products.map(product)];
