import { fold } from "../text/fold.ts";
import { startsRun, wordOrRun } from "../text/words.ts";

/** A result and those that say the same and rank below it. */
export interface Distinct<Item> {
  item: Item;
  duplicates: Item[];
}

/** Articles: a text says the same without them. Folded. */
const articles: ReadonlySet<string> = new Set(
  "the a an le la les un une l der die das ein eine el los las una il lo i gli uno o os as um uma de het een".split(
    " ",
  ),
);
/**
 * Words of this length and more may have a letter more: a plural, a spelling of another country. Another letter is allowed
 * only in longer words, because it makes other names.
 */
const longWord = 5;
const longerWord = 8;
/** Words that are compared for near-identity, a few milliseconds; after that, texts are the same only when they are equal. */
const comparedWords = 500_000;

/**
 * Puts near-identical texts together, the first in order standing for the others. Two texts are near-identical when they
 * have the same words in the same order, apart from case, accents, punctuation, articles and single letters in a few long
 * words. A number, a negation or a name that differs makes another text. In time linear in the texts, however alike.
 * @param items - Best first.
 * @param options - `count`: how many distinct items are wanted; items after that many are only looked at as duplicates.
 * `sameIn`: what must be equal besides. Default: nothing.
 */
export function withoutDuplicates<Item>(
  items: readonly Item[],
  textOf: (item: Item) => string,
  { count, sameIn = () => "" }: { count: number; sameIn?: (item: Item) => string },
): Distinct<Item>[] {
  const distinct: Distinct<Item>[] = [];
  const groups = new Map<string, { words: readonly string[]; found: Distinct<Item> }[]>();
  /** By all words: of what is equal in case and punctuation apart, which stands for it. */
  const equal = new Map<string, Distinct<Item>>();
  let left = comparedWords;
  for (const item of items) {
    const words = wordsOf(textOf(item));
    const group = `${words.length} ${sameIn(item)}`;
    const whole = `${group}\n${words.join("\n")}`;
    const alike = groups.get(group) ?? [];
    const same =
      equal.get(whole) ??
      alike.find((each) => {
        if (left <= 0) return false;
        const compared = commonWords(each.words, words);
        left -= compared + 1;
        return compared === words.length;
      })?.found;
    if (same !== undefined) {
      same.duplicates.push(item);
      equal.set(whole, same);
    } else if (distinct.length < count) {
      const found = { item, duplicates: [] };
      distinct.push(found);
      equal.set(whole, found);
      alike.push({ words, found });
      groups.set(group, alike);
    }
  }
  return distinct;
}

function wordsOf(text: string): string[] {
  const words = Array.from(fold(text).matchAll(wordOrRun), ([word]) => word);
  const telling = words.filter((word) => !articles.has(word));
  if (telling.length > 0) return telling;
  return words.length > 0 ? words : [text.trim()];
}

/**
 * How many words two texts begin with that are the same but for single letters: all, when they say the same.
 * @param left - As many words as `right`.
 */
function commonWords(left: readonly string[], right: readonly string[]): number {
  let typos = Math.max(2, left.length / 10);
  for (let at = 0; at < left.length; at++) {
    const [word, other] = [left[at] as string, right[at] as string];
    if (word !== other && (--typos < 0 || !differByOneLetter(word, other))) return at;
  }
  return left.length;
}

function differByOneLetter(left: string, right: string): boolean {
  const [shorter, longer] = left.length <= right.length ? [left, right] : [right, left];
  if (longer.length > shorter.length + 1) return false;
  if (shorter.length < (longer.length === shorter.length ? longerWord : longWord)) return false;
  if (shorter[0] !== longer[0] || /\p{N}/u.test(longer)) return false;
  // A run of a script without spaces is no word: a letter more may be a "not".
  if (startsRun.test(longer)) return false;
  let at = 0;
  while (at < shorter.length && shorter[at] === longer[at]) at++;
  const rest = longer.length === shorter.length ? at + 1 : at;
  return shorter.slice(rest) === longer.slice(at + 1);
}
