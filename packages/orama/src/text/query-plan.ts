import type { Postings } from "../lists/postings.ts";
import { inverseDocumentFrequency, repetitionWeight } from "./bm25.ts";
import type { Dictionary } from "./dictionary.ts";
import { compoundsOf, type Found, inexactTerms, splits } from "./inexact-terms.ts";
import type { QueryWord } from "./query-words.ts";
import { type Occurrences, TermDocuments } from "./term-documents.ts";
import type { TextField, TextFields } from "./text-fields.ts";

export interface MatchOptions {
  /** ISO 639-1 code of the question. Default: detected. */
  language?: string | undefined;
  /** Factor of each field, 0 or more. Default 1 for every field. */
  boosts?: ReadonlyMap<string, number> | Readonly<Record<string, number>> | undefined;
  /** Fields to search. Default: all. */
  fields?: readonly string[] | undefined;
  /** Whether a word without an exact match may match by prefix, typo or infix. Default true. */
  expand?: boolean | undefined;
}

/** What one word of a question finds in one field. */
export interface QueryTerm {
  /** The word as the question has it, in lower case. */
  word: string;
  /** Position of the word among those of the question that are searched. */
  position: number;
  /** The terms of the index that it stands for; several when texts of several languages stem it differently. */
  terms: string[];
  field: string;
  /**
   * Inverse document frequency, times what repetitions in the question add, times the penalty of an inexact match, times
   * the boost of the field.
   */
  weight: number;
  kind: "exact" | "script" | "compound" | "prefix" | "typo" | "infix";
  /** Of a typo: the words that it may have been meant to be, as far as the index tells. */
  corrections?: readonly string[];
  /** Documents that have it. */
  count: number;
  /**
   * The same in lists, and how often each has it. A document may be in two lists, and has it as often as both say. Views,
   * stale after the next change of the index.
   */
  lists: readonly Occurrences[];
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
const penalties = { exact: 1, script: 0.9, compound: 0.9, prefix: 0.6, typo: 0.5, infix: 0.4 } as const;
/** Words of a question that are expanded at most: each costs some scans of the dictionary. */
const mostExpanded = 32;

interface SearchedField {
  field: TextField;
  boost: number;
}

/** Looks the words of a question up. A word without an exact match is expanded, unless too many are. */
export function planQuery(words: readonly QueryWord[], options: MatchOptions, source: PlanSource): QueryPlan {
  const plan: QueryPlan = { matches: [], missing: 0 };
  const fields = searchedFields(options, source.fields);
  const { dictionary } = source;
  const exact = words.map((word) =>
    word.terms.map((term) => dictionary.find(term)).filter((term) => term !== undefined),
  );
  let expanded = 0;
  const inexact = words.map((word, at) => {
    if (exact[at]!.length > 0 || word.weight !== 1 || options.expand === false) return undefined;
    return expanded++ < mostExpanded ? inexactTerms(word, dictionary) : undefined;
  });
  const compounds = compoundsOf(words, inexact, dictionary);
  for (const [at, word] of words.entries()) {
    const found = matchesOf(word, { kind: "exact", terms: exact[at]! }, fields, source);
    if (found.length === 0 && word.weight === 1) {
      const joined = compounds[at];
      if (joined !== undefined)
        found.push(...matchesOf(word, { kind: "compound", terms: joined }, fields, source));
      else if (inexact[at]?.uncertain === false) found.push(...matchesOf(word, inexact[at], fields, source));
      if (found.length === 0 && options.expand !== false) found.push(...partsOf(word, fields, source));
      if (found.length === 0) plan.missing++;
    }
    plan.matches.push(...found);
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

/** A word that stands in texts in two pieces: the documents that have both. */
function partsOf(word: QueryWord, searched: readonly SearchedField[], source: PlanSource): Match[] {
  for (const pair of splits(word, source.dictionary)) {
    const parts = pair.map((terms) => matchesOf(word, { kind: "compound", terms }, searched, source));
    const [left, right] = parts as [Match[], Match[]];
    const both = left.flatMap((first): Match[] => {
      const second = right.find(({ field }) => field === first.field);
      return second === undefined ? [] : together(first, second, word, source);
    });
    if (both.length > 0) return both;
  }
  return [];
}

/** What two matches in one field have in common, as one match: `none` when no document has both. */
function together(first: Match, second: Match, word: QueryWord, { size }: PlanSource): Match[] {
  const others = new Set(second.term.lists.flatMap(({ documents }) => [...documents]));
  const shared = new Set(
    first.term.lists.flatMap(({ documents }) => [...documents]).filter((each) => others.has(each)),
  );
  if (shared.size === 0) return [];
  const documents = Uint32Array.from(shared).sort();
  const occurrences = new TermDocuments([
    { documents, frequencies: new Uint16Array(documents.length).fill(1) },
  ]);
  const change = inverseDocumentFrequency(size, documents.length) / first.idf;
  return [
    {
      ...first,
      occurrences,
      frequencyBound: 1,
      term: {
        ...first.term,
        terms: [...first.term.terms, ...second.term.terms],
        weight: first.term.weight * change,
        count: documents.length,
        lists: occurrences.lists,
        position: word.position,
      },
    },
  ];
}

function matchesOf(
  word: QueryWord,
  { kind, terms, corrections }: Found,
  searched: readonly SearchedField[],
  { dictionary, postings, fields, size }: PlanSource,
): Match[] {
  return searched.flatMap(({ field, boost }) => {
    const lists = terms.map((term) => fields.list(term, field)).filter((list) => postings.count(list) > 0);
    if (lists.length === 0) return [];
    const occurrences = new TermDocuments(
      lists.map((list) => ({ documents: postings.documents(list), frequencies: postings.frequencies(list) })),
    );
    const idf = inverseDocumentFrequency(size, Math.min(occurrences.count, size));
    let frequencyBound = 0;
    for (const list of lists) frequencyBound += postings.frequencyBound(list);
    const term: QueryTerm = {
      word: word.word,
      position: word.position,
      terms: terms.map((number) => dictionary.term(number)!),
      field: field.name,
      weight: idf * penalties[kind] * word.weight * repetitionWeight(word.repetitions) * boost,
      kind,
      ...(corrections === undefined ? {} : { corrections }),
      count: occurrences.distinct,
      lists: occurrences.lists,
    };
    return [{ term, field, idf, occurrences, frequencyBound, required: word.weight === 1 }];
  });
}
