import { DocumentSet } from "../document-set.ts";
import { ForwardLists } from "../lists/forward-lists.ts";
import { Postings } from "../lists/postings.ts";
import { bytesOf, packDescription, unpackDescription, wordsFrom } from "../packing.ts";
import { SnapshotError } from "../snapshot-error.ts";
import {
  type Bm25Parameters,
  bm25Parameters,
  inverseDocumentFrequency,
  repetitionWeight,
  termSaturation,
} from "./bm25.ts";
import { Dictionary } from "./dictionary.ts";
import type { LatinLanguage } from "./language.ts";
import { LanguageCounts } from "./language-counts.ts";
import { TermDocuments } from "./term-documents.ts";
import type { TextLanguages } from "./text-languages.ts";
import { countWords, languagesOf, withoutFunctionWords, wordsOf } from "./tokenizer.ts";
import { type Ranking, type ScoredList, sumsOf, topDocuments } from "./top-documents.ts";
import type { Word } from "./word-entry.ts";

export interface TextIndexOptions {
  /** As in `Bm25Parameters`. Default 1.2. */
  k1?: number | undefined;
  /** As in `Bm25Parameters`. Default 0.75. */
  b?: number | undefined;
  /** Names of the texts of a document. Default: one, `text`. */
  fields?: readonly string[] | undefined;
  /** Language of texts in Latin script that do not show which it is. Default `en`. */
  fallbackLanguage?: LatinLanguage | undefined;
}

/** A text, or the texts of the fields by name; fields may be missing. */
export type FieldTexts = string | ReadonlyMap<string, string> | Readonly<Record<string, string | undefined>>;

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

export interface TextSearchOptions extends MatchOptions {
  /** Results at most, 0 or more. Default 10. */
  limit?: number | undefined;
  /** The only documents to return. Default: all. */
  accept?: DocumentSet | undefined;
  /** Instead of the parameters of the index. */
  bm25?: Partial<Bm25Parameters> | undefined;
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
  /** Documents that have it, ascending. Stale after the next change of the index, as `frequencies` is. */
  readonly documents: Uint32Array;
  readonly frequencies: Uint16Array;
}

/** Changes with the layout of snapshots and with everything that changes the terms of a text. */
const textFormat = 1;

/** What a match is worth that is not exact. */
const penalties = { exact: 1, prefix: 0.6, typo: 0.5, infix: 0.4 } as const;
/** Words of a question that are expanded at most: each costs a scan of the dictionary. */
const mostExpanded = 32;

/** A `QueryTerm` with what scoring needs. */
interface Match {
  term: QueryTerm;
  occurrences: TermDocuments;
  /** No frequency is higher. */
  frequencyBound: number;
  /** False for an extra form of words that are searched as well. */
  required: boolean;
}

interface Field {
  name: string;
  /** Words by document. */
  lengths: Uint32Array;
  total: number;
  /** Documents that have the field. */
  documents: number;
  shortest: number;
}

/** How a question is searched. */
interface Plan extends MatchOptions {
  query: string;
  matches: Match[];
  /** Words that find nothing, not even expanded. */
  missing: number;
}

/** A word of a question, before it is looked up. */
interface QueryWord {
  word: string;
  position: number;
  terms: string[];
  /** The term in the language of the question. */
  own: string;
  /** 1 for a word, less for an extra form. */
  weight: number;
  /** Times it stands in the question. */
  repetitions: number;
}

/**
 * Full-text index with exact BM25 over numbered documents. Changes take effect at once; statistics are always those of
 * the documents that are there, as if the index had been built from them alone.
 *
 * A text is stemmed in its own language. A word of a question is stemmed in every language that occurs in the index, so
 * that a document and a question meet however their languages were told.
 */
