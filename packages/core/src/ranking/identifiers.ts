import type { TextQuestion } from "@souvenir/orama";
import { asksQuestion } from "../analysis/speaker.ts";
import { fold } from "../text/fold.ts";
import { share } from "./shares.ts";
import type { TermFrequencies } from "./text-evidence.ts";

/** What has figures and is no identifier: short numbers, years, quantities: "12", "2024", "500mg", "10:30". */
const plain = /^(?:\p{N}{1,3}|(?:1\p{N}|20)\p{N}{2}|\p{N}+\p{L}{1,3}|\p{N}{1,2}[.,:/]\p{N}{1,2}|[^\p{N}]+)$/u;

export function isIdentifier({ word }: { word: string }): boolean {
  return !plain.test(word);
}

const sentenceEnds = /(?<=[.!?…])\s+|(?<=[。！？؟])|\n/u;

function lettersAndFigures(text: string): string {
  return fold(text).replace(/[^\p{L}\p{N}]+/gu, "");
}

/** Whether a question is nothing but an identifier that memories have: its vector says nothing. */
export function isIdentifierAlone(
  text: string,
  { identifiers, words }: Pick<TextQuestion, "identifiers" | "words">,
): boolean {
  const written = lettersAndFigures(text);
  return [...identifiers, ...words.filter(isIdentifier)].some(
    ({ found, word }) => found && lettersAndFigures(word) === written,
  );
}

/**
 * Identifiers that are asked for. Where a message tells something and then asks, what it tells is no question: "Ticket
 * INC-5555 is open. How did we fix the printer?" asks for a printer.
 */
export function askedFor<Word extends { word: string }>(identifiers: readonly Word[], text: string): Word[] {
  const asking = text.split(sentenceEnds).filter(asksQuestion);
  if (asking.length === 0) return [...identifiers];
  const written = lettersAndFigures(asking.join(" "));
  return identifiers.filter(({ word }) => written.includes(lettersAndFigures(word)));
}

/**
 * How much of the identifiers of a question a memory has, each by its weight, and how much no memory has.
 * @param missing - Identifiers that no memory has.
 */
export function identifiersMet(
  places: Uint32Array,
  { terms, counts }: TermFrequencies,
  missing: readonly unknown[],
): { met: Float64Array; unknown: number; some: boolean } {
  const whole = [...terms.entries()].filter(([, { identifier }]) => identifier === "whole");
  // Where one is in several pieces, what else looks like one is a piece: the "v3" of "v3.8.1".
  const known =
    whole.length > 0
      ? whole
      : [...terms.entries()].filter(([, term]) => term.identifier !== "part" && isIdentifier(term));
  let most = 1;
  let weights = 0;
  for (const [, { weight }] of known) {
    most = Math.max(most, weight);
    weights += weight;
  }
  const unknown = missing.length * most;
  const met = Float64Array.from(places, (place) => {
    let has = 0;
    for (const [term, { weight }] of known)
      if (((counts[term] as Uint16Array)[place] as number) > 0) has += weight;
    return share(has, weights + unknown);
  });
  return { met, unknown: share(unknown, weights + unknown), some: weights + unknown > 0 };
}
