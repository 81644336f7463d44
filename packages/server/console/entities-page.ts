import type { WireEntityCount } from "../src/api/wire.ts";
import { call } from "./api.ts";
import { h, refill, written } from "./dom.ts";
import { failureBox, waiting } from "./notices.ts";
import type { Page } from "./page.ts";
import { inNamespace, type ViewRoute, writeRoute } from "./route.ts";
import { count, onDay } from "./text.ts";
import { viewPage } from "./view.ts";

/** Who and what is named, by kind; and of one of them all that is known, when it was said and by whom. */
export function entitiesPage(route: ViewRoute): Page {
  const { namespace } = route;
  let running: AbortController | undefined;
  const body = h("div", {}, waiting());

  async function load(name: string): Promise<void> {
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    refill(body, waiting());
    try {
      refill(body, name === "" ? await all(signal) : await one(name, signal));
    } catch (error) {
      if (signal.aborted) return;
      refill(
        body,
        failureBox(error, () => void load(name)),
      );
    }
  }

  const toEntity = (name: string) => writeRoute({ ...route, query: name });

  async function all(signal: AbortSignal): Promise<HTMLElement> {
    const { entities } = await call("entitiesList", { namespace, limit: 500 }, signal);
    if (entities.length === 0)
      return h("p", { class: "soft" }, "No names yet. They are found in what is remembered.");
    const list = h("div");
    const draw = (wanted: string) => {
      const shown = entities.filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()));
      refill(
        list,
        shown.length === 0 && h("p", { class: "soft" }, "None of this name."),
        [...Map.groupBy(shown, ({ type }) => type)].map(([type, ofType]) => [
          h("h2", {}, type),
          h("ul", { class: "cards" }, ofType.map(card)),
        ]),
      );
    };
    draw("");
    return h(
      "div",
      {},
      h("input", {
        type: "search",
        "aria-label": "Find a name",
        placeholder: "Find a name…",
        autocomplete: "off",
        class: "find-name",
        input: (event: Event) => draw((event.target as HTMLInputElement).value),
      }),
      list,
    );
  }

  const card = ({ name, count: amount }: WireEntityCount) =>
    h(
      "li",
      {},
      h("a", { href: toEntity(name) }, written(name), h("span", { class: "amount" }, count(amount))),
    );

  async function one(name: string, signal: AbortSignal): Promise<HTMLElement> {
    const [{ facts }, found] = await Promise.all([
      call("factsList", { namespace, subject: name }, signal),
      call(
        "memorySearch",
        { namespace, query: name, entities: [name], min_score: 0, limit: 200, facets: true },
        signal,
      ),
    ]);
    const said = found.results.toSorted((left, right) => right.created_at.localeCompare(left.created_at));
    const beside = (found.facets?.entities ?? []).filter((other) => other.name !== name).slice(0, 12);
    const item = (memory: (typeof said)[number] | (typeof facts)[number]) =>
      h(
        "li",
        {},
        h("time", { datetime: memory.created_at, class: "soft" }, onDay(memory.created_at)),
        h(
          "div",
          {},
          h(
            "p",
            { class: "value", dir: "auto" },
            h("a", { href: writeRoute({ ...inNamespace(namespace), key: memory.key }) }, memory.value),
          ),
          h(
            "p",
            { class: "about" },
            memory.role !== undefined && ["said by ", written(memory.role)],
            memory.state === "superseded" && "not true any more",
            memory.thread !== undefined && [
              " · ",
              h(
                "a",
                { href: writeRoute({ ...inNamespace(namespace), thread: memory.thread }) },
                "conversation ",
                written(memory.thread),
              ),
            ],
          ),
        ),
      );
    const plain = said.filter(({ kind }) => kind !== "fact");
    return h(
      "div",
      {},
      h("p", {}, h("a", { href: toEntity("") }, "All names")),
      h("h2", {}, written(name)),
      facts.length > 0 && [h("h3", {}, "Known"), h("ul", { class: "rows dated" }, facts.map(item))],
      h("h3", {}, "Said ", h("span", { class: "amount" }, count(plain.length))),
      plain.length === 0
        ? h("p", { class: "soft" }, "No memory names it.")
        : h("ul", { class: "rows dated" }, plain.map(item)),
      beside.length > 0 && [h("h3", {}, "Named with it"), h("ul", { class: "cards" }, beside.map(card))],
    );
  }

  return viewPage(route, body, {
    changed: ({ query }) => void load(query),
    close: () => running?.abort(),
  });
}
