import type { DocumentSet, Steps } from "@souvenir/orama";
import { resolveTime, type TimePreference } from "../time/time.ts";
import {
  asksForTimeOnly,
  documentsInTime,
  withoutLikenessesOfTime,
  withoutNumbersOfTime,
} from "../time/time-preference.ts";
import { sampleOf, withNeighbours } from "./candidates.ts";
import { contextWindows, textsOf, type Windows } from "./context.ts";
import { unknownIdentifiers, withEmphasis } from "./identifiers.ts";
import { namesOf, type QueryNames } from "./names.ts";
import {
  identifierShare,
  kindTerms,
  mostTelling,
  tellingCount,
  tellingWeight,
  withPrior,
} from "./query-terms.ts";
import type { Ranking } from "./ranking.ts";
import type { RankingIndex } from "./ranking-index.ts";
import {
  averageOf,
  bm25Ceiling,
  expectedScore,
  missingWords,
  type TermFrequencies,
  type TextEvidence,
  termFrequencies,
  textEvidence,
} from "./text-evidence.ts";
import { nearestVectors, type VectorSignal, vectorSignal } from "./vector-signal.ts";

export interface RankingQuery {
  text: string;
  vector?: Float32Array | undefined;
  /** Canonical names of the entities that the query names. */
  entities: readonly string[];
  /** The only documents to return. Default: all. */
  accept?: DocumentSet | undefined;
  /** Documents that are wanted, 1 or more. */
  limit: number;
  /** 0 to 1. */
  minScore: number;
  /** Also what scores 0. */
  zeroScores: boolean;
  /** Milliseconds since 1970. */
  now: number;
}

/** Everything that the signals say, before documents are put in order. */
export interface Scene {
  /** Candidates, ascending, then what else is in the sample. */
  documents: Uint32Array;
  /** Places of the candidates among the documents: 0 and on. */
  candidates: Uint32Array;
  /** Places of the sample, which shows what any document is like. */
  sample: Uint32Array;
  windows: Windows;
  frequencies: TermFrequencies;
  evidence: TextEvidence;
  /** What words in context, names and speakers say about each document, in the unit of BM25. */
  words: Float64Array;
  /** The score of a match by words that leaves nothing to be desired; 0 when the query has no words. */
  expected: number;
  /** See `identifierShare`. */
  identified: number;
  /** The query names an identifier that no memory has. */
  unknownIdentifier: boolean;
  names: QueryNames;
  /** 1 for a question; less for a longer text, of which a name or a time is one thing among many. */
  focus: number;
  vector: VectorSignal | undefined;
  time: TimePreference | undefined;
  /** The query asks for nothing but a time. */
  onlyTime: boolean;
}

/** Best documents of the words that are looked at closely; more when more results are wanted. */
const closely = 200;
/** Nearest vectors that are looked at; more did not change any ranking. */
const nearby = 100;
/** Of the best by words, those whose neighbours are looked at too. */
const expanded = 50;
/** A name or a kind of thing of at most so many documents, or a time, brings its documents in, whatever their words say. */
const broughtIn = 200;
const sampleSize = 256;
/** Documents that are ranked beyond those that are wanted, to take the places of those that say what a better one says. */
export const spare = 50;
/** Words that matter in a question: a text with more of them is not only about a name or a time in it. */
const wordsOfQuestion = 12;

