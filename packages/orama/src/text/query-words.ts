import { foldAccents } from "./fold.ts";
import type { LatinLanguage } from "./language-codes.ts";
import type { LanguageCounts } from "./language-counts.ts";
import { foldMark, isMarked } from "./term-marks.ts";
import type { TextLanguages } from "./text-languages.ts";
import { languagesOf, withoutFunctionWords, wordsOf } from "./tokenizer.ts";
import { joinMark } from "./wholes.ts";
import { entryOf, type Word, type WordEntry } from "./word-entry.ts";

/** A word of a question, before it is looked up. */
export interface QueryWord {
  /** In lower case. */
  word: string;
  /** Place among the words that are searched. */
  position: number;
  /** The terms that it has in the languages of the index. */
  terms: string[];
  /** Terms of other ways to write it: with accents or without, an identifier in several words. */
  others: string[];
  /** The term in the language of the question. */
  own: string;
  /** In Vietnamese, where accents make other words: the term that keeps those of the word. */
  accented: string | undefined;
  /** The languages of the index, that of the question first. */
  languages: readonly TextLanguages[];
  /** 1 for a word, less for an extra form. */
  weight: number;
  /** Of an identifier in one piece: the places of the words that are parts of it; `undefined` for any other word. */
  parts: readonly number[] | undefined;
  /** It is an identifier if the words that it was put together from are one: "INC 4471", and also "May 2023". */
  spaced: boolean;
  /** Of a word in one piece such as "getUserName": the words that it is made of, which a text may have apart. */
  pieces: readonly QueryWord[] | undefined;
  /** Times it stands in the question. */
  repetitions: number;
  /** It may be the beginning of a word: all of it without accents, not stemmed. */
  begun: string | undefined;
}

/**
 * The words of a question that are searched, each once. A word has a term for every language that texts of the index were
 * stemmed in, so that it meets its own forms in each of them.
 */
export function queryWords(
  query: string,
  language: string | undefined,
  languages: LanguageCounts,
  fallback: LatinLanguage,
  { prefix = false, words = wordsOf(query, { ofQuestion: true }) }: { prefix?: boolean; words?: Word[] } = {},
): QueryWord[] {
  const last = prefix ? words.findLast(({ weight }) => weight === 1) : undefined;
  const own = languagesOf(words, language, languages.commonest(fallback));
  const present = languages.present(own);
  const found = new Map<string, QueryWord>();
  const said = withoutFunctionWords(words, own);
  const complete = last === undefined || said.includes(last) ? said : [...said, last];
  for (const word of complete) {
    const { entry, weight, whole = false } = word;
    // The word itself has the terms of this form.
    if (entry.accentedOne !== undefined) continue;
    const { terms, others } = termsOf(entry, own, present);
    const key = terms.join("\n");
    const known = found.get(key);
    if (known === undefined) {
      const position = found.size;
      found.set(key, {
        word: entry.lower.replace(joinMark, ""),
        position,
        terms,
        others,
        own: entry.term(own),
        languages: present,
        accented: own.latin === "vi" ? entry.accented?.entry.term(own) : undefined,
        weight,
        parts: whole ? [] : undefined,
        spaced: entry.lower.startsWith(joinMark),
        pieces: undefined,
        repetitions: 1,
        begun: word === last || (whole && isEndedBy(entry, last)) ? begunBy(entry) : undefined,
      });
      continue;
    }
    if (word === last) known.begun = begunBy(entry);
    if (!entry.lower.startsWith(joinMark)) known.spaced = false;
    known.weight = Math.max(known.weight, weight);
    if (weight === 1) known.repetitions++;
  }
  const searched = [...found.values()];
  for (const each of searched) if (each.parts !== undefined) each.parts = partsOf(each, searched);
  return inOnePiece(searched);
}

function begunBy(entry: WordEntry): string {
  if (entry.literal) return entry.lower;
  return foldAccents(entry.lower.replace(joinMark, ""));
}

/** Whether an identifier has the last word of a question as its last part, so that it is not complete either. */
function isEndedBy(whole: WordEntry, last: Word | undefined): boolean {
  return last !== undefined && begunBy(whole).endsWith(begunBy(last.entry));
}

const letterAndFigure = /(?=.*\p{L}).*\p{N}/u;

function termsOf(
  entry: WordEntry,
  own: TextLanguages,
  present: readonly TextLanguages[],
): Pick<QueryWord, "terms" | "others"> {
  if (entry.literal) return { terms: [entry.lower], others: [] };
  const spaced = entry.lower.startsWith(joinMark);
  if (!spaced && !letterAndFigure.test(entry.lower)) {
    const terms = new Set(present.map((each) => entry.term(each)));
    return {
      terms: [...terms].sort(),
      others: withOtherAccents(entry, present).filter((each) => !terms.has(each)),
    };
  }
  const plain = foldAccents(entry.lower.replace(joinMark, ""));
  // "in 2024" is no identifier; "IN-2024" is.
  const letters = plain.replace(/[^\p{L}]+/gu, "");
  const ordinary = spaced && entryOf(letters).isFunctionWord(own);
  return { terms: [plain], others: ordinary ? [] : [joinMark + plain] };
}

/**
 * The terms of a word that texts have with accents which it lacks, or without those that it has. Not also those with other
 * accents than it has: a text with its own would be met twice.
 */
function withOtherAccents(entry: WordEntry, present: readonly TextLanguages[]): string[] {
  if (isMarked(entry.term(present[0]!)) && entry.accented === undefined) return [];
  const folded = entry.accented === undefined ? entry : entryOf(foldAccents(entry.lower));
  const plain = present.map((each) => folded.term(each)).filter((term) => !isMarked(term));
  return [
    ...new Set(plain.flatMap((term) => (entry.accented !== undefined ? [term] : [term, foldMark + term]))),
  ];
}

/** Letters of each part of a word in one piece, at least. */
const shortestPiece = 3;

/**
 * Takes words such as "JavaScript" for one word: what has one of its parts only, such as "TypeScript", is another thing.
 * Parts that are words of the question besides stay.
 */
function inOnePiece(searched: QueryWord[]): QueryWord[] {
  const inside = new Set<QueryWord>();
  for (const word of searched) {
    if (word.parts === undefined || !/^[\p{L}\p{M}]+$/u.test(word.word)) continue;
    const pieces = word.parts.map((position) => searched[position]!);
    // Not "mRNA", which is an RNA.
    if (pieces.some((piece) => piece.word.length < shortestPiece)) continue;
    for (const piece of pieces) if (piece.repetitions === 1) inside.add(piece);
    const length = pieces.reduce((sum, piece) => sum + piece.word.length, 0);
    word.pieces = length < word.word.length ? undefined : pieces;
    word.parts = undefined;
    word.weight = 1;
  }
  if (inside.size === 0) return searched;
  const left = searched.filter((word) => !inside.has(word));
  for (const [position, word] of left.entries()) word.position = position;
  for (const word of left) {
    if (word.parts !== undefined) word.parts = partsOf(word, left);
    // The last word is typed on as a whole.
    if (word.pieces?.some(({ begun }) => begun !== undefined)) word.begun = foldAccents(word.word);
  }
  return left;
}

/** The places of the words of a question that are in an identifier. */
function partsOf({ word }: QueryWord, searched: readonly QueryWord[]): number[] {
  const folded = foldAccents(word);
  return searched
    .filter((part) => part.weight === 1 && part.word !== word && folded.includes(foldAccents(part.word)))
    .map(({ position }) => position);
}
