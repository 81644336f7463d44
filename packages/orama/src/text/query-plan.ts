import { DocumentSet } from "../document-set.ts";
import type { Postings } from "../lists/postings.ts";
import { inverseDocumentFrequency, repetitionWeight } from "./bm25.ts";
import type { Dictionary } from "./dictionary.ts";
import { foldAccents } from "./fold.ts";
import { compoundsOf, type Found, inexactTerms, splits } from "./inexact-terms.ts";
import type { QueryTerm } from "./query-term.ts";
import type { QueryWord } from "./query-words.ts";
import { TermDocuments } from "./term-documents.ts";
import { accentMark, foldMark, functionMark, isMarked } from "./term-marks.ts";
import type { TextField, TextFields } from "./text-fields.ts";
import { entryOf } from "./word-entry.ts";

/** How terms are matched. */
export interface MatchOptions {
  /** ISO 639-1 code of the question. Default: detected. */
  language?: string | undefined;
  /** Factor of each field, 0 or more. Default 1 for every field. */
  boosts?: ReadonlyMap<string, number> | Readonly<Record<string, number>> | undefined;
  /** Fields to search. Default: all. */
  fields?: readonly string[] | undefined;
  /** Whether a word without an exact match may match by prefix, typo or infix. Default true. */
  expand?: boolean | undefined;
  /** Whether the last word may be the beginning of one, to search while somebody types. Default false. */
  prefix?: boolean | undefined;
  /**
   * Slips of the keys that a word may have, 0 or more, whether or not it stands somewhere as it is. Default: some for a
   * word that stands nowhere, by its length.
   */
  tolerance?: number | undefined;
}

/** A `QueryTerm` with what scoring needs. */
export interface Match {
  term: QueryTerm;
  field: TextField;
  occurrences: TermDocuments;
  /** Its inverse document frequency. */
  idf: number;
  /** No frequency is higher. */
  frequencyBound: number;
  /** False for an extra form of words that are searched as well. */
  required: boolean;
}

export interface QueryPlan {
  /** The words that are searched, by position. */
  words: readonly QueryWord[];
  /** Positions of the words that stand somewhere, at least in another form or as a part of an identifier. */
  found: ReadonlySet<number>;
  matches: Match[];
  /** Words that find nothing, not even expanded. */
  missing: number;
}

/** What is looked up in. */
export interface PlanSource {
  dictionary: Dictionary;
  postings: Postings;
  fields: TextFields;
  /** Documents in the index. */
  size: number;
}

/** What a match is worth that is not exact. */
const penalties = {
  exact: 1,
  script: 0.9,
  compound: 0.9,
  begun: 0.6,
  prefix: 0.6,
  typo: 0.5,
  infix: 0.4,
} as const;
/** Words of a question that are expanded at most: each costs some scans of the dictionary. */
const mostExpanded = 32;

/** What each part of an identifier that was found counts by itself, and what it counts in the whole. */
const partShare = 0.3;

function asPart(match: Match): Match {
  return {
    ...match,
    term: { ...match.term, weight: partShare * match.term.weight, identifier: "part" },
  };
}

/** UTF-16 units of a word in which slips are looked for, as `EditDistance` takes them. */
const longestCorrected = 64;

interface SearchedField {
  field: TextField;
  boost: number;
}

/** Looks the words of a question up. A word without an exact match is expanded, unless too many are. */
export function planQuery(words: readonly QueryWord[], options: MatchOptions, source: PlanSource): QueryPlan {
  const found = new Set<number>();
  const plan: QueryPlan = { words, found, matches: [], missing: 0 };
  const fields = searchedFields(options, source.fields);
  const { dictionary } = source;
  const { tolerance } = options;
  const expand = options.expand !== false && tolerance === undefined;
  const find = (terms: readonly string[]) =>
    terms.map((term) => dictionary.find(term)).filter((term) => term !== undefined);
  const termsOf = ({ terms, others }: QueryWord) => {
    const found = find([...terms, ...others]);
    // With other accents than anywhere.
    return found.length > 0 ? found : find([...terms, ...others].map((term) => foldMark + term));
  };
  const exact = words.map(termsOf);
  const spelled = words.map((word, at) => {
    const found = matchesOf(word, { kind: "exact", terms: exact[at]! }, fields, source);
    const asWritten = word.accented === undefined ? found : withItsAccents(word, found, source);
    if (word.begun !== undefined) asWritten.push(...begunMatches(word, exact[at]!, fields, source));
    if (tolerance !== undefined && tolerance > 0 && word.weight === 1)
      asWritten.push(...slipsOf(word, tolerance, exact[at]!, fields, source));
    return asWritten;
  });
  // Parts of an identifier that was found are met with it.
  const met = new Set(words.flatMap(({ parts = [] }, at) => (spelled[at]!.length > 0 ? parts : [])));
  let expanded = 0;
  const inexact = words.map((word, at) => {
    if (spelled[at]!.length > 0 || word.weight !== 1 || met.has(word.position) || !expand) return undefined;
    return expanded++ < mostExpanded ? inexactTerms(word, dictionary) : undefined;
  });
  const compounds = compoundsOf(words, inexact, dictionary);
  for (const [at, word] of words.entries()) {
    const matches = spelled[at]!;
    if (matches.length === 0 && word.weight === 1 && !met.has(word.position)) {
      const joined = compounds[at];
      if (word.pieces !== undefined) matches.push(...allOf(word, word.pieces.map(termsOf), fields, source));
      if (matches.length === 0 && joined !== undefined)
        matches.push(...matchesOf(word, { kind: "compound", terms: joined }, fields, source));
      else if (matches.length === 0 && inexact[at]?.uncertain === false)
        matches.push(...matchesOf(word, inexact[at], fields, source));
      if (matches.length === 0 && expand) matches.push(...partsOf(word, fields, source));
      if (matches.length === 0) plan.missing++;
    }
    if (matches.length > 0 || met.has(word.position)) found.add(word.position);
    plan.matches.push(...(met.has(word.position) ? matches.map(asPart) : matches));
  }
  return plan;
}

