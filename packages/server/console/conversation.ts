import type { WireMemory } from "../src/api/wire.ts";
import { call } from "./api.ts";
import { button, h, refill, written } from "./dom.ts";
import { failureBox, waiting } from "./notices.ts";
import { atTime } from "./text.ts";

const around = 3;
const further = 10;
/** Turns read to find the one that is open. */
const most = 20_000;

/** The turns before and after a memory in its thread. */
export function conversationSection(
  memory: WireMemory & { thread: string },
  { open, filter }: { open: (key: string) => void; filter: () => void },
): HTMLElement {
  const body = h("div", {}, waiting());
  let turns: WireMemory[] = [];
  let from = 0;
  let to = 0;

  const load = async () => {
    try {
      const at = await read();
      if (at < 0) {
        refill(body, h("p", { class: "soft" }, "The conversation is too long to show here."));
        return;
      }
      from = Math.max(0, at - around);
      to = Math.min(turns.length, at + around + 1);
      draw();
    } catch (error) {
      refill(
        body,
        failureBox(error, () => void load()),
      );
    }
  };

  /** Reads up to the page that holds the memory; where it stands in `turns`. */
  async function read(): Promise<number> {
    turns = [];
    let cursor: string | undefined;
    do {
      const { namespace, thread } = memory;
      const page = await call("memoriesFilter", { namespace, thread, limit: 1000, cursor });
      turns.push(...page.memories);
      cursor = page.cursor;
      const at = turns.findIndex(({ key }) => key === memory.key);
      if (at >= 0 && (at + around < turns.length || cursor === undefined)) return at;
    } while (cursor !== undefined && turns.length < most);
    return turns.findIndex(({ key }) => key === memory.key);
  }

  function draw(): void {
    const more = (label: string, id: string, change: () => void) =>
      button(
        label,
        () => {
          change();
          draw();
        },
        { class: "quiet", id },
      );
    refill(
      body,
      from > 0 &&
        more("Earlier turns", "earlier-turns", () => {
          from = Math.max(0, from - further);
        }),
      h(
        "ol",
        { class: "turns" },
        turns.slice(from, to).map((turn) => {
          const here = turn.key === memory.key;
          return h(
            "li",
            { "aria-current": here && "true" },
            h(
              "p",
              { class: "soft" },
              written(turn.role ?? "memory", { class: "role" }),
              " ",
              h("time", { datetime: turn.created_at }, atTime(turn.created_at)),
            ),
            h("p", { class: "value", dir: "auto" }, turn.value),
            !here && button("Open", () => open(turn.key), { class: "quiet", "aria-label": "Open this turn" }),
          );
        }),
      ),
      to < turns.length &&
        more("Later turns", "later-turns", () => {
          to = Math.min(turns.length, to + further);
        }),
    );
  }

  void load();
  return h(
    "section",
    { "aria-label": "Conversation" },
    h("h3", {}, "Conversation"),
    h(
      "p",
      { class: "soft" },
      written(memory.thread, { class: "mono" }),
      " ",
      button("Only this conversation", filter, { class: "quiet" }),
    ),
    body,
  );
}
