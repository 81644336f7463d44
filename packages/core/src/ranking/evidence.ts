import type { DocumentSet, Steps } from "@souvenir/orama";
import type { StaticModel } from "@souvenir/static";
import { analyzeQuery } from "../analysis/analyzed-query.ts";
import { fold } from "../text/fold.ts";
import { timeFit } from "../time/time.ts";
import {
  asksForTimeOnly,
  documentsInTime,
  orderOf,
  withoutLikenessesOfTime,
  withoutNumbersOfTime,
} from "../time/time-preference.ts";
import { backgroundOf, type KnownBackground } from "./background.ts";
import { withNeighbours, withSample } from "./candidates.ts";
import { contextWindows, type Windows } from "./context.ts";
import { askedFor, identifiersMet, isIdentifier, isIdentifierAlone } from "./identifiers.ts";
import { commonness, nearnessBeside, nearnessIn } from "./nearness.ts";
import { newerAlike } from "./newer.ts";
import { namesOf, type QueryNames, sharesOf } from "./query-names.ts";
import {
  expectedScore,
  mostTelling,
  tellingCount,
  tellingWeight,
  wholesOnly,
  withPrior,
} from "./query-terms.ts";
import type { Ranking } from "./ranking.ts";
import type { RankingIndex } from "./ranking-index.ts";
import { apart, bestPlaces, largest, portion, share } from "./shares.ts";
import { type SoftWords, softWords } from "./soft-words.ts";
import { averageOf, metWords, type TermFrequencies, termFrequencies, textEvidence } from "./text-evidence.ts";

export interface RankingQuery {
  text: string;
  vector?: Float32Array | undefined;
  /** What is known of the embedder. Default: that of the built-in one, where it is used. */
  background?: KnownBackground | undefined;
  /** What soft words are compared with; absent where there is none. */
  model?: StaticModel | undefined;
  /** Canonical names of the entities that the query names. */
  entities: readonly string[];
  /** The only documents to return. Default: all. */
  accept?: DocumentSet | undefined;
  /** Whether the last word may be the beginning of one. */
  prefix: boolean;
  /** Documents that are wanted, 1 or more. */
  limit: number;
  /** 0 to 1. */
  minScore: number;
  /** Milliseconds since 1970. */
  now: number;
}

/** What is known of the memories that may answer a question, before it is weighed. Arrays are by place of the memory. */
export interface Evidence {
  /** Documents that are ranked. */
  readonly documents: Uint32Array;
  /** Memories of the namespace. */
  readonly size: number;
  /** BM25 of the memory, and with what it borrows from the turns beside it, 0 or more. */
  readonly own: Float64Array;
  readonly inContext: Float64Array;
  /** The largest of these among all candidates, and what a memory with every word of the question would have. */
  readonly bestOwn: number;
  readonly bestInContext: number;
  readonly possible: number;
  /** How far the cosine stands out from those of other memories, in their standard deviations; 0 without a vector. */
  readonly nearness: Float64Array;
  readonly bestNearness: number;
  /** The mean of that of the turns beside it, and the best of them; 0 where there are none. */
  readonly besideNearness: Float64Array;
  readonly bestBesideNearness: Float64Array;
  /** How near the memory is to questions, whatever is asked, in standard deviations; 0 where nothing is known of the embedder. */
  readonly common: Float64Array;
  /** NaN without a vector. */
  readonly cosines: Float64Array;
  readonly soft: SoftWords;
  /** The largest of each among the best memories. */
  readonly bestSoft: Readonly<Record<keyof SoftWords, number>>;
  /** How far the best memory stands apart: see `apart`. */
  readonly apart: { readonly inContext: number; readonly soft: number; readonly beside: number };
  /** See `NameMatch`: the share of the names of the question that a memory has, 0 to 1. */
  readonly speaker: Float64Array;
  readonly entity: Float64Array;
  /** How well its time fits the time that the question names, 0 to 1. */
  readonly time: Float64Array;
  /** The order that the question asks for ("the first", "currently"): 1 the one that is meant, 0 the last of all. */
  readonly order: Float64Array;
  /** The share of the words of the question, by their weights, that the memory has, and with the turns beside it. */
  readonly met: Float64Array;
  readonly metInContext: Float64Array;
  /** The same for identifiers: names of things in a series, such as tickets. 0 where the question has none. */
  readonly identified: Float64Array;
  /** The share of the words of the question that no memory has; words for a time apart. */
  readonly unknown: number;
  /** The share of its identifiers that no memory has, divided by the number of its other words that memories have. */
  readonly unknownIdentifiers: number;
  /** The question asks for nothing but a time; and how well the time of the best memory fits it. */
  readonly onlyTime: boolean;
  readonly bestTime: number;
  /** The question names identifiers. */
  readonly identifies: boolean;
  /** The memory is a turn of the user. */
  readonly byUser: Uint8Array;
  /** The memory is a turn that asks something. */
  readonly asks: Uint8Array;
  /** Words of the memory. */
  readonly words: Float64Array;
  /** See `Newer`. */
  readonly newer: Float64Array;
  readonly recency: Float64Array;
  /** Milliseconds since 1970. */
  readonly createdAt: Float64Array;
  /** Words of the question that are searched. */
  readonly asked: number;
  /** It is written as a question. */
  readonly isQuestion: boolean;
  /** The share of the memories that are in the language of the question, 0 to 1; 1 where it has none. */
  readonly inLanguage: number;
  /** The question has a vector that says something, and memories have some: other weights hold than without. */
  readonly byMeaning: boolean;
  /** What `reasonsOf` tells. */
  readonly found: Found;
}

