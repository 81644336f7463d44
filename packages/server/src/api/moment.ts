/** Numbers are milliseconds between these years: others are seconds, or microseconds, or a mistake. */
export const earliestNumber: number = Date.UTC(1990);
export const latestNumber: number = Date.UTC(2200);

/** RFC 3339, a date alone (midnight), or without zone (UTC); years of six digits as JavaScript writes them. */
const rfc3339 =
  /^(?<year>\d{4}|[+-]\d{6})-(?<month>\d\d)-(?<day>\d\d)(?:[T ](?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?(?:Z|(?<sign>[+-])(?<hours>\d\d):?(?<minutes>\d\d))?)?$/i;

/** The + of a zone is a space where nobody encoded it. */
const lostPlus = /T.* \d\d:\d\d$/i;

/** What to say of a moment that is none. */
export type NoMoment = { expected: string };

/**
 * A moment that came over the wire, as ISO 8601 in UTC with milliseconds.
 * @param value - A text, or milliseconds since 1970 as a number.
 */
export function readMoment(value: string | number): string | NoMoment {
  if (typeof value === "number") return ofNumber(value);
  const parts = rfc3339.exec(value)?.groups;
  if (parts === undefined)
    return {
      expected: `expected a moment as in 2027-01-31T12:00:00Z (without zone: UTC), or milliseconds since 1970${lostPlus.test(value) ? "; in an address, + is written %2B" : ""}`,
    };
  const number = (name: string) => Number(parts[name] ?? 0);
  const [year, month, day] = [number("year"), number("month"), number("day")];
  const [hour, minute, second] = [number("hour"), number("minute"), number("second")];
  const [hours, minutes] = [number("hours"), number("minutes")];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isReal = month >= 1 && month <= 12 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isReal || hour > 23 || minute > 59 || second > 59 || hours > 23 || minutes > 59)
    return { expected: "expected a moment that there is: this day or time is in no calendar" };
  const milliseconds = Math.trunc(Number(`0.${parts.fraction ?? 0}`) * 1_000);
  date.setUTCHours(hour, minute, second, milliseconds);
  const offset = (parts.sign === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  const time = date.getTime() - offset;
  // The range of ECMAScript time values.
  if (!(Math.abs(time) <= 8.64e15)) return { expected: "expected a moment nearer to now" };
  return new Date(time).toISOString();
}

function ofNumber(value: number): string | NoMoment {
  if (value >= earliestNumber && value <= latestNumber) return new Date(Math.trunc(value)).toISOString();
  for (const [unit, milliseconds] of [
    ["seconds", value * 1_000],
    ["microseconds", value / 1_000],
    ["nanoseconds", value / 1_000_000],
  ] as const)
    if (milliseconds >= earliestNumber && milliseconds <= latestNumber)
      return {
        expected: `expected milliseconds since 1970, and this number looks like ${unit}: send "${new Date(milliseconds).toISOString()}"`,
      };
  return {
    expected: "expected milliseconds since 1970, of a year from 1990 to 2200; send any other moment as text",
  };
}
