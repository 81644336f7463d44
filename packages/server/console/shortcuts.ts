import { openDialog } from "./dialogs.ts";
import { h } from "./dom.ts";
import { settings } from "./settings.ts";

const list: readonly [keys: string, does: string][] = [
  ["/", "Go to the search field"],
  ["↓ ↑ Home End", "Walk through the memories, from the search field or the list"],
  ["Enter", "Open the memory"],
  ["Escape", "Close the memory; empty the search field"],
  ["n", "Add a memory"],
  ["u", "Undo, while it is offered"],
  ["?", "These shortcuts"],
];

/** Listens to single keys outside of fields and dialogs. */
export function listen(actions: { [key: string]: (() => void) | undefined }): void {
  addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey, defaultPrevented } = event;
    if (defaultPrevented || ctrlKey || metaKey || altKey || document.querySelector("dialog[open]")) return;
    if (target instanceof Element && target.closest("input, textarea, select")) return;
    if (key !== "Escape" && !settings.singleKeys) return;
    const action = actions[key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}

export function showShortcuts(): void {
  if (document.querySelector("dialog[open]")) return;
  const box = h("input", {
    type: "checkbox",
    id: "single-keys",
    change() {
      settings.singleKeys = box.checked;
    },
  });
  box.checked = settings.singleKeys;
  openDialog("Keyboard", (close) => [
    h(
      "dl",
      { class: "shortcuts" },
      list.map(([keys, does]) => [
        h(
          "dt",
          {},
          keys.split(" ").map((key) => [h("kbd", {}, key), " "]),
        ),
        h("dd", {}, does),
      ]),
    ),
    h("p", { class: "check" }, box, h("label", { for: "single-keys" }, "Single-key shortcuts")),
    h("div", { class: "actions" }, h("button", { type: "button", click: close }, "Close")),
  ]);
}