/** What the words of the question found, by place of all candidates. */
export interface Found {
  readonly windows: Windows;
  readonly frequencies: TermFrequencies;
  readonly names: QueryNames;
  /** How well each that is ranked fits the time that the question names, or else its order; absent where it names neither. */
  readonly times: Float64Array | undefined;
  /** Places of the documents that are ranked, among the candidates. */
  readonly places: Uint32Array;
}

/** Best documents of the words that are looked at; more when more results are wanted. */
const closely = 200;
/** Nearest vectors that are looked at; more did not change any ranking. */
const nearby = 100;
/** Of the best by words, those whose neighbours are looked at too. */
const expanded = 50;
/** A name of at most so many documents, or a time, brings its documents in, whatever their words say. */
const broughtIn = 200;
const sampleSize = 256;
/** Documents that are compared in every respect, and those that are ranked beyond those that are wanted, to take the places of those that say what a better one says. */
export const shortlist = 128;
export const spare = 50;
const none = new Uint32Array(0);

/**
 * Finds the candidates of all signals, their union, and looks at the best of each closely. The index stays as it is
 * meanwhile. `undefined` when there are none.
 */
export function* evidenceOf(
  query: RankingQuery,
  index: RankingIndex,
  options: Pick<Ranking, "context" | "time" | "vector">,
): Steps<Evidence | undefined> {
  const { accept } = query;
  const { text } = index;
  const most = 2 * (query.limit + spare);
  const question = analyzeQuery(query.text, query.now, index, query);
  const time = options.time === 0 ? undefined : question.time;
  yield;
  const said = time?.period === undefined ? question.terms : withoutLikenessesOfTime(question.terms, time);
  const ofTime =
    time?.period !== undefined && asksForTimeOnly(time, said, text)
      ? documentsInTime(time, index, accept, broughtIn)
      : none;
  // Of a time in which nothing was told something else is asked: where one will spend August.
  const onlyTime = ofTime.length > 0;
  const asked = time !== undefined && onlyTime ? withoutNumbersOfTime(said, time) : said;
  const isWhole = question.identifiers.some(({ found }) => found);
  const terms = isWhole ? wholesOnly(asked, index.live.count) : asked;
  const mostTerms = tellingCount(terms);
  const byWords =
    terms.length === 0
      ? none
      : text.search(query.text, {
          limit: Math.max(closely, most),
          mostTerms,
          accept,
          prefix: query.prefix,
        }).documents;
  yield;
  const { vectors } = index;
  const [model, vector] = options.vector === 0 ? [] : [query.model, query.vector];
  const near = vector && vectors && vectors.size > 0 ? { vectors, vector } : undefined;
  const cosinesOf = (some: Uint32Array) =>
    near?.vectors.score(near.vector, some) ?? new Float32Array(some.length).fill(Number.NaN);
  // Those after them are as near as chance brings others too.
  const wanted = { limit: Math.max(nearby, most), certain: query.limit, accept };
  const nearest = onlyTime ? none : (near?.vectors.search(near.vector, wanted).documents ?? none);
  yield;
  const names = namesOf(question, index);
  const found = withNeighbours(
    [
      byWords,
      nearest,
      ofTime,
      ...names.entities.flatMap(({ documents }) => (documents.count <= broughtIn ? [documents] : [])),
    ],
    byWords.subarray(0, options.context === 0 ? 0 : expanded),
    index.threads,
    accept,
  );
  if (found.length === 0) return undefined;
  yield;
  const { documents, places: sample } = withSample(found, index.live.sample(sampleSize));
  const windows = contextWindows(documents, index, options.context);
  yield;
  const cosines = cosinesOf(documents);
  const background = backgroundOf(pick(cosines, sample), query.background);
  const nearnessOf = (cosine: number) => nearnessIn(background, cosine);
  yield;
  const weighted = mostTelling(withPrior(terms, index.live.count), mostTerms);
  const frequencies = termFrequencies(weighted, windows.texts);
  yield;
  const evidence = textEvidence(documents, windows, frequencies, text, averageOf(windows.words, sample));
  const nearness = Float64Array.from(cosines.subarray(0, found.length), nearnessOf);
  const fits = Float64Array.from(found, (document) =>
    time === undefined ? 0 : timeFit(index.createdAt(document), time),
  );
  const bestOwn = largest(evidence.own.subarray(0, found.length));
  const bestInContext = largest(evidence.inContext.subarray(0, found.length));
  const bestNearness = largest(nearness);
  yield;

  // Whoever could be the first by its words or its meaning is looked at in every respect; a time decides where one is named.
  const prospects = fits.map(
    (fit, place) =>
      fit +
      Math.max(portion(evidence.inContext[place]!, bestInContext), portion(nearness[place]!, bestNearness)),
  );
  const places = bestPlaces(prospects, Math.max(shortlist, query.limit + spare));
  const ranked = places.map((place) => found[place] as number);
  const close = contextWindows(ranked, index, options.context === 0 ? 0 : 1);
  yield;
  const soft = yield* softWords(query.text, model, index.terms, close, isWhole);
  yield;
  const beside = cosinesOf(close.beside.length > 0 ? close.texts : none);
  const nearBeside = nearnessBeside(close, beside, nearnessOf);
  const common = commonness(ranked, near?.vectors, query.background?.questions);
  yield;
  const missing = question.words.filter(
    ({ found, word }) => !found && (time === undefined || time.rest.includes(fold(word))),
  );
  const unknown = [
    ...missing,
    // Of words that stand apart, figures alone are surely one, such as a number of a telephone; where one is found that
    // is how they were meant.
    ...question.identifiers.filter(
      ({ found, spaced, word }) => !found && (!spaced || (!isWhole && /^\p{N}+$/u.test(word))),
    ),
  ];
  const identifiers = identifiersMet(places, frequencies, askedFor(unknown.filter(isIdentifier), query.text));
  const others = question.words.filter(
    ({ found, word }) =>
      found &&
      !isIdentifier({ word }) &&
      !question.identifiers.some((each) => !each.spaced && each.word.includes(word)),
  );
  const byUser = index.saidBy("user");
  const createdAt = Float64Array.from(ranked, (document) => index.createdAt(document));
  const inContext = pick(evidence.inContext, places);
  const ownNearness = pick(nearness, places);
  const fitting = pick(fits, places);
  const order = orderOf(createdAt, time);
  const possible = expectedScore(weighted, missing.length, tellingWeight(0, index.live.count));
  const bestSoft = {
    own: largest(soft.own),
    inContext: largest(soft.inContext),
    otherWords: largest(soft.otherWords),
  };
  const relevance = inContext.map(
    (value, at) =>
      share(value, bestInContext) +
      share(ownNearness[at]!, bestNearness) +
      share(soft.inContext[at]!, bestSoft.inContext),
  );
  yield;
  return {
    documents: ranked,
    size: index.live.count,
    own: pick(evidence.own, places),
    inContext,
    bestOwn,
    bestInContext,
    possible,
    nearness: ownNearness,
    bestNearness,
    besideNearness: nearBeside.mean,
    bestBesideNearness: nearBeside.best,
    common,
    cosines: pick(cosines, places),
    soft,
    bestSoft,
    apart: {
      inContext: apart(inContext.map((value) => portion(value, possible))),
      soft: apart(soft.inContext),
      beside: apart(nearBeside.mean),
    },
    speaker: sharesOf(names.speakers, ranked, "one"),
    entity: sharesOf(names.entities, ranked, "all"),
    time: fitting,
    order,
    met: metWords(places, windows, frequencies, false),
    metInContext: metWords(places, windows, frequencies, true),
    identified: identifiers.met,
    unknown: share(missing.length, question.words.length),
    // What asks for other things too, which memories speak of, does not ask for an identifier alone.
    unknownIdentifiers: identifiers.unknown / Math.max(1, others.length),
    onlyTime,
    bestTime: largest(fits),
    identifies: identifiers.some,
    byUser: Uint8Array.from(ranked, (document) => Number(byUser.has(document))),
    asks: Uint8Array.from(ranked, (document) => Number(index.asks(document))),
    words: Float64Array.from(ranked, (document) => text.lengthOf(document)),
    ...newerAlike(ranked, createdAt, relevance, model, index.terms),
    createdAt,
    asked: question.words.length,
    isQuestion: question.isQuestion,
    inLanguage: question.language === undefined ? 1 : share(question.inLanguage, index.live.count),
    byMeaning: near !== undefined && !isIdentifierAlone(query.text, question),
    found: {
      windows,
      frequencies,
      names,
      times: time?.period !== undefined ? fitting : time?.order !== undefined ? order : undefined,
      places,
    },
  };
}

function pick(values: ArrayLike<number>, places: Uint32Array): Float64Array {
  return Float64Array.from(places, (place) => values[place]!);
}
