import type { MemoryStats } from "@souvenir/core";
import { Histogram } from "./histogram.ts";

/** Milliseconds. */
const bounds: readonly number[] = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

/**
 * Prometheus metrics. Labels are the routes of the API, methods and statuses, so that their number is bounded and that
 * no name of a namespace, key or memory is ever among them.
 */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #durations = new Map<string, Histogram>();
  #underWay = 0;

  started(): void {
    this.#underWay += 1;
  }

  /** @param route - As in the table of operations, or `unknown`. */
  finished(route: string, status: number, milliseconds: number): void {
    this.#underWay -= 1;
    const label = `route="${route}",status="${status}"`;
    this.#requests.set(label, (this.#requests.get(label) ?? 0) + 1);
    let durations = this.#durations.get(route);
    if (durations === undefined) {
      durations = new Histogram(bounds);
      this.#durations.set(route, durations);
    }
    durations.add(milliseconds);
  }

  /** The text that Prometheus scrapes. @param more - More values by metric name; one that ends in `_total` is a counter. */
  text(stats: MemoryStats | undefined, more: Readonly<Record<string, number>>): string {
    const lines: string[] = [];
    const metric = (name: string, type: string, help: string, samples: string[]) =>
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples);
    metric(
      "souvenir_http_requests_total",
      "counter",
      "Requests that were answered.",
      [...this.#requests].map(([label, count]) => `souvenir_http_requests_total{${label}} ${count}`),
    );
    metric(
      "souvenir_http_request_duration_seconds",
      "histogram",
      "Time until the answer was ready to be sent.",
      [...this.#durations].flatMap(([route, histogram]) => {
        let total = 0;
        const name = "souvenir_http_request_duration_seconds";
        return [
          ...histogram.bounds.map((bound, place) => {
            total += histogram.counts[place] as number;
            return `${name}_bucket{route="${route}",le="${bound / 1000}"} ${total}`;
          }),
          `${name}_bucket{route="${route}",le="+Inf"} ${histogram.count}`,
          `${name}_sum{route="${route}"} ${histogram.sum / 1000}`,
          `${name}_count{route="${route}"} ${histogram.count}`,
        ];
      }),
    );
    const gauge = (name: string, help: string, value: number) =>
      metric(name, "gauge", help, [`${name} ${value}`]);
    gauge("souvenir_http_requests_under_way", "Requests that are being answered.", this.#underWay);
    if (stats !== undefined) {
      gauge("souvenir_namespaces", "Namespaces.", stats.namespaces);
      gauge("souvenir_memories", "Memories.", stats.records);
      gauge("souvenir_versions", "Earlier versions of memories.", stats.versions);
      gauge("souvenir_vectors", "Vectors.", stats.vectors);
      gauge("souvenir_store_bytes", "Size of the store.", stats.bytes);
      metric(
        "souvenir_queue_entries",
        "gauge",
        "Texts that wait for a model, or that it refused.",
        (["embedding", "extraction"] as const).flatMap((queue) =>
          (["pending", "failed"] as const).map(
            (state) =>
              `souvenir_queue_entries{queue="${queue}",state="${state}"} ${stats.queue[queue][state]}`,
          ),
        ),
      );
    }
    for (const [name, value] of Object.entries(more))
      metric(name, name.endsWith("_total") ? "counter" : "gauge", name.replaceAll("_", " "), [
        `${name} ${value}`,
      ]);
    return `${lines.join("\n")}\n`;
  }
}
