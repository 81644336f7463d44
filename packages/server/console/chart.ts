import { h, newId, svg } from "./dom.ts";
import { atHour, atTime } from "./text.ts";

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
  /** Default: the vertical axis starts at 0. */
  fromLeast?: boolean;
}

/** Lines over time, with the figures as a table for those who want or need them. */
export function chart({ title, moments, series, format, fromLeast = false }: ChartOptions): HTMLElement {
  const values = series.flatMap((line) => line.values).filter((value) => value !== null);
  const id = newId("chart");
  const heading = h("figcaption", { id }, title);
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
  const floor = fromLeast && least < most ? least : 0;
  const top = most > floor ? most : floor + 1;
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
    series.flatMap((line, at) =>
      paths(line.values, floor, top).map((d) => svg("path", { class: `line-${at}`, d })),
    ),
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
      h("span", {}, atHour(moments[0] as string)),
      h("span", {}, atHour(moments.at(-1) as string)),
    ),
    h(
      "details",
      {},
      h("summary", {}, "Figures"),
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": `${title}, figures` },
        h(
          "table",
          {},
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              h("th", { scope: "col" }, "From"),
              series.map(({ name }) => h("th", { scope: "col" }, name)),
            ),
          ),
          h(
            "tbody",
            {},
            moments
              .map((moment, at) =>
                h(
                  "tr",
                  {},
                  h("th", { scope: "row" }, atTime(moment)),
                  series.map((line) => h("td", {}, written(line.values[at]))),
                ),
              )
              .reverse(),
          ),
        ),
      ),
    ),
  );
}

/** A path for each run of values without a gap; a value that stands alone is a short stroke. */
function paths(values: readonly (number | null)[], floor: number, top: number): string[] {
  const step = values.length > 1 ? 100 / (values.length - 1) : 0;
  const found: string[] = [];
  let path = "";
  for (const [at, value] of values.entries()) {
    if (value === null) {
      if (path !== "") found.push(path);
      path = "";
      continue;
    }
    const x = values.length > 1 ? at * step : 50;
    const y = 100 - ((value - floor) / (top - floor)) * 100;
    path += path === "" ? `M${x.toFixed(2)} ${y.toFixed(2)}h.4` : `L${x.toFixed(2)} ${y.toFixed(2)}`;
  }
  if (path !== "") found.push(path);
  return found;
}
