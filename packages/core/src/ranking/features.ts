import type { Evidence } from "./evidence.ts";
import { portion } from "./shares.ts";

/** What a feature says of the memory at a place. */
type Value = (evidence: Evidence, place: number) => number;

/**
 * One thing that is known of a memory and a question. A score is the sum of all, each times its weight in `model.json`; to
 * add a feature is to add a line here and to run `npm run rank:train`.
 */
export interface Feature {
  readonly name: string;
  readonly meaning: string;
  readonly value: Value;
  /** What its values are between. */
  readonly range: readonly [least: number, most: number];
  /** The option of `Ranking` that multiplies what it adds. */
  readonly option?: "vector" | "context" | "entity" | "time" | undefined;
  /** It needs vectors or the terms of the static model: a memory without an embedder does without. */
  readonly ofMeaning: boolean;
  /**
   * It is the same for all memories: it says how far a question can be answered at all, and does not change their order.
   */
  readonly ofQuestion: boolean;
}

/** What features of a kind have in common. Default: from 0 to 1, of a memory, by words, and no option multiplies it. */
const kind =
  (traits: Partial<Feature>) =>
  (name: string, meaning: string, value: Value): Feature => ({
    range: [0, 1],
    ofMeaning: false,
    ofQuestion: false,
    ...traits,
    name,
    meaning,
    value,
  });

const ofWords = kind({});
const ofContext = kind({ option: "context" });
const ofNames = kind({ option: "entity" });
const ofTime = kind({ option: "time" });
const ofMeaning = kind({ ofMeaning: true });
const ofNearest = kind({ ofMeaning: true, option: "vector" });
const ofVectors = kind({ ofMeaning: true, option: "vector", range: [-3, 3] });

const at = (values: ArrayLike<number>, place: number): number => values[place] as number;

/** A feature, and the root of it. */
function withRoot(plain: Feature): Feature[] {
  const { name, value } = plain;
  const root: Value = (e, place) => Math.sqrt(value(e, place));
  return [plain, { ...plain, name: `${name}Root`, meaning: `the root of ${name}`, value: root }];
}

const contextByBest: Value = (e, place) => portion(at(e.inContext, place), e.bestInContext);

const likenesses = [
  ["softWords", "own", "the best likeness of each word of the question to a word of the memory"],
  ["softContext", "inContext", "the same, with the words of the turns beside it"],
  ["softOthers", "otherWords", "the same as softWords, without the words themselves"],
] as const;

const ofMemories: readonly Feature[] = [
  ...withRoot(
    ofWords("words", "the words of the question in the memory, by those in the best one", (e, place) =>
      portion(at(e.own, place), e.bestOwn),
    ),
  ),
  ...withRoot(
    ofWords(
      "wordsOfPossible",
      "the words of the question in the memory, by what a memory with all of them would have",
      (e, place) => portion(at(e.own, place), e.possible),
    ),
  ),
  ...withRoot(
    ofContext(
      "context",
      "the same as words, with what the memory borrows from the turns beside it",
      contextByBest,
    ),
  ),
  ...withRoot(
    ofContext("contextOfPossible", "the same as wordsOfPossible, with what the memory borrows", (e, place) =>
      portion(at(e.inContext, place), e.possible),
    ),
  ),
  ofWords("met", "the share of the words of the question that it has", (e, place) => at(e.met, place)),
  ofContext("metInContext", "the same, with the turns beside it", (e, place) => at(e.metInContext, place)),
  ofWords(
    "identifier",
    "the share of the identifiers of the question, such as numbers of tickets, that it has",
    (e, place) => at(e.identified, place),
  ),
  ofWords("otherIdentifier", "the question has identifiers, and it has none of them", (e, place) =>
    Number(e.identifies && at(e.identified, place) === 0),
  ),
  ofWords("byUser", "it is a turn of the user", (e, place) => at(e.byUser, place)),
  ofNames("speaker", "the question names who said it", (e, place) => at(e.speaker, place)),
  ofNames("entity", "the share of the names of the question that it names", (e, place) =>
    at(e.entity, place),
  ),
  ofTime("time", "how well its time fits the one that the question names", (e, place) => at(e.time, place)),
  ofTime("onlyTime", "the same, where the question asks for nothing but a time", (e, place) =>
    e.onlyTime ? at(e.time, place) : 0,
  ),
  ofTime(
    "order",
    "how near it is to the first or the latest, where the question asks for it, times context",
    (e, place) => at(e.order, place) * contextByBest(e, place),
  ),
  ofWords("question", "it is a turn that asks something", (e, place) => at(e.asks, place)),
  kind({ range: [0, 3] })(
    "length",
    "the logarithm of its number of words, divided by 5",
    (e, place) => Math.log1p(at(e.words, place)) / 5,
  ),
  kind({ range: [0, 1.02] })(
    "shortness",
    "the logarithm of its number of words, at most 20, divided by 3",
    (e, place) => Math.log1p(Math.min(20, at(e.words, place))) / 3,
  ),
  ofVectors(
    "near",
    "how far its vector stands out among those of other memories, in four of their standard deviations",
    (e, place) => at(e.nearness, place) / 4,
  ),
  ofNearest("nearByBest", "the same, by the nearest memory", (e, place) =>
    portion(at(e.nearness, place), e.bestNearness),
  ),
  ofVectors(
    "common",
    "how near its vector is to questions, whatever they ask, in four standard deviations",
    (e, place) => Math.max(-3, Math.min(at(e.common, place) / 4, 3)),
  ),
  ofVectors(
    "nearBeside",
    "the mean of near over the turns beside it",
    (e, place) => at(e.besideNearness, place) / 4,
  ),
  ofVectors(
    "nearestBeside",
    "near of the nearest turn beside it",
    (e, place) => at(e.bestBesideNearness, place) / 4,
  ),
  ...likenesses.map(([name, of, meaning]) => ofMeaning(name, meaning, (e, place) => at(e.soft[of], place))),
  ...likenesses.map(([name, of]) =>
    ofMeaning(`${name}ByBest`, `${name} by the best memory`, (e, place) =>
      portion(at(e.soft[of], place), e.bestSoft[of]),
    ),
  ),
  ofMeaning("newer", "a newer one of the best memories says nearly the same", (e, place) =>
    at(e.newer, place),
  ),
  ofMeaning(
    "newness",
    "how new it is among the best memories, where the question names no time",
    (e, place) => (e.found.times === undefined ? at(e.recency, place) : 0),
  ),
];

