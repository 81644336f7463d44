import { button, type Child, h, newId, refill } from "./dom.ts";
import { failureBox } from "./notices.ts";

/** Opens a modal dialog. Escape and `close` end it, and the browser puts the focus back to where it was. */
export function openDialog(title: string, build: (close: () => void) => Child): HTMLDialogElement {
  const id = newId("dialog");
  const dialog = h("dialog", { "aria-labelledby": id, close: () => dialog.remove() });
  dialog.append(h("h2", { id }, title));
  dialog.append(
    h(
      "div",
      { class: "dialog-body" },
      build(() => dialog.close()),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * A form that stays open, with what it holds, until `submit` succeeds. What `submit` answers with is done once the form
 * is closed: the page beneath can have the focus again.
 */
export function openForm(
  title: string,
  {
    fields,
    action,
    danger = false,
    submit,
  }: { fields: Child; action: string; danger?: boolean; submit: () => Promise<() => void> },
): void {
  openDialog(title, (close) => {
    const failure = h("div");
    const send = h("button", { type: "submit", class: danger ? "danger" : "strong" }, action);
    const run = async () => {
      send.disabled = true;
      refill(failure);
      try {
        const then = await submit();
        close();
        then();
      } catch (error) {
        send.disabled = false;
        refill(failure, failureBox(error));
      }
    };
    return h(
      "form",
      {
        submit(event) {
          event.preventDefault();
          void run();
        },
      },
      fields,
      failure,
      h("div", { class: "actions" }, button("Cancel", close), send),
    );
  });
}

/** A labelled control with a line of help. */
export function field(
  label: string,
  control: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement,
  help?: Child,
): HTMLElement {
  control.id ||= newId("field");
  const helpId = `${control.id}-help`;
  if (help !== undefined) control.setAttribute("aria-describedby", helpId);
  return h(
    "div",
    { class: "field" },
    h("label", { for: control.id }, label),
    control,
    help !== undefined && h("p", { class: "help", id: helpId }, help),
  );
}

/** @param copied - Done once it is copied. */
export function copyButton(
  text: string,
  what: string,
  { label, copied }: { label?: string; copied?: () => void } = {},
): HTMLButtonElement {
  const copy = button(
    label ?? "Copy",
    () => void run(),
    label ? { class: "strong" } : { "aria-label": `Copy ${what}` },
  );
  const run = async () => {
    try {
      await navigator.clipboard.writeText(text);
      copy.textContent = "Copied";
      copied?.();
    } catch {
      copy.textContent = "Select it and press Ctrl+C"; // Only over HTTPS or on this machine may a page copy.
    }
  };
  return copy;
}

/** A program or a document, to read and to copy. @param what - As in "Copy the example". */
export function code(text: string, what: string): HTMLElement {
  return h(
    "div",
    { class: "code" },
    h(
      "pre",
      { class: "block mono", tabindex: 0, role: "region", "aria-label": what },
      h("code", { dir: "ltr" }, text),
    ),
    copyButton(text, what),
  );
}
