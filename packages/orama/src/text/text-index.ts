import { DocumentSet } from "../document-set.ts";
import { type FrozenPart, frozen, thawed } from "../frozen-part.ts";
import { ForwardLists } from "../lists/forward-lists.ts";
import { Postings } from "../lists/postings.ts";
import { removeFromLists } from "../lists/removal.ts";
import { packDescription, unpackDescription } from "../packing.ts";
import { runSteps, type Steps } from "../steps.ts";
import { type Bm25Parameters, bm25Parameters, inverseDocumentFrequency, termSaturation } from "./bm25.ts";
import { Dictionary } from "./dictionary.ts";
import { sameMake, wholeTerm } from "./identifier.ts";
import type { Language, LatinLanguage } from "./language-codes.ts";
import { LanguageCounts } from "./language-counts.ts";
import { type Match, type MatchOptions, planQuery, type QueryPlan } from "./query-plan.ts";
import type { QueryTerm } from "./query-term.ts";
import { queryWords } from "./query-words.ts";
import type { TermDocuments } from "./term-documents.ts";
import { type TextField, TextFields } from "./text-fields.ts";
import type { TextLanguages } from "./text-languages.ts";
import { countWords, languageOfWords, languagesOf, wordsOf } from "./tokenizer.ts";
import { type Ranking, type ScoredList, sumsOf, topDocuments } from "./top-documents.ts";
import { literalWords, type Word } from "./word-entry.ts";

/** How texts are indexed. */
export interface TextIndexOptions {
  /** As in `Bm25Parameters`. Default 1.2. */
  k1?: number | undefined;
  /** As in `Bm25Parameters`. Default 0.75. */
  b?: number | undefined;
  /** Names of the texts of a document. Default: one, `text`. */
  fields?: readonly string[] | undefined;
  /** Language of texts in Latin script that do not show which it is. Default `en`. */
  fallbackLanguage?: LatinLanguage | undefined;
  /** The words of a text or question, taken as they are: no folding, no stemming, no extra forms. Default: ours. */
  tokenize?: ((text: string, field?: string) => string[]) | undefined;
}

/** A text, or the texts of the fields by name; fields may be missing. */
export type FieldTexts = string | ReadonlyMap<string, string> | Readonly<Record<string, string | undefined>>;

/** How texts are searched. */
export interface TextSearchOptions extends MatchOptions {
  /** Results at most, 0 or more. Default 10. */
  limit?: number | undefined;
  /** Terms that count at most: of a long question those with the highest weights. Default: all. */
  mostTerms?: number | undefined;
  /** The only documents to return. Default: all. */
  accept?: DocumentSet | undefined;
  /** Instead of the parameters of the index. */
  bm25?: Partial<Bm25Parameters> | undefined;
}

/** A question as an index sees it. */
export interface TextQuestion {
  /** See `TextIndex.match`. */
  terms: QueryTerm[];
  /**
   * The words that are searched, each once, in lower case, by position: without function words, unless there are no
   * others. `found`: it stands in a document, at least in another form, or as a part of an identifier that does.
   */
  words: { word: string; position: number; found: boolean }[];
  /**
   * Its identifiers in one piece, of which some of the words are parts: "inc4471". `found`: it stands in a document.
   * `spaced`: it was put together from several words, and may be none: "May 2023".
   */
  identifiers: { word: string; found: boolean; spaced: boolean }[];
  /** Language of most of its words; `undefined` for one that the engine has no words of. */
  language: Language | undefined;
  /** Documents in this language; for one in neither Latin nor Cyrillic script, in any of those. 0 for `undefined`. */
  inLanguage: number;
}

/** Changes with the layout of snapshots and with everything that changes the terms of a text. */
const textFormat = 5;

/** Where letters end and figures begin, or the other way round: "4821KLM" may be written "4821 KLM". */
const betweenKinds = /(?<=\p{N})(?=\p{L})|(?<=\p{L})(?=\p{N})/gu;
/** Documents that are taken out of the counts between two steps. */
const stepDocuments = 256;
/** How much longer or shorter other identifiers of a series are. */
const identifierTolerance = 4;

