import { fold } from "../text/fold.ts";
import { type MonthWords, monthWords, numberedMonths } from "./month-words.ts";
import { fixedPhrases, type TimeUnit, type TimeWords, timeWords } from "./time-words.ts";

/** A time that a query names. */
export interface TimePreference {
  /** Start and end in milliseconds since 1970, UTC, the end not included. Absent when only an order is asked for. */
  period?: { from: number; to: number };
  /** True for a date without a year: it fits every year. */
  yearly?: boolean;
  /** Which of several memories is asked for. */
  order?: "earliest" | "latest";
  /** The query without the words for the time, folded. */
  rest: string;
}

type Period = Omit<TimePreference, "rest">;
interface Pattern {
  regex: RegExp;
  /** The language whose words it has; absent for figures and for other scripts. */
  locale?: string;
  /** Undefined when what matched is no time after all. */
  read(match: RegExpMatchArray, now: number): Period | undefined;
}

const day = 86_400_000;
const lengths: Readonly<Record<TimeUnit, number>> = {
  day,
  week: 7 * day,
  weekend: 2 * day,
  month: 30 * day,
  year: 365 * day,
};

/**
 * The time that a query names: a date, a month, a year, or a phrase such as "last week", "avant-hier", "vor drei Tagen";
 * or the wish for the first or the latest of several. Undefined when there is none. Written for English, French, German,
 * Spanish, Italian, Portuguese and Dutch, with the commonest phrases of some others. Weeks begin on Monday, days at
 * midnight UTC.
 * @param now - What "today" is, in milliseconds since 1970.
 */
export function timeOf(query: string, now: number): TimePreference | undefined {
  const text = fold(query.slice(0, 2_000)).replaceAll("’", "'");
  const spoken = languagesOf(text);
  for (const group of patterns()) {
    for (const { regex, locale, read } of group) {
      // The French "lunes" are moons and the German "hier" is a place: neither is a time of another language.
      if (locale !== undefined && spoken.size > 0 && !spoken.has(locale)) continue;
      const match = regex.exec(text);
      const period = match === null ? undefined : read(match, now);
      if (match !== null && period !== undefined) {
        const rest = `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`;
        return { ...period, rest };
      }
    }
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
    from = addYears(from, years);
    to = addYears(to, years);
  }
  if (moment >= from && moment < to) return 1;
  const softness = Math.max(day, (to - from) / 4);
  return moment < from ? Math.exp((moment - from) / softness) : Math.exp((to - moment) / (3 * softness));
}

/** What makes the patterns, by how much they say, the most telling first; those of a language each by themselves. */
const sources: readonly (readonly (() => Pattern[])[])[] = [
  [
    () => [isoDate, numericDate],
    ...inEachLanguage(dates),
    ...monthWords.map((words) => () => monthsOf(words)),
    ...numberedMonths.map((words) => () => [numberedMonth(words)]),
  ],
  [...inEachLanguage(phrases), () => fixedPhrases.map(fixedPhrase)],
  inEachLanguage(relative),
  [
    ...inEachLanguage(named),
    ...monthWords.map((words) => () => weekdaysOf(words)),
    ...monthWords.map((words) => () => yearsOf(words)),
    () => [numberedYear],
  ],
  inEachLanguage(orders),
];

function inEachLanguage(patternsOf: (words: TimeWords) => Pattern[]): (() => Pattern[])[] {
  return timeWords.map((words) => () => patternsOf(words).map((made) => ({ ...made, locale: words.locale })));
}

let compiled: Pattern[][] | undefined;

function patterns(): Pattern[][] {
  compiled ??= sources.map((group) => group.flatMap((make) => make()));
  return compiled;
}

/** Does in steps what the first questions would have to: names of months and days in many languages take a while to make. */
export function* preparingTimeWords(): Generator<void, void, void> {
  if (compiled !== undefined) return;
  const made: Pattern[][] = [];
  for (const group of sources) {
    const patternsOfGroup: Pattern[] = [];
    for (const make of group) {
      patternsOfGroup.push(...make());
      yield;
    }
    made.push(patternsOfGroup);
  }
  compiled ??= made;
  const telling = tellingPatterns();
  for (const { regex } of [...telling, ...compiled.flat()]) {
    // An expression is compiled when it is first used, and once more when it is used again.
    regex.test("");
    regex.test("");
    yield;
  }
}

