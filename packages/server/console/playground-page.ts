import type { ContextRequest, ContextResponse, WireHit } from "../src/api/wire.ts";
import { call } from "./api.ts";
import { copyButton, field } from "./dialogs.ts";
import { button, type Child, h, refill, svg, written } from "./dom.ts";
import { go } from "./go.ts";
import { type Reason, type Recalled, recallWithReasons } from "./left-out.ts";
import { marked } from "./marks.ts";
import { failureBox, say, waiting } from "./notices.ts";
import type { Page } from "./page.ts";
import { inNamespace, type ViewRoute, writeRoute } from "./route.ts";
import { session } from "./session.ts";
import { reasonLines, signalBars } from "./signals.ts";
import { count, counted, duration, onDay, score } from "./text.ts";
import { viewPage } from "./view.ts";

type Asked = ContextRequest & { limit: number; token_budget: number };

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
    const request = {
      namespace,
      query,
      limit: limit.valueAsNumber,
      token_budget: budget.valueAsNumber,
      profile: profile.checked,
    };
    try {
      draw(await recallWithReasons(request, signal), request, signal);
    } catch (error) {
      if (signal.aborted) return;
      refill(
        outcome,
        failureBox(error, () => void ask(query)),
      );
    }
    outcome.removeAttribute("aria-busy");
  }

  function draw({ answer, leftOut }: Recalled, request: Asked, shown: AbortSignal): void {
    const { text, memories, profile: lines = [], degraded, tokens } = answer;
    const recalled = counted(memories.length + lines.length, "memory", "memories");
    say(`${recalled} in the block, ${count(tokens)} tokens, ${leftOut.length} left out`);
    refill(
      outcome,
      budgetBar(answer, request.token_budget),
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
          { "aria-label": "The model" },
          h("h2", {}, "What the model gets"),
          text === ""
            ? soft(
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
          h("h2", {}, "What the model says"),
          modelSays(request, text, shown),
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

  /** Asks the model what was recalled for, when that is pressed: it costs. @param shown - Aborted when something else is. */
  function modelSays(request: Asked, block: string, shown: AbortSignal): Child {
    const { asks } = session;
    if (asks === undefined)
      return soft(
        "This server asks no model. To see an answer here, start it with MISTRAL_API_KEY and ",
        h("code", {}, "souvenir serve --ask mistral"),
        ".",
      );
    if (!session.may("write", namespace))
      return soft(`An answer of ${asks} costs, and this key may only read: sign in with one that may write.`);
    const place = h("div");
    let asking: AbortController | undefined;
    const press = button(`Ask ${asks}`, () => (asking === undefined ? void question() : asking.abort()));
    const question = async () => {
      asking = new AbortController();
      press.textContent = "Stop";
      refill(place, waiting(`${asks} is asked…`));
      try {
        const said = await call("ask", request, AbortSignal.any([asking.signal, shown]));
        say(`${said.model} answered in ${duration(said.took_ms)}`);
        refill(
          place,
          h("p", { class: "answer", dir: "auto" }, said.answer),
          soft(
            `${count(said.input_tokens)} tokens in, ${count(said.output_tokens)} out · ${duration(said.took_ms)}. Nothing of it is stored.`,
            said.truncated && " The answer was cut off at its longest.",
            said.context.text !== block &&
              " Something was written meanwhile: the block was another one than above.",
          ),
        );
      } catch (error) {
        refill(place, asking.signal.aborted ? soft("Stopped.") : !shown.aborted && failureBox(error));
      }
      asking = undefined;
      press.textContent = `Ask ${asks} again`;
    };
    return [h("p", {}, press), place];
  }

  const soft = (...text: Child[]) => h("p", { class: "soft" }, ...text);

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
