import { code } from "./dialogs.ts";
import { button, type Child, h, refill, written } from "./dom.ts";
import type { Page } from "./page.ts";
import { type ViewRoute, writeRoute } from "./route.ts";
import { session } from "./session.ts";
import { type Snippet, type SnippetGroup, snippetGroups } from "./snippets.ts";
import { viewPage } from "./view.ts";

/** Where the server is, as seen from the page: `<server>/console/`, whatever prefix a proxy adds before it. */
export const serverAddress = (): string => new URL("..", document.baseURI).href.replace(/\/$/, "");

/** How programs, frameworks and agents use this namespace, to copy. */
export function connectPage(route: ViewRoute): Page {
  const { namespace } = route;
  const withKey = session.mode === "key";
  const groups = snippetGroups({ server: serverAddress(), namespace, withKey });
  const body: Child = [
    h(
      "div",
      { class: "intro" },
      h(
        "p",
        {},
        "Everything here is for the namespace ",
        written(namespace, { class: "mono" }),
        " at this address. Choose another one in the list of namespaces, or write any name: it is there as soon as it holds a memory.",
      ),
      withKey
        ? [
            h("p", {}, "The key is read from the environment, in the terminal of your program:"),
            code("export SOUVENIR_KEY=svr_…", "the line for the terminal"),
            session.mayEverything &&
              h(
                "p",
                { class: "soft" },
                "A key is shown once, when it is made: ",
                h("a", { href: writeRoute({ page: "keys" }) }, "make one"),
                " for this namespace alone.",
              ),
          ]
        : h(
            "p",
            { class: "soft" },
            "This server has no key yet, and answers this machine only: there is nothing to sign in with.",
          ),
    ),
    groups.map(chooser),
  ];
  return viewPage(route, body);
}

/** One of a group's snippets, chosen by its name. */
export function chooser({ title, snippets }: SnippetGroup): HTMLElement {
  const place = h("div");
  const chips = snippets.map((snippet) =>
    button(snippet.name, () => choose(snippet), { class: "chip", "aria-pressed": "false" }),
  );
  function choose(snippet: Snippet): void {
    for (const [at, chip] of chips.entries())
      chip.setAttribute("aria-pressed", String(snippets[at] === snippet));
    refill(
      place,
      h("p", { class: "soft" }, snippet.about),
      snippet.install !== undefined && code(snippet.install, `the installation for ${snippet.name}`),
      code(snippet.code, `the example for ${snippet.name}`),
    );
  }
  choose(snippets[0] as Snippet);
  return h(
    "section",
    { "aria-label": title, class: "snippets" },
    h("h2", {}, title),
    h("div", { role: "group", "aria-label": title, class: "chips" }, chips),
    place,
  );
}