export class TextIndex {
  readonly #parameters: Bm25Parameters;
  readonly #fallback: LatinLanguage;
  readonly #fields: Field[];
  #dictionary = new Dictionary();
  #postings = new Postings();
  #forward = new ForwardLists();
  #languages = new LanguageCounts();
  #size = 0;
  #end = 0;
  #lastPlan: Plan | undefined;
  /** Frequencies of the document being added, by list. All 0 between calls. */
  #counts = new Uint32Array(1024);

  constructor(options: TextIndexOptions = {}) {
    this.#parameters = bm25Parameters(options);
    this.#fallback = options.fallbackLanguage ?? "en";
    this.#fields = (options.fields ?? ["text"]).map((name) => ({
      name,
      lengths: new Uint32Array(64),
      total: 0,
      documents: 0,
      shortest: 0,
    }));
  }

  /** Documents in the index. */
  get size(): number {
    return this.#size;
  }

  /** Words a document has on average, over the documents that have the field. */
  averageLength(field?: string): number {
    const { total, documents } = this.#field(field);
    return documents === 0 ? 0 : total / documents;
  }

  /**
   * Words of a document in a field, without function words unless there are no others, and without extra forms of words.
   * 0 for a document that is not there.
   */
  lengthOf(doc: number, field?: string): number {
    return this.#field(field).lengths[doc] ?? 0;
  }

  has(doc: number): boolean {
    return this.#forward.has(doc);
  }

  /**
   * Adds a document, or replaces it.
   * @param doc An integer from 0 to 2³¹ - 1. Memory is taken for all numbers up to the highest.
   * @param options `language`: ISO 639-1 code. Default: detected.
   */
  add(doc: number, texts: FieldTexts, options: { language?: string | undefined } = {}): void {
    if (!Number.isInteger(doc) || doc < 0 || doc > 0x7fffffff) {
      throw new RangeError(`A document number is an integer from 0 to ${0x7fffffff}, not ${doc}.`);
    }
    this.remove(doc);
    this.#lastPlan = undefined;
    const words = this.#fields.map((field) => wordsOf(textOf(texts, field.name, this.#fields.length === 1)));
    const languages = languagesOf(
      words.length === 1 ? words[0]! : words.flat(),
      options.language,
      this.#fallback,
    );
    const lists: number[] = [];
    for (const [position, field] of this.#fields.entries()) {
      this.#count(words[position]!, position, languages, lists);
      this.#addLength(field, doc, countWords(words[position]!, languages));
    }
    const sorted = Uint32Array.from(lists).sort();
    for (const list of sorted) {
      this.#postings.add(list, doc, this.#counts[list]!);
      this.#counts[list] = 0;
    }
    this.#forward.add(doc, sorted);
    this.#languages.add(doc, words, languages);
    this.#size++;
    if (doc >= this.#end) this.#end = doc + 1;
  }

  /** Returns false when the document was not there. */
  remove(doc: number): boolean {
    if (!this.#forward.has(doc)) return false;
    this.#lastPlan = undefined;
    const fieldCount = this.#fields.length;
    for (const list of this.#forward.remove(doc)) {
      if (this.#postings.remove(list, doc) > 0) continue;
      const term = Math.floor(list / fieldCount);
      if (this.#fields.every((_, field) => this.#postings.count(term * fieldCount + field) === 0)) {
        this.#dictionary.release(term);
      }
    }
    for (const field of this.#fields) {
      const length = field.lengths[doc] ?? 0;
      if (length === 0) continue;
      field.lengths[doc] = 0;
      field.total -= length;
      field.documents--;
    }
    this.#languages.remove(doc);
    this.#size--;
    return true;
  }

  /** Inverse document frequency of a term as `tokenize` returns it, in a field; that of an unseen term if unknown. */
  idf(term: string, field?: string): number {
    const position = this.#fields.indexOf(this.#field(field));
    const number = this.#dictionary.find(term);
    const containing =
      number === undefined ? 0 : this.#postings.count(number * this.#fields.length + position);
    return inverseDocumentFrequency(this.#size, containing);
  }

  /**
   * What the words of a question find, so that scores can be worked out elsewhere. Function words take part only when
   * there is nothing else. A word that is in no document is expanded, unless the question is too long.
   */
  match(query: string, options: MatchOptions = {}): QueryTerm[] {
    return this.#plan(query, options).matches.map(({ term }) => term);
  }

  /** The best documents for a question, by BM25 summed over the fields. */
  search(query: string, options: TextSearchOptions = {}): Ranking {
    const { limit = 10, accept } = options;
    if (!Number.isInteger(limit) || limit < 0)
      throw new RangeError(`limit is an integer of 0 or more, not ${limit}.`);
    const parameters = bm25Parameters({ ...this.#parameters, ...options.bm25 });
    const lists = this.#lists(this.#plan(query, options).matches, parameters);
    return topDocuments(lists, parameters, this.#end, limit, accept);
  }

  /** Every document that `search` would return without a limit. */
  matching(query: string, options: MatchOptions & { accept?: DocumentSet | undefined } = {}): DocumentSet {
    const documents = new DocumentSet();
    for (const { term, occurrences } of this.#plan(query, options).matches) {
      if (term.weight > 0) addDocuments(occurrences, documents);
    }
    return options.accept === undefined ? documents : documents.intersect(options.accept);
  }

  /** Documents that have every word of the question in the same field. */
  matchingEveryWord(query: string, options: MatchOptions = {}): DocumentSet {
    const plan = this.#plan(query, options);
    const documents = new DocumentSet();
    if (plan.missing > 0) return documents;
    const words = plan.matches.filter(({ required }) => required);
    const positions = new Set(words.map(({ term }) => term.position));
    for (const { name } of this.#fields) {
      const inField = words.filter(({ term }) => term.field === name);
      if (positions.size === 0 || inField.length < positions.size) continue;
      const [first, ...others] = inField.map(({ occurrences }) =>
        addDocuments(occurrences, new DocumentSet()),
      );
      documents.union(others.reduce((all, one) => all.intersect(one), first!));
    }
    return documents;
  }

  /** Documents that have a word in a field. */
  documentsWithText(field?: string): DocumentSet {
    const documents = new DocumentSet();
    const { lengths } = this.#field(field);
    for (let doc = 0; doc < lengths.length; doc++) if (lengths[doc]! > 0) documents.add(doc);
    return documents;
  }

  /** The scores of given documents, in their order; 0 where nothing matches. The same numbers as `search`. */
  score(query: string, documents: Uint32Array, options: MatchOptions = {}): Float64Array {
    const lists = this.#lists(this.#plan(query, options).matches, this.#parameters);
    return sumsOf(lists, this.#parameters, documents);
  }

  /**
   * The score that no document exceeds which has every word of the question in every field, however often: to bring
   * scores of different questions to one scale. Words that are in no document count as the rarest.
   */
  maxScore(query: string, options: MatchOptions = {}): number {
    const { matches, missing } = this.#plan(query, options);
    let sum = missing * inverseDocumentFrequency(this.#size, 0);
    for (const { term } of matches) sum += term.weight;
    return sum * (this.#parameters.k1 + 1);
  }

  /** Packed parts, partly views: write them before the next change. `load` reads them. */
  save(): Uint8Array[] {
    const description = packDescription({
      kind: "text",
      format: textFormat,
      ...this.#parameters,
      fallback: this.#fallback,
      fields: this.#fields.map(({ name }) => name),
      size: this.#size,
      end: this.#end,
    });
    return [
      description,
      ...this.#dictionary.save(),
      ...this.#postings.save(),
      ...this.#forward.save(),
      ...this.#languages.save(),
      ...this.#fields.map(({ lengths }) => bytesOf(lengths.subarray(0, this.#end))),
    ];
  }

  /** The index that was saved, options included. Throws `SnapshotError`. */
  static load(parts: readonly Uint8Array[]): TextIndex {
    const description = unpackDescription(parts, "text", textFormat, 10) as {
      k1: number;
      b: number;
      fallback: LatinLanguage;
      fields: string[];
      size: number;
      end: number;
    };
    const { k1, b, fields, fallback: fallbackLanguage } = description;
    const index = new TextIndex({ k1, b, fields, fallbackLanguage });
    index.#dictionary = Dictionary.load(parts.slice(1, 3));
    index.#postings = Postings.load(parts.slice(3, 6));
    index.#forward = ForwardLists.load(parts.slice(6, 8));
    index.#languages = LanguageCounts.load(parts.slice(8, 9));
    for (const [position, field] of index.#fields.entries()) {
      const part = parts[9 + position];
      if (part === undefined) throw new SnapshotError("DAMAGED", "Parts of the text index are missing.");
      field.lengths = wordsFrom(part);
      for (const length of field.lengths) {
        if (length === 0) continue;
        field.shortest = field.documents === 0 ? length : Math.min(field.shortest, length);
        field.total += length;
        field.documents++;
      }
    }
    index.#size = description.size;
    index.#end = description.end;
    return index;
  }

  /** Looks the words of a question up; the last answer is kept until the index changes. */
  #plan(query: string, options: MatchOptions): Plan {
    const { language, boosts, fields, expand = true } = options;
    const last = this.#lastPlan;
    if (
      last?.query === query &&
      last.language === language &&
      last.boosts === boosts &&
      last.fields === fields &&
      last.expand === expand
    ) {
      return last;
    }
    const plan: Plan = { query, language, boosts, fields, expand, matches: [], missing: 0 };
    const searched = this.#searchedFields(options);
    let expanded = 0;
    for (const word of this.#queryWords(query, language)) {
      const numbers = word.terms
        .map((term) => this.#dictionary.find(term))
        .filter((number) => number !== undefined);
      if (numbers.some((number) => this.#inFields(number, searched))) {
        this.#collect(plan.matches, word, "exact", numbers, searched);
      } else if (word.weight === 1) {
        const expansion = expand && expanded++ < mostExpanded ? this.#dictionary.expand(word.own) : undefined;
        const before = plan.matches.length;
        if (expansion !== undefined)
          this.#collect(plan.matches, word, expansion.kind, expansion.terms, searched);
        if (plan.matches.length === before) plan.missing++;
      }
    }
    this.#lastPlan = plan;
    return plan;
  }

  #field(name: string | undefined): Field {
    const field =
      name === undefined ? this.#fields[0] : this.#fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw new RangeError(`The index has no text field ${JSON.stringify(name)}.`);
    return field;
  }

  #count(words: readonly Word[], position: number, languages: TextLanguages, lists: number[]): void {
    const fieldCount = this.#fields.length;
    for (const { entry } of words) {
      const list = entry.numberIn(this.#dictionary, languages) * fieldCount + position;
      if (list >= this.#counts.length) {
        const larger = new Uint32Array(Math.max(list + 1, this.#counts.length * 2));
        larger.set(this.#counts);
        this.#counts = larger;
      }
      const count = this.#counts[list]!;
      if (count === 0) lists.push(list);
      this.#counts[list] = count + 1;
    }
  }

  #addLength(field: Field, doc: number, length: number): void {
    if (doc >= field.lengths.length) {
      const larger = new Uint32Array(Math.max(doc + 1, field.lengths.length * 2));
      larger.set(field.lengths);
      field.lengths = larger;
    }
    field.lengths[doc] = length;
    if (length === 0) return;
    field.shortest = field.documents === 0 ? length : Math.min(field.shortest, length);
    field.total += length;
    field.documents++;
  }

  #queryWords(query: string, language: string | undefined): QueryWord[] {
    const words = wordsOf(query);
    const languages = languagesOf(words, language, this.#languages.commonest(this.#fallback));
    const searched = withoutFunctionWords(words, languages);
    const all = this.#languages.present(languages);
    const found = new Map<string, QueryWord>();
    for (const { entry, weight } of searched) {
      const terms = [...new Set(all.map((each) => entry.term(each)))].sort();
      const key = terms.join("\n");
      const known = found.get(key);
      if (known !== undefined) {
        known.weight = Math.max(known.weight, weight);
        if (weight === 1) known.repetitions++;
      } else {
        const own = entry.term(languages);
        found.set(key, { word: entry.lower, position: found.size, terms, own, weight, repetitions: 1 });
      }
    }
    return [...found.values()];
  }

  #searchedFields({ fields, boosts }: MatchOptions): { position: number; boost: number }[] {
    const named = fields?.map((name) => this.#field(name)) ?? this.#fields;
    return this.#fields.flatMap((field, position) => {
      if (!named.includes(field)) return [];
      const boost = (boosts instanceof Map ? boosts.get(field.name) : ownValue(boosts, field.name)) ?? 1;
      if (!Number.isFinite(boost) || boost < 0)
        throw new RangeError(`A boost is a number of 0 or more, not ${boost}.`);
      return [{ position, boost }];
    });
  }

  #inFields(term: number, fields: readonly { position: number }[]): boolean {
    return fields.some(({ position }) => this.#postings.count(term * this.#fields.length + position) > 0);
  }

  #collect(
    found: Match[],
    word: QueryWord,
    kind: QueryTerm["kind"],
    numbers: readonly number[],
    fields: readonly { position: number; boost: number }[],
  ): void {
    for (const { position, boost } of fields) {
      const lists = numbers
        .map((number) => number * this.#fields.length + position)
        .filter((list) => this.#postings.count(list) > 0);
      if (lists.length === 0) continue;
      const occurrences = new TermDocuments(
        lists.map((list) => ({
          documents: this.#postings.documents(list),
          frequencies: this.#postings.frequencies(list),
        })),
      );
      const idf = inverseDocumentFrequency(this.#size, Math.min(occurrences.count, this.#size));
      let frequencyBound = 0;
      for (const list of lists) frequencyBound += this.#postings.frequencyBound(list);
      const term: QueryTerm = {
        word: word.word,
        position: word.position,
        terms: numbers.map((number) => this.#dictionary.term(number)!),
        field: this.#fields[position]!.name,
        weight: idf * penalties[kind] * word.weight * repetitionWeight(word.repetitions) * boost,
        kind,
        get documents() {
          return occurrences.whole.documents;
        },
        get frequencies() {
          return occurrences.whole.frequencies;
        },
      };
      found.push({ term, occurrences, frequencyBound, required: word.weight === 1 });
    }
  }

  #lists(matches: readonly Match[], parameters: Bm25Parameters): ScoredList[] {
    return matches.map(({ term, occurrences, frequencyBound }) => {
      const { lengths, shortest } = this.#field(term.field);
      const averageLength = this.averageLength(term.field);
      const relativeLength = averageLength > 0 ? shortest / averageLength : 0;
      const bound = term.weight * termSaturation(frequencyBound, relativeLength, parameters);
      return { occurrences, weight: term.weight, lengths, averageLength, bound };
    });
  }
}

function addDocuments({ main, rest }: TermDocuments, into: DocumentSet): DocumentSet {
  into.addAll(main.documents);
  if (rest !== undefined) into.addAll(rest.documents);
  return into;
}

function textOf(texts: FieldTexts, field: string, only: boolean): string {
  if (typeof texts === "string") return only ? texts : "";
  if (texts instanceof Map) return texts.get(field) ?? "";
  return ownValue(texts as Readonly<Record<string, string | undefined>>, field) ?? "";
}

function ownValue<Value>(record: object | undefined, key: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, key)
    ? (record as Record<string, Value>)[key]
    : undefined;
}