let tellingWords: { locale: string; regex: RegExp }[] | undefined;

function tellingPatterns(): { locale: string; regex: RegExp }[] {
  tellingWords ??= timeWords.map(({ locale, telling }) => ({ locale, regex: whole(telling) }));
  return tellingWords;
}

/** The languages that a text gives away, of those with time words. Empty when it has no telling word. */
function languagesOf(text: string): ReadonlySet<string> {
  const told = tellingPatterns().filter(({ regex }) => regex.test(text));
  return new Set(told.map(({ locale }) => locale));
}

function pattern(source: string, read: Pattern["read"]): Pattern {
  return { regex: whole(source), read };
}

function whole(words: string): RegExp {
  // Folded Latin text has no other letters; classes of all of Unicode would take a hundred times as long to compile.
  return new RegExp(`(?<![a-z0-9])(?:${words})(?![a-z0-9])`);
}

const isoDate = pattern("(\\d{4})-(\\d{2})(?:-(\\d{2}))?", ([, year, month, date]) =>
  dateOf(Number(date ?? 0), Number(month) - 1, Number(year)),
);
/** Day first, as nearly everywhere, unless the number cannot be a month. */
const numericDate = pattern("(\\d{1,2})([./])(\\d{1,2})\\2(\\d{4})", ([, first, , second, year]) =>
  Number(second) > 12
    ? dateOf(Number(second), Number(first) - 1, Number(year))
    : dateOf(Number(first), Number(second) - 1, Number(year)),
);

function dates(words: TimeWords): Pattern[] {
  const { long, all } = monthNames(words.locale);
  const month = `(${all.join("|")})\\.?`;
  const joint = words.joint === undefined ? " ?" : ` ?(?:(?:${words.joint}) ?){0,2}`;
  const number = "(\\d{1,2})(?:st|nd|rd|th|er|e|º|ª|\\.)?";
  const at = (name: string | undefined) => all.indexOf(name ?? "") % 12;
  return [
    pattern(`${number}${joint}${month},?(?:${joint}(\\d{4}))?`, ([, date, name, year]) =>
      dateOf(Number(date), at(name), year === undefined ? undefined : Number(year)),
    ),
    pattern(`${month}${joint}${number}(?!\\d)(?:,? ?(\\d{4}))?`, ([, name, date, year]) =>
      dateOf(Number(date), at(name), year === undefined ? undefined : Number(year)),
    ),
    pattern(`${month},?${joint}(\\d{4})`, ([, name, year]) => dateOf(0, at(name), Number(year))),
    pattern(`(?:${words.within})(?: |(?<='))(${long.join("|")})`, ([, name]) =>
      dateOf(0, long.indexOf(name ?? ""), undefined),
    ),
  ];
}

/** Letters and figures of the scripts whose languages have words for times here. */
const lettered =
  "[a-z0-9\\u0370-\\u04ff\\u05d0-\\u05ea\\u0620-\\u0669\\u066e-\\u06d3\\u0900-\\u0963\\u0966-\\u097f]";

function between(words: string, read: Pattern["read"]): Pattern {
  return { regex: new RegExp(`(?<!${lettered})(?:${words})(?!${lettered})`), read };
}

function monthsOf({ locale, months, endings, before, after, year }: MonthWords): Pattern[] {
  const each = months?.split(" ") ?? monthNames(locale).long;
  const whole = each.map((month) => new RegExp(`^(?:${month})$`, "u"));
  const at = (name: string | undefined) => whole.findIndex((month) => month.test(name ?? ""));
  const month = `(${each.join("|")})${endings === undefined ? "" : `(?:${endings})?`}`;
  const inYear = year === undefined ? "(\\d{4})" : `(?:(?:${year}) )?(\\d{4})`;
  const alone = [
    ...(before === undefined ? [] : [`(?:${before}) ?${month}`]),
    ...(after === undefined ? [] : [`${month} (?:${after})`]),
    ...(endings === undefined ? [] : [`(${each.join("|")})(?:${endings})`]),
  ];
  return [
    between(`(\\d{1,2})\\.? (?:de |d['’])?${month}(?:,? ${inYear})?`, ([, date, name, inside]) =>
      dateOf(Number(date), at(name), inside === undefined ? undefined : Number(inside)),
    ),
    between(`${month},? ${inYear}`, ([, name, inside]) => dateOf(0, at(name), Number(inside))),
    ...alone.map((source) => between(source, ([, name]) => dateOf(0, at(name), undefined))),
  ];
}