/** The last question, and how it is searched. */
interface RecentPlan extends QueryPlan {
  query: string;
  language: string | undefined;
  expand: boolean;
  prefix: boolean;
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
  readonly #fields: TextFields;
  readonly #tokenize: TextIndexOptions["tokenize"];
  #dictionary = new Dictionary();
  #postings = new Postings();
  #forward = new ForwardLists();
  #languages = new LanguageCounts();
  #size = 0;
  #end = 0;
  #recent: RecentPlan | undefined;
  /** Frequencies of the document being added, by list. All 0 between calls. */
  #counts = new Uint32Array(1024);

  constructor(options: TextIndexOptions = {}) {
    this.#parameters = bm25Parameters(options);
    this.#fallback = options.fallbackLanguage ?? "en";
    this.#fields = new TextFields(options.fields ?? ["text"]);
    this.#tokenize = options.tokenize;
  }

  /** Names of the texts of a document. */
  get fields(): readonly string[] {
    return this.#fields.names;
  }

  /** Documents in the index. */
  get size(): number {
    return this.#size;
  }

  /** Words a document has on average, over the documents that have the field. */
  averageLength(field?: string): number {
    return this.#fields.get(field).averageLength;
  }

  /**
   * Words of a document in a field, without function words unless there are no others, and without extra forms of words.
   * 0 for a document that is not there.
   */
  lengthOf(doc: number, field?: string): number {
    return this.#fields.get(field).lengths[doc] ?? 0;
  }

  /** Language of the words of a document that are in Latin script, ISO 639-1; `undefined` when it has none. */
  languageOf(doc: number): LatinLanguage | undefined {
    return this.#languages.latinOf(doc);
  }

