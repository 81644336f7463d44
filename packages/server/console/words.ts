const wordPattern = /[\p{L}\p{N}\p{M}]+/gu;
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Letters with no decomposition, as the index spells them. */
const spelling: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ı: "i",
  ς: "σ",
};

/** Case and accents folded, roughly as the index does. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]/g, "")
    .replace(/[ßæœøłđıς]/g, (letter) => spelling[letter] ?? letter)
    .normalize("NFC");
}

/**
 * Where a text has words of a query, as `[from, to]` in order. The index knows a word by its stem; here, where only the
 * words of the query are known, a word is taken for the same when most of it is.
 * @param terms - Words of the query that the text has, folded.
 */
export function* places(text: string, terms: readonly string[]): Generator<[number, number]> {
  const longestFirst = terms
    .filter((term) => term !== "")
    .toSorted((left, right) => right.length - left.length);
  for (const { 0: word, index } of text.matchAll(wordPattern)) {
    const folded = fold(word);
    if (!unspaced.test(word)) {
      if (terms.some((term) => alike(folded, term))) yield [index, index + word.length];
    } else if (folded.length === word.length) {
      // Scripts without spaces: a run of letters holds many words.
      for (let at = 0; at < word.length; at++) {
        const term = longestFirst.find((candidate) => folded.startsWith(candidate, at));
        if (term === undefined) continue;
        yield [index + at, index + at + term.length];
        at += term.length - 1;
      }
    }
  }
}

function alike(word: string, term: string): boolean {
  if (word === term) return true;
  const shorter = Math.min(word.length, term.length);
  if (shorter < 4) return false;
  let same = 0;
  while (same < shorter && word[same] === term[same]) same++;
  if (same >= 4 && same >= 0.6 * Math.max(word.length, term.length)) return true;
  // Articles that are written together with the word (Arabic, Hebrew).
  if (/^[\u05d0-\u06ff]/.test(word) && word.endsWith(term) && word.length - term.length <= 2) return true;
  // One letter wrong, missing or too much, whatever the ending.
  const rest = (from: string, skip: number) => from.slice(same + skip);
  const goesOn = (longer: string, end: string) =>
    longer === end || (end.length >= 2 && longer.startsWith(end));
  return (
    shorter >= 5 &&
    (goesOn(rest(word, 1), rest(term, 1)) ||
      goesOn(rest(word, 1), rest(term, 0)) ||
      goesOn(rest(word, 0), rest(term, 1)))
  );
}
