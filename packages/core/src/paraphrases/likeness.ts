import type { ComparedText, ComparedWord } from "@souvenir/orama";
import fitted from "./fitted.json" with { type: "json" };
import type { Likeness } from "./groups.ts";

/**
 * What the words of two texts tell about whether they say the same:
 *
 * - 1;
 * - the share of its telling words that the other has too: of the one with the smaller share, and of the other;
 * - where each has a word that the other lacks, how much the rest of them is the same, word by word in order, the square of 0
 *   to 1. A list of different things has one frame and another word in it ("My sister plays the violin", "My brother plays
 *   the violin"); who says the same again puts it otherwise ("My job is being a vet", "I work as a vet");
 * - how many words one has more than the other, and the other more than it, the smaller number first, as logarithms.
 */
export type Features = readonly [1, number, number, number, number, number];

export function featuresOf(left: readonly ComparedWord[], right: readonly ComparedWord[]): Features {
  const [leftTerms, rightTerms] = [tellingTerms(left), tellingTerms(right)];
  const [onlyLeft, onlyRight] = [leftTerms.difference(rightTerms), rightTerms.difference(leftTerms)];
  const [less, most] = [Math.min(onlyLeft.size, onlyRight.size), Math.max(onlyLeft.size, onlyRight.size)];
  const rest = less === 0 ? 0 : alikeInOrder(without(onlyLeft, left), without(onlyRight, right));
  const shares = [
    1 - onlyLeft.size / Math.max(1, leftTerms.size),
    1 - onlyRight.size / Math.max(1, rightTerms.size),
  ] as const;
  return [1, Math.min(...shares), Math.max(...shares), rest ** 2, Math.log1p(less), Math.log1p(most)];
}

/** How two texts stand to each other, when nothing else tells them apart. */
export function likenessOf(left: ComparedText, right: ComparedText): Likeness {
  return likenessBy(fitted.weights, featuresOf(...left.wordsBeside(right)));
}

/** @param weights - One for each feature, as the logistic regression has them. */
export function likenessBy(weights: readonly number[], features: Features): Likeness {
  const sum = features.reduce<number>((sum, feature, place) => sum + feature * (weights[place] as number), 0);
  return { same: 1 / (1 + Math.exp(-sum)), frame: features[3] };
}

/** The words of a text that tell what it says. */
export function tellingTerms(words: readonly ComparedWord[]): Set<string> {
  return new Set(words.filter(({ tells }) => tells).map(({ term }) => term));
}

function without(terms: ReadonlySet<string>, words: readonly ComparedWord[]): string[] {
  return words.filter(({ term, tells }) => !tells || !terms.has(term)).map(({ term }) => term);
}

/** The longest common subsequence as a share of both, 0 to 1; 1 for two without words. In time with the product of both. */
function alikeInOrder(left: readonly string[], right: readonly string[]): number {
  if (left.length + right.length === 0) return 1;
  let before = new Uint16Array(right.length + 1);
  let row = new Uint16Array(right.length + 1);
  for (const word of left) {
    for (let at = 0; at < right.length; at++)
      row[at + 1] =
        word === right[at]
          ? (before[at] as number) + 1
          : Math.max(before[at + 1] as number, row[at] as number);
    [before, row] = [row, before];
  }
  return (2 * (before[right.length] as number)) / (left.length + right.length);
}
