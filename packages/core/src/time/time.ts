import { type Language, languages, partOf, wordsOf } from "@souvenir/orama/languages";
import { fold } from "../text/fold.ts";
import { dayLength, type NamedPeriod } from "./calendar.ts";
import { datesInFigures, patternsOf, type TimePattern } from "./patterns.ts";

/** A time that a query names. */
export interface TimePreference extends Partial<NamedPeriod> {
  /** Which of several memories is asked for. */
  order?: "earliest" | "latest";
  /** The query without the words for the time, folded. */
  rest: string;
}

/** UTF-16 units of a query in which a time is looked for. */
const longest = 2_000;
const ranks = 5;

/**
 * The time that a query names: a date, a month, a year, or a phrase such as "last week", "avant-hier", "vor drei Tagen";
 * or the wish for the first or the latest of several. Undefined when there is none. Every language says how far it is
 * understood; see `times` of `Language`. Weeks begin on Monday, days at midnight UTC.
 * @param now - What "today" is, in milliseconds since 1970.
 */
export function timeOf(query: string, now: number): TimePreference | undefined {
  const text = fold(query.slice(0, longest)).replaceAll("’", "'");
  const patterns = [datesInFigures, ...languagesIn(text).map(patternsIn)];
  const hasFigures = /\d/.test(text);
  for (let rank = 0; rank < ranks; rank++)
    for (const ofLanguage of patterns)
      for (const pattern of ofLanguage) {
        if (pattern.rank !== rank || (pattern.hasFigures && !hasFigures)) continue;
        const match = pattern.regex.exec(text);
        const time = match === null ? undefined : pattern.read(match, now);
        if (match === null || time === undefined) continue;
        const rest = `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`;
        return { ...time, rest };
      }
  return undefined;
}

/**
 * The time that a query names. "Last week" means the week before the last memory when the memories ended before last
 * week: a conversation that was brought in later has a present of its own.
 * @param index - Knows when the latest memory was made, in milliseconds since 1970.
 */
export function resolveTime(
  query: { text: string; now: number },
  index: { latest(): number },
): TimePreference | undefined {
  const time = timeOf(query.text, query.now);
  if (time?.period === undefined || time.yearly) return time;
  const latest = index.latest();
  return time.period.from > latest ? timeOf(query.text, latest) : time;
}

/**
 * How well a moment fits a period, 0 to 1: 1 inside, less outside with distance. What happened is told when it happens
 * or later, so that a memory after the period fits better than one before.
 */
export function timeFit(
  moment: number,
  { period, yearly }: Pick<TimePreference, "period" | "yearly">,
): number {
  if (period === undefined) return 0;
  let { from, to } = period;
  if (yearly) {
    const years = new Date(moment).getUTCFullYear() - new Date(from).getUTCFullYear();
    [from, to] = [addYears(from, years), addYears(to, years)];
  }
  if (moment >= from && moment < to) return 1;
  const softness = Math.max(dayLength, (to - from) / 4);
  return moment < from ? Math.exp((moment - from) / softness) : Math.exp((to - moment) / (3 * softness));
}

function addYears(moment: number, years: number): number {
  const date = new Date(moment);
  return date.setUTCFullYear(date.getUTCFullYear() + years);
}

const compiled = new Map<Language, readonly TimePattern[]>();

function patternsIn(language: Language): readonly TimePattern[] {
  const known = compiled.get(language) ?? patternsOf(language);
  compiled.set(language, known);
  return known;
}

const scripts: ReadonlyMap<string, RegExp> = new Map(
  languages.map(({ script }) => {
    // Japanese is written in Han as well.
    const name = script === "kana" ? "Han" : script.replace(/^./, (letter) => letter.toUpperCase());
    return [
      script,
      new RegExp(`\\p{Script=${name}}${script === "kana" ? "|\\p{Script=Hiragana}" : ""}`, "u"),
    ];
  }),
);
const tellingWords: ReadonlyMap<string, Language> = new Map(
  languages.flatMap((language) => wordsOf(language.telling).map((word) => [word, language] as const)),
);

/**
 * The languages that a text may be in: the French "lunes" are moons and the German "hier" is a place, so that of those
 * with telling words only the told ones count.
 */
function languagesIn(text: string): Language[] {
  const told = new Set(text.match(/[a-z]+/g)?.map((word) => tellingWords.get(word)));
  told.delete(undefined);
  const written = new Set(
    Array.from(scripts).flatMap(([script, regex]) => (regex.test(text) ? [script] : [])),
  );
  return languages.filter(
    (language) =>
      written.has(language.script) &&
      (told.size === 0 || told.has(language) || partOf(language.telling) === undefined),
  );
}

/** Does in steps what the first questions would have to: what many languages call a time takes a while to compile. */
export function* preparingTimeWords(): Generator<void, void, void> {
  if (compiled.size === languages.length) return;
  for (const language of languages)
    for (const { regex } of patternsIn(language)) {
      // An expression is compiled when it is first used, and once more when it is used again.
      regex.test("");
      regex.test("");
      yield;
    }
}
