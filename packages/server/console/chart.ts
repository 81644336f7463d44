import { h, newId, svg } from "./dom.ts";
import { atHour, atTime, onDay } from "./text.ts";

export interface Series {
  name: string;
  /** One for each moment; `null` where there is nothing to say. */
  values: readonly (number | null)[];
}

export interface ChartOptions {
  title: string;
  /** ISO 8601, oldest first. */
  moments: readonly string[];
  /** At most three. */
  series: readonly Series[];
  format: (value: number) => string;
  /** The value holds between the moments, and what matters is how it changes: no gaps, and no axis from 0. */
  level?: boolean;
  /** Each step up is a multiple: what is usual stays legible beside what is not. The values are above 0. */
  logarithmic?: boolean;
  /** A longer time without a value is a gap. */
  gapMs: number;
}

/** Up to so many moments each value is a dot on its line. */
const few = 24;

/** Lines over time, with the figures as a table for those who want or need them. */
export function chart({
  title,
  moments,
  series,
  format,
  level = false,
  logarithmic = false,
  gapMs,
}: ChartOptions): HTMLElement {
  const values = series.flatMap((line) => line.values).filter((value) => value !== null);
  const id = newId("chart");
  const heading = h("figcaption", { id }, title, logarithmic && h("span", { class: "soft" }, " logarithmic"));
  if (values.length === 0)
    return h(
      "figure",
      { "aria-labelledby": id },
      heading,
      h("p", { class: "soft" }, "Nothing in the last hours."),
    );
  let most = Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  for (const value of values) {
    most = Math.max(most, value);
    least = Math.min(least, value);
  }
  const floor = (level || logarithmic) && least < most ? least : 0;
  const top = most > floor ? most : floor + 1;
  const times = moments.map((moment) => Date.parse(moment));
  const step = logarithmic && floor > 0 ? Math.log : (value: number) => value;
  const height = (value: number) => (step(value) - step(floor)) / (step(top) - step(floor));
  const gap = level ? Number.POSITIVE_INFINITY : gapMs;
  const last = (line: Series) => line.values.findLast((value) => value !== null) ?? null;
  const drawing = svg(
    "svg",
    {
      viewBox: "0 0 100 100",
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": `${title}: ${series.map((line) => `${line.name} from ${written(line.values.find((value) => value !== null))} to ${written(last(line))}`).join("; ")}. Figures in the table below.`,
    },
    [0, 50, 100].map((y) => svg("line", { class: "grid", x1: 0, x2: 100, y1: y, y2: y })),
    series.flatMap((line, at) => [
      ...paths(times, line.values, height, gap).map((d) => svg("path", { class: `line-${at}`, d })),
      // Of a few values each is to be seen; of many, how they run.
      ...(moments.length > few
        ? []
        : paths(times, line.values, height, -1).map((d) => svg("path", { class: `dot line-${at}`, d }))),
    ]),
  );
  function written(value: number | null | undefined): string {
    return value === null || value === undefined ? "–" : format(value);
  }
  return h(
    "figure",
    { "aria-labelledby": id },
    h(
      "div",
      { class: "chart-head" },
      heading,
      h(
        "p",
        { class: "legend", "aria-hidden": "true" },
        series.map((line, at) =>
          h("span", { class: `line-${at}` }, line.name, " ", h("strong", {}, written(last(line)))),
        ),
      ),
    ),
    h(
      "div",
      { class: "plot" },
      drawing,
      h("span", { class: "top", "aria-hidden": "true" }, format(top)),
      h("span", { class: "floor", "aria-hidden": "true" }, format(floor)),
    ),
    h(
      "p",
      { class: "ends", "aria-hidden": "true" },
      moments.length > 2 ? ends(moments) : moments.map((moment) => h("span", {}, atHour(moment))),
    ),
    figures(title, moments, series, written),
  );
}

/** The first moment, one in the middle and the last, with their days where those differ. */
function ends(moments: readonly string[]): HTMLElement[] {
  const [first, last] = [moments[0] as string, moments.at(-1) as string];
  const middle = new Date((Date.parse(first) + Date.parse(last)) / 2).toISOString();
  const written = onDay(first) === onDay(last) ? atHour : atTime;
  return [first, middle, last].map((moment) => h("span", {}, written(moment)));
}

/** The table is made when it is opened: hours of activity are thousands of cells. */
function figures(
  title: string,
  moments: readonly string[],
  series: readonly Series[],
  written: (value: number | null | undefined) => string,
): HTMLElement {
  const body = h("tbody");
  const row = (moment: string, at: number) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, atTime(moment)),
      series.map((line) => h("td", {}, written(line.values[at]))),
    );
  const head = h(
    "tr",
    {},
    ["From", ...series.map(({ name }) => name)].map((name) => h("th", { scope: "col" }, name)),
  );
  return h(
    "details",
    { toggle: () => body.childElementCount === 0 && body.append(...moments.map(row).reverse()) },
    h("summary", {}, "Figures"),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": `${title}, figures` },
      h("table", {}, h("thead", {}, head), body),
    ),
  );
}

/**
 * Paths through the values that are there, in order of time. A stretch without any is a gap, unless the line is one
 * that holds its value; a value that stands alone is a dot.
 */
function paths(
  times: readonly number[],
  values: readonly (number | null)[],
  height: (value: number) => number,
  gapMs: number,
): string[] {
  const first = times[0] as number;
  const span = Math.max(1, (times.at(-1) as number) - first);
  const found: string[] = [];
  let before: number | undefined;
  for (const [at, value] of values.entries()) {
    const time = times[at] as number;
    if (value === null) continue;
    const x = ((time - first) / span) * 100;
    const y = 100 - height(value) * 100;
    const point = `${x.toFixed(2)} ${y.toFixed(2)}`;
    if (before === undefined || time - before > gapMs) found.push(`M${point}h.01`);
    else found[found.length - 1] += `L${point}`;
    before = time;
  }
  return found;
}