/** Finds the candidates of all signals, their union, and looks at each closely. The index stays as it is meanwhile. */
export function* survey(query: RankingQuery, index: RankingIndex, ranking: Ranking): Steps<Scene> {
  const { accept } = query;
  const { text } = index;
  const most = 2 * (query.limit + spare);
  const spread = sampleOf(index.live, sampleSize);
  const time = ranking.time === 0 ? undefined : resolveTime(query, index);
  const unknown = unknownIdentifiers(query.text, time, text);
  const asked = unknown?.rest ?? query.text;
  yield;
  const matched = unknown?.terms ?? text.match(query.text);
  yield;
  const said = time?.period === undefined ? matched : withoutLikenessesOfTime(matched, time);
  const onlyTime = time?.period !== undefined && asksForTimeOnly(time, said, text);
  const terms = onlyTime ? withoutNumbersOfTime(said, time) : said;
  const kinds = kindTerms(query.text, index, 1_000);
  const mostTerms = tellingCount(terms);
  yield;
  const byWords =
    terms.length === 0
      ? new Uint32Array(0)
      : text.search(asked, { limit: Math.max(closely, most), mostTerms, accept }).documents;
  yield;
  const nearest = nearestVectors(query.vector, index, {
    limit: Math.max(nearby, most),
    // Those after them are as near as chance brings others too.
    certain: query.limit,
    accept,
  });
  yield;
  const names = namesOf(
    query,
    terms.map(({ word }) => word),
    index,
  );
  const focus = Math.min(1, wordsOfQuestion / new Set(terms.map(({ position }) => position)).size);

  yield;
  const near = withNeighbours(
    [
      byWords,
      nearest?.nearest ?? new Uint32Array(0),
      onlyTime ? documentsInTime(time, index, accept, broughtIn) : new Uint32Array(0),
      ...kinds.terms
        .filter(({ count }) => count <= broughtIn)
        .flatMap(({ lists }) => lists)
        .map(({ documents }) =>
          accept === undefined ? documents : documents.filter((each) => accept.has(each)),
        ),
      ...names.entities
        .filter(({ documents }) => documents.count <= broughtIn)
        .map((name) => within(name.documents, accept)),
    ],
    byWords.subarray(0, expanded),
    index.threads,
    accept,
  );
  const found = unknown === undefined ? near : near.filter((document) => !unknown.others.has(document));
  const { documents, places: sample } = withSample(found, spread);
  const candidates = Uint32Array.from(found, (_, place) => place);
  yield;
  const windows = contextWindows(documents, index, ranking.context);
  yield;
  const cosines = query.vector && index.vectors?.score(query.vector, textsOf(windows, found.length));
  const vector = nearest && cosines && vectorSignal(nearest, cosines, sample);
  yield;
  const emphasised = withEmphasis(withPrior(terms, index.live.count), query.text);
  const weighted = [...mostTelling(emphasised, mostTerms), ...kinds.terms];
  const frequencies = termFrequencies(weighted, windows.texts);
  yield;
  const evidence = textEvidence(documents, windows, frequencies, text, averageOf(windows.words, sample));
  yield;
  return {
    documents,
    candidates,
    sample,
    windows,
    frequencies,
    evidence,
    words: withNames(documents, evidence.inContext, names, ranking.entity * focus),
    // A thing of the kind that was asked for stands for the word that is in no memory.
    expected: expectedScore(
      weighted,
      Math.max(0, missingWords(terms, query.text, index) - kinds.words),
      tellingWeight(0, index.live.count),
    ),
    identified: identifierShare(weighted),
    unknownIdentifier: unknown !== undefined,
    names,
    focus,
    vector,
    time,
    onlyTime,
  };
}

/** Names count like words: telling ones more than those that are everywhere. */
function withNames(
  documents: Uint32Array,
  scores: Float64Array,
  names: QueryNames,
  weight: number,
): Float64Array {
  const { speakers, entities } = names;
  if (weight === 0 || (speakers.length === 0 && entities.length === 0)) return scores;
  return scores.map((score, place) => {
    const document = documents[place] as number;
    let speaker = 0;
    let named = 0;
    for (const name of speakers) if (name.documents.has(document)) speaker = Math.max(speaker, name.weight);
    for (const name of entities) if (name.documents.has(document)) named += name.weight;
    return score + weight * bm25Ceiling * (speaker + named);
  });
}

function within(documents: DocumentSet, accept: DocumentSet | undefined): Uint32Array {
  const all = documents.toArray();
  return accept === undefined ? all : all.filter((document) => accept.has(document));
}

/** Adds to some documents, ascending, those of a sample, ascending, and says where these stand. */
function withSample(
  found: Uint32Array,
  sample: Uint32Array,
): { documents: Uint32Array; places: Uint32Array } {
  const documents = new Uint32Array(found.length + sample.length);
  documents.set(found);
  let used = found.length;
  let at = 0;
  const places = sample.map((document) => {
    while (at < found.length && (found[at] as number) < document) at++;
    if (found[at] === document) return at;
    documents[used] = document;
    return used++;
  });
  return { documents: documents.subarray(0, used), places };
}
