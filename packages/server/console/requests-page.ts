import type { AnsweredRequest, RequestsResponse, WireChange } from "../src/api/wire.ts";
import { call } from "./api.ts";
import { button, type Child, h, refill, written } from "./dom.ts";
import { failureBox, waiting } from "./notices.ts";
import type { Page } from "./page.ts";
import { inNamespace, writeRoute } from "./route.ts";
import { type Row, table } from "./table.ts";
import { atTime, count, counted, duration } from "./text.ts";

/** How many of a list are shown at first. */
const few = 20;

/** Who changed what, and what was asked of the server: of this process, since it was started. */
export function requestsPage(): Page {
  const heading = h("h1", { tabindex: "-1" }, "Requests");
  const body = h("div", {}, waiting());
  let read: RequestsResponse = { requests: [], changes: [] };
  let names = new Map<string, string>();
  let onlyFailed = false;
  let all = false;

  const load = async () => {
    try {
      const [answer, { keys }] = await Promise.all([
        call("requestsList", undefined),
        call("keysList", undefined),
      ]);
      read = answer;
      names = new Map(keys.map(({ id, name }) => [id, name]));
      draw();
    } catch (error) {
      refill(
        body,
        failureBox(error, () => void load()),
      );
    }
  };

  const by = (key: string | null): Child =>
    key === null ? h("span", { class: "soft" }, "no key") : written(names.get(key) ?? key, { title: key });
  const when = (at: string) => h("time", { datetime: at }, atTime(at));

  const change = ({ at, operation, outcome, namespace, subject, count: many, key }: WireChange): Row => ({
    name: inWords(operation),
    class: outcome === "refused" ? "degraded" : undefined,
    cells: [
      when(at),
      namespace === undefined
        ? (subject ?? "")
        : h(
            "a",
            {
              href: writeRoute({
                ...inNamespace(namespace),
                ...(subject === undefined ? {} : { key: subject }),
              }),
            },
            written(namespace),
            subject !== undefined && [" · ", written(subject)],
          ),
      by(key),
      outcome === "refused" ? "refused" : many === undefined ? "done" : counted(many, "memory", "memories"),
    ],
  });
  const request = ({ at, id, route, status, ms, key }: AnsweredRequest): Row => ({
    name: h("span", { class: "mono", title: `Request ${id}` }, route),
    class: status >= 400 ? "degraded" : undefined,
    cells: [when(at), status, duration(ms), by(key)],
  });

  function section(
    name: string,
    columns: readonly string[],
    rows: readonly Row[],
    none: string,
  ): HTMLElement {
    const shown = all ? rows : rows.slice(0, few);
    return h(
      "section",
      { "aria-label": name },
      h("h2", {}, name, " ", h("span", { class: "soft" }, count(rows.length))),
      rows.length === 0 ? h("p", { class: "soft" }, none) : table(name, columns, shown),
    );
  }

  function draw(): void {
    const { requests, changes } = read;
    const filter = button(
      "Failed and refused only",
      () => {
        onlyFailed = !onlyFailed;
        draw();
      },
      { class: "chip", id: "only-failed", "aria-pressed": String(onlyFailed) },
    );
    const changed = changes.filter(({ outcome }) => !onlyFailed || outcome === "refused");
    const asked = requests.filter(({ status }) => !onlyFailed || status >= 400);
    refill(
      body,
      filter,
      section("Changes", ["What", "When", "Where", "Key", "Outcome"], changed.map(change), "None."),
      section("Requests", ["Request", "When", "Status", "Took", "Key"], asked.map(request), "None."),
      !all &&
        Math.max(changed.length, asked.length) > few &&
        button(
          "Show more",
          () => {
            all = true;
            draw();
          },
          { id: "show-more" },
        ),
      h(
        "p",
        { class: "soft" },
        "The last 500 of each since this server was started, without contents. All changes are kept in a file by ",
        h("code", {}, "souvenir serve --audit FILE"),
        ".",
      ),
    );
  }

  void load();
  return {
    element: h(
      "main",
      { id: "main", class: "overview" },
      h(
        "div",
        { class: "title" },
        heading,
        h(
          "div",
          { class: "actions" },
          button("Refresh", () => void load(), { id: "refresh", class: "quiet" }),
        ),
      ),
      body,
    ),
    title: "Requests",
    heading,
    show: ({ page }) => page === "requests",
    close() {},
    keys: {},
  };
}

/** As in `memorySet`. */
const inWords = (operation: string): string =>
  operation.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
