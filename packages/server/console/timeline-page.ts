import type { WireMemory } from "../src/api/wire.ts";
import { call } from "./api.ts";
import { button, h, refill, written } from "./dom.ts";
import { failureBox, waiting } from "./notices.ts";
import type { Page } from "./page.ts";
import { inNamespace, type ViewRoute, writeRoute } from "./route.ts";
import { atHour, counted, excerpt, onDay } from "./text.ts";
import { viewPage } from "./view.ts";

/** Memories read at once. */
const page = 300;

/** What was remembered when, day by day: memories, and conversations with how many turns of them a day has. */
export function timelinePage(route: ViewRoute): Page {
  const { namespace } = route;
  let memories: WireMemory[] = [];
  let cursor: string | undefined;
  let talksOnly = false;
  const body = h("div", {}, waiting());
  const only = button(
    "Conversations only",
    () => {
      talksOnly = !talksOnly;
      only.setAttribute("aria-pressed", String(talksOnly));
      draw();
    },
    { class: "chip", "aria-pressed": "false" },
  );

  async function load(): Promise<void> {
    try {
      const read = await call("memoriesFilter", { namespace, order: "newest", limit: page, cursor });
      memories = [...memories, ...read.memories];
      cursor = read.cursor;
      draw();
    } catch (error) {
      refill(
        body,
        failureBox(error, () => void load()),
      );
    }
  }

  function draw(): void {
    const shown = memories.filter(({ thread }) => !talksOnly || thread !== undefined);
    const days = Map.groupBy(shown, ({ created_at }) => onDay(created_at));
    refill(
      body,
      days.size === 0 && h("p", { class: "soft" }, talksOnly ? "No conversations here." : "Nothing yet."),
      [...days].map(([day, ofDay]) =>
        h(
          "section",
          { "aria-label": day, class: "day" },
          h("h2", {}, day),
          h(
            "ol",
            { class: "rows" },
            [...Map.groupBy(ofDay, ({ thread, key }) => thread ?? `\u0000${key}`).values()].map(entry),
          ),
        ),
      ),
      cursor !== undefined && button("Earlier days", () => void load(), { id: "earlier-days" }),
    );
  }

  /** One memory, or the turns of a conversation on a day, newest first. */
  function entry(turns: readonly WireMemory[]): HTMLElement {
    const first = turns.at(-1) as WireMemory;
    const { thread, key, role, created_at, tags } = first;
    const to = inNamespace(namespace);
    return h(
      "li",
      {},
      h("time", { datetime: created_at, class: "soft" }, atHour(created_at)),
      h(
        "div",
        {},
        h(
          "p",
          { class: "value", dir: "auto" },
          h(
            "a",
            { href: writeRoute(thread === undefined ? { ...to, key } : { ...to, thread }) },
            excerpt(first.value),
          ),
        ),
        h(
          "p",
          { class: "about" },
          thread === undefined
            ? role !== undefined && written(role)
            : ["conversation ", written(thread, { class: "mono" }), ` · ${counted(turns.length, "turn")}`],
          thread === undefined && tags.map((tag) => [" ", h("bdi", { class: "tag" }, tag)]),
        ),
      ),
    );
  }

  void load();
  return viewPage(route, [h("div", { class: "chips" }, only), body]);
}
