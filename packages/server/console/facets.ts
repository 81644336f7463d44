import { button, type Child, h, refill } from "./dom.ts";
import type { NamespaceRoute } from "./route.ts";
import { count } from "./text.ts";

export interface FacetCounts {
  entities: { name: string; type?: string; count?: number }[];
  tags: { name: string; count?: number }[];
  /** How many wait for approval, where any do and that is known. */
  waiting?: string;
}

/** How many of each are shown before "more". */
const few = 8;

/** Entities and tags that narrow what is shown, as buttons that are pressed or not. */
export function facetBar(toggle: (change: Partial<NamespaceRoute>) => void): {
  element: HTMLElement;
  draw(counts: FacetCounts, route: NamespaceRoute): void;
} {
  const element = h("div", { class: "facets" });
  const open = { entities: false, tags: false };

  function group(
    title: string,
    kind: "entities" | "tags",
    counts: FacetCounts,
    route: NamespaceRoute,
  ): HTMLElement | undefined {
    const pressed = route[kind];
    const found = counts[kind];
    const first = pressed.map((name) => found.find((item) => item.name === name) ?? { name });
    const rest = found.filter(({ name }) => !pressed.includes(name));
    const all: FacetCounts["entities"] = [...first, ...rest];
    if (all.length === 0) return undefined;
    const shown = open[kind] ? all : all.slice(0, Math.max(few, first.length));
    const chips = shown.map(({ name, type, count: amount }) => {
      const on = pressed.includes(name);
      return button(
        [h("bdi", {}, name), amount !== undefined && h("span", { class: "amount" }, " ", count(amount))],
        () => toggle({ [kind]: on ? pressed.filter((other) => other !== name) : [...pressed, name] }),
        { class: "chip", id: chipId(kind, name, type), "aria-pressed": String(on), title: type },
      );
    });
    const more = button(
      open[kind] ? "Fewer" : `${all.length - shown.length} more`,
      () => {
        open[kind] = !open[kind];
        draw(counts, route);
      },
      { class: "quiet", id: `more-${kind}`, "aria-expanded": String(open[kind]) },
    );
    return labelled(title, [chips, all.length > few && more]);
  }

  function draw(counts: FacetCounts, route: NamespaceRoute): void {
    refill(
      element,
      group("entity", "entities", counts, route),
      group("tag", "tags", counts, route),
      (counts.waiting !== undefined || route.waiting !== undefined) &&
        labelled(
          "approval",
          button(
            ["waiting", counts.waiting && h("span", { class: "amount" }, " ", counts.waiting)],
            () => toggle({ waiting: route.waiting === undefined ? true : undefined }),
            {
              class: "chip",
              id: "waiting-filter",
              "aria-pressed": String(route.waiting !== undefined),
            },
          ),
        ),
      route.thread !== undefined &&
        labelled(
          "conversation",
          button(h("bdi", {}, route.thread), () => toggle({ thread: undefined }), {
            class: "chip",
            id: "thread-filter",
            "aria-pressed": "true",
          }),
        ),
    );
  }

  return { element, draw };
}

function labelled(title: string, buttons: Child): HTMLElement {
  return h(
    "div",
    { role: "group", "aria-label": `Filter by ${title}` },
    h("span", { class: "label", "aria-hidden": "true" }, title),
    h("div", {}, buttons),
  );
}

const chipId = (kind: string, name: string, type = ""): string =>
  `${kind}-${encodeURIComponent(`${type} ${name}`)}`;