function yearsOf({ beforeYear, afterYear }: MonthWords): Pattern[] {
  const year = "((?:19|20)\\d\\d)";
  const sources = [
    ...(beforeYear === undefined ? [] : [`(?:${beforeYear}) ?${year}`]),
    ...(afterYear === undefined ? [] : [`${year} ?(?:${afterYear})`]),
  ];
  return sources.map((source) => between(source, ([, inside]) => dateOf(0, -1, Number(inside))));
}

function weekdaysOf({ weekdays }: MonthWords): Pattern[] {
  if (weekdays === undefined) return [];
  return weekdays
    .split(" ")
    .map((name, weekday) => between(name, (_, now) => ({ period: lastWeekday(weekday, now) })));
}

const hanNumbers = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];

function numberedMonth({ regex, order }: (typeof numberedMonths)[number]): Pattern {
  return {
    regex: new RegExp(regex, "u"),
    read: ([, first, month, last]) => {
      const [year, date] = order === "year-month-day" ? [first, last] : [last, first];
      const number = hanNumbers.indexOf(month ?? "") + 1 || Number(month);
      return number < 1
        ? undefined
        : dateOf(Number(date ?? 0), number - 1, year === undefined ? undefined : Number(year));
    },
  };
}

const numberedYear: Pattern = {
  regex: /((?:19|20)\d\d)(?:年|년)|(?<![a-z0-9])nam ((?:19|20)\d\d)(?!\d)/u,
  read: ([, first, second]) => dateOf(0, -1, Number(first ?? second)),
};

function phrases({ phrases: list }: TimeWords): Pattern[] {
  return list.map(([unit, offset, words]) =>
    pattern(words, (_, now) => ({ period: calendar(unit, offset, now) })),
  );
}

/** Scripts in which no space tells where a phrase begins. */
const unspaced = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

function fixedPhrase([unit, offset, words]: (typeof fixedPhrases)[number]): Pattern {
  const each = words.split("|");
  const spaced = between(each.filter((one) => !unspaced.test(one)).join("|"), () => undefined);
  return {
    regex: new RegExp([...each.filter((one) => unspaced.test(one)), spaced.regex.source].join("|"), "u"),
    read: (_, now) => ({ period: calendar(unit, offset, now) }),
  };
}

function relative(words: TimeWords): Pattern[] {
  const found: Pattern[] = [];
  const { ago, span, units, numbers } = words;
  const number = `(\\d{1,3}|${numbers.map((each) => `(?:${each})`).join("|")})`;
  const countOf = (text: string) => {
    const known = numbers.findIndex((each) => new RegExp(`^(?:${each})$`, "u").test(text));
    return known === -1 ? Number(text) : known + 1;
  };
  for (const [unit, names] of entriesOf(units)) {
    const counted = `${number} (?:${names})`;
    const readAgo: Pattern["read"] = ([, count], now) => around(unit, countOf(count ?? ""), now);
    if (ago.before !== undefined) found.push(pattern(`(?:${ago.before}) ${counted}`, readAgo));
    if (ago.after !== undefined) found.push(pattern(`${counted} (?:${ago.after})`, readAgo));
    const spanned =
      span.after === undefined
        ? `(?:${span.before}) ${counted}`
        : `(?:${span.before}) (?:${number} )(?:${span.after})s? (?:${names})`;
    found.push(
      pattern(spanned, ([, count], now) => ({
        period: { from: now - countOf(count ?? "") * lengths[unit], to: now + 1 },
      })),
    );
  }
  return found;
}

function named(words: TimeWords): Pattern[] {
  const found: Pattern[] = [];
  const { last, units, present, within } = words;
  const joined = (names: string) =>
    [
      ...(last.before === undefined ? [] : [`(?:${last.before}) (?:${names})`]),
      ...(last.after === undefined ? [] : [`(?:${names}) (?:${last.after})`]),
    ].join("|");
  for (const [unit, names] of entriesOf(units)) {
    if (unit !== "day") found.push(pattern(joined(names), (_, now) => ({ period: calendar(unit, -1, now) })));
    if (unit !== "day")
      found.push(pattern(`(?:${present}) (?:${names})`, (_, now) => ({ period: calendar(unit, 0, now) })));
  }
  const weekdays = weekdayNames(words.locale);
  found.push(
    pattern(`${joined(`(?:${weekdays.join("|")})`)}|(?:${weekdays.join("|")})`, ([matched], now) => {
      const weekday = weekdays.findIndex((name) => matched.includes(name));
      return { period: lastWeekday(weekday, now) };
    }),
    pattern(`(?:${within}) (?:the year )?((?:19|20)\\d\\d)`, ([, year]) => dateOf(0, -1, Number(year))),
  );
  return found;
}

