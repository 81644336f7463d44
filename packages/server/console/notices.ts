import { explain } from "./api.ts";
import { button, type Child, h, refill } from "./dom.ts";

const spoken = h("div", { class: "heard", role: "status" });
const shown = h("div", { class: "notices", role: "status" });
let undo: (() => void) | undefined;

/** Where notices appear; once in the page. */
export const notices: readonly HTMLElement[] = [spoken, shown];

/** Tells it to people who listen; those who look see it elsewhere. */
export function say(text: string): void {
  spoken.textContent = text;
}

/** Shows a sentence, with something to do about it, until it is dismissed or another takes its place. */
export function notify(text: string, action?: { label: string; run: () => Promise<void> }): void {
  const run = async () => {
    clearNotice();
    try {
      await action?.run();
    } catch (error) {
      const { message, advice } = explain(error);
      notify(`${message} ${advice}`);
    }
  };
  undo = action === undefined ? undefined : () => void run();
  refill(
    shown,
    h(
      "div",
      { class: "notice" },
      h("p", {}, text),
      action !== undefined && button(action.label, () => void run(), { class: "strong" }),
      button("Dismiss", clearNotice, { class: "quiet" }),
    ),
  );
}

export function clearNotice(): void {
  undo = undefined;
  shown.replaceChildren();
}

/** Does what the notice offers. */
export function takeNotice(): void {
  undo?.();
}

/** What went wrong and what to do, in place of what was asked for. */
export function failureBox(error: unknown, retry?: () => void): HTMLElement {
  const { message, advice } = explain(error);
  return h(
    "div",
    { class: "failure", role: "alert" },
    h("p", {}, h("strong", {}, message)),
    h("p", {}, advice),
    retry !== undefined && button("Try again", retry),
  );
}

/** A region that says nothing yet. */
export const waiting = (text: Child = "Loading…"): HTMLElement => h("p", { class: "soft" }, text);
