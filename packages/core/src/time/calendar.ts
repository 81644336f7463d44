import type { TimeUnit } from "@souvenir/orama/languages";

/** A period that a question names. */
export interface NamedPeriod {
  /** Start and end in milliseconds since 1970, UTC, the end not included. */
  period: { from: number; to: number };
  /** True for a date without a year: it fits every year. */
  yearly?: true;
}

export const dayLength = 86_400_000;
export const unitLengths: Readonly<Record<TimeUnit, number>> = {
  day: dayLength,
  week: 7 * dayLength,
  weekend: 2 * dayLength,
  month: 30 * dayLength,
  year: 365 * dayLength,
};

/**
 * A year, a month or a day; undefined for what is none, such as the 32nd or the year 3000.
 * @param month - From 0. Undefined: the whole year. @param date - From 1. Undefined or 0: the whole month.
 */
export function dateOf(year: string | undefined, month?: number, date?: string): NamedPeriod | undefined {
  const [inYear, day] = [Number(year ?? 2024), Number(date ?? 0)];
  if (inYear < 1900 || inYear > 2100 || (month ?? 0) < 0 || (month ?? 0) > 11 || day > 31) return undefined;
  const from = Date.UTC(inYear, month ?? 0, day || 1);
  const to = month === undefined ? Date.UTC(inYear + 1) : Date.UTC(inYear, month + (day ? 0 : 1), day + 1);
  return { period: { from, to }, ...(year === undefined ? { yearly: true } : {}) };
}

/** A day, week, weekend, month or year of the calendar, so many after the present one. Weeks begin on Monday. */
export function calendarPeriod(unit: TimeUnit, offset: number, now: number): NamedPeriod {
  const at = new Date(now);
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const monday = date - ((at.getUTCDay() + 6) % 7) + 7 * offset;
  const between: Record<TimeUnit, [from: number, to: number]> = {
    day: [Date.UTC(year, month, date + offset), Date.UTC(year, month, date + offset + 1)],
    week: [Date.UTC(year, month, monday), Date.UTC(year, month, monday + 7)],
    weekend: [Date.UTC(year, month, monday + 5), Date.UTC(year, month, monday + 7)],
    month: [Date.UTC(year, month + offset), Date.UTC(year, month + offset + 1)],
    year: [Date.UTC(year + offset), Date.UTC(year + offset + 1)],
  };
  const [from, to] = between[unit];
  return { period: { from, to } };
}

/** The day before today that is that day of the week, 0 for Sunday. */
export function lastWeekday(weekday: number, now: number): NamedPeriod {
  return calendarPeriod("day", -(((new Date(now).getUTCDay() - weekday + 6) % 7) + 1), now);
}

/** A moment so many units ago is meant as exactly as the unit is long. */
export function ago(unit: TimeUnit, count: number, now: number): NamedPeriod {
  if (unit === "day") return calendarPeriod("day", -count, now);
  const [middle, half] = [now - count * unitLengths[unit], unitLengths[unit] / 2];
  return { period: { from: middle - half, to: middle + half } };
}
