import { type Child, h, heardOnly, written } from "./dom.ts";
import type { Page } from "./page.ts";
import { inNamespace, type Route, type View, type ViewRoute, writeRoute } from "./route.ts";

/** As they are called, in the order in which they are offered. */
const names: Record<View, string> = {
  playground: "Playground",
  timeline: "Timeline",
  entities: "Names",
  profile: "Profile",
  facts: "Facts",
  connect: "Connect",
};

/** Ways to look at a namespace, as links beneath its name. */
export function viewLinks(namespace: string, here: View | undefined): HTMLElement {
  const link = (route: Route, label: string, on: boolean) =>
    h("li", {}, h("a", { href: writeRoute(route), "aria-current": on && "page" }, label));
  return h(
    "div",
    { role: "navigation", "aria-label": "Views of the namespace", class: "views" },
    h(
      "ul",
      {},
      link(inNamespace(namespace), "Memories", here === undefined),
      Object.entries(names).map(([view, label]) =>
        link({ page: view as View, namespace, query: "" }, label, view === here),
      ),
    ),
  );
}

/** A page that shows one view of a namespace. @param changed - Told where in it one is, also at first. */
export function viewPage(
  { page, namespace }: ViewRoute,
  body: Child,
  {
    changed = () => {},
    close = () => {},
    keys = {},
  }: { changed?: (route: ViewRoute) => void; close?: () => void; keys?: Page["keys"] } = {},
): Page {
  const heading = h("h1", { tabindex: "-1" }, written(namespace), heardOnly(`, ${names[page]}`));
  return {
    element: h(
      "main",
      { id: "main", class: `view of-${page}` },
      h("div", { class: "title" }, heading),
      viewLinks(namespace, page),
      body,
    ),
    title: `${names[page]} · ${namespace}`,
    heading,
    show(next) {
      if (next.page !== page || next.namespace !== namespace) return false;
      changed(next);
      return true;
    },
    close,
    keys,
  };
}
