import type { WireMemory } from "../src/api/wire.ts";
import { button, focusTitle, h, refill } from "./dom.ts";
import { facetBar } from "./facets.ts";
import { type Found, find, nextPage } from "./find.ts";
import { firstMemory } from "./first-memory.ts";
import { go } from "./go.ts";
import { memoryPanel } from "./memory-panel.ts";
import { namespaceHeader } from "./namespace-header.ts";
import { failureBox, notify, say, waiting } from "./notices.ts";
import type { Page, Shell } from "./page.ts";
import { resultList } from "./results.ts";
import { inNamespace, type NamespaceRoute, type Route } from "./route.ts";
import { selection } from "./selection.ts";
import { session } from "./session.ts";
import { counted, duration } from "./text.ts";

/** After the last letter, before the question is sent. */
const debounceMs = 120;

/** A namespace: search as you type, what is in it, and one memory beside. */
export function namespacePage({ namespace }: NamespaceRoute, shell: Shell): Page {
  let route = inNamespace(namespace);
  let found: Found | undefined;
  let running: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const field = h("input", {
    type: "search",
    id: "search",
    role: "combobox",
    "aria-controls": "memories",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    autocomplete: "off",
    spellcheck: "false",
    dir: "auto",
    maxlength: 4000,
    placeholder: "Search these memories",
    input: () => {
      clearTimeout(timer);
      timer = setTimeout(typed, debounceMs);
    },
    keydown(event) {
      const pressed = event as KeyboardEvent;
      if (pressed.isComposing) return; // Enter and Escape belong to the input method.
      if (pressed.key === "Escape" && field.value === "") focusTitle();
      else if (pressed.key === "Escape") {
        field.value = "";
        typed();
      } else if (pressed.key === "Enter" && !list.walking && field.value !== route.query) typed();
      else list.key(pressed);
    },
  });
  const chosen = selection(namespace, {
    mayWrite: session.may("write", namespace),
    drawn: () => list.choose(chosen.keys),
    changed() {
      shell.changed();
      refresh();
    },
  });
  const list = resultList(field, (key) => (chosen.keys === undefined ? open(key) : chosen.toggle(key)));
  const facets = facetBar((change) => {
    go({ ...route, key: undefined, ...change });
  });
  const summary = h("p", { class: "soft summary" });
  const below = h("div", { class: "below" });
  const beside = h("div", { class: "beside" });
  const results = h(
    "div",
    { class: "results" },
    facets.element,
    summary,
    chosen.element,
    list.element,
    below,
  );
  const element = h("main", { id: "main", class: "namespace" });
  const header = namespaceHeader(namespace, element, {
    added,
    imported() {
      shell.changed();
      refresh();
    },
    deleted() {
      go({ page: "overview" });
      shell.changed();
    },
  });
  element.append(
    h(
      "div",
      { class: "top" },
      header.element,
      h(
        "form",
        { role: "search", submit: (event) => event.preventDefault() },
        h("label", { for: "search", class: "heard" }, "Search"),
        field,
        h("kbd", { "aria-hidden": "true" }, "/"),
      ),
    ),
    results,
    beside,
  );

  function typed(): void {
    settle();
    go({ ...route, query: field.value, key: undefined }, { replace: true });
  }

  function open(key: string): void {
    settle();
    go({ ...route, query: field.value, key });
  }

  /** What is typed is asked at once, and not again a moment later. */
  function settle(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  /** Ends the request before: its answer is of no use any more. */
  function restart(): AbortSignal {
    running?.abort();
    running = new AbortController();
    return running.signal;
  }

  async function load({ limit }: { limit?: number } = {}): Promise<void> {
    const signal = restart();
    results.setAttribute("aria-busy", "true");
    if (found === undefined) refill(below, waiting());
    try {
      found = await find(route, { signal, limit });
      draw();
    } catch (error) {
      if (signal.aborted) return;
      list.draw([], undefined);
      chosen.draw([]);
      refill(summary);
      refill(
        below,
        failureBox(error, () => void load()),
      );
    }
    results.removeAttribute("aria-busy");
  }

  function draw(): void {
    if (found === undefined) return;
    const { memories, degraded, tookMs } = found;
    facets.draw(found.facets, route);
    list.draw(memories, route.key);
    chosen.draw(memories);
    const narrowed =
      route.query !== "" ||
      route.tags.length + route.entities.length > 0 ||
      !!route.thread ||
      route.waiting !== undefined;
    const many = `${counted(memories.length, "memory", "memories")}${found.more ? " and more" : ""}`;
    const said =
      tookMs === undefined
        ? `${many}, ${route.thread === undefined ? "newest" : "oldest"} first`
        : `${many} in ${duration(tookMs)}`;
    refill(
      summary,
      memories.length > 0 && said,
      degraded.length > 0 &&
        h(
          "span",
          { class: "degraded" },
          ` Without ${degraded.join(" and ")}: what makes it did not answer in time. The rest was searched.`,
        ),
    );
    say(memories.length === 0 ? "No memories" : said);
    refill(
      below,
      found.more && button("Show more", () => void showMore(), { id: "show-more" }),
      memories.length === 0 && (narrowed ? nothing() : nothingYet()),
    );
  }

  async function showMore(): Promise<void> {
    if (found === undefined) return;
    if (found.cursor === undefined) return load({ limit: found.memories.length + 50 });
    const signal = restart();
    try {
      found = await nextPage(route, found, signal);
      draw();
    } catch (error) {
      refill(
        below,
        failureBox(error, () => void showMore()),
      );
    }
  }

  const nothing = () =>
    h(
      "div",
      { class: "empty" },
      h("h2", {}, "Nothing found"),
      h("p", {}, "No memory of this namespace has these words, or something near them, with these filters."),
      button("Clear the search", () => {
        field.value = "";
        go(inNamespace(namespace));
        field.focus();
      }),
    );

  const nothingYet = () =>
    h(
      "div",
      { class: "empty" },
      h("h2", {}, "No memories yet"),
      session.may("write", namespace)
        ? [h("p", {}, "Add one here, or store the first from your program:"), firstMemory(namespace)]
        : h("p", {}, "Nothing is stored under this name, or your key may not see it."),
    );

  function added(stored: WireMemory): void {
    notify("The memory is stored.");
    shell.changed();
    go({ ...inNamespace(stored.namespace), key: stored.key });
    if (stored.namespace === namespace) refresh();
  }

  function refresh(): void {
    void load({ limit: found && Math.max(50, found.memories.length) });
    void header.refresh();
  }

  function showPanel({ focus }: { focus: boolean }): void {
    const { key } = route;
    element.classList.toggle("with-panel", key !== undefined);
    list.select(key);
    if (key === undefined) {
      refill(beside);
      return;
    }
    const hit = found?.memories.find((memory) => memory.key === key);
    refill(
      beside,
      memoryPanel(namespace, key, hit, {
        close,
        open,
        textOf: (other) => found?.memories.find((memory) => memory.key === other)?.value,
        filter: (thread) => go({ ...inNamespace(namespace), thread, key }),
        changed(changedKey, now) {
          shell.changed();
          refresh();
          if (now === "deleted" && route.key === changedKey) close();
          if (now === "back") open(changedKey);
        },
      }),
    );
    beside.scrollTop = 0;
    if (focus) document.getElementById("panel-title")?.focus();
  }

  function close(): void {
    go({ ...route, key: undefined });
    if (list.element.hidden) focusTitle();
    else list.focus();
  }

  void header.refresh();
  return {
    element,
    title: namespace,
    heading: header.heading,
    first: matchMedia("(pointer: fine)").matches ? field : undefined,
    show(next: Route) {
      if (next.page !== "namespace" || next.namespace !== namespace) return false;
      const before = route;
      route = next;
      if (timer === undefined && field.value !== next.query) field.value = next.query;
      const question = (place: NamespaceRoute) => JSON.stringify({ ...place, key: undefined });
      const opens = before.key !== next.key;
      const first = running === undefined;
      // The panel says why the memory was found, so that it comes after what was found.
      if (first || question(before) !== question(next))
        void load().then(() => opens && showPanel({ focus: !first }));
      else if (opens) showPanel({ focus: true });
      return true;
    },
    close() {
      settle();
      running?.abort();
    },
    keys: {
      "/": () => {
        field.focus();
        field.select();
      },
      n: () => document.getElementById("add-memory")?.click(),
      Escape: () => route.key !== undefined && close(),
    },
  };
}
