import type { QueryTerm } from "@souvenir/orama";
import { fold } from "../text/fold.ts";
import type { RankingIndex } from "./ranking-index.ts";
import { bm25Ceiling, rarest } from "./text-evidence.ts";

/** Words of a query that are in no document, not even in another form. The engine counts them as the rarest. */
export function missingWords(terms: readonly QueryTerm[], text: string, index: RankingIndex): number {
  let found = 0;
  for (const { weight } of terms) found += weight;
  return Math.max(
    0,
    Math.round((index.text.maxScore(text) / bm25Ceiling - found) / rarest(index.live.count)),
  );
}

/** A word is common when more memories than this power of their number have it: 2 of 30, 4 of 1000. */
const commonPower = 0.2;

/** What joins a thing to what tells it from others of its kind: "the invoice of", "la facture du", "die Rechnung vom". Folded. */
const joints: ReadonlySet<string> = new Set(
  `of from by for de du des d del dels della dello dell dei degli delle di da do das dos dal dalla dall von vom der fur van
  voor av af fran fra for till til от для від од od dla pre pro του τησ των απο για`.split(/\s+/),
);

/**
 * Whether a query asks for one of several things by what is in no memory: of "the gardener's invoice" memories have only
 * the invoices of others, and none of them is meant. So it is when all that they have of it is one word that is common
 * among them, and the unknown words are joined to that one.
 * @param text - The query, without the words for a time.
 * @param terms - What its words find.
 */
export function asksForUnknownOne(text: string, terms: readonly QueryTerm[], index: RankingIndex): boolean {
  const [first, ...others] = terms;
  if (
    first === undefined ||
    first.kind !== "exact" ||
    others.some(({ position }) => position !== first.position)
  )
    return false;
  if (first.count < 2 || first.count <= index.live.count ** commonPower) return false;
  return isToldApart(fold(first.word), fold(text)) && missingWords(terms, text, index) > 0;
}

function isToldApart(word: string, text: string): boolean {
  const words: string[] = text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const at = words.lastIndexOf(word);
  if (at < 0) return false;
  if (at < words.length - 2 && joints.has(words[at + 1] as string)) return true;
  // "The gardener's invoice", "the gardener's last invoice".
  return words[at - 1] === "s" || (at > 2 && words[at - 2] === "s");
}
