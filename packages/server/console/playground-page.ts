import type { ContextResponse, WireHit } from "../src/api/wire.ts";
import { copyButton, field } from "./dialogs.ts";
import { button, type Child, h, refill, svg, written } from "./dom.ts";
import { go } from "./go.ts";
import { type Reason, type Recalled, recallWithReasons } from "./left-out.ts";
import { marked } from "./marks.ts";
import { failureBox, say, waiting } from "./notices.ts";
import type { Page } from "./page.ts";
import { inNamespace, type ViewRoute, writeRoute } from "./route.ts";
import { reasonLines, signalBars } from "./signals.ts";
import { count, counted, duration, onDay, score } from "./text.ts";
import { viewPage } from "./view.ts";

/** How many of what was left out are shown before "more". */
const few = 6;

/** A message, and what a model would be told with it: the block itself, what is in it and why, and what is not. */
export function playgroundPage(route: ViewRoute): Page {
  const { namespace } = route;
  let running: AbortController | undefined;
  let asked: string | undefined;

  const message = h("textarea", {
    rows: 3,
    id: "message",
    dir: "auto",
    class: "value",
    required: true,
    maxlength: 8000,
    placeholder: "What would you bake for Camille on Friday?",
    keydown(event) {
      const { key, shiftKey, isComposing } = event as KeyboardEvent;
      if (key !== "Enter" || shiftKey || isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    },
  });
  const number = (value: number, most: number) =>
    h("input", { type: "number", min: 1, max: most, step: 1, required: true, value, inputmode: "numeric" });
  const limit = number(8, 100);
  const budget = number(1000, 1_000_000);
  const profile = h("input", { type: "checkbox", id: "with-profile" });
  const outcome = h("div", { class: "outcome" });
  const form = h(
    "form",
    {
      submit(event) {
        event.preventDefault();
        const next = { ...route, query: message.value.trim() };
        asked = undefined;
        go(next);
        // The same message again, with other numbers.
        if (asked === undefined) void ask(next.query);
      },
    },
    field("A message of the user", message),
    h(
      "div",
      { class: "settings" },
      field("Memories at most", limit),
      field("Tokens at most", budget),
      h("p", { class: "check" }, profile, h("label", { for: "with-profile" }, "With the profile")),
      h("button", { type: "submit", class: "strong" }, "Recall"),
    ),
  );

  async function ask(query: string): Promise<void> {
    asked = query;
    running?.abort();
    if (query === "") return refill(outcome);
    running = new AbortController();
    const { signal } = running;
    outcome.setAttribute("aria-busy", "true");
    if (outcome.childElementCount === 0) refill(outcome, waiting());
    const tokens = budget.valueAsNumber;
    try {
      const recalled = await recallWithReasons(
        {
          namespace,
          query,
          limit: limit.valueAsNumber,
          token_budget: tokens,
          profile: profile.checked,
        },
        signal,
      );
      draw(recalled, tokens);
    } catch (error) {
      if (signal.aborted) return;
      refill(
        outcome,
        failureBox(error, () => void ask(query)),
      );
    }
    outcome.removeAttribute("aria-busy");
  }

  function draw({ answer, leftOut }: Recalled, most: number): void {
    const { text, memories, profile: lines = [], degraded, tokens } = answer;
    const recalled = counted(memories.length + lines.length, "memory", "memories");
    say(`${recalled} in the block, ${count(tokens)} tokens, ${leftOut.length} left out`);
    refill(
      outcome,
      budgetBar(answer, most),
      degraded.length > 0 &&
        h(
          "p",
          { class: "degraded" },
          `Without ${degraded.join(" and ")}: what makes it did not answer in time.`,
        ),
      h(
        "div",
        { class: "columns" },
        h(
          "section",
          { "aria-label": "What the model gets" },
          h("h2", {}, "What the model gets"),
          text === ""
            ? h(
                "p",
                { class: "soft" },
                "Nothing: no memory matters for this message, or none has room. The prompt stays as it is.",
              )
            : [
                h("pre", { class: "block mono", dir: "auto", id: "block" }, text),
                h(
                  "p",
                  { class: "below-block soft" },
                  copyButton(text, "the block"),
                  ` In ${duration(answer.took_ms)}, ready for the prompt.`,
                ),
              ],
        ),
        h(
          "div",
          {},
          lines.length > 0 && [
            h("h2", {}, "From the profile ", h("span", { class: "amount" }, count(lines.length))),
            h(
              "ul",
              { class: "recalled" },
              lines.map((line) => h("li", {}, said(line.key, line.text))),
            ),
          ],
          h("h2", {}, "In the block ", h("span", { class: "amount" }, count(memories.length))),
          memories.length === 0
            ? h("p", { class: "soft" }, "None.")
            : h("ol", { class: "recalled" }, memories.map(inBlock)),
          leftOutList(leftOut),
        ),
      ),
    );
  }

  function inBlock(memory: WireHit): HTMLElement {
    return h(
      "li",
      {},
      said(memory.key, marked(memory.value, memory.reasons.terms)),
      h(
        "p",
        { class: "about" },
        h("strong", {}, score(memory.score)),
        " · ",
        memory.role !== undefined && [written(memory.role), " · "],
        onDay(memory.created_at),
        reasonLines(memory).map(({ label, text }) => [
          " · ",
          h("span", { class: "label" }, label, " "),
          h("bdi", {}, text),
        ]),
      ),
      signalBars(memory.signals),
    );
  }

  function leftOutList(leftOut: Recalled["leftOut"]): Child {
    const list = h("ul", { class: "recalled" });
    const draw = (most: number) =>
      refill(
        list,
        leftOut
          .slice(0, most)
          .map(({ memory, reason }) =>
            h(
              "li",
              {},
              said(memory.key, memory.value),
              h("p", { class: "about" }, h("span", { class: "why-not" }, whyNot(reason, memory))),
            ),
          ),
        leftOut.length > most &&
          h(
            "li",
            {},
            button(`${leftOut.length - most} more`, () => draw(leftOut.length), { class: "quiet" }),
          ),
      );
    draw(few);
    return [
      h("h2", {}, "Left out ", h("span", { class: "amount" }, count(leftOut.length))),
      leftOut.length === 0 ? h("p", { class: "soft" }, "Nothing else is near this message.") : list,
    ];
  }

  function whyNot(reason: Reason, memory: WireHit): string {
    const reasons: Record<Reason, string> = {
      budget: "no room in the budget of tokens",
      limit: `more than ${counted(limit.valueAsNumber, "memory", "memories")}`,
      repeated: "says what another one says",
      weak: "too little in common",
    };
    return `${reasons[reason]} · ${score(memory.score)}`;
  }

  const said = (key: string, text: Child) =>
    h(
      "p",
      { class: "value", dir: "auto" },
      h("a", { href: writeRoute({ ...inNamespace(namespace), key }) }, text),
    );

  return viewPage(route, [form, outcome], {
    changed({ query }) {
      if (query === asked) return;
      if (message.value.trim() !== query) message.value = query;
      void ask(query);
    },
    close: () => running?.abort(),
    keys: { "/": () => message.focus() },
  });
}

/** Tokens of the block against what it may have: what each of its lines takes, and what is free. */
function budgetBar({ text, tokens, profile = [], memories }: ContextResponse, most: number): HTMLElement {
  const lines = text.split("\n");
  const said = lines.slice(2, -1);
  const taken = [lines.slice(0, 2).join("\n").length, ...said.map((line) => line.length)];
  const all = taken.reduce((sum, length) => sum + length, 0) || 1;
  const share = (length: number) => (length / all) * (tokens / most) * 100;
  const keys = [...profile, ...memories];
  let x = 0;
  return h(
    "div",
    { class: "budget" },
    h(
      "p",
      {},
      h("strong", {}, count(tokens)),
      ` of ${count(most)} tokens`,
      h("span", { class: "soft" }, `, ${counted(keys.length, "memory", "memories")} and the words around`),
    ),
    svg(
      "svg",
      { viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { class: "track", width: 100, height: 4 }),
      taken.map((length, at) => {
        const width = share(length);
        const rect = svg("rect", {
          class: at === 0 ? "around" : at % 2 === 0 ? "even" : "odd",
          x,
          width: Math.max(0, width - 0.15),
          height: 4,
        });
        x += width;
        return rect;
      }),
    ),
  );
}
