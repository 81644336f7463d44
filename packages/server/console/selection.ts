import type { WireMemory } from "../src/api/wire.ts";
import { call, importLines } from "./api.ts";
import { openForm } from "./dialogs.ts";
import { button, type Child, h, refill } from "./dom.ts";
import { failureBox, notify } from "./notices.ts";
import type { Shown } from "./results.ts";
import { counted } from "./text.ts";

/** What is done with many memories at once. */
export interface Selection {
  readonly element: HTMLElement;
  /** Keys that are chosen, while memories are being chosen. */
  readonly keys: Set<string> | undefined;
  toggle(key: string): void;
  /** @param shown - What can be chosen. */
  draw(shown: readonly Shown[]): void;
}

export function selection(
  namespace: string,
  { mayWrite, changed, drawn }: { mayWrite: boolean; changed: () => void; drawn: () => void },
): Selection {
  const element = h("div", { class: "selection actions" });
  let keys: Set<string> | undefined;
  let shown: readonly Shown[] = [];

  function set(now: Set<string> | undefined): void {
    keys = now;
    draw();
    drawn();
  }

  const chosen = () => shown.filter(({ key }) => keys?.has(key));
  const many = () => counted(chosen().length, "memory", "memories");

  async function pin(): Promise<void> {
    try {
      for (const { key } of chosen()) await call("memoryPin", { namespace, key });
      notify(`${many()} pinned: they are in the profile now.`);
      set(undefined);
      changed();
    } catch (error) {
      element.append(failureBox(error));
    }
  }

  function save(): void {
    const lines = chosen().map(({ key, value, tags, metadata, created_at }) =>
      JSON.stringify({ namespace, key, value, tags, metadata, created_at }),
    );
    const url = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`]));
    h("a", { href: url, download: "memories.jsonl" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  function remove(): void {
    const gone = chosen();
    openForm(`Delete ${many()}?`, {
      action: "Delete",
      danger: true,
      fields: h(
        "p",
        {},
        "They are erased from the file, with their earlier versions. You can undo that as long as this page is open and offers it.",
      ),
      async submit() {
        const lines = await Promise.all(gone.map(withHistory));
        const { deleted } = await call("memoryDeleteMany", { namespace, keys: lines.map(({ key }) => key) });
        return () => {
          set(undefined);
          changed();
          notify(`${counted(deleted, "memory is", "memories are")} deleted.`, {
            label: "Undo",
            async run() {
              await importLines(lines);
              changed();
              notify("They are back, with their history.");
            },
          });
        };
      },
    });
  }

  /** As a line of an export, so that it can be brought back. */
  async function withHistory({ key }: Shown): Promise<WireMemory & { history?: WireMemory[] }> {
    const memory = await call("memoryGet", { namespace, key });
    if (memory.version === 1) return memory;
    return { ...memory, history: (await call("memoryHistory", { namespace, key })).versions };
  }

  function draw(): void {
    element.hidden = shown.length === 0;
    if (keys === undefined) {
      refill(
        element,
        button("Select", () => set(new Set()), { class: "quiet", id: "select" }),
      );
      return;
    }
    const none = chosen().length === 0;
    const act = (label: Child, run: () => void, attributes = {}) =>
      button(label, run, { disabled: none, ...attributes });
    refill(
      element,
      h("span", { role: "status" }, `${many()} selected`),
      button("All shown", () => set(new Set(shown.map(({ key }) => key))), { id: "select-all" }),
      mayWrite && act("Pin", () => void pin(), { id: "pin-selected" }),
      act("Save", save, { id: "save-selected", title: "As a file to import" }),
      mayWrite && act("Delete", remove, { id: "delete-selected", class: "quiet" }),
      button("Done", () => set(undefined), { class: "quiet", id: "select" }),
    );
  }

  return {
    element,
    get keys() {
      return keys;
    },
    toggle(key) {
      if (keys === undefined) return;
      const now = new Set(keys);
      if (!now.delete(key)) now.add(key);
      set(now);
    },
    draw(now) {
      shown = now;
      draw();
    },
  };
}
