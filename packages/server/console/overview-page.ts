import type { ActivityResponse, ActivitySample, StatsResponse, WireQueue } from "../src/api/wire.ts";
import { call, workOff } from "./api.ts";
import { chart } from "./chart.ts";
import { button, type Child, h, refill, written } from "./dom.ts";
import { openEditor } from "./editor.ts";
import { firstMemory } from "./first-memory.ts";
import { go } from "./go.ts";
import { fileImport } from "./import-file.ts";
import { readNames, showCount } from "./namespace-names.ts";
import { failureBox, notify, waiting } from "./notices.ts";
import type { Page, Shell } from "./page.ts";
import { inNamespace, writeRoute } from "./route.ts";
import { session } from "./session.ts";
import { type Row, table } from "./table.ts";
import { count, counted, duration, shortCount, size } from "./text.ts";

/** The whole store: what is in it, what waits, how it fares. */
export function overviewPage(shell: Shell): Page {
  const heading = h("h1", { tabindex: "-1" }, "Overview");
  const body = h("div", {}, waiting());
  const load = async () => {
    try {
      const [{ names, more }, stats, activity] = await Promise.all([
        readNames(""),
        session.mayEverything ? call("statsGet", {}) : undefined,
        session.mayEverything ? call("activityGet", undefined) : undefined,
      ]);
      refill(
        body,
        names.length === 0 ? welcome() : undefined,
        stats !== undefined && numbers(stats),
        stats !== undefined && queues(stats, () => void load()),
        activity !== undefined && activity.samples.length > 0 && charts(activity),
        stats === undefined &&
          h(
            "p",
            { class: "soft" },
            "The figures of the whole store need a key with admin on every namespace.",
          ),
        names.length > 0 && namespaces(names, more),
      );
    } catch (error) {
      refill(
        body,
        failureBox(error, () => void load()),
      );
    }
  };

  function add(): void {
    openEditor("default", undefined, (stored) => {
      shell.changed();
      notify("The memory is stored.");
      go({ ...inNamespace(stored.namespace), key: stored.key });
    });
  }

  const welcome = () =>
    h(
      "section",
      { class: "empty", "aria-label": "First steps" },
      h("h2", {}, "Nothing is remembered yet"),
      h(
        "p",
        {},
        "Memories live in namespaces: one for each user, tenant or agent. A namespace is there as soon as it holds a memory.",
      ),
      session.mayWriteSomewhere && [
        h("p", {}, "Add one or import a file here, or store the first from your program:"),
        firstMemory("camille@example.com"),
      ],
    );

  const element = h("main", { id: "main", class: "overview" });
  const failure = h("div");
  element.append(
    h(
      "div",
      { class: "title" },
      heading,
      h(
        "div",
        { class: "actions" },
        button("Refresh", () => void load(), { id: "refresh", class: "quiet" }),
        session.may("write", "default") &&
          fileImport("default", element, failure, () => {
            shell.changed();
            void load();
          }),
        session.mayWriteSomewhere && button("Add a memory", add, { class: "strong", id: "add-memory" }),
      ),
    ),
    failure,
    body,
  );
  void load();
  return {
    element,
    title: "Overview",
    heading,
    show: ({ page }) => page === "overview",
    close() {},
    keys: session.mayWriteSomewhere ? { n: add } : {},
  };
}

function numbers(stats: StatsResponse): HTMLElement {
  const { records, namespaces, versions, vectors, bytes, embedder, erasures } = stats;
  const { unscrubbed } = erasures;
  const all: [name: string, value: Child, about?: string][] = [
    ["memories", count(records)],
    ["namespaces", count(namespaces)],
    ["earlier versions", count(versions)],
    [
      "vectors",
      count(vectors),
      embedder === null ? "no embedder" : `${embedder.id}, ${embedder.dimensions} dimensions`,
    ],
    [
      "on disk",
      size(bytes),
      unscrubbed === 0 ? undefined : `${count(unscrubbed)} erased, whose bytes are removed soon`,
    ],
  ];
  return h(
    "dl",
    { class: "numbers" },
    all.map(([name, value, about]) =>
      h(
        "div",
        {},
        h("dt", {}, name),
        h("dd", {}, h("strong", {}, value), about !== undefined && h("span", { class: "soft" }, about)),
      ),
    ),
  );
}