function orders({ earliest, latest }: TimeWords): Pattern[] {
  return [pattern(earliest, () => ({ order: "earliest" })), pattern(latest, () => ({ order: "latest" }))];
}

/** @param date - 1 to 31; 0: the whole month. @param month - From 0; -1: the whole year. */
function dateOf(date: number, month: number, year: number | undefined): Period | undefined {
  if (date > 31 || month > 11 || (year !== undefined && (year < 1900 || year > 2100))) return undefined;
  const yearly = year === undefined;
  const inYear = year ?? 2024;
  const from = Date.UTC(inYear, Math.max(0, month), Math.max(1, date));
  const to =
    month === -1
      ? Date.UTC(inYear + 1, 0, 1)
      : date === 0
        ? Date.UTC(inYear, month + 1, 1)
        : Date.UTC(inYear, month, date + 1);
  return { period: { from, to }, ...(yearly ? { yearly } : {}) };
}

/** A day, week, month or year of the calendar, so many after the present one. */
function calendar(unit: TimeUnit, offset: number, now: number): { from: number; to: number } {
  const date = new Date(now);
  const [year, month, today] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const monday = today - ((date.getUTCDay() + 6) % 7);
  switch (unit) {
    case "day":
      return { from: Date.UTC(year, month, today + offset), to: Date.UTC(year, month, today + offset + 1) };
    case "week":
      return {
        from: Date.UTC(year, month, monday + 7 * offset),
        to: Date.UTC(year, month, monday + 7 * (offset + 1)),
      };
    case "weekend":
      return {
        from: Date.UTC(year, month, monday + 7 * offset + 5),
        to: Date.UTC(year, month, monday + 7 * (offset + 1)),
      };
    case "month":
      return { from: Date.UTC(year, month + offset, 1), to: Date.UTC(year, month + offset + 1, 1) };
    case "year":
      return { from: Date.UTC(year + offset, 0, 1), to: Date.UTC(year + offset + 1, 0, 1) };
  }
}

/** The day before today that is that day of the week, 0 for Sunday. */
function lastWeekday(weekday: number, now: number): { from: number; to: number } {
  const back = ((new Date(now).getUTCDay() - weekday + 6) % 7) + 1;
  return calendar("day", -back, now);
}

/** A moment so many units ago is meant as exactly as the unit is long. */
function around(unit: TimeUnit, count: number, now: number): Period {
  if (unit === "day") return { period: calendar("day", -count, now) };
  const middle = now - count * lengths[unit];
  return { period: { from: middle - lengths[unit] / 2, to: middle + lengths[unit] / 2 } };
}

function addYears(moment: number, years: number): number {
  const date = new Date(moment);
  return date.setUTCFullYear(date.getUTCFullYear() + years);
}

/** Weekends first: "fin de semana" ends with a week. */
function entriesOf(units: Readonly<Record<TimeUnit, string>>): [TimeUnit, string][] {
  return (["weekend", "day", "week", "month", "year"] as const).map((unit) => [unit, units[unit]]);
}

/** `all`: the long names of the twelve months, then the short ones in the same order. */
function monthNames(locale: string): { long: string[]; all: string[] } {
  const names = (month: "long" | "short") => {
    const format = new Intl.DateTimeFormat(locale, { month, timeZone: "UTC" });
    return Array.from({ length: 12 }, (_, at) =>
      fold(format.format(Date.UTC(2024, at, 15))).replace(/\.$/u, ""),
    );
  };
  const long = names("long");
  return { long, all: [...long, ...names("short")] };
}

/** From Sunday on. */
function weekdayNames(locale: string): string[] {
  const format = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" });
  return Array.from({ length: 7 }, (_, at) => fold(format.format(Date.UTC(2023, 0, 1 + at))));
}
