import {
  type Language,
  partOf,
  type Sides,
  type TimeUnit,
  type TimeWords,
  wordsOf,
} from "@souvenir/orama/languages";
import { fold } from "../text/fold.ts";
import { ago, calendarPeriod, dateOf, lastWeekday, type NamedPeriod, unitLengths } from "./calendar.ts";

/** What a phrase of a question says: a period, or which of several is asked for. */
export type NamedTime = NamedPeriod | { order: "earliest" | "latest" };

export interface TimePattern {
  readonly regex: RegExp;
  /** Whether there is a figure in all that it matches: most questions have none. */
  readonly hasFigures: boolean;
  /** How much it says: 0 for a date, 4 for an order. The most telling comes first. */
  readonly rank: number;
  /** Undefined when what matched is no time after all. */
  read(match: RegExpExecArray, now: number): NamedTime | undefined;
}

/** Weekends first: "fin de semana" ends with a week. */
const units = ["weekend", "day", "week", "month", "year"] as const satisfies TimeUnit[];
const chineseFigures = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
/** Letters and figures of the scripts with spaces; classes of all of Unicode would take a hundred times as long to compile. */
const letter = "[a-z0-9\\u0370-\\u04ff\\u05d0-\\u05ea\\u0620-\\u0669\\u066e-\\u06d3\\u0900-\\u097f]";
const unspaced: ReadonlySet<string> = new Set(["han", "kana", "hangul", "thai"]);
const fourFigures = "(\\d{4})";
const likelyYear = "((?:19|20)\\d\\d)";
const dayOfMonth = "(\\d{1,2})(?:st|nd|rd|th|er|e|º|ª|\\.)?";

function pattern(rank: number, source: string, read: TimePattern["read"], isWhole = true): TimePattern {
  const regex = new RegExp(isWhole ? `(?<!${letter})(?:${source})(?!${letter})` : source);
  return { rank, regex, read, hasFigures: false };
}

function figuresPattern(rank: number, source: string, read: TimePattern["read"]): TimePattern {
  return { ...pattern(rank, source, read), hasFigures: true };
}

/** Dates in figures. Day first, as nearly everywhere, unless the number cannot be a month. */
export const datesInFigures: readonly TimePattern[] = [
  figuresPattern(0, "(\\d{4})-(\\d{2})(?:-(\\d{2}))?", ([, year, month, date]) =>
    dateOf(year, Number(month) - 1, date),
  ),
  figuresPattern(0, "(\\d{1,2})([./])(\\d{1,2})\\2(\\d{4})", ([, first, , second, year]) =>
    Number(second) > 12 ? dateOf(year, Number(first) - 1, second) : dateOf(year, Number(second) - 1, first),
  ),
];

/** What a language calls a time, most telling first. */
export function patternsOf(language: Language): TimePattern[] {
  const words = partOf(language.times);
  if (words === undefined) return [];
  const spaced = !unspaced.has(language.script);
  const { phrases } = words;
  const readPhrase = (match: RegExpExecArray, now: number) => {
    const [unit, offset] = phrases[match.findIndex((group, at) => at > 0 && group !== undefined) - 1]!;
    return calendarPeriod(unit, offset, now);
  };
  return [
    ...dates(language, words),
    ...(words.dates ?? []).map((source) => pattern(0, source, ownDate, spaced)),
    pattern(1, phrases.map(([, , phrase]) => `(${fold(phrase)})`).join("|"), readPhrase, spaced),
    ...relative(words),
    ...weekdays(language, words, spaced),
    ...beside(words.year, likelyYear, " ?").map((source) =>
      figuresPattern(3, source, ([, year]) => dateOf(year)),
    ),
    ...(["earliest", "latest"] as const).flatMap((order) => {
      const source = words[order];
      return source === undefined ? [] : [pattern(4, source, () => ({ order }))];
    }),
  ];
}

function ownDate({ groups: { year, month, date } = {} }: RegExpExecArray): NamedPeriod | undefined {
  if (month === undefined) return dateOf(year);
  return dateOf(year, (chineseFigures.indexOf(month) + 1 || Number(month)) - 1, date);
}

/** An expression with the words before it, and one with those after it, as far as there are any. */
function beside(sides: Sides | undefined, source: string, space = " "): string[] {
  const { before, after } = sides ?? {};
  return [
    ...(before === undefined ? [] : [`(?:${fold(before)})${space}${source}`]),
    ...(after === undefined ? [] : [`${source}${space}(?:${fold(after)})`]),
  ];
}