/** @param reload - Reads the figures again. */
function queues({ queue, records, reembedding }: StatsResponse, reload: () => void): HTMLElement {
  const all = [queue.embedding, queue.extraction, queue.facts, queue.moderation];
  const waits = all.reduce((sum, each) => sum + (each?.pending ?? 0), 0);
  const failed = all.reduce((sum, each) => sum + (each?.failed ?? 0), 0);
  const place = h("div");
  const now = async (event: Event) => {
    const pressed = event.target as HTMLButtonElement;
    pressed.disabled = true;
    pressed.textContent = "Trying…";
    try {
      await workOff();
      reload();
    } catch (error) {
      refill(place, failureBox(error));
      pressed.disabled = false;
      pressed.textContent = "Try now";
    }
  };
  const ready = records - Math.min(records, queue.embedding.pending);
  const row = (
    name: string,
    { pending, failed: lost, misconfigured, last_error: error }: WireQueue,
  ): Row => ({
    name,
    cells: [
      count(pending),
      lost > 0 ? h("span", { class: "degraded" }, count(lost)) : 0,
      misconfigured ?? error ?? h("span", { class: "soft" }, "none"),
    ],
  });
  return h(
    "section",
    { "aria-label": "Queue" },
    h("h2", {}, "Waiting for models"),
    table(
      "Queue",
      ["Work", "Pending", "Given up", "Last error"],
      [
        row("Vectors", queue.embedding),
        row("Entities", queue.extraction),
        ...(queue.facts === undefined ? [] : [row("Facts", queue.facts)]),
        ...(queue.moderation === undefined ? [] : [row("Moderation", queue.moderation)]),
      ],
    ),
    waits + failed > 0 &&
      h(
        "p",
        { class: "progress" },
        queue.embedding.pending > 0 && [
          h("progress", { max: records, value: ready, "aria-label": "Memories with their vectors" }),
          ` ${count(ready)} of ${count(records)} have their vectors.`,
        ],
        waits > 0 && h("span", {}, `${count(waits)} wait; they are done by and by.`),
        failed > 0 && h("span", {}, `${count(failed)} given up: they are found by their words and names.`),
        button("Try now", (event) => void now(event), { id: "try-now" }),
      ),
    place,
    reembedding !== undefined &&
      h(
        "p",
        {},
        `Re-embedding to ${reembedding.to}: ${count(reembedding.done)} of ${count(reembedding.total)}. Searches use the old vectors until it is done.`,
      ),
  );
}

function charts({ interval_ms: interval, samples }: ActivityResponse): HTMLElement {
  const moments = samples.map(({ at }) => at);
  const gapMs = 20 * interval;
  const line = (name: string, member: keyof ActivitySample) => ({
    name,
    values: samples.map((sample) => sample[member] as number | null),
  });
  const every = interval >= 60_000 ? counted(interval / 60_000, "minute") : `${interval / 1000} seconds`;
  return h(
    "section",
    { "aria-label": "Activity" },
    h("h2", {}, "Activity ", h("span", { class: "soft" }, `each point ${every}`)),
    h(
      "div",
      { class: "charts" },
      chart({
        title: "Memories",
        moments,
        gapMs,
        series: [line("memories", "memories")],
        format: shortCount,
        level: true,
      }),
      chart({
        title: "Search",
        logarithmic: true,
        moments,
        gapMs,
        series: [line("median", "search_p50_ms"), line("99th of 100", "search_p99_ms")],
        format: duration,
      }),
      chart({
        title: "Write",
        logarithmic: true,
        moments,
        gapMs,
        series: [line("median", "write_p50_ms"), line("99th of 100", "write_p99_ms")],
        format: duration,
      }),
      chart({
        title: "Requests",
        moments,
        gapMs,
        series: [line("all", "requests"), line("searches", "searches"), line("failed", "errors")],
        format: shortCount,
      }),
    ),
  );
}

function namespaces(names: readonly string[], more: boolean): HTMLElement {
  return h(
    "section",
    { "aria-label": "Namespaces" },
    h("h2", {}, "Namespaces"),
    h(
      "ul",
      { class: "cards" },
      names.slice(0, 60).map((name) => {
        const amount = h("span", { class: "amount" });
        showCount(amount, name);
        return h("li", {}, h("a", { href: writeRoute(inNamespace(name)) }, written(name), amount));
      }),
    ),
    (more || names.length > 60) &&
      h("p", { class: "soft" }, "The others are in the list beside: find them by name."),
  );
}