const ofQuestions: readonly Feature[] = [
  ofContext("bestContext", "contextOfPossible of the best memory", (e) =>
    portion(e.bestInContext, e.possible),
  ),
  ofWords("bestWords", "wordsOfPossible of the best memory", (e) => portion(e.bestOwn, e.possible)),
  ofWords("unknown", "the share of the words of the question that no memory has", (e) => e.unknown),
  ofWords("nothingKnown", "no memory has a word of the question: 1 by the number of its words", (e) =>
    e.unknown === 1 ? 1 / Math.max(1, e.asked) : 0,
  ),
  ofNearest(
    "nothingNear",
    "no memory has a word of the question or one that is like it, and none is nearer than chance brings: 1 less half of the deviations of the nearest, and less twice softWords of the best memory",
    (e) => (e.unknown === 1 ? Math.max(0, 1 - Math.max(0, e.bestNearness) / 2 - 2 * e.bestSoft.own) : 0),
  ),
  ofWords(
    "unknownIdentifier",
    "the share of the identifiers of the question that no memory has, by the number of its other words that memories have",
    (e) => e.unknownIdentifiers,
  ),
  ofTime("bestTime", "time of the best memory, where the question asks for nothing but a time", (e) =>
    e.onlyTime ? e.bestTime : 0,
  ),
  ofWords("few", "1 by the root of the number of memories", (e) => 1 / Math.sqrt(e.size)),
  kind({ range: [0, 2] })(
    "size",
    "the logarithm of the number of memories, divided by 10",
    (e) => Math.log1p(e.size) / 10,
  ),
  kind({ ofMeaning: true, option: "vector", range: [0, 3] })(
    "bestNear",
    "near of the nearest memory",
    (e) => e.bestNearness / 4,
  ),
  ofMeaning("bestSoft", "softWords of the best memory", (e) => e.bestSoft.own),
  ofMeaning("bestSoftContext", "softContext of the best memory", (e) => e.bestSoft.inContext),
  ofContext(
    "contextApart",
    "contextOfPossible of the best memory, less the mean of the nine after it",
    (e) => e.apart.inContext,
  ),
  ofMeaning(
    "softApart",
    "softContext of the best memory, less the mean of the nine after it",
    (e) => e.apart.soft,
  ),
  ofNearest("besideApart", "the largest nearBeside, less the mean of the nine after it, at most 1", (e) =>
    Math.min(1, e.apart.beside / 4),
  ),
  ofWords("identifies", "the question has identifiers", (e) => Number(e.identifies)),
  kind({ range: [0, 3] })(
    "asked",
    "the logarithm of the number of words of the question, divided by 3",
    (e) => Math.log1p(e.asked) / 3,
  ),
  ofWords("isQuestion", "it is written as a question", (e) => Number(e.isQuestion)),
  ofWords(
    "otherLanguage",
    "the share of the memories that are not in the language of the question",
    (e) => 1 - e.inLanguage,
  ),
  kind({ option: "context", range: [0, 10] })(
    "bestAmount",
    "the logarithm of what the words of the question, with those of the turns beside it, give the best memory",
    (e) => Math.log1p(e.bestInContext),
  ),
].map((each) => ({ ...each, ofQuestion: true }));

const single = new Map([...ofMemories, ...ofQuestions].map((each) => [each.name, each]));

/**
 * What one thing says depends on another: in a namespace of few memories, or of another language, words tell less, of an
 * identifier vectors do, and of few memories of one thing the newest holds.
 */
const products: readonly (readonly [left: string, rights: string])[] = [
  ["words", "near"],
  ["context", "near"],
  ["newer", "softContextByBest"],
  ["few", "newness near nearByBest common softWords contextOfPossible unknown otherLanguage"],
  ["few", "bestNear bestSoft bestContext bestWords bestAmount"],
  ["identifies", "near nearByBest softWords"],
  ["few", "unknownIdentifier"],
  ["unknownIdentifier", "bestNear bestSoft bestContext"],
  ["otherLanguage", "near softOthers contextOfPossible unknown size bestSoft bestContext"],
];

function product(left: string, right: string): Feature {
  const [one, other] = [single.get(left)!, single.get(right)!];
  return {
    name: `${left} × ${right}`,
    meaning: `${left} times ${right}`,
    value: (evidence, place) => one.value(evidence, place) * other.value(evidence, place),
    range: [one.range[1] * other.range[0], one.range[1] * other.range[1]],
    option: one.option ?? other.option,
    ofMeaning: one.ofMeaning || other.ofMeaning,
    ofQuestion: one.ofQuestion && other.ofQuestion,
  };
}

export const features: readonly Feature[] = [
  ...single.values(),
  ...products.flatMap(([left, rights]) => rights.split(" ").map((right) => product(left, right))),
];
