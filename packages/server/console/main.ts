import { Failure, onRefused } from "./api.ts";
import { connectPage } from "./connect-page.ts";
import { focusTitle, h } from "./dom.ts";
import { entitiesPage } from "./entities-page.ts";
import { factsPage } from "./facts-page.ts";
import { keysPage } from "./keys-page.ts";
import { namespacePage } from "./namespace-page.ts";
import { type Navigation, navigation } from "./navigation.ts";
import { clearNotice, failureBox, notices, takeNotice } from "./notices.ts";
import { overviewPage } from "./overview-page.ts";
import type { Page, Shell } from "./page.ts";
import { playgroundPage } from "./playground-page.ts";
import { profilePage } from "./profile-page.ts";
import { requestsPage } from "./requests-page.ts";
import { type Route, readRoute } from "./route.ts";
import { session } from "./session.ts";
import { takeLinkedKey } from "./session-key.ts";
import { settings } from "./settings.ts";
import { listen, showShortcuts } from "./shortcuts.ts";
import { signInPage } from "./sign-in.ts";
import { timelinePage } from "./timeline-page.ts";

let menu: Navigation | undefined;
let page: Page | undefined;

const shell: Shell = {
  changed: () => void menu?.refresh(),
  reopen: () => void start().then(focusTitle),
};

async function start(): Promise<void> {
  leave();
  takeLinkedKey();
  try {
    await session.open();
  } catch (error) {
    if (error instanceof Failure && error.status === 401) refuse();
    else
      show(
        h(
          "main",
          { id: "main" },
          h("h1", {}, "Souvenir"),
          failureBox(error, () => void start()),
        ),
      );
    return;
  }
  menu = navigation({ signOut });
  void menu.refresh();
  showRoute({ focus: false });
}

function showRoute({ focus }: { focus: boolean }): void {
  if (menu === undefined) return;
  const route = readRoute(location.hash);
  menu.show(route);
  if (page?.show(route)) return;
  const moved = page !== undefined;
  page?.close();
  closeDialogs();
  page = open(route);
  page.show(route);
  document.title = `${page.title} · Souvenir`;
  show(menu.element, page.element);
  if (focus && moved) (page.first ?? page.heading).focus();
}

function open(route: Route): Page {
  if (route.page === "namespace") return namespacePage(route, shell);
  if (route.page === "playground") return playgroundPage(route);
  if (route.page === "connect") return connectPage(route);
  if (route.page === "timeline") return timelinePage(route);
  if (route.page === "entities") return entitiesPage(route);
  if (route.page === "profile") return profilePage(route, shell);
  if (route.page === "facts") return factsPage(route, shell);
  if (route.page === "keys" && session.mayEverything) return keysPage(shell);
  return route.page === "requests" && session.mayEverything ? requestsPage() : overviewPage(shell);
}

function signOut(): void {
  session.signOut();
  void start();
}

/** Says that the key of this tab is none, where there is one. */
function refuse(): void {
  const lost = session.signedIn;
  session.signOut();
  showSignIn({ lost });
}

function showSignIn({ lost = false } = {}): void {
  leave();
  const form = signInPage(() => void start().then(focusTitle), { lost });
  document.title = "Sign in · Souvenir";
  show(form);
  form.querySelector("input")?.focus();
}

/** Nothing of what was shown stays behind. */
function leave(): void {
  page?.close();
  page = undefined;
  menu = undefined;
  clearNotice();
  closeDialogs();
}

/** What was asked on one page is not answered on another. */
function closeDialogs(): void {
  for (const dialog of document.querySelectorAll("dialog")) dialog.remove();
}

function show(...elements: HTMLElement[]): void {
  const skip = h("a", { class: "skip", href: "#main", click: skipToMain }, "Skip to the memories");
  document.body.replaceChildren(skip, h("div", { class: "frame" }, ...elements), ...notices);
}

/** The hash is the place in the console, so that a link to `#main` must not become it. */
function skipToMain(event: Event): void {
  event.preventDefault();
  focusTitle();
}

settings.apply();
onRefused(() => {
  if (menu !== undefined) refuse(); // The start and the sign-in page say it themselves.
});
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#key=")) void start();
  else showRoute({ focus: true });
});
const pageKey = (key: string) => () => page?.keys[key]?.();
listen({ "/": pageKey("/"), n: pageKey("n"), Escape: pageKey("Escape"), u: takeNotice, "?": showShortcuts });
void start();
