import { type Child, h } from "./dom.ts";

/** What a row has: its name, and a cell for each column after that. */
export interface Row {
  name: Child;
  cells: readonly Child[];
  class?: string | undefined;
}

/**
 * A table that is scrolled in its own place, and on a narrow screen stands as a list of its rows.
 * @param columns - The first is of the names; the last may be `""`, for what can be done.
 */
export function table(label: string, columns: readonly string[], rows: readonly Row[]): HTMLElement {
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": `${label}, table` },
    h(
      "table",
      { class: "stacked" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          columns.map((name) => (name === "" ? h("td") : h("th", { scope: "col" }, name))),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((row) =>
          h(
            "tr",
            { class: row.class },
            h("th", { scope: "row" }, row.name),
            row.cells.map((cell, at) => h("td", { "data-label": columns[at + 1] || false }, cell)),
          ),
        ),
      ),
    ),
  );
}
