import type { TermLists } from "@souvenir/static";
import type { RankingTerms } from "./ranking-index.ts";

/** The terms of the static model that some documents have. */
export function termListsOf(documents: Uint32Array, terms: RankingTerms): TermLists {
  const ends = new Uint32Array(documents.length);
  let end = 0;
  for (let at = 0; at < documents.length; at++) {
    end += terms.countOf(documents[at] as number);
    ends[at] = end;
  }
  const all = new Uint32Array(end);
  let to = 0;
  for (let at = 0; at < documents.length; at++) to = terms.copy(documents[at] as number, all, to);
  return { terms: all, ends };
}
