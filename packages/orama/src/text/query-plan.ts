import type { Postings } from "../lists/postings.ts";
import { inverseDocumentFrequency, repetitionWeight } from "./bm25.ts";
import type { Dictionary } from "./dictionary.ts";
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
  kind: "exact" | "prefix" | "typo" | "infix";
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
const penalties = { exact: 1, prefix: 0.6, typo: 0.5, infix: 0.4 } as const;
/** Words of a question that are expanded at most: each costs a scan of the dictionary. */
const mostExpanded = 32;

interface SearchedField {
  field: TextField;
  boost: number;
}

/** Looks the words of a question up. A word without an exact match is expanded, unless too many are. */
export function planQuery(words: readonly QueryWord[], options: MatchOptions, source: PlanSource): QueryPlan {
  const plan: QueryPlan = { matches: [], missing: 0 };
  const fields = searchedFields(options, source.fields);
  let expanded = 0;
  for (const word of words) {
    const terms = word.terms.map((term) => source.dictionary.find(term)).filter((term) => term !== undefined);
    const exact = matchesOf(word, "exact", terms, fields, source);
    if (exact.length > 0) plan.matches.push(...exact);
    else if (word.weight === 1) {
      const expand = options.expand !== false && expanded++ < mostExpanded;
      const expansion = expand ? source.dictionary.expand(word.own) : undefined;
      const inexact =
        expansion === undefined ? [] : matchesOf(word, expansion.kind, expansion.terms, fields, source);
      plan.matches.push(...inexact);
      if (inexact.length === 0) plan.missing++;
    }
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

function matchesOf(
  word: QueryWord,
  kind: QueryTerm["kind"],
  terms: readonly number[],
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
      count: occurrences.distinct,
      lists: occurrences.lists,
    };
    return [{ term, field, occurrences, frequencyBound, required: word.weight === 1 }];
  });
}