function searchedFields({ fields: names, boosts }: MatchOptions, fields: TextFields): SearchedField[] {
  const searched = names === undefined ? fields.all : new Set(names.map((name) => fields.get(name)));
  return Array.from(searched, (field) => {
    const boost = (boosts instanceof Map ? boosts.get(field.name) : ownBoost(boosts, field.name)) ?? 1;
    if (!Number.isFinite(boost) || boost < 0) {
      throw new RangeError(`A boost is a number of 0 or more, not ${boost}.`);
    }
    return { field, boost };
  });
}

function ownBoost(boosts: MatchOptions["boosts"], field: string): number | undefined {
  return boosts !== undefined && Object.hasOwn(boosts, field)
    ? (boosts as Readonly<Record<string, number>>)[field]
    : undefined;
}

let ones = new Uint16Array(0);

/** So many ones, which nobody changes. */
function once(count: number): Uint16Array {
  if (count > ones.length) ones = new Uint16Array(Math.ceil(count * 1.5)).fill(1);
  return ones.subarray(0, count);
}

/** The documents with a word that begins with a given one, or whose stem it has gone beyond. */
function begunMatches(
  word: QueryWord,
  exact: readonly number[],
  searched: readonly SearchedField[],
  { dictionary, postings, fields, size }: PlanSource,
): Match[] {
  let terms = dictionary.beginningWith(word.begun!);
  // Of a word with an article in front, as in Arabic, the stem begins elsewhere.
  if (!isMarked(word.own) && !word.begun!.startsWith(word.own))
    terms = [...new Set([...terms, ...dictionary.beginningWith(word.own)])];
  if (exact.length > 0) terms = terms.filter((term) => !exact.includes(term));
  if (terms.length === 0 && exact.length === 0) {
    terms.push(...stemsBegunBy(word, dictionary));
    if (terms.length === 0) terms.push(...dictionary.beginningWith(functionMark + word.begun!));
  }
  return searched.flatMap((each): Match[] => {
    // There may be thousands of such terms: they count as one, which a document has or has not.
    const having = new DocumentSet();
    for (const term of terms) postings.addTo(having, fields.list(term, each.field));
    const documents = having.toArray();
    if (documents.length === 0) return [];
    const occurrences = new TermDocuments([{ documents, frequencies: once(documents.length) }]);
    return [matchOf(word, { kind: "begun", terms: [] }, each, occurrences, { size, frequencyBound: 1 })];
  });
}

/** Letters of an ending that somebody has typed so far, and of what is before it. */
const longestEnding = 3;
const shortestBefore = 4;

/** The stems of a word whose ending is not complete: "universit", "runnin". */
function stemsBegunBy({ begun = "", languages }: QueryWord, dictionary: Dictionary): number[] {
  for (let ending = 1; ending <= longestEnding && ending < begun.length; ending++) {
    const before = begun.slice(0, -ending);
    const doubled = before.length >= 2 && before.at(-1) === begun[before.length];
    if (before.length < shortestBefore && !doubled) return [];
    const stems = new Set(languages.map((each) => dictionary.find(entryOf(before).term(each))));
    stems.delete(undefined);
    if (stems.size > 0) return [...stems] as number[];
  }
  return [];
}

/** The terms that are so many slips away from a word as it is written or from its stem. */
function slipsOf(
  word: QueryWord,
  tolerance: number,
  exact: readonly number[],
  searched: readonly SearchedField[],
  source: PlanSource,
): Match[] {
  const found = new Set(
    [foldAccents(word.word), word.own].flatMap((spelled) =>
      spelled.length > longestCorrected ? [] : source.dictionary.within(spelled, tolerance),
    ),
  );
  for (const term of exact) found.delete(term);
  return matchesOf(word, { kind: "typo", terms: [...found] }, searched, source);
}

