import { button, h, refill, written } from "./dom.ts";
import { readNames, showCount } from "./namespace-names.ts";
import { failureBox } from "./notices.ts";
import { inNamespace, isView, type Route, type View, type ViewRoute, writeRoute } from "./route.ts";
import { session } from "./session.ts";
import { settings } from "./settings.ts";
import { showShortcuts } from "./shortcuts.ts";

export interface Navigation {
  readonly element: HTMLElement;
  show(route: Route): void;
  /** Reads the namespaces anew. */
  refresh(): Promise<void>;
}

export function navigation({ signOut }: { signOut: () => void }): Navigation {
  let current: Route = { page: "overview" };
  let names: string[] = [];
  let more = false;
  let running: AbortController | undefined;

  const pages = h("ul", { class: "pages" });
  const list = h("ul", { class: "namespaces" });
  const filter = h("input", {
    type: "search",
    id: "namespace-filter",
    "aria-label": "Find a namespace",
    placeholder: "Find…",
    autocomplete: "off",
    spellcheck: "false",
    input: () => void (more ? refresh() : draw()),
  });
  const theme = button("", () => {
    settings.theme = settings.nextTheme();
    drawTheme();
  });
  const menu = h("nav", { id: "menu", "aria-label": "Console" });
  const open = button("Menu", () => setOpen(open.getAttribute("aria-expanded") !== "true"), {
    class: "menu-button",
    "aria-expanded": "false",
    "aria-controls": "menu",
  });
  menu.append(
    pages,
    h("h2", {}, "Namespaces"),
    filter,
    list,
    h(
      "div",
      { class: "foot" },
      session.mode === "open"
        ? h("p", { class: "soft" }, "No key yet: only this machine is served.")
        : h("p", { class: "soft" }, "Signed in as ", written(session.name ?? "a key")),
      h("div", {}, theme, button("Keyboard", showShortcuts), session.signedIn && button("Sign out", signOut)),
    ),
  );

  function setOpen(on: boolean): void {
    open.setAttribute("aria-expanded", String(on));
    menu.classList.toggle("open", on);
  }

  function drawTheme(): void {
    refill(theme, "Theme: ", { auto: "Auto", light: "Light", dark: "Dark" }[settings.theme]);
  }

  function link(route: Route, here: boolean, ...label: Parameters<typeof h>[2][]): HTMLElement {
    return h("a", { href: writeRoute(route), "aria-current": here && "page" }, ...label);
  }

  function draw(): void {
    const at = "namespace" in current ? current.namespace : undefined;
    const view = (page: View, namespace = at ?? names[0] ?? "default"): ViewRoute => ({
      page,
      namespace,
      query: "",
    });
    refill(
      pages,
      h("li", {}, link({ page: "overview" }, current.page === "overview", "Overview")),
      h("li", {}, link(view("playground"), current.page === "playground", "Playground")),
      h("li", {}, link(view("connect"), current.page === "connect", "Connect")),
      session.mayEverything && [
        h("li", {}, link({ page: "keys" }, current.page === "keys", "Keys")),
        h("li", {}, link({ page: "requests" }, current.page === "requests", "Requests")),
      ],
    );
    const wanted = filter.value.toLowerCase();
    const shown = names.filter((name) => more || name.toLowerCase().includes(wanted));
    filter.hidden = names.length < 8 && !more && wanted === "";
    refill(
      list,
      shown.map((name) => {
        const amount = h("span", { class: "amount" });
        showCount(amount, name);
        const place = link(
          isView(current) ? view(current.page, name) : inNamespace(name),
          false,
          written(name),
          amount,
        );
        // Its views are other pages, which say so themselves.
        if (name === at) place.setAttribute("aria-current", current.page === "namespace" ? "page" : "true");
        return h("li", {}, place);
      }),
      shown.length === 0 && h("li", { class: "soft" }, wanted === "" ? "None yet" : "None of this name"),
      more && h("li", { class: "soft" }, "More: type the beginning of a name."),
    );
  }

  async function refresh(): Promise<void> {
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    try {
      const read = await readNames(more ? filter.value : "", signal);
      names = read.names;
      more = read.more || (more && filter.value !== "");
      draw();
    } catch (error) {
      if (signal.aborted) return;
      refill(
        list,
        h(
          "li",
          {},
          failureBox(error, () => void refresh()),
        ),
      );
    }
  }

  drawTheme();
  return {
    element: h("header", {}, h("a", { class: "brand", href: "#/overview" }, "Souvenir"), open, menu),
    show(route) {
      current = route;
      setOpen(false);
      draw();
    },
    refresh,
  };
}
