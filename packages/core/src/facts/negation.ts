import { ComparedText } from "@souvenir/orama";
import { fold } from "../text/fold.ts";
import { areAkin, tellingWords } from "./quoted-words.ts";

/** Words before another that may turn it round: "do not eat", "no longer works". An apostrophe parts words. */
const wordsBefore = 3;

const ends = /[.,;:!?\n。、，！？…–—()"“”«»]/u;

/**
 * Whether a sentence says plainly what a text says no to: each of its words stands in one clause of the text, a no stands
 * right before one of them, and the sentence has none. A model that quotes "eat shrimps" of "I do not eat shrimps" has cut
 * it off. What is asked is not looked at, and of scripts without spaces nothing is told.
 * @param source - `words` of the text that the sentence rests on.
 * @param besides - Whom it is about: `user` may be called by any one word.
 */
export function dropsNo(
  sentence: string,
  { text, words: quote }: { text: string; words: string },
  besides: string,
): boolean {
  const telling = tellingWords(sentence, besides);
  const isUser = fold(besides) === "user";
  const unsaid = isUser && tellingWords(sentence, "").length === telling.length ? 1 : 0;
  return clausesOf(text, quote).some((clause) => {
    const words = Array.from(clause.matchAll(/[\p{L}\p{M}\p{N}]+/gu), ({ 0: word, index }) => ({
      word: fold(word),
      index,
    }));
    const found = telling.flatMap((word) => {
      // "I do not smoke since I quit smoking": what is said last is what counts.
      const place = words.findLastIndex((other) => areAkin(word, other.word));
      return place < 0 ? [] : [place];
    });
    if (found.length === 0 || found.length < telling.length - unsaid) return false;
    return found.some((place) => {
      const before = clause.slice(words[Math.max(0, place - wordsBefore)]?.index, words[place]?.index);
      return !new ComparedText(`${before} ${sentence}`).saysNoAs(new ComparedText(sentence));
    });
  });
}

/** The clauses of a text that a quote of it is in, each whole; none that asks. */
function clausesOf(text: string, quote: string): string[] {
  let start = Math.max(0, text.indexOf(quote));
  let end = start + quote.length;
  while (start > 0 && !ends.test(text[start - 1] as string)) start -= 1;
  while (end < text.length && !ends.test(text[end - 1] as string)) end += 1;
  return (text.slice(start, end).match(new RegExp(`[^${ends.source.slice(1, -1)}]+.?`, "gsu")) ?? []).filter(
    (clause) => !/[?？]$/u.test(clause),
  );
}
