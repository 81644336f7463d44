import type { Operations } from "../src/api/wire.ts";
import { importFile } from "./api.ts";
import { button, h, refill } from "./dom.ts";
import { failureBox, notify } from "./notices.ts";
import { counted } from "./text.ts";

type Refusals = NonNullable<Operations["import"]["answers"]["refusals"]>;
/** Refused entries that are named. */
const few = 5;

/** What of a file was not taken, and why. */
function refusedEntries(name: string, expired: number, refused: number, refusals: Refusals): HTMLElement {
  const shown = refusals.slice(0, few);
  return h(
    "div",
    { class: "failure", role: "alert" },
    h(
      "p",
      {},
      h("strong", {}, `Of ${name}, ${counted(expired + refused, "entry was", "entries were")} refused.`),
    ),
    expired > 0 && h("p", {}, `${counted(expired, "memory has", "memories have")} expired.`),
    shown.length > 0 &&
      h(
        "ul",
        {},
        shown.map(({ where, reason }) => h("li", {}, where !== "" && [h("bdi", {}, where), ": "], reason)),
      ),
    refused > shown.length && h("p", {}, `And ${refused - shown.length} more.`),
  );
}

/**
 * Brings files in: chosen by a button, or dropped on `place`. Importing the same file again adds nothing.
 * @param failure - Where it is said that one was refused.
 */
export function fileImport(
  namespace: string,
  place: HTMLElement,
  failure: HTMLElement,
  done: () => void,
): HTMLElement {
  const choose = h("input", {
    type: "file",
    multiple: true,
    hidden: true,
    "aria-label": "Files to import",
    change: () => void bring([...(choose.files ?? [])]),
  });
  const open = button("Import", () => choose.click(), { class: "quiet", id: "import" });

  async function bring(files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    refill(failure);
    open.disabled = true;
    open.textContent = "Importing…";
    let [imported, skipped] = [0, 0];
    let lost = 0;
    for (const file of files)
      try {
        const answer = await importFile(namespace, file);
        imported += answer.imported;
        skipped += answer.skipped;
        const { expired = 0, refused = 0, refusals = [] } = answer;
        lost += expired + refused;
        if (expired + refused > 0) failure.append(refusedEntries(file.name, expired, refused, refusals));
      } catch (error) {
        failure.append(h("p", {}, h("bdi", {}, file.name), " was not imported:"), failureBox(error));
      }
    choose.value = "";
    open.disabled = false;
    open.textContent = "Import";
    if (imported + skipped + lost === 0) return;
    notify(
      `${counted(imported, "memory is", "memories are")} imported${skipped === 0 ? "" : `, ${skipped} were there already`}.`,
    );
    done();
  }

  const hasFiles = (event: Event) => (event as DragEvent).dataTransfer?.types.includes("Files") ?? false;
  const over = (on: boolean) => (event: Event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    place.classList.toggle("dropping", on);
  };
  place.addEventListener("dragover", over(true));
  place.addEventListener("dragleave", over(false));
  place.addEventListener("drop", (event) => {
    over(false)(event);
    if (hasFiles(event)) void bring([...((event as DragEvent).dataTransfer?.files ?? [])]);
  });
  return h("span", {}, choose, open);
}
