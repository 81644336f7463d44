import { type Language, LanguageVotes, type LatinLanguage, latinLanguages } from "./language-codes.ts";
import { functionMark, isMarked } from "./term-marks.ts";
import { type TextLanguages, textLanguages } from "./text-languages.ts";
import { entryOf, languageOf, type Word } from "./word-entry.ts";
import { visitWords } from "./words.ts";

/** The words of a text in order. */
export function wordsOf(text: string, options?: { ofQuestion?: boolean }): Word[] {
  const words: Word[] = [];
  visitWords(
    text,
    (spelling, weight, whole = false) => {
      const entry = entryOf(spelling);
      words.push(weight === 1 ? entry.word : { entry, weight, whole });
      if (weight !== 1 || entry.accented === undefined) return;
      words.push(entry.accented);
      if (entry.unaccented !== undefined) words.push(entry.unaccented);
    },
    options,
  );
  return words;
}

const votes = new LanguageVotes();

/**
 * Tells the languages of a text by its function words and by letters that only some languages write. A pure function of
 * the text; a text that says nothing is in `fallback`.
 */
export function detectLanguages(words: readonly Word[], fallback: LatinLanguage): TextLanguages {
  votes.clear();
  let ukrainian = false;
  for (const { entry, weight } of words) {
    if (weight !== 1) continue;
    if (entry.script === "latin") {
      votes.add(entry.functionBits, entry.vote);
      for (const bits of entry.letterBits) votes.add(bits, 0.5);
    } else if (entry.script === "cyrillic") ukrainian ||= /[іїєґ]/.test(entry.lower);
  }
  return textLanguages(votes.winner(fallback, words.length), ukrainian ? "uk" : "ru");
}

/** `language` where it says something about a script, and what the text says of the rest. */
export function languagesOf(
  words: readonly Word[],
  language: string | undefined,
  fallback: LatinLanguage,
): TextLanguages {
  const latin =
    language === undefined ? undefined : latinLanguages.find((candidate) => candidate === language);
  if (latin !== undefined) return textLanguages(latin, "ru");
  const detected = detectLanguages(words, fallback);
  return language === "ru" || language === "uk" ? textLanguages(detected.latin, language) : detected;
}

/** The language of most words of a text, the first of equals; `undefined` when it has no words that tell. */
export function languageOfWords(
  words: readonly Word[],
  language: string | undefined,
  fallback: LatinLanguage,
): Language | undefined {
  const languages = languagesOf(words, language, fallback);
  const counts = new Map<Language, number>();
  for (const { entry, weight } of words) {
    const own = weight === 1 ? languageOf(entry.script, languages) : undefined;
    if (own !== undefined) counts.set(own, (counts.get(own) ?? 0) + 1);
  }
  // Japanese has words in Han, Chinese none in kana.
  if (counts.has("ja")) counts.delete("zh");
  let most: Language | undefined;
  for (const [own, count] of counts) if (most === undefined || count > counts.get(most)!) most = own;
  return most;
}

/** How a text is cut into terms. */
export interface TokenizeOptions {
  /** ISO 639-1 code. Default: detected. Unknown codes are detected too. */
  language?: string | undefined;
  /** Language of Latin text that does not say which it is. Default `en`. */
  fallbackLanguage?: LatinLanguage | undefined;
}

/**
 * The terms of a text in order, with repetitions: words folded (case, accents, compatibility forms) and stemmed, compounds
 * by parts and whole, Han and Hangul also as pairs; without function words, unless there is nothing else. The same for
 * documents and questions.
 */
export function tokenize(text: string, options: TokenizeOptions = {}): string[] {
  const words = wordsOf(text);
  const languages = languagesOf(words, options.language, options.fallbackLanguage ?? "en");
  return withoutFunctionWords(words, languages)
    .map(({ entry }) => entry.term(languages).replace(functionMark, ""))
    .filter((term) => !isMarked(term));
}

/** The words that say something, or all of them when none does. */
export function withoutFunctionWords(words: readonly Word[], languages: TextLanguages): readonly Word[] {
  const content = words.filter(({ entry }) => !entry.isFunctionWord(languages));
  return content.some(({ weight }) => weight === 1) ? content : words;
}

/** How many words `withoutFunctionWords` leaves, extra forms not counted. */
export function countWords(words: readonly Word[], languages: TextLanguages): number {
  let all = 0;
  let content = 0;
  for (const { entry, weight } of words) {
    if (weight !== 1) continue;
    all++;
    if (!entry.isFunctionWord(languages)) content++;
  }
  return content > 0 ? content : all;
}
