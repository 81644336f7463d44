import type { WireMemory } from "../src/api/wire.ts";
import { call, importLines } from "./api.ts";
import { openForm } from "./dialogs.ts";
import { h } from "./dom.ts";
import { notify } from "./notices.ts";
import { counted, excerpt } from "./text.ts";

/**
 * Deletes a memory once its owner has confirmed. The server forgets it for good; the page keeps a copy with its
 * history for as long as undoing is offered.
 */
export function askToDelete(memory: WireMemory, changed: (now: "deleted" | "back") => void): void {
  const { namespace, key, version } = memory;
  openForm("Delete this memory?", {
    action: "Delete",
    danger: true,
    fields: [
      h("p", {}, h("q", { class: "excerpt", dir: "auto" }, excerpt(memory.value))),
      h(
        "p",
        {},
        "It is erased from the file",
        version > 1 && `, with its ${counted(version - 1, "earlier version")}`,
        ". You can undo that as long as this page is open and offers it.",
      ),
    ],
    async submit() {
      const { versions } = await call("memoryHistory", { namespace, key });
      // With a history or a text that nobody here has seen, it could not be brought back.
      await call("memoryDelete", { namespace, key, if_version: version });
      return () => {
        changed("deleted");
        notify("The memory is deleted.", {
          label: "Undo",
          async run() {
            await importLines([{ ...memory, history: versions.length === 0 ? undefined : versions }]);
            changed("back");
            notify("The memory is back, with its history.");
          },
        });
      };
    },
  });
}

export function askToDeleteNamespace(namespace: string, records: number, deleted: () => void): void {
  const typed = h("input", { type: "text", required: true, autocomplete: "off", id: "typed-name" });
  typed.addEventListener("input", () =>
    typed.setCustomValidity(typed.value === namespace ? "" : "This is not the name of the namespace."),
  );
  openForm("Delete this namespace?", {
    action: "Delete everything",
    danger: true,
    fields: [
      h(
        "p",
        {},
        `${counted(records, "memory", "memories")} and all earlier versions are erased from the file. This cannot be undone; an export made before can be imported again.`,
      ),
      h("label", { for: "typed-name" }, "Type ", h("bdi", { class: "mono" }, namespace), " to go on"),
      typed,
    ],
    async submit() {
      await call("namespaceDelete", { namespace });
      return () => {
        deleted();
        notify("The namespace is deleted.");
      };
    },
  });
}