/** A word that stands in texts in two pieces: the documents that have both. */
function partsOf(word: QueryWord, searched: readonly SearchedField[], source: PlanSource): Match[] {
  for (const pair of splits(word, source.dictionary)) {
    const both = allOf(word, pair, searched, source);
    if (both.length > 0) return both;
  }
  return [];
}

/** The documents that have all pieces of a word in one field, each as one of some terms. */
function allOf(
  word: QueryWord,
  pieces: readonly (readonly number[])[],
  searched: readonly SearchedField[],
  source: PlanSource,
): Match[] {
  const [first = [], ...others] = pieces.map((terms) =>
    matchesOf(word, { kind: "compound", terms }, searched, source),
  );
  return others.reduce(
    (all, piece) =>
      all.flatMap((match): Match[] => {
        const same = piece.find(({ field }) => field === match.field);
        return same === undefined ? [] : together(match, same, source);
      }),
    first,
  );
}

/** What a word with accents finds, without the documents that have it with other accents alone. */
function withItsAccents(
  word: QueryWord,
  matches: Match[],
  { dictionary, postings, fields, size }: PlanSource,
): Match[] {
  const isLike = (term: string) =>
    term.startsWith(accentMark) && word.terms.includes(foldAccents(term.slice(1)));
  const terms = dictionary.termsOfLength(word.word.length + 1, 0, isLike);
  const documentsOf = (number: number, field: TextField) => postings.documents(fields.list(number, field));
  return matches.flatMap((match): Match[] => {
    const others = new Set<number>();
    for (const each of terms)
      if (dictionary.term(each) !== word.accented)
        for (const document of documentsOf(each, match.field)) others.add(document);
    const own = word.accented === undefined ? undefined : dictionary.find(word.accented);
    if (own !== undefined) for (const document of documentsOf(own, match.field)) others.delete(document);
    return others.size === 0 ? [match] : among(match, (document) => !others.has(document), size);
  });
}

/** A match with only some of its documents; `none` when it has none of them. */
function among(match: Match, accept: (document: number) => boolean, size: number): Match[] {
  const lists = match.term.lists.flatMap(({ documents, frequencies }) => {
    const places = Array.from(documents.keys()).filter((at) => accept(documents[at]!));
    if (places.length === 0) return [];
    return [
      {
        documents: Uint32Array.from(places, (at) => documents[at]!),
        frequencies: Uint16Array.from(places, (at) => frequencies[at]!),
      },
    ];
  });
  if (lists.length === 0) return [];
  const occurrences = new TermDocuments(lists);
  const idf = inverseDocumentFrequency(size, Math.min(occurrences.count, size));
  return [
    {
      ...match,
      idf,
      occurrences,
      term: {
        ...match.term,
        weight: (match.term.weight * idf) / match.idf,
        count: occurrences.distinct,
        lists: occurrences.lists,
      },
    },
  ];
}

/** The first of two matches, with the documents that have both; `none` when no document does. */
function together(first: Match, second: Match, { size }: PlanSource): Match[] {
  const others = new Set(second.term.lists.flatMap(({ documents }) => [...documents]));
  return among(first, (document) => others.has(document), size).map((match) => ({
    ...match,
    term: { ...match.term, terms: [...first.term.terms, ...second.term.terms] },
  }));
}

function matchesOf(
  word: QueryWord,
  found: Found,
  searched: readonly SearchedField[],
  { dictionary, postings, fields, size }: PlanSource,
): Match[] {
  return searched.flatMap((each) => {
    const lists = found.terms
      .map((term) => fields.list(term, each.field))
      .filter((list) => postings.count(list) > 0);
    if (lists.length === 0) return [];
    const occurrences = new TermDocuments(
      lists.map((list) => ({ documents: postings.documents(list), frequencies: postings.frequencies(list) })),
    );
    let frequencyBound = 0;
    for (const list of lists) frequencyBound += postings.frequencyBound(list);
    const terms = found.terms.map((number) => dictionary.term(number)!);
    return [matchOf(word, { ...found, terms }, each, occurrences, { size, frequencyBound })];
  });
}

function matchOf(
  word: QueryWord,
  { kind, terms, corrections }: Pick<QueryTerm, "kind" | "terms" | "corrections">,
  { field, boost }: SearchedField,
  occurrences: TermDocuments,
  { size, frequencyBound }: { size: number; frequencyBound: number },
): Match {
  const idf = inverseDocumentFrequency(size, Math.min(occurrences.count, size));
  const weight = word.parts === undefined ? word.weight : partShare * Math.max(1, word.parts.length);
  const term: QueryTerm = {
    word: word.word,
    position: word.position,
    terms,
    field: field.name,
    weight: idf * penalties[kind] * weight * repetitionWeight(word.repetitions) * boost,
    kind,
    ...(word.parts === undefined ? {} : { identifier: "whole" }),
    ...(corrections === undefined ? {} : { corrections }),
    count: occurrences.distinct,
    lists: occurrences.lists,
  };
  return { term, field, idf, occurrences, frequencyBound, required: word.weight === 1 };
}
