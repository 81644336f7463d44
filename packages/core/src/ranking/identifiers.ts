import { DocumentSet, type QueryTerm } from "@souvenir/orama";
import { fold } from "../text/fold.ts";
import type { TimePreference } from "../time/time.ts";
import type { RankingText } from "./ranking-index.ts";

/** What a query says beside identifiers that no memory names. */
export interface UnknownIdentifiers {
  /** The query; without them when memories have no other word of it. */
  readonly rest: string;
  /** What its words find. */
  readonly terms: QueryTerm[];
  /** Memories that are about another thing of the same make, or have only parts of the identifiers. */
  readonly others: DocumentSet;
}

const email = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,64}(?:\.[\p{L}\p{N}-]{1,64}){1,4}/gu;
const phone = /(?<![\p{L}\p{N}.,/-])\+?\(?\d[\d ()./-]{6,22}\d(?![\p{L}\p{N}]|[-/]\p{L})/gu;
const token = /(?<![\p{L}\p{N}])[\p{L}\p{N}]{1,64}(?:[-_./:][\p{L}\p{N}]{1,64}){0,8}/gu;

const year = /^(?:19|20)\d\d$/;
const version = /^v?\d+(?:\.\d+){2,}/i;
/** Also with a number that could be a year: "PAY-2000". */
const ticket = /^\p{Lu}{2,10}-\d{3,}$/u;
/** A number with its unit, or of things: "500mg", "100-page". */
const quantity = /^\d+(?:\p{L}{1,3}|-\p{Ll}{3,})$/u;
const decimal = /^\d+[.:/]\d+$/;
/** Figures that make a number a name rather than a count. */
const manyFigures = 4;
/** Figures in a row that make a word with letters a name of one thing in a series, not of a kind of things ("COVID-19"). */
const someFigures = 3;
const mostIdentifiers = 8;
const sentenceEnd = /(?<=[.!?。！？])\s+|\n/u;
/** Words beside an identifier with which a memory answers although it names another one. */
const severalWords = 3;

/** What a query names by number: tickets, invoices, versions, hashes, addresses, telephone numbers. */
export function identifiersOf(query: string): string[] {
  let rest = query;
  const found = new Set<string>();
  const take = (pattern: RegExp, isIdentifier: (text: string) => boolean) => {
    rest = rest.replace(pattern, (text) => {
      if (!isIdentifier(text)) return text;
      found.add(text);
      return " ";
    });
  };
  take(email, () => true);
  take(phone, (text) => figuresOf(text) >= 8 && figuresOf(text) <= 15);
  take(token, isIdentifier);
  return [...found].slice(0, mostIdentifiers);
}

function isIdentifier(text: string): boolean {
  if (!/\d/.test(text) || quantity.test(text) || decimal.test(text)) return false;
  if (/^\d+$/.test(text)) return text.length >= manyFigures && !year.test(text) && !text.endsWith("00");
  if (version.test(text) || ticket.test(text)) return true;
  const runs = text.match(/\d+/g) as string[];
  if (runs.some((run) => run.length >= someFigures && !year.test(run))) return true;
  // "77-B/2026", and no "10am-12pm".
  if (/\p{Lu}|\//u.test(text) && /\p{L}/u.test(text) && runs.filter((run) => run.length > 1).length > 1)
    return true;
  // Letters and figures in turns: "XK4R9T".
  return (
    /^[\p{L}\d]{6,}$/u.test(text) && figuresOf(text) >= 2 && (text.match(/\d+|\p{L}+/gu)?.length ?? 0) >= 3
  );
}

function lettersOf(text: string): string {
  return fold(text).replace(/[^\p{L}\p{N}]/gu, "");
}

function figuresOf(text: string): number {
  return text.replace(/\D/g, "").length;
}

/** "user7", and no "IL17" or "Sox9", of which there is much to say besides. Folded. */
const numberedName = /(?<![\p{L}\p{N}])\p{L}{4,32}\p{N}{1,16}(?![\p{L}\p{N}])/gu;
/** How much more an identifier that is surely one counts than the words beside it: it alone says what is meant. */
const emphasis = 2;

/** The terms, with more weight for those that are identifiers as a whole: a memory with all other words is about another thing. */
export function withEmphasis(terms: readonly QueryTerm[], query: string): QueryTerm[] {
  const identifiers = identifiersOf(query).map(lettersOf);
  for (const [name] of fold(query).matchAll(numberedName)) identifiers.push(name);
  return terms.map((term) =>
    term.identifier === "whole" && identifiers.some((each) => lettersOf(term.word).includes(each))
      ? { ...term, weight: emphasis * term.weight }
      : term,
  );
}

/**
 * The identifiers of a query that are in no memory; undefined when there are none. Memories with another identifier of the
 * same make are about another thing, unless they have several of the other words of the query, or one of a sentence without
 * such an identifier: "I opened PAY-1200. Which tickets are open?"
 */
export function unknownIdentifiers(
  query: string,
  time: TimePreference | undefined,
  text: RankingText,
): UnknownIdentifiers | undefined {
  let rest = query;
  let beside = query.split(sentenceEnd);
  const others = new DocumentSet();
  const meant = new DocumentSet();
  const identifiers = identifiersOf(query);
  if (identifiers.length === 0) return undefined;
  const all = text.match(query);
  const wholes = all.filter((term) => term.identifier === "whole");
  meant.union(documentsOf(wholes));
  for (const identifier of identifiers) {
    // A date is no number of a thing.
    if (time !== undefined && !time.rest.includes(fold(identifier))) continue;
    if (wholes.some(({ word }) => lettersOf(word).includes(lettersOf(identifier)))) continue;
    const { named, others: like } = text.withIdentifier(identifier);
    meant.union(named);
    if (named.count > 0) continue;
    rest = rest.replaceAll(identifier, " ");
    beside = beside.filter((sentence) => !sentence.includes(identifier));
    others.union(like);
  }
  if (rest === query) return undefined;
  const asked = new Set(all.flatMap((each) => each.terms));
  const find = (words: string) =>
    text.match(words).filter(({ kind, terms }) => kind === "begun" || terms.some((term) => asked.has(term)));
  const terms = find(rest);
  if (terms.length === 0) return { rest, terms, others };
  const known = new Set(terms.flatMap((each) => each.terms));
  // Parts of the identifiers count where something else is met.
  others
    .union(
      documentsOf(
        all.filter(({ kind, terms: of }) => kind !== "begun" && !of.some((term) => known.has(term))),
      ).subtract(documentsOf(terms)),
    )
    .subtract(meant);
  for (const document of withWords(severalWords, terms, others)) others.delete(document);
  for (const document of withWords(1, find(beside.join(" ")), others)) others.delete(document);
  return { rest: query, terms: all, others };
}

function documentsOf(terms: readonly QueryTerm[]): DocumentSet {
  const documents = new DocumentSet();
  for (const { lists } of terms) for (const list of lists) documents.addAll(list.documents);
  return documents;
}

/** Of some documents, those with so many of the words that terms stand for. */
function withWords(count: number, terms: readonly QueryTerm[], among: DocumentSet): number[] {
  const words = new Map<number, Set<number>>();
  for (const { position, lists } of terms)
    for (const { documents } of lists)
      for (const document of documents)
        if (among.has(document)) words.set(document, (words.get(document) ?? new Set()).add(position));
  return [...words].filter(([, positions]) => positions.size >= count).map(([document]) => document);
}
