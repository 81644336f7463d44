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
import { contextWindows, textsOf, type Windows } from "./context.ts";
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
import { apart, largest, share } from "./shares.ts";
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
  readonly cosines: Float32Array;
  readonly soft: SoftWords | undefined;
  /** The largest of each among the best memories. */
  readonly bestSoft: { readonly own: number; readonly inContext: number; readonly otherWords: number };
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
      : new Uint32Array(0);
  // Of a time in which nothing was told something else is asked: where one will spend August.
  const onlyTime = ofTime.length > 0;
  const asked = time !== undefined && onlyTime ? withoutNumbersOfTime(said, time) : said;
  const isWhole = question.identifiers.some(({ found }) => found);
  const terms = isWhole ? wholesOnly(asked, index.live.count) : asked;
  const mostTerms = tellingCount(terms);
  const byWords =
    terms.length === 0
      ? new Uint32Array(0)
      : text.search(query.text, {
          limit: Math.max(closely, most),
          mostTerms,
          accept,
          prefix: query.prefix,
        }).documents;
  yield;
  const { vectors } = index;
  const usesVectors = options.vector !== 0;
  const model = usesVectors ? query.model : undefined;
  const vector = usesVectors && vectors !== undefined && vectors.size > 0 ? query.vector : undefined;
  const nearest =
    vector === undefined || onlyTime
      ? new Uint32Array(0)
      : // Those after them are as near as chance brings others too.
        (vectors as NonNullable<typeof vectors>).search(vector, {
          limit: Math.max(nearby, most),
          certain: query.limit,
          accept,
        }).documents;
  yield;
  const names = namesOf(question, index);
  const found = withNeighbours(
    [
      byWords,
      nearest,
      ofTime,
      ...names.entities
        .filter(({ documents }) => documents.count <= broughtIn)
        .map((name) => within(name.documents, accept)),
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
  const cosines = vector && vectors?.score(vector, documents);
  const background =
    cosines &&
    backgroundOf(
      Float32Array.from(sample, (place) => cosines[place] as number),
      query.background,
    );
  const nearnessOf = (cosine: number) => nearnessIn(background, cosine);
  yield;
  const weighted = mostTelling(withPrior(terms, index.live.count), mostTerms);
  const frequencies = termFrequencies(weighted, windows.texts);
  yield;
  const evidence = textEvidence(documents, windows, frequencies, text, averageOf(windows.words, sample));
  const nearness = Float64Array.from(found, (_, place) =>
    cosines ? nearnessOf(cosines[place] as number) : 0,
  );
  const fits = Float64Array.from(found, (document) =>
    time === undefined ? 0 : timeFit(index.createdAt(document), time),
  );
  const shares = {
    speaker: sharesOf(names.speakers, found, "one"),
    entity: sharesOf(names.entities, found, "all"),
  };
  const bestOwn = largest(evidence.own, found.length);
  const bestInContext = largest(evidence.inContext, found.length);
  const bestNearness = largest(nearness, found.length);
  yield;

  // Whoever could be the first by its words or its meaning is looked at in every respect; a time decides where one is named.
  const prospects = Float64Array.from(
    found,
    (_, place) =>
      (fits[place] as number) +
      Math.max(
        share(evidence.inContext[place] as number, bestInContext),
        share(nearness[place] as number, bestNearness),
      ),
  );
  const places = bestPlaces(prospects, Math.max(shortlist, query.limit + spare));
  const ranked = places.map((place) => found[place] as number);
  const close = contextWindows(ranked, index, options.context === 0 ? 0 : 1);
  yield;
  const soft = model && (yield* softWords(query.text, model, index.terms, close, ranked.length, isWhole));
  yield;
  const isBeside = close.beside.length > 0;
  const beside = vector && isBeside ? vectors?.score(vector, textsOf(close, ranked.length)) : undefined;
  const nearBeside = nearnessBeside(close, ranked.length, beside, nearnessOf);
  const common = commonness(ranked, vector && vectors, query.background?.questions);
  yield;
  const pick = (values: ArrayLike<number>) => Float64Array.from(places, (place) => values[place] as number);
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
  const own = pick(evidence.own);
  const inContext = pick(evidence.inContext);
  const ownNearness = pick(nearness);
  const fitting = pick(fits);
  const order = orderOf(createdAt, time);
  const possible = expectedScore(weighted, missing.length, tellingWeight(0, index.live.count));
  const bestSoft = {
    own: largest(soft?.own ?? [], ranked.length),
    inContext: largest(soft?.inContext ?? [], ranked.length),
    otherWords: largest(soft?.otherWords ?? [], ranked.length),
  };
  const relevance = inContext.map(
    (value, at) =>
      share(value, bestInContext) +
      share(ownNearness[at] as number, bestNearness) +
      share(soft?.inContext[at] ?? 0, bestSoft.inContext),
  );
  yield;
  return {
    documents: ranked,
    size: index.live.count,
    own,
    inContext,
    bestOwn,
    bestInContext,
    possible,
    nearness: ownNearness,
    bestNearness,
    besideNearness: nearBeside.mean,
    bestBesideNearness: nearBeside.best,
    common,
    cosines:
      cosines === undefined
        ? new Float32Array(ranked.length).fill(Number.NaN)
        : Float32Array.from(places, (place) => cosines[place] as number),
    soft,
    bestSoft,
    apart: {
      inContext: apart(inContext.map((value) => Math.min(1, share(value, possible)))),
      soft: apart(soft?.inContext ?? []),
      beside: apart(nearBeside.mean),
    },
    speaker: pick(shares.speaker),
    entity: pick(shares.entity),
    time: fitting,
    order,
    met: metWords(places, windows, frequencies, false),
    metInContext: metWords(places, windows, frequencies, true),
    identified: identifiers.met,
    unknown: share(missing.length, question.words.length),
    // What asks for other things too, which memories speak of, does not ask for an identifier alone.
    unknownIdentifiers: identifiers.unknown / Math.max(1, others.length),
    onlyTime,
    bestTime: largest(fits, fits.length),
    identifies: identifiers.some,
    byUser: Uint8Array.from(ranked, (document) => (byUser.has(document) ? 1 : 0)),
    asks: Uint8Array.from(ranked, (document) => (index.asks(document) ? 1 : 0)),
    words: Float64Array.from(ranked, (document) => text.lengthOf(document)),
    ...newerAlike(ranked, createdAt, relevance, model, index.terms),
    createdAt,
    asked: question.words.length,
    isQuestion: question.isQuestion,
    inLanguage: question.language === undefined ? 1 : share(question.inLanguage, index.live.count),
    byMeaning: vector !== undefined && !isIdentifierAlone(query.text, question),
    found: {
      windows,
      frequencies,
      names,
      times: time?.period !== undefined ? fitting : time?.order !== undefined ? order : undefined,
      places,
    },
  };
}

/** The places of the largest values, at most `count`, in ascending order; of equals the earlier ones. */
function bestPlaces(values: Float64Array, count: number): Uint32Array {
  const places = Uint32Array.from(values, (_, place) => place);
  if (places.length <= count) return places;
  return places
    .sort((left, right) => (values[right] as number) - (values[left] as number) || left - right)
    .slice(0, count)
    .sort();
}

function within(documents: DocumentSet, accept: DocumentSet | undefined): Uint32Array {
  const all = documents.toArray();
  return accept === undefined ? all : all.filter((document) => accept.has(document));
}