/** The forms of a list of names, each with its place in the list, and an expression for any of them, also as a group. */
function formsOf(list: string | undefined): { any: string; source: string; at: ReadonlyMap<string, number> } {
  const at = new Map(
    wordsOf(list).flatMap((forms, place) => forms.split("|").map((form) => [fold(form), place] as const)),
  );
  // The longest first: "juni" is no "jun".
  const any = [...at.keys()].sort((left, right) => right.length - left.length).join("|");
  return { any, source: `(${any})`, at };
}

function dates(language: Language, { month: alone = {}, joint }: TimeWords): TimePattern[] {
  const names = partOf(language.months);
  if (names === undefined) return [];
  const [long, short] = [formsOf(names.long), formsOf(names.short)];
  const at = (name: string | undefined) => long.at.get(name ?? "") ?? short.at.get(name ?? "");
  const ending = alone.ending === undefined ? "" : `(?:${alone.ending})`;
  const either = names.short === undefined ? long.source : `(${long.any}|${short.any})`;
  const month = `${either}${ending && `${ending}?`}\\.?`;
  const between = joint === undefined ? " ?" : ` ?(?:(?:${fold(joint)}) ?){0,2}`;
  return [
    figuresPattern(
      0,
      `${dayOfMonth}${between}${month},?(?:${between}${fourFigures})?`,
      ([, date, name, year]) => dateOf(year, at(name), date),
    ),
    figuresPattern(
      0,
      `${month}${between}${dayOfMonth}(?!\\d)(?:,? ?${fourFigures})?`,
      ([, name, date, year]) => dateOf(year, at(name), date),
    ),
    figuresPattern(0, `${month},?${between}${fourFigures}`, ([, name, year]) => dateOf(year, at(name))),
    ...[
      ...beside(alone, `${long.source}${ending && `${ending}?`}`, " ?"),
      ...(ending === "" ? [] : [long.source + ending]),
    ].map((source) => pattern(0, source, ([, name]) => dateOf(undefined, at(name)))),
  ];
}

function weekdays({ weekdays: list }: Language, { last }: TimeWords, spaced: boolean): TimePattern[] {
  const names = partOf(list);
  if (names === undefined) return [];
  const { any, at } = formsOf(names);
  const whole = [...beside(last, `(?:${any})`), any].join("|");
  const day = new RegExp(any);
  return [pattern(3, whole, ([match], now) => lastWeekday(at.get(day.exec(match)![0])!, now), spaced)];
}

function relative({
  units: names,
  numbers = [],
  last,
  present,
  ago: before,
  span,
}: TimeWords): TimePattern[] {
  if (names === undefined) return [];
  const sourceOf = (of: readonly TimeUnit[]) => `(${of.map((unit) => names[unit]).join("|")})`;
  const unitOf = (text: string | undefined) =>
    units.find((unit) => new RegExp(`^(?:${names[unit]})$`).test(text ?? "")) ?? "day";
  const countOf = (text: string | undefined) =>
    numbers.findIndex((number) => new RegExp(`^(?:${number})$`).test(text ?? "")) + 1 || Number(text);
  const number = `(\\d{1,3}|${numbers.map((each) => `(?:${each})`).join("|")})`;
  const counted = `${number} ${sourceOf(units)}`;
  const since = span?.after === undefined ? counted : `${number} (?:${span.after})s? ${sourceOf(units)}`;
  const whole = sourceOf(units.filter((unit) => unit !== "day"));
  return [
    ...beside(before, counted).map((source) =>
      pattern(2, source, ([, count, unit], now) => ago(unitOf(unit), countOf(count), now)),
    ),
    ...(span === undefined ? [] : beside({ before: span.before! }, since)).map((source) =>
      pattern(2, source, ([, count, unit], now) => ({
        period: { from: now - countOf(count) * unitLengths[unitOf(unit)], to: now + 1 },
      })),
    ),
    ...(
      [
        [last, -1],
        [present, 0],
      ] as const
    ).flatMap(([sides, offset]) =>
      beside(sides, whole).map((source) =>
        pattern(3, source, ([, unit], now) => calendarPeriod(unitOf(unit), offset, now)),
      ),
    ),
  ];
}
