import type { ProfileResponse } from "../src/api/wire.ts";
import { call } from "./api.ts";
import { field } from "./dialogs.ts";
import { button, h, heardOnly, refill } from "./dom.ts";
import { failureBox, notify, waiting } from "./notices.ts";
import type { Page, Shell } from "./page.ts";
import { inNamespace, type ViewRoute, writeRoute } from "./route.ts";
import { session } from "./session.ts";
import { counted } from "./text.ts";
import { viewPage } from "./view.ts";

/** What is pinned: what a model is told at the beginning of every prompt. */
export function profilePage(route: ViewRoute, shell: Shell): Page {
  const { namespace } = route;
  const mayWrite = session.may("write", namespace);
  const list = h("div", {}, waiting());
  const text = h("input", { type: "text", required: true, dir: "auto", autocomplete: "off" });
  const failure = h("div");

  async function load(): Promise<void> {
    try {
      draw(await call("profileGet", { namespace }));
    } catch (error) {
      refill(
        list,
        failureBox(error, () => void load()),
      );
    }
  }

  function draw({ lines, omitted = 0 }: ProfileResponse): void {
    refill(
      list,
      lines.length === 0
        ? h("p", { class: "soft" }, "Nothing is pinned yet.")
        : h(
            "ol",
            { class: "rows" },
            lines.map((line) =>
              h(
                "li",
                {},
                h(
                  "p",
                  { class: "value", dir: "auto" },
                  h("a", { href: writeRoute({ ...inNamespace(namespace), key: line.key }) }, line.text),
                ),
                mayWrite &&
                  button(["Unpin", heardOnly(` ${line.text}`)], () => void unpin(line.key), {
                    class: "quiet",
                  }),
              ),
            ),
          ),
      omitted > 0 &&
        h(
          "p",
          { class: "soft" },
          `${counted(omitted, "pinned memory has", "pinned memories have")} no room in the 400 tokens of a profile.`,
        ),
    );
  }

  async function change(done: () => Promise<unknown>): Promise<boolean> {
    refill(failure);
    try {
      await done();
    } catch (error) {
      refill(failure, failureBox(error));
      return false;
    }
    await load();
    return true;
  }

  async function unpin(key: string): Promise<void> {
    if (!(await change(() => call("memoryUnpin", { namespace, key })))) return;
    notify("It is not in the profile any more; the memory stays.", {
      label: "Undo",
      run: async () => void (await change(() => call("memoryPin", { namespace, key }))),
    });
  }

  async function add(): Promise<void> {
    const added = await change(async () => {
      const { key } = await call("memorySet", { namespace, value: text.value });
      await call("memoryPin", { namespace, key });
    });
    if (!added) return;
    text.value = "";
    shell.changed();
  }

  void load();
  return viewPage(route, [
    h(
      "p",
      { class: "intro soft" },
      "What is pinned is always known: it stands first in every block that asks for the profile, in this order.",
    ),
    list,
    failure,
    mayWrite &&
      h(
        "form",
        {
          class: "line-form",
          submit(event) {
            event.preventDefault();
            void add();
          },
        },
        field("Another line", text),
        h("button", { type: "submit" }, "Add and pin"),
      ),
  ]);
}
