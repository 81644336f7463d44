import type { DocumentSet } from "@souvenir/orama";
import { sampleOf, sortedUnion, withNeighbours } from "./candidates.ts";
import { contextWindows, type Windows } from "./context.ts";
import { unknownIdentifiers } from "./identifiers.ts";
import { namesOf, type QueryNames } from "./names.ts";
import { kindTerms, tellingWeight, withPrior } from "./query-terms.ts";
import type { Ranking } from "./ranking.ts";
import type { RankingIndex } from "./ranking-index.ts";
import {
  averageOf,
  bm25Ceiling,
  expectedScore,
  type TermFrequencies,
  type TextEvidence,
  termFrequencies,
  textEvidence,
} from "./text-evidence.ts";
import type { TimePreference } from "./time.ts";
import {
  asksForTimeOnly,
  documentsInTime,
  resolveTime,
  withoutLikenessesOfTime,
  withoutNumbersOfTime,
} from "./time-preference.ts";
import { asksForUnknownOne, missingWords } from "./unknown-one.ts";
import { type VectorSignal, vectorSignal } from "./vector-signal.ts";

export interface RankingQuery {
  text: string;
  vector?: Float32Array | undefined;
  /** Canonical names of the entities that the query names. */
  entities: readonly string[];
  /** The only documents to return. Default: all. */
  accept?: DocumentSet | undefined;
  /** Documents at most, 1 or more. */
  limit: number;
  /** 0 to 1. */
  minScore: number;
  /** Milliseconds since 1970. */
  now: number;
}

/** Everything that the signals say, before documents are put in order. */
export interface Scene {
  /** Candidates and sample, ascending. */
  documents: Uint32Array;
  /** Places of the candidates among the documents. */
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
  names: QueryNames;
  vector: VectorSignal | undefined;
  /** Cosine of each text of the windows, NaN without a vector; undefined without a vector signal. */
  cosines: Float32Array | undefined;
  time: TimePreference | undefined;
  /** The query asks for nothing but a time. */
  onlyTime: boolean;
  /** The query asks for one of several things by what is in no memory; see `asksForUnknownOne`. */
  unknownOne: boolean;
}

/** Best documents of the words that are looked at closely; more when more results are wanted. */
const closely = 400;
/** Nearest vectors that are looked at, each of which costs an exact comparison; more did not change any ranking. */
const nearestVectors = 100;
/** Of the best by words, those whose neighbours are looked at too. */
const expanded = 200;
/** A name of at most so many documents, or a time, brings its documents in, whatever their words say. */
const broughtIn = 200;
const sampleSize = 256;

/** Finds the candidates of all signals, their union, and looks at each closely. */
export function survey(query: RankingQuery, index: RankingIndex, ranking: Ranking): Scene {
  const { accept } = query;
  const { text } = index;
  const limit = Math.max(closely, query.limit * 2);
  const spread = sampleOf(index.live, sampleSize);
  const time = ranking.time === 0 ? undefined : resolveTime(query, index);
  const unknown = unknownIdentifiers(query.text, time, text);
  const asked = unknown?.rest ?? query.text;
  const matched = unknown?.terms ?? text.match(query.text);
  const said = time?.period === undefined ? matched : withoutLikenessesOfTime(matched, time);
  const onlyTime = time?.period !== undefined && asksForTimeOnly(time, said, text);
  const terms = onlyTime ? withoutNumbersOfTime(said, time) : said;
  const kinds = kindTerms(query.text, index, 1_000);
  const byWords = terms.length === 0 ? new Uint32Array(0) : text.search(asked, { limit, accept }).documents;
  const vector = vectorSignal(query.vector, index, {
    sample: spread,
    limit: Math.max(nearestVectors, query.limit * 2),
    accept,
  });
  const names = namesOf(
    query,
    terms.map(({ word }) => word),
    index,
  );

  const near = withNeighbours(
    [
      byWords,
      vector?.nearest ?? new Uint32Array(0),
      onlyTime ? documentsInTime(time, index, accept, broughtIn) : new Uint32Array(0),
      ...kinds.terms
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
  const documents = sortedUnion([found, spread]);
  const candidates = placesOf(found, documents);
  const sample = placesOf(spread, documents);
  const windows = contextWindows(documents, index, ranking.context);
  const weighted = [...withPrior(terms, index.live.count), ...kinds.terms];
  const frequencies = termFrequencies(weighted, windows.texts);
  const evidence = textEvidence(documents, windows, frequencies, text, averageOf(windows.words, sample));
  return {
    documents,
    candidates,
    sample,
    windows,
    frequencies,
    evidence,
    words: withNames(documents, evidence.inContext, names, ranking.entity),
    // A thing of the kind that was asked for stands for the word that is in no memory.
    expected: expectedScore(
      weighted,
      Math.max(0, missingWords(terms, query.text, index) - kinds.words),
      tellingWeight(0, index.live.count),
    ),
    names,
    vector,
    cosines: vector?.score(windows.texts),
    time,
    onlyTime,
    unknownOne: kinds.words === 0 && asksForUnknownOne(time?.rest ?? query.text, terms, index),
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

/** Where the numbers of one ascending list stand in another that has them all. */
function placesOf(wanted: Uint32Array, documents: Uint32Array): Uint32Array {
  const places = new Uint32Array(wanted.length);
  let at = 0;
  for (let i = 0; i < wanted.length; i++) {
    while (documents[at] !== wanted[i]) at++;
    places[i] = at;
  }
  return places;
}
