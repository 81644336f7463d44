import type { WireHit, WireMemory } from "../src/api/wire.ts";
import { focusTitle, h, refill, written } from "./dom.ts";
import { marked } from "./marks.ts";
import { bar, reasonLines, signalBars } from "./signals.ts";
import { atTime, onDay, score } from "./text.ts";

export type Shown = WireMemory | WireHit;
export const isHit = (memory: Shown): memory is WireHit => "signals" in memory;

/**
 * The memories, as a listbox that is walked from the search field or from itself: the focus stays where it is, and
 * `aria-activedescendant` names the memory that Enter opens.
 */
export interface ResultList {
  readonly element: HTMLElement;
  /** Whether one of them is the active one. */
  readonly walking: boolean;
  /** @param opened - Key of the memory that is open. */
  draw(memories: readonly Shown[], opened: string | undefined): void;
  select(opened: string | undefined): void;
  /** Shows which are chosen; `undefined` when one is opened rather than many chosen. */
  choose(keys: ReadonlySet<string> | undefined): void;
  /** Handles the keys of the list, also when the search field has the focus. */
  key(event: KeyboardEvent): void;
  focus(): void;
}

const optionId = (at: number): string => `memory-${at}`;

export function resultList(field: HTMLInputElement, open: (key: string) => void): ResultList {
  let shown: readonly Shown[] = [];
  let active = -1;
  const element = h("ul", {
    id: "memories",
    role: "listbox",
    "aria-label": "Memories",
    tabindex: 0,
    keydown: (event) => key(event as KeyboardEvent),
    focus: () => active < 0 && activate(0, { scroll: false }),
    click(event) {
      const option = (event.target as Element).closest("[role=option]");
      const at = option === null ? -1 : [...element.children].indexOf(option);
      const memory = shown[at];
      if (memory === undefined || getSelection()?.isCollapsed === false) return;
      activate(at);
      open(memory.key);
    },
  });

  function activate(at: number, { scroll = true } = {}): void {
    active = at;
    for (const [place, option] of [...element.children].entries())
      option.classList.toggle("active", place === active);
    for (const owner of [field, element]) {
      if (active < 0) owner.removeAttribute("aria-activedescendant");
      else owner.setAttribute("aria-activedescendant", optionId(active));
    }
    if (scroll) element.children[active]?.scrollIntoView({ block: "nearest" });
  }

  function key(event: KeyboardEvent): void {
    const fromField = event.currentTarget === field;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (to !== undefined && !(fromField && (event.key === "Home" || event.key === "End"))) {
      event.preventDefault();
      activate(Math.min(Math.max(to, 0), shown.length - 1));
    } else if (event.key === "Enter" || (event.key === " " && !fromField)) {
      const memory = shown[Math.max(active, 0)];
      if (memory === undefined) return;
      event.preventDefault();
      open(memory.key);
    }
  }

  let chosen: ReadonlySet<string> | undefined;
  let openKey: string | undefined;
  function select(opened: string | undefined): void {
    openKey = opened;
    element.classList.toggle("choosing", chosen !== undefined);
    if (chosen === undefined) element.removeAttribute("aria-multiselectable");
    else element.setAttribute("aria-multiselectable", "true");
    for (const [at, option] of [...element.children].entries())
      option.setAttribute(
        "aria-selected",
        String(chosen === undefined ? shown[at]?.key === opened : chosen.has(shown[at]?.key ?? "")),
      );
  }

  return {
    element,
    get walking() {
      return active >= 0;
    },
    key,
    select,
    choose(keys) {
      chosen = keys;
      select(openKey);
    },
    focus: () => element.focus({ preventScroll: true }),
    draw(memories, opened) {
      const wasActive = shown[active]?.key;
      shown = memories;
      if (memories.length === 0 && document.activeElement === element) focusTitle();
      element.hidden = memories.length === 0;
      field.setAttribute("aria-expanded", String(memories.length > 0));
      refill(element, memories.map(option));
      const still = wasActive === undefined ? -1 : memories.findIndex(({ key }) => key === wasActive);
      activate(still, { scroll: false });
      select(opened);
    },
  };
}

/** What a moderator or the memory itself holds against it. */
export function standing({ flagged, held_back: heldBack }: WireMemory): string[] {
  return [
    ...(heldBack === true ? ["waits for approval"] : []),
    ...(flagged === undefined ? [] : [`flagged: ${flagged.join(", ").replaceAll("_", " ")}`]),
  ];
}

function option(memory: Shown, at: number): HTMLElement {
  const hit = isHit(memory) ? memory : undefined;
  return h(
    "li",
    { id: optionId(at), role: "option", "aria-selected": "false" },
    hit !== undefined &&
      h("span", { class: "score", title: "Score, 0 to 1" }, score(hit.score), bar(hit.score)),
    h(
      "span",
      { class: "said" },
      h("span", { class: "value", dir: "auto" }, marked(memory.value, hit?.reasons.terms ?? [])),
      h(
        "span",
        { class: "about" },
        memory.role !== undefined && [written(memory.role), " · "],
        h(
          "time",
          { datetime: memory.created_at, title: atTime(memory.created_at) },
          onDay(memory.created_at),
        ),
        memory.tags.map((tag) => [" ", h("bdi", { class: "tag" }, tag)]),
        memory.version > 1 && ` · version ${memory.version}`,
        standing(memory).map((text) => [" · ", h("span", { class: "degraded" }, text)]),
      ),
      hit !== undefined && [
        signalBars(hit.signals),
        h(
          "span",
          { class: "why" },
          reasonLines(hit).map(({ label, text }) =>
            h("span", {}, h("span", { class: "label" }, label, " "), text, " "),
          ),
        ),
      ],
    ),
  );
}
