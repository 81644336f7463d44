import type { Operations, WireFact, WireRun } from "../src/api/wire.ts";
import { call } from "./api.ts";
import { openForm } from "./dialogs.ts";
import { button, type Child, h, heardOnly, refill, written } from "./dom.ts";
import { failureBox, notify, say, waiting } from "./notices.ts";
import type { Page, Shell } from "./page.ts";
import { inNamespace, type ViewRoute, writeRoute } from "./route.ts";
import { session } from "./session.ts";
import { atTime, count, counted, onDay } from "./text.ts";
import { viewPage } from "./view.ts";

/** What was concluded and waits for a word, what is known, and the runs that found it. */
export function factsPage(route: ViewRoute, shell: Shell): Page {
  const { namespace } = route;
  const mayWrite = session.may("write", namespace);
  const body = h("div", {}, waiting());
  let cursor: string | undefined;
  let known: WireFact[] = [];

  async function load(): Promise<void> {
    try {
      const [waiting, first, { runs }, { queue }] = await Promise.all([
        call("factsList", { namespace, state: "proposed" }),
        call("factsList", { namespace }),
        call("runsList", { namespace, limit: 50 }),
        call("statsGet", { namespace }),
      ]);
      known = first.facts;
      cursor = first.cursor;
      const looked = queue.facts !== undefined;
      if (waiting.facts.length + known.length + runs.length === 0 && !looked) return refill(body, none());
      refill(
        body,
        review(waiting.facts),
        h("section", { "aria-label": "Known" }, h("h2", {}, "Known"), knownList()),
        history(runs, queue.facts?.pending),
      );
    } catch (error) {
      refill(
        body,
        failureBox(error, () => void load()),
      );
    }
  }

  const none = () =>
    h(
      "div",
      { class: "empty" },
      h("h2", {}, "No facts yet"),
      h(
        "p",
        {},
        "A model can read what is said here and keep what is true in it, with the words that it rests on. This server is not asked to: start it with ",
        h("code", {}, "souvenir serve --facts mistral"),
        ".",
      ),
    );

  /** Does it, says so, and shows what is left. */
  async function act(place: HTMLElement, done: () => Promise<unknown>, text: string): Promise<void> {
    try {
      await done();
    } catch (error) {
      place.append(failureBox(error));
      return;
    }
    say(text);
    shell.changed();
    await load();
  }

  function review(facts: readonly WireFact[]): Child {
    if (facts.length === 0) return undefined;
    return h(
      "section",
      { "aria-label": "To review" },
      h("h2", {}, "To review ", h("span", { class: "amount" }, count(facts.length))),
      h("p", { class: "soft" }, "Concluded rather than said: nobody is told these until you approve them."),
      h(
        "ul",
        { class: "rows" },
        facts.map((fact) => {
          const item = h("li", {}, factText(fact));
          const at = { namespace, key: fact.key };
          const answer = (label: string, does: "factApprove" | "factDecline", text: string) =>
            button([label, heardOnly(` ${fact.value}`)], () => void act(item, () => call(does, at), text));
          if (mayWrite)
            item.append(
              h(
                "div",
                { class: "actions" },
                answer("Approve", "factApprove", "Approved"),
                answer("Decline", "factDecline", "Declined and erased"),
              ),
            );
          return item;
        }),
      ),
    );
  }

  function knownList(): HTMLElement {
    const place = h("div");
    const draw = () => {
      const subjects = Map.groupBy(known, ({ subject = "" }) => subject);
      refill(
        place,
        known.length === 0 && h("p", { class: "soft" }, "Nothing yet."),
        [...subjects].map(([subject, facts]) => [
          h("h3", {}, written(subject)),
          h(
            "ul",
            { class: "rows" },
            facts.map((fact) => h("li", {}, factText(fact))),
          ),
        ]),
        cursor !== undefined && button("Show more", () => void more(), { id: "more-facts" }),
      );
    };
    const more = async () => {
      try {
        const page = await call("factsList", { namespace, cursor });
        known = [...known, ...page.facts];
        cursor = page.cursor;
        draw();
      } catch (error) {
        place.append(failureBox(error));
      }
    };
    draw();
    return place;
  }

  function factText(fact: WireFact): HTMLElement {
    const { value, key, attribute = "", type = "", sources = [], created_at, valid_from, state } = fact;
    const old = state === "superseded";
    const link = (to: string, text: Child) =>
      h("a", { href: writeRoute({ ...inNamespace(namespace), key: to }) }, text);
    return h(
      "div",
      { class: old ? "gone" : undefined },
      h("p", { class: "value", dir: "auto" }, link(key, value)),
      h(
        "p",
        { class: "about" },
        written(attribute),
        ` · ${type} · since ${onDay(valid_from ?? created_at)}`,
        old && [
          ` · until ${fact.superseded_at === undefined ? "a newer one" : onDay(fact.superseded_at)}`,
          fact.superseded_by !== undefined && [" · ", link(fact.superseded_by, "what is true now")],
        ],
      ),
      sources.map((source) =>
        h(
          "p",
          { class: "source" },
          h("q", { dir: "auto" }, source.quote),
          " ",
          link(source.key, ["source", heardOnly(` of ${value}`)]),
        ),
      ),
    );
  }

  function history(runs: readonly WireRun[], pending: number | undefined): HTMLElement {
    const place = h("div");
    const look = async (event: Event) => {
      const pressed = event.target as HTMLButtonElement;
      pressed.disabled = true;
      await act(place, () => call("consolidate", { namespace }), "Looked for facts");
      pressed.disabled = false;
    };
    return h(
      "section",
      { "aria-label": "Runs" },
      h("h2", {}, "Runs"),
      pending !== undefined &&
        h(
          "p",
          { class: "soft" },
          pending === 0
            ? "All that was said has been read. "
            : `${counted(pending, "memory waits", "memories wait")} to be read. `,
          mayWrite && button("Look for facts now", (event) => void look(event), { id: "consolidate" }),
        ),
      place,
      runs.length === 0
        ? h("p", { class: "soft" }, "None yet.")
        : h(
            "ol",
            { class: "rows" },
            runs.map((run) => runItem(run)),
          ),
    );
  }

  function runItem(run: WireRun): HTMLElement {
    const { id, at, extractor, keys, changed, undone_at } = run;
    const lines = h("div");
    const when = atTime(at);
    const show = async () => {
      try {
        const { diff } = await call("runGet", { namespace, id });
        refill(
          lines,
          h(
            "pre",
            { class: "block mono", tabindex: 0, role: "region", "aria-label": `What the run of ${when} did` },
            diff.join("\n") || "Nothing that is still there.",
          ),
        );
      } catch (error) {
        refill(
          lines,
          failureBox(error, () => void show()),
        );
      }
    };
    const item = h(
      "li",
      { class: undone_at === undefined ? undefined : "gone" },
      h(
        "p",
        {},
        h("time", { datetime: at }, when),
        " · ",
        counted(keys.length, "fact"),
        ` · ${changed.length} changed`,
      ),
      h(
        "p",
        { class: "about" },
        written(extractor),
        undone_at !== undefined && ` · undone ${atTime(undone_at)}`,
      ),
      h(
        "div",
        { class: "actions" },
        button(["Show", heardOnly(` what the run of ${when} did`)], () => void show(), { class: "quiet" }),
        mayWrite &&
          undone_at === undefined &&
          button(["Undo", heardOnly(` the run of ${when}`)], () => askToUndo(run), { class: "quiet" }),
      ),
      lines,
    );
    return item;
  }

  function askToUndo({ id, keys }: Operations["runsList"]["answers"]["runs"][number]): void {
    openForm("Take back what this run did?", {
      action: "Undo the run",
      fields: h(
        "p",
        {},
        `Its ${counted(keys.length, "fact")} that ${keys.length === 1 ? "is" : "are"} still there will be erased, and what they took the place of is true again. What was said stays.`,
      ),
      async submit() {
        const { erased } = await call("runUndo", { namespace, id });
        return () => {
          shell.changed();
          notify(`The run is undone: ${counted(erased, "fact is", "facts are")} erased.`);
          void load();
        };
      },
    });
  }

  void load();
  return viewPage(route, body);
}