  /** Language in which the words in Latin script of a question are taken; see `languageOf`. */
  languageOfQuery(query: string, language?: string): LatinLanguage {
    return languagesOf(wordsOf(query), language, this.#languages.commonest(this.#fallback)).latin;
  }

  /** Whether a document is in it. */
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
    const words = this.#wordsOf(texts);
    // All that can fail comes before the first change.
    for (const field of this.#fields.all) field.reserve(doc);
    this.#forward.reserve(doc);
    this.#languages.reserve(doc);
    this.remove(doc);
    this.#recent = undefined;
    const languages = languagesOf(
      words.length === 1 ? words[0]! : words.flat(),
      options.language,
      this.#fallback,
    );
    const lists: number[] = [];
    for (const field of this.#fields.all) {
      this.#count(words[field.position]!, field, languages, lists);
      field.add(doc, countWords(words[field.position]!, languages));
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
    runSteps(this.removing([doc]));
    return true;
  }

  /**
   * Removes documents in steps, in about the time that it takes to look at their words. What is asked between two steps
   * still finds some of them, by some of their words.
   */
  *removing(documents: Iterable<number>): Steps {
    const present = [...new Set(documents)].filter((doc) => this.#forward.has(doc));
    const steps = removeFromLists(present, this.#forward, this.#postings, (list, _lost, left) => {
      if (left > 0) return;
      const term = this.#fields.termOf(list);
      if (this.#fields.all.every((field) => this.#postings.count(this.#fields.list(term, field)) === 0))
        this.#dictionary.release(term);
    });
    while (!steps.next().done) {
      this.#recent = undefined;
      yield;
    }
    let removed = 0;
    for (const doc of present) {
      for (const field of this.#fields.all) field.remove(doc);
      this.#languages.remove(doc);
      this.#size--;
      if (++removed % stepDocuments === 0) yield;
    }
    this.#recent = undefined;
  }

  /** Works out, in steps, what the first questions after many changes would have to: best done ahead of them. */
  preparing(): Steps {
    return this.#dictionary.preparing();
  }

  /** Inverse document frequency of a term as `tokenize` returns it, in a field; that of an unseen term if unknown. */
  idf(term: string, field?: string): number {
    const number = this.#dictionary.find(term);
    const list = number === undefined ? undefined : this.#fields.list(number, this.#fields.get(field));
    return inverseDocumentFrequency(this.#size, list === undefined ? 0 : this.#postings.count(list));
  }

  /**
   * What the words of a question find, so that scores can be worked out elsewhere. Function words take part only when
   * there is nothing else. A word that is in no document is expanded, unless the question is too long.
   */
  match(query: string, options: MatchOptions = {}): QueryTerm[] {
    return this.#plan(query, options).matches.map(({ term }) => term);
  }

  /** A question taken apart once: `match`, and what it says of words that are nowhere and of the language. */
  analyze(query: string, options: MatchOptions = {}): TextQuestion {
    const { matches, words, found } = this.#plan(query, options);
    const commonest = this.#languages.commonest(this.#fallback);
    const language = languageOfWords(wordsOf(query), options.language, commonest);
    return {
      terms: matches.map(({ term }) => term),
      words: words
        .filter(({ weight }) => weight === 1)
        .map(({ word, position }) => ({ word, position, found: found.has(position) })),
      identifiers: words
        .filter(({ parts }) => parts !== undefined)
        .map(({ word, position, spaced }) => ({ word, found: found.has(position), spaced })),
      language,
      inLanguage: language === undefined ? 0 : this.#languages.count(language),
    };
  }

  /** The best documents for a question, by BM25 summed over the fields. */
  search(query: string, options: TextSearchOptions = {}): Ranking {
    const { limit = 10, mostTerms = Number.POSITIVE_INFINITY, accept } = options;
    if (!Number.isInteger(limit) || limit < 0)
      throw new RangeError(`limit is an integer of 0 or more, not ${limit}.`);
    const parameters = bm25Parameters({ ...this.#parameters, ...options.bm25 });
    let { matches } = this.#plan(query, options);
    if (matches.length > mostTerms)
      matches = matches.toSorted((a, b) => b.term.weight - a.term.weight).slice(0, mostTerms);
    const lists = this.#lists(matches, parameters);
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
    for (const field of this.#fields.all) {
      // A word may have several matches: as it is, as the beginning of another, with slips.
      const having = new Map<number, DocumentSet>();
      for (const { term, occurrences } of words.filter((match) => match.field === field)) {
        const documentsOf = having.get(term.position) ?? new DocumentSet();
        having.set(term.position, addDocuments(occurrences, documentsOf));
      }
      if (positions.size === 0 || having.size < positions.size) continue;
      const [first, ...others] = having.values();
      documents.union(others.reduce((all, one) => all.intersect(one), first!));
    }
    return documents;
  }

  /**
   * The documents with an identifier (a number of a ticket, invoice or telephone, a version, an address), as one word or
   * in parts; and those with another one of the same make.
   */
  withIdentifier(identifier: string): { named: DocumentSet; others: DocumentSet } {
    const named = this.matchingEveryWord(identifier, { expand: false });
    named.union(this.matchingEveryWord(identifier.replace(betweenKinds, " "), { expand: false }));
    const others = new DocumentSet();
    const whole = wholeTerm(identifier);
    const known = this.#dictionary.find(whole);
    if (known !== undefined) this.#addDocuments(known, named);
    const isLike = sameMake(whole);
    const tolerance = whole.includes("@") ? whole.length : identifierTolerance;
    for (const term of this.#dictionary.termsOfLength(whole.length, tolerance, isLike))
      if (term !== known) this.#addDocuments(term, others);
    return { named, others: others.subtract(named) };
  }

  #addDocuments(term: number, into: DocumentSet): void {
    for (const field of this.#fields.all) this.#postings.addTo(into, this.#fields.list(term, field));
  }

  /** Documents that have a word in a field. */
  documentsWithText(field?: string): DocumentSet {
    const documents = new DocumentSet();
    const { lengths } = this.#fields.get(field);
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

  /** Packed parts, which `load` reads. */
  save(): Uint8Array[] {
    return this.freeze().map(thawed);
  }

  /** The same, made while they are read: the index may change meanwhile. */
  freeze(): FrozenPart[] {
    const description = packDescription({
      kind: "text",
      format: textFormat,
      ...this.#parameters,
      fallback: this.#fallback,
      fields: this.#fields.all.map(({ name }) => name),
      size: this.#size,
      end: this.#end,
    });
    return [
      frozen(description),
      ...this.#dictionary.freeze(),
      ...this.#postings.freeze(),
      ...this.#forward.freeze(),
      ...this.#languages.freeze(),
      ...this.#fields.all.map((field) => field.freeze(this.#end)),
    ];
  }

  /** The index that was saved, options included, but for `tokenize`. Throws `SnapshotError`. */
  static load(parts: readonly Uint8Array[], options: Pick<TextIndexOptions, "tokenize"> = {}): TextIndex {
    return runSteps(TextIndex.loading(parts, options));
  }

  /** The same in steps. */
  static *loading(
    parts: readonly Uint8Array[],
    { tokenize }: Pick<TextIndexOptions, "tokenize"> = {},
  ): Steps<TextIndex> {
    const description = unpackDescription(parts, "text", textFormat, 9) as {
      k1: number;
      b: number;
      fallback: LatinLanguage;
      fields: string[];
      size: number;
      end: number;
    };
    const { k1, b, fields, fallback: fallbackLanguage } = description;
    const index = new TextIndex({ k1, b, fields, fallbackLanguage, tokenize });
    index.#dictionary = yield* Dictionary.loading(parts.slice(1, 3));
    index.#postings = yield* Postings.loading(parts.slice(3, 6));
    yield;
    index.#forward = ForwardLists.load(parts.slice(6, 8));
    yield;
    index.#languages = LanguageCounts.load(parts.slice(8, 9));
    index.#fields.load(parts.slice(9));
    yield;
    index.#size = description.size;
    index.#end = description.end;
    return index;
  }

  /** How a question is searched; kept for the next call, because several are made for a question. */
  #plan(query: string, options: MatchOptions): QueryPlan {
    const { language, expand = true, prefix = false, tolerance } = options;
    if (tolerance !== undefined && !(Number.isInteger(tolerance) && tolerance >= 0))
      throw new RangeError(`tolerance is an integer of 0 or more, not ${tolerance}.`);
    const recent = this.#recent;
    const plain = options.fields === undefined && options.boosts === undefined && tolerance === undefined;
    if (
      plain &&
      recent?.query === query &&
      recent.language === language &&
      recent.expand === expand &&
      recent.prefix === prefix
    )
      return recent;
    const words = queryWords(query, language, this.#languages, this.#fallback, {
      prefix,
      ...(this.#tokenize === undefined ? {} : { words: literalWords(this.#tokenize(query)) }),
    });
    const plan = planQuery(words, options, {
      dictionary: this.#dictionary,
      postings: this.#postings,
      fields: this.#fields,
      size: this.#size,
    });
    if (plain) this.#recent = { ...plan, query, language, expand, prefix };
    return plan;
  }

  /** The words of each field. */
  #wordsOf(texts: FieldTexts): Word[][] {
    const { all } = this.#fields;
    const tokenize = this.#tokenize;
    const words = (text: string, field?: string) =>
      tokenize === undefined ? wordsOf(text) : literalWords(tokenize(text, field));
    if (typeof texts !== "string") return all.map(({ name }) => words(textOf(texts, name), name));
    if (all.length !== 1)
      throw new TypeError("This index has several texts for a document: give them by field.");
    return [words(texts)];
  }

  #count(words: readonly Word[], field: TextField, languages: TextLanguages, lists: number[]): void {
    for (const { entry } of words) {
      if (entry.repeats(languages)) continue;
      const list = this.#fields.list(entry.numberIn(this.#dictionary, languages), field);
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

  #lists(matches: readonly Match[], parameters: Bm25Parameters): ScoredList[] {
    return matches.map(({ term, field, occurrences, frequencyBound }) => {
      const { lengths, shortest, averageLength } = field;
      const relativeLength = averageLength > 0 ? shortest / averageLength : 0;
      const whole = term.identifier === "whole";
      const bound = whole
        ? term.weight * (parameters.k1 + 1)
        : term.weight * termSaturation(frequencyBound, relativeLength, parameters);
      return { occurrences, weight: term.weight, whole, lengths, averageLength, bound };
    });
  }
}

function addDocuments({ main, rest }: TermDocuments, into: DocumentSet): DocumentSet {
  into.addAscending(main.documents);
  if (rest !== undefined) into.addAscending(rest.documents);
  return into;
}

function textOf(texts: Exclude<FieldTexts, string>, field: string): string {
  if (texts instanceof Map) return texts.get(field) ?? "";
  const record = texts as Readonly<Record<string, string | undefined>>;
  return (Object.hasOwn(record, field) ? record[field] : undefined) ?? "";
}
