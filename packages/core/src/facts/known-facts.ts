import type { Searcher } from "../search/searcher.ts";
import { factPath } from "../store/fact-mark.ts";
import { startsRun } from "../text/words.ts";
import type { Entity, Limits } from "../types.ts";
import type { ExistingFact } from "./dispose.ts";

/** Facts that an extractor is shown beside a window, and characters of the window that they are looked for with. */
const mostKnown = 16;
const askedCharacters = 2_000;
const mostBytes = 4;

/** Facts that may speak of the same as a text, the likeliest first; also those that newer ones have taken the place of. */
export async function knownFacts(
  searcher: Searcher,
  namespace: string,
  text: string,
  { queryBytes }: Pick<Limits, "queryBytes">,
): Promise<ExistingFact[]> {
  const query = text.slice(0, Math.min(askedCharacters, Math.floor(queryBytes / mostBytes))).toWellFormed();
  const where = { [factPath("subject")]: { exists: true } };
  const { results } = await searcher.search({ namespace, query, where, limit: mostKnown, minScore: 0 });
  return results.flatMap(({ key, value, subject, attribute, validFrom, createdAt }) =>
    subject === undefined
      ? []
      : [
          {
            key,
            text: value,
            subject,
            ...(attribute === undefined ? {} : { attribute }),
            start: Date.parse(validFrom ?? createdAt),
          },
        ],
  );
}

/** Kinds of names that are nobody's to make up. */
const named: ReadonlySet<string> = new Set([
  "person",
  "organization",
  "place",
  "product",
  "email",
  "url",
  "handle",
]);

/** Where no spaces tell words apart, what is taken for a name may begin with other words. */
export function namesToBeSaid(entities: readonly Entity[]): string[] {
  return entities.flatMap(({ name, type }) => (named.has(type) && !startsRun.test(name) ? [name] : []));
}
